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
            let life = until.duration_since(row.taken());
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
mod tests;
