//! From the call to the task's end: what vCenter answered, and what it tells of the task.

use jiff::Timestamp;

use super::start::{self, wait_for_task};
use super::{Attempt, Context, Effect, UNSURE_RETRY, result};
use crate::domain::call::{CallError, Started, TaskState, TaskUpdate};
use crate::domain::fault::FaultKind;
use crate::domain::ids::{PersonId, TaskRef};
use crate::domain::request::{Failure, Request, StartPhase, State};
use crate::domain::survey::Survey;

pub(super) fn called(
    request: &mut Request,
    reply: &Result<Started, CallError>,
    attempt: Attempt,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    match reply {
        Ok(Started::Task(task)) => {
            request.waiting_since = None;
            request.state = running(Some(task.clone()), attempt, false);
            effects.push(Effect::Follow(task.clone()));
        }
        Ok(Started::Immediate) => {
            request.waiting_since = None;
            request.state = running(None, attempt, false);
            result::ended(request, TaskState::Success { result: None }, None, cx, effects);
        }
        // vCenter was asked and certainly started nothing. The wait goes on from where it began, or a vCenter that
        // answers so for ever would be asked for ever.
        Err(CallError::Fault(fault)) if fault.kind == FaultKind::TaskInProgress => {
            request.attempts = request.attempts.saturating_sub(1);
            wait_for_task(request, fault.name.clone(), cx, effects);
        }
        Err(CallError::Fault(fault)) => fail(request, Failure::Fault(fault.clone()), cx),
        Err(CallError::NotCalled(look)) => not_called(request, look, cx, effects),
        Err(CallError::NotSent(why)) => fail(request, Failure::Unreachable(why.clone()), cx),
        Err(CallError::Lost(why)) => unsure(request, attempt.t0, why, cx, effects),
    }
}

/// The last gate was closed on this look, so nothing was sent: the look says what becomes of the request. Should everything be right
/// again by now, the VM is read once more and called on that.
fn not_called(request: &mut Request, look: &Survey, cx: Context<'_>, effects: &mut Vec<Effect>) {
    let (again, wanted) = as_checked(request, look, cx);
    if let State::Starting { phase: StartPhase::Calling { .. } } = again.state {
        request.attempts = request.attempts.saturating_sub(1);
        request.state = State::Starting { phase: StartPhase::Checking };
        effects.push(Effect::Survey);
    } else {
        *request = again;
        effects.extend(wanted);
    }
}

/// What becomes of a call that was not sent, where its VM is checked on this look.
pub(super) fn as_checked(request: &Request, look: &Survey, cx: Context<'_>) -> (Request, Vec<Effect>) {
    let mut again = request.clone();
    again.attempts = again.attempts.saturating_sub(1);
    again.state = State::Starting { phase: StartPhase::Checking };
    let mut effects = Vec::new();
    start::checked(&mut again, &Ok(Box::new(look.clone())), cx, &mut effects);
    (again, effects)
}

pub(super) fn running(task: Option<TaskRef>, attempt: Attempt, recovered: bool) -> State {
    State::Running {
        task,
        recovered,
        since: attempt.at,
        t0: attempt.t0,
        percent: None,
        cancelable: false,
        cancel_asked: None,
        cancel_refused: false,
        ended: None,
    }
}

pub(super) fn unsure(request: &mut Request, t0: Timestamp, why: &str, cx: Context<'_>, effects: &mut Vec<Effect>) {
    request.waiting_since = None;
    request.state = State::Unsure {
        since: cx.now,
        t0,
        why: why.to_owned(),
        again_at: cx.now.saturating_add(UNSURE_RETRY).unwrap_or(Timestamp::MAX),
    };
    effects.push(Effect::Investigate(t0));
}

pub(super) fn task_moved(request: &mut Request, update: &TaskUpdate, cx: Context<'_>, effects: &mut Vec<Effect>) {
    let State::Running { task, percent, cancelable, ended, .. } = &mut request.state else {
        return;
    };
    if task.as_ref() != Some(&update.task) || ended.is_some() {
        return;
    }
    match &update.state {
        TaskState::Queued | TaskState::Running => {
            // vCenter may report a lower percent after a higher one; a bar that runs backwards tells nobody anything.
            *percent = (*percent).max(update.percent.map(|percent| percent.min(100)));
            *cancelable = update.cancelable;
        }
        TaskState::Success { .. } | TaskState::Error(_) | TaskState::Gone => {
            result::ended(request, update.state.clone(), update.took, cx, effects);
        }
    }
}

pub(super) fn cancel(request: &mut Request, person: &PersonId, effects: &mut Vec<Effect>) {
    let State::Running { task: Some(task), cancelable: true, cancel_asked, cancel_refused, ended: None, .. } =
        &mut request.state
    else {
        return;
    };
    if cancel_asked.is_none() {
        *cancel_refused = false;
        *cancel_asked = Some(person.clone());
        effects.push(Effect::Cancel(task.clone()));
    }
}

/// Whoever asked to cancel is told that it goes on, and may ask again.
pub(super) fn cancel_refused(request: &mut Request) {
    if let State::Running { cancel_asked, cancel_refused, ended: None, .. } = &mut request.state
        && cancel_asked.take().is_some()
    {
        *cancel_refused = true;
    }
}

pub(super) fn fail(request: &mut Request, failure: Failure, cx: Context<'_>) {
    request.state = State::Failed { failure, facts: None, at: cx.now };
}
