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
        let (mut slot, mut days, mut slots) = (at("2025-12-31T22:59:59Z"), std::collections::BTreeSet::new(), 0);
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
