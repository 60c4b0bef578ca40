//! What an answer may look like, and how long no login is tried after one was refused.

use super::super::client::tests::idle;
use super::super::session::tests::fault;
use super::*;
use crate::engine::ports::Clock as _;

async fn read<T: DeserializeOwned + Send + 'static>(body: &str) -> Result<T, RestError> {
    value(body.as_bytes().to_vec()).await
}

#[tokio::test]
async fn an_empty_list_is_not_a_missing_one() {
    let list = |read: Result<List<String>, RestError>| read.map(|List(items)| items);
    assert_eq!(list(read("{\"value\": [\"a\"]}").await), Ok(vec!["a".to_owned()]));
    assert_eq!(list(read("{\"value\": []}").await), Ok(Vec::new()));
    assert_eq!(list(read("{\"value\": null}").await), Ok(Vec::new()));
    for wrong in ["{}", "[]", "", "<html>", "{\"value\": {}}", "{\"value\": [1]}"] {
        let Err(RestError::Failed(why)) = list(read(wrong).await) else { panic!("{wrong} passed for a list") };
        assert!(why.starts_with("the answer is not what was asked for"), "{why}");
    }
}

#[test]
fn an_error_of_vapi_is_named_and_another_page_is_called_one() {
    let answer = |body: &str| Answer {
        status: StatusCode::SERVICE_UNAVAILABLE,
        body: body.as_bytes().to_vec(),
        not_vcenter: "perhaps a proxy's".to_owned(),
    };
    let words = answer("{\"type\": \"com.vmware.vapi.std.errors.service_unavailable\"}").words();
    assert!(words.ends_with("503 Service Unavailable, com.vmware.vapi.std.errors.service_unavailable"), "{words}");
    assert_eq!(answer("<html>").words(), "perhaps a proxy's");
}

#[tokio::test]
async fn no_login_is_tried_until_the_pause_is_over() {
    let (shared, clock, _told) = idle();
    let (_, password) = shared.sessions.credentials();
    let fault = fault(FaultKind::InvalidLogin, "InvalidLogin");
    let until = shared.sessions.guard.enter(Interface::Rest, &password).await.ok().unwrap().refused(&password, &fault);
    assert_eq!(session(&shared).await, Err(RestError::LoginRefused(until)));
    clock.advance(until.duration_since(clock.now()));
    let Err(RestError::Failed(why)) = session(&shared).await else { panic!("nobody is there to answer") };
    assert!(why.starts_with("no connection"), "{why}");
}

#[test]
fn only_the_session_that_is_gone_is_forgotten() {
    let (shared, ..) = idle();
    lock(&shared.tags.rest).session = Some("new".to_owned());
    forget(&shared, "old");
    assert_eq!(lock(&shared.tags.rest).session.as_deref(), Some("new"));
    forget(&shared, "new");
    assert_eq!(lock(&shared.tags.rest).session, None);
}
