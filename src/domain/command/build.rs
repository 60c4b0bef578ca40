//! From what was said to the intent: one arm per verb, values checked on the way.

use super::duration::{keep_in, until_or_for, until_or_for_in};
use super::error::CommandError;
use super::fold::fold;
use super::names::{description_in, name_in, reason_in, ticket_in};
use super::options;
use super::said::{Said, said};
use super::selectors::{request_in, snapshot_in, vm_in};
use super::verbs::{LATEST, verb_or_error};
use super::words::Text;
use crate::domain::act::{Act, Parameter, StayChange, Typed, Verb};
use crate::domain::ids::{RequestId, VCenterName};
use crate::domain::intent::{BulkScope, Intent, Mode, SnapshotSelector, VmAct, VmSelector};
use crate::domain::keep::Keep;

/// Reads one command.
pub(super) fn parse(command: &str) -> Result<Intent, CommandError> {
    let said = &mut said(command)?;
    Ok(match said.verb {
        Verb::List => Intent::List { vm: vm(said)? },
        Verb::Report => Intent::Report { name: said.word(Parameter::Report).map(|word| word.text.trim().to_owned()) },
        Verb::DeleteOlder => older(said)?,
        Verb::Help => Intent::Help { verb: verb(said)? },
        Verb::Status => Intent::Status {
            request: said.word(Parameter::Request).map(|word| request_in(Verb::Status, &word)).transpose()?,
        },
        Verb::Cancel => Intent::Cancel { request: request(said)? },
        Verb::Withdraw => Intent::Withdraw { request: request(said)? },
        Verb::Explain => {
            Intent::Explain { verb: verb(said)?.ok_or_else(|| missing(Verb::Explain, Parameter::Verb))?, vm: vm(said)? }
        }
        Verb::Freeze => Intent::Freeze { reason: reason(said)? },
        Verb::Unfreeze => Intent::Unfreeze,
        Verb::Take => {
            let act = |said: &mut Said| {
                Ok(Act::Take {
                    name: name(said)?,
                    description: description(said)?.filter(|text| !text.is_empty()),
                    mode: mode(said)?,
                    until: keep(said)?,
                })
            };
            on_vm(said, act)?
        }
        Verb::Revert => on_vm(said, revert)?,
        Verb::RevertLatest => on_vm(said, |said| Ok(Act::RevertLatest { stay_off: stay_off(said)? }))?,
        Verb::Delete => on_vm(said, |said| {
            Ok(Act::Delete { snapshot: snapshot(said)?, children: yes(said, Parameter::Children)? })
        })?,
        Verb::DeleteAll => on_vm(said, |_| Ok(Act::DeleteAll))?,
        Verb::Consolidate => on_vm(said, |_| Ok(Act::Consolidate))?,
        Verb::Edit => on_vm(said, edit)?,
        Verb::Keep => on_vm(said, keep_one)?,
        Verb::Hold => on_vm(said, |said| {
            let snapshot = snapshot(said)?;
            let change = StayChange::Hold { by: (), reason: reason(said)?, until: keep(said)?, replaces: () };
            Ok(Act::Stay { snapshot, change })
        })?,
        Verb::Release => {
            on_vm(said, |said| Ok(Act::Stay { snapshot: snapshot(said)?, change: StayChange::Release { of: () } }))?
        }
        Verb::PowerOn => on_vm(said, |_| Ok(Act::PowerOn))?,
    })
}

/// An act on a VM, with what can be said of any of them.
fn on_vm(
    said: &mut Said,
    act: impl FnOnce(&mut Said) -> Result<Act<Typed>, CommandError>,
) -> Result<Intent, CommandError> {
    let vm = vm(said)?;
    let act = act(said)?;
    let safety = yes(said, Parameter::Safety)?;
    Ok(Intent::Act(VmAct { vm, act, safety, ticket: ticket(said)? }))
}

/// `revert`, which with `latest` in the place of the snapshot is `revert-latest`.
fn revert(said: &mut Said) -> Result<Act<Typed>, CommandError> {
    let word = said.value(Parameter::Snapshot);
    let latest = word.as_ref().is_some_and(|word| !word.quoted && LATEST.contains(&fold(&word.text).as_str()));
    let stay_off = stay_off(said)?;
    if latest {
        return Ok(Act::RevertLatest { stay_off });
    }
    Ok(Act::Revert { snapshot: word.map(snapshot_of).transpose()?, stay_off })
}

/// `edit`, which has to change something.
fn edit(said: &mut Said) -> Result<Act<Typed>, CommandError> {
    let snapshot = snapshot(said)?;
    let name = name(said)?;
    let description = description(said)?;
    if name.is_none() && description.is_none() {
        return Err(CommandError::MissingChange);
    }
    Ok(Act::Edit { snapshot, name, description })
}

/// `keep`, whose last word says how long. Where there are two words and the second one is a time, the snapshot is left open.
fn keep_one(said: &mut Said) -> Result<Act<Typed>, CommandError> {
    let word = said.value(Parameter::Snapshot);
    let long = said.value(Parameter::Keep);
    let (word, long) = match (word, long) {
        (Some(word), None) if !word.quoted && until_or_for(&word.text).is_ok() => (None, Some(word)),
        (word, long) => (word, long),
    };
    let long = long.ok_or_else(|| missing(Verb::Keep, Parameter::Keep))?;
    let snapshot = word.map(snapshot_of).transpose()?;
    Ok(Act::Stay { snapshot, change: StayChange::Until { until: until_or_for_in(&long)? } })
}

/// `delete-older`: of which VMs, and how old.
fn older(said: &mut Said) -> Result<Intent, CommandError> {
    const ALL: [&str; 7] = ["all", "*", "tout", "tous", "toutes", "everything", "all-vms"];
    let scope = said.word(Parameter::Scope).filter(|word| !word.text.trim().is_empty());
    let scope = scope.ok_or_else(|| missing(said.verb, Parameter::Scope))?;
    let scope = if !scope.quoted && ALL.contains(&fold(scope.text.trim()).as_str()) {
        BulkScope::All
    } else {
        BulkScope::Named(scope.text.trim().trim_end_matches('/').to_owned())
    };
    let age = said.word(Parameter::Age).ok_or_else(|| missing(said.verb, Parameter::Age))?;
    Ok(Intent::DeleteOlder { scope, age: keep_in(&age)?, ticket: ticket(said)? })
}

/// Why, which has to be said.
fn reason(said: &mut Said) -> Result<String, CommandError> {
    let verb = said.verb;
    reason_in(&said.word(Parameter::Reason).ok_or_else(|| missing(verb, Parameter::Reason))?)
}

const fn missing(verb: Verb, parameter: Parameter) -> CommandError {
    CommandError::Missing { verb, parameter }
}

/// The VM, in its vCenter if one was said.
fn vm(said: &mut Said) -> Result<VmSelector, CommandError> {
    let vcenter = said.option(Parameter::VCenter);
    let vcenter = match vcenter {
        Some(spoken) if spoken.value.text.trim().is_empty() => {
            return Err(CommandError::MissingValue { option: Parameter::VCenter, column: spoken.column });
        }
        Some(spoken) => Some(VCenterName::new(spoken.value.text.trim())),
        None => None,
    };
    let word = said.value(Parameter::Vm).filter(|word| !word.text.trim().is_empty());
    let word = word.ok_or_else(|| missing(said.verb, Parameter::Vm))?;
    Ok(vm_in(word, vcenter))
}

/// The snapshot, if one was said.
fn snapshot(said: &mut Said) -> Result<Option<SnapshotSelector>, CommandError> {
    said.value(Parameter::Snapshot).map(snapshot_of).transpose()
}

/// The snapshot that a word means; an empty one means none, and is no way to ask for the picker.
fn snapshot_of(word: Text) -> Result<SnapshotSelector, CommandError> {
    if word.text.trim().is_empty() {
        return Err(CommandError::MissingValue { option: Parameter::Snapshot, column: word.start });
    }
    snapshot_in(word)
}

/// How it is taken; as the VM's state has it where nothing is said.
fn mode(said: &mut Said) -> Result<Mode, CommandError> {
    said.option(Parameter::Mode).map_or(Ok(Mode::default()), |spoken| options::mode(&spoken.value))
}

/// The new name, if one was said.
fn name(said: &mut Said) -> Result<Option<String>, CommandError> {
    said.value(Parameter::Name).map(|word| name_in(&word)).transpose()
}

/// The new description, if one was said.
fn description(said: &mut Said) -> Result<Option<String>, CommandError> {
    let spoken = said.option(Parameter::Description);
    spoken.map(|spoken| description_in(&spoken.value)).transpose()
}

/// How long it stays, if that was said.
fn keep(said: &mut Said) -> Result<Option<Keep>, CommandError> {
    said.option(Parameter::Keep).map(|spoken| until_or_for_in(&spoken.value)).transpose()
}

/// The ticket, if one was said.
fn ticket(said: &mut Said) -> Result<Option<String>, CommandError> {
    said.option(Parameter::Ticket).map(|spoken| ticket_in(&spoken.value)).transpose()
}

/// Whether the VM stays off, in either of the two ways to say it.
fn stay_off(said: &mut Said) -> Result<bool, CommandError> {
    match said.option(Parameter::Power) {
        Some(spoken) => options::stays_off(&spoken.value),
        None => yes(said, Parameter::StayOff),
    }
}

/// An option of yes and no, which is no where nothing is said.
fn yes(said: &mut Said, key: Parameter) -> Result<bool, CommandError> {
    let spoken = said.option(key);
    spoken.map_or(Ok(false), |spoken| options::yes_or_no(key, &spoken.value))
}

/// The request that has to be said.
fn request(said: &mut Said) -> Result<RequestId, CommandError> {
    let verb = said.verb;
    request_in(verb, &said.word(Parameter::Request).ok_or_else(|| missing(verb, Parameter::Request))?)
}

/// The verb that is asked about, if one was said.
fn verb(said: &mut Said) -> Result<Option<Verb>, CommandError> {
    let word = said.word(Parameter::Verb);
    word.map(|word| verb_or_error(&word.text, None, word.columns.first().copied().unwrap_or(word.start))).transpose()
}
