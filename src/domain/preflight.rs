//! The verdict on a wish, before anybody is asked: refuse it, let it wait, or make a plan of it.
//!
//! Pure: `survey` has the facts, this file alone says what they mean. A blocker refuses and names the way out; a warning
//! stands on the card; the plan holds the act with every argument decided and what people are told about its price.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::call::{Act, SnapshotMode};
use super::fingerprint::Fingerprint;
use super::ids::{PersonId, Target};
use super::request::Wish;
use super::snapshot_tree::{PowerState, SnapshotTree};
use super::survey::{AwkwardDevice, Survey};
use blockers::{blockers, disabled};
use plan::plan;

mod blockers;
mod plan;
mod sizes;

pub use sizes::written_since;

/// A take that makes a chain this long is warned of: VMware recommends no more than two or three, so the third is the last
/// that passes as good practice.
pub const CHAIN_WARN: usize = 3;

/// No snapshot is taken on top of a chain this long. vSphere's limit is 32; two are left for a backup to do its work.
pub const CHAIN_LIMIT: usize = 30;

/// What the names of snapshots begin with that a backup product works on, in lower case. Beside one of these nothing is
/// deleted or reverted: the product would lose its place, or the backup its disks.
///
/// Sources: vCheck's list of backup leftovers (VCB, Consolidate Helper, Veeam, NetBackup, Commvault), ManageIQ's
/// (`_VCB-BACKUP_`, `Consolidate Helper`, NetApp's `smvi`), Commvault's own SDK (`__GX_BACKUP__`). Rubrik's was not seen in a
/// source. The beginning alone counts, so that "before the Rubrik upgrade" is a name like any other.
pub const BACKUP_NAMES: [&str; 7] = [
    "veeam backup temporary snapshot",
    "consolidate helper",
    "nbu_snapshot",
    "__gx_backup__",
    "smvi_",
    "rubrik",
    "_vcb-backup_",
];

/// What preflight says.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It cannot be done, or must not be: why, most important first.
    Refuse(Vec<Blocker>),
    /// Another task has the VM, by its kind.
    Wait(String),
    /// It can be done, like this.
    Go(Box<Plan>),
}

/// A wish with everything decided, and what people are told about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is called. For a take, the description still lacks its marker: approvals are part of that.
    pub act: Act,
    /// The seal on all of it.
    pub fingerprint: Fingerprint,
    /// vCenter's clock when the VM was read.
    pub server_time: Timestamp,
    /// What the VM looked like and what it costs.
    pub price: Price,
    /// What the approver should know.
    pub warnings: Vec<Warning>,
    /// The snapshots as they were.
    pub tree: SnapshotTree,
}

/// What an act does to the VM and what is lost by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The power state now.
    pub power_now: PowerState,
    /// The power state afterwards, where the act changes or could change it.
    pub power_after: Option<PowerState>,
    /// The snapshot that it is about.
    pub snapshot: Option<SnapshotFacts>,
    /// About how many bytes were written since that snapshot and are lost by a revert.
    pub lost_bytes: Option<u64>,
    /// How many snapshots go.
    pub goes: usize,
    /// When the oldest of those was taken.
    pub goes_oldest: Option<Timestamp>,
    /// About how many bytes are merged by a deletion.
    pub merged_bytes: Option<u64>,
    /// How a snapshot is taken, and why so.
    pub mode: Option<(SnapshotMode, ModeReason)>,
}

/// A snapshot as a card tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotFacts {
    /// Its name.
    pub name: String,
    /// When it was taken.
    pub created: Timestamp,
    /// Its number in the list, from 1.
    pub number: usize,
    /// How many snapshots the VM has.
    pub of: usize,
    /// Who asked for it, if our marker says.
    pub by: Option<String>,
    /// Whether it captured memory.
    pub memory: bool,
}

/// Why a mode was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeReason {
    /// It was asked for.
    Asked,
    /// The VM does not run, which is the best moment for a snapshot.
    Off,
    /// VMware Tools run, so the guest can be put to rest first.
    ToolsRunning,
    /// The VM runs and VMware Tools do not answer, so the disks are taken as they are.
    NoTools,
}

/// What stands against a wish, with the data for one sentence and its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "blocker")]
pub enum Blocker {
    /// The VM is gone, or its reference belongs to another VM now.
    VmGone,
    /// vCenter could not be read, so nothing can be judged.
    Unreadable {
        /// For the details.
        why: String,
    },
    /// A template has no state to go back to.
    Template,
    /// The host has lost the VM.
    Disconnected,
    /// This VM cannot have snapshots.
    SnapshotsUnsupported,
    /// Snapshots of this VM are locked, usually by a backup.
    SnapshotLocked,
    /// Memory was asked for and the VM does not run.
    MemoryWhileOff,
    /// Quiescing was asked for and the VM does not run.
    QuiesceWhileOff,
    /// Quiescing was asked for and VMware Tools do not answer.
    QuiesceWithoutTools,
    /// Memory was asked for and a disk is independent.
    MemoryIndependentDisk {
        /// Its label and file.
        device: AwkwardDevice,
    },
    /// A device that no snapshot can hold.
    Device {
        /// Which, and why.
        device: AwkwardDevice,
    },
    /// The chain is as long as it may get.
    ChainTooLong {
        /// How long it is.
        depth: usize,
    },
    /// A second snapshot is not possible on this VM.
    OnlyOne,
    /// The VM has no snapshot.
    NoSnapshots,
    /// The snapshot is gone.
    SnapshotGone,
    /// A backup is at work on this VM.
    Backup {
        /// Its snapshot.
        snapshot: String,
    },
    /// There is nothing to consolidate.
    NothingToConsolidate,
    /// The VM runs already.
    AlreadyOn,
    /// The snapshot has that name and description already.
    NoChange,
    /// The snapshot that is to be taken before the revert cannot be taken; what follows says why.
    NoSafety,
    /// Administrators have stopped every change.
    Frozen {
        /// Who.
        by: PersonId,
        /// Why.
        reason: String,
    },
    /// It was asked so long ago, with the bot away since, that nobody expects it to happen any more.
    AskedTooLongAgo {
        /// When it was asked.
        at: Timestamp,
    },
    /// vCenter's own list says that this call is not allowed now.
    MethodDisabled {
        /// The call.
        method: String,
    },
}

/// What the approver should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "warning")]
pub enum Warning {
    /// This disk is not rolled back.
    IndependentDisk {
        /// Which.
        device: AwkwardDevice,
    },
    /// The chain gets as long as is good for it, or longer.
    LongChain {
        /// How long it will be.
        depth: usize,
    },
    /// Not quiesced: it will be like after a power cut.
    CrashConsistent,
    /// The VM pauses while its memory is written.
    MemoryPause,
    /// Disks need consolidation already.
    ConsolidationNeeded,
    /// Powering the VM off throws its state away (`snapshotPowerOffBehavior` is `revert`).
    RevertsAtPowerOff,
    /// Merging many bytes takes long and slows the VM.
    LongMerge,
    /// A Windows machine that goes back further than its domain password lives (30 days).
    WindowsTrust,
}

/// Judges a wish by what was read of the VM.
pub fn judge(target: &Target, wish: &Wish, survey: &Survey) -> Verdict {
    if target.instance_uuid.is_some() && survey.instance_uuid != target.instance_uuid {
        // A host that lost the VM has no configuration to tell its UUID from.
        let lost = survey.instance_uuid.is_none() && !survey.connected;
        return Verdict::Refuse(vec![if lost { Blocker::Disconnected } else { Blocker::VmGone }]);
    }
    let blockers = blockers(wish, survey);
    if !blockers.is_empty() {
        return Verdict::Refuse(blockers);
    }
    if !matches!(wish, Wish::Edit { .. }) {
        if let Some(task) = survey.running_tasks.first() {
            return Verdict::Wait(task.kind.clone());
        }
        // A task may be over by its own account and still hold the VM; only then is this list a verdict of its own.
        if let Some(method) = disabled(wish, survey) {
            return Verdict::Refuse(vec![Blocker::MethodDisabled { method }]);
        }
    }
    match plan(target, wish, survey) {
        Ok(plan) => Verdict::Go(Box::new(plan)),
        Err(blocker) => Verdict::Refuse(vec![blocker]),
    }
}

#[cfg(test)]
pub(in crate::domain) mod fixture;

#[cfg(test)]
mod tests;
