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
fn the_first_try_is_made_at_once_and_each_further_one_later() {
    let mut failures = Failures::default();
    let waits: Vec<Option<Duration>> = (0..9).map(|_| failures.one_more()).collect();
    assert_eq!(waits[0], None);
    // Half of it may be added or taken away by chance: 2 s, 4 s, 8 s, …
    for (doubled, wait) in [2, 4, 8, 16, 32].into_iter().zip(&waits[1..]) {
        let wait = wait.unwrap().as_secs_f64() / f64::from(doubled);
        assert!((0.5..=1.5).contains(&wait), "{waits:?}");
    }
    assert!(waits[8].unwrap() >= LONGEST_WAIT / 2, "{waits:?}");
}

#[test]
fn an_acknowledgement_has_a_payload_only_where_there_is_one() {
    assert_eq!(ack("e", None), r#"{"envelope_id":"e"}"#);
    assert_eq!(ack("e", Some(json!({"options": []}))), r#"{"envelope_id":"e","payload":{"options":[]}}"#);
}
