use jiff::{SignedDuration, Timestamp};

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
        ahead: SignedDuration::ZERO,
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
