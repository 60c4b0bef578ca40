//! The rules of vCenter: what may begin on a VM, and what an act does to it when its time has come.

use jiff::Timestamp;

use super::fault::Fault;
use super::id::Id;
use super::task::{Act, Task};
use super::value::Value;
use super::vm::{Power, Taken};
use super::world::World;

/// The longest chain of snapshots that vSphere allows.
const MAX_LEVELS: usize = 32;

impl World {
    /// What vCenter refuses before it makes a task of it: a busy VM, a template, a power state that cannot be.
    pub(super) fn may_start(&self, method: &str, vm: u32, act: &Act) -> Result<(), Fault> {
        let id = Id::vm(vm);
        let Some(machine) = self.vms.get(&vm) else {
            return Err(Fault::gone_id(id));
        };
        if let Some(task) = machine.task {
            return Err(Fault::task_in_progress(Id::task(task)));
        }
        if !machine.connected {
            return Err(Fault::host_not_connected());
        }
        if let Some(refusal) = machine.odd_refusal(method, act) {
            return Err(refusal);
        }
        let snapshots = act.changes_snapshots() || matches!(act, Act::Consolidate);
        if machine.template && (snapshots || matches!(act, Act::Power(_))) {
            return Err(Fault::unsupported());
        }
        if machine.snapshot_locked && snapshots {
            return Err(Fault::snapshot_locked());
        }
        if let Act::Power(wanted) = act {
            let possible = match wanted {
                Power::On | Power::Off => machine.power != *wanted,
                Power::Suspended => machine.power == Power::On,
            };
            if !possible {
                return Err(Fault::invalid_power_state(*wanted, machine.power));
            }
        }
        if matches!(act, Act::Destroy) && machine.power != Power::Off {
            return Err(Fault::invalid_power_state(Power::Off, machine.power));
        }
        if let Act::Revert { snapshot, .. } | Act::Remove { snapshot, .. } = act
            && machine.snapshot(*snapshot).is_none()
        {
            return Err(Fault::gone_id(Id::snapshot(*snapshot)));
        }
        Ok(())
    }

    /// Does what a task is there for. The result is the task's `result`.
    pub(super) fn finish(&mut self, task: &Task, now: Timestamp) -> Result<Option<Value>, Fault> {
        if let Some(doom) = task.doom.clone() {
            if task.leaves_disks {
                self.remove_snapshots(task, false);
            }
            return Err(doom);
        }
        match &task.act {
            Act::Create { .. } => self.create(task, now).map(Some),
            Act::Revert { snapshot, suppress } => {
                let reverted = self.vms.get_mut(&task.vm).is_some_and(|vm| vm.revert(*snapshot, *suppress, now));
                if !reverted {
                    return Err(Fault::gone_id(Id::snapshot(*snapshot)));
                }
                Ok(None)
            }
            Act::Remove { snapshot, .. } if !self.snapshot_owner.contains_key(snapshot) => {
                Err(Fault::gone_id(Id::snapshot(*snapshot)))
            }
            Act::Remove { consolidate, .. } | Act::RemoveAll { consolidate } => {
                self.remove_snapshots(task, *consolidate && !task.leaves_disks);
                Ok(None)
            }
            Act::Consolidate => {
                self.vms.get_mut(&task.vm).map(|vm| vm.disks.merge(&mut vm.frozen));
                Ok(None)
            }
            Act::Estimate => {
                let bytes = self.vms.get(&task.vm).map_or(0, |vm| vm.disks.merge_estimate(&vm.frozen));
                Ok(Some(Value::from(bytes)))
            }
            Act::Power(power) => {
                if let Some(vm) = self.vms.get_mut(&task.vm) {
                    vm.turn(*power, now);
                    // A guest that starts afresh has Tools again, if they are installed.
                    vm.tools_up |= *power == Power::On && vm.tools_installed;
                }
                Ok(None)
            }
            Act::Rename(name) => {
                if let Some(vm) = self.vms.get_mut(&task.vm) {
                    vm.name.clone_from(name);
                }
                Ok(None)
            }
            Act::Destroy => {
                self.destroy(task.vm);
                Ok(None)
            }
        }
    }

    /// Takes a snapshot at once, without a task: what generated VMs and colleagues behind the bot's back have.
    pub(super) fn take_now(&mut self, vm: u32, taken: Taken) -> Option<u32> {
        let n = self.next_number();
        self.vms.get_mut(&vm)?.take(n, taken);
        self.snapshot_owner.insert(n, vm);
        self.touch_vm(vm);
        Some(n)
    }

    fn create(&mut self, task: &Task, now: Timestamp) -> Result<Value, Fault> {
        let Act::Create { name, description, memory, quiesce } = &task.act else {
            return Err(Fault::system_error());
        };
        let Some(vm) = self.vms.get(&task.vm) else {
            return Err(Fault::gone_id(Id::vm(task.vm)));
        };
        let on = vm.power == Power::On;
        if let Some(fault) = vm.incompatible_device() {
            return Err(fault);
        }
        // A VM that is off has no memory and no file systems to put to rest: both wishes are ignored.
        let memory = vm.takes_memory(*memory);
        if memory && vm.has_independent_disk() {
            return Err(Fault::memory_on_independent_disk());
        }
        if vm.depth() >= MAX_LEVELS {
            return Err(Fault::too_many_levels());
        }
        let of_memory = if memory { u64::try_from(vm.memory_mb).unwrap_or(0) << 20 } else { 0 };
        if self.free_bytes(vm.store) < of_memory.saturating_add(vm.disks.room_to_freeze()) {
            let store = self.store_name(vm.store);
            return Err(Fault::new("NoDiskSpace", format!("Insufficient disk space on datastore '{store}'."))
                .with("file", format!("[{store}] {}", vm.directory))
                .with("datastore", store));
        }
        let mut quiesced = *quiesce && on;
        if quiesced && !vm.tools_running() && !task.skips_quiescing {
            return Err(Fault::application_quiesce());
        }
        quiesced &= !task.skips_quiescing;
        let at = now.saturating_add(self.options.host_clock_offset).unwrap_or(now);
        let taken = Taken { name: name.clone(), description: description.clone(), at, memory, quiesced };
        match self.take_now(task.vm, taken) {
            Some(n) => Ok(Value::Ref(Id::snapshot(n))),
            None => Err(Fault::gone_id(Id::vm(task.vm))),
        }
    }

    fn remove_snapshots(&mut self, task: &Task, consolidate: bool) {
        let Some(vm) = self.vms.get_mut(&task.vm) else { return };
        let doomed = if let Act::Remove { snapshot, children, .. } = task.act {
            if children { vm.subtree(snapshot) } else { vec![snapshot] }
        } else if matches!(task.act, Act::RemoveAll { .. }) {
            vm.snapshots.iter().map(|snapshot| snapshot.n).collect()
        } else {
            return;
        };
        vm.remove(&doomed, consolidate);
        for n in doomed {
            self.snapshot_owner.remove(&n);
            self.changes.touch(Id::snapshot(n));
        }
    }
}
