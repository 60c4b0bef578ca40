//! Snapshots whose time is up: who is reminded, who is asked, and what the bot deletes by itself.
//!
//! The bot deletes only where the configuration says so, only what it took itself and remembers, never what others stand on, and only one at a
//! time. Everything else is asked of whoever took it, once a day until somebody decides.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{Moref, VmRef};
use super::report::{Kind, Row};

/// What has been said and tried about one snapshot's end. It begins anew when the end is moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The end that it is about.
    pub until: Timestamp,
    /// The last reminder: so long before the end.
    pub reminded: Option<SignedDuration>,
    /// The day on which its owner was asked last.
    pub asked: Option<Date>,
    /// The day on which the bot tried to delete it last.
    pub tried: Option<Date>,
}

/// One snapshot of one VM.
pub type Place = (VmRef, Moref);

/// Something to do about a snapshot's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Remind(Row),
    /// Ask its owner, since it is over and stays.
    Ask(Row),
    Delete(Row),
}

/// What is to be done, and what is to be remembered with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// In the order of the ends.
    pub steps: Vec<Step>,
    /// How it stands afterwards.
    pub remember: BTreeMap<Place, Told>,
    /// What is gone, or has no end any more.
    pub forget: Vec<Place>,
}

/// Looks at every end. `deletes` says whether the configuration lets the bot delete this one by itself; `busy` that it is deleting another one.
pub fn steps(
    rows: &[Row],
    remind: &[SignedDuration],
    deletes: impl Fn(&Row) -> bool,
    busy: bool,
    told: &BTreeMap<Place, Told>,
    is_live: impl Fn(&VmRef) -> bool,
    (now, today): (Timestamp, Date),
) -> Steps {
    let mut found = Steps::default();
    let mut ends: Vec<(&Row, Timestamp)> = rows.iter().filter_map(|row| Some((row, row.until?))).collect();
    ends.sort_by_key(|(row, until)| (*until, row.created));
    let (mut deleting, mut seen) = (busy, Vec::new());
    for (row, until) in ends {
        let place = (row.vm.clone(), row.snapshot.clone());
        seen.push(place.clone());
        if row.kind == Kind::Backup || row.is_held(now) {
            continue;
        }
        let fresh = Told { until, reminded: None, asked: None, tried: None };
        let known = told.get(&place).filter(|told| told.until == until).cloned().unwrap_or(fresh);
        let mut after = known.clone();
        if until > now {
            // The shortest that is due: whoever was away for two reminders gets the later one.
            let life = until.duration_since(row.created);
            let due = remind
                .iter()
                .copied()
                .filter(|before| *before < life && now >= until.saturating_sub(*before).unwrap_or(until));
            if let Some(before) = due.min().filter(|before| known.reminded.is_none_or(|last| *before < last)) {
                after.reminded = Some(before);
                found.steps.push(Step::Remind(row.clone()));
            }
        } else if row.kind == Kind::Ordinary && !row.children && deletes(row) && known.tried != Some(today) {
            if deleting {
                continue;
            }
            deleting = true;
            after.tried = Some(today);
            found.steps.push(Step::Delete(row.clone()));
        } else if known.asked != Some(today)
            && !(deletes(row) && known.tried.is_none() && row.kind == Kind::Ordinary && !row.children)
        {
            after.asked = Some(today);
            found.steps.push(Step::Ask(row.clone()));
        }
        if told.get(&place) != Some(&after) {
            found.remember.insert(place, after);
        }
    }
    seen.sort();
    let gone = told.keys().filter(|place| is_live(&place.0) && seen.binary_search(place).is_err());
    found.forget = gone.cloned().collect();
    found
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            follow(&[row("s", 1)], 3, false),
            ["0 remind s", "1 ask s"],
            "the later of two reminders that are due"
        );
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
}
