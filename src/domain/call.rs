//! The changes that can be asked of vCenter, with every argument decided.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::ids::{Moref, TaskRef, VmRef};
use super::survey::Survey;

/// One change on one VM, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub vm: VmRef,
    pub act: Act,
}

/// What is done to a VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// `CreateSnapshotEx_Task` (`CreateSnapshot_Task` where the server knows only that).
    Take {
        /// The name as people wrote it; `%`, `/` and `\` are escaped on the wire.
        name: String,
        /// The description, our marker included.
        description: String,
        /// Disk, quiesced or memory: one choice.
        mode: SnapshotMode,
    },
    /// `RevertToSnapshot_Task` on this snapshot.
    Revert {
        /// The snapshot to go back to.
        snapshot: Moref,
        /// `suppressPowerOn`: leave the VM off even though the snapshot holds a running state.
        suppress_power_on: bool,
    },
    /// `RemoveSnapshot_Task`, consolidating.
    Delete {
        /// The snapshot that goes.
        snapshot: Moref,
        /// Whether everything below it goes too (`removeChildren`).
        children: bool,
    },
    /// `RemoveAllSnapshots_Task`, consolidating.
    DeleteAll,
    /// `ConsolidateVMDisks_Task`.
    Consolidate,
    /// `RenameSnapshot`: not a task, done when it answers.
    Edit {
        /// The snapshot that is renamed or described anew.
        snapshot: Moref,
        /// The new name, if it changes.
        name: Option<String>,
        /// The new description, if it changes.
        description: Option<String>,
    },
    /// `PowerOnVM_Task`, offered after a revert that leaves the VM off.
    PowerOn,
}

impl Act {
    /// Its word in the log: the one that it is stored with.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Take { .. } => "take",
            Self::Revert { .. } => "revert",
            Self::Delete { .. } => "delete",
            Self::DeleteAll => "delete_all",
            Self::Consolidate => "consolidate",
            Self::Edit { .. } => "edit",
            Self::PowerOn => "power_on",
        }
    }
}

/// How a snapshot is taken. The three exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SnapshotMode {
    /// Disks alone: crash-consistent of a running VM, clean of one that is off.
    Disk,
    /// Disks after VMware Tools put the guest's file systems to rest.
    Quiesce,
    /// Disks and memory.
    Memory,
}

/// What a call came to, when an answer came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Started {
    /// vCenter made a task of it.
    Task(TaskRef),
    /// It is done already.
    Immediate,
}

/// Why a call came to nothing that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CallError {
    /// vCenter answered with a fault: it is certain that nothing was started.
    #[error("vCenter refused: {}: {}", .0.name, .0.message)]
    Fault(Fault),
    /// The request never left (no connection, no session): it is certain that nothing was started.
    #[error("vCenter was not reached: {0}")]
    NotSent(String),
    /// The last gate was closed on this look at the VM, right before it would have been sent: it is certain that nothing was started.
    #[error("it was held back right before it was sent: the VM, the rules or a freeze did not allow it any more")]
    NotCalled(Box<Survey>),
    /// It was sent and no usable answer came back: it may have been started.
    #[error("vCenter's answer was lost: {0}")]
    Lost(String),
}

/// Where a task stands (`TaskInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskUpdate {
    pub task: TaskRef,
    pub state: TaskState,
    /// `progress`, 0 to 100, where vCenter tells one.
    pub percent: Option<u8>,
    /// `cancelable`.
    pub cancelable: bool,
    /// How long it took, from its `startTime` to its `completeTime`; none before its end, and where vCenter does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took: Option<SignedDuration>,
}

/// A task's state (`TaskInfoState`), with what its end brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Waiting in vCenter.
    Queued,
    /// Being done.
    Running,
    /// Done; `result` is the new snapshot after a take.
    Success {
        /// The new snapshot's reference, where the task made one.
        result: Option<Moref>,
    },
    /// Ended by a fault (a cancel ends as `RequestCanceled`).
    Error(Fault),
    /// vCenter does not know the task any more: how it ended has to be read off the VM.
    Gone,
}
