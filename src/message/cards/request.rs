//! The one message of a request, in each of its states.

use jiff::{SignedDuration, Timestamp};

use super::people::{nothing_done, people};
use super::titles::{doing, question, unknown, vm};
use super::{View, approval, at, bulk, ended, failed, groups, refused};
use crate::domain::call::Act;
use crate::domain::machine::{FOREIGN_PATIENCE, FOREIGN_RETRY};
use crate::domain::request::{Behind, Drift, Request, Safety, StartPhase, State};
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Addressee, Block, Card, Tone};

/// After this long a run that goes on is explained: people start to wonder.
const LONG_RUN: SignedDuration = SignedDuration::from_mins(10);

/// The message of a request as its state says.
pub fn card(request: &Request, view: &View<'_>) -> Card {
    let mut card = by_state(request, view);
    card.request = Some(request.id.clone());
    card.state = Some(request.state.name().to_owned());
    card
}

fn by_state(request: &Request, view: &View<'_>) -> Card {
    if let Some(bulk) = request.bulk() {
        return bulk::card(request, bulk, view);
    }
    match &request.state {
        State::Asked => {
            let title = view.say("asked-reading", &[("vm", vm(request).into())]);
            view.card(Tone::Running, title, vec![people(request, view)])
        }
        State::Refused { blockers } => refused::card(request, blockers, view),
        State::Queued { behind, since, .. } => queued(request, behind, *since, view),
        State::AwaitingApproval { until } => approval::card(request, *until, view),
        State::Denied { by, reason, at: when } => {
            let mut args = vec![("person", at(by).into()), ("at", view.format.clock(*when).into())];
            let key = match reason {
                Some(reason) => {
                    args.push(("reason", sentence(reason).into()));
                    "decided-denied"
                }
                None => "decided-denied-no-reason",
            };
            decided(request, Tone::Failure, view.text(key, &args), true, view)
        }
        State::Expired { at: when } => {
            let text = view.text("decided-expired", &[("at", view.format.clock(*when).into())]);
            decided(request, Tone::Warning, text, true, view)
        }
        State::Withdrawn { by, at: when } => {
            let args = [
                ("person", at(by).into()),
                ("at", view.format.clock(*when).into()),
                ("nothing", nothing_done(request, view).into()),
            ];
            decided(request, Tone::Info, view.text("decided-withdrawn", &args), false, view)
        }
        State::Stale { drift, .. } => {
            let changes: Vec<String> = drift.iter().map(|one| change(one, request, view)).collect();
            let changes = view.format.all_of(&changes);
            let text = view
                .text("decided-stale", &[("changes", changes.into()), ("nothing", nothing_done(request, view).into())]);
            decided(request, Tone::Warning, text, true, view)
        }
        State::Starting { phase } => {
            let text = match phase {
                StartPhase::Checking => view.say("progress-checking", &[]),
                StartPhase::Calling { at, .. } => elapsed(view.format.now.duration_since(*at), None, view),
            };
            running(request, None, text, Vec::new(), view)
        }
        State::Running { since, percent, cancelable, cancel_asked, cancel_refused, ended, .. } => {
            let so_far = view.format.now.duration_since(*since);
            let mut notes = Vec::new();
            if let Some(person) = cancel_asked {
                notes.push(view.text("progress-asked-cancel", &[("person", at(person).into())]));
            }
            if *cancel_refused && ended.is_none() {
                notes.push(view.text("progress-cancel-refused", &[]));
            }
            if ended.is_some() {
                notes.push(view.text("progress-looking", &[]));
            } else if so_far >= LONG_RUN {
                notes.push(patience(request, view));
            }
            let mut card = running(request, *percent, elapsed(so_far, *percent, view), notes, view);
            if *cancelable && cancel_asked.is_none() && ended.is_none() {
                card.buttons.push(view.button(request, Action::Cancel));
            }
            card
        }
        // Only what is about many runs in parts.
        State::InParts { .. } => running(request, None, String::new(), Vec::new(), view),
        State::Done { facts } => ended::done(request, facts, view),
        State::Failed { failure, facts, .. } => failed::failed(request, failure, facts.as_ref(), view),
        State::Cancelled { facts } => failed::cancelled(request, facts, view),
        State::Unsure { .. } => {
            let title = view.say("unsure-title", &[("what", doing(request, view).into())]);
            let text = view.text("unsure-text", &[]);
            view.card(Tone::Warning, title, vec![text, people(request, view)])
        }
        State::NeedsHuman { .. } => needs_human(request, view),
    }
}

/// A power state as a word.
pub(super) fn power(state: PowerState, view: &View<'_>) -> String {
    let key = match state {
        PowerState::On => "power-on",
        PowerState::Off => "power-off",
        PowerState::Suspended => "power-suspended",
    };
    view.say(key, &[])
}

fn queued(request: &Request, behind: &Behind, since: Timestamp, view: &View<'_>) -> Card {
    let why = match behind {
        Behind::Request(other) => view.text("queued-behind", &[("request", other.to_string().into())]),
        Behind::Foreign(task) => {
            let until = since.saturating_add(FOREIGN_PATIENCE).unwrap_or(Timestamp::MAX);
            let args = [
                ("task", name(task).into()),
                ("every", view.format.duration(FOREIGN_RETRY).into()),
                ("until", view.format.clock(until).into()),
            ];
            view.text("queued-foreign", &args)
        }
    };
    let title = view.say("queued-title", &[("what", doing(request, view).into())]);
    let mut card = view.card(Tone::Waiting, title, vec![why, people(request, view)]);
    card.buttons.push(view.button(request, Action::Withdraw));
    card
}

/// The card that was decided about, with the decision in front of what it was about.
fn decided(request: &Request, tone: Tone, decision: Block, again: bool, view: &View<'_>) -> Card {
    let facts = Block::Fields { fields: approval::decided(request, view) };
    let mut card = view.card(tone, question(request, view), vec![decision, facts]);
    if again {
        card.buttons.push(view.button(request, Action::AskAgain));
    }
    card
}

fn running(request: &Request, percent: Option<u8>, text: String, notes: Vec<Block>, view: &View<'_>) -> Card {
    let mut blocks = vec![Block::Progress { percent, text }];
    match &request.safety {
        Some(Safety::Wanted { name: safety, .. }) => {
            blocks.push(view.text("safety-running", &[("snapshot", name(safety).into())]));
        }
        Some(Safety::Taken { name: safety, .. }) => {
            blocks.push(view.text("safety-taken", &[("snapshot", name(safety).into())]));
        }
        None => {}
    }
    blocks.extend(notes);
    blocks.push(people(request, view));
    view.card(Tone::Running, doing(request, view), blocks)
}

fn elapsed(so_far: SignedDuration, percent: Option<u8>, view: &View<'_>) -> String {
    let elapsed = view.format.duration(so_far);
    match percent {
        Some(percent) => {
            let args = [("percent", percent.into()), ("elapsed", elapsed.into())];
            view.say("progress-percent", &args)
        }
        None => view.say("progress-no-percent", &[("elapsed", elapsed.into())]),
    }
}

/// What a long run means: deletions and consolidations merge, the rest just takes its time. How far it is, the bar says.
fn patience(request: &Request, view: &View<'_>) -> Block {
    let merges = matches!(request.act(), Some(Act::Delete { .. } | Act::DeleteAll | Act::Consolidate));
    view.text(if merges { "progress-merging" } else { "progress-long" }, &[])
}

fn needs_human(request: &Request, view: &View<'_>) -> Card {
    let mut blocks = vec![view.text("human-text", &[])];
    if let Some(Safety::Wanted { name: safety, .. }) = &request.safety {
        blocks.push(view.text("human-safety", &[("snapshot", name(safety).into())]));
    }
    let holders = request.vm().map(|vm| (view.holders)(request.wish.verb(), vm)).unwrap_or_default();
    if !holders.is_empty() {
        let one_of = view.format.one_of(&groups(&holders));
        blocks.push(view.text("human-who", &[("groups", one_of.into())]));
    }
    blocks.push(people(request, view));
    let mut card = view.card(Tone::Warning, unknown(request, view), blocks);
    // Whoever asked knows best what they wanted to happen.
    card.to = vec![Addressee::Person(request.asker.clone())];
    for action in [Action::ItRan, Action::ItDidNotRun] {
        card.buttons.push(view.button(request, action));
    }
    card
}

fn change(drift: &Drift, request: &Request, view: &View<'_>) -> String {
    let vm = ("vm", vm(request).into());
    match drift {
        Drift::Taken { name: snapshot, at } => {
            let at = view.format.clock(*at);
            let args = [vm, ("snapshot", name(snapshot).into()), ("at", at.into())];
            view.say("drift-taken", &args)
        }
        Drift::Gone { name: snapshot } => view.say("drift-gone", &[vm, ("snapshot", name(snapshot).into())]),
        Drift::Current { name: Some(snapshot) } => {
            view.say("drift-current", &[vm, ("snapshot", name(snapshot).into())])
        }
        Drift::Current { name: None } => view.say("drift-current-none", &[vm]),
        Drift::Power { now: PowerState::On } => view.say("drift-power-on", &[vm]),
        Drift::Power { now: PowerState::Off } => view.say("drift-power-off", &[vm]),
        Drift::Power { now: PowerState::Suspended } => view.say("drift-power-suspended", &[vm]),
        Drift::OtherVm => view.say("drift-other-vm", &[vm]),
        Drift::OtherAct => view.say("drift-other-act", &[vm]),
    }
}
