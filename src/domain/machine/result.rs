//! The end of a run: the VM is read again, and only then is a result told.
//!
//! vCenter's "success" is compared with what the act should have left behind, and its "error" too: a failed deletion may
//! have removed the snapshot and left disks to consolidate.

use jiff::Timestamp;

use super::{Attempt, Context, Effect, Unread, VERIFY_READS, VERIFY_RETRY, gone, running};
use crate::domain::call::{Act, SnapshotMode, TaskState};
use crate::domain::fault::FaultKind;
use crate::domain::ids::Moref;
use crate::domain::request::{Ended, Facts, Failure, Request, State};
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::Survey;

/// Puts the request where a run is whose task has ended, and has the VM read.
pub(super) fn adopt_as_ended(
    request: &mut Request,
    attempt: Attempt,
    state: TaskState,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    let mut next = running(None, attempt);
    if let State::Running { ended, .. } = &mut next {
        *ended = Some(Ended {
            state,
            at: cx.now,
            failed_reads: 0,
            again_at: None,
        });
    }
    request.state = next;
    effects.push(Effect::Verify);
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
) {
    let State::Running {
        since,
        task,
        ended: Some(ended),
        ..
    } = &mut request.state
    else {
        return;
    };
    let read = match survey {
        Ok(survey) => Some(survey.as_ref()),
        Err(_) if ended.failed_reads + 1 < VERIFY_READS => {
            ended.failed_reads += 1;
            ended.again_at = Some(cx.now.saturating_add(VERIFY_RETRY).unwrap_or(Timestamp::MAX));
            return;
        }
        Err(_) => None,
    };
    let (ended, since, had_task) = (ended.clone(), *since, task.is_some());
    let expected = read.and_then(|survey| as_it_should_be(request, &ended, survey));
    let facts = Facts {
        at: ended.at,
        took: whole_seconds(ended.at, since),
        verified: expected,
        power: read.map(|survey| survey.power),
        consolidation_needed: read.is_some_and(|survey| survey.consolidation_needed),
        snapshot: made(request, &ended, read),
        quiesced: quiesced(request, &ended, read),
        left: read.map(|survey| survey.tree.len()),
        can_power_on: may_power_on && read.is_some_and(|survey| survey.power == PowerState::Off),
        recovered: !had_task && !matches!(request.plan.as_ref().map(|plan| &plan.act), Some(Act::Edit { .. })),
    };
    request.state = match ended.state {
        TaskState::Success { .. } => State::Done { facts },
        TaskState::Error(fault) if fault.kind == FaultKind::Cancelled => State::Cancelled { facts },
        TaskState::Error(fault) => State::Failed {
            failure: Failure::Fault(fault),
            facts: Some(facts),
            at: ended.at,
        },
        // Nobody saw the end, so the VM itself has to tell.
        TaskState::Gone | TaskState::Queued | TaskState::Running => match expected {
            Some(true) => State::Done { facts },
            Some(false) => State::Failed {
                failure: Failure::EndUnknown,
                facts: Some(facts),
                at: ended.at,
            },
            None => State::Failed {
                failure: Failure::Fault(gone()),
                facts: Some(facts),
                at: ended.at,
            },
        },
    };
}

/// Whether the VM is as the act should have left it.
fn as_it_should_be(request: &Request, ended: &Ended, survey: &Survey) -> Option<bool> {
    let tree = &survey.tree;
    Some(match &request.plan.as_ref()?.act {
        Act::Take { .. } => made(request, ended, Some(survey)).is_some_and(|moref| tree.get(&moref).is_some()),
        Act::Revert { snapshot, .. } => tree.current().is_some_and(|node| node.moref == *snapshot),
        Act::Delete { snapshot, .. } => tree.get(snapshot).is_none(),
        Act::DeleteAll => tree.is_empty(),
        Act::Consolidate => !survey.consolidation_needed,
        Act::Edit {
            snapshot,
            name,
            description,
        } => tree.get(snapshot).is_some_and(|node| {
            name.as_ref().is_none_or(|name| *name == node.name)
                && description.as_ref().is_none_or(|words| *words == node.description)
        }),
        Act::PowerOn => survey.power == PowerState::On,
    })
}

/// The snapshot that a take made: the task names it, else its marker does.
fn made(request: &Request, ended: &Ended, survey: Option<&Survey>) -> Option<Moref> {
    let Some(Act::Take { .. }) = request.plan.as_ref().map(|plan| &plan.act) else {
        return None;
    };
    if let TaskState::Success { result: Some(moref) } = &ended.state {
        return Some(moref.clone());
    }
    let of_this = |description: &str| {
        crate::domain::marker::Marker::find(description).is_some_and(|marker| marker.request == request.id)
    };
    let node = survey?.tree.nodes().iter().find(|node| of_this(&node.description))?;
    Some(node.moref.clone())
}

fn quiesced(request: &Request, ended: &Ended, survey: Option<&Survey>) -> Option<bool> {
    if request.decided_mode() != Some(SnapshotMode::Quiesce) {
        return None;
    }
    let moref = made(request, ended, survey)?;
    Some(survey?.tree.get(&moref)?.quiesced)
}

fn whole_seconds(later: Timestamp, earlier: Timestamp) -> jiff::SignedDuration {
    jiff::SignedDuration::from_secs(later.duration_since(earlier).as_secs().max(0))
}
