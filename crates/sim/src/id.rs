//! References to managed objects: which kind of object, and which one.
//!
//! On the wire a reference is a type and a text (`VirtualMachine`, `vm-42`). Inside it is two numbers, so that ten
//! thousand of them cost little. A number is never used twice.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of managed object that exist here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    ServiceInstance,
    PropertyCollector,
    SessionManager,
    ViewManager,
    SearchIndex,
    TaskManager,
    EventManager,
    AuthorizationManager,
    /// A folder that holds datacenters: the root.
    RootFolder,
    VmFolder,
    HostFolder,
    StoreFolder,
    NetFolder,
    Datacenter,
    Cluster,
    Host,
    Pool,
    Datastore,
    Network,
    Vm,
    Snapshot,
    Task,
    /// A property collector of a session's own.
    Collector,
    Filter,
    ContainerView,
    ListView,
    TaskHistory,
    /// Named in properties only.
    EnvironmentBrowser,
    /// Named in properties only.
    DatastoreBrowser,
}

/// Every kind with its vim25 type, and the text of its references: whole for a kind that exists once, else up to the
/// number. The texts are those that vCenter uses.
const KINDS: &[(Kind, &str, &str)] = &[
    (Kind::ServiceInstance, "ServiceInstance", "ServiceInstance"),
    (Kind::PropertyCollector, "PropertyCollector", "propertyCollector"),
    (Kind::SessionManager, "SessionManager", "SessionManager"),
    (Kind::ViewManager, "ViewManager", "ViewManager"),
    (Kind::SearchIndex, "SearchIndex", "SearchIndex"),
    (Kind::TaskManager, "TaskManager", "TaskManager"),
    (Kind::EventManager, "EventManager", "EventManager"),
    (Kind::AuthorizationManager, "AuthorizationManager", "AuthorizationManager"),
    (Kind::RootFolder, "Folder", "group-d"),
    (Kind::VmFolder, "Folder", "group-v"),
    (Kind::HostFolder, "Folder", "group-h"),
    (Kind::StoreFolder, "Folder", "group-s"),
    (Kind::NetFolder, "Folder", "group-n"),
    (Kind::Datacenter, "Datacenter", "datacenter-"),
    (Kind::Cluster, "ClusterComputeResource", "domain-c"),
    (Kind::Host, "HostSystem", "host-"),
    (Kind::Pool, "ResourcePool", "resgroup-"),
    (Kind::Datastore, "Datastore", "datastore-"),
    (Kind::Network, "Network", "network-"),
    (Kind::Vm, "VirtualMachine", "vm-"),
    (Kind::Snapshot, "VirtualMachineSnapshot", "snapshot-"),
    (Kind::Task, "Task", "task-"),
    (Kind::Collector, "PropertyCollector", "session[52]collector-"),
    (Kind::Filter, "PropertyFilter", "session[52]filter-"),
    (Kind::ContainerView, "ContainerView", "session[52]view-"),
    (Kind::ListView, "ListView", "session[52]list-"),
    (Kind::TaskHistory, "TaskHistoryCollector", "session[52]history-"),
    (Kind::EnvironmentBrowser, "EnvironmentBrowser", "envbrowser-"),
    (Kind::DatastoreBrowser, "HostDatastoreBrowser", "datastoreBrowser-"),
];

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

    /// Its vim25 type.
    pub(super) fn type_name(self) -> &'static str {
        self.row().1
    }

    /// Reads a reference. The type must be the object's own type, as vCenter demands it; none where no object can be meant.
    pub(super) fn parse(type_name: &str, text: &str) -> Option<Self> {
        let found = Self::parse_text(text)?;
        (found.type_name() == type_name).then_some(found)
    }

    /// Reads the text alone.
    pub(super) fn parse_text(text: &str) -> Option<Self> {
        KINDS.iter().find_map(|(kind, _, prefix)| {
            let rest = text.strip_prefix(prefix)?;
            if once(prefix) {
                return rest.is_empty().then_some(Self::only(*kind));
            }
            let n: u32 = rest.parse().ok()?;
            // "vm-007" and "vm-+7" are no references.
            (n.to_string() == rest).then_some(Self::new(*kind, n))
        })
    }

    fn row(self) -> &'static (Kind, &'static str, &'static str) {
        KINDS.iter().find(|(kind, _, _)| *kind == self.kind).unwrap_or(&(
            Kind::ServiceInstance,
            "ServiceInstance",
            "ServiceInstance",
        ))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = self.row().2;
        if once(prefix) { f.write_str(prefix) } else { write!(f, "{prefix}{}", self.n) }
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
fn once(prefix: &str) -> bool {
    !prefix.contains('-') && prefix.ends_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back() {
        for (kind, type_name, prefix) in KINDS {
            let id = if once(prefix) { Id::only(*kind) } else { Id::new(*kind, 17) };
            assert_eq!(Id::parse(type_name, &id.to_string()), Some(id), "{prefix}");
        }
        assert_eq!(Id::new(Kind::Cluster, 8).to_string(), "domain-c8");
        for (type_name, text) in [
            ("VirtualMachine", "vm-"),
            ("VirtualMachine", "vm-01"),
            ("VirtualMachine", "vm-99999999999"),
            ("Folder", "vm-1"),
            ("ViewManager", "ViewManager1"),
            ("", ""),
        ] {
            assert_eq!(Id::parse(type_name, text), None, "{text}");
        }
    }
}
