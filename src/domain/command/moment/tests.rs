use super::*;

fn at(hour: i8, minute: i8) -> Option<Time> {
    Some(Time::constant(hour, minute, 0, 0))
}

#[test]
fn moments_are_read_in_both_languages() {
    let yearly = |month, day| Day::Yearly { month, day };
    let date = |year, month, day| Day::Date(jiff::civil::date(year, month, day));
    for (text, day, time) in [
        ("until friday 18:00", Day::Weekday(5), at(18, 0)),
        ("jusqu'à vendredi 18h", Day::Weekday(5), at(18, 0)),
        ("jusqu’au vendredi à 18h30", Day::Weekday(5), at(18, 30)),
        ("Fri 6pm", Day::Weekday(5), at(18, 0)),
        ("until next monday", Day::Weekday(1), None),
        ("tomorrow noon", Day::Tomorrow, at(12, 0)),
        ("demain 8:00", Day::Tomorrow, at(8, 0)),
        ("aujourd'hui 20h", Day::Today, at(20, 0)),
        ("until 18:00", Day::Next, at(18, 0)),
        ("until 1 December", yearly(12, 1), None),
        ("until Friday, 27 Nov 18:00", yearly(11, 27), at(18, 0)),
        ("jusqu'au 1er décembre", yearly(12, 1), None),
        ("27/11", yearly(11, 27), None),
        ("27/11/2026 12:30am", date(2026, 11, 27), at(0, 30)),
        ("2026-11-27 18:00", date(2026, 11, 27), at(18, 0)),
        ("27 nov 2026", date(2026, 11, 27), None),
    ] {
        assert_eq!(moment(text), Some(Moment { day, time }), "{text}");
    }
}

#[test]
fn what_is_no_moment_or_two_is_none() {
    for text in [
        "",
        "until",
        "friday friday",
        "31/02",
        "30 february",
        "13/13",
        "25:00",
        "18:5",
        "13pm",
        "friday 3d",
        "3d",
        "mar",
        "27",
        "november",
        "2026",
        "forever",
        "18:00 19:00",
        "2026-13-01",
    ] {
        assert_eq!(moment(text), None, "{text}");
    }
}
