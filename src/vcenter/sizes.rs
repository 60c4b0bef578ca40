//! How much each snapshot holds, from the list of the VM's files. Pure.
//!
//! The rule is the one that govc follows: a snapshot holds its data file, its memory file, and of its disks' chains the
//! files that its parent's chains do not have; a first snapshot has the VM's own disks in its chains, and those are not
//! counted. The current snapshot also answers for what was written since: the files of the disks as they are now that no
//! snapshot has. A base disk that no snapshot has is one that they pass over, and not counted; govc counts it. Sizes are what
//! vCenter last saw, so they are a lower bound.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::domain::ids::Moref;
use crate::domain::sizes::{Held, SnapshotSize, VmSizes};
use crate::domain::snapshot_tree::SnapshotTree;

use super::wire::layout::{FileKey, Layout, LayoutFile, LayoutSnapshot};

/// What the snapshots of one VM hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Bytes by snapshot; a snapshot that the list of files does not know is left out.
    pub(crate) bytes: BTreeMap<Moref, u64>,
    /// Of that, what is no disk.
    pub(crate) state: BTreeMap<Moref, u64>,
    /// How many disks the longest chain of each snapshot has.
    pub(crate) depths: BTreeMap<Moref, usize>,
    /// The snapshots with memory.
    pub(crate) with_memory: Vec<Moref>,
    /// Bytes written since the current snapshot; none without one.
    pub(crate) since_current: Option<u64>,
    /// Bytes that all of them hold together, by the datastore's name.
    pub(crate) by_datastore: BTreeMap<String, u64>,
    /// Bytes of what the disks consist of now that is no base disk and no snapshot's.
    pub(crate) loose: u64,
}

impl Sizes {
    /// What is told of each snapshot.
    pub(crate) fn of_vm(&self, tree: &SnapshotTree, layout: &Layout) -> VmSizes {
        let held = Held { tree, on_disk: &self.bytes, state: &self.state, since_current: self.since_current };
        let size = |(moref, on_disk): (&Moref, &u64)| {
            let depth = self.depths.get(moref).copied().unwrap_or(0);
            (moref.clone(), SnapshotSize { on_disk: *on_disk, freed: held.freed(moref, false), depth })
        };
        VmSizes { snapshots: self.bytes.iter().map(size).collect(), deltas: layout.deltas }
    }
}

/// Adds up the files of each snapshot.
pub(crate) fn sizes(tree: &SnapshotTree, layout: &Layout) -> Sizes {
    let files: HashMap<FileKey, &LayoutFile> = layout.files.iter().map(|file| (file.key, file)).collect();
    let kept: HashMap<&Moref, &LayoutSnapshot> = layout.snapshots.iter().map(|kept| (&kept.moref, kept)).collect();
    let size = |key: &FileKey| files.get(key).map_or(0, |file| file.size);
    // No file is two snapshots': a chain's new files are those of the first snapshot that has them.
    let mut counted: HashSet<FileKey> = HashSet::new();
    let current = tree.current().map(|current| &current.moref);
    let held = layout.snapshots.iter().flat_map(|kept| &kept.disks).chain(&layout.bases);
    let held: HashSet<FileKey> = held.copied().collect();
    let now: HashSet<FileKey> = layout.disks.iter().copied().collect();
    let loose = now.difference(&held).map(size).fold(0, u64::saturating_add);
    let since_current = current.map(|_| loose);
    let mut read = Sizes { since_current, loose, ..Sizes::default() };
    for node in tree.nodes() {
        let Some(own) = kept.get(&node.moref) else { continue };
        let parent = node.parent.as_ref().and_then(|parent| kept.get(parent));
        let above: HashSet<FileKey> = parent.map_or_else(HashSet::new, |parent| parent.disks.iter().copied().collect());
        let disks: HashSet<FileKey> = own.disks.iter().copied().filter(|key| !above.contains(key)).collect();
        let is_base = |key: &FileKey| node.parent.is_none() && files.get(key).is_some_and(|file| file.disk);
        let mut bytes: u64 = disks.iter().filter(|key| !is_base(key)).map(size).sum();
        counted.extend(disks.iter().filter(|key| !is_base(key)));
        let mut state = size(&own.data);
        counted.insert(own.data);
        if own.memory >= 0 {
            read.with_memory.push(node.moref.clone());
            state += size(&own.memory);
            counted.insert(own.memory);
        }
        bytes += state;
        read.state.insert(node.moref.clone(), state);
        read.depths.insert(node.moref.clone(), own.depth);
        if current == Some(&node.moref) {
            bytes += since_current.unwrap_or(0);
            counted.extend(now.difference(&held));
        }
        read.bytes.insert(node.moref.clone(), bytes);
    }
    for file in counted.iter().filter_map(|key| files.get(key)) {
        let Some(datastore) = file.datastore.and_then(|number| layout.datastores.get(number)) else { continue };
        let sum = read.by_datastore.entry(datastore.clone()).or_default();
        *sum = sum.saturating_add(file.size);
    }
    read
}

#[cfg(test)]
mod tests;
