//! Snapshots that may be meant, and for each a word that means it alone.

use jiff::{SignedDuration, Timestamp};

use super::{Label, Suggestion, is_fit, ranked};
use crate::domain::command::{loose, quote, snapshot_selector};
use crate::domain::ids::Moref;
use crate::domain::lookup::{Closeness, SnapshotLookup, find_snapshot, holds, resembles};
use crate::domain::snapshot_tree::{Snapshot, SnapshotTree};

/// Snapshots by name or number, the newest first among equals.
pub(super) fn snapshots(tree: &SnapshotTree, now: Timestamp, typed: &str) -> Vec<Suggestion> {
    let digits = typed.trim_start_matches('#');
    // A lonely `#` asks for any number.
    let is_number = |index: usize| !typed.is_empty() && (index + 1).to_string().starts_with(digits);
    let mut nodes: Vec<(usize, &Snapshot)> = tree.nodes().iter().enumerate().collect();
    nodes.sort_by(|a, b| (b.1.created, a.0).cmp(&(a.1.created, b.0)));
    let nodes = ranked(
        nodes,
        |(index, node)| {
            if is_number(*index) { Some(Closeness::Begins) } else { holds(typed, &loose(&node.name)) }
        },
        |(_, node)| resembles(typed, &loose(&node.name)),
    );
    let current = tree.current().map(|node| &node.moref);
    let shown = |(index, node): (usize, &Snapshot)| {
        Some(Suggestion {
            value: snapshot_value(tree, index + 1, node)?,
            label: Label::Snapshot {
                number: index + 1,
                name: node.name.clone(),
                age: now.duration_since(node.created).max(SignedDuration::ZERO),
                current: current == Some(&node.moref),
            },
        })
    };
    nodes.into_iter().filter_map(shown).collect()
}

/// The word that finds this snapshot and no other: its name, else its number, else its id.
fn snapshot_value(tree: &SnapshotTree, number: usize, node: &Snapshot) -> Option<String> {
    let name = Some(quote(&node.name)).filter(|_| is_fit(&node.name));
    let words = name.into_iter().chain([format!("#{number}"), node.moref.as_str().to_owned()]);
    let finds = |moref: &Moref, word: &str| {
        let found = snapshot_selector(word).map(|selector| find_snapshot(tree, &selector));
        found == Some(SnapshotLookup::One(moref.clone()))
    };
    words.into_iter().find(|word| finds(&node.moref, word))
}
