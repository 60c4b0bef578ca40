//! What is remembered of interactions: that they were here, and their tokens. While one is valid, its user can be answered privately.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::inbound::Token;
use super::limits;
use crate::chat::front::memory::Memory;

/// So many are remembered.
const REMEMBERED: usize = 4_096;

/// A token is not used in its last half minute: the answer has to arrive before it ends.
const SPARE: Duration = Duration::from_secs(30);

/// The newest interaction of an account in a channel, with the time of its arrival.
pub(super) struct Tokens(Memory<(String, String), (Token, Duration)>);

impl Tokens {
    pub(super) fn new() -> Self {
        Self(Memory::new(REMEMBERED))
    }

    pub(super) fn put(&self, channel: &str, user: &str, token: Token, came: Duration) {
        self.0.put((channel.to_owned(), user.to_owned()), (token, came));
    }

    /// The token of somebody's last interaction in a channel, if it is still good.
    pub(super) fn of(&self, channel: &str, user: &str, now: Duration) -> Option<Token> {
        let (token, came) = self.0.get(&(channel.to_owned(), user.to_owned()))?;
        is_good(came, now).then_some(token)
    }
}

/// So many ids are remembered: at 200 a second, all of the time in which a recording of a signed request would still be accepted.
const SEEN: usize = 60_000;

/// The interactions that were here, by id: Discord may deliver one more than once, and whoever recorded one may too.
#[derive(Default)]
pub(super) struct Seen(Mutex<(HashSet<String>, VecDeque<String>)>);

impl Seen {
    /// Remembers an interaction; whether it was not here before.
    pub(super) fn is_new(&self, id: &str) -> bool {
        let (ids, order) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !ids.insert(id.to_owned()) {
            return false;
        }
        order.push_back(id.to_owned());
        if order.len() > SEEN
            && let Some(oldest) = order.pop_front()
        {
            ids.remove(&oldest);
        }
        true
    }
}

/// Whether a token that came then can still be used.
pub(super) fn is_good(came: Duration, now: Duration) -> bool {
    now.saturating_sub(came) + SPARE < limits::TOKEN_LIFE
}

#[cfg(test)]
mod tests;
