//! How often Slack lets something be done: one message a second and channel with short bursts, fifty edits in any minute.

use std::collections::VecDeque;
use std::time::Duration;

/// So many messages may come at once to a channel.
const BURST: f64 = 4.0;

/// So many edits in any minute.
const EDITS: usize = 50;

const MINUTE: Duration = Duration::from_secs(60);

/// What is left for a channel.
pub(super) struct Bucket {
    left: f64,
    at: Duration,
}

impl Bucket {
    pub(super) fn new(now: Duration) -> Self {
        Self { left: BURST, at: now }
    }

    /// Takes one; else how many seconds to wait.
    pub(super) fn take(&mut self, now: Duration) -> Result<(), u64> {
        self.left = (self.left + now.saturating_sub(self.at).as_secs_f64()).min(BURST);
        self.at = now;
        if self.left < 1.0 {
            return Err(1);
        }
        self.left -= 1.0;
        Ok(())
    }
}

/// Takes one edit; else how many seconds to wait.
pub(super) fn edit(edits: &mut VecDeque<Duration>, now: Duration) -> Result<(), u64> {
    while edits.front().is_some_and(|at| now.saturating_sub(*at) >= MINUTE) {
        edits.pop_front();
    }
    if edits.len() >= EDITS {
        let oldest = edits.front().copied().unwrap_or(now);
        return Err((MINUTE.saturating_sub(now.saturating_sub(oldest))).as_secs() + 1);
    }
    edits.push_back(now);
    Ok(())
}
