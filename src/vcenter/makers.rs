//! Who had snapshots taken, by what vCenter remembers: its task history, and its events where that tells nothing. Both are kept for 30
//! days unless an administrator says otherwise, and not always for the same time.
//!
//! A task of the history names the snapshot that came of it, mostly. Where it does not, the moments have to tell, and they are of two clocks: a
//! snapshot is dated by its host, tasks and events by vCenter. So everything counts that may be meant by clocks five minutes apart, and a name is
//! told only where all of that is one account's, and where there are as many tasks as snapshots that may have come of them. Otherwise nobody is named,
//! rather than somebody else.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::Moref;

use super::history::history;
use super::session::{Session, manager};
use super::transport::WireError;
use super::wire::objects::task_events;
use super::wire::request;
use super::wire::tasks::{LoggedTask, Phase, TaskInfo};

/// `descriptionId` of what takes a snapshot; newer servers write `createSnapshotEx`.
const CREATES: &str = "VirtualMachine.createSnapshot";

/// So long before a snapshot was there its task may have been asked for: with memory it takes its time.
const BEFORE: SignedDuration = SignedDuration::from_hours(1);

/// How far a host's clock may be from vCenter's, either way: then Kerberos fails, too, and somebody has noticed.
const HOST_CLOCK: SignedDuration = SignedDuration::from_mins(5);

/// How many tasks are read at once, and in how many steps at most: a VM that is backed up every hour has 1,500 in 30 days.
const PAGE: usize = 500;
const PAGES: usize = 10;

/// The accounts (`VSPHERE.LOCAL\alice`) by snapshot. A snapshot of which nothing is remembered is left out. The snapshots are given with
/// when they were taken, by vCenter's clock.
pub(crate) async fn makers(
    session: &Session,
    vm: &Moref,
    snapshots: &[(Moref, Timestamp)],
) -> Result<BTreeMap<Moref, String>, WireError> {
    let moments = || snapshots.iter().map(|(_, created)| *created);
    let (Some(first), Some(last)) = (moments().min(), moments().max()) else { return Ok(BTreeMap::new()) };
    // Not every account may read the history; then the events have to do.
    let tasks = history(session, vm, around(first, BEFORE + HOST_CLOCK), Some(later(last)), (PAGE, PAGES)).await?;
    let mut found = by_tasks(snapshots, &tasks);
    for (snapshot, created) in snapshots {
        if found.contains_key(snapshot) {
            continue;
        }
        let events = events(session, vm, *created).await?;
        found.extend(by_events(*created, snapshots, &events).map(|user| (snapshot.clone(), user)));
    }
    Ok(found)
}

async fn events(session: &Session, vm: &Moref, created: Timestamp) -> Result<Vec<LoggedTask>, WireError> {
    let manager = manager(session.content.event_manager.as_ref(), "event manager")?;
    let query = request::query_events(manager, vm, around(created, HOST_CLOCK), later(created));
    session.ask(&query, task_events).await
}

/// What the tasks tell of each snapshot.
fn by_tasks(snapshots: &[(Moref, Timestamp)], tasks: &[TaskInfo]) -> BTreeMap<Moref, String> {
    let takes = || tasks.iter().filter(|task| task.kind.starts_with(CREATES) && task.phase == Phase::Success);
    let named = |snapshot: &Moref| takes().find(|task| task.result.as_ref() == Some(snapshot));
    let nameless: Vec<&TaskInfo> = takes().filter(|task| task.result.is_none()).collect();
    let unnamed: Vec<Timestamp> =
        snapshots.iter().filter(|(snapshot, _)| named(snapshot).is_none()).map(|(_, created)| *created).collect();
    let of = |(snapshot, created): &(Moref, Timestamp)| {
        let user = match named(snapshot) {
            Some(task) => task.user.clone().filter(|user| !user.is_empty()),
            None => {
                let candidates: Vec<&TaskInfo> =
                    nameless.iter().copied().filter(|task| may_have_made(task, *created)).collect();
                let rivals = unnamed.iter().filter(|at| candidates.iter().any(|task| may_have_made(task, **at)));
                let enough = candidates.len() >= rivals.count();
                one_user(candidates.iter().map(|task| task.user.as_deref())).filter(|_| enough)
            }
        };
        Some((snapshot.clone(), user?))
    };
    snapshots.iter().filter_map(of).collect()
}

/// Whether a task was at work when a snapshot was taken, by clocks that may differ.
fn may_have_made(task: &TaskInfo, created: Timestamp) -> bool {
    let begun = |queued: Timestamp| queued <= later(created) && queued >= around(created, BEFORE + HOST_CLOCK);
    let ended = |completed: Timestamp| completed >= around(created, HOST_CLOCK);
    task.queued.is_some_and(begun) && task.completed.is_none_or(ended)
}

/// Who began what took a snapshot, by the events around it. `all` are the snapshots that are asked for.
fn by_events(created: Timestamp, all: &[(Moref, Timestamp)], events: &[LoggedTask]) -> Option<String> {
    let around = |at: Timestamp| at.duration_since(created).abs() <= HOST_CLOCK;
    let takes: Vec<&LoggedTask> =
        events.iter().filter(|event| event.kind.starts_with(CREATES) && around(event.at)).collect();
    let rivals = all.iter().filter(|(_, at)| around(*at)).count();
    one_user(takes.iter().map(|event| Some(event.user.as_str()))).filter(|_| takes.len() >= rivals)
}

/// The account that all of these are of; none where one of them is another's or nobody's.
fn one_user<'a>(mut users: impl Iterator<Item = Option<&'a str>>) -> Option<String> {
    let first = users.next()?.filter(|user| !user.is_empty())?;
    users.all(|user| user == Some(first)).then(|| first.to_owned())
}

fn around(at: Timestamp, before: SignedDuration) -> Timestamp {
    at.checked_sub(before).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp) -> Timestamp {
    at.checked_add(HOST_CLOCK).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
