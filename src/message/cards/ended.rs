//! The good end of a request: what came of it, what is left, and the next step as a button.

use jiff::Timestamp;

use super::approval::{caution, short};
use super::people::{people, people_took};
use super::titles::{doing, goes, snapshot, vm};
use super::{View, at};
use crate::domain::call::{Act, SnapshotMode};
use crate::domain::preflight::{ModeReason, Warning};
use crate::domain::request::{Facts, Request, Safety, StayChange, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Button, Card, Tone};

pub(super) fn done(request: &Request, facts: &Facts, view: &View<'_>) -> Card {
    let mut blocks = Vec::new();
    let unquiesced = facts.quiesced == Some(false);
    let mut tone = Tone::Success;
    if unquiesced || facts.consolidation_needed || facts.twice || facts.verified != Some(true) {
        tone = Tone::Warning;
    }
    match facts.verified {
        Some(false) => blocks.push(view.caution("done-look", &[("vm", vm(request).into())])),
        Some(true) => details(request, facts, view, &mut blocks),
        None => {
            details(request, facts, view, &mut blocks);
            blocks.push(view.caution("done-unverified", &[]));
        }
    }
    if facts.consolidation_needed {
        blocks.push(consolidation(request, view));
    }
    if let Some(Safety::Taken { name: safety, until, .. }) = &request.safety {
        let end = until.map(|until| view.format.moment(until)).unwrap_or_default();
        let key = if until.is_some() { "done-safety-until" } else { "done-safety" };
        blocks.push(view.text(key, &[("snapshot", name(safety).into()), ("until", end.into())]));
    }
    if facts.twice {
        blocks.push(twice(view));
    }
    if facts.recovered {
        blocks.push(view.text("done-recovered", &[]));
    }
    blocks.push(match request.wish {
        // How long a take took stands in its title, and an edit is done when it is asked.
        Wish::Take { .. } | Wish::Edit { .. } | Wish::Stay { .. } => people(request, view),
        Wish::Revert { .. }
        | Wish::RevertLatest { .. }
        | Wish::Delete { .. }
        | Wish::DeleteAll
        | Wish::DeleteOlder { .. }
        | Wish::Consolidate
        | Wish::PowerOn => people_took(request, facts, view),
    });
    let title = match facts.verified {
        Some(false) => view.say("done-not-as-expected", &[("what", doing(request, view).into())]),
        Some(true) | None => title(request, facts, view),
    };
    let mut card = view.card(tone, title, blocks);
    if unquiesced {
        card.buttons.push(view.button(request, Action::Retry));
        card.buttons.push(view.button(request, Action::Delete));
    }
    if matches!(request.wish, Wish::Take { until: Some(_), .. }) && facts.snapshot.is_some() {
        card.buttons.push(view.button(request, Action::Extend));
    }
    card.buttons.extend(consolidate(request, facts, view));
    let reverted = matches!(request.wish, Wish::Revert { .. } | Wish::RevertLatest { .. });
    if reverted && facts.can_power_on {
        card.buttons.push(view.button(request, Action::PowerOn));
    }
    card
}

/// That disks need consolidation: still, where this was to merge them.
pub(super) fn consolidation(request: &Request, view: &View<'_>) -> Block {
    let merges = matches!(request.wish, Wish::Delete { .. } | Wish::DeleteAll | Wish::Consolidate);
    let key = if merges { "done-consolidation-still" } else { "done-consolidation-needed" };
    view.text(key, &[])
}

/// That a take that was tried again ran both times.
pub(super) fn twice(view: &View<'_>) -> Block {
    view.caution("done-twice", &[])
}

/// The button that merges disks, where they need it.
pub(super) fn consolidate(request: &Request, facts: &Facts, view: &View<'_>) -> Option<Button> {
    facts.consolidation_needed.then(|| view.button(request, Action::Consolidate))
}

/// The key that says in which power state the VM is left.
pub(super) fn left_power(power: PowerState) -> &'static str {
    match power {
        PowerState::On => "left-power-on",
        PowerState::Off => "left-power-off",
        PowerState::Suspended => "left-power-suspended",
    }
}

fn title(request: &Request, facts: &Facts, view: &View<'_>) -> String {
    let price = request.plan.as_ref().map(|plan| &plan.price);
    let created = price.and_then(|price| price.snapshot.as_ref()).map(|facts| facts.created);
    let merged = price.and_then(|price| price.merged_bytes);
    let old = snapshot(request).unwrap_or_default();
    let new = if let Wish::Edit { name: Some(new), .. } = &request.wish { name(new) } else { old.clone() };
    let args = [
        ("vm", vm(request).into()),
        ("snapshot", new.clone().into()),
        ("old", old.clone().into()),
        ("took", view.format.duration(facts.took).into()),
        ("count", goes(request).into()),
        ("bytes", merged.map(|bytes| view.format.bytes(bytes)).unwrap_or_default().into()),
        ("until", until(request).map(|at| view.format.moment(at)).unwrap_or_default().into()),
        ("when", created.map(|at| view.format.moment(at)).unwrap_or_default().into()),
    ];
    let merge = |with, without| if merged.is_some() { with } else { without };
    let key = match &request.wish {
        Wish::Take { .. } => match (request.decided_mode(), facts.quiesced) {
            (_, Some(false)) => "done-take-not-quiesced",
            (Some(SnapshotMode::Quiesce), _) => "done-take-quiesced",
            (Some(SnapshotMode::Memory), _) => "done-take-memory",
            (Some(SnapshotMode::Disk) | None, _) => "done-take",
        },
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "done-revert",
        Wish::Delete { children: false, .. } => merge("done-delete-merged", "done-delete"),
        Wish::Delete { children: true, .. } => merge("done-delete-children-merged", "done-delete-children"),
        Wish::DeleteOlder { .. } => "bulk-done",
        Wish::DeleteAll => merge("done-delete-all-merged", "done-delete-all"),
        Wish::Consolidate => "done-consolidate",
        Wish::Edit { description, .. } => match (new != old, description.is_some()) {
            (true, true) => "done-edit-both",
            (true, false) => "done-edit-renamed",
            (false, _) => "done-edit-described",
        },
        Wish::Stay { change, .. } => match change {
            StayChange::Until { .. } => "done-kept",
            StayChange::Hold { until: None, .. } => "done-held",
            StayChange::Hold { until: Some(_), .. } => "done-held-until",
            StayChange::Release { .. } => "done-released",
        },
        Wish::PowerOn => "done-power-on",
    };
    view.say(key, &args)
}

/// The end of its stay that a request gives a snapshot.
fn until(request: &Request) -> Option<Timestamp> {
    match &request.wish {
        Wish::Take { until, .. } | Wish::Stay { change: StayChange::Hold { until, .. }, .. } => *until,
        Wish::Stay { change: StayChange::Until { until }, .. } => Some(*until),
        Wish::Stay { change: StayChange::Release { .. }, .. }
        | Wish::Revert { .. }
        | Wish::RevertLatest { .. }
        | Wish::Delete { .. }
        | Wish::DeleteAll
        | Wish::DeleteOlder { .. }
        | Wish::Consolidate
        | Wish::Edit { .. }
        | Wish::PowerOn => None,
    }
}

fn details(request: &Request, facts: &Facts, view: &View<'_>, blocks: &mut Vec<Block>) {
    let Some(plan) = &request.plan else { return };
    match &plan.act {
        Act::Take { .. } => {
            if facts.quiesced == Some(false) {
                blocks.push(view.text("done-take-not-quiesced-why", &[]));
            }
            let as_it_was = plan.warnings.contains(&Warning::CrashConsistent);
            match plan.price.mode {
                Some((SnapshotMode::Disk, ModeReason::NoTools)) => blocks.push(view.text("done-take-no-tools", &[])),
                Some((SnapshotMode::Disk, ModeReason::Asked)) if as_it_was => {
                    blocks.push(view.text("done-take-disk", &[]));
                }
                Some((SnapshotMode::Disk, ModeReason::ToolsMissing)) => {
                    blocks.push(view.text("done-take-tools-missing", &[]));
                }
                Some((SnapshotMode::Disk, ModeReason::CannotQuiesce)) => {
                    blocks.push(view.text("done-take-cannot-quiesce", &[]));
                }
                Some((SnapshotMode::Disk, ModeReason::Suspended)) => {
                    blocks.push(view.text("done-take-suspended-disk", &[]));
                }
                Some((_, ModeReason::Suspended)) => blocks.push(view.text("done-take-suspended", &[])),
                Some((_, ModeReason::Off)) => blocks.push(view.text("done-take-off", &[])),
                Some(_) | None => {}
            }
            if let Wish::Take { until: Some(until), .. } = &request.wish {
                blocks.push(view.text("done-keep", &[("until", view.format.moment(*until).into())]));
            }
            for warning in &plan.warnings {
                match warning {
                    Warning::IndependentDisk { .. }
                    | Warning::NonPersistentDisk { .. }
                    | Warning::BackupAtWork { .. }
                    | Warning::RevertsAtPowerOff => blocks.push(caution(warning, request, view)),
                    Warning::LowSpace { shortage, .. } => {
                        blocks.push(view.caution("warn-low-space-done", &short(shortage, view)));
                    }
                    Warning::LongChain { depth } => {
                        blocks.push(view.caution("warn-long-chain-done", &[("depth", (*depth).into())]));
                    }
                    Warning::CrashConsistent
                    | Warning::MemoryPause
                    | Warning::ConsolidationNeeded
                    | Warning::LongMerge
                    | Warning::WindowsTrust => {}
                }
            }
        }
        Act::Revert { suppress_power_on, .. } => {
            let Some(power) = facts.power else { return };
            // Why it is in that state is only known of the state that the revert was to leave it in.
            let key = match (power, plan.price.power_after == Some(power)) {
                (PowerState::Suspended, true) if *suppress_power_on => "done-revert-stayed-off",
                (PowerState::Off, _) if plan.price.power_now == PowerState::Off => "done-revert-off-still",
                (PowerState::Off, true) => "done-revert-off",
                (PowerState::On, true) => "done-revert-on",
                (PowerState::Suspended, true) => "done-revert-suspended",
                (power, false) => left_power(power),
            };
            blocks.push(view.text(key, &[]));
        }
        Act::PowerOn => {
            let of_power = plan.warnings.iter().filter(|warning| **warning == Warning::RevertsAtPowerOff);
            blocks.extend(of_power.map(|warning| caution(warning, request, view)));
        }
        Act::Edit { .. } => {
            if let Wish::Stay { change: StayChange::Hold { reason, .. }, .. } = &request.wish {
                blocks.push(view.text("done-held-why", &[("reason", sentence(reason).into())]));
            }
            if let Some(hold) = request.wish.lifts() {
                let args = [("person", at(&hold.by).into()), ("reason", sentence(&hold.reason).into())];
                let key = if hold.by == request.asker { "done-released-own" } else { "done-released-of" };
                blocks.push(view.text(key, &args));
            }
        }
        Act::Delete { .. } | Act::DeleteAll | Act::Consolidate => {}
    }
}
