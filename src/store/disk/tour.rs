//! The journal is verified from its first line to its last whenever a store is opened, and compared with what the index has seen of it.

use std::path::Path;

use crate::engine::ports::AuditHead;
use crate::store::journal::{Broken, Walk, beginning};

/// Goes through the whole journal. `applied` is the line that the index has come to, if there is an index. The error has the last line
/// that is whole, and what cannot be believed.
pub(super) fn tour(dir: &Path, applied: Option<&AuditHead>) -> Result<Walk, (AuditHead, Broken)> {
    let mut walk = Walk::open(dir).map_err(|broken| (beginning(), broken))?;
    let mut at_applied = None;
    let ended = walk.each(|walk| {
        if applied.is_some_and(|applied| applied.seq == walk.head().seq) {
            at_applied = Some(walk.head().clone());
        }
    });
    match ended.err().or_else(|| contradiction(&walk, applied?, at_applied.as_ref())) {
        Some(broken) => Err((walk.head().clone(), broken)),
        None => Ok(walk),
    }
}

/// What the index knows against the journal, which `walk` has gone through; `there` is the line that it has come to, as it is there.
///
/// The index takes in a line only when it is on the disk. So an index that has seen other lines, or more of them, is a witness: lines were
/// lost or exchanged, and going on would build on a state that is not the last one.
fn contradiction(walk: &Walk, applied: &AuditHead, there: Option<&AuditHead>) -> Option<Broken> {
    let (seen, last) = (applied.seq, walk.head().seq);
    if seen > last {
        return Some(walk.broken(format!(
            "it is missing or unfinished: the journal ends at line {last}, but the index has seen line {seen}. To go on from line {last} \
             all the same, move the directory `index` away"
        )));
    }
    if seen > 0 && there != Some(applied) {
        let why = "it is another one than the index has seen. To go on with the journal as it is, move the directory `index` away";
        return Some(walk.broken_at(seen, why.to_owned()));
    }
    None
}
