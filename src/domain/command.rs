//! The command grammar: one line of text to one [`Intent`], or to one error that says where and what instead.
//!
//! Text comes from phones and from people in a hurry, so quotes may be typographic, spaces may not break, `--` may have
//! become a dash, and verbs may be French. What may *not* happen is a guess: a word too many is an error and never part
//! of a name, because the next word after a VM's name decides which snapshot is lost.

mod build;
mod caret;
mod duration;
mod error;
mod example;
mod extra;
mod fold;
mod form;
mod moment;
mod names;
mod options;
mod quote;
mod said;
mod selectors;
mod verbs;
mod words;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use caret::point_at;
pub use duration::keep;
pub use error::CommandError;
pub(super) use fold::{distance, fold, is_hidden, loose, trimmed};
pub use form::Form;
pub use names::{DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS, REASON_MAX_CHARS, TICKET_MAX_CHARS, reason, ticket};
pub use quote::{quote, unquote};
pub(super) use selectors::is_uuid;
pub use selectors::{is_vm_id, snapshot_selector, vm_selector};
pub use verbs::find_verb;

use super::intent::Intent;

/// The longest command that is read, in characters. A description of 1,024 and a name of 80 fit three times over, and
/// a pasted log is answered with one sentence instead of with hundreds of extra words.
pub const COMMAND_MAX_CHARS: usize = 4_000;

/// What a command starts with where people type it into a channel.
pub const COMMAND_PREFIX: &str = "/snapshot";

/// Reads one command.
///
/// # Errors
///
/// A [`CommandError`] with the place of what is wrong, as a column in `text` (in characters, from 1).
pub fn parse(text: &str) -> Result<Intent, CommandError> {
    let is_right = |corrected: &str| build::parse(corrected).is_ok();
    build::parse(text).map_err(|error| error.corrected_in(text, is_right).clipped())
}
