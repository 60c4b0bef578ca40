//! Deleting what is older than an age, on many VMs: one plan, one approval, then one VM after the other.
//!
//! The plan says what goes, what stays and why, and people approve exactly that: what was approved is sealed by a fingerprint over every
//! snapshot in it. Each deletion is then a request of its own, with its own look at the VM right before the call.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::authority::{Refusal, Ruling};
use super::ids::{PersonId, RequestId};
use super::report::{Kind, Row};
use super::request::{Approval, ApprovalNeed, StruckApproval};

/// At most so many are deleted by one plan: more nobody can look through before saying yes.
pub const SWEEP_MAX: usize = 100;

/// A plan, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    pub asker: PersonId,
    pub account: String,
    /// Of which VMs, as it was typed.
    pub scope: String,
    pub age: SignedDuration,
    /// The change number given with it.
    pub ticket: Option<String>,
    /// What goes, the oldest first.
    pub goes: Vec<Item>,
    /// What is old enough and stays.
    pub stays: Vec<Stays>,
    pub need: ApprovalNeed,
    /// Who said yes.
    pub approvals: Vec<Approval>,
    /// Approvals that counted when they were given and do not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub struck: Vec<StruckApproval>,
    /// Until when it can be approved.
    pub until: Timestamp,
    pub state: SweepState,
}

/// One snapshot that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub row: Row,
    pub state: ItemState,
}

/// How far one deletion is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Waiting,
    /// It is being deleted by this request.
    Deleting(RequestId),
    Gone,
    /// It was gone already when its turn came.
    GoneBefore,
    /// It is not, and its request says why, where there is one.
    Left(Option<RequestId>),
    /// Nobody knows whether it is, and its request asks people.
    Unsure(RequestId),
}

/// One snapshot that is old enough and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stays {
    pub row: Row,
    pub why: Why,
}

/// Why a snapshot stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody holds it.
    Held,
    /// A backup works on the VM.
    Backup,
    /// It was kept until a moment that is still to come.
    Kept,
    /// Whoever asks may not delete it.
    NoRight,
    /// Others would have to say yes to it, or nobody could.
    OtherApprovers,
    /// There are more than one plan holds.
    TooMany,
}

/// Where a plan stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SweepState {
    /// It waits for a yes.
    Asked,
    /// One after the other is deleted.
    Running,
    /// Somebody said no.
    Denied { by: PersonId, reason: Option<String> },
    /// Nobody decided in time.
    Expired,
    /// Somebody stopped it; what was deleted is gone.
    Stopped { by: PersonId },
    /// The rules do not let it go on; what was deleted is gone.
    Refused {
        refusal: Refusal,
        /// The name of the VM that it is about.
        vm: String,
    },
    /// Everything has had its turn.
    Done,
}

/// Parts the old from the young, and says what stays and why. `may` says what stands against one by rights.
pub fn plan(
    rows: &[Row],
    age: SignedDuration,
    now: Timestamp,
    may: impl Fn(&Row) -> Option<Why>,
) -> (Vec<Item>, Vec<Stays>) {
    let backups: std::collections::BTreeSet<_> =
        rows.iter().filter(|row| row.kind == Kind::Backup).map(|row| &row.vm).collect();
    let mut old: Vec<&Row> = rows.iter().filter(|row| row.age(now) > age).collect();
    old.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.identity().cmp(&b.identity())));
    let (mut goes, mut stays) = (Vec::new(), Vec::new());
    for row in old {
        let kept = row.until.is_some_and(|until| until > now);
        let why = match () {
            () if backups.contains(&row.vm) => Some(Why::Backup),
            () if row.is_held(now) => Some(Why::Held),
            () if kept => Some(Why::Kept),
            () => may(row),
        };
        match why.or((goes.len() >= SWEEP_MAX).then_some(Why::TooMany)) {
            Some(why) => stays.push(Stays { row: row.clone(), why }),
            None => goes.push(Item { row: row.clone(), state: ItemState::Waiting }),
        }
    }
    (goes, stays)
}

impl Sweep {
    /// What is approved: every snapshot that goes, and no other.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for item in &self.goes {
            let identity = item.row.identity();
            digest.update((identity.len() as u64).to_be_bytes());
            digest.update(identity.as_bytes());
        }
        hex::encode(digest.finalize())
    }

    /// Somebody says yes; whether that was the last one needed.
    pub fn approve(&mut self, approval: Approval) -> bool {
        let own = approval.person == self.asker && !self.need.self_approval;
        let twice = self.approvals.iter().any(|known| known.person == approval.person);
        if self.state != SweepState::Asked || own || twice {
            return false;
        }
        self.approvals.push(approval);
        let enough = self.approvals.len() >= usize::from(self.need.needed.max(1));
        if enough {
            self.state = SweepState::Running;
        }
        enough
    }

    /// Takes over how it stands by the rules: its terms as they are now, without the approvals that do not count any more. A plan that
    /// runs and has not enough of them is refused.
    pub fn settle(&mut self, ruling: Ruling, vm: &str) {
        let Ruling { need, struck, missing, unknown: _ } = ruling;
        if let Some(need) = need {
            self.need = need;
        }
        for one in struck {
            self.approvals.retain(|approval| approval.person != one.person);
            self.struck.push(one);
        }
        if self.state == SweepState::Running && missing > 0 {
            self.refuse(Refusal::NotApproved, vm);
        }
    }

    /// The rules do not let it go on. What is being deleted goes on to its end.
    pub fn refuse(&mut self, refusal: Refusal, vm: &str) {
        if matches!(self.state, SweepState::Asked | SweepState::Running) {
            self.state = SweepState::Refused { refusal, vm: vm.to_owned() };
        }
    }

    /// What still waits for its turn.
    pub fn waiting(&self) -> impl Iterator<Item = &Item> {
        self.goes.iter().filter(|item| item.state == ItemState::Waiting)
    }

    /// Somebody stops it. What is being deleted goes on to its end.
    pub fn stop(&mut self, by: PersonId) -> bool {
        let stops = self.state == SweepState::Running;
        if stops {
            self.state = SweepState::Stopped { by };
        }
        stops
    }

    /// Whether a yes or a no counts.
    pub fn can_be_decided(&self, now: Timestamp) -> bool {
        self.state == SweepState::Asked && now < self.until
    }

    /// Whether there is anything to stop.
    pub fn can_be_stopped(&self) -> bool {
        self.state == SweepState::Running
    }

    pub fn deleting(&self) -> Option<(usize, &RequestId)> {
        self.goes.iter().enumerate().find_map(|(index, item)| match &item.state {
            ItemState::Deleting(request) => Some((index, request)),
            ItemState::Waiting
            | ItemState::Gone
            | ItemState::GoneBefore
            | ItemState::Left(_)
            | ItemState::Unsure(_) => None,
        })
    }

    /// The requests that ask people whether one is gone.
    pub fn unsure(&self) -> Vec<(usize, RequestId)> {
        let asks = |(index, item): (usize, &Item)| match &item.state {
            ItemState::Unsure(request) => Some((index, request.clone())),
            ItemState::Waiting
            | ItemState::Deleting(_)
            | ItemState::Gone
            | ItemState::GoneBefore
            | ItemState::Left(_) => None,
        };
        self.goes.iter().enumerate().filter_map(asks).collect()
    }

    /// The next in turn; none while one is being deleted, and where it does not run.
    pub fn next(&self) -> Option<usize> {
        let free = self.state == SweepState::Running && self.deleting().is_none();
        free.then(|| self.goes.iter().position(|item| item.state == ItemState::Waiting)).flatten()
    }

    /// Whether anything can still become of it: of one that is over, what is being deleted, and what people are asked about.
    pub fn is_open(&self) -> bool {
        let going_on = matches!(self.state, SweepState::Asked | SweepState::Running);
        going_on || self.deleting().is_some() || !self.unsure().is_empty()
    }

    /// What became of one. With the last one it is done.
    pub fn ended(&mut self, index: usize, state: ItemState) {
        if let Some(item) = self.goes.get_mut(index) {
            item.state = state;
        }
        let open = |item: &Item| matches!(item.state, ItemState::Waiting | ItemState::Deleting(_));
        if self.state == SweepState::Running && !self.goes.iter().any(open) {
            self.state = SweepState::Done;
        }
    }

    /// How many were deleted, and how many were not although it was their turn.
    pub fn counts(&self) -> (usize, usize) {
        let gone = self.goes.iter().filter(|item| item.state == ItemState::Gone).count();
        let not =
            |item: &&Item| matches!(item.state, ItemState::GoneBefore | ItemState::Left(_) | ItemState::Unsure(_));
        let left = self.goes.iter().filter(not).count();
        (gone, left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::VmRef;
    use crate::domain::report::{Hold, Maker};

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().unwrap()
    }

    fn row(vm: &str, days: i64) -> Row {
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
            hold: None,
            kind: Kind::Ordinary,
        }
    }

    fn sweep(rows: &[Row]) -> Sweep {
        let age = SignedDuration::from_hours(24 * 30);
        let (goes, stays) = plan(rows, age, now(), |row| (row.vm_name == "prod").then_some(Why::NoRight));
        let need = ApprovalNeed {
            approvers: vec!["approvers".into()],
            needed: 2,
            expires: SignedDuration::from_mins(30),
            self_approval: false,
            break_glass: Vec::new(),
        };
        Sweep {
            asker: "alice".into(),
            account: "a".to_owned(),
            scope: "all".to_owned(),
            age,
            ticket: None,
            goes,
            stays,
            need,
            approvals: Vec::new(),
            struck: Vec::new(),
            until: now(),
            state: SweepState::Asked,
        }
    }

    fn yes(person: &str) -> Approval {
        Approval { person: person.into(), account: person.to_owned(), at: now() }
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
        let sweep = sweep(&rows);
        let goes: Vec<&str> = sweep.goes.iter().map(|item| item.row.vm_name.as_str()).collect();
        assert_eq!(goes, ["b", "a"], "the oldest first");
        let stays: Vec<(&str, Why)> = sweep.stays.iter().map(|stays| (stays.row.vm_name.as_str(), stays.why)).collect();
        assert_eq!(stays, [("d", Why::Held), ("e", Why::Kept), ("f", Why::Backup), ("prod", Why::NoRight)]);
    }

    #[test]
    fn it_runs_after_every_yes_one_at_a_time_and_stops_when_told() {
        let mut sweep = sweep(&[row("a", 31), row("b", 90), row("c", 50)]);
        assert!(!sweep.approve(yes("alice")), "not by oneself");
        assert!(!sweep.approve(yes("bob")) && !sweep.approve(yes("bob")), "not twice by one");
        assert_eq!(sweep.next(), None);
        assert!(sweep.approve(yes("carol")));
        assert_eq!(sweep.next(), Some(0));
        let request = RequestId::from_bits(1);
        sweep.ended(0, ItemState::Deleting(request.clone()));
        assert_eq!((sweep.next(), sweep.deleting()), (None, Some((0, &request))));
        sweep.ended(0, ItemState::Gone);
        assert_eq!(sweep.next(), Some(1));
        sweep.ended(1, ItemState::Left(None));
        let mut stopped = sweep.clone();
        assert!(stopped.stop("bob".into()) && !stopped.stop("bob".into()));
        assert_eq!(stopped.next(), None);
        sweep.ended(2, ItemState::Gone);
        assert_eq!((sweep.state.clone(), sweep.counts()), (SweepState::Done, (2, 1)));
    }

    #[test]
    fn the_fingerprint_is_over_what_goes() {
        let one = sweep(&[row("a", 31), row("b", 90)]).fingerprint();
        assert_eq!(one, sweep(&[row("b", 90), row("a", 31), row("c", 3)]).fingerprint());
        assert_ne!(one, sweep(&[row("a", 31)]).fingerprint());
        assert_ne!(one, sweep(&[row("a", 32), row("b", 90)]).fingerprint());
    }

    #[test]
    fn a_plan_ends_where_nobody_could_look_through_it() {
        let rows: Vec<Row> = (0..SWEEP_MAX + 5).map(|number| row(&format!("vm-{number:03}"), 40)).collect();
        let sweep = sweep(&rows);
        assert_eq!((sweep.goes.len(), sweep.stays.len()), (SWEEP_MAX, 5));
        assert!(sweep.stays.iter().all(|stays| stays.why == Why::TooMany));
    }
}
