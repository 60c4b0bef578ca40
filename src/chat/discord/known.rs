//! Tokens of interactions. While one is valid, its user can be answered privately.

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

/// Whether a token that came then can still be used.
pub(super) fn is_good(came: Duration, now: Duration) -> bool {
    now.saturating_sub(came) + SPARE < limits::TOKEN_LIFE
}

#[cfg(test)]
mod tests;
