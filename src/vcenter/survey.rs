//! One VM read fresh, for a preflight, and its privileges: two questions at once, one for the objects, one for the clock.

use jiff::{SignedDuration, Timestamp};

use crate::domain::fault::FaultKind;
use crate::domain::ids::Moref;
use crate::domain::inventory::ToolsState;
use crate::domain::snapshot_tree::SnapshotTree;
use crate::domain::survey::{DatastoreSpace, RunningTask, Survey};

use super::reading::{read_all, whole};
use super::session::{Session, manager};
use super::sizes::sizes;
use super::transport::WireError;
use super::wire::objects::Object;
use super::wire::props::Props;
use super::wire::request::{self, Wanted};
use super::wire::scalars::Kind;
use super::wire::service::granted_privileges;
use super::wire::tasks::Phase;

/// Everything about a VM that anybody decides by.
const VM: Wanted = Wanted {
    kind: "VirtualMachine",
    paths: &[
        "name",
        "runtime.powerState",
        "runtime.connectionState",
        "runtime.consolidationNeeded",
        "runtime.snapshotInBackground",
        "runtime.faultToleranceState",
        "guest.toolsRunningStatus",
        "guest.toolsVersionStatus2",
        "config.instanceUuid",
        "config.template",
        "config.guestId",
        "config.flags",
        "config.files",
        "config.hardware.memoryMB",
        "config.hardware.device",
        "capability",
        "disabledMethod",
        "snapshot",
        "layoutEx",
    ],
};

/// Of a datastore, what tells how much room it has.
pub(crate) const DATASTORE: Wanted =
    Wanted { kind: "Datastore", paths: &["name", "summary.freeSpace", "summary.capacity", "summary.accessible"] };

/// What stands among the running tasks for a snapshot that the host works on without a task: the property that tells of it.
const IN_BACKGROUND: &str = "VirtualMachine.runtime.snapshotInBackground";

/// Of the tasks on a VM, what tells which they are and whether they still run.
pub(crate) const TASK: Wanted = Wanted { kind: "Task", paths: &["info"] };

/// Reads one VM with its datastores and its recent tasks.
pub(crate) async fn survey(session: &Session, vm: &Moref) -> Result<Survey, WireError> {
    let along = request::object("VirtualMachine", vm, &["datastore", "recentTask"]);
    let spec = request::filter_spec(&[VM, DATASTORE, TASK], &along);
    let (objects, time) = futures_util::future::try_join(read_all(session, &spec, None), session.time()).await?;
    fill_in(vm, objects, (time, session.ahead()))
}

/// Puts together what was read. A VM that is not in it is gone, and one of which something may not be read is none to decide by.
fn fill_in(
    vm: &Moref,
    objects: Vec<Object>,
    (server_time, ahead): (Timestamp, SignedDuration),
) -> Result<Survey, WireError> {
    let (mut found, mut datastores, mut running_tasks) = (None, Vec::new(), Vec::new());
    for object in objects {
        if object.kind == Kind::VirtualMachine && object.moref == *vm {
            found = Some(whole(object)?.props);
        } else if object.kind == Kind::Datastore {
            datastores.extend(space(object.props));
        } else if object.kind == Kind::Task {
            let running = object.props.info.filter(|info| matches!(info.phase, Phase::Queued | Phase::Running));
            running_tasks.extend(running.map(|info| RunningTask { task: object.moref, kind: info.kind }));
        }
    }
    let props = found.ok_or_else(|| gone(vm))?;
    // Every VM has both.
    let (Some(power), Some(connection)) = (props.power, props.connection) else {
        return Err(WireError::NoAnswer(format!("vCenter told neither a state of {vm} nor why not")));
    };
    let tree: SnapshotTree = props.tree.unwrap_or_default();
    let told = props.layout.is_some();
    let held = sizes(&tree, &props.layout.unwrap_or_default());
    if props.snapshot_in_background == Some(true) && running_tasks.is_empty() {
        running_tasks.push(RunningTask { task: Moref::new(""), kind: IN_BACKGROUND.to_owned() });
    }
    let devices = props.devices.unwrap_or_default();
    Ok(Survey {
        server_time,
        ahead,
        name: props.name.unwrap_or_default(),
        instance_uuid: props.instance_uuid.flatten(),
        power,
        connection,
        tools: props.tools.unwrap_or(ToolsState::NotRunning),
        tools_installed: props.tools_installed.unwrap_or(true),
        fault_tolerant: props.fault_tolerant.unwrap_or(false),
        template: props.template.unwrap_or(false),
        guest_id: props.guest_id,
        snapshot_locked: props.snapshot_locked.unwrap_or(false),
        reverts_at_power_off: props.reverts_at_power_off.unwrap_or(false),
        consolidation_needed: props.consolidation_needed.unwrap_or(false),
        capability: props.capability.unwrap_or_default(),
        devices: devices.awkward,
        disabled_methods: props.disabled_methods.unwrap_or_default(),
        running_tasks,
        tree,
        snapshot_bytes: held.bytes,
        with_memory: held.with_memory,
        bytes_since_current: held.since_current,
        loose_bytes: told.then_some(held.loose),
        memory_bytes: props.memory_bytes,
        disks: devices.disks,
        working_datastore: props.working_datastore,
        datastores,
    })
}

/// The room on a datastore; none where vCenter does not know it, or says that what it knows is out of date.
pub(crate) fn space(props: Props) -> Option<DatastoreSpace> {
    if props.accessible == Some(false) {
        return None;
    }
    Some(DatastoreSpace { name: props.name?, free: props.free_space?, capacity: props.capacity? })
}

/// Which of these privileges the session's account has on a VM, in the order in which they are asked for. What vCenter does
/// not speak of counts as not granted.
pub(crate) async fn privileges(session: &Session, vm: &Moref, wanted: &[&str]) -> Result<Vec<bool>, WireError> {
    let authorization = manager(session.content.authorization_manager.as_ref(), "authorization manager")?;
    let request = request::has_privileges(authorization, vm, &session.key, wanted);
    let granted = session.ask(&request, granted_privileges).await?;
    let has = |privilege: &&str| granted.iter().any(|(name, has)| name == privilege && *has);
    Ok(wanted.iter().map(has).collect())
}

/// The fault that a VM is gone, where the server left it out instead of saying so.
pub(crate) fn gone(vm: &Moref) -> WireError {
    WireError::fault(FaultKind::NotFound, "ManagedObjectNotFound", format!("vCenter has no {vm} any more"))
}

#[cfg(test)]
mod tests;
