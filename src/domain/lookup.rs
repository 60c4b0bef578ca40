//! Which VM and which snapshot somebody meant: one, several to pick from, or none.
//!
//! Never a guess. Whatever answers to the words in the best way there is, is found; if that is more than one thing,
//! a person picks. A name that looks like an id, a path or a number is a name all the same, so both readings count. Of names that look the
//! same to a reader ([`super::confusable`]) none is found alone: who typed one of them may have read the other.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::command::{distance, is_uuid, is_vm_id, loose, trimmed};
use super::confusable::{has_skeleton, skeleton};
use super::ids::{Moref, VCenterName, VmTitle};
use super::intent::{SnapshotSelector, VmSelector};
use super::inventory::{Inventory, VmSummary};
use super::snapshot_tree::{Snapshot, SnapshotTree};

/// The most VMs or snapshots to pick from: what one menu of a chat platform holds (Discord's select has 25 options).
pub const CHOICES_MAX: usize = 25;

/// The most names that an answer offers when nothing was found: more would not be read.
pub const NEAREST_MAX: usize = 3;

/// What a VM's selector found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VmLookup {
    /// Exactly one VM.
    One(Arc<VmSummary>),
    /// Several, ordered by path, then vCenter, then id; at most [`CHOICES_MAX`].
    Many(Vec<Arc<VmSummary>>),
    None {
        /// VMs by name (by path, if a path was asked for) that were perhaps meant, the likeliest first.
        nearest: Vec<VmTitle>,
    },
}

/// What a snapshot's selector found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotLookup {
    /// Exactly one snapshot.
    One(Moref),
    /// Several, in the order of the list; at most [`CHOICES_MAX`].
    Many(Vec<Moref>),
    None {
        /// Names that were perhaps meant, the likeliest first.
        nearest: Vec<String>,
    },
}

/// Finds the VMs that answer to a selector.
///
/// A name or path counts as it is written; only if none does, without spaces around it; only if none does, whatever its
/// case. A path may be cut short from the left (`test/web-02`). The vCenter's name may stand in front of either (`paris/web-02`). Ids count at
/// any time.
pub fn find_vm(inventory: &Inventory, selector: &VmSelector) -> VmLookup {
    let vcenter = match selector {
        VmSelector::Named { vcenter, .. } | VmSelector::Moref { vcenter, .. } => vcenter.as_ref(),
        VmSelector::Uuid(_) => None,
    };
    let there: Vec<&Arc<VmSummary>> = inventory.iter().filter(|vm| is_in(vm, vcenter)).collect();
    let text = selector.text();
    let by_id = |vm: &VmSummary| match selector {
        VmSelector::Named { text, .. } => is_called(vm, text),
        VmSelector::Moref { moref, .. } => vm.vm.moref == *moref,
        VmSelector::Uuid(uuid) => has_uuid(vm, uuid.as_str()),
    };
    let named = named_vms(&there, text);
    let mut found: Vec<Arc<VmSummary>> = there
        .iter()
        .enumerate()
        .filter(|(index, vm)| named.contains(index) || by_id(vm))
        .map(|(_, vm)| Arc::clone(vm))
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.vm.cmp(&b.vm)));
    match found.as_slice() {
        [] => VmLookup::None { nearest: nearest_vms(&there, text) },
        [vm] => VmLookup::One(Arc::clone(vm)),
        _ => {
            found.truncate(CHOICES_MAX);
            VmLookup::Many(found)
        }
    }
}

/// Finds the snapshots that answer to a selector, by the same rules; a path is one in the tree (`base/before upgrade`).
/// Digits without quotes are a name and a number of the list at once.
pub fn find_snapshot(tree: &SnapshotTree, selector: &SnapshotSelector) -> SnapshotLookup {
    let (text, number, moref) = match selector {
        SnapshotSelector::Named { text, quoted: true } => (text.clone(), None, None),
        SnapshotSelector::Named { text, quoted: false } => (text.clone(), number_of(text), None),
        SnapshotSelector::Number(number) => (format!("#{number}"), Some(*number), None),
        SnapshotSelector::Moref(moref) => (moref.as_str().to_owned(), None, Some(moref)),
    };
    let nodes = tree.nodes();
    let paths = if text.contains('/') { paths(tree) } else { HashMap::new() };
    let path = |node: &Snapshot| paths.get(&node.moref).map_or("", String::as_str);
    let named = best(&text, nodes.iter().map(|node| (node.name.as_str(), path(node))));
    let named = with_doubles(&text, named, nodes.iter().map(|node| (node.name.as_str(), path(node))));
    let found: Vec<Moref> = nodes
        .iter()
        .enumerate()
        .filter(|(index, node)| {
            named.contains(index) || number.is_some_and(|number| number == index + 1) || moref == Some(&node.moref)
        })
        .map(|(_, node)| node.moref.clone())
        .collect();
    match found.as_slice() {
        [] => SnapshotLookup::None { nearest: nearest(&text, nodes.iter().map(|node| node.name.as_str())) },
        [moref] => SnapshotLookup::One(moref.clone()),
        _ => SnapshotLookup::Many(found.into_iter().take(CHOICES_MAX).collect()),
    }
}

/// In how many ways a name may differ from what was typed and still count, the strictest first.
#[derive(Debug, Clone, Copy)]
enum Likeness {
    /// Not at all.
    Exact,
    /// By spaces and hidden characters at its ends.
    Trimmed,
    /// By these, by case, by the kind of its spaces and by how its accents are encoded.
    Loose,
}

impl Likeness {
    /// The part of a text that counts.
    fn of(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Exact => Cow::Borrowed(text),
            Self::Trimmed => Cow::Borrowed(trimmed(text)),
            Self::Loose => Cow::Owned(loose(text)),
        }
    }
}

/// The places of the items that answer to a text in the strictest way in which any of them does. An item is a name with
/// its path.
fn best<'a>(typed: &str, items: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> HashSet<usize> {
    for how in [Likeness::Exact, Likeness::Trimmed, Likeness::Loose] {
        let typed = how.of(typed);
        // Without a slash it is a name: `b` is not the VM that somebody called "a/b".
        let is_path = typed.contains('/');
        let answers = |name: &str, path: &str| {
            !typed.is_empty() && (how.of(name) == typed || (is_path && is_end_of(&typed, &how.of(path))))
        };
        let places = items.clone().enumerate().filter(|(_, (name, path))| answers(name, path));
        let found: HashSet<usize> = places.map(|(place, _)| place).collect();
        if !found.is_empty() {
            return found;
        }
    }
    HashSet::new()
}

/// The places of the VMs that a text names, by itself or behind the name of their vCenter.
fn named_vms(vms: &[&Arc<VmSummary>], text: &str) -> HashSet<usize> {
    let behind = |vm: &VmSummary| {
        let rest = text.strip_prefix(vm.vm.vcenter.as_str()).and_then(|rest| rest.strip_prefix('/'))?;
        // Behind a vCenter an id is that VM's, whatever another one is called.
        (!is_vm_id(rest)).then_some(rest)
    };
    let readings: HashSet<&str> = vms.iter().filter_map(|vm| behind(vm)).chain([text]).collect();
    let of = |reading: &str| {
        let items = vms.iter().map(|vm| match reading == text || behind(vm) == Some(reading) {
            true => (vm.name.as_str(), vm.path.as_str()),
            false => ("", ""),
        });
        with_doubles(reading, best(reading, items.clone()), items)
    };
    readings.into_iter().flat_map(of).collect()
}

/// These places, and those of the items that look like one of them as far as it was typed: in its name, or in the end of its path.
fn with_doubles<'a>(
    typed: &str,
    mut found: HashSet<usize>,
    items: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> HashSet<usize> {
    if found.is_empty() {
        return found;
    }
    let parts = trimmed(typed).split('/').count();
    let typed_of = |(name, path): (&'a str, &'a str)| match parts {
        1 => name,
        _ => path.rmatch_indices('/').nth(parts - 1).and_then(|(at, _)| path.get(at + 1..)).unwrap_or(path),
    };
    let meant: HashSet<String> = items
        .clone()
        .enumerate()
        .filter(|(place, _)| found.contains(place))
        .map(|(_, item)| skeleton(typed_of(item)))
        .collect();
    let is_meant = |item| meant.iter().any(|meant| has_skeleton(typed_of(item), meant));
    found.extend(items.enumerate().filter(|(_, item)| is_meant(*item)).map(|(place, _)| place));
    found
}

/// Whether the path is this, or ends in this at a slash.
fn is_end_of(end: &str, path: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether the VM lies in this vCenter, if one was said.
fn is_in(vm: &VmSummary, vcenter: Option<&VCenterName>) -> bool {
    vcenter.is_none_or(|vcenter| loose(vm.vm.vcenter.as_str()) == loose(vcenter.as_str()))
}

/// Whether a text names the VM by an id after all: by its UUID, or by its vCenter and its moref (`paris/vm-42`).
fn is_called(vm: &VmSummary, text: &str) -> bool {
    let by_moref = text
        .split_once('/')
        .is_some_and(|(vcenter, moref)| vm.vm.vcenter.as_str() == vcenter && vm.vm.moref.as_str() == moref);
    by_moref || (is_uuid(text) && has_uuid(vm, text))
}

/// Whether this is the VM's instance UUID.
fn has_uuid(vm: &VmSummary, uuid: &str) -> bool {
    vm.instance_uuid.as_ref().is_some_and(|own| own.as_str().eq_ignore_ascii_case(uuid))
}

/// A number of the list, from 1.
fn number_of(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number > 0)
}

/// Every snapshot's path. Parents come before their children, so that one pass is enough.
fn paths(tree: &SnapshotTree) -> HashMap<&Moref, String> {
    let mut paths: HashMap<&Moref, String> = HashMap::new();
    for node in tree.nodes() {
        let above = node.parent.as_ref().and_then(|parent| paths.get(parent));
        let path = above.map_or_else(|| node.name.clone(), |above| format!("{above}/{}", node.name));
        paths.insert(&node.moref, path);
    }
    paths
}

/// VMs that were perhaps meant: by name, of each vCenter one, or by path if a path was typed.
fn nearest_vms(vms: &[&Arc<VmSummary>], text: &str) -> Vec<VmTitle> {
    let (is_path, last) = text.rsplit_once('/').map_or((false, text), |(_, last)| (true, last));
    let names = nearest(last, vms.iter().map(|vm| vm.name.as_str()));
    let mut told = HashSet::new();
    let near = names.iter().flat_map(|name| vms.iter().filter(move |vm| vm.name == *name));
    let near = near.filter(|vm| is_path || told.insert((&vm.vm.vcenter, &vm.name)));
    let title = |vm: &&Arc<VmSummary>| VmTitle::new(&vm.vm, if is_path { &vm.path } else { &vm.name });
    near.map(title).take(NEAREST_MAX).collect()
}

/// The names that are most like the text, each once.
fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let typed = loose(text);
    let mut ranked: Vec<(Closeness, usize, &str)> =
        names.filter_map(|name| Some((closeness(&typed, &loose(name))?, name.len(), name))).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(NEAREST_MAX).map(|(_, _, name)| name.to_owned()).collect()
}

/// How much a name is like what was typed, the likest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Closeness {
    Begins,
    Holds,
    /// It is so many typing errors away, as a whole or in its beginning.
    Errors(usize),
    /// It has the same characters in the same order with others between them (`wb01` for `web-01`).
    Scattered,
}

/// How much a name is like what was typed; both as [`loose`] leaves them.
fn closeness(typed: &str, name: &str) -> Option<Closeness> {
    holds(typed, name).or_else(|| resembles(typed, name))
}

/// The cheap part of [`closeness`].
pub(super) fn holds(typed: &str, name: &str) -> Option<Closeness> {
    if name.starts_with(typed) {
        return Some(Closeness::Begins);
    }
    name.contains(typed).then_some(Closeness::Holds)
}

/// The dear part of [`closeness`].
pub(super) fn resembles(typed: &str, name: &str) -> Option<Closeness> {
    let beginning = || -> String { name.chars().take(typed.chars().count()).collect() };
    distance(typed, name)
        .or_else(|| distance(typed, &beginning()))
        .map(Closeness::Errors)
        .or_else(|| is_scattered(typed, name).then_some(Closeness::Scattered))
}

/// Whether all characters are there in order, the first of them first.
fn is_scattered(typed: &str, name: &str) -> bool {
    /// Fewer characters lie scattered in almost any name.
    const SHORTEST: usize = 3;
    let mut rest = name.chars();
    typed.chars().count() >= SHORTEST
        && typed.chars().next() == name.chars().next()
        && typed.chars().all(|c| rest.any(|other| other == c))
}

#[cfg(test)]
mod tests;
