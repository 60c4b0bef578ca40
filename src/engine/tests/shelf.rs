//! A store in memory that fails when it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use serde_json::Value;

use crate::engine::ports::{AuditHead, Commit, Rev, Store, StoreError};

/// What the next commit meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Mishap {
    /// Nothing is written, and it says so.
    Fails,
    /// It is written, and the answer is lost.
    AnswerLost,
    /// It is not written, and the answer is lost.
    Lost,
}

#[derive(Default)]
pub(in crate::engine) struct Shelf(Mutex<State>);

#[derive(Default)]
struct State {
    rows: BTreeMap<String, Vec<u8>>,
    audit: Vec<Value>,
    commits: Vec<Commit>,
    mishaps: VecDeque<Option<Mishap>>,
    is_unreadable: bool,
    /// Nothing can be read once this many more rows were looked for.
    reads_left: Option<usize>,
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// The next commits meet these, one each.
    pub(in crate::engine) fn next_commits(&self, mishaps: &[Mishap]) {
        self.next_commits_after(0, mishaps);
    }

    /// The same once this many more commits have gone well.
    pub(in crate::engine) fn next_commits_after(&self, well: usize, mishaps: &[Mishap]) {
        let mishaps = mishaps.iter().copied().map(Some);
        self.state().mishaps.extend(std::iter::repeat_n(None, well).chain(mishaps));
    }

    /// From now on nothing can be read, or everything again.
    pub(in crate::engine) fn unreadable(&self, is_unreadable: bool) {
        let mut state = self.state();
        (state.is_unreadable, state.reads_left) = (is_unreadable, None);
    }

    /// Nothing can be read once this many more rows were looked for.
    pub(in crate::engine) fn unreadable_after(&self, reads: usize) {
        self.state().reads_left = Some(reads);
    }

    /// A row as text.
    pub(in crate::engine) fn row(&self, key: &str) -> Option<String> {
        self.state().rows.get(key).map(|bytes| String::from_utf8(bytes.clone()).unwrap())
    }

    /// The keys that begin with this.
    pub(in crate::engine) fn keys(&self, prefix: &str) -> Vec<String> {
        self.state().rows.keys().filter(|key| key.starts_with(prefix)).cloned().collect()
    }

    pub(in crate::engine) fn put(&self, key: &str, text: &str) {
        self.state().rows.insert(key.to_owned(), text.as_bytes().to_vec());
    }

    /// The audit lines of this kind.
    pub(in crate::engine) fn audit(&self, kind: &str) -> Vec<Value> {
        self.state().audit.iter().filter(|line| line["kind"] == kind).cloned().collect()
    }

    /// Every commit that was tried, whatever became of it.
    pub(in crate::engine) fn commits(&self) -> Vec<Commit> {
        self.state().commits.clone()
    }
}

#[async_trait]
impl Store for Shelf {
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        let mut state = self.state();
        let is_over = state.reads_left == Some(0);
        state.reads_left = state.reads_left.map(|left| left.saturating_sub(1));
        if state.is_unreadable || is_over {
            return Err(StoreError::Io("it cannot be read".to_owned()));
        }
        Ok(state.rows.get(key).map(|bytes| (1, bytes.clone())))
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
        let state = self.state();
        if state.is_unreadable {
            return Err(StoreError::Io("it cannot be read".to_owned()));
        }
        let rows = state.rows.iter().filter(|(key, _)| key.starts_with(prefix));
        let rows = rows.filter(|(key, _)| after.is_none_or(|after| key.as_str() > after));
        Ok(rows.take(limit).map(|(key, bytes)| (key.clone(), 1, bytes.clone())).collect())
    }

    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        let mut state = self.state();
        let both = commit.puts.iter().find(|(key, _)| commit.deletes.contains(key));
        assert_eq!(both, None, "put and deleted in one commit");
        state.commits.push(commit.clone());
        let mishap = state.mishaps.pop_front().flatten();
        let lost = || Err(StoreError::Unknown("the answer was lost".to_owned()));
        match mishap {
            Some(Mishap::Fails) => return Err(StoreError::Io("the disk is full".to_owned())),
            Some(Mishap::Lost) => return lost(),
            Some(Mishap::AnswerLost) | None => {}
        }
        state.rows.extend(commit.puts);
        for key in commit.deletes {
            state.rows.remove(&key);
        }
        state.audit.extend(commit.audit);
        if mishap == Some(Mishap::AnswerLost) { lost() } else { Ok(1) }
    }

    async fn head(&self) -> Result<AuditHead, StoreError> {
        Ok(AuditHead { seq: self.state().audit.len() as u64, hash: "0".repeat(64) })
    }
}
