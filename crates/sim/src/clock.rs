//! The simulator's time: a monotonic count of what has passed, laid on a date that the options choose.
//!
//! vCenter's clock may be wrong, and may be set: an offset counts from the moment on which it was set, so dates from before stay as
//! they were read then.
//!
//! Tasks progress by the monotonic part alone, so a machine whose clock is set does not end them; what clients read
//! (`createTime`, `queueTime`, `CurrentTime`) is the chosen date plus that part. Tests put a clock in by hand.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::past::BEFORE;

/// Where the time comes from.
#[derive(Debug)]
pub(super) struct Clock {
    base: Timestamp,
    source: Source,
    /// The offsets that it was set to, each with the moment since which it counts, in their order.
    pub(super) offsets: Vec<(Duration, SignedDuration)>,
}

#[derive(Debug)]
enum Source {
    /// Since when it runs, and what had passed before.
    Real(Instant, Duration),
    #[cfg(test)]
    Manual(std::sync::Mutex<Duration>),
}

/// A clock for a world that has not got its own yet.
impl Default for Clock {
    fn default() -> Self {
        Self::resumed(Timestamp::UNIX_EPOCH, Duration::ZERO)
    }
}

impl Clock {
    /// A running clock that shows this date. [`BEFORE`] has already passed, so that tasks can lie in the past.
    pub(super) fn real(now: Timestamp) -> Self {
        let (base, passed) = Self::beginning(now);
        Self::resumed(base, passed)
    }

    /// The base and the time passed of a new world's clock that shows this date.
    pub(super) fn beginning(now: Timestamp) -> (Timestamp, Duration) {
        (now.saturating_sub(BEFORE).unwrap_or(Timestamp::MIN), BEFORE)
    }

    /// A running clock: `passed` is the time since `base` until now.
    pub(super) fn resumed(base: Timestamp, passed: Duration) -> Self {
        Self { base, source: Source::Real(Instant::now(), passed), offsets: Vec::new() }
    }

    /// Sets it: from this moment on it shows so much more than the true date.
    pub(super) fn set_offset(&mut self, since: Duration, offset: SignedDuration) {
        self.offsets.push((since, offset));
    }

    /// How much more than the true date it shows.
    pub(super) fn offset(&self) -> SignedDuration {
        self.offset_at(self.passed())
    }

    fn offset_at(&self, passed: Duration) -> SignedDuration {
        let set = self.offsets.iter().rev().find(|(since, _)| *since <= passed);
        set.map_or(SignedDuration::ZERO, |(_, offset)| *offset)
    }

    /// The date from which it counts.
    pub(super) fn base(&self) -> Timestamp {
        self.base
    }

    /// A clock that shows this date until it is moved.
    #[cfg(test)]
    pub(super) fn manual(now: Timestamp) -> Self {
        let (base, passed) = Self::beginning(now);
        Self::stopped(base, passed)
    }

    /// The same, but it stands until it is moved.
    #[cfg(test)]
    pub(super) fn stopped(base: Timestamp, passed: Duration) -> Self {
        Self { base, source: Source::Manual(std::sync::Mutex::new(passed)), offsets: Vec::new() }
    }

    /// Moves a manual clock on.
    #[cfg(test)]
    pub(super) fn pass(&self, by: Duration) {
        if let Source::Manual(passed) = &self.source {
            *passed.lock().unwrap() += by;
        }
    }

    /// Moves a running clock on at once.
    pub(super) fn skip(&mut self, by: Duration) {
        match &mut self.source {
            Source::Real(_, before) => *before = before.saturating_add(by),
            #[cfg(test)]
            Source::Manual(_) => {}
        }
    }

    /// The time since `base`.
    pub(super) fn passed(&self) -> Duration {
        match &self.source {
            Source::Real(start, before) => before.saturating_add(start.elapsed()),
            #[cfg(test)]
            Source::Manual(passed) => *passed.lock().unwrap(),
        }
    }

    /// The date at a moment of the monotonic count. Past the end of the calendar it stands still.
    pub(super) fn date_at(&self, moment: Duration) -> Timestamp {
        SignedDuration::try_from(moment)
            .ok()
            .and_then(|passed| passed.checked_add(self.offset_at(moment)))
            .and_then(|passed| self.base.checked_add(passed).ok())
            .unwrap_or(Timestamp::MAX)
    }

    /// The date now.
    pub(super) fn now(&self) -> Timestamp {
        self.date_at(self.passed())
    }
}
