//! How often a platform lets something be done: quotas by key on our clock, and a stop until then where the platform said so itself.
//!
//! A quota gives a permit or says how long to wait; it never waits by itself, so that what is sent next can still be chosen when
//! there is room for it. Where several quotas have to agree, a permit that turns out to be of no use yet is given back and is there for the next try.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::engine::ports::Clock;

/// A quota for each key.
pub(in crate::chat) struct Pace<K: Hash + Eq + Clone> {
    clock: PortClock,
    limiter: RateLimiter<K, DashMapStateStore<K>, PortClock, NoOpMiddleware<Duration>>,
    kept: Mutex<Kept<K>>,
}

/// What the limiter itself does not know.
struct Kept<K> {
    /// Keys with a permit that was given and not used.
    spare: HashSet<K>,
    /// Keys that the platform has told to wait, with the moment until when.
    stopped: HashMap<K, Duration>,
}

impl<K: Hash + Eq + Clone> Pace<K> {
    /// `burst` at once, and one more each `every`.
    pub(in crate::chat) fn new(clock: Arc<dyn Clock>, every: Duration, burst: NonZeroU32) -> Self {
        let clock = PortClock(clock);
        // Only a period of zero is none, and that would be no quota.
        let quota = Quota::with_period(every.max(Duration::from_millis(1)));
        let quota = quota.unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        let kept = Mutex::new(Kept { spare: HashSet::new(), stopped: HashMap::new() });
        Self { clock, limiter, kept }
    }

    /// Takes a permit; else how long until it is worth asking again.
    pub(in crate::chat) fn take(&self, key: &K) -> Option<Duration> {
        let now = self.clock.now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = kept.stopped.get(key) {
            let left = until.saturating_sub(now);
            if !left.is_zero() {
                return Some(left);
            }
            kept.stopped.remove(key);
        }
        if kept.spare.remove(key) {
            return None;
        }
        drop(kept);
        let wait = self.limiter.check_key(key).err()?.wait_time_from(now);
        // Never "now", or whoever asks would turn in a circle.
        Some(wait.max(Duration::from_millis(1)))
    }

    /// Gives a permit back that was of no use.
    pub(in crate::chat) fn give_back(&self, key: &K) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).spare.insert(key.clone());
    }

    /// The platform said to wait so long (`Retry-After`).
    pub(in crate::chat) fn stop(&self, key: &K, wait: Duration) {
        let until = self.clock.now().saturating_add(wait);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.stopped.entry(key.clone()).or_default();
        *known = until.max(*known);
    }
}

/// At most so many in any span of one length, which may all come at once.
///
/// A [`Pace`] that keeps the same promise has to give its burst up afterwards, and so lets less through than the platform takes.
pub(in crate::chat) struct Window {
    clock: Arc<dyn Clock>,
    most: usize,
    over: Duration,
    sent: Mutex<Sent>,
}

#[derive(Default)]
struct Sent {
    /// When the permits of the last span were given, oldest first.
    at: VecDeque<Duration>,
    /// Until when the platform has told to wait.
    stopped: Duration,
}

impl Window {
    /// `most` in any span of `over`; at least one.
    pub(in crate::chat) fn new(clock: Arc<dyn Clock>, most: usize, over: Duration) -> Self {
        Self { clock, most: most.max(1), over, sent: Mutex::default() }
    }

    /// Takes a permit if `spare` more are left after it; else how long until it is worth asking again.
    pub(in crate::chat) fn take(&self, spare: usize) -> Option<Duration> {
        let now = self.clock.elapsed();
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.stopped > now {
            return Some(sent.stopped.saturating_sub(now));
        }
        while sent.at.front().is_some_and(|at| at.saturating_add(self.over) <= now) {
            sent.at.pop_front();
        }
        let room = self.most.saturating_sub(spare).max(1);
        // This one has to leave the span before there is room.
        if let Some(at) = sent.at.len().checked_sub(room).and_then(|index| sent.at.get(index)) {
            return Some(at.saturating_add(self.over).saturating_sub(now));
        }
        sent.at.push_back(now);
        None
    }

    /// The platform said to wait so long (`Retry-After`).
    pub(in crate::chat) fn stop(&self, wait: Duration) {
        let until = self.clock.elapsed().saturating_add(wait);
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.stopped = until.max(sent.stopped);
    }
}

/// Our clock, as the limiter wants it.
#[derive(Clone)]
struct PortClock(Arc<dyn Clock>);

impl governor::clock::Clock for PortClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests;
