//! The properties of every object, and which objects there are.

use super::generate::{CLUSTER, DATACENTER, HOST_ROOT, NET_ROOT, NETWORK, POOL, ROOT, STORE_ROOT, VM_ROOT};
use super::id::{Id, Kind};
use super::schema::schema;
use super::session::{Session, View};
use super::task::Task;
use super::value::{Data, Value};
use super::vm::Vm;
use super::vm_props::{snapshot_property, vm_property};
use super::world::{Host, Store, World};

/// Processor speed of every host, in MHz.
const MHZ: i32 = 2600;
/// Cores of every host.
const CORES: i16 = 32;
/// Memory of every host, in bytes.
const HOST_MEMORY: u64 = 512 << 30;

impl World {
    /// Whether there is such an object, for this session.
    pub(super) fn exists(&self, session: Option<&Session>, id: Id) -> bool {
        match id.kind {
            Kind::ServiceInstance
            | Kind::PropertyCollector
            | Kind::SessionManager
            | Kind::ViewManager
            | Kind::SearchIndex
            | Kind::TaskManager
            | Kind::AuthorizationManager => true,
            Kind::RootFolder | Kind::VmFolder | Kind::HostFolder | Kind::StoreFolder | Kind::NetFolder => {
                self.folders.contains_key(&id)
            }
            Kind::Datacenter => id == DATACENTER,
            Kind::Cluster => id == CLUSTER,
            Kind::Host => self.hosts.iter().any(|host| host.id == id),
            Kind::Pool => id == POOL,
            Kind::Datastore => self.stores.iter().any(|store| store.id == id),
            Kind::Network => id == NETWORK,
            Kind::Vm => self.vms.contains_key(&id.n),
            Kind::Snapshot => self.snapshot_owner.contains_key(&id.n),
            Kind::Task => self.tasks.get(&id.n).is_some_and(|task| self.shows(task)),
            Kind::Collector => session.is_some_and(|session| session.collectors.contains_key(&id)),
            Kind::Filter => {
                session.is_some_and(|session| session.collectors.values().any(|collector| collector.has_filter(id)))
            }
            Kind::ContainerView | Kind::ListView => session.is_some_and(|session| session.views.contains_key(&id)),
            Kind::TaskHistory => session.is_some_and(|session| session.histories.contains_key(&id)),
            Kind::EnvironmentBrowser | Kind::DatastoreBrowser => false,
        }
    }

    /// A property by its name; none where it is unset. Whether the type has it at all, the schema tells.
    pub(super) fn property(&self, session: Option<&Session>, id: Id, name: &str) -> Option<Value> {
        match id.kind {
            Kind::Vm => vm_property(self, self.vm(id)?, name),
            Kind::Snapshot => snapshot_property(self, id.n, name),
            Kind::Task => self.task_property(self.tasks.get(&id.n)?, name),
            Kind::RootFolder | Kind::VmFolder | Kind::HostFolder | Kind::StoreFolder | Kind::NetFolder => {
                self.folder_property(id, name)
            }
            Kind::Datacenter => self.datacenter_property(name),
            Kind::Cluster => self.cluster_property(name),
            Kind::Pool => self.pool_property(name),
            Kind::Host => self.host_property(self.hosts.iter().find(|host| host.id == id)?, name),
            Kind::Datastore => self.store_property(self.stores.iter().find(|store| store.id == id)?, name),
            Kind::Network => self.network_property(name),
            Kind::ServiceInstance => match name {
                "content" => Some(Value::Data(self.service_content())),
                "serverClock" => Some(Value::Time(self.now())),
                _ => None,
            },
            Kind::SessionManager => match name {
                "currentSession" => session.map(|session| Value::Data(session.data())),
                "sessionList" => session.map(|_| Value::list("UserSession", self.sessions.values().map(Session::data))),
                "defaultLocale" => Some(Value::from("en")),
                "supportedLocaleList" | "messageLocaleList" => Some(Value::texts(["en"])),
                _ => None,
            },
            Kind::TaskManager => match name {
                "recentTask" => Some(Value::refs(self.recent_tasks())),
                "maxCollector" => Some(Value::Int(32)),
                "description" => Some(Value::Data(task_description())),
                _ => None,
            },
            Kind::ViewManager if name == "viewList" => {
                session.map(|session| Value::refs(session.views.keys().copied()))
            }
            Kind::ContainerView | Kind::ListView => {
                let view = session?.views.get(&id)?;
                self.view_property(view, name)
            }
            Kind::TaskHistory if name == "latestPage" => {
                let history = session?.histories.get(&id)?;
                Some(history.latest(self))
            }
            Kind::PropertyCollector | Kind::Collector if name == "filter" => {
                let collector = session?.collectors.get(&id)?;
                Some(Value::refs(collector.filter_ids()))
            }
            Kind::PropertyCollector
            | Kind::ViewManager
            | Kind::SearchIndex
            | Kind::AuthorizationManager
            | Kind::Collector
            | Kind::Filter
            | Kind::TaskHistory
            | Kind::EnvironmentBrowser
            | Kind::DatastoreBrowser => None,
        }
    }

    /// The datastore's name, empty where there is none.
    pub(super) fn store_name(&self, id: Id) -> &str {
        self.stores
            .iter()
            .find(|store| store.id == id)
            .map_or("", |store| store.name.as_str())
    }

    /// The tasks of a VM that vCenter still shows.
    pub(super) fn recent_of(&self, vm: &Vm) -> Vec<Id> {
        let shown = |n: &&u32| self.tasks.get(n).is_some_and(|task| self.shows(task));
        vm.recent
            .iter()
            .filter(shown)
            .map(|n| Id::new(Kind::Task, *n))
            .collect()
    }

    /// What is called an object's parent in the inventory.
    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        let Value::Ref(parent) = self.property(None, id, "parent")? else {
            return None;
        };
        Some(parent)
    }

    /// What a view shows now.
    pub(super) fn view_members(&self, view: &View) -> Vec<Id> {
        match view {
            View::List(ids) => ids.iter().copied().filter(|id| self.exists(None, *id)).collect(),
            View::Container {
                container,
                types,
                recursive,
            } => {
                let wanted = |id: &Id| types.is_empty() || types.iter().any(|kind| schema().is_a(id.type_name(), kind));
                let mut found = Vec::new();
                let mut queue = std::collections::VecDeque::from(self.contained(*container));
                while let Some(id) = queue.pop_front() {
                    if wanted(&id) {
                        found.push(id);
                    }
                    if *recursive {
                        queue.extend(self.contained(id));
                    }
                }
                found
            }
        }
    }

    /// What lies directly in a container, as container views see it.
    pub(super) fn contained(&self, id: Id) -> Vec<Id> {
        match id.kind {
            Kind::RootFolder | Kind::VmFolder | Kind::HostFolder | Kind::StoreFolder | Kind::NetFolder => self
                .folders
                .get(&id)
                .map(|folder| folder.children.clone())
                .unwrap_or_default(),
            Kind::Datacenter => vec![VM_ROOT, HOST_ROOT, STORE_ROOT, NET_ROOT],
            Kind::Cluster => self.hosts.iter().map(|host| host.id).chain([POOL]).collect(),
            Kind::ServiceInstance
            | Kind::PropertyCollector
            | Kind::SessionManager
            | Kind::ViewManager
            | Kind::SearchIndex
            | Kind::TaskManager
            | Kind::AuthorizationManager
            | Kind::Host
            | Kind::Pool
            | Kind::Datastore
            | Kind::Network
            | Kind::Vm
            | Kind::Snapshot
            | Kind::Task
            | Kind::Collector
            | Kind::Filter
            | Kind::ContainerView
            | Kind::ListView
            | Kind::TaskHistory
            | Kind::EnvironmentBrowser
            | Kind::DatastoreBrowser => Vec::new(),
        }
    }

    /// `ServiceContent`: the managers that exist here.
    pub(super) fn service_content(&self) -> Data {
        Data::new("ServiceContent")
            .with("rootFolder", ROOT)
            .with("propertyCollector", Id::only(Kind::PropertyCollector))
            .with("viewManager", Id::only(Kind::ViewManager))
            .with("about", self.about())
            .with("sessionManager", Id::only(Kind::SessionManager))
            .with("authorizationManager", Id::only(Kind::AuthorizationManager))
            .with("taskManager", Id::only(Kind::TaskManager))
            .with("searchIndex", Id::only(Kind::SearchIndex))
    }

    fn about(&self) -> Data {
        Data::new("AboutInfo")
            .with("name", "VMware vCenter Server")
            .with(
                "fullName",
                "VMware vCenter Server 8.0.3 build-24322831 (simulated by snapwarden)",
            )
            .with("vendor", "VMware, Inc.")
            .with("version", "8.0.3")
            .with("patchLevel", "00300")
            .with("build", "24322831")
            .with("localeVersion", "INTL")
            .with("localeBuild", "000")
            .with("osType", "linux-x64")
            .with("productLineId", "vpx")
            .with("apiType", "VirtualCenter")
            .with("apiVersion", super::API_VERSION)
            .with("instanceUuid", self.instance_uuid.as_str())
            .with("licenseProductName", "VMware VirtualCenter Server")
            .with("licenseProductVersion", "8.0")
    }

    fn task_property(&self, task: &Task, name: &str) -> Option<Value> {
        (name == "info").then(|| Value::Data(self.task_info(task)))
    }

    /// `TaskInfo`
    pub(super) fn task_info(&self, task: &Task) -> Data {
        task.info(|moment| self.clock.date_at(moment))
    }

    fn folder_property(&self, id: Id, name: &str) -> Option<Value> {
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

    fn datacenter_property(&self, name: &str) -> Option<Value> {
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

    fn cluster_property(&self, name: &str) -> Option<Value> {
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
                .with("overallStatus", Value::Enum("ManagedEntityStatus", "green"))
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

    fn pool_property(&self, name: &str) -> Option<Value> {
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
                .with("overallStatus", Value::Enum("ManagedEntityStatus", "green"))
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

    fn host_property(&self, host: &Host, name: &str) -> Option<Value> {
        let runtime = || {
            Data::new("HostRuntimeInfo")
                .with("connectionState", Value::Enum("HostSystemConnectionState", "connected"))
                .with("powerState", Value::Enum("HostSystemPowerState", "poweredOn"))
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
                    .with("overallStatus", Value::Enum("ManagedEntityStatus", "green"))
                    .with("rebootRequired", false),
            ),
            "vm" => Value::refs(self.vms.values().filter(|vm| vm.host == host.id).map(Vm::id)),
            "datastore" => self.store_refs(),
            "network" => Value::refs([NETWORK]),
            "datastoreBrowser" => Value::Ref(Id::new(Kind::DatastoreBrowser, host.id.n)),
            _ => return entity_property(name),
        })
    }

    fn store_property(&self, store: &Store, name: &str) -> Option<Value> {
        let url = format!("ds:///vmfs/volumes/{:08x}/", store.id.n);
        let free = || {
            let ours = self.vms.values().filter(|vm| vm.store == store.id);
            let used: u64 = ours.map(Vm::committed).sum();
            store.capacity.saturating_sub(store.others).saturating_sub(used)
        };
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
                    let info = Data::new("HostMountInfo")
                        .with("accessMode", "readWrite")
                        .with("accessible", true);
                    Data::new("DatastoreHostMount")
                        .with("key", host.id)
                        .with("mountInfo", info)
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

    fn network_property(&self, name: &str) -> Option<Value> {
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

    fn view_property(&self, view: &View, name: &str) -> Option<Value> {
        Some(match (name, view) {
            ("view", _) => Value::refs(self.view_members(view)),
            ("container", View::Container { container, .. }) => Value::Ref(*container),
            ("type", View::Container { types, .. }) => Value::texts(types.iter().cloned()),
            ("recursive", View::Container { recursive, .. }) => Value::Bool(*recursive),
            _ => return None,
        })
    }

    fn store_refs(&self) -> Value {
        Value::refs(self.stores.iter().map(|store| store.id))
    }
}

/// What every entity of the inventory has.
fn entity_property(name: &str) -> Option<Value> {
    Some(match name {
        "overallStatus" | "configStatus" => Value::Enum("ManagedEntityStatus", "green"),
        "effectiveRole" => Value::List("int", vec![Value::Int(-1)]),
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
                Data::new("SharesInfo")
                    .with("shares", 4000)
                    .with("level", Value::Enum("SharesLevel", "normal")),
            )
    };
    Data::new("ResourceConfigSpec")
        .with("entity", POOL)
        .with("cpuAllocation", allocation())
        .with("memoryAllocation", allocation())
}

/// `TaskManager.description`: what each `descriptionId` is called for people.
fn task_description() -> Data {
    const METHODS: &[(&str, &str)] = &[
        ("VirtualMachine.createSnapshot", "Create virtual machine snapshot"),
        ("vm.Snapshot.revert", "Revert snapshot"),
        ("vm.Snapshot.remove", "Remove snapshot"),
        ("VirtualMachine.removeAllSnapshots", "Remove all snapshots"),
        (
            "VirtualMachine.consolidateDisks",
            "Consolidate virtual machine disk files",
        ),
        ("VirtualMachine.powerOn", "Power On virtual machine"),
        ("VirtualMachine.powerOff", "Power Off virtual machine"),
        ("VirtualMachine.suspend", "Suspend virtual machine"),
        ("VirtualMachine.destroy", "Delete virtual machine"),
        ("ManagedEntity.rename", "Rename entity"),
    ];
    const STATES: &[(&str, &str)] = &[
        ("queued", "Queued"),
        ("running", "Running"),
        ("success", "Completed"),
        ("error", "Failed"),
    ];
    let described = |kind: &'static str, rows: &[(&str, &str)]| {
        let rows = rows.iter().map(|(key, label)| {
            Data::derived(kind)
                .with("label", *label)
                .with("summary", *label)
                .with("key", *key)
        });
        Value::list(kind, rows)
    };
    Data::new("TaskDescription")
        .with("methodInfo", described("ElementDescription", METHODS))
        .with("state", described("ElementDescription", STATES))
        .with(
            "reason",
            described("TypeDescription", &[("TaskReasonUser", "User task")]),
        )
}
