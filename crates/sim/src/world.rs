//! Everything that the simulated vCenter has: the inventory, tasks, sessions, and what changed when.
//!
//! Nothing here waits or speaks; it is one value behind one lock, and time comes in through [`World::advance`].

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::clock::Clock;
use super::events::Events;
use super::fault::Fault;
use super::faults::{ActivePlan, Trouble};
use super::generate::{Fleet, NETWORK, POOL};
use super::id::{Id, Kind};
use super::names;
use super::persist::{self, Made};
use super::rest::RestSession;
use super::rng::Rng;
use super::session::Session;
use super::tagging::Tagging;
use super::task::{Act, State, Task};
use super::vm::Vm;
use super::{CallSeen, SimOptions};

/// How long a finished task stays in `recentTask` and can be read (vCenter: about ten minutes).
pub(super) const RECENT_TASK: Duration = Duration::from_secs(600);

/// How many tasks `recentTask` holds at the most (vCenter: 200).
const RECENT_TASKS: usize = 200;

/// How many calls are remembered for tests; older ones are forgotten, so that a demo can run for months.
const CALLS_KEPT: usize = 100_000;

/// How many ended tasks the history keeps.
const HISTORY_KEPT: usize = 10_000;

/// One folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Folder {
    /// Its name.
    pub(super) name: String,
    /// The folder or datacenter above it; none for the root.
    pub(super) parent: Option<Id>,
    /// Its children, in order of arrival.
    pub(super) children: Vec<Id>,
}

/// One datastore.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Store {
    /// Its reference.
    pub(super) id: Id,
    /// Its name.
    pub(super) name: String,
    /// Its size in bytes.
    pub(super) capacity: u64,
    /// What others than our VMs occupy, in bytes.
    pub(super) others: u64,
}

/// One host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Host {
    /// Its reference.
    pub(super) id: Id,
    /// Its name.
    pub(super) name: String,
}

/// The world. In its file is what a restart must not lose; the rest is skipped there.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct World {
    /// The time.
    #[serde(skip)]
    pub(super) clock: Clock,
    /// Everything that its makers chose.
    #[serde(skip)]
    pub(super) options: SimOptions,
    /// The options that the VMs were made with; [`World::options`] may differ since then.
    pub(super) made_with: Made,
    /// vCenter's own `instanceUuid`.
    pub(super) instance_uuid: String,
    /// For references, addresses and session keys.
    pub(super) rng: Rng,
    /// The last number that a reference got.
    pub(super) next: u32,
    /// The datacenter's name.
    pub(super) datacenter: String,
    /// The folders, the root among them.
    pub(super) folders: BTreeMap<Id, Folder>,
    /// The hosts of the one cluster.
    pub(super) hosts: Vec<Host>,
    /// The datastores.
    pub(super) stores: Vec<Store>,
    /// The VMs by the number in their references.
    #[serde(with = "persist::numbered")]
    pub(super) vms: BTreeMap<u32, Vm>,
    /// Tasks that are or were, by the number in their references.
    #[serde(with = "persist::numbered")]
    pub(super) tasks: BTreeMap<u32, Task>,
    /// Who had which task begun. Files of before there was a log have none.
    #[serde(default)]
    pub(super) events: Events,
    /// Tags, and what has them. Files of before there were tags have none.
    #[serde(default)]
    pub(super) tagging: Tagging,
    /// Tasks that have not ended.
    #[serde(skip)]
    pub(super) active: Vec<u32>,
    /// Recently ended tasks in that order: the time, the task, the VM.
    #[serde(skip)]
    pub(super) ended: VecDeque<(Duration, u32, u32)>,
    /// Which VM a snapshot belongs to.
    #[serde(skip)]
    pub(super) snapshot_owner: HashMap<u32, u32>,
    /// Sessions by their cookie.
    #[serde(skip)]
    pub(super) sessions: HashMap<String, Session>,
    /// Sessions of the REST interface by their id.
    #[serde(skip)]
    pub(super) rest_sessions: HashMap<String, RestSession>,
    /// Whether the REST interface is switched off.
    #[serde(skip)]
    pub(super) without_rest: bool,
    /// What changed when.
    #[serde(skip)]
    pub(super) changes: Changes,
    /// The calls so far.
    #[serde(skip)]
    pub(super) calls: VecDeque<CallSeen>,
    /// The fault plan at work.
    #[serde(skip)]
    pub(super) plan: ActivePlan,
}

impl World {
    /// A world with the VMs that the options ask for.
    pub(super) fn new(options: SimOptions, clock: Clock) -> Self {
        let mut world = Self::empty(options, clock);
        world.populate();
        world.log_past();
        world
    }

    /// A world without VMs, and the folders, hosts and datastores for them.
    pub(super) fn empty(options: SimOptions, mut clock: Clock) -> Self {
        if !options.clock_offset.is_zero() {
            clock.set_offset(Duration::ZERO, options.clock_offset);
        }
        let Fleet { folders, hosts, stores, .. } = Fleet::read();
        let mut world = Self {
            clock,
            folders,
            hosts,
            stores,
            made_with: Made::with(&options),
            rng: Rng::new(options.seed),
            plan: ActivePlan::new(options.faults.clone()),
            options,
            datacenter: "DC1".to_owned(),
            next: 40,
            ..Self::default()
        };
        world.instance_uuid = world.rng.uuid();
        world
    }

    /// A number that no reference had before.
    pub(super) fn next_number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// The date now.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The VM with this reference.
    pub(super) fn vm(&self, id: Id) -> Option<&Vm> {
        (id.kind == Kind::Vm).then(|| self.vms.get(&id.n)).flatten()
    }

    /// The VM that an object is about: itself, the one of a snapshot or of a task.
    pub(super) fn vm_of(&self, id: Id) -> Option<&Vm> {
        let n = if id.kind == Kind::Snapshot {
            *self.snapshot_owner.get(&id.n)?
        } else if id.kind == Kind::Task {
            self.tasks.get(&id.n)?.vm
        } else {
            return self.vm(id);
        };
        self.vms.get(&n)
    }

    /// Folders from the datacenter down and the VM's name, joined by `/`: `DC1/web/web-02`.
    pub(super) fn path(&self, vm: &Vm) -> String {
        let mut parts = vec![names::plain(&vm.name)];
        let mut at = Some(vm.folder);
        while let Some(folder) = at.and_then(|id| self.folders.get(&id)) {
            // The datacenter's own VM folder is hidden from people.
            if folder.parent.is_none_or(|parent| parent.kind == Kind::Datacenter) {
                break;
            }
            parts.push(folder.name.clone());
            at = folder.parent;
        }
        parts.push(self.datacenter.clone());
        parts.reverse();
        parts.join("/")
    }

    /// Puts a VM into the inventory.
    pub(super) fn insert(&mut self, vm: Vm) {
        let id = vm.id();
        for snapshot in &vm.snapshots {
            self.snapshot_owner.insert(snapshot.n, vm.n);
        }
        if let Some(folder) = self.folders.get_mut(&vm.folder) {
            folder.children.push(id);
        }
        let around = [vm.folder, vm.host, vm.store];
        self.vms.insert(vm.n, vm);
        self.changes.touch(id);
        self.touch_around(&around);
    }

    /// Takes a VM out of the inventory.
    pub(super) fn destroy(&mut self, n: u32) -> bool {
        let Some(vm) = self.vms.remove(&n) else { return false };
        if let Some(folder) = self.folders.get_mut(&vm.folder) {
            folder.children.retain(|child| *child != vm.id());
        }
        for snapshot in &vm.snapshots {
            self.snapshot_owner.remove(&snapshot.n);
            self.changes.touch(Id::snapshot(snapshot.n));
        }
        self.tagging.forget(vm.id());
        self.changes.touch(vm.id());
        self.touch_around(&[vm.folder, vm.host, vm.store]);
        true
    }

    /// The datastore with this reference.
    pub(super) fn store(&self, id: Id) -> Option<&Store> {
        self.stores.iter().find(|store| store.id == id)
    }

    /// Free bytes on a datastore.
    pub(super) fn free_bytes(&self, id: Id) -> u64 {
        let own = self.vms.values().filter(|vm| vm.store == id);
        let used = own.map(Vm::committed).fold(0, u64::saturating_add);
        let room = |store: &Store| store.capacity.saturating_sub(store.others);
        self.store(id).map_or(0, room).saturating_sub(used)
    }

    /// Notes that a VM changed.
    pub(super) fn touch_vm(&mut self, n: u32) {
        self.changes.touch(Id::vm(n));
    }

    /// Notes that a task began or ended, or is forgotten.
    fn touch_task(&mut self, n: u32, vm: u32) {
        self.changes.touch(Id::task(n));
        let histories: Vec<Id> = self.sessions.values().flat_map(|session| session.histories.keys().copied()).collect();
        histories.into_iter().for_each(|id| self.changes.touch(id));
        self.touch_vm(vm);
        self.changes.touch(Id::only(Kind::TaskManager));
    }

    /// Notes a change of every list that a VM is in: of the objects around it, and of every view of every session.
    fn touch_around(&mut self, around: &[Id]) {
        let views: Vec<Id> = self.sessions.values().flat_map(|session| session.views.keys().copied()).collect();
        let fixed = [POOL, NETWORK];
        for id in around.iter().copied().chain(fixed).chain(views) {
            self.changes.touch(id);
        }
    }

    /// Begins a task on a VM, if nothing has it.
    pub(super) fn start(
        &mut self,
        method: &'static str,
        vm: u32,
        act: Act,
        user: &str,
        trouble: Option<&Trouble>,
    ) -> Result<Id, Fault> {
        self.may_start(method, vm, &act)?;
        let n = self.next_number();
        let queued = self.clock.passed();
        let seconds = match trouble {
            Some(Trouble::SlowTask { seconds }) => *seconds,
            _ => self.options.task_seconds * act.share(),
        };
        let doom = match trouble {
            Some(Trouble::Fault { name, message, at_end: true })
            | Some(Trouble::DisksLeft { fault: Some((name, message)) }) => {
                Some(Fault::by_name(name, message, Some(Id::vm(vm))))
            }
            _ => None,
        };
        let Some(machine) = self.vms.get_mut(&vm) else {
            return Err(Fault::gone_id(Id::vm(vm)));
        };
        machine.task = Some(n);
        machine.recent.push_back(n);
        let task = Task {
            length: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            doom,
            leaves_disks: matches!(trouble, Some(Trouble::DisksLeft { .. })),
            skips_quiescing: matches!(trouble, Some(Trouble::NotQuiesced)),
            ..Task::queued(n, method, act, machine, user, queued)
        };
        let id = task.id();
        self.log_begun(&task);
        self.tasks.insert(n, task);
        self.active.push(n);
        self.touch_task(n, vm);
        Ok(id)
    }

    /// Brings every task to where it is now. Returns when there will be something new to see, none while nothing runs.
    pub(super) fn advance(&mut self) -> Option<Duration> {
        let now = self.clock.passed();
        let mut next = None;
        for n in std::mem::take(&mut self.active) {
            self.advance_task(n, now);
            if let Some(task) = self.tasks.get(&n).filter(|task| task.active()) {
                self.active.push(n);
                let event = task.next_event(now);
                next = Some(next.map_or(event, |earlier: Duration| earlier.min(event)));
            }
        }
        self.forget_old(now);
        next
    }

    fn advance_task(&mut self, n: u32, now: Duration) {
        let Some(task) = self.tasks.get_mut(&n) else { return };
        let id = task.id();
        if task.state == State::Queued && now >= task.begins() {
            task.state = State::Running;
            task.started = Some(task.begins());
            self.changes.touch(id);
        }
        if task.state != State::Running {
            return;
        }
        let percent = task.percent_at(now);
        if percent != task.progress {
            task.progress = percent;
            self.changes.touch_in_passing(id);
        }
        if now < task.ends() {
            return;
        }
        let task = task.clone();
        let date = self.clock.date_at(task.ends());
        let cancelled = task.cancel_at.is_some_and(|cancel| cancel < task.queued + task.length);
        let outcome = if cancelled { Err(Fault::task_canceled()) } else { self.finish(&task, date) };
        if let Some(task) = self.tasks.get_mut(&n) {
            task.completed = Some(task.ends());
            task.state = if outcome.is_ok() { State::Success } else { State::Error };
            match outcome {
                Ok(result) => task.result = result,
                Err(fault) => task.error = Some(fault),
            }
        }
        if let Some(vm) = self.vms.get_mut(&task.vm) {
            vm.task = None;
        }
        self.ended.push_back((now, n, task.vm));
        self.touch_task(n, task.vm);
    }

    /// The tasks that vCenter still shows, oldest first: those that run and those that ended recently.
    pub(super) fn recent_tasks(&self) -> Vec<Id> {
        let shown = self.tasks.values().rev().filter(|task| self.shows(task));
        let mut recent: Vec<Id> = shown.take(RECENT_TASKS).map(Task::id).collect();
        recent.reverse();
        recent
    }

    /// Whether a task can still be read as an object.
    pub(super) fn shows(&self, task: &Task) -> bool {
        let fresh = task.completed.is_none_or(|completed| self.clock.passed().saturating_sub(completed) < RECENT_TASK);
        fresh && !task.forgotten
    }

    fn forget_old(&mut self, now: Duration) {
        while self.tasks.len() > HISTORY_KEPT
            && let Some(ended) = self.tasks.values().find(|task| !task.active()).map(|task| task.n)
        {
            self.tasks.remove(&ended);
        }
        self.forget_old_events();
        // Tasks end in order, so that only the front has to be looked at.
        while let Some((ended, n, vm)) = self.ended.front().copied() {
            if now.saturating_sub(ended) < RECENT_TASK {
                break;
            }
            self.ended.pop_front();
            if let Some(vm) = self.vms.get_mut(&vm) {
                vm.recent.retain(|task| *task != n);
            }
            self.touch_task(n, vm);
        }
    }

    /// Drops the sessions, as a restart of vCenter does, and the tasks if asked. The changes that tasks make go on: the hosts make them.
    pub(super) fn restart(&mut self, forget_tasks: bool) {
        self.sessions.clear();
        self.rest_sessions.clear();
        if forget_tasks {
            for task in self.tasks.values_mut() {
                task.forgotten = true;
            }
            for vm in self.vms.values_mut() {
                vm.recent.clear();
            }
            for vm in self.vms.keys() {
                self.changes.touch(Id::vm(*vm));
            }
            self.changes.touch(Id::only(Kind::TaskManager));
        }
    }

    /// Remembers a call.
    pub(super) fn note_call(&mut self, call: CallSeen) {
        if self.calls.len() >= CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }
}
