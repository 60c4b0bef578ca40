//! Everything read from vCenter about one VM before anyone decides: facts alone, no verdict.
//!
//! The vCenter port fills it in one go, `preflight` judges it, `fingerprint` seals it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{InstanceUuid, Moref};
use super::inventory::ToolsState;
use super::snapshot_tree::{PowerState, SnapshotTree, by_our_clock};

/// One VM, read fresh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// vCenter's own clock at the read (`CurrentTime`), the only clock that its tasks and snapshots go by.
    pub server_time: Timestamp,
    /// How far that clock is ahead of ours.
    #[serde(default)]
    pub ahead: SignedDuration,
    /// The VM's name now, read back from its escapes.
    pub name: String,
    /// `config.instanceUuid`.
    pub instance_uuid: Option<InstanceUuid>,
    /// `runtime.powerState`.
    pub power: PowerState,
    /// `runtime.connectionState`
    #[serde(default)]
    pub connection: Connection,
    /// Whether VMware Tools answer (`guest.toolsRunningStatus`).
    pub tools: ToolsState,
    /// Whether VMware Tools were ever installed (`guest.toolsVersionStatus2` is not `guestToolsNotInstalled`).
    #[serde(default = "yes")]
    pub tools_installed: bool,
    /// Whether a second copy of the VM is kept in step with it (`runtime.faultToleranceState` is not `notConfigured`, nor
    /// `disabled`, where the copy is switched off).
    #[serde(default)]
    pub fault_tolerant: bool,
    /// `config.template`.
    pub template: bool,
    /// `config.guestId`, such as `windows2019srv_64Guest`.
    pub guest_id: Option<String>,
    /// `config.flags.snapshotLocked`.
    pub snapshot_locked: bool,
    /// `config.flags.snapshotPowerOffBehavior` is `revert`: powering off throws the current state away.
    pub reverts_at_power_off: bool,
    /// `runtime.consolidationNeeded`.
    pub consolidation_needed: bool,
    /// What the VM is able to do at all.
    pub capability: Capability,
    /// Devices that a snapshot does not cover or does not allow, in the order of the hardware.
    pub devices: Vec<AwkwardDevice>,
    /// `disabledMethod`: vCenter's own list of calls that it would refuse now, such as `CreateSnapshot_Task`.
    pub disabled_methods: Vec<String>,
    /// Tasks of `recentTask` that are queued or running on this VM now, and a snapshot that its host works on in the
    /// background (`runtime.snapshotInBackground`), which has no task that vCenter shows.
    pub running_tasks: Vec<RunningTask>,
    pub tree: SnapshotTree,
    /// Bytes that each snapshot holds on the datastores, by `layoutEx`; a lower bound, to be written with "≈".
    pub snapshot_bytes: BTreeMap<Moref, u64>,
    /// Snapshots that captured memory (`layoutEx.snapshot[].memoryKey != -1`).
    pub with_memory: Vec<Moref>,
    /// Bytes written since the current snapshot: the disk files that belong to no snapshot. None where there is none.
    pub bytes_since_current: Option<u64>,
    /// Bytes of the disks' files that are no base disk and belong to no snapshot: what the VM has written since its current
    /// snapshot, and what deletions left behind. None where vCenter lists no files.
    #[serde(default)]
    pub loose_bytes: Option<u64>,
    /// `config.hardware.memoryMB`, in bytes.
    #[serde(default)]
    pub memory_bytes: Option<u64>,
    /// Every disk.
    #[serde(default)]
    pub disks: Vec<VirtualDisk>,
    /// The name of the datastore with the VM's working files, which is where the memory of snapshots goes
    /// (`config.files.snapshotDirectory`, else `config.files.vmPathName`).
    #[serde(default)]
    pub working_datastore: Option<String>,
    /// The datastores that the VM uses and whose free space vCenter knows. One of them may hold nothing but the image of a CD.
    pub datastores: Vec<DatastoreSpace>,
}

fn yes() -> bool {
    true
}

impl Survey {
    /// When it was read, by our clock: what people and the bot wrote down, such as the end of a hold, goes by it.
    pub fn read_at(&self) -> Timestamp {
        by_our_clock(self.server_time, self.ahead)
    }

    /// The VM as it would be without one snapshot: what was written to it since counts for the snapshot above.
    #[must_use]
    pub fn without(&self, snapshot: &Moref) -> Self {
        let Some(node) = self.tree.get(snapshot) else { return self.clone() };
        let mut rest = Self { tree: self.tree.without(snapshot), ..self.clone() };
        let held = rest.snapshot_bytes.remove(snapshot);
        rest.with_memory.retain(|other| other != snapshot);
        if self.tree.current().is_some_and(|current| current.moref == *snapshot) {
            // What the current snapshot holds counts what was written since.
            rest.bytes_since_current = held.or(rest.bytes_since_current);
            if let (Some(held), Some(above)) =
                (held, node.parent.as_ref().and_then(|above| rest.snapshot_bytes.get_mut(above)))
            {
                *above = above.saturating_add(held);
            }
        }
        rest
    }

    /// Whether this snapshot captured memory.
    pub fn has_memory(&self, snapshot: &Moref) -> bool {
        self.with_memory.contains(snapshot)
    }
}

/// `VirtualMachineConnectionState`: whether vCenter has the VM in its hands, and what is between them where it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// It has.
    #[default]
    Connected,
    /// The VM's host is not connected to vCenter.
    Disconnected,
    /// The VM is not registered on its host any more.
    Orphaned,
    /// The host cannot reach the VM's files. There is no configuration to read then.
    Inaccessible,
    /// The VM's configuration can be reached and not be understood. There is none to read then.
    Invalid,
}

/// `VirtualMachineCapability`, the part about snapshots. What a server does not tell counts as allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capability {
    /// `snapshotOperationsSupported`
    pub snapshots: bool,
    /// `multipleSnapshotsSupported`
    pub multiple: bool,
    /// `memorySnapshotsSupported`
    pub memory: bool,
    /// `quiescedSnapshotsSupported`
    pub quiesced: bool,
    /// `poweredOffSnapshotsSupported`
    pub powered_off: bool,
    /// `revertToSnapshotSupported`
    pub revert: bool,
    /// `diskOnlySnapshotOnSuspendedVMSupported`. As vSphere documents it, an unset flag means no: a snapshot of a suspended VM
    /// then always includes its memory.
    #[serde(default)]
    pub suspended_disk_only: bool,
}

impl Default for Capability {
    fn default() -> Self {
        Self {
            snapshots: true,
            multiple: true,
            memory: true,
            quiesced: true,
            powered_off: true,
            revert: true,
            suspended_disk_only: false,
        }
    }
}

/// A device that changes what a snapshot is worth, with its label ("Hard disk 2") and, for a disk, its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwkwardDevice {
    /// `deviceInfo.label`
    pub label: String,
    /// The last part of the disk's file name (`data.vmdk`), empty where the device has none.
    pub file: String,
    /// Why it is listed.
    pub kind: AwkwardKind,
}

/// Why a device is awkward for snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AwkwardKind {
    /// `diskMode` is `independent_persistent`: not rolled back, and memory cannot be captured.
    IndependentDisk,
    /// `diskMode` is `independent_nonpersistent`: the same, and what is written to it is lost whenever the VM is powered off.
    NonPersistentDisk,
    /// A raw device mapping in physical mode: snapshots are not supported.
    PhysicalRdm,
    /// A controller that shares its bus: snapshots are not supported.
    SharedBus,
    /// A passthrough device (DirectPath, SR-IOV): snapshots are not supported while the VM runs.
    Passthrough,
    /// A virtual GPU: part of its state is in the host's card, so the same holds.
    VirtualGpu,
}

impl AwkwardKind {
    /// Whether it is a disk that snapshots pass over.
    pub fn is_independent(self) -> bool {
        match self {
            Self::IndependentDisk | Self::NonPersistentDisk => true,
            Self::PhysicalRdm | Self::SharedBus | Self::Passthrough | Self::VirtualGpu => false,
        }
    }
}

/// A disk, as far as room on datastores is a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualDisk {
    /// The name of the datastore with its newest file, next to which snapshots put theirs.
    pub datastore: String,
    /// How large the guest sees it, in bytes: more than that no snapshot of it can hold.
    pub capacity: u64,
    /// Whether snapshots pass over it.
    pub independent: bool,
}

/// A task that vCenter has on the VM now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningTask {
    /// Which task; an empty reference where there is none.
    pub task: Moref,
    /// `descriptionId`, such as `VirtualMachine.createSnapshot`.
    pub kind: String,
}

/// Room on one datastore (`summary.freeSpace`, `summary.capacity`), in bytes. vCenter brings these up to date every now and
/// then, so they are told with "≈".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatastoreSpace {
    /// The datastore's name.
    pub name: String,
    /// Free bytes.
    pub free: u64,
    /// Bytes in all.
    pub capacity: u64,
}
