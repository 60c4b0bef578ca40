//! The store in memory, for tests of what stands on it: the same lines and the same rules, no disk, and failures on demand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use super::change::Change;
use super::index::{Entry, Index, MemoryIndex, first_conflict};
use super::journal::{beginning, encode};
use crate::engine::ports::{AuditHead, Clock, Commit, Rev, Store, StoreError};

/// The twin of [`super::DiskStore`]. With the same clock and the same commits it comes to the same head.
pub struct MemoryStore {
    clock: Option<Arc<dyn Clock>>,
    state: Mutex<State>,
}

struct State {
    index: MemoryIndex,
    head: AuditHead,
    lines: Vec<Vec<u8>>,
    audit: Vec<Value>,
    planned: VecDeque<Planned>,
}

/// What the next commit will meet.
struct Planned {
    error: StoreError,
    /// Whether it is written all the same.
    written: bool,
}

impl MemoryStore {
    /// An empty store with the system's time.
    pub fn new() -> MemoryStore {
        let state = State {
            index: MemoryIndex::default(),
            head: beginning(),
            lines: Vec::new(),
            audit: Vec::new(),
            planned: VecDeque::new(),
        };
        MemoryStore { clock: None, state: Mutex::new(state) }
    }

    /// An empty store whose lines bear this clock's time.
    pub fn with_clock(clock: Arc<dyn Clock>) -> MemoryStore {
        MemoryStore { clock: Some(clock), ..MemoryStore::new() }
    }

    /// The next `n` commits answer this and write nothing.
    pub fn fail_next_commits(&self, n: usize, error: StoreError) {
        let mut state = self.state();
        state.planned.extend((0..n).map(|_| Planned { error: error.clone(), written: false }));
    }

    /// The next `n` commits are written and answer `Unknown`: the reply was lost. One that would fail anyway fails as it would.
    pub fn lose_next_replies(&self, n: usize) {
        let lost = || Planned { error: StoreError::Unknown("the reply was lost".to_owned()), written: true };
        self.state().planned.extend((0..n).map(|_| lost()));
    }

    /// All audit lines so far, in order.
    pub fn audit_lines(&self) -> Vec<Value> {
        self.state().audit.clone()
    }

    /// The journal as the disk would hold it.
    pub fn journal(&self) -> Vec<u8> {
        self.state().lines.concat()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> MemoryStore {
        MemoryStore::new()
    }
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryStore").field("head", &self.state().head).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        Ok(self.state().index.get(key)?)
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
        Ok(self.state().index.scan(prefix, after, limit)?)
    }

    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        let now = self.clock.as_ref().map_or_else(Timestamp::now, |clock| clock.now());
        let mut state = self.state();
        let planned = state.planned.pop_front();
        if let Some(Planned { error, written: false }) = planned {
            return Err(error);
        }
        let (expect, change) = Change::split(commit)?;
        if let Some((key, found)) = first_conflict(&state.index, &expect)? {
            return Err(StoreError::Conflict { key, found });
        }
        if !change.is_empty() {
            let line = encode(state.head.seq + 1, &state.head.hash, now, &change).map_err(StoreError::Io)?;
            let head = AuditHead { seq: state.head.seq + 1, hash: line.hash };
            state.index.take(&Entry { head: &head, change: &change });
            state.head = head;
            state.lines.push(line.bytes);
            state.audit.extend(change.audit);
        }
        planned.map_or(Ok(state.head.seq), |lost| Err(lost.error))
    }

    async fn head(&self) -> Result<AuditHead, StoreError> {
        Ok(self.state().head.clone())
    }
}
