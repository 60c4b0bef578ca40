//! The end of a request: what came of it, what is left, and the next step as a button.

use super::request::{doing, goes, people, snapshot, vm};
use super::{View, at};
use crate::domain::call::{Act, SnapshotMode};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::intent::Verb;
use crate::domain::preflight::{ModeReason, Warning};
use crate::domain::request::{Facts, Failure, Request, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Card, Tone};

pub(super) fn done(request: &Request, facts: &Facts, view: &View<'_>) -> Card {
    let mut blocks = Vec::new();
    let unquiesced = facts.quiesced == Some(false);
    details(request, facts, view, &mut blocks);
    let mut tone = if unquiesced || facts.consolidation_needed {
        Tone::Warning
    } else {
        Tone::Success
    };
    match facts.verified {
        Some(true) => {}
        Some(false) => {
            tone = Tone::Warning;
            blocks.push(view.caution("done-not-as-expected", &[]));
        }
        None => {
            tone = Tone::Warning;
            blocks.push(view.caution("done-unverified", &[]));
        }
    }
    if facts.recovered {
        blocks.push(view.text("done-recovered", &[]));
    }
    blocks.push(credits(request, facts, view));
    let mut card = view.card(tone, title(request, facts, view), blocks);
    if unquiesced {
        card.buttons
            .push(view.button(request, Action::Retry, view.holders_of(Verb::Take, request)));
        card.buttons
            .push(view.button(request, Action::Delete, view.holders_of(Verb::Delete, request)));
    }
    if facts.consolidation_needed {
        card.buttons.push(view.button(
            request,
            Action::Consolidate,
            view.holders_of(Verb::Consolidate, request),
        ));
    }
    let reverted = matches!(request.wish, Wish::Revert { .. } | Wish::RevertLatest { .. });
    if reverted && facts.can_power_on {
        card.buttons
            .push(view.button(request, Action::PowerOn, view.holders_of(Verb::PowerOn, request)));
    }
    card
}

pub(super) fn failed(request: &Request, failure: &Failure, facts: Option<&Facts>, view: &View<'_>) -> Card {
    let mut blocks = vec![reason(failure, view)];
    if let Some(facts) = facts {
        left(facts, "failed-left", view, &mut blocks);
    }
    blocks.push(people(request, view));
    let mut card = view.card(Tone::Failure, failed_title(request, view), blocks);
    let take = || view.holders_of(Verb::Take, request);
    if let Failure::Fault(fault) = failure {
        match fault.kind {
            FaultKind::Quiesce => card.buttons.push(view.button(request, Action::WithoutQuiesce, take())),
            FaultKind::MemoryOnIndependentDisk => {
                card.buttons.push(view.button(request, Action::WithoutMemory, take()));
            }
            FaultKind::TaskInProgress
            | FaultKind::InvalidPowerState
            | FaultKind::InvalidState
            | FaultKind::NoDiskSpace
            | FaultKind::FileLocked
            | FaultKind::InsufficientResources
            | FaultKind::NotAuthenticated
            | FaultKind::NoPermission
            | FaultKind::InvalidArgument
            | FaultKind::Other => card.buttons.push(again(request, view)),
            FaultKind::IncompatibleDevice
            | FaultKind::TooManySnapshots
            | FaultKind::SnapshotsDisabled
            | FaultKind::NoChange
            | FaultKind::Damaged
            | FaultKind::NotSupported
            | FaultKind::NotFound
            | FaultKind::Cancelled
            | FaultKind::InvalidLogin
            | FaultKind::UnknownMethod => {}
        }
    } else {
        card.buttons.push(again(request, view));
    }
    if facts.is_some_and(|facts| facts.consolidation_needed) {
        card.buttons.push(view.button(
            request,
            Action::Consolidate,
            view.holders_of(Verb::Consolidate, request),
        ));
    }
    card
}

pub(super) fn cancelled(request: &Request, facts: &Facts, view: &View<'_>) -> Card {
    let mut blocks = Vec::new();
    left(facts, "cancelled-left", view, &mut blocks);
    blocks.push(people(request, view));
    let title = view.say("cancelled-title", &[("what", doing(request, view).into())]);
    let mut card = view.card(Tone::Warning, title, blocks);
    card.buttons.push(again(request, view));
    if facts.consolidation_needed {
        card.buttons.push(view.button(
            request,
            Action::Consolidate,
            view.holders_of(Verb::Consolidate, request),
        ));
    }
    card
}

fn again(request: &Request, view: &View<'_>) -> crate::message::model::Button {
    view.button(request, Action::AskAgain, view.holders_of(request.wish.verb(), request))
}

fn title(request: &Request, facts: &Facts, view: &View<'_>) -> String {
    let created = request
        .plan
        .as_ref()
        .and_then(|plan| plan.price.snapshot.as_ref())
        .map(|facts| facts.created);
    let old = snapshot(request);
    let new = if let Wish::Edit { name: Some(new), .. } = &request.wish {
        name(new)
    } else {
        old.clone()
    };
    let args = [
        ("vm", vm(request).into()),
        ("snapshot", new.into()),
        ("old", old.clone().into()),
        ("took", view.format.duration(facts.took).into()),
        ("count", goes(request).into()),
        (
            "when",
            created.map(|at| view.format.moment(at)).unwrap_or_default().into(),
        ),
    ];
    let key = match &request.wish {
        Wish::Take { .. } => match (request.decided_mode(), facts.quiesced) {
            (_, Some(false)) => "done-take-not-quiesced",
            (Some(SnapshotMode::Quiesce), _) => "done-take-quiesced",
            (Some(SnapshotMode::Memory), _) => "done-take-memory",
            (Some(SnapshotMode::Disk) | None, _) => "done-take",
        },
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "done-revert",
        Wish::Delete { children: false, .. } => "done-delete",
        Wish::Delete { children: true, .. } => "done-delete-children",
        Wish::DeleteAll => "done-delete-all",
        Wish::Consolidate => "done-consolidate",
        Wish::Edit { name: Some(new), .. } if name(new) != old => "done-edit-renamed",
        Wish::Edit { .. } => "done-edit",
        Wish::PowerOn => "done-power-on",
    };
    view.say(key, &args)
}

fn details(request: &Request, facts: &Facts, view: &View<'_>, blocks: &mut Vec<Block>) {
    let Some(plan) = &request.plan else { return };
    match &plan.act {
        Act::Take { .. } => {
            if facts.quiesced == Some(false) {
                blocks.push(view.text("done-take-not-quiesced-why", &[]));
            }
            match plan.price.mode {
                Some((SnapshotMode::Disk, ModeReason::NoTools)) => blocks.push(view.text("done-take-no-tools", &[])),
                Some((_, ModeReason::Off)) => blocks.push(view.text("done-take-off", &[])),
                Some(_) | None => {}
            }
            for warning in &plan.warnings {
                if matches!(warning, Warning::IndependentDisk { .. } | Warning::LongChain { .. }) {
                    blocks.push(super::approval::caution(warning, view));
                }
            }
            if let Wish::Take { until: Some(until), .. } = &request.wish {
                blocks.push(view.text("done-keep", &[("until", view.format.moment(*until).into())]));
            }
        }
        Act::Revert { suppress_power_on, .. } => {
            if facts.power == Some(PowerState::Off) {
                let key = if *suppress_power_on {
                    "done-revert-stayed-off"
                } else {
                    "done-revert-off"
                };
                blocks.push(view.text(key, &[]));
            }
        }
        Act::Delete { .. } | Act::DeleteAll => {
            if let Some(bytes) = plan.price.merged_bytes {
                blocks.push(view.text("done-merged", &[("bytes", view.format.bytes(bytes).into())]));
            }
        }
        Act::Consolidate | Act::Edit { .. } | Act::PowerOn => {}
    }
    if facts.consolidation_needed {
        blocks.push(view.text("done-consolidation-needed", &[]));
    }
}

fn credits(request: &Request, facts: &Facts, view: &View<'_>) -> Block {
    let took = ("took", view.format.duration(facts.took).into());
    let asker = ("asker", at(&request.asker).into());
    if request.approvals.is_empty() {
        return Block::Note {
            text: view.say("done-people", &[asker, took]),
        };
    }
    let approvers: Vec<String> = request
        .approvals
        .iter()
        .map(|one| format!("@{}", at(&one.person)))
        .collect();
    let args = [asker, took, ("approvers", approvers.join(", ").into())];
    Block::Note {
        text: view.say("done-people-approved", &args),
    }
}

fn failed_title(request: &Request, view: &View<'_>) -> String {
    let key = match &request.wish {
        Wish::Take { .. } => "failed-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "failed-revert",
        Wish::Delete { .. } => "failed-delete",
        Wish::DeleteAll => "failed-delete-all",
        Wish::Consolidate => "failed-consolidate",
        Wish::Edit { .. } => "failed-edit",
        Wish::PowerOn => "failed-power-on",
    };
    view.say(
        key,
        &[("vm", vm(request).into()), ("snapshot", snapshot(request).into())],
    )
}

fn left(facts: &Facts, key: &str, view: &View<'_>, blocks: &mut Vec<Block>) {
    if let Some(count) = facts.left {
        blocks.push(view.text(key, &[("count", count.into())]));
    }
    if facts.consolidation_needed {
        blocks.push(view.text("done-consolidation-needed", &[]));
    }
}

fn reason(failure: &Failure, view: &View<'_>) -> Block {
    match failure {
        Failure::Fault(fault) => fault_words(fault, view),
        Failure::Unreachable(_) => view.text("fault-unreachable", &[]),
        Failure::StillBusy => view.text("fault-still-busy", &[]),
        Failure::DidNotRun(person) => view.text("fault-did-not-run", &[("person", at(person).into())]),
        Failure::EndUnknown => view.text("fault-end-unknown", &[]),
    }
}

fn fault_words(fault: &Fault, view: &View<'_>) -> Block {
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
        FaultKind::InsufficientResources => "fault-insufficient-resources",
        FaultKind::NotSupported => "fault-not-supported",
        FaultKind::NotFound => "fault-not-found",
        FaultKind::NoPermission => "fault-no-permission",
        FaultKind::Cancelled => "fault-cancelled",
        FaultKind::InvalidArgument => "fault-invalid-argument",
        FaultKind::NotAuthenticated | FaultKind::InvalidLogin => "fault-session",
        FaultKind::UnknownMethod => "fault-unknown-method",
        FaultKind::Other => "fault-other",
    };
    view.text(
        key,
        &[
            ("name", name(&fault.name).into()),
            ("message", sentence(&fault.message).into()),
        ],
    )
}
