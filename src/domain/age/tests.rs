use jiff::SignedDuration;

use super::*;
use crate::domain::report::{Hold, Kind, Maker};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn row(vm: &str, days: i32, depth: usize, bytes: u64) -> Row {
    Row {
        vm: VmRef { vcenter: "paris".into(), moref: vm.into() },
        vm_name: vm.to_owned(),
        path: vm.to_owned(),
        snapshot: format!("{vm}-s{depth}").as_str().into(),
        name: format!("s{depth}"),
        number: depth,
        created: now() - DAY * days,
        depth,
        children: false,
        bytes: Some(bytes),
        maker: Maker::Unknown,
        until: None,
        ahead: SignedDuration::ZERO,
        hold: None,
        kind: Kind::Ordinary,
    }
}

fn limits() -> Thresholds {
    Thresholds { warn_age: DAY * 3, max_age: DAY * 14, max_depth: 2, max_size: Some(1_000) }
}

fn look(rows: &[Row], told: &mut BTreeSet<String>, live: &[&str]) -> Vec<(Limit, String)> {
    look_with(rows, &[], &[], told, live)
}

fn look_with(
    rows: &[Row],
    low: &[LowDatastore],
    short: &[(VCenterName, Moref)],
    told: &mut BTreeSet<String>,
    live: &[&str],
) -> Vec<(Limit, String)> {
    let live = live.iter().map(|name| VCenterName::from(*name)).collect();
    let stores = Stores { read: &live, low, short };
    let found = crossed(rows, &limits(), &stores, now(), told, &live);
    told.extend(found.remember);
    found.forget.iter().for_each(|key| {
        told.remove(key);
    });
    found.told.into_iter().map(|crossing| (crossing.limit, crossing.what.row().vm_name.clone())).collect()
}

#[test]
fn each_crossing_is_told_once_and_the_worse_of_two_at_once() {
    let mut told = BTreeSet::new();
    let mut rows = vec![row("a", 4, 1, 0), row("b", 20, 1, 0), row("c", 1, 1, 5_000), row("d", 1, 1, 0)];
    let first = look(&rows, &mut told, &["paris"]);
    let named = |limit, vm: &str| (limit, vm.to_owned());
    assert_eq!(first, [named(Limit::MaxSize, "c"), named(Limit::MaxAge, "b"), named(Limit::WarnAge, "a")]);
    assert_eq!(look(&rows, &mut told, &["paris"]), []);
    rows[0].created = now() - DAY * 15;
    assert_eq!(look(&rows, &mut told, &["paris"]), [named(Limit::MaxAge, "a")]);
    rows.extend([row("d", 1, 2, 0), row("d", 1, 3, 0)]);
    assert_eq!(look(&rows, &mut told, &["paris"]), [named(Limit::MaxDepth, "d")]);
    assert_eq!(look(&rows, &mut told, &["paris"]), []);
}

#[test]
fn a_size_that_wavers_is_told_once_and_one_that_fell_is_told_again() {
    let mut told = BTreeSet::new();
    let at = |bytes| [row("a", 1, 1, bytes)];
    assert_eq!(look(&at(1_001), &mut told, &["paris"]).len(), 1);
    for bytes in [999, 1_001, 950, 1_200] {
        assert_eq!(look(&at(bytes), &mut told, &["paris"]), [], "{bytes}");
    }
    let unread = [Row { bytes: None, ..row("a", 1, 1, 0) }];
    assert_eq!(look(&unread, &mut told, &["paris"]), []);
    assert_eq!(look(&at(1_001), &mut told, &["paris"]), [], "it was only not read for once");
    assert_eq!(look(&at(800), &mut told, &["paris"]), []);
    assert_eq!(look(&at(1_001), &mut told, &["paris"]).len(), 1);
}

#[test]
fn a_datastore_is_told_of_once_until_it_has_room_again() {
    let mut told = BTreeSet::new();
    let rows = [row("a", 1, 1, 900)];
    let id = (VCenterName::from("paris"), Moref::from("datastore-1"));
    let low = LowDatastore {
        vcenter: id.0.clone(),
        datastore: id.1.clone(),
        name: "fast".to_owned(),
        capacity: 10_000,
        free: 500,
        wanted: 1_000,
        held: 900,
        vms: 1,
        largest: rows[0].clone(),
    };
    let (low, short) = ([low], [id]);
    let told_of = [(Limit::MinFree, "a".to_owned())];
    assert_eq!(look_with(&rows, &low, &short, &mut told, &["paris"]), told_of);
    assert_eq!(look_with(&rows, &low, &short, &mut told, &["paris"]), []);
    assert_eq!(look_with(&rows, &[], &short, &mut told, &["paris"]), [], "hardly more than is wanted");
    assert_eq!(look_with(&rows, &[], &[], &mut told, &[]), [], "it is away, and nothing is known");
    assert_eq!(look_with(&rows, &low, &short, &mut told, &["paris"]), []);
    assert_eq!(look_with(&rows, &[], &[], &mut told, &["paris"]), [], "there is room");
    assert_eq!(look_with(&rows, &low, &short, &mut told, &["paris"]), told_of);
}

#[test]
fn what_is_held_and_let_go_is_not_told_again() {
    let mut told = BTreeSet::new();
    let hold = Hold { by: "carol".into(), reason: "audit".to_owned(), until: None };
    let mut rows = [row("a", 4, 1, 0), row("b", 4, 1, 0)];
    rows[1].hold = Some(hold.clone());
    assert_eq!(look(&rows, &mut told, &["paris"]), [(Limit::WarnAge, "a".to_owned())], "b is held");
    rows[0].hold = Some(hold);
    assert_eq!(look(&rows, &mut told, &["paris"]), []);
    rows.iter_mut().for_each(|row| row.hold = None);
    assert_eq!(look(&rows, &mut told, &["paris"]), [(Limit::WarnAge, "b".to_owned())], "never told of before");
    assert_eq!(look(&rows, &mut told, &["paris"]), []);
}

#[test]
fn of_a_vcenter_that_is_away_nothing_is_over() {
    let mut told = BTreeSet::new();
    let rows = [row("a", 4, 1, 0)];
    assert_eq!(look(&rows, &mut told, &["paris"]).len(), 1);
    assert_eq!(look(&[], &mut told, &[]), []);
    assert_eq!(look(&rows, &mut told, &["paris"]), [], "it came back, and nothing was crossed");
    assert_eq!(look(&[], &mut told, &["paris"]), []);
    assert_eq!(told.len(), 0, "it is gone");
}

#[test]
fn quiet_hours_go_over_midnight() {
    let night = QuietHours::parse("22:00-07:00").unwrap();
    let noon = QuietHours::parse("12:00 - 13:30").unwrap();
    let paris = TimeZone::get("Europe/Paris").unwrap();
    for (at, in_night, in_noon) in [
        ("2026-11-22T21:30:00Z", true, false),
        ("2026-11-22T05:59:00Z", true, false),
        ("2026-11-22T06:00:00Z", false, false),
        ("2026-11-22T11:00:00Z", false, true),
        ("2026-11-22T12:30:00Z", false, false),
    ] {
        let at = at.parse().unwrap();
        assert_eq!((night.holds(at, &paris), noon.holds(at, &paris)), (in_night, in_noon), "{at}");
    }
    for text in ["", "22:00", "22-7", "25:00-07:00", "07:00-07:00", "7:00-8:00"] {
        assert!(QuietHours::parse(text).is_err(), "{text}");
    }
}
