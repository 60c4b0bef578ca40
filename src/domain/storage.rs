//! Datastores that run low because of snapshots.
//!
//! A datastore that is short of room for other reasons is not told of here: other tools watch that, and nobody could do anything about it
//! with a button on a snapshot.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::ids::{Moref, VCenterName, VmRef};
use super::report::{Kind, Row};
use super::sizes::VmSizes;

/// How much of a datastore is to stay free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinFree {
    /// Of so many hundred parts of it, 1 to 99.
    Percent(u8),
    /// So many bytes.
    Bytes(u64),
}

/// What snapshots hold of a vCenter's room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storage {
    /// What is known of the files of each VM.
    pub snapshots: BTreeMap<Moref, VmSizes>,
    /// The datastores whose room is told.
    pub datastores: Vec<Datastore>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datastore {
    pub moref: Moref,
    /// Its name. Two datacenters may each have one of this name.
    pub name: String,
    /// Its size in bytes.
    pub capacity: u64,
    /// How much of that is free, as vCenter last saw it.
    pub free: u64,
    /// About how many bytes the snapshots of each VM hold on it.
    pub held: BTreeMap<Moref, u64>,
}

/// A datastore that runs low because of snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowDatastore {
    pub vcenter: VCenterName,
    pub datastore: Moref,
    pub name: String,
    /// Its size in bytes.
    pub capacity: u64,
    /// How much of that is free.
    pub free: u64,
    /// How much is to be.
    pub wanted: u64,
    /// About how many bytes the snapshots of the report's VMs hold on it.
    pub held: u64,
    /// On how many VMs.
    pub vms: usize,
    /// Their largest snapshot, one that is not a backup's before one that is.
    pub largest: Row,
}

impl MinFree {
    /// In bytes, of a datastore of this size.
    pub fn of(self, capacity: u64) -> u64 {
        match self {
            Self::Percent(percent) => capacity / 100 * u64::from(percent),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// The datastores of a vCenter that have less room than is wanted and whose snapshots, those of these rows, hold at least half of what is
/// missing. The fullest first.
pub fn low_datastores(
    vcenter: &VCenterName,
    datastores: &[Datastore],
    rows: &[Row],
    wanted: MinFree,
) -> Vec<LowDatastore> {
    let listed: HashSet<&VmRef> = rows.iter().map(|row| &row.vm).filter(|vm| vm.vcenter == *vcenter).collect();
    let low = |datastore: &Datastore| {
        let wanted = wanted.of(datastore.capacity);
        let missing = wanted.checked_sub(datastore.free).filter(|missing| *missing > 0)?;
        let on_it = |vm: &VmRef| vm.vcenter == *vcenter && datastore.held.get(&vm.moref).is_some_and(|held| *held > 0);
        let vms: Vec<&&VmRef> = listed.iter().filter(|vm| on_it(vm)).collect();
        let held = vms
            .iter()
            .filter_map(|vm| datastore.held.get(&vm.moref))
            .fold(0, |sum: u64, held| sum.saturating_add(*held));
        if held.saturating_mul(2) < missing {
            return None;
        }
        let of_them = rows.iter().filter(|row| on_it(&row.vm));
        let largest = of_them.max_by_key(|row| (row.kind != Kind::Backup, row.freed))?;
        Some(LowDatastore {
            vcenter: vcenter.clone(),
            datastore: datastore.moref.clone(),
            name: datastore.name.clone(),
            capacity: datastore.capacity,
            free: datastore.free,
            wanted,
            held,
            vms: vms.len(),
            largest: largest.clone(),
        })
    };
    let mut found: Vec<LowDatastore> = datastores.iter().filter_map(low).collect();
    found.sort_by_key(|low| low.free.saturating_mul(10_000) / low.capacity.max(1));
    found
}

#[cfg(test)]
mod tests;
