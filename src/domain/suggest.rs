//! Completion: what may come next, with a value that the grammar reads back as exactly the thing that was shown.
//!
//! A value that would be answered with a picker is no completion, so a name that is not unique is completed as a path, a
//! number or an id. The label is data: `engine` puts it into the reader's words.

mod snapshots;
mod vms;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::command::{fold, is_hidden, loose, quote};
use super::ids::VmRef;
use super::intent::Mode;
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
    Vm {
        /// Out of these. Templates are left out: nobody takes snapshots of them.
        inventory: &'a Inventory,
        /// Whether the person may know of this VM.
        visible: &'a dyn Fn(&VmSummary) -> bool,
    },
    Snapshot {
        /// Out of these.
        tree: &'a SnapshotTree,
        /// The time by which ages are told.
        now: Timestamp,
    },
    /// The mode of a snapshot, as far as the VM allows it now.
    Mode { vm: &'a VmSummary },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to put into the command, quotes included.
    pub value: String,
    /// What to show.
    pub label: Label,
}

/// What a completion stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    Mode(Mode),
    Vm {
        vm: VmRef,
        /// Its path, the name at its end.
        path: String,
        /// Whether it runs.
        power: Option<PowerState>,
    },
    Snapshot {
        /// Its number in the list.
        number: usize,
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
        Wanted::Vm { inventory, visible } => vms::vms(inventory, *visible, &typed),
        Wanted::Snapshot { tree, now } => snapshots::snapshots(tree, *now, &typed),
        Wanted::Mode { vm } => modes(vm, &typed),
    }
}

/// The modes that a VM allows now. One that does not run has neither memory to capture nor a guest to put to rest.
pub const fn modes_of(vm: &VmSummary) -> &'static [Mode] {
    match (vm.power, vm.tools) {
        (Some(PowerState::On), ToolsState::Running) => &[Mode::Auto, Mode::Disk, Mode::Quiesce, Mode::Memory],
        (Some(PowerState::On), ToolsState::NotRunning) => &[Mode::Auto, Mode::Disk, Mode::Memory],
        (Some(PowerState::Off | PowerState::Suspended) | None, _) => &[Mode::Auto, Mode::Disk],
    }
}

/// The modes that a VM allows, by their words, which are compared as the grammar compares them.
fn modes(vm: &VmSummary, typed: &str) -> Vec<Suggestion> {
    let typed = fold(typed);
    let found =
        ranked(modes_of(vm).to_vec(), |mode| holds(&typed, mode.as_str()), |mode| resembles(&typed, mode.as_str()));
    found.into_iter().map(|mode| Suggestion { value: mode.as_str().to_owned(), label: Label::Mode(mode) }).collect()
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
