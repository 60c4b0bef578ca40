//! Which VM and which snapshot a command means: one, or a question back. Never a guess.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Asker;
use crate::domain::act::{Act, Right, StayChange};
use crate::domain::confusable::look_alike;
use crate::domain::ids::{Moref, PersonId, VmTitle};
use crate::domain::intent::{Intent, SnapshotSelector, VmAct, VmSelector};
use crate::domain::inventory::{Inventory, VmSummary};
use crate::domain::keep::{Keep, Past};
use crate::domain::lookup::{self, SnapshotLookup, VmLookup};
use crate::domain::marker::{Hold, Stay};
use crate::domain::notice::Notice;
use crate::domain::policy::Decision;
use crate::domain::request::Wish;
use crate::domain::snapshot_tree::PowerState;
use crate::domain::snapshot_tree::by_our_clock;
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
    Vms { text: String, intents: Vec<Intent>, options: Vec<(VmTitle, Option<PowerState>)> },
    /// A change number is missing, or has not the form that the rule wants.
    Ticket { right: Right, vm: VmTitle, pattern: String, given: Option<String>, intent: Box<Intent> },
    /// Several snapshots could be meant.
    Snapshots { vm: VmTitle, text: Option<String>, intents: Vec<Intent>, options: Vec<(usize, String, Timestamp)> },
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
            // A choice is a name, a folder and a state told: only of VMs that this person may see. Of others they hear what they
            // hear of one that they may not see. One that is left is still asked about: it may not be the one that they meant.
            let rules = core.parts.rules();
            let may_see = |vm: &&Arc<VmSummary>| {
                let may = |right| matches!(rules.policy.decide(person, right, &vm.target()), Decision::Allowed { .. });
                may(Right::List) || intent.right().is_some_and(may)
            };
            let seen: Vec<Arc<VmSummary>> = vms.iter().filter(may_see).cloned().collect();
            if seen.is_empty() {
                let (text, nearest) = (selector.text().to_owned(), Vec::new());
                let unknown = || Question::Tell(Box::new(Notice::UnknownVm { text: text.clone(), nearest }));
                return vms.into_iter().find(|vm| vm.name == text).ok_or_else(unknown);
            }
            let vms: Vec<Arc<VmSummary>> = seen.into_iter().take(reply::MAX_CHOICES).collect();
            let chosen = |vm: &Arc<VmSummary>| intent.clone().with_vm(VmSelector::exactly(&vm.vm));
            Err(Question::Vms {
                text: selector.text().to_owned(),
                intents: vms.iter().map(chosen).collect(),
                options: vms.iter().map(|vm| (VmTitle::new(&vm.vm, &vm.path), vm.power)).collect(),
            })
        }
        VmLookup::None { nearest } => Err(Question::Tell(Box::new(match core.parts.fleet.troubled() {
            Some((_, Health::Starting)) => Notice::Starting,
            Some((vcenter, Health::Lost { why, .. })) => Notice::VCenterAway { vcenter, why },
            Some((_, Health::Live)) | None => Notice::UnknownVm {
                text: selector.text().to_owned(),
                // A name that comes near is a name told: only of VMs that this person may see.
                nearest: nearest.into_iter().filter(|near| may_know(core, person, &inventory, near)).collect(),
            },
        }))),
    }
}

/// Whether a person may see some VM of this name or path in its vCenter.
fn may_know(core: &Core, person: &PersonId, inventory: &Inventory, near: &VmTitle) -> bool {
    let rules = core.parts.rules();
    let policy = &rules.policy;
    let sees =
        |vm: &Arc<VmSummary>| (vm.name == near.name || vm.path == near.name) && policy.may_list(person, &vm.target());
    let there = inventory.iter().filter(|vm| near.vm.as_ref().is_some_and(|near| near.vcenter == vm.vm.vcenter));
    there.into_iter().any(sees)
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

/// The act with everything found that it names.
pub(super) fn resolved(
    core: &Core,
    asker: &Asker,
    vm: &VmSummary,
    vm_act: &VmAct,
    now: Timestamp,
) -> Result<Wish, Question> {
    let zone = core.parts.format(&asker.channel, &asker.locale).tz;
    let found = |selector: &Option<SnapshotSelector>| {
        one_snapshot(vm, vm_act, selector.as_ref(), core.parts.fleet.ahead(&vm.vm.vcenter))
    };
    Ok(match &vm_act.act {
        Act::Take { name, description, mode, until } => {
            let name = name.clone().unwrap_or_else(|| default_name(now, &zone));
            let keep = until.clone().or(usual_keep(core));
            let until = keep.map(|keep| limited(core, &keep, now, &zone)).transpose()?;
            Act::Take { name, description: description.clone(), mode: *mode, until }
        }
        Act::Revert { snapshot, stay_off } => Act::Revert { snapshot: found(snapshot)?, stay_off: *stay_off },
        Act::RevertLatest { stay_off } => Act::RevertLatest { stay_off: *stay_off },
        Act::Delete { snapshot, children } => Act::Delete { snapshot: found(snapshot)?, children: *children },
        Act::DeleteAll => Act::DeleteAll,
        Act::DeleteOlder { age } => match *age {},
        Act::Consolidate => Act::Consolidate,
        Act::Edit { snapshot, name, description } => {
            Act::Edit { snapshot: found(snapshot)?, name: name.clone(), description: description.clone() }
        }
        Act::Stay { snapshot: selector, change: StayChange::Until { until } } => {
            let change = StayChange::Until { until: limited(core, until, now, &zone)? };
            Act::Stay { snapshot: found(selector)?, change }
        }
        Act::Stay { snapshot: selector, change: StayChange::Hold { reason, until, .. } } => {
            let until = until.as_ref().map(|until| end(until, now, &zone)).transpose()?;
            let snapshot = found(selector)?;
            let replaces = hold_on(vm, &snapshot, now).filter(|hold| hold.by != asker.person);
            let change = StayChange::Hold { by: asker.person.clone(), reason: reason.clone(), until, replaces };
            Act::Stay { snapshot, change }
        }
        Act::Stay { snapshot: selector, change: StayChange::Release { .. } } => {
            let snapshot = found(selector)?;
            let change = StayChange::Release { of: hold_on(vm, &snapshot, now) };
            Act::Stay { snapshot, change }
        }
        Act::PowerOn => Act::PowerOn,
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

fn one_snapshot(
    vm: &VmSummary,
    vm_act: &VmAct,
    selector: Option<&SnapshotSelector>,
    ahead: SignedDuration,
) -> Result<Moref, Question> {
    let tree = &vm.tree;
    if tree.is_empty() {
        return Err(Question::Tell(Box::new(Notice::NoSnapshots { vm: vm.into() })));
    }
    let chosen = |moref: &Moref| {
        let act = vm_act.act.clone().with_snapshot(SnapshotSelector::Moref(moref.clone()));
        Intent::Act(VmAct { act, ..vm_act.clone() })
    };
    let choose = |morefs: Vec<Moref>, text: Option<String>| {
        let nodes: Vec<_> = morefs.iter().filter_map(|moref| tree.get(moref)).take(reply::MAX_CHOICES).collect();
        Question::Snapshots {
            vm: vm.into(),
            text,
            intents: nodes.iter().map(|node| chosen(&node.moref)).collect(),
            options: nodes
                .iter()
                .map(|node| {
                    let taken = by_our_clock(node.created, ahead);
                    (tree.number(&node.moref).unwrap_or(0), node.name.clone(), taken)
                })
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
            let nearest: Vec<String> = if nearest.is_empty() { there() } else { nearest };
            // A name that looks like another one's, or like what was typed, is told with its number.
            let typed = selector.text();
            let alike =
                |name: &str| look_alike(&typed, name) || tree.nodes().iter().any(|node| look_alike(&node.name, name));
            let told = |name: String| match tree.nodes().iter().position(|node| node.name == name) {
                Some(at) if alike(&name) => format!("{name} #{}", at + 1),
                Some(_) | None => name,
            };
            let nearest = nearest.into_iter().map(told).collect();
            let vm = vm.into();
            Err(Question::Tell(Box::new(Notice::UnknownSnapshot { vm, text: selector.text(), nearest })))
        }
    }
}
