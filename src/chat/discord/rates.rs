//! How often Discord may be asked: what it said in its answers' headers, and never near the refusals that ban an address.
//!
//! Discord tells with each answer how many more requests a bucket takes and when it is full again. That is believed and
//! nothing else, but for the one number that stands in its documentation alone: 50 requests a second over everything.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::limits;
use crate::chat::front::rates::Pace;
use crate::engine::ports::Clock;
use crate::telemetry::names;

/// So many may come at once.
const BURST: u32 = 10;

/// One more request each so many milliseconds. 10 + 1000 / 30 = 43 in a second, of the 50 that Discord takes of a bot, answers to interactions not counted: it
/// counts as they arrive, and those that are 200 ms on their way do not make 50 with those behind them.
const EVERY: Duration = Duration::from_millis(30);

/// After so many refusals within Discord's window nothing is sent for a while: a twentieth of what bans the address.
const BREAK_AT: usize = limits::INVALID_REQUESTS / 20;

/// Where Discord says nothing about when, a limited route is left alone for so long.
const UNSAID: Duration = Duration::from_secs(1);

/// A bucket that was not heard of for so long is forgotten.
const FORGET: Duration = Duration::from_secs(600);

/// What a limit is counted by: the kind of request, and the channel, server or interaction that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    kind: &'static str,
    about: String,
}

impl Route {
    pub(super) fn new(kind: &'static str, about: &str) -> Self {
        Self { kind, about: about.to_owned() }
    }

    /// An answer to an interaction: those have limits of their own and are not counted with the rest.
    pub(super) fn interaction(id: &str) -> Self {
        Self::new(INTERACTION, id)
    }

    pub(super) fn is_interaction(&self) -> bool {
        self.kind == INTERACTION
    }
}

const INTERACTION: &str = "interaction";

/// What an answer says about limits.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Heard {
    /// Discord's name of the bucket.
    bucket: Option<String>,
    /// How many more requests it takes.
    remaining: Option<u32>,
    /// When it is full again.
    reset: Option<Duration>,
    /// How long to wait, of a 429.
    retry: Option<Duration>,
    /// Whether that holds for everything.
    global: bool,
    /// Whether others have used the bucket up: that is not held against us.
    pub(super) shared: bool,
}

impl Heard {
    pub(super) fn of(headers: &HeaderMap, json: &Value) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let seconds =
            |text: &str| text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let said = json["retry_after"].as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let scope = text("x-ratelimit-scope");
        Self {
            bucket: text("x-ratelimit-bucket").map(str::to_owned),
            remaining: text("x-ratelimit-remaining").and_then(|count| count.parse().ok()),
            reset: text("x-ratelimit-reset-after").and_then(seconds),
            // The body has milliseconds, the header whole seconds.
            retry: said.or_else(|| text("retry-after").and_then(seconds)),
            global: text("x-ratelimit-global").is_some() || json["global"] == true || scope == Some("global"),
            shared: scope == Some("shared"),
        }
    }
}

/// All limits.
pub(crate) struct Rates {
    clock: Arc<dyn Clock>,
    everything: Pace<()>,
    stopped: Pace<Route>,
    learned: Mutex<Learned>,
}

#[derive(Default)]
struct Learned {
    /// Which bucket a route belongs to, once Discord has said so.
    buckets: HashMap<Route, String>,
    /// What is left in a bucket for a channel.
    left: HashMap<(String, String), Left>,
    /// When requests were refused.
    refusals: VecDeque<Duration>,
    /// Until when nothing is sent.
    broken: Option<Duration>,
}

struct Left {
    remaining: u32,
    full_at: Duration,
}

impl Rates {
    /// `clock` has to be one that moves as Discord's does.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let burst = NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN);
        // A route has no quota of its own but what Discord says: the limiter only remembers its "not before".
        let free = Pace::new(clock.clone(), Duration::from_millis(1), NonZeroU32::MAX);
        Self { everything: Pace::new(clock.clone(), EVERY, burst), stopped: free, learned: Mutex::default(), clock }
    }

    /// Whether a request may be sent now by the limit of its kind; then it counts. Else how long until it is worth asking again.
    pub(super) fn slot(&self, route: &Route) -> Option<Duration> {
        self.slot_beside(route, 0)
    }

    /// The same for what is of less weight: the last `spare` of a bucket are left to others. One that Discord says nothing of takes it.
    pub(super) fn slot_beside(&self, route: &Route, spare: u32) -> Option<Duration> {
        let now = self.clock.elapsed();
        if let Some(wait) = self.stopped.take(route) {
            return Some(wait);
        }
        let mut learned = self.learned();
        let key = learned.key(route);
        let left = learned.left.get_mut(&key)?;
        if left.full_at <= now {
            learned.left.remove(&key);
            return None;
        }
        if left.remaining <= spare {
            return Some(left.full_at.saturating_sub(now).max(Duration::from_millis(1)));
        }
        left.remaining -= 1;
        None
    }

    /// Waits until a request may be sent by the limit of its kind, and counts it.
    pub(super) async fn wait(&self, route: &Route) {
        while let Some(wait) = self.slot(route) {
            self.sleep(wait).await;
        }
    }

    /// Waits for the limit over everything, which is milliseconds, or what Discord said.
    pub(super) async fn turn(&self) {
        while let Some(wait) = self.everything.take(&()) {
            self.sleep(wait).await;
        }
    }

    async fn sleep(&self, wait: Duration) {
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::from_secs(1));
        let until = self.clock.now().saturating_add(wait).unwrap_or(jiff::Timestamp::MAX);
        self.clock.sleep_until(until).await;
    }

    /// An answer came.
    pub(super) fn heard(&self, route: &Route, heard: &Heard) {
        if route.is_interaction() {
            return;
        }
        let now = self.clock.elapsed();
        let mut learned = self.learned();
        if let Some(bucket) = &heard.bucket {
            learned.buckets.insert(route.clone(), bucket.clone());
        }
        if let (Some(remaining), Some(reset)) = (heard.remaining, heard.reset) {
            let key = learned.key(route);
            learned.left.insert(key, Left { remaining, full_at: now.saturating_add(reset) });
        }
        learned.left.retain(|_, left| left.full_at.saturating_add(FORGET) > now);
    }

    /// Discord said that it was too much. How long to wait.
    pub(super) fn limited(&self, route: &Route, heard: &Heard) -> Duration {
        let wait = heard.retry.or(heard.reset).unwrap_or(UNSAID);
        metrics::counter!(names::DISCORD_LIMITED, "kind" => route.kind).increment(1);
        if heard.global {
            tracing::warn!(wait_ms = wait.as_millis(), "Discord limits everything for a while");
            self.everything.stop(&(), wait);
        } else {
            self.stopped.stop(route, wait);
        }
        wait
    }

    /// A request was refused in the way that is held against us.
    pub(super) fn refused(&self) {
        let now = self.clock.elapsed();
        let mut learned = self.learned();
        learned.refusals.push_back(now);
        while learned.refusals.front().is_some_and(|at| at.saturating_add(limits::INVALID_WINDOW) <= now) {
            learned.refusals.pop_front();
        }
        if learned.refusals.len() >= BREAK_AT && learned.broken.is_none() {
            learned.broken = learned.refusals.front().map(|first| first.saturating_add(limits::INVALID_WINDOW));
            tracing::error!(
                refused = BREAK_AT,
                "Discord has refused so many requests that it might ban this address: nothing is sent for a while"
            );
        }
    }

    /// Whether nothing is sent at all, and for how long.
    pub(super) fn breaker(&self) -> Option<Duration> {
        let now = self.clock.elapsed();
        let mut learned = self.learned();
        let left = learned.broken?.saturating_sub(now);
        if left.is_zero() {
            learned.broken = None;
            learned.refusals.clear();
            return None;
        }
        Some(left)
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Learned {
    /// Discord counts by its bucket and by what the request is about; until it has named one, by the kind of request.
    fn key(&self, route: &Route) -> (String, String) {
        let bucket = self.buckets.get(route).cloned().unwrap_or_else(|| route.kind.to_owned());
        (bucket, route.about.clone())
    }
}

#[cfg(test)]
mod tests;
