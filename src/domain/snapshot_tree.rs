//! The snapshots of one VM: a forest of named states with one "current" among them.
//!
//! Kept flat, in the order in which people see it (parents before children, siblings by age), because every question
//! asked of it is about one row: which number has it, what lies below it, how deep is it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::Moref;

/// A VM's power state (`VirtualMachinePowerState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum PowerState {
    /// `poweredOn`
    On,
    /// `poweredOff`
    Off,
    /// `suspended`
    Suspended,
}

/// One snapshot (`VirtualMachineSnapshotTree`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// The snapshot's managed object id.
    pub moref: Moref,
    /// The snapshot above it, none at a root.
    pub parent: Option<Moref>,
    /// Its name as people wrote it: vCenter's `%2f`, `%5c` and `%25` are already read back.
    pub name: String,
    /// Its description as vCenter has it, our marker included.
    pub description: String,
    /// When it was taken (`createTime`).
    pub created: Timestamp,
    /// The power state that it holds: `Off` unless memory was captured (or the VM was suspended).
    pub power: PowerState,
    /// Whether the guest's file systems were quiesced.
    pub quiesced: bool,
}

/// All snapshots of one VM (`VirtualMachine.snapshot`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SnapshotTree {
    /// Parents before their children; children of one parent by age, then by moref.
    nodes: Vec<Snapshot>,
    /// The parent of "You are here" (`currentSnapshot`).
    current: Option<Moref>,
}

impl SnapshotTree {
    /// Puts the snapshots in order. Rows whose parent is missing, or that hang in a circle, are shown as roots
    /// rather than lost: what is not in the list cannot be missed when it goes.
    pub fn new(snapshots: Vec<Snapshot>, current: Option<Moref>) -> Self {
        let mut rest = snapshots;
        rest.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.moref.cmp(&b.moref)));
        let known: std::collections::HashSet<Moref> = rest.iter().map(|node| node.moref.clone()).collect();
        let mut below: std::collections::HashMap<Option<Moref>, Vec<Snapshot>> = std::collections::HashMap::new();
        for node in rest {
            let parent = node.parent.clone().filter(|parent| known.contains(parent) && *parent != node.moref);
            below.entry(parent.clone()).or_default().push(Snapshot { parent, ..node });
        }
        // An explicit stack: a chain may be long, and a foreign tree must not overflow ours.
        let mut nodes = Vec::new();
        let mut stack = below.remove(&None).unwrap_or_default();
        stack.reverse();
        loop {
            while let Some(node) = stack.pop() {
                let children = below.remove(&Some(node.moref.clone())).unwrap_or_default();
                nodes.push(node);
                stack.extend(children.into_iter().rev());
            }
            // What is left hangs in a circle, which is cut at its oldest.
            let left = below.values().flatten();
            let Some(oldest) = left.min_by(|a, b| a.created.cmp(&b.created).then_with(|| a.moref.cmp(&b.moref))) else {
                break;
            };
            let moref = oldest.moref.clone();
            for siblings in below.values_mut() {
                if let Some(at) = siblings.iter().position(|node| node.moref == moref) {
                    stack.push(Snapshot { parent: None, ..siblings.remove(at) });
                    break;
                }
            }
        }
        let current = current.filter(|current| nodes.iter().any(|node| node.moref == *current));
        Self { nodes, current }
    }

    /// Every snapshot, in the order of the list; the number that people see is the index plus one.
    pub fn nodes(&self) -> &[Snapshot] {
        &self.nodes
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The snapshot with this reference.
    pub fn get(&self, moref: &Moref) -> Option<&Snapshot> {
        self.nodes.iter().find(|node| node.moref == *moref)
    }

    /// The snapshot that "You are here" hangs below.
    pub fn current(&self) -> Option<&Snapshot> {
        self.current.as_ref().and_then(|current| self.get(current))
    }

    /// The number of a snapshot as the list shows it, from 1.
    pub fn number(&self, moref: &Moref) -> Option<usize> {
        self.nodes.iter().position(|node| node.moref == *moref).map(|index| index + 1)
    }

    /// From the root to this snapshot, both included; empty if it is not there.
    pub fn chain(&self, moref: &Moref) -> Vec<&Snapshot> {
        let mut chain = Vec::new();
        let mut at = self.get(moref);
        while let Some(node) = at {
            chain.push(node);
            at = node.parent.as_ref().and_then(|parent| self.get(parent));
        }
        chain.reverse();
        chain
    }

    /// How many snapshots lie above this one, itself included (a root has 1, an unknown one 0).
    pub fn depth(&self, moref: &Moref) -> usize {
        self.chain(moref).len()
    }

    /// The length of the longest chain.
    pub fn max_depth(&self) -> usize {
        let mut depths: std::collections::HashMap<&Moref, usize> = std::collections::HashMap::new();
        let mut deepest = 0;
        for node in &self.nodes {
            let depth = 1 + node.parent.as_ref().and_then(|parent| depths.get(parent)).copied().unwrap_or(0);
            depths.insert(&node.moref, depth);
            deepest = deepest.max(depth);
        }
        deepest
    }

    /// The tree as it would be without this snapshot: what hangs below it hangs below its parent, and so does "You are here".
    #[must_use]
    pub fn without(&self, moref: &Moref) -> Self {
        let Some(gone) = self.get(moref) else { return self.clone() };
        let above = gone.parent.clone();
        let instead = |at: &Option<Moref>| if at.as_ref() == Some(moref) { above.clone() } else { at.clone() };
        let rest = self.nodes.iter().filter(|node| node.moref != *moref);
        let rest = rest.map(|node| Snapshot { parent: instead(&node.parent), ..node.clone() }).collect();
        Self::new(rest, instead(&self.current))
    }

    /// Everything below this snapshot, without itself, in list order.
    pub fn descendants(&self, moref: &Moref) -> Vec<&Snapshot> {
        let mut inside: std::collections::HashSet<&Moref> = std::collections::HashSet::from([moref]);
        let mut found = Vec::new();
        for node in &self.nodes {
            if node.parent.as_ref().is_some_and(|parent| inside.contains(parent)) {
                inside.insert(&node.moref);
                found.push(node);
            }
        }
        found
    }

    /// The snapshots directly below this one.
    pub fn children(&self, moref: &Moref) -> impl Iterator<Item = &Snapshot> {
        self.nodes.iter().filter(move |node| node.parent.as_ref() == Some(moref))
    }

    /// The tree with every date by our clock, to be shown. vCenter's clock is so far ahead.
    #[must_use]
    pub fn by_our_clock(&self, ahead: SignedDuration) -> Self {
        let nodes =
            self.nodes.iter().map(|node| Snapshot { created: by_our_clock(node.created, ahead), ..node.clone() });
        Self { nodes: nodes.collect(), current: self.current.clone() }
    }

    pub fn oldest(&self) -> Option<&Snapshot> {
        self.nodes.iter().min_by_key(|node| node.created)
    }
}

/// A moment of vCenter's clock, which is so far ahead of ours, by ours.
pub fn by_our_clock(at: Timestamp, ahead: SignedDuration) -> Timestamp {
    at.saturating_sub(ahead).unwrap_or(at)
}

#[cfg(test)]
mod tests;
