use super::*;
use crate::vcenter::wire::tasks::Phase;

fn info(task: &str, second: i64, user: Option<&str>) -> TaskInfo {
    TaskInfo {
        task: Some(task.into()),
        kind: "VirtualMachine.createSnapshot".to_owned(),
        phase: Phase::Success,
        queued: Timestamp::from_second(second).ok(),
        completed: None,
        user: user.map(str::to_owned),
        result: None,
        vm: None,
        entity_name: String::new(),
    }
}

#[test]
fn tasks_are_seen_once_oldest_first_and_none_from_before() {
    let infos = vec![
        info("task-3", 30, Some("VSPHERE.LOCAL\\Bot")),
        info("task-1", 9, None),
        info("task-2", 20, Some("alice")),
        info("task-3", 30, Some("VSPHERE.LOCAL\\Bot")),
    ];
    let tasks = seen(infos, Timestamp::from_second(10).unwrap(), "VSPHERE.LOCAL\\bot");
    let tasks: Vec<_> = tasks.iter().map(|seen| (seen.task.as_str(), seen.ours)).collect();
    assert_eq!(tasks, [("task-2", Some(false)), ("task-3", Some(true))]);
}
