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
        ("until friday 18.30", Day::Weekday(5), at(18, 30)),
        ("friday 18h30", Day::Weekday(5), at(18, 30)),
        ("friday at 6 pm", Day::Weekday(5), at(18, 0)),
        ("friday 6.30pm", Day::Weekday(5), at(18, 30)),
        ("friday 18:00:00", Day::Weekday(5), at(18, 0)),
        ("27.11.2026 9.05", date(2026, 11, 27), at(9, 5)),
        ("until 2026-12-04T18:00", date(2026, 12, 4), at(18, 0)),
        ("2026-12-04T18:00:00", date(2026, 12, 4), at(18, 0)),
        ("20261204", date(2026, 12, 4), None),
        ("2026-12-04T18:00+01:00", Day::At("2026-12-04T17:00:00Z".parse().unwrap()), None),
        ("2026-12-04T18:00:00Z", Day::At("2026-12-04T18:00:00Z".parse().unwrap()), None),
    ] {
        assert_eq!(moment(text), Ok(Moment { day, time }), "{text}");
    }
}

#[test]
fn what_is_no_moment_or_two_is_an_error_at_its_word() {
    for (text, word, at) in [
        ("", "", 0),
        ("until", "until", 0),
        ("friday friday", "friday", 7),
        ("until 31/02", "31/02", 6),
        ("30 february", "february", 3),
        ("13/13", "13/13", 0),
        ("25:00", "25:00", 0),
        ("until friday 25:00", "25:00", 13),
        ("until friday 18.60", "18.60", 13),
        ("until friday  evening", "evening", 14),
        ("until tomorow", "tomorow", 6),
        ("18:5", "18:5", 0),
        ("13pm", "13pm", 0),
        ("friday 13 pm", "13pm", 7),
        ("friday 3d", "3d", 7),
        ("3d", "3d", 0),
        ("mar", "mar", 0),
        ("27", "27", 0),
        ("november", "november", 0),
        ("2026", "2026", 0),
        ("forever", "forever", 0),
        ("18:00 19:00", "19:00", 6),
        ("2026-13-01", "2026-13-01", 0),
        ("2026-12-04T25:00", "2026-12-04T25:00", 0),
        ("2026-12-04T18:00 19:00", "19:00", 17),
        ("2026-12-04T18:00Z 19:00", "19:00", 18),
        ("2026-12-04T18:00[Europe/Paris]", "2026-12-04T18:00[Europe/Paris]", 0),
    ] {
        assert_eq!(moment(text), Err(BadWord { word: word.to_owned(), at }), "{text}");
    }
}
