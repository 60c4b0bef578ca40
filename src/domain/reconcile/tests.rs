use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn task(id: &str, kind: &str, vm: &str, second: i64) -> OwnTask {
    OwnTask {
        task: id.into(),
        kind: kind.to_owned(),
        vm: Some(vm.into()),
        vm_name: format!("name of {vm}"),
        queued: at(second),
    }
}

fn call(vm: &str, act: Act, second: i64, task: Option<&str>) -> CallRow {
    CallRow {
        request: RequestId::from_bits(7),
        attempt: 1,
        vm: VmRef { vcenter: "paris".into(), moref: vm.into() },
        act,
        t0: at(second),
        task: task.map(Into::into),
        without_task: false,
    }
}

fn unknown(tasks: &[OwnTask], calls: &[CallRow]) -> Vec<String> {
    unaccounted(tasks, calls).into_iter().map(|task| task.task.as_str().to_owned()).collect()
}

#[test]
fn a_task_whose_id_is_written_down_is_accounted_for() {
    let tasks = [task("task-1", "vm.Snapshot.revert", "vm-1", 100), task("task-2", "vm.Snapshot.revert", "vm-1", 200)];
    let revert = Act::Revert { snapshot: "s-1".into(), suppress_power_on: false };
    assert_eq!(unknown(&tasks, &[call("vm-1", revert, 99, Some("task-1"))]), ["task-2"]);
    assert_eq!(unknown(&tasks, &[]), ["task-1", "task-2"]);
}

#[test]
fn a_lost_call_accounts_for_one_task_of_its_kind_on_its_vm_in_its_time() {
    let lost = || call("vm-1", Act::DeleteAll, 100, None);
    let kind = "VirtualMachine.removeAllSnapshots";
    assert!(unknown(&[task("task-1", kind, "vm-1", 130)], &[lost()]).is_empty());
    for other in [
        task("task-1", kind, "vm-2", 130),
        task("task-1", "vm.Snapshot.revert", "vm-1", 130),
        task("task-1", kind, "vm-1", 39),
        task("task-1", kind, "vm-1", 100 + 15 * 60 + 1),
        OwnTask { vm: None, ..task("task-1", kind, "vm-1", 130) },
    ] {
        assert_eq!(unknown(std::slice::from_ref(&other), &[lost()]), ["task-1"], "{other:?}");
    }
    let twice = [task("task-1", kind, "vm-1", 101), task("task-2", kind, "vm-1", 102)];
    assert_eq!(unknown(&twice, &[lost()]), ["task-2"], "one call, one task");
    let refused = CallRow { without_task: true, ..lost() };
    assert_eq!(unknown(&[task("task-1", kind, "vm-1", 130)], &[refused]), ["task-1"]);
}
