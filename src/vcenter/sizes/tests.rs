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
    LayoutSnapshot { moref: moref.into(), data, memory, disks: disks.to_vec() }
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
