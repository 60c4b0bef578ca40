//! Histories: a filter over all tasks or events that vCenter remembers, read page by page in either direction.

use jiff::Timestamp;

use super::dispatch::{Outcome, Request, nothing, value};
use super::events::EventFilter;
use super::fault::Fault;
use super::generate::ROOT;
use super::id::{Id, Kind};
use super::task::Task;
use super::value::{Data, Value};
use super::world::World;
use super::xml::Element;

/// How many entries the newest page holds unless the client says otherwise (vSphere: 10 in the documentation).
const PAGE: usize = 10;

/// The part that filters over tasks and filters over events share.
#[derive(Debug)]
pub(super) struct Scope {
    /// The entity whose tasks are wanted, and those of what lies below it: `self`, `children` or `all`.
    entity: Option<(Id, String)>,
    timed: bool,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// Empty for everybody.
    users: Vec<String>,
}

impl Scope {
    /// Reads the `entity`, `time` and `userName` of a filter.
    pub(super) fn read(filter: &Element, world: &World) -> Result<Self, Fault> {
        let moment = |name: &str| {
            let moment = filter.within("time").child(name).map(|moment| moment.text.trim().parse());
            moment.transpose().map_err(|_| Fault::invalid_argument(name))
        };
        Ok(Self {
            entity: filter.child("entity").map(|by| entity(by, world)).transpose()?,
            timed: filter.child("time").is_some(),
            from: moment("beginTime")?,
            until: moment("endTime")?,
            users: filter.within("userName").texts("userList"),
        })
    }

    /// Whether something of a VM that a user did is in it. The date counts where the filter has a time.
    pub(super) fn has(&self, world: &World, vm: u32, user: &str, date: Option<Timestamp>) -> bool {
        let in_time =
            |date: Timestamp| self.from.is_none_or(|from| date >= from) && self.until.is_none_or(|until| date <= until);
        self.entity.as_ref().is_none_or(|(id, recursion)| world.is_below(vm, *id, recursion))
            && (!self.timed || date.is_some_and(in_time))
            && (self.users.is_empty() || self.users.iter().any(|wanted| wanted == user))
    }
}

fn entity(by: &Element, world: &World) -> Result<(Id, String), Fault> {
    let entity = by.child("entity").ok_or_else(|| Fault::invalid_argument("filter.entity"))?;
    Ok((world.existing(entity, None)?, by.word("recursion").to_owned()))
}

/// A `TaskHistoryCollector` or an `EventHistoryCollector`.
#[derive(Debug)]
pub(super) struct History {
    of: Recorded,
    /// The number of the last task or event that was read going forward; the first below it is the next going back.
    position: u32,
    page: usize,
}

/// What a history is of, and which of that is wanted.
#[derive(Debug)]
enum Recorded {
    Tasks {
        scope: Scope,
        /// Which of a task's moments the scope's time is about.
        time_type: String,
        /// Empty for all.
        states: Vec<String>,
    },
    Events(EventFilter),
}

impl Recorded {
    /// Everything that fits and whose number is wanted, the oldest first.
    fn fitting<'a>(
        &'a self,
        world: &'a World,
        wanted: impl Fn(u32) -> bool + 'a,
    ) -> Box<dyn DoubleEndedIterator<Item = (u32, Data)> + 'a> {
        match self {
            Self::Tasks { scope, time_type, states } => {
                let fits = move |task: &&Task| {
                    let moment = match time_type.as_str() {
                        "startedTime" => task.started,
                        "completedTime" => task.completed,
                        _ => Some(task.queued),
                    };
                    let date = moment.map(|moment| world.clock.date_at(moment));
                    wanted(task.n)
                        && scope.has(world, task.vm, &task.user, date)
                        && (states.is_empty() || states.iter().any(|state| state == task.state.wire()))
                };
                Box::new(world.tasks.values().filter(fits).map(|task| (task.n, world.task_info(task))))
            }
            Self::Events(filter) => {
                let numbered = world.events.keyed().map(|(key, event)| (u32::try_from(key).unwrap_or(0), key, event));
                let found = numbered.filter(move |(n, _, event)| wanted(*n) && filter.has(world, event));
                Box::new(found.map(|(n, key, event)| (n, event.data(key))))
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Tasks { .. } => "TaskInfo",
            Self::Events(_) => "Event",
        }
    }
}

impl History {
    fn new(of: Recorded) -> Self {
        Self { of, position: 0, page: PAGE }
    }

    /// The next entries after the position, oldest first.
    pub(super) fn next(&mut self, most: usize, world: &World) -> Value {
        let position = self.position;
        let found = self.of.fitting(world, move |n| n > position).take(most).collect();
        self.read(found)
    }

    /// The entries before the position, newest first.
    pub(super) fn previous(&mut self, most: usize, world: &World) -> Value {
        let position = self.position;
        let found = self.of.fitting(world, move |n| n < position).rev().take(most).collect();
        self.read(found)
    }

    fn read(&mut self, found: Vec<(u32, Data)>) -> Value {
        if let Some((last, _)) = found.last() {
            self.position = *last;
        }
        self.page_of(found.into_iter())
    }

    /// The newest page, newest first.
    pub(super) fn latest(&self, world: &World) -> Value {
        self.page_of(self.of.fitting(world, |_| true).rev().take(self.page))
    }

    fn page_of(&self, found: impl Iterator<Item = (u32, Data)>) -> Value {
        Value::list(self.of.kind(), found.map(|(_, entry)| entry))
    }
}

/// How a history is read on from its position.
type ReadPage = fn(&mut History, usize, &World) -> Value;

impl World {
    /// Whether something of a VM is found by a filter that asks for an entity (`self`, `children` or `all`).
    fn is_below(&self, vm: u32, wanted: Id, recursion: &str) -> bool {
        let own = Id::vm(vm);
        if own == wanted {
            return recursion != "children";
        }
        // The root also has what happened to VMs that are gone.
        let above = || std::iter::successors(self.parent(own), |id| self.parent(*id));
        recursion != "self" && (wanted == ROOT || above().any(|id| id == wanted))
    }

    pub(super) fn create_task_history(&mut self, request: &Request<'_>) -> Outcome {
        let filter = request.call.filter();
        let tasks = Recorded::Tasks {
            scope: Scope::read(filter, self)?,
            time_type: filter.within("time").word("timeType").to_owned(),
            states: filter.texts("state"),
        };
        self.add_history(request, Kind::TaskHistory, tasks)
    }

    pub(super) fn create_event_history(&mut self, request: &Request<'_>) -> Outcome {
        let events = Recorded::Events(EventFilter::read(request.call.filter(), self)?);
        self.add_history(request, Kind::EventHistory, events)
    }

    fn add_history(&mut self, request: &Request<'_>, kind: Kind, of: Recorded) -> Outcome {
        let id = Id::new(kind, self.next_number());
        self.own_session(request)?.histories.insert(id, History::new(of));
        value(id)
    }

    pub(super) fn destroy_history(&mut self, request: &Request<'_>) -> Outcome {
        self.own_session(request)?.histories.remove(&request.this);
        nothing()
    }

    /// `ReadNextTasks`, `ReadPreviousEvents` and the like
    pub(super) fn read_history(&mut self, request: &Request<'_>, read: ReadPage) -> Outcome {
        let most = max_count(request)?;
        // Taken out while it reads the world that it hangs in.
        let taken = self.own_session(request)?.histories.remove(&request.this);
        let mut history = taken.ok_or_else(|| Fault::gone_id(request.this))?;
        let page = read(&mut history, most, self);
        self.own_session(request)?.histories.insert(request.this, history);
        value(page)
    }

    /// `RewindCollector` goes to the oldest entry, where a new collector begins, `ResetCollector` behind the newest.
    pub(super) fn place_history(&mut self, request: &Request<'_>, position: u32) -> Outcome {
        self.history(request)?.position = position;
        nothing()
    }

    pub(super) fn set_history_page(&mut self, request: &Request<'_>) -> Outcome {
        self.history(request)?.page = max_count(request)?;
        nothing()
    }

    fn history(&mut self, request: &Request<'_>) -> Result<&mut History, Fault> {
        self.own_session(request)?.histories.get_mut(&request.this).ok_or_else(|| Fault::gone_id(request.this))
    }
}

fn max_count(request: &Request<'_>) -> Result<usize, Fault> {
    let asked = request.call.number("maxCount").and_then(|most| usize::try_from(most).ok());
    asked.ok_or_else(|| Fault::invalid_argument("maxCount"))
}
