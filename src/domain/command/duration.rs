//! `keep:3d`: how long a snapshot is to stay. Until when, [`super::moment`] reads.

use jiff::SignedDuration;

use super::error::CommandError;
use super::fold::fold;
use super::moment;
use super::words::Text;
use crate::domain::duration;
use crate::domain::keep::Keep;

/// The longest time that can be asked for: ten years of 365 days. What is meant to stay longer is no snapshot.
pub(super) const KEEP_MAX_DAYS: i64 = 3_650;

/// A day is 24 hours here: a snapshot ages by the clock, not by the calendar.
const HOURS_A_DAY: i64 = 24;

/// Reads a duration as people type it: whole numbers with a unit, one or several (`3d`, `1d12h`, `3 days`, `2 semaines`).
///
/// # Errors
///
/// [`CommandError::BadDuration`], [`CommandError::NegativeDuration`] (zero or less) or [`CommandError::DurationTooLong`].
pub fn keep(text: &str) -> Result<SignedDuration, CommandError> {
    keep_in(&Text::of_field(text))
}

/// The same, for a part of a command.
pub(super) fn keep_in(value: &Text) -> Result<SignedDuration, CommandError> {
    let (word, column) = (value.text.clone(), value.start);
    let trimmed = value.text.trim();
    let unsigned = trimmed.strip_prefix(['-', '−', '–', '—', '+']).unwrap_or(trimmed);
    let negative = unsigned.len() < trimmed.len() && !trimmed.starts_with('+');
    let Ok(seconds) = duration::seconds(&fold(unsigned), unit_seconds) else {
        return Err(CommandError::BadDuration { word, column });
    };
    if negative || seconds == 0 {
        return Err(CommandError::NegativeDuration { word, column });
    }
    if seconds > KEEP_MAX_DAYS * HOURS_A_DAY * 3_600 {
        let limit_days = KEEP_MAX_DAYS;
        return Err(CommandError::DurationTooLong { word, column, limit_days });
    }
    Ok(SignedDuration::from_secs(seconds))
}

/// Reads how long, or until when (`3d`, `until friday 18:00`), as a form sends it.
///
/// # Errors
///
/// Those of [`keep`], and [`CommandError::BadMoment`].
pub(super) fn until_or_for(text: &str) -> Result<Keep, CommandError> {
    until_or_for_in(&Text::of_field(text))
}

/// The same, for a part of a command.
pub(super) fn until_or_for_in(value: &Text) -> Result<Keep, CommandError> {
    let long = keep_in(value);
    // "2h" is two hours and "until 2h" two o'clock.
    match (moment::moment(&value.text), &long) {
        (Ok(moment), Err(_)) => Ok(Keep::Until(moment)),
        (Err(bad), Err(CommandError::BadDuration { .. })) if moment::is_meant(&value.text) => {
            let column = value.columns.get(bad.at).copied().unwrap_or(value.start);
            Err(CommandError::BadMoment { word: bad.word, column })
        }
        (Ok(_) | Err(_), _) => long.map(Keep::For),
    }
}

/// Whether a word is a unit by itself, as in `keep:3 days`.
pub(super) fn is_unit(word: &str) -> bool {
    unit_seconds(&fold(word)).is_some()
}

/// How many seconds a unit has. `m` is none of them: it may mean minutes or months.
fn unit_seconds(unit: &str) -> Option<i64> {
    match unit {
        "min" | "mins" | "minute" | "minutes" => Some(60),
        "h" | "hr" | "hrs" | "hour" | "hours" | "heure" | "heures" => Some(3_600),
        "d" | "day" | "days" | "j" | "jour" | "jours" => Some(3_600 * HOURS_A_DAY),
        "w" | "wk" | "week" | "weeks" | "sem" | "semaine" | "semaines" => Some(3_600 * HOURS_A_DAY * 7),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
