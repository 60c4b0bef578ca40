//! When a difference between clocks is told, and how.

use super::*;

#[test]
fn a_difference_of_more_than_a_minute_is_told_with_its_direction() {
    let said = |seconds| skew_in_words(SignedDuration::from_secs(seconds));
    assert_eq!([said(0), said(60), said(-60)], [None, None, None]);
    assert_eq!(said(-3_600).as_deref(), Some("its clock is 1h behind this machine's"));
    assert_eq!(said(61).as_deref(), Some("its clock is 1m 1s ahead of this machine's"));
    assert_eq!(said(-259_200).as_deref(), Some("its clock is 72h behind this machine's"));
}
