//! The line to one vCenter: whether anything was heard on it, and how far vCenter's clock is from ours.
//!
//! Every answer, a fault included, counts as heard: the background wakes by it, and a silence is a silence of all calls. The clock's offset is
//! taken from every answer to `CurrentTime` and kept, so that what vCenter dates is compared with vCenter's own now, also while it is away.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::engine::ports::Clock;

/// Two measurements closer than this are one: an offset that trembled would be news every few seconds.
const STEADY: Duration = Duration::from_secs(1);

/// What is known of the line.
pub(crate) struct Line {
    clock: Arc<dyn Clock>,
    heard: watch::Sender<u64>,
    silences: watch::Sender<u64>,
    ahead: watch::Sender<Option<SignedDuration>>,
}

impl Line {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, heard: watch::Sender::new(0), silences: watch::Sender::new(0), ahead: watch::Sender::new(None) }
    }

    /// vCenter answered something.
    pub(crate) fn hear(&self) {
        self.heard.send_modify(|heard| *heard += 1);
    }

    /// How many answers there were.
    pub(crate) fn heard(&self) -> watch::Receiver<u64> {
        self.heard.subscribe()
    }

    /// vCenter has been silent for so long that what is still being asked will not be answered.
    pub(crate) fn fall_silent(&self) {
        self.silences.send_modify(|silences| *silences += 1);
    }

    /// How often it was.
    pub(crate) fn silences(&self) -> watch::Receiver<u64> {
        self.silences.subscribe()
    }

    /// When a question is sent, by the clock that no administrator sets.
    pub(crate) fn sent(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Takes in what vCenter's clock showed between the question and now. It is right to half the time that the answer took.
    pub(crate) fn measure(&self, sent: Duration, shown: Timestamp) {
        let took = self.clock.elapsed().saturating_sub(sent);
        let asked = self.clock.now().checked_sub(took / 2).unwrap_or(Timestamp::MIN);
        // Whole seconds: what is less is the way of the answer.
        let ahead = SignedDuration::from_secs(shown.duration_since(asked).as_secs());
        self.ahead.send_if_modified(|known| {
            let differs = known.is_none_or(|known| (ahead - known).unsigned_abs() > STEADY.max(took));
            if differs {
                *known = Some(ahead);
            }
            differs
        });
    }

    /// How far vCenter's clock is ahead of ours; none before it was read.
    pub(crate) fn ahead(&self) -> watch::Receiver<Option<SignedDuration>> {
        self.ahead.subscribe()
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("ahead", &*self.ahead.borrow()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
