//! The properties of folders, the datacenter, the cluster, hosts, the resource pool, datastores and the network.

use super::generate::{CLUSTER, DATACENTER, HOST_ROOT, NET_ROOT, NETWORK, POOL, ROOT, STORE_ROOT, VM_ROOT};
use super::id::{Id, Kind};
use super::properties::properties;
use super::value::{Data, Value, capped, data};
use super::vm::Vm;
use super::world::{Host, Store, World};

/// Processor speed of every host, in MHz.
const MHZ: i32 = 2600;
/// Cores of every host.
const CORES: i16 = 32;
/// Memory of every host, in bytes.
const HOST_MEMORY: u64 = 512 << 30;

properties! {
    /// What every entity of the inventory has, unless its own type says otherwise.
    ENTITY |at| _id = at.id => {
        overallStatus: green(),
        configStatus: green(),
        effectiveRole: Value::ints([-1]),
        alarmActionsEnabled: true,
        disabledMethod: Value::texts(Vec::<String>::new()),
        recentTask: Value::refs([]),
    }
}

properties! { FOLDER |at| folder = at.world.folders.get(&at.id)? => {
    name: &folder.name,
    parent: folder.parent,
    childType: Value::texts(child_types(at.id).iter().copied()),
    childEntity: Value::refs(folder.children.iter().copied()),
} }

properties! { DATACENTER_PROPERTIES |at| world = (at.id == DATACENTER).then_some(at.world)? => {
    name: &world.datacenter,
    parent: ROOT,
    vmFolder: VM_ROOT,
    hostFolder: HOST_ROOT,
    datastoreFolder: STORE_ROOT,
    networkFolder: NET_ROOT,
    datastore: world.store_refs(),
    network: Value::refs([NETWORK]),
    configuration: Data::new("DatacenterConfigInfo"),
} }

properties! { CLUSTER_PROPERTIES |at| world = (at.id == CLUSTER).then_some(at.world)? => {
    name: "cluster-01",
    parent: HOST_ROOT,
    resourcePool: POOL,
    host: world.host_refs(),
    datastore: world.store_refs(),
    network: Value::refs([NETWORK]),
    summary: world.cluster_summary(),
    summaryEx: world.cluster_summary(),
    environmentBrowser: Id::new(Kind::EnvironmentBrowser, CLUSTER.n),
    configurationEx: data! { derived ClusterConfigInfoEx {
        vmSwapPlacement: "vmDirectory",
        dasConfig: data! { ClusterDasConfigInfo { enabled: true } },
        drsConfig: data! { ClusterDrsConfigInfo { enabled: true } },
    } },
} }

properties! { POOL_PROPERTIES |at| world = (at.id == POOL).then_some(at.world)? => {
    name: "Resources",
    parent: CLUSTER,
    owner: CLUSTER,
    runtime: pool_runtime(),
    config: pool_config(),
    summary: data! { ResourcePoolSummary { name: "Resources", config: pool_config(), runtime: pool_runtime() } },
    vm: world.vm_refs(|vm| !vm.template),
    resourcePool: Value::refs([]),
} }

properties! { HOST |at| host = at.world.hosts.iter().find(|host| host.id == at.id)? => {
    name: &host.name,
    parent: CLUSTER,
    runtime: host_runtime(),
    summary: host_summary(host),
    vm: at.world.vm_refs(|vm| vm.host == host.id),
    datastore: at.world.store_refs(),
    network: Value::refs([NETWORK]),
    datastoreBrowser: Id::new(Kind::DatastoreBrowser, host.id.n),
} }

properties! { DATASTORE |at| store = at.world.store(at.id)? => {
    name: &store.name,
    parent: STORE_ROOT,
    summary: store_summary(at.world, store),
    info: store_info(at.world, store),
    host: Value::list("DatastoreHostMount", at.world.hosts.iter().map(mount)),
    vm: at.world.vm_refs(|vm| vm.store == store.id),
    browser: Id::new(Kind::DatastoreBrowser, store.id.n),
    capability: data! { DatastoreCapability {
        directoryHierarchySupported: true,
        rawDiskMappingsSupported: true,
        perFileThinProvisioningSupported: true,
        storageIORMSupported: true,
        nativeSnapshotSupported: false,
    } },
} }

properties! { NETWORK_PROPERTIES |at| world = (at.id == NETWORK).then_some(at.world)? => {
    name: "VM Network",
    parent: NET_ROOT,
    host: world.host_refs(),
    vm: world.vm_refs(|_| true),
    summary: data! { NetworkSummary { network: NETWORK, name: "VM Network", accessible: true, ipPoolName: "" } },
} }

impl World {
    fn host_refs(&self) -> Value {
        Value::refs(self.hosts.iter().map(|host| host.id))
    }

    fn store_refs(&self) -> Value {
        Value::refs(self.stores.iter().map(|store| store.id))
    }

    fn vm_refs(&self, wanted: impl Fn(&Vm) -> bool) -> Value {
        Value::refs(self.vms.values().filter(|vm| wanted(vm)).map(Vm::id))
    }

    fn cluster_summary(&self) -> Data {
        let hosts = capped(self.hosts.len());
        let cores = i16::try_from(hosts).unwrap_or(1).saturating_mul(CORES);
        let memory = HOST_MEMORY.saturating_mul(u64::try_from(hosts).unwrap_or(1));
        data! { derived ClusterComputeResourceSummary {
            totalCpu: i32::from(cores) * MHZ,
            totalMemory: memory,
            numCpuCores: cores,
            numCpuThreads: cores,
            effectiveCpu: i32::from(cores) * MHZ,
            effectiveMemory: memory >> 20,
            numHosts: hosts,
            numEffectiveHosts: hosts,
            overallStatus: green(),
            currentFailoverLevel: 1,
            numVmotions: 0,
        } }
    }
}

fn green() -> Value {
    Value::of_enum("ManagedEntityStatus", "green")
}

/// The types of a folder's children.
fn child_types(id: Id) -> &'static [&'static str] {
    if id.kind == Kind::RootFolder {
        &["Folder", "Datacenter"]
    } else if id.kind == Kind::HostFolder {
        &["Folder", "ComputeResource"]
    } else if id.kind == Kind::StoreFolder {
        &["Folder", "Datastore", "StoragePod"]
    } else if id.kind == Kind::NetFolder {
        &["Folder", "Network", "DistributedVirtualSwitch"]
    } else {
        &["Folder", "VirtualMachine", "VirtualApp"]
    }
}

fn host_runtime() -> Data {
    data! { HostRuntimeInfo {
        connectionState: Value::of_enum("HostSystemConnectionState", "connected"),
        powerState: Value::of_enum("HostSystemPowerState", "poweredOn"),
        inMaintenanceMode: false,
    } }
}

fn host_summary(host: &Host) -> Data {
    let hardware = data! { HostHardwareSummary {
        vendor: "Example",
        model: "Simulated Server",
        uuid: format!("00000000-0000-4000-8000-{:012x}", host.id.n),
        memorySize: HOST_MEMORY,
        cpuModel: "Simulated CPU @ 2.60GHz",
        cpuMhz: MHZ,
        numCpuPkgs: 2i16,
        numCpuCores: CORES,
        numCpuThreads: CORES * 2,
        numNics: 4,
        numHBAs: 2,
    } };
    let config = data! { HostConfigSummary {
        name: &host.name,
        port: 443,
        vmotionEnabled: true,
        faultToleranceEnabled: false,
    } };
    let stats = data! { HostListSummaryQuickStats {
        overallCpuUsage: 9200,
        overallMemoryUsage: 210_000,
        uptime: 8_000_000,
    } };
    data! { HostListSummary {
        host: host.id,
        hardware,
        runtime: host_runtime(),
        config,
        quickStats: stats,
        overallStatus: green(),
        rebootRequired: false,
    } }
}

fn store_url(store: &Store) -> String {
    format!("ds:///vmfs/volumes/{:08x}/", store.id.n)
}

fn store_summary(world: &World, store: &Store) -> Data {
    data! { DatastoreSummary {
        datastore: store.id,
        name: &store.name,
        url: store_url(store),
        capacity: store.capacity,
        freeSpace: world.free_bytes(store.id),
        uncommitted: 0u64,
        accessible: true,
        multipleHostAccess: true,
        type: "VMFS",
        maintenanceMode: "normal",
    } }
}

fn store_info(world: &World, store: &Store) -> Data {
    const LARGEST: u64 = 62 << 40;
    data! { derived VmfsDatastoreInfo {
        name: &store.name,
        url: store_url(store),
        freeSpace: world.free_bytes(store.id),
        maxFileSize: LARGEST,
        maxMemoryFileSize: LARGEST,
        timestamp: world.now(),
        maxPhysicalRDMFileSize: LARGEST,
        maxVirtualRDMFileSize: LARGEST,
    } }
}

fn mount(host: &Host) -> Data {
    let info = data! { HostMountInfo { accessMode: "readWrite", accessible: true } };
    data! { DatastoreHostMount { key: host.id, mountInfo: info } }
}

fn pool_runtime() -> Data {
    let usage = data! { ResourcePoolResourceUsage {
        reservationUsed: 0i64,
        reservationUsedForVm: 0i64,
        unreservedForPool: 100_000i64,
        unreservedForVm: 100_000i64,
        overallUsage: 0i64,
        maxUsage: 100_000i64,
    } };
    data! { ResourcePoolRuntimeInfo { memory: usage.clone(), cpu: usage, overallStatus: green() } }
}

fn pool_config() -> Data {
    let shares = data! { SharesInfo { shares: 4000, level: Value::of_enum("SharesLevel", "normal") } };
    let allocation = data! { ResourceAllocationInfo {
        reservation: 0i64,
        expandableReservation: true,
        limit: -1i64,
        shares,
    } };
    data! { ResourceConfigSpec { entity: POOL, cpuAllocation: allocation.clone(), memoryAllocation: allocation } }
}
