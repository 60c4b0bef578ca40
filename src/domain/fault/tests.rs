use super::*;

#[test]
fn a_fault_is_known_by_its_type() {
    let kinds = [
        ("TaskInProgress", FaultKind::TaskInProgress),
        ("VAppTaskInProgress", FaultKind::TaskInProgress),
        ("ApplicationQuiesceFault", FaultKind::Quiesce),
        ("MemorySnapshotOnIndependentDisk", FaultKind::MemoryOnIndependentDisk),
        ("TooManySnapshotLevels", FaultKind::TooManySnapshots),
        ("SnapshotLocked", FaultKind::SnapshotsDisabled),
        ("NoDiskSpace", FaultKind::NoDiskSpace),
        ("InsufficientStorageSpace", FaultKind::NoDiskSpace),
        ("InsufficientCpuResourcesFault", FaultKind::InsufficientResources),
        ("ManagedObjectNotFound", FaultKind::NotFound),
        ("RequestCanceled", FaultKind::Cancelled),
        ("RuntimeFault", FaultKind::Other),
        // Told of a failed upgrade of VMware Tools, not of a task that has the VM: waiting would not help.
        ("VmToolsUpgradeFault", FaultKind::Other),
        ("taskinprogress", FaultKind::Other),
        ("", FaultKind::Other),
    ];
    for (name, kind) in kinds {
        assert_eq!(FaultKind::of(name), kind, "{name}");
    }
}
