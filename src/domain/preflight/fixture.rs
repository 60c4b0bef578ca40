//! The VM that the tests of preflight, fingerprint and machine speak of: on, Tools running, three snapshots in a chain.
//!
//! ```text
//! s-1 (10 d) - s-2 (5 d) - s-3 (1 d) - You are here
//! ```

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::{Target, VmRef};
use crate::domain::inventory::ToolsState;
use crate::domain::preflight::Rules;
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use crate::domain::survey::{AwkwardDevice, AwkwardKind, Capability, Connection, DatastoreSpace, Survey, VirtualDisk};

/// Now, by our clock.
pub(in crate::domain) const NOW: Timestamp = Timestamp::constant(1_796_000_000, 0);

/// vCenter's clock is this far ahead of ours, so that a test fails where the two are mixed.
pub(in crate::domain) const AHEAD: SignedDuration = SignedDuration::from_hours(5);

pub(in crate::domain) const GB: u64 = 1 << 30;

pub(in crate::domain) fn days_ago(days: i64) -> Timestamp {
    NOW + AHEAD - SignedDuration::from_hours(24 * days)
}

pub(in crate::domain) fn target() -> Target {
    Target {
        vm: VmRef { vcenter: "paris".into(), moref: "vm-42".into() },
        instance_uuid: Some("5022-aaaa".into()),
        name: "db-01".to_owned(),
        path: "DC1/db/db-01".to_owned(),
        tags: None,
    }
}

pub(in crate::domain) fn snapshot(moref: &str, parent: Option<&str>, days: i64) -> Snapshot {
    Snapshot {
        moref: moref.into(),
        parent: parent.map(Into::into),
        name: format!("name of {moref}"),
        description: String::new(),
        created: days_ago(days),
        power: PowerState::Off,
        quiesced: false,
    }
}

/// A tree of `(snapshot, parent)`, each a day younger than the one before.
pub(in crate::domain) fn tree(rows: &[(&str, Option<&str>)], current: Option<&str>) -> SnapshotTree {
    let age = |index: usize| i64::try_from(rows.len() - index).unwrap();
    let nodes = rows.iter().enumerate();
    let nodes = nodes.map(|(index, (moref, parent))| snapshot(moref, *parent, age(index)));
    SnapshotTree::new(nodes.collect(), current.map(Into::into))
}

/// A chain of so many, the last one current.
pub(in crate::domain) fn chain(length: usize) -> SnapshotTree {
    let morefs: Vec<String> = (1..=length).map(|number| format!("s-{number}")).collect();
    let parents = std::iter::once(None).chain(morefs.iter().map(|moref| Some(moref.as_str())));
    let rows: Vec<_> = morefs.iter().map(String::as_str).zip(parents).collect();
    tree(&rows, morefs.last().map(String::as_str))
}

pub(in crate::domain) fn vm() -> Survey {
    Survey {
        server_time: NOW + AHEAD,
        ahead: AHEAD,
        name: "db-01".to_owned(),
        instance_uuid: target().instance_uuid,
        power: PowerState::On,
        connection: Connection::Connected,
        tools: ToolsState::Running,
        tools_installed: true,
        fault_tolerant: false,
        template: false,
        guest_id: Some("debian12_64Guest".to_owned()),
        snapshot_locked: false,
        reverts_at_power_off: false,
        consolidation_needed: false,
        capability: Capability::default(),
        devices: Vec::new(),
        disabled_methods: Vec::new(),
        running_tasks: Vec::new(),
        tree: chain(3),
        // The root holds its base disk of 40 GB; each of the others the 1 GB or 2 GB that were written before it; the
        // current one 7 GB more, which no snapshot has.
        snapshot_bytes: [("s-1", 40 * GB), ("s-2", GB), ("s-3", 2 * GB + 7 * GB)]
            .map(|(moref, bytes)| (moref.into(), bytes))
            .into(),
        with_memory: Vec::new(),
        bytes_since_current: Some(7 * GB),
        loose_bytes: Some(7 * GB),
        memory_bytes: Some(8 * GB),
        disks: vec![VirtualDisk { datastore: "fast".to_owned(), capacity: 100 * GB, independent: false }],
        working_datastore: Some("fast".to_owned()),
        datastores: vec![DatastoreSpace { name: "fast".to_owned(), free: 400 * GB, capacity: 1000 * GB }],
    }
}

/// Preflight's settings where nobody has set any.
pub(in crate::domain) fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(Rules::default);
    &RULES
}

pub(in crate::domain) fn device(kind: AwkwardKind) -> AwkwardDevice {
    AwkwardDevice { label: "Hard disk 2".to_owned(), file: "data.vmdk".to_owned(), kind }
}
