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
