//! Task histories: a filter over all tasks that vCenter remembers, read page by page in either direction.

use jiff::Timestamp;

use super::call::Call;
use super::dispatch::{Answer, Caller, nothing, value};
use super::fault::Fault;
use super::id::{Id, Kind};
use super::task::Task;
use super::value::Value;
use super::world::World;
use super::xml::Element;

/// How many tasks the newest page holds unless the client says otherwise (vSphere: 10 in the documentation).
const PAGE: usize = 10;

/// A `TaskHistoryCollector`.
#[derive(Debug)]
pub(super) struct History {
    entity: Option<(Id, String)>,
    time: Option<(String, Option<Timestamp>, Option<Timestamp>)>,
    users: Vec<String>,
    states: Vec<String>,
    /// The number of the last task that was read going forward; the first below it is the next going back.
    position: u32,
    page: usize,
}

impl History {
    /// Reads a `TaskFilterSpec`.
    pub(super) fn read(filter: &Element, world: &World) -> Result<Self, Fault> {
        let mut history = Self {
            entity: None,
            time: None,
            users: Vec::new(),
            states: filter.all("state").map(|state| state.text.trim().to_owned()).collect(),
            position: 0,
            page: PAGE,
        };
        history.entity = filter.child("entity").map(|by| world.entity_of(by)).transpose()?;
        if let Some(by) = filter.child("time") {
            history.time = Some((word(by, "timeType"), moment(by, "beginTime")?, moment(by, "endTime")?));
        }
        if let Some(by) = filter.child("userName") {
            history.users = by.all("userList").map(|user| user.text.trim().to_owned()).collect();
        }
        Ok(history)
    }

    /// The next tasks after the position, oldest first.
    pub(super) fn next(&mut self, most: usize, world: &World) -> Value {
        let found: Vec<&Task> = world
            .tasks
            .range(self.position.saturating_add(1)..)
            .map(|(_, task)| task)
            .filter(|task| self.matches(task, world))
            .take(most)
            .collect();
        if let Some(last) = found.last() {
            self.position = last.n;
        }
        list(found, world)
    }

    /// The tasks before the position, newest first.
    pub(super) fn previous(&mut self, most: usize, world: &World) -> Value {
        let found: Vec<&Task> = world
            .tasks
            .range(..self.position)
            .rev()
            .map(|(_, task)| task)
            .filter(|task| self.matches(task, world))
            .take(most)
            .collect();
        if let Some(last) = found.last() {
            self.position = last.n;
        }
        list(found, world)
    }

    /// Goes to the oldest task: where a new collector stands.
    pub(super) fn rewind(&mut self) {
        self.position = 0;
    }

    /// Goes behind the newest task.
    pub(super) fn reset(&mut self) {
        self.position = u32::MAX;
    }

    /// Sets how many tasks the newest page holds.
    pub(super) fn set_page(&mut self, size: usize) {
        self.page = size;
    }

    /// The newest page, newest first.
    pub(super) fn latest(&self, world: &World) -> Value {
        let found = world.tasks.values().rev().filter(|task| self.matches(task, world));
        list(found.take(self.page).collect(), world)
    }

    fn matches(&self, task: &Task, world: &World) -> bool {
        self.matches_entity(task, world)
            && self.matches_time(task, world)
            && (self.users.is_empty() || self.users.contains(&task.user))
            && (self.states.is_empty() || self.states.iter().any(|state| state == task.state.wire()))
    }

    fn matches_entity(&self, task: &Task, world: &World) -> bool {
        let Some((wanted, recursion)) = &self.entity else {
            return true;
        };
        world.is_below(task.vm, *wanted, recursion)
    }

    fn matches_time(&self, task: &Task, world: &World) -> bool {
        let Some((kind, from, until)) = &self.time else {
            return true;
        };
        let moment = match kind.as_str() {
            "startedTime" => task.started,
            "completedTime" => task.completed,
            _ => Some(task.queued),
        };
        let Some(date) = moment.map(|moment| world.clock.date_at(moment)) else {
            return false;
        };
        from.is_none_or(|from| date >= from) && until.is_none_or(|until| date <= until)
    }
}

impl World {
    /// Whether something of a VM is found by a filter that asks for an entity (`self`, `children` or `all`).
    pub(super) fn is_below(&self, vm: u32, wanted: Id, recursion: &str) -> bool {
        let own = Id::new(Kind::Vm, vm);
        if own == wanted {
            return recursion != "children";
        }
        if recursion == "self" {
            return false;
        }
        // The root also has what happened to VMs that are gone.
        if wanted == super::generate::ROOT {
            return true;
        }
        let mut at = self.parent(own);
        while let Some(id) = at {
            if id == wanted {
                return true;
            }
            at = self.parent(id);
        }
        false
    }

    /// The calls on task histories.
    pub(super) fn task_history(
        &mut self,
        method: &str,
        this: Id,
        call: &Call,
        caller: &Caller,
    ) -> Result<Answer, Fault> {
        if method == "CreateCollectorForTasks" {
            let filter = call.element.child("filter").cloned().unwrap_or_default();
            let history = History::read(&filter, self)?;
            let id = Id::new(Kind::TaskHistory, self.next_number());
            if let Some(session) = self.session_mut(caller) {
                session.histories.insert(id, history);
            }
            return Ok(value(&Value::Ref(id)));
        }
        let taken = self.session_mut(caller).and_then(|session| session.histories.remove(&this));
        let Some(mut history) = taken else {
            return Err(Fault::gone_id(this));
        };
        let asked = call.number("maxCount").and_then(|most| usize::try_from(most).ok());
        let answer = match (method, asked) {
            ("DestroyCollector", _) => return Ok(nothing()),
            ("RewindCollector", _) => {
                history.rewind();
                Ok(nothing())
            }
            ("ResetCollector", _) => {
                history.reset();
                Ok(nothing())
            }
            (_, None) => Err(Fault::invalid_argument("maxCount")),
            ("SetCollectorPageSize", Some(size)) => {
                history.set_page(size);
                Ok(nothing())
            }
            ("ReadPreviousTasks", Some(most)) => Ok(value(&history.previous(most, self))),
            (_, Some(most)) => Ok(value(&history.next(most, self))),
        };
        if let Some(session) = self.session_mut(caller) {
            session.histories.insert(this, history);
        }
        answer
    }
}

fn list(tasks: Vec<&Task>, world: &World) -> Value {
    Value::list("TaskInfo", tasks.into_iter().map(|task| world.task_info(task)))
}

fn word(element: &Element, name: &str) -> String {
    element.child(name).map(|child| child.text.trim().to_owned()).unwrap_or_default()
}

fn moment(element: &Element, name: &str) -> Result<Option<Timestamp>, Fault> {
    element.child(name).map(|child| child.text.trim().parse().map_err(|_| Fault::invalid_argument(name))).transpose()
}
