//! The end of the audit trail for the console: the newest lines, read from the end of the newest files, so that a long trail is
//! shown as quickly as a short one. It shows and proves nothing; proving is `verify`'s.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::row::{COLUMNS, Cell, Line, rows};
use crate::store::journal::{Folder, Source};

/// How many bytes of a file's end are read: some hundred lines.
const TAIL_BYTES: u64 = 512 * 1024;

/// How many audit lines are shown.
const SHOWN: usize = 100;

/// `{head, lines}`: the newest audit lines, the newest first.
///
/// # Errors
/// The folder or a file cannot be read.
pub(in crate::app) fn tail(folder: &Path) -> io::Result<Value> {
    let source = Folder(folder.to_owned());
    let (mut lines, mut head) = (Vec::new(), Value::Null);
    let mut files = source.files()?;
    files.sort_unstable();
    for (number, _) in files.into_iter().rev() {
        let text = end_of(&folder.join(crate::store::journal::file_name(number)))?;
        for line in text.split(|byte| *byte == b'\n').rev() {
            // An unfinished line, or the middle of one where the tail begins, is none.
            let Ok(line) = serde_json::from_slice::<Line<'_>>(line) else { continue };
            if head.is_null() {
                head = json!({"seq": line.seq, "hash": line.hash});
            }
            lines.extend(rows(&line).into_iter().rev().map(object));
            if lines.len() >= SHOWN {
                lines.truncate(SHOWN);
                return Ok(json!({"head": head, "lines": lines}));
            }
        }
    }
    Ok(json!({"head": head, "lines": lines}))
}

fn end_of(file: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(file)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut text = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut text)?;
    Ok(text)
}

/// A row as an object, without the columns that are empty.
fn object(row: [Cell; COLUMNS.len()]) -> Value {
    let filled = COLUMNS.iter().zip(row).filter_map(|(name, cell)| {
        let value = match cell {
            Cell::Empty => return None,
            Cell::Number(number) => json!(number),
            Cell::Text(text) => json!(text),
            Cell::Json(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        };
        Some(((*name).to_owned(), value))
    });
    Value::Object(filled.collect::<Map<_, _>>())
}
