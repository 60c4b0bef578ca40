//! What only this adapter has to say: that it does not take something, and what to do instead.

use crate::message::model::{Card, Tone};
use crate::message::words::{Locale, say};

/// A sentence as a message.
pub(super) fn card(locale: Locale, key: &str) -> Card {
    let tone = if key == "discord-not-now" { Tone::Info } else { Tone::Failure };
    let word = if tone == Tone::Info { "tone-info" } else { "tone-failure" };
    Card {
        locale,
        tone,
        tone_word: say(locale, word, &[]),
        title: say(locale, key, &[]),
        blocks: Vec::new(),
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: None,
    }
}
