use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::engine::clock::ManualClock;

fn rates() -> (Arc<ManualClock>, Rates) {
    let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1)));
    (clock.clone(), Rates::new(clock))
}

fn heard(pairs: &[(&'static str, &str)], body: &Value) -> Heard {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.insert(*name, value.parse().unwrap());
    }
    Heard::of(&headers, body)
}

fn post(channel: &str) -> Route {
    Route::new("post", channel)
}

#[test]
fn what_the_headers_say_is_believed() {
    let (clock, rates) = rates();
    assert_eq!(rates.slot(&post("1")), None);
    let said = [("x-ratelimit-bucket", "abc"), ("x-ratelimit-remaining", "1"), ("x-ratelimit-reset-after", "2.5")];
    rates.heard(&post("1"), &heard(&said, &json!({})));
    assert_eq!(rates.slot(&post("1")), None, "one is left");
    assert_eq!(rates.slot(&post("1")), Some(Duration::from_millis(2_500)));
    assert_eq!(rates.slot(&post("2")), None, "another channel has its own");
    clock.advance(SignedDuration::from_millis(2_500));
    assert_eq!(rates.slot(&post("1")), None);
}

#[test]
fn the_last_of_a_bucket_are_left_to_what_has_more_weight() {
    let (clock, rates) = rates();
    let said = [("x-ratelimit-bucket", "abc"), ("x-ratelimit-remaining", "2"), ("x-ratelimit-reset-after", "5")];
    rates.heard(&post("1"), &heard(&said, &json!({})));
    assert_eq!(rates.slot_beside(&post("1"), 2), Some(Duration::from_secs(5)));
    assert_eq!((rates.slot(&post("1")), rates.slot(&post("1"))), (None, None));
    assert_eq!(rates.slot(&post("1")), Some(Duration::from_secs(5)));
    clock.advance(SignedDuration::from_secs(5));
    assert_eq!(rates.slot_beside(&post("1"), 2), None, "a full bucket has room for everything");
}

#[test]
fn routes_of_one_bucket_share_it() {
    let (_clock, rates) = rates();
    let said = [("x-ratelimit-bucket", "abc"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "1")];
    rates.heard(&post("1"), &heard(&said, &json!({})));
    let said = [("x-ratelimit-bucket", "abc"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "1")];
    rates.heard(&Route::new("edit", "1"), &heard(&said, &json!({})));
    assert!(rates.slot(&post("1")).is_some() && rates.slot(&Route::new("edit", "1")).is_some());
}

#[test]
fn a_second_takes_no_more_than_discord_allows() {
    let (clock, rates) = rates();
    let mut sent = 0;
    for _ in 0..1_000 {
        while rates.everything.take(&()).is_none() {
            sent += 1;
        }
        clock.advance(SignedDuration::from_millis(1));
    }
    assert_eq!(sent, 43, "in a second");
    assert!(BURST + 1_200 / u32::try_from(EVERY.as_millis()).unwrap() <= 50);
}

#[test]
fn a_429_stops_its_route_or_everything() {
    let (clock, rates) = rates();
    let wait = rates.limited(&post("1"), &heard(&[("retry-after", "3")], &json!({"retry_after": 2.2})));
    assert_eq!(wait, Duration::from_millis(2_200), "the body is finer than the header");
    assert!(rates.slot(&post("1")).is_some() && rates.slot(&post("2")).is_none());
    rates.limited(&post("1"), &heard(&[("x-ratelimit-global", "true"), ("retry-after", "5")], &json!({})));
    assert_eq!(rates.everything.take(&()), Some(Duration::from_secs(5)));
    clock.advance(SignedDuration::from_secs(5));
    assert_eq!((rates.slot(&post("1")), rates.everything.take(&())), (None, None));
}

#[test]
fn refusals_are_stopped_long_before_they_ban() {
    let (clock, rates) = rates();
    for _ in 0..BREAK_AT {
        assert_eq!(rates.breaker(), None);
        rates.refused();
    }
    assert_eq!(rates.breaker(), Some(limits::INVALID_WINDOW));
    clock.advance(SignedDuration::from_secs(601));
    assert_eq!(rates.breaker(), None);
}

#[test]
fn buckets_that_nobody_hears_of_are_forgotten() {
    let (clock, rates) = rates();
    let said = [("x-ratelimit-bucket", "abc"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "1")];
    for channel in 0..100 {
        rates.heard(&post(&channel.to_string()), &heard(&said, &json!({})));
    }
    clock.advance(SignedDuration::try_from(FORGET).unwrap());
    rates.heard(&post("x"), &heard(&said, &json!({})));
    assert_eq!(rates.learned().left.len(), 101, "each until some time after it was full again");
    clock.advance(SignedDuration::from_secs(1));
    rates.heard(&post("y"), &heard(&said, &json!({})));
    assert_eq!(rates.learned().left.len(), 2);
}

#[tokio::test]
async fn a_request_waits_until_its_bucket_has_room() {
    let (clock, rates) = rates();
    let said = [("x-ratelimit-bucket", "abc"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "2.5")];
    rates.heard(&post("1"), &heard(&said, &json!({})));
    let route = post("1");
    let mut waiting = Box::pin(rates.wait(&route));
    for _ in 0..2 {
        let waits = tokio::time::timeout(Duration::ZERO, &mut waiting).await;
        assert!(waits.is_err(), "there is no room yet");
        clock.advance(SignedDuration::from_millis(1_250));
    }
    let gone = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    assert!(gone.is_ok(), "it is full again");
}
