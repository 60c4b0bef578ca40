//! The card that asks for somebody's yes: what, to which VM, what it costs, who decides, until when.

use jiff::Timestamp;

use super::device::device;
use super::message::{Message, edit, until};
use super::people::{approvers, asked_by, called};
use super::request::power;
use super::{View, at, bulletin, groups, hold_args, key, quoted, refusals, tree, word};
use crate::domain::call::Act;
use crate::domain::preflight::{Plan, Shortage, SnapshotFacts, Warning};
use crate::domain::request::{Request, StayChange, Wish};
use crate::domain::snapshot_tree::Snapshot;
use crate::message::format::{name, path, sentence};
use crate::message::model::{Action, Block, Card, Field, Tone};
use crate::message::words::Args;

/// Up to so many snapshots that all go are named; more are counted.
const NAMED: usize = 5;

pub(super) fn card(message: &Message<'_>, until: Timestamp) -> Card {
    let Message { request, view, .. } = message;
    let mut blocks = vec![Block::Fields { fields: fields(request, true, view) }];
    let warnings = request.plan.iter().flat_map(|plan| &plan.warnings);
    blocks.extend(warnings.map(|warning| caution(warning, request, view)));
    blocks.extend(refusals::struck(request, view));
    let mut card = message.card(Tone::Waiting, "ask", blocks);
    let tree = request.plan.as_ref().map(|plan| plan.tree.by_our_clock(plan.ahead));
    card.details = tree.and_then(|tree| tree::folded(&tree, view)).into_iter().collect();
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
    let need = request.approval.as_ref();
    card.to = need.map(|need| called(need, request)).unwrap_or_default();
    // While everything is frozen nobody's yes counts; a no does.
    let thawed = view.freeze.is_none();
    let own = !request.approvals.iter().any(|yes| yes.person == request.asker);
    let own = own && need.is_some_and(|need| need.self_approval);
    let breaks = need.is_some_and(|need| !need.break_glass.is_empty());
    let offered = [
        (Action::Approve, thawed),
        (Action::Confirm, thawed && own),
        (Action::Deny, true),
        (Action::BreakGlass, thawed && breaks),
        (Action::Withdraw, true),
    ];
    card.buttons = view.buttons(request, &offered);
}

/// What was decided about, once it was: what it would have cost was true of the VM as it was then, and is left out.
pub(super) fn decided(request: &Request, view: &View<'_>) -> Vec<Field> {
    fields(request, false, view)
}

fn fields(request: &Request, with_price: bool, view: &View<'_>) -> Vec<Field> {
    let mut fields = vec![view.field("label-asked-by", asked_by(request))];
    if let Some(target) = request.vm() {
        let vcenter = view.several_vcenters.then(|| name(target.vm.vcenter.as_str()));
        let folder = (target.path != target.name || vcenter.is_some()).then(|| path(&target.path));
        let id = (view.has_double)(&target.vm).then(|| target.vm.moref.to_string());
        let words: Vec<String> = vcenter.into_iter().chain(folder).chain(id).collect();
        fields.extend((!words.is_empty()).then(|| view.field("label-vm", words.join(" · "))));
    }
    if let Some(plan) = &request.plan {
        let facts = plan.price.snapshot.as_ref();
        fields.extend(facts.map(|facts| view.field("label-snapshot", snapshot(facts, plan, view))));
        if with_price {
            price(plan, request, view, &mut fields);
        }
    }
    fields.extend(approvers(request, view).map(|them| view.field("label-approved-by", them)));
    fields
}

/// A warning as it stands on a card.
pub(in crate::message) fn caution(warning: &Warning, request: &Request, view: &View<'_>) -> Block {
    let args = Message::new(request, view).args;
    let args = match warning {
        Warning::IndependentDisk { device: it } => args.with("device", device(it, view)),
        Warning::NonPersistentDisk { device: it, powers_off } => {
            args.with("device", device(it, view)).whether("powers-off", *powers_off)
        }
        Warning::BackupAtWork { snapshot } => args.with("snapshot", name(snapshot)),
        Warning::LowSpace { shortage, need } => args.and(short(shortage, view)).with("need", word(need)),
        Warning::LongChain { depth } => args.with("depth", *depth),
        Warning::CrashConsistent
        | Warning::MemoryPause
        | Warning::ConsolidationNeeded
        | Warning::RevertsAtPowerOff
        | Warning::LongMerge
        | Warning::WindowsTrust => args,
    };
    view.caution(&key("warn", warning), &args)
}

/// What is said of a datastore that has too little room.
pub(super) fn short(shortage: &Shortage, view: &View<'_>) -> Args {
    Args::default()
        .with("datastore", name(&shortage.datastore))
        .with("free", view.format.bytes(shortage.free))
        .with("needed", view.format.bytes(shortage.needed))
}

/// What it costs: of each row that a plan can have, what this one says, if it says anything.
pub(in crate::message) fn price(plan: &Plan, request: &Request, view: &View<'_>, fields: &mut Vec<Field>) {
    let Plan { act, price, .. } = plan;
    let (reverts, powers_on) = (matches!(act, Act::Revert { .. }), *act == Act::PowerOn);
    let deletes = matches!(act, Act::Delete { .. } | Act::DeleteAll);
    let saves = reverts && request.safety.is_some();
    let merged = price.merged_bytes.map(|bytes| view.format.bytes(bytes));
    let merge = match *act == Act::Consolidate {
        true => Some("merge-leftover"),
        false => merged.as_ref().filter(|_| deletes).map(|_| "merge-bytes"),
    };
    let args = Message::new(request, view).args.maybe("bytes", merged);
    let say = |key: &str| view.say(key, &args);
    let taken = if let Act::Take { description, .. } = act { description } else { "" };
    // An edit's description has our marker in it; the wish has what the person wrote.
    let (new_name, new_text) = edit(&request.wish);
    let mode = price.mode.map(|(_, why)| key("mode", &why));
    let until = until(&request.wish).map(|until| view.format.moment(until));
    let rows = [
        ("label-lost", reverts.then(|| lost(plan, view))),
        ("label-power", (reverts || powers_on).then(|| power_change(plan, view))),
        ("label-safety", saves.then(|| say("safety-first"))),
        ("label-goes", deletes.then(|| goes(plan, view))),
        ("label-merge", merge.map(say)),
        ("label-description", (!taken.is_empty()).then(|| sentence(taken))),
        ("label-mode", mode.map(|mode| say(&mode))),
        ("label-hold", held(&request.wish, view)),
        ("label-keep", until),
        ("label-new-name", new_name.map(|new| quoted(name(new)))),
        ("label-new-description", new_text.map(|text| new_words(text, view))),
    ];
    let rows = rows.into_iter().filter_map(|(label, value)| Some((label, value?)));
    fields.extend(rows.map(|(label, value)| view.field(label, value)));
}

fn new_words(text: &str, view: &View<'_>) -> String {
    match text.is_empty() {
        true => view.say("description-cleared", &[]),
        false => quoted(sentence(text)),
    }
}

/// Why a snapshot is to be on hold, or that it is to be no longer.
fn held(wish: &Wish, view: &View<'_>) -> Option<String> {
    let Wish::Stay { change, .. } = wish else { return None };
    match change {
        StayChange::Until { .. } => None,
        StayChange::Hold { reason, .. } => Some(quoted(sentence(reason))),
        StayChange::Release { of } => Some(view.say("hold-released", &hold_args(of.as_ref(), view))),
    }
}

/// What a revert loses: on the way back in the VM's own chain, everything since that snapshot; on the way to another branch
/// only what no snapshot of this branch holds.
pub(in crate::message) fn lost(plan: &Plan, view: &View<'_>) -> String {
    let leaves = plan.tree.current().filter(|current| {
        let Act::Revert { snapshot, .. } = &plan.act else { return false };
        let chain = plan.tree.chain(&current.moref);
        !chain.iter().any(|node| node.moref == *snapshot)
    });
    let bytes = plan.price.lost_bytes.map(|bytes| view.format.bytes(bytes));
    let args = Args::default().maybe("bytes", bytes).maybe("snapshot", leaves.map(|current| name(&current.name)));
    view.say("lost", &args)
}

/// How many snapshots go.
pub(in crate::message) fn goes_count(plan: &Plan, view: &View<'_>) -> String {
    view.say("goes-count", &goes_args(plan, view))
}

fn goes_args(plan: &Plan, view: &View<'_>) -> Args {
    let oldest = plan.price.goes_oldest.map(|at| view.format.age(plan.by_our_clock(at)));
    Args::default().with("count", plan.price.goes).maybe("age", oldest)
}

/// How many snapshots go, and which where that fits.
fn goes(plan: &Plan, view: &View<'_>) -> String {
    let price = &plan.price;
    if plan.act != Act::DeleteAll || price.goes > NAMED {
        return goes_count(plan, view);
    }
    let quotes = if price.goes == 1 { "" } else { "\"" };
    let of = |node: &Snapshot| format!("{quotes}{}{quotes}", name(&node.name));
    let names: Vec<String> = plan.tree.nodes().iter().map(of).collect();
    let args = goes_args(plan, view).with("names", view.format.all_of(&names));
    view.say("goes-all", &args)
}

fn snapshot(facts: &SnapshotFacts, plan: &Plan, view: &View<'_>) -> String {
    let mut parts = which(facts, plan, view);
    let by = facts.by.as_deref().map(|by| Args::default().with("person", name(by)));
    parts.extend(by.map(|by| view.say("snapshot-by", &by)));
    let held = Args::default().whether("memory", facts.memory);
    parts.push(view.say("snapshot-memory", &held));
    parts.join(" · ")
}

/// What tells a snapshot from others, also from one of the same name.
pub(in crate::message) fn which(facts: &SnapshotFacts, plan: &Plan, view: &View<'_>) -> Vec<String> {
    let taken = plan.by_our_clock(facts.created);
    let age = view.format.age(taken);
    let place = Args::default()
        .with("number", facts.number)
        .with("of", facts.of)
        .whether("chain", plan.tree.max_depth() == plan.tree.len());
    vec![
        quoted(name(&facts.name)),
        format!("{age} ({})", view.format.moment(taken)),
        view.say("snapshot-place", &place),
    ]
}

fn power_change(plan: &Plan, view: &View<'_>) -> String {
    let price = &plan.price;
    let before = power(Some(price.power_now), view);
    let Some(after) = price.power_after else { return before };
    let asked_off = matches!(plan.act, Act::Revert { suppress_power_on: true, .. });
    let args = Args::default()
        .with("before", before)
        .with("after", power(Some(after), view))
        .with("becomes", if after == price.power_now { "same" } else { word(&after) })
        .whether("asked", asked_off);
    view.say("power-change", &args)
}

/// Who still has to say yes.
fn decides(request: &Request, until: Timestamp, view: &View<'_>) -> Option<String> {
    let need = request.approval.as_ref()?;
    let missing = usize::from(need.needed.max(1)).saturating_sub(request.approvals.len());
    let args = Args::default()
        .with("groups", view.format.one_of(&groups(&need.approvers)))
        .with("asker", at(&request.asker))
        .with("needed", missing)
        .whether("begun", !request.approvals.is_empty())
        .whether("own", need.self_approval)
        .with("until", view.format.clock(until))
        .with("left", view.format.left(until));
    Some(view.say("decides", &args))
}
