//! The live inventory as it is put together: VMs, and the folders, datacenters and vApps that make up their paths. Pure.
//!
//! Updates come for one object at a time and in any order, so each is written down as it comes, and only when a set is
//! complete is it worked out which VMs look different now.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::ids::{Moref, VCenterName, VmRef};
use crate::domain::inventory::{ToolsState, VmSummary};

use super::wire::objects::{Motion, Object, Update};
use super::wire::props::Props;
use super::wire::scalars::Kind;

/// How many levels a path may have. vSphere's folders nest less deep; a circle must not hang us.
const MAX_LEVELS: usize = 64;

/// Where something hangs: a vApp goes before the resource pool or folder that also claims it.
#[derive(Debug, Clone, Default)]
struct Parents {
    vapp: Option<Moref>,
    folder: Option<Moref>,
    other: Option<Moref>,
}

impl Parents {
    fn merge(&mut self, props: &mut Props) {
        if let Some(vapp) = props.parent_vapp.take() {
            self.vapp = vapp;
        }
        if let Some(folder) = props.parent_folder.take() {
            self.folder = folder;
        }
        if let Some(other) = props.parent.take() {
            self.other = other;
        }
    }

    fn nearest(&self) -> Option<&Moref> {
        self.vapp.as_ref().or(self.folder.as_ref()).or(self.other.as_ref())
    }
}

/// A folder, datacenter or vApp.
#[derive(Debug)]
struct Place {
    kind: Kind,
    name: String,
    parents: Parents,
}

/// A VM as the inventory shows it. Its path is left empty and is made from its parents.
#[derive(Debug)]
struct Vm {
    looks: VmSummary,
    parents: Parents,
    /// What the server does not give of it.
    withheld: Vec<String>,
}

/// What became of one VM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It looks like this now.
    Here(VmSummary),
    Gone(VmRef),
}

#[derive(Debug)]
pub(crate) struct World {
    vcenter: VCenterName,
    places: HashMap<Moref, Place>,
    vms: HashMap<Moref, Vm>,
    touched: BTreeSet<Moref>,
    places_moved: bool,
}

impl World {
    /// Nothing yet.
    pub(crate) fn new(vcenter: VCenterName) -> Self {
        Self { vcenter, places: HashMap::new(), vms: HashMap::new(), touched: BTreeSet::new(), places_moved: false }
    }

    /// Writes down one update.
    pub(crate) fn apply(&mut self, update: Update) {
        let Update { motion, object } = update;
        let Object { kind, moref, props } = object;
        match (kind, motion) {
            (Kind::VirtualMachine, Motion::Left) => {
                self.vms.remove(&moref);
                self.touched.insert(moref);
            }
            (Kind::VirtualMachine, Motion::Here) => {
                self.touched.insert(moref.clone());
                let vm = VmRef { vcenter: self.vcenter.clone(), moref: moref.clone() };
                self.vms.entry(moref).or_insert_with(|| Vm::unknown(vm)).merge(props);
            }
            (Kind::Folder | Kind::Datacenter | Kind::VirtualApp, Motion::Left) => {
                self.places_moved |= self.places.remove(&moref).is_some();
            }
            (Kind::Folder | Kind::Datacenter | Kind::VirtualApp, Motion::Here) => {
                let place = self.places.entry(moref).or_insert_with(|| Place {
                    kind,
                    name: String::new(),
                    parents: Parents::default(),
                });
                place.merge(props);
                self.places_moved = true;
            }
            (Kind::Datastore | Kind::Task | Kind::Other, _) => {}
        }
    }

    /// The VMs that may look different since this was asked last. A folder that moved touches every VM, which is rare.
    pub(crate) fn changes(&mut self) -> Vec<Change> {
        let mut touched = std::mem::take(&mut self.touched);
        if std::mem::take(&mut self.places_moved) {
            touched.extend(self.vms.keys().cloned());
        }
        touched.into_iter().map(|moref| self.change(moref)).collect()
    }

    fn change(&self, moref: Moref) -> Change {
        match self.vms.get(&moref) {
            None => Change::Gone(VmRef { vcenter: self.vcenter.clone(), moref }),
            Some(vm) => Change::Here(VmSummary { path: self.path(vm), ..vm.looks.clone() }),
        }
    }

    /// The names from the top down to the VM. The root folder is not in view; the folder directly below a datacenter is
    /// vSphere's hidden `vm` folder.
    fn path(&self, vm: &Vm) -> String {
        let mut names = vec![vm.looks.name.as_str()];
        let mut at = vm.parents.nearest();
        for _ in 0..MAX_LEVELS {
            let Some(place) = at.and_then(|moref| self.places.get(moref)) else {
                break;
            };
            at = place.parents.nearest();
            let below_datacenter =
                at.and_then(|above| self.places.get(above)).is_some_and(|above| above.kind == Kind::Datacenter);
            if !(place.kind == Kind::Folder && below_datacenter) {
                names.push(&place.name);
            }
        }
        names.reverse();
        names.join("/")
    }
}

impl Vm {
    /// A VM of which no property has come yet.
    fn unknown(vm: VmRef) -> Self {
        let looks = VmSummary {
            vm,
            instance_uuid: None,
            name: String::new(),
            path: String::new(),
            power: None,
            readable: true,
            tools: ToolsState::NotRunning,
            template: false,
            consolidation_needed: false,
            tree: Arc::default(),
            // Not in vim25: whoever publishes it knows them.
            tags: None,
        };
        Self { looks, parents: Parents::default(), withheld: Vec::new() }
    }

    fn merge(&mut self, mut props: Props) {
        self.withheld.retain(|path| !props.tells(path));
        self.withheld.extend(props.withheld.drain(..).map(|missing| missing.path));
        self.parents.merge(&mut props);
        let looks = &mut self.looks;
        looks.readable = self.withheld.is_empty();
        looks.name = props.name.unwrap_or_else(|| std::mem::take(&mut looks.name));
        looks.power = props.power.or(looks.power);
        looks.tools = props.tools.unwrap_or(looks.tools);
        looks.template = props.template.unwrap_or(looks.template);
        looks.consolidation_needed = props.consolidation_needed.unwrap_or(looks.consolidation_needed);
        if let Some(instance_uuid) = props.instance_uuid {
            looks.instance_uuid = instance_uuid;
        }
        if let Some(tree) = props.tree {
            looks.tree = Arc::new(tree);
        }
    }
}

impl Place {
    fn merge(&mut self, mut props: Props) {
        self.parents.merge(&mut props);
        if let Some(name) = props.name {
            self.name = name;
        }
    }
}

#[cfg(test)]
mod tests;
