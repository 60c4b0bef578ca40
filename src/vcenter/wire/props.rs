//! The properties of managed objects that this client reads, from their path and their value.
//!
//! None means that vCenter did not speak of a property. That a property is unset is something else: a live update says
//! so, and then its default stands here. That it is there and not given is a third thing: then it is [`Props::withheld`].

use crate::domain::ids::{InstanceUuid, Moref};
use crate::domain::inventory::ToolsState;
use crate::domain::snapshot_tree::{PowerState, SnapshotTree};
use crate::domain::survey::{Capability, Connection};

use super::layout::{Layout, layout};
use super::names::unescape;
use super::objects::Missing;
use super::scalars::{boolean, bytes, moref, power_state, string};
use super::tasks::{TaskInfo, TaskProps, task_info};
use super::tree::snapshot_info;
use super::xml::{Xml, XmlResult};

mod devices;

pub(crate) use devices::{Devices, datastore_of};

/// What was read of one object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Props {
    /// `name`, read back from its escapes.
    pub(crate) name: Option<String>,
    /// `parent`, inside: none where it has none.
    pub(crate) parent: Option<Option<Moref>>,
    /// `parentVApp`, likewise.
    pub(crate) parent_vapp: Option<Option<Moref>>,
    /// `parentFolder` of a vApp, likewise.
    pub(crate) parent_folder: Option<Option<Moref>>,
    pub(crate) power: Option<PowerState>,
    pub(crate) connection: Option<Connection>,
    pub(crate) consolidation_needed: Option<bool>,
    pub(crate) snapshot_in_background: Option<bool>,
    pub(crate) fault_tolerant: Option<bool>,
    pub(crate) tools: Option<ToolsState>,
    pub(crate) tools_installed: Option<bool>,
    pub(crate) template: Option<bool>,
    pub(crate) instance_uuid: Option<Option<InstanceUuid>>,
    pub(crate) guest_id: Option<String>,
    pub(crate) snapshot_locked: Option<bool>,
    pub(crate) reverts_at_power_off: Option<bool>,
    pub(crate) capability: Option<Capability>,
    pub(crate) devices: Option<Devices>,
    /// The name of the datastore with the working files, out of `config.files`.
    pub(crate) working_datastore: Option<String>,
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) disabled_methods: Option<Vec<String>>,
    pub(crate) tree: Option<SnapshotTree>,
    pub(crate) layout: Option<Layout>,
    /// `datastore` of a VM.
    pub(crate) datastores: Option<Vec<Moref>>,
    pub(crate) free_space: Option<u64>,
    pub(crate) capacity: Option<u64>,
    pub(crate) accessible: Option<bool>,
    pub(crate) info: Option<TaskInfo>,
    pub(crate) task: TaskProps,
    /// What the server has and does not give.
    pub(crate) withheld: Vec<Missing>,
}

impl Props {
    /// Takes in one property from the value just stepped into. Paths that nobody asked for are passed over.
    pub(crate) fn set(&mut self, path: &str, xml: &mut Xml) -> XmlResult<()> {
        match path {
            "name" => self.name = Some(unescape(xml.text()?)),
            "parent" => self.parent = Some(Some(moref(xml)?)),
            "parentVApp" => self.parent_vapp = Some(Some(moref(xml)?)),
            "parentFolder" => self.parent_folder = Some(Some(moref(xml)?)),
            "runtime.powerState" => self.power = power_state(xml)?,
            "runtime.connectionState" => self.connection = Some(connection(xml.text()?)),
            "runtime.consolidationNeeded" => self.consolidation_needed = Some(boolean(xml)?),
            "runtime.snapshotInBackground" => self.snapshot_in_background = Some(boolean(xml)?),
            // `disabled` is configured and switched off: vSphere forbids snapshots where it is on.
            "runtime.faultToleranceState" => {
                self.fault_tolerant = Some(!matches!(xml.text()?, "notConfigured" | "disabled"));
            }
            "guest.toolsRunningStatus" => {
                self.tools = Some(match xml.text()? {
                    "guestToolsRunning" => ToolsState::Running,
                    _ => ToolsState::NotRunning,
                });
            }
            "guest.toolsVersionStatus2" => self.tools_installed = Some(xml.text()? != "guestToolsNotInstalled"),
            "config.template" => self.template = Some(boolean(xml)?),
            "config.instanceUuid" => self.instance_uuid = Some(Some(InstanceUuid::new(xml.text()?))),
            "config.guestId" => self.guest_id = Some(string(xml)?),
            "config.flags" => self.flags(xml)?,
            "config.files" => self.files(xml)?,
            "config.hardware.memoryMB" => self.memory_bytes = bytes(xml)?.map(|mb| mb.saturating_mul(1 << 20)),
            "config.hardware.device" => self.devices = Some(devices::devices(xml)?),
            "capability" => self.capability = Some(capability(xml)?),
            "disabledMethod" => self.disabled_methods = Some(xml.list(string)?),
            "snapshot" => self.tree = Some(snapshot_info(xml)?),
            "layoutEx" => self.layout = Some(layout(xml)?),
            "datastore" => self.datastores = Some(xml.list(moref)?),
            "summary.freeSpace" => self.free_space = bytes(xml)?,
            "summary.capacity" => self.capacity = bytes(xml)?,
            "summary.accessible" => self.accessible = Some(boolean(xml)?),
            "info" => self.info = Some(task_info(xml)?),
            other => {
                if !self.task.set(other, xml)? {
                    xml.skip()?;
                }
            }
        }
        Ok(())
    }

    /// Takes in that a property of the live inventory is unset now. The others are never watched without a value.
    pub(crate) fn unset(&mut self, path: &str) {
        match path {
            "parent" => self.parent = Some(None),
            "parentVApp" => self.parent_vapp = Some(None),
            "parentFolder" => self.parent_folder = Some(None),
            "runtime.consolidationNeeded" => self.consolidation_needed = Some(false),
            "guest.toolsRunningStatus" => self.tools = Some(ToolsState::NotRunning),
            "config.template" => self.template = Some(false),
            "config.instanceUuid" => self.instance_uuid = Some(None),
            "snapshot" => self.tree = Some(SnapshotTree::default()),
            _ => {}
        }
    }

    /// Whether one of the live inventory's properties of a VM has been told, unset or not.
    pub(crate) fn tells(&self, path: &str) -> bool {
        match path {
            "name" => self.name.is_some(),
            "parent" => self.parent.is_some(),
            "parentVApp" => self.parent_vapp.is_some(),
            "runtime.powerState" => self.power.is_some(),
            "runtime.consolidationNeeded" => self.consolidation_needed.is_some(),
            "guest.toolsRunningStatus" => self.tools.is_some(),
            "config.template" => self.template.is_some(),
            "config.instanceUuid" => self.instance_uuid.is_some(),
            "snapshot" => self.tree.is_some(),
            _ => false,
        }
    }

    /// `VirtualMachineFileInfo`: where snapshots put what is no disk. The directory for them is left out where it is the
    /// configuration's own.
    fn files(&mut self, xml: &mut Xml) -> XmlResult<()> {
        let (mut snapshots, mut own) = (None, None);
        while let Some(file) = xml.child()? {
            match file {
                "snapshotDirectory" => snapshots = datastore_of(xml.text()?),
                "vmPathName" => own = datastore_of(xml.text()?),
                _ => xml.skip()?,
            }
        }
        self.working_datastore = snapshots.or(own);
        Ok(())
    }

    /// `VirtualMachineFlagInfo`
    fn flags(&mut self, xml: &mut Xml) -> XmlResult<()> {
        while let Some(flag) = xml.child()? {
            match flag {
                "snapshotLocked" => self.snapshot_locked = Some(boolean(xml)?),
                "snapshotPowerOffBehavior" => self.reverts_at_power_off = Some(xml.text()? == "revert"),
                _ => xml.skip()?,
            }
        }
        Ok(())
    }
}

/// `VirtualMachineConnectionState`. A state that is not known is one in which vCenter has no hold of the VM.
fn connection(text: &str) -> Connection {
    match text {
        "connected" => Connection::Connected,
        "orphaned" => Connection::Orphaned,
        "inaccessible" => Connection::Inaccessible,
        "invalid" => Connection::Invalid,
        _ => Connection::Disconnected,
    }
}

/// How many capabilities a VM has at the least where a server tells them.
const TOLD: usize = 3;

/// `VirtualMachineCapability`. Some forty flags, of which a VM that exists has many, snapshots or not. An object with less
/// than [`TOLD`] of them is one that the server does not fill in (vcsim sets `changeTrackingSupported` alone), and
/// tells nothing about snapshots.
fn capability(xml: &mut Xml) -> XmlResult<Capability> {
    let mut read = Capability::default();
    let mut flags = 0;
    while let Some(flag) = xml.child()? {
        let place = match flag {
            "snapshotOperationsSupported" => &mut read.snapshots,
            "multipleSnapshotsSupported" => &mut read.multiple,
            "memorySnapshotsSupported" => &mut read.memory,
            "quiescedSnapshotsSupported" => &mut read.quiesced,
            "poweredOffSnapshotsSupported" => &mut read.powered_off,
            "revertToSnapshotSupported" => &mut read.revert,
            "diskOnlySnapshotOnSuspendedVMSupported" => &mut read.suspended_disk_only,
            _ => {
                // Not every field needs to be a flag in every version.
                flags += usize::from(string(xml)?.trim() == "true");
                continue;
            }
        };
        *place = boolean(xml)?;
        flags += usize::from(*place);
    }
    Ok(if flags >= TOLD { read } else { Capability::default() })
}
