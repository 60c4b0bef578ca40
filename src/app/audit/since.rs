//! From when on something is exported: a day or a moment, as people write them.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A moment in time, read from a date or an RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since(pub Timestamp);

impl FromStr for Since {
    type Err = String;

    /// A date is the day's beginning in UTC.
    fn from_str(text: &str) -> Result<Self, String> {
        // Dates first, and dates alone: jiff would read one off the beginning of anything longer.
        if let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes()
            && [y1, y2, y3, y4, m1, m2, d1, d2].iter().all(|digit| digit.is_ascii_digit())
        {
            let date: Date = text.parse().map_err(|error| format!("{error}; {}", accepted()))?;
            let begins = date.to_zoned(TimeZone::UTC).map_err(|error| format!("{error}; {}", accepted()))?;
            return Ok(Self(begins.timestamp()));
        }
        text.parse().map(Self).map_err(|_| accepted())
    }
}

fn accepted() -> String {
    "expected a date such as 2026-08-01 (from its beginning in UTC), or a time with its offset such as \
     2026-08-01T14:30:00Z or 2026-08-01T14:30:00+02:00"
        .to_owned()
}

#[cfg(test)]
mod tests;
