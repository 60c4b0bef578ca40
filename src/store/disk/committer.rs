//! One commit, step by step: check, write down, take in. Its outcome follows from the journal alone.
//!
//! | what fails | the answer | afterwards |
//! |---|---|---|
//! | an expectation | `Conflict` | as before |
//! | the append (full disk: after a second try without the ballast) | `Io` | as before |
//! | the sync | `Unknown` | read-only until it is opened again |
//! | the index | success: the line is on the disk | rows in memory until it is opened again |

use std::io::ErrorKind;
use std::sync::Arc;

use super::ballast::Ballast;
use super::view::Shared;
use crate::engine::ports::{Clock, Commit, Rev, StoreError};
use crate::store::change::Change;
use crate::store::journal::{AppendError, Journal, encode};

/// The only writer.
pub(super) struct Committer {
    /// `None` if the store was opened read-only.
    pub(super) journal: Option<Journal>,
    pub(super) ballast: Ballast,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) shared: Arc<Shared>,
}

impl Committer {
    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Carries out one commit.
    pub(super) fn commit(&mut self, commit: Commit) -> Result<Rev, StoreError> {
        if let Some(why) = self.shared.condition().read_only {
            return Err(StoreError::Io(format!("the store is read-only: {why}")));
        }
        let Some(journal) = self.journal.as_mut() else {
            return Err(StoreError::Io("the store is read-only".to_owned()));
        };
        let (expect, change) = Change::split(commit)?;
        if let Some((key, found)) = self.shared.conflict(&expect)? {
            return Err(StoreError::Conflict { key, found });
        }
        let before = journal.head().clone();
        if change.is_empty() {
            return Ok(before.seq);
        }
        let line = encode(before.seq + 1, &before.hash, self.clock.now(), &change).map_err(StoreError::Io)?;
        let mut appended = journal.append(&line);
        if let Err(AppendError::NotWritten(error)) = &appended
            && matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
            && self.ballast.release()
        {
            tracing::error!(%error, "the disk is full; the store gives up its reserve");
            self.shared.note(|view| view.condition.ballast = false);
            appended = journal.append(&line);
        }
        let closed = journal.closed().map(str::to_owned);
        match appended {
            Ok(()) => {
                let head = journal.head().clone();
                let rev = head.seq;
                self.shared.apply(head, &change);
                Ok(rev)
            }
            Err(AppendError::NotWritten(error)) => {
                self.shared.note(|view| view.condition.read_only = closed);
                Err(StoreError::Io(format!("the journal cannot be written: {error}")))
            }
            Err(AppendError::Unknown(error)) => {
                tracing::error!(%error, line = before.seq + 1, "the journal may not have reached the disk; nothing more is written");
                self.shared.note(|view| {
                    view.condition.read_only = closed;
                    view.in_doubt.extend(change.keys().cloned());
                });
                Err(StoreError::Unknown(format!("the journal may not have reached the disk: {error}")))
            }
        }
    }
}

#[cfg(test)]
mod tests;
