//! What somebody wants done: a verb and its arguments, parsed and typed, before anyone has looked for the VM.
//!
//! A text command, a form and a button all end here, so that whatever follows never reads text again. An intent holds
//! what was *said*: which VM and which snapshot are meant is found later ([`super::lookup`]), because a name is no identity.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

pub use super::act::Verb;
use super::act::{Act, Parameter, Right, Typed};
use super::ids::{InstanceUuid, Moref, RequestId, VCenterName, VmRef};

mod stored;

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
    /// Show the tree.
    List { vm: VmSelector },
    /// Say which snapshots have grown too old, of the VMs that the person may see.
    Report {
        /// Which report; that of the channel, or all VMs where there is none.
        name: Option<String>,
    },
    /// Delete what is older, one VM after the other.
    DeleteOlder {
        /// Of which VMs.
        scope: BulkScope,
        /// Older than this. Greater than zero.
        age: SignedDuration,
        ticket: Option<String>,
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
    Cancel { request: RequestId },
    /// Take back a request that nobody has decided yet.
    Withdraw { request: RequestId },
    /// Say which rule decides.
    Explain { verb: Verb, vm: VmSelector },
    /// Stop every new change.
    Freeze {
        /// Why, for everybody who wants to change something meanwhile.
        reason: String,
    },
    /// Let changes begin again.
    Unfreeze,
    /// Do something to one VM.
    #[serde(untagged)]
    Act(VmAct),
}

/// An act on one VM, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmAct {
    pub vm: VmSelector,
    pub act: Act<Typed>,
    /// The change number given with it.
    pub ticket: Option<String>,
    /// Whether a snapshot of the VM is taken first, so that a revert can itself be undone.
    pub safety: bool,
}

impl Intent {
    /// An act on a VM with nothing else said.
    pub const fn on(vm: VmSelector, act: Act<Typed>) -> Self {
        Self::Act(VmAct { vm, act, ticket: None, safety: false })
    }

    pub fn verb(&self) -> Verb {
        match self {
            Self::Act(vm_act) => vm_act.act.verb(),
            Self::List { .. } => Verb::List,
            Self::Report { .. } => Verb::Report,
            Self::DeleteOlder { .. } => Verb::DeleteOlder,
            Self::Help { .. } => Verb::Help,
            Self::Status { .. } => Verb::Status,
            Self::Cancel { .. } => Verb::Cancel,
            Self::Withdraw { .. } => Verb::Withdraw,
            Self::Explain { .. } => Verb::Explain,
            Self::Freeze { .. } => Verb::Freeze,
            Self::Unfreeze => Verb::Unfreeze,
        }
    }

    /// The right that it needs; none for what everybody may, and for what only administrators may.
    pub fn right(&self) -> Option<Right> {
        if let Self::Act(vm_act) = self { Some(vm_act.act.right()) } else { self.verb().spec().right }
    }

    /// The same about another VM, if it is about one.
    pub fn with_vm(mut self, other: VmSelector) -> Self {
        if let Self::Act(VmAct { vm, .. }) | Self::List { vm } | Self::Explain { vm, .. } = &mut self {
            *vm = other;
        }
        self
    }

    /// The same with this change number, if it takes one.
    pub fn with_ticket(mut self, number: String) -> Self {
        let takes = self.verb().takes(Parameter::Ticket);
        if let Self::Act(VmAct { ticket, .. }) | Self::DeleteOlder { ticket, .. } = &mut self
            && takes
        {
            *ticket = Some(number);
        }
        self
    }
}

#[cfg(test)]
mod tests;
