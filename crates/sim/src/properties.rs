//! Which objects there are, and their properties: one table of types, each with its properties and how they are read.

use std::collections::HashSet;

use super::events::event_description;
use super::fault::Fault;
use super::generate::{CLUSTER, DATACENTER, HOST_ROOT, NET_ROOT, POOL, ROOT, STORE_ROOT, VM_ROOT};
use super::id::{Id, Kind};
use super::infra_props as infra;
use super::session::{Session, View};
use super::task::Task;
use super::value::{Data, Value, data};
use super::vm::Vm;
use super::vm_props as vms;
use super::world::World;
use super::xml::Element;

/// The object whose property is read.
pub(super) struct At<'a> {
    pub(super) world: &'a World,
    /// The caller's, for what belongs to a session.
    pub(super) session: Option<&'a Session>,
    pub(super) id: Id,
}

/// The properties of a type, without those of the types that it extends.
pub(super) struct Properties {
    pub(super) names: &'static [&'static str],
    /// Whether there is such an object.
    pub(super) exists: fn(&At<'_>) -> bool,
    /// A property by its name; none where it is unset or not in the list.
    pub(super) read: fn(&At<'_>, &str) -> Option<Value>,
}

/// Makes the properties of a type: how the object is found, and each property's value, which is made when it is asked for.
macro_rules! properties {
    ($(#[$doc:meta])* $table:ident |$at:ident| $object:ident = $find:expr => { $($name:ident: $value:expr,)* }) => {
        $(#[$doc])*
        pub(super) const $table: $crate::properties::Properties = $crate::properties::Properties {
            names: &[$(stringify!($name)),*],
            exists: |$at| {
                let found = || {
                    let _object = $find;
                    Some(())
                };
                found().is_some()
            },
            read: |$at, name| {
                let $object = $find;
                let _ = (&$object, name);
                $(if name == stringify!($name) {
                    return $crate::value::Field::field($value);
                })*
                None
            },
        };
    };
}
pub(super) use properties;

/// The types whose objects are here, and those that they extend.
const TYPES: &[(&str, &Properties)] = &[
    ("ManagedEntity", &infra::ENTITY),
    ("VirtualMachine", &vms::VIRTUAL_MACHINE),
    ("VirtualMachineSnapshot", &vms::SNAPSHOT),
    ("Task", &TASK),
    ("Folder", &infra::FOLDER),
    ("Datacenter", &infra::DATACENTER_PROPERTIES),
    ("ClusterComputeResource", &infra::CLUSTER_PROPERTIES),
    ("ResourcePool", &infra::POOL_PROPERTIES),
    ("HostSystem", &infra::HOST),
    ("Datastore", &infra::DATASTORE),
    ("Network", &infra::NETWORK_PROPERTIES),
    ("ServiceInstance", &SERVICE_INSTANCE),
    ("SessionManager", &SESSION_MANAGER),
    ("TaskManager", &TASK_MANAGER),
    ("EventManager", &EVENT_MANAGER),
    ("ViewManager", &VIEW_MANAGER),
    ("AuthorizationManager", &MANAGER),
    ("SearchIndex", &MANAGER),
    ("PropertyCollector", &PROPERTY_COLLECTOR),
    ("PropertyFilter", &PROPERTY_FILTER),
    ("ManagedObjectView", &VIEW),
    ("ContainerView", &CONTAINER_VIEW),
    ("ListView", &VIEW),
    ("TaskHistoryCollector", &HISTORY),
    ("EventHistoryCollector", &HISTORY),
];

properties! { MANAGER |at| _manager = at.id => {} }

properties! { SERVICE_INSTANCE |at| world = at.world => {
    content: world.service_content(),
    serverClock: world.now(),
} }

properties! { SESSION_MANAGER |at| world = at.world => {
    currentSession: at.session.map(Session::data),
    sessionList: at.session.map(|_| Value::list("UserSession", world.sessions.values().map(Session::data))),
    defaultLocale: "en",
    supportedLocaleList: Value::texts(["en"]),
    messageLocaleList: Value::texts(["en"]),
} }

properties! { TASK_MANAGER |at| world = at.world => {
    recentTask: Value::refs(world.recent_tasks()),
    maxCollector: 32,
    description: task_description(),
} }

properties! { EVENT_MANAGER |at| world = at.world => {
    latestEvent: world.latest_event(),
    maxCollector: 32,
    description: event_description(),
} }

properties! { VIEW_MANAGER |at| session = at.session => {
    viewList: session.map(|session| Value::refs(session.views.keys().copied())),
} }

properties! {
    /// Of the collector that every session has from its start, which is there without a session too, and of others.
    PROPERTY_COLLECTOR |at| collector = {
        let own = at.session.and_then(|session| session.collectors.get(&at.id));
        (own.is_some() || at.id.kind == Kind::PropertyCollector).then_some(own)?
    } => {
        filter: collector.map(|collector| Value::refs(collector.filter_ids())),
    }
}

properties! { PROPERTY_FILTER |at| _collector = at.session?.collectors.values().find(|one| one.has_filter(at.id))? => {} }

properties! { VIEW |at| view = at.session?.views.get(&at.id)? => {
    view: Value::refs(at.world.view_members(at.session, view)),
} }

properties! { CONTAINER_VIEW |at| view = match at.session?.views.get(&at.id)? {
    View::Container(view) => view,
    View::List(_) => return None,
} => {
    container: view.container,
    type: Value::texts(view.types.iter().cloned()),
    recursive: view.recursive,
} }

properties! { HISTORY |at| history = at.session?.histories.get(&at.id)? => {
    latestPage: history.latest(at.world),
} }

properties! { TASK |at| task = at.world.tasks.get(&at.id.n).filter(|task| at.world.shows(task))? => {
    info: at.world.task_info(task),
} }

impl World {
    /// Whether there is such an object, for this session.
    pub(super) fn exists(&self, session: Option<&Session>, id: Id) -> bool {
        properties_of(id.type_name()).is_some_and(|own| (own.exists)(&At { world: self, session, id }))
    }

    /// A property by its name; none where it is unset or the type does not have it.
    pub(super) fn property(&self, session: Option<&Session>, id: Id, name: &str) -> Option<Value> {
        let at = At { world: self, session, id };
        let tables = id.types().iter().filter_map(|name| properties_of(name));
        tables.filter(|table| table.names.contains(&name)).find_map(|table| (table.read)(&at, name))
    }

    /// The object that a reference among the arguments means.
    pub(super) fn existing(&self, reference: &Element, session: Option<&Session>) -> Result<Id, Fault> {
        let (kind, text) = (reference.attribute("type").unwrap_or_default(), reference.text.trim());
        let found = Id::parse(kind, text).filter(|id| self.exists(session, *id));
        found.ok_or_else(|| Fault::gone(kind, text))
    }

    /// The datastore's name, empty where there is none.
    pub(super) fn store_name(&self, id: Id) -> &str {
        self.store(id).map_or("", |store| store.name.as_str())
    }

    /// The tasks of a VM that vCenter still shows.
    pub(super) fn recent_of(&self, vm: &Vm) -> Vec<Id> {
        let shown = |n: &&u32| self.tasks.get(n).is_some_and(|task| self.shows(task));
        vm.recent.iter().filter(shown).map(|n| Id::task(*n)).collect()
    }

    /// An object's parent in the inventory.
    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        if let Value::Ref(parent) = self.property(None, id, "parent")? { Some(parent) } else { None }
    }

    /// The objects in a view.
    fn view_members(&self, session: Option<&Session>, view: &View) -> Vec<Id> {
        let view = match view {
            View::List(ids) => {
                let there = ids.iter().filter(|id| self.exists(session, **id));
                return there.copied().collect();
            }
            View::Container(view) => view,
        };
        let mut found = self.contained(view.container);
        // A VM is reached by its folder, its host and its resource pool.
        let mut seen: HashSet<Id> = found.iter().copied().collect();
        let mut looked = 0;
        while view.recursive
            && let Some(id) = found.get(looked).copied()
        {
            found.extend(self.contained(id).into_iter().filter(|id| seen.insert(*id)));
            looked += 1;
        }
        found.retain(|id| view.types.is_empty() || view.types.iter().any(|kind| id.is_a(kind)));
        found
    }

    /// What lies directly in a container, as container views see it.
    pub(super) fn contained(&self, id: Id) -> Vec<Id> {
        if let Some(folder) = self.folders.get(&id) {
            folder.children.clone()
        } else if id == DATACENTER {
            vec![VM_ROOT, HOST_ROOT, STORE_ROOT, NET_ROOT]
        } else if id == CLUSTER {
            self.hosts.iter().map(|host| host.id).chain([POOL]).collect()
        } else if matches!(id.kind, Kind::Pool | Kind::Host) {
            self.property(None, id, "vm").map(|vms| vms.references()).unwrap_or_default()
        } else {
            Vec::new()
        }
    }

    /// `TaskInfo`
    pub(super) fn task_info(&self, task: &Task) -> Data {
        task.info(|moment| self.clock.date_at(moment))
    }

    /// `ServiceContent`: the managers that exist here.
    pub(super) fn service_content(&self) -> Data {
        data! { ServiceContent {
            rootFolder: ROOT,
            propertyCollector: Id::only(Kind::PropertyCollector),
            viewManager: Id::only(Kind::ViewManager),
            about: self.about(),
            sessionManager: Id::only(Kind::SessionManager),
            authorizationManager: Id::only(Kind::AuthorizationManager),
            eventManager: Id::only(Kind::EventManager),
            taskManager: Id::only(Kind::TaskManager),
            searchIndex: Id::only(Kind::SearchIndex),
        } }
    }

    fn about(&self) -> Data {
        data! { AboutInfo {
            name: "VMware vCenter Server",
            fullName: "VMware vCenter Server 8.0.3 build-24322831 (simulated by snapwarden)",
            vendor: "VMware, Inc.",
            version: "8.0.3",
            patchLevel: "00300",
            build: "24322831",
            localeVersion: "INTL",
            localeBuild: "000",
            osType: "linux-x64",
            productLineId: "vpx",
            apiType: "VirtualCenter",
            apiVersion: super::API_VERSION,
            instanceUuid: self.instance_uuid.as_str(),
            licenseProductName: "VMware VirtualCenter Server",
            licenseProductVersion: "8.0",
        } }
    }
}

fn properties_of(type_name: &str) -> Option<&'static Properties> {
    TYPES.iter().find(|(name, _)| *name == type_name).map(|(_, table)| *table)
}

/// The names of all properties that objects of a type have here, those of the types that it extends too.
pub(super) fn names_of(id: Id) -> impl Iterator<Item = &'static str> {
    id.types().iter().filter_map(|name| properties_of(name)).flat_map(|table| table.names).copied()
}

/// The words that people read for each `descriptionId`.
const METHODS: &str = "\
VirtualMachine.createSnapshot: Create virtual machine snapshot
vm.Snapshot.revert: Revert snapshot
vm.Snapshot.remove: Remove snapshot
VirtualMachine.removeAllSnapshots: Remove all snapshots
VirtualMachine.consolidateDisks: Consolidate virtual machine disk files
VirtualMachine.powerOn: Power On virtual machine
VirtualMachine.powerOff: Power Off virtual machine
VirtualMachine.suspend: Suspend virtual machine
VirtualMachine.destroy: Delete virtual machine
ManagedEntity.rename: Rename entity";

/// The words for each state of a task.
const STATES: &str = "queued: Queued\nrunning: Running\nsuccess: Completed\nerror: Failed";

/// `TaskManager.description`
fn task_description() -> Data {
    let described = |kind: &'static str, rows: &'static str| {
        let rows = rows.lines().filter_map(|row| row.split_once(": "));
        let entry = |(key, label): (&str, &str)| {
            Data::derived(kind).with("label", label).with("summary", label).with("key", key)
        };
        Value::list(kind, rows.map(entry))
    };
    data! { TaskDescription {
        methodInfo: described("ElementDescription", METHODS),
        state: described("ElementDescription", STATES),
        reason: described("TypeDescription", "TaskReasonUser: User task"),
    } }
}
