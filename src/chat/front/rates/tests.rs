use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::engine::clock::ManualClock;

fn pace(burst: u32) -> (Arc<ManualClock>, Pace<&'static str>) {
    let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1)));
    let pace = Pace::new(clock.clone(), Duration::from_secs(1), NonZeroU32::new(burst).unwrap());
    (clock, pace)
}

#[test]
fn a_burst_is_let_through_and_then_one_a_second_for_each_key() {
    let (clock, pace) = pace(3);
    assert_eq!([pace.take(&"a"), pace.take(&"a"), pace.take(&"a")], [None; 3]);
    assert_eq!(pace.take(&"a"), Some(Duration::from_secs(1)));
    assert_eq!(pace.take(&"b"), None, "another key has its own");
    clock.advance(SignedDuration::from_millis(400));
    assert_eq!(pace.take(&"a"), Some(Duration::from_millis(600)));
    clock.advance(SignedDuration::from_millis(600));
    assert_eq!(pace.take(&"a"), None);
}

#[test]
fn a_permit_that_was_of_no_use_is_there_the_next_time() {
    let (_clock, pace) = pace(1);
    assert_eq!(pace.take(&"a"), None);
    pace.give_back(&"a");
    assert_eq!(pace.take(&"a"), None);
    assert!(pace.take(&"a").is_some(), "it is there once");
}

#[test]
fn a_window_takes_all_at_once_and_each_again_when_its_time_is_over() {
    let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1)));
    let window = Window::new(clock.clone(), 3, Duration::from_secs(60));
    assert_eq!(window.take(1), None);
    clock.advance(SignedDuration::from_secs(10));
    assert_eq!(window.take(1), None);
    assert_eq!(window.take(1), Some(Duration::from_secs(50)), "one is kept for others");
    assert_eq!(window.take(0), None, "who are let through");
    assert_eq!(window.take(0), Some(Duration::from_secs(50)));
    assert_eq!(window.take(1), Some(Duration::from_secs(60)), "two have to leave first");
    clock.advance(SignedDuration::from_secs(50));
    assert_eq!(window.take(1), Some(Duration::from_secs(10)));
    assert_eq!(window.take(0), None);
    window.stop(Duration::from_secs(300));
    clock.advance(SignedDuration::from_secs(299));
    assert_eq!(window.take(0), Some(Duration::from_secs(1)), "what the platform said counts more");
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(window.take(0), None);
}

#[test]
fn a_window_never_lets_more_through_than_it_says() {
    let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1)));
    let window = Window::new(clock.clone(), 50, Duration::from_secs(60));
    let mut given: Vec<u64> = Vec::new();
    for millisecond in (0..600_000).step_by(100) {
        // Progress all the time, and something that matters now and then.
        let spare = if millisecond % 7_000 == 0 { 0 } else { 20 };
        if window.take(spare).is_none() {
            given.push(millisecond);
        }
        clock.advance(SignedDuration::from_millis(100));
    }
    let most = given.iter().map(|from| given.iter().filter(|at| (*from..*from + 60_000).contains(at)).count()).max();
    assert!(most.is_some_and(|most| (30..=50).contains(&most)), "{most:?}");
    assert!(given.iter().filter(|at| **at % 7_000 == 0).count() >= 600 / 7, "what matters is let through at once");
}

#[test]
fn what_the_platform_said_counts_more() {
    let (clock, pace) = pace(5);
    pace.stop(&"a", Duration::from_secs(30));
    pace.stop(&"a", Duration::from_secs(10));
    assert_eq!(pace.take(&"a"), Some(Duration::from_secs(30)), "the longer of the two");
    clock.advance(SignedDuration::from_secs(30));
    assert_eq!(pace.take(&"a"), None);
}
