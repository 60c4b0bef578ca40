//! Traces of a call whose answer was lost: the VM's tree now, and the tasks that vCenter remembers for it.
//!
//! `recentTask` keeps about ten minutes, the history longer. The history needs more rights than some accounts have, so
//! without it the recent tasks have to do; that they were read at all is what counts as evidence.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::evidence::{Evidence, SeenTask};
use crate::domain::ids::Moref;
use crate::domain::reconcile::OwnTask;
use crate::engine::ports::OwnTasks;

use super::reading::{read_all, whole};
use super::session::{Session, manager};
use super::survey::{TASK, gone};
use super::transport::WireError;
use super::wire::names;
use super::wire::objects::task_infos;
use super::wire::request::{self, Wanted};
use super::wire::scalars::Kind;
use super::wire::service::returned_ref;
use super::wire::tasks::TaskInfo;

/// How many tasks of the history are read at once, and in how many steps at most: nobody has 1,000 tasks on one VM in the
/// minutes since a lost call.
const HISTORY_PAGE: usize = 100;
const HISTORY_PAGES: usize = 10;

/// The same for everybody's tasks of a day: vCenter gives 1,000 at once at most, and the largest ones have some ten thousand a day.
const DAY_PAGE: usize = 1_000;
const DAY_PAGES: usize = 200;

const VM: Wanted = Wanted { kind: "VirtualMachine", paths: &["snapshot"] };

/// Reads the tree and the tasks queued at `since` (vCenter's clock) or later, oldest first.
pub(crate) async fn investigate(session: &Session, vm: &Moref, since: Timestamp) -> Result<Evidence, WireError> {
    // The tasks first and the tree after them: a task that ends in between is then seen in the tree. Without the history the recent tasks
    // have to do.
    let mut infos = history(session, vm, since, None, (HISTORY_PAGE, HISTORY_PAGES)).await?;
    let along = request::object("VirtualMachine", vm, &["recentTask"]);
    let spec = request::filter_spec(&[VM, TASK], &along);
    let (objects, server_time) = futures_util::future::try_join(read_all(session, &spec, None), session.time()).await?;
    let mut tree = None;
    for object in objects {
        if object.kind == Kind::Task {
            infos.extend(object.props.info);
        } else if object.kind == Kind::VirtualMachine && object.moref == *vm {
            // A tree that may not be read is no trace that something went.
            tree = Some(whole(object)?.props.tree.unwrap_or_default());
        }
    }
    Ok(Evidence { server_time, tree: tree.ok_or_else(|| gone(vm))?, tasks: seen(infos, since, &session.account) })
}

/// Each task once, oldest first, none from before `since`.
fn seen(infos: Vec<TaskInfo>, since: Timestamp, account: &str) -> Vec<SeenTask> {
    let mut tasks = BTreeMap::new();
    for info in infos {
        let (Some(task), Some(queued)) = (info.task, info.queued) else {
            continue;
        };
        if queued < since {
            continue;
        }
        let seen = SeenTask {
            task: task.clone(),
            kind: info.kind,
            queued,
            ours: info.user.map(|user| user.eq_ignore_ascii_case(account)),
        };
        tasks.insert((queued, task), seen);
    }
    // The two sources may round the time of one task differently.
    let mut known = std::collections::HashSet::new();
    tasks.into_values().filter(|seen| known.insert(seen.task.clone())).collect()
}

/// Reads the tasks of the session's own account that were queued at `since` or later, oldest first.
///
/// The server is asked by time alone: how it writes the names that it compares a filter of users with is not documented, and a filter
/// that fits nothing would look like an account that did nothing.
pub(crate) async fn own_tasks(session: &Session, since: Option<Timestamp>) -> Result<OwnTasks, WireError> {
    // The clock first: whatever was queued before this moment is in what is read after it.
    let server_time = session.time().await?;
    let Some(since) = since else { return Ok(OwnTasks { server_time, tasks: Vec::new() }) };
    let manager = manager(session.content.task_manager.as_ref(), "task manager")?;
    let create = request::create_task_history(manager, None, since, None);
    let (infos, whole) = collected(session, &create, (DAY_PAGE, DAY_PAGES)).await?;
    if !whole {
        let why = format!("there are more than {} tasks since {since}", DAY_PAGE * DAY_PAGES);
        return Err(WireError::NoAnswer(why));
    }
    let own = |info: &TaskInfo| info.user.as_ref().is_some_and(|user| user.eq_ignore_ascii_case(&session.account));
    let task = |info: TaskInfo| {
        let vm_name = names::unescape(&info.entity_name);
        Some(OwnTask { task: info.task?, kind: info.kind, vm: info.vm, vm_name, queued: info.queued? })
    };
    let mut tasks: Vec<OwnTask> = infos.into_iter().filter(own).filter_map(task).collect();
    tasks.retain(|task| task.queued >= since);
    tasks.sort_by(|a, b| (a.queued, &a.task).cmp(&(b.queued, &b.task)));
    tasks.dedup_by(|a, b| a.task == b.task);
    Ok(OwnTasks { server_time, tasks })
}

/// The tasks of a VM that were queued in a time. Without the right to read the history there are none, and callers use their other source.
pub(crate) async fn history(
    session: &Session,
    vm: &Moref,
    since: Timestamp,
    until: Option<Timestamp>,
    pages: Pages,
) -> Result<Vec<TaskInfo>, WireError> {
    let read = async {
        let manager = manager(session.content.task_manager.as_ref(), "task manager")?;
        let create = request::create_task_history(manager, Some(vm), since, until);
        collected(session, &create, pages).await
    };
    match read.await {
        Err(error) if error.is_refusal() => {
            tracing::debug!(%vm, why = error.words(), "the task history cannot be read");
            Ok(Vec::new())
        }
        read => read.map(|(tasks, _)| tasks),
    }
}

/// How many tasks are read at once, and in how many steps at most.
pub(crate) type Pages = (usize, usize);

/// What a new collector tells, from its oldest task on, and whether that is all of it.
async fn collected(session: &Session, create: &str, pages: Pages) -> Result<(Vec<TaskInfo>, bool), WireError> {
    let collector = session.ask(create, returned_ref).await?;
    let read = read_history(session, &collector, pages).await;
    // vCenter allows 32 collectors in a session.
    session.destroy(request::destroy_task_history(&collector)).await;
    read
}

async fn read_history(
    session: &Session,
    collector: &Moref,
    (page, pages): Pages,
) -> Result<(Vec<TaskInfo>, bool), WireError> {
    let mut all = Vec::new();
    for _ in 0..pages {
        // A new collector stands before its oldest task, so this reads from old to new.
        let some = session.ask(&request::read_next_tasks(collector, page), task_infos).await?;
        let last = some.len() < page;
        all.extend(some);
        if last {
            return Ok((all, true));
        }
    }
    Ok((all, false))
}

#[cfg(test)]
mod tests;
