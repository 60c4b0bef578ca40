use super::*;

fn freeze() -> Freeze {
    let (by, account, reason) = ("carol".into(), "console:carol".into(), "storage".to_owned());
    Freeze { by, account, reason, at: jiff::Timestamp::UNIX_EPOCH }
}

#[tokio::test]
async fn a_freeze_knows_of_every_call_that_passed_before_it_and_none_passes_after_it() {
    let outgoing = Outgoing::new();
    let (first, second) = (RequestId::from_bits(1), RequestId::from_bits(2));
    let passed = outgoing.leaving(&first);
    assert!(passed.pass(&"db-01".into(), |freeze| freeze.is_none()));
    let late = outgoing.leaving(&second);
    outgoing.set_freeze(Some(freeze()));
    assert!(!late.pass(&"web-01".into(), |freeze| freeze.is_none()));
    assert_eq!(outgoing.under_way(), UnderWay::from([(first, "db-01".into())]));
    let quiet = outgoing.quiet();
    tokio::pin!(quiet);
    assert!(futures_util::poll!(&mut quiet).is_pending(), "its answer is waited for");
    drop(passed);
    quiet.await;
    outgoing.set_freeze(None);
    assert!(late.pass(&"web-01".into(), |freeze| freeze.is_none()));
    drop(late);
    assert!(outgoing.under_way().is_empty());
}

#[test]
fn a_gate_that_is_closed_for_another_reason_lets_nothing_out() {
    let outgoing = Outgoing::new();
    assert!(!outgoing.leaving(&RequestId::from_bits(1)).pass(&"db-01".into(), |_| false));
    assert!(outgoing.under_way().is_empty());
}
