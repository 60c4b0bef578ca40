//! The store as one life of the bot has it: from the moment of its death on nothing is written. A runtime that is dropped ends its tasks one after the
//! other, and what sees the others end could still draw a conclusion from that; a process that is killed draws none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use snapwarden::engine::ports::{AuditHead, Commit, Rev, Store, StoreError};

/// The store of one life.
pub(super) struct Mortal {
    pub(super) store: Arc<dyn Store>,
    pub(super) dead: Arc<AtomicBool>,
}

#[async_trait]
impl Store for Mortal {
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        self.store.get(key).await
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
        self.store.scan(prefix, after, limit).await
    }

    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        if self.dead.load(Ordering::SeqCst) {
            return std::future::pending().await;
        }
        self.store.commit(commit).await
    }

    async fn head(&self) -> Result<AuditHead, StoreError> {
        self.store.head().await
    }

    fn trouble(&self) -> Option<String> {
        self.store.trouble()
    }
}
