//! What is asked before a click counts: a text in a form, or the same question once more.

use serde_json::{Value, json};

use super::super::custom_id::CustomId;
use super::super::escape::{escaped, unformatted};
use super::super::limits;
use super::components::{button_of, row};
use super::{EPHEMERAL, body};
use crate::domain::command::{REASON_MAX_CHARS, TICKET_MAX_CHARS};
use crate::message::model::{Block, ButtonStyle, Confirm, Input};

/// Discord's numbers for a text field, of one line and of several.
const TEXT: u8 = 4;
const LINE: u8 = 1;
const PARAGRAPH: u8 = 2;

/// The colour of a question: that of a card that waits.
const WAITING: u32 = 0xe3_a0_08;

/// The key under which a ticket comes back: one line, where a reason is a paragraph.
const TICKET: &str = "ticket";

/// The form that a button asks for: what it says, and what is asked.
pub fn form(token: &str, title: &str, input: &Input) -> Value {
    let (style, longest) = if input.name == TICKET { (LINE, TICKET_MAX_CHARS) } else { (PARAGRAPH, REASON_MAX_CHARS) };
    json!({
        "custom_id": CustomId::Press(token.to_owned()).write(),
        "title": unformatted(title, limits::FORM),
        "components": [row(vec![json!({
            "type": TEXT,
            "custom_id": input.name,
            "style": style,
            "label": unformatted(&input.label, limits::FORM),
            "required": !input.optional,
            "max_length": longest,
        })])],
    })
}

/// The question once more, for the one who pressed. `asks` is whether the button asks for a text after the yes.
pub fn confirm(token: &str, confirm: &Confirm, style: ButtonStyle, asks: bool) -> Value {
    let Confirm { title, facts, also, yes, no } = confirm;
    // What goes stands in front: where there is no more room, what stands behind it is cut.
    let fields = [facts.as_slice(), also].concat();
    let blocks = if fields.is_empty() { Vec::new() } else { vec![Block::Fields { fields }] };
    let mut embed = json!({ "title": escaped(title, limits::TITLE), "color": WAITING });
    body::of(&blocks, limits::EMBED_SUM / 2).put(&mut embed);
    let token = token.to_owned();
    let id = if asks { CustomId::Form(token) } else { CustomId::Press(token) };
    json!({
        "content": "",
        "embeds": [embed],
        "components": [row(vec![
            button_of(&id.write(), yes, style),
            button_of(&CustomId::No.write(), no, ButtonStyle::Plain),
        ])],
        "allowed_mentions": { "parse": [] },
        "flags": EPHEMERAL,
    })
}
