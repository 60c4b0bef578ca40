//! The properties of a VM and of its snapshots, as vim25 shapes them.

use jiff::Timestamp;

use super::disks::Disk;
use super::generate::{CLUSTER, NETWORK, POOL};
use super::id::{Id, Kind};
use super::layout::{file_name, layout_ex};
use super::value::{Data, Value};
use super::vm::{Power, Snapshot, Vm};
use super::world::World;

/// Key of the SCSI controller, the IDE controllers and the PCI bus, as every VM has them.
const SCSI_KEY: i32 = 1000;
const IDE_KEY: i32 = 200;
const PCI_KEY: i32 = 100;

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
        "effectiveRole" => Value::List("int", vec![Value::Int(-1)]),
        "alarmActionsEnabled" => Value::Bool(true),
        "disabledMethod" => Value::texts(disabled_methods(vm)),
        "recentTask" => Value::refs(world.recent_of(vm)),
        "capability" => Value::Data(capability(vm)),
        "config" => Value::Data(config(vm, store)),
        "layoutEx" => layout_ex(vm, store, now),
        "storage" => Value::Data(
            Data::new("VirtualMachineStorageInfo")
                .with(
                    "perDatastoreUsage",
                    Value::list("VirtualMachineUsageOnDatastore", [usage(vm)]),
                )
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
    Value::Enum("ManagedEntityStatus", color)
}

fn power_state(power: Power) -> Value {
    Value::Enum("VirtualMachinePowerState", power.wire())
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
    let connection = if vm.connected { "connected" } else { "disconnected" };
    let on = vm.power == Power::On;
    Data::new("VirtualMachineRuntimeInfo")
        .with("host", vm.host)
        .with(
            "connectionState",
            Value::Enum("VirtualMachineConnectionState", connection),
        )
        .with("powerState", power_state(vm.power))
        .with("vmFailoverInProgress", false)
        .with(
            "faultToleranceState",
            Value::Enum("VirtualMachineFaultToleranceState", "notConfigured"),
        )
        .with("toolsInstallerMounted", false)
        .maybe("bootTime", vm.boot)
        .maybe("maxCpuUsage", on.then_some(vm.cpus * 2600))
        .maybe("maxMemoryUsage", on.then_some(vm.memory_mb))
        .with("numMksConnections", 0)
        .with(
            "recordReplayState",
            Value::Enum("VirtualMachineRecordReplayState", "inactive"),
        )
        .maybe("cleanPowerOff", (!on).then_some(true))
        .with("onlineStandby", false)
        .with("consolidationNeeded", vm.consolidation_needed())
        .with("paused", false)
        .with("snapshotInBackground", false)
}

fn capability(vm: &Vm) -> Data {
    let snapshots = !vm.template;
    Data::new("VirtualMachineCapability")
        .with("snapshotOperationsSupported", snapshots)
        .with("multipleSnapshotsSupported", snapshots)
        .with("snapshotConfigSupported", snapshots)
        .with("poweredOffSnapshotsSupported", snapshots)
        .with("memorySnapshotsSupported", snapshots)
        .with("revertToSnapshotSupported", snapshots)
        .with("quiescedSnapshotsSupported", snapshots)
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
}

fn config(vm: &Vm, store: &str) -> Data {
    let file = |name: &str| file_name(vm, store, name);
    let files = Data::new("VirtualMachineFileInfo")
        .with("vmPathName", file(&format!("{}.vmx", vm.directory)))
        .with("snapshotDirectory", file(""))
        .with("suspendDirectory", file(""))
        .with("logDirectory", file(""));
    let tools = Data::new("ToolsConfigInfo")
        .with("toolsVersion", if vm.tools_installed { 12_389 } else { 0 })
        .with("afterPowerOn", true)
        .with("afterResume", true)
        .with("beforeGuestStandby", true)
        .with("beforeGuestShutdown", true)
        .with("toolsUpgradePolicy", "manual")
        .with("syncTimeWithHostAllowed", true)
        .with("syncTimeWithHost", false);
    let flags = Data::new("VirtualMachineFlagInfo")
        .with("disableAcceleration", false)
        .with("enableLogging", true)
        .with("useToe", false)
        .with("runWithDebugInfo", false)
        .with("monitorType", "release")
        .with("htSharing", "any")
        .with("snapshotDisabled", false)
        .with("snapshotLocked", vm.snapshot_locked)
        .with("diskUuidEnabled", false)
        .with("snapshotPowerOffBehavior", "powerOff")
        .with("recordReplayEnabled", false)
        .with("faultToleranceType", "unset");
    let power_ops = Data::new("VirtualMachineDefaultPowerOpInfo")
        .with("powerOffType", "soft")
        .with("suspendType", "hard")
        .with("resetType", "soft")
        .with("defaultPowerOffType", "soft")
        .with("defaultSuspendType", "hard")
        .with("defaultResetType", "soft")
        .with("standbyAction", "checkpoint");
    let hardware = Data::new("VirtualHardware")
        .with("numCPU", vm.cpus)
        .with("numCoresPerSocket", 1)
        .with("memoryMB", vm.memory_mb)
        .with("virtualICH7MPresent", false)
        .with("virtualSMCPresent", false)
        .with("device", Value::list("VirtualDevice", devices(vm, store)));
    let modified = vm.snapshots.last().map_or(vm.created, |last| last.created);
    Data::new("VirtualMachineConfigInfo")
        .with("changeVersion", modified.to_string())
        .with("modified", modified)
        .with("name", &vm.name)
        .with("guestFullName", vm.guest.name)
        .with("version", "vmx-21")
        .with("uuid", &vm.uuid)
        .with("createDate", vm.created)
        .with("instanceUuid", &vm.instance_uuid)
        .with("template", vm.template)
        .with("guestId", vm.guest.id)
        .with("alternateGuestName", "")
        .with("annotation", &vm.annotation)
        .with("files", files)
        .with("tools", tools)
        .with("flags", flags)
        .with("defaultPowerOps", power_ops)
        .with("rebootPowerOff", false)
        .with("hardware", hardware)
        .with("extraConfig", extra_config(vm))
        .with("changeTrackingEnabled", false)
        .with("firmware", "efi")
}

fn extra_config(vm: &Vm) -> Value {
    let option = Data::derived("OptionValue")
        .with("key", "nvram")
        .with("value", format!("{}.nvram", vm.directory));
    Value::list("OptionValue", [option])
}

fn devices(vm: &Vm, store: &str) -> Vec<Data> {
    let described = |label: &str, summary: &str| {
        Data::derived("Description")
            .with("label", label)
            .with("summary", summary)
    };
    let disk_keys = vm.disks.disks.iter().map(|disk| Value::Int(disk.key)).collect();
    let mut devices = vec![
        Data::derived("VirtualIDEController")
            .with("key", IDE_KEY)
            .with("deviceInfo", described("IDE 0", "IDE 0"))
            .with("busNumber", 0),
        Data::derived("VirtualPCIController")
            .with("key", PCI_KEY)
            .with("deviceInfo", described("PCI controller 0", "PCI controller 0"))
            .with("busNumber", 0)
            .with(
                "device",
                Value::List("int", vec![Value::Int(SCSI_KEY), Value::Int(4000)]),
            ),
        Data::derived("ParaVirtualSCSIController")
            .with("key", SCSI_KEY)
            .with("deviceInfo", described("SCSI controller 0", "VMware paravirtual SCSI"))
            .with("controllerKey", PCI_KEY)
            .with("unitNumber", 3)
            .with("busNumber", 0)
            .with("device", Value::List("int", disk_keys))
            .with("hotAddRemove", true)
            .with("sharedBus", Value::Enum("VirtualSCSISharing", "noSharing"))
            .with("scsiCtlrUnitNumber", 7),
    ];
    devices.extend(
        vm.disks
            .disks
            .iter()
            .zip(0i32..)
            .map(|(disk, unit)| virtual_disk(vm, store, disk, unit)),
    );
    let connectable = Data::new("VirtualDeviceConnectInfo")
        .with("migrateConnect", "unset")
        .with("startConnected", true)
        .with("allowGuestControl", true)
        .with("connected", vm.power == Power::On)
        .with("status", if vm.power == Power::On { "ok" } else { "untried" });
    devices.push(
        Data::derived("VirtualVmxnet3")
            .with("key", 4000)
            .with("deviceInfo", described("Network adapter 1", "VM Network"))
            .with(
                "backing",
                Data::derived("VirtualEthernetCardNetworkBackingInfo")
                    .with("deviceName", "VM Network")
                    .with("useAutoDetect", false)
                    .with("network", NETWORK)
                    .with("inPassthroughMode", false),
            )
            .with("connectable", connectable)
            .with("controllerKey", PCI_KEY)
            .with("unitNumber", 7)
            .with("addressType", "assigned")
            .with("macAddress", mac(vm))
            .with("wakeOnLanEnabled", true),
    );
    devices
}

fn virtual_disk(vm: &Vm, store: &str, disk: &Disk, unit: i32) -> Data {
    let mode = if disk.independent {
        "independent_persistent"
    } else {
        "persistent"
    };
    // The backing names its parent, and that one its own, down to the base.
    let mut backing: Option<Data> = None;
    for link in vm.disks.chain(disk.live) {
        let made = if backing.is_some() {
            Data::new("VirtualDiskFlatVer2BackingInfo")
        } else {
            Data::derived("VirtualDiskFlatVer2BackingInfo")
        };
        let mut made = made
            .with("fileName", file_name(vm, store, &format!("{}.vmdk", link.file)))
            .with("datastore", vm.store)
            .with("diskMode", mode)
            .with("split", false)
            .with("writeThrough", false)
            .with("thinProvisioned", true);
        if let Some(mut parent) = backing.take() {
            parent.derived = false;
            made = made.with("parent", parent).with("deltaDiskFormat", "seSparseFormat");
        }
        made.derived = true;
        backing = Some(made);
    }
    let kilobytes = disk.capacity / 1024;
    Data::derived("VirtualDisk")
        .with("key", disk.key)
        .with(
            "deviceInfo",
            Data::derived("Description")
                .with("label", &disk.label)
                .with("summary", format!("{kilobytes} KB")),
        )
        .maybe("backing", backing)
        .with("controllerKey", SCSI_KEY)
        .with("unitNumber", unit)
        .with("capacityInKB", kilobytes)
        .with("capacityInBytes", disk.capacity)
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
    let state = if vm.power == Power::On && (up || !vm.tools_installed) {
        "running"
    } else {
        "notRunning"
    };
    let nic = Data::new("GuestNicInfo")
        .with("network", "VM Network")
        .with("ipAddress", Value::texts([address(vm)]))
        .with("macAddress", mac(vm))
        .with("connected", true)
        .with("deviceConfigId", 4000);
    Data::new("GuestInfo")
        .with("toolsStatus", Value::Enum("VirtualMachineToolsStatus", status))
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
        .with("toolsStatus", Value::Enum("VirtualMachineToolsStatus", status_of_tools))
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
    storage
        .fields
        .extend(used.fields.into_iter().filter(|(name, _)| *name != "datastore"));
    let storage = storage.with("timestamp", now);
    let uptime = vm
        .boot
        .map(|boot| i32::try_from(now.duration_since(boot).as_secs()).unwrap_or(i32::MAX));
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
fn disabled_methods(vm: &Vm) -> Vec<&'static str> {
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
    let mut disabled: Vec<&'static str> = Vec::new();
    if vm.task.is_some() || vm.template || !vm.connected {
        disabled.extend(CHANGING);
    }
    if vm.template {
        disabled.push("MarkAsVirtualMachine");
    }
    if vm.snapshot_locked {
        disabled.extend([
            "CreateSnapshot_Task",
            "CreateSnapshotEx_Task",
            "RemoveAllSnapshots_Task",
        ]);
    }
    match vm.power {
        Power::On => disabled.extend([
            "PowerOnVM_Task",
            "Destroy_Task",
            "UnregisterVM",
            "MarkAsTemplate",
            "UpgradeVM_Task",
        ]),
        Power::Off => disabled.extend([
            "PowerOffVM_Task",
            "SuspendVM_Task",
            "ResetVM_Task",
            "ShutdownGuest",
            "RebootGuest",
            "StandbyGuest",
            "MountToolsInstaller",
        ]),
        Power::Suspended => disabled.extend([
            "SuspendVM_Task",
            "ResetVM_Task",
            "ShutdownGuest",
            "RebootGuest",
            "StandbyGuest",
        ]),
    }
    if vm.snapshots.is_empty() {
        disabled.push("RevertToCurrentSnapshot_Task");
    }
    disabled.sort_unstable();
    disabled.dedup();
    disabled
}

fn mac(vm: &Vm) -> String {
    let [_, b, c, d] = vm.n.to_be_bytes();
    format!("00:50:56:{b:02x}:{c:02x}:{d:02x}")
}

fn address(vm: &Vm) -> String {
    let [_, _, c, d] = vm.n.to_be_bytes();
    format!("10.20.{c}.{d}")
}
