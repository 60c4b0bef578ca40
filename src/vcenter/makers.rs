//! Who had snapshots taken, by what vCenter remembers: its task history, and its events where that tells nothing. Both are kept for 30
//! days unless an administrator says otherwise, and not always for the same time.
//!
//! A task of the history names the snapshot that came of it, mostly. Where it does not, it is the last one that was begun before the
//! snapshot was there: a VM does one such thing at a time.

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

/// So long before it events are looked through where the tasks tell nothing, and so long after it.
const EVENTS_BEFORE: SignedDuration = SignedDuration::from_mins(5);
const AFTER: SignedDuration = SignedDuration::from_mins(1);

/// What is written down as the moment of a snapshot may be that much earlier than what is written down of its task: seconds are cut off.
const ROUNDING: SignedDuration = SignedDuration::from_secs(2);

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
    let tasks = history(session, vm, around(first, BEFORE), Some(later(last)), (PAGE, PAGES)).await?;
    let mut found = by_tasks(snapshots, &tasks);
    for (snapshot, created) in snapshots {
        if found.contains_key(snapshot) {
            continue;
        }
        let events = events(session, vm, *created).await?;
        found.extend(by_events(*created, &events).map(|user| (snapshot.clone(), user)));
    }
    Ok(found)
}

async fn events(session: &Session, vm: &Moref, created: Timestamp) -> Result<Vec<LoggedTask>, WireError> {
    let manager = manager(session.content.event_manager.as_ref(), "event manager")?;
    let query = request::query_events(manager, vm, around(created, EVENTS_BEFORE), later(created));
    session.ask(&query, task_events).await
}

/// What the tasks tell of each snapshot.
fn by_tasks(snapshots: &[(Moref, Timestamp)], tasks: &[TaskInfo]) -> BTreeMap<Moref, String> {
    let takes = || tasks.iter().filter(|task| task.kind.starts_with(CREATES) && task.phase == Phase::Success);
    let user = |task: &TaskInfo| task.user.clone().filter(|user| !user.is_empty());
    let of = |(snapshot, created): &(Moref, Timestamp)| {
        let named = takes().find(|task| task.result.as_ref() == Some(snapshot));
        let begun = || {
            let latest = created.saturating_add(ROUNDING).unwrap_or(*created);
            let earliest = created.saturating_sub(ROUNDING).unwrap_or(*created);
            let then = |task: &&TaskInfo| {
                let asked = task.queued.is_some_and(|queued| queued <= latest && queued >= around(*created, BEFORE));
                asked && task.completed.is_none_or(|completed| completed >= earliest)
            };
            takes().filter(|task| task.result.is_none()).filter(then).max_by_key(|task| task.queued)
        };
        Some((snapshot.clone(), user(named.or_else(begun)?)?))
    };
    snapshots.iter().filter_map(of).collect()
}

/// Who began what took a snapshot, by the events around it.
fn by_events(created: Timestamp, events: &[LoggedTask]) -> Option<String> {
    let latest = created.saturating_add(ROUNDING).unwrap_or(created);
    let takes =
        events.iter().filter(|event| event.kind.starts_with(CREATES) && event.at <= latest && !event.user.is_empty());
    takes.max_by_key(|event| event.at).map(|event| event.user.clone())
}

fn around(at: Timestamp, before: SignedDuration) -> Timestamp {
    at.checked_sub(before).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp) -> Timestamp {
    at.checked_add(AFTER).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
