//! How a snapshot is taken: disks alone, quiesced or with memory. What was asked for is refused where the VM cannot have it, and
//! `auto` chooses what it can.

use serde::{Deserialize, Serialize};

use super::Blocker;
use crate::domain::call::SnapshotMode;
use crate::domain::intent::Mode;
use crate::domain::inventory::ToolsState;
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::{AwkwardDevice, Survey};

/// Why a mode was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ModeReason {
    /// It was asked for.
    Asked,
    /// The VM is off, which is the best moment for a snapshot.
    Off,
    /// The VM is suspended, so its memory is part of how it stands: it is taken along where that is possible.
    Suspended,
    /// VMware Tools run, so the guest can be put to rest first.
    ToolsRunning,
    /// The VM runs and VMware Tools do not answer, so the disks are taken as they are.
    NoTools,
    /// The same, and VMware Tools were never installed.
    ToolsMissing,
    /// The VM runs and cannot be quiesced whether VMware Tools answer or not.
    CannotQuiesce,
}

/// What stands against taking the snapshot this way.
pub(super) fn mode_blockers(mode: Mode, survey: &Survey) -> Option<Blocker> {
    match survey.power {
        PowerState::On => match mode {
            Mode::Memory => no_memory(survey),
            Mode::Quiesce => no_quiescing(survey),
            Mode::Disk | Mode::Auto => None,
        },
        PowerState::Off => match mode {
            Mode::Memory => Some(Blocker::MemoryWhileOff),
            Mode::Quiesce => Some(Blocker::QuiesceWhileOff),
            Mode::Disk | Mode::Auto => None,
        },
        // "For a virtual machine in suspended state we always include memory unless diskOnlySnapshotOnSuspendedVMSupported is
        // true" (vSphere's documentation of CreateSnapshot_Task).
        PowerState::Suspended => {
            let must = !survey.capability.suspended_disk_only;
            let cannot = no_memory(survey);
            match mode {
                Mode::Quiesce => Some(Blocker::QuiesceWhileSuspended),
                Mode::Disk | Mode::Auto | Mode::Memory if must && cannot.is_some() => {
                    Some(Blocker::SuspendedNeedsMemory)
                }
                Mode::Disk if must => Some(Blocker::DiskWhileSuspended),
                Mode::Memory => cannot,
                Mode::Disk | Mode::Auto => None,
            }
        }
    }
}

/// Asked: that. Off: disks, which is clean. Suspended: with its memory, which is how it stands. Tools running: quiesce. Else
/// disks, and it is said why.
pub(super) fn decide_mode(mode: Mode, survey: &Survey) -> (SnapshotMode, ModeReason) {
    match mode {
        Mode::Disk => (SnapshotMode::Disk, ModeReason::Asked),
        Mode::Quiesce => (SnapshotMode::Quiesce, ModeReason::Asked),
        Mode::Memory => (SnapshotMode::Memory, ModeReason::Asked),
        Mode::Auto => match survey.power {
            PowerState::Off => (SnapshotMode::Disk, ModeReason::Off),
            PowerState::Suspended if no_memory(survey).is_none() => (SnapshotMode::Memory, ModeReason::Suspended),
            PowerState::Suspended => (SnapshotMode::Disk, ModeReason::Suspended),
            PowerState::On => match no_quiescing(survey) {
                None => (SnapshotMode::Quiesce, ModeReason::ToolsRunning),
                Some(Blocker::QuiesceUnsupported) => (SnapshotMode::Disk, ModeReason::CannotQuiesce),
                Some(Blocker::QuiesceToolsMissing) => (SnapshotMode::Disk, ModeReason::ToolsMissing),
                Some(_) => (SnapshotMode::Disk, ModeReason::NoTools),
            },
        },
    }
}

/// A disk that snapshots pass over.
pub(super) fn independent_disk(survey: &Survey) -> Option<&AwkwardDevice> {
    survey.devices.iter().find(|device| device.kind.is_independent())
}

fn no_memory(survey: &Survey) -> Option<Blocker> {
    if !survey.capability.memory {
        return Some(Blocker::MemoryUnsupported);
    }
    independent_disk(survey).map(|device| Blocker::MemoryIndependentDisk { device: device.clone() })
}

fn no_quiescing(survey: &Survey) -> Option<Blocker> {
    if !survey.capability.quiesced {
        Some(Blocker::QuiesceUnsupported)
    } else if survey.tools == ToolsState::Running {
        None
    } else if survey.tools_installed {
        Some(Blocker::QuiesceWithoutTools)
    } else {
        Some(Blocker::QuiesceToolsMissing)
    }
}
