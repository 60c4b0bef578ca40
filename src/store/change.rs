//! What one commit changes, brought into one order: later puts win over earlier ones, a delete wins over a put of the same row.
//!
//! Both stores and the replay of the journal work on this form, so that they cannot come to different rows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::engine::ports::{Commit, Rev, StoreError};

/// The rows and audit lines of one commit, without its expectations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Rows to write, by key.
    pub puts: BTreeMap<String, Vec<u8>>,
    /// Rows to delete; none of them is in `puts`.
    pub deletes: BTreeSet<String>,
    /// Audit lines, each a JSON object, in the order in which they were given.
    pub audit: Vec<Value>,
}

impl Change {
    /// Splits a commit into what must hold and what it changes. An audit line that is not an object is refused: whoever exports the
    /// trail relies on it.
    pub(crate) fn split(commit: Commit) -> Result<(Vec<(String, Rev)>, Change), StoreError> {
        let Commit { expect, puts, deletes, audit, from_reserve: _ } = commit;
        if let Some(odd) = audit.iter().find(|line| !line.is_object()) {
            return Err(StoreError::Io(format!("an audit line must be a JSON object, this is none: {odd}")));
        }
        let deletes: BTreeSet<String> = deletes.into_iter().collect();
        let mut puts: BTreeMap<String, Vec<u8>> = puts.into_iter().collect();
        puts.retain(|key, _| !deletes.contains(key));
        Ok((expect, Change { puts, deletes, audit }))
    }

    /// Whether there is nothing to write down. Such a commit only checks its expectations and adds no line.
    pub(crate) fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.deletes.is_empty() && self.audit.is_empty()
    }

    /// Every row that it writes or deletes.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.puts.keys().chain(self.deletes.iter())
    }
}

#[cfg(test)]
mod tests;
