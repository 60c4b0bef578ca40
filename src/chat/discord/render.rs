//! From a card to what Discord is sent. The only place where our message model becomes Discord's JSON.
//!
//! A card is one embed: its colour and, since colours say nothing to many, the word for it below; what can be said in
//! labels becomes fields, the rest is text, and buttons stand in rows. Nothing that is sent calls anybody but those who have
//! to act, and those only when the message is posted.

use serde_json::{Value, json};

use super::escape::{escaped, length, unformatted};
use super::limits;
use crate::message::model::{Attachment, Block, Card, Tone};
use crate::message::words::say;

mod body;
mod components;
pub mod form;
#[cfg(test)]
mod tests;

/// Only who acted sees a message with this flag.
pub const EPHEMERAL: u64 = 1 << 6;

/// What is sent: the JSON, and the files that go with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The message as Discord's API has it.
    pub body: Value,
    /// Files, to be sent beside it.
    pub files: Vec<Attachment>,
}

/// Who is called when a message is posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Their Discord ids.
    pub users: Vec<String>,
    /// Ids of roles.
    pub roles: Vec<String>,
    /// How many people more have to act, who are counted and not called.
    pub more: usize,
}

/// A mention list longer than this calls nobody's attention any more, and Discord takes no more than 100.
const MENTIONED: usize = 20;

/// A new message in a channel.
pub fn post(card: &Card, mentions: &Mentions) -> Message {
    let mut message = base(card, mentions);
    let users: Vec<&String> = mentions.users.iter().take(MENTIONED).collect();
    let roles: Vec<&String> = mentions.roles.iter().take(MENTIONED).collect();
    let mut allowed = json!({ "parse": [] });
    if !users.is_empty() {
        allowed["users"] = json!(users);
    }
    if !roles.is_empty() {
        allowed["roles"] = json!(roles);
    }
    message.body["allowed_mentions"] = allowed;
    attach(card, &mut message);
    message
}

/// What a message in a channel is brought to. It calls nobody again, and its files stay as they are.
pub fn edit(card: &Card, mentions: &Mentions) -> Message {
    let mut message = base(card, mentions);
    if card.files.is_empty() {
        message.body["attachments"] = json!([]);
    }
    message
}

/// What only one person sees, in answer to what they did.
pub fn reply(card: &Card) -> Message {
    let mut message = base(card, &Mentions::default());
    message.body["flags"] = json!(EPHEMERAL);
    // There is no thread below a message that one person sees.
    if let Some(details) = details(card) {
        push_embed(&mut message.body, details);
    }
    attach(card, &mut message);
    message
}

/// What stands in the thread below a message, if there is anything.
pub fn thread(card: &Card) -> Option<Message> {
    let embed = details(card)?;
    let body = json!({ "content": "", "embeds": [embed], "components": [], "allowed_mentions": { "parse": [] } });
    Some(Message { body, files: Vec::new() })
}

pub fn thread_name(card: &Card) -> String {
    let title = unformatted(&card.title, limits::THREAD_NAME);
    if title.trim().is_empty() { PLACE_HOLDER.to_owned() } else { title }
}

/// Discord takes no name that is empty.
const PLACE_HOLDER: &str = "…";

fn details(card: &Card) -> Option<Value> {
    if card.details.is_empty() {
        return None;
    }
    let body = body::of(&card.details, limits::EMBED_SUM / 2);
    let mut embed = json!({ "color": colour(card.tone) });
    body.put(&mut embed);
    Some(embed)
}

fn push_embed(body: &mut Value, embed: Value) {
    let room = limits::EMBED_SUM.saturating_sub(body["embeds"].as_array().map_or(0, |all| all.iter().map(size).sum()));
    if size(&embed) <= room
        && let Some(embeds) = body["embeds"].as_array_mut()
    {
        embeds.push(embed);
    }
}

/// What an embed adds to the sum that Discord limits.
fn size(embed: &Value) -> usize {
    let text = |value: &Value| value.as_str().map_or(0, length);
    let fields = embed["fields"]
        .as_array()
        .map_or(0, |fields| fields.iter().map(|field| text(&field["name"]) + text(&field["value"])).sum());
    text(&embed["title"]) + text(&embed["description"]) + text(&embed["footer"]["text"]) + fields
}

fn base(card: &Card, mentions: &Mentions) -> Message {
    let title = escaped(&card.title, limits::TITLE);
    let footer = footer(card);
    let taken = length(&title) + length(&footer);
    let mut embed = json!({ "title": title, "color": colour(card.tone), "footer": { "text": footer } });
    body::of(&card.blocks, limits::EMBED_SUM.saturating_sub(taken)).put(&mut embed);
    let mut embeds = vec![embed];
    let pictures = card.blocks.iter().filter_map(|block| match block {
        Block::Picture { file, alt: _ } => Some(format!("attachment://{file}")),
        Block::Text { .. }
        | Block::Fields { .. }
        | Block::Caution { .. }
        | Block::Progress { .. }
        | Block::Tree { .. }
        | Block::Row { .. }
        | Block::Code { .. }
        | Block::Note { .. } => None,
    });
    // An embed shows one picture; each further one has an embed of its own.
    for (index, url) in pictures.take(limits::EMBEDS - 1).enumerate() {
        match embeds.get_mut(index) {
            Some(embed) => embed["image"] = json!({ "url": url }),
            None => embeds.push(json!({ "color": colour(card.tone), "image": { "url": url } })),
        }
    }
    let body = json!({
        // A phone's notification shows this and no embed, and some people have embeds switched off.
        "content": content(card, mentions),
        "embeds": embeds,
        "components": components::of(card),
        "allowed_mentions": { "parse": [] },
    });
    Message { body, files: Vec::new() }
}

/// Who has to act, and on what. Empty where nobody has to.
fn content(card: &Card, mentions: &Mentions) -> String {
    let users = mentions.users.iter().take(MENTIONED).map(|id| format!("<@{id}>"));
    let roles = mentions.roles.iter().take(MENTIONED).map(|id| format!("<@&{id}>"));
    let mut called: Vec<String> = users.chain(roles).collect();
    if called.is_empty() {
        return String::new();
    }
    if mentions.more > 0 {
        called.push(say(card.locale, "mention-more", &[("count", mentions.more.into())]));
    }
    let called = called.join(" ");
    let room = limits::CONTENT.saturating_sub(length(&called) + 1);
    format!("{called} {}", escaped(&card.title, room))
}

fn attach(card: &Card, message: &mut Message) {
    // A file of before a restart is a name without bytes: it lies with Discord already.
    let files: Vec<Attachment> =
        card.files.iter().filter(|file| !file.bytes.is_empty()).take(limits::FILES).cloned().collect();
    if files.is_empty() {
        return;
    }
    let listed: Vec<Value> = files
        .iter()
        .enumerate()
        .map(|(index, file)| {
            json!({
                "id": index.to_string(),
                "filename": file.name,
                "description": unformatted(&file.alt, limits::ALT),
            })
        })
        .collect();
    message.body["attachments"] = json!(listed);
    message.files = files;
}

/// `running · R-7KQ2`
fn footer(card: &Card) -> String {
    let word = unformatted(&card.tone_word, limits::TITLE);
    match &card.request {
        Some(request) => format!("{word} · {request}"),
        None => word,
    }
}

/// The colour of the bar beside the message.
fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Info => 0x6b_7c_93,
        Tone::Waiting => 0xe3_a0_08,
        Tone::Running => 0x3b_82_f6,
        Tone::Success => 0x2e_9e_5b,
        Tone::Warning => 0xe6_7e_22,
        Tone::Failure => 0xd6_45_45,
    }
}
