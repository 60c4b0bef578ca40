//! The card that asks for somebody's yes: what, to which VM, what it costs, who decides, until when.

use jiff::Timestamp;

use super::request::{approvers, asked_by, power, question};
use super::{View, at, groups};
use crate::domain::call::{Act, SnapshotMode};
use crate::domain::preflight::{ModeReason, Plan, SnapshotFacts, Warning};
use crate::domain::request::{Request, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::AwkwardDevice;
use crate::message::format::name;
use crate::message::model::{Action, Block, Card, Field, ShownTo, Tone};

pub(super) fn card(request: &Request, until: Timestamp, view: &View<'_>) -> Card {
    let mut fields = vec![view.field("label-asked-by", asked_by(request))];
    fields.push(view.field("label-vm", name(&request.target.path)));
    if let Some(plan) = &request.plan {
        price(plan, request, view, &mut fields);
    }
    if !request.approvals.is_empty() {
        fields.push(view.field("label-approved-by", approvers(request, view)));
    }
    let mut blocks = Vec::new();
    let (decides, shown_to) = decides(request, until, view);
    fields.push(view.field("label-decides", decides));
    blocks.push(Block::Fields { fields });
    blocks.extend(
        request
            .plan
            .iter()
            .flat_map(|plan| &plan.warnings)
            .map(|warning| caution(warning, view)),
    );
    let mut card = view.card(Tone::Waiting, question(request, view), blocks);
    for action in [Action::Approve, Action::Deny] {
        card.buttons.push(view.button(request, action, shown_to.clone()));
    }
    card.buttons
        .push(view.button(request, Action::Withdraw, ShownTo::Person(request.asker.clone())));
    card
}

/// A warning as it stands on a card.
pub(super) fn caution(warning: &Warning, view: &View<'_>) -> Block {
    match warning {
        Warning::IndependentDisk { device: it } => {
            view.caution("warn-independent-disk", &[("device", device(it, view).into())])
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

/// `Hard disk 2 ("data.vmdk")`
pub(super) fn device(device: &AwkwardDevice, view: &View<'_>) -> String {
    if device.file.is_empty() {
        return name(&device.label);
    }
    view.say(
        "device-disk",
        &[
            ("label", name(&device.label).into()),
            ("file", name(&device.file).into()),
        ],
    )
}

fn price(plan: &Plan, request: &Request, view: &View<'_>, fields: &mut Vec<Field>) {
    let price = &plan.price;
    if let Some(facts) = &price.snapshot {
        fields.push(view.field("label-snapshot", snapshot(facts, view)));
    }
    match &plan.act {
        Act::Revert { suppress_power_on, .. } => {
            let lost = match price.lost_bytes {
                Some(bytes) => view.say("lost-since", &[("bytes", view.format.bytes(bytes).into())]),
                None => view.say("lost-since-unknown", &[]),
            };
            fields.push(view.field("label-lost", lost));
            fields.push(view.field("label-power", power_change(plan, *suppress_power_on, view)));
        }
        Act::Delete { .. } | Act::DeleteAll => {
            let alone = matches!(plan.act, Act::Delete { children: false, .. });
            let oldest = price.goes_oldest.map(|at| view.format.age(at)).unwrap_or_default();
            let goes = if alone {
                view.say("goes-one", &[])
            } else {
                view.say("goes-count", &[("count", price.goes.into()), ("age", oldest.into())])
            };
            fields.push(view.field("label-goes", goes));
            if let Some(bytes) = price.merged_bytes {
                let merge = view.say("merge-bytes", &[("bytes", view.format.bytes(bytes).into())]);
                fields.push(view.field("label-merge", merge));
            }
        }
        Act::Take { .. } => {
            if let Some((mode, reason)) = price.mode {
                fields.push(view.field("label-mode", mode_words(mode, reason, view)));
            }
            if let Wish::Take { until: Some(until), .. } = &request.wish {
                fields.push(view.field("label-keep", view.format.moment(*until)));
            }
        }
        Act::PowerOn => fields.push(view.field("label-power", power_change(plan, false, view))),
        Act::Consolidate | Act::Edit { .. } => {}
    }
}

fn snapshot(facts: &SnapshotFacts, view: &View<'_>) -> String {
    let mut parts = vec![
        format!("\"{}\"", name(&facts.name)),
        format!(
            "{} ({})",
            view.format.age(facts.created),
            view.format.moment(facts.created)
        ),
        if facts.of == 1 {
            view.say("snapshot-only", &[])
        } else {
            view.say(
                "snapshot-place",
                &[("number", facts.number.into()), ("of", facts.of.into())],
            )
        },
    ];
    parts.extend(
        facts
            .by
            .as_deref()
            .map(|by| view.say("snapshot-by", &[("person", name(by).into())])),
    );
    parts.push(view.say(
        if facts.memory {
            "snapshot-with-memory"
        } else {
            "snapshot-without-memory"
        },
        &[],
    ));
    parts.join(" · ")
}

fn power_change(plan: &Plan, asked_off: bool, view: &View<'_>) -> String {
    let price = &plan.price;
    let before = power(price.power_now, view);
    let Some(after) = price.power_after else { return before };
    if asked_off {
        return view.say("power-off-asked", &[("before", before.into())]);
    }
    if after == PowerState::Off && price.power_now != PowerState::Off {
        return view.say("power-off-no-memory", &[("before", before.into())]);
    }
    if after == price.power_now {
        return view.say("power-same", &[("before", before.into())]);
    }
    view.say(
        "power-change",
        &[("before", before.into()), ("after", power(after, view).into())],
    )
}

fn mode_words(mode: SnapshotMode, reason: ModeReason, view: &View<'_>) -> String {
    let key = match (reason, mode) {
        (ModeReason::Off, _) => "mode-why-off",
        (ModeReason::ToolsRunning, _) => "mode-why-tools",
        (ModeReason::NoTools, _) => "mode-why-no-tools",
        (ModeReason::Asked, SnapshotMode::Disk) => "mode-disk",
        (ModeReason::Asked, SnapshotMode::Quiesce) => "mode-quiesce",
        (ModeReason::Asked, SnapshotMode::Memory) => "mode-memory",
    };
    view.say(key, &[])
}

fn decides(request: &Request, until: Timestamp, view: &View<'_>) -> (String, ShownTo) {
    let Some(need) = &request.approval else {
        return (
            String::new(),
            ShownTo::Groups {
                groups: vec![],
                except: None,
            },
        );
    };
    let key = match (need.needed > 1, need.self_approval) {
        (false, true) => "decides-one",
        (false, false) => "decides-one-not",
        (true, true) => "decides-many",
        (true, false) => "decides-many-not",
    };
    let args = [
        ("groups", groups(&need.approvers).into()),
        ("asker", at(&request.asker).into()),
        ("needed", need.needed.into()),
        ("until", view.format.clock(until).into()),
        (
            "left",
            view.format.duration(until.duration_since(view.format.now)).into(),
        ),
    ];
    let except = (!need.self_approval).then(|| request.asker.clone());
    (
        view.say(key, &args),
        ShownTo::Groups {
            groups: need.approvers.clone(),
            except,
        },
    )
}
