//! The one message of a request, in each of its states.

use jiff::SignedDuration;

use super::{View, approval, at, ended, refused};
use crate::domain::call::Act;
use crate::domain::intent::Verb;
use crate::domain::request::{Behind, Drift, Request, StartPhase, State, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Card, ShownTo, Tone};

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
    match &request.state {
        State::Asked => {
            let title = view.say("asked-reading", &[("vm", vm(request).into())]);
            view.card(Tone::Running, title, Vec::new())
        }
        State::Refused { blockers } => refused::card(request, blockers, view),
        State::Queued { behind, .. } => queued(request, behind, view),
        State::AwaitingApproval { until } => approval::card(request, *until, view),
        State::Denied { by, reason, at: when } => {
            let (key, args) = match reason {
                Some(reason) => ("decided-denied", vec![("reason", sentence(reason).into())]),
                None => ("decided-denied-no-reason", Vec::new()),
            };
            let args = [
                vec![("person", at(by).into()), ("at", view.format.clock(*when).into())],
                args,
            ]
            .concat();
            decided(request, Tone::Failure, view.text(key, &args), true, view)
        }
        State::Expired { at: when } => {
            let text = view.text("decided-expired", &[("at", view.format.clock(*when).into())]);
            decided(request, Tone::Warning, text, true, view)
        }
        State::Withdrawn { by, at: when } => {
            let args = [("person", at(by).into()), ("at", view.format.clock(*when).into())];
            decided(request, Tone::Info, view.text("decided-withdrawn", &args), false, view)
        }
        State::Stale { drift, .. } => {
            let changes: Vec<String> = drift.iter().map(|one| change(one, view)).collect();
            let text = view.text("decided-stale", &[("changes", changes.join(", ").into())]);
            decided(request, Tone::Warning, text, true, view)
        }
        State::Starting { phase, .. } => {
            let text = match phase {
                StartPhase::Checking => view.say("progress-checking", &[]),
                StartPhase::Calling { at, .. } => elapsed(request, view.format.now.duration_since(*at), None, view),
            };
            running(request, None, text, Vec::new(), view)
        }
        State::Running {
            since,
            percent,
            cancelable,
            cancel_asked,
            ended,
            ..
        } => {
            let so_far = view.format.now.duration_since(*since);
            let mut notes = Vec::new();
            if let Some(person) = cancel_asked {
                notes.push(view.text("progress-asked-cancel", &[("person", at(person).into())]));
            }
            if ended.is_some() {
                notes.push(view.text("progress-looking", &[]));
            } else if so_far >= LONG_RUN {
                notes.push(patience(request, so_far, *percent, view));
            }
            let mut card = running(request, *percent, elapsed(request, so_far, *percent, view), notes, view);
            if *cancelable && cancel_asked.is_none() && ended.is_none() {
                card.buttons
                    .push(view.button(request, Action::Cancel, view.holders_of(Verb::Cancel, request)));
            }
            card
        }
        State::Done { facts } => ended::done(request, facts, view),
        State::Failed { failure, facts, .. } => ended::failed(request, failure, facts.as_ref(), view),
        State::Cancelled { facts } => ended::cancelled(request, facts, view),
        State::Unsure { .. } => {
            let title = view.say("unsure-title", &[("vm", vm(request).into())]);
            view.card(Tone::Warning, title, vec![view.text("unsure-text", &[])])
        }
        State::NeedsHuman { .. } => {
            let title = view.say("human-title", &[("vm", vm(request).into())]);
            let mut card = view.card(
                Tone::Warning,
                title,
                vec![view.text("human-text", &[]), people(request, view)],
            );
            for action in [Action::ItRan, Action::ItDidNotRun] {
                card.buttons
                    .push(view.button(request, action, view.holders_of(request.wish.verb(), request)));
            }
            card
        }
    }
}

/// The request's question, as the card that asks for an approval has it, and as every card about that decision keeps it.
pub(super) fn question(request: &Request, view: &View<'_>) -> String {
    let args = [
        ("vm", vm(request).into()),
        ("snapshot", snapshot(request).into()),
        ("count", goes(request).into()),
    ];
    let key = match &request.wish {
        Wish::Take { .. } => "ask-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "ask-revert",
        Wish::Delete { children: true, .. } => "ask-delete-children",
        Wish::Delete { children: false, .. } => "ask-delete",
        Wish::DeleteAll => "ask-delete-all",
        Wish::Consolidate => "ask-consolidate",
        Wish::Edit { .. } => "ask-edit",
        Wish::PowerOn => "ask-power-on",
    };
    view.say(key, &args)
}

/// What the request does, in the words of a progress line.
pub(super) fn doing(request: &Request, view: &View<'_>) -> String {
    let args = [("vm", vm(request).into()), ("snapshot", snapshot(request).into())];
    let key = match &request.wish {
        Wish::Take { .. } => "run-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "run-revert",
        Wish::Delete { children: true, .. } => "run-delete-children",
        Wish::Delete { children: false, .. } => "run-delete",
        Wish::DeleteAll => "run-delete-all",
        Wish::Consolidate => "run-consolidate",
        Wish::Edit { .. } => "run-edit",
        Wish::PowerOn => "run-power-on",
    };
    view.say(key, &args)
}

/// The VM's name.
pub(super) fn vm(request: &Request) -> String {
    name(&request.target.name)
}

/// The name of the snapshot that the request is about: the new one's, or the one in the tree.
pub(super) fn snapshot(request: &Request) -> String {
    if let Wish::Take { name: new, .. } = &request.wish {
        return name(new);
    }
    let facts = request.plan.as_ref().and_then(|plan| plan.price.snapshot.as_ref());
    facts.map_or_else(|| "?".to_owned(), |facts| name(&facts.name))
}

/// How many snapshots go.
pub(super) fn goes(request: &Request) -> usize {
    request.plan.as_ref().map_or(0, |plan| plan.price.goes)
}

/// "Asked by @alice · R-7KQ2", and who approved, as small print.
pub(super) fn people(request: &Request, view: &View<'_>) -> Block {
    let mut fields = vec![view.field("label-asked-by", asked_by(request))];
    if !request.approvals.is_empty() {
        fields.push(view.field("label-approved-by", approvers(request, view)));
    }
    Block::Fields { fields }
}

/// `@alice · R-7KQ2 · CHG0042117`
pub(super) fn asked_by(request: &Request) -> String {
    let mut parts = vec![format!("@{}", at(&request.asker)), request.id.to_string()];
    parts.extend(request.ticket.as_deref().map(name));
    parts.join(" · ")
}

/// `@bob, 14:08 · @carol, 14:09`
pub(super) fn approvers(request: &Request, view: &View<'_>) -> String {
    let entry = |approval: &crate::domain::request::Approval| {
        let args = [
            ("person", at(&approval.person).into()),
            ("at", view.format.clock(approval.at).into()),
        ];
        view.say("approval-entry", &args)
    };
    request.approvals.iter().map(entry).collect::<Vec<_>>().join(" · ")
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

fn queued(request: &Request, behind: &Behind, view: &View<'_>) -> Card {
    let why = match behind {
        Behind::Request(other) => view.text("queued-behind", &[("request", other.to_string().into())]),
        Behind::Foreign(task) => view.text("queued-foreign", &[("task", name(task).into())]),
    };
    let mut card = view.card(Tone::Waiting, doing(request, view), vec![why, people(request, view)]);
    card.buttons
        .push(view.button(request, Action::Withdraw, ShownTo::Person(request.asker.clone())));
    card
}

fn decided(request: &Request, tone: Tone, text: Block, again: bool, view: &View<'_>) -> Card {
    let mut card = view.card(tone, question(request, view), vec![text, people(request, view)]);
    if again {
        card.buttons
            .push(view.button(request, Action::AskAgain, ShownTo::Person(request.asker.clone())));
    }
    card
}

fn running(request: &Request, percent: Option<u8>, text: String, notes: Vec<Block>, view: &View<'_>) -> Card {
    let mut blocks = vec![Block::Progress { percent, text }];
    blocks.extend(notes);
    blocks.push(people(request, view));
    view.card(Tone::Running, doing(request, view), blocks)
}

fn elapsed(_request: &Request, so_far: SignedDuration, percent: Option<u8>, view: &View<'_>) -> String {
    let elapsed = view.format.duration(so_far);
    match percent {
        Some(percent) => view.say(
            "progress-percent",
            &[("percent", percent.into()), ("elapsed", elapsed.into())],
        ),
        None => view.say("progress-no-percent", &[("elapsed", elapsed.into())]),
    }
}

/// What a long run means: deletions and consolidations merge, the rest just takes its time.
fn patience(request: &Request, so_far: SignedDuration, percent: Option<u8>, view: &View<'_>) -> Block {
    let elapsed = view.format.duration(so_far);
    let merges = matches!(
        request.plan.as_ref().map(|plan| &plan.act),
        Some(Act::Delete { .. } | Act::DeleteAll | Act::Consolidate)
    );
    match (merges, percent) {
        (true, Some(percent)) => view.text(
            "progress-merging",
            &[("percent", percent.into()), ("elapsed", elapsed.into())],
        ),
        (true, None) => view.text("progress-merging-no-percent", &[("elapsed", elapsed.into())]),
        (false, _) => view.text("progress-long", &[("elapsed", elapsed.into())]),
    }
}

fn change(drift: &Drift, view: &View<'_>) -> String {
    match drift {
        Drift::Taken { name: snapshot, at } => view.say(
            "drift-taken",
            &[
                ("snapshot", name(snapshot).into()),
                ("at", view.format.clock(*at).into()),
            ],
        ),
        Drift::Gone { name: snapshot } => view.say("drift-gone", &[("snapshot", name(snapshot).into())]),
        Drift::Current { name: Some(snapshot) } => view.say("drift-current", &[("snapshot", name(snapshot).into())]),
        Drift::Current { name: None } => view.say("drift-current-none", &[]),
        Drift::Power { now } => view.say("drift-power", &[("power", power(*now, view).into())]),
        Drift::OtherVm => view.say("drift-other-vm", &[]),
        Drift::OtherAct => view.say("drift-other-act", &[]),
    }
}
