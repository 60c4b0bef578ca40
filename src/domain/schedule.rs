//! When a report is due: cron in a time zone, and what becomes of slots that nobody was there for.
//!
//! A slot is one instant that the schedule names. It is had at most once: whoever remembers the last slot asks for what came
//! after it, so neither a restart nor a clock that is set back brings it twice. A slot that was missed is made up for within the
//! hour, and of several such slots only the last, since a report tells how things are and not how they were.

use std::str::FromStr as _;

use croner::Cron;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// So long after its instant a slot is still made up for.
pub const MADE_UP_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Five fields of cron in a time zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    zone: TimeZone,
}

impl Schedule {
    /// Reads five fields of cron. A schedule that never fires (31 February) is none.
    ///
    /// # Errors
    /// A sentence part that says what is wrong with it.
    pub fn parse(text: &str, zone: TimeZone) -> Result<Self, String> {
        five_fields(text)?;
        let cron = Cron::from_str(text).map_err(|error| error.to_string())?;
        let schedule = Self { cron, zone };
        match schedule.next(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(schedule),
            None => Err("there is no such day, so it would never fire".to_owned()),
        }
    }

    /// The same fields in another time zone.
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// The first slot after this instant. Times that a change of the clocks skips count when the clocks change, all as one, and those that
    /// it repeats count once, the first time.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let mut civil = after.to_zoned(self.zone.clone()).datetime();
        // Instants never fall back while the calendar goes on; where it repeats itself, its times had their turn before `after`.
        loop {
            civil = self.next_of_calendar(civil)?;
            let slot = self.instant(civil)?;
            if slot > after {
                return Some(slot);
            }
        }
    }

    /// The first time after this one that the fields name, in a calendar whose clocks never change.
    fn next_of_calendar(&self, after: DateTime) -> Option<DateTime> {
        let after = after.to_zoned(TimeZone::UTC).ok()?;
        Some(self.cron.find_next_occurrence(&after, false).ok()?.datetime())
    }

    /// When the clocks of the zone first show this time, or pass over it.
    fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        let at = self.zone.to_ambiguous_timestamp(civil);
        let earlier = at.earlier().ok()?;
        match at.offset() {
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => Some(earlier),
            // By the offset that holds after it, a skipped time lies before the change.
            AmbiguousOffset::Gap { .. } => self.zone.following(earlier).next().map(|change| change.timestamp()),
        }
    }

    /// The slot that is due now: the last one after `had`, if it is not over for more than [`MADE_UP_WITHIN`].
    pub fn due(&self, had: Timestamp, now: Timestamp) -> Option<Timestamp> {
        // A slot of exactly an hour ago is still made up for, and `next` leaves out where it begins.
        let oldest = now.saturating_sub(MADE_UP_WITHIN + SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MIN);
        let (mut at, mut due) = (had.max(oldest), None);
        while let Some(slot) = self.next(at).filter(|slot| *slot <= now) {
            due = Some(slot);
            at = slot;
        }
        due
    }
}

/// Checks five fields of cron: `*`, numbers, names of months and days, ranges, lists and steps. The library takes more, and says less
/// about what is wrong.
fn five_fields(text: &str) -> Result<(), String> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    // Name, lowest, highest, words for the numbers from the lowest on. Sunday is 0 and 7.
    let fields: [(&str, u32, u32, &[&str]); 5] = [
        ("minute", 0, 59, &[]),
        ("hour", 0, 23, &[]),
        ("day of month", 1, 31, &[]),
        ("month", 1, 12, &MONTHS),
        ("day of week", 0, 7, &DAYS),
    ];
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != fields.len() {
        return Err(format!("it has {} fields", parts.len()));
    }
    for (part, (name, min, max, words)) in parts.into_iter().zip(fields) {
        let number = |text: &str| -> Option<u32> {
            let word = words.iter().zip(min..).find(|(word, _)| word.eq_ignore_ascii_case(text));
            let number = word.map(|(_, number)| number).or_else(|| text.parse().ok())?;
            (min..=max).contains(&number).then_some(number)
        };
        let item_fits = |item: &str| {
            let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
            let step_fits = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| (1..=max).contains(&step)));
            let range_fits = range == "*"
                || match range.split_once('-') {
                    Some((from, to)) => number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
                    None => number(range).is_some(),
                };
            step_fits && range_fits
        };
        if !part.split(',').all(item_fits) {
            return Err(format!("{part:?} is no {name} ({min} to {max})"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
