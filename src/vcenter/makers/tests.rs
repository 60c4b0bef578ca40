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

fn found(moments: &[(&str, i64)], tasks: &[TaskInfo]) -> Vec<(String, String)> {
    let snapshots: Vec<_> = moments.iter().map(|(moref, second)| (Moref::from(*moref), at(*second))).collect();
    by_tasks(&snapshots, tasks).into_iter().map(|(moref, user)| (moref.as_str().to_owned(), user)).collect()
}

const CREATE: &str = "VirtualMachine.createSnapshot";

fn pair(moref: &str, user: &str) -> (String, String) {
    (moref.to_owned(), user.to_owned())
}

#[test]
fn a_task_that_names_the_snapshot_comes_before_one_that_was_at_work_then() {
    let tasks = [
        task(CREATE, 10, Some("EXAMPLE\\alice"), Some("snapshot-1")),
        task("VirtualMachine.createSnapshotEx", 18, Some("EXAMPLE\\bob"), None),
    ];
    let moments = [("snapshot-1", 20), ("snapshot-2", 19), ("snapshot-3", 5_000)];
    let expected = [pair("snapshot-1", "EXAMPLE\\alice"), pair("snapshot-2", "EXAMPLE\\bob")];
    assert_eq!(found(&moments, &tasks), expected);
}

#[test]
fn a_host_with_another_clock_neither_loses_its_snapshots_nor_gives_them_to_somebody_else() {
    let (alice, bob) = (task(CREATE, 1_000, Some("alice"), None), task(CREATE, 1_100, Some("bob"), None));
    for late in [-290, -3, 0, 3, 290] {
        assert_eq!(found(&[("s", 1_002 + late)], std::slice::from_ref(&alice)), [pair("s", "alice")], "{late} s");
        // Bob's snapshot is not alice's, however late the host is: with two accounts that may be meant nobody is named.
        let bobs = found(&[("s", 1_102 + late)], &[alice.clone(), bob.clone()]);
        let only_bob = late == 290;
        assert_eq!(bobs, only_bob.then(|| pair("s", "bob")).into_iter().collect::<Vec<_>>(), "{late} s");
    }
    assert_eq!(found(&[("s", 1_002 + 400)], std::slice::from_ref(&alice)), []);
    // Two snapshots cannot have come of one task.
    assert_eq!(found(&[("s", 1_002), ("t", 1_010)], std::slice::from_ref(&alice)), []);
    let twice = [alice.clone(), task(CREATE, 1_100, Some("alice"), None)];
    assert_eq!(found(&[("s", 1_002), ("t", 1_102)], &twice), [pair("s", "alice"), pair("t", "alice")]);
    assert_eq!(found(&[("s", 1_002)], &[alice, task(CREATE, 1_100, None, None)]), [], "one is of nobody known");
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
fn events_around_a_snapshot_tell_where_they_are_one_account_s() {
    let event = |second: i64, user: &str, kind: &str| LoggedTask {
        at: at(second),
        user: user.to_owned(),
        kind: kind.to_owned(),
    };
    let told = |created: i64, others: &[i64], events: &[LoggedTask]| {
        let all: Vec<_> = others.iter().chain([&created]).map(|second| (Moref::from("s"), at(*second))).collect();
        by_events(at(created), &all, events)
    };
    let bob = event(9, "EXAMPLE\\bob", CREATE);
    let other = event(10, "EXAMPLE\\carol", "VirtualMachine.powerOn");
    let late = event(400, "EXAMPLE\\dave", CREATE);
    let quiet = [bob.clone(), other, late];
    assert_eq!(told(10, &[], &quiet).as_deref(), Some("EXAMPLE\\bob"));
    assert_eq!(told(6, &[], &quiet).as_deref(), Some("EXAMPLE\\bob"), "its host is some seconds slow");
    assert_eq!(told(10, &[12], &quiet), None, "two snapshots of one event");
    assert_eq!(told(10, &[], &[bob.clone(), event(1, "EXAMPLE\\alice", CREATE)]), None);
    assert_eq!(told(10, &[], &[bob, event(11, "", CREATE)]), None);
}
