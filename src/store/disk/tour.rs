//! The journal is verified from its first line to its last whenever a store is opened, and compared with what the index has seen of it.

use std::path::Path;

use crate::engine::ports::AuditHead;
use crate::store::journal::{Broken, GENESIS, Walk};

/// One way through the whole journal.
pub(super) struct Tour {
    /// Where it ended; `None` if it could not even begin.
    pub(super) walk: Option<Walk>,
    /// The last line that is whole.
    pub(super) head: AuditHead,
    /// The hash of the line that the index says it has come to, if there is such a line.
    at_applied: Option<String>,
    /// The line that ended it, if one did.
    pub(super) broken: Option<Broken>,
}

impl Tour {
    /// Goes through it and remembers the hash of line `applied`.
    pub(super) fn through(dir: &Path, applied: u64) -> Tour {
        let mut tour =
            Tour { walk: None, head: AuditHead { seq: 0, hash: GENESIS.to_owned() }, at_applied: None, broken: None };
        let mut walk = match Walk::open(dir) {
            Ok(walk) => walk,
            Err(broken) => {
                return Tour { broken: Some(broken), ..tour };
            }
        };
        loop {
            if walk.head().seq == applied {
                tour.at_applied = Some(walk.head().hash.clone());
            }
            match walk.step() {
                Ok(true) => {}
                Ok(false) => break,
                Err(broken) => {
                    tour.broken = Some(broken);
                    break;
                }
            }
        }
        tour.head = walk.head().clone();
        tour.walk = Some(walk);
        tour
    }

    /// What the index knows against the journal.
    ///
    /// The index takes in a line only when it is on the disk. So an index that has seen other lines, or more of them, is a witness: lines were
    /// lost or exchanged, and going on would build on a state that is not the last one.
    pub(super) fn contradiction(&self, applied: &AuditHead) -> Option<Broken> {
        let walk = self.walk.as_ref()?;
        if applied.seq > self.head.seq {
            let seen = applied.seq;
            let last = self.head.seq;
            return Some(walk.broken(format!(
                "it is missing or unfinished: the journal ends at line {last}, but the index has seen line {seen}. To go on from line {last} \
                 all the same, move the directory `index` away"
            )));
        }
        if applied.seq > 0 && self.at_applied.as_ref() != Some(&applied.hash) {
            let why = "it is another one than the index has seen. To go on with the journal as it is, move the directory `index` away";
            return Some(walk.broken_at(applied.seq, why.to_owned()));
        }
        None
    }
}
