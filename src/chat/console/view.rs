//! A message as the API shows it. The only place where our message model becomes the API's JSON.
//!
//! What one reader may not press is left out for that reader; without a reader every button is there, for scripts and tests.
//! Whoever sees a card that waits and has no button to decide with reads why, in the card's own language.
//! Text goes out as it came in: JSON quotes it, and whoever draws it has to treat it as text.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::messages::Kept;
use crate::domain::ids::{MessageId, PersonId, RequestId};
use crate::domain::policy::Person;
use crate::message::cards::why_not;
use crate::message::format::Format;
use crate::message::model::{Action, Attachment, Block, Button, ButtonStyle, Card, Confirm, Input, Look, Tone};
use crate::message::plain;

/// Who speaks in the console: it has one bot.
const AUTHOR: &str = "snapwarden";

/// `MESSAGE` of the API.
#[derive(Debug, Serialize)]
pub(crate) struct Message<'a> {
    id: &'a MessageId,
    ts: Timestamp,
    author: &'static str,
    audience: Audience,
    tone: Tone,
    title: &'a str,
    blocks: Vec<ShownBlock<'a>>,
    buttons: Vec<ShownButton<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<ShownBlock<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<ShownFile<'a>>,
    /// Why this reader cannot decide, where others can.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    plain: String,
    request: Option<&'a RequestId>,
    state: Option<&'a str>,
}

impl Message<'_> {
    /// The plain text.
    pub(crate) fn plain(&self) -> &str {
        &self.plain
    }
}

/// Who sees a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Audience {
    Channel,
    /// The person who asked, in the answer to what they did.
    OnlyYou,
}

/// Where a message stands, which is where its files are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where<'a> {
    /// In a channel, by the id that the API uses.
    Channel(&'a str),
    /// In the answer to this person.
    OnlyYou(&'a PersonId),
}

impl Where<'_> {
    fn audience(self) -> Audience {
        match self {
            Self::Channel(_) => Audience::Channel,
            Self::OnlyYou(_) => Audience::OnlyYou,
        }
    }

    /// The address of a file, without the host.
    fn url(self, message: &MessageId, name: &str) -> String {
        let (message, name) = (encoded(message.as_str()), encoded(name));
        match self {
            Self::Channel(channel) => {
                format!("/api/channels/{}/messages/{message}/files/{name}", encoded(channel))
            }
            Self::OnlyYou(person) => format!("/api/replies/{message}/files/{name}?as={}", encoded(person.as_str())),
        }
    }
}

/// A part of a path or a query: everything but letters, digits and four signs is written with per cents.
pub(crate) fn encoded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => safe.push(char::from(byte)),
            byte => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}

/// A block; of a row, the buttons that this reader may press.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ShownBlock<'a> {
    Row { kind: &'static str, title: &'a str, detail: &'a str, buttons: Vec<ShownButton<'a>> },
    Other(&'a Block),
}

/// A file and where it is fetched.
#[derive(Debug, Serialize)]
struct ShownFile<'a> {
    name: &'a str,
    media_type: &'a str,
    alt: &'a str,
    url: String,
}

/// A button, without what the reader need not know.
#[derive(Debug, Serialize)]
struct ShownButton<'a> {
    action: Action,
    token: &'a str,
    label: &'a str,
    style: ButtonStyle,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'a Input>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<&'a Confirm>,
}

/// Shows a message to a reader, or to nobody in particular.
pub(crate) fn message<'a>(kept: &'a Kept, place: Where<'_>, reader: Option<&Person>) -> Message<'a> {
    let Kept { id, ts, card } = kept;
    let Card { locale, tone, tone_word: _, title, blocks, buttons, to: _, details, files, request, state } =
        card.as_ref();
    let shown = pressable(buttons, reader);
    // The plain text says what this reader sees: a button that is not shown is not drawn either.
    let mut plain = match reader {
        None => plain::render(card),
        Some(_) => plain::render(&Card {
            buttons: shown.iter().copied().cloned().collect(),
            blocks: blocks.iter().map(|block| seen_by(block, reader)).collect(),
            ..card.as_ref().clone()
        }),
    };
    let why = reader.and_then(|reader| {
        let approve = buttons.iter().find(|button| button.action == Action::Approve)?;
        if may_see(approve, reader) || shown.iter().any(|button| button.action == Action::Confirm) {
            return None;
        }
        // Only names are joined: neither the zone nor the time matters.
        let format = Format { locale: *locale, tz: TimeZone::UTC, now: *ts };
        why_not(&approve.shown_to, &reader.id, &format)
    });
    if let Some(why) = &why {
        plain.push_str("\n  ");
        plain.push_str(why);
    }
    Message {
        id,
        ts: *ts,
        author: AUTHOR,
        audience: place.audience(),
        tone: *tone,
        title,
        blocks: show_blocks(blocks, reader),
        buttons: shown.into_iter().map(show_button).collect(),
        details: show_blocks(details, reader),
        files: files.iter().map(|file| show_file(file, id, place)).collect(),
        why,
        plain,
        request: request.as_ref(),
        state: state.as_deref(),
    }
}

/// The buttons that a reader may press; all of them without a reader.
fn pressable<'a>(buttons: &'a [Button], reader: Option<&Person>) -> Vec<&'a Button> {
    buttons.iter().filter(|button| reader.is_none_or(|reader| may_see(button, reader))).collect()
}

fn show_blocks<'a>(blocks: &'a [Block], reader: Option<&Person>) -> Vec<ShownBlock<'a>> {
    blocks.iter().map(|block| show_block(block, reader)).collect()
}

fn show_block<'a>(block: &'a Block, reader: Option<&Person>) -> ShownBlock<'a> {
    match block {
        Block::Row { title, detail, buttons } => {
            let buttons = pressable(buttons, reader).into_iter().map(show_button).collect();
            ShownBlock::Row { kind: "row", title, detail, buttons }
        }
        Block::Text { .. }
        | Block::Fields { .. }
        | Block::Caution { .. }
        | Block::Progress { .. }
        | Block::Tree { .. }
        | Block::Picture { .. }
        | Block::Code { .. }
        | Block::Note { .. } => ShownBlock::Other(block),
    }
}

/// A block without the buttons that a reader may not press.
fn seen_by(block: &Block, reader: Option<&Person>) -> Block {
    let mut block = block.clone();
    if let Block::Row { buttons, .. } = &mut block {
        buttons.retain(|button| reader.is_none_or(|reader| may_see(button, reader)));
    }
    block
}

fn show_file<'a>(file: &'a Attachment, message: &MessageId, place: Where<'_>) -> ShownFile<'a> {
    let Attachment { name, media_type, alt, bytes: _ } = file;
    ShownFile { name, media_type, alt, url: place.url(message, name) }
}

fn show_button(button: &Button) -> ShownButton<'_> {
    let Look { action, token, label, style, shown_to: _, input, confirm } = &**button;
    ShownButton { action: *action, token, label, style: *style, input: input.as_ref(), confirm: confirm.as_ref() }
}

/// Whether a button is this reader's.
fn may_see(button: &Button, reader: &Person) -> bool {
    button.shown_to.is_for(&reader.id, |groups| reader.is_in(groups).certainly())
}

#[cfg(test)]
mod tests;
