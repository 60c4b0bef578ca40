//! A VM's disk files: a tree of links, each with what was written while it was the last one.
//!
//! The base of a disk is a link, and every snapshot freezes the link that is written to and puts a new one below it.
//! A link that no snapshot needs any more is merged with its one child, or stays where two branches share it. From this
//! tree come the sizes in `layoutEx`, the file names of the disks and whether the VM needs consolidation, so that they agree.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The size of a new, empty link in bytes: the grain tables of a sparse file.
const EMPTY_DELTA: u64 = 1 << 20;

/// One disk of a VM.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Disk {
    /// The device's key: 2000, 2001…
    pub(super) key: i32,
    /// "Hard disk 1"
    pub(super) label: String,
    /// The file name without its ending: `web-01_1`.
    pub(super) file: String,
    /// How large the guest sees it, in bytes.
    pub(super) capacity: u64,
    /// Whether snapshots leave it out (`independent_persistent`).
    pub(super) independent: bool,
    /// The link that is written to now.
    pub(super) live: u32,
    /// How many deltas were ever made, for the next file name.
    deltas: u32,
}

/// One link: a descriptor and an extent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Link {
    /// The link below which it lies; none for a base.
    pub(super) parent: Option<u32>,
    /// The disk, by its place in the VM.
    disk: usize,
    /// The file name without its ending: `web-01-000001`.
    pub(super) file: String,
    /// What the extent occupies, in bytes.
    pub(super) bytes: u64,
    /// The key of the descriptor in `layoutEx.file`.
    pub(super) descriptor: i32,
    /// The key of the extent there.
    pub(super) extent: i32,
}

/// All disks of one VM and their links.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Disks {
    /// The disks in the order of the hardware.
    pub(super) disks: Vec<Disk>,
    links: BTreeMap<u32, Link>,
    next_link: u32,
    next_key: i32,
}

/// The link of each disk that a snapshot froze; none for an independent disk.
pub(super) type Frozen = Vec<Option<u32>>;

impl Disks {
    /// No disks; file keys below `first_key` belong to the VM's other files.
    pub(super) fn new(first_key: i32) -> Self {
        Self { next_key: first_key, ..Self::default() }
    }

    /// Adds a disk with `written` bytes on it.
    pub(super) fn add(&mut self, file: String, capacity: u64, written: u64, independent: bool) {
        let place = self.disks.len();
        let live = self.new_link(None, place, file.clone(), written.min(capacity));
        let offset = i32::try_from(place).unwrap_or(0);
        self.disks.push(Disk {
            key: 2000 + offset,
            label: format!("Hard disk {}", place + 1),
            file,
            capacity,
            independent,
            live,
            deltas: 0,
        });
    }

    /// A key for another file of the VM.
    pub(super) fn new_key(&mut self) -> i32 {
        self.next_key += 1;
        self.next_key - 1
    }

    /// The least space that a new snapshot's links occupy, in bytes.
    pub(super) fn room_to_freeze(&self) -> u64 {
        self.disks.iter().filter(|disk| !disk.independent).fold(0, |sum, _| sum + EMPTY_DELTA)
    }

    /// Freezes what is there for a snapshot and goes on in new links.
    pub(super) fn freeze(&mut self) -> Frozen {
        let frozen: Frozen = self.disks.iter().map(|disk| (!disk.independent).then_some(disk.live)).collect();
        self.continue_from(&frozen);
        frozen
    }

    /// Throws away what was written since and goes on from a snapshot's links.
    pub(super) fn revert(&mut self, to: &Frozen, held: &[Frozen]) {
        self.continue_from(to);
        self.drop_leaves(held);
    }

    /// Adds what a guest wrote to the first disk that snapshots cover.
    pub(super) fn write(&mut self, bytes: u64) {
        let Some(disk) = self.disks.iter().find(|disk| !disk.independent) else {
            return;
        };
        if let Some(link) = self.links.get_mut(&disk.live) {
            link.bytes = link.bytes.saturating_add(bytes).min(disk.capacity);
        }
    }

    /// Merges every link that nothing needs and that has one child, and drops those without any. `held` is what all
    /// snapshots still hold; their links are renamed in it where two became one. Returns how many bytes were moved.
    pub(super) fn merge(&mut self, held: &mut [Frozen]) -> u64 {
        let mut moved = 0u64;
        self.drop_leaves(held);
        loop {
            let needed = self.needed(held);
            let found = self.links.keys().copied().find_map(|id| {
                let mut children = self.children(id);
                let only = children.next()?;
                (!needed.contains(&id) && children.next().is_none()).then_some((id, only))
            });
            let Some((id, child)) = found else { break };
            moved = moved.saturating_add(self.absorb(id, child));
            for disk in self.disks.iter_mut().filter(|disk| disk.live == child) {
                disk.live = id;
            }
            for slot in held.iter_mut().flatten().filter(|slot| **slot == Some(child)) {
                *slot = Some(id);
            }
        }
        moved
    }

    /// Whether there are links that [`Disks::merge`] would take away.
    pub(super) fn needs_merge(&self, held: &[Frozen]) -> bool {
        let needed = self.needed(held);
        self.links.keys().any(|id| !needed.contains(id) && self.children(*id).count() <= 1)
    }

    /// What [`Disks::merge`] would have to move, in bytes: a lower bound of the room that it needs.
    pub(super) fn merge_estimate(&self, held: &[Frozen]) -> u64 {
        let needed = self.needed(held);
        let loose = self.links.keys().filter(|id| !needed.contains(id));
        loose.flat_map(|id| self.children(*id)).filter_map(|child| self.links.get(&child)).map(|link| link.bytes).sum()
    }

    /// The links of one disk from its base down to `last`.
    pub(super) fn chain(&self, last: u32) -> Vec<&Link> {
        let mut chain = Vec::new();
        let mut at = Some(last);
        while let Some(link) = at.and_then(|id| self.links.get(&id)) {
            chain.push(link);
            at = link.parent;
        }
        chain.reverse();
        chain
    }

    /// Every link.
    pub(super) fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
    }

    fn continue_from(&mut self, frozen: &Frozen) {
        for (place, parent) in frozen.iter().enumerate() {
            let (Some(parent), Some(disk)) = (parent, self.disks.get_mut(place)) else {
                continue;
            };
            disk.deltas += 1;
            let file = format!("{}-{:06}", disk.file, disk.deltas);
            let live = self.new_link(Some(*parent), place, file, EMPTY_DELTA);
            if let Some(disk) = self.disks.get_mut(place) {
                disk.live = live;
            }
        }
    }

    fn drop_leaves(&mut self, held: &[Frozen]) {
        let needed = self.needed(held);
        loop {
            let leaf =
                self.links.keys().copied().find(|id| !needed.contains(id) && self.children(*id).next().is_none());
            let Some(leaf) = leaf else { break };
            self.links.remove(&leaf);
        }
    }

    fn absorb(&mut self, id: u32, child: u32) -> u64 {
        let Some(gone) = self.links.remove(&child) else {
            return 0;
        };
        let capacity = self.disks.get(gone.disk).map_or(u64::MAX, |disk| disk.capacity);
        for link in self.links.values_mut().filter(|link| link.parent == Some(child)) {
            link.parent = Some(id);
        }
        if let Some(link) = self.links.get_mut(&id) {
            link.bytes = link.bytes.saturating_add(gone.bytes).min(capacity);
        }
        gone.bytes
    }

    fn needed(&self, held: &[Frozen]) -> BTreeSet<u32> {
        let live = self.disks.iter().map(|disk| disk.live);
        held.iter().flatten().copied().flatten().chain(live).collect()
    }

    fn children(&self, id: u32) -> impl Iterator<Item = u32> {
        self.links.iter().filter(move |(_, link)| link.parent == Some(id)).map(|(id, _)| *id)
    }

    fn new_link(&mut self, parent: Option<u32>, disk: usize, file: String, bytes: u64) -> u32 {
        let id = self.next_link;
        self.next_link += 1;
        let descriptor = self.new_key();
        let extent = self.new_key();
        self.links.insert(id, Link { parent, disk, file, bytes, descriptor, extent });
        id
    }
}

#[cfg(test)]
mod tests;
