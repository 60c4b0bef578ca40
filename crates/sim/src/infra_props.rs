//! The properties of what the VMs lie in and run on: folders, datacenter, cluster, hosts, pool, datastores, network.

use super::generate::{CLUSTER, HOST_ROOT, NET_ROOT, NETWORK, POOL, ROOT, STORE_ROOT, VM_ROOT};
use super::id::{Id, Kind};
use super::value::{Data, Value};
use super::vm::Vm;
use super::world::{Host, Store, World};

/// Processor speed of every host, in MHz.
const MHZ: i32 = 2600;
/// Cores of every host.
const CORES: i16 = 32;
/// Memory of every host, in bytes.
const HOST_MEMORY: u64 = 512 << 30;

impl World {
    pub(super) fn folder_property(&self, id: Id, name: &str) -> Option<Value> {
        let folder = self.folders.get(&id)?;
        let holds: &[&str] = if id.kind == Kind::RootFolder {
            &["Folder", "Datacenter"]
        } else if id.kind == Kind::HostFolder {
            &["Folder", "ComputeResource"]
        } else if id.kind == Kind::StoreFolder {
            &["Folder", "Datastore", "StoragePod"]
        } else if id.kind == Kind::NetFolder {
            &["Folder", "Network", "DistributedVirtualSwitch"]
        } else {
            &["Folder", "VirtualMachine", "VirtualApp"]
        };
        Some(match name {
            "name" => Value::from(&folder.name),
            "parent" => Value::Ref(folder.parent?),
            "childType" => Value::texts(holds.iter().copied()),
            "childEntity" => Value::refs(folder.children.iter().copied()),
            _ => return entity_property(name),
        })
    }

    pub(super) fn datacenter_property(&self, name: &str) -> Option<Value> {
        Some(match name {
            "name" => Value::from(&self.datacenter),
            "parent" => Value::Ref(ROOT),
            "vmFolder" => Value::Ref(VM_ROOT),
            "hostFolder" => Value::Ref(HOST_ROOT),
            "datastoreFolder" => Value::Ref(STORE_ROOT),
            "networkFolder" => Value::Ref(NET_ROOT),
            "datastore" => self.store_refs(),
            "network" => Value::refs([NETWORK]),
            "configuration" => Value::Data(Data::new("DatacenterConfigInfo")),
            _ => return entity_property(name),
        })
    }

    pub(super) fn cluster_property(&self, name: &str) -> Option<Value> {
        let hosts = i32::try_from(self.hosts.len()).unwrap_or(i32::MAX);
        let cores = i16::try_from(hosts).unwrap_or(1).saturating_mul(CORES);
        let summary = |kind: &'static str| {
            let memory = HOST_MEMORY.saturating_mul(u64::try_from(hosts).unwrap_or(1));
            Data::derived(kind)
                .with("totalCpu", i32::from(cores) * MHZ)
                .with("totalMemory", memory)
                .with("numCpuCores", cores)
                .with("numCpuThreads", cores)
                .with("effectiveCpu", i32::from(cores) * MHZ)
                .with("effectiveMemory", memory >> 20)
                .with("numHosts", hosts)
                .with("numEffectiveHosts", hosts)
                .with("overallStatus", Value::of_enum("ManagedEntityStatus", "green"))
                .with("currentFailoverLevel", 1)
                .with("numVmotions", 0)
        };
        Some(match name {
            "name" => Value::from("cluster-01"),
            "parent" => Value::Ref(HOST_ROOT),
            "resourcePool" => Value::Ref(POOL),
            "host" => Value::refs(self.hosts.iter().map(|host| host.id)),
            "datastore" => self.store_refs(),
            "network" => Value::refs([NETWORK]),
            "summary" | "summaryEx" => Value::Data(summary("ClusterComputeResourceSummary")),
            "environmentBrowser" => Value::Ref(Id::new(Kind::EnvironmentBrowser, CLUSTER.n)),
            "configurationEx" => Value::Data(
                Data::derived("ClusterConfigInfoEx")
                    .with("vmSwapPlacement", "vmDirectory")
                    .with("dasConfig", Data::new("ClusterDasConfigInfo").with("enabled", true))
                    .with("drsConfig", Data::new("ClusterDrsConfigInfo").with("enabled", true)),
            ),
            _ => return entity_property(name),
        })
    }

    pub(super) fn pool_property(&self, name: &str) -> Option<Value> {
        let usage = || {
            Data::new("ResourcePoolResourceUsage")
                .with("reservationUsed", 0i64)
                .with("reservationUsedForVm", 0i64)
                .with("unreservedForPool", 100_000i64)
                .with("unreservedForVm", 100_000i64)
                .with("overallUsage", 0i64)
                .with("maxUsage", 100_000i64)
        };
        let runtime = || {
            Data::new("ResourcePoolRuntimeInfo")
                .with("memory", usage())
                .with("cpu", usage())
                .with("overallStatus", Value::of_enum("ManagedEntityStatus", "green"))
        };
        Some(match name {
            "name" => Value::from("Resources"),
            "parent" | "owner" => Value::Ref(CLUSTER),
            "runtime" => Value::Data(runtime()),
            "config" => Value::Data(pool_config()),
            "summary" => Value::Data(
                Data::new("ResourcePoolSummary")
                    .with("name", "Resources")
                    .with("config", pool_config())
                    .with("runtime", runtime()),
            ),
            "vm" => Value::refs(self.vms.values().filter(|vm| !vm.template).map(Vm::id)),
            "resourcePool" => Value::refs([]),
            _ => return entity_property(name),
        })
    }

    pub(super) fn host_property(&self, host: &Host, name: &str) -> Option<Value> {
        let runtime = || {
            Data::new("HostRuntimeInfo")
                .with("connectionState", Value::of_enum("HostSystemConnectionState", "connected"))
                .with("powerState", Value::of_enum("HostSystemPowerState", "poweredOn"))
                .with("inMaintenanceMode", false)
        };
        let hardware = Data::new("HostHardwareSummary")
            .with("vendor", "Example")
            .with("model", "Simulated Server")
            .with("uuid", format!("00000000-0000-4000-8000-{:012x}", host.id.n))
            .with("memorySize", HOST_MEMORY)
            .with("cpuModel", "Simulated CPU @ 2.60GHz")
            .with("cpuMhz", MHZ)
            .with("numCpuPkgs", 2i16)
            .with("numCpuCores", CORES)
            .with("numCpuThreads", CORES * 2)
            .with("numNics", 4)
            .with("numHBAs", 2);
        Some(match name {
            "name" => Value::from(&host.name),
            "parent" => Value::Ref(CLUSTER),
            "runtime" => Value::Data(runtime()),
            "summary" => Value::Data(
                Data::new("HostListSummary")
                    .with("host", host.id)
                    .with("hardware", hardware)
                    .with("runtime", runtime())
                    .with(
                        "config",
                        Data::new("HostConfigSummary")
                            .with("name", &host.name)
                            .with("port", 443)
                            .with("vmotionEnabled", true)
                            .with("faultToleranceEnabled", false),
                    )
                    .with(
                        "quickStats",
                        Data::new("HostListSummaryQuickStats")
                            .with("overallCpuUsage", 9200)
                            .with("overallMemoryUsage", 210_000)
                            .with("uptime", 8_000_000),
                    )
                    .with("overallStatus", Value::of_enum("ManagedEntityStatus", "green"))
                    .with("rebootRequired", false),
            ),
            "vm" => Value::refs(self.vms.values().filter(|vm| vm.host == host.id).map(Vm::id)),
            "datastore" => self.store_refs(),
            "network" => Value::refs([NETWORK]),
            "datastoreBrowser" => Value::Ref(Id::new(Kind::DatastoreBrowser, host.id.n)),
            _ => return entity_property(name),
        })
    }

    pub(super) fn store_property(&self, store: &Store, name: &str) -> Option<Value> {
        let url = format!("ds:///vmfs/volumes/{:08x}/", store.id.n);
        let free = || self.free_bytes(store.id);
        Some(match name {
            "name" => Value::from(&store.name),
            "parent" => Value::Ref(STORE_ROOT),
            "summary" => Value::Data(
                Data::new("DatastoreSummary")
                    .with("datastore", store.id)
                    .with("name", &store.name)
                    .with("url", url)
                    .with("capacity", store.capacity)
                    .with("freeSpace", free())
                    .with("uncommitted", 0u64)
                    .with("accessible", true)
                    .with("multipleHostAccess", true)
                    .with("type", "VMFS")
                    .with("maintenanceMode", "normal"),
            ),
            "info" => Value::Data(
                Data::derived("VmfsDatastoreInfo")
                    .with("name", &store.name)
                    .with("url", url)
                    .with("freeSpace", free())
                    .with("maxFileSize", 62u64 << 40)
                    .with("maxMemoryFileSize", 62u64 << 40)
                    .with("timestamp", self.now())
                    .with("maxPhysicalRDMFileSize", 62u64 << 40)
                    .with("maxVirtualRDMFileSize", 62u64 << 40),
            ),
            "host" => {
                let mounts = self.hosts.iter().map(|host| {
                    let info = Data::new("HostMountInfo").with("accessMode", "readWrite").with("accessible", true);
                    Data::new("DatastoreHostMount").with("key", host.id).with("mountInfo", info)
                });
                Value::list("DatastoreHostMount", mounts)
            }
            "vm" => Value::refs(self.vms.values().filter(|vm| vm.store == store.id).map(Vm::id)),
            "browser" => Value::Ref(Id::new(Kind::DatastoreBrowser, store.id.n)),
            "capability" => Value::Data(
                Data::new("DatastoreCapability")
                    .with("directoryHierarchySupported", true)
                    .with("rawDiskMappingsSupported", true)
                    .with("perFileThinProvisioningSupported", true)
                    .with("storageIORMSupported", true)
                    .with("nativeSnapshotSupported", false),
            ),
            _ => return entity_property(name),
        })
    }

    pub(super) fn network_property(&self, name: &str) -> Option<Value> {
        Some(match name {
            "name" => Value::from("VM Network"),
            "parent" => Value::Ref(NET_ROOT),
            "host" => Value::refs(self.hosts.iter().map(|host| host.id)),
            "vm" => Value::refs(self.vms.values().map(Vm::id)),
            "summary" => Value::Data(
                Data::new("NetworkSummary")
                    .with("network", NETWORK)
                    .with("name", "VM Network")
                    .with("accessible", true)
                    .with("ipPoolName", ""),
            ),
            _ => return entity_property(name),
        })
    }

    fn store_refs(&self) -> Value {
        Value::refs(self.stores.iter().map(|store| store.id))
    }
}

/// What every entity of the inventory has.
fn entity_property(name: &str) -> Option<Value> {
    Some(match name {
        "overallStatus" | "configStatus" => Value::of_enum("ManagedEntityStatus", "green"),
        "effectiveRole" => Value::ints([-1]),
        "alarmActionsEnabled" => Value::Bool(true),
        "disabledMethod" => Value::texts(Vec::<String>::new()),
        "recentTask" => Value::refs([]),
        _ => return None,
    })
}

fn pool_config() -> Data {
    let allocation = || {
        Data::new("ResourceAllocationInfo")
            .with("reservation", 0i64)
            .with("expandableReservation", true)
            .with("limit", -1i64)
            .with(
                "shares",
                Data::new("SharesInfo").with("shares", 4000).with("level", Value::of_enum("SharesLevel", "normal")),
            )
    };
    Data::new("ResourceConfigSpec")
        .with("entity", POOL)
        .with("cpuAllocation", allocation())
        .with("memoryAllocation", allocation())
}
