//! Lists for spreadsheets: CSV by RFC 4180, with texts that no spreadsheet takes for a formula.
//!
//! Names of VMs and snapshots come from strangers. A cell that begins with `=`, `+`, `-` or `@` is computed when somebody opens
//! the file, so an apostrophe is set before it. Where spreadsheets part cells at a semicolon (as French and German ones do) a
//! name can begin a cell of its own in its middle, so what follows a semicolon, a tab or a line break is treated the same.

use std::borrow::Cow;

use bytes::Bytes;

pub mod snapshots;

/// U+FEFF in UTF-8. Excel takes a file without it for the machine's old code page and shows `é` as `Ã©`; LibreOffice, Numbers and
/// Google's tables leave it out. Programs that read CSV often take it for a part of the first heading, so what is made
/// for them has none.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Who opens the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Somebody with a double click.
    Spreadsheet,
    Program,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// A text, from anywhere.
    Text(String),
    /// A number, as an integer without units.
    Number(u64),
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

/// A table as CSV: a heading, then the rows, lines ended as RFC 4180 has it.
///
/// # Errors
/// None of the writer's own: it writes into memory. The error is kept because the writer's type has one.
pub fn csv<const N: usize>(
    heading: [&str; N],
    rows: impl IntoIterator<Item = [Cell; N]>,
    reader: Reader,
) -> Result<Bytes, csv::Error> {
    let mut file = match reader {
        Reader::Spreadsheet => BYTE_ORDER_MARK.to_vec(),
        Reader::Program => Vec::new(),
    };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut file);
    writer.write_record(heading)?;
    for row in rows {
        for cell in &row {
            match cell {
                Cell::Empty => writer.write_field("")?,
                Cell::Text(text) => writer.write_field(&*defused(text))?,
                Cell::Number(number) => writer.write_field(number.to_string())?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(Bytes::from(file))
}

/// A text that no spreadsheet computes. An apostrophe where one would begin is doubled, so that the text can always be had back.
pub fn defused(text: &str) -> Cow<'_, str> {
    let mut begins = true;
    let mut safe = String::new();
    for (at, c) in text.char_indices() {
        if begins && is_risky(c) {
            if safe.is_empty() {
                safe = text.chars().take(text.get(..at).map_or(0, |before| before.chars().count())).collect();
                safe.reserve(text.len() + 1);
            }
            safe.push('\'');
            safe.push(c);
        } else if !safe.is_empty() {
            safe.push(c);
        }
        begins = begins_after(begins, c);
    }
    if safe.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(safe) }
}

/// What a spreadsheet computes where it begins a cell, full-width signs as well; and the apostrophe, which says that it shall not.
fn is_risky(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n' | '\'')
}

/// Whether a cell may begin behind this character. Blanks before a formula are left out by some, and a quote opens a cell.
fn begins_after(begins: bool, c: char) -> bool {
    matches!(c, ';' | '\t' | '\r' | '\n') || (begins && (c.is_whitespace() || c == '"'))
}

#[cfg(test)]
mod tests;
