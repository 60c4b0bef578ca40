//! Every VM with its snapshots and their sizes, read once: for reports. The live inventory has no sizes, because vCenter
//! does not tell when they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ids::{Moref, VCenterName, VmRef};
use crate::domain::snapshot_tree::{PowerState, SnapshotTree};

use super::reading::read_all;
use super::session::{Session, manager};
use super::sizes::sizes;
use super::transport::WireError;
use super::wire::objects::Object;
use super::wire::request::{self, Wanted};
use super::wire::scalars::Kind;
use super::wire::service::{nothing, returned_ref};

/// How many VMs one page holds. With three snapshots each, 500 VMs are some 2 MB.
const PAGE_SIZE: usize = 500;

const VM: Wanted = Wanted { kind: "VirtualMachine", paths: &["name", "runtime.powerState", "snapshot", "layoutEx"] };

/// One VM of the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetVm {
    /// Which VM.
    pub vm: VmRef,
    /// Its name, read back from its escapes.
    pub name: String,
    /// `runtime.powerState`
    pub power: PowerState,
    /// Its snapshots.
    pub tree: SnapshotTree,
    /// Bytes that each snapshot holds, a lower bound, to be written with "≈".
    pub snapshot_bytes: BTreeMap<Moref, u64>,
}

/// Reads all VMs that the account sees, by the order of the server.
pub(crate) async fn fleet(session: Arc<Session>, vcenter: &VCenterName) -> Result<Vec<FleetVm>, WireError> {
    let views = manager(session.content.view_manager.as_ref(), "view manager")?;
    let create = request::create_container_view(views, &session.content.root_folder, &[VM.kind]);
    let view = session.ask(&create, returned_ref).await?;
    let spec = request::filter_spec(&[VM], &request::all_in_view("ContainerView", &view));
    let objects = read_all(&session, &spec, Some(PAGE_SIZE)).await;
    let destroy = request::destroy_view(&view);
    if session.ask(&destroy, nothing).await.is_err() {
        session.leave(destroy);
    }
    let vms = objects?.into_iter().filter(|object| object.kind == Kind::VirtualMachine);
    Ok(vms.map(|object| fleet_vm(object, vcenter)).collect())
}

fn fleet_vm(object: Object, vcenter: &VCenterName) -> FleetVm {
    let Object { moref, props, .. } = object;
    let tree = props.tree.unwrap_or_default();
    let held = sizes(&tree, &props.layout.unwrap_or_default());
    FleetVm {
        vm: VmRef { vcenter: vcenter.clone(), moref },
        name: props.name.unwrap_or_default(),
        power: props.power.unwrap_or(PowerState::Off),
        tree,
        snapshot_bytes: held.bytes,
    }
}
