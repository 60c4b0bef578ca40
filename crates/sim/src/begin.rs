//! Calls that change a VM: those that become a task, and the few that are done when they answer.

use super::call::Call;
use super::dispatch::{Answer, Caller, nothing, value};
use super::fault::Fault;
use super::faults::Trouble;
use super::id::{Id, Kind};
use super::names;
use super::task::Act;
use super::value::Value;
use super::vm::{Power, Vm};
use super::world::World;

impl World {
    /// Everything that becomes a task on a VM.
    pub(super) fn begin(
        &mut self,
        method: &'static str,
        this: Id,
        call: &Call,
        caller: &Caller,
        trouble: Option<&Trouble>,
    ) -> Result<Answer, Fault> {
        let Some(vm) = self.vm_of(this).map(|vm| vm.n) else {
            return Err(Fault::not_supported("The operation is not supported on the object."));
        };
        let act = match method {
            "CreateSnapshot_Task" | "CreateSnapshotEx_Task" => {
                let name = names::stored(call.text("name").unwrap_or_default());
                if !names::acceptable(&name) {
                    return Err(Fault::invalid_name(&name, this));
                }
                let quiesce = match method {
                    "CreateSnapshot_Task" => call.flag("quiesce").unwrap_or(false),
                    _ => self.quiesce_spec(call)?,
                };
                Act::Create {
                    name,
                    description: call.text("description").unwrap_or_default().to_owned(),
                    memory: call.flag("memory").unwrap_or(false),
                    quiesce,
                }
            }
            "RevertToSnapshot_Task" => {
                Act::Revert { snapshot: this.n, suppress: call.flag("suppressPowerOn").unwrap_or(false) }
            }
            "RevertToCurrentSnapshot_Task" => {
                let current = self.vms.get(&vm).and_then(|vm| vm.current);
                Act::Revert {
                    snapshot: current.ok_or_else(not_found)?,
                    suppress: call.flag("suppressPowerOn").unwrap_or(false),
                }
            }
            "RemoveSnapshot_Task" => Act::Remove {
                snapshot: this.n,
                children: call.flag("removeChildren").unwrap_or(false),
                consolidate: call.flag("consolidate").unwrap_or(true),
            },
            "RemoveAllSnapshots_Task" => Act::RemoveAll { consolidate: call.flag("consolidate").unwrap_or(true) },
            "ConsolidateVMDisks_Task" => Act::Consolidate,
            "EstimateStorageForConsolidateSnapshots_Task" => Act::Estimate,
            "PowerOnVM_Task" => Act::Power(Power::On),
            "PowerOffVM_Task" => Act::Power(Power::Off),
            "SuspendVM_Task" => Act::Power(Power::Suspended),
            "Rename_Task" => {
                let name = names::stored(call.text("newName").unwrap_or_default());
                if !names::acceptable(&name) {
                    return Err(Fault::invalid_name(&name, this));
                }
                self.refuse_twin(vm, &name)?;
                Act::Rename(name)
            }
            "Destroy_Task" => Act::Destroy,
            _ => return Err(Fault::not_supported(format!("The simulator does not know {method}."))),
        };
        let user = self.session(caller).map(|session| session.user.clone()).unwrap_or_default();
        let task = self.start(method, vm, act, &user, trouble)?;
        Ok(value(&Value::Ref(task)))
    }

    /// Whether a `quiesceSpec` was given; its time-out must be 5 to 240 minutes.
    fn quiesce_spec(&self, call: &Call) -> Result<bool, Fault> {
        let Some(spec) = call.element.child("quiesceSpec") else {
            return Ok(false);
        };
        let timeout = spec.child("timeout").and_then(|timeout| timeout.text.trim().parse::<i32>().ok());
        match timeout {
            Some(minutes) if !(5..=240).contains(&minutes) => Err(Fault::invalid_argument("quiesceSpec.timeout")),
            _ => Ok(true),
        }
    }

    /// Two objects of one folder cannot have one name.
    fn refuse_twin(&self, vm: u32, name: &str) -> Result<(), Fault> {
        let Some(own) = self.vms.get(&vm) else { return Ok(()) };
        let twin = self.vms.values().find(|other| other.n != vm && other.folder == own.folder && other.name == name);
        match twin {
            Some(twin) => Err(Fault::new("DuplicateName", format!("The name '{name}' already exists."))
                .with("name", name)
                .with("object", twin.id())),
            None => Ok(()),
        }
    }

    /// `CancelTask`
    pub(super) fn cancel(&mut self, this: Id) -> Result<Answer, Fault> {
        let now = self.clock.passed();
        let Some(task) = self.tasks.get_mut(&this.n) else {
            return Err(Fault::gone_id(this));
        };
        if !task.active() {
            return Err(Fault::new("InvalidState", "The operation is not allowed in the current state."));
        }
        if !task.act.cancelable() {
            return Err(Fault::not_supported("The operation is not supported on the object."));
        }
        task.cancel(now);
        self.changes.touch(this);
        Ok(nothing())
    }

    /// `RenameSnapshot`
    pub(super) fn rename_snapshot(&mut self, this: Id, call: &Call) -> Result<Answer, Fault> {
        let name = call.text("name").map(names::stored);
        if let Some(name) = name.as_deref().filter(|name| !names::acceptable(name)) {
            return Err(Fault::invalid_name(name, this));
        }
        let Some(vm) = self.vm_of(this).map(|vm| vm.n) else {
            return Err(Fault::gone_id(this));
        };
        if let Some(task) = self.vms.get(&vm).and_then(|vm| vm.task) {
            return Err(Fault::task_in_progress(Id::new(Kind::Task, task)));
        }
        let disabled = |machine: &Vm| machine.disabled_by_hand().any(|method| method == "RenameSnapshot");
        if self.vms.get(&vm).is_some_and(disabled) {
            return Err(Fault::new("MethodDisabled", "The method is disabled by 'a backup'").with("source", "a backup"));
        }
        let snapshot =
            self.vms.get_mut(&vm).and_then(|vm| vm.snapshots.iter_mut().find(|snapshot| snapshot.n == this.n));
        if let Some(snapshot) = snapshot {
            if let Some(name) = name {
                snapshot.name = name;
            }
            if let Some(description) = call.text("description") {
                description.clone_into(&mut snapshot.description);
            }
        }
        self.touch_vm(vm);
        Ok(nothing())
    }

    /// `ShutdownGuest`
    pub(super) fn shut_down(&mut self, this: Id) -> Result<Answer, Fault> {
        let now = self.now();
        let Some(vm) = self.vms.get_mut(&this.n) else {
            return Err(Fault::gone_id(this));
        };
        if vm.power != Power::On {
            return Err(Fault::invalid_power_state(Power::On.wire(), vm.power.wire()));
        }
        if !vm.tools_running() {
            return Err(Fault::new(
                "ToolsUnavailable",
                "Cannot complete operation because VMware Tools is not running in this virtual machine.",
            ));
        }
        vm.turn(Power::Off, now);
        self.changes.touch(this);
        Ok(nothing())
    }
}

fn not_found() -> Fault {
    Fault::new("NotFound", "The object or item referred to could not be found.")
}
