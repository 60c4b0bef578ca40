//! What holds forbid: a snapshot on hold is not deleted by anything of ours, and a hold is taken off only where that very hold is meant.
//!
//! A hold stands in the snapshot's description, so it is read with the VM, at every look: one that is put on while a card waits stops
//! what the card asks for. Whether it still counts is told by our clock, by which its end was written down. Who may take one off is
//! the policy's question; here it is only made sure that the hold is still the one that was asked about.

use jiff::Timestamp;

use super::Blocker;
use crate::domain::marker::Stay;
use crate::domain::request::{StayChange, Wish};
use crate::domain::snapshot_tree::Snapshot;
use crate::domain::survey::Survey;

/// So many snapshots on hold are named; more are counted.
const NAMED: usize = 5;

/// A blocker for each snapshot on hold that this wish would delete.
pub(super) fn deleted(wish: &Wish, survey: &Survey) -> Vec<Blocker> {
    let held = |node: &Snapshot| {
        let hold = Stay::hold_in_force(&node.description, survey.read_at())?;
        Some(Blocker::OnHold { snapshot: node.name.clone(), hold })
    };
    let mut found: Vec<Blocker> = doomed(wish, survey).into_iter().filter_map(held).collect();
    let more = found.len().saturating_sub(NAMED);
    if more > 0 {
        found.truncate(NAMED);
        found.push(Blocker::MoreOnHold { count: more });
    }
    found
}

/// The snapshots that are gone after this. A revert keeps every snapshot, and a consolidation merges files that belong to none.
fn doomed<'s>(wish: &Wish, survey: &'s Survey) -> Vec<&'s Snapshot> {
    match wish {
        Wish::Delete { snapshot, children } => {
            let below = if *children { survey.tree.descendants(snapshot) } else { Vec::new() };
            survey.tree.get(snapshot).into_iter().chain(below).collect()
        }
        Wish::DeleteAll => survey.tree.nodes().iter().collect(),
        // Its parts are deletions, each with its own look.
        Wish::DeleteOlder { .. } => Vec::new(),
        Wish::Take { .. } | Wish::Revert { .. } | Wish::RevertLatest { .. } | Wish::Consolidate => Vec::new(),
        Wish::Edit { .. } | Wish::Stay { .. } | Wish::PowerOn => Vec::new(),
    }
}

/// What stands against taking off a hold, or putting one on: that there is none, or another one than was asked about.
pub(super) fn changed(change: &StayChange, node: &Snapshot, now: Timestamp) -> Option<Blocker> {
    let hold = Stay::hold_in_force(&node.description, now);
    let meant = match (change, &hold) {
        (StayChange::Until { .. }, _) | (StayChange::Hold { .. }, None) => return None,
        (StayChange::Release { .. }, None) => return Some(Blocker::NotOnHold),
        (StayChange::Hold { by, replaces, .. }, Some(hold)) => hold.by == *by || replaces.as_ref() == Some(hold),
        (StayChange::Release { of }, Some(hold)) => of.as_ref() == Some(hold),
    };
    hold.filter(|_| !meant).map(|hold| Blocker::OtherHold { snapshot: node.name.clone(), hold })
}
