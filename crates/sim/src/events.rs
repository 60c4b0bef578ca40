//! The event log: who had which task begun on which VM. It is kept for longer than the tasks are remembered.
//!
//! Of vCenter's many kinds of event there is one, `TaskEvent`. A filter that asks for something that no such event can have is refused,
//! so that a client does not take silence for an answer.

use std::collections::{HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::dispatch::{Outcome, Request, many};
use super::fault::Fault;
use super::history::Scope;
use super::id::Id;
use super::task::Task;
use super::value::{Data, Value, capped, data};
use super::vm::{Snapshot, Vm};
use super::world::World;
use super::xml::Element;

/// How many events are kept, and how many one answer holds at the most.
const KEPT: usize = 100_000;
const ANSWERED: usize = 1_000;

/// What such events are called, as a type and as an id.
const TYPE: &str = "TaskEvent";
const TYPE_ID: &str = "vim.event.TaskEvent";

/// How long they are kept (vCenter: 30 days unless an administrator says otherwise).
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who took the snapshots that a world is made with.
const PEOPLE: &[&str] = &["VSPHERE.LOCAL\\Administrator", "EXAMPLE\\jsmith", "EXAMPLE\\mmartin"];

/// The account of the bot whose mark some have.
const BOT: &str = "VSPHERE.LOCAL\\snapwarden";

/// One in so many of a new world's snapshots has no event, so that nobody knows who took it.
const UNKNOWN_ONE_IN: u32 = 5;

/// Parts of a filter that are answered.
const KNOWN: &[&str] = &["entity", "time", "userName", "disableFullMessage", "type", "eventTypeId", "maxCount"];

/// One task that was begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Begun {
    /// When.
    pub(super) at: Timestamp,
    /// By whom.
    pub(super) user: String,
    /// The VM.
    pub(super) vm: u32,
    /// Its name then.
    pub(super) vm_name: String,
    /// The task.
    pub(super) task: u32,
    /// The method that began it.
    pub(super) method: String,
    /// `TaskInfo.descriptionId`
    pub(super) kind: String,
}

/// All of them, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Events {
    log: VecDeque<Begun>,
    /// How many were dropped: an event's key is its place in all there ever were.
    dropped: i32,
}

impl Events {
    /// Adds an event that is newer than all others.
    pub(super) fn add(&mut self, event: Begun) {
        if self.log.len() >= KEPT {
            self.drop_oldest();
        }
        self.log.push_back(event);
    }

    /// Puts what came before everything that is logged into its order.
    pub(super) fn add_past(&mut self, mut events: Vec<Begun>) {
        events.extend(self.log.drain(..));
        events.sort_by_key(|event| event.at);
        self.log = events.into();
    }

    /// Forgets what is older, as vCenter does after some time.
    pub(super) fn forget_before(&mut self, date: Timestamp) {
        while self.log.front().is_some_and(|event| event.at < date) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        self.log.pop_front();
        self.dropped = self.dropped.saturating_add(1);
    }

    pub(super) fn keyed(&self) -> impl DoubleEndedIterator<Item = (i32, &Begun)> {
        let log = self.log.iter().enumerate();
        log.map(|(place, event)| (self.dropped.saturating_add(capped(place)).saturating_add(1), event))
    }
}

impl Begun {
    /// The event as it is sent.
    pub(super) fn data(&self, key: i32) -> Data {
        let vm = Id::vm(self.vm);
        let task = Id::task(self.task);
        let chain = capped(self.task);
        let info = data! { TaskInfo {
            key: task.to_string(),
            task,
            name: self.method.as_str(),
            descriptionId: self.kind.as_str(),
            entity: vm,
            entityName: &self.vm_name,
            state: Value::of_enum("TaskInfoState", "queued"),
            cancelled: false,
            cancelable: false,
            reason: data! { derived TaskReasonUser { userName: self.user.as_str() } },
            queueTime: self.at,
            eventChainId: chain,
        } };
        data! { derived TaskEvent {
            key,
            chainId: chain,
            createdTime: self.at,
            userName: self.user.as_str(),
            vm: data! { VmEventArgument { name: &self.vm_name, vm } },
            fullFormattedMessage: format!("Task: {}", self.kind),
            info,
        } }
    }
}

/// An `EventFilterSpec`.
#[derive(Debug)]
pub(super) struct EventFilter {
    scope: Scope,
    /// Whether the types and ids that it asks for are those that there are.
    known_type: bool,
    most: usize,
}

impl EventFilter {
    pub(super) fn read(filter: &Element, world: &World) -> Result<Self, Fault> {
        if let Some(unknown) = filter.children.iter().find(|part| !KNOWN.contains(&part.name.as_str())) {
            return Err(Fault::not_supported(format!("The simulator does not know filter.{}.", unknown.name)));
        }
        let (types, ids) = (filter.texts("type"), filter.texts("eventTypeId"));
        if !types.is_empty() && !ids.is_empty() {
            return Err(Fault::invalid_argument("filter.eventTypeId"));
        }
        let among =
            |names: &[String], own: &[&str]| names.is_empty() || names.iter().any(|name| own.contains(&name.as_str()));
        Ok(Self {
            scope: Scope::read(filter, world)?,
            known_type: among(&types, &["Event", TYPE]) && among(&ids, &[TYPE, TYPE_ID]),
            most: filter.word("maxCount").parse().unwrap_or(ANSWERED).min(ANSWERED),
        })
    }

    pub(super) fn has(&self, world: &World, event: &Begun) -> bool {
        self.known_type && self.scope.has(world, event.vm, &event.user, Some(event.at))
    }
}

/// `EventManager.description`
pub(super) fn event_description() -> Data {
    let full = "Task: {info.descriptionId}";
    let detail = data! { EventDescriptionEventDetail {
        key: TYPE,
        description: "Task event",
        category: "info",
        formatOnDatacenter: full,
        formatOnComputeResource: full,
        formatOnHost: full,
        formatOnVm: full,
        fullFormat: full,
    } };
    let info = data! { ElementDescription { label: "Information", summary: "Information", key: "info" } };
    data! { EventDescription {
        category: Value::list("ElementDescription", [info]),
        eventInfo: Value::list("EventDescriptionEventDetail", [detail]),
    } }
}

impl World {
    /// Logs that a task was begun.
    pub(super) fn log_begun(&mut self, task: &Task) {
        let begun = self.begun(task);
        self.events.add(begun);
    }

    fn begun(&self, task: &Task) -> Begun {
        Begun {
            at: self.clock.date_at(task.queued),
            user: task.user.clone(),
            vm: task.vm,
            vm_name: task.vm_name.clone(),
            task: task.n,
            method: task.method.to_string(),
            kind: task.act.description_id().to_owned(),
        }
    }

    /// Logs what happened before the world was there, as far back as events go: the tasks that it was made with, and who took the
    /// snapshots that have none.
    pub(super) fn log_past(&mut self) {
        let oldest = self.oldest_event();
        let tasks: Vec<Begun> = self.tasks.values().map(|task| self.begun(task)).collect();
        let results = self.tasks.values().filter_map(|task| task.result.as_ref());
        let of_tasks: HashSet<Id> = results.flat_map(Value::references).collect();
        let taken = self.vms.values().flat_map(|vm| vm.snapshots.iter().map(move |snapshot| (vm, snapshot)));
        let known = taken.filter(|(_, snapshot)| {
            let counted = snapshot.n % UNKNOWN_ONE_IN != 0;
            counted && !of_tasks.contains(&Id::snapshot(snapshot.n))
        });
        let event = |(vm, snapshot): (&Vm, &Snapshot)| Begun {
            at: snapshot.created,
            user: taken_by(snapshot).to_owned(),
            vm: vm.n,
            vm_name: vm.name.clone(),
            // No task has its number: numbers are never used twice.
            task: snapshot.n,
            method: "CreateSnapshot_Task".to_owned(),
            kind: "VirtualMachine.createSnapshot".to_owned(),
        };
        let mut events: Vec<Begun> = known.map(event).chain(tasks).collect();
        events.retain(|event| event.at >= oldest);
        self.events.add_past(events);
    }

    /// Forgets the events that are too old.
    pub(super) fn forget_old_events(&mut self) {
        let oldest = self.oldest_event();
        self.events.forget_before(oldest);
    }

    fn oldest_event(&self) -> Timestamp {
        self.now().checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN)
    }

    /// `QueryEvents`: the events that fit a filter, the oldest first.
    pub(super) fn query_events(&mut self, request: &Request<'_>) -> Outcome {
        let filter = EventFilter::read(request.call.filter(), self)?;
        let found = self.events.keyed().filter(|(_, event)| filter.has(self, event));
        many(found.take(filter.most).map(|(key, event)| event.data(key)))
    }

    /// The newest event.
    pub(super) fn latest_event(&self) -> Option<Data> {
        self.events.keyed().next_back().map(|(key, event)| event.data(key))
    }
}

/// Who took one of the snapshots that a world is made with: the same in every world of one seed.
fn taken_by(snapshot: &Snapshot) -> &'static str {
    if snapshot.description.contains("[snapwarden R-") {
        return BOT;
    }
    let place = usize::try_from(snapshot.n).unwrap_or(0) % PEOPLE.len();
    PEOPLE.get(place).copied().unwrap_or_default()
}
