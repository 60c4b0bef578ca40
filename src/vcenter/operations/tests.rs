//! What the answer to a change means: above all whether anything may have been started.

use super::super::client::tests::idle;
use super::super::session::tests::{adopt, fault, session};
use super::*;
use crate::domain::ids::VmRef;

#[tokio::test]
async fn only_a_lost_answer_leaves_it_open_whether_something_was_started() {
    let (shared, ..) = idle();
    let sessions = &shared.sessions;
    let used = session(sessions, 1);
    let call = Call { vm: VmRef { vcenter: "a".into(), moref: "vm-1".into() }, act: Act::DeleteAll };
    let meant = |sent| answered(sessions, &used, &call, sent);
    let task = TaskRef { vcenter: "a".into(), moref: "task-1".into() };
    assert_eq!(meant(Ok(Some("task-1".into()))), Ok(Started::Task(task)));
    assert_eq!(meant(Ok(None)), Ok(Started::Immediate));
    let refused = fault(FaultKind::NoPermission, "NoPermission");
    assert_eq!(meant(Err(WireError::Fault(refused.clone()))), Err(CallError::Fault(refused)));
    let why = "broken".to_owned();
    assert_eq!(meant(Err(WireError::NotSent(why.clone()))), Err(CallError::NotSent(why.clone())));
    assert_eq!(meant(Err(WireError::NoAnswer(why.clone()))), Err(CallError::Lost(why)));
}

#[tokio::test]
async fn a_session_that_ended_at_the_call_started_nothing_and_is_forgotten() {
    let (shared, ..) = idle();
    let sessions = &shared.sessions;
    let used = adopt(sessions, session(sessions, 1));
    let call = Call { vm: VmRef { vcenter: "a".into(), moref: "vm-1".into() }, act: Act::PowerOn };
    let gone = WireError::Fault(fault(FaultKind::NotAuthenticated, "NotAuthenticated"));
    assert!(matches!(answered(sessions, &used, &call, Err(gone)), Err(CallError::NotSent(_))));
    assert!(sessions.current().is_none());
}
