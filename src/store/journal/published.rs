//! Comparing the journal with heads that were kept elsewhere: in a channel, in a report, on paper.
//!
//! A chain that is whole in itself can still be another one. Only a head that its owner could not change shows that the end was cut off, or
//! that everything was written anew.

use std::fmt;
use std::str::FromStr;

use super::walk::{Broken, Walk};
use crate::engine::ports::AuditHead;

/// Hexadecimal digits of a hash.
const HASH_DIGITS: usize = 64;

/// A head as somebody kept it: `SEQ:HASH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published(pub AuditHead);

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.seq, self.0.hash)
    }
}

impl FromStr for Published {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("expected SEQ:HASH, a line's number and its hash of {HASH_DIGITS} hexadecimal digits");
        let (seq, hash) = text.trim().split_once(':').ok_or_else(wanted)?;
        let digits = hash.len() == HASH_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let seq = seq.parse().ok().filter(|_| digits).ok_or_else(wanted)?;
        Ok(Self(AuditHead { seq, hash: hash.to_ascii_lowercase() }))
    }
}

/// What became of a published head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is in the chain.
    There,
    /// Line `seq` is another one, with this hash: it, or something before it, was written anew after the head was published.
    Other(String),
    /// The journal does not go so far: its end was cut off after the head was published, or the chain is broken before it.
    Missing,
}

/// Goes through the rest of the journal and looks for heads that were published. It ends at a broken line; a head beyond that is
/// [`Found::Missing`].
pub fn compare(walk: &mut Walk, published: &[Published]) -> (Option<Broken>, Vec<Found>) {
    let mut found = vec![Found::Missing; published.len()];
    let mut look = |head: &AuditHead| {
        for (Published(wanted), found) in published.iter().zip(&mut found) {
            if wanted.seq == head.seq {
                *found = if wanted.hash == head.hash { Found::There } else { Found::Other(head.hash.clone()) };
            }
        }
    };
    look(walk.head());
    let broken = walk.each(|walk| look(walk.head())).err();
    (broken, found)
}

#[cfg(test)]
mod tests;
