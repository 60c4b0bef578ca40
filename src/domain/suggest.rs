//! Completion: what may come next, with a value that the grammar reads back as exactly the thing that was shown.
//!
//! A value that would be answered with a picker is no completion, so a name that is not unique is completed as a path, a
//! number or an id. The label is data; [`Suggestion::text`] writes it in few words, and a card may write it in others.

mod snapshots;
mod vms;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::command::{OptionKey, aliases, fold, is_hidden, loose, options_of, quote};
use super::intent::{Mode, Verb};
use super::inventory::{Inventory, ToolsState, VmSummary};
use super::lookup::{Closeness, holds, resembles};
use super::snapshot_tree::{PowerState, SnapshotTree};

/// The most completions at a time: what Discord's autocomplete shows.
pub const SUGGESTIONS_MAX: usize = 25;

/// The longest value, in characters: Discord's autocomplete takes 100. A longer name is completed as its number or id.
pub const VALUE_MAX_CHARS: usize = 100;

/// What is being typed.
#[derive(Clone, Copy)]
pub enum Wanted<'a> {
    /// The verb.
    Verb,
    /// The key of an option.
    Option {
        /// Of this verb.
        verb: Verb,
    },
    /// The value of an option with a closed set of values; for the mode there is [`Wanted::Mode`].
    Value {
        /// Of this option.
        option: OptionKey,
    },
    /// A VM.
    Vm {
        /// Out of these. Templates are left out: nobody takes snapshots of them.
        inventory: &'a Inventory,
        /// Whether the person may know of this VM.
        visible: &'a dyn Fn(&VmSummary) -> bool,
    },
    /// A snapshot.
    Snapshot {
        /// Out of these.
        tree: &'a SnapshotTree,
        /// The time by which ages are told.
        now: Timestamp,
    },
    /// The mode of a snapshot, as far as the VM allows it now.
    Mode {
        /// The VM.
        vm: &'a VmSummary,
    },
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to put into the command, quotes included. An option's key ends in `:`.
    pub value: String,
    /// What to show.
    pub label: Label,
}

/// What a completion stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// A verb.
    Verb(Verb),
    /// An option.
    Option(OptionKey),
    /// A value, which says everything itself.
    Value(&'static str),
    /// A mode.
    Mode(Mode),
    /// A VM.
    Vm {
        /// Its path, the name at its end.
        path: String,
        /// Whether it runs.
        power: PowerState,
    },
    /// A snapshot.
    Snapshot {
        /// Its number in the list.
        number: usize,
        /// Its name.
        name: String,
        /// How old it is; zero if vCenter's clock is ahead.
        age: SignedDuration,
        /// Whether "You are here" hangs below it.
        current: bool,
    },
}

/// Completes what has been typed so far, the likeliest first: what begins with it, then what holds it, then what
/// resembles it. Nothing typed yet completes to everything, newest snapshots first. At most [`SUGGESTIONS_MAX`].
pub fn suggest(wanted: &Wanted<'_>, typed: &str) -> Vec<Suggestion> {
    // The quote that is about to be closed is no part of the name.
    let typed = loose(typed.trim_start_matches(['"', '\'', '“', '”', '„', '«', '‘', '’']));
    match wanted {
        Wanted::Verb => verbs(&typed),
        Wanted::Option { verb } => {
            let keys = options_of(*verb).iter().map(|key| (*key, key.aliases()));
            words(&typed, keys, |key| Suggestion { value: format!("{key}:"), label: Label::Option(key) })
        }
        Wanted::Value { option } => {
            let values = option.values().iter().map(|value| (*value, std::slice::from_ref(value)));
            words(&typed, values, |value| Suggestion { value: value.to_owned(), label: Label::Value(value) })
        }
        Wanted::Vm { inventory, visible } => vms::vms(inventory, *visible, &typed),
        Wanted::Snapshot { tree, now } => snapshots::snapshots(tree, *now, &typed),
        Wanted::Mode { vm } => {
            let modes: Vec<(Mode, &str)> = modes_of(vm).iter().map(|mode| (*mode, mode.as_str())).collect();
            let modes = modes.iter().map(|(mode, word)| (*mode, std::slice::from_ref(word)));
            words(&typed, modes, |mode| Suggestion { value: mode.as_str().to_owned(), label: Label::Mode(mode) })
        }
    }
}

/// The modes that a VM allows now. One that does not run has neither memory to capture nor a guest to put to rest.
pub const fn modes_of(vm: &VmSummary) -> &'static [Mode] {
    match (vm.power, vm.tools) {
        (PowerState::On, ToolsState::Running) => &[Mode::Auto, Mode::Disk, Mode::Quiesce, Mode::Memory],
        (PowerState::On, ToolsState::NotRunning) => &[Mode::Auto, Mode::Disk, Mode::Memory],
        (PowerState::Off | PowerState::Suspended, _) => &[Mode::Auto, Mode::Disk],
    }
}

impl Suggestion {
    /// The label in one line, in words that both languages share as far as there are any: `DC1/web/web-02 · on`,
    /// `#2 before upgrade · 2 d`.
    pub fn text(&self) -> String {
        match &self.label {
            Label::Verb(verb) => verb.as_str().to_owned(),
            Label::Option(key) => key.as_str().to_owned(),
            Label::Value(value) => (*value).to_owned(),
            Label::Mode(mode) => mode.as_str().to_owned(),
            Label::Vm { path, power } => {
                let power = match power {
                    PowerState::On => "on",
                    PowerState::Off => "off",
                    PowerState::Suspended => "suspended",
                };
                format!("{path} · {power}")
            }
            Label::Snapshot { number, name, age, current } => {
                let here = if *current { " · ◀" } else { "" };
                format!("#{number} {name} · {}{here}", short_age(*age))
            }
        }
    }
}

/// An age in its largest whole unit.
fn short_age(age: SignedDuration) -> String {
    let hours = age.as_hours();
    if hours >= 48 {
        format!("{} d", hours / 24)
    } else if hours >= 1 {
        format!("{hours} h")
    } else {
        format!("{} min", age.as_mins().max(0))
    }
}

/// Verbs by any of their names. Nothing typed yet shows each by its own.
fn verbs(typed: &str) -> Vec<Suggestion> {
    let verbs = Verb::ALL.into_iter().map(|verb| (verb, aliases(verb)));
    words(typed, verbs, |verb| Suggestion { value: verb.as_str().to_owned(), label: Label::Verb(verb) })
}

/// Things of a short list, by their names in the grammar, which are compared as the grammar compares them.
fn words<'a, T>(
    typed: &str,
    things: impl Iterator<Item = (T, &'a [&'a str])>,
    shown: impl Fn(T) -> Suggestion,
) -> Vec<Suggestion> {
    let typed = fold(typed);
    let named: Vec<(T, &[&str])> = things.collect();
    let best = |names: &[&str], how: fn(&str, &str) -> Option<Closeness>| {
        names.iter().filter_map(|name| how(&typed, name)).min()
    };
    ranked(named, |(_, names)| best(names, holds), |(_, names)| best(names, resembles))
        .into_iter()
        .map(|(thing, _)| shown(thing))
        .collect()
}

/// What holds the text, the likest first; only if nothing does, what resembles it.
fn ranked<T>(
    things: Vec<T>,
    holds: impl Fn(&T) -> Option<Closeness>,
    resembles: impl Fn(&T) -> Option<Closeness>,
) -> Vec<T> {
    let found = things.iter().any(|thing| holds(thing).is_some());
    let rank = |thing: &T| if found { holds(thing) } else { resembles(thing) };
    let mut ranked: Vec<(Closeness, T)> = things.into_iter().filter_map(|thing| Some((rank(&thing)?, thing))).collect();
    ranked.sort_by_key(|(closeness, _)| *closeness);
    ranked.into_iter().take(SUGGESTIONS_MAX).map(|(_, thing)| thing).collect()
}

/// Whether a name can stand in a command that people read: short enough, and nothing hidden in it.
fn is_fit(name: &str) -> bool {
    !name.trim().is_empty()
        && quote(name).chars().count() <= VALUE_MAX_CHARS
        && !name.chars().any(|c| c.is_control() || is_hidden(c))
}
