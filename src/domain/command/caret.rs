//! Pointing at the place of an error, below an excerpt that is safe to show.

use unicode_width::UnicodeWidthChar;

use super::fold::is_hidden;

/// How many characters are shown on either side of the place: a card is read on a phone.
const AROUND_CHARS: usize = 24;

/// An excerpt and the line below it, for fixed-width text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointed {
    /// The part of the command around the place, in one line; hidden characters are shown as `·`.
    pub excerpt: String,
    /// Spaces, then `^` below the place.
    pub caret: String,
}

/// Shows a column (in characters, from 1) of a command.
pub fn point_at(command: &str, column: usize) -> Pointed {
    let index = column.saturating_sub(1);
    let from = index.saturating_sub(AROUND_CHARS);
    let total = command.chars().count();
    let shown = |c: char| match c {
        c if c.is_whitespace() => ' ',
        c if c.is_control() || is_hidden(c) || c.width().unwrap_or(0) == 0 => '·',
        c => c,
    };
    let cells = command.chars().skip(from).take(index - from + AROUND_CHARS).map(shown);
    let mut excerpt: String = if from > 0 { "…".to_owned() } else { String::new() };
    let mut caret = " ".repeat(usize::from(from > 0));
    for (at, c) in cells.enumerate() {
        if at < index - from {
            caret.push_str(&" ".repeat(c.width().unwrap_or(1)));
        }
        excerpt.push(c);
    }
    if index + AROUND_CHARS < total {
        excerpt.push('…');
    }
    caret.push('^');
    Pointed { excerpt, caret }
}

#[cfg(test)]
mod tests;
