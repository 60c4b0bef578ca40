//! The properties of every object, and which objects there are.

use super::generate::{CLUSTER, DATACENTER, HOST_ROOT, NET_ROOT, NETWORK, POOL, ROOT, STORE_ROOT, VM_ROOT};
use super::id::{Id, Kind};
use super::schema::schema;
use super::session::{Session, View};
use super::task::Task;
use super::value::{Data, Value};
use super::vm::Vm;
use super::vm_props::{snapshot_property, vm_property};
use super::world::World;

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
            | Kind::EventManager
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
            Kind::EventManager => match name {
                "latestEvent" => self.latest_event().map(Value::Data),
                "maxCollector" => Some(Value::Int(32)),
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
        self.stores.iter().find(|store| store.id == id).map_or("", |store| store.name.as_str())
    }

    /// The tasks of a VM that vCenter still shows.
    pub(super) fn recent_of(&self, vm: &Vm) -> Vec<Id> {
        let shown = |n: &&u32| self.tasks.get(n).is_some_and(|task| self.shows(task));
        vm.recent.iter().filter(shown).map(|n| Id::new(Kind::Task, *n)).collect()
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
            View::Container { container, types, recursive } => {
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
            Kind::RootFolder | Kind::VmFolder | Kind::HostFolder | Kind::StoreFolder | Kind::NetFolder => {
                self.folders.get(&id).map(|folder| folder.children.clone()).unwrap_or_default()
            }
            Kind::Datacenter => vec![VM_ROOT, HOST_ROOT, STORE_ROOT, NET_ROOT],
            Kind::Cluster => self.hosts.iter().map(|host| host.id).chain([POOL]).collect(),
            Kind::ServiceInstance
            | Kind::PropertyCollector
            | Kind::SessionManager
            | Kind::ViewManager
            | Kind::SearchIndex
            | Kind::TaskManager
            | Kind::EventManager
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
            .with("eventManager", Id::only(Kind::EventManager))
            .with("taskManager", Id::only(Kind::TaskManager))
            .with("searchIndex", Id::only(Kind::SearchIndex))
    }

    fn about(&self) -> Data {
        Data::new("AboutInfo")
            .with("name", "VMware vCenter Server")
            .with("fullName", "VMware vCenter Server 8.0.3 build-24322831 (simulated by snapwarden)")
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

    fn view_property(&self, view: &View, name: &str) -> Option<Value> {
        Some(match (name, view) {
            ("view", _) => Value::refs(self.view_members(view)),
            ("container", View::Container { container, .. }) => Value::Ref(*container),
            ("type", View::Container { types, .. }) => Value::texts(types.iter().cloned()),
            ("recursive", View::Container { recursive, .. }) => Value::Bool(*recursive),
            _ => return None,
        })
    }
}

/// `TaskManager.description`: what each `descriptionId` is called for people.
fn task_description() -> Data {
    const METHODS: &[(&str, &str)] = &[
        ("VirtualMachine.createSnapshot", "Create virtual machine snapshot"),
        ("vm.Snapshot.revert", "Revert snapshot"),
        ("vm.Snapshot.remove", "Remove snapshot"),
        ("VirtualMachine.removeAllSnapshots", "Remove all snapshots"),
        ("VirtualMachine.consolidateDisks", "Consolidate virtual machine disk files"),
        ("VirtualMachine.powerOn", "Power On virtual machine"),
        ("VirtualMachine.powerOff", "Power Off virtual machine"),
        ("VirtualMachine.suspend", "Suspend virtual machine"),
        ("VirtualMachine.destroy", "Delete virtual machine"),
        ("ManagedEntity.rename", "Rename entity"),
    ];
    const STATES: &[(&str, &str)] =
        &[("queued", "Queued"), ("running", "Running"), ("success", "Completed"), ("error", "Failed")];
    let described = |kind: &'static str, rows: &[(&str, &str)]| {
        let rows = rows
            .iter()
            .map(|(key, label)| Data::derived(kind).with("label", *label).with("summary", *label).with("key", *key));
        Value::list(kind, rows)
    };
    Data::new("TaskDescription")
        .with("methodInfo", described("ElementDescription", METHODS))
        .with("state", described("ElementDescription", STATES))
        .with("reason", described("TypeDescription", &[("TaskReasonUser", "User task")]))
}
