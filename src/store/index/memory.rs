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
        Ok(self.rows.get(key).cloned())
    }

    fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<KeyedRow>, IndexError> {
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            Some(_) | None => Bound::Included(prefix),
        };
        let rows = self.rows.range::<str, _>((from, Bound::Unbounded));
        let page = rows.take_while(|(key, _)| key.starts_with(prefix)).take(limit);
        Ok(page.map(|(key, (rev, bytes))| (key.clone(), *rev, bytes.clone())).collect())
    }

    fn apply(&mut self, entries: &[Entry<'_>]) -> Result<(), IndexError> {
        entries.iter().for_each(|entry| self.take(entry));
        Ok(())
    }
}
