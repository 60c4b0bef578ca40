//! The index: which rows there are now and which line wrote each. It holds nothing that the journal does not.
//!
//! Normally sled; a map in memory where sled cannot be used (it broke while running, the disk is full, the journal is damaged and
//! only a part of it may be shown).

mod memory;
mod sled;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub(crate) use memory::MemoryIndex;
pub(crate) use sled::{SledIndex, is_index_there, open_or_rebuild};

use super::change::Change;
use crate::engine::ports::{AuditHead, Rev, StoreError};

/// A row: its key, the line that wrote it, its bytes.
pub(crate) type KeyedRow = (String, Rev, Vec<u8>);

/// The index could not do it, in words. The journal is not touched by that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct IndexError(pub(crate) String);

impl From<IndexError> for StoreError {
    fn from(IndexError(why): IndexError) -> Self {
        Self::Io(why)
    }
}

/// What became of the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexOpened {
    /// Lines that it did not have yet and took in.
    pub replayed: u64,
    /// Why what was there could not be used as it was; `None` if it could.
    pub rebuilt: Option<String>,
    /// Where the old index, or a copy of it, is kept.
    pub kept: Option<PathBuf>,
    /// Why there is none on disk and the rows are held in memory; `None` if there is one.
    pub in_memory: Option<String>,
}

/// One line's change, to be applied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// The line.
    pub(crate) head: &'a AuditHead,
    pub(crate) change: &'a Change,
}

/// Where rows are looked up.
pub(crate) trait Index: Send + Sync {
    /// One row.
    fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, IndexError>;

    /// Rows that begin with `prefix` and come after `after`, in the order of their keys, at most `limit`.
    fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<KeyedRow>, IndexError>;

    /// Applies lines in order, all or none of them.
    fn apply(&mut self, entries: &[Entry<'_>]) -> Result<(), IndexError>;
}

/// No index: it broke and could not be built again, for this reason.
#[derive(Debug)]
pub(crate) struct Lost(pub(crate) String);

impl Index for Lost {
    fn get(&self, _: &str) -> Result<Option<(Rev, Vec<u8>)>, IndexError> {
        Err(IndexError(self.0.clone()))
    }

    fn scan(&self, _: &str, _: Option<&str>, _: usize) -> Result<Vec<KeyedRow>, IndexError> {
        Err(IndexError(self.0.clone()))
    }

    fn apply(&mut self, _: &[Entry<'_>]) -> Result<(), IndexError> {
        Err(IndexError(self.0.clone()))
    }
}

/// The first expected version that does not hold, with the one that is there; 0 stands for "not there".
pub(crate) fn first_conflict(index: &dyn Index, expect: &[(String, Rev)]) -> Result<Option<(String, Rev)>, IndexError> {
    for (key, wanted) in expect {
        let found = index.get(key)?.map_or(0, |(rev, _)| rev);
        if found != *wanted {
            return Ok(Some((key.clone(), found)));
        }
    }
    Ok(None)
}

/// Whether any of these keys would be part of that page.
pub(crate) fn touches(keys: &BTreeSet<String>, prefix: &str, after: Option<&str>) -> bool {
    keys.iter().any(|key| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after))
}
