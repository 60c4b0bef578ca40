//! What preflight found against a request: each blocker in one sentence with its way out.

use fluent_bundle::FluentValue;

use super::approval::short;
use super::device::device;
use super::failed::details;
use super::people::{nothing_done, people, safety_kept};
use super::refusals;
use super::titles::vm;
use super::{View, at, command_about, command_block};
use crate::domain::authority::Refusal;
use crate::domain::intent::Verb;
use crate::domain::marker::Hold;
use crate::domain::preflight::{Blocker, Shortage};
use crate::domain::request::{Request, Wish};
use crate::domain::survey::AwkwardKind;
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Card, Tone};

pub(super) fn card(request: &Request, blockers: &[Blocker], view: &View<'_>) -> Card {
    let mut blocks: Vec<Block> = blockers.iter().flat_map(|blocker| sentences(request, blocker, view)).collect();
    let told = blockers.iter().any(|blocker| matches!(blocker, Blocker::Frozen { .. }));
    blocks.extend(refusals::struck(request, view));
    blocks.extend(safety_kept(request, view).filter(|_| !told));
    blocks.push(people(request, view));
    let mut card = view.card(Tone::Failure, title(request, view), blocks);
    if blockers.iter().any(without_memory) {
        card.buttons.push(view.button(request, Action::WithoutMemory));
    }
    if blockers.iter().any(without_quiescing) {
        card.buttons.push(view.button(request, Action::WithoutQuiesce));
    }
    if blockers.iter().any(may_be_asked_again) {
        card.buttons.push(view.button(request, Action::AskAgain));
    }
    card
}

/// Whether the same could be asked again, by the requester.
fn may_be_asked_again(blocker: &Blocker) -> bool {
    if let Blocker::NotPermitted { refusal, .. } = blocker {
        return refusal.passes() || matches!(refusal, Refusal::Terms { .. });
    }
    matches!(blocker, Blocker::Frozen { .. } | Blocker::AskedTooLongAgo { .. })
}

/// Whether it is a way out to leave the memory out.
fn without_memory(blocker: &Blocker) -> bool {
    matches!(
        blocker,
        Blocker::MemoryIndependentDisk { .. }
            | Blocker::MemoryWhileOff
            | Blocker::MemoryUnsupported
            | Blocker::NoRoomForMemory { .. }
    )
}

/// Whether it is a way out not to quiesce. A suspended VM has no other choice than its memory, so it is no button there.
fn without_quiescing(blocker: &Blocker) -> bool {
    matches!(
        blocker,
        Blocker::QuiesceWithoutTools
            | Blocker::QuiesceToolsMissing
            | Blocker::QuiesceUnsupported
            | Blocker::QuiesceWhileOff
    )
}

fn title(request: &Request, view: &View<'_>) -> String {
    let key = match &request.wish {
        Wish::Take { .. } => "refused-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "refused-revert",
        Wish::Delete { .. } | Wish::DeleteAll | Wish::DeleteOlder { .. } => "refused-delete",
        Wish::Consolidate => "refused-consolidate",
        Wish::Edit { .. } | Wish::Stay { .. } => "refused-edit",
        Wish::PowerOn => "refused-power-on",
    };
    view.say(key, &[("vm", vm(request).into())])
}

/// The sentence, and what to type where that is the way out.
fn sentences(request: &Request, blocker: &Blocker, view: &View<'_>) -> Vec<Block> {
    let named = ("vm", vm(request).into());
    let say = |key: &str| vec![view.text(key, &[("vm", vm(request).into())])];
    let say_and_type = |key: &str, verb: Verb| {
        let text = view.text(key, &[("vm", vm(request).into())]);
        vec![text, command_block(verb, request.name())]
    };
    match blocker {
        Blocker::VmGone => say_and_type("block-vm-gone", Verb::List),
        Blocker::Unreadable { why } => {
            let mut blocks = say("block-unreadable");
            blocks.extend(details(why, view));
            blocks
        }
        Blocker::Template => say("block-template"),
        Blocker::Disconnected => say("block-disconnected"),
        Blocker::Orphaned => say("block-orphaned"),
        Blocker::Inaccessible => say("block-inaccessible"),
        Blocker::Invalid => say("block-invalid"),
        Blocker::SnapshotsUnsupported => say("block-snapshots-unsupported"),
        Blocker::FaultTolerance => say("block-fault-tolerance"),
        Blocker::RevertUnsupported => say("block-revert-unsupported"),
        Blocker::OffUnsupported => say_and_type("block-off-unsupported", Verb::PowerOn),
        Blocker::SnapshotLocked => say("block-snapshot-locked"),
        Blocker::MemoryWhileOff => say("block-memory-while-off"),
        Blocker::QuiesceWhileOff => say("block-quiesce-while-off"),
        Blocker::MemoryUnsupported => say("block-memory-unsupported"),
        Blocker::QuiesceWhileSuspended => say("block-quiesce-while-suspended"),
        Blocker::QuiesceUnsupported => say("block-quiesce-unsupported"),
        Blocker::QuiesceWithoutTools => say("block-quiesce-without-tools"),
        Blocker::QuiesceToolsMissing => say("block-quiesce-tools-missing"),
        Blocker::DiskWhileSuspended => say("block-disk-while-suspended"),
        Blocker::SuspendedNeedsMemory => say_and_type("block-suspended-needs-memory", Verb::PowerOn),
        Blocker::MemoryIndependentDisk { device: it } => {
            let args = [("device", device(it, view).into())];
            vec![view.text("block-memory-independent-disk", &args)]
        }
        Blocker::Device { device: it } => {
            let key = match it.kind {
                AwkwardKind::PhysicalRdm => "block-device-rdm",
                AwkwardKind::SharedBus => "block-device-bus",
                AwkwardKind::Passthrough => "block-device-passthrough",
                AwkwardKind::VirtualGpu => "block-device-vgpu",
                AwkwardKind::IndependentDisk | AwkwardKind::NonPersistentDisk => "block-device",
            };
            vec![view.text(key, &[("device", device(it, view).into())])]
        }
        Blocker::ChainTooLong { depth } => {
            let text = view.text("block-chain-too-long", &[named, ("depth", (*depth).into())]);
            vec![text, command_block(Verb::List, request.name())]
        }
        Blocker::OnlyOne => say_and_type("block-only-one", Verb::List),
        Blocker::NoRoom { shortage } => vec![view.text("block-no-room", &no_room(shortage, request, view))],
        Blocker::NoRoomForMemory { shortage } => {
            vec![view.text("block-no-room-memory", &no_room(shortage, request, view))]
        }
        Blocker::NoSnapshots => say_and_type("block-no-snapshots", Verb::Take),
        Blocker::SnapshotGone => say_and_type("block-snapshot-gone", Verb::List),
        Blocker::Backup { snapshot } => {
            vec![view.text("block-backup", &[named, ("snapshot", name(snapshot).into())])]
        }
        Blocker::NothingToConsolidate => say("block-nothing-to-consolidate"),
        Blocker::AlreadyOn => say("block-already-on"),
        Blocker::NoChange => say("block-no-change"),
        Blocker::OnHold { snapshot, hold } => {
            let release = command_about(Verb::Release, request.name(), snapshot);
            let key = if hold.until.is_some() { "block-on-hold-until" } else { "block-on-hold" };
            vec![view.text(key, &held(hold, snapshot, request, view)), Block::Code { text: release }]
        }
        Blocker::MoreOnHold { count } => vec![view.text("block-more-on-hold", &[("count", (*count).into())])],
        Blocker::NotOnHold => say("block-not-on-hold"),
        Blocker::OtherHold { snapshot, hold } => {
            vec![view.text("block-other-hold", &held(hold, snapshot, request, view))]
        }
        Blocker::NoSafety => say("block-no-safety"),
        Blocker::Frozen { by, reason } => {
            let args = [
                ("person", at(by).into()),
                ("reason", sentence(reason).into()),
                ("nothing", nothing_done(request, view).into()),
            ];
            vec![view.text("block-frozen", &args)]
        }
        Blocker::NotPermitted { right, refusal } => {
            let text = refusals::sentence(&request.asker, *right, request.name(), refusal, view);
            vec![Block::Text { text }]
        }
        Blocker::AskedTooLongAgo { at } => {
            vec![view.text("block-asked-too-long-ago", &[("at", view.format.moment(*at).into())])]
        }
        Blocker::MethodDisabled { method } => {
            vec![view.text("block-method-disabled", &[named, ("method", name(method).into())])]
        }
    }
}

/// What is said of a hold.
fn held(hold: &Hold, snapshot: &str, request: &Request, view: &View<'_>) -> [(&'static str, FluentValue<'static>); 5] {
    let until = hold.until.map(|until| view.format.moment(until)).unwrap_or_default();
    [
        ("vm", vm(request).into()),
        ("snapshot", name(snapshot).into()),
        ("person", at(&hold.by).into()),
        ("reason", sentence(&hold.reason).into()),
        ("until", until.into()),
    ]
}

fn no_room(shortage: &Shortage, request: &Request, view: &View<'_>) -> [(&'static str, FluentValue<'static>); 4] {
    let [datastore, free, needed] = short(shortage, view);
    [datastore, free, needed, ("vm", vm(request).into())]
}
