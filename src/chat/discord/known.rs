//! What the adapter remembers for a while and may forget: nothing here decides anything, and a restart costs a nicety at most.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::Duration;

use super::inbound::Token;
use super::limits;

/// Channels of direct messages, tokens and threads are remembered up to so many.
const PLACES: usize = 4_096;

/// A token is not used in its last half minute: the answer has to arrive before it ends.
const SPARE: Duration = Duration::from_secs(30);

/// Things by key, of which the oldest are forgotten.
pub(super) struct Memory<K, V> {
    most: usize,
    things: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Hash + Eq + Clone, V> Memory<K, V> {
    fn new(most: usize) -> Self {
        Self { most, things: HashMap::new(), order: VecDeque::new() }
    }

    pub(super) fn put(&mut self, key: K, thing: V) {
        if self.things.insert(key.clone(), thing).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > self.most {
            if let Some(oldest) = self.order.pop_front() {
                self.things.remove(&oldest);
            }
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.things.get(key)
    }
}

/// Where a message's details stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Details {
    /// What they say, as a digest.
    pub(super) says: u64,
    /// The message in the thread; none until it was posted, or found in a thread of before a restart.
    pub(super) message: Option<String>,
}

/// Everything that is remembered.
pub(super) struct Known {
    /// Channels of direct messages, by account.
    pub(super) direct: Memory<String, String>,
    /// The newest interaction of an account in a channel, with the time of its arrival.
    pub(super) tokens: Memory<(String, String), (Token, Duration)>,
    /// Details by the message that they belong to.
    pub(super) details: Memory<String, Details>,
}

impl Known {
    pub(super) fn new() -> Self {
        Self { direct: Memory::new(PLACES), tokens: Memory::new(PLACES), details: Memory::new(PLACES) }
    }

    /// The token of somebody's last interaction in a channel, if it is still good.
    pub(super) fn token(&self, channel: &str, account: &str, now: Duration) -> Option<Token> {
        let (token, at) = self.tokens.get(&(channel.to_owned(), account.to_owned()))?;
        is_good(*at, now).then(|| token.clone())
    }
}

/// Whether a token that came then can still be used.
pub(super) fn is_good(came: Duration, now: Duration) -> bool {
    now.saturating_sub(came) + SPARE < limits::TOKEN_LIFE
}

#[cfg(test)]
mod tests;
