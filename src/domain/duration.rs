//! Durations as people and files write them: whole numbers with units, one or several (`3d`, `1d12h`, `3 days`), summed up.
//!
//! The units are the caller's: a command takes words in two languages and no bare `m`, a file takes one letter each.

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// It is empty, or a unit has no number before it.
    #[error("a whole number with a unit is missing")]
    NoNumber,
    /// The last number has no unit.
    #[error("the unit is missing")]
    NoUnit,
    /// There is no such unit.
    #[error("{0:?} is no unit")]
    UnknownUnit(String),
}

/// The seconds of a duration; `i64::MAX` where there are too many to count. `unit` gives the seconds of a unit.
///
/// # Errors
/// [`DurationError`]
pub fn seconds(text: &str, unit: impl Fn(&str) -> Option<i64>) -> Result<i64, DurationError> {
    let (mut rest, mut total) = (text.trim(), 0_i64);
    if rest.is_empty() {
        return Err(DurationError::NoNumber);
    }
    while !rest.is_empty() {
        let (digits, after) = leading(rest, |c| c.is_ascii_digit());
        if digits.is_empty() {
            return Err(DurationError::NoNumber);
        }
        let named = after.trim_start();
        if named.is_empty() {
            return Err(DurationError::NoUnit);
        }
        let (name, next) = leading(named, char::is_alphabetic);
        let unit = unit(name).ok_or_else(|| {
            let word = if name.is_empty() { named.chars().take(1).collect() } else { name.to_owned() };
            DurationError::UnknownUnit(word)
        })?;
        // Digits that do not fit are a number nonetheless, and an absurd one.
        total = total.saturating_add(digits.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(unit));
        rest = next.trim_start();
    }
    Ok(total)
}

/// Splits a text after its leading characters of a class.
fn leading(text: &str, class: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !class(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests;
