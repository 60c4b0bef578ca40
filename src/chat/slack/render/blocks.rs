//! One block of the message model as blocks of Block Kit, within the room that is left for text.

use serde_json::{Value, json};

use super::{Around, buttons, text};
use crate::chat::slack::limits::{ALT, BLOCK_TEXT, cut, length};
use crate::message::model::{Block, Button, Field, TreeRow};
use crate::message::plain::{self, bar, one_line};

/// Less room than this is not worth a beginning of a sentence: the block is left out, and that is said.
const WORTH: usize = 80;

const ROW_BUTTONS: usize = 5;

/// Draws a block with at most `room` characters of text; nothing if that is too little.
pub(super) fn draw(block: &Block, room: usize, around: &Around<'_>) -> Vec<Value> {
    if room < WORTH {
        return Vec::new();
    }
    let room = room.min(BLOCK_TEXT);
    match block {
        Block::Text { text } => vec![text::section(vec![text::plain(&cut(&lines(text), room))])],
        Block::Fields { fields } => vec![text::section(labelled(fields, room))],
        Block::Caution { label, text } => {
            let label = cut(&format!("⚠ {}", one_line(label)), WORTH / 2);
            let room = room - length(&label) - GAP.len();
            vec![text::section(vec![text::bold(&label), text::plain(&format!("{GAP}{}", cut(&lines(text), room)))])]
        }
        Block::Progress { percent, text } => {
            let line = format!("{} {}", bar(*percent), one_line(text));
            vec![text::section(vec![text::plain(&cut(&line, room))])]
        }
        Block::Tree { rows } => vec![text::preformatted(&tree(rows, room))],
        Block::Picture { file, alt } => vec![picture(file, &cut(&one_line(alt), room.min(ALT)), around)],
        Block::Row { title, detail, buttons } => row(title, detail, buttons, room),
        Block::Code { text } => vec![text::preformatted(&cut(&lines(text), room))],
        Block::Note { text } => vec![text::context(&cut(&lines(text), room))],
    }
}

/// What stands between a label and its value. Two no-break spaces: Slack joins several others to one.
const GAP: &str = "\u{a0} ";

/// Labels in bold with their values, a line each.
fn labelled(fields: &[Field], room: usize) -> Vec<Value> {
    let mut pieces: Vec<Value> = Vec::new();
    let mut left = room;
    for Field { label, value } in fields {
        let label = cut(&one_line(label), WORTH / 2);
        let needed = length(&label) + GAP.len() + 1;
        let more = usize::from(!pieces.is_empty());
        let Some(for_value) = left.checked_sub(needed + more).filter(|left| *left > 1) else {
            if left > 1 {
                pieces.push(text::plain("\n…"));
            }
            break;
        };
        if more == 1 {
            pieces.push(text::plain("\n"));
        }
        let value = cut(&lines(value), for_value);
        left -= more + length(&label) + length(&value) + length(GAP);
        pieces.push(text::bold(&label));
        pieces.push(text::plain(&format!("{GAP}{value}")));
    }
    if pieces.is_empty() {
        pieces.push(text::plain("–"));
    }
    pieces
}

/// A tree, as the plain text draws it. What does not fit is left out by whole lines, from the middle to keep where the VM stands.
fn tree(rows: &[TreeRow], room: usize) -> String {
    let mut drawn = Vec::new();
    plain::tree(rows, &mut drawn);
    // The plain text stands below a title and is indented for that.
    let drawn: Vec<&str> = drawn.iter().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    let whole = drawn.join("\n");
    if length(&whole) <= room {
        return cut(&whole, room);
    }
    // Both ends matter: the oldest snapshot, and where the VM stands now.
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let mut left = room.saturating_sub(length("\n  …\n"));
    let (mut from, mut to) = (0, drawn.len());
    while from < to {
        let at_the_end = tail.len() < head.len();
        let line = if at_the_end { drawn.get(to - 1) } else { drawn.get(from) };
        let Some(line) = line else { break };
        let Some(rest) = left.checked_sub(length(line) + 1) else { break };
        left = rest;
        if at_the_end {
            tail.push(*line);
            to -= 1;
        } else {
            head.push(*line);
            from += 1;
        }
    }
    tail.reverse();
    cut(&format!("{}\n  …\n{}", head.join("\n"), tail.join("\n")), room)
}

/// A picture that Slack has, or what it shows.
fn picture(file: &str, alt: &str, around: &Around<'_>) -> Value {
    match (around.file)(file) {
        Some(id) => json!({"type": "image", "slack_file": {"id": id}, "alt_text": alt}),
        None => text::context(alt),
    }
}

/// A row of a list, with its own buttons below it.
fn row(title: &str, detail: &str, buttons: &[Button], room: usize) -> Vec<Value> {
    let labels = buttons::actions(buttons.get(..ROW_BUTTONS).unwrap_or(buttons));
    let labels = if buttons.is_empty() { Vec::new() } else { vec![labels] };
    let Some(room) = room.checked_sub(text::total(&labels)).filter(|room| *room >= WORTH) else { return Vec::new() };
    let title = cut(&one_line(title), room / 2);
    let mut pieces = vec![text::bold(&title)];
    if !detail.is_empty() {
        let room = room - length(&title) - 1;
        pieces.push(text::plain(&format!("\n{}", cut(&lines(detail), room))));
    }
    let mut blocks = vec![text::section(pieces)];
    blocks.extend(labels);
    blocks
}

/// Text of several lines, each as it may be shown.
fn lines(text: &str) -> String {
    text.lines().map(one_line).collect::<Vec<_>>().join("\n")
}
