//! What stands against a wish: each blocker where the facts for it are.

use super::plan::without_marker;
use super::{BACKUP_NAMES, Blocker, CHAIN_LIMIT};
use crate::domain::ids::Moref;
use crate::domain::intent::Mode;
use crate::domain::inventory::ToolsState;
use crate::domain::marker::Marker;
use crate::domain::request::Wish;
use crate::domain::snapshot_tree::{PowerState, Snapshot};
use crate::domain::survey::{AwkwardKind, Survey};

pub(super) fn blockers(wish: &Wish, survey: &Survey) -> Vec<Blocker> {
    let mut found = Vec::new();
    if survey.template {
        found.push(Blocker::Template);
        return found;
    }
    if !survey.connected {
        found.push(Blocker::Disconnected);
    }
    if let Wish::PowerOn = wish {
        if survey.power == PowerState::On {
            found.push(Blocker::AlreadyOn);
        }
        return found;
    }
    if !survey.capability.snapshots {
        found.push(Blocker::SnapshotsUnsupported);
    }
    if survey.snapshot_locked {
        found.push(Blocker::SnapshotLocked);
    }
    match wish {
        Wish::Take { mode, .. } => take_blockers(*mode, survey, &mut found),
        Wish::Revert { snapshot, .. } | Wish::Delete { snapshot, .. } => {
            found.extend(missing(snapshot, survey));
            found.extend(backup(survey));
        }
        Wish::RevertLatest { .. } => {
            if survey.tree.current().is_none() {
                found.push(Blocker::NoSnapshots);
            }
            found.extend(backup(survey));
        }
        Wish::DeleteAll => {
            if survey.tree.is_empty() {
                found.push(Blocker::NoSnapshots);
            }
            found.extend(backup(survey));
        }
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
        Wish::PowerOn => {}
    }
    found
}

fn take_blockers(mode: Mode, survey: &Survey, found: &mut Vec<Blocker>) {
    let running = survey.power == PowerState::On;
    match mode {
        Mode::Memory if !running => found.push(Blocker::MemoryWhileOff),
        Mode::Memory => {
            if let Some(device) = survey.devices.iter().find(|device| device.kind == AwkwardKind::IndependentDisk) {
                found.push(Blocker::MemoryIndependentDisk { device: device.clone() });
            }
        }
        Mode::Quiesce if !running => found.push(Blocker::QuiesceWhileOff),
        Mode::Quiesce if survey.tools != ToolsState::Running => found.push(Blocker::QuiesceWithoutTools),
        Mode::Quiesce | Mode::Auto | Mode::Disk => {}
    }
    for device in &survey.devices {
        match device.kind {
            AwkwardKind::PhysicalRdm | AwkwardKind::SharedBus => found.push(Blocker::Device { device: device.clone() }),
            AwkwardKind::Passthrough if running => found.push(Blocker::Device { device: device.clone() }),
            AwkwardKind::Passthrough | AwkwardKind::IndependentDisk => {}
        }
    }
    let depth = survey.tree.current().map_or(0, |current| survey.tree.depth(&current.moref));
    if depth >= CHAIN_LIMIT {
        found.push(Blocker::ChainTooLong { depth });
    }
    if depth > 0 && !survey.capability.multiple {
        found.push(Blocker::OnlyOne);
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

fn backup(survey: &Survey) -> Option<Blocker> {
    let of_backup = |node: &&Snapshot| {
        let name = node.name.trim_start().to_lowercase();
        BACKUP_NAMES.iter().any(|beginning| name.starts_with(beginning))
    };
    let node = survey.tree.nodes().iter().find(of_backup)?;
    Some(Blocker::Backup { snapshot: node.name.clone() })
}

/// The call that this wish needs, if vCenter says that it is not allowed now.
pub(super) fn disabled(wish: &Wish, survey: &Survey) -> Option<String> {
    let methods: &[&str] = match wish {
        Wish::Take { .. } => &["CreateSnapshotEx_Task", "CreateSnapshot_Task"],
        // What is disabled on the VM says nothing about calls on its snapshots, except for these two.
        Wish::Revert { .. } | Wish::RevertLatest { .. } => &["RevertToCurrentSnapshot_Task"],
        Wish::DeleteAll => &["RemoveAllSnapshots_Task"],
        Wish::Consolidate => &["ConsolidateVMDisks_Task"],
        Wish::PowerOn => &["PowerOnVM_Task"],
        Wish::Delete { .. } | Wish::Edit { .. } => &[],
    };
    let found = methods.iter().find(|method| survey.disabled_methods.iter().any(|disabled| disabled == *method));
    found.map(|method| (*method).to_owned())
}
