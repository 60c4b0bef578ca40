//! The whole list: every snapshot of every VM that a report is about.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Hold, Kind, Maker, Row, VmName};
use crate::domain::ids::{Moref, RequestId};
use crate::domain::inventory::VmSummary;
use crate::domain::marker::{Marker, Stay};
use crate::domain::policy::glob::Glob;
use crate::domain::policy::{Truth, VmPattern, selects};
use crate::domain::preflight::Rules;
use crate::domain::snapshot_tree::Snapshot;

/// What a report is about.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Which VMs; all where it is none.
    pub vms: Option<&'a [VmPattern]>,
    /// Snapshots with such a name, as it is shown, are left out. Read by [`Rules::name`].
    pub exclude_names: &'a [Glob],
    /// How a backup's snapshots are told.
    pub rules: &'a Rules,
}

/// What is known of a snapshot beside the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// About how many bytes it holds.
    pub bytes: Option<u64>,
    pub maker: Maker,
    /// Until when it is meant to stay.
    pub until: Option<Timestamp>,
    /// Whether somebody holds it.
    pub hold: Option<Hold>,
    /// Whether it has our marker and the journal does not know its request.
    pub orphan: bool,
    /// How far its vCenter's clock is ahead of ours.
    pub ahead: SignedDuration,
}

/// Every snapshot of a scope.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// One per snapshot, VM by VM in the order of their identity, each VM's in the order of its list.
    pub rows: Vec<Row>,
    /// VMs whose disks need consolidation.
    pub consolidation: Vec<VmName>,
    /// VMs of which it is not known whether the scope has them.
    pub unsure: usize,
    /// VMs of the scope that vCenter does not let be read.
    pub unreadable: Vec<VmName>,
}

/// What the description of a snapshot tells by itself. `journal_knows` says whether the journal knows a request.
pub fn known_by_marker(snapshot: &Snapshot, journal_knows: impl Fn(&RequestId) -> bool) -> Known {
    let Stay { until, hold } = Stay::find(&snapshot.description);
    let (orphan, maker) = match Marker::find(&snapshot.description) {
        Some(marker) => (!journal_knows(&marker.request), Maker::Person(marker.by)),
        None => (false, Maker::Unknown),
    };
    Known { bytes: None, maker, until, hold, orphan, ahead: SignedDuration::ZERO }
}

/// Lists the snapshots of these VMs that are in the scope. `known` tells what the inventory does not.
pub fn list<'a>(
    vms: impl IntoIterator<Item = &'a Arc<VmSummary>>,
    scope: Scope<'_>,
    known: impl Fn(&VmSummary, &Snapshot) -> Known,
) -> Listing {
    let mut listing = Listing::default();
    for vm in vms {
        if let Some(patterns) = scope.vms {
            match selects(patterns, &vm.target()) {
                Truth::Yes => {}
                Truth::No => continue,
                Truth::Unknown => {
                    listing.unsure += 1;
                    continue;
                }
            }
        }
        if !vm.readable {
            listing.unreadable.push(VmName { vm: vm.vm.clone(), name: vm.name.clone() });
        }
        if vm.consolidation_needed {
            listing.consolidation.push(VmName { vm: vm.vm.clone(), name: vm.name.clone() });
        }
        rows_of(vm, scope, &known, &mut listing.rows);
    }
    listing
}

fn rows_of(vm: &VmSummary, scope: Scope<'_>, known: impl Fn(&VmSummary, &Snapshot) -> Known, rows: &mut Vec<Row>) {
    let mut depths: HashMap<&Moref, usize> = HashMap::new();
    let nodes = vm.tree.nodes();
    let parents: std::collections::HashSet<&Moref> = nodes.iter().filter_map(|node| node.parent.as_ref()).collect();
    for (index, node) in nodes.iter().enumerate() {
        let depth = 1 + node.parent.as_ref().and_then(|parent| depths.get(parent)).copied().unwrap_or(0);
        depths.insert(&node.moref, depth);
        if Rules::fits(scope.exclude_names, &node.name) {
            continue;
        }
        let Known { bytes, maker, until, hold, orphan, ahead } = known(vm, node);
        let kind = match (scope.rules.is_of_backup(&node.name), orphan) {
            (true, _) => Kind::Backup,
            (false, true) => Kind::Orphan,
            (false, false) => Kind::Ordinary,
        };
        rows.push(Row {
            vm: vm.vm.clone(),
            vm_name: vm.name.clone(),
            path: vm.path.clone(),
            snapshot: node.moref.clone(),
            name: node.name.clone(),
            number: index + 1,
            created: node.created,
            ahead,
            depth,
            children: parents.contains(&node.moref),
            bytes,
            maker,
            until,
            hold,
            kind,
        });
    }
}
