use super::*;

#[test]
fn a_token_is_good_for_less_than_fifteen_minutes() {
    let at = Duration::from_secs(1_000);
    assert!(is_good(at, at + Duration::from_secs(14 * 60)));
    assert!(!is_good(at, at + Duration::from_secs(14 * 60 + 31)));
}
