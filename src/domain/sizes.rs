//! What a VM's snapshots hold on the disks, and what deleting them gives back. These are two figures with two names.
//!
//! A snapshot freezes the disks, and what is written afterwards goes into new files, which belong to the *next* snapshot or to the VM. So what
//! a snapshot holds *on disk* is its own files; what is *freed by deleting it* is its state and the delta behind it, which is merged into what
//! it froze. Where two states stand on a snapshot, that delta has to stay; where none does, its own goes. Estimates all, told with "≈": of
//! two deltas that become one, no more is freed than what both have written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::Moref;
use super::snapshot_tree::{Snapshot, SnapshotTree};

/// What is known of one snapshot's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotSize {
    /// About how many bytes its own files hold, the current one's with what was written since.
    pub on_disk: u64,
    /// About how many bytes deleting it frees; none where the files of the next one are not known.
    pub freed: Option<u64>,
    /// How many disks its longest chain has.
    pub depth: usize,
}

/// What is known of the files of one VM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VmSizes {
    /// By snapshot; one that the list of files does not have is left out.
    pub snapshots: BTreeMap<Moref, SnapshotSize>,
    /// How many delta disks the longest chain of the VM's disks has now, whatever the tree of snapshots says.
    pub deltas: usize,
}

/// A tree with what is known of its files.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    pub tree: &'a SnapshotTree,
    /// What each snapshot holds, the current one with what was written since.
    pub on_disk: &'a BTreeMap<Moref, u64>,
    /// Of that, what is no disk: its configuration and its memory.
    pub state: &'a BTreeMap<Moref, u64>,
    /// What was written since the current one.
    pub since_current: Option<u64>,
}

impl Held<'_> {
    fn is_current(&self, moref: &Moref) -> bool {
        self.tree.current().is_some_and(|current| current.moref == *moref)
    }

    /// What a snapshot's own files hold, without what was written after it.
    fn own(&self, moref: &Moref) -> Option<u64> {
        let bytes = *self.on_disk.get(moref)?;
        let since = if self.is_current(moref) { self.since_current.unwrap_or(0) } else { 0 };
        Some(bytes.saturating_sub(since))
    }

    fn state(&self, moref: &Moref) -> u64 {
        self.state.get(moref).copied().unwrap_or(0)
    }

    /// The delta that was written before a snapshot. What a first one froze are the VM's own disks.
    fn delta(&self, node: &Snapshot) -> Option<u64> {
        let own = self.own(&node.moref)?;
        Some(if node.parent.is_none() { 0 } else { own.saturating_sub(self.state(&node.moref)) })
    }

    fn deltas<'s>(&self, nodes: impl IntoIterator<Item = &'s Snapshot>) -> Option<u64> {
        nodes.into_iter().try_fold(0, |sum: u64, node| Some(sum.saturating_add(self.delta(node)?)))
    }

    /// About how much was written since a snapshot: the disks of every later snapshot on the way to where the VM stands, and
    /// what came after the last. Of a snapshot on another branch, only the last is lost: the others are kept in the tree.
    pub fn written_since(&self, snapshot: &Moref) -> Option<u64> {
        let since_current = self.since_current?;
        let chain = self.tree.chain(&self.tree.current()?.moref);
        let Some(at) = chain.iter().position(|node| node.moref == *snapshot) else {
            return Some(since_current);
        };
        let later = chain.into_iter().skip(at + 1);
        later.into_iter().try_fold(since_current, |sum, node| Some(sum.saturating_add(self.own(&node.moref)?)))
    }

    /// About how much a deletion merges: the delta behind the snapshot, which is its children's own and the VM's.
    pub fn merged(&self, snapshot: &Moref, children: bool) -> Option<u64> {
        let below: Vec<&Snapshot> =
            if children { self.tree.descendants(snapshot) } else { self.tree.children(snapshot).collect() };
        let current_goes =
            self.is_current(snapshot) || (children && below.iter().any(|node| self.is_current(&node.moref)));
        let start = if current_goes { self.since_current? } else { 0 };
        Some(self.deltas(below)?.saturating_add(start))
    }

    /// About how much deleting everything merges: all deltas.
    pub fn merged_all(&self) -> Option<u64> {
        Some(self.deltas(self.tree.nodes())?.saturating_add(self.since_current?))
    }

    /// About how much deleting a snapshot frees, and with its children everything below it.
    pub fn freed(&self, snapshot: &Moref, children: bool) -> Option<u64> {
        let node = self.tree.get(snapshot)?;
        self.own(snapshot)?;
        let next: Vec<&Snapshot> = self.tree.children(snapshot).collect();
        if !children || next.is_empty() {
            let behind = match (next.as_slice(), self.is_current(snapshot)) {
                ([], false) => self.delta(node)?,
                ([], true) => self.since_current?,
                ([only], false) => self.delta(only)?,
                (_, _) => 0,
            };
            return Some(self.state(snapshot).saturating_add(behind));
        }
        let below = self.tree.descendants(snapshot);
        let states = below.iter().fold(self.state(snapshot), |sum, node| sum.saturating_add(self.state(&node.moref)));
        let is_inside = self.is_current(snapshot) || below.iter().any(|node| self.is_current(&node.moref));
        // Without the VM's own state on it, what the snapshot froze goes as well.
        let last = if is_inside { self.since_current? } else { self.delta(node)? };
        Some(self.deltas(below)?.saturating_add(states).saturating_add(last))
    }

    /// About how much deleting everything frees.
    pub fn freed_all(&self) -> Option<u64> {
        let states = self.tree.nodes().iter().fold(0, |sum: u64, node| sum.saturating_add(self.state(&node.moref)));
        Some(self.merged_all()?.saturating_add(states))
    }
}
