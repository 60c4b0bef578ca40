//! The store that outlives the process: the real one in memory, behind a disk that fails on demand.
//!
//! A commit takes a moment. It can fail and be not written, or be answered with "unknown" and be written or not; then reads may
//! fail for a while as well. Whatever is written is looked at by `truth` before anybody is answered.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use snapwarden::engine::ports::{AuditHead, Commit, Rev, Store, StoreError};
use snapwarden::store::{MemoryStore, journal};

use super::crash::Touch;
use super::hub::{Hub, Ms, Of, Reply, World};

/// How long a commit takes at most until it is written.
const WRITE: Ms = 12;

/// The store and what goes wrong with it.
#[derive(Default)]
pub(super) struct LedgerState {
    pub(super) store: Arc<MemoryStore>,
    /// How many commits in a hundred fail, in one of several ways.
    pub(super) failures: i64,
    /// Nothing can be written.
    pub(super) full: bool,
    /// Until when nothing can be read.
    pub(super) blind_until: Ms,
}

impl World {
    fn commit_sent(&mut self, commit: Commit, reply: Reply<Result<Rev, StoreError>>) {
        self.touch(Touch::CommitSent, &commit.audit);
        if self.dead {
            return;
        }
        let (there, back) = (self.rng.between(0, WRITE), self.rng.between(0, 2));
        let fails = self.rng.percent(self.store.failures);
        let how = self.rng.between(0, 3);
        if self.store.full || (fails && how < 2) {
            self.truth.counts.store_failures += 1;
            let error = if self.store.full || how == 0 {
                StoreError::Io("the disk is full".to_owned())
            } else {
                self.blinds();
                StoreError::Unknown("the line is cut".to_owned())
            };
            self.tell(|_| format!("commit fails: {error}"));
            return self.answer(there + back, reply, Err(error));
        }
        self.after(there, Of::Sent, move |world| {
            let lines = commit.audit.clone();
            let written = world.store.store.commit(commit.clone()).now_or_never().expect("memory is at once");
            if written.is_ok() {
                world.wrote(&commit, fails);
            }
            world.touch(Touch::CommitWritten, &lines);
            let answer = match written {
                Ok(_) if fails => {
                    world.truth.counts.store_failures += 1;
                    world.blinds();
                    Err(StoreError::Unknown("the answer was lost".to_owned()))
                }
                other => other,
            };
            world.answer(back, reply, answer);
        });
    }

    /// Half of the time nothing can be read either.
    fn blinds(&mut self) {
        if self.rng.percent(50) {
            self.store.blind_until = self.now + self.rng.between(100, 4_000);
        }
    }

    fn readable(&mut self) -> Result<Arc<MemoryStore>, StoreError> {
        if self.now < self.store.blind_until {
            self.tell(|_| "the store cannot be read".to_owned());
            self.truth.blinded();
            return Err(StoreError::Io("it cannot be read".to_owned()));
        }
        Ok(self.store.store.clone())
    }
}

impl LedgerState {
    /// What is wrong with the journal's chain, if anything: it is put on a disk and verified there.
    pub(super) fn wrong_with_chain(&self) -> Option<String> {
        let home = tempfile::tempdir().unwrap();
        let journal = self.store.journal();
        std::fs::write(home.path().join("journal-000001.jsonl"), &journal).unwrap();
        match journal::verify(home.path()) {
            Ok(verified) if verified.torn_bytes == 0 => None,
            Ok(verified) => Some(format!("the journal ends in {} torn bytes", verified.torn_bytes)),
            Err(broken) => Some(format!("the journal is broken: {broken:?}")),
        }
    }
}

/// The port.
pub(super) struct SimStore(pub(super) Arc<Hub>);

#[async_trait]
impl Store for SimStore {
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        let store = self.0.with(World::readable)?;
        store.get(key).await
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
        let store = self.0.with(World::readable)?;
        store.scan(prefix, after, limit).await
    }

    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        self.0.ask(|world, reply| world.commit_sent(commit, reply)).await
    }

    async fn head(&self) -> Result<AuditHead, StoreError> {
        self.0.with(|world| world.store.store.clone()).head().await
    }
}
