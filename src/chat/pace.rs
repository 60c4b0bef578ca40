//! How often a platform lets something be done: quotas by key on our clock, and a stop until then where the platform said so itself.
//!
//! A quota gives a permit or says how long to wait; it never waits by itself, so that what is sent next can still be chosen when
//! there is room for it. Where several quotas have to agree, a permit that turns out to be of no use yet is given back and is there for the next try.

use std::collections::{HashMap, HashSet};
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
pub(crate) struct Pace<K: Hash + Eq + Clone> {
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
    pub(crate) fn new(clock: Arc<dyn Clock>, every: Duration, burst: NonZeroU32) -> Self {
        let clock = PortClock(clock);
        // Only a period of zero is none, and that would be no quota.
        let quota = Quota::with_period(every.max(Duration::from_millis(1)));
        let quota = quota.unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        let kept = Mutex::new(Kept { spare: HashSet::new(), stopped: HashMap::new() });
        Self { clock, limiter, kept }
    }

    /// Takes a permit; else how long until it is worth asking again.
    pub(crate) fn take(&self, key: &K) -> Option<Duration> {
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
    pub(crate) fn give_back(&self, key: &K) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).spare.insert(key.clone());
    }

    /// The platform said to wait so long (`Retry-After`).
    pub(crate) fn stop(&self, key: &K, wait: Duration) {
        let until = self.clock.now().saturating_add(wait);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.stopped.entry(key.clone()).or_default();
        *known = until.max(*known);
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
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::engine::clock::ManualClock;

    fn pace(burst: u32) -> (Arc<ManualClock>, Pace<&'static str>) {
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1)));
        let pace = Pace::new(clock.clone(), Duration::from_secs(1), NonZeroU32::new(burst).unwrap());
        (clock, pace)
    }

    #[test]
    fn a_burst_is_let_through_and_then_one_a_second_for_each_key() {
        let (clock, pace) = pace(3);
        assert_eq!([pace.take(&"a"), pace.take(&"a"), pace.take(&"a")], [None; 3]);
        assert_eq!(pace.take(&"a"), Some(Duration::from_secs(1)));
        assert_eq!(pace.take(&"b"), None, "another key has its own");
        clock.advance(SignedDuration::from_millis(400));
        assert_eq!(pace.take(&"a"), Some(Duration::from_millis(600)));
        clock.advance(SignedDuration::from_millis(600));
        assert_eq!(pace.take(&"a"), None);
    }

    #[test]
    fn a_permit_that_was_of_no_use_is_there_the_next_time() {
        let (_clock, pace) = pace(1);
        assert_eq!(pace.take(&"a"), None);
        pace.give_back(&"a");
        assert_eq!(pace.take(&"a"), None);
        assert!(pace.take(&"a").is_some(), "it is there once");
    }

    #[test]
    fn what_the_platform_said_counts_more() {
        let (clock, pace) = pace(5);
        pace.stop(&"a", Duration::from_secs(30));
        pace.stop(&"a", Duration::from_secs(10));
        assert_eq!(pace.take(&"a"), Some(Duration::from_secs(30)), "the longer of the two");
        clock.advance(SignedDuration::from_secs(30));
        assert_eq!(pace.take(&"a"), None);
    }
}
