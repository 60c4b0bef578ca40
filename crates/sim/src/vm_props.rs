//! The properties of a VM and of its snapshots, as vim25 shapes them.

use jiff::Timestamp;

use super::generate::{CLUSTER, NETWORK, POOL};
use super::id::{Id, Kind};
use super::layout::{file_name, layout_ex};
use super::oddity::Oddity;
use super::properties::properties;
use super::value::{Data, Value, capped, data};
use super::vm::{Power, Snapshot, Vm};
use super::vm_config::{address, config, mac};

properties! { VIRTUAL_MACHINE |at| vm = at.world.vm(at.id)? => {
    name: &vm.name,
    parent: vm.folder,
    overallStatus: overall(vm),
    guestHeartbeatStatus: status(if vm.tools_running() { "green" } else { "gray" }),
    disabledMethod: Value::texts(disabled_methods(vm).into_iter().map(str::to_owned)),
    recentTask: Value::refs(at.world.recent_of(vm)),
    capability: capability(vm),
    config: vm.is_readable().then(|| config(vm, at.world.store_name(vm.store))),
    layoutEx: layout_ex(vm, at.world.store_name(vm.store), at.world.now()),
    storage: data! { VirtualMachineStorageInfo {
        perDatastoreUsage: Value::list("VirtualMachineUsageOnDatastore", [usage(vm)]),
        timestamp: at.world.now(),
    } },
    environmentBrowser: Id::new(Kind::EnvironmentBrowser, CLUSTER.n),
    resourcePool: (!vm.template).then_some(POOL),
    runtime: runtime(vm),
    guest: guest(vm),
    summary: summary(vm, at.world.store_name(vm.store), at.world.now()),
    datastore: Value::refs([vm.store]),
    network: Value::refs([NETWORK]),
    snapshot: (!vm.snapshots.is_empty()).then(|| snapshot_info(vm)),
    rootSnapshot: Value::refs(vm.children(None).map(|root| snapshot_id(root.n))),
} }

properties! { SNAPSHOT |at| vm = at.world.vm_of(at.id)? => {
    config: config(vm, at.world.store_name(vm.store)),
    childSnapshot: Value::refs(vm.children(Some(at.id.n)).map(|child| snapshot_id(child.n))),
    vm: vm.id(),
} }

fn snapshot_info(vm: &Vm) -> Data {
    data! { VirtualMachineSnapshotInfo {
        currentSnapshot: vm.current.map(snapshot_id),
        rootSnapshotList: tree(vm, None),
    } }
}

fn overall(vm: &Vm) -> Value {
    status(if vm.consolidation_needed() { "yellow" } else { "green" })
}

fn snapshot_id(n: u32) -> Id {
    Id::snapshot(n)
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
    data! { VirtualMachineSnapshotTree {
        snapshot: snapshot_id(snapshot.n),
        vm: vm.id(),
        name: &snapshot.name,
        description: &snapshot.description,
        id: snapshot.id,
        createTime: snapshot.created,
        state: power_state(snapshot.state),
        quiesced: snapshot.quiesced,
        childSnapshotList: tree(vm, Some(snapshot.n)),
        replaySupported: false,
    } }
}

fn runtime(vm: &Vm) -> Data {
    let tolerance = if vm.has(&Oddity::FaultTolerance) { "running" } else { "notConfigured" };
    let on = vm.power == Power::On;
    data! { VirtualMachineRuntimeInfo {
        host: vm.host,
        connectionState: Value::of_enum("VirtualMachineConnectionState", vm.connection_state()),
        powerState: power_state(vm.power),
        vmFailoverInProgress: false,
        faultToleranceState: Value::of_enum("VirtualMachineFaultToleranceState", tolerance),
        toolsInstallerMounted: false,
        bootTime: vm.boot,
        maxCpuUsage: on.then_some(vm.cpus * 2600),
        maxMemoryUsage: on.then_some(vm.memory_mb),
        numMksConnections: 0,
        recordReplayState: Value::of_enum("VirtualMachineRecordReplayState", "inactive"),
        cleanPowerOff: (!on).then_some(true),
        onlineStandby: false,
        consolidationNeeded: vm.consolidation_needed(),
        paused: false,
        snapshotInBackground: vm.has(&Oddity::SnapshotInBackground),
    } }
}

fn capability(vm: &Vm) -> Data {
    let snapshots = !vm.template;
    let has = |capability: &str| snapshots && !vm.lacks(capability);
    data! { VirtualMachineCapability {
        snapshotOperationsSupported: has("snapshotOperationsSupported"),
        multipleSnapshotsSupported: has("multipleSnapshotsSupported"),
        snapshotConfigSupported: snapshots,
        poweredOffSnapshotsSupported: has("poweredOffSnapshotsSupported"),
        memorySnapshotsSupported: has("memorySnapshotsSupported"),
        revertToSnapshotSupported: has("revertToSnapshotSupported"),
        quiescedSnapshotsSupported: has("quiescedSnapshotsSupported"),
        disableSnapshotsSupported: false,
        lockSnapshotsSupported: false,
        consolePreferencesSupported: false,
        cpuFeatureMaskSupported: true,
        s1AcpiManagementSupported: true,
        settingScreenResolutionSupported: false,
        toolsAutoUpdateSupported: false,
        vmNpivWwnSupported: true,
        npivWwnOnNonRdmVmSupported: true,
        vmNpivWwnDisableSupported: true,
        vmNpivWwnUpdateSupported: true,
        swapPlacementSupported: true,
        toolsSyncTimeSupported: true,
        virtualMmuUsageSupported: true,
        diskSharesSupported: true,
        bootOptionsSupported: true,
        bootRetryOptionsSupported: true,
        settingVideoRamSizeSupported: true,
        settingDisplayTopologySupported: false,
        recordReplaySupported: false,
        changeTrackingSupported: true,
        multipleCoresPerSocketSupported: true,
        hostBasedReplicationSupported: true,
        guestAutoLockSupported: true,
        memoryReservationLockSupported: true,
        featureRequirementSupported: true,
        poweredOnMonitorTypeChangeSupported: true,
        seSparseDiskSupported: true,
        nestedHVSupported: true,
        vPMCSupported: true,
        diskOnlySnapshotOnSuspendedVMSupported: vm.has(&Oddity::SuspendedDiskOnly).then_some(true),
    } }
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
    let nic = data! { GuestNicInfo {
        network: "VM Network",
        ipAddress: Value::texts([address(vm)]),
        macAddress: mac(vm),
        connected: true,
        deviceConfigId: 4000,
    } };
    data! { GuestInfo {
        toolsStatus: Value::of_enum("VirtualMachineToolsStatus", status),
        toolsVersionStatus: version,
        toolsVersionStatus2: version,
        toolsRunningStatus: running,
        toolsVersion: if vm.tools_installed { "12389" } else { "0" },
        guestId: up.then_some(vm.guest.id),
        guestFamily: up.then_some(vm.guest.family),
        guestFullName: up.then_some(vm.guest.name),
        hostName: up.then(|| vm.directory.clone()),
        ipAddress: up.then(|| address(vm)),
        net: up.then(|| Value::list("GuestNicInfo", [nic])),
        guestState: state,
        guestKernelCrashed: up.then_some(false),
        guestOperationsReady: up,
        interactiveGuestOperationsReady: false,
        guestStateChangeSupported: up,
    } }
}

fn summary(vm: &Vm, store: &str, now: Timestamp) -> Data {
    let (status_of_tools, version, running) = tools(vm);
    let up = vm.tools_running();
    let on = vm.power == Power::On;
    let guest = data! { VirtualMachineGuestSummary {
        guestId: up.then_some(vm.guest.id),
        guestFullName: up.then_some(vm.guest.name),
        toolsStatus: Value::of_enum("VirtualMachineToolsStatus", status_of_tools),
        toolsVersionStatus: version,
        toolsVersionStatus2: version,
        toolsRunningStatus: running,
        hostName: up.then(|| vm.directory.clone()),
        ipAddress: up.then(|| address(vm)),
    } };
    let disks = capped(vm.disks.disks.len());
    let config = data! { VirtualMachineConfigSummary {
        name: &vm.name,
        template: vm.template,
        vmPathName: file_name(vm, store, &format!("{}.vmx", vm.directory)),
        memorySizeMB: vm.memory_mb,
        cpuReservation: 0,
        memoryReservation: 0,
        numCpu: vm.cpus,
        numEthernetCards: 1,
        numVirtualDisks: disks,
        uuid: &vm.uuid,
        instanceUuid: &vm.instance_uuid,
        guestId: vm.guest.id,
        guestFullName: vm.guest.name,
        annotation: &vm.annotation,
        installBootRequired: false,
    } };
    let used = usage(vm);
    let mut storage = Data::new("VirtualMachineStorageSummary");
    storage.fields.extend(used.fields.into_iter().filter(|(name, _)| *name != "datastore"));
    let storage = storage.with("timestamp", now);
    let uptime = vm.boot.map(|boot| capped(now.duration_since(boot).as_secs()));
    let quick = data! { VirtualMachineQuickStats {
        overallCpuUsage: if on { vm.cpus * 120 } else { 0 },
        guestMemoryUsage: if on { vm.memory_mb / 5 } else { 0 },
        hostMemoryUsage: if on { vm.memory_mb / 2 } else { 0 },
        guestHeartbeatStatus: status(if up { "green" } else { "gray" }),
        uptimeSeconds: uptime.unwrap_or(0),
    } };
    data! { VirtualMachineSummary {
        vm: vm.id(),
        runtime: runtime(vm),
        guest,
        config,
        storage,
        quickStats: quick,
        overallStatus: overall(vm),
    } }
}

fn usage(vm: &Vm) -> Data {
    let committed = vm.committed();
    let room: u64 = vm.disks.disks.iter().map(|disk| disk.capacity).sum();
    data! { VirtualMachineUsageOnDatastore {
        datastore: vm.store,
        committed,
        uncommitted: room.saturating_sub(committed),
        unshared: committed,
    } }
}

/// The methods that a running task disables (and a template, and a lost host), and those that a power state disables.
const CHANGING: &str = "CreateSnapshot_Task CreateSnapshotEx_Task RevertToCurrentSnapshot_Task RemoveAllSnapshots_Task \
     ConsolidateVMDisks_Task PowerOnVM_Task PowerOffVM_Task SuspendVM_Task ResetVM_Task RelocateVM_Task MigrateVM_Task \
     CloneVM_Task ReconfigVM_Task Destroy_Task UnregisterVM MarkAsTemplate";
const WHILE_ON: &str = "PowerOnVM_Task Destroy_Task UnregisterVM MarkAsTemplate UpgradeVM_Task";
const WHILE_OFF: &str =
    "PowerOffVM_Task SuspendVM_Task ResetVM_Task ShutdownGuest RebootGuest StandbyGuest MountToolsInstaller";
const WHILE_SUSPENDED: &str = "SuspendVM_Task ResetVM_Task ShutdownGuest RebootGuest StandbyGuest";

/// The methods that vCenter would refuse now.
fn disabled_methods(vm: &Vm) -> Vec<&str> {
    let of_power = match vm.power {
        Power::On => WHILE_ON,
        Power::Off => WHILE_OFF,
        Power::Suspended => WHILE_SUSPENDED,
    };
    let reasons = [
        (true, of_power),
        (vm.task.is_some() || vm.template || !vm.connected, CHANGING),
        (vm.template, "MarkAsVirtualMachine"),
        (vm.snapshot_locked, "CreateSnapshot_Task CreateSnapshotEx_Task RemoveAllSnapshots_Task"),
        (vm.snapshots.is_empty(), "RevertToCurrentSnapshot_Task"),
    ];
    let given = reasons.into_iter().filter(|(given, _)| *given);
    let mut disabled: Vec<&str> = given.flat_map(|(_, methods)| methods.split(' ')).collect();
    disabled.extend(vm.disabled_by_hand());
    disabled.sort_unstable();
    disabled.dedup();
    disabled
}
