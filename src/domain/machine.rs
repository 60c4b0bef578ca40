//! The state machine of a request: a pure function of where it stands, what happened and what time it is.
//!
//! ```text
//! Asked -> Refused | Queued | AwaitingApproval | Starting
//! AwaitingApproval -> Starting(Checking) | Queued | Denied | Expired | Withdrawn (a break-glass counts as every yes that is missing)
//!     | Refused (the rules have changed)
//! Queued -> Starting(Checking) | Queued | Withdrawn | Failed (behind foreign tasks for too long) | Refused, AwaitingApproval (the rules
//!     have changed)
//! Starting(Checking) -> Stale | Refused | Failed (vCenter not reached) | Queued | Starting(Calling) | AwaitingApproval (an approval was struck)
//! Starting(Checking) after a lost take -> also Running (its snapshot is there after all) | Unsure (vCenter not reached, or
//!     something has the VM, which may be that take) | NeedsHuman (it had the VM for too long)
//! Starting(Calling) -> Running | Failed | Queued (TaskInProgress) | Unsure (answer lost, or the process died, or TaskInProgress
//!     after a lost take) | what Starting(Checking) becomes (the last gate was closed: certainly not called)
//! Running -> Running(ended: the VM is read again) -> Done | Failed | Cancelled | Starting(Checking) after a safety snapshot
//! AwaitingApproval -> InParts -> Done | Cancelled | Refused (a request about many snapshots)
//! Unsure -> Running (adopted) | Starting(Checking) (take only) | NeedsHuman -> Done | Failed
//! ```
//!
//! Nothing else changes a request. What the machine promises, and its tests hold:
//! - a final state ignores every later event, and the same event twice is one transition;
//! - `Effect::Call` is given exactly when the state becomes `Starting(Calling)`, never while another request of ours holds the
//!   VM, and only a take is ever called twice (what vCenter refused with `TaskInProgress` was no call: it is tried again);
//! - an approved plan is called only when the VM, read again right before, gives the same fingerprint;
//! - a time-out never leaves `Running`: only vCenter's word about the task does;
//! - nothing is called without authority at that moment: rights, approvals and the freeze are looked at when it is asked, at each approval,
//!   when a queue is left, right before the call, and whenever the rules change ([`super::authority`] decides);
//! - a call that the last gate held back ([`may_call`]) was certainly not sent, and goes the way that the look at the gate says;
//! - a lost answer is never told as "nothing was done" before the VM's tree and tasks were looked at, or a person was asked;
//! - while everything is frozen nothing is called, whoever says yes;
//! - a revert with a safety snapshot goes through `Starting` and `Running` twice, first for the snapshot: it is reverted only when that
//!   snapshot was seen in the tree, and the VM is otherwise still what was approved.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::authority::Standing;
use super::bulk::ItemState;
use super::call::{Call, CallError, Started, TaskState, TaskUpdate};
use super::evidence::Evidence;
use super::freeze::Freeze;
use super::ids::{Account, PersonId, RequestId, Target, TaskRef};
use super::policy::{Policy, VmPattern};
use super::preflight::{self, Blocker};
use super::request::{Ended, Failure, Request, StartPhase, State};
use super::survey::Survey;

mod bulk;
mod drift;
mod gates;
mod recovery;
mod result;
mod run;
mod start;

pub use bulk::settled as settled_in_parts;
pub use gates::{Against, approves, is_clear, overrides};
pub(super) use recovery::is_kind;

/// While a foreign task has the VM, we look again this often: such tasks take seconds to minutes.
pub const FOREIGN_RETRY: SignedDuration = SignedDuration::from_secs(15);

/// After this long behind foreign tasks, the request gives up and says so.
pub const FOREIGN_PATIENCE: SignedDuration = SignedDuration::from_hours(2);

/// How often traces of a lost call are looked for.
pub const UNSURE_RETRY: SignedDuration = SignedDuration::from_secs(5);

/// No trace counts as "it did not run" only after this long: vCenter may still be starting the task.
pub const ABSENCE: SignedDuration = SignedDuration::from_secs(30);

/// For this long traces are looked for; then a person is asked, since somebody is waiting for the VM. A vCenter that is
/// patched or restored is back within a day.
pub const UNSURE_PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// A take is tried at most this many times in all, what vCenter refused with `TaskInProgress` not counted.
pub const TAKE_ATTEMPTS: u32 = 3;

/// After a task's end the VM is read this often, at most, before the result is told unverified.
pub const VERIFY_READS: u32 = 5;

/// What was asked before the bot went away, and whose VM was not even read then, is done by a later start only if that comes within
/// this time: whoever asked has gone on without an answer.
pub const ASKED_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// How long to wait between two of those reads.
pub const VERIFY_RETRY: SignedDuration = SignedDuration::from_secs(3);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// The VM was read (for preflight, or to be compared with what was approved).
    Surveyed {
        /// What it is like, or why it could not be read.
        survey: Result<Box<Survey>, Unread>,
    },
    /// Somebody who may said yes.
    Approved { person: PersonId, account: Account },
    /// Somebody who may said no.
    Denied { person: PersonId, reason: Option<String> },
    /// Somebody who may let it go without the approval that it needs.
    BrokenGlass { person: PersonId, account: Account, reason: String },
    /// Somebody who may took it back.
    Withdrawn { person: PersonId },
    /// Nothing of ours holds the VM any more.
    Freed,
    /// vCenter answered the call, or did not.
    Called { reply: Result<Started, CallError> },
    /// The followed task moved.
    Task {
        /// Where it stands.
        update: TaskUpdate,
    },
    /// Somebody who may asked to cancel the task, or to stop what runs in parts.
    CancelAsked {
        /// Who.
        person: PersonId,
    },
    /// vCenter was asked to cancel the task and would not.
    CancelRefused { why: String },
    /// The VM was read after the end.
    Verified {
        /// What it is like, or why it could not be read.
        survey: Result<Box<Survey>, Unread>,
        /// Whether the bot's account has the privilege to power it on.
        may_power_on: bool,
    },
    /// Traces of a lost call were looked for.
    Evidence {
        /// What was found, or why nothing could be read.
        evidence: Result<Box<Evidence>, String>,
    },
    /// A person looked at the VM and said whether the lost call ran.
    Resolved {
        /// Who.
        person: PersonId,
        /// What they said.
        ran: bool,
    },
    /// What became of a part.
    Part {
        /// Its place, from 0.
        place: usize,
        /// How far it is.
        state: ItemState,
    },
    /// People, rules or memberships have changed, or may have.
    Reviewed,
    /// Time passed.
    Tick,
    /// The process started, with this request read from the store.
    Restarted,
}

/// Why a VM could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// vCenter says that it is not there.
    Gone,
    /// No usable answer.
    Unreachable(String),
    /// vCenter answered and does not let it be read, or not all of it.
    NotReadable(String),
}

/// What is to be done outside, once the new state is committed.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read the VM; answer with `Surveyed`.
    Survey,
    /// Make the call, once; answer with `Called`.
    Call(Call),
    /// Follow the task; its updates come as `Task`.
    Follow(TaskRef),
    /// Ask vCenter to cancel the task.
    Cancel(TaskRef),
    /// Read the VM; answer with `Verified`.
    Verify,
    /// Look for traces since this time of vCenter's clock; answer with `Evidence`.
    Investigate(Timestamp),
}

/// What a step sees beside the request.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Our clock.
    pub now: Timestamp,
    /// The other request of ours that holds the VM now.
    pub busy: Option<&'a RequestId>,
    /// Whether everything is frozen.
    pub freeze: Option<&'a Freeze>,
    /// People and rules, as they are now.
    pub policy: &'a Policy,
    /// On which VMs retention deletes.
    pub auto_delete: &'a [VmPattern],
    /// The VMs that it is about as the inventory has them now. Of one that is not there, what was known when it was asked counts.
    pub targets: &'a [Target],
    /// The settings of preflight.
    pub preflight: &'a preflight::Rules,
}

impl<'a> Context<'a> {
    /// What holds now, for the authority.
    pub fn standing(&self) -> Standing<'a> {
        Standing { policy: self.policy, auto_delete: self.auto_delete, freeze: self.freeze, now: self.now }
    }
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub request: Request,
    /// What is to be done, in order, after the commit.
    pub effects: Vec<Effect>,
    pub change: Change,
}

/// How much a step changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Something that must survive a restart: commit it, with its audit line.
    Durable,
    /// Only what is shown (a percent).
    Shown,
    Nothing,
}

/// Takes one step. Every event in every state has an answer; what makes no sense there changes nothing.
pub fn step(request: &Request, event: &Event, cx: Context<'_>) -> Step {
    let mut next = request.clone();
    let mut effects = Vec::new();
    transition(&mut next, event, cx, &mut effects);
    let change = change(request, &next);
    Step { request: next, effects, change }
}

/// Whether a call that is written down may be sent, on this look at its VM: whether the machine would give out the very same call now,
/// for the same plan.
pub fn may_call(request: &Request, call: &Call, look: &Survey, cx: Context<'_>) -> bool {
    let State::Starting { phase: StartPhase::Calling { .. } } = request.state else { return false };
    let (again, effects) = run::as_checked(request, look, cx);
    let sealed = |request: &Request| request.plan.as_ref().map(|plan| plan.fingerprint.clone());
    matches!(effects.as_slice(), [Effect::Call(next)] if next == call) && sealed(&again) == sealed(request)
}

/// When this request wants a `Tick`, if ever.
pub fn wake_at(request: &Request) -> Option<Timestamp> {
    wake(request).map(|(at, _)| at)
}

/// Whether it wants one now.
pub fn is_awake(request: &Request, now: Timestamp) -> bool {
    wake(request).is_some_and(|(at, interval)| now >= at || interval.is_some_and(|interval| is_due(at, interval, now)))
}

/// Whether something that is done again after an interval is due: its moment has come, or is further away than it was when it was set. Then the
/// clock was set back meanwhile, and nothing waits until it has come so far again.
fn is_due(at: Timestamp, interval: SignedDuration, now: Timestamp) -> bool {
    now >= at || at.duration_since(now) > interval
}

/// When it wants a `Tick`, and the interval that this moment is the end of, if it is the end of one.
fn wake(request: &Request) -> Option<(Timestamp, Option<SignedDuration>)> {
    match &request.state {
        State::AwaitingApproval { until } => Some((*until, None)),
        State::Unsure { again_at, .. } => Some((*again_at, Some(UNSURE_RETRY))),
        State::Queued { again_at, .. } => again_at.map(|at| (at, Some(FOREIGN_RETRY))),
        State::Running { ended: Some(Ended { again_at, .. }), .. } => again_at.map(|at| (at, Some(VERIFY_RETRY))),
        State::Asked | State::Starting { .. } | State::Running { ended: None, .. } | State::InParts { .. } => None,
        State::Refused { .. } | State::Denied { .. } | State::Expired { .. } | State::Stale { .. } => None,
        State::Withdrawn { .. } | State::Done { .. } | State::Failed { .. } | State::Cancelled { .. } => None,
        State::NeedsHuman { .. } => None,
    }
}

fn transition(request: &mut Request, event: &Event, cx: Context<'_>, effects: &mut Vec<Effect>) {
    let state = request.state.clone();
    match (&state, event) {
        (State::Asked, Event::Surveyed { survey }) => start::asked(request, survey, cx, effects),
        (State::Asked, Event::Restarted) if cx.now.duration_since(request.asked_at) >= ASKED_LIFE => {
            start::refuse(request, vec![Blocker::AskedTooLongAgo { at: request.asked_at }]);
        }
        (State::Asked, Event::Restarted) => effects.push(Effect::Survey),

        // It expired at its deadline, whenever that is noticed: the bot may have been down.
        (
            State::AwaitingApproval { until },
            Event::Approved { .. }
            | Event::BrokenGlass { .. }
            | Event::Denied { .. }
            | Event::Reviewed
            | Event::Tick
            | Event::Restarted,
        ) if cx.now >= *until => {
            request.state = State::Expired { at: *until };
        }
        (State::AwaitingApproval { .. }, Event::Approved { person, account }) => {
            start::approve(request, person, account, cx, effects);
        }
        (State::AwaitingApproval { .. }, Event::BrokenGlass { person, account, reason }) => {
            start::break_glass(request, person, account, reason, cx, effects);
        }
        (State::AwaitingApproval { .. }, Event::Denied { person, reason }) => {
            request.state = State::Denied { by: person.clone(), reason: reason.clone(), at: cx.now };
        }
        (State::AwaitingApproval { .. }, Event::Reviewed) => start::reviewed(request, cx, effects),
        (State::Queued { .. } | State::Starting { phase: StartPhase::Checking }, Event::Reviewed) => {
            gates::reviewed(request, cx);
        }
        (State::Asked | State::Queued { .. } | State::AwaitingApproval { .. }, Event::Withdrawn { person }) => {
            request.state = State::Withdrawn { by: person.clone(), at: cx.now };
        }

        // The one before may have ended right before the process did.
        (State::Queued { again_at: None, .. }, Event::Freed | Event::Restarted) => start::check(request, cx, effects),
        (State::Queued { since, again_at: Some(again_at), .. }, Event::Tick | Event::Restarted)
            if is_due(*again_at, FOREIGN_RETRY, cx.now) =>
        {
            if cx.busy.is_none() && cx.now.duration_since(*since) >= FOREIGN_PATIENCE {
                request.state = State::Failed { failure: Failure::StillBusy, facts: None, at: cx.now };
            } else {
                start::check(request, cx, effects);
            }
        }

        (State::Starting { phase: StartPhase::Checking }, Event::Surveyed { survey }) => {
            start::checked(request, survey, cx, effects);
        }
        (State::Starting { phase: StartPhase::Checking }, Event::Restarted) => effects.push(Effect::Survey),
        (State::Starting { phase: StartPhase::Calling { t0, at } }, Event::Called { reply }) => {
            run::called(request, reply, Attempt { t0: *t0, at: *at }, cx, effects);
        }
        // The process died between the commit and the answer: the call may have been made.
        (State::Starting { phase: StartPhase::Calling { t0, .. } }, Event::Restarted) => {
            run::unsure(request, *t0, "the bot was restarted while it was calling", cx, effects);
        }

        (State::Running { .. }, Event::Task { update }) => run::task_moved(request, update, cx, effects),
        (State::Running { ended: Some(_), .. }, Event::Verified { survey, may_power_on }) => {
            result::verified(request, survey, *may_power_on, cx, effects);
        }
        (State::Running { ended: Some(ended), .. }, Event::Tick)
            if ended.again_at.is_some_and(|at| is_due(at, VERIFY_RETRY, cx.now)) =>
        {
            result::verify_again(request, effects);
        }
        (State::Running { ended: Some(_), .. }, Event::Restarted) => result::verify_again(request, effects),
        (State::Running { ended: None, task, cancel_asked, .. }, Event::Restarted) => {
            effects.extend(task.clone().map(Effect::Follow));
            // Whether vCenter heard it before the process ended is not known, and asking twice does no harm.
            effects.extend(task.clone().filter(|_| cancel_asked.is_some()).map(Effect::Cancel));
        }
        (State::Running { .. }, Event::CancelAsked { person }) => run::cancel(request, person, effects),
        (State::Running { .. }, Event::CancelRefused { .. }) => run::cancel_refused(request),

        (State::InParts { .. }, Event::Part { place, state }) => bulk::part(request, *place, state, cx),
        (State::InParts { .. }, Event::CancelAsked { person }) => bulk::stop(request, person, cx),
        (State::InParts { .. }, Event::Reviewed) => {
            gates::reviewed(request, cx);
        }

        (State::Unsure { .. }, Event::Evidence { evidence }) => recovery::found(request, evidence, cx, effects),
        (State::Unsure { t0, again_at, .. }, Event::Tick) if is_due(*again_at, UNSURE_RETRY, cx.now) => {
            let t0 = *t0;
            recovery::next_look(request, cx);
            effects.push(Effect::Investigate(t0));
        }
        (State::Unsure { t0, .. }, Event::Restarted) => effects.push(Effect::Investigate(*t0)),

        (State::NeedsHuman { since, t0 }, Event::Resolved { person, ran }) => {
            if *ran {
                let started = Attempt { t0: *t0, at: *since };
                // A person's word counts like a task's end, unless the VM says otherwise.
                result::adopt_as_ended(request, started, TaskState::Success { result: None }, cx, effects);
            } else {
                request.state = State::Failed { failure: Failure::DidNotRun(person.clone()), facts: None, at: cx.now };
            }
        }

        // Everything else comes late, twice or to the wrong state, and changes nothing. The states are listed so that a
        // new one has to be thought about here.
        (
            State::Asked
            | State::Refused { .. }
            | State::Queued { .. }
            | State::AwaitingApproval { .. }
            | State::Denied { .. }
            | State::Expired { .. }
            | State::Stale { .. }
            | State::Withdrawn { .. }
            | State::Starting { .. }
            | State::Running { .. }
            | State::InParts { .. }
            | State::Done { .. }
            | State::Failed { .. }
            | State::Cancelled { .. }
            | State::Unsure { .. }
            | State::NeedsHuman { .. },
            _,
        ) => {}
    }
}

/// One call: vCenter's clock before it and ours.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    t0: Timestamp,
    at: Timestamp,
}

/// A percent, a permission to cancel and the time of the next look are forgotten with the process; everything else is written
/// down. A vCenter that is away for a day would fill the journal with looks that found nothing.
fn change(before: &Request, after: &Request) -> Change {
    if before == after {
        return Change::Nothing;
    }
    let mut levelled = before.clone();
    match (&mut levelled.state, &after.state) {
        (
            State::Running { percent, cancelable, .. },
            State::Running { percent: new_percent, cancelable: new_cancelable, .. },
        ) => {
            *percent = *new_percent;
            *cancelable = *new_cancelable;
        }
        (State::Unsure { again_at, .. }, State::Unsure { again_at: new_again_at, .. }) => *again_at = *new_again_at,
        _ => {}
    }
    if levelled == *after { Change::Shown } else { Change::Durable }
}

#[cfg(test)]
mod tests;
