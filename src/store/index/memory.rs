//! The index as a map in memory.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::{Entry, Index, IndexError, KeyedRow};
use crate::engine::ports::Rev;

/// All rows, by key.
#[derive(Debug, Default)]
pub(crate) struct MemoryIndex {
    rows: BTreeMap<String, (Rev, Vec<u8>)>,
}

impl MemoryIndex {
    pub(crate) fn row(&self, key: &str) -> Option<(Rev, Vec<u8>)> {
        self.rows.get(key).cloned()
    }

    /// See [`Index::scan`].
    pub(crate) fn page(&self, prefix: &str, after: Option<&str>, limit: usize) -> Vec<KeyedRow> {
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            Some(_) | None => Bound::Included(prefix),
        };
        self.rows
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .take(limit)
            .map(|(key, (rev, bytes))| (key.clone(), *rev, bytes.clone()))
            .collect()
    }

    /// Applies one line.
    pub(crate) fn take(&mut self, entry: &Entry<'_>) {
        for (key, value) in &entry.change.puts {
            self.rows.insert(key.clone(), (entry.head.seq, value.clone()));
        }
        for key in &entry.change.deletes {
            self.rows.remove(key);
        }
    }
}

impl Index for MemoryIndex {
    fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, IndexError> {
        Ok(self.row(key))
    }

    fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<KeyedRow>, IndexError> {
        Ok(self.page(prefix, after, limit))
    }

    fn apply(&mut self, entries: &[Entry<'_>]) -> Result<(), IndexError> {
        entries.iter().for_each(|entry| self.take(entry));
        Ok(())
    }
}
