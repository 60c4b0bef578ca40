//! A plan that deletes what is old: what goes, what stays and why, who decides, and how far it is.

use std::collections::BTreeMap;

use super::refusals;
use super::rows::row_title;
use super::{View, at, groups};
use crate::domain::act::Right;
use crate::domain::ids::RequestId;
use crate::domain::sweep::{Item, ItemState, Stays, Sweep, SweepState, Why};
use crate::message::button::{Button, On};
use crate::message::format::sentence;
use crate::message::model::{Action, Block, Card, Tone};

/// So many that go are named; the oldest stand first.
const NAMED: usize = 10;

/// The message of a plan.
pub(super) fn card(id: &RequestId, sweep: &Sweep, view: &View<'_>) -> Card {
    let (gone, left) = sweep.counts();
    let (key, tone) = match &sweep.state {
        SweepState::Asked => ("sweep-asked", Tone::Waiting),
        SweepState::Running => ("sweep-running", Tone::Running),
        SweepState::Denied { .. } => ("sweep-denied", Tone::Failure),
        SweepState::Expired => ("sweep-expired", Tone::Failure),
        SweepState::Stopped { .. } => ("sweep-stopped", Tone::Warning),
        SweepState::Refused { .. } => ("sweep-refused", Tone::Failure),
        SweepState::Done if left > 0 => ("sweep-done", Tone::Warning),
        SweepState::Done => ("sweep-done", Tone::Success),
    };
    let mut args = vec![
        ("count", sweep.goes.len().into()),
        ("gone", gone.into()),
        ("age", view.format.duration(sweep.age).into()),
    ];
    if let SweepState::Denied { by, .. } | SweepState::Stopped { by } = &sweep.state {
        args.push(("person", at(by).into()));
    }
    let title = view.say(key, &args);
    let mut blocks = Vec::new();
    match &sweep.state {
        SweepState::Asked => blocks.extend(asked(sweep, view)),
        SweepState::Running => {
            let percent = u8::try_from((gone + left) * 100 / sweep.goes.len().max(1)).ok();
            let args = [("gone", gone.into()), ("count", sweep.goes.len().into())];
            blocks.push(Block::Progress { percent, text: view.say("sweep-progress", &args) });
        }
        SweepState::Denied { reason: Some(reason), .. } => {
            blocks.push(view.text("sweep-reason", &[("reason", sentence(reason).into())]));
        }
        SweepState::Refused { refusal, vm } => {
            let text = refusals::sentence(&sweep.asker, Right::DeleteOlder, vm, refusal, view);
            blocks.push(Block::Text { text });
        }
        SweepState::Denied { reason: None, .. }
        | SweepState::Expired
        | SweepState::Stopped { .. }
        | SweepState::Done => {}
    }
    blocks.extend(sweep.struck.iter().map(|one| refusals::not_counted(one, view)));
    blocks.extend(left_over(sweep, view));
    if let SweepState::Stopped { .. } | SweepState::Refused { .. } = sweep.state {
        blocks.extend(stopped(sweep, view));
    }
    if let SweepState::Asked = sweep.state {
        blocks.extend(stays(&sweep.stays, view));
    }
    if sweep.state != SweepState::Asked || !sweep.approvals.is_empty() {
        blocks.push(people(sweep, view));
    }
    let mut card = view.card(tone, title, blocks);
    if sweep.state == SweepState::Asked {
        // Who approves a plan can read all of it.
        let rest = sweep
            .goes
            .iter()
            .skip(NAMED)
            .map(|item| format!("{} · {}", row_title(&item.row), view.format.age(item.row.created)));
        card.details = rest.map(|text| Block::Note { text }).collect();
    }
    if sweep.state == SweepState::Asked {
        card.to = super::people::called(&sweep.need, &sweep.asker, &sweep.approvals);
    }
    card.buttons = buttons(id, sweep, view);
    card
}

/// How many go, on how many VMs, and what they hold.
pub(in crate::message) fn goes(sweep: &Sweep, view: &View<'_>) -> String {
    let vms: std::collections::BTreeSet<_> = sweep.goes.iter().map(|item| &item.row.vm).collect();
    let bytes = sweep.goes.iter().filter_map(|item| item.row.bytes).reduce(u64::saturating_add);
    let mut goes = view.say("sweep-goes", &[("count", sweep.goes.len().into()), ("vms", vms.len().into())]);
    if let Some(bytes) = bytes {
        goes.push_str(&format!(" · {}", view.format.bytes(bytes)));
    }
    goes
}

fn asked(sweep: &Sweep, view: &View<'_>) -> Vec<Block> {
    let missing = usize::from(sweep.need.needed.max(1)).saturating_sub(sweep.approvals.len());
    let args = [
        ("groups", view.format.one_of(&groups(&sweep.need.approvers)).into()),
        ("asker", at(&sweep.asker).into()),
        ("needed", missing.into()),
        ("until", view.format.clock(sweep.until).into()),
        ("left", view.format.left(sweep.until).into()),
    ];
    let key = match (sweep.approvals.is_empty(), missing > 1, sweep.need.self_approval) {
        (true, false, true) => "decides-one",
        (true, false, false) => "decides-one-not",
        (true, true, true) => "decides-many",
        (true, true, false) => "decides-many-not",
        (false, _, true) => "decides-more",
        (false, _, false) => "decides-more-not",
    };
    let mut asker = vec![format!("@{}", at(&sweep.asker))];
    asker.extend(sweep.ticket.as_deref().map(sentence));
    let fields = vec![
        view.field("label-asked-by", asker.join(" · ")),
        view.field("label-goes", goes(sweep, view)),
        view.field("label-decides", view.say(key, &args)),
    ];
    let row = |item: &Item| Block::Row {
        title: row_title(&item.row),
        detail: super::rows::detail(&item.row, view).join(" · "),
        buttons: Vec::new(),
    };
    let mut blocks = vec![Block::Fields { fields }];
    blocks.extend(sweep.goes.iter().take(NAMED).map(row));
    let more = sweep.goes.len().saturating_sub(NAMED);
    if more > 0 {
        blocks.push(view.note("sweep-more", &[("count", more.into())]));
    }
    blocks
}

/// What was not deleted although it was its turn.
fn left_over(sweep: &Sweep, view: &View<'_>) -> Vec<Block> {
    let say = |item: &Item| match &item.state {
        ItemState::Left(Some(request)) => {
            let args = [("what", row_title(&item.row).into()), ("request", request.to_string().into())];
            Some(view.text("sweep-left", &args))
        }
        ItemState::Left(None) => Some(view.text("sweep-left-changed", &[("what", row_title(&item.row).into())])),
        ItemState::GoneBefore => Some(view.text("sweep-gone-before", &[("what", row_title(&item.row).into())])),
        ItemState::Unsure(request) => {
            let args = [("what", row_title(&item.row).into()), ("request", request.to_string().into())];
            Some(view.text("sweep-unsure", &args))
        }
        ItemState::Waiting | ItemState::Deleting(_) | ItemState::Gone => None,
    };
    sweep.goes.iter().filter_map(say).take(NAMED).collect()
}

/// The snapshots that are so far, the first of them by name; none where none is.
pub(in crate::message) fn named(sweep: &Sweep, wanted: fn(&ItemState) -> bool, view: &View<'_>) -> Option<String> {
    let all: Vec<&Item> = sweep.goes.iter().filter(|item| wanted(&item.state)).collect();
    let mut named: Vec<String> = all.iter().take(NAMED).map(|item| row_title(&item.row)).collect();
    let more = all.len() - named.len();
    if more > 0 {
        named.push(view.say("sweep-others", &[("count", more.into())]));
    }
    (!all.is_empty()).then(|| view.format.all_of(&named))
}

/// What went before it was stopped, what is on its way, and what stays.
fn stopped(sweep: &Sweep, view: &View<'_>) -> Vec<Block> {
    let those = |key: &str, wanted: fn(&ItemState) -> bool| {
        let names = named(sweep, wanted, view)?;
        Some(view.text(key, &[("names", names.into())]))
    };
    let each = [
        those("sweep-went", |state| matches!(state, ItemState::Gone)),
        those("sweep-still-going", |state| matches!(state, ItemState::Deleting(_))),
        those("sweep-not-begun", |state| matches!(state, ItemState::Waiting)),
    ];
    each.into_iter().flatten().collect()
}

/// What stays, by the reason for it.
pub(super) fn stays(stays: &[Stays], view: &View<'_>) -> Vec<Block> {
    let mut by_why: BTreeMap<Why, usize> = BTreeMap::new();
    for one in stays {
        *by_why.entry(one.why).or_default() += 1;
    }
    let say = |(why, count): (Why, usize)| {
        let key = match why {
            Why::Held => "stays-held",
            Why::Backup => "stays-backup",
            Why::Kept => "stays-kept",
            Why::NoRight => "stays-no-right",
            Why::OtherApprovers => "stays-other-approvers",
            Why::TooMany => "stays-too-many",
        };
        view.note(key, &[("count", count.into())])
    };
    by_why.into_iter().map(say).collect()
}

fn people(sweep: &Sweep, view: &View<'_>) -> Block {
    let yes: Vec<String> = sweep.approvals.iter().map(|approval| format!("@{}", at(&approval.person))).collect();
    let args = [("asker", at(&sweep.asker).into()), ("approved", view.format.all_of(&yes).into())];
    view.text(if yes.is_empty() { "sweep-asked-by" } else { "sweep-approved-by" }, &args)
}

fn buttons(id: &RequestId, sweep: &Sweep, view: &View<'_>) -> Vec<Button> {
    let actions: &[Action] = match sweep.state {
        // While everything is frozen nobody's yes counts; a no does.
        SweepState::Asked if view.freeze.is_none() => &[Action::Approve, Action::Deny],
        SweepState::Asked => &[Action::Deny],
        SweepState::Running => &[Action::Stop],
        SweepState::Denied { .. }
        | SweepState::Expired
        | SweepState::Stopped { .. }
        | SweepState::Refused { .. }
        | SweepState::Done => &[],
    };
    actions.iter().map(|action| Button::new(*action, On::Plan { id, plan: sweep }, view)).collect()
}
