//! After a lost reply: which traces say that the call ran, and what may be done when there is none.
//!
//! A take is known by our marker in the tree, which nobody else writes. Everything else is known by a task of the right kind,
//! queued on the VM since the call (it comes before the tree, because a deletion empties the tree long before its disks
//! are merged), and then by the tree having changed in the one way that the act changes it.
//!
//! Absence counts only after [`ABSENCE`], by our clock and by vCenter's: a read that was under way for long tells of a moment
//! that is gone, and either clock may be set while we wait. Then a take is tried again (its marker tells the tries apart),
//! and everything else is a person's to look at. So is what could not be read for [`UNSURE_PATIENCE`].

use jiff::Timestamp;

use super::run::{running, unsure};
use super::{
    ABSENCE, Attempt, Context, Effect, FOREIGN_PATIENCE, TAKE_ATTEMPTS, UNSURE_PATIENCE, UNSURE_RETRY, result,
};
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
    let State::Unsure { since, t0, .. } = &mut request.state else {
        return;
    };
    // Our clock was set back: what it has shown since then counts, from the beginning.
    *since = (*since).min(cx.now);
    let call = Attempt { t0: *t0, at: *since };
    // What could not be read says nothing, least of all "it did not run".
    let (Ok(evidence), Some(plan), Some(act), Some(target)) = (evidence, &request.plan, request.act(), request.vm())
    else {
        return look_later(request, call, cx);
    };

    let waited = cx.now.duration_since(call.at).min(evidence.server_time.duration_since(call.t0));
    if let Some(made) = marked(request, &evidence.tree) {
        result::adopt_as_ended(request, call, TaskState::Success { result: Some(made) }, cx, effects);
    } else if let Some(task) = ours(&act, evidence, call.t0) {
        let task = TaskRef { vcenter: target.vm.vcenter.clone(), moref: task.task.clone() };
        request.state = running(Some(task.clone()), call, true);
        effects.push(Effect::Follow(task));
    } else if changed(&act, &plan.tree, &evidence.tree) {
        result::adopt_as_ended(request, call, TaskState::Success { result: None }, cx, effects);
    } else if waited < ABSENCE {
        look_later(request, call, cx);
    } else if matches!(act, Act::Take { .. }) && request.attempts < TAKE_ATTEMPTS {
        request.state = State::Starting { phase: StartPhase::Checking };
        effects.push(Effect::Survey);
    } else {
        ask_a_person(request, call, cx);
    }
}

/// Looks again a little later, as long as that makes sense.
fn look_later(request: &mut Request, call: Attempt, cx: Context<'_>) {
    if cx.now.duration_since(call.at) >= UNSURE_PATIENCE {
        return ask_a_person(request, call, cx);
    }
    next_look(request, cx);
}

/// When it is looked again, should no answer to this look come.
pub(super) fn next_look(request: &mut Request, cx: Context<'_>) {
    if let State::Unsure { again_at, .. } = &mut request.state {
        *again_at = cx.now.saturating_add(UNSURE_RETRY).unwrap_or(Timestamp::MAX);
    }
}

/// Something has the VM, and it may be the try whose answer was lost. Whoever waits in line can leave it, and is told then that
/// nothing was done; so this is no waiting in line, and traces are looked for until the VM is free.
pub(super) fn may_be_ours(request: &mut Request, t0: Timestamp, cx: Context<'_>, effects: &mut Vec<Effect>) {
    let since = *request.waiting_since.get_or_insert(cx.now);
    if cx.now.duration_since(since) >= FOREIGN_PATIENCE {
        return ask_a_person(request, Attempt { t0, at: since }, cx);
    }
    unsure(request, t0, "something has the VM, and it may be the call whose answer was lost", cx, effects);
    request.waiting_since = Some(since);
}

fn ask_a_person(request: &mut Request, call: Attempt, cx: Context<'_>) {
    request.state = State::NeedsHuman { since: cx.now, t0: call.t0 };
}

/// vCenter's clock before an earlier try whose answer was lost, while the request is about to be tried again.
pub(super) fn earlier_try(request: &Request) -> Option<Timestamp> {
    let plan = request.plan.as_ref().filter(|_| request.attempts > 0)?;
    Some(plan.server_time)
}

/// The snapshot that a take of this request left in the tree, by its marker.
pub(super) fn marked(request: &Request, tree: &SnapshotTree) -> Option<Moref> {
    all_marked(request, tree).next()
}

/// Whether more than one try of a take ran.
pub(super) fn is_marked_twice(request: &Request, tree: &SnapshotTree) -> bool {
    all_marked(request, tree).nth(1).is_some()
}

fn all_marked<'a>(request: &'a Request, tree: &'a SnapshotTree) -> impl Iterator<Item = Moref> {
    let takes = matches!(request.act(), Some(Act::Take { .. }));
    let of_this = |description: &str| Marker::find(description).is_some_and(|marker| marker.request == request.id);
    let nodes = tree.nodes().iter().filter(move |node| takes && of_this(&node.description));
    nodes.map(|node| node.moref.clone())
}

/// The task that the lost call started: of the right kind, on this VM, queued since the call and not by somebody else.
/// Two candidates prove nothing, since a colleague may have asked for the same at the same time. One that vCenter says is
/// our account's outranks those of which it says nothing; and of a take nothing less will do, since its marker is better.
fn ours<'a>(act: &Act, evidence: &'a Evidence, t0: Timestamp) -> Option<&'a SeenTask> {
    let by = |whose: Option<bool>| {
        let mut fitting = evidence
            .tasks
            .iter()
            .filter(move |task| task.queued >= t0 && task.ours == whose && is_kind(act, &task.kind));
        (fitting.next(), fitting.next().is_some())
    };
    match (by(Some(true)), by(None)) {
        ((Some(_), true), _) => None,
        ((Some(task), false), _) => Some(task),
        ((None, _), (Some(task), false)) if !matches!(act, Act::Take { .. }) => Some(task),
        ((None, _), (Some(_) | None, _)) => None,
    }
}

/// Real servers say `vm.Snapshot.revert` where vcsim says `VirtualMachine.revertToSnapshot`: both are heard.
pub(in crate::domain) fn is_kind(act: &Act, kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    let snapshot = kind.contains("snapshot");
    match act {
        Act::Take { .. } => kind.contains("createsnapshot"),
        Act::Revert { .. } => snapshot && kind.contains("revert"),
        Act::Delete { .. } => snapshot && kind.contains("remove") && !kind.contains("removeall"),
        Act::DeleteAll => kind.contains("removeallsnapshots"),
        Act::Consolidate => kind.contains("consolidate"),
        Act::PowerOn => kind.contains("poweron"),
        Act::Edit { .. } => false,
    }
}

/// Whether the tree went from how it was to how the act leaves it. Of a take only its marker speaks.
pub(super) fn changed(act: &Act, before: &SnapshotTree, now: &SnapshotTree) -> bool {
    match act {
        Act::Delete { snapshot, .. } => before.get(snapshot).is_some() && left_behind(act, before, now) == Some(true),
        Act::DeleteAll => !before.is_empty() && now.is_empty(),
        // A VM that stood there already looks the same before and after: no trace either way.
        Act::Revert { .. } => {
            left_behind(act, before, before) == Some(false) && left_behind(act, before, now) == Some(true)
        }
        Act::Edit { .. } => left_behind(act, before, now) == Some(true),
        Act::Take { .. } | Act::Consolidate | Act::PowerOn => false,
    }
}

/// Whether the tree is as the act leaves it; none for an act that the tree does not show.
pub(super) fn left_behind(act: &Act, before: &SnapshotTree, now: &SnapshotTree) -> Option<bool> {
    match act {
        Act::Delete { snapshot, children } => {
            let mut below = before.descendants(snapshot).into_iter().filter(|_| *children);
            Some(now.get(snapshot).is_none() && below.all(|node| now.get(&node.moref).is_none()))
        }
        Act::DeleteAll => Some(now.is_empty()),
        Act::Revert { snapshot, .. } => Some(now.current().is_some_and(|node| node.moref == *snapshot)),
        Act::Edit { snapshot, name, description } => Some(now.get(snapshot).is_some_and(|node| {
            name.as_ref().is_none_or(|name| *name == node.name)
                && description.as_ref().is_none_or(|words| *words == node.description)
        })),
        Act::Take { .. } | Act::Consolidate | Act::PowerOn => None,
    }
}
