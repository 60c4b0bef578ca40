//! The other ends of a request: why it failed or was cancelled, what is left of it, and what to do now.

use super::ended::{consolidate, consolidation, left_power, twice};
use super::people::{nothing_done, people, safety_kept};
use super::titles::{doing, goes, snapshot, unknown, vm};
use super::{View, at, command_block, command_for};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::intent::Verb;
use crate::domain::machine::FOREIGN_PATIENCE;
use crate::domain::request::{Facts, Failure, Request, Wish};
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Button, Card, Tone};

pub(super) fn failed(request: &Request, failure: &Failure, facts: Option<&Facts>, view: &View<'_>) -> Card {
    let mut blocks = reason(request, failure, facts, view);
    blocks.extend(not_reverted(request, view));
    blocks.extend(safety_kept(request, view).filter(|_| *failure != Failure::StillBusy));
    if let Some(facts) = facts {
        left(request, facts, view, &mut blocks);
    }
    blocks.push(people(request, view));
    let (tone, title) = match facts.map(|facts| facts.verified) {
        Some(Some(true)) if !request.wants_safety() => {
            let title = view.say("failed-yet-done", &[("what", doing(request, view).into())]);
            (Tone::Warning, title)
        }
        Some(None) if is_unseen(failure, facts) => (Tone::Warning, unknown(request, view)),
        Some(_) | None => (Tone::Failure, failed_title(request, view)),
    };
    let mut card = view.card(tone, title, blocks);
    if request.wants_safety() || facts.is_none_or(|facts| facts.verified != Some(true)) {
        card.buttons.extend(next(request, failure, view));
    }
    card.buttons.extend(facts.and_then(|facts| consolidate(request, facts, view)));
    card
}

pub(super) fn cancelled(request: &Request, facts: &Facts, view: &View<'_>) -> Card {
    let mut blocks: Vec<Block> = not_reverted(request, view).into_iter().chain(safety_kept(request, view)).collect();
    left(request, facts, view, &mut blocks);
    blocks.push(people(request, view));
    let title = view.say("cancelled-title", &[("what", doing(request, view).into())]);
    let mut card = view.card(Tone::Warning, title, blocks);
    card.buttons.push(again(request, view));
    card.buttons.extend(consolidate(request, facts, view));
    card
}

/// That a revert did not begin, where the snapshot that comes first is what ended.
fn not_reverted(request: &Request, view: &View<'_>) -> Option<Block> {
    let safety = request.safety.as_ref().filter(|_| request.wants_safety())?;
    Some(view.text("safety-stopped", &[("snapshot", name(safety.name()).into())]))
}

/// The way on, where there is one for everybody.
fn next(request: &Request, failure: &Failure, view: &View<'_>) -> Option<Button> {
    let Failure::Fault(fault) = failure else {
        return Some(again(request, view));
    };
    let take = |action| view.button(request, action);
    match fault.kind {
        FaultKind::Quiesce => Some(take(Action::WithoutQuiesce)),
        FaultKind::MemoryOnIndependentDisk => Some(take(Action::WithoutMemory)),
        FaultKind::TaskInProgress
        | FaultKind::InvalidPowerState
        | FaultKind::InvalidState
        | FaultKind::NoDiskSpace
        | FaultKind::FileLocked
        | FaultKind::InsufficientResources
        | FaultKind::NotAuthenticated
        | FaultKind::NoPermission
        | FaultKind::InvalidArgument
        | FaultKind::Other => Some(again(request, view)),
        FaultKind::IncompatibleDevice
        | FaultKind::TooManySnapshots
        | FaultKind::SnapshotsDisabled
        | FaultKind::NoChange
        | FaultKind::Damaged
        | FaultKind::NotSupported
        | FaultKind::NotFound
        | FaultKind::Cancelled
        | FaultKind::InvalidLogin
        | FaultKind::UnknownMethod => None,
    }
}

fn again(request: &Request, view: &View<'_>) -> Button {
    view.button(request, Action::AskAgain)
}

fn failed_title(request: &Request, view: &View<'_>) -> String {
    let key = match &request.wish {
        Wish::Take { .. } => "failed-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "failed-revert",
        Wish::Delete { children: false, .. } => "failed-delete",
        Wish::Delete { children: true, .. } => "failed-delete-children",
        Wish::DeleteAll | Wish::DeleteOlder { .. } => "failed-delete-all",
        Wish::Consolidate => "failed-consolidate",
        Wish::Edit { .. } | Wish::Stay { .. } => "failed-edit",
        Wish::PowerOn => "failed-power-on",
    };
    // Whatever was not even read has the words of a refusal, which name no snapshot.
    let (key, snapshot) = match (snapshot(request), &request.wish) {
        (Some(snapshot), _) => (key, snapshot),
        (None, Wish::Delete { .. }) => ("refused-delete", String::new()),
        (None, Wish::Edit { .. } | Wish::Stay { .. }) => ("refused-edit", String::new()),
        (None, _) => (key, String::new()),
    };
    let args = [("vm", vm(request).into()), ("snapshot", snapshot.into()), ("count", goes(request).into())];
    view.say(key, &args)
}

/// What the VM looks like now, as far as that is news.
fn left(request: &Request, facts: &Facts, view: &View<'_>, blocks: &mut Vec<Block>) {
    let before = request.plan.as_ref().map(|plan| plan.price.power_now);
    if let Some(power) = facts.power.filter(|power| Some(*power) != before) {
        blocks.push(view.text(left_power(power), &[]));
    }
    let counts = matches!(request.wish, Wish::Take { .. } | Wish::Delete { .. } | Wish::DeleteAll);
    let before = request.plan.as_ref().map(|plan| plan.tree.len());
    if let Some(count) = facts.left.filter(|count| counts || Some(*count) != before) {
        blocks.push(view.text("left-count", &[("count", count.into())]));
    }
    if facts.twice {
        blocks.push(twice(view));
    }
    if facts.consolidation_needed {
        blocks.push(consolidation(request, view));
    }
}

/// Whether the task was forgotten by vCenter and the VM could not be read: then nothing is known about how it ended.
fn is_unseen(failure: &Failure, facts: Option<&Facts>) -> bool {
    let unread = facts.is_some_and(|facts| facts.verified.is_none());
    unread && matches!(failure, Failure::Fault(fault) if fault.kind == FaultKind::NotFound && fault.message.is_empty())
}

fn reason(request: &Request, failure: &Failure, facts: Option<&Facts>, view: &View<'_>) -> Vec<Block> {
    match failure {
        Failure::Fault(_) if is_unseen(failure, facts) => vec![view.text("fault-end-unseen", &[])],
        Failure::Fault(fault) => fault_words(request, fault, view),
        Failure::Unreachable(why) => {
            let mut blocks = vec![view.text("fault-unreachable", &[])];
            blocks.extend(details(why, view));
            blocks
        }
        Failure::StillBusy => {
            let waited = view.format.duration(FOREIGN_PATIENCE);
            let nothing = nothing_done(request, view);
            vec![view.text("fault-still-busy", &[("waited", waited.into()), ("nothing", nothing.into())])]
        }
        Failure::DidNotRun(person) => vec![view.text("fault-did-not-run", &[("person", at(person).into())])],
        Failure::EndUnknown => vec![view.text("fault-end-unknown", &[])],
    }
}

/// Somebody else's words about what went wrong, in whatever language they are.
pub(super) fn details(why: &str, view: &View<'_>) -> Option<Block> {
    let why = sentence(why);
    (!why.is_empty()).then(|| view.note("words-details", &[("why", why.into())]))
}

fn fault_words(request: &Request, fault: &Fault, view: &View<'_>) -> Vec<Block> {
    let reverts = matches!(request.wish, Wish::Revert { .. } | Wish::RevertLatest { .. });
    let key = match fault.kind {
        FaultKind::TaskInProgress => "fault-task-in-progress",
        FaultKind::InvalidPowerState => "fault-invalid-power-state",
        FaultKind::InvalidState => "fault-invalid-state",
        FaultKind::Quiesce => "fault-quiesce",
        FaultKind::MemoryOnIndependentDisk => "fault-memory-on-independent-disk",
        FaultKind::IncompatibleDevice => "fault-incompatible-device",
        FaultKind::TooManySnapshots => "fault-too-many-snapshots",
        FaultKind::SnapshotsDisabled => "fault-snapshots-disabled",
        FaultKind::NoChange => "fault-no-change",
        FaultKind::NoDiskSpace => "fault-no-disk-space",
        FaultKind::FileLocked => "fault-file-locked",
        FaultKind::Damaged => "fault-damaged",
        FaultKind::InsufficientResources if reverts => "fault-insufficient-resources-revert",
        FaultKind::InsufficientResources => "fault-insufficient-resources",
        FaultKind::NotSupported => "fault-not-supported",
        FaultKind::NotFound => "fault-not-found",
        FaultKind::NoPermission => "fault-no-permission",
        FaultKind::Cancelled => "fault-cancelled",
        FaultKind::InvalidArgument => "fault-invalid-argument",
        FaultKind::NotAuthenticated => "fault-not-authenticated",
        FaultKind::InvalidLogin => "fault-invalid-login",
        FaultKind::UnknownMethod => "fault-unknown-method",
        FaultKind::Other => "fault-other",
    };
    let mut blocks = vec![view.text(key, &[])];
    blocks.extend(to_type(request, fault.kind, reverts));
    let message = sentence(&fault.message);
    let args = [("name", name(&fault.name).into()), ("message", message.clone().into())];
    blocks.push(match message.is_empty() {
        true => view.note("words-fault-name", &args),
        false => view.note("words-fault", &args),
    });
    blocks
}

/// The command that a fault's sentence ends in, where it ends in one.
fn to_type(request: &Request, kind: FaultKind, reverts: bool) -> Option<Block> {
    let vm = request.name();
    if kind == FaultKind::NotFound {
        return Some(command_block(Verb::List, vm));
    }
    let stays_on = kind == FaultKind::InsufficientResources && reverts;
    stays_on.then(|| Block::Code {
        text: if let Wish::Revert { snapshot, .. } = &request.wish {
            format!("{} {snapshot} stay-off:yes", command_for(Verb::Revert, vm))
        } else {
            format!("{} stay-off:yes", command_for(Verb::RevertLatest, vm))
        },
    })
}
