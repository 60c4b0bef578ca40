//! The good end of a request: what came of it, what is left, and the next step as a button.

use super::approval::caution;
use super::message::Message;
use super::{View, hold_args, key, word};
use crate::domain::call::{Act, SnapshotMode};
use crate::domain::preflight::{ModeReason, Plan, Warning};
use crate::domain::request::{Facts, Safety, StayChange, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::sentence;
use crate::message::model::{Action, Block, Button, Card, Tone};

/// Warnings that are about the act alone, and over with it.
const OVER: [Warning; 5] = [
    Warning::CrashConsistent,
    Warning::MemoryPause,
    Warning::ConsolidationNeeded,
    Warning::LongMerge,
    Warning::WindowsTrust,
];

pub(super) fn done(message: &Message<'_>, facts: &Facts) -> Card {
    let Message { request, view, .. } = message;
    let not_so = facts.verified == Some(false);
    let unquiesced = facts.quiesced == Some(false);
    let in_doubt = facts.twice || facts.verified != Some(true);
    let tone = match unquiesced || facts.consolidation_needed || in_doubt {
        true => Tone::Warning,
        false => Tone::Success,
    };
    let mut blocks = Vec::new();
    if not_so {
        blocks.push(view.caution("done-look", &message.args));
    } else {
        blocks.extend(request.plan.iter().flat_map(|plan| details(message, plan, facts)));
    }
    blocks.extend(facts.verified.is_none().then(|| view.caution("done-unverified", &[])));
    blocks.extend(consolidation(message, facts));
    let saved = matches!(request.safety, Some(Safety::Taken { .. }));
    blocks.extend(saved.then(|| message.text("done-safety")));
    blocks.extend(facts.twice.then(|| twice(view)));
    blocks.extend(facts.recovered.then(|| message.text("done-recovered")));
    blocks.push(message.people());
    let mut card = message.card(tone, if not_so { "done-not-as-expected" } else { "done" }, blocks);
    let keeps = matches!(request.wish, Wish::Take { until: Some(_), .. }) && facts.snapshot.is_some();
    let offered = [
        (Action::Retry, unquiesced),
        (Action::Delete, unquiesced),
        (Action::Extend, keeps),
        (Action::Consolidate, facts.consolidation_needed),
        (Action::PowerOn, request.wish.reverts() && facts.can_power_on),
    ];
    card.buttons = view.buttons(request, &offered);
    card
}

/// That disks need consolidation, where they do: still, where this was to merge them.
pub(super) fn consolidation(message: &Message<'_>, facts: &Facts) -> Option<Block> {
    facts.consolidation_needed.then(|| message.text("done-consolidation"))
}

/// That a take that was tried again ran both times.
pub(super) fn twice(view: &View<'_>) -> Block {
    view.caution("done-twice", &[])
}

/// The button that merges disks, where they need it.
pub(super) fn consolidate(message: &Message<'_>, facts: &Facts) -> Option<Button> {
    facts.consolidation_needed.then(|| message.button(Action::Consolidate))
}

/// What came of it beside the title.
fn details(message: &Message<'_>, plan: &Plan, facts: &Facts) -> Vec<Block> {
    let Message { request, view, .. } = message;
    let cautions = plan.warnings.iter().filter(|warning| !OVER.contains(warning));
    let cautions = cautions.map(|warning| caution(warning, request, view));
    match &plan.act {
        Act::Take { .. } => {
            let mut blocks = Vec::new();
            blocks.extend((facts.quiesced == Some(false)).then(|| message.text("done-take-not-quiesced")));
            blocks.extend(how_taken(message, plan));
            let keeps = matches!(request.wish, Wish::Take { until: Some(_), .. });
            blocks.extend(keeps.then(|| message.text("done-keep")));
            blocks.extend(cautions);
            blocks
        }
        Act::Revert { suppress_power_on, .. } => {
            let power = facts.power.map(|power| power_left(power, *suppress_power_on, message, plan));
            power.into_iter().collect()
        }
        Act::PowerOn => cautions.collect(),
        Act::Edit { .. } => {
            let mut blocks = Vec::new();
            if let Wish::Stay { change: StayChange::Hold { reason, .. }, .. } = &request.wish {
                blocks.push(view.text("done-held-why", &[("reason", sentence(reason).into())]));
            }
            if let Some(hold) = request.wish.lifts() {
                let args = hold_args(Some(hold), view).whether("own", hold.by == request.asker);
                blocks.push(view.text("done-released", &args));
            }
            blocks
        }
        Act::Delete { .. } | Act::DeleteAll | Act::Consolidate => Vec::new(),
    }
}

/// Why a snapshot was taken the way it was, where that is news.
fn how_taken(message: &Message<'_>, plan: &Plan) -> Option<Block> {
    let (mode, why) = plan.price.mode?;
    // Disks alone of a VM that is off are clean.
    let as_it_was = mode == SnapshotMode::Disk && plan.warnings.contains(&Warning::CrashConsistent);
    let is_news = why != ModeReason::ToolsRunning && (why != ModeReason::Asked || as_it_was);
    is_news.then(|| message.text(&key("done-take", &why)))
}

/// The power state that a revert left. Why it is in that state is only known of the state that the revert was to leave it in.
fn power_left(power: PowerState, asked_off: bool, message: &Message<'_>, plan: &Plan) -> Block {
    let key = match (power, plan.price.power_after == Some(power)) {
        (PowerState::Off, _) if plan.price.power_now == PowerState::Off => "done-revert-off-still",
        (PowerState::Suspended, true) if asked_off => "done-revert-stayed-off",
        (_, true) => "done-revert",
        (_, false) => "left-power",
    };
    message.view.text(key, &[("power", word(&power).into())])
}
