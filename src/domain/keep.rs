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
    /// A date of the year in which it is nearest. One that has just passed is over, and not next year's.
    Yearly {
        /// 1 to 12
        month: i8,
        /// 1 to 31
        day: i8,
    },
    Date(Date),
    /// An instant by itself, whatever the zone.
    At(Timestamp),
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
                // 29 February may be some years away.
                let years = (-8..=8).filter_map(|years| in_year(today.year().saturating_add(years)).ok());
                let nearest = years.filter_map(|date| on(date).ok()).min_by_key(|at| at.duration_since(now).abs());
                nearest.ok_or(Past)
            }
            Day::Date(date) => on(date).map_err(|_| Past),
            Day::At(instant) => Ok(instant),
        }
    }
}

#[cfg(test)]
mod tests;
