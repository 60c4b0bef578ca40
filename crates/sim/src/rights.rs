//! What the account may do: the privilege that each method needs, and the calls that ask for privileges.

use super::call::Call;
use super::dispatch::{Answer, many};
use super::fault::Fault;
use super::id::Id;
use super::schema::schema;
use super::value::{Data, Value};
use super::world::World;

/// The privilege that a method needs, where it needs one that an account may lack.
pub(super) const PRIVILEGES: &[(&str, &str)] = &[
    ("CreateSnapshot_Task", "VirtualMachine.State.CreateSnapshot"),
    ("CreateSnapshotEx_Task", "VirtualMachine.State.CreateSnapshot"),
    ("RevertToSnapshot_Task", "VirtualMachine.State.RevertToSnapshot"),
    ("RevertToCurrentSnapshot_Task", "VirtualMachine.State.RevertToSnapshot"),
    ("RemoveSnapshot_Task", "VirtualMachine.State.RemoveSnapshot"),
    ("RemoveAllSnapshots_Task", "VirtualMachine.State.RemoveSnapshot"),
    ("ConsolidateVMDisks_Task", "VirtualMachine.State.RemoveSnapshot"),
    ("RenameSnapshot", "VirtualMachine.State.RenameSnapshot"),
    ("PowerOnVM_Task", "VirtualMachine.Interact.PowerOn"),
    ("PowerOffVM_Task", "VirtualMachine.Interact.PowerOff"),
    ("SuspendVM_Task", "VirtualMachine.Interact.Suspend"),
    ("Rename_Task", "VirtualMachine.Config.Rename"),
    ("Destroy_Task", "VirtualMachine.Inventory.Delete"),
    ("CancelTask", "Global.CancelTask"),
];

impl World {
    /// Whether the account lacks this privilege.
    pub(super) fn lacks(&self, privilege: &str) -> bool {
        self.options.lacks.iter().any(|lacked| lacked == privilege)
    }

    /// Whether the account may not read this object's properties.
    pub(super) fn hides_properties(&self, id: Id) -> bool {
        self.lacks("System.Read") && schema().is_a(id.type_name(), "ManagedEntity")
    }

    /// The calls that ask whether the account holds privileges.
    pub(super) fn privileges(&self, method: &str, call: &Call) -> Result<Answer, Fault> {
        let named = if method == "FetchUserPrivilegeOnEntities" { "entities" } else { "entity" };
        let entities = call.ids(named)?;
        if let Some(gone) = entities.iter().find(|id| !self.exists(None, **id)) {
            return Err(Fault::gone_id(*gone));
        }
        if method == "FetchUserPrivilegeOnEntities" {
            let all = ["System.Anonymous", "System.View", "System.Read", "Datastore.Browse"]
                .into_iter()
                .chain(PRIVILEGES.iter().map(|(_, privilege)| *privilege));
            let mut held: Vec<&str> = all.filter(|privilege| !self.lacks(privilege)).collect();
            held.sort_unstable();
            held.dedup();
            return Ok(many(entities.into_iter().map(|id| {
                Value::Data(
                    Data::new("UserPrivilegeResult")
                        .with("entity", id)
                        .with("privileges", Value::texts(held.iter().copied())),
                )
            })));
        }
        let session = call.word("sessionId");
        if !self.sessions.values().any(|known| known.key == session) {
            return Err(Fault::invalid_argument("sessionId"));
        }
        let wanted: Vec<&str> = call.element.all("privId").map(|privilege| privilege.text.trim()).collect();
        if method == "HasPrivilegeOnEntity" {
            return Ok(many(wanted.iter().map(|privilege| Value::Bool(!self.lacks(privilege)))));
        }
        Ok(many(entities.into_iter().map(|id| {
            let rows = wanted.iter().map(|privilege| {
                Data::new("PrivilegeAvailability").with("privId", *privilege).with("isGranted", !self.lacks(privilege))
            });
            Value::Data(
                Data::new("EntityPrivilege")
                    .with("entity", id)
                    .with("privAvailability", Value::list("PrivilegeAvailability", rows)),
            )
        })))
    }
}
