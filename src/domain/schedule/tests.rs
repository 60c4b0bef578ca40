use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::DateTime;
use proptest::prelude::*;

use super::*;

fn daily(text: &str) -> Schedule {
    Schedule::parse(text, TimeZone::get("Europe/Paris").unwrap()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_day_has_one_slot_also_when_the_clocks_change() {
    for hour in ["0 8 * * *", "30 2 * * *", "0 3 * * *", "0 0 * * *"] {
        let schedule = daily(hour);
        let (mut slot, mut days, mut slots) = (at("2025-12-31T22:59:59Z"), BTreeSet::new(), 0);
        while let Some(next) = schedule.next(slot).filter(|next| *next < at("2026-12-31T23:00:00Z")) {
            assert!(next > slot);
            slot = next;
            slots += 1;
            days.insert(slot.to_zoned(TimeZone::get("Europe/Paris").unwrap()).date());
        }
        assert_eq!((slots, days.len()), (365, 365), "{hour}");
    }
}

#[test]
fn a_missed_slot_is_made_up_for_within_the_hour_and_once() {
    let schedule = daily("0 8 * * *");
    let slot = at("2026-11-22T07:00:00Z");
    let yesterday = at("2026-11-21T07:00:00Z");
    for (now, due) in [
        ("2026-11-22T06:59:59Z", None),
        ("2026-11-22T07:00:00Z", Some(slot)),
        ("2026-11-22T08:00:00Z", Some(slot)),
        ("2026-11-22T08:00:01Z", None),
    ] {
        assert_eq!(schedule.due(yesterday, at(now)), due, "{now}");
    }
    assert_eq!(schedule.due(slot, at("2026-11-22T07:30:00Z")), None, "it was had");
    assert_eq!(schedule.due(slot, at("2026-11-22T06:30:00Z")), None, "the clock was set back");
    assert_eq!(schedule.due(slot, at("2026-11-22T07:00:00Z")), None);
    let often = daily("*/15 * * * *");
    assert_eq!(often.due(yesterday, at("2026-11-22T07:31:00Z")), Some(at("2026-11-22T07:30:00Z")), "the last alone");
}

#[test]
fn five_fields_are_read_and_nothing_else() {
    for text in ["0 8 * * *", "*/15 8-18 * * mon-fri", "0 8 1,15 jan-jun 0,7", "0 0 * * SUN"] {
        assert!(Schedule::parse(text, TimeZone::UTC).is_ok(), "{text}");
    }
    for text in ["60 8 * * *", "0 8 0 * *", "0 8 * * fri-mon", "0 8 * * day", "*/0 * * * *", "0 8 * * * *", "0 8 L * *"]
    {
        assert!(Schedule::parse(text, TimeZone::UTC).is_err(), "{text}");
    }
    assert_eq!(Schedule::parse("8:00", TimeZone::UTC).unwrap_err(), "it has 1 fields");
}

#[test]
fn what_never_fires_is_refused() {
    for text in ["0 8 31 2 *", "0 8 30 2 *", "", "0 8 * *", "x"] {
        assert!(Schedule::parse(text, TimeZone::UTC).is_err(), "{text}");
    }
    assert!(Schedule::parse("0 8 29 2 *", TimeZone::UTC).is_ok());
    assert!(Schedule::parse("0 8 * * 7", TimeZone::UTC).is_ok(), "Sunday is 0 and 7");
}

/// The slots of some days of a zone, found without the code under test: every minute is looked at, and so is every minute that the clocks
/// left out.
fn enumerated(zone: &TimeZone, from: Timestamp, to: Timestamp, fires: impl Fn(DateTime) -> bool) -> Vec<Timestamp> {
    let (mut slots, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut at = from;
    let mut before = at.to_zoned(zone.clone()).datetime();
    while at <= to {
        let shown = at.to_zoned(zone.clone()).datetime();
        let mut skipped = before.checked_add(1.minute()).unwrap();
        while skipped < shown {
            if seen.insert(skipped) && fires(skipped) {
                slots.insert(at);
            }
            skipped = skipped.checked_add(1.minute()).unwrap();
        }
        if seen.insert(shown) && fires(shown) {
            slots.insert(at);
        }
        before = shown;
        at = at.checked_add(1.minute()).unwrap();
    }
    slots.into_iter().collect()
}

/// Zones with a day on which their clocks change: by an hour, by half of one, by two, at midnight, by a whole day.
const CHANGES: [(&str, &str); 14] = [
    ("Europe/Paris", "2026-03-29"),
    ("Europe/Paris", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Antarctica/Troll", "2026-10-25"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-06"),
    ("America/Havana", "2026-03-08"),
    ("America/Havana", "2026-11-01"),
    ("Pacific/Apia", "2011-12-30"),
    ("UTC", "2026-06-01"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn slots_over_a_change_of_the_clocks_are_those_of_the_calendar(
        change in 0..CHANGES.len(),
        minutes in prop::collection::btree_set(0_i8..60, 1..4),
        hours in prop_oneof![prop::collection::btree_set(0_i8..5, 1..5), prop::collection::btree_set(0_i8..24, 1..24)],
        weekdays in prop::option::of(prop::collection::btree_set(0_i8..7, 1..7)),
    ) {
        let (zone, day) = CHANGES[change];
        let zone = TimeZone::get(zone).unwrap();
        let list = |numbers: &BTreeSet<i8>| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let days = weekdays.as_ref().map_or_else(|| "*".to_owned(), list);
        let text = format!("{} {} * * {days}", list(&minutes), list(&hours));
        let schedule = Schedule::parse(&text, zone.clone()).unwrap();
        let middle: Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        let (from, to) = (middle - SignedDuration::from_hours(48), middle + SignedDuration::from_hours(48));
        let fires = |at: DateTime| {
            minutes.contains(&at.minute())
                && hours.contains(&at.hour())
                && weekdays.as_ref().is_none_or(|days| days.contains(&at.weekday().to_sunday_zero_offset()))
        };
        let mut slots = Vec::new();
        let mut at = from - SignedDuration::from_secs(1);
        while let Some(next) = schedule.next(at).filter(|next| *next <= to) {
            slots.push(next);
            at = next;
        }
        prop_assert_eq!(slots, enumerated(&zone, from, to, fires), "{} {}", text, day);
    }
}

#[test]
fn two_hours_of_a_day_are_two_slots_on_every_day() {
    let schedule = daily("0 2,14 * * *");
    for (day, slots) in [
        ("2026-03-29", ["2026-03-29T01:00:00Z", "2026-03-29T12:00:00Z"]),
        ("2026-10-25", ["2026-10-25T00:00:00Z", "2026-10-25T13:00:00Z"]),
    ] {
        let first = schedule.next(at(&format!("{day}T00:00:00Z")) - SignedDuration::from_hours(2)).unwrap();
        assert_eq!([first, schedule.next(first).unwrap()], slots.map(at), "{day}");
    }
}
