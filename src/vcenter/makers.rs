//! Who had snapshots taken, by what vCenter remembers: its task history, and its events where that tells nothing. Both are kept for 30
//! days unless an administrator says otherwise, and not always for the same time.
//!
//! A task of the history names the snapshot that came of it, mostly. Where it does not, it is the last one that was begun before the
//! snapshot was there: a VM does one such thing at a time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::Moref;

use super::history::collected;
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
    let tasks = match tasks(session, vm, first, last).await {
        Ok(tasks) => tasks,
        // Not every account may read the history.
        Err(WireError::Fault(fault)) if !WireError::Fault(fault.clone()).is_unauthenticated() => {
            tracing::debug!(%vm, fault = fault.name, "the task history cannot be read; the events have to do");
            Vec::new()
        }
        Err(error) => return Err(error),
    };
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

async fn tasks(session: &Session, vm: &Moref, first: Timestamp, last: Timestamp) -> Result<Vec<TaskInfo>, WireError> {
    let manager = manager(session.content.task_manager.as_ref(), "task manager")?;
    let create = request::create_task_history(manager, Some(vm), around(first, BEFORE), Some(later(last)));
    Ok(collected(session, &create, PAGE, PAGES).await?.0)
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
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn task(kind: &str, queued: i64, user: Option<&str>, result: Option<&str>) -> TaskInfo {
        TaskInfo {
            task: Some(format!("task-{queued}").as_str().into()),
            kind: kind.to_owned(),
            phase: Phase::Success,
            queued: Some(at(queued)),
            completed: Some(at(queued + 5)),
            user: user.map(str::to_owned),
            result: result.map(Moref::from),
            vm: None,
            entity_name: String::new(),
        }
    }

    #[test]
    fn a_task_that_names_the_snapshot_comes_before_one_that_was_at_work_then() {
        let tasks = [
            task("VirtualMachine.createSnapshot", 10, Some("EXAMPLE\\alice"), Some("snapshot-1")),
            task("VirtualMachine.createSnapshotEx", 18, Some("EXAMPLE\\bob"), None),
        ];
        let moments = [("snapshot-1", 20), ("snapshot-2", 19), ("snapshot-3", 2), ("snapshot-4", 30)];
        let snapshots = moments.map(|(moref, second)| (Moref::from(moref), at(second)));
        let found = by_tasks(&snapshots, &tasks);
        let found: Vec<_> = found.iter().map(|(moref, user)| (moref.as_str(), user.as_str())).collect();
        assert_eq!(found, [("snapshot-1", "EXAMPLE\\alice"), ("snapshot-2", "EXAMPLE\\bob")]);
    }

    #[test]
    fn what_failed_or_did_something_else_made_nothing() {
        let failed = TaskInfo { phase: Phase::Error, ..task("VirtualMachine.createSnapshot", 10, Some("bob"), None) };
        let tasks = [
            failed,
            task("vm.Snapshot.remove", 11, Some("bob"), None),
            task("VirtualMachine.createSnapshot", 12, None, None),
        ];
        assert!(by_tasks(&[("snapshot-1".into(), at(20))], &tasks).is_empty());
    }

    #[test]
    fn the_last_event_before_the_snapshot_tells() {
        let event = |second: i64, user: &str, kind: &str| LoggedTask {
            at: at(second),
            user: user.to_owned(),
            kind: kind.to_owned(),
        };
        let events = [
            event(1, "EXAMPLE\\alice", "VirtualMachine.createSnapshot"),
            event(9, "EXAMPLE\\bob", "VirtualMachine.createSnapshot"),
            event(10, "EXAMPLE\\carol", "VirtualMachine.powerOn"),
            event(40, "EXAMPLE\\dave", "VirtualMachine.createSnapshot"),
            event(11, "", "VirtualMachine.createSnapshot"),
        ];
        assert_eq!(by_events(at(10), &events).as_deref(), Some("EXAMPLE\\bob"));
        assert_eq!(by_events(at(0).saturating_sub(SignedDuration::from_secs(9)).unwrap(), &events), None);
    }
}
