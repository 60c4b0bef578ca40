//! What a button carries: an opaque token that proves which button of which request was pressed, and on which card.
//!
//! `R-7KQ2.approve.0.<mac>`: the MAC is HMAC-SHA256 under a key of this installation, over the request, the action, the
//! choice and what the card was bound to (the plan's fingerprint where people decide about a plan). So a token needs no
//! row in the store, survives a restart, cannot be made up, and one from an older card does not fit the newer plan.

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::ids::RequestId;

/// Hex digits of the MAC that a token carries: 96 bits, far beyond guessing through a chat.
const MAC_DIGITS: usize = 24;

/// The longest token: what Discord's custom_id holds. Anything longer is none of ours and is looked at no further; a refused click is written down with
/// the words in its token.
const MAX_BYTES: usize = 100;

/// The key that tokens are made under. Made once per installation and kept in the store.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenKey([u8; 32]);

/// A token, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The request that the button belongs to.
    pub request: RequestId,
    /// The action's word.
    pub action: String,
    /// Which of several choices, 0 where there is one.
    pub choice: usize,
    mac: String,
}

impl TokenKey {
    /// A key of these random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Makes the token of a button.
    pub fn mint(&self, request: &RequestId, action: &str, choice: usize, bound_to: &str) -> String {
        format!("{request}.{action}.{choice}.{}", self.mac(request, action, choice, bound_to))
    }

    /// Whether a token is ours and was made for what this request is bound to now.
    pub fn fits(&self, token: &Token, bound_to: &str) -> bool {
        let expected = self.mac(&token.request, &token.action, token.choice, bound_to);
        // Compared without an early end, so that time tells nothing about how much of it was right.
        expected.len() == token.mac.len()
            && expected.bytes().zip(token.mac.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
    }

    fn mac(&self, request: &RequestId, action: &str, choice: usize, bound_to: &str) -> String {
        // HMAC takes keys of any length, so this cannot fail; an empty MAC would fit nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        for part in [request.as_str(), action, &choice.to_string(), bound_to] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let mut digits = hex::encode(mac.finalize().into_bytes());
        digits.truncate(MAC_DIGITS);
        digits
    }
}

impl Token {
    /// Reads a token; what does not look like one is none. Whether it is ours, [`TokenKey::fits`] tells.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut parts = text.split('.');
        let token = Self {
            request: RequestId::parse(parts.next()?)?,
            action: parts.next()?.to_owned(),
            choice: parts.next()?.parse().ok()?,
            mac: parts.next()?.to_owned(),
        };
        (parts.next().is_none() && token.mac.len() == MAC_DIGITS).then_some(token)
    }
}

#[cfg(test)]
mod tests;
