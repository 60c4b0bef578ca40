//! How the objects of one read become a survey.

use super::super::wire::tasks::TaskInfo;
use super::*;
use crate::domain::fault::Fault;
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::Connection;
use crate::vcenter::wire::objects::Missing;

fn object(kind: Kind, moref: &str, props: Props) -> Object {
    Object { kind, moref: moref.into(), props }
}

/// A VM of which everything is told that every VM has.
fn vm(props: Props) -> Object {
    let (power, connection) = (Some(PowerState::On), Some(Connection::Connected));
    object(Kind::VirtualMachine, "vm-1", Props { power, connection, ..props })
}

fn task(moref: &str, phase: Phase) -> Object {
    let info = TaskInfo { kind: format!("{moref}.kind"), phase, ..TaskInfo::default() };
    object(Kind::Task, moref, Props { info: Some(info), ..Props::default() })
}

fn filled(objects: Vec<Object>) -> Result<Survey, WireError> {
    fill_in(&"vm-1".into(), objects, (Timestamp::UNIX_EPOCH, SignedDuration::ZERO))
}

#[test]
fn a_vm_that_is_not_in_the_answer_is_gone() {
    let other = object(Kind::VirtualMachine, "vm-2", Props::default());
    for objects in [Vec::new(), vec![other], vec![object(Kind::Other, "vm-1", Props::default())]] {
        assert!(filled(objects).unwrap_err().is(FaultKind::NotFound));
    }
}

/// A role with `System.View` and without `System.Read`, a host that does not answer, whatever the reason: nothing is assumed.
#[test]
fn a_vm_of_which_something_is_not_given_is_not_read() {
    for (path, name) in
        [("snapshot", "NoPermission"), ("layoutEx", "HostCommunication"), ("config.flags", "InvalidProperty")]
    {
        let fault = Fault { kind: FaultKind::of(name), name: name.to_owned(), message: String::new() };
        let withheld = vec![Missing { path: path.to_owned(), fault }];
        let WireError::Fault(told) = filled(vec![vm(Props { withheld, ..Props::default() })]).unwrap_err() else {
            panic!()
        };
        assert_eq!((told.name.as_str(), told.message), (name, format!("{path} of vm-1 cannot be read.")));
    }
    let without = |props: Props| filled(vec![object(Kind::VirtualMachine, "vm-1", props)]).is_err();
    assert!(without(Props { power: Some(PowerState::On), ..Props::default() }));
    assert!(
        without(Props { connection: Some(Connection::Connected), ..Props::default() }),
        "no power state is not off"
    );
}

#[test]
fn only_tasks_that_have_not_ended_are_running() {
    let phases = [Phase::Queued, Phase::Running, Phase::Success, Phase::Error, Phase::Unknown].into_iter().enumerate();
    let tasks = phases.map(|(number, phase)| task(&format!("task-{number}"), phase));
    let survey = filled(tasks.chain([vm(Props::default())]).collect()).unwrap();
    let running: Vec<_> = survey.running_tasks.iter().map(|task| task.task.as_str()).collect();
    assert_eq!(running, ["task-0", "task-1"]);
}

#[test]
fn work_in_the_background_counts_as_a_task_where_no_other_is_seen() {
    let background = || vm(Props { snapshot_in_background: Some(true), ..Props::default() });
    let survey = filled(vec![background()]).unwrap();
    assert_eq!(survey.running_tasks, [RunningTask { task: "".into(), kind: IN_BACKGROUND.to_owned() }]);
    let survey = filled(vec![task("task-1", Phase::Running), background()]).unwrap();
    assert_eq!(survey.running_tasks.len(), 1);
    assert_eq!(survey.running_tasks[0].task.as_str(), "task-1");
}

#[test]
fn room_is_told_only_where_vcenter_knows_it() {
    let told = |accessible: Option<bool>, free: Option<u64>| {
        let (name, capacity) = (Some("datastore-01".to_owned()), Some(100));
        space(Props { name, accessible, free_space: free, capacity, ..Props::default() })
    };
    assert_eq!(told(None, Some(7)).map(|space| (space.free, space.capacity)), Some((7, 100)));
    assert!(told(Some(true), Some(7)).is_some());
    assert_eq!(told(Some(false), Some(7)), None);
    assert_eq!(told(Some(true), None), None);
}

#[test]
fn files_that_vcenter_does_not_list_are_not_known_to_be_none() {
    assert_eq!(filled(vec![vm(Props::default())]).unwrap().loose_bytes, None);
    let listed = vm(Props { layout: Some(Default::default()), ..Props::default() });
    assert_eq!(filled(vec![listed]).unwrap().loose_bytes, Some(0));
}
