//! Which VM and which snapshot a command means: one, or a question back. Never a guess.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Asker;
use crate::domain::ids::{Moref, PersonId};
use crate::domain::intent::{Intent, SnapshotSelector, VmSelector};
use crate::domain::inventory::{Inventory, VmSummary};
use crate::domain::keep::{Keep, Past};
use crate::domain::lookup::{self, SnapshotLookup, VmLookup};
use crate::domain::marker::{Hold, Stay};
use crate::domain::notice::Notice;
use crate::domain::policy::{Decision, PolicyVerb};
use crate::domain::request::{StayChange, Wish};
use crate::engine::core::Core;
use crate::engine::ports::Health;
use crate::message::cards::reply;
use crate::message::format::default_name;

/// How many names of snapshots are told to somebody who named one that is not there.
const NAMES_TOLD: usize = 5;

/// Something that cannot go on without another word of the person.
pub(super) enum Question {
    /// Nothing more to say than this.
    Tell(Box<Notice>),
    /// Several VMs could be meant.
    Vms { text: String, intents: Vec<Intent>, options: Vec<(String, crate::domain::snapshot_tree::PowerState)> },
    /// Several snapshots could be meant.
    /// A change number is missing, or has not the form that the rule wants.
    Ticket { verb: PolicyVerb, vm: String, pattern: String, given: Option<String>, intent: Box<Intent> },
    /// Several snapshots could be meant.
    Snapshots { vm: String, text: Option<String>, intents: Vec<Intent>, options: Vec<(usize, String, Timestamp)> },
}

pub(super) fn one_vm(
    core: &Core,
    person: &PersonId,
    intent: &Intent,
    selector: &VmSelector,
) -> Result<Arc<VmSummary>, Question> {
    let inventory = core.parts.fleet.inventory();
    match lookup::find_vm(&inventory, selector) {
        VmLookup::One(vm) => Ok(vm),
        VmLookup::Many(vms) => {
            let vms: Vec<Arc<VmSummary>> = vms.into_iter().take(reply::MAX_CHOICES).collect();
            let chosen = |vm: &Arc<VmSummary>| with_vm(intent, VmSelector::exactly(&vm.vm));
            Err(Question::Vms {
                text: selector.text().to_owned(),
                intents: vms.iter().map(chosen).collect(),
                options: vms.iter().map(|vm| (vm.path.clone(), vm.power)).collect(),
            })
        }
        VmLookup::None { nearest } => Err(Question::Tell(Box::new(match core.parts.fleet.troubled() {
            Some((_, Health::Starting)) => Notice::Starting,
            Some((vcenter, Health::Lost { why, .. })) => Notice::VCenterAway { vcenter, why },
            Some((_, Health::Live)) | None => Notice::UnknownVm {
                text: selector.text().to_owned(),
                // A name that comes near is a name told: only of VMs that this person may see.
                nearest: nearest.into_iter().filter(|name| may_know(core, person, &inventory, name)).collect(),
            },
        }))),
    }
}

/// Whether a person may see some VM of this name or path.
fn may_know(core: &Core, person: &PersonId, inventory: &Inventory, name: &str) -> bool {
    let rules = core.parts.rules();
    let policy = &rules.policy;
    let sees = |vm: &Arc<VmSummary>| {
        let decision = policy.decide(person, PolicyVerb::List, &vm.target());
        (vm.name == name || vm.path == name) && matches!(decision, Decision::Allowed { .. })
    };
    inventory.iter().any(sees)
}

/// How long a snapshot stays of which nobody says it.
fn usual_keep(core: &Core) -> Option<Keep> {
    core.parts.rules().watch.retention.as_ref().map(|retention| Keep::For(retention.default_keep))
}

/// The end of a snapshot that the bot takes because of something else: that of every other of which nobody says it.
pub(super) fn usual_end(core: &Core, now: Timestamp) -> Option<Timestamp> {
    let rules = core.parts.rules();
    rules.watch.retention.as_ref().and_then(|retention| now.checked_add(retention.default_keep).ok())
}

pub(super) fn wish(
    core: &Core,
    asker: &Asker,
    vm: &VmSummary,
    intent: Intent,
    now: Timestamp,
) -> Result<(Wish, Option<String>), Question> {
    let format = core.parts.format(&asker.channel, &asker.locale);
    let snapshot = |selector: &Option<SnapshotSelector>| one_snapshot(vm, &intent, selector.as_ref());
    Ok(match &intent {
        Intent::Take { name, description, mode, keep, ticket, .. } => {
            let name = name.clone().unwrap_or_else(|| default_name(now, &format.tz));
            let keep = keep.clone().or(usual_keep(core));
            let until = keep.map(|keep| limited(core, &keep, now, &format.tz)).transpose()?;
            (Wish::Take { name, description: description.clone(), mode: *mode, until }, ticket.clone())
        }
        Intent::Revert { snapshot: selector, stay_off, ticket, .. } => {
            (Wish::Revert { snapshot: snapshot(selector)?, stay_off: *stay_off }, ticket.clone())
        }
        Intent::RevertLatest { stay_off, ticket, .. } => (Wish::RevertLatest { stay_off: *stay_off }, ticket.clone()),
        Intent::Delete { snapshot: selector, children, ticket, .. } => {
            (Wish::Delete { snapshot: snapshot(selector)?, children: *children }, ticket.clone())
        }
        Intent::DeleteAll { ticket, .. } => (Wish::DeleteAll, ticket.clone()),
        Intent::Consolidate { ticket, .. } => (Wish::Consolidate, ticket.clone()),
        Intent::Edit { snapshot: selector, name, description, .. } => {
            let snapshot = snapshot(selector)?;
            (Wish::Edit { snapshot, name: name.clone(), description: description.clone() }, None)
        }
        Intent::Keep { snapshot: selector, keep, .. } => {
            let change = StayChange::Until { until: limited(core, keep, now, &format.tz)? };
            (Wish::Stay { snapshot: snapshot(selector)?, change }, None)
        }
        Intent::Hold { snapshot: selector, reason, keep, .. } => {
            let until = keep.as_ref().map(|keep| end(keep, now, &format.tz)).transpose()?;
            let snapshot = snapshot(selector)?;
            let replaces = hold_on(vm, &snapshot, now).filter(|hold| hold.by != asker.person);
            let change = StayChange::Hold { by: asker.person.clone(), reason: reason.clone(), until, replaces };
            (Wish::Stay { snapshot, change }, None)
        }
        Intent::Release { snapshot: selector, .. } => {
            let snapshot = snapshot(selector)?;
            let change = StayChange::Release { of: hold_on(vm, &snapshot, now) };
            (Wish::Stay { snapshot, change }, None)
        }
        Intent::PowerOn { .. } => (Wish::PowerOn, None),
        Intent::Report { .. }
        | Intent::DeleteOlder { .. }
        | Intent::List { .. }
        | Intent::Help { .. }
        | Intent::Status { .. }
        | Intent::Cancel { .. }
        | Intent::Withdraw { .. }
        | Intent::Explain { .. }
        | Intent::Freeze { .. }
        | Intent::Unfreeze => {
            return Err(Question::Tell(Box::new(Notice::Help { verb: Some(intent.verb()), mine: Vec::new() })));
        }
    })
}

fn hold_on(vm: &VmSummary, snapshot: &Moref, now: Timestamp) -> Option<Hold> {
    Stay::hold_in_force(&vm.tree.get(snapshot)?.description, now)
}

/// When a stay ends, if that is still to come.
fn end(keep: &Keep, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Question> {
    keep.end(now, zone).map_err(|Past| Question::Tell(Box::new(Notice::KeepPast)))
}

/// The same, if the policy lets a snapshot stay that long.
fn limited(core: &Core, keep: &Keep, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Question> {
    let end = end(keep, now, zone)?;
    let limit = core.parts.rules().watch.retention.as_ref().map(|retention| retention.max_keep);
    match limit {
        Some(limit) if end.duration_since(now) > limit => Err(Question::Tell(Box::new(Notice::KeepTooLong { limit }))),
        Some(_) | None => Ok(end),
    }
}

fn one_snapshot(vm: &VmSummary, intent: &Intent, selector: Option<&SnapshotSelector>) -> Result<Moref, Question> {
    let tree = &vm.tree;
    if tree.is_empty() {
        return Err(Question::Tell(Box::new(Notice::NoSnapshots { vm: vm.name.clone() })));
    }
    let choose = |morefs: Vec<Moref>, text: Option<String>| {
        let nodes: Vec<_> = morefs.iter().filter_map(|moref| tree.get(moref)).take(reply::MAX_CHOICES).collect();
        Question::Snapshots {
            vm: vm.name.clone(),
            text,
            intents: nodes.iter().map(|node| with_snapshot(intent, vm, &node.moref)).collect(),
            options: nodes
                .iter()
                .map(|node| (tree.number(&node.moref).unwrap_or(0), node.name.clone(), node.created))
                .collect(),
        }
    };
    let Some(selector) = selector else {
        return Err(choose(tree.nodes().iter().map(|node| node.moref.clone()).collect(), None));
    };
    match lookup::find_snapshot(tree, selector) {
        SnapshotLookup::One(moref) => Ok(moref),
        SnapshotLookup::Many(morefs) => Err(choose(morefs, Some(selector.text()))),
        SnapshotLookup::None { nearest } => {
            // Nothing comes near, so what is there is told.
            let there = || tree.nodes().iter().rev().take(NAMES_TOLD).map(|node| node.name.clone()).collect();
            let nearest = if nearest.is_empty() { there() } else { nearest };
            let vm = vm.name.clone();
            Err(Question::Tell(Box::new(Notice::UnknownSnapshot { vm, text: selector.text(), nearest })))
        }
    }
}

/// Whether it has to be found out which snapshot is meant, or that it is there.
pub(super) fn names_snapshot(intent: &Intent) -> bool {
    match intent {
        Intent::Revert { .. }
        | Intent::Delete { .. }
        | Intent::Edit { .. }
        | Intent::Keep { .. }
        | Intent::Hold { .. }
        | Intent::Release { .. } => true,
        Intent::Take { .. }
        | Intent::List { .. }
        | Intent::RevertLatest { .. }
        | Intent::DeleteAll { .. }
        | Intent::Consolidate { .. }
        | Intent::PowerOn { .. }
        | Intent::Help { .. }
        | Intent::Status { .. }
        | Intent::Cancel { .. }
        | Intent::Withdraw { .. }
        | Intent::Explain { .. }
        | Intent::Freeze { .. }
        | Intent::Report { .. }
        | Intent::DeleteOlder { .. }
        | Intent::Unfreeze => false,
    }
}

/// The same intent with this change number, if it takes one.
pub(in crate::engine) fn with_ticket(mut intent: Intent, number: String) -> Intent {
    match &mut intent {
        Intent::Take { ticket, .. }
        | Intent::Revert { ticket, .. }
        | Intent::RevertLatest { ticket, .. }
        | Intent::Delete { ticket, .. }
        | Intent::DeleteAll { ticket, .. }
        | Intent::DeleteOlder { ticket, .. }
        | Intent::Consolidate { ticket, .. } => *ticket = Some(number),
        Intent::List { .. }
        | Intent::Report { .. }
        | Intent::Keep { .. }
        | Intent::Hold { .. }
        | Intent::Release { .. }
        | Intent::Edit { .. }
        | Intent::PowerOn { .. }
        | Intent::Help { .. }
        | Intent::Status { .. }
        | Intent::Cancel { .. }
        | Intent::Withdraw { .. }
        | Intent::Explain { .. }
        | Intent::Freeze { .. }
        | Intent::Unfreeze => {}
    }
    intent
}

/// The same intent about exactly this VM.
pub(super) fn with_vm(intent: &Intent, exact: VmSelector) -> Intent {
    let mut intent = intent.clone();
    match &mut intent {
        Intent::Take { vm, .. }
        | Intent::List { vm }
        | Intent::Revert { vm, .. }
        | Intent::RevertLatest { vm, .. }
        | Intent::Delete { vm, .. }
        | Intent::DeleteAll { vm, .. }
        | Intent::Consolidate { vm, .. }
        | Intent::Edit { vm, .. }
        | Intent::Keep { vm, .. }
        | Intent::Hold { vm, .. }
        | Intent::Release { vm, .. }
        | Intent::PowerOn { vm }
        | Intent::Explain { vm, .. } => *vm = exact,
        Intent::Report { .. }
        | Intent::DeleteOlder { .. }
        | Intent::Help { .. }
        | Intent::Status { .. }
        | Intent::Cancel { .. }
        | Intent::Withdraw { .. }
        | Intent::Freeze { .. }
        | Intent::Unfreeze => {}
    }
    intent
}

/// The same intent about exactly this VM and this snapshot.
fn with_snapshot(intent: &Intent, vm: &VmSummary, moref: &Moref) -> Intent {
    let mut intent = with_vm(intent, VmSelector::exactly(&vm.vm));
    match &mut intent {
        Intent::Revert { snapshot, .. }
        | Intent::Delete { snapshot, .. }
        | Intent::Edit { snapshot, .. }
        | Intent::Keep { snapshot, .. }
        | Intent::Hold { snapshot, .. }
        | Intent::Release { snapshot, .. } => {
            *snapshot = Some(SnapshotSelector::Moref(moref.clone()));
        }
        Intent::Take { .. }
        | Intent::Report { .. }
        | Intent::DeleteOlder { .. }
        | Intent::List { .. }
        | Intent::RevertLatest { .. }
        | Intent::DeleteAll { .. }
        | Intent::Consolidate { .. }
        | Intent::PowerOn { .. }
        | Intent::Help { .. }
        | Intent::Status { .. }
        | Intent::Cancel { .. }
        | Intent::Withdraw { .. }
        | Intent::Explain { .. }
        | Intent::Freeze { .. }
        | Intent::Unfreeze => {}
    }
    intent
}
