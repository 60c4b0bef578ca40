//! When no login is tried, which session is forgotten, and what an error of the wire means.

use super::super::client::tests::idle;
use super::*;
use crate::engine::ports::Clock as _;

/// A session of a server that nobody can reach.
pub(crate) fn session(sessions: &Sessions, number: u64) -> Session {
    Session {
        transport: sessions.transport.clone(),
        number,
        version: "8.0.3.0",
        content: ServiceContent {
            root_folder: "group-d1".into(),
            property_collector: "propertyCollector".into(),
            session_manager: "SessionManager".into(),
            view_manager: None,
            task_manager: None,
            event_manager: None,
            authorization_manager: None,
            full_name: String::new(),
            api_version: String::new(),
        },
        key: "key".to_owned(),
        account: "EXAMPLE\\bot".to_owned(),
        cookies: Arc::default(),
        leftovers: Arc::default(),
    }
}

/// Makes this the session in use.
pub(crate) fn adopt(sessions: &Sessions, session: Session) -> Arc<Session> {
    let session = Arc::new(session);
    *lock(&sessions.current) = Some(session.clone());
    session
}

pub(crate) fn fault(kind: FaultKind, name: &str) -> Fault {
    Fault { kind, name: name.to_owned(), message: "why".to_owned() }
}

#[tokio::test]
async fn a_refused_login_is_not_tried_again_before_its_time() {
    let (shared, clock, _told) = idle();
    let (_, password) = shared.sessions.credentials();
    let pass = shared.sessions.guard.enter(Interface::Soap, &password).await.ok().unwrap();
    let until = pass.refused(&password, &fault(FaultKind::InvalidLogin, "InvalidLogin"));
    let Err(error) = shared.sessions.get().await else { panic!("nobody is there to log in to") };
    assert!(error.is(FaultKind::InvalidLogin));
    let words = "vCenter refuses the user name or the password: InvalidLogin: why (not tried again before 2026-03-01T12:30:00Z, so that the \
                 account is not locked)";
    assert_eq!(error.words(), words);
    shared.sessions.set_password("another".to_owned().into());
    let Err(WireError::NotSent(why)) = shared.sessions.get().await else { panic!("another password was not tried") };
    assert!(why.starts_with("no connection"), "{why}");
    shared.sessions.set_password("pass".to_owned().into());
    clock.advance(until.duration_since(clock.now()));
    let Err(WireError::NotSent(_)) = shared.sessions.get().await else { panic!("it was not tried") };
}

#[tokio::test]
async fn a_read_is_given_up_when_vcenter_falls_silent() {
    let (shared, ..) = idle();
    adopt(&shared.sessions, session(&shared.sessions, 1));
    let never = shared.sessions.with(|_| std::future::pending::<Result<(), _>>());
    let silence = async { shared.sessions.transport().line.fall_silent() };
    let (ended, ()) = tokio::join!(never, silence);
    assert_eq!(ended, Err(WireError::NoAnswer(SILENT.to_owned())));
}

#[tokio::test]
async fn only_the_session_that_is_gone_is_forgotten() {
    let (shared, ..) = idle();
    let sessions = &shared.sessions;
    let (old, new) = (session(sessions, 1), adopt(sessions, session(sessions, 2)));
    sessions.forget(&old);
    assert_eq!(sessions.get().await.map(|session| session.number), Ok(2));
    sessions.forget(&new);
    assert!(sessions.current().is_none());
}

#[tokio::test]
async fn work_is_not_repeated_without_a_new_session() {
    let (shared, ..) = idle();
    let sessions = &shared.sessions;
    adopt(sessions, session(sessions, 1));
    let times = std::sync::atomic::AtomicU64::new(0);
    let work = |error: WireError| {
        let times = &times;
        move |_: Arc<Session>| {
            times.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let error = error.clone();
            async move { Err::<(), _>(error) }
        }
    };
    let lost = WireError::NoAnswer("broken".to_owned());
    assert_eq!(sessions.with(work(lost.clone())).await, Err(lost));
    assert!(sessions.current().is_some());
    let gone = WireError::Fault(fault(FaultKind::NotAuthenticated, "NotAuthenticated"));
    let Err(WireError::NotSent(_)) = sessions.with(work(gone)).await else { panic!("there is no server to log in to") };
    assert!(sessions.current().is_none());
    assert_eq!(times.into_inner(), 2, "each once, and not without a session");
}

#[test]
fn an_error_says_whether_the_session_is_gone_or_something_was_refused() {
    let gone = WireError::Fault(fault(FaultKind::NotAuthenticated, "NotAuthenticated"));
    let refused = WireError::Fault(fault(FaultKind::NoPermission, "NoPermission"));
    let lost = WireError::NoAnswer("broken".to_owned());
    assert_eq!([&gone, &refused, &lost].map(WireError::is_unauthenticated), [true, false, false]);
    assert_eq!([&gone, &refused, &lost].map(WireError::is_refusal), [false, true, false]);
    assert_eq!(refused.words(), "vCenter answered with NoPermission: why");
    assert_eq!(ReadError::from(refused), ReadError::Fault(fault(FaultKind::NoPermission, "NoPermission")));
    assert_eq!(ReadError::from(lost), ReadError::Unreachable("broken".to_owned()));
}

#[test]
fn a_manager_that_is_missing_is_a_fault_with_its_name() {
    let found = Moref::from("ViewManager");
    assert_eq!(manager(Some(&found), "view manager"), Ok(&found));
    let missing = manager(None, "event manager").unwrap_err();
    assert!(missing.is(FaultKind::NotSupported) && missing.words().ends_with("the server has no event manager"));
}
