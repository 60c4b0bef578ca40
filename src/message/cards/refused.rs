//! What preflight found against a request: each blocker in one sentence with its way out.

use super::approval::short;
use super::device::device;
use super::failed::details;
use super::message::Message;
use super::{View, at, hold_args, key, refusals, word};
use crate::domain::authority::Refusal;
use crate::domain::intent::Verb;
use crate::domain::preflight::Blocker;
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Card, Tone};
use crate::message::words::Args;

/// Whether this blocker has that way out.
type Fits = fn(&Blocker) -> bool;

/// The buttons that lead on, each with the blockers that it is a way out of.
const WAYS_OUT: [(Action, Fits); 3] = [
    (Action::WithoutMemory, without_memory),
    (Action::WithoutQuiesce, without_quiescing),
    (Action::AskAgain, may_be_asked_again),
];

pub(super) fn card(message: &Message<'_>, blockers: &[Blocker]) -> Card {
    let mut blocks: Vec<Block> = blockers.iter().flat_map(|blocker| sentences(message, blocker)).collect();
    let told = blockers.iter().any(|blocker| matches!(blocker, Blocker::Frozen { .. }));
    blocks.extend(refusals::struck(message.request, message.view));
    blocks.extend(message.safety_kept().filter(|_| !told));
    blocks.push(message.people());
    let mut card = message.card(Tone::Failure, "refused", blocks);
    let offered = WAYS_OUT.map(|(action, leads_on)| (action, blockers.iter().any(leads_on)));
    card.buttons = message.view.buttons(message.request, &offered);
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
    let here_alone = matches!(blocker, Blocker::MemoryIndependentDisk { .. } | Blocker::NoRoomForMemory { .. });
    here_alone || matches!(blocker, Blocker::MemoryWhileOff | Blocker::MemoryUnsupported)
}

/// Whether it is a way out not to quiesce. A suspended VM has no other choice than its memory, so it is no button there.
fn without_quiescing(blocker: &Blocker) -> bool {
    let tools = matches!(blocker, Blocker::QuiesceWithoutTools | Blocker::QuiesceToolsMissing);
    tools || matches!(blocker, Blocker::QuiesceUnsupported | Blocker::QuiesceWhileOff)
}

/// The command that a sentence ends in, where it ends in one.
fn to_type(blocker: &Blocker) -> Option<Verb> {
    if matches!(blocker, Blocker::VmGone | Blocker::SnapshotGone | Blocker::OnlyOne | Blocker::ChainTooLong { .. }) {
        return Some(Verb::List);
    }
    if matches!(blocker, Blocker::OffUnsupported | Blocker::SuspendedNeedsMemory) {
        return Some(Verb::PowerOn);
    }
    if let Blocker::NoCurrent { .. } = blocker {
        return Some(Verb::Revert);
    }
    (*blocker == Blocker::NoSnapshots).then_some(Verb::Take)
}

/// The sentence, and what to type where that is the way out.
fn sentences(message: &Message<'_>, blocker: &Blocker) -> Vec<Block> {
    let Message { request, view, args } = message;
    if let Blocker::NotPermitted { right, refusal } = blocker {
        let text = refusals::sentence(&request.asker, *right, &request.title(), refusal, view);
        return vec![Block::Text { text }];
    }
    let mut blocks = vec![view.text(&key("block", blocker), &args.and(named(blocker, view)))];
    blocks.extend(to_type(blocker).map(|verb| view.command_block(verb, &request.title())));
    if let Blocker::Unreadable { why } | Blocker::NotReadable { why } = blocker {
        blocks.extend(details(why, view));
    }
    if let Blocker::OnHold { snapshot, .. } = blocker {
        blocks.push(Block::Code { text: view.command_about(Verb::Release, &request.title(), snapshot) });
    }
    blocks
}

/// What a blocker's sentence names beside the request.
fn named(blocker: &Blocker, view: &View<'_>) -> Args {
    let args = Args::default();
    if let Blocker::MemoryIndependentDisk { device: it } | Blocker::Device { device: it } = blocker {
        return args.with("device", device(it, view)).with("kind", word(&it.kind));
    }
    if let Blocker::SameEnd { until } = blocker {
        return args.with("until", view.format.moment(*until));
    }
    if let Blocker::ChainTooLong { depth: count } | Blocker::MoreOnHold { count } | Blocker::NoCurrent { count } =
        blocker
    {
        return args.with("count", *count);
    }
    if let Blocker::NoRoom { shortage } | Blocker::NoRoomForMemory { shortage } = blocker {
        return short(shortage, view);
    }
    if let Blocker::OnHold { snapshot, hold } | Blocker::OtherHold { snapshot, hold } = blocker {
        return hold_args(Some(hold), view).with("snapshot", name(snapshot));
    }
    if let Blocker::Backup { snapshot } = blocker {
        return args.with("snapshot", name(snapshot));
    }
    if let Blocker::Frozen { by, reason } = blocker {
        return args.with("person", at(by)).with("reason", sentence(reason));
    }
    if let Blocker::AskedTooLongAgo { at } = blocker {
        return args.with("at", view.format.moment(*at));
    }
    if let Blocker::MethodDisabled { method } = blocker {
        return args.with("method", name(method));
    }
    args
}
