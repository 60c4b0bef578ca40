//! What Discord offers while somebody types: VMs that they may work on, that VM's snapshots, modes that its state allows, times.

use super::inbound::Command;
use super::limits;
use crate::domain::act::{Completion, Parameter};
use crate::domain::ids::PersonId;
use crate::engine::{Argument, CompletionQuery, Handle};

/// What is offered for how long a snapshot is to stay; anything else may be typed.
const TIMES: [&str; 6] = ["1d", "3d", "7d", "14d", "30d", "12h"];

/// Completions, each with what is read and the value that comes back.
pub(super) fn complete(
    handle: &Handle,
    person: &PersonId,
    command: &Command,
    option: &str,
    locale: Option<&str>,
) -> Vec<(String, String)> {
    let typed = command.options.get(option).map(String::as_str).unwrap_or_default();
    let argument = match Parameter::of(option).and_then(|option| option.spec().completion) {
        Some(Completion::Vm) => Argument::Vm,
        Some(Completion::Snapshot) => Argument::Snapshot,
        Some(Completion::Mode) => Argument::Mode,
        Some(Completion::Time) => return times(typed),
        None => return Vec::new(),
    };
    let query = CompletionQuery {
        verb: command.verb.clone(),
        argument,
        vm: command.options.get(Parameter::Vm.as_str()).cloned(),
        query: typed.to_owned(),
        locale: locale.map(str::to_owned),
    };
    handle.complete(person, &query).into_iter().map(|found| (found.label.clone(), found.exact().to_owned())).collect()
}

/// What was typed first, if it is a time at all, then the usual ones.
fn times(typed: &str) -> Vec<(String, String)> {
    let typed = typed.trim();
    let own = (!typed.is_empty() && crate::domain::command::keep(typed).is_ok()).then_some(typed);
    let usual = TIMES.into_iter().filter(|time| Some(*time) != own && time.starts_with(typed));
    own.into_iter().chain(usual).take(limits::COMPLETIONS).map(|time| (time.to_owned(), time.to_owned())).collect()
}

#[cfg(test)]
mod tests;
