//! Whether the datastores have the room that an act needs. Estimates, of which only what is surely needed refuses.
//!
//! What is not known needs nothing: a datastore whose free space vCenter does not tell, a disk whose datastore is not among the
//! VM's, a merge of unknown size. A revert is not judged: it gives up the newest files and needs as many new ones. Nor is powering
//! on, whose swap file may lie anywhere.

use super::{Blocker, Need, Shortage, Warning};
use crate::domain::call::SnapshotMode;
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::{DatastoreSpace, Survey, VirtualDisk};

/// A snapshot begins with a new file for each disk, and VMFS gives files room in blocks of 1 MB. Where not even these fit,
/// nothing can be taken.
pub(super) const FIRST_BLOCK: u64 = 1 << 20;

/// One part in so many of a disk's size should be free for what is written while its snapshot stays. 20 % is the rule of thumb
/// of those who run VMware: a delta may grow as large as its disk, and in the three days that a snapshot should stay at the
/// longest it seldom holds more than this.
pub(super) const GROWTH_SHARE: u64 = 5;

/// What goes beside the memory into the snapshot's own file: the state of the devices, of which video memory is the largest
/// part. vSphere gives a VM without 3D graphics up to 128 MB of that. An assumption, so it counts for the warning alone.
pub(super) const DEVICE_STATE: u64 = 128 << 20;

/// A VM that runs goes on writing while its disks are merged, into a file that lies beside them until the end. One part in so
/// many of what is merged is taken for that: a guest that writes a tenth as fast as the host merges is a busy one.
pub(super) const HELPER_SHARE: u64 = 10;

/// The room that a datastore surely lacks for a snapshot taken so.
///
/// Surely needed is a first block for each disk that the snapshot covers, where that disk lies; and with memory, on the datastore
/// of the working files, the VM's configured memory, which is written out in full size.
pub(super) fn no_room(mode: SnapshotMode, survey: &Survey) -> Option<Blocker> {
    let of_memory = memory(mode, survey);
    for store in &survey.datastores {
        let files = first_blocks(store, survey);
        if store.free < files {
            return Some(Blocker::NoRoom { shortage: short(store, files) });
        }
        let needed = files.saturating_add(of_memory.filter(|_| is_working(store, survey)).unwrap_or(0));
        if store.free < needed {
            return Some(no_room_for_memory(short(store, needed), survey));
        }
    }
    // Where the working files lie is not known; if the memory fits nowhere, it does not fit there.
    let somewhere = survey.datastores.iter().any(|store| is_working(store, survey));
    let roomiest = survey.datastores.iter().max_by_key(|store| store.free).filter(|_| !somewhere)?;
    let needed = of_memory.filter(|needed| roomiest.free < *needed)?;
    Some(no_room_for_memory(short(roomiest, needed), survey))
}

/// A VM that is suspended has no snapshot without its memory, so leaving it out is no way out.
fn no_room_for_memory(shortage: Shortage, survey: &Survey) -> Blocker {
    match survey.power {
        PowerState::On | PowerState::Off => Blocker::NoRoomForMemory { shortage },
        PowerState::Suspended => Blocker::NoRoom { shortage },
    }
}

/// The room that may become too little while a snapshot taken so stays.
///
/// On each datastore: what is surely needed, a share of every covered disk's size ([`GROWTH_SHARE`]), and with memory the state of
/// the devices.
pub(super) fn take_warnings(mode: SnapshotMode, survey: &Survey, warnings: &mut Vec<Warning>) {
    let of_memory = memory(mode, survey);
    for store in &survey.datastores {
        let growth = capacity(store, survey) / GROWTH_SHARE;
        let here = of_memory.filter(|_| is_working(store, survey));
        let of_memory = here.map_or(0, |memory| memory.saturating_add(DEVICE_STATE));
        let needed = first_blocks(store, survey).saturating_add(growth).saturating_add(of_memory);
        if store.free < needed {
            let need = if here.is_some() { Need::Memory } else { Need::Growth };
            warnings.push(Warning::LowSpace { shortage: short(store, needed), need });
        }
    }
}

/// The room that a merge of so many bytes may need before it gives any back.
///
/// Merging writes a delta into its parent and deletes it afterwards. How much the parent grows by that is known to nobody: not
/// at all where it is thick or has these blocks already, by all of the delta at the worst. So no merge is refused for it, and
/// the worst case is warned of. A VM that runs needs room for what it writes meanwhile ([`HELPER_SHARE`]). How a merge is divided
/// between datastores is not known either; the one with the least room may have all of it.
pub(super) fn merge_warnings(merged: Option<u64>, survey: &Survey, warnings: &mut Vec<Warning>) {
    let Some(merged) = merged.filter(|merged| *merged > 0) else { return };
    let helper = if survey.power == PowerState::On { merged / HELPER_SHARE } else { 0 };
    let needed = merged.saturating_add(helper);
    let holds_disks = |store: &&DatastoreSpace| capacity(store, survey) > 0;
    let fullest = survey.datastores.iter().filter(holds_disks).min_by_key(|store| store.free);
    if let Some(store) = fullest.filter(|store| store.free < needed) {
        warnings.push(Warning::LowSpace { shortage: short(store, needed), need: Need::Merge });
    }
}

fn memory(mode: SnapshotMode, survey: &Survey) -> Option<u64> {
    match mode {
        SnapshotMode::Memory => survey.memory_bytes,
        SnapshotMode::Disk | SnapshotMode::Quiesce => None,
    }
}

fn first_blocks(store: &DatastoreSpace, survey: &Survey) -> u64 {
    covered(store, survey).fold(0, |sum, _| sum + FIRST_BLOCK)
}

/// The size of all disks on a datastore that snapshots cover.
fn capacity(store: &DatastoreSpace, survey: &Survey) -> u64 {
    covered(store, survey).fold(0, u64::saturating_add)
}

fn covered(store: &DatastoreSpace, survey: &Survey) -> impl Iterator<Item = u64> {
    let here = |disk: &&VirtualDisk| !disk.independent && disk.datastore == store.name;
    survey.disks.iter().filter(here).map(|disk| disk.capacity)
}

fn is_working(store: &DatastoreSpace, survey: &Survey) -> bool {
    survey.working_datastore.as_deref() == Some(store.name.as_str())
}

fn short(store: &DatastoreSpace, needed: u64) -> Shortage {
    Shortage { datastore: store.name.clone(), free: store.free, needed }
}
