//! Changes that tests and the demo make without a client: the work of other people on the same vCenter.

use jiff::{SignedDuration, Timestamp};

use super::arming::Mishap;
use super::faults::{ActivePlan, FaultPlan};
use super::id::{Id, Kind};
use super::names;
use super::oddity::Oddity;
use super::vm::{Power, Taken, Vm};
use super::world::World;
use super::{CallSeen, Sim};

/// A VM as the simulator has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmView {
    /// Its reference, `vm-42`.
    pub moref: String,
    /// Its name as people read it.
    pub name: String,
    /// Datacenter, folders and name: `DC1/web/web-01`.
    pub path: String,
    /// `config.instanceUuid`
    pub instance_uuid: String,
    /// Its power state.
    pub power: Power,
    /// Whether VMware Tools answer.
    pub tools: bool,
    /// Its snapshots, oldest first.
    pub snapshots: Vec<SnapshotView>,
    /// The reference of the snapshot that "You are here" hangs below.
    pub current: Option<String>,
    /// Whether something is wrong inside the guest.
    pub guest_broken: bool,
    /// `runtime.consolidationNeeded`
    pub consolidation_needed: bool,
    /// The task that has it now, by its `descriptionId`.
    pub busy: Option<String>,
    /// The faults that wait for its next change, in their order.
    pub armed: Vec<Mishap>,
}

/// A snapshot as the simulator has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotView {
    /// Its reference, `snapshot-17`.
    pub moref: String,
    /// The reference of the snapshot above it.
    pub parent: Option<String>,
    /// Its name as people read it.
    pub name: String,
    /// Its description.
    pub description: String,
    /// When it was taken.
    pub created: Timestamp,
    /// The power state that it holds.
    pub power: Power,
    /// Whether the guest was quiesced.
    pub quiesced: bool,
    /// Whether memory was captured.
    pub memory: bool,
}

/// VMs are named by reference (`vm-42`), by path (`DC1/web/web-02`) or by name; of several with one name the first is meant.
impl Sim {
    /// One VM.
    pub fn vm(&self, vm: &str) -> Option<VmView> {
        self.with_vm(vm, |world, n| world.vms.get(&n).map(|vm| view(world, vm))).flatten()
    }

    /// Every VM, in the order of their making.
    pub fn machines(&self) -> Vec<VmView> {
        self.with(|world| world.vms.values().map(|vm| view(world, vm)).collect())
    }

    /// Something goes wrong inside the guest. Snapshots remember how it was, so that going back heals it. False where
    /// there is no such VM or it does not run.
    pub fn break_guest(&self, vm: &str) -> bool {
        self.change_if(vm, |vm, _| {
            let running = vm.power == Power::On;
            vm.guest_broken |= running;
            running
        })
    }

    /// Somebody else takes a snapshot, at once and without a task. Returns its reference.
    pub fn take_out_of_band(&self, vm: &str, name: &str) -> Option<String> {
        let take = |world: &mut World, n| {
            let taken = Taken { name: names::escape(name), at: world.now(), ..Taken::default() };
            world.take_now(n, taken)
        };
        self.with_vm(vm, take).flatten().map(|n| Id::snapshot(n).to_string())
    }

    /// Somebody else deletes a snapshot by its reference, at once and without a task.
    pub fn remove_out_of_band(&self, snapshot: &str) -> bool {
        let id = Id::parse_text(snapshot).filter(|id| id.kind == Kind::Snapshot);
        self.with(|world| {
            let owner = id.and_then(|id| world.snapshot_owner.remove(&id.n));
            let (Some(id), Some(owner)) = (id, owner) else { return false };
            if let Some(vm) = world.vms.get_mut(&owner) {
                vm.remove(&[id.n], true);
            }
            world.changes.touch(id);
            world.touch_vm(owner);
            true
        })
    }

    /// Adds a VM to a folder of `DC1`, running, with Tools and one disk. Returns its reference.
    pub fn add(&self, name: &str, folder: &str) -> String {
        self.with(|world| Id::vm(world.add_plain(name, folder)).to_string())
    }

    /// The VM is gone, at once.
    pub fn destroy(&self, vm: &str) -> bool {
        self.with_vm(vm, World::destroy) == Some(true)
    }

    /// Gives the VM another name, written as people read it.
    pub fn rename(&self, vm: &str, name: &str) -> bool {
        self.change(vm, |vm, _| vm.name = names::escape(name))
    }

    /// Powers it on or off, at once.
    pub fn set_power(&self, vm: &str, power: Power) -> bool {
        self.change(vm, |vm, now| vm.set_power(power, now))
    }

    /// Takes VMware Tools out of it.
    pub fn remove_tools(&self, vm: &str) -> bool {
        self.change(vm, |vm, _| {
            vm.tools_installed = false;
            vm.tools_up = false;
        })
    }

    /// Lets VMware Tools answer or not, installing them where they have to be.
    pub fn set_tools(&self, vm: &str, running: bool) -> bool {
        self.change(vm, |vm, _| {
            vm.tools_installed |= running;
            vm.tools_up = running;
        })
    }

    /// Makes it a template, or a VM again.
    pub fn set_template(&self, vm: &str, template: bool) -> bool {
        self.change(vm, |vm, _| vm.template = template)
    }

    /// Connects its host or cuts it off.
    #[cfg(test)]
    pub(super) fn set_connected(&self, vm: &str, connected: bool) -> bool {
        self.change(vm, |vm, _| vm.connected = connected)
    }

    /// Adds an oddity.
    pub fn give(&self, vm: &str, oddity: Oddity) -> bool {
        self.change(vm, |vm, _| {
            if !vm.has(&oddity) {
                vm.oddities.push(oddity);
            }
        })
    }

    /// Removes an oddity. False if the VM does not have it.
    pub fn take_away(&self, vm: &str, oddity: &Oddity) -> bool {
        self.change_if(vm, |vm, _| {
            let had = vm.has(oddity);
            vm.oddities.retain(|other| other != oddity);
            had
        })
    }

    /// Locks its snapshots (`config.flags.snapshotLocked`), or not.
    #[cfg(test)]
    pub(super) fn set_snapshots_locked(&self, vm: &str, locked: bool) -> bool {
        self.change(vm, |vm, _| vm.snapshot_locked = locked)
    }

    /// Sets the free space of a datastore, by its name. False if there is no such datastore.
    pub fn set_free_space(&self, datastore: &str, bytes: u64) -> bool {
        self.with(|world| {
            let place = world.stores.iter().position(|store| store.name == datastore);
            let free = place.and_then(|place| world.stores.get(place)).map_or(0, |store| world.free_bytes(store.id));
            let Some(store) = place.and_then(|place| world.stores.get_mut(place)) else { return false };
            store.others = store.others.saturating_add(free).saturating_sub(bytes);
            world.changes.touch(store.id);
            true
        })
    }

    /// Grows the VM's first disk, as a guest that writes does.
    pub fn write_in_guest(&self, vm: &str, bytes: u64) -> bool {
        self.change(vm, |vm, _| vm.disks.write(bytes))
    }

    /// Attaches a tag to a VM, and makes it and its category where they are not there.
    pub fn set_tag(&self, vm: &str, category: &str, tag: &str) -> bool {
        self.with_vm(vm, |world, n| world.tag_by_name(Id::vm(n), category, tag)).is_some()
    }

    /// Takes a tag off a VM. False where it does not have it.
    pub fn clear_tag(&self, vm: &str, category: &str, tag: &str) -> bool {
        self.with_vm(vm, |world, n| world.untag_by_name(Id::vm(n), category, tag)) == Some(true)
    }

    /// Whether there is a REST interface, and so tags. Without one every request below `/rest` is answered with 404.
    pub fn serve_rest(&self, serve: bool) {
        self.with(|world| world.without_rest = !serve);
    }

    /// Every call so far, oldest first (the last 100,000).
    pub fn calls(&self) -> Vec<CallSeen> {
        self.with(|world| world.calls.iter().cloned().collect())
    }

    /// How many sessions there are, of both interfaces.
    pub fn sessions(&self) -> usize {
        self.with(|world| world.sessions.len() + world.rest_sessions.len())
    }

    /// Forgets every session, as a vCenter that was started again.
    pub fn forget_sessions(&self) {
        self.with(|world| {
            world.restart(false);
            // Wakes those that wait, so that they see it.
            world.changes.touch(Id::only(Kind::SessionManager));
        });
    }

    /// Replaces the fault plan; rules that were used up count anew.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.with(|world| world.plan = ActivePlan::new(plan));
    }

    /// Sets how long tasks that begin from now on take, in seconds.
    pub fn set_task_seconds(&self, seconds: f64) {
        self.with(|world| world.options.task_seconds = seconds.max(0.0));
    }

    /// Moves the clock on: tasks progress, sessions age, the date changes.
    pub fn pass(&self, by: std::time::Duration) {
        self.with(|world| world.clock.skip(by));
        // A second look finishes tasks that are due and wakes waiting clients before this returns.
        self.with(|_| ());
    }

    /// Cuts every connection and lets nobody in, or everybody again. What was begun goes on.
    pub fn set_lost(&self, lost: bool) {
        self.inner.lost.send_replace(lost);
    }

    /// Whether nobody reaches it.
    pub fn is_lost(&self) -> bool {
        *self.inner.lost.borrow()
    }

    /// Sets vCenter's clock: so much more than the true date.
    pub fn set_clock_offset(&self, offset: SignedDuration) {
        self.with(|world| {
            world.clock.set_offset(world.clock.passed(), offset);
            world.changes.touch(Id::only(Kind::ServiceInstance));
        });
    }

    /// How much more than the true date vCenter's clock shows.
    pub fn clock_offset(&self) -> SignedDuration {
        self.with(|world| world.clock.offset())
    }

    /// Sets the clocks of the hosts: so much more than vCenter's.
    pub fn set_host_clock_offset(&self, offset: SignedDuration) {
        self.with(|world| world.options.host_clock_offset = offset);
    }

    /// The date by the simulator's clock.
    pub fn now(&self) -> Timestamp {
        self.with(|world| world.now())
    }

    /// Changes a VM. False where there is none.
    fn change(&self, vm: &str, change: impl FnOnce(&mut Vm, Timestamp)) -> bool {
        self.change_if(vm, |vm, now| {
            change(vm, now);
            true
        })
    }

    fn change_if(&self, vm: &str, change: impl FnOnce(&mut Vm, Timestamp) -> bool) -> bool {
        let changed = self.with_vm(vm, |world, n| {
            let now = world.now();
            let done = world.vms.get_mut(&n).is_some_and(|vm| change(vm, now));
            if done {
                world.touch_vm(n);
            }
            done
        });
        changed == Some(true)
    }

    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.inner.with(work)
    }

    /// Does something with the VM's number; none where there is no such VM.
    pub(super) fn with_vm<T>(&self, vm: &str, work: impl FnOnce(&mut World, u32) -> T) -> Option<T> {
        self.with(|world| world.named(vm).map(|n| work(world, n)))
    }
}

impl World {
    /// The VM that is meant by a reference, a path or a name.
    pub(super) fn named(&self, text: &str) -> Option<u32> {
        let by_reference = Id::parse("VirtualMachine", text).filter(|id| self.vms.contains_key(&id.n));
        if let Some(id) = by_reference {
            return Some(id.n);
        }
        let mut all = self.vms.values();
        let stored = names::escape(text);
        let found = match text.contains('/') {
            true => all.find(|vm| self.path(vm) == text).or_else(|| self.vms.values().find(|vm| vm.name == stored)),
            false => all.find(|vm| vm.name == stored),
        };
        found.map(|vm| vm.n)
    }
}

fn view(world: &World, vm: &Vm) -> VmView {
    let reference = |n: u32| Id::snapshot(n).to_string();
    let snapshots = vm.snapshots.iter().map(|snapshot| SnapshotView {
        moref: reference(snapshot.n),
        parent: snapshot.parent.map(reference),
        name: names::plain(&snapshot.name),
        description: snapshot.description.clone(),
        created: snapshot.created,
        power: snapshot.state,
        quiesced: snapshot.quiesced,
        memory: snapshot.memory.is_some(),
    });
    VmView {
        moref: vm.id().to_string(),
        name: names::plain(&vm.name),
        path: world.path(vm),
        instance_uuid: vm.instance_uuid.clone(),
        power: vm.power,
        tools: vm.tools_running(),
        snapshots: snapshots.collect(),
        current: vm.current.map(reference),
        guest_broken: vm.guest_broken,
        consolidation_needed: vm.consolidation_needed(),
        busy: vm.task.and_then(|task| world.tasks.get(&task)).map(|task| task.act.description_id().to_owned()),
        armed: world.plan.armed.iter().filter(|armed| armed.vm == vm.n).map(|armed| armed.mishap).collect(),
    }
}
