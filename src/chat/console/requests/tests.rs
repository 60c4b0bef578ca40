use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::bulk::tests::row;
use crate::domain::bulk::{Item, ItemState};
use crate::domain::ids::{RequestId, Target};
use crate::domain::intent::BulkScope;
use crate::domain::request::{Requester, Subject, Wish};

fn request(subject: Subject, wish: Wish, state: State) -> Request {
    let (account, channel, at) = ("console:alice".into(), "console:ops".into(), Timestamp::UNIX_EPOCH);
    let requester = Requester { person: "alice".into(), account, channel, locale: "en".to_owned(), at };
    Request { state, ..Request::new(RequestId::from_bits(7), 1, requester, subject, wish) }
}

#[test]
fn how_far_a_request_is_is_told_while_it_is_known() {
    let target: Target = row("web-01", 1).target();
    let running = |percent| State::Running {
        task: None,
        recovered: false,
        since: Timestamp::UNIX_EPOCH,
        t0: Timestamp::UNIX_EPOCH,
        percent,
        cancelable: true,
        cancel_asked: None,
        cancel_refused: false,
        ended: None,
    };
    let percent = |state| as_json(&request(Subject::Vm(target.clone()), Wish::DeleteAll, state))["percent"].clone();
    assert_eq!(percent(running(Some(48))), 48);
    assert_eq!(percent(running(None)), serde_json::Value::Null);
    assert_eq!(percent(State::Asked), serde_json::Value::Null);
    let item = |vm, state| Item { row: row(vm, 20), state };
    let goes = vec![item("web-01", ItemState::Gone), item("db-01", ItemState::Waiting)];
    let bulk = Bulk { scope: BulkScope::All, goes, stays: Vec::new(), halt: None };
    let wish = Wish::DeleteOlder { age: SignedDuration::from_hours(24) };
    let many = request(Subject::Many(Box::new(bulk)), wish, State::InParts { since: Timestamp::UNIX_EPOCH });
    let shown = as_json(&many);
    assert_eq!((&shown["percent"], &shown["vm"], &shown["target"]), (&json!(50), &json!(null), &json!(null)));
    assert_eq!(shown["bulk"]["goes"].as_array().map(Vec::len), Some(2));
}
