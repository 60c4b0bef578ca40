//! Tasks: what is being done to a VM, how far it is and how it ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::id::Id;
use super::value::{Data, Value, Word, capped, data};
use super::vm::{Power, Vm};

/// The change that a task makes when it ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Act {
    /// Takes a snapshot.
    Create {
        /// Its name as vCenter stores it.
        name: String,
        /// Its description.
        description: String,
        /// Whether memory was asked for.
        memory: bool,
        /// Whether quiescing was asked for.
        quiesce: bool,
    },
    /// Goes back to a snapshot.
    Revert {
        /// Which one.
        snapshot: u32,
        /// `suppressPowerOn`
        suppress: bool,
    },
    /// Deletes a snapshot.
    Remove {
        /// Which one.
        snapshot: u32,
        /// Whether everything below it goes too.
        children: bool,
        /// Whether the disks are merged.
        consolidate: bool,
    },
    /// Deletes every snapshot.
    RemoveAll {
        /// Whether the disks are merged.
        consolidate: bool,
    },
    /// Merges disks that no snapshot accounts for.
    Consolidate,
    /// Reckons how much room that takes.
    Estimate,
    /// Changes the power state.
    Power(Power),
    /// Gives the VM another name, as vCenter stores it.
    Rename(String),
    /// Deletes the VM.
    Destroy,
}

impl Act {
    /// `descriptionId` as vCenter writes it for this act.
    pub(super) fn description_id(&self) -> &'static str {
        match self {
            Self::Create { .. } => "VirtualMachine.createSnapshot",
            Self::Revert { .. } => "vm.Snapshot.revert",
            Self::Remove { .. } => "vm.Snapshot.remove",
            Self::RemoveAll { .. } => "VirtualMachine.removeAllSnapshots",
            Self::Consolidate => "VirtualMachine.consolidateDisks",
            Self::Estimate => "VirtualMachine.estimateStorageRequirementForConsolidate",
            Self::Power(Power::On) => "VirtualMachine.powerOn",
            Self::Power(Power::Off) => "VirtualMachine.powerOff",
            Self::Power(Power::Suspended) => "VirtualMachine.suspend",
            Self::Rename(_) => "ManagedEntity.rename",
            Self::Destroy => "VirtualMachine.destroy",
        }
    }

    /// Whether vCenter lets it be cancelled. A deletion or a revert has gone too far as soon as it begins.
    pub(super) fn cancelable(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::Consolidate)
    }

    /// Whether it deletes snapshots.
    pub(super) fn removes(&self) -> bool {
        matches!(self, Self::Remove { .. } | Self::RemoveAll { .. })
    }

    /// Whether it takes a snapshot, goes back to one or deletes some.
    pub(super) fn changes_snapshots(&self) -> bool {
        self.removes() || matches!(self, Self::Create { .. } | Self::Revert { .. })
    }

    /// Whether it moves data between disks, so that its percentage stands still near its end.
    pub(super) fn merges(&self) -> bool {
        self.removes() || matches!(self, Self::Consolidate)
    }

    /// How long it takes, as a part of the time that the options give to a task.
    pub(super) fn share(&self) -> f64 {
        if self.changes_snapshots() || self.merges() {
            1.0
        } else if matches!(self, Self::Power(_)) {
            0.5
        } else {
            0.25
        }
    }
}

/// The state of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Waiting.
    Queued,
    /// Being done.
    Running,
    /// Done.
    Success,
    /// Ended by a fault.
    Error,
}

impl State {
    /// As `TaskInfoState` has it.
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Success => "success",
            Self::Error => "error",
        }
    }
}

/// One task. Moments are counts of the simulator's monotonic time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Task {
    /// The number in its reference.
    pub(super) n: u32,
    /// The method that began it.
    pub(super) method: Word,
    /// The change that it makes.
    pub(super) act: Act,
    /// The VM.
    pub(super) vm: u32,
    /// The VM's name when it began.
    pub(super) vm_name: String,
    /// Who began it.
    pub(super) user: String,
    /// When it was asked for.
    pub(super) queued: Duration,
    /// When it began.
    pub(super) started: Option<Duration>,
    /// When it ended.
    pub(super) completed: Option<Duration>,
    /// How long it takes from being asked for.
    pub(super) length: Duration,
    /// Where it stands.
    pub(super) state: State,
    /// How far it is, 0 to 100, while it runs. It follows from the times.
    #[serde(skip)]
    pub(super) progress: i32,
    /// When a cancellation will have taken hold, if one was asked for.
    pub(super) cancel_at: Option<Duration>,
    /// `TaskInfo.result`
    pub(super) result: Option<Value>,
    /// `TaskInfo.error`
    pub(super) error: Option<Fault>,
    /// A fault that a plan has in store for its end.
    pub(super) doom: Option<Fault>,
    /// Whether a plan has it leave disks behind.
    pub(super) leaves_disks: bool,
    /// Whether a plan has it skip quiescing.
    pub(super) skips_quiescing: bool,
    /// Whether a restart made vCenter forget it.
    pub(super) forgotten: bool,
}

/// How much of a task's time passes before it begins, and the most of it.
const QUEUE_SHARE: f64 = 0.05;
const QUEUE_MOST: Duration = Duration::from_millis(200);

/// How long a cancellation takes to take hold at the most.
const CANCEL_MOST: Duration = Duration::from_millis(300);

/// How many steps of percentage a task shows: as many as a person can follow in one message.
const STEPS: u32 = 20;

impl Task {
    /// A task that has just been asked for.
    pub(super) fn queued(n: u32, method: &'static str, act: Act, vm: &Vm, user: &str, at: Duration) -> Self {
        Self {
            n,
            method: method.into(),
            act,
            vm: vm.n,
            vm_name: vm.name.clone(),
            user: user.to_owned(),
            queued: at,
            started: None,
            completed: None,
            length: Duration::ZERO,
            state: State::Queued,
            progress: 0,
            cancel_at: None,
            result: None,
            error: None,
            doom: None,
            leaves_disks: false,
            skips_quiescing: false,
            forgotten: false,
        }
    }

    /// Its reference.
    pub(super) fn id(&self) -> Id {
        Id::task(self.n)
    }

    /// Whether it has not ended.
    pub(super) fn active(&self) -> bool {
        matches!(self.state, State::Queued | State::Running)
    }

    /// Whether it can be cancelled now.
    pub(super) fn cancelable(&self) -> bool {
        self.active() && self.act.cancelable() && self.cancel_at.is_none()
    }

    /// When it leaves the queue.
    pub(super) fn begins(&self) -> Duration {
        self.queued + self.length.mul_f64(QUEUE_SHARE).min(QUEUE_MOST)
    }

    /// When it ends, one way or the other.
    pub(super) fn ends(&self) -> Duration {
        let end = self.queued + self.length;
        self.cancel_at.map_or(end, |cancel| cancel.min(end))
    }

    /// Asks for its cancellation.
    pub(super) fn cancel(&mut self, now: Duration) {
        let delay = self.length.mul_f64(0.1).min(CANCEL_MOST);
        self.cancel_at.get_or_insert(now + delay);
    }

    /// The percentage at a moment while it runs. Merging goes fast up to 95 and then stays there, as in a real vCenter.
    pub(super) fn percent_at(&self, now: Duration) -> i32 {
        let length = self.length.as_secs_f64();
        let part = if length > 0.0 { now.saturating_sub(self.queued).as_secs_f64() / length } else { 1.0 };
        let percent = if self.act.merges() { (part / 0.6 * 95.0).min(95.0) } else { (part * 100.0).min(99.0) };
        #[expect(clippy::cast_possible_truncation, reason = "it lies between 0 and 99")]
        let step = (percent / 100.0 * f64::from(STEPS)).floor() as i32;
        step * 100 / i32::try_from(STEPS).unwrap_or(100)
    }

    /// When there is something new to see of it, after `now`.
    pub(super) fn next_event(&self, now: Duration) -> Duration {
        let step = self.length / STEPS;
        match self.state {
            State::Queued => self.begins(),
            State::Running | State::Success | State::Error => (now + step).min(self.ends()),
        }
    }

    /// `TaskInfo`, with moments turned into dates by `date`.
    pub(super) fn info(&self, date: impl Fn(Duration) -> jiff::Timestamp) -> Data {
        let id = self.id();
        let running = self.state == State::Running;
        data! { TaskInfo {
            key: id.to_string(),
            task: id,
            name: self.method.as_ref(),
            descriptionId: self.act.description_id(),
            entity: Id::vm(self.vm),
            entityName: &self.vm_name,
            state: Value::of_enum("TaskInfoState", self.state.wire()),
            cancelled: self.cancel_at.is_some(),
            cancelable: self.cancelable(),
            error: self.error.as_ref().map(Fault::localized),
            result: self.result.clone(),
            progress: running.then_some(self.progress),
            reason: data! { derived TaskReasonUser { userName: self.user.as_str() } },
            queueTime: date(self.queued),
            startTime: self.started.map(&date),
            completeTime: self.completed.map(&date),
            eventChainId: capped(self.n),
        } }
    }
}
