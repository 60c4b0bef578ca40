//! Everything read from vCenter about one VM before anyone decides: facts alone, no verdict.
//!
//! The vCenter port fills it in one go, `preflight` judges it, `fingerprint` seals it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{InstanceUuid, Moref};
use super::inventory::ToolsState;
use super::snapshot_tree::{PowerState, SnapshotTree};

/// One VM, read fresh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// vCenter's own clock at the read (`CurrentTime`), the only clock that its tasks and snapshots go by.
    pub server_time: Timestamp,
    /// The VM's name now, read back from its escapes.
    pub name: String,
    /// `config.instanceUuid`.
    pub instance_uuid: Option<InstanceUuid>,
    /// `runtime.powerState`.
    pub power: PowerState,
    /// `runtime.connectionState` is `connected`.
    pub connected: bool,
    /// Whether VMware Tools answer (`guest.toolsRunningStatus`).
    pub tools: ToolsState,
    /// `config.template`.
    pub template: bool,
    /// `config.guestId`, such as `windows2019srv_64Guest`.
    pub guest_id: Option<String>,
    /// `config.flags.snapshotLocked`.
    pub snapshot_locked: bool,
    /// `config.flags.snapshotPowerOffBehavior` is `revert`: powering off throws the current state away.
    pub reverts_at_power_off: bool,
    /// `runtime.consolidationNeeded`.
    pub consolidation_needed: bool,
    /// What the VM is able to do at all.
    pub capability: Capability,
    /// Devices that a snapshot does not cover or does not allow, in the order of the hardware.
    pub devices: Vec<AwkwardDevice>,
    /// `disabledMethod`: vCenter's own list of calls that it would refuse now, such as `CreateSnapshot_Task`.
    pub disabled_methods: Vec<String>,
    /// Tasks of `recentTask` that are queued or running on this VM now.
    pub running_tasks: Vec<RunningTask>,
    /// Every snapshot.
    pub tree: SnapshotTree,
    /// Bytes that each snapshot holds on the datastores, by `layoutEx`; a lower bound, to be written with "≈".
    pub snapshot_bytes: BTreeMap<Moref, u64>,
    /// Snapshots that captured memory (`layoutEx.snapshot[].memoryKey != -1`).
    pub with_memory: Vec<Moref>,
    /// Bytes written since the current snapshot: the disk files that belong to no snapshot. None where there is none.
    pub bytes_since_current: Option<u64>,
    /// The datastores that the VM lies on.
    pub datastores: Vec<DatastoreSpace>,
}

impl Survey {
    /// The VM as it would be without one snapshot: what was written to it since counts for the snapshot above.
    #[must_use]
    pub fn without(&self, snapshot: &Moref) -> Self {
        let Some(node) = self.tree.get(snapshot) else { return self.clone() };
        let mut rest = Self { tree: self.tree.without(snapshot), ..self.clone() };
        let held = rest.snapshot_bytes.remove(snapshot);
        rest.with_memory.retain(|other| other != snapshot);
        if self.tree.current().is_some_and(|current| current.moref == *snapshot) {
            // What the current snapshot holds counts what was written since.
            rest.bytes_since_current = held.or(rest.bytes_since_current);
            if let (Some(held), Some(above)) =
                (held, node.parent.as_ref().and_then(|above| rest.snapshot_bytes.get_mut(above)))
            {
                *above = above.saturating_add(held);
            }
        }
        rest
    }

    /// Whether this snapshot captured memory.
    pub fn has_memory(&self, snapshot: &Moref) -> bool {
        self.with_memory.contains(snapshot)
    }
}

/// `VirtualMachineCapability`, the part about snapshots. What a server does not tell counts as allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capability {
    /// `snapshotOperationsSupported`
    pub snapshots: bool,
    /// `multipleSnapshotsSupported`
    pub multiple: bool,
    /// `memorySnapshotsSupported`
    pub memory: bool,
    /// `quiescedSnapshotsSupported`
    pub quiesced: bool,
    /// `poweredOffSnapshotsSupported`
    pub powered_off: bool,
    /// `revertToSnapshotSupported`
    pub revert: bool,
}

impl Default for Capability {
    fn default() -> Self {
        Self { snapshots: true, multiple: true, memory: true, quiesced: true, powered_off: true, revert: true }
    }
}

/// A device that changes what a snapshot is worth, with its label ("Hard disk 2") and, for a disk, its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwkwardDevice {
    /// `deviceInfo.label`
    pub label: String,
    /// The last part of the disk's file name (`data.vmdk`), empty where the device has none.
    pub file: String,
    /// Why it is listed.
    pub kind: AwkwardKind,
}

/// Why a device is awkward for snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwkwardKind {
    /// `diskMode` is `independent_*`: not rolled back, and memory cannot be captured.
    IndependentDisk,
    /// A raw device mapping in physical mode: snapshots are not supported.
    PhysicalRdm,
    /// A controller that shares its bus: snapshots are not supported.
    SharedBus,
    /// A passthrough (DirectPath) device: snapshots are not supported while the VM runs.
    Passthrough,
}

/// A task that vCenter has on the VM now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningTask {
    /// Which task.
    pub task: Moref,
    /// `descriptionId`, such as `VirtualMachine.createSnapshot`.
    pub kind: String,
}

/// Room on one datastore (`summary.freeSpace`, `summary.capacity`), in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatastoreSpace {
    /// The datastore's name.
    pub name: String,
    /// Free bytes.
    pub free: u64,
    /// Bytes in all.
    pub capacity: u64,
}
