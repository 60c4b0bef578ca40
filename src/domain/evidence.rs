//! What is left to see of a call whose answer was lost.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::Moref;
use super::snapshot_tree::SnapshotTree;

/// Traces of a lost call, read from vCenter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// vCenter's clock at the read.
    pub server_time: Timestamp,
    /// The VM's snapshots now.
    pub tree: SnapshotTree,
    /// Tasks on the VM that vCenter remembers, oldest first.
    pub tasks: Vec<SeenTask>,
}

/// A task found on a VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenTask {
    pub task: Moref,
    /// `descriptionId`: `vm.Snapshot.revert`, or vcsim's `VirtualMachine.revertToSnapshot`.
    pub kind: String,
    /// `queueTime`, by vCenter's clock.
    pub queued: Timestamp,
    /// Whether our own account started it (`reason.userName`); none where vCenter does not say.
    pub ours: Option<bool>,
}
