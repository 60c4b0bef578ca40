use super::*;
use crate::domain::report::{Hold, Maker};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn start() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn row(name: &str, hours: i64) -> Row {
    Row {
        vm: VmRef { vcenter: "paris".into(), moref: "vm-1".into() },
        vm_name: "web-01".to_owned(),
        path: "DC1/web-01".to_owned(),
        snapshot: name.into(),
        name: name.to_owned(),
        number: 1,
        created: start() - HOUR * 100,
        depth: 1,
        children: false,
        bytes: None,
        maker: Maker::Person("alice".into()),
        until: Some(start() + SignedDuration::from_hours(hours)),
        ahead: SignedDuration::ZERO,
        hold: None,
        kind: Kind::Ordinary,
    }
}

/// Looks every hour, and writes down what it does.
fn follow(rows: &[Row], hours: i32, deletes: bool) -> Vec<String> {
    let (mut told, mut log) = (BTreeMap::new(), Vec::new());
    for hour in 0..hours {
        let now = start() + HOUR * hour;
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let remind = [HOUR * 24, HOUR * 2];
        let found = steps(rows, &remind, |_| deletes, false, &told, |_| true, (now, today));
        log.extend(found.steps.iter().map(|step| match step {
            Step::Remind(row) => format!("{hour} remind {}", row.name),
            Step::Ask(row) => format!("{hour} ask {}", row.name),
            Step::Delete(row) => format!("{hour} delete {}", row.name),
        }));
        told.extend(found.remember);
        found.forget.iter().for_each(|place| {
            told.remove(place);
        });
    }
    log
}

#[test]
fn an_owner_is_reminded_once_for_each_and_asked_every_day() {
    assert_eq!(follow(&[row("s", 30)], 60, false), ["6 remind s", "28 remind s", "30 ask s", "40 ask s"]);
    assert_eq!(follow(&[row("s", 1)], 3, false), ["0 remind s", "1 ask s"], "the later of two reminders that are due");
}

#[test]
fn one_at_a_time_is_deleted_and_only_what_may_be() {
    let below = Row { children: true, ..row("below", 0) };
    let orphan = Row { kind: Kind::Orphan, ..row("orphan", 0) };
    let backup = Row { kind: Kind::Backup, ..row("backup", 0) };
    let hold = Hold { by: "carol".into(), reason: "audit".to_owned(), until: None };
    let held = Row { hold: Some(hold), ..row("held", 0) };
    let endless = Row { until: None, ..row("endless", 0) };
    let rows = [row("a", 0), row("b", 0), below, orphan, backup, held, endless];
    assert_eq!(
        follow(&rows, 3, true),
        ["0 delete a", "0 ask below", "0 ask orphan", "1 ask a", "1 delete b", "2 ask b"]
    );
    let none = follow(&rows, 24, false);
    assert!(none.iter().all(|step| !step.contains("delete")), "{none:?}");
}

#[test]
fn nothing_is_deleted_while_something_is() {
    let today = start().to_zoned(jiff::tz::TimeZone::UTC).date();
    let found = steps(&[row("a", 0)], &[], |_| true, true, &BTreeMap::new(), |_| true, (start(), today));
    assert_eq!((found.steps, found.remember), (Vec::new(), BTreeMap::new()), "it is its turn later");
}

#[test]
fn an_end_that_is_moved_begins_anew() {
    let place = (row("s", 1).vm, Moref::from("s"));
    let old = Told { until: start() - HOUR, reminded: Some(HOUR * 2), asked: None, tried: None };
    let told = BTreeMap::from([(place.clone(), old)]);
    let today = start().to_zoned(jiff::tz::TimeZone::UTC).date();
    let found = steps(&[row("s", 1)], &[HOUR * 2], |_| false, false, &told, |_| true, (start(), today));
    assert_eq!(found.steps, [Step::Remind(row("s", 1))]);
    let gone = steps(&[], &[], |_| false, false, &told, |_| true, (start(), today));
    assert_eq!(gone.forget, [place]);
    let away = steps(&[], &[], |_| false, false, &told, |_| false, (start(), today));
    assert_eq!(away.forget, [], "its vCenter is away");
}
