//! The one message of a request, in each of its states.

use jiff::{SignedDuration, Timestamp};

use super::message::Message;
use super::{View, approval, at, bulk, ended, failed, key, refused, word};
use crate::domain::machine::{FOREIGN_PATIENCE, FOREIGN_RETRY};
use crate::domain::request::{Behind, Drift, Request, StartPhase, State};
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Addressee, Block, Card, Tone};
use crate::message::words::Args;

/// After this long a run that goes on is explained: people start to wonder.
const LONG_RUN: SignedDuration = SignedDuration::from_mins(10);

/// The message of a request as its state says.
pub fn card(request: &Request, view: &View<'_>) -> Card {
    let mut card = match request.bulk() {
        Some(bulk) => bulk::card(request, bulk, view),
        None => by_state(Message::new(request, view)),
    };
    card.request = Some(request.id.clone());
    card.state = Some(request.state.name().to_owned());
    card
}

fn by_state(message: Message<'_>) -> Card {
    let format = &message.view.format;
    let args = Args::default();
    match &message.request.state {
        State::Asked => message.card(Tone::Running, "asked-reading", vec![message.people()]),
        State::Refused { blockers } => refused::card(&message, blockers),
        State::Queued { behind, since, .. } => queued(message, behind, *since),
        State::AwaitingApproval { until } => approval::card(&message, *until),
        State::Denied { by, reason, at: when } => {
            let args = args.with("person", at(by)).maybe("reason", reason.as_deref().map(sentence));
            decided(message, Tone::Failure, args.with("at", format.clock(*when)))
        }
        State::Expired { at: when } => decided(message, Tone::Warning, args.with("at", format.clock(*when))),
        State::Withdrawn { by, at: when } => {
            decided(message, Tone::Info, args.with("person", at(by)).with("at", format.clock(*when)))
        }
        State::Stale { drift, .. } => {
            let changes: Vec<String> = drift.iter().map(|one| change(one, &message)).collect();
            decided(message, Tone::Warning, args.with("changes", format.all_of(&changes)))
        }
        State::Starting { phase: StartPhase::Checking } => {
            running(&message, None, message.say("progress-checking"), Vec::new())
        }
        State::Starting { phase: StartPhase::Calling { at, .. } } => {
            let text = match lost(&message) {
                Some(since) => progress_lost(since, None, &message),
                None => elapsed(format.now.duration_since(*at), None, &message),
            };
            running(&message, None, text, Vec::new())
        }
        State::Running { since, percent, cancelable, cancel_asked, cancel_refused, ended, .. } => {
            let so_far = format.now.duration_since(*since);
            let mut notes = Vec::new();
            if let Some(person) = cancel_asked {
                notes.push(message.view.text("progress-asked-cancel", &[("person", at(person).into())]));
            }
            if *cancel_refused && ended.is_none() {
                notes.push(message.text("progress-cancel-refused"));
            }
            if let Some(since) = lost(&message) {
                let text = progress_lost(since, *percent, &message);
                let key = if ended.is_some() { "progress-lost-ended" } else { "progress-lost-goes-on" };
                notes.push(message.text(key));
                return running(&message, *percent, text, notes);
            }
            if ended.is_some() {
                notes.push(message.text("progress-looking"));
            } else if so_far >= LONG_RUN {
                // How far it is, the bar says.
                notes.push(message.text("progress-long"));
            }
            let mut card = running(&message, *percent, elapsed(so_far, *percent, &message), notes);
            if *cancelable && cancel_asked.is_none() && ended.is_none() {
                card.buttons.push(message.button(Action::Cancel));
            }
            card
        }
        // Only what is about many runs in parts.
        State::InParts { .. } => running(&message, None, String::new(), Vec::new()),
        State::Done { facts } => ended::done(&message, facts),
        State::Failed { failure, facts, .. } => failed::failed(&message, failure, facts.as_ref()),
        State::Cancelled { facts } => failed::cancelled(&message, facts),
        State::Unsure { .. } => {
            let lost =
                lost(&message).map(|since| message.view.text("unsure-lost", &[("since", format.clock(since).into())]));
            let blocks = [message.text("unsure-text")].into_iter().chain(lost).chain([message.people()]);
            message.card(Tone::Warning, "unsure-title", blocks.collect())
        }
        State::NeedsHuman { .. } => needs_human(&message),
    }
}

/// A power state as a word; none is one that vCenter does not tell.
pub(super) fn power(state: Option<PowerState>, view: &View<'_>) -> String {
    let known = state.as_ref().map(|state| key("power", state));
    view.say(known.as_deref().unwrap_or("power-unknown"), &[])
}

fn queued(message: Message<'_>, behind: &Behind, since: Timestamp) -> Card {
    let format = &message.view.format;
    let why = match behind {
        Behind::Request(other) => message.view.text("queued-behind", &[("request", other.to_string().into())]),
        Behind::Foreign(task) => {
            let until = since.saturating_add(FOREIGN_PATIENCE).unwrap_or(Timestamp::MAX);
            let args = Args::default().with("task", name(task)).with("every", format.duration(FOREIGN_RETRY));
            message.view.text("queued-foreign", &args.with("until", format.clock(until)))
        }
    };
    let mut card = message.card(Tone::Waiting, "queued-title", vec![why, message.people()]);
    card.buttons.push(message.button(Action::Withdraw));
    card
}

/// The card that was decided about, with the decision in front of what it was about.
fn decided(message: Message<'_>, tone: Tone, decision: Args) -> Card {
    let message = message.with(decision);
    let state = &message.request.state;
    let decision = message.text(&format!("decided-{}", state.name()));
    let facts = Block::Fields { fields: approval::decided(message.request, message.view) };
    let mut card = message.card(tone, "ask", vec![decision, facts]);
    if !matches!(state, State::Withdrawn { .. }) {
        card.buttons.push(message.button(Action::AskAgain));
    }
    card
}

fn running(message: &Message<'_>, percent: Option<u8>, text: String, notes: Vec<Block>) -> Card {
    let mut blocks = vec![Block::Progress { percent, text }];
    blocks.extend(message.request.safety.as_ref().map(|_| message.text("safety-running")));
    blocks.extend(notes);
    blocks.push(message.people());
    message.card(Tone::Running, "run", blocks)
}

/// Since when nobody sees how far it is.
fn lost(message: &Message<'_>) -> Option<Timestamp> {
    message.request.vm().and_then(|target| (message.view.lost)(&target.vm.vcenter))
}

/// What was last seen: time that passes unseen is not counted.
fn progress_lost(since: Timestamp, percent: Option<u8>, message: &Message<'_>) -> String {
    let args = Args::default().with("since", message.view.format.clock(since));
    message.view.say("progress-lost", &args.maybe("percent", percent.map(|percent| percent.to_string())))
}

fn elapsed(so_far: SignedDuration, percent: Option<u8>, message: &Message<'_>) -> String {
    let args = Args::default().with("elapsed", message.view.format.duration(so_far));
    let progress = message.view.say("progress", &args.maybe("percent", percent.map(|percent| percent.to_string())));
    // The bar begins anew with the second step, so it says of which step it is.
    let step = message.request.safety.as_ref().map(|_| if message.request.wants_safety() { 1 } else { 2 });
    match step {
        Some(step) => message.view.say("progress-step", &Args::default().with("step", step).with("progress", progress)),
        None => progress,
    }
}

fn needs_human(message: &Message<'_>) -> Card {
    let Message { request, view, .. } = message;
    let mut blocks = vec![message.text("human-text")];
    blocks.extend(request.wants_safety().then(|| message.text("human-safety")));
    let holders = request.vm().map(|vm| (view.holders)(request.wish.verb(), vm)).unwrap_or_default();
    blocks.extend(view.one_of(&holders).map(|groups| view.text("human-who", &[("groups", groups.into())])));
    blocks.push(message.people());
    let mut card = message.card(Tone::Warning, "unknown", blocks);
    // Whoever asked knows best what they wanted to happen.
    card.to = vec![Addressee::Person(request.asker.clone())];
    card.buttons = [Action::ItRan, Action::ItDidNotRun].map(|action| message.button(action)).into();
    card
}

/// What changed, in words.
fn change(drift: &Drift, message: &Message<'_>) -> String {
    let args = Args::default();
    let args = match drift {
        Drift::Taken { name: snapshot, at } => {
            args.with("snapshot", name(snapshot)).with("at", message.view.format.clock(*at))
        }
        Drift::Gone { name: snapshot } => args.with("snapshot", name(snapshot)),
        Drift::Current { name: snapshot } => args.maybe("snapshot", snapshot.as_deref().map(name)),
        Drift::Power { now } => args.with("power", word(now)),
        Drift::OtherVm | Drift::OtherAct => args,
    };
    message.view.say(&key("drift", drift), &message.args.and(args))
}
