//! What readers see: the rows, the head, and what stands against believing them.
//!
//! Rows that a commit of unknown outcome touched are answered with `Unknown` until the store is opened again: the old value may be wrong,
//! and somebody who reads back after an `Unknown` must not take it for the answer.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::Condition;
use super::files::Lock;
use crate::engine::ports::{AuditHead, Rev, StoreError};
use crate::store::change::Change;
use crate::store::index::{Entry, Index, IndexError, KeyedRow, Lost, MemoryIndex, first_conflict, touches};
use crate::store::journal::{Broken, Walk, beginning};

/// The view that the writer and all readers share.
pub(super) struct Shared {
    dir: PathBuf,
    view: RwLock<View>,
    /// It is let go after the view, so that whoever gets the directory finds sled closed.
    lock: Lock,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("dir", &self.dir).finish_non_exhaustive()
    }
}

pub(super) struct View {
    /// The rows as the line `head` left them.
    pub(super) index: Box<dyn Index>,
    /// The last line that is surely on the disk.
    pub(super) head: AuditHead,
    /// Rows of a commit whose outcome is not known.
    pub(super) in_doubt: BTreeSet<String>,
    /// See [`Condition`].
    pub(super) condition: Condition,
}

impl Shared {
    pub(super) fn new(dir: &Path, view: View, lock: Lock) -> Shared {
        Shared { dir: dir.to_owned(), view: RwLock::new(view), lock }
    }

    /// See [`Lock::lost`].
    pub(super) fn lost(&self) -> io::Result<Option<String>> {
        self.lock.lost()
    }

    pub(super) fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        self.look(|view| {
            if view.in_doubt.contains(key) {
                return Ok(Err(in_doubt(key)));
            }
            view.index.get(key).map(Ok)
        })
    }

    pub(super) fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<KeyedRow>, StoreError> {
        self.look(|view| {
            if touches(&view.in_doubt, prefix, after) {
                return Ok(Err(in_doubt(prefix)));
            }
            view.index.scan(prefix, after, limit).map(Ok)
        })
    }

    /// The first expected version that does not hold.
    pub(super) fn conflict(&self, expect: &[(String, Rev)]) -> Result<Option<(String, Rev)>, StoreError> {
        self.look(|view| first_conflict(view.index.as_ref(), expect).map(Ok))
    }

    pub(super) fn head(&self) -> AuditHead {
        self.read().head.clone()
    }

    pub(super) fn condition(&self) -> Condition {
        self.read().condition.clone()
    }

    /// Takes in a line that is on the disk. If the index cannot, the rows are built in memory from the journal: the line stands either way.
    pub(super) fn apply(&self, head: AuditHead, change: &Change) {
        let mut view = self.write();
        let applied = view.index.apply(&[Entry { head: &head, change }]);
        view.head = head;
        if let Err(why) = applied {
            self.fall_back(&mut view, &why);
        }
    }

    /// Changes what stands against the view.
    pub(super) fn note(&self, change: impl FnOnce(&mut View)) {
        change(&mut self.write());
    }

    /// Looks once; if the index breaks under it, once more in the rows that the journal gives.
    fn look<T>(&self, look: impl Fn(&View) -> Result<Result<T, StoreError>, IndexError>) -> Result<T, StoreError> {
        let first = look(&self.read());
        match first {
            Ok(found) => found,
            Err(why) => {
                let mut view = self.write();
                self.fall_back(&mut view, &why);
                look(&view).unwrap_or_else(|why| Err(why.into()))
            }
        }
    }

    fn fall_back(&self, view: &mut View, why: &IndexError) {
        if view.condition.index_in_memory.is_some() {
            return; // another reader was here before, or there is nothing left to fall back to
        }
        tracing::error!(%why, "the index failed; its rows are held in memory until the store is opened again");
        view.condition.index_in_memory = Some(why.to_string());
        let Rows { index, broken, .. } = Rows::read(&self.dir, view.head.seq);
        view.index = match broken {
            None => Box::new(index),
            Some(broken) => {
                let lost = format!("the index failed ({why}) and the journal cannot be read: {broken}");
                view.condition.read_only.get_or_insert_with(|| lost.clone());
                Box::new(Lost(lost))
            }
        };
    }

    fn read(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, View> {
        self.view.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rows from the journal alone.
pub(super) struct Rows {
    /// The rows as the line `head` left them.
    pub(super) index: MemoryIndex,
    /// The last line that was taken in.
    pub(super) head: AuditHead,
    /// Why it is not the one that was asked for.
    pub(super) broken: Option<Broken>,
}

impl Rows {
    /// Takes in the lines up to `last`.
    pub(super) fn read(dir: &Path, last: u64) -> Rows {
        let mut rows = Rows { index: MemoryIndex::default(), head: beginning(), broken: None };
        rows.broken = rows.take(dir, last).err();
        rows
    }

    fn take(&mut self, dir: &Path, last: u64) -> Result<(), Broken> {
        let mut walk = Walk::open(dir)?;
        while walk.head().seq < last {
            if !walk.step()? {
                return Err(walk.broken(format!("it is missing; the journal should have {last} lines")));
            }
            self.index.take(&Entry { head: walk.head(), change: &walk.line()?.change });
            self.head = walk.head().clone();
        }
        Ok(())
    }
}

fn in_doubt(what: &str) -> StoreError {
    StoreError::Unknown(format!(
        "{what} was being written when the disk failed; it is known when the store is opened again"
    ))
}
