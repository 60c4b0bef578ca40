//! The audit trail for other programs: a row for each audit line, as JSON lines or as CSV.
//!
//! Rows are written while the chain is verified, so that what is exported is what is proven; at a line that does not fit it ends.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::row::{COLUMNS, Cell, Line, rows};
use super::{Place, Since, folder, open};
use crate::app::AppError;
use crate::app::file::{parent, whole};
use crate::message::table::defused;
use crate::store::journal::{Broken, Walk};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A JSON object a line, without the columns that are empty.
    Jsonl,
    /// RFC 4180, with a header.
    Csv,
}

/// What is exported, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Options {
    /// Where the journal is.
    #[command(flatten)]
    pub place: Place,
    /// Only what was written from then on: a date (its beginning in UTC) or an RFC 3339 time.
    #[arg(long, value_name = "DATE")]
    pub from: Option<Since>,
    /// Where to; standard output if not given. A file that is there is replaced once the new one is whole.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How rows are written.
    #[arg(long, value_enum, default_value_t = Format::Jsonl, help = None)]
    pub format: Format,
}

/// Exports, and gives back what is to be said on stderr and what to exit with: 1 where the chain is broken, after all that stands before
/// the break.
///
/// # Errors
/// [`AppError`] if the configuration is wrong, there is no journal, or the output cannot be written.
pub fn export(options: &Options) -> Result<(Option<String>, u8), AppError> {
    let folder = folder(&options.place)?;
    let mut walk = open(&folder)?;
    let broken = match &options.out {
        None => flushed(&mut walk, options, io::stdout().lock()).map_err(failed("standard output"))?,
        Some(file) => to_file(&mut walk, options, &folder, file)?,
    };
    Ok(match broken {
        None => (None, 0),
        Some(broken) => {
            let what = "is broken; what stands before it was exported, and nothing after it can be believed";
            (Some(format!("the chain {what}: {broken}")), 1)
        }
    })
}

/// Writes a file that is whole or not there: beside it first, then in its place.
fn to_file(walk: &mut Walk, options: &Options, folder: &Path, file: &Path) -> Result<Option<Broken>, AppError> {
    let name = file.display().to_string();
    let parent = parent(file);
    let parent = fs::canonicalize(parent).map_err(failed(&parent.display().to_string()))?;
    if fs::canonicalize(folder).is_ok_and(|store| parent.starts_with(store)) {
        let why = "it lies in the store's folder, which is the bot's alone; choose another place";
        return Err(AppError::Usage(format!("--out {name}: {why}")));
    }
    whole(file, failed(&name), |file| flushed(walk, options, file))
}

fn failed(what: &str) -> impl Fn(io::Error) -> AppError {
    move |error| AppError::Other(format!("{what} cannot be written: {error}"))
}

/// Writes every row, to the last byte.
fn flushed(walk: &mut Walk, options: &Options, out: impl Write) -> io::Result<Option<Broken>> {
    let mut out = BufWriter::new(out);
    let broken = write(walk, options, &mut out)?;
    out.flush()?;
    Ok(broken)
}

/// Writes every row up to the end, or up to the line that does not fit.
fn write(walk: &mut Walk, options: &Options, out: &mut dyn Write) -> io::Result<Option<Broken>> {
    if options.format == Format::Csv {
        csv(&COLUMNS.map(|name| Cell::Text(name.to_owned())), out)?;
    }
    loop {
        match walk.step() {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(broken) => return Ok(Some(broken)),
        }
        let line: Line<'_> = match serde_json::from_slice(walk.last_line_bytes()) {
            Ok(line) => line,
            Err(error) => return Ok(Some(walk.unreadable(&error.to_string()))),
        };
        if options.from.is_some_and(|Since(from)| line.ts < from) {
            continue;
        }
        for row in rows(&line) {
            match options.format {
                Format::Jsonl => jsonl(&row, out)?,
                Format::Csv => csv(&row, out)?,
            }
        }
    }
}

fn jsonl(row: &[Cell; COLUMNS.len()], out: &mut dyn Write) -> io::Result<()> {
    let mut first = true;
    for (name, cell) in COLUMNS.iter().zip(row) {
        let value = match cell {
            Cell::Empty => continue,
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
            Cell::Json(json) => json.clone(),
        };
        write!(out, "{}\"{name}\":{value}", if first { "{" } else { "," })?;
        first = false;
    }
    out.write_all(b"}\n")
}

fn csv(row: &[Cell; COLUMNS.len()], out: &mut dyn Write) -> io::Result<()> {
    for (place, cell) in row.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        match cell {
            Cell::Empty => {}
            Cell::Number(number) => write!(out, "{number}")?,
            Cell::Text(text) | Cell::Json(text) => out.write_all(field(text).as_bytes())?,
        }
    }
    out.write_all(b"\r\n")
}

/// A text as a CSV field: no formula, and quoted where it has to be or where it was defused.
fn field(text: &str) -> String {
    let guarded = defused(text);
    let formula = guarded != text;
    // The semicolon and the tab separate in some countries' spreadsheets.
    if formula || guarded.contains(['"', ',', ';', '\t', '\r', '\n']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded.into_owned()
    }
}

#[cfg(test)]
mod tests;
