//! What happens to the links of a disk.

use super::*;

const GB: u64 = 1 << 30;

fn one_disk() -> Disks {
    let mut disks = Disks::new(10);
    disks.add("a".to_owned(), 40 * GB, 10 * GB, false);
    disks
}

fn live(disks: &Disks) -> Vec<u64> {
    disks.chain(disks.disks[0].live).iter().map(|link| link.bytes).collect()
}

#[test]
fn deleting_merges_the_child_into_what_stays() {
    let mut disks = one_disk();
    let first = disks.freeze();
    disks.write(GB);
    let second = disks.freeze();
    disks.write(2 * GB);
    assert_eq!(live(&disks), [10 * GB, GB + EMPTY_DELTA, 2 * GB + EMPTY_DELTA]);
    // The older goes: its base swallows the delta that the newer one holds.
    let mut held = [second.clone()];
    assert!(disks.needs_merge(&held));
    assert_eq!(disks.merge_estimate(&held), GB + EMPTY_DELTA);
    disks.merge(&mut held);
    assert_eq!(live(&disks), [11 * GB + EMPTY_DELTA, 2 * GB + EMPTY_DELTA]);
    assert_eq!(held[0], first);
    assert!(!disks.needs_merge(&held));
    disks.merge(&mut []);
    assert_eq!(live(&disks), [13 * GB + 2 * EMPTY_DELTA]);
}

#[test]
fn reverting_throws_the_delta_away_and_branches_share_their_parent() {
    let mut disks = one_disk();
    let root = disks.freeze();
    disks.write(GB);
    let branch = disks.freeze();
    disks.write(5 * GB);
    disks.revert(&root, &[root.clone(), branch.clone()]);
    assert_eq!(live(&disks), [10 * GB, EMPTY_DELTA]);
    assert_eq!(disks.links().count(), 3);
    // The root's link has two children, so that it stays although its snapshot goes.
    let mut held = [branch];
    disks.merge(&mut held);
    assert_eq!(live(&disks), [10 * GB, EMPTY_DELTA]);
    assert!(!disks.needs_merge(&held));
    // Without the branch nothing is shared any more.
    disks.merge(&mut []);
    assert_eq!(live(&disks), [10 * GB + EMPTY_DELTA]);
}

#[test]
fn independent_disks_are_left_alone_and_nothing_outgrows_its_disk() {
    let mut disks = one_disk();
    disks.add("data".to_owned(), 5 * GB, 5 * GB, true);
    let frozen = disks.freeze();
    assert_eq!(frozen[1], None);
    assert_eq!(disks.chain(disks.disks[1].live).len(), 1);
    disks.write(1000 * GB);
    disks.merge(&mut []);
    assert_eq!(live(&disks), [40 * GB]);
}
