//! What snapshots hold, by the datastores of their own VM.

use super::super::wire::layout::{Layout, LayoutFile, LayoutSnapshot};
use super::super::wire::props::Props;
use super::*;
use crate::domain::snapshot_tree::Snapshot;

fn store(moref: &str, name: &str, free: Option<u64>) -> Object {
    let props = Props { name: Some(name.to_owned()), free_space: free, capacity: Some(1_000), ..Props::default() };
    Object { kind: Kind::Datastore, moref: moref.into(), props }
}

/// A VM with one snapshot whose data file of so many bytes lies on the datastore `name`.
fn vm(moref: &str, own: &[&str], name: &str, bytes: u64) -> Object {
    let snapshot = Snapshot {
        moref: "snapshot-1".into(),
        parent: None,
        name: "before".to_owned(),
        description: String::new(),
        created: jiff::Timestamp::UNIX_EPOCH,
        power: PowerState::Off,
        quiesced: false,
    };
    let layout = Layout {
        files: vec![LayoutFile { key: 1, size: bytes, disk: false, datastore: Some(0) }],
        datastores: vec![name.to_owned()],
        snapshots: vec![LayoutSnapshot {
            moref: "snapshot-1".into(),
            data: 1,
            memory: -1,
            disks: Vec::new(),
            depth: 0,
        }],
        ..Layout::default()
    };
    let props = Props {
        name: Some(moref.to_owned()),
        tree: Some(SnapshotTree::new(vec![snapshot], None)),
        layout: Some(layout),
        datastores: Some(own.iter().map(|moref| Moref::from(*moref)).collect()),
        ..Props::default()
    };
    Object { kind: Kind::VirtualMachine, moref: moref.into(), props }
}

#[test]
fn a_datastore_is_meant_by_its_name_among_those_of_the_vm() {
    let fleet = filled(
        vec![
            store("datastore-1", "local", Some(10)),
            store("datastore-2", "local", Some(20)),
            store("datastore-3", "gone", None),
            vm("vm-1", &["datastore-2", "datastore-3"], "local", 7),
            vm("vm-2", &["datastore-3"], "gone", 9),
        ],
        &"a".into(),
    );
    let held: Vec<_> = fleet.datastores.iter().map(|store| (store.moref.as_str(), store.held.len())).collect();
    assert_eq!(held, [("datastore-1", 0), ("datastore-2", 1)], "one whose room is not told is left out");
    assert_eq!(fleet.datastores[1].held[&Moref::from("vm-1")], 7);
    let bytes: Vec<_> = fleet.vms.iter().map(|vm| vm.sizes.snapshots[&Moref::from("snapshot-1")].on_disk).collect();
    assert_eq!(bytes, [7, 9]);
}

#[test]
fn storage_leaves_out_vms_without_snapshots() {
    let bare = Object { kind: Kind::VirtualMachine, moref: "vm-3".into(), props: Props::default() };
    let fleet = filled(vec![vm("vm-1", &[], "local", 7), bare], &"a".into());
    assert_eq!(fleet.vms.len(), 2);
    let storage = fleet.storage();
    assert_eq!(storage.snapshots.keys().map(Moref::as_str).collect::<Vec<_>>(), ["vm-1"]);
}
