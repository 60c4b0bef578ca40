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
use crate::domain::act::{Parameter, Verb};
use crate::domain::ids::{RequestId, VCenterName};
use crate::domain::intent::{BulkScope, Intent, SnapshotSelector, VmSelector};
use crate::domain::keep::Keep;

/// Reads one command.
pub(super) fn parse(command: &str) -> Result<Intent, CommandError> {
    let mut said = said(command)?;
    let said = &mut said;
    let intent = match said.verb {
        Verb::Take => Intent::Take {
            vm: vm(said)?,
            name: name(said)?,
            description: description(said)?.filter(|text| !text.is_empty()),
            mode: said
                .option(Parameter::Mode)
                .map(|spoken| options::mode(&spoken.value))
                .transpose()?
                .unwrap_or_default(),
            keep: keep(said)?,
            ticket: ticket(said)?,
        },
        Verb::List => Intent::List { vm: vm(said)? },
        Verb::Report => Intent::Report { name: said.word(Parameter::Report).map(|word| word.text.trim().to_owned()) },
        Verb::Revert => revert(said)?,
        Verb::RevertLatest => Intent::RevertLatest {
            vm: vm(said)?,
            stay_off: stay_off(said)?,
            safety: yes(said, Parameter::Safety)?,
            ticket: ticket(said)?,
        },
        Verb::Delete => Intent::Delete {
            vm: vm(said)?,
            snapshot: snapshot(said)?,
            children: yes(said, Parameter::Children)?,
            ticket: ticket(said)?,
        },
        Verb::DeleteAll => Intent::DeleteAll { vm: vm(said)?, ticket: ticket(said)? },
        Verb::Consolidate => Intent::Consolidate { vm: vm(said)?, ticket: ticket(said)? },
        Verb::DeleteOlder => older(said)?,
        Verb::Edit => edit(said)?,
        Verb::Keep => keep_one(said)?,
        Verb::Hold => {
            Intent::Hold { vm: vm(said)?, snapshot: snapshot(said)?, reason: reason(said)?, keep: keep(said)? }
        }
        Verb::Release => Intent::Release { vm: vm(said)?, snapshot: snapshot(said)? },
        Verb::PowerOn => Intent::PowerOn { vm: vm(said)? },
        Verb::Help => Intent::Help { verb: verb(said)? },
        Verb::Status => Intent::Status {
            request: said.word(Parameter::Request).map(|word| request_in(Verb::Status, &word)).transpose()?,
        },
        Verb::Cancel => Intent::Cancel { request: request(said)? },
        Verb::Withdraw => Intent::Withdraw { request: request(said)? },
        Verb::Explain => Intent::Explain { verb: verb(said)?.ok_or(CommandError::MissingVerb)?, vm: vm(said)? },
        Verb::Freeze => Intent::Freeze { reason: reason(said)? },
        Verb::Unfreeze => Intent::Unfreeze,
    };
    Ok(intent)
}

/// `revert`, which with `latest` in the place of the snapshot is `revert-latest`.
fn revert(said: &mut Said) -> Result<Intent, CommandError> {
    let vm = vm(said)?;
    let word = said.value(Parameter::Snapshot);
    let latest = word.as_ref().is_some_and(|word| !word.quoted && LATEST.contains(&fold(&word.text).as_str()));
    let stay_off = stay_off(said)?;
    let safety = yes(said, Parameter::Safety)?;
    let ticket = ticket(said)?;
    if latest {
        return Ok(Intent::RevertLatest { vm, stay_off, safety, ticket });
    }
    Ok(Intent::Revert { vm, snapshot: word.map(snapshot_of).transpose()?, stay_off, safety, ticket })
}

/// `edit`, which has to change something.
fn edit(said: &mut Said) -> Result<Intent, CommandError> {
    let vm = vm(said)?;
    let snapshot = snapshot(said)?;
    let name = name(said)?;
    let description = description(said)?;
    if name.is_none() && description.is_none() {
        return Err(CommandError::MissingChange);
    }
    Ok(Intent::Edit { vm, snapshot, name, description })
}

/// `keep`, whose last word says how long. Where there are two words and the second one is a time, the snapshot is left open.
fn keep_one(said: &mut Said) -> Result<Intent, CommandError> {
    let vm = vm(said)?;
    let word = said.value(Parameter::Snapshot);
    let long = said.value(Parameter::Keep);
    let (word, long) = match (word, long) {
        (Some(word), None) if !word.quoted && until_or_for(&word.text).is_ok() => (None, Some(word)),
        (word, long) => (word, long),
    };
    let long = long.ok_or(CommandError::MissingKeep)?;
    Ok(Intent::Keep { vm, snapshot: word.map(snapshot_of).transpose()?, keep: until_or_for_in(&long)? })
}

/// `delete-older`: of which VMs, and how old.
fn older(said: &mut Said) -> Result<Intent, CommandError> {
    const ALL: [&str; 7] = ["all", "*", "tout", "tous", "toutes", "everything", "all-vms"];
    let scope = said.word(Parameter::Scope).filter(|word| !word.text.trim().is_empty());
    let scope = scope.ok_or(CommandError::MissingScope)?;
    let scope = if !scope.quoted && ALL.contains(&fold(scope.text.trim()).as_str()) {
        BulkScope::All
    } else {
        BulkScope::Named(scope.text.trim().trim_end_matches('/').to_owned())
    };
    let age = said.word(Parameter::Age).ok_or(CommandError::MissingAge)?;
    Ok(Intent::DeleteOlder { scope, age: keep_in(&age)?, ticket: ticket(said)? })
}

/// Why, which has to be said.
fn reason(said: &mut Said) -> Result<String, CommandError> {
    let verb = said.verb;
    let word = said.word(Parameter::Reason).ok_or(CommandError::MissingReason { verb })?;
    reason_in(&word)
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
    let word = word.ok_or(CommandError::MissingVm { verb: said.verb })?;
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
    let word = said.word(Parameter::Request).ok_or(CommandError::MissingRequest { verb })?;
    request_in(verb, &word)
}

/// The verb that is asked about, if one was said.
fn verb(said: &mut Said) -> Result<Option<Verb>, CommandError> {
    let word = said.word(Parameter::Verb);
    word.map(|word| verb_or_error(&word.text, None, word.columns.first().copied().unwrap_or(word.start))).transpose()
}
