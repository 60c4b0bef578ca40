//! What is known of every VM without asking: the live inventory of the vCenters, and how a name finds a VM in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::confusable::{has_skeleton, skeleton};
use super::ids::{InstanceUuid, Target, VmRef, VmTitle};
use super::snapshot_tree::{PowerState, SnapshotTree};
use super::tag::KnownTags;

/// VMware Tools as `guest.toolsRunningStatus` and `guest.toolsVersionStatus2` tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolsState {
    /// `guestToolsRunning`
    Running,
    /// `guestToolsNotRunning` or `guestToolsExecutingScripts`: installed or not, nothing answers.
    NotRunning,
}

/// One VM as the live inventory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmSummary {
    pub vm: VmRef,
    /// `config.instanceUuid`.
    pub instance_uuid: Option<InstanceUuid>,
    /// Its name, `%2f` and the like read back.
    pub name: String,
    /// Datacenter and folders down to the VM, its name at the end, joined by `/` (`DC1/web/web-02`). vSphere's hidden
    /// `vm` folder and the root folder are left out.
    pub path: String,
    /// `runtime.powerState`; none where vCenter does not tell it.
    pub power: Option<PowerState>,
    /// Whether vCenter gives everything that the inventory keeps of it. Of one that is not readable, no snapshots here means that none are known.
    pub readable: bool,
    /// Whether VMware Tools answer.
    pub tools: ToolsState,
    /// `config.template`.
    pub template: bool,
    /// `runtime.consolidationNeeded`.
    pub consolidation_needed: bool,
    /// `snapshot`.
    pub tree: Arc<SnapshotTree>,
    /// Its tags, where they are read: only if some rule names a tag.
    pub tags: KnownTags,
}

impl VmSummary {
    /// The VM as a request carries it.
    pub fn target(&self) -> Target {
        Target {
            vm: self.vm.clone(),
            instance_uuid: self.instance_uuid.clone(),
            name: self.name.clone(),
            path: self.path.clone(),
            tags: self.tags.clone(),
        }
    }
}

impl From<&VmSummary> for VmTitle {
    fn from(vm: &VmSummary) -> Self {
        Self::new(&vm.vm, &vm.name)
    }
}

/// All VMs of one or of all vCenters, by identity.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    vms: BTreeMap<VmRef, Arc<VmSummary>>,
}

impl Inventory {
    /// An inventory of these VMs.
    pub fn new(vms: impl IntoIterator<Item = Arc<VmSummary>>) -> Self {
        Self { vms: vms.into_iter().map(|vm| (vm.vm.clone(), vm)).collect() }
    }

    /// Adds or replaces one VM.
    pub fn upsert(&mut self, vm: VmSummary) {
        self.vms.insert(vm.vm.clone(), Arc::new(vm));
    }

    /// Takes one VM out.
    pub fn remove(&mut self, vm: &VmRef) {
        self.vms.remove(vm);
    }

    /// The VM with this identity.
    pub fn get(&self, vm: &VmRef) -> Option<&Arc<VmSummary>> {
        self.vms.get(vm)
    }

    /// Whether another VM of this one's vCenter has a name that looks the same, so that the name does not tell which is meant.
    pub fn has_double(&self, vm: &VmRef) -> bool {
        let Some(VmSummary { name, .. }) = self.get(vm).map(Arc::as_ref) else { return false };
        let looks = skeleton(name);
        let same = |other: &&Arc<VmSummary>| other.name != *name && has_skeleton(&other.name, &looks);
        self.iter().filter(|other| other.vm.vcenter == vm.vcenter).any(|other| same(&other))
    }

    /// Every VM, in the order of its identity.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<VmSummary>> {
        self.vms.values()
    }

    /// How many VMs there are.
    pub fn len(&self) -> usize {
        self.vms.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.vms.is_empty()
    }
}
