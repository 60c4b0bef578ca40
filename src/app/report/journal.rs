//! What the journal tells of snapshots: which requests there were. Its files are read as `audit` reads them, while a bot may be writing.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::app::AppError;
use crate::domain::ids::RequestId;
use crate::store::journal::{Folder, Source, Walk};

/// Every id that was ever given has a row with this prefix.
const IDS: &str = "id/";

/// What was kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Every request there ever was.
    pub(super) requests: HashSet<RequestId>,
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
pub(super) fn read(folder: &Path, notes: &mut Vec<String>) -> Result<Kept, AppError> {
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
        kept.requests.extend(line.puts.keys().filter_map(|key| RequestId::parse(key.strip_prefix(IDS)?)));
    }
    kept.head = Some(walk.verified().head.hash);
    Ok(kept)
}
