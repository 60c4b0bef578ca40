//! The card that asks for somebody's yes: what, to which VM, what it costs, who decides, until when.

use fluent_bundle::FluentValue;
use jiff::Timestamp;

use super::device::device;
use super::people::{approvers, asked_by, called};
use super::refusals;
use super::request::power;
use super::titles::question;
use super::{View, at, bulletin, groups, tree};
use crate::domain::call::{Act, SnapshotMode};
use crate::domain::marker::Hold;
use crate::domain::preflight::{ModeReason, Need, Plan, Shortage, SnapshotFacts, Warning};
use crate::domain::request::{Request, StayChange, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::{name, path, sentence};
use crate::message::model::{Action, Block, Card, Field, Tone};

/// Up to so many snapshots that all go are named; more are counted.
const NAMED: usize = 5;

pub(super) fn card(request: &Request, until: Timestamp, view: &View<'_>) -> Card {
    let mut blocks = vec![Block::Fields { fields: fields(request, true, view) }];
    let warnings = request.plan.iter().flat_map(|plan| &plan.warnings);
    blocks.extend(warnings.map(|warning| caution(warning, request, view)));
    blocks.extend(refusals::struck(request, view));
    let mut card = view.card(Tone::Waiting, question(request, view), blocks);
    card.details = request.plan.iter().filter_map(|plan| tree::folded(&plan.tree, view)).collect();
    decided_by(&mut card, request, until, view);
    card
}

/// Who decides about it, until when, who is called for that, and what they can press.
pub(super) fn decided_by(card: &mut Card, request: &Request, until: Timestamp, view: &View<'_>) {
    if let Some(decides) = decides(request, until, view) {
        let fields = vec![view.field("label-decides", decides)];
        card.blocks.push(Block::Fields { fields });
    }
    if let Some(freeze) = view.freeze {
        card.blocks.push(bulletin::frozen(freeze, view));
    }
    card.to = request.approval.iter().flat_map(|need| called(need, &request.asker, &request.approvals)).collect();
    let need = request.approval.as_ref();
    // While everything is frozen nobody's yes counts; a no does.
    let thawed = view.freeze.is_none();
    let said_yes = request.approvals.iter().any(|approval| approval.person == request.asker);
    let own = !said_yes && need.is_some_and(|need| need.self_approval);
    let breaks = need.is_some_and(|need| !need.break_glass.is_empty());
    let offered = [
        (Action::Approve, thawed),
        (Action::Confirm, thawed && own),
        (Action::Deny, true),
        (Action::BreakGlass, thawed && breaks),
        (Action::Withdraw, true),
    ];
    let offered = offered.into_iter().filter(|(_, offered)| *offered);
    card.buttons = offered.map(|(action, _)| view.button(request, action)).collect();
}

/// What was decided about, once it was: what it would have cost was true of the VM as it was then, and is left out.
pub(super) fn decided(request: &Request, view: &View<'_>) -> Vec<Field> {
    fields(request, false, view)
}

fn fields(request: &Request, with_price: bool, view: &View<'_>) -> Vec<Field> {
    let mut fields = vec![view.field("label-asked-by", asked_by(request))];
    if let Some(vm) = request.vm().filter(|vm| vm.path != vm.name) {
        fields.push(view.field("label-vm", path(&vm.path)));
    }
    if let Some(plan) = &request.plan {
        let facts = plan.price.snapshot.as_ref();
        fields.extend(facts.map(|facts| view.field("label-snapshot", snapshot(facts, plan, view))));
        if with_price {
            price(plan, request, view, &mut fields);
        }
    }
    if !request.approvals.is_empty() {
        fields.push(view.field("label-approved-by", approvers(request, view)));
    }
    fields
}

/// A warning as it stands on a card.
pub(in crate::message) fn caution(warning: &Warning, request: &Request, view: &View<'_>) -> Block {
    match warning {
        Warning::IndependentDisk { device: it } => {
            let key = if takes(request) { "warn-independent-disk-take" } else { "warn-independent-disk" };
            view.caution(key, &[("device", device(it, view).into())])
        }
        Warning::NonPersistentDisk { device: it, powers_off } => {
            let key = match (takes(request), powers_off) {
                (true, _) => "warn-non-persistent-disk-take",
                (false, true) => "warn-non-persistent-disk-off",
                (false, false) => "warn-non-persistent-disk",
            };
            view.caution(key, &[("device", device(it, view).into())])
        }
        Warning::BackupAtWork { snapshot } => {
            view.caution("warn-backup-at-work", &[("snapshot", name(snapshot).into())])
        }
        Warning::LowSpace { shortage, need } => {
            let key = match need {
                Need::Growth => "warn-low-space-growth",
                Need::Memory => "warn-low-space-memory",
                Need::Merge => "warn-low-space-merge",
            };
            view.caution(key, &short(shortage, view))
        }
        Warning::LongChain { depth } => view.caution("warn-long-chain", &[("depth", (*depth).into())]),
        Warning::CrashConsistent => view.caution("warn-crash-consistent", &[]),
        Warning::MemoryPause => view.caution("warn-memory-pause", &[]),
        Warning::ConsolidationNeeded => view.caution("warn-consolidation", &[]),
        Warning::RevertsAtPowerOff => view.caution("warn-reverts-at-power-off", &[]),
        Warning::LongMerge => view.caution("warn-long-merge", &[]),
        Warning::WindowsTrust => view.caution("warn-windows-trust", &[]),
    }
}

fn takes(request: &Request) -> bool {
    matches!(request.wish, Wish::Take { .. })
}

/// What is said of a datastore that has too little room.
pub(super) fn short(shortage: &Shortage, view: &View<'_>) -> [(&'static str, FluentValue<'static>); 3] {
    [
        ("datastore", name(&shortage.datastore).into()),
        ("free", view.format.bytes(shortage.free).into()),
        ("needed", view.format.bytes(shortage.needed).into()),
    ]
}

/// What it costs.
pub(in crate::message) fn price(plan: &Plan, request: &Request, view: &View<'_>, fields: &mut Vec<Field>) {
    let price = &plan.price;
    match &plan.act {
        Act::Revert { suppress_power_on, .. } => {
            fields.push(view.field("label-lost", lost(plan, view)));
            fields.push(view.field("label-power", power_change(plan, *suppress_power_on, view)));
            if let Some(safety) = &request.safety {
                let until = safety.until().map(|until| view.format.moment(until));
                let key = if until.is_some() { "safety-first-until" } else { "safety-first" };
                let args = [("snapshot", name(safety.name()).into()), ("until", until.unwrap_or_default().into())];
                let words = view.say(key, &args);
                fields.push(view.field("label-safety", words));
            }
        }
        Act::Delete { .. } | Act::DeleteAll => {
            fields.push(view.field("label-goes", goes(plan, view)));
            if let Some(bytes) = price.merged_bytes {
                let merge = view.say("merge-bytes", &[("bytes", view.format.bytes(bytes).into())]);
                fields.push(view.field("label-merge", merge));
            }
        }
        Act::Take { description, .. } => {
            if !description.is_empty() {
                fields.push(view.field("label-description", sentence(description)));
            }
            if let Some((mode, reason)) = price.mode {
                fields.push(view.field("label-mode", mode_words(mode, reason, view)));
            }
            if let Wish::Take { until: Some(until), .. } = &request.wish {
                fields.push(view.field("label-keep", view.format.moment(*until)));
            }
        }
        Act::Edit { .. } => {
            if let Wish::Stay { change, .. } = &request.wish {
                match change {
                    StayChange::Until { until } => fields.push(view.field("label-keep", view.format.moment(*until))),
                    StayChange::Hold { reason, until, .. } => {
                        fields.push(view.field("label-hold", format!("\"{}\"", sentence(reason))));
                        fields.extend(until.map(|until| view.field("label-keep", view.format.moment(until))));
                    }
                    StayChange::Release { of } => fields.push(view.field("label-hold", released(of.as_ref(), view))),
                }
            }
            // The act's description has our marker in it; the wish has what the person wrote.
            if let Wish::Edit { name: new, description, .. } = &request.wish {
                fields.extend(new.as_deref().map(|new| view.field("label-new-name", format!("\"{}\"", name(new)))));
                fields.extend(description.as_deref().map(|words| {
                    let value = match words.is_empty() {
                        true => view.say("description-cleared", &[]),
                        false => format!("\"{}\"", sentence(words)),
                    };
                    view.field("label-new-description", value)
                }));
            }
        }
        Act::PowerOn => fields.push(view.field("label-power", power_change(plan, false, view))),
        Act::Consolidate => {
            let merge = match price.merged_bytes {
                Some(bytes) => view.say("merge-leftover-bytes", &[("bytes", view.format.bytes(bytes).into())]),
                None => view.say("merge-leftover", &[]),
            };
            fields.push(view.field("label-merge", merge));
        }
    }
}

/// That a snapshot is to be on hold no longer, and by whom it is.
fn released(of: Option<&Hold>, view: &View<'_>) -> String {
    let Some(hold) = of else { return view.say("hold-released", &[]) };
    let args = [("person", at(&hold.by).into()), ("reason", sentence(&hold.reason).into())];
    view.say("hold-released-of", &args)
}

/// What a revert loses: on the way back in the VM's own chain, everything since that snapshot; on the way to another branch
/// only what no snapshot of this branch holds.
pub(in crate::message) fn lost(plan: &Plan, view: &View<'_>) -> String {
    let bytes = plan.price.lost_bytes.map(|bytes| view.format.bytes(bytes));
    let mut args = vec![("bytes", bytes.clone().unwrap_or_default().into())];
    let leaves = plan.tree.current().filter(|current| {
        let Act::Revert { snapshot, .. } = &plan.act else {
            return false;
        };
        !plan.tree.chain(&current.moref).iter().any(|node| node.moref == *snapshot)
    });
    if let Some(current) = leaves {
        args.push(("snapshot", name(&current.name).into()));
    }
    let key = match (leaves.is_some(), bytes.is_some()) {
        (false, true) => "lost-since",
        (false, false) => "lost-since-unknown",
        (true, true) => "lost-since-other",
        (true, false) => "lost-since-other-unknown",
    };
    view.say(key, &args)
}

/// How many snapshots go.
pub(in crate::message) fn goes_count(plan: &Plan, view: &View<'_>) -> String {
    view.say("goes-count", &goes_args(plan, view))
}

fn goes_args(plan: &Plan, view: &View<'_>) -> Vec<(&'static str, FluentValue<'static>)> {
    let oldest = plan.price.goes_oldest.map(|at| view.format.age(at)).unwrap_or_default();
    vec![("count", plan.price.goes.into()), ("age", oldest.into())]
}

/// How many snapshots go, and which where that fits.
fn goes(plan: &Plan, view: &View<'_>) -> String {
    let price = &plan.price;
    if plan.act != Act::DeleteAll || price.goes > NAMED {
        return goes_count(plan, view);
    }
    let mut args = goes_args(plan, view);
    let quotes = if price.goes == 1 { "" } else { "\"" };
    let of = |node: &crate::domain::snapshot_tree::Snapshot| format!("{quotes}{}{quotes}", name(&node.name));
    let names: Vec<String> = plan.tree.nodes().iter().map(of).collect();
    args.push(("names", view.format.all_of(&names).into()));
    view.say("goes-all", &args)
}

fn snapshot(facts: &SnapshotFacts, plan: &Plan, view: &View<'_>) -> String {
    let mut parts = which(facts, plan, view);
    parts.extend(facts.by.as_deref().map(|by| view.say("snapshot-by", &[("person", name(by).into())])));
    parts.push(view.say(if facts.memory { "snapshot-with-memory" } else { "snapshot-without-memory" }, &[]));
    parts.join(" · ")
}

/// What tells a snapshot from others, also from one of the same name.
pub(in crate::message) fn which(facts: &SnapshotFacts, plan: &Plan, view: &View<'_>) -> Vec<String> {
    let one_chain = plan.tree.max_depth() == plan.tree.len();
    vec![
        format!("\"{}\"", name(&facts.name)),
        format!("{} ({})", view.format.age(facts.created), view.format.moment(facts.created)),
        if facts.of == 1 {
            view.say("snapshot-only", &[])
        } else {
            let key = if one_chain { "snapshot-in-chain" } else { "snapshot-in-tree" };
            view.say(key, &[("number", facts.number.into()), ("of", facts.of.into())])
        },
    ]
}

fn power_change(plan: &Plan, asked_off: bool, view: &View<'_>) -> String {
    let price = &plan.price;
    let before = power(price.power_now, view);
    let Some(after) = price.power_after else { return before };
    if asked_off {
        return view.say("power-suspended-asked", &[("before", before.into())]);
    }
    if after == PowerState::Off && price.power_now != PowerState::Off {
        return view.say("power-off-no-memory", &[("before", before.into())]);
    }
    if after == price.power_now {
        return view.say("power-same", &[("before", before.into())]);
    }
    view.say("power-change", &[("before", before.into()), ("after", power(after, view).into())])
}

fn mode_words(mode: SnapshotMode, reason: ModeReason, view: &View<'_>) -> String {
    let key = match (reason, mode) {
        (ModeReason::Off, _) => "mode-why-off",
        (ModeReason::ToolsRunning, _) => "mode-why-tools",
        (ModeReason::NoTools, _) => "mode-why-no-tools",
        (ModeReason::ToolsMissing, _) => "mode-why-tools-missing",
        (ModeReason::CannotQuiesce, _) => "mode-why-cannot-quiesce",
        (ModeReason::Suspended, SnapshotMode::Memory) => "mode-why-suspended",
        (ModeReason::Suspended, SnapshotMode::Disk | SnapshotMode::Quiesce) => "mode-why-suspended-disk",
        (ModeReason::Asked, SnapshotMode::Disk) => "mode-disk",
        (ModeReason::Asked, SnapshotMode::Quiesce) => "mode-quiesce",
        (ModeReason::Asked, SnapshotMode::Memory) => "mode-memory",
    };
    view.say(key, &[])
}

/// Who still has to say yes.
fn decides(request: &Request, until: Timestamp, view: &View<'_>) -> Option<String> {
    let need = request.approval.as_ref()?;
    let missing = usize::from(need.needed.max(1)).saturating_sub(request.approvals.len());
    let key = match (request.approvals.is_empty(), missing > 1, need.self_approval) {
        (true, false, true) => "decides-one",
        (true, false, false) => "decides-one-not",
        (true, true, true) => "decides-many",
        (true, true, false) => "decides-many-not",
        (false, _, true) => "decides-more",
        (false, _, false) => "decides-more-not",
    };
    let args = [
        ("groups", view.format.one_of(&groups(&need.approvers)).into()),
        ("asker", at(&request.asker).into()),
        ("needed", missing.into()),
        ("until", view.format.clock(until).into()),
        ("left", view.format.left(until).into()),
    ];
    Some(view.say(key, &args))
}
