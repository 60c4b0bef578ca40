//! A file that only takes room, to be given up when the disk is full: so that what is running can still be written down to its end.
//!
//! It is given up for that alone ([`Commit::from_reserve`](crate::engine::ports::Commit::from_reserve)), and nothing new is begun before it
//! is there again: what is begun has to be written down to its end, too.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::device::Disk;
use super::files::sync_dir;

/// The file's name in the store's directory.
pub(super) const BALLAST_FILE: &str = "ballast.bin";

/// How long it is not tried again after there was no room: each try writes megabytes on a disk that is full.
const TRY_AGAIN: SignedDuration = SignedDuration::from_secs(5);

/// The reserve of one store.
pub(super) struct Ballast {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    bytes: u64,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Held,
    /// The disk has no room for it, for this reason; it is tried again then.
    NoRoom(String, Timestamp),
    /// It cannot be had for a reason that has nothing to do with room. The store works without.
    Without,
}

impl Ballast {
    /// Takes the room, or finds it taken. Where there is none, it is tried again as soon as it is asked for.
    pub(super) fn take(disk: Arc<dyn Disk>, dir: &Path, bytes: u64) -> Ballast {
        let mut ballast = Ballast { disk, path: dir.join(BALLAST_FILE), bytes, state: State::Without };
        let there = fs::metadata(&ballast.path).is_ok_and(|meta| meta.len() == bytes);
        if there {
            ballast.state = State::Held;
        } else {
            ballast.fill(Timestamp::MIN);
        }
        ballast
    }

    /// Takes nothing: for a store that will not write.
    pub(super) fn none(disk: Arc<dyn Disk>, dir: &Path) -> Ballast {
        Ballast { disk, path: dir.join(BALLAST_FILE), bytes: 0, state: State::Without }
    }

    /// Gives the room up. `false` if there was none to give.
    pub(super) fn release(&mut self, why: String, now: Timestamp) -> bool {
        if self.state != State::Held {
            return false;
        }
        self.state = State::NoRoom(why, later(now));
        let released = fs::remove_file(&self.path);
        if let Err(error) = &released {
            tracing::error!(%error, "the store's reserve cannot be given up");
        }
        // The blocks are free once the directory's change is down; where that cannot be had, the second try shows it.
        let _ = self.path.parent().map(sync_dir);
        released.is_ok()
    }

    /// Whether something new may be begun, taking the reserve again if it was given up.
    ///
    /// # Errors
    /// That there is no room, in the system's words.
    pub(super) fn room(&mut self, now: Timestamp) -> Result<(), String> {
        if let State::NoRoom(_, again) = &self.state
            && now >= *again
        {
            self.fill(later(now));
        }
        match &self.state {
            State::Held | State::Without => Ok(()),
            State::NoRoom(why, _) => Err(why.clone()),
        }
    }

    /// Whether it is there.
    pub(super) fn held(&self) -> bool {
        self.state == State::Held
    }

    /// Why it is missing, if that is because the disk is full.
    pub(super) fn no_room(&self) -> Option<&str> {
        match &self.state {
            State::NoRoom(why, _) => Some(why),
            State::Held | State::Without => None,
        }
    }

    /// Tries to take it; where there is no room, not again before `again`.
    fn fill(&mut self, again: Timestamp) {
        let taken = self.disk.fill(&self.path, self.bytes).and_then(|()| self.path.parent().map_or(Ok(()), sync_dir));
        self.state = match taken {
            Ok(()) => State::Held,
            Err(error) => {
                tracing::warn!(%error, "the store's reserve cannot be taken");
                // A part of it takes the room that something else needs.
                let _ = fs::remove_file(&self.path);
                if is_full(error.kind()) { State::NoRoom(error.to_string(), again) } else { State::Without }
            }
        };
    }
}

/// Whether an error says that there is no room.
pub(super) fn is_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

fn later(now: Timestamp) -> Timestamp {
    now.saturating_add(TRY_AGAIN).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
