//! What somebody wants done: a verb and its arguments, parsed and typed, before anyone has looked for the VM.
//!
//! A text command, a form and a button all end here, so that whatever follows never reads text again. An intent holds
//! what was *said*: which VM and which snapshot are meant is found later ([`super::lookup`]), because a name is no identity.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

pub use super::act::Verb;
use super::ids::{InstanceUuid, Moref, RequestId, VCenterName, VmRef};
use super::keep::Keep;

/// How a snapshot is wished to be taken. `Auto` is settled when the VM's power state and Tools are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Off: disk. Tools running: quiesce. Else: disk, and the answer says so.
    #[default]
    Auto,
    /// Disks alone.
    Disk,
    /// Disks, after VMware Tools put the guest's file systems to rest.
    Quiesce,
    /// Disks and memory.
    Memory,
}

impl Mode {
    /// The mode's word, as in `mode:memory`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Disk => "disk",
            Self::Quiesce => "quiesce",
            Self::Memory => "memory",
        }
    }
}

/// Which VM was said. More than one may answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VmSelector {
    /// By name, or by a folder path or the end of one (`web-02`, `test/web-02`, `DC1/test/web-02`).
    Named {
        /// Only in this vCenter, if one was said.
        vcenter: Option<VCenterName>,
        /// The name or path as it was typed.
        text: String,
    },
    /// By managed object id (`vm-42`), which is unique within one vCenter alone.
    Moref {
        /// Only in this vCenter, if one was said.
        vcenter: Option<VCenterName>,
        /// The id, in lower case.
        moref: Moref,
    },
    Uuid(InstanceUuid),
}

impl VmSelector {
    /// Exactly this VM, whatever else has its name.
    pub fn exactly(vm: &VmRef) -> Self {
        Self::Moref { vcenter: Some(vm.vcenter.clone()), moref: vm.moref.clone() }
    }

    /// What was typed, to be shown in an answer.
    pub fn text(&self) -> &str {
        match self {
            Self::Named { text, .. } => text,
            Self::Moref { moref, .. } => moref.as_str(),
            Self::Uuid(uuid) => uuid.as_str(),
        }
    }
}

/// Which snapshot of the VM was said. More than one may answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotSelector {
    /// By name, or by a path in the tree or the end of one (`base/before upgrade`).
    Named {
        /// The name or path as it was typed.
        text: String,
        /// Whether it stood in quotes. Digits without quotes may also be a number of the list.
        quoted: bool,
    },
    /// By its number in the list, from 1 (`#3`).
    Number(usize),
    /// By managed object id (`snapshot-123`).
    Moref(Moref),
}

impl SnapshotSelector {
    /// What was typed, to be shown in an answer.
    pub fn text(&self) -> String {
        match self {
            Self::Named { text, .. } => text.clone(),
            Self::Number(number) => format!("#{number}"),
            Self::Moref(moref) => moref.as_str().to_owned(),
        }
    }
}

/// Which VMs were said, where many may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkScope {
    /// All that the person may see.
    All,
    /// One VM, or those of a folder, by name or path.
    Named(String),
}

impl BulkScope {
    /// What was typed, to be shown in an answer.
    pub fn text(&self) -> &str {
        match self {
            Self::All => "all",
            Self::Named(text) => text,
        }
    }
}

/// What somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "intent")]
pub enum Intent {
    Take {
        vm: VmSelector,
        /// Its name; none means date and time in the channel's time zone.
        name: Option<String>,
        /// Its description, without our marker.
        description: Option<String>,
        /// Disk, quiesced or memory.
        mode: Mode,
        /// How long it is to stay; as the policy has it where nothing is said.
        keep: Option<Keep>,
        ticket: Option<String>,
    },
    /// Show the tree.
    List {
        vm: VmSelector,
    },
    /// Say which snapshots have grown too old, of the VMs that the person may see.
    Report {
        /// Which report; that of the channel, or all VMs where there is none.
        name: Option<String>,
    },
    /// Go back to a snapshot.
    Revert {
        vm: VmSelector,
        /// To which snapshot; none means that the person picks one.
        snapshot: Option<SnapshotSelector>,
        /// Leave the VM off even though the snapshot holds a running state.
        stay_off: bool,
        /// Take a snapshot of the VM as it is first, so that the revert itself can be undone.
        #[serde(default)]
        safety: bool,
        ticket: Option<String>,
    },
    /// Go back to the current snapshot.
    RevertLatest {
        vm: VmSelector,
        /// Leave the VM off even though the snapshot holds a running state.
        stay_off: bool,
        /// Take a snapshot of the VM as it is first, so that the revert itself can be undone.
        #[serde(default)]
        safety: bool,
        ticket: Option<String>,
    },
    Delete {
        vm: VmSelector,
        /// Which snapshot; none means that the person picks one.
        snapshot: Option<SnapshotSelector>,
        /// Whether everything below it goes too.
        children: bool,
        ticket: Option<String>,
    },
    DeleteAll {
        vm: VmSelector,
        ticket: Option<String>,
    },
    /// Delete what is older, one VM after the other.
    DeleteOlder {
        /// Of which VMs.
        scope: BulkScope,
        /// Older than this. Greater than zero.
        age: SignedDuration,
        ticket: Option<String>,
    },
    /// Merge disks that a delete has left behind.
    Consolidate {
        vm: VmSelector,
        ticket: Option<String>,
    },
    /// Rename or describe a snapshot. At least one of `name` and `description` is there.
    Edit {
        vm: VmSelector,
        /// Which snapshot; none means that the person picks one.
        snapshot: Option<SnapshotSelector>,
        /// The new name, if it changes.
        name: Option<String>,
        /// The new description, if it changes; an empty one clears it.
        description: Option<String>,
    },
    /// Say until when a snapshot stays.
    Keep {
        vm: VmSelector,
        /// Which snapshot; none means that the person picks one.
        snapshot: Option<SnapshotSelector>,
        /// How long, from now.
        keep: Keep,
    },
    /// Have a snapshot stay although its time is up.
    Hold {
        vm: VmSelector,
        /// Which snapshot; none means that the person picks one.
        snapshot: Option<SnapshotSelector>,
        /// Why, for everybody who sees it in a report.
        reason: String,
        /// Until when; none is until somebody releases it.
        keep: Option<Keep>,
    },
    /// Let a held snapshot go when its time is up.
    Release {
        vm: VmSelector,
        /// Which snapshot; none means that the person picks one.
        snapshot: Option<SnapshotSelector>,
    },
    PowerOn {
        vm: VmSelector,
    },
    /// Say what can be asked.
    Help {
        /// About which verb; none means about all.
        verb: Option<Verb>,
    },
    /// Say how a request stands.
    Status {
        /// Which request; none means those of the person who asks.
        request: Option<RequestId>,
    },
    /// Ask vCenter to stop a request's task.
    Cancel {
        request: RequestId,
    },
    /// Take back a request that nobody has decided yet.
    Withdraw {
        request: RequestId,
    },
    /// Say which rule decides.
    Explain {
        verb: Verb,
        vm: VmSelector,
    },
    /// Stop every new change.
    Freeze {
        /// Why, for everybody who wants to change something meanwhile.
        reason: String,
    },
    /// Let changes begin again.
    Unfreeze,
}

impl Intent {
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Take { .. } => Verb::Take,
            Self::List { .. } => Verb::List,
            Self::Report { .. } => Verb::Report,
            Self::Revert { .. } => Verb::Revert,
            Self::RevertLatest { .. } => Verb::RevertLatest,
            Self::Delete { .. } => Verb::Delete,
            Self::DeleteAll { .. } => Verb::DeleteAll,
            Self::DeleteOlder { .. } => Verb::DeleteOlder,
            Self::Consolidate { .. } => Verb::Consolidate,
            Self::Edit { .. } => Verb::Edit,
            Self::Keep { .. } => Verb::Keep,
            Self::Hold { .. } => Verb::Hold,
            Self::Release { .. } => Verb::Release,
            Self::PowerOn { .. } => Verb::PowerOn,
            Self::Help { .. } => Verb::Help,
            Self::Status { .. } => Verb::Status,
            Self::Cancel { .. } => Verb::Cancel,
            Self::Withdraw { .. } => Verb::Withdraw,
            Self::Explain { .. } => Verb::Explain,
            Self::Freeze { .. } => Verb::Freeze,
            Self::Unfreeze => Verb::Unfreeze,
        }
    }

    /// The VM that it is about, if it is about one.
    pub const fn vm(&self) -> Option<&VmSelector> {
        match self {
            Self::Take { vm, .. }
            | Self::List { vm }
            | Self::Revert { vm, .. }
            | Self::RevertLatest { vm, .. }
            | Self::Delete { vm, .. }
            | Self::DeleteAll { vm, .. }
            | Self::Consolidate { vm, .. }
            | Self::Edit { vm, .. }
            | Self::Keep { vm, .. }
            | Self::Hold { vm, .. }
            | Self::Release { vm, .. }
            | Self::PowerOn { vm }
            | Self::Explain { vm, .. } => Some(vm),
            Self::Report { .. }
            | Self::DeleteOlder { .. }
            | Self::Help { .. }
            | Self::Status { .. }
            | Self::Cancel { .. }
            | Self::Withdraw { .. }
            | Self::Freeze { .. }
            | Self::Unfreeze => None,
        }
    }
}

#[cfg(test)]
mod tests;
