//! Text for Discord: names come from strangers, so nothing in them may call anybody, link anywhere or draw anything.
//!
//! Discord reads markdown in titles, descriptions and fields. A backslash before a sign takes its meaning away and is not
//! shown, so what was named `<@1>` reads `<@1>` and is no mention. Cuts fall between characters as people see them, never
//! inside an escape.

use unicode_segmentation::UnicodeSegmentation;

use crate::message::format::clean;

/// What stands for a character that would not be text.
const REPLACEMENT: char = '\u{fffd}';

/// What says that something was left out.
const MORE: char = '…';

/// A character as people see it takes at most so many UTF-16 units here: marks can be piled onto a letter without end.
const GRAPHEME: usize = 32;

/// Parts a run of three backticks, which would end a code block. It takes no room.
const WEDGE: char = '\u{200b}';

/// Opens and ends a code block.
const FENCE: &str = "```";

/// How long Discord takes a text to be: at least what it counts itself.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Text for places where Discord reads markdown, at most `limit` long, escapes counted.
pub(super) fn escaped(raw: &str, limit: usize) -> String {
    let text = cleaned(raw);
    let mut out = Cut::new(limit);
    let mut line_start = true;
    let mut digits = false;
    let mut rest = text.as_str();
    while let Some(grapheme) = rest.graphemes(true).next() {
        rest = rest.get(grapheme.len()..).unwrap_or_default();
        let single = grapheme.chars().next().unwrap_or(REPLACEMENT);
        let drawn = match single {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '@' => true,
            '#' | '-' | '+' => line_start,
            // A list begins with a number and a dot.
            '.' | ')' => digits,
            // A link begins with its scheme; without the colon it is two words.
            ':' => rest.starts_with("//"),
            _ => false,
        };
        let shown = if drawn { format!("\\{grapheme}") } else { grapheme.to_owned() };
        if !out.push(&shown) {
            break;
        }
        digits = single.is_ascii_digit() && (line_start || digits);
        line_start = single == '\n' || (line_start && single.is_whitespace());
    }
    out.text
}

/// Text for places where Discord reads no markdown: labels, footers, file descriptions.
pub(super) fn unformatted(raw: &str, limit: usize) -> String {
    let text: String = cleaned(raw).chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    let mut out = Cut::new(limit);
    for grapheme in text.graphemes(true) {
        if !out.push(grapheme) {
            break;
        }
    }
    out.text
}

/// Lines in fixed width, whole lines only; what does not fit is left out and said so. Empty if not even a line fits.
pub(super) fn code_block(lines: &[String], limit: usize) -> String {
    let mut body = String::new();
    let frame = 2 * FENCE.len() + 2;
    for (index, line) in lines.iter().enumerate() {
        let last = index + 1 == lines.len();
        let line = fixed(line, limit.saturating_sub(frame));
        // Room is kept for the line that says that something is missing.
        let reserve = if last { 0 } else { 2 };
        if length(&body) + length(&line) + 1 + reserve + frame > limit {
            if body.is_empty() {
                return String::new();
            }
            body.push(MORE);
            body.push('\n');
            break;
        }
        body.push_str(&line);
        body.push('\n');
    }
    format!("{FENCE}\n{body}{FENCE}")
}

/// One line for a code block.
fn fixed(raw: &str, limit: usize) -> String {
    let mut out = Cut::new(limit);
    let mut run = 0;
    let text: String = cleaned(raw).chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    for grapheme in text.graphemes(true) {
        run = if grapheme.starts_with('`') { run + 1 } else { 0 };
        let shown = if run > 2 { format!("{WEDGE}{grapheme}") } else { grapheme.to_owned() };
        if run > 2 {
            run = 1;
        }
        if !out.push(&shown) {
            break;
        }
    }
    out.text
}

/// What a person reads of text that was [`escaped`].
pub(super) fn unescaped(shown: &str) -> String {
    let mut raw = String::with_capacity(shown.len());
    let mut signs = shown.chars();
    while let Some(sign) = signs.next() {
        raw.push(if sign == '\\' { signs.next().unwrap_or(sign) } else { sign });
    }
    raw
}

/// The text without what is none, with line breaks that are one character each.
fn cleaned(raw: &str) -> String {
    let lines = raw.replace("\r\n", "\n").replace('\r', "\n");
    let cleaned: Vec<String> = lines.split('\n').map(|line| clean(&line.replace('\t', " "), REPLACEMENT)).collect();
    cleaned.join("\n")
}

/// Text that grows up to a limit and then ends in `…`.
struct Cut {
    text: String,
    length: usize,
    limit: usize,
    /// Where it can be cut so that `…` still fits.
    fits: usize,
}

impl Cut {
    fn new(limit: usize) -> Self {
        Self { text: String::new(), length: 0, limit, fits: 0 }
    }

    /// Adds a piece that is not to be parted. Whether there was room; if not, the text ends here.
    fn push(&mut self, piece: &str) -> bool {
        let mut piece = piece;
        if length(piece) > GRAPHEME {
            let end = piece.char_indices().nth(GRAPHEME / 2).map_or(piece.len(), |(at, _)| at);
            piece = piece.get(..end).unwrap_or_default();
        }
        let units = length(piece);
        if self.length + units > self.limit {
            self.text.truncate(self.fits);
            if self.limit > 0 {
                self.text.push(MORE);
            }
            return false;
        }
        self.text.push_str(piece);
        self.length += units;
        if self.length < self.limit {
            self.fits = self.text.len();
        }
        true
    }
}

#[cfg(test)]
mod tests;
