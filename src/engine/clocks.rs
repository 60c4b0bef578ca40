//! vCenters whose clock is another than ours: when that is worth a warning, and how it is said to administrators.

use jiff::SignedDuration;

/// Clocks further apart than this are a warning: expiries, schedules and what vCenter shows then differ by more than anybody takes for a moment.
pub const SKEW_LIMIT: SignedDuration = SignedDuration::from_secs(60);

/// That a vCenter's clock, which is so far ahead of ours, is wrong or ours is; none where they agree.
pub fn skew_in_words(ahead: SignedDuration) -> Option<String> {
    let side = if ahead.is_negative() { "behind" } else { "ahead of" };
    let apart = SignedDuration::from_secs(ahead.abs().as_secs());
    (ahead.abs() > SKEW_LIMIT).then(|| format!("its clock is {apart:#} {side} this machine's"))
}

#[cfg(test)]
mod tests;
