//! A card as Slack's Block Kit: the only place where our message model becomes Slack's JSON.
//!
//! The first line and everything below it are blocks of the message itself, because Slack folds what stands in an attachment; the
//! colour, which only attachments have, is a bar beside the last line, which says the tone in a word. Names come from strangers: they
//! stand in rich text and plain text only, where Slack reads no markup, and in the one text that has markup they are escaped.
//!
//! Whatever the card says, the message is one that Slack takes: each text is cut to its limit, and parts that do not fit into the
//! message are left out and counted.

use serde_json::{Value, json};

use super::limits::{self, ACTIONS, BLOCKS, FALLBACK, TEXT_SUM, TITLE, cut, escape, length};
use crate::message::model::{Addressee, Block, Button, Card, Tone};
use crate::message::plain::{names, one_line};
use crate::message::words::{Locale, say};

mod blocks;
mod buttons;
pub(crate) mod text;

pub use buttons::{Form, Pressed, pressed};

/// What a message needs to know of Slack: whom its addressees are there, and which of its files are there.
pub struct Around<'a> {
    /// Whom a message to these calls.
    pub mentions: &'a dyn Fn(&[Addressee]) -> Mentions,
    /// The id that Slack gave a file of the card, if it has it.
    pub file: &'a dyn Fn(&str) -> Option<String>,
}

/// Somebody as Slack calls them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mention {
    /// A user, `U…` or `W…`.
    User(String),
    /// A user group, `S…`.
    UserGroup(String),
}

/// Whom a message calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Those who are called.
    pub called: Vec<Mention>,
    /// How many people more have to act, who are counted and not called.
    pub more: usize,
}

/// What a message says, as Slack's methods take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The line of the notification.
    pub text: String,
    pub blocks: Vec<Value>,
    /// The line with the colour.
    pub attachments: Vec<Value>,
}

impl Around<'_> {
    /// Nobody is mentioned, no file is there.
    pub const NOTHING: Self = Self { mentions: &|_| Mentions { called: Vec::new(), more: 0 }, file: &|_| None };
}

impl Message {
    /// The arguments that every method shares which posts, edits or answers. Links are not unfolded: whoever names a VM like one
    /// would have it fetched.
    pub fn arguments(&self) -> serde_json::Map<String, Value> {
        let Self { text, blocks, attachments } = self;
        let mut arguments = serde_json::Map::new();
        arguments.insert("text".to_owned(), json!(text));
        arguments.insert("blocks".to_owned(), json!(blocks));
        arguments.insert("attachments".to_owned(), json!(attachments));
        arguments.insert("unfurl_links".to_owned(), json!(false));
        arguments.insert("unfurl_media".to_owned(), json!(false));
        arguments
    }
}

/// The message of a card.
pub fn message(card: &Card, around: &Around<'_>) -> Message {
    let Card { locale, tone, tone_word, title, blocks, buttons, to, details: _, files: _, request, state: _ } = card;
    let title = cut(&one_line(title), TITLE);
    let mut foot = one_line(tone_word);
    // A card that is to be decided names its request where it says who asked.
    if let Some(request) = request.as_ref().filter(|request| !names(blocks, request)) {
        foot.push_str(" · ");
        foot.push_str(request.as_str());
    }
    let foot = cut(&foot, limits::LABEL);
    let buttons = actions(buttons);
    let mentions = mentions(to, *locale, around);
    let left_out_line = left_out(*locale, blocks.len());

    let mut body = Body {
        blocks: vec![text::section(vec![text::bold(&title)])],
        // One block for the colour's line and one for what says that parts are left out.
        room: BLOCKS.saturating_sub(3 + buttons.len() + usize::from(mentions.is_some())),
        text: TEXT_SUM.saturating_sub(length(&title) + length(&foot) + text::total(&buttons) + length(&left_out_line)),
        left_out: 0,
    };
    for block in blocks {
        body.put(block, around);
    }
    let Body { mut blocks, left_out: missing, .. } = body;
    if missing > 0 {
        blocks.push(text::context(&left_out(*locale, missing)));
    }
    blocks.extend(mentions);
    blocks.extend(buttons);
    let foot = json!({"color": colour(*tone), "fallback": escape(&foot), "blocks": [text::context(&foot)]});
    Message { text: fallback(&title, &one_line(tone_word)), blocks, attachments: vec![foot] }
}

/// What some want to read and most do not, for the message's thread; none where there is nothing.
pub fn details(card: &Card, around: &Around<'_>) -> Option<Message> {
    if card.details.is_empty() {
        return None;
    }
    let mut body = Body { blocks: Vec::new(), room: BLOCKS - 1, text: TEXT_SUM - FALLBACK, left_out: 0 };
    for block in &card.details {
        body.put(block, around);
    }
    let Body { mut blocks, left_out: missing, .. } = body;
    if missing > 0 {
        blocks.push(text::context(&left_out(card.locale, missing)));
    }
    let about = cut(&one_line(&card.title), TITLE);
    Some(Message { text: fallback(&about, &one_line(&card.tone_word)), blocks, attachments: Vec::new() })
}

/// The blocks of cards on a page of their own, the App Home: without the colour, which a view cannot have, and with `room` for so
/// many blocks.
pub fn page(card: &Card, around: &Around<'_>, room: usize) -> Vec<Value> {
    let message = message(card, around);
    let mut blocks = message.blocks;
    blocks.truncate(room);
    blocks
}

/// What is being drawn, and what there is room for.
struct Body {
    blocks: Vec<Value>,
    /// Blocks.
    room: usize,
    /// Characters.
    text: usize,
    /// Parts that did not fit.
    left_out: usize,
}

impl Body {
    fn put(&mut self, block: &Block, around: &Around<'_>) {
        let drawn = blocks::draw(block, self.text, around);
        let used = text::total(&drawn);
        if drawn.len() > self.room || used > self.text || drawn.is_empty() {
            self.left_out += 1;
            return;
        }
        self.room -= drawn.len();
        self.text -= used;
        self.blocks.extend(drawn);
    }
}

/// The line of the notification: what it is about, and how it stands.
fn fallback(title: &str, tone_word: &str) -> String {
    let line = cut(&format!("{title} · {tone_word}"), FALLBACK);
    escape(&line)
}

/// The buttons below a message.
fn actions(all: &[Button]) -> Vec<Value> {
    all.chunks(ACTIONS).map(buttons::actions).collect()
}

/// The line that calls those who have to act, each once.
fn mentions(to: &[Addressee], locale: Locale, around: &Around<'_>) -> Option<Value> {
    let Mentions { mut called, more } = (around.mentions)(to);
    called.sort();
    called.dedup();
    let rest = (more > 0).then(|| say(locale, "mention-more", &[("count", more.into())]));
    (!called.is_empty()).then(|| text::mentions(&called, rest.as_deref()))
}

fn left_out(locale: Locale, count: usize) -> String {
    say(locale, "slack-left-out", &[("count", count.into())])
}

/// The colour of the bar. Each has a contrast of 3:1 and more against Slack's light and dark background.
fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Info => "#7f8c9b",
        Tone::Waiting => "#c98500",
        Tone::Running => "#2f80c9",
        Tone::Success => "#2e8f5b",
        Tone::Warning => "#d9621e",
        Tone::Failure => "#d13b4a",
    }
}

#[cfg(test)]
mod tests;
