//! A card as plain text: for notifications, logs, mails, curl, and for readers whose screen shows no pictures.
//!
//! One card line is one text line: whatever a VM or a snapshot is called, its name cannot start a line of its own, move the
//! cursor or turn the reading direction of what follows. Columns count by what a terminal shows, not by bytes.

use unicode_width::UnicodeWidthStr;

use super::format::clean;
use super::model::{Attachment, Block, Button, Card, Field, TreeRow};
use crate::domain::ids::RequestId;

/// Where the tone word starts behind a short title, in columns: with the longest tone and a request id the line stays below 100.
const TONE_COLUMN: usize = 74;

/// How many cells a progress bar has: as many as the bot's cards draw elsewhere.
const BAR_CELLS: usize = 14;

/// How far everything below the title is indented, in columns.
const INDENT: &str = "  ";

/// Blanks between the longest label and the values, in columns.
const LABEL_GAP: usize = 3;

/// How deep a tree is drawn before deeper rows share a column: vSphere allows 32 levels, so only nonsense is flattened.
const MAX_DRAWN_DEPTH: usize = 40;

/// What stands for a character that would not be text: a control character or a switch of the reading direction.
const REPLACEMENT: char = '\u{fffd}';

/// Draws the card. The result ends without a line break.
pub fn render(card: &Card) -> String {
    let Card { locale: _, tone: _, tone_word, title, blocks, buttons, to: _, details: _, files, request, state: _ } =
        card;
    let mut behind = one_line(tone_word);
    // A card that is to be decided names its request where it says who asked.
    let named = |request: &&RequestId| !names(blocks, request);
    if let Some(request) = request.as_ref().filter(named) {
        behind.push_str(" · ");
        behind.push_str(request.as_str());
    }
    let title = one_line(title);
    let gap = TONE_COLUMN.saturating_sub(title.width()).max(2);
    let mut lines = vec![format!("{title}{}{behind}", blanks(gap))];
    let column = label_column(blocks);
    for block in blocks {
        draw(block, column, &mut lines);
    }
    // A picture says what it shows where it stands; of the other files the name is all that text can tell.
    let pictured = |file: &&Attachment| {
        let shows = |block: &Block| matches!(block, Block::Picture { file: shown, .. } if *shown == file.name);
        !blocks.iter().any(shows)
    };
    lines.extend(files.iter().filter(pictured).map(|file| format!("{INDENT}{}", one_line(&file.name))));
    if !buttons.is_empty() {
        lines.push(drawn_buttons(buttons));
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// `[Approve] [Deny]`
fn drawn_buttons(buttons: &[Button]) -> String {
    let labels: Vec<String> = buttons.iter().map(|button| format!("[{}]", one_line(&button.label))).collect();
    labels.join(" ")
}

/// Whether a field among these says which request the card is about.
pub fn names(blocks: &[Block], request: &RequestId) -> bool {
    let says = |field: &Field| field.value.contains(request.as_str());
    let says = |block: &Block| matches!(block, Block::Fields { fields } if fields.iter().any(says));
    blocks.iter().any(says)
}

/// Adds one block's lines.
fn draw(block: &Block, column: usize, lines: &mut Vec<String>) {
    match block {
        Block::Text { text } | Block::Note { text } => {
            lines.extend(text.lines().map(|line| format!("{INDENT}{}", one_line(line))));
        }
        Block::Fields { fields } => {
            for Field { label, value } in fields {
                labelled(&one_line(label), value, column, lines);
            }
        }
        Block::Caution { label, text } => labelled(&caution_label(label), text, column, lines),
        Block::Progress { percent, text } => lines.push(format!("{INDENT}{} {}", bar(*percent), one_line(text))),
        Block::Tree { rows } => tree(rows, lines),
        Block::Picture { file: _, alt } => lines.push(format!("{INDENT}[{}]", one_line(alt))),
        Block::Row { title, detail, buttons } => row(title, detail, buttons, lines),
        Block::Code { text } => {
            lines.extend(text.lines().map(|line| format!("{INDENT}{INDENT}{}", one_line(line))));
        }
    }
}

/// How wide the column of labels is, over the whole card, so that cautions line up with the fields above them.
fn label_column(blocks: &[Block]) -> usize {
    let widths = |block: &Block| -> Vec<usize> {
        if let Block::Fields { fields } = block {
            return fields.iter().map(|field| one_line(&field.label).width()).collect();
        }
        if let Block::Caution { label, .. } = block { vec![caution_label(label).width()] } else { Vec::new() }
    };
    blocks.iter().flat_map(widths).max().unwrap_or(0) + LABEL_GAP
}

fn caution_label(label: &str) -> String {
    format!("⚠ {}", one_line(label))
}

/// A label with its value; further lines of the value stand below its first.
fn labelled(label: &str, value: &str, column: usize, lines: &mut Vec<String>) {
    let mut values = value.lines();
    let first = one_line(values.next().unwrap_or_default());
    let gap = blanks(column.saturating_sub(label.width()));
    lines.push(format!("{INDENT}{label}{gap}{first}"));
    lines.extend(values.map(|line| format!("{INDENT}{}{}", blanks(column), one_line(line))));
}

/// A row of a list: what it is about, what there is to know of it below, and its own buttons.
fn row(title: &str, detail: &str, buttons: &[Button], lines: &mut Vec<String>) {
    lines.push(format!("{INDENT}{}", one_line(title)));
    if !detail.is_empty() {
        lines.push(format!("{INDENT}{INDENT}{}", one_line(detail)));
    }
    if !buttons.is_empty() {
        lines.push(format!("{INDENT}{INDENT}{}", drawn_buttons(buttons)));
    }
}

/// The bar. Only a hundred per cent fills it, and what is unknown is empty.
pub fn bar(percent: Option<u8>) -> String {
    let filled = usize::from(percent.unwrap_or(0).min(100)) * BAR_CELLS / 100;
    let cells = (0..BAR_CELLS).map(|cell| if cell < filled { '▓' } else { '░' });
    cells.collect()
}

/// The tree. Read from the end, so that a row knows at once whether a brother follows below it.
pub fn tree(rows: &[TreeRow], lines: &mut Vec<String>) {
    let mut drawn = Vec::with_capacity(rows.len());
    let mut open: Vec<bool> = Vec::new();
    for TreeRow { number, depth, name, detail, here } in rows.iter().rev() {
        let depth = (*depth).min(MAX_DRAWN_DEPTH);
        open.resize(depth + 1, false);
        let mut line = INDENT.to_owned();
        for (level, follows) in open.iter().enumerate().skip(1) {
            line.push_str(match (level == depth, *follows) {
                (true, true) => "├─ ",
                (true, false) => "└─ ",
                (false, true) => "│  ",
                (false, false) => "   ",
            });
        }
        if let Some(follows) = open.last_mut() {
            *follows = true;
        }
        if *here {
            line.push_str("◆ ");
        }
        if let Some(number) = number {
            line.push_str(&format!("{number}  "));
        }
        line.push_str(&one_line(name));
        if !detail.is_empty() {
            line.push_str(" · ");
            line.push_str(&one_line(detail));
        }
        drawn.push(line);
    }
    lines.extend(drawn.into_iter().rev());
}

/// Text that stays on its line and reads in the order in which it stands.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
    clean(&spaced, REPLACEMENT)
}

fn blanks(count: usize) -> String {
    " ".repeat(count)
}

#[cfg(test)]
mod tests;
