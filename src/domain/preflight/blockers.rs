//! What stands against a wish: each blocker where the facts for it are.

use super::mode::{decide_mode, mode_blockers};
use super::plan::without_marker;
use super::{Blocker, CHAIN_LIMIT, Rules, holds, space};
use crate::domain::ids::Moref;
use crate::domain::intent::Mode;
use crate::domain::marker::{Marker, Stay};
use crate::domain::request::{StayChange, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::{AwkwardKind, Connection, Survey};

pub(super) fn blockers(wish: &Wish, survey: &Survey, rules: &Rules) -> Vec<Blocker> {
    let mut found = Vec::new();
    if survey.template {
        found.push(Blocker::Template);
        return found;
    }
    found.extend(out_of_hand(survey.connection));
    if let Wish::PowerOn = wish {
        if survey.power == PowerState::On {
            found.push(Blocker::AlreadyOn);
        }
        return found;
    }
    found.extend(unable(wish, survey));
    if survey.snapshot_locked {
        found.push(Blocker::SnapshotLocked);
    }
    found.extend(holds::deleted(wish, survey));
    match wish {
        Wish::Take { mode, .. } => take_blockers(*mode, survey, &mut found),
        Wish::Revert { snapshot, .. } | Wish::Delete { snapshot, .. } => {
            found.extend(missing(snapshot, survey));
            found.extend(backup(survey, rules));
        }
        Wish::RevertLatest { .. } => {
            found.extend(no_latest(survey));
            found.extend(backup(survey, rules));
        }
        Wish::DeleteAll => {
            if survey.tree.is_empty() {
                found.push(Blocker::NoSnapshots);
            }
            found.extend(backup(survey, rules));
        }
        // Each of its parts is judged as the deletion that it is.
        Wish::DeleteOlder { .. } => {}
        Wish::Consolidate => {
            if !survey.consolidation_needed {
                found.push(Blocker::NothingToConsolidate);
            }
        }
        Wish::Edit { snapshot, name, description } => match survey.tree.get(snapshot) {
            None => found.extend(missing(snapshot, survey)),
            Some(node) => {
                let same_name = name.as_ref().is_none_or(|name| *name == node.name);
                let same_words = description
                    .as_ref()
                    .is_none_or(|words| without_marker(words).trim() == Marker::strip(&node.description).trim());
                if same_name && same_words {
                    found.push(Blocker::NoChange);
                }
            }
        },
        Wish::Stay { snapshot, change } => match survey.tree.get(snapshot) {
            None => found.extend(missing(snapshot, survey)),
            Some(node) => {
                if let StayChange::Until { until } = change {
                    let same = Stay::find(&node.description).until == Some(*until);
                    found.extend(same.then_some(Blocker::SameEnd { until: *until }));
                }
                found.extend(holds::changed(change, node, survey.read_at()));
            }
        },
        Wish::PowerOn => {}
    }
    found
}

/// What is between vCenter and the VM.
pub(super) fn out_of_hand(connection: Connection) -> Option<Blocker> {
    match connection {
        Connection::Connected => None,
        Connection::Disconnected => Some(Blocker::Disconnected),
        Connection::Orphaned => Some(Blocker::Orphaned),
        Connection::Inaccessible => Some(Blocker::Inaccessible),
        Connection::Invalid => Some(Blocker::Invalid),
    }
}

/// What this VM cannot have done to it at all, or not as it stands.
fn unable(wish: &Wish, survey: &Survey) -> Vec<Blocker> {
    let reverts = wish.reverts();
    let takes = matches!(wish, Wish::Take { .. });
    let deletes = matches!(wish, Wish::Delete { .. } | Wish::DeleteAll);
    let mut found = Vec::new();
    // A snapshot that a backup has left on such a VM may go, and vCenter says whether it can. The capability, which is
    // missing for this reason, would say nothing more.
    if survey.fault_tolerant && (takes || reverts) {
        found.push(Blocker::FaultTolerance);
    } else if !survey.capability.snapshots {
        found.push(Blocker::SnapshotsUnsupported);
    } else if reverts && !survey.capability.revert {
        found.push(Blocker::RevertUnsupported);
    }
    if survey.power == PowerState::Off && !survey.capability.powered_off && (takes || reverts || deletes) {
        found.push(Blocker::OffUnsupported);
    }
    found
}

fn take_blockers(mode: Mode, survey: &Survey, found: &mut Vec<Blocker>) {
    let refused = mode_blockers(mode, survey);
    let mode_stands = refused.is_none();
    found.extend(refused);
    for device in &survey.devices {
        match device.kind {
            AwkwardKind::PhysicalRdm | AwkwardKind::SharedBus => found.push(Blocker::Device { device: device.clone() }),
            AwkwardKind::Passthrough | AwkwardKind::VirtualGpu if survey.power != PowerState::Off => {
                found.push(Blocker::Device { device: device.clone() });
            }
            AwkwardKind::Passthrough
            | AwkwardKind::VirtualGpu
            | AwkwardKind::IndependentDisk
            | AwkwardKind::NonPersistentDisk => {}
        }
    }
    let depth = survey.tree.current().map_or(0, |current| survey.tree.depth(&current.moref));
    if depth >= CHAIN_LIMIT {
        found.push(Blocker::ChainTooLong { depth });
    }
    if !survey.tree.is_empty() && !survey.capability.multiple {
        found.push(Blocker::OnlyOne);
    }
    if mode_stands {
        let (mode, _) = decide_mode(mode, survey);
        found.extend(space::no_room(mode, survey));
    }
}

/// Why there is no latest snapshot, if there is none.
pub(super) fn no_latest(survey: &Survey) -> Option<Blocker> {
    match (survey.tree.current(), survey.tree.len()) {
        (Some(_), _) => None,
        (None, 0) => Some(Blocker::NoSnapshots),
        (None, count) => Some(Blocker::NoCurrent { count }),
    }
}

fn missing(snapshot: &Moref, survey: &Survey) -> Option<Blocker> {
    if survey.tree.is_empty() {
        Some(Blocker::NoSnapshots)
    } else if survey.tree.get(snapshot).is_none() {
        Some(Blocker::SnapshotGone)
    } else {
        None
    }
}

fn backup(survey: &Survey, rules: &Rules) -> Option<Blocker> {
    let node = rules.of_backup(&survey.tree)?;
    Some(Blocker::Backup { snapshot: node.name.clone() })
}

/// The call that this wish needs, if vCenter says that it is not allowed now.
///
/// vCenter's list is one of the VM, and a snapshot has none of its own. Calls on snapshots count where a product has put them
/// into the VM's list all the same. That the VM cannot go back to its current snapshot forbids every revert, if it has one.
pub(super) fn disabled(wish: &Wish, survey: &Survey) -> Option<String> {
    let methods: &[&str] = match wish {
        Wish::Take { .. } => &["CreateSnapshotEx_Task", "CreateSnapshot_Task"],
        Wish::Revert { .. } | Wish::RevertLatest { .. } if survey.tree.current().is_some() => {
            &["RevertToSnapshot_Task", "RevertToCurrentSnapshot_Task"]
        }
        Wish::Revert { .. } | Wish::RevertLatest { .. } => &["RevertToSnapshot_Task"],
        Wish::Delete { .. } | Wish::DeleteOlder { .. } => &["RemoveSnapshot_Task"],
        Wish::DeleteAll => &["RemoveAllSnapshots_Task"],
        Wish::Consolidate => &["ConsolidateVMDisks_Task"],
        Wish::PowerOn => &["PowerOnVM_Task"],
        Wish::Edit { .. } | Wish::Stay { .. } => &["RenameSnapshot"],
    };
    let found = methods.iter().find(|method| survey.disabled_methods.iter().any(|disabled| disabled == *method));
    found.map(|method| (*method).to_owned())
}
