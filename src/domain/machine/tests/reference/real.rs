//! The real machine, led by the same words: each is made into the event that it stands for.
#![expect(clippy::wildcard_enum_match_arm, reason = "what is not spoken of changes nothing here")]

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp};
use proptest_state_machine::StateMachineTest;

use super::model::{Model, Stands};
use super::words::{Answer, End, Found, Happening, Kind, Trace, What};
use crate::domain::call::{CallError, Started, TaskState, TaskUpdate};
use crate::domain::evidence::{Evidence, SeenTask};
use crate::domain::ids::RequestId;
use crate::domain::machine::tests::story::{
    ASKER, context, fault, need, request, revert, step_checked, take, task_ref, word,
};
use crate::domain::machine::{Context, Event, TAKE_ATTEMPTS, Unread, wake_at};
use crate::domain::marker::Marker;
use crate::domain::preflight::fixture::{AHEAD, NOW, chain, snapshot, tree, vm};
use crate::domain::request::{Behind, Request, StartPhase, State, Wish};
use crate::domain::snapshot_tree::{Snapshot, SnapshotTree};
use crate::domain::survey::{RunningTask, Survey};

/// The real machine, and how many calls it gave out.
pub(super) struct Real {
    request: Request,
    calls: u32,
    wants: Vec<&'static str>,
}

thread_local! {
    pub(super) static STEPS: Cell<u64> = const { Cell::new(0) };
    pub(super) static CALLS: Cell<u64> = const { Cell::new(0) };
    pub(super) static ENDS: Cell<u64> = const { Cell::new(0) };
}

impl Real {
    /// The words of the reference as an event.
    fn event(&self, what: What, now: Timestamp) -> Event {
        let survey = |found: Found| self.survey(found, now, self.request.attempts).map(Box::new);
        match what {
            What::Read(found) => Event::Surveyed { survey: survey(found) },
            What::Yes(person) => Event::Approved { person: person.into(), account: format!("console:{person}").into() },
            What::No => Event::Denied { person: "bob".into(), reason: None },
            What::Withdraw => Event::Withdrawn { person: ASKER.into() },
            What::Freed => Event::Freed,
            What::Answered(answer) => Event::Called {
                reply: match answer {
                    Answer::Task => Ok(Started::Task(task_ref("task-7"))),
                    Answer::AtOnce => Ok(Started::Immediate),
                    Answer::Busy => Err(CallError::Fault(fault("TaskInProgress"))),
                    Answer::Refused => Err(CallError::Fault(fault("NoDiskSpace"))),
                    Answer::NotSent => Err(CallError::NotSent("no route".to_owned())),
                    Answer::Lost => Err(CallError::Lost("timed out".to_owned())),
                },
            },
            What::HeldBack(found) => Event::Called {
                reply: Err(match self.survey(found, now, self.request.attempts.saturating_sub(1)) {
                    Ok(look) => CallError::NotCalled(Box::new(look)),
                    Err(_) => CallError::NotSent("no route".to_owned()),
                }),
            },
            What::Goes { ours, cancelable } => task(ours, TaskState::Running, cancelable),
            What::Ends { ours, end } => {
                let result = matches!(self.request.wish, Wish::Take { .. }).then(|| "s-4".into());
                let state = match end {
                    End::Well => TaskState::Success { result },
                    End::Badly => TaskState::Error(fault("NoDiskSpace")),
                    End::Cancelled => TaskState::Error(fault("RequestCanceled")),
                    End::Unseen => TaskState::Gone,
                };
                task(ours, state, false)
            }
            What::Cancel => Event::CancelAsked { person: "bob".into() },
            What::Looked(how) => {
                let survey = how.map(|good| Survey { tree: self.left(good), ..read(now) });
                let survey = survey.map(Box::new).ok_or(Unread::Unreachable("timed out".to_owned()));
                Event::Verified { survey, may_power_on: false }
            }
            What::Traces(trace) => Event::Evidence { evidence: self.evidence(trace, now) },
            What::Resolved(ran) => Event::Resolved { person: "bob".into(), ran },
            What::Tick => Event::Tick,
            What::Restarted => Event::Restarted,
        }
    }

    /// What a read finds after so many tries.
    fn survey(&self, found: Found, now: Timestamp, tries: u32) -> Result<Survey, Unread> {
        let mut read = read(now);
        match found {
            Found::Usual => {}
            Found::Other => read.tree = chain(4),
            Found::Busy => {
                let task = RunningTask { task: "task-1".into(), kind: "VirtualMachine.migrate".to_owned() };
                read.running_tasks = vec![task];
            }
            Found::Blocked => read.template = true,
            Found::Ours if tries > 0 && matches!(self.request.wish, Wish::Take { .. }) => {
                read.tree = self.left(true);
            }
            Found::Ours => {}
            Found::Gone => return Err(Unread::Gone),
            Found::Unreachable => return Err(Unread::Unreachable("timed out".to_owned())),
        }
        Ok(read)
    }

    /// The tree as the act leaves it, or as it was.
    fn left(&self, good: bool) -> SnapshotTree {
        match &self.request.wish {
            _ if !good => chain(3),
            Wish::Take { .. } => {
                let marker = Marker {
                    request: self.request.id.clone(),
                    attempt: self.request.attempts.max(1),
                    by: ASKER.into(),
                    ok: Vec::new(),
                    glass: None,
                    until: None,
                };
                let made = Snapshot { description: marker.write(), ..snapshot("s-4", Some("s-3"), 0) };
                SnapshotTree::new(chain(3).nodes().iter().cloned().chain([made]).collect(), Some("s-4".into()))
            }
            Wish::Revert { .. } => tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], Some("s-1")),
            _ => SnapshotTree::default(),
        }
    }

    fn evidence(&self, trace: Trace, now: Timestamp) -> Result<Box<Evidence>, String> {
        let kind = match self.request.wish {
            Wish::Take { .. } => "VirtualMachine.createSnapshot",
            Wish::Revert { .. } => "vm.Snapshot.revert",
            _ => "VirtualMachine.removeAllSnapshots",
        };
        let seen = |ours: bool| SeenTask {
            task: "task-7".into(),
            kind: kind.to_owned(),
            queued: now + AHEAD,
            ours: Some(ours),
        };
        let tasks = match trace {
            Trace::Unreadable => return Err("timed out".to_owned()),
            Trace::Nothing | Trace::Result => Vec::new(),
            Trace::OurTask => vec![seen(true)],
            Trace::TheirTask => vec![seen(false)],
        };
        // The tree is the planned one until the act has changed it.
        let planned = self.request.plan.as_ref().map(|plan| plan.tree.clone()).unwrap_or_default();
        let tree = if trace == Trace::Result { self.left(true) } else { planned };
        Ok(Box::new(Evidence { server_time: now + AHEAD, tree, tasks }))
    }
}

pub(super) fn read(now: Timestamp) -> Survey {
    Survey { server_time: now + AHEAD, ..vm() }
}

pub(super) fn task(ours: bool, state: TaskState, cancelable: bool) -> Event {
    let task = task_ref(if ours { "task-7" } else { "task-8" });
    Event::Task { update: TaskUpdate { task, state, percent: None, cancelable, took: None } }
}

/// Whether the real state is what the reference says.
pub(super) fn agrees(state: &State, stands: Stands) -> bool {
    match (stands, state) {
        (Stands::Asked, State::Asked)
        | (Stands::Waiting { .. }, State::AwaitingApproval { .. })
        | (Stands::InLine, State::Queued { behind: Behind::Request(_), .. })
        | (Stands::BehindOthers { .. }, State::Queued { behind: Behind::Foreign(_), .. })
        | (Stands::Checking, State::Starting { phase: StartPhase::Checking })
        | (Stands::Calling, State::Starting { phase: StartPhase::Calling { .. } })
        | (Stands::Unsure { .. }, State::Unsure { .. })
        | (Stands::Human, State::NeedsHuman { .. }) => true,
        (
            Stands::Running { cancelable, cancelling, recovered },
            State::Running { ended: None, cancelable: can, cancel_asked, recovered: found, .. },
        ) => (cancelable, cancelling, recovered) == (*can, cancel_asked.is_some(), *found),
        (Stands::Looking { recovered, failed, .. }, State::Running { ended: Some(ended), recovered: found, .. }) => {
            (recovered, failed) == (*found, ended.failed_reads)
        }
        (Stands::Over(how), state) => state.is_final() && state.name() == how,
        _ => false,
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        let wish = match model.kind {
            Kind::Take => take(),
            Kind::Revert => revert("s-1"),
            Kind::DeleteAll => Wish::DeleteAll,
        };
        let mut request = request(wish);
        request.approval = (model.needed > 0).then(|| need(model.needed));
        request.approvals.clear();
        Self { request, calls: 0, wants: Vec::new() }
    }

    fn apply(mut real: Self, model: &Model, happening: Happening) -> Self {
        let now = NOW + SignedDuration::from_secs(model.now);
        let other = RequestId::parse("R-AAAA").unwrap();
        let event = real.event(happening.what, now);
        let cx = Context { busy: happening.busy.then_some(&other), ..context(now) };
        let step = step_checked(&real.request, &event, cx);
        real.wants = step.effects.iter().map(word).collect();
        real.calls += u32::try_from(real.wants.iter().filter(|want| **want == "call").count()).unwrap();
        real.request = step.request;
        STEPS.set(STEPS.get() + 1);
        real
    }

    fn check_invariants(real: &Self, model: &Model) {
        let state = &real.request.state;
        assert!(agrees(state, model.stands), "the reference stands {:?}, the machine {state:?}", model.stands);
        assert_eq!(real.wants, model.wants, "what is wanted in {state:?}");
        assert_eq!((real.calls, real.request.attempts), (model.calls, model.attempts), "calls and attempts");
        let wakes = wake_at(&real.request).map(|at| at.duration_since(NOW).as_secs());
        assert_eq!(wakes, model.wakes(), "when it wakes in {state:?}");
        let most = if model.kind == Kind::Take { TAKE_ATTEMPTS } else { 1 };
        assert!(model.attempts <= most, "called too often");
    }

    fn teardown(real: Self, model: Model) {
        CALLS.set(CALLS.get() + u64::from(model.calls));
        ENDS.set(ENDS.get() + u64::from(real.request.state.is_final()));
    }
}
