//! The audit trail for other programs: a row for each audit line, as JSON lines or as CSV.
//!
//! Rows are written while the chain is verified, so that what is exported is what is proven; at a line that does not fit it ends.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::row::{COLUMNS, Cell, Line, rows};
use super::{Place, Since, folder, open};
use crate::app::AppError;
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where the journal is.
    pub place: Place,
    /// Lines that were written before are left out; they are verified all the same.
    pub from: Option<Since>,
    /// How rows are written.
    pub format: Format,
    /// A file; standard output if there is none.
    pub out: Option<PathBuf>,
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
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            let broken = write(&mut walk, options, &mut out);
            broken.and_then(|broken| out.flush().map(|()| broken)).map_err(failed("standard output"))?
        }
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
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = fs::canonicalize(parent).map_err(failed(&parent.display().to_string()))?;
    if fs::canonicalize(folder).is_ok_and(|store| parent.starts_with(store)) {
        let why = "it lies in the store's folder, which is the bot's alone; choose another place";
        return Err(AppError::Usage(format!("--out {name}: {why}")));
    }
    if file.is_dir() {
        return Err(AppError::Usage(format!("--out {name}: it is a folder; name a file")));
    }
    let beside = tempfile::Builder::new().prefix(".snapwarden-").suffix(".part").tempfile_in(&parent);
    let beside = beside.map_err(failed(&name))?;
    let mut out = BufWriter::new(&beside);
    let broken = write(walk, options, &mut out).map_err(failed(&name))?;
    out.flush().map_err(failed(&name))?;
    drop(out);
    beside.as_file().sync_all().map_err(failed(&name))?;
    beside.persist(file).map_err(|error| failed(&name)(error.error))?;
    Ok(broken)
}

fn failed(what: &str) -> impl Fn(io::Error) -> AppError {
    move |error| AppError::Other(format!("{what} cannot be written: {error}"))
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
