//! The live inventory as it is put together: VMs, and the folders, datacenters and vApps that make up their paths. Pure.
//!
//! Updates come for one object at a time and in any order, so each is written down as it comes, and only when a set is
//! complete is it worked out which VMs look different now.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::ids::{InstanceUuid, Moref, VCenterName, VmRef};
use crate::domain::inventory::{ToolsState, VmSummary};
use crate::domain::snapshot_tree::{PowerState, SnapshotTree};

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

#[derive(Debug)]
struct Vm {
    name: String,
    parents: Parents,
    instance_uuid: Option<InstanceUuid>,
    power: PowerState,
    tools: ToolsState,
    template: bool,
    consolidation_needed: bool,
    tree: Arc<SnapshotTree>,
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
                self.vms.entry(moref).or_default().merge(props);
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
        let summary = self.vms.get(&moref).map(|vm| (vm, self.path(vm)));
        let vm = VmRef { vcenter: self.vcenter.clone(), moref };
        match summary {
            None => Change::Gone(vm),
            Some((known, path)) => Change::Here(VmSummary {
                vm,
                instance_uuid: known.instance_uuid.clone(),
                name: known.name.clone(),
                path,
                power: known.power,
                tools: known.tools,
                template: known.template,
                consolidation_needed: known.consolidation_needed,
                tree: known.tree.clone(),
                // Not in vim25: whoever publishes it knows them.
                tags: None,
            }),
        }
    }

    /// The names from the top down to the VM. The root folder is not in view; the folder directly below a datacenter is
    /// vSphere's hidden `vm` folder.
    fn path(&self, vm: &Vm) -> String {
        let mut names = vec![vm.name.as_str()];
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

impl Default for Vm {
    fn default() -> Self {
        Self {
            name: String::new(),
            parents: Parents::default(),
            instance_uuid: None,
            power: PowerState::Off,
            tools: ToolsState::NotRunning,
            template: false,
            consolidation_needed: false,
            tree: Arc::default(),
        }
    }
}

impl Vm {
    fn merge(&mut self, mut props: Props) {
        self.parents.merge(&mut props);
        self.name = props.name.unwrap_or_else(|| std::mem::take(&mut self.name));
        self.power = props.power.unwrap_or(self.power);
        self.tools = props.tools.unwrap_or(self.tools);
        self.template = props.template.unwrap_or(self.template);
        self.consolidation_needed = props.consolidation_needed.unwrap_or(self.consolidation_needed);
        if let Some(instance_uuid) = props.instance_uuid {
            self.instance_uuid = instance_uuid;
        }
        if let Some(tree) = props.tree {
            self.tree = Arc::new(tree);
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
mod tests {
    use super::*;

    fn here(kind: Kind, moref: &str, name: &str, parent: &str) -> Update {
        Update {
            motion: Motion::Here,
            object: Object {
                kind,
                moref: moref.into(),
                props: Props { name: Some(name.to_owned()), parent: Some(Some(parent.into())), ..Props::default() },
            },
        }
    }

    fn left(kind: Kind, moref: &str) -> Update {
        Update { motion: Motion::Left, object: Object { kind, moref: moref.into(), props: Props::default() } }
    }

    fn world() -> World {
        let mut world = World::new("a".into());
        for update in [
            here(Kind::VirtualMachine, "vm-1", "web-01", "f-2"),
            here(Kind::Folder, "f-2", "web", "f-1"),
            here(Kind::Folder, "f-1", "vm", "dc-1"),
            here(Kind::Datacenter, "dc-1", "DC1", "f-0"),
            here(Kind::Folder, "f-0", "France", "root"),
            here(Kind::VirtualMachine, "vm-2", "old", "f-1"),
        ] {
            world.apply(update);
        }
        world
    }

    fn paths(changes: &[Change]) -> Vec<&str> {
        changes
            .iter()
            .map(|change| match change {
                Change::Here(vm) => vm.path.as_str(),
                Change::Gone(_) => "gone",
            })
            .collect()
    }

    #[test]
    fn paths_leave_out_the_root_and_the_hidden_folder() {
        let mut world = world();
        assert_eq!(paths(&world.changes()), ["France/DC1/web/web-01", "France/DC1/old"]);
        assert!(world.changes().is_empty());
    }

    #[test]
    fn a_renamed_or_moved_folder_changes_the_paths_below_it() {
        let mut world = world();
        world.changes();
        world.apply(here(Kind::Folder, "f-2", "www", "f-1"));
        assert_eq!(paths(&world.changes()), ["France/DC1/www/web-01", "France/DC1/old"]);
        world.apply(left(Kind::VirtualMachine, "vm-2"));
        assert_eq!(paths(&world.changes()), ["gone"]);
    }

    #[test]
    fn a_vm_in_a_vapp_hangs_below_the_vapp_and_the_folder_that_it_is_shown_in() {
        let mut world = world();
        let mut vapp = here(Kind::VirtualApp, "vapp-1", "shop", "pool-1");
        vapp.object.props.parent_folder = Some(Some("f-2".into()));
        let mut vm = here(Kind::VirtualMachine, "vm-3", "cart", "f-9");
        vm.object.props.parent = None;
        vm.object.props.parent_vapp = Some(Some("vapp-1".into()));
        world.changes();
        world.apply(vapp);
        world.apply(vm);
        assert!(paths(&world.changes()).contains(&"France/DC1/web/shop/cart"));
    }

    #[test]
    fn a_circle_of_folders_ends() {
        let mut world = World::new("a".into());
        world.apply(here(Kind::Folder, "f-1", "a", "f-2"));
        world.apply(here(Kind::Folder, "f-2", "b", "f-1"));
        world.apply(here(Kind::VirtualMachine, "vm-1", "x", "f-1"));
        assert!(paths(&world.changes())[0].ends_with("/a/x"));
    }

    #[test]
    fn what_an_update_does_not_speak_of_stays() {
        let mut world = world();
        world.changes();
        let mut update = here(Kind::VirtualMachine, "vm-1", "", "");
        update.object.props = Props { power: Some(PowerState::On), ..Props::default() };
        world.apply(update);
        let changes = world.changes();
        let [Change::Here(vm)] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!((vm.name.as_str(), vm.power), ("web-01", PowerState::On));
    }
}
