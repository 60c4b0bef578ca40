//! Every running task followed by one wait.
//!
//! A task that is to be followed gets a filter in a collector of its own, several at once share one, and its state is read
//! once after that: what happened before the filter is in the read, what happens later is in the wait, and a server that
//! does not wake a wait for a new filter loses nothing. Filters are destroyed between two waits, when all their tasks ended.

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::sync::Mutex;

use tokio::sync::Notify;

use crate::domain::call::{TaskState, TaskUpdate};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::ids::{Moref, TaskRef, VCenterName};
use crate::engine::ports::VCenterEvent;
use crate::telemetry::names;

use super::client::Shared;
use super::inventory::{destroy_filter, wait};
use super::reading::read_all;
use super::session::{Session, lock};
use super::transport::WireError;
use super::wire::objects::{Motion, UpdateSet};
use super::wire::request::{self, Wanted};
use super::wire::service::returned_ref;
use super::wire::tasks::{Phase, TaskProps};

/// How many tasks share one filter at most: some 10 kB of request.
const TASKS_PER_FILTER: usize = 100;

const TASK: Wanted = Wanted {
    kind: "Task",
    paths: &[
        "info.state",
        "info.progress",
        "info.cancelable",
        "info.result",
        "info.error",
        "info.startTime",
        "info.completeTime",
    ],
};

/// The tasks that somebody follows and that have not ended.
#[derive(Debug)]
pub(crate) struct Followed {
    vcenter: VCenterName,
    open: Mutex<HashMap<Moref, Row>>,
    more: Notify,
}

/// One followed task: what is known, and what was told last.
#[derive(Debug, Default)]
struct Row {
    known: TaskProps,
    told: Option<TaskUpdate>,
}

impl Followed {
    /// Nothing followed yet of this vCenter.
    pub(crate) fn of(vcenter: VCenterName) -> Self {
        Self { vcenter, open: Mutex::default(), more: Notify::new() }
    }

    /// Changes what is followed, and counts what is.
    fn change<T>(&self, change: impl FnOnce(&mut HashMap<Moref, Row>) -> T) -> T {
        let mut open = lock(&self.open);
        let changed = change(&mut open);
        let tasks = u32::try_from(open.len()).unwrap_or(u32::MAX);
        metrics::gauge!(names::TASKS_FOLLOWED, "vcenter" => self.vcenter.to_string()).set(tasks);
        changed
    }

    pub(crate) fn add(&self, task: &Moref) {
        self.change(|open| {
            open.entry(task.clone()).or_default();
        });
        self.more.notify_one();
    }

    fn open(&self) -> Vec<Moref> {
        lock(&self.open).keys().cloned().collect()
    }

    fn is_open(&self, task: &Moref) -> bool {
        lock(&self.open).contains_key(task)
    }

    /// Takes in what vCenter tells; gives what is new in it. A task that ended is not followed any more.
    fn learn(&self, task: &TaskRef, newer: TaskProps) -> Option<TaskUpdate> {
        self.change(|open| {
            let row = open.get_mut(&task.moref)?;
            row.known.merge(newer);
            let update = update_of(task, &row.known)?;
            if row.told.as_ref() == Some(&update) {
                return None;
            }
            if has_ended(&update.state) {
                open.remove(&task.moref);
            } else {
                row.told = Some(update.clone());
            }
            Some(update)
        })
    }

    /// Takes in that vCenter does not know a task any more.
    fn lose(&self, task: &TaskRef) -> Option<TaskUpdate> {
        self.change(|open| open.remove(&task.moref)).map(|_| TaskUpdate {
            task: task.clone(),
            state: TaskState::Gone,
            percent: None,
            cancelable: false,
            took: None,
        })
    }
}

fn has_ended(state: &TaskState) -> bool {
    match state {
        TaskState::Queued | TaskState::Running => false,
        TaskState::Success { .. } | TaskState::Error(_) | TaskState::Gone => true,
    }
}

/// What is known, as the rest of the house speaks of it. A state that nobody knows is shown as running: it has not ended.
fn update_of(task: &TaskRef, known: &TaskProps) -> Option<TaskUpdate> {
    let state = match known.phase? {
        Phase::Queued => TaskState::Queued,
        Phase::Running | Phase::Unknown => TaskState::Running,
        Phase::Success => TaskState::Success { result: known.result.clone() },
        Phase::Error => TaskState::Error(known.error.clone().unwrap_or_else(|| Fault {
            kind: FaultKind::Other,
            name: "Fault".to_owned(),
            message: String::new(),
        })),
    };
    Some(TaskUpdate {
        task: task.clone(),
        cancelable: !has_ended(&state) && known.cancelable.unwrap_or(false),
        took: known
            .started
            .zip(known.completed)
            .filter(|_| has_ended(&state))
            .map(|(from, to)| to.duration_since(from))
            .filter(|took| !took.is_negative()),
        state,
        percent: known.percent,
    })
}

/// Follows tasks until something fails, and says what. Cancelling it leaves a collector behind, which [`Session::tidy`]
/// throws away.
pub(crate) async fn keep(shared: &Shared, session: &Session) -> WireError {
    let watch = Watch { shared, session, covered: HashSet::new(), filters: Vec::new() };
    match watch.keep_going().await {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

/// One wait that is under way.
type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Option<UpdateSet>, WireError>> + Send + 'a>>;

/// The following of tasks within one session.
struct Watch<'a> {
    shared: &'a Shared,
    session: &'a Session,
    /// Tasks that have a filter.
    covered: HashSet<Moref>,
    /// The filters and their tasks.
    filters: Vec<(Moref, Vec<Moref>)>,
}

impl Watch<'_> {
    async fn keep_going(mut self) -> Result<std::convert::Infallible, WireError> {
        let (shared, session) = (self.shared, self.session);
        while shared.followed.open().is_empty() {
            shared.followed.more.notified().await;
        }
        let create = request::create_property_collector(&session.content.property_collector);
        let collector = &session.ask(&create, returned_ref).await?;
        session.leave(request::destroy_property_collector(collector));
        let mut version = String::new();
        let mut waiting: Option<Waiting<'_>> = None;
        loop {
            self.cover(collector).await?;
            if waiting.is_none() {
                self.uncover().await?;
                if !self.filters.is_empty() {
                    let version = version.clone();
                    waiting = Some(Box::pin(async move { wait(session, collector, &version).await }));
                }
            }
            let Some(wait) = waiting.as_mut() else {
                shared.followed.more.notified().await;
                continue;
            };
            tokio::select! {
                set = wait => {
                    waiting = None;
                    if let Some(set) = set? {
                        version.clone_from(&set.version);
                        self.take_in(set).await?;
                    }
                }
                () = shared.followed.more.notified() => {}
            }
        }
    }

    /// Gives every open task without a filter one, and reads where it stands.
    async fn cover(&mut self, collector: &Moref) -> Result<(), WireError> {
        let open = self.shared.followed.open();
        let fresh: Vec<Moref> = open.into_iter().filter(|task| !self.covered.contains(task)).collect();
        for tasks in fresh.chunks(TASKS_PER_FILTER) {
            self.cover_together(collector, tasks).await?;
        }
        Ok(())
    }

    async fn cover_together(&mut self, collector: &Moref, tasks: &[Moref]) -> Result<(), WireError> {
        match (self.create_filter(collector, tasks).await, tasks) {
            (Err(error), [task]) if error.is(FaultKind::NotFound) => self.lose(task),
            // One of them is gone, and this server names it instead of leaving it out.
            (Err(error), _) if error.is(FaultKind::NotFound) => {
                for task in tasks.chunks(1) {
                    Box::pin(self.cover_together(collector, task)).await?;
                }
            }
            (created, _) => {
                created?;
                self.read(tasks).await?;
            }
        }
        Ok(())
    }

    async fn create_filter(&mut self, collector: &Moref, tasks: &[Moref]) -> Result<(), WireError> {
        let create = request::create_filter(collector, &specification(tasks));
        let filter = self.session.ask(&create, returned_ref).await?;
        self.covered.extend(tasks.iter().cloned());
        self.filters.push((filter, tasks.to_vec()));
        Ok(())
    }

    /// Reads where tasks stand; one that is not in the answer is gone.
    async fn read(&self, tasks: &[Moref]) -> Result<(), WireError> {
        let read = match read_all(self.session, &specification(tasks), None).await {
            Err(error) if error.is(FaultKind::NotFound) && tasks.len() > 1 => {
                for task in tasks.chunks(1) {
                    Box::pin(self.read(task)).await?;
                }
                return Ok(());
            }
            Err(error) if error.is(FaultKind::NotFound) => Vec::new(),
            read @ (Ok(_) | Err(_)) => read?,
        };
        let mut gone: HashSet<&Moref> = tasks.iter().collect();
        for object in read {
            gone.remove(&object.moref);
            self.learn(&object.moref, object.props.task);
        }
        gone.into_iter().for_each(|task| self.lose(task));
        Ok(())
    }

    async fn take_in(&mut self, set: UpdateSet) -> Result<(), WireError> {
        let mut left = Vec::new();
        for update in set.updates {
            match update.motion {
                Motion::Here => self.learn(&update.object.moref, update.object.props.task),
                Motion::Left => left.push(update.object.moref),
            }
        }
        // A task that goes out of view before it ended: read how it stands rather than guess.
        left.retain(|task| self.shared.followed.is_open(task));
        if left.is_empty() { Ok(()) } else { self.read(&left).await }
    }

    /// Destroys the filters whose tasks have all ended.
    async fn uncover(&mut self) -> Result<(), WireError> {
        let followed = &self.shared.followed;
        let (needed, over): (Vec<_>, Vec<_>) = std::mem::take(&mut self.filters)
            .into_iter()
            .partition(|(_, tasks)| tasks.iter().any(|task| followed.is_open(task)));
        self.filters = needed;
        for (filter, tasks) in over {
            for task in &tasks {
                self.covered.remove(task);
            }
            destroy_filter(self.session, &filter).await?;
        }
        Ok(())
    }

    fn learn(&self, task: &Moref, props: TaskProps) {
        if let Some(update) = self.shared.followed.learn(&self.shared.task_ref(task), props) {
            self.shared.tell(VCenterEvent::Task(update));
        }
    }

    fn lose(&self, task: &Moref) {
        if let Some(update) = self.shared.followed.lose(&self.shared.task_ref(task)) {
            self.shared.tell(VCenterEvent::Task(update));
        }
    }
}

fn specification(tasks: &[Moref]) -> String {
    let objects: String = tasks.iter().map(|task| request::object("Task", task, &[])).collect();
    request::filter_spec(&[TASK], &objects)
}

#[cfg(test)]
mod tests;
