//! What changed between the card that was approved and the VM right before the call.
//!
//! The fingerprint decides; this file only puts the difference into words that an approver understands.

use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::Target;
use crate::domain::preflight::{Plan, Verdict};
use crate::domain::request::Drift;
use crate::domain::survey::Survey;

/// Nothing if the approved act on the VM as it is now has the approved fingerprint, and would still be what the wish means.
pub(super) fn between(target: &Target, approved: &Plan, now: &Survey, verdict: &Verdict) -> Vec<Drift> {
    if target.instance_uuid != now.instance_uuid {
        return vec![Drift::OtherVm];
    }
    if Fingerprint::of(target, &approved.act, now) == approved.fingerprint {
        // "Revert to the latest" must still mean the snapshot that was shown.
        return match verdict {
            Verdict::Go(plan) if plan.fingerprint != approved.fingerprint => vec![Drift::OtherAct],
            Verdict::Go(_) | Verdict::Refuse(_) | Verdict::Wait(_) => Vec::new(),
        };
    }
    let mut drift = Vec::new();
    for node in now.tree.nodes() {
        if approved.tree.get(&node.moref).is_none() {
            drift.push(Drift::Taken {
                name: node.name.clone(),
                at: node.created,
            });
        }
    }
    for node in approved.tree.nodes() {
        if now.tree.get(&node.moref).is_none() {
            drift.push(Drift::Gone {
                name: node.name.clone(),
            });
        }
    }
    let current = |tree: &crate::domain::snapshot_tree::SnapshotTree| tree.current().map(|node| node.moref.clone());
    if drift.is_empty() && current(&approved.tree) != current(&now.tree) {
        drift.push(Drift::Current {
            name: now.tree.current().map(|node| node.name.clone()),
        });
    }
    if now.power != approved.price.power_now {
        drift.push(Drift::Power { now: now.power });
    }
    if drift.is_empty() {
        drift.push(Drift::OtherAct);
    }
    drift
}
