//! What the journal tells of snapshots: which requests there were, and what was counted on earlier days. Its files are read as `audit` reads them, while a bot may be writing.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::app::{AppError, fleet};
use crate::domain::ids::RequestId;
use crate::domain::report::Sample;
use crate::engine::watch::makers::{self, Makers};
use crate::store::journal::{Folder, Source, Walk};

/// Every id that was ever given has a row with this prefix.
const IDS: &str = "id/";

/// What was kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Every request there ever was.
    pub(super) requests: HashSet<RequestId>,
    /// The figures of earlier days of the report that is asked for.
    pub(super) samples: Vec<Sample>,
    /// Who made what has no mark of ours, as a vCenter told.
    pub(super) makers: Makers,
    /// The hash of the last line.
    pub(super) head: Option<String>,
}

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
    loop {
        match walk.step() {
            Ok(true) => {}
            Ok(false) => break,
            Err(broken) => {
                notes.push(format!("the journal's chain is broken, what stands after it is left out: {broken}"));
                break;
            }
        }
        let Ok(line) = serde_json::from_slice::<Line<'_>>(walk.last_line_bytes()) else { continue };
        for (_, row) in line.puts.iter().filter(|(key, _)| key.starts_with(fleet::DAYS)) {
            let sample = report.and_then(|report| fleet::sample(row.get().as_bytes(), report));
            // A day is written anew whenever it is counted: the last one counts.
            kept.samples.retain(|kept| sample.is_none_or(|sample| kept.day != sample.day));
            kept.samples.extend(sample);
        }
        for (key, row) in line.puts.iter().filter(|(key, _)| key.starts_with(makers::ROWS)) {
            // A row that another version wrote is asked for anew.
            let _unread = kept.makers.add_row(key, row.get().as_bytes());
        }
        kept.requests.extend(line.puts.keys().filter_map(|key| RequestId::parse(key.strip_prefix(IDS)?)));
    }
    kept.head = Some(walk.verified().head.hash);
    Ok(kept)
}
