//! The world as its file has it: what a vCenter would still know after it was started again.
//!
//! That is the inventory and the tasks. Sessions are left out, for a restart ends them, and so is everything that follows from
//! the rest: which task has a VM, which are recent, whose a snapshot is. The format is private; [`VERSION`] tells one from
//! the next.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SimOptions;
use super::clock::Clock;
use super::events::Events;
use super::id::Id;
use super::rng::Rng;
use super::saved_task::SavedTask;
use super::tagging::Tagging;
use super::vm::Vm;
use super::world::{Folder, Host, RECENT_TASK, Store, World};

/// The version that is written, and the only one that is read. To be raised when what the file says changes its meaning.
pub(super) const VERSION: u32 = 1;

/// What the file says it is.
const FORMAT: &str = "snapwarden simulated vCenter";

/// What every version of the file begins with.
#[derive(Debug, Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// The file's content.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saved {
    format: String,
    version: u32,
    made_with: Made,
    /// The date from which the simulator's clock counts.
    base: Timestamp,
    /// What had passed of it when this was written.
    passed: Duration,
    /// The date on the wall at that moment.
    written: Timestamp,
    instance_uuid: String,
    rng: Rng,
    next: u32,
    datacenter: String,
    folders: BTreeMap<Id, Folder>,
    hosts: Vec<Host>,
    stores: Vec<Store>,
    vms: Vec<Vm>,
    tasks: Vec<SavedTask>,
    /// Files of before there was a log have none.
    #[serde(default)]
    events: Events,
    /// Files of before there were tags have none.
    #[serde(default)]
    tagging: Tagging,
}

/// The options that decide which VMs are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    vms: usize,
    snapshots: Option<usize>,
    seed: u64,
    demo: bool,
}

impl Made {
    /// Those of these options.
    pub(super) fn with(options: &SimOptions) -> Self {
        Self { vms: options.vms, snapshots: options.snapshots, seed: options.seed, demo: options.demo }
    }
}

impl Saved {
    /// Reads what was written.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let head: Head = serde_json::from_slice(bytes).map_err(|error| format!("it cannot be understood: {error}"))?;
        if head.format != FORMAT {
            return Err(format!("it is no world of the simulator but {:?}", head.format));
        }
        if head.version != VERSION {
            return Err(format!("it is of version {}, and this program reads version {VERSION}", head.version));
        }
        serde_json::from_slice(bytes).map_err(|error| format!("it cannot be understood: {error}"))
    }

    /// What goes into the file.
    ///
    /// # Errors
    /// If it cannot be put into JSON, which nothing here gives a reason for.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, String> {
        serde_json::to_vec(self).map_err(|error| error.to_string())
    }

    /// What its VMs were made with.
    pub(super) fn made_with(&self) -> &Made {
        &self.made_with
    }

    /// Since when the clock counts, and what has passed by a date on the wall: also what passed while nobody ran it. A wall
    /// clock that was set back adds nothing, so that what had happened stays past.
    pub(super) fn time(&self, now: Timestamp) -> (Timestamp, Duration) {
        let away = Duration::try_from(now.duration_since(self.written)).unwrap_or_default();
        (self.base, self.passed.saturating_add(away))
    }
}

impl World {
    /// What there is to be written at a date on the wall.
    pub(super) fn save(&self, now: Timestamp) -> Saved {
        Saved {
            format: FORMAT.to_owned(),
            version: VERSION,
            made_with: self.made_with.clone(),
            base: self.clock.base(),
            passed: self.clock.passed(),
            written: now,
            instance_uuid: self.instance_uuid.clone(),
            rng: self.rng.clone(),
            next: self.next,
            datacenter: self.datacenter.clone(),
            folders: self.folders.clone(),
            hosts: self.hosts.clone(),
            stores: self.stores.clone(),
            vms: self.vms.values().cloned().collect(),
            tasks: self.tasks.values().map(SavedTask::of).collect(),
            events: self.events.clone(),
            tagging: self.tagging.clone(),
        }
    }

    /// The world that was written, on a clock that goes on from [`Saved::time`]. Account, task lengths and faults are those
    /// of `options`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(super) fn restored(saved: Saved, options: SimOptions, clock: Clock) -> Result<Self, String> {
        let mut world = Self::empty(options, clock);
        world.made_with = saved.made_with;
        world.instance_uuid = saved.instance_uuid;
        world.rng = saved.rng;
        world.next = saved.next;
        world.datacenter = saved.datacenter;
        world.folders = saved.folders;
        world.hosts = saved.hosts;
        world.stores = saved.stores;
        world.events = saved.events;
        world.tagging = saved.tagging;
        for vm in saved.vms {
            if vm.frozen.len() != vm.snapshots.len() {
                return Err(format!("the disks of {} do not fit its snapshots", vm.id()));
            }
            for snapshot in &vm.snapshots {
                world.snapshot_owner.insert(snapshot.n, vm.n);
            }
            world.vms.insert(vm.n, vm);
        }
        for task in saved.tasks {
            let task = task.restore()?;
            world.tasks.insert(task.n, task);
        }
        world.find_work();
        let numbers = world.vms.keys().chain(world.snapshot_owner.keys());
        let highest = numbers.chain(world.tasks.keys()).max().copied();
        world.next = world.next.max(highest.unwrap_or(0));
        Ok(world)
    }

    /// Finds out from the tasks which VMs they have and what is recent.
    fn find_work(&mut self) {
        let now = self.clock.passed();
        let fresh = |completed: Duration| now.saturating_sub(completed) < RECENT_TASK;
        let mut ended = Vec::new();
        for task in self.tasks.values() {
            if task.active() {
                self.active.push(task.n);
            }
            ended.extend(task.completed.map(|completed| (completed, task.n, task.vm)));
            let Some(vm) = self.vms.get_mut(&task.vm) else { continue };
            if task.active() {
                vm.task = Some(task.n);
            }
            if !task.forgotten && task.completed.is_none_or(fresh) {
                vm.recent.push_back(task.n);
            }
        }
        ended.retain(|(completed, ..)| fresh(*completed));
        ended.sort_unstable();
        self.ended = ended.into();
    }
}
