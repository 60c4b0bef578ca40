//! The vCenter that outlives the process, and the port by which the process sees it.
//!
//! Its clock is not ours. It can be away, and restarted; reads fail then, calls were not sent or lose their answer, and what is
//! followed is told when it is back. What it remembers of tasks is what a real one remembers: `tasks` says how long.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use snapwarden::domain::call::{Call, CallError, Started, TaskState, TaskUpdate};
use snapwarden::domain::evidence::{Evidence, SeenTask};
use snapwarden::domain::ids::{Moref, TaskRef, VCenterName};
use snapwarden::domain::inventory::Inventory;
use snapwarden::domain::reconcile::OwnTask;
use snapwarden::domain::survey::{RunningTask, Survey};
use snapwarden::engine::ports::{About, Gate, Health, OwnTasks, ReadError, VCenter, VCenterEvent, VCenterSink};

use super::calls::CallTrouble;
use super::crash::Touch;
use super::hub::{Hub, Ms, Of, Reply, World};
use super::machines::{VCENTER, Vm};
use super::tasks::{Failing, Task, fault};

/// The calls that vCenter lists as disabled while a task has the VM.
const HELD: [&str; 6] = [
    "CreateSnapshot_Task",
    "CreateSnapshotEx_Task",
    "RevertToCurrentSnapshot_Task",
    "RemoveAllSnapshots_Task",
    "ConsolidateVMDisks_Task",
    "PowerOnVM_Task",
];

/// How long a read takes one way at most.
const READ: Ms = 150;

/// What is true of vCenter and goes wrong with it.
#[derive(Default)]
pub(super) struct VCenterState {
    pub(super) vms: Vec<Vm>,
    pub(super) tasks: Vec<Task>,
    /// What the tasks that have made their change will end with.
    pub(super) results: BTreeMap<usize, TaskState>,
    /// How far its clock is ahead of ours.
    pub(super) skew: Ms,
    pub(super) real_kinds: bool,
    /// Whether it tells whose task one is.
    pub(super) tells_users: bool,
    pub(super) quiesce_lies: bool,
    pub(super) leaves_disks: bool,
    /// Recent tasks rotate away.
    pub(super) rotates: bool,
    pub(super) away: bool,
    /// Counts every time that it went away: what was on its way then has no answer.
    pub(super) epoch: u64,
    /// How many reads in a hundred fail.
    pub(super) read_failures: i64,
    /// What goes wrong with the next calls, and with calls at random in a hundred.
    pub(super) next_calls: Vec<CallTrouble>,
    pub(super) call_failures: i64,
    pub(super) fails: Vec<Failing>,
    published: Arc<Inventory>,
    pub(super) followed: BTreeSet<Moref>,
    pub(super) told: BTreeMap<Moref, TaskUpdate>,
    pub(super) sink: Option<VCenterSink>,
}

impl VCenterState {
    pub(super) fn new(vms: Vec<Vm>) -> Self {
        let published = inventory(&vms);
        Self { vms, published, tells_users: true, ..Self::default() }
    }

    /// The process that listened is no more.
    pub(super) fn forget_process(&mut self) {
        self.followed.clear();
        self.told.clear();
        self.sink = None;
    }
}

fn inventory(vms: &[Vm]) -> Arc<Inventory> {
    Arc::new(Inventory::new(vms.iter().filter(|vm| vm.present).map(|vm| Arc::new(vm.summary()))))
}

/// What a failed read says.
pub(super) fn unreachable<T>() -> Result<T, ReadError> {
    Err(ReadError::Unreachable("no route to vCenter".to_owned()))
}

impl World {
    /// vCenter's clock.
    pub(super) fn vcenter_time(&self) -> Timestamp {
        self.time() + SignedDuration::from_millis(self.vcenter.skew)
    }

    /// The VM of this reference, if it is there.
    pub(super) fn vm(&self, moref: &Moref) -> Option<usize> {
        self.vcenter.vms.iter().position(|vm| vm.moref == *moref && vm.present)
    }

    /// Whether something has the VM.
    pub(super) fn held(&self, vm: usize) -> bool {
        let vm = &self.vcenter.vms[vm];
        vm.task.is_some() || self.now < vm.held_until
    }

    /// The live inventory follows a moment later.
    pub(super) fn inventory_changes(&mut self) {
        let delay = self.rng.between(0, 1_500);
        self.after(delay, Of::World, |world| {
            if world.vcenter.away {
                return;
            }
            world.vcenter.published = inventory(&world.vcenter.vms);
            let vms = world.vcenter.vms.iter().map(|vm| vm.summary().vm).collect();
            if let Some(sink) = &world.vcenter.sink {
                let _gone = sink.send(VCenterEvent::Inventory(vms));
            }
        });
    }

    /// vCenter cannot be reached for so long; if it was restarted, it may have forgotten its tasks.
    pub(super) fn goes_away(&mut self, ms: Ms, restarted: bool) {
        if self.vcenter.away {
            return;
        }
        self.vcenter.away = true;
        self.vcenter.epoch += 1;
        self.tell(|_| format!("vCenter goes away for {ms} ms{}", if restarted { ", restarted" } else { "" }));
        let forgets = restarted && self.rng.percent(60);
        for number in 0..self.vcenter.tasks.len() {
            if !forgets {
                break;
            }
            let (aborts, tells) = (self.rng.percent(30), self.rng.percent(50));
            let task = &mut self.vcenter.tasks[number];
            if task.ended.is_none() {
                let vm = task.vm;
                task.forget(aborts);
                self.vcenter.vms[vm].tells_disabled = tells;
            } else {
                task.forgotten = true;
            }
        }
        self.after(ms, Of::World, |world| {
            world.vcenter.away = false;
            world.tell(|_| "vCenter is back".to_owned());
            world.inventory_changes();
            let followed: Vec<Moref> = world.vcenter.followed.iter().cloned().collect();
            for moref in followed {
                let (delay, update) = (world.rng.between(5, 2_000), world.update(&moref));
                world.hear_of(delay, update);
            }
        });
    }

    /// What a read of one VM finds.
    fn survey(&self, moref: &Moref) -> Result<Survey, ReadError> {
        let Some(vm) = self.vm(moref) else {
            return Err(ReadError::Fault(fault("ManagedObjectNotFound")));
        };
        let mut survey = self.vcenter.vms[vm].survey(self.vcenter_time());
        let runs = |task: &&Task| task.vm == vm && task.ended.is_none() && !task.forgotten;
        let running = self.vcenter.tasks.iter().filter(runs);
        survey.running_tasks =
            running.map(|task| RunningTask { task: task.moref.clone(), kind: task.kind.clone() }).collect();
        if self.held(vm) && self.vcenter.vms[vm].tells_disabled {
            survey.disabled_methods = HELD.map(str::to_owned).to_vec();
        }
        Ok(survey)
    }

    /// The tasks on a VM that vCenter remembers since then, oldest first.
    fn seen(&self, moref: &Moref, since: Timestamp) -> Vec<SeenTask> {
        let Some(vm) = self.vm(moref) else { return Vec::new() };
        let known = |task: &&Task| task.vm == vm && task.queued >= since && self.known_task(&task.moref).is_some();
        let seen = |task: &Task| SeenTask {
            task: task.moref.clone(),
            kind: task.kind.clone(),
            queued: task.queued,
            ours: self.vcenter.tells_users.then_some(task.call.is_some()),
        };
        self.vcenter.tasks.iter().filter(known).map(seen).collect()
    }

    /// What the history has of the bot's own account. Recent tasks rotate away, the history does not.
    fn own_tasks(&self, since: Option<Timestamp>) -> OwnTasks {
        let own = |task: &&Task| task.call.is_some() && since.is_some_and(|since| task.queued >= since);
        let told = |task: &Task| OwnTask {
            task: task.moref.clone(),
            kind: task.kind.clone(),
            vm: Some(self.vcenter.vms[task.vm].moref.clone()),
            vm_name: self.vcenter.vms[task.vm].name.clone(),
            queued: task.queued,
        };
        OwnTasks { server_time: self.vcenter_time(), tasks: self.vcenter.tasks.iter().filter(own).map(told).collect() }
    }

    /// A read: sent, read there, answered. It fails while vCenter is away.
    fn read<T: Send + 'static>(
        &mut self,
        reply: Reply<Result<T, ReadError>>,
        look: impl FnOnce(&mut World) -> Result<T, ReadError> + Send + 'static,
    ) {
        self.touch(Touch::Read, &[]);
        if self.dead {
            return;
        }
        let fails = self.rng.percent(self.vcenter.read_failures);
        if self.vcenter.away || fails {
            let patience = if self.rng.percent(80) { self.rng.between(1, 500) } else { 10_000 };
            return self.answer(patience, reply, unreachable());
        }
        let (there, back, epoch) = (self.rng.between(1, READ), self.rng.between(1, READ), self.vcenter.epoch);
        self.after(there, Of::Process, move |world| {
            let found = if world.vcenter.away { unreachable() } else { look(world) };
            world.after(back, Of::Process, move |world| {
                let found = if world.vcenter.epoch == epoch { found } else { unreachable() };
                let _gone = reply.send(found);
            });
        });
    }
}

/// The port.
pub(super) struct SimVCenter {
    pub(super) hub: Arc<Hub>,
    pub(super) name: VCenterName,
}

#[async_trait]
impl VCenter for SimVCenter {
    fn name(&self) -> &VCenterName {
        &self.name
    }

    fn inventory(&self) -> Arc<Inventory> {
        self.hub.with(|world| world.vcenter.published.clone())
    }

    fn seen_at(&self) -> Option<Timestamp> {
        None
    }

    fn health(&self) -> Health {
        self.hub.with(|world| match world.vcenter.away {
            true => Health::Lost { since: world.time(), why: "no route to vCenter".to_owned() },
            false => Health::Live,
        })
    }

    async fn survey(&self, vm: &Moref) -> Result<Survey, ReadError> {
        let vm = vm.clone();
        let read = move |world: &mut World| {
            let survey = world.survey(&vm)?;
            world.truth.read(&vm, world.now, &survey);
            Ok(survey)
        };
        self.hub.ask(|world, reply| world.read(reply, read)).await
    }

    async fn call(&self, call: &Call, gate: &dyn Gate) -> Result<Started, CallError> {
        let look = self.survey(&call.vm.moref).await.map_err(|error| match error {
            ReadError::Fault(fault) => CallError::Fault(fault),
            ReadError::Unreachable(why) => CallError::NotSent(why),
        })?;
        if !gate.is_open(&look) {
            self.hub.with(|world| world.truth.counts.held_back += 1);
            return Err(CallError::NotCalled(Box::new(look)));
        }
        let call = call.clone();
        self.hub.ask(|world, reply| world.called(call, reply)).await
    }

    fn follow(&self, task: &TaskRef) {
        assert_eq!(task.vcenter.as_str(), VCENTER, "a task of another vCenter");
        let moref = task.moref.clone();
        self.hub.with(|world| {
            world.touch(Touch::Follow, &[]);
            if world.dead || !world.vcenter.followed.insert(moref.clone()) {
                return;
            }
            // It is read once; what happens later is told as it happens.
            let delay = world.rng.between(5, 300);
            world.after(delay, Of::Process, move |world| {
                let update = world.update(&moref);
                world.hear_of(0, update);
            });
        });
        self.hub.news.notify_one();
    }

    async fn cancel(&self, task: &TaskRef) -> Result<(), ReadError> {
        let moref = task.moref.clone();
        let cancel = move |world: &mut World| world.cancel_task(&moref).map_err(ReadError::Fault);
        self.hub.ask(|world, reply| world.read(reply, cancel)).await
    }

    async fn investigate(&self, vm: &Moref, since: Timestamp) -> Result<Evidence, ReadError> {
        // The tasks first and the tree after them, as the real client reads.
        let of = vm.clone();
        let tasks = self.hub.ask(|world, reply| world.read(reply, move |world| Ok(world.seen(&of, since)))).await?;
        let of = vm.clone();
        let mut survey = self.hub.ask(|world, reply| world.read(reply, move |world| world.survey(&of))).await?;
        Ok(Evidence { server_time: survey.server_time, tree: std::mem::take(&mut survey.tree), tasks })
    }

    async fn own_tasks(&self, since: Option<Timestamp>) -> Result<OwnTasks, ReadError> {
        let read = move |world: &mut World| Ok(world.own_tasks(since));
        self.hub.ask(|world, reply| world.read(reply, read)).await
    }

    async fn privileges(&self, _vm: &Moref, wanted: &[&str]) -> Result<Vec<bool>, ReadError> {
        let count = wanted.len();
        self.hub.ask(|world, reply| world.read(reply, move |_| Ok(vec![true; count]))).await
    }

    async fn about(&self) -> Result<About, ReadError> {
        let about = |world: &mut World| {
            Ok(About {
                full_name: "simulated".to_owned(),
                api_version: "8.0".to_owned(),
                spoken_version: "8.0".to_owned(),
                server_time: world.vcenter_time(),
                account: "bot".to_owned(),
            })
        };
        self.hub.ask(|world, reply| world.read(reply, about)).await
    }
}
