//! Datastores that run low because of snapshots.
//!
//! A datastore that is short of room for other reasons is not told of here: other tools watch that, and nobody could do anything about it
//! with a button on a snapshot.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::ids::{Moref, VCenterName, VmRef};
use super::report::{Kind, Row};

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
    /// About how many bytes each snapshot holds, by VM.
    pub snapshots: BTreeMap<Moref, BTreeMap<Moref, u64>>,
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
        let largest = of_them.max_by_key(|row| (row.kind != Kind::Backup, row.bytes))?;
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
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::report::Maker;

    fn row(vm: &str, bytes: u64, kind: Kind) -> Row {
        Row {
            vm: VmRef { vcenter: "lab".into(), moref: vm.into() },
            vm_name: vm.to_owned(),
            path: vm.to_owned(),
            snapshot: format!("{vm}-{bytes}").as_str().into(),
            name: "x".to_owned(),
            number: 1,
            created: Timestamp::UNIX_EPOCH,
            depth: 1,
            children: false,
            bytes: Some(bytes),
            maker: Maker::Unknown,
            until: None,
            hold: None,
            kind,
        }
    }

    fn datastore(name: &str, free: u64, held: &[(&str, u64)]) -> Datastore {
        let held = held.iter().map(|(vm, bytes)| (Moref::from(*vm), *bytes)).collect();
        Datastore { moref: name.into(), name: name.to_owned(), capacity: 1_000, free, held }
    }

    fn low(datastores: &[Datastore], rows: &[Row]) -> Vec<LowDatastore> {
        low_datastores(&"lab".into(), datastores, rows, MinFree::Percent(10))
    }

    #[test]
    fn a_datastore_is_low_because_of_snapshots_if_they_hold_half_of_what_is_missing() {
        let rows = [row("vm-1", 30, Kind::Ordinary), row("vm-2", 5, Kind::Ordinary)];
        let of = |free, held| low(&[datastore("ds", free, &[("vm-1", held)])], &rows).len();
        assert_eq!((of(100, 900), of(99, 1)), (0, 1), "where the limit is");
        assert_eq!((of(40, 29), of(40, 30)), (0, 1), "60 are missing");
    }

    #[test]
    fn what_is_not_reported_does_not_count_and_a_backup_is_not_what_to_begin_with() {
        let rows = [row("vm-1", 20, Kind::Ordinary), row("vm-1", 10, Kind::Ordinary), row("vm-2", 50, Kind::Backup)];
        let store = datastore("ds", 0, &[("vm-1", 30), ("vm-2", 50), ("vm-9", 400)]);
        let found = low(std::slice::from_ref(&store), &rows);
        assert_eq!((found[0].held, found[0].vms, found[0].wanted), (80, 2, 100));
        assert_eq!(found[0].largest.snapshot.as_str(), "vm-1-20");
        assert!(low(&[store], &rows[..1]).is_empty(), "30 are less than half of 100");
    }

    #[test]
    fn the_fullest_comes_first_and_an_empty_one_is_no_division_by_zero() {
        let rows = [row("vm-1", 500, Kind::Ordinary)];
        let held = [("vm-1", 500)];
        let empty = Datastore { capacity: 0, free: 0, ..datastore("none", 0, &held) };
        let found = low(&[datastore("some", 50, &held), empty, datastore("full", 1, &held)], &rows);
        assert_eq!(found.iter().map(|low| low.name.as_str()).collect::<Vec<_>>(), ["full", "some"]);
        assert_eq!(MinFree::Bytes(7).of(1_000), 7);
    }
}
