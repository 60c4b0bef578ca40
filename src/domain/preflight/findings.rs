//! What preflight finds: what refuses a wish, and what an approver should know.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::act::Right;
use crate::domain::authority::Refusal;
use crate::domain::ids::PersonId;
use crate::domain::marker::Hold;
use crate::domain::survey::AwkwardDevice;

/// What stands against a wish, with the data for one sentence and its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "blocker")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Blocker {
    /// The VM is gone, or its reference belongs to another VM now.
    VmGone,
    /// vCenter could not be read, so nothing can be judged.
    Unreadable {
        /// For the details.
        why: String,
    },
    /// vCenter answered and does not let the VM be read, or not all of it.
    NotReadable {
        /// For the details.
        why: String,
    },
    /// A template has no state to go back to.
    Template,
    /// The VM's host is not connected to vCenter.
    Disconnected,
    /// The VM is not registered on its host any more.
    Orphaned,
    /// The host cannot reach the VM's files.
    Inaccessible,
    /// The VM's configuration cannot be understood.
    Invalid,
    /// This VM cannot have snapshots.
    SnapshotsUnsupported,
    /// Fault Tolerance keeps a second copy of the VM in step, which no snapshot can hold.
    FaultTolerance,
    /// Snapshots of this VM are locked, usually by a backup.
    SnapshotLocked,
    /// This VM can be gone back with to no snapshot.
    RevertUnsupported,
    /// The VM is off, and its snapshots cannot be worked on then.
    OffUnsupported,
    /// Memory was asked for and the VM is off.
    MemoryWhileOff,
    /// Memory was asked for and this VM's cannot be captured.
    MemoryUnsupported,
    /// Quiescing was asked for and the VM is off.
    QuiesceWhileOff,
    /// Quiescing was asked for and the VM is suspended.
    QuiesceWhileSuspended,
    /// Quiescing was asked for and this VM cannot be quiesced.
    QuiesceUnsupported,
    /// Quiescing was asked for and VMware Tools do not answer.
    QuiesceWithoutTools,
    /// Quiescing was asked for and VMware Tools were never installed.
    QuiesceToolsMissing,
    /// Disks alone were asked for and the VM is suspended: vCenter would take its memory along all the same.
    DiskWhileSuspended,
    /// The VM is suspended, so its memory belongs to every snapshot, and it cannot be captured.
    SuspendedNeedsMemory,
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
        depth: usize,
    },
    /// A second snapshot is not possible on this VM.
    OnlyOne,
    /// A datastore has no room even for the first bytes of the snapshot.
    NoRoom {
        /// Which, and how much.
        shortage: Shortage,
    },
    /// A datastore has no room for the VM's memory, and would have for the disks alone.
    NoRoomForMemory {
        /// Which, and how much.
        shortage: Shortage,
    },
    NoSnapshots,
    /// There are snapshots, and the VM stands below none of them, so there is no latest one.
    NoCurrent {
        /// How many snapshots there are.
        count: usize,
    },
    SnapshotGone,
    /// A backup is at work on this VM.
    Backup {
        snapshot: String,
    },
    NothingToConsolidate,
    /// The VM runs already.
    AlreadyOn,
    /// The snapshot has that name and description already.
    NoChange,
    /// The snapshot is kept until that moment already.
    SameEnd {
        until: Timestamp,
    },
    /// A snapshot that would be deleted is on hold.
    OnHold {
        snapshot: String,
        /// By whom, why, until when.
        hold: Hold,
    },
    /// More snapshots that would be deleted are on hold than are named.
    MoreOnHold {
        /// How many more.
        count: usize,
    },
    /// The snapshot is not on hold, so there is nothing to release.
    NotOnHold,
    /// The hold is not the one that was to be taken off or replaced.
    OtherHold {
        /// The snapshot's name.
        snapshot: String,
        /// By whom, why, until when it is on hold now.
        hold: Hold,
    },
    /// The snapshot that is to be taken before the revert cannot be taken; what follows says why.
    NoSafety,
    /// Administrators have stopped every change.
    Frozen {
        by: PersonId,
        reason: String,
    },
    /// The rules do not let it go on.
    NotPermitted {
        right: Right,
        refusal: Refusal,
    },
    /// It was asked so long ago, with the bot away since, that nobody expects it to happen any more.
    AskedTooLongAgo {
        at: Timestamp,
    },
    /// vCenter's own list says that this call is not allowed now.
    MethodDisabled {
        method: String,
    },
}

/// What the approver should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "warning")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Warning {
    /// This disk is not rolled back.
    IndependentDisk { device: AwkwardDevice },
    /// This disk is not rolled back, and loses what is written to it whenever the VM is powered off.
    NonPersistentDisk {
        device: AwkwardDevice,
        /// Whether the act powers the VM off.
        powers_off: bool,
    },
    /// A backup is at work on this VM.
    BackupAtWork { snapshot: String },
    /// A datastore may have too little room.
    LowSpace {
        /// Which, and how much.
        shortage: Shortage,
        need: Need,
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

/// A datastore that has less room than an act needs, or may need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    /// The datastore's name.
    pub datastore: String,
    /// About how many bytes are free on it.
    pub free: u64,
    /// About how many are needed.
    pub needed: u64,
}

/// What room on a datastore is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Need {
    /// For what the VM writes while the snapshot stays.
    Growth,
    /// For the VM's memory, and for what it writes while the snapshot stays.
    Memory,
    /// For merging disks before the merged files go.
    Merge,
}
