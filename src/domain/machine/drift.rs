//! What changed between the card that was approved and the VM right before the call.
//!
//! The fingerprint decides; this file only puts the difference into words that an approver understands.

use std::collections::BTreeMap;

use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{Moref, Target};
use crate::domain::preflight::{Plan, Verdict};
use crate::domain::request::{Drift, Safety};
use crate::domain::snapshot_tree::{SnapshotTree, by_our_clock};
use crate::domain::survey::{Connection, Survey};

/// Nothing if the approved act on the VM as it is now has the approved fingerprint, and would still be what the wish means.
///
/// `now` is the VM without the safety snapshot that was announced; the plan may have been made with it in the tree already.
pub(super) fn between(
    target: &Target,
    safety: &Option<Safety>,
    approved: &Plan,
    now: &Survey,
    verdict: &Verdict,
) -> Vec<Drift> {
    // What is out of vCenter's hands has no configuration to be compared, and preflight refuses it for that.
    if now.instance_uuid.is_none() && now.connection != Connection::Connected {
        return Vec::new();
    }
    // A target that was resolved without a UUID is held to what preflight read, which is in the fingerprint.
    if target.instance_uuid.is_some() && target.instance_uuid != now.instance_uuid {
        return vec![Drift::OtherVm];
    }
    if Fingerprint::of(target, &approved.act, now) == approved.fingerprint {
        // "Revert to the latest" must still mean the snapshot that was shown.
        return match verdict {
            Verdict::Go(plan) if plan.fingerprint != approved.fingerprint => vec![Drift::OtherAct],
            Verdict::Go(_) | Verdict::Refuse(_) | Verdict::Wait(_) => Vec::new(),
        };
    }
    let before = match safety {
        Some(Safety::Taken { snapshot, .. }) => approved.tree.without(snapshot),
        Some(Safety::Wanted { .. }) | None => approved.tree.clone(),
    };
    let mut drift = Vec::new();
    for node in now.tree.nodes() {
        if before.get(&node.moref).is_none() {
            drift.push(Drift::Taken { name: node.name.clone(), at: by_our_clock(node.created, now.ahead) });
        }
    }
    for node in before.nodes() {
        if now.tree.get(&node.moref).is_none() {
            drift.push(Drift::Gone { name: node.name.clone() });
        }
    }
    let current = |tree: &SnapshotTree| tree.current().map(|node| node.moref.clone());
    if drift.is_empty() && current(&before) != current(&now.tree) {
        drift.push(Drift::Current { name: now.tree.current().map(|node| node.name.clone()) });
    }
    if now.power != approved.price.power_now {
        drift.push(Drift::Power { now: now.power });
    }
    if drift.is_empty() {
        // Of what the fingerprint holds, only the VM's own UUID is left, or a snapshot that hangs elsewhere in the tree.
        drift.push(if parents(&before) == parents(&now.tree) { Drift::OtherVm } else { Drift::OtherAct });
    }
    drift
}

/// Each snapshot with the one above it, in the order of references.
fn parents(tree: &SnapshotTree) -> BTreeMap<&Moref, Option<&Moref>> {
    let nodes = tree.nodes().iter();
    nodes.map(|node| (&node.moref, node.parent.as_ref())).collect()
}
