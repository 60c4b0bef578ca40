//! The faults that calls and tasks end with: vim25 types, their fields, and vCenter's own words.

use serde::{Deserialize, Serialize};

use super::check::required_fields;
use super::id::Id;
use super::value::{Data, Value, Word, data};
use super::vm::Power;
use super::xml;

/// A fault of vim25.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Fault {
    /// Its type, such as `TaskInProgress`.
    pub(super) kind: Word,
    fields: Vec<(Word, Value)>,
    /// The text beside it: `faultstring` in an answer, `localizedMessage` in a task.
    pub(super) message: String,
}

impl Fault {
    /// A fault of this type.
    pub(super) fn new(kind: impl Into<Word>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), fields: Vec::new(), message: message.into() }
    }

    /// Adds a field.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    fn data(&self) -> Data {
        Data { kind: self.kind.clone(), derived: true, fields: self.fields.clone() }
    }

    /// A fault named in a fault plan: required fields are filled with what is at hand, so that typed clients can read it.
    pub(super) fn by_name(kind: &str, message: &str, about: Option<Id>) -> Self {
        let fields = required_fields(kind, about).into_iter().map(|(name, value)| (name.into(), value));
        Self { kind: kind.to_owned().into(), fields: fields.collect(), message: message.to_owned() }
    }

    /// No session where one is needed.
    pub(super) fn not_authenticated(object: Id) -> Self {
        Self::new("NotAuthenticated", "The session is not authenticated.")
            .with("object", object)
            .with("privilegeId", "System.View")
    }

    /// The account may not do this.
    pub(super) fn no_permission(object: Id, privilege: &str) -> Self {
        Self::new("NoPermission", "Permission to perform this operation was denied.")
            .with("object", object)
            .with("privilegeId", privilege)
    }

    /// Nothing has this reference, or not any more.
    pub(super) fn gone(type_name: &str, text: &str) -> Self {
        Self::new(
            "ManagedObjectNotFound",
            format!("The object 'vim.{type_name}:{text}' has already been deleted or has not been completely created"),
        )
        .with("obj", Value::Foreign(type_name.to_owned(), text.to_owned()))
    }

    /// [`Fault::gone`] for an id.
    pub(super) fn gone_id(id: Id) -> Self {
        Self::gone(id.type_name(), &id.to_string())
    }

    /// The request is not what vim25 declares.
    pub(super) fn invalid_request(why: impl AsRef<str>) -> Self {
        Self::new(
            "InvalidRequest",
            format!(
                "{}\n\nwhile parsing SOAP body\nat line 1, column 0\n\nwhile parsing SOAP envelope\nat line 1, column 0\n\nwhile parsing HTTP request before method was determined\nat line 1, column 0",
                why.as_ref()
            ),
        )
    }

    /// A property path that the type does not have.
    pub(super) fn invalid_property(path: &str) -> Self {
        Self::new("InvalidProperty", "The property path is not valid.").with("name", path)
    }

    /// An argument that is well formed and wrong.
    pub(super) fn invalid_argument(property: &str) -> Self {
        Self::new("InvalidArgument", format!("A specified parameter was not correct: {property}"))
            .with("invalidProperty", property)
    }

    /// A name that is empty or too long.
    pub(super) fn invalid_name(name: &str, entity: Id) -> Self {
        Self::new("InvalidName", format!("The name '{name}' is invalid.")).with("name", name).with("entity", entity)
    }

    /// Another task has the VM.
    pub(super) fn task_in_progress(task: Id) -> Self {
        Self::new("TaskInProgress", "Another task is already in progress.").with("task", task)
    }

    /// The VM would have to be in another power state.
    pub(super) fn invalid_power_state(requested: Power, existing: Power) -> Self {
        let words = match existing {
            Power::On => "Powered on",
            Power::Off => "Powered off",
            Power::Suspended => "Suspended",
        };
        let message = format!("The attempted operation cannot be performed in the current state ({words}).");
        let state = |power: Power| Value::of_enum("VirtualMachinePowerState", power.wire());
        Self::new("InvalidPowerState", message)
            .with("requestedState", state(requested))
            .with("existingState", state(existing))
    }

    /// Not possible here, for this reason.
    pub(super) fn not_supported(why: impl Into<String>) -> Self {
        Self::new("NotSupported", why)
    }

    /// As tasks and missing properties carry it.
    pub(super) fn localized(&self) -> Data {
        data! { LocalizedMethodFault { fault: self.data(), localizedMessage: &self.message } }
    }

    /// As the body of an answer carries it.
    pub(super) fn to_xml(&self) -> String {
        let (kind, message) = (&self.kind, xml::escape(&self.message));
        let mut fields = String::new();
        self.data().write_fields(&mut fields);
        // The element is named after the type, and the body's namespace has to be said again inside of `detail`.
        format!(
            "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{message}</faultstring><detail>\
             <{kind}Fault xmlns=\"urn:vim25\" xsi:type=\"{kind}\">{fields}</{kind}Fault></detail></soapenv:Fault>"
        )
    }
}

/// Makes the faults that vCenter always says in the same words.
macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident $kind:ident $words:literal;)*) => {
        impl Fault {
            $($(#[$doc])* pub(super) fn $name() -> Self {
                Self::new(stringify!($kind), $words)
            })*
        }
    };
}

faults! {
    application_quiesce ApplicationQuiesceFault
        "An error occurred while quiescing the virtual machine. See the virtual machine's event log for details.";
    host_not_connected HostNotConnected "Unable to communicate with the remote host, since it is disconnected.";
    incompatible_device SnapshotIncompatibleDeviceInVm "The virtual machine has a device that no snapshot can hold.";
    invalid_login InvalidLogin "Cannot complete login due to an incorrect user name or password.";
    invalid_state InvalidState "The operation is not allowed in the current state.";
    memory_on_independent_disk MemorySnapshotOnIndependentDisk
        "Cannot take a memory snapshot, since the virtual machine is configured with independent disks.";
    multiple_snapshots MultipleSnapshotsNotSupported "Multiple snapshots are not supported.";
    not_found NotFound "The object or item referred to could not be found.";
    request_canceled RequestCanceled "The request was canceled.";
    snapshot_locked SnapshotLocked "The current snapshot of the virtual machine is locked.";
    system_error SystemError "A general system error occurred.";
    task_canceled RequestCanceled "The task was canceled by a user.";
    too_many_levels TooManySnapshotLevels "Snapshot hierarchy is too deep.";
    tools_unavailable ToolsUnavailable
        "Cannot complete operation because VMware Tools is not running in this virtual machine.";
    /// Not possible with this object, for good.
    unsupported NotSupported "The operation is not supported on the object.";
    version InvalidCollectorVersion "The collector version is not valid.";
}

#[cfg(test)]
mod tests;
