//! How long a snapshot is to stay, as it was said: for a while, or until a moment of a calendar.
//!
//! "Friday 18:00" is a moment only together with a clock and a time zone, so it is kept as it was said until somebody's
//! channel tells which zone is meant ([`Keep::end`]).

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

/// The time of a day that was named without one: its last minute, since a snapshot that stays until Friday is there on Friday.
const END_OF_DAY: Time = Time::constant(23, 59, 0, 0);

/// How long.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Keep {
    /// For this long; a day is 24 hours.
    For(SignedDuration),
    /// Until this moment.
    Until(Moment),
}

/// A moment of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moment {
    pub day: Day,
    /// At which time; the end of the day where none was said.
    pub time: Option<Time>,
}

/// A day, as people say it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// No day was said: today, or tomorrow if the time is over.
    Next,
    Today,
    Tomorrow,
    /// The next one, today included if the time is still to come. Monday is 1.
    Weekday(i8),
    /// A date of the next year in which it is still to come.
    Yearly {
        /// 1 to 12
        month: i8,
        /// 1 to 31
        day: i8,
    },
    Date(Date),
}

/// The moment is over, or there is none of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past;

impl Keep {
    /// When it ends, in whole seconds: the marker is for people too.
    ///
    /// # Errors
    /// [`Past`] for a moment that is over, or a date that no year has.
    pub fn end(&self, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Past> {
        let end = match self {
            Self::For(duration) => now.saturating_add(*duration).map_err(|_| Past)?,
            Self::Until(moment) => moment.at(now, zone)?,
        };
        let whole = Timestamp::from_second(end.as_second()).map_err(|_| Past)?;
        if whole > now { Ok(whole) } else { Err(Past) }
    }
}

impl Moment {
    fn at(&self, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Past> {
        let time = self.time.unwrap_or(END_OF_DAY);
        let today = now.to_zoned(zone.clone()).date();
        // A time that a change of the clocks skips or repeats is taken as calendars do (RFC 5545).
        let on = |date: Date| date.to_datetime(time).to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
        let later = |date: Date, days: i64| date.checked_add(days.days()).map_err(|_| Past);
        let first_to_come = |dates: [Result<Date, Past>; 2]| {
            let at = dates.into_iter().flatten().filter_map(|date| on(date).ok()).find(|at| *at > now);
            at.ok_or(Past)
        };
        match self.day {
            Day::Next => first_to_come([Ok(today), later(today, 1)]),
            Day::Today => on(today).map_err(|_| Past),
            Day::Tomorrow => on(later(today, 1)?).map_err(|_| Past),
            Day::Weekday(number) => {
                let weekday = Weekday::from_monday_one_offset(number).map_err(|_| Past)?;
                let days = i64::from(today.weekday().until(weekday));
                first_to_come([later(today, days), later(today, days + 7)])
            }
            Day::Yearly { month, day } => {
                let in_year = |year: i16| Date::new(year, month, day).map_err(|_| Past);
                // 29 February may be three years away.
                let years = (0..=8).filter_map(|years| in_year(today.year().saturating_add(years)).ok());
                years.filter_map(|date| on(date).ok()).find(|at| *at > now).ok_or(Past)
            }
            Day::Date(date) => on(date).map_err(|_| Past),
        }
    }
}

#[cfg(test)]
mod tests {
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
            (Day::Yearly { month: 11, day: 24 }, None, "2027-11-24 23:59"),
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
}
