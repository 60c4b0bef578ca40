//! The reference: where a request stands, in a word, and what each event makes of that.
#![expect(clippy::wildcard_enum_match_arm, reason = "what is not spoken of changes nothing here")]

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::words::{Answer, End, Found, Happening, Kind, Trace, What, anything, awaited};
use crate::domain::machine::tests::story::ASKER;

/// Where a request stands, times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    Asked,
    Waiting { until: i64 },
    InLine,
    BehindOthers { again: i64 },
    Checking,
    Calling,
    Running { cancelable: bool, cancelling: bool, recovered: bool },
    Looking { end: End, recovered: bool, failed: u32, again: Option<i64> },
    Unsure { since: i64, again: i64 },
    Human,
    Over(&'static str),
}

/// The reference.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) kind: Kind,
    pub(super) needed: u8,
    pub(super) now: i64,
    pub(super) stands: Stands,
    pub(super) yes: Vec<&'static str>,
    /// Since when it waits for the VM.
    pub(super) waits: Option<i64>,
    pub(super) attempts: u32,
    pub(super) calls: u32,
    /// The tree that the plan is about.
    pub(super) planned: Option<Found>,
    pub(super) wants: Vec<&'static str>,
}

impl Model {
    fn go(&mut self, stands: Stands, wants: &[&'static str]) {
        self.stands = stands;
        self.wants.extend(wants);
    }

    fn over(&mut self, how: &'static str) {
        self.go(Stands::Over(how), &[]);
    }

    fn wait_for_others(&mut self) {
        self.waits.get_or_insert(self.now);
        self.go(Stands::BehindOthers { again: self.now + 15 }, &[]);
    }

    /// Something has the VM. After a lost take that may be the take itself.
    fn something_has_it(&mut self) {
        if self.attempts == 0 {
            return self.wait_for_others();
        }
        let since = *self.waits.get_or_insert(self.now);
        if self.now - since >= 7_200 {
            return self.go(Stands::Human, &[]);
        }
        self.unsure();
        self.waits = Some(since);
    }

    fn stand_in_line(&mut self) {
        self.waits.get_or_insert(self.now);
        self.go(Stands::InLine, &[]);
    }

    fn check(&mut self, busy: bool) {
        if busy {
            return self.stand_in_line();
        }
        if self.stands == Stands::InLine {
            self.waits = None;
        }
        self.go(Stands::Checking, &["survey"]);
    }

    fn call(&mut self, found: Found) {
        self.attempts += 1;
        self.calls += 1;
        self.planned = Some(found);
        self.go(Stands::Calling, &["call"]);
    }

    fn unsure(&mut self) {
        self.waits = None;
        self.go(Stands::Unsure { since: self.now, again: self.now + 5 }, &["investigate"]);
    }

    fn look(&mut self, end: End, recovered: bool) {
        self.waits = None;
        self.go(Stands::Looking { end, recovered, failed: 0, again: None }, &["verify"]);
    }

    fn read(&mut self, found: Found, busy: bool) {
        // Which tree it is, whatever else is the matter.
        let same = if found == Found::Other { Found::Other } else { Found::Usual };
        let ours = found == Found::Ours && self.kind == Kind::Take && self.attempts > 0;
        match self.stands {
            Stands::Asked => match found {
                Found::Gone | Found::Unreachable | Found::Blocked => self.over("refused"),
                Found::Usual | Found::Other | Found::Ours | Found::Busy => {
                    if self.needed > 0 {
                        self.planned = Some(same);
                        self.go(Stands::Waiting { until: self.now + 3600 }, &[]);
                    } else if busy {
                        self.planned = Some(same);
                        self.stand_in_line();
                    } else if found == Found::Busy {
                        self.planned = Some(same);
                        self.wait_for_others();
                    } else {
                        self.call(same);
                    }
                }
            },
            Stands::Checking => match found {
                Found::Gone => self.over("refused"),
                Found::Unreachable if self.attempts > 0 => self.unsure(),
                Found::Unreachable => self.over("failed"),
                _ if ours => self.look(End::Well, true),
                _ if busy => self.stand_in_line(),
                Found::Busy if self.attempts > 0 => self.something_has_it(),
                _ if self.needed > 0 && self.planned != Some(same) => self.over("stale"),
                Found::Blocked => self.over("refused"),
                Found::Busy => self.something_has_it(),
                Found::Usual | Found::Other | Found::Ours => self.call(same),
            },
            _ => {}
        }
    }

    fn answered(&mut self, answer: Answer) {
        if self.stands != Stands::Calling {
            return;
        }
        match answer {
            Answer::Task => {
                self.waits = None;
                let running = Stands::Running { cancelable: false, cancelling: false, recovered: false };
                self.go(running, &["follow"]);
            }
            Answer::AtOnce => self.look(End::Well, false),
            Answer::Busy => {
                self.attempts -= 1;
                self.something_has_it();
            }
            Answer::Refused | Answer::NotSent => self.over("failed"),
            Answer::Lost => self.unsure(),
        }
    }

    /// Nothing was sent. What the look found says what becomes of it; where that would be a call, the VM is read once more for it.
    fn held_back(&mut self, found: Found, busy: bool) {
        if self.stands != Stands::Calling {
            return;
        }
        if matches!(found, Found::Gone | Found::Unreachable) {
            return self.over("failed");
        }
        self.attempts -= 1;
        self.stands = Stands::Checking;
        let before = (self.planned, self.calls);
        self.read(found, busy);
        if self.stands == Stands::Calling {
            (self.planned, self.calls) = before;
            self.attempts -= 1;
            self.wants.clear();
            self.go(Stands::Checking, &["survey"]);
        }
    }

    fn looked(&mut self, as_it_should: Option<bool>) {
        let Stands::Looking { end, recovered, failed, again } = self.stands else { return };
        if as_it_should.is_none() {
            if again.is_some() {
                return;
            }
            if failed + 1 < 5 {
                let again = Some(self.now + 3);
                return self.go(Stands::Looking { end, recovered, failed: failed + 1, again }, &[]);
            }
        }
        self.over(match (end, as_it_should) {
            (End::Well, Some(false)) if recovered => "failed",
            (End::Well, _) => "done",
            (End::Cancelled, _) => "cancelled",
            (End::Badly, _) => "failed",
            (End::Unseen, Some(true)) => "done",
            (End::Unseen, _) => "failed",
        });
    }

    fn traces(&mut self, trace: Trace) {
        let Stands::Unsure { since, again: _ } = self.stands else { return };
        let waited = self.now - since;
        let later = Stands::Unsure { since, again: self.now + 5 };
        match trace {
            Trace::Unreadable if waited >= 86_400 => self.go(Stands::Human, &[]),
            Trace::Unreadable => self.go(later, &[]),
            Trace::Result => self.look(End::Well, true),
            Trace::OurTask => {
                let running = Stands::Running { cancelable: false, cancelling: false, recovered: true };
                self.go(running, &["follow"]);
            }
            Trace::Nothing | Trace::TheirTask if waited < 30 => self.go(later, &[]),
            Trace::Nothing | Trace::TheirTask if self.kind == Kind::Take && self.attempts < 3 => {
                self.go(Stands::Checking, &["survey"]);
            }
            Trace::Nothing | Trace::TheirTask => self.go(Stands::Human, &[]),
        }
    }

    /// What time brings, noticed by a tick or by the next process.
    fn time(&mut self, busy: bool) {
        match self.stands {
            Stands::Waiting { until } if self.now >= until => self.over("expired"),
            Stands::BehindOthers { again } if self.now >= again => {
                let waited = self.now - self.waits.unwrap_or(self.now);
                if !busy && waited >= 7_200 { self.over("failed") } else { self.check(busy) }
            }
            _ => {}
        }
    }

    fn tick(&mut self, busy: bool) {
        match self.stands {
            Stands::Unsure { since, again } if self.now >= again => {
                self.go(Stands::Unsure { since, again: self.now + 5 }, &["investigate"]);
            }
            Stands::Looking { end, recovered, failed, again: Some(again) } if self.now >= again => {
                self.go(Stands::Looking { end, recovered, failed, again: None }, &["verify"]);
            }
            _ => self.time(busy),
        }
    }

    fn restarted(&mut self, busy: bool) {
        match self.stands {
            // Ten minutes after asking nobody expects it any more.
            Stands::Asked if self.now >= 600 => self.over("refused"),
            Stands::Asked | Stands::Checking => self.wants.push("survey"),
            Stands::InLine => self.check(busy),
            Stands::Calling => self.unsure(),
            Stands::Running { cancelling, .. } => {
                self.wants.push("follow");
                self.wants.extend(cancelling.then_some("cancel"));
            }
            Stands::Looking { end, recovered, failed, .. } => {
                self.go(Stands::Looking { end, recovered, failed, again: None }, &["verify"]);
            }
            Stands::Unsure { .. } => self.wants.push("investigate"),
            _ => self.time(busy),
        }
    }

    fn happen(&mut self, happening: Happening) {
        let busy = happening.busy;
        match (happening.what, self.stands) {
            (What::Read(found), _) => self.read(found, busy),
            (What::Yes(_) | What::No, Stands::Waiting { until }) if self.now >= until => self.over("expired"),
            (What::Yes(person), Stands::Waiting { .. }) if person != ASKER && !self.yes.contains(&person) => {
                self.yes.push(person);
                if self.yes.len() >= usize::from(self.needed) {
                    self.check(busy);
                }
            }
            (What::No, Stands::Waiting { .. }) => self.over("denied"),
            (What::Withdraw, Stands::Asked | Stands::Waiting { .. } | Stands::InLine | Stands::BehindOthers { .. }) => {
                self.over("withdrawn")
            }
            (What::Freed, Stands::InLine) => self.check(busy),
            (What::Answered(answer), _) => self.answered(answer),
            (What::HeldBack(found), _) => self.held_back(found, busy),
            (What::Goes { ours: true, cancelable }, Stands::Running { cancelling, recovered, .. }) => {
                self.go(Stands::Running { cancelable, cancelling, recovered }, &[]);
            }
            (What::Ends { ours: true, end }, Stands::Running { recovered, .. }) => {
                self.go(Stands::Looking { end, recovered, failed: 0, again: None }, &["verify"]);
            }
            (What::Cancel, Stands::Running { cancelable: true, cancelling: false, recovered }) => {
                self.go(Stands::Running { cancelable: true, cancelling: true, recovered }, &["cancel"]);
            }
            (What::Looked(how), _) => self.looked(how),
            (What::Traces(trace), _) => self.traces(trace),
            (What::Resolved(true), Stands::Human) => self.look(End::Well, true),
            (What::Resolved(false), Stands::Human) => self.over("failed"),
            (What::Tick, _) => self.tick(busy),
            (What::Restarted, _) => self.restarted(busy),
            _ => {}
        }
    }

    /// When it wants to be woken.
    pub(super) fn wakes(&self) -> Option<i64> {
        match self.stands {
            Stands::Waiting { until } => Some(until),
            Stands::BehindOthers { again } | Stands::Unsure { again, .. } => Some(again),
            Stands::Looking { again, .. } => again,
            _ => None,
        }
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Happening;

    fn init_state() -> BoxedStrategy<Self> {
        let kinds = prop_oneof![2 => Just(Kind::Take), 1 => Just(Kind::Revert), 1 => Just(Kind::DeleteAll)];
        let begin = |(kind, needed): (Kind, u8)| Self {
            kind,
            // What destroys work always needs somebody's yes.
            needed: if kind == Kind::Take { needed } else { needed.max(1) },
            now: 0,
            stands: Stands::Asked,
            yes: Vec::new(),
            waits: None,
            attempts: 0,
            calls: 0,
            planned: None,
            wants: Vec::new(),
        };
        (kinds, 0_u8..3).prop_map(begin).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Happening> {
        let seconds = prop_oneof![5 => 0_i64..4, 4 => 4_i64..40, 1 => 40_i64..9_000, 1 => Just(90_000)];
        let what = prop_oneof![8 => awaited(state.stands), 2 => anything()];
        (what, seconds, prop::bool::weighted(0.08))
            .prop_map(|(what, seconds, busy)| Happening { what, seconds, busy })
            .boxed()
    }

    fn apply(mut state: Self, happening: &Happening) -> Self {
        state.wants.clear();
        state.now += happening.seconds;
        state.happen(*happening);
        state
    }
}
