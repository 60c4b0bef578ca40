//! The end of a run: the VM is read again, and only then is a result told.
//!
//! vCenter's "success" is compared with what the act should have left behind, and its "error" too: a failed deletion may
//! have removed the snapshot and left disks to consolidate.

use jiff::{SignedDuration, Timestamp};

use super::run::running;
use super::{Attempt, Context, Effect, Unread, VERIFY_READS, VERIFY_RETRY, recovery};
use crate::domain::call::{Act, SnapshotMode, TaskState};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::ids::Moref;
use crate::domain::request::{Ended, Facts, Failure, Request, Safety, StartPhase, State};
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::Survey;

/// Puts the request where a run is that was found, or told of, after its end, and has the VM read.
pub(super) fn adopt_as_ended(
    request: &mut Request,
    attempt: Attempt,
    state: TaskState,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    request.waiting_since = None;
    request.state = running(None, attempt, true);
    ended(request, state, None, cx, effects);
}

/// A run came to its end, and the VM is read. `took` is what the task itself says of how long that was: when we heard of it says nothing.
pub(super) fn ended(
    request: &mut Request,
    state: TaskState,
    took: Option<SignedDuration>,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    if let State::Running { ended, cancelable, .. } = &mut request.state {
        *cancelable = false;
        *ended = Some(Ended { state, at: cx.now, failed_reads: 0, again_at: None, took });
        effects.push(Effect::Verify);
    }
}

pub(super) fn verify_again(request: &mut Request, effects: &mut Vec<Effect>) {
    if let State::Running { ended: Some(ended), .. } = &mut request.state {
        ended.again_at = None;
        effects.push(Effect::Verify);
    }
}

pub(super) fn verified(
    request: &mut Request,
    survey: &Result<Box<Survey>, Unread>,
    may_power_on: bool,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    let State::Running { recovered, ended: Some(ended), .. } = &mut request.state else {
        return;
    };
    let read = match survey {
        Ok(survey) => Some(survey.as_ref()),
        // No read is under way: this is an answer heard before.
        Err(_) if ended.again_at.is_some() => return,
        Err(_) if ended.failed_reads + 1 < VERIFY_READS => {
            ended.failed_reads += 1;
            ended.again_at = Some(cx.now.saturating_add(VERIFY_RETRY).unwrap_or(Timestamp::MAX));
            return;
        }
        Err(_) => None,
    };
    let (ended, recovered) = (ended.clone(), *recovered);
    let made = made(request, &ended, recovered, read);
    let expected = read.and_then(|survey| as_it_should_be(request, made.as_ref(), survey));
    let facts = Facts {
        at: ended.at,
        took: ended.took.map(|took| SignedDuration::from_secs(took.as_secs())),
        verified: expected,
        power: read.map(|survey| survey.power),
        consolidation_needed: read.is_some_and(|survey| survey.consolidation_needed),
        quiesced: quiesced(request, made.as_ref(), read),
        snapshot: made,
        left: read.map(|survey| survey.tree.len()),
        twice: read.is_some_and(|survey| recovery::is_marked_twice(request, &survey.tree)),
        can_power_on: may_power_on && read.is_some_and(|survey| survey.power != PowerState::On),
        recovered,
    };
    if request.wants_safety()
        && let (Some(snapshot), Some(true), false) =
            (&facts.snapshot, expected, matches!(ended.state, TaskState::Error(_)))
    {
        return revert_now(request, snapshot.clone(), effects);
    }
    let unknown = |failure: Failure, facts: Facts| State::Failed { failure, facts: Some(facts), at: ended.at };
    request.state = match ended.state {
        // Traces, or a person, said that it ran, and the VM says that it did not.
        TaskState::Success { .. } if recovered && expected == Some(false) => unknown(Failure::EndUnknown, facts),
        // Without its safety snapshot nothing is reverted, whatever vCenter says of it.
        TaskState::Success { .. } if request.wants_safety() => unknown(Failure::EndUnknown, facts),
        TaskState::Success { .. } => State::Done { facts },
        TaskState::Error(fault) if fault.kind == FaultKind::Cancelled => State::Cancelled { facts },
        TaskState::Error(fault) => unknown(Failure::Fault(fault), facts),
        // Nobody saw the end, so the VM itself has to tell, and one that looks as it did before tells nothing.
        TaskState::Gone | TaskState::Queued | TaskState::Running => {
            if expected == Some(true) && !looks_the_same(request) {
                State::Done { facts }
            } else if matches!(survey, Err(Unread::Gone)) {
                unknown(Failure::Fault(gone()), facts)
            } else {
                unknown(Failure::EndUnknown, facts)
            }
        }
    };
}

/// The safety snapshot is there: now comes what was asked for, on a VM that is read once more.
fn revert_now(request: &mut Request, snapshot: Moref, effects: &mut Vec<Effect>) {
    let safety = request.safety.as_ref();
    let name = safety.map(|safety| safety.name().to_owned()).unwrap_or_default();
    let until = safety.and_then(Safety::until);
    request.safety = Some(Safety::Taken { snapshot, name, until });
    // What follows is another call, which is made once.
    request.attempts = 0;
    request.state = State::Starting { phase: StartPhase::Checking };
    effects.push(Effect::Survey);
}

/// Whether the VM looks as it should. None where it could not be read.
fn as_it_should_be(request: &Request, made: Option<&Moref>, survey: &Survey) -> Option<bool> {
    let plan = request.plan.as_ref()?;
    let act = request.act()?;
    match act {
        Act::Take { .. } => Some(made.is_some_and(|moref| survey.tree.get(moref).is_some())),
        Act::Consolidate => Some(!survey.consolidation_needed),
        Act::PowerOn => Some(survey.power == PowerState::On),
        Act::Revert { .. } | Act::Delete { .. } | Act::DeleteAll | Act::Edit { .. } => {
            recovery::left_behind(&act, &plan.tree, &survey.tree)
        }
    }
}

/// Whether the act leaves the tree as it was: a revert to where the VM stood already. Every other act is refused by
/// preflight where it would change nothing.
fn looks_the_same(request: &Request) -> bool {
    request.plan.as_ref().is_some_and(|plan| {
        !request.wants_safety()
            && matches!(plan.act, Act::Revert { .. })
            && recovery::left_behind(&plan.act, &plan.tree, &plan.tree) == Some(true)
    })
}

/// The snapshot that a take made: the task names it, else its marker does. A task that was only taken for ours has to
/// have made the one with our marker.
fn made(request: &Request, ended: &Ended, recovered: bool, survey: Option<&Survey>) -> Option<Moref> {
    let Some(Act::Take { .. }) = request.act() else {
        return None;
    };
    let told = match &ended.state {
        TaskState::Success { result } => result.clone(),
        TaskState::Queued | TaskState::Running | TaskState::Error(_) | TaskState::Gone => None,
    };
    let marked = survey.and_then(|survey| recovery::marked(request, &survey.tree));
    if recovered && survey.is_some() {
        return marked;
    }
    told.or(marked)
}

fn quiesced(request: &Request, made: Option<&Moref>, survey: Option<&Survey>) -> Option<bool> {
    if request.decided_mode() != Some(SnapshotMode::Quiesce) {
        return None;
    }
    Some(survey?.tree.get(made?)?.quiesced)
}

pub(super) fn whole_seconds(later: Timestamp, earlier: Timestamp) -> SignedDuration {
    SignedDuration::from_secs(later.duration_since(earlier).as_secs().max(0))
}

/// A fault that stands for "the task is not known any more".
fn gone() -> Fault {
    Fault { kind: FaultKind::NotFound, name: "ManagedObjectNotFound".to_owned(), message: String::new() }
}
