//! Oddities: properties of a VM that get in the way of snapshots. Tests and the demo add and remove them; clients see them in the
//! VM's properties, and calls are refused because of them as vCenter would refuse them.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::id::Id;
use super::task::Act;
use super::vm::{Power, Vm};

/// A property of a VM that gets in the way of snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// It is not registered on its host any more (`connectionState` is `orphaned`).
    Orphaned,
    /// Its files cannot be reached (`inaccessible`), so that its configuration cannot be read.
    Inaccessible,
    /// Its configuration cannot be understood (`invalid`), and so cannot be read.
    Invalid,
    /// Powering it off takes it back to its current snapshot (`snapshotPowerOffBehavior`).
    RevertsAtPowerOff,
    /// Fault Tolerance keeps a second copy of it (`faultToleranceState` is `running`).
    FaultTolerance,
    /// Its host works on a snapshot without a task (`snapshotInBackground`).
    SnapshotInBackground,
    /// A capability of `VirtualMachineCapability` that it lacks, such as `memorySnapshotsSupported`.
    Lacks(String),
    /// While it is suspended it can have snapshots without its memory (`diskOnlySnapshotOnSuspendedVMSupported`).
    SuspendedDiskOnly,
    /// A method that somebody has disabled on it, such as `CreateSnapshot_Task`.
    Disabled(String),
    /// The account may see it and not read it: it has a role there with `System.View` and without `System.Read`.
    Hidden,
    /// vCenter has not noticed the disks that a deletion left (`consolidationNeeded` is false).
    LeftDisksUnnoticed,
    /// Another product manages it (`config.managedBy`), by its extension's key, such as `com.vmware.vcenter.cls`.
    ManagedBy(String),
    /// A device of this kind.
    Device(OddDevice),
}

/// A device that snapshots have trouble with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OddDevice {
    /// A disk in the mode `independent_nonpersistent`.
    NonPersistentDisk,
    /// A raw device mapping in physical mode.
    PhysicalRdm,
    /// A SCSI controller whose bus is shared.
    SharedBus,
    /// A PCI device of the host.
    Passthrough,
    /// A network card of the host's, by SR-IOV.
    Sriov,
    /// A share of a GPU.
    VirtualGpu,
}

impl Vm {
    /// Whether it has this oddity.
    pub(super) fn has(&self, oddity: &Oddity) -> bool {
        self.oddities.contains(oddity)
    }

    /// Whether it lacks a capability.
    pub(super) fn lacks(&self, capability: &str) -> bool {
        self.oddities.iter().any(|oddity| matches!(oddity, Oddity::Lacks(lacked) if lacked == capability))
    }

    /// The devices that snapshots have trouble with, in the order in which they came.
    pub(super) fn odd_devices(&self) -> impl Iterator<Item = OddDevice> {
        self.oddities.iter().filter_map(|oddity| {
            let Oddity::Device(device) = oddity else { return None };
            Some(*device)
        })
    }

    /// The methods that somebody has disabled.
    pub(super) fn disabled_by_hand(&self) -> impl Iterator<Item = &str> {
        self.oddities.iter().filter_map(|oddity| {
            let Oddity::Disabled(method) = oddity else { return None };
            Some(method.as_str())
        })
    }

    /// Refuses a method that somebody has disabled.
    pub(super) fn refuse_disabled(&self, method: &str) -> Result<(), Fault> {
        if self.disabled_by_hand().any(|disabled| disabled == method) {
            return Err(Fault::new("MethodDisabled", "The method is disabled by 'a backup'").with("source", "a backup"));
        }
        Ok(())
    }

    /// `config.managedBy.extensionKey`
    pub(super) fn managed_by(&self) -> Option<&str> {
        self.oddities
            .iter()
            .find_map(|oddity| if let Oddity::ManagedBy(key) = oddity { Some(key.as_str()) } else { None })
    }

    /// `runtime.connectionState`
    pub(super) fn connection_state(&self) -> &'static str {
        if !self.connected {
            "disconnected"
        } else if self.has(&Oddity::Orphaned) {
            "orphaned"
        } else if self.has(&Oddity::Inaccessible) {
            "inaccessible"
        } else if self.has(&Oddity::Invalid) {
            "invalid"
        } else {
            "connected"
        }
    }

    /// Whether its configuration can be read.
    pub(super) fn is_readable(&self) -> bool {
        !self.has(&Oddity::Inaccessible) && !self.has(&Oddity::Invalid)
    }

    /// Whether a snapshot of it has its memory: where that is asked for and it runs; while it is suspended always, unless it can
    /// be without and that is asked for; never while it is off.
    pub(super) fn takes_memory(&self, asked: bool) -> bool {
        match self.power {
            Power::On => asked,
            Power::Off => false,
            Power::Suspended => asked || !self.has(&Oddity::SuspendedDiskOnly),
        }
    }

    /// Why its oddities let vCenter refuse this before it makes a task of it.
    pub(super) fn odd_refusal(&self, method: &str, act: &Act) -> Option<Fault> {
        if !matches!(self.connection_state(), "connected" | "disconnected") {
            return Some(Fault::invalid_state());
        }
        if let Err(refusal) = self.refuse_disabled(method) {
            return Some(refusal);
        }
        let takes = matches!(act, Act::Create { .. });
        let reverts = matches!(act, Act::Revert { .. });
        let of_snapshots = act.changes_snapshots();
        if self.has(&Oddity::SnapshotInBackground) && (of_snapshots || matches!(act, Act::Consolidate)) {
            // vCenter shows no task for it, so what the fault names cannot be read.
            return Some(Fault::task_in_progress(Id::task(0)));
        }
        let lacks = |capability: &str| self.lacks(capability);
        let unsupported = (of_snapshots && lacks("snapshotOperationsSupported"))
            || (of_snapshots && self.power == Power::Off && lacks("poweredOffSnapshotsSupported"))
            || (reverts && lacks("revertToSnapshotSupported"))
            || ((takes || reverts) && self.has(&Oddity::FaultTolerance))
            || matches!(act, Act::Create { memory, .. } if self.takes_memory(*memory) && lacks("memorySnapshotsSupported"))
            || matches!(act, Act::Create { quiesce: true, .. } if self.power == Power::On && lacks("quiescedSnapshotsSupported"));
        if unsupported {
            return Some(Fault::unsupported());
        }
        if takes && !self.snapshots.is_empty() && lacks("multipleSnapshotsSupported") {
            return Some(Fault::multiple_snapshots());
        }
        None
    }

    /// The fault that a snapshot of it ends in for one of its devices.
    pub(super) fn incompatible_device(&self) -> Option<Fault> {
        let running = self.power != Power::Off;
        let found = self.odd_devices().find(|device| match device {
            OddDevice::PhysicalRdm | OddDevice::SharedBus => true,
            OddDevice::Passthrough | OddDevice::Sriov | OddDevice::VirtualGpu => running,
            OddDevice::NonPersistentDisk => false,
        })?;
        let cause = Fault::not_supported(format!("{found:?} does not support snapshots."));
        Some(Fault::incompatible_device().with("fault", cause.localized()))
    }
}

#[cfg(test)]
mod tests;
