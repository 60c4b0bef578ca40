use jiff::SignedDuration;

use super::*;
use crate::domain::ids::VmRef;
use crate::domain::report::Hold;

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn row() -> Row {
    Row {
        vm: VmRef { vcenter: "paris".into(), moref: "vm-12".into() },
        vm_name: "=cmd|' /C calc'!A0".to_owned(),
        path: "DC1/web/é;=1".to_owned(),
        snapshot: "snapshot-7".into(),
        name: "before \"upgrade\", 2".to_owned(),
        number: 2,
        created: now() - SignedDuration::from_hours(49),
        depth: 4,
        children: true,
        bytes: Some(3_400_000_000),
        maker: Maker::Person("alice".into()),
        until: Some("2026-11-25T14:05:59.5Z".parse().unwrap()),
        ahead: SignedDuration::ZERO,
        hold: None,
        kind: Kind::Ordinary,
    }
}

fn thresholds() -> Thresholds {
    let days = |days: i64| SignedDuration::from_hours(days * 24);
    Thresholds { warn_age: days(2), max_age: days(14), max_depth: 3, max_size: Some(1_000_000_000) }
}

#[test]
fn a_line_has_everything_that_the_row_has() {
    let made = table([&row()], &thresholds(), now(), Reader::Program).unwrap();
    let lines: Vec<&str> = std::str::from_utf8(&made).unwrap().lines().collect();
    assert_eq!(lines[0], COLUMNS.join(","));
    assert_eq!(
        lines[1],
        "paris,'=cmd|' /C calc'!A0,DC1/web/é;'=1,vm-12,\"before \"\"upgrade\"\", 2\",snapshot-7,2,\
             2026-11-20T07:00:00Z,49,4,true,3400000000,alice,person,2026-11-25T14:05:59Z,,,,ordinary,\
             warn_age max_depth max_size"
    );
}

#[test]
fn what_is_held_or_a_backups_is_over_no_age() {
    let held = Hold { by: "carol".into(), reason: "audit".to_owned(), until: None };
    let held = Row { hold: Some(held), depth: 1, ..row() };
    assert!(over(&held, &thresholds(), now()).is_empty());
    let old = Row { created: now() - SignedDuration::from_hours(400 * 24), depth: 1, bytes: None, ..row() };
    assert_eq!(over(&old, &thresholds(), now()), ["max_age"]);
    assert!(over(&Row { kind: Kind::Backup, ..old }, &thresholds(), now()).is_empty());
}
