use super::*;

#[test]
fn waits_grow_to_a_minute_and_are_never_the_same_for_all() {
    for failures in 1..20 {
        let (shortest, longest) = (Duration::from_millis(500), LONGEST_WAIT + LONGEST_WAIT / 2);
        let one = wait(failures);
        assert!(one >= shortest && one <= longest, "{one:?}");
    }
    assert!(wait(30) >= LONGEST_WAIT / 2);
    let drawn: std::collections::BTreeSet<Duration> = (0..20).map(|_| wait(5)).collect();
    assert!(drawn.len() > 1);
}

#[test]
fn an_acknowledgement_has_a_payload_only_where_there_is_one() {
    assert_eq!(ack("e", None), r#"{"envelope_id":"e"}"#);
    assert_eq!(ack("e", Some(json!({"options": []}))), r#"{"envelope_id":"e","payload":{"options":[]}}"#);
}
