//! The clock of tests: it shows what they set.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::engine::ports::{Clock, after, since_epoch};

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
    /// By how much it was set back in all.
    set_back: watch::Sender<SignedDuration>,
    /// Since when what a platform's limits are counted by runs, where it does.
    limits: Option<Instant>,
}

/// How much faster than outside limits run where they run by themselves.
const LIMITS_SPEED: u32 = 20;

impl ManualClock {
    /// A clock that shows this.
    pub fn new(now: Timestamp) -> Self {
        Self { now: watch::Sender::new(now), set_back: watch::Sender::default(), limits: None }
    }

    /// The same, for those who wait for a platform's limits while the time that is shown stands: [`Clock::elapsed`] runs by itself, twenty times as
    /// fast as outside.
    pub fn with_running_limits(now: Timestamp) -> Self {
        Self { limits: Some(Instant::now()), ..Self::new(now) }
    }

    /// Somebody sets it back; no time passes.
    pub fn set_back(&self, by: SignedDuration) {
        self.set_back.send_modify(|all| *all += by);
        self.now.send_modify(|now| *now = now.saturating_sub(by).unwrap_or(Timestamp::MIN));
    }

    /// When it would be had nobody set the clock back.
    fn steady(&self) -> Timestamp {
        let set_back = *self.set_back.borrow();
        self.now().saturating_add(set_back).unwrap_or(Timestamp::MAX)
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        self.now.send_modify(|now| *now = now.saturating_add(by).unwrap_or(Timestamp::MAX));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn elapsed(&self) -> Duration {
        match self.limits {
            Some(since) => since.elapsed() * LIMITS_SPEED,
            None => since_epoch(self.steady()),
        }
    }

    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        match self.limits {
            Some(_) => Box::pin(tokio::time::sleep(time / LIMITS_SPEED)),
            None => {
                let until = after(self.steady(), time);
                Box::pin(async move {
                    let mut changes = self.now.subscribe();
                    // The sender lives as long as `self`, so waiting cannot fail.
                    let _reached = changes.wait_for(|_| self.steady() >= until).await;
                })
            }
        }
    }

    fn sleep_until(&self, until: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let mut changes = self.now.subscribe();
            // The sender lives as long as `self`, so waiting cannot fail.
            let _reached = changes.wait_for(|now| *now >= until).await;
        })
    }
}
