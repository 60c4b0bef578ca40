//! A VM's snapshots as a tree, with the place where the VM stands.

use std::collections::BTreeMap;

use super::{View, at, hold_args};
use crate::domain::ids::Moref;
use crate::domain::intent::Verb;
use crate::domain::marker::{Marker, Stay};
use crate::domain::notice::Notice;
use crate::domain::snapshot_tree::{PowerState, SnapshotTree};
use crate::message::format::{self, name, sentence};
use crate::message::model::{Block, Card, Tone, TreeRow};
use crate::message::words::Args;

pub(super) fn tree(notice: &Notice, view: &View<'_>) -> Card {
    let Notice::Tree { vm, path, power, past, tools, consolidation_needed, tree, bytes, with_memory } = notice else {
        return view.card(Tone::Info, String::new(), Vec::new());
    };
    let args = Args::default().with("vm", view.vm(vm)).with("path", format::path(path)).with("count", tree.len());
    let mut facts = vec![super::request::power(*power, view), view.say("reply-tree-count", &args)];
    if *power == Some(PowerState::On) && !*tools {
        facts.push(view.say("reply-tree-tools", &[]));
    }
    if *consolidation_needed {
        facts.push(view.say("reply-tree-consolidation", &[]));
    }
    let mut blocks = vec![Block::Note { text: facts.join(" · ") }];
    let args = args.maybe("vcenter", past.as_ref().map(|past| name(past.vcenter.as_str())));
    let args = args.maybe("seen", past.as_ref().map(|past| view.format.moment(past.seen)));
    if past.is_some() {
        blocks.insert(0, view.caution("reply-tree-past", &args));
    }
    if tree.is_empty() && past.is_none() {
        blocks.extend(view.hint("reply-no-snapshots", &args));
        blocks.push(view.command_block(Verb::Take, vm));
    } else if !tree.is_empty() {
        blocks.push(Block::Tree { rows: rows(tree, bytes, with_memory, view) });
    }
    let tone = if *consolidation_needed || past.is_some() { Tone::Warning } else { Tone::Info };
    view.card(tone, view.say("reply-tree", &args), blocks)
}

/// The tree for whoever wants to see it beside what is asked; none where there is nothing to see.
pub(super) fn folded(tree: &SnapshotTree, view: &View<'_>) -> Option<Block> {
    (!tree.is_empty()).then(|| Block::Tree { rows: rows(tree, &BTreeMap::new(), &[], view) })
}

fn rows(tree: &SnapshotTree, bytes: &BTreeMap<Moref, u64>, with_memory: &[Moref], view: &View<'_>) -> Vec<TreeRow> {
    let mut rows = Vec::new();
    // "You are here" hangs below the current snapshot, before or behind its other children: last, as vSphere draws it.
    let mut here: Vec<(usize, usize)> = Vec::new();
    let current = tree.current().map(|node| node.moref.clone());
    for (index, node) in tree.nodes().iter().enumerate() {
        let depth = tree.depth(&node.moref).saturating_sub(1);
        while here.last().is_some_and(|(_, level)| *level > depth) {
            here.pop();
            rows.push(here_row(depth_of_here(tree), view));
        }
        let mut detail = vec![view.format.age(node.created)];
        detail.extend(bytes.get(&node.moref).map(|bytes| view.format.bytes(*bytes)));
        if let Some(marker) = Marker::find(&node.description) {
            detail.push(view.say("snapshot-by", &[("person", at(&marker.by).into())]));
        }
        if with_memory.contains(&node.moref) {
            detail.push(view.say("snapshot-memory", &[("memory", 1.into())]));
        }
        if node.quiesced {
            detail.push(view.say("tree-quiesced", &[]));
        }
        let stay = Stay::find(&node.description);
        detail.extend(stay.until.map(|until| view.say("tree-until", &[("until", view.format.moment(until).into())])));
        let held = stay.hold.is_some().then(|| hold_args(stay.hold.as_ref(), view));
        detail.extend(held.map(|held| view.say("tree-held", &held)));
        let words = Marker::strip(&node.description);
        if !words.is_empty() {
            detail.push(format!("\"{}\"", sentence(words)));
        }
        let number = Some(index + 1);
        rows.push(TreeRow { number, depth, name: name(&node.name), detail: detail.join(" · "), here: false });
        if current.as_ref() == Some(&node.moref) {
            here.push((index, depth + 1));
        }
    }
    // A VM that stands below no snapshot stands at the root.
    if !here.is_empty() || (current.is_none() && !tree.is_empty()) {
        rows.push(here_row(depth_of_here(tree), view));
    }
    rows
}

fn depth_of_here(tree: &SnapshotTree) -> usize {
    tree.current().map_or(0, |node| tree.depth(&node.moref))
}

fn here_row(depth: usize, view: &View<'_>) -> TreeRow {
    TreeRow { number: None, depth, name: view.say("tree-here", &[]), detail: String::new(), here: true }
}
