//! Every VM with its snapshots and their sizes, and the datastores that they lie on, read once: for reports. The live inventory has no sizes, because vCenter
//! does not tell when they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ids::{Moref, VCenterName, VmRef};
use crate::domain::snapshot_tree::{PowerState, SnapshotTree};
use crate::domain::storage::{Datastore, Storage};
use crate::domain::survey::DatastoreSpace;

use super::reading::{read_all, whole};
use super::session::Session;
use super::sizes::sizes;
use super::survey::{DATASTORE, space};
use super::transport::WireError;
use super::wire::objects::Object;
use super::wire::request::{self, Wanted};
use super::wire::scalars::Kind;

/// How many VMs one page holds. With three snapshots each, 500 VMs are some 2 MB.
const PAGE_SIZE: usize = 500;

const VM: Wanted =
    Wanted { kind: "VirtualMachine", paths: &["name", "runtime.powerState", "snapshot", "layoutEx", "datastore"] };

/// Everything that is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fleet {
    /// The VMs, by the order of the server.
    pub vms: Vec<FleetVm>,
    /// The datastores whose room is told, with what snapshots hold on them.
    pub datastores: Vec<Datastore>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetVm {
    pub vm: VmRef,
    /// Its name, read back from its escapes.
    pub name: String,
    /// `runtime.powerState`
    pub power: Option<PowerState>,
    pub tree: SnapshotTree,
    /// Bytes that each snapshot holds, a lower bound, to be written with "≈".
    pub snapshot_bytes: BTreeMap<Moref, u64>,
}

impl Fleet {
    /// What snapshots hold, without the rest.
    pub fn storage(self) -> Storage {
        let held = self.vms.into_iter().filter(|vm| !vm.snapshot_bytes.is_empty());
        let snapshots = held.map(|vm| (vm.vm.moref, vm.snapshot_bytes)).collect();
        Storage { snapshots, datastores: self.datastores }
    }
}

/// Reads all VMs and datastores that the account sees.
pub(crate) async fn fleet(session: Arc<Session>, vcenter: &VCenterName) -> Result<Fleet, WireError> {
    let view = session.view(&[VM.kind, DATASTORE.kind]).await?;
    let spec = request::filter_spec(&[VM, DATASTORE], &request::all_in_view(&view));
    let objects = read_all(&session, &spec, Some(PAGE_SIZE)).await;
    session.destroy(request::destroy_view(&view)).await;
    Ok(filled(objects?, vcenter))
}

/// Puts together what was read: a datastore is meant by its name among those of the VM, since names are one datacenter's alone.
fn filled(objects: Vec<Object>, vcenter: &VCenterName) -> Fleet {
    let (stores, vms): (Vec<Object>, Vec<Object>) =
        objects.into_iter().partition(|object| object.kind == Kind::Datastore);
    let named = stores.into_iter().filter_map(|store| {
        let DatastoreSpace { name, free, capacity } = space(store.props)?;
        let datastore = Datastore { moref: store.moref.clone(), name, capacity, free, held: BTreeMap::new() };
        Some((store.moref, datastore))
    });
    let mut datastores: BTreeMap<Moref, Datastore> = named.collect();
    let mut fleet = Fleet::default();
    for object in vms.into_iter().filter(|object| object.kind == Kind::VirtualMachine) {
        // What may not be read of it is not known; the inventory says so.
        let Ok(mut object) = whole(object) else { continue };
        let own = object.props.datastores.take().unwrap_or_default();
        let (vm, held) = fleet_vm(object, vcenter);
        for moref in own {
            if let Some(datastore) = datastores.get_mut(&moref)
                && let Some(bytes) = held.get(&datastore.name)
            {
                datastore.held.insert(vm.vm.moref.clone(), *bytes);
            }
        }
        fleet.vms.push(vm);
    }
    fleet.datastores = datastores.into_values().collect();
    fleet
}

/// One VM, and what its snapshots hold by the datastore's name.
fn fleet_vm(object: Object, vcenter: &VCenterName) -> (FleetVm, BTreeMap<String, u64>) {
    let Object { moref, props, .. } = object;
    let tree = props.tree.unwrap_or_default();
    let held = sizes(&tree, &props.layout.unwrap_or_default());
    let vm = FleetVm {
        vm: VmRef { vcenter: vcenter.clone(), moref },
        name: props.name.unwrap_or_default(),
        power: props.power,
        tree,
        snapshot_bytes: held.bytes,
    };
    (vm, held.by_datastore)
}

#[cfg(test)]
mod tests;
