//! After a lost reply: which traces say that the call ran, and what may be done when there is none.
//!
//! In order of weight: our marker in the tree (takes), the tree changed in the one way that the act changes it, a task of the
//! right kind queued on the VM since the call. Absence counts only after [`ABSENCE`](super::ABSENCE), and then a take is
//! tried again (its marker tells the tries apart), while everything else is a person's to look at.

use jiff::Timestamp;

use super::{ABSENCE, Attempt, Context, Effect, TAKE_ATTEMPTS, UNSURE_RETRY, result, running};
use crate::domain::call::{Act, TaskState};
use crate::domain::evidence::{Evidence, SeenTask};
use crate::domain::ids::{Moref, TaskRef};
use crate::domain::marker::Marker;
use crate::domain::request::{Request, StartPhase, State};
use crate::domain::snapshot_tree::SnapshotTree;

pub(super) fn found(
    request: &mut Request,
    evidence: &Result<Box<Evidence>, String>,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    let State::Unsure { since, t0, .. } = &request.state else {
        return;
    };
    let (since, call) = (*since, Attempt { t0: *t0, at: *since });
    // What could not be read says nothing, least of all "it did not run".
    let Ok(evidence) = evidence else {
        return look_later(request, cx);
    };
    let Some(plan) = &request.plan else {
        return look_later(request, cx);
    };

    if let Some(task) = ours(&plan.act, evidence, call.t0) {
        let task = TaskRef {
            vcenter: request.target.vm.vcenter.clone(),
            moref: task.task.clone(),
        };
        request.state = running(Some(task.clone()), call);
        effects.push(Effect::Follow(task));
    } else if let Some(trace) = trace(&plan.act, request, &evidence.tree) {
        result::adopt_as_ended(request, call, TaskState::Success { result: trace }, cx, effects);
    } else if cx.now.duration_since(since) < ABSENCE {
        look_later(request, cx);
    } else if matches!(plan.act, Act::Take { .. }) && request.attempts < TAKE_ATTEMPTS {
        request.state = State::Starting {
            phase: StartPhase::Checking,
        };
        effects.push(Effect::Survey);
    } else {
        request.state = State::NeedsHuman {
            since: cx.now,
            t0: call.t0,
        };
    }
}

pub(super) fn look_later(request: &mut Request, cx: Context<'_>) {
    if let State::Unsure { again_at, .. } = &mut request.state {
        *again_at = cx.now.saturating_add(UNSURE_RETRY).unwrap_or(Timestamp::MAX);
    }
}

/// The task that the lost call started: of the right kind, on this VM, queued since the call and not by somebody else.
/// Two candidates prove nothing, since a colleague may have asked for the same at the same time.
fn ours<'a>(act: &Act, evidence: &'a Evidence, t0: Timestamp) -> Option<&'a SeenTask> {
    let mut fitting = evidence
        .tasks
        .iter()
        .filter(|task| task.queued >= t0 && task.ours != Some(false) && is_kind(act, &task.kind));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Real servers say `vm.Snapshot.revert` where vcsim says `VirtualMachine.revertToSnapshot`: both are heard.
fn is_kind(act: &Act, kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    match act {
        Act::Take { .. } => kind.contains("createsnapshot"),
        Act::Revert { .. } => kind.contains("revert"),
        Act::Delete { .. } => kind.contains("remove") && !kind.contains("removeall"),
        Act::DeleteAll => kind.contains("removeallsnapshots"),
        Act::Consolidate => kind.contains("consolidate"),
        Act::PowerOn => kind.contains("poweron"),
        Act::Edit { .. } => false,
    }
}

/// Whether the tree shows that the act ran: `Some(new snapshot)` for a take, `Some(None)` for the others.
fn trace(act: &Act, request: &Request, now: &SnapshotTree) -> Option<Option<Moref>> {
    let before = request.tree_before()?;
    let ran = match act {
        Act::Take { .. } => {
            let ours = now
                .nodes()
                .iter()
                .find(|node| Marker::find(&node.description).is_some_and(|marker| marker.request == request.id));
            return ours.map(|node| Some(node.moref.clone()));
        }
        Act::Delete { snapshot, children } => {
            let mut gone = before.descendants(snapshot).into_iter().filter(|_| *children);
            now.get(snapshot).is_none() && gone.all(|node| now.get(&node.moref).is_none())
        }
        Act::DeleteAll => !before.is_empty() && now.is_empty(),
        // A VM that stood there already looks the same before and after: no trace either way.
        Act::Revert { snapshot, .. } => {
            let stands = |tree: &SnapshotTree| tree.current().is_some_and(|node| node.moref == *snapshot);
            !stands(before) && stands(now)
        }
        Act::Edit {
            snapshot,
            name,
            description,
        } => now.get(snapshot).is_some_and(|node| {
            name.as_ref().is_none_or(|name| *name == node.name)
                && description.as_ref().is_none_or(|words| *words == node.description)
        }),
        Act::Consolidate | Act::PowerOn => false,
    };
    ran.then_some(None)
}
