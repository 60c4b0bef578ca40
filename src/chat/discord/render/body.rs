//! What stands between a message's title and its buttons: text first, then labels with their values, as an embed has them.
//!
//! An embed shows its description above its fields, whatever their order in the JSON. Text that follows a field therefore
//! goes into a field without a name, so that a card reads on Discord as it reads everywhere.

use serde_json::{Value, json};

use super::super::escape::{code_block, escaped, length};
use super::super::limits;
use crate::message::model::{Block, Field};
use crate::message::plain;

/// A field without a name: Discord wants a character there, and this one is not seen.
const NAMELESS: &str = "\u{200b}";

/// A value this short shares its line with others on a wide screen.
const SHORT: usize = 24;

/// Sentences in the description keep at least so much room from the fields, in UTF-16 units.
const DESCRIPTION_KEPT: usize = 1_500;

/// Below this there is no point in beginning another piece.
const WORTH: usize = 12;

/// A description and fields, within their limits.
pub(super) struct Body {
    description: String,
    fields: Vec<(String, String, bool)>,
}

impl Body {
    /// Puts it into an embed.
    pub(super) fn put(self, embed: &mut Value) {
        if !self.description.is_empty() {
            embed["description"] = json!(self.description);
        }
        if !self.fields.is_empty() {
            let field = |(name, value, inline): (String, String, bool)| json!({ "name": name, "value": value, "inline": inline });
            embed["fields"] = self.fields.into_iter().map(field).collect();
        }
    }
}

/// Draws blocks into at most `room` UTF-16 units.
pub(super) fn of(blocks: &[Block], room: usize) -> Body {
    let first_field = blocks.iter().position(|block| matches!(block, Block::Fields { .. } | Block::Caution { .. }));
    let (before, after) = blocks.split_at(first_field.unwrap_or(blocks.len()));
    let kept = if before.is_empty() { 0 } else { DESCRIPTION_KEPT };
    let fields = fields(after, room.saturating_sub(kept));
    let taken: usize = fields.iter().map(|(name, value, _)| length(name) + length(value)).sum();
    let description = prose(before, limits::DESCRIPTION.min(room.saturating_sub(taken)));
    Body { description, fields }
}

/// Text, one block below the other.
fn prose(blocks: &[Block], room: usize) -> String {
    let mut text = String::new();
    for block in blocks {
        let left = room.saturating_sub(length(&text) + 2);
        if left < WORTH {
            break;
        }
        let piece = piece(block, left);
        if piece.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
            // Rows of a list stand apart from each other and from what is around them.
            if matches!(block, Block::Row { .. }) {
                text.push('\n');
            }
        }
        text.push_str(&piece);
    }
    text
}

/// One block as text.
fn piece(block: &Block, room: usize) -> String {
    match block {
        Block::Text { text } => escaped(text, room),
        // Small print is set small.
        Block::Note { text } => format!("-# {}", escaped(&text.replace('\n', " "), room.saturating_sub(3))),
        Block::Progress { percent, text } => {
            let bar = plain::bar(*percent);
            let left = room.saturating_sub(length(&bar) + 1);
            format!("{bar} {}", escaped(text, left))
        }
        Block::Tree { rows } => {
            let mut lines = Vec::new();
            plain::tree(rows, &mut lines);
            let lines: Vec<String> =
                lines.iter().map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned()).collect();
            code_block(&lines, room)
        }
        Block::Code { text } => {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            code_block(&lines, room)
        }
        Block::Row { title, detail, buttons: _ } => {
            let title = format!("**{}**", escaped(&title.replace('\n', " "), (room / 2).saturating_sub(4)));
            let left = room.saturating_sub(length(&title) + 1);
            if detail.is_empty() { title } else { format!("{title}\n{}", escaped(detail, left)) }
        }
        // It is shown as a picture; what it shows is told with the file.
        Block::Picture { .. } => String::new(),
        Block::Fields { fields } => {
            let lines: Vec<String> = fields.iter().map(|Field { label, value }| format!("{label}: {value}")).collect();
            escaped(&lines.join("\n"), room)
        }
        Block::Caution { label, text } => escaped(&format!("⚠ {label}: {text}"), room),
    }
}

fn fields(blocks: &[Block], room: usize) -> Vec<(String, String, bool)> {
    let mut fields: Vec<(String, String, bool)> = Vec::new();
    let mut left = room;
    let mut add = |name: String, value: String, inline: bool| {
        let cost = length(&name) + length(&value);
        if fields.len() < limits::FIELDS && cost <= left && !value.trim().is_empty() {
            left -= cost;
            fields.push((name, value, inline));
        }
        limits::FIELD_VALUE.min(left)
    };
    let mut value_room = limits::FIELD_VALUE.min(room);
    let mut index = 0;
    while let Some(block) = blocks.get(index) {
        match block {
            Block::Fields { fields: all } => {
                for Field { label, value } in all {
                    let name = named(label);
                    let value = escaped(value, value_room.saturating_sub(length(&name)));
                    let inline = length(&value) <= SHORT && !value.contains('\n');
                    value_room = add(name, value, inline);
                }
                index += 1;
            }
            Block::Caution { label, text } => {
                let name = named(&format!("⚠ {label}"));
                let value = escaped(text, value_room.saturating_sub(length(&name)));
                value_room = add(name, value, false);
                index += 1;
            }
            Block::Text { .. }
            | Block::Progress { .. }
            | Block::Tree { .. }
            | Block::Picture { .. }
            | Block::Row { .. }
            | Block::Code { .. }
            | Block::Note { .. } => {
                // What belongs together stays together, as far as one field holds it.
                let rest = blocks.get(index..).unwrap_or_default();
                let run =
                    rest.iter().take_while(|block| !matches!(block, Block::Fields { .. } | Block::Caution { .. }));
                let run = run.count().max(1);
                for chunk in chunks(rest.get(..run).unwrap_or_default(), value_room.saturating_sub(1)) {
                    value_room = add(NAMELESS.to_owned(), chunk, false);
                }
                index += run;
            }
        }
    }
    fields
}

/// Blocks as texts of at most `room` each, as few as will hold them.
fn chunks(blocks: &[Block], room: usize) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for block in blocks {
        let text = prose(std::slice::from_ref(block), room);
        if text.is_empty() {
            continue;
        }
        let gap = if matches!(block, Block::Row { .. }) { "\n\n" } else { "\n" };
        match chunks.last_mut() {
            Some(last) if length(last) + gap.len() + length(&text) <= room => {
                last.push_str(gap);
                last.push_str(&text);
            }
            Some(_) | None => chunks.push(text),
        }
    }
    chunks
}

/// A field's name. Discord wants one.
fn named(label: &str) -> String {
    let name = escaped(&label.replace('\n', " "), limits::FIELD_NAME);
    if name.trim().is_empty() { NAMELESS.to_owned() } else { name }
}
