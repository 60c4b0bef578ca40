use super::*;

fn task() -> TaskRef {
    TaskRef { vcenter: "a".into(), moref: "task-1".into() }
}

fn props(phase: Option<Phase>, percent: Option<u8>) -> TaskProps {
    TaskProps { phase, percent, cancelable: Some(true), ..TaskProps::default() }
}

#[test]
fn only_what_is_new_is_told_and_an_end_is_told_once() {
    let followed = Followed::of("a".into());
    assert_eq!(followed.learn(&task(), props(Some(Phase::Running), None)), None, "nobody follows it");
    followed.add(&task().moref);
    followed.add(&task().moref);
    assert!(followed.learn(&task(), props(Some(Phase::Running), Some(5))).is_some());
    assert!(followed.learn(&task(), props(Some(Phase::Running), Some(5))).is_none());
    let later = followed.learn(&task(), props(None, Some(50))).unwrap();
    assert_eq!((later.state, later.percent, later.cancelable), (TaskState::Running, Some(50), true));
    let end = TaskProps { phase: Some(Phase::Success), result: Some("snapshot-1".into()), ..TaskProps::default() };
    let told = followed.learn(&task(), end.clone()).unwrap();
    assert_eq!(told.state, TaskState::Success { result: Some("snapshot-1".into()) });
    assert!(!told.cancelable);
    assert_eq!(followed.learn(&task(), end), None);
    assert_eq!(followed.lose(&task()), None);
}

#[test]
fn a_state_that_nobody_knows_is_shown_and_does_not_end_it() {
    let followed = Followed::of("a".into());
    followed.add(&task().moref);
    let told = followed.learn(&task(), props(Some(Phase::Unknown), None)).unwrap();
    assert_eq!(told.state, TaskState::Running);
    assert_eq!(followed.lose(&task()).unwrap().state, TaskState::Gone);
}

#[test]
fn an_error_without_a_fault_is_still_an_end() {
    let followed = Followed::of("a".into());
    followed.add(&task().moref);
    let told = followed.learn(&task(), props(Some(Phase::Error), None)).unwrap();
    assert!(matches!(told.state, TaskState::Error(fault) if fault.kind == FaultKind::Other));
}
