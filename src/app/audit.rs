//! `snapwarden audit`: the journal as an auditor reads it.
//!
//! It reads the journal's files and nothing else: not the index, and without the store's lock, so that it can be run beside a running bot
//! or on a copy of the files. Nothing is believed that does not continue the chain from the first line on.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::{AppError, Format, store_of};
use crate::config::{self, Needs};
use crate::engine::ports::AuditHead;
pub use crate::store::journal::Published;
use crate::store::journal::{Broken, Folder, Found, Source, Walk, compare};

mod export;
mod row;
mod since;
mod tail;

pub use export::{Format as ExportFormat, Options as ExportOptions, export};
pub use since::Since;
pub(super) use tail::tail;

/// Where the journal is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[group(required = true, multiple = false)]
pub struct Place {
    /// The configuration, whose store it is in.
    #[arg(long, value_name = "FILE", help = "The configuration; only its [store] is read")]
    pub config: Option<PathBuf>,
    /// A folder with the journal's files, such as a copy, instead of a configuration.
    #[arg(long, value_name = "DIR")]
    pub journal: Option<PathBuf>,
}

/// What a journal is like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The folder.
    pub folder: PathBuf,
    /// How many files it has.
    pub files: usize,
    /// Whether the chain is whole and every published head is in it.
    pub whole: bool,
    /// How many lines are whole: all, or those before the first that does not fit.
    pub lines: u64,
    /// The last of them.
    pub head: AuditHead,
    /// When the first and the last of them were written, by the bot's clock.
    pub first: Option<Timestamp>,
    /// See `first`.
    pub last: Option<Timestamp>,
    /// Bytes of an unfinished line at the end: being written just now, or left by a crash. Nobody was ever told that it counts.
    pub unfinished_bytes: u64,
    /// The line that does not fit.
    pub broken: Option<Broken>,
    /// The published heads, in the order in which they were given.
    pub published: Vec<Witness>,
}

/// A published head against the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// The line's number.
    pub seq: u64,
    /// The hash that was published.
    pub hash: String,
    /// `in_chain`, `other` or `missing`.
    pub verdict: &'static str,
    /// The hash of that line in the journal, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// Goes through the whole journal, and gives back what to print and what to exit with: 0 if everything fits, 1 if not.
///
/// # Errors
/// [`AppError`] if the configuration is wrong, or there is no journal that can be read.
pub fn verify(place: &Place, published: &[Published], format: Format) -> Result<(String, u8), AppError> {
    let verdict = look(&folder(place)?, published)?;
    Ok((format.text(&verdict, table)?, u8::from(!verdict.whole)))
}

/// The folder that the journal is in.
fn folder(place: &Place) -> Result<PathBuf, AppError> {
    match (&place.journal, &place.config) {
        (Some(folder), _) => Ok(folder.clone()),
        (None, Some(file)) => {
            store_of(&config::load(file, Needs::Audit).map_err(AppError::Config)?).map(Path::to_owned)
        }
        (None, None) => Err(AppError::Usage("--config FILE or --journal DIR is needed".to_owned())),
    }
}

/// Stands before the first line. A folder without a journal is an error: an auditor who looks at the wrong one must not be told that all
/// is well. Whatever keeps it from being looked at exits with 3, so that a script can tell it from a journal that does not fit.
fn open(folder: &Path) -> Result<Walk, AppError> {
    let source = Folder(folder.to_owned());
    let unread = |why: String| AppError::Unreachable(format!("{}: {why}", folder.display()));
    let files = source.files().map_err(|error| unread(error.to_string()))?;
    if files.is_empty() {
        return Err(unread("there is no journal here: no file journal-000001.jsonl or later".to_owned()));
    }
    for (number, _) in files {
        source.open(number, 0).map_err(|error| unread(format!("file {number} cannot be read: {error}")))?;
    }
    Walk::over(Box::new(source)).map_err(|broken| AppError::Unreachable(broken.to_string()))
}

pub(super) fn look(folder: &Path, published: &[Published]) -> Result<Verdict, AppError> {
    let first = {
        let mut walk = open(folder)?;
        // What is wrong with the first line is told by whoever goes all the way.
        walk.step().ok().and_then(|_| walk.time())
    };
    let mut walk = open(folder)?;
    let (broken, found) = compare(&mut walk, published);
    let witness = |(Published(head), found): (&Published, Found)| {
        let (verdict, found) = match found {
            Found::There => ("in_chain", None),
            Found::Other(hash) => ("other", Some(hash)),
            Found::Missing => ("missing", None),
        };
        Witness { seq: head.seq, hash: head.hash.clone(), verdict, found }
    };
    let published: Vec<Witness> = published.iter().zip(found).map(witness).collect();
    Ok(Verdict {
        folder: folder.to_owned(),
        files: walk.file_count(),
        whole: broken.is_none() && published.iter().all(|witness| witness.verdict == "in_chain"),
        lines: walk.head().seq,
        head: walk.head().clone(),
        first,
        last: walk.time(),
        unfinished_bytes: walk.torn_bytes(),
        broken,
        published,
    })
}

fn table(verdict: &Verdict) -> String {
    let time = |time: &Option<Timestamp>| time.map_or_else(|| "-".to_owned(), |time| time.to_string());
    let mut rows = vec![
        ("journal".to_owned(), format!("{}, files: {}", verdict.folder.display(), verdict.files)),
        ("lines".to_owned(), verdict.lines.to_string()),
        ("head".to_owned(), Published(verdict.head.clone()).to_string()),
        ("first".to_owned(), time(&verdict.first)),
        ("last".to_owned(), time(&verdict.last)),
    ];
    if verdict.unfinished_bytes > 0 {
        let what =
            "bytes of a line that is being written just now, or that a crash left. It does not count, and is no damage";
        rows.push(("unfinished".to_owned(), format!("{} {what}", verdict.unfinished_bytes)));
    }
    for witness in &verdict.published {
        let said = match (&witness.found, witness.verdict) {
            (None, "in_chain") => "is in the chain".to_owned(),
            (Some(hash), _) => format!(
                "is NOT in the chain: line {} is {hash}. It, or something before it, was written anew",
                witness.seq
            ),
            (None, _) if verdict.broken.is_some() => "cannot be reached: the chain is broken before it".to_owned(),
            (None, _) => format!("is NOT in the chain: the journal ends at line {}", verdict.lines),
        };
        rows.push(("published".to_owned(), format!("{}:{} {said}", witness.seq, witness.hash)));
    }
    rows.push((
        "chain".to_owned(),
        match &verdict.broken {
            None => "whole".to_owned(),
            Some(Broken { line, file, why }) => {
                format!("BROKEN at line {line} ({file}): {why}. The lines, head and times above are those before it")
            }
        },
    ));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    rows.iter().map(|(name, text)| format!("{name:width$}  {text}")).collect::<Vec<_>>().join("\n")
}
