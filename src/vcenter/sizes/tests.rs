use jiff::Timestamp;

use super::*;
use crate::domain::snapshot_tree::{PowerState, Snapshot};

fn snapshot(moref: &str, parent: Option<&str>) -> Snapshot {
    Snapshot {
        moref: moref.into(),
        parent: parent.map(Moref::from),
        name: moref.to_owned(),
        description: String::new(),
        created: Timestamp::UNIX_EPOCH,
        power: PowerState::Off,
        quiesced: false,
    }
}

fn file(key: FileKey, size: u64, disk: bool) -> LayoutFile {
    LayoutFile { key, size, disk, datastore: Some(usize::from(key >= 10)) }
}

fn kept(moref: &str, data: FileKey, memory: FileKey, disks: &[FileKey]) -> LayoutSnapshot {
    LayoutSnapshot { moref: moref.into(), data, memory, disks: disks.to_vec(), depth: disks.len() / 2 }
}

/// A base disk (1, 2), a first snapshot (data 10), a second one below it with memory (data 11, memory 12, delta 3, 4), and
/// the delta being written now (5, 6).
fn layout() -> Layout {
    Layout {
        datastores: vec!["fast".to_owned(), "slow".to_owned()],
        files: vec![
            file(1, 500, true),
            file(2, 40_000, true),
            file(3, 1, true),
            file(4, 3_000, true),
            file(5, 2, true),
            file(6, 700, true),
            file(10, 20, false),
            file(11, 30, false),
            file(12, 8_000, false),
        ],
        disks: vec![1, 2, 3, 4, 5, 6],
        bases: vec![1, 2],
        deltas: 2,
        snapshots: vec![kept("s-1", 10, -1, &[1, 2]), kept("s-2", 11, 12, &[1, 2, 3, 4])],
    }
}

#[test]
fn each_snapshot_holds_what_its_parent_does_not() {
    let tree = SnapshotTree::new(vec![snapshot("s-1", None), snapshot("s-2", Some("s-1"))], Some("s-2".into()));
    let sizes = sizes(&tree, &layout());
    assert_eq!(sizes.bytes[&"s-1".into()], 20, "the base disk is no snapshot's");
    assert_eq!(sizes.bytes[&"s-2".into()], 30 + 8_000 + 3_001 + 702);
    assert_eq!(sizes.since_current, Some(702));
    assert_eq!(sizes.with_memory, ["s-2".into()]);
    let by_datastore = [("fast".to_owned(), 3_001 + 702), ("slow".to_owned(), 20 + 30 + 8_000)];
    assert_eq!(sizes.by_datastore, BTreeMap::from(by_datastore));
}

#[test]
fn a_file_named_twice_counts_once() {
    let tree = SnapshotTree::new(vec![snapshot("s-1", None), snapshot("s-2", Some("s-1"))], Some("s-2".into()));
    let mut layout = layout();
    layout.disks.extend([5, 6]);
    layout.snapshots[1].disks.extend([3, 4]);
    assert_eq!(sizes(&tree, &layout).bytes[&"s-2".into()], 30 + 8_000 + 3_001 + 702);
}

#[test]
fn a_disk_that_snapshots_pass_over_was_not_written_since() {
    let tree = SnapshotTree::new(vec![snapshot("s-1", None), snapshot("s-2", Some("s-1"))], Some("s-2".into()));
    let mut layout = layout();
    layout.files.push(file(20, 200_000, true));
    layout.disks.push(20);
    layout.bases.push(20);
    assert_eq!(sizes(&tree, &layout).since_current, Some(702));
}

#[test]
fn what_a_deletion_left_behind_is_loose() {
    let mut layout = layout();
    layout.snapshots.clear();
    let sizes = sizes(&SnapshotTree::default(), &layout);
    assert_eq!((sizes.loose, sizes.since_current), (3_001 + 702, None), "all but the base");
}

#[test]
fn a_snapshot_outside_the_list_of_files_has_no_size() {
    let tree = SnapshotTree::new(vec![snapshot("s-9", None)], Some("s-9".into()));
    let unknown = sizes(&tree, &layout());
    assert!(unknown.bytes.is_empty());
    let none = sizes(&SnapshotTree::default(), &Layout::default());
    assert_eq!(none, Sizes::default());
}

/// Oldest first, the delta of each belongs to the next: deleting the first one frees what the second holds.
#[test]
fn what_deleting_a_snapshot_frees_is_not_what_it_holds() {
    let tree = SnapshotTree::new(vec![snapshot("s-1", None), snapshot("s-2", Some("s-1"))], Some("s-2".into()));
    let layout = layout();
    let of_vm = sizes(&tree, &layout).of_vm(&tree, &layout);
    let size = |moref: &str| of_vm.snapshots[&moref.into()];
    assert_eq!(size("s-1"), SnapshotSize { on_disk: 20, freed: Some(20 + 3_001), depth: 1 });
    assert_eq!(
        size("s-2"),
        SnapshotSize { on_disk: 30 + 8_000 + 3_001 + 702, freed: Some(30 + 8_000 + 702), depth: 2 }
    );
    assert_eq!(of_vm.deltas, 2);
    let held: u64 = of_vm.snapshots.values().map(|size| size.on_disk).sum();
    let freed: u64 = of_vm.snapshots.values().filter_map(|size| size.freed).sum();
    assert_eq!(held, freed, "in a chain each delta is freed once");
}

#[test]
fn on_branches_a_delta_stays_where_two_states_stand_on_a_snapshot() {
    let nodes = vec![snapshot("s-1", None), snapshot("s-2", Some("s-1")), snapshot("s-3", Some("s-1"))];
    let on_disk = [("s-1", 10), ("s-2", 110), ("s-3", 1_010)].map(|(moref, bytes)| (Moref::from(moref), bytes)).into();
    let state = [("s-1", 10), ("s-2", 10), ("s-3", 10)].map(|(moref, bytes)| (Moref::from(moref), bytes)).into();
    let tree = SnapshotTree::new(nodes.clone(), Some("s-3".into()));
    let held = Held { tree: &tree, on_disk: &on_disk, state: &state, since_current: Some(500) };
    let freed = |moref: &str, children| held.freed(&moref.into(), children);
    assert_eq!(freed("s-1", false), Some(10), "both branches stand on it");
    assert_eq!(freed("s-2", false), Some(110), "nothing stands on it: its own goes");
    assert_eq!(freed("s-3", false), Some(510), "what was written since is merged into it");
    assert_eq!(freed("s-1", true), held.freed_all());
    assert_eq!(held.freed_all(), Some(30 + 100 + 500 + 500));
    let elsewhere = SnapshotTree::new(nodes, None);
    let held = Held { tree: &elsewhere, since_current: None, ..held };
    assert_eq!(held.freed(&"s-1".into(), false), Some(10));
}
