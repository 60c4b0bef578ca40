//! Calls that change a VM: those that become a task, and the few that are done when they answer.

use super::dispatch::{Outcome, Request, nothing, value};
use super::fault::Fault;
use super::id::Id;
use super::names;
use super::task::Act;
use super::vm::{Power, Vm};
use super::world::World;

impl World {
    /// Begins a task that does this to the VM that the call is about.
    pub(super) fn begin(&mut self, request: &Request<'_>, act: Act) -> Outcome {
        let Some(vm) = self.vm_of(request.this).map(|vm| vm.n) else {
            return Err(Fault::unsupported());
        };
        let user = self.session(request.caller).map(|session| session.user.clone()).unwrap_or_default();
        value(self.start(request.method, vm, act, &user, request.trouble)?)
    }

    pub(super) fn create_snapshot(&mut self, request: &Request<'_>) -> Outcome {
        let quiesce = request.call.flag("quiesce");
        self.begin_create(request, quiesce)
    }

    /// Quiesces if a `quiesceSpec` is given; its time-out must be 5 to 240 minutes.
    pub(super) fn create_snapshot_ex(&mut self, request: &Request<'_>) -> Outcome {
        let spec = request.call.element.child("quiesceSpec");
        let timeout = spec.and_then(|spec| spec.word("timeout").parse::<i32>().ok());
        if timeout.is_some_and(|minutes| !(5..=240).contains(&minutes)) {
            return Err(Fault::invalid_argument("quiesceSpec.timeout"));
        }
        self.begin_create(request, spec.is_some())
    }

    fn begin_create(&mut self, request: &Request<'_>, quiesce: bool) -> Outcome {
        let call = request.call;
        let act = Act::Create {
            name: acceptable(call.text("name"), request.this)?,
            description: call.text("description").unwrap_or_default().to_owned(),
            memory: call.flag("memory"),
            quiesce,
        };
        self.begin(request, act)
    }

    pub(super) fn revert(&mut self, request: &Request<'_>) -> Outcome {
        self.begin_revert(request, request.this.n)
    }

    pub(super) fn revert_to_current(&mut self, request: &Request<'_>) -> Outcome {
        match self.vm_of(request.this).and_then(|vm| vm.current) {
            Some(current) => self.begin_revert(request, current),
            None => Err(Fault::not_found()),
        }
    }

    fn begin_revert(&mut self, request: &Request<'_>, snapshot: u32) -> Outcome {
        let suppress = request.call.flag("suppressPowerOn");
        self.begin(request, Act::Revert { snapshot, suppress })
    }

    pub(super) fn remove_snapshot(&mut self, request: &Request<'_>) -> Outcome {
        let children = request.call.flag("removeChildren");
        let consolidate = consolidates(request);
        self.begin(request, Act::Remove { snapshot: request.this.n, children, consolidate })
    }

    pub(super) fn remove_all_snapshots(&mut self, request: &Request<'_>) -> Outcome {
        self.begin(request, Act::RemoveAll { consolidate: consolidates(request) })
    }

    /// Two objects of one folder cannot have one name.
    pub(super) fn rename(&mut self, request: &Request<'_>) -> Outcome {
        let own = self.vm_of(request.this).ok_or_else(Fault::unsupported)?;
        let name = acceptable(request.call.text("newName"), request.this)?;
        let twin = |other: &&Vm| other.n != own.n && other.folder == own.folder && other.name == name;
        if let Some(twin) = self.vms.values().find(twin) {
            return Err(Fault::new("DuplicateName", format!("The name '{name}' already exists."))
                .with("name", name)
                .with("object", twin.id()));
        }
        self.begin(request, Act::Rename(name))
    }

    /// `CancelTask`
    pub(super) fn cancel_task(&mut self, request: &Request<'_>) -> Outcome {
        self.cancel(request.this)?;
        nothing()
    }

    /// Asks for a task's cancellation.
    pub(super) fn cancel(&mut self, id: Id) -> Result<(), Fault> {
        let now = self.clock.passed();
        let task = self.tasks.get_mut(&id.n).ok_or_else(|| Fault::gone_id(id))?;
        if !task.active() {
            return Err(Fault::invalid_state());
        }
        if !task.act.cancelable() {
            return Err(Fault::unsupported());
        }
        task.cancel(now);
        self.changes.touch(id);
        Ok(())
    }

    pub(super) fn rename_snapshot(&mut self, request: &Request<'_>) -> Outcome {
        let this = request.this;
        let (name, description) = (request.call.text("name"), request.call.text("description"));
        let name = name.map(|name| acceptable(Some(name), this)).transpose()?;
        let n = self.vm_of(this).map(|vm| vm.n);
        let vm = n.and_then(|n| self.vms.get_mut(&n)).ok_or_else(|| Fault::gone_id(this))?;
        if let Some(task) = vm.task {
            return Err(Fault::task_in_progress(Id::task(task)));
        }
        vm.refuse_disabled(request.method)?;
        for snapshot in vm.snapshots.iter_mut().filter(|snapshot| snapshot.n == this.n) {
            snapshot.name = name.clone().unwrap_or_else(|| std::mem::take(&mut snapshot.name));
            description.inspect(|description| snapshot.description = (*description).to_owned());
        }
        let id = vm.id();
        self.changes.touch(id);
        nothing()
    }

    pub(super) fn shut_down_guest(&mut self, request: &Request<'_>) -> Outcome {
        let now = self.now();
        let vm = self.vms.get_mut(&request.this.n).ok_or_else(|| Fault::gone_id(request.this))?;
        if vm.power != Power::On {
            return Err(Fault::invalid_power_state(Power::On, vm.power));
        }
        if !vm.tools_running() {
            return Err(Fault::tools_unavailable());
        }
        vm.turn(Power::Off, now);
        self.changes.touch(request.this);
        nothing()
    }
}

/// Whether a deletion merges the disks, as it does unless the client says otherwise.
fn consolidates(request: &Request<'_>) -> bool {
    request.call.text("consolidate").is_none() || request.call.flag("consolidate")
}

/// A name as vCenter stores it, if it takes it.
fn acceptable(name: Option<&str>, entity: Id) -> Result<String, Fault> {
    let name = names::stored(name.unwrap_or_default());
    if names::acceptable(&name) { Ok(name) } else { Err(Fault::invalid_name(&name, entity)) }
}
