//! Completion for one person: VMs that they may know of, snapshots of the VM that stands in the command, modes that its state allows.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::setup::Parts;
use crate::domain::command::{self, find_verb};
use crate::domain::ids::PersonId;
use crate::domain::inventory::VmSummary;
use crate::domain::lookup::{self, VmLookup};
use crate::domain::policy::{Decision, PolicyVerb};
use crate::domain::snapshot_tree::PowerState;
use crate::domain::suggest::{self, Label, Wanted};
use crate::message::cards::labels;
use crate::message::format::{Format, name};
use crate::message::words::{self, Locale};

/// What is being completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    Vm,
    /// A snapshot of the VM that stands in the command.
    Snapshot,
    /// A mode that the VM's state allows.
    Mode,
}

/// Something half typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionQuery {
    /// The verb, as typed; VMs on which the person may not do it are left out. Empty: those that they may list.
    pub verb: String,
    /// What is being completed.
    pub argument: Argument,
    /// The VM that stands in the command, as typed or as a completion gave it.
    pub vm: Option<String>,
    /// What is typed so far.
    pub query: String,
    /// The reader's language.
    pub locale: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Completion {
    /// The thing by its name.
    pub value: String,
    /// What to put into a command to mean exactly it, where that is more than its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insert: Option<String>,
    /// What to show: begins with the value, and goes on with what tells it from its namesakes. Where two would look the same, an id is in
    /// front.
    pub label: String,
}

impl Completion {
    /// What means exactly it, in a command or in a form.
    pub fn exact(&self) -> &str {
        self.insert.as_deref().unwrap_or(&self.value)
    }
}

pub(super) fn complete(parts: &Parts, person: &PersonId, query: &CompletionQuery) -> Vec<Completion> {
    let inventory = parts.fleet.inventory();
    let rules = parts.rules();
    let policy = &rules.policy;
    let right = find_verb(&query.verb).and_then(|verb| verb.spec().right).unwrap_or(PolicyVerb::List);
    let visible = |vm: &VmSummary| matches!(policy.decide(person, right, &vm.target()), Decision::Allowed { .. });
    let now = parts.clock.now();
    // The VM that stands in the command, if it is one and this person may know of it.
    let named = || {
        let selector = query.vm.as_deref().and_then(vm_of)?;
        match lookup::find_vm(&inventory, &selector) {
            VmLookup::One(vm) if visible(&vm) => Some(vm),
            VmLookup::One(_) | VmLookup::Many(_) | VmLookup::None { .. } => None,
        }
    };
    let found = match query.argument {
        Argument::Vm => suggest::suggest(&Wanted::Vm { inventory: &inventory, visible: &visible }, &query.query),
        Argument::Snapshot => named().map_or_else(Vec::new, |vm| {
            let tree = &vm.tree.by_our_clock(parts.fleet.ahead(&vm.vm.vcenter));
            suggest::suggest(&Wanted::Snapshot { tree, now }, &query.query)
        }),
        Argument::Mode => named().map_or_else(Vec::new, |vm| suggest::suggest(&Wanted::Mode { vm: &vm }, &query.query)),
    };
    let format = Format { locale: Locale::of(query.locale.as_deref().unwrap_or_default()), tz: TimeZone::UTC, now };
    let several = parts.fleet.iter().nth(1).is_some();
    let ids: Vec<String> = found.iter().map(|one| alone(&one.label)).collect();
    let mut shown: Vec<Completion> = found.into_iter().map(|one| shown(one, several, &format)).collect();
    let labels = labels::distinct(shown.iter().map(|one| one.label.clone()).collect(), |at| ids[at].clone());
    for (one, label) in shown.iter_mut().zip(labels) {
        one.label = label;
    }
    shown
}

/// What only this one has.
fn alone(label: &Label) -> String {
    match label {
        Label::Vm { vm, .. } => vm.moref.to_string(),
        Label::Snapshot { number, .. } => format!("#{number}"),
        Label::Mode(mode) => mode.as_str().to_owned(),
    }
}

/// A completion as people read it.
fn shown(suggestion: suggest::Suggestion, several_vcenters: bool, format: &Format) -> Completion {
    let suggest::Suggestion { value: insert, label } = suggestion;
    let value = command::unquote(&insert);
    let rest = match &label {
        Label::Vm { vm, path, power } => {
            let power = match power {
                Some(PowerState::On) => "power-on",
                Some(PowerState::Off) => "power-off",
                Some(PowerState::Suspended) => "power-suspended",
                None => "power-unknown",
            };
            let place = match path.rsplit_once('/') {
                Some((folder, name)) if value.ends_with(name) => folder,
                Some(_) | None => path,
            };
            let vcenter = Some(name(vm.vcenter.as_str())).filter(|_| several_vcenters);
            let power = words::say(format.locale, power, &[]);
            vcenter.into_iter().chain([place.to_owned(), power]).collect()
        }
        Label::Snapshot { number, name, age, current } => {
            let number = format!("#{number}");
            let name = Some(name.clone()).filter(|name| *name != value);
            let number = Some(number).filter(|number| *number != value);
            let here = current.then(|| words::say(format.locale, "tree-here", &[]));
            let parts = [number, name, Some(format.age(format.now - *age)), here];
            parts.into_iter().flatten().collect()
        }
        Label::Mode(_) => Vec::new(),
    };
    Completion {
        label: std::iter::once(value.clone()).chain(rest).collect::<Vec<_>>().join(" · "),
        insert: (insert != value).then_some(insert),
        value,
    }
}

/// The VM that stands in the box, with or without the quotes that its name needs.
fn vm_of(text: &str) -> Option<crate::domain::intent::VmSelector> {
    command::vm_selector(text).or_else(|| command::vm_selector(&command::quote(text)))
}
