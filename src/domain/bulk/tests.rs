use super::*;
use crate::domain::ids::VmRef;
use crate::domain::report::{Hold, Maker};

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

pub(crate) fn row(vm: &str, days: i64) -> Row {
    Row {
        vm: VmRef { vcenter: "paris".into(), moref: vm.into() },
        vm_name: vm.to_owned(),
        path: vm.to_owned(),
        snapshot: format!("{vm}-{days}").as_str().into(),
        name: format!("{days}"),
        number: 1,
        created: now() - SignedDuration::from_hours(24 * days),
        depth: 1,
        children: false,
        bytes: None,
        maker: Maker::Unknown,
        until: None,
        ahead: SignedDuration::ZERO,
        hold: None,
        kind: Kind::Ordinary,
    }
}

fn bulk(rows: &[Row]) -> Bulk {
    let age = SignedDuration::from_hours(24 * 30);
    let (goes, stays) = plan(rows, age, now(), |row| (row.vm_name == "prod").then_some(Why::NoRight));
    Bulk { scope: BulkScope::All, goes, stays, halt: None }
}

#[test]
fn a_plan_says_what_goes_and_why_the_rest_stays() {
    let hold = Hold { by: "carol".into(), reason: "audit".to_owned(), until: None };
    let rows = [
        row("a", 31),
        row("b", 90),
        row("c", 29),
        Row { hold: Some(hold), ..row("d", 40) },
        Row { until: Some(now() + SignedDuration::from_hours(1)), ..row("e", 40) },
        Row { kind: Kind::Backup, ..row("f", 1) },
        row("f", 40),
        row("prod", 40),
    ];
    let bulk = bulk(&rows);
    let goes: Vec<&str> = bulk.goes.iter().map(|item| item.row.vm_name.as_str()).collect();
    assert_eq!(goes, ["b", "a"], "the oldest first");
    let stays: Vec<(&str, Why)> = bulk.stays.iter().map(|stays| (stays.row.vm_name.as_str(), stays.why)).collect();
    assert_eq!(stays, [("d", Why::Held), ("e", Why::Kept), ("f", Why::Backup), ("prod", Why::NoRight)]);
}

#[test]
fn one_is_deleted_at_a_time_until_nothing_is_left_or_something_halts_it() {
    let mut bulk = bulk(&[row("a", 31), row("b", 90), row("c", 50)]);
    assert_eq!(bulk.next(), Some(0));
    let request = RequestId::from_bits(1);
    bulk.set(0, ItemState::Deleting(request.clone()));
    assert_eq!((bulk.next(), bulk.deleting()), (None, Some((0, &request))));
    bulk.set(0, ItemState::Gone);
    assert_eq!(bulk.next(), Some(1));
    bulk.set(1, ItemState::Unsure(request));
    let mut halted = Bulk { halt: Some(Halt::Stopped { by: "bob".into() }), ..bulk.clone() };
    assert!(halted.next().is_none() && !halted.is_over(), "people are asked about one");
    halted.set(1, ItemState::Left(None));
    assert!(halted.is_over());
    bulk.set(2, ItemState::Gone);
    assert!(bulk.next().is_none() && !bulk.is_over());
    bulk.set(1, ItemState::Left(None));
    assert_eq!((bulk.is_over(), bulk.counts()), (true, (2, 1)));
}

#[test]
fn the_fingerprint_is_over_what_goes() {
    let one = bulk(&[row("a", 31), row("b", 90)]).fingerprint();
    assert_eq!(one, bulk(&[row("b", 90), row("a", 31), row("c", 3)]).fingerprint());
    assert_ne!(one, bulk(&[row("a", 31)]).fingerprint());
    assert_ne!(one, bulk(&[row("a", 32), row("b", 90)]).fingerprint());
}

#[test]
fn a_plan_ends_where_nobody_could_look_through_it() {
    let rows: Vec<Row> = (0..BULK_MAX + 5).map(|number| row(&format!("vm-{number:03}"), 40)).collect();
    let bulk = bulk(&rows);
    assert_eq!((bulk.goes.len(), bulk.stays.len()), (BULK_MAX, 5));
    assert!(bulk.stays.iter().all(|stays| stays.why == Why::TooMany));
}
