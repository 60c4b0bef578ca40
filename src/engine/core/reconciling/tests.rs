use super::*;

#[test]
fn the_next_slot_is_the_next_one_on_the_wall_also_when_the_clocks_change() {
    let paris = TimeZone::get("Europe/Paris").unwrap();
    let slot = |after: &str| next_slot(after.parse().unwrap(), jiff::civil::time(2, 30, 0, 0), &paris).to_string();
    assert_eq!(slot("2026-11-22T00:00:00Z"), "2026-11-22T01:30:00Z");
    assert_eq!(slot("2026-11-22T01:30:00Z"), "2026-11-23T01:30:00Z", "never the same one twice");
    // 2:30 is left out on this night, and comes twice on the other one: once a night it is.
    assert_eq!(slot("2026-03-28T20:00:00Z"), "2026-03-29T01:30:00Z");
    assert_eq!(slot("2026-10-24T20:00:00Z"), "2026-10-25T00:30:00Z");
    assert_eq!(slot("2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
}
