//! References to managed objects: which kind of object, and which one.
//!
//! On the wire a reference is a type and a text (`VirtualMachine`, `vm-42`). Inside it is two numbers, so that ten
//! thousand of them cost little. A number is never used twice.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Makes the kinds of managed object: the text of a kind's references (whole for a kind that exists once, else up to the
/// number; the texts are vCenter's), then its vim25 type and the types that this one extends.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $text:literal $($type:ident)+;)*) => {
        /// The kinds of managed object that exist here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) enum Kind { $($(#[$doc])* $kind,)* }

        const KINDS: &[(Kind, &str, &[&str])] = &[$((Kind::$kind, $text, &[$(stringify!($type)),+])),*];
    };
}

kinds! {
    ServiceInstance "ServiceInstance" ServiceInstance;
    PropertyCollector "propertyCollector" PropertyCollector;
    SessionManager "SessionManager" SessionManager;
    ViewManager "ViewManager" ViewManager;
    SearchIndex "SearchIndex" SearchIndex;
    TaskManager "TaskManager" TaskManager;
    EventManager "EventManager" EventManager;
    AuthorizationManager "AuthorizationManager" AuthorizationManager;
    /// A folder that holds datacenters: the root.
    RootFolder "group-d" Folder ManagedEntity ExtensibleManagedObject;
    VmFolder "group-v" Folder ManagedEntity ExtensibleManagedObject;
    HostFolder "group-h" Folder ManagedEntity ExtensibleManagedObject;
    StoreFolder "group-s" Folder ManagedEntity ExtensibleManagedObject;
    NetFolder "group-n" Folder ManagedEntity ExtensibleManagedObject;
    Datacenter "datacenter-" Datacenter ManagedEntity ExtensibleManagedObject;
    Cluster "domain-c" ClusterComputeResource ComputeResource ManagedEntity ExtensibleManagedObject;
    Host "host-" HostSystem ManagedEntity ExtensibleManagedObject;
    Pool "resgroup-" ResourcePool ManagedEntity ExtensibleManagedObject;
    Datastore "datastore-" Datastore ManagedEntity ExtensibleManagedObject;
    Network "network-" Network ManagedEntity ExtensibleManagedObject;
    Vm "vm-" VirtualMachine ManagedEntity ExtensibleManagedObject;
    Snapshot "snapshot-" VirtualMachineSnapshot ExtensibleManagedObject;
    Task "task-" Task ExtensibleManagedObject;
    /// A property collector of a session's own.
    Collector "session[52]collector-" PropertyCollector;
    Filter "session[52]filter-" PropertyFilter;
    ContainerView "session[52]view-" ContainerView ManagedObjectView View;
    ListView "session[52]list-" ListView ManagedObjectView View;
    TaskHistory "session[52]history-" TaskHistoryCollector HistoryCollector;
    EventHistory "session[52]events-" EventHistoryCollector HistoryCollector;
    /// Named in properties only.
    EnvironmentBrowser "envbrowser-" EnvironmentBrowser;
    /// Named in properties only.
    DatastoreBrowser "datastoreBrowser-" HostDatastoreBrowser;
}

/// One managed object. In a file it is the text of its reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Id {
    /// Which kind.
    pub(super) kind: Kind,
    /// Which one; 0 for a kind that exists once.
    pub(super) n: u32,
}

impl Id {
    /// The one object of a kind that exists once.
    pub(super) const fn only(kind: Kind) -> Self {
        Self { kind, n: 0 }
    }

    /// Object `n` of a kind.
    pub(super) const fn new(kind: Kind, n: u32) -> Self {
        Self { kind, n }
    }

    /// The VM of this number.
    pub(super) const fn vm(n: u32) -> Self {
        Self::new(Kind::Vm, n)
    }

    /// The snapshot of this number.
    pub(super) const fn snapshot(n: u32) -> Self {
        Self::new(Kind::Snapshot, n)
    }

    /// The task of this number.
    pub(super) const fn task(n: u32) -> Self {
        Self::new(Kind::Task, n)
    }

    /// Its vim25 type.
    pub(super) fn type_name(self) -> &'static str {
        self.types().first().copied().unwrap_or_default()
    }

    /// Its vim25 type and those that this one extends, the nearest first; without `ManagedObject`, which all extend.
    pub(super) fn types(self) -> &'static [&'static str] {
        KINDS.iter().find(|(kind, ..)| *kind == self.kind).map_or(&[], |(_, _, types)| *types)
    }

    /// Whether its type is this one or extends it.
    pub(super) fn is_a(self, type_name: &str) -> bool {
        type_name == "ManagedObject" || self.types().contains(&type_name)
    }

    /// Whether it is there for all sessions, rather than belonging to one.
    pub(super) fn outlasts_sessions(self) -> bool {
        !self.text().starts_with("session[") && !matches!(self.kind, Kind::PropertyCollector | Kind::SessionManager)
    }

    /// Reads a reference. The type must be the object's own type, as vCenter demands it; none where no object can be meant.
    pub(super) fn parse(type_name: &str, text: &str) -> Option<Self> {
        Self::parse_text(text).filter(|found| found.type_name() == type_name)
    }

    /// Reads the text alone.
    pub(super) fn parse_text(text: &str) -> Option<Self> {
        KINDS.iter().find_map(|(kind, prefix, _)| {
            let rest = text.strip_prefix(prefix)?;
            if once(prefix) {
                return rest.is_empty().then_some(Self::only(*kind));
            }
            let n: u32 = rest.parse().ok()?;
            // "vm-007" and "vm-+7" are no references.
            (n.to_string() == rest).then_some(Self::new(*kind, n))
        })
    }

    fn text(self) -> &'static str {
        KINDS.iter().find(|(kind, ..)| *kind == self.kind).map_or("", |(_, text, _)| *text)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        if once(text) { f.write_str(text) } else { write!(f, "{text}{}", self.n) }
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for Id {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse_text(&text).ok_or_else(|| format!("{text:?} is no reference"))
    }
}

/// A kind exists once if its text ends in a letter and is no folder's or cluster's prefix.
fn once(text: &str) -> bool {
    !text.contains('-') && text.ends_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
