//! What the journal tells of snapshots: which requests there were, and what was counted on earlier days. Its files are read as `audit` reads them, while a bot may be writing.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::app::{AppError, fleet};
use crate::domain::ids::RequestId;
use crate::domain::report::Sample;
use crate::domain::request::Request;
use crate::engine::record;
use crate::engine::watch::makers::{self, Makers};
use crate::store::journal::{Folder, Source, Walk};

/// What was kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Every request there ever was.
    pub(super) requests: HashSet<RequestId>,
    /// Who made what has no mark of ours, as a vCenter told.
    pub(super) makers: Makers,
    /// The figures of earlier days of the report that is asked for, each with when they were counted.
    pub(super) days: Vec<(Sample, Timestamp)>,
    /// The last slot that this report had.
    pub(super) slot: Option<Timestamp>,
    /// Requests whose approval was done without.
    pub(super) broken: BTreeMap<RequestId, Request>,
    /// The hash of the last line.
    pub(super) head: Option<String>,
}

/// The watch keeps the last slot of each report in a row with this prefix (`src/engine/core/watching/memory.rs`).
const SLOTS: &str = "watch/slot/";

/// What a request has whose approval was done without, as JSON is written.
const BROKEN: &str = "\"break_glass\":{";

/// The rows that a line writes.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default, borrow)]
    puts: BTreeMap<String, &'a RawValue>,
}

/// Reads the journal of a folder. What cannot be believed is left out and told of.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn read(folder: &Path, report: Option<&str>, notes: &mut Vec<String>) -> Result<Kept, AppError> {
    let source = Folder(folder.to_owned());
    let empty = match source.files() {
        Ok(files) => files.is_empty(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(AppError::Other(format!("{}: {error}", folder.display()))),
    };
    if empty {
        notes.push(format!("{}: there is no journal yet, so no snapshot is known to it", folder.display()));
        return Ok(Kept::default());
    }
    let mut kept = Kept::default();
    let mut walk = Walk::over(Box::new(source)).map_err(|broken| AppError::Other(broken.to_string()))?;
    let ended = walk.each(|walk| {
        let Ok(line) = serde_json::from_slice::<Line<'_>>(walk.last_line_bytes()) else { return };
        for (key, row) in line.puts.iter().filter(|(key, _)| key.starts_with(fleet::DAYS)) {
            let counted = report.and_then(|report| fleet::counted(key, row.get().as_bytes(), report));
            // A day is written anew whenever it is counted: the last one counts.
            kept.days.retain(|(kept, _)| counted.is_none_or(|(sample, _)| kept.day != sample.day));
            kept.days.extend(counted);
        }
        for (key, row) in line.puts.iter().filter(|(key, _)| key.starts_with(SLOTS)) {
            kept.slot = report.and_then(|report| slot(key, row.get(), report)).or(kept.slot);
        }
        let of_request = |key: &str| key.starts_with(record::OPEN) || key.starts_with(record::DONE);
        for (key, row) in line.puts.iter().filter(|(key, row)| of_request(key) && row.get().contains(BROKEN)) {
            let request = record::read::<record::Row>(key, row.get().as_bytes()).map(|row| row.request);
            kept.broken.extend(request.ok().map(|request| (request.id.clone(), request)));
        }
        for (key, row) in line.puts.iter().filter(|(key, _)| key.starts_with(makers::ROWS)) {
            // A row that another version wrote is asked for anew.
            let _unread = kept.makers.add_row(key, row.get().as_bytes());
        }
        kept.requests.extend(line.puts.keys().filter_map(|key| RequestId::parse(key.strip_prefix(fleet::IDS)?)));
    });
    if let Err(broken) = ended {
        notes.push(format!("the journal's chain is broken, what stands after it is left out: {broken}"));
    }
    kept.head = Some(walk.head().hash.clone());
    Ok(kept)
}

/// A row of the watch's slots, if it is this report's: the report's name, and how far it has come.
fn slot(key: &str, row: &str, report: &str) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Slot {
        had: Timestamp,
    }
    let (name, Slot { had }) = record::read::<(String, Slot)>(key, row.as_bytes()).ok()?;
    (name == report).then_some(had)
}
