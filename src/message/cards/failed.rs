//! The other ends of a request: why it failed or was cancelled, what is left of it, and what to do now.

use super::ended::{consolidate, consolidation, twice};
use super::message::Message;
use super::{View, at, key, word};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::intent::Verb;
use crate::domain::machine::FOREIGN_PATIENCE;
use crate::domain::request::{Facts, Failure, Request, Wish};
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Card, Tone};
use crate::message::words::Args;

pub(super) fn failed(message: &Message<'_>, failure: &Failure, facts: Option<&Facts>) -> Card {
    let request = message.request;
    let mut blocks = reason(message, failure, facts);
    blocks.extend(not_reverted(message));
    blocks.extend(message.safety_kept().filter(|_| *failure != Failure::StillBusy));
    blocks.extend(facts.iter().flat_map(|facts| left(message, facts)));
    blocks.push(message.people());
    let verified = facts.is_some_and(|facts| facts.verified == Some(true)) && !request.wants_safety();
    let (tone, title) = match (verified, is_unseen(failure, facts)) {
        (true, _) => (Tone::Warning, "failed-yet-done"),
        (false, true) => (Tone::Warning, "unknown"),
        (false, false) => (Tone::Failure, "failed"),
    };
    let mut card = message.card(tone, title, blocks);
    if !verified {
        card.buttons.extend(next(failure).map(|action| message.button(action)));
    }
    card.buttons.extend(facts.and_then(|facts| consolidate(message, facts)));
    card
}

pub(super) fn cancelled(message: &Message<'_>, facts: &Facts) -> Card {
    let mut blocks: Vec<Block> = not_reverted(message).into_iter().chain(message.safety_kept()).collect();
    blocks.extend(left(message, facts));
    blocks.push(message.people());
    let mut card = message.card(Tone::Warning, "cancelled-title", blocks);
    card.buttons.push(message.button(Action::AskAgain));
    card.buttons.extend(consolidate(message, facts));
    card
}

/// That a revert did not begin, where the snapshot that comes first is what ended.
fn not_reverted(message: &Message<'_>) -> Option<Block> {
    message.request.wants_safety().then(|| message.text("safety-stopped"))
}

/// The way on, where there is one for everybody.
fn next(failure: &Failure) -> Option<Action> {
    let Failure::Fault(fault) = failure else {
        return Some(Action::AskAgain);
    };
    use FaultKind as F;
    match fault.kind {
        F::Quiesce => Some(Action::WithoutQuiesce),
        F::MemoryOnIndependentDisk => Some(Action::WithoutMemory),
        F::TaskInProgress | F::InvalidPowerState | F::InvalidState | F::NoDiskSpace => Some(Action::AskAgain),
        F::FileLocked | F::InsufficientResources | F::NotAuthenticated => Some(Action::AskAgain),
        F::NoPermission | F::InvalidArgument | F::Other => Some(Action::AskAgain),
        // Asking again brings them again: nobody in the channel can do anything about them.
        F::IncompatibleDevice | F::TooManySnapshots | F::SnapshotsDisabled | F::NoChange | F::Damaged => None,
        F::NotSupported | F::NotFound | F::Cancelled | F::InvalidLogin | F::UnknownMethod => None,
    }
}

/// What the VM looks like now, as far as that is news.
fn left(message: &Message<'_>, facts: &Facts) -> Vec<Block> {
    let Message { request, view, .. } = message;
    let plan = request.plan.as_ref();
    let mut blocks = Vec::new();
    if let Some(power) = facts.power.filter(|power| plan.is_none_or(|plan| plan.price.power_now != *power)) {
        blocks.push(view.text("left-power", &[("power", word(&power).into())]));
    }
    let counts = matches!(request.wish, Wish::Take { .. } | Wish::Delete { .. } | Wish::DeleteAll);
    let before = plan.map(|plan| plan.tree.len());
    if let Some(count) = facts.left.filter(|count| counts || Some(*count) != before) {
        blocks.push(view.text("left-count", &[("count", count.into())]));
    }
    blocks.extend(facts.twice.then(|| twice(view)));
    blocks.extend(consolidation(message, facts));
    blocks
}

/// Whether the task was forgotten by vCenter and the VM could not be read: then nothing is known about how it ended.
fn is_unseen(failure: &Failure, facts: Option<&Facts>) -> bool {
    let unread = facts.is_some_and(|facts| facts.verified.is_none());
    unread && matches!(failure, Failure::Fault(fault) if fault.kind == FaultKind::NotFound && fault.message.is_empty())
}

fn reason(message: &Message<'_>, failure: &Failure, facts: Option<&Facts>) -> Vec<Block> {
    let Message { request, view, args } = message;
    match failure {
        Failure::Fault(_) if is_unseen(failure, facts) => vec![message.text("fault-end-unseen")],
        Failure::Fault(fault) => fault_words(request, fault, view),
        Failure::Unreachable(why) => {
            let text = message.text("fault-unreachable");
            [text].into_iter().chain(details(why, view)).collect()
        }
        Failure::StillBusy => {
            let waited = Args::default().with("waited", view.format.duration(FOREIGN_PATIENCE));
            vec![view.text("fault-still-busy", &args.and(waited))]
        }
        Failure::DidNotRun(person) => vec![view.text("fault-did-not-run", &[("person", at(person).into())])],
        Failure::EndUnknown => vec![message.text("fault-end-unknown")],
    }
}

/// Somebody else's words about what went wrong, in whatever language they are.
pub(super) fn details(why: &str, view: &View<'_>) -> Option<Block> {
    let why = sentence(why);
    (!why.is_empty()).then(|| view.note("words-details", &[("why", why.into())]))
}

fn fault_words(request: &Request, fault: &Fault, view: &View<'_>) -> Vec<Block> {
    let words = Some(sentence(&fault.message)).filter(|words| !words.is_empty());
    let args = Args::default().with("name", name(&fault.name)).maybe("message", words);
    let args = args.whether("reverts", request.wish.reverts());
    let mut blocks = vec![view.text(&key("fault", &fault.kind), &args)];
    blocks.extend(to_type(request, fault.kind, view));
    blocks.push(view.note("words-fault", &args));
    blocks
}

/// The command that a fault's sentence ends in, where it ends in one.
fn to_type(request: &Request, kind: FaultKind, view: &View<'_>) -> Option<Block> {
    let vm = &request.title();
    if kind == FaultKind::NotFound {
        return Some(view.command_block(Verb::List, vm));
    }
    if kind != FaultKind::InsufficientResources || !request.wish.reverts() {
        return None;
    }
    let mut text = view.command_for(request.wish.verb(), vm);
    if let Some(snapshot) = request.wish.snapshot() {
        text.push_str(&format!(" {snapshot}"));
    }
    Some(Block::Code { text: format!("{text} stay-off:yes") })
}
