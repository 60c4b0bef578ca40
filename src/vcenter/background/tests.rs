use super::*;

#[test]
fn pauses_double_up_to_three_seconds_and_vary_by_half() {
    assert_eq!(pause(1, 0), FIRST_PAUSE);
    assert_eq!(pause(2, 0), Duration::from_secs(2));
    assert_eq!(pause(40, 0), LONGEST_PAUSE);
    for failures in [1, 2, 7, u32::MAX] {
        let (least, most) = (pause(failures, u8::MAX), pause(failures, 0));
        assert!(least > most / 2 - Duration::from_millis(1) && least < most, "{failures}: {least:?} {most:?}");
    }
}
