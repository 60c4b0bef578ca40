//! vCenter's tasks: they wait, run, change the VM somewhere on the way, and end; one has a VM at a time.
//!
//! A deletion changes the tree long before it ends, a snapshot appears at the end of its task, a cancelled task ends where it
//! was. A vCenter that was restarted may have forgotten a task that its host goes on with; one whose list of recent tasks is
//! short does not know a task any more that has ended.

use jiff::Timestamp;
use snapwarden::domain::call::{Act, TaskState, TaskUpdate};
use snapwarden::domain::fault::{Fault, FaultKind};
use snapwarden::domain::ids::{Moref, TaskRef};
use snapwarden::engine::ports::VCenterEvent;

use super::hub::{Ms, Of, World};
use super::machines::VCENTER;

/// How long vCenter knows a task that has ended: about ten minutes.
const REMEMBERED: Ms = 600_000;

/// The same where so much goes on that recent tasks rotate away.
const ROTATED: Ms = 400;

/// One task as it really is.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) moref: Moref,
    pub(super) vm: usize,
    pub(super) act: Act,
    /// `descriptionId`.
    pub(super) kind: String,
    /// By vCenter's clock.
    pub(super) queued: Timestamp,
    pub(super) state: TaskState,
    pub(super) percent: Option<u8>,
    /// The call that it came of; none for somebody else's.
    pub(super) call: Option<usize>,
    /// Whether anything was changed, and whether all of it was.
    pub(super) begun: bool,
    pub(super) changed: bool,
    pub(super) ended: Option<Ms>,
    /// vCenter does not know it, while its host goes on with it.
    pub(super) forgotten: bool,
    cancelled: bool,
    fails: Option<Failing>,
}

/// How a task fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failing {
    pub(super) fault: &'static str,
    /// Whether the change is made all the same.
    pub(super) changes: bool,
}

/// What happens to a task next.
#[derive(Debug, Clone, Copy)]
enum Phase {
    Begin,
    Percent(u8),
    Part,
    Change,
    End,
    Cancelled,
}

/// A fault of vCenter of this type.
pub(super) fn fault(name: &str) -> Fault {
    Fault { kind: FaultKind::of(name), name: name.to_owned(), message: format!("{name} in vCenter's words") }
}

impl Task {
    fn active(&self) -> bool {
        self.ended.is_none()
    }

    /// vCenter does not know it any more. Its host goes on with it, or drops it.
    pub(super) fn forget(&mut self, aborts: bool) {
        self.forgotten = true;
        if aborts && !self.begun {
            self.fails = Some(Failing { fault: "HostNotConnected", changes: false });
        }
    }

    fn cancelable(&self) -> bool {
        let may = match self.act {
            Act::Take { .. } | Act::PowerOn => true,
            Act::Revert { .. } | Act::Delete { .. } | Act::DeleteAll | Act::Consolidate | Act::Edit { .. } => false,
        };
        self.active() && may && !self.changed && !self.cancelled
    }
}

impl World {
    /// vCenter makes a task of an act.
    pub(super) fn start_task(&mut self, vm: usize, act: Act, call: Option<usize>, fails: Option<Failing>) -> Moref {
        let number = self.vcenter.tasks.len();
        let moref = Moref::new(format!("task-{}", number + 1));
        let kind = self.kind(&act);
        let duration = self.duration(&act);
        let queued = self.vcenter_time();
        self.vcenter.tasks.push(Task {
            moref: moref.clone(),
            vm,
            act: act.clone(),
            kind,
            queued,
            state: TaskState::Queued,
            percent: None,
            call,
            begun: false,
            changed: false,
            ended: None,
            forgotten: false,
            cancelled: false,
            fails,
        });
        self.vcenter.vms[vm].task = Some(number);
        let wait = if self.rng.percent(60) { 0 } else { self.rng.between(0, 2_000) };
        // A deletion changes the tree early and merges long; everything else changes the VM late.
        let deletes = matches!(act, Act::Delete { .. } | Act::DeleteAll);
        let change = if deletes { self.rng.between(20, 60) } else { self.rng.between(50, 100) };
        let mut phase = |percent: i64, phase: Phase| {
            self.after(wait + duration * percent / 100, Of::World, move |world| world.task_goes_on(number, phase));
        };
        phase(0, Phase::Begin);
        phase(10, Phase::Part);
        phase(30, Phase::Percent(30));
        phase(70, Phase::Percent(65));
        phase(change, Phase::Change);
        phase(100, Phase::End);
        self.tell(|world| format!("vCenter starts {moref} {act:?} on {}", world.vcenter.vms[vm].moref));
        moref
    }

    fn task_goes_on(&mut self, number: usize, phase: Phase) {
        let made = Moref::new(format!("snapshot-{}", 100 + number));
        let at = self.vcenter_time();
        let quiesced = !self.vcenter.quiesce_lies;
        let task = &mut self.vcenter.tasks[number];
        if !task.active() {
            return;
        }
        let vm = &mut self.vcenter.vms[task.vm];
        let spoils = task.fails.is_some_and(|failing| !failing.changes);
        match phase {
            Phase::Begin => task.state = TaskState::Running,
            Phase::Percent(percent) => task.percent = Some(percent),
            Phase::Part => {
                if !task.cancelled && !spoils && vm.begin(&task.act) {
                    task.begun = true;
                    let call = task.call;
                    self.truth.begun(call);
                }
            }
            Phase::Change => {
                let there = vm.present && vm.has_what_it_needs(&task.act);
                if task.cancelled || spoils || !there {
                    return;
                }
                let result = vm.change(&task.act, made, quiesced, at);
                task.changed = true;
                task.begun = true;
                if self.vcenter.leaves_disks && matches!(task.act, Act::Delete { .. } | Act::DeleteAll) {
                    vm.consolidation = true;
                }
                let call = task.call;
                self.vcenter.results.insert(number, TaskState::Success { result });
                let nodes = vm.nodes.clone();
                self.truth.changed(call, self.now);
                self.truth.made_another(call, &nodes);
                self.inventory_changes();
            }
            Phase::End => {
                let state = match (task.fails, self.vcenter.results.remove(&number)) {
                    (Some(failing), _) => TaskState::Error(fault(failing.fault)),
                    (None, Some(result)) => result,
                    // What it was to work on is gone, or it was cancelled and is ending anyway.
                    (None, None) if task.cancelled => return,
                    (None, None) => TaskState::Error(fault("ManagedObjectNotFound")),
                };
                self.end_task(number, state);
            }
            Phase::Cancelled => {
                if !task.changed {
                    self.end_task(number, TaskState::Error(fault("RequestCanceled")));
                }
            }
        }
        self.tell_task(number);
    }

    fn end_task(&mut self, number: usize, state: TaskState) {
        let task = &mut self.vcenter.tasks[number];
        task.state = state;
        task.ended = Some(self.now);
        let (vm, call) = (task.vm, task.call);
        let held = if self.rng.percent(5) { self.rng.between(100, 1_500) } else { 0 };
        let vm = &mut self.vcenter.vms[vm];
        vm.task = None;
        vm.tells_disabled = true;
        vm.held_until = self.now + held;
        let ok = matches!(self.vcenter.tasks[number].state, TaskState::Success { .. });
        self.truth.ended(call, ok);
        self.tell(|world| {
            let task = &world.vcenter.tasks[number];
            format!("{} ends: {:?}", task.moref, task.state)
        });
    }

    /// vCenter is asked to cancel a task.
    pub(super) fn cancel_task(&mut self, moref: &Moref) -> Result<(), Fault> {
        let Some(number) = self.known_task(moref) else {
            return Err(fault("ManagedObjectNotFound"));
        };
        let task = &mut self.vcenter.tasks[number];
        if !task.cancelable() {
            return Err(fault("NotSupported"));
        }
        task.cancelled = true;
        let wait = self.rng.between(50, 900);
        self.after(wait, Of::World, move |world| world.task_goes_on(number, Phase::Cancelled));
        Ok(())
    }

    /// A task that vCenter knows now.
    pub(super) fn known_task(&self, moref: &Moref) -> Option<usize> {
        let keep = if self.vcenter.rotates { ROTATED } else { REMEMBERED };
        let known = |task: &Task| {
            task.moref == *moref && !task.forgotten && task.ended.is_none_or(|ended| self.now <= ended + keep)
        };
        self.vcenter.tasks.iter().position(known)
    }

    /// Where a task stands, as whoever follows it is told.
    pub(super) fn update(&self, moref: &Moref) -> TaskUpdate {
        let task = TaskRef { vcenter: VCENTER.into(), moref: moref.clone() };
        match self.known_task(moref).map(|number| &self.vcenter.tasks[number]) {
            Some(known) => TaskUpdate {
                task,
                state: known.state.clone(),
                percent: known.percent,
                cancelable: known.cancelable(),
                took: None,
            },
            None => TaskUpdate { task, state: TaskState::Gone, percent: None, cancelable: false, took: None },
        }
    }

    /// Whoever follows this task hears of it a moment later, while vCenter can be reached.
    fn tell_task(&mut self, number: usize) {
        let moref = self.vcenter.tasks[number].moref.clone();
        if self.vcenter.followed.contains(&moref) && !self.vcenter.tasks[number].forgotten {
            let update = self.update(&moref);
            let delay = self.rng.between(5, 300);
            self.hear_of(delay, update);
        }
    }

    /// The process hears of a task, unless vCenter goes away meanwhile.
    pub(super) fn hear_of(&mut self, delay: Ms, update: TaskUpdate) {
        let epoch = self.vcenter.epoch;
        self.after(delay, Of::Process, move |world| {
            let vcenter = &mut world.vcenter;
            let moref = &update.task.moref;
            let news = vcenter.followed.contains(moref) && vcenter.told.get(moref) != Some(&update);
            if !news || vcenter.away || vcenter.epoch != epoch {
                return;
            }
            if matches!(update.state, TaskState::Success { .. } | TaskState::Error(_) | TaskState::Gone) {
                // Who follows it again is told again.
                vcenter.followed.remove(moref);
                vcenter.told.remove(moref);
            } else {
                vcenter.told.insert(moref.clone(), update.clone());
            }
            if let Some(sink) = &vcenter.sink {
                // The process may be ending.
                let _gone = sink.send(VCenterEvent::Task(update));
            }
        });
    }

    /// How long an act takes.
    fn duration(&mut self, act: &Act) -> Ms {
        let (low, high) = match act {
            Act::Take { .. } => (200, 6_000),
            Act::Revert { .. } => (300, 5_000),
            Act::Delete { .. } | Act::DeleteAll => (500, 12_000),
            Act::Consolidate => (300, 8_000),
            Act::Edit { .. } | Act::PowerOn => (200, 3_000),
        };
        let long = if self.rng.percent(3) { 20 } else { 1 };
        self.rng.between(low, high) * long
    }

    /// Real servers and vcsim name the same task differently.
    fn kind(&self, act: &Act) -> String {
        let (real, simulated) = match act {
            // The task is the VM's, not the snapshot's.
            Act::Take { .. } => ("VirtualMachine.createSnapshot", "createSnapshot"),
            Act::Revert { .. } => ("vm.Snapshot.revert", "revertToSnapshot"),
            Act::Delete { .. } => ("vm.Snapshot.remove", "removeSnapshot"),
            Act::DeleteAll => ("VirtualMachine.removeAllSnapshots", "removeAllSnapshots"),
            Act::Consolidate => ("VirtualMachine.consolidateDisks", "consolidateDisks"),
            Act::Edit { .. } => ("vm.Snapshot.rename", "renameSnapshot"),
            Act::PowerOn => ("VirtualMachine.powerOn", "powerOn"),
        };
        if self.vcenter.real_kinds { real.to_owned() } else { format!("VirtualMachine.{simulated}") }
    }
}
