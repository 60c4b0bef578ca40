use super::*;

fn end(day: Day, time: Option<Time>) -> Result<String, Past> {
    // A Wednesday, 14:05 in Paris.
    let now = "2026-11-25T13:05:00Z".parse().unwrap();
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let end = Keep::Until(Moment { day, time }).end(now, &zone)?;
    Ok(end.to_zoned(zone).strftime("%F %R").to_string())
}

fn at(hour: i8) -> Option<Time> {
    Some(Time::constant(hour, 0, 0, 0))
}

#[test]
fn a_moment_is_the_next_one_of_its_kind() {
    for (day, time, wanted) in [
        (Day::Next, at(18), "2026-11-25 18:00"),
        (Day::Next, at(9), "2026-11-26 09:00"),
        (Day::Today, None, "2026-11-25 23:59"),
        (Day::Tomorrow, at(8), "2026-11-26 08:00"),
        (Day::Weekday(5), at(18), "2026-11-27 18:00"),
        (Day::Weekday(3), at(18), "2026-11-25 18:00"),
        (Day::Weekday(3), at(9), "2026-12-02 09:00"),
        (Day::Weekday(1), None, "2026-11-30 23:59"),
        (Day::Yearly { month: 12, day: 1 }, None, "2026-12-01 23:59"),
        (Day::Yearly { month: 1, day: 31 }, None, "2027-01-31 23:59"),
        (Day::At("2026-11-27T18:00:00Z".parse().unwrap()), None, "2026-11-27 19:00"),
        (Day::Yearly { month: 2, day: 29 }, None, "2028-02-29 23:59"),
        (Day::Date(jiff::civil::date(2027, 3, 28)), Some(Time::constant(2, 30, 0, 0)), "2027-03-28 03:30"),
    ] {
        assert_eq!(end(day.clone(), time).as_deref(), Ok(wanted), "{day:?}");
    }
}

#[test]
fn what_is_over_is_said_so() {
    for (day, time) in [
        (Day::Today, at(9)),
        (Day::Date(jiff::civil::date(2026, 11, 24)), None),
        (Day::Yearly { month: 11, day: 24 }, None),
        (Day::Yearly { month: 11, day: 25 }, at(9)),
        (Day::Yearly { month: 7, day: 15 }, None),
        (Day::Yearly { month: 2, day: 30 }, None),
        (Day::Weekday(8), None),
    ] {
        assert_eq!(end(day.clone(), time), Err(Past), "{day:?}");
    }
}

#[test]
fn what_was_written_down_before_moments_existed_reads_back() {
    let old = serde_json::to_string(&SignedDuration::from_hours(72)).unwrap();
    assert_eq!(serde_json::from_str::<Keep>(&old).unwrap(), Keep::For(SignedDuration::from_hours(72)));
    let until = Keep::Until(Moment { day: Day::Weekday(5), time: at(18) });
    assert_eq!(serde_json::from_str::<Keep>(&serde_json::to_string(&until).unwrap()).unwrap(), until);
}
