//! What preflight found against a request: each blocker in one sentence with its way out.

use super::View;
use super::approval::device;
use super::request::{people, vm};
use crate::domain::intent::Verb;
use crate::domain::preflight::Blocker;
use crate::domain::request::{Request, Wish};
use crate::message::format::name;
use crate::message::model::{Action, Block, Card, Tone};

pub(super) fn card(request: &Request, blockers: &[Blocker], view: &View<'_>) -> Card {
    let mut blocks: Vec<Block> = blockers
        .iter()
        .map(|blocker| sentence(request, blocker, view))
        .collect();
    blocks.push(people(request, view));
    let mut card = view.card(Tone::Failure, title(request, view), blocks);
    let holders = || view.holders_of(Verb::Take, request);
    if blockers
        .iter()
        .any(|blocker| matches!(blocker, Blocker::MemoryIndependentDisk { .. } | Blocker::MemoryWhileOff))
    {
        card.buttons
            .push(view.button(request, Action::WithoutMemory, holders()));
    }
    if blockers
        .iter()
        .any(|blocker| matches!(blocker, Blocker::QuiesceWithoutTools | Blocker::QuiesceWhileOff))
    {
        card.buttons
            .push(view.button(request, Action::WithoutQuiesce, holders()));
    }
    card
}

fn title(request: &Request, view: &View<'_>) -> String {
    let key = match &request.wish {
        Wish::Take { .. } => "refused-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "refused-revert",
        Wish::Delete { .. } | Wish::DeleteAll => "refused-delete",
        Wish::Consolidate => "refused-consolidate",
        Wish::Edit { .. } => "refused-edit",
        Wish::PowerOn => "refused-power-on",
    };
    view.say(key, &[("vm", vm(request).into())])
}

fn sentence(request: &Request, blocker: &Blocker, view: &View<'_>) -> Block {
    let vm = ("vm", vm(request).into());
    match blocker {
        Blocker::VmGone => view.text("block-vm-gone", &[vm]),
        Blocker::Unreadable { .. } => view.text("block-unreadable", &[]),
        Blocker::Template => view.text("block-template", &[vm]),
        Blocker::Disconnected => view.text("block-disconnected", &[vm]),
        Blocker::SnapshotsUnsupported => view.text("block-snapshots-unsupported", &[vm]),
        Blocker::SnapshotLocked => view.text("block-snapshot-locked", &[vm]),
        Blocker::MemoryWhileOff => view.text("block-memory-while-off", &[vm]),
        Blocker::QuiesceWhileOff => view.text("block-quiesce-while-off", &[vm]),
        Blocker::QuiesceWithoutTools => view.text("block-quiesce-without-tools", &[vm]),
        Blocker::MemoryIndependentDisk { device: it } => view.text(
            "block-memory-independent-disk",
            &[vm, ("device", device(it, view).into())],
        ),
        Blocker::Device { device: it } => view.text("block-device", &[vm, ("device", device(it, view).into())]),
        Blocker::ChainTooLong { depth } => view.text("block-chain-too-long", &[vm, ("depth", (*depth).into())]),
        Blocker::OnlyOne => view.text("block-only-one", &[vm]),
        Blocker::NoSnapshots => view.text("block-no-snapshots", &[vm]),
        Blocker::SnapshotGone => view.text("block-snapshot-gone", &[vm]),
        Blocker::Backup { snapshot } => view.text("block-backup", &[vm, ("snapshot", name(snapshot).into())]),
        Blocker::NothingToConsolidate => view.text("block-nothing-to-consolidate", &[vm]),
        Blocker::AlreadyOn => view.text("block-already-on", &[vm]),
        Blocker::NoChange => view.text("block-no-change", &[]),
        Blocker::MethodDisabled { method } => {
            view.text("block-method-disabled", &[vm, ("method", name(method).into())])
        }
    }
}
