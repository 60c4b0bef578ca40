use super::*;

#[test]
fn the_oldest_are_forgotten() {
    let mut memory = Memory::new(2);
    for (key, thing) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
        memory.put(key, thing);
    }
    assert_eq!((memory.get(&"a"), memory.get(&"b"), memory.get(&"c")), (None, Some(&2), Some(&4)));
}

#[test]
fn a_token_is_good_for_less_than_fifteen_minutes() {
    let at = Duration::from_secs(1_000);
    assert!(is_good(at, at + Duration::from_secs(14 * 60)));
    assert!(!is_good(at, at + Duration::from_secs(14 * 60 + 31)));
}
