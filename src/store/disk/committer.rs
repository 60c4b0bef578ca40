//! One commit, step by step: check, write down, take in. Its outcome follows from the journal alone.
//!
//! | what fails | the answer | afterwards |
//! |---|---|---|
//! | an expectation | `Conflict` | as before |
//! | the append | `Io` | as before |
//! | the append on a full disk, of what may take the reserve | a second try without the reserve; then `Io` | nothing new is written before the reserve is there again |
//! | the sync | `Unknown` | read-only until it is opened again |
//! | the index | success: the line is on the disk | rows in memory until it is opened again |

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::ballast::{Ballast, is_full};
use super::device::Disk;
use super::view::Shared;
use crate::engine::ports::{Clock, Commit, Rev, StoreError};
use crate::store::change::Change;
use crate::store::journal::{AppendError, Journal, encode};
use crate::telemetry::names;

/// What is written to see whether the disk takes anything again.
const PROBE_FILE: &str = "probe.bin";

/// Bytes of the probe: a block of most file systems.
const PROBE_BYTES: u64 = 4_096;

/// The only writer.
pub(super) struct Committer {
    /// `None` if the store was opened read-only.
    pub(super) journal: Option<Journal>,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) dir: PathBuf,
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
        let done = self.attempt(commit);
        let kind = match &done {
            Ok(_) => None,
            Err(StoreError::Conflict { .. }) => Some("conflict"),
            Err(StoreError::Unknown(_)) => Some("unknown"),
            Err(StoreError::Io(_)) => Some("io"),
        };
        if let Some(kind) = kind {
            metrics::counter!(names::COMMIT_FAILURES, "kind" => kind).increment(1);
        }
        self.measure();
        done
    }

    fn attempt(&mut self, commit: Commit) -> Result<Rev, StoreError> {
        if let Some(why) = self.shared.condition().read_only {
            return Err(StoreError::Io(format!("the store is read-only: {why}")));
        }
        if let Some(why) = self.displaced() {
            return Err(why);
        }
        let from_reserve = commit.from_reserve;
        let (expect, change) = Change::split(commit)?;
        if let Some((key, found)) = self.shared.conflict(&expect)? {
            return Err(StoreError::Conflict { key, found });
        }
        let Some(journal) = self.journal.as_mut() else {
            return Err(StoreError::Io("the store is read-only".to_owned()));
        };
        let before = journal.head().clone();
        if change.is_empty() {
            return Ok(before.seq);
        }
        let now = self.clock.now();
        if !from_reserve && let Err(why) = self.ballast.room(now) {
            return Err(self.refused(full_disk(&why), None));
        }
        let line = encode(before.seq + 1, &before.hash, now, &change).map_err(StoreError::Io)?;
        let mut appended = journal.append(&line);
        if let Err(AppendError::NotWritten(error)) = &appended
            && from_reserve
            && is_full(error.kind())
            && self.ballast.release(error.to_string(), now)
        {
            tracing::error!(%error, "the disk is full; the store gives up its reserve for what is running");
            appended = journal.append(&line);
        }
        let closed = journal.closed().map(str::to_owned);
        match appended {
            Ok(()) => {
                let head = journal.head().clone();
                let rev = head.seq;
                self.shared.apply(head, &change);
                let (held, full) = (self.ballast.held(), self.ballast.no_room().map(full_disk));
                self.shared.note(|view| {
                    view.condition.ballast = held;
                    view.condition.failing = full;
                });
                Ok(rev)
            }
            Err(AppendError::NotWritten(error)) => {
                Err(self.refused(format!("the journal cannot be written: {error}"), closed))
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

    /// Why nothing may be written where the journal is: it is not in its place any more, and what would be acknowledged here nobody would find
    /// again. Once found the store stays read-only, for another process may have begun in that place.
    pub(super) fn displaced(&self) -> Option<StoreError> {
        let journal = self.journal.as_ref()?;
        let lost = match self.shared.lost() {
            Ok(None) => journal.lost(),
            found => found,
        };
        let why = match lost {
            Ok(None) => return None,
            Ok(Some(why)) => {
                if self.shared.condition().read_only.is_none() {
                    tracing::error!(%why, "nothing more is written");
                }
                self.shared.note(|view| view.condition.read_only = Some(why.clone()));
                self.measure();
                return Some(StoreError::Io(format!("the store is read-only: {why}")));
            }
            Err(error) => format!("{} cannot be looked at: {error}", self.dir.display()),
        };
        Some(self.refused(why, journal.closed().map(str::to_owned)))
    }

    /// Looks whether what has failed works again, without writing a line.
    pub(super) fn probe(&mut self) {
        let condition = self.shared.condition();
        if condition.read_only.is_some() || condition.failing.is_none() {
            return;
        }
        if self.displaced().is_some() {
            return;
        }
        let probe = self.dir.join(PROBE_FILE);
        let room = self.ballast.room(self.clock.now());
        let works = room.and_then(|()| self.disk.fill(&probe, PROBE_BYTES).map_err(|error| error.to_string()));
        // There may be nothing to remove.
        let _ = fs::remove_file(&probe);
        let held = self.ballast.held();
        self.shared.note(|view| {
            view.condition.ballast = held;
            if works.is_ok() {
                view.condition.failing = None;
            }
        });
        self.measure();
    }

    /// Notes that nothing was written, and why.
    fn refused(&self, why: String, closed: Option<String>) -> StoreError {
        let held = self.ballast.held();
        self.shared.note(|view| {
            view.condition.ballast = held;
            view.condition.read_only = closed;
            view.condition.failing = Some(why.clone());
        });
        StoreError::Io(why)
    }

    /// Tells the figures.
    pub(super) fn measure(&self) {
        let writable = self.shared.condition().trouble().is_none();
        metrics::gauge!(names::STORE_WRITABLE).set(if writable { 1.0 } else { 0.0 });
        #[expect(clippy::cast_precision_loss, reason = "a figure to be drawn: exact up to 2^53 lines")]
        metrics::gauge!(names::JOURNAL_LINES).set(self.shared.head().seq as f64);
    }
}

/// What is told while the reserve is given up.
pub(super) fn full_disk(why: &str) -> String {
    format!("the disk is full, and what room is left is kept for the ends of what is running: {why}")
}

#[cfg(test)]
mod tests;
