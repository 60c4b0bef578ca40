//! The properties of a VM and of its snapshots, as vim25 shapes them.

use jiff::Timestamp;

use super::generate::{CLUSTER, NETWORK, POOL};
use super::id::{Id, Kind};
use super::layout::{file_name, layout_ex};
use super::oddity::Oddity;
use super::value::{Data, Value};
use super::vm::{Power, Snapshot, Vm};
use super::vm_config::{address, config, mac};
use super::world::World;

/// The property of a VM with this name; none where it is unset or unknown (the schema tells which).
pub(super) fn vm_property(world: &World, vm: &Vm, name: &str) -> Option<Value> {
    let now = world.now();
    let store = world.store_name(vm.store);
    Some(match name {
        "name" => Value::from(&vm.name),
        "parent" => Value::Ref(vm.folder),
        "overallStatus" => status(if vm.consolidation_needed() { "yellow" } else { "green" }),
        "configStatus" => status("green"),
        "guestHeartbeatStatus" => status(if vm.tools_running() { "green" } else { "gray" }),
        "effectiveRole" => Value::ints([-1]),
        "alarmActionsEnabled" => Value::Bool(true),
        "disabledMethod" => Value::texts(disabled_methods(vm).into_iter().map(str::to_owned)),
        "recentTask" => Value::refs(world.recent_of(vm)),
        "capability" => Value::Data(capability(vm)),
        "config" if vm.is_readable() => Value::Data(config(vm, store)),
        "layoutEx" => layout_ex(vm, store, now),
        "storage" => Value::Data(
            Data::new("VirtualMachineStorageInfo")
                .with("perDatastoreUsage", Value::list("VirtualMachineUsageOnDatastore", [usage(vm)]))
                .with("timestamp", now),
        ),
        "environmentBrowser" => Value::Ref(Id::new(Kind::EnvironmentBrowser, CLUSTER.n)),
        "resourcePool" if !vm.template => Value::Ref(POOL),
        "runtime" => Value::Data(runtime(vm)),
        "guest" => Value::Data(guest(vm)),
        "summary" => Value::Data(summary(vm, store, now)),
        "datastore" => Value::refs([vm.store]),
        "network" => Value::refs([NETWORK]),
        "snapshot" if !vm.snapshots.is_empty() => Value::Data(
            Data::new("VirtualMachineSnapshotInfo")
                .maybe("currentSnapshot", vm.current.map(snapshot_id))
                .with("rootSnapshotList", tree(vm, None)),
        ),
        "rootSnapshot" => Value::refs(vm.children(None).map(|root| snapshot_id(root.n))),
        _ => return None,
    })
}

/// The property of a snapshot with this name.
pub(super) fn snapshot_property(world: &World, n: u32, name: &str) -> Option<Value> {
    let id = snapshot_id(n);
    let vm = world.vm_of(id)?;
    Some(match name {
        "config" => Value::Data(config(vm, world.store_name(vm.store))),
        "childSnapshot" => Value::refs(vm.children(Some(n)).map(|child| snapshot_id(child.n))),
        "vm" => Value::Ref(vm.id()),
        _ => return None,
    })
}

fn snapshot_id(n: u32) -> Id {
    Id::new(Kind::Snapshot, n)
}

fn status(color: &'static str) -> Value {
    Value::of_enum("ManagedEntityStatus", color)
}

fn power_state(power: Power) -> Value {
    Value::of_enum("VirtualMachinePowerState", power.wire())
}

fn tree(vm: &Vm, parent: Option<u32>) -> Value {
    let nodes = vm.children(parent).map(|snapshot| node(vm, snapshot));
    Value::list("VirtualMachineSnapshotTree", nodes)
}

fn node(vm: &Vm, snapshot: &Snapshot) -> Data {
    Data::new("VirtualMachineSnapshotTree")
        .with("snapshot", snapshot_id(snapshot.n))
        .with("vm", vm.id())
        .with("name", &snapshot.name)
        .with("description", &snapshot.description)
        .with("id", snapshot.id)
        .with("createTime", snapshot.created)
        .with("state", power_state(snapshot.state))
        .with("quiesced", snapshot.quiesced)
        .with("childSnapshotList", tree(vm, Some(snapshot.n)))
        .with("replaySupported", false)
}

fn runtime(vm: &Vm) -> Data {
    let tolerance = if vm.has(&Oddity::FaultTolerance) { "running" } else { "notConfigured" };
    let on = vm.power == Power::On;
    Data::new("VirtualMachineRuntimeInfo")
        .with("host", vm.host)
        .with("connectionState", Value::of_enum("VirtualMachineConnectionState", vm.connection_state()))
        .with("powerState", power_state(vm.power))
        .with("vmFailoverInProgress", false)
        .with("faultToleranceState", Value::of_enum("VirtualMachineFaultToleranceState", tolerance))
        .with("toolsInstallerMounted", false)
        .maybe("bootTime", vm.boot)
        .maybe("maxCpuUsage", on.then_some(vm.cpus * 2600))
        .maybe("maxMemoryUsage", on.then_some(vm.memory_mb))
        .with("numMksConnections", 0)
        .with("recordReplayState", Value::of_enum("VirtualMachineRecordReplayState", "inactive"))
        .maybe("cleanPowerOff", (!on).then_some(true))
        .with("onlineStandby", false)
        .with("consolidationNeeded", vm.consolidation_needed())
        .with("paused", false)
        .with("snapshotInBackground", vm.has(&Oddity::SnapshotInBackground))
}

fn capability(vm: &Vm) -> Data {
    let snapshots = !vm.template;
    let has = |capability: &str| snapshots && !vm.lacks(capability);
    Data::new("VirtualMachineCapability")
        .with("snapshotOperationsSupported", has("snapshotOperationsSupported"))
        .with("multipleSnapshotsSupported", has("multipleSnapshotsSupported"))
        .with("snapshotConfigSupported", snapshots)
        .with("poweredOffSnapshotsSupported", has("poweredOffSnapshotsSupported"))
        .with("memorySnapshotsSupported", has("memorySnapshotsSupported"))
        .with("revertToSnapshotSupported", has("revertToSnapshotSupported"))
        .with("quiescedSnapshotsSupported", has("quiescedSnapshotsSupported"))
        .with("disableSnapshotsSupported", false)
        .with("lockSnapshotsSupported", false)
        .with("consolePreferencesSupported", false)
        .with("cpuFeatureMaskSupported", true)
        .with("s1AcpiManagementSupported", true)
        .with("settingScreenResolutionSupported", false)
        .with("toolsAutoUpdateSupported", false)
        .with("vmNpivWwnSupported", true)
        .with("npivWwnOnNonRdmVmSupported", true)
        .with("vmNpivWwnDisableSupported", true)
        .with("vmNpivWwnUpdateSupported", true)
        .with("swapPlacementSupported", true)
        .with("toolsSyncTimeSupported", true)
        .with("virtualMmuUsageSupported", true)
        .with("diskSharesSupported", true)
        .with("bootOptionsSupported", true)
        .with("bootRetryOptionsSupported", true)
        .with("settingVideoRamSizeSupported", true)
        .with("settingDisplayTopologySupported", false)
        .with("recordReplaySupported", false)
        .with("changeTrackingSupported", true)
        .with("multipleCoresPerSocketSupported", true)
        .with("hostBasedReplicationSupported", true)
        .with("guestAutoLockSupported", true)
        .with("memoryReservationLockSupported", true)
        .with("featureRequirementSupported", true)
        .with("poweredOnMonitorTypeChangeSupported", true)
        .with("seSparseDiskSupported", true)
        .with("nestedHVSupported", true)
        .with("vPMCSupported", true)
        .maybe("diskOnlySnapshotOnSuspendedVMSupported", vm.has(&Oddity::SuspendedDiskOnly).then_some(true))
}

fn tools(vm: &Vm) -> (&'static str, &'static str, &'static str) {
    match (vm.tools_installed, vm.tools_running()) {
        (false, _) => ("toolsNotInstalled", "guestToolsNotInstalled", "guestToolsNotRunning"),
        (true, false) => ("toolsNotRunning", "guestToolsCurrent", "guestToolsNotRunning"),
        (true, true) => ("toolsOk", "guestToolsCurrent", "guestToolsRunning"),
    }
}

fn guest(vm: &Vm) -> Data {
    let (status, version, running) = tools(vm);
    let up = vm.tools_running();
    let state = if vm.power == Power::On && (up || !vm.tools_installed) { "running" } else { "notRunning" };
    let nic = Data::new("GuestNicInfo")
        .with("network", "VM Network")
        .with("ipAddress", Value::texts([address(vm)]))
        .with("macAddress", mac(vm))
        .with("connected", true)
        .with("deviceConfigId", 4000);
    Data::new("GuestInfo")
        .with("toolsStatus", Value::of_enum("VirtualMachineToolsStatus", status))
        .with("toolsVersionStatus", version)
        .with("toolsVersionStatus2", version)
        .with("toolsRunningStatus", running)
        .with("toolsVersion", if vm.tools_installed { "12389" } else { "0" })
        .maybe("guestId", up.then_some(vm.guest.id))
        .maybe("guestFamily", up.then_some(vm.guest.family))
        .maybe("guestFullName", up.then_some(vm.guest.name))
        .maybe("hostName", up.then(|| vm.directory.clone()))
        .maybe("ipAddress", up.then(|| address(vm)))
        .maybe("net", up.then(|| Value::list("GuestNicInfo", [nic])))
        .with("guestState", state)
        .maybe("guestKernelCrashed", up.then_some(false))
        .with("guestOperationsReady", up)
        .with("interactiveGuestOperationsReady", false)
        .with("guestStateChangeSupported", up)
}

fn summary(vm: &Vm, store: &str, now: Timestamp) -> Data {
    let (status_of_tools, version, running) = tools(vm);
    let up = vm.tools_running();
    let on = vm.power == Power::On;
    let guest = Data::new("VirtualMachineGuestSummary")
        .maybe("guestId", up.then_some(vm.guest.id))
        .maybe("guestFullName", up.then_some(vm.guest.name))
        .with("toolsStatus", Value::of_enum("VirtualMachineToolsStatus", status_of_tools))
        .with("toolsVersionStatus", version)
        .with("toolsVersionStatus2", version)
        .with("toolsRunningStatus", running)
        .maybe("hostName", up.then(|| vm.directory.clone()))
        .maybe("ipAddress", up.then(|| address(vm)));
    let disks = i32::try_from(vm.disks.disks.len()).unwrap_or(i32::MAX);
    let config = Data::new("VirtualMachineConfigSummary")
        .with("name", &vm.name)
        .with("template", vm.template)
        .with("vmPathName", file_name(vm, store, &format!("{}.vmx", vm.directory)))
        .with("memorySizeMB", vm.memory_mb)
        .with("cpuReservation", 0)
        .with("memoryReservation", 0)
        .with("numCpu", vm.cpus)
        .with("numEthernetCards", 1)
        .with("numVirtualDisks", disks)
        .with("uuid", &vm.uuid)
        .with("instanceUuid", &vm.instance_uuid)
        .with("guestId", vm.guest.id)
        .with("guestFullName", vm.guest.name)
        .with("annotation", &vm.annotation)
        .with("installBootRequired", false);
    let used = usage(vm);
    let mut storage = Data::new("VirtualMachineStorageSummary");
    storage.fields.extend(used.fields.into_iter().filter(|(name, _)| *name != "datastore"));
    let storage = storage.with("timestamp", now);
    let uptime = vm.boot.map(|boot| i32::try_from(now.duration_since(boot).as_secs()).unwrap_or(i32::MAX));
    let quick = Data::new("VirtualMachineQuickStats")
        .with("overallCpuUsage", if on { vm.cpus * 120 } else { 0 })
        .with("guestMemoryUsage", if on { vm.memory_mb / 5 } else { 0 })
        .with("hostMemoryUsage", if on { vm.memory_mb / 2 } else { 0 })
        .with("guestHeartbeatStatus", status(if up { "green" } else { "gray" }))
        .with("uptimeSeconds", uptime.unwrap_or(0));
    let overall = if vm.consolidation_needed() { "yellow" } else { "green" };
    Data::new("VirtualMachineSummary")
        .with("vm", vm.id())
        .with("runtime", runtime(vm))
        .with("guest", guest)
        .with("config", config)
        .with("storage", storage)
        .with("quickStats", quick)
        .with("overallStatus", status(overall))
}

fn usage(vm: &Vm) -> Data {
    let committed = vm.committed();
    let room: u64 = vm.disks.disks.iter().map(|disk| disk.capacity).sum();
    Data::new("VirtualMachineUsageOnDatastore")
        .with("datastore", vm.store)
        .with("committed", committed)
        .with("uncommitted", room.saturating_sub(committed))
        .with("unshared", committed)
}

/// The methods that vCenter would refuse now.
fn disabled_methods(vm: &Vm) -> Vec<&str> {
    /// What a running task keeps others from.
    const CHANGING: &[&str] = &[
        "CreateSnapshot_Task",
        "CreateSnapshotEx_Task",
        "RevertToCurrentSnapshot_Task",
        "RemoveAllSnapshots_Task",
        "ConsolidateVMDisks_Task",
        "PowerOnVM_Task",
        "PowerOffVM_Task",
        "SuspendVM_Task",
        "ResetVM_Task",
        "RelocateVM_Task",
        "MigrateVM_Task",
        "CloneVM_Task",
        "ReconfigVM_Task",
        "Destroy_Task",
        "UnregisterVM",
        "MarkAsTemplate",
    ];
    let mut disabled: Vec<&str> = vm.disabled_by_hand().collect();
    if vm.task.is_some() || vm.template || !vm.connected {
        disabled.extend(CHANGING);
    }
    if vm.template {
        disabled.push("MarkAsVirtualMachine");
    }
    if vm.snapshot_locked {
        disabled.extend(["CreateSnapshot_Task", "CreateSnapshotEx_Task", "RemoveAllSnapshots_Task"]);
    }
    match vm.power {
        Power::On => {
            disabled.extend(["PowerOnVM_Task", "Destroy_Task", "UnregisterVM", "MarkAsTemplate", "UpgradeVM_Task"])
        }
        Power::Off => disabled.extend([
            "PowerOffVM_Task",
            "SuspendVM_Task",
            "ResetVM_Task",
            "ShutdownGuest",
            "RebootGuest",
            "StandbyGuest",
            "MountToolsInstaller",
        ]),
        Power::Suspended => {
            disabled.extend(["SuspendVM_Task", "ResetVM_Task", "ShutdownGuest", "RebootGuest", "StandbyGuest"])
        }
    }
    if vm.snapshots.is_empty() {
        disabled.push("RevertToCurrentSnapshot_Task");
    }
    disabled.sort_unstable();
    disabled.dedup();
    disabled
}
