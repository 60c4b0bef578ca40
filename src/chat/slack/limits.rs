//! Slack's limits as its documentation has them, and how text is made to keep them.
//!
//! Text is measured in UTF-16 code units, since a limit that is counted in characters is never above that; it is cut between characters
//! as people count them, and a cut is seen.

use unicode_segmentation::UnicodeSegmentation;

/// Blocks in a message, those of its attachment included.
pub const BLOCKS: usize = 50;

/// Blocks in a modal or on the App Home.
pub const VIEW_BLOCKS: usize = 100;

/// All text of a message together. Slack rejects more than some 9,000 characters without documenting it; the rest is headroom.
pub const TEXT_SUM: usize = 8_800;

/// The text of one block.
pub const BLOCK_TEXT: usize = 3_000;

/// The line that a notification shows. Slack takes more, and no telephone shows more.
pub const FALLBACK: usize = 300;

/// The first line of a message: two names of 80 and the sentence around them fit several times.
pub const TITLE: usize = 700;

/// The word on a button, and the text of an option.
pub const LABEL: usize = 75;

/// What a button carries.
pub const BUTTON_VALUE: usize = 2_000;

/// What an option carries: Slack's own SDK refuses more than 150.
pub const OPTION_VALUE: usize = 150;

/// Options of a select.
pub const OPTIONS: usize = 100;

/// Elements of one actions block.
pub const ACTIONS: usize = 25;

/// Ids of blocks and elements.
pub const ID: usize = 255;

/// The title of a confirm dialog, its text and the words on its buttons.
pub const CONFIRM_TITLE: usize = 100;
/// See [`CONFIRM_TITLE`].
pub const CONFIRM_TEXT: usize = 300;
/// See [`CONFIRM_TITLE`].
pub const CONFIRM_BUTTON: usize = 30;

/// The title of a modal, and the words on its buttons.
pub const VIEW_TITLE: usize = 24;

/// What a modal carries along unseen.
pub const PRIVATE_METADATA: usize = 3_000;

/// What a picture shows.
pub const ALT: usize = 2_000;

/// The label of an input, and its hint.
pub const INPUT_LABEL: usize = 2_000;

/// What stands for the rest of a text.
const ELLIPSIS: char = '…';

/// What stands where nothing would: Slack refuses text without a character.
const NOTHING: &str = "–";

/// How long Slack takes a text to be, at most.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text, within the limit and never empty.
pub fn cut(text: &str, limit: usize) -> String {
    if text.trim().is_empty() {
        return NOTHING.to_owned();
    }
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(1);
    let mut kept = String::new();
    for grapheme in text.graphemes(true) {
        let Some(rest) = left.checked_sub(length(grapheme)) else { break };
        left = rest;
        kept.push_str(grapheme);
    }
    let mut kept = kept.trim_end().to_owned();
    kept.push(ELLIPSIS);
    kept
}

/// The text as it may stand where Slack reads markup: nothing in it calls anybody, links anywhere or opens a tag.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
