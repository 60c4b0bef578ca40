//! A request about many snapshots: what goes, what stays and why, who decides, and how far it is.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::message::Message;
use super::refusals;
use super::rows::{detail, listed, row_title, row_titles};
use super::{View, approval, at, key};
use crate::domain::act::Right;
use crate::domain::bulk::{Bulk, Halt, Item, ItemState, Stays, Why};
use crate::domain::ids::{PersonId, RequestId};
use crate::domain::report::Row;
use crate::domain::request::{Request, State, Wish};
use crate::message::format::sentence;
use crate::message::model::{Action, Block, Card, Tone};
use crate::message::words::Args;

/// So many that go are named; the oldest stand first.
const NAMED: usize = 10;

/// The message of such a request.
pub(super) fn card(request: &Request, bulk: &Bulk, view: &View<'_>) -> Card {
    let (key, tone) = look(request, bulk);
    let title = title(request, bulk, key, view);
    let mut blocks = Vec::new();
    let runs = matches!(request.state, State::InParts { .. }) && bulk.can_be_stopped();
    if let State::AwaitingApproval { .. } = request.state {
        blocks.extend(asked(request, bulk, view));
    }
    if runs {
        let text = Message::new(request, view).say("bulk-progress");
        blocks.push(Block::Progress { percent: Some(bulk.percent()), text });
    }
    if let State::Denied { reason: Some(reason), .. } = &request.state {
        blocks.push(view.text("bulk-reason", &[("reason", sentence(reason).into())]));
    }
    if let Some(Halt::Refused { refusal, vm }) = &bulk.halt {
        let text = refusals::sentence(&request.asker, Right::DeleteOlder, vm, refusal, view);
        blocks.push(Block::Text { text });
    }
    blocks.extend(refusals::struck(request, view));
    blocks.extend(left_over(bulk, view));
    if bulk.halt.is_some() {
        blocks.extend(halted(bulk, view));
    }
    let State::AwaitingApproval { until } = request.state else {
        blocks.push(Message::new(request, view).people());
        let mut card = view.card(tone, title, blocks);
        let over = matches!(request.state, State::Denied { .. } | State::Expired { .. });
        card.buttons = view.buttons(request, &[(Action::Stop, runs), (Action::AskAgain, over)]);
        return card;
    };
    blocks.extend(stays(&bulk.stays, &request.asker, view));
    let mut card = view.card(tone, title, blocks);
    approval::decided_by(&mut card, request, until, view);
    // Who approves it can read all of it.
    let rest = || bulk.goes.iter().skip(NAMED).map(|item| &item.row);
    let line = |(row, title): (&Row, String)| format!("{title} · {}", view.format.age(row.taken()));
    card.details = rest().zip(row_titles(rest(), view)).map(|row| Block::Note { text: line(row) }).collect();
    card
}

/// The title's sentence, and how it looks.
fn look(request: &Request, bulk: &Bulk) -> (&'static str, Tone) {
    match (&request.state, &bulk.halt) {
        (State::Refused { .. } | State::InParts { .. }, Some(Halt::Refused { .. })) => ("bulk-refused", Tone::Failure),
        (State::InParts { .. }, Some(Halt::Stopped { .. })) | (State::Cancelled { .. }, _) => {
            ("bulk-stopped", Tone::Warning)
        }
        (State::InParts { .. }, None) if bulk.goes_on() => ("bulk-running", Tone::Running),
        // People are asked about what is left.
        (State::InParts { .. }, None) => ("bulk-done", Tone::Warning),
        (State::Denied { .. }, _) => ("bulk-denied", Tone::Failure),
        (State::Expired { .. }, _) => ("bulk-expired", Tone::Failure),
        (State::Withdrawn { .. }, _) => ("bulk-withdrawn", Tone::Info),
        (State::Done { .. }, _) if bulk.counts().1 > 0 => ("bulk-done", Tone::Warning),
        (State::Done { .. }, _) => ("bulk-done", Tone::Success),
        (
            State::Asked
            | State::Refused { .. }
            | State::Queued { .. }
            | State::AwaitingApproval { .. }
            | State::Stale { .. }
            | State::Starting { .. }
            | State::Running { .. }
            | State::Failed { .. }
            | State::Unsure { .. }
            | State::NeedsHuman { .. },
            _,
        ) => ("ask-delete-older", Tone::Waiting),
    }
}

/// A sentence about it, by its key.
fn title(request: &Request, bulk: &Bulk, key: &str, view: &View<'_>) -> String {
    let by = match (&request.state, &bulk.halt) {
        (State::Denied { by, .. } | State::Withdrawn { by, .. }, _) | (_, Some(Halt::Stopped { by })) => at(by),
        (_, _) => String::new(),
    };
    let message = Message::new(request, view);
    message.with(Args::default().with("person", by)).say(key)
}

/// How old what goes is at least.
pub(super) fn age(request: &Request) -> SignedDuration {
    if let Wish::DeleteOlder { age } = request.wish { age } else { SignedDuration::ZERO }
}

/// How many go, on how many VMs, and what they hold.
pub(in crate::message) fn goes(bulk: &Bulk, view: &View<'_>) -> String {
    let vms: std::collections::BTreeSet<_> = bulk.goes.iter().map(|item| &item.row.vm).collect();
    let bytes = bulk.goes.iter().filter_map(|item| item.row.bytes).reduce(u64::saturating_add);
    let mut goes = view.say("bulk-goes", &[("count", bulk.goes.len().into()), ("vms", vms.len().into())]);
    if let Some(bytes) = bytes {
        goes.push_str(&format!(" · {}", view.format.bytes(bytes)));
    }
    goes
}

fn asked(request: &Request, bulk: &Bulk, view: &View<'_>) -> Vec<Block> {
    let mut fields = vec![
        view.field("label-asked-by", super::people::asked_by(request)),
        view.field("label-goes", goes(bulk, view)),
    ];
    fields.extend(super::people::approvers(request, view).map(|them| view.field("label-approved-by", them)));
    let first = || bulk.goes.iter().take(NAMED).map(|item| &item.row);
    let row = |(row, title): (&Row, String)| listed(title, &detail(row, view), Vec::new());
    let mut blocks = vec![Block::Fields { fields }];
    blocks.extend(first().zip(row_titles(first(), view)).map(row));
    blocks.extend(view.more("bulk-more", bulk.goes.len(), NAMED));
    blocks
}

/// What was not deleted although it was its turn.
fn left_over(bulk: &Bulk, view: &View<'_>) -> Vec<Block> {
    let say = |item: &Item| {
        let args = Args::default().with("what", row_title(&item.row, view));
        let of = |request: &RequestId| args.clone().with("request", request.to_string());
        match &item.state {
            ItemState::Left(Some(request)) => Some(view.text("bulk-left", &of(request))),
            ItemState::Left(None) => Some(view.text("bulk-left-changed", &args)),
            ItemState::GoneBefore => Some(view.text("bulk-gone-before", &args)),
            ItemState::Unsure(request) => Some(view.text("bulk-unsure", &of(request))),
            ItemState::Waiting | ItemState::Deleting(_) | ItemState::Gone => None,
        }
    };
    bulk.goes.iter().filter_map(say).take(NAMED).collect()
}

/// The snapshots that are so far, the first of them by name; none where none is.
pub(in crate::message) fn named(bulk: &Bulk, wanted: fn(&ItemState) -> bool, view: &View<'_>) -> Option<String> {
    let all: Vec<&Item> = bulk.goes.iter().filter(|item| wanted(&item.state)).collect();
    let mut named = row_titles(all.iter().take(NAMED).map(|item| &item.row), view);
    let more = all.len() - named.len();
    if more > 0 {
        named.push(view.say("bulk-others", &[("count", more.into())]));
    }
    (!all.is_empty()).then(|| view.format.all_of(&named))
}

/// What went before it was halted, what is on its way, and what stays.
fn halted(bulk: &Bulk, view: &View<'_>) -> Vec<Block> {
    let those = |key: &str, wanted: fn(&ItemState) -> bool| {
        let names = named(bulk, wanted, view)?;
        Some(view.text(key, &[("names", names.into())]))
    };
    let each = [
        those("bulk-went", |state| matches!(state, ItemState::Gone)),
        those("bulk-still-going", |state| matches!(state, ItemState::Deleting(_))),
        those("bulk-not-begun", |state| matches!(state, ItemState::Waiting)),
    ];
    each.into_iter().flatten().collect()
}

/// What stays, by the reason for it.
pub(super) fn stays(stays: &[Stays], asker: &PersonId, view: &View<'_>) -> Vec<Block> {
    let mut by_why: BTreeMap<Why, usize> = BTreeMap::new();
    for one in stays {
        *by_why.entry(one.why).or_default() += 1;
    }
    let say = |(why, count): (Why, usize)| {
        view.note(&key("stays", &why), &[("count", count.into()), ("asker", at(asker).into())])
    };
    by_why.into_iter().map(say).collect()
}
