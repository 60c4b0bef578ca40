//! How vCenter's clock is compared with ours.

use super::*;
use crate::engine::clock::ManualClock;

#[test]
fn the_offset_is_kept_until_it_differs_by_more_than_an_answer_can_be_wrong() {
    let clock = Arc::new(ManualClock::new("2026-03-01T12:00:00Z".parse().unwrap()));
    let line = Line::new(clock.clone());
    let known = || *line.ahead().borrow();
    assert_eq!(known(), None, "what was never read is not known");
    let shown = |ahead: i64| clock.now() + SignedDuration::from_millis(ahead);
    line.measure(line.sent(), shown(-3_600_000));
    assert_eq!(known(), Some(SignedDuration::from_hours(-1)));
    line.measure(line.sent(), shown(-3_601_900));
    assert_eq!(known(), Some(SignedDuration::from_hours(-1)), "it does not tremble");

    let sent = line.sent();
    clock.advance(SignedDuration::from_secs(8));
    line.measure(sent, shown(-3_600_000 + 3_000));
    assert_eq!(known(), Some(SignedDuration::from_hours(-1)), "a slow answer is no better than half the time it took");

    line.measure(line.sent(), shown(0));
    assert_eq!(known(), Some(SignedDuration::ZERO), "vCenter's clock was set right");
    // Ours is set back by an hour: vCenter's is ahead by as much at the next answer.
    line.measure(line.sent(), shown(3_600_000));
    assert_eq!(known(), Some(SignedDuration::from_hours(1)));
}
