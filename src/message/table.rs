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
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The text that was defused.
    fn armed(text: &str) -> String {
        let mut begins = true;
        let mut given = String::with_capacity(text.len());
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let c = if begins && c == '\'' { rest.next().unwrap_or(c) } else { c };
            given.push(c);
            begins = begins_after(begins, c);
        }
        given
    }

    #[test]
    fn what_would_be_computed_is_not() {
        let cases = [
            ("web-01", "web-01"),
            ("a=b", "a=b"),
            ("=1+1", "'=1+1"),
            ("  =1+1", "  '=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("＝1", "'＝1"),
            ("\tx", "'\tx"),
            ("'x", "''x"),
            ("a;=1", "a;'=1"),
            ("a; -1", "a; '-1"),
            ("a;b", "a;b"),
            ("a\n@x", "a\n'@x"),
            ("\r\"=", "'\r\"'="),
            ("", ""),
        ];
        for (text, safe) in cases {
            assert_eq!(defused(text), safe, "{text:?}");
            assert_eq!(armed(safe), text, "{text:?}");
        }
    }

    #[test]
    fn lines_end_as_the_rfc_has_it_and_cells_are_quoted_where_they_have_to_be() {
        let row = [Cell::from("a,b"), Cell::Number(7), Cell::Empty, Cell::from("say \"yes\"")];
        let made = |reader| csv(["vm", "bytes", "until", "name"], [row.clone()], reader).unwrap();
        let text = "vm,bytes,until,name\r\n\"a,b\",7,,\"say \"\"yes\"\"\"\r\n";
        assert_eq!(made(Reader::Program), text.as_bytes());
        assert_eq!(made(Reader::Spreadsheet), [b"\xef\xbb\xbf", text.as_bytes()].concat());
    }

    /// Every cell that a spreadsheet would see, at whichever of its separators it parts the line.
    fn cells(file: &str) -> Vec<String> {
        let of = |delimiter: u8| {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .has_headers(false)
                .flexible(true)
                .from_reader(file.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            rows.iter().flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        [b',', b';', b'\t'].into_iter().flat_map(of).collect()
    }

    proptest! {
        #[test]
        fn any_name_comes_back_and_none_is_a_formula(names in prop::collection::vec("[ -~\t\r\n;,\"'=+@é＝-]{0,12}|\\PC{0,12}", 1..6)) {
            let rows = names.iter().map(|name| [Cell::from("vm-1"), Cell::from(name.as_str()), Cell::Number(1)]);
            let file = csv(["a", "b", "c"], rows, Reader::Program).unwrap();
            let text = std::str::from_utf8(&file).unwrap();
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let read: Vec<String> = reader.records().map(|row| armed(&row.unwrap()[1])).collect();
            prop_assert_eq!(&read, &names);
            for cell in cells(text) {
                let begins = cell.trim_start();
                prop_assert!(!begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{:?} of {:?}", cell, text);
            }
        }
    }
}
