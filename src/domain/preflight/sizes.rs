//! How much is lost or merged, out of what each snapshot holds. Estimates all: they are told with "≈".

use crate::domain::ids::Moref;
use crate::domain::snapshot_tree::Snapshot;
use crate::domain::survey::Survey;

/// What a snapshot's own files hold, without what was written after it: `snapshot_bytes` counts that to the current one.
fn own_bytes(moref: &Moref, survey: &Survey) -> Option<u64> {
    let bytes = *survey.snapshot_bytes.get(moref)?;
    let current = survey.tree.current().is_some_and(|current| current.moref == *moref);
    let since = if current { survey.bytes_since_current.unwrap_or(0) } else { 0 };
    Some(bytes.saturating_sub(since))
}

/// About how much was written since a snapshot: the disks of every later snapshot on the way to where the VM stands, and
/// what came after the last. Of a snapshot on another branch, only the last is lost: the others are kept in the tree.
pub(super) fn written_since(snapshot: &Moref, survey: &Survey) -> Option<u64> {
    let since_current = survey.bytes_since_current?;
    let current = survey.tree.current()?;
    let chain = survey.tree.chain(&current.moref);
    let Some(at) = chain.iter().position(|node| node.moref == *snapshot) else {
        return Some(since_current);
    };
    chain.iter().skip(at + 1).try_fold(since_current, |sum, node| add_own(sum, node, survey))
}

/// About how much a deletion merges: the delta behind the snapshot, which is its children's own and the VM's.
pub(super) fn merged_bytes(snapshot: &Moref, children: bool, survey: &Survey) -> Option<u64> {
    let current = survey.tree.current().map(|current| &current.moref);
    let below: Vec<&Snapshot> =
        if children { survey.tree.descendants(snapshot) } else { survey.tree.children(snapshot).collect() };
    let current_goes = current == Some(snapshot) || (children && below.iter().any(|node| Some(&node.moref) == current));
    let start = if current_goes { survey.bytes_since_current? } else { 0 };
    below.into_iter().try_fold(start, |sum, node| add_own(sum, node, survey))
}

/// About how much deleting everything merges: all deltas, so everything but the base disks that a root counts as its own.
pub(super) fn merged_all_bytes(survey: &Survey) -> Option<u64> {
    let mut deltas = survey.tree.nodes().iter().filter(|node| node.parent.is_some());
    deltas.try_fold(survey.bytes_since_current?, |sum, node| add_own(sum, node, survey))
}

/// About how much a consolidation merges: at the most what no snapshot accounts for, which holds what is written now as well.
/// Less, where there are snapshots left, and nobody knows how much. None where there is nothing.
pub(super) fn merged_leftovers(survey: &Survey) -> Option<u64> {
    survey.loose_bytes.filter(|bytes| *bytes > 0)
}

fn add_own(sum: u64, node: &Snapshot, survey: &Survey) -> Option<u64> {
    Some(sum.saturating_add(own_bytes(&node.moref, survey)?))
}
