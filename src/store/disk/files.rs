//! Small things that the file system needs to be told.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// The file that holds the lock on the directory. It stays empty and is never removed.
const LOCK_FILE: &str = "lock";

/// Makes the names in a directory durable: a new file may otherwise be gone after a power cut, with everything in it.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// Makes a directory with everything above it, each name durable.
pub(super) fn make_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_dir(parent)?;
        match fs::create_dir(dir) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            Ok(()) | Err(_) => {}
        }
        return sync_dir(parent);
    }
    fs::create_dir_all(dir)?;
    sync_dir(Path::new("."))
}

/// The lock on a store's directory. Dropping it lets go.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    /// Closing the file alone would not do: a process that is being started just now holds a copy of it until it has begun.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the store's lock could not be given back; it ends with the process");
        }
    }
}

/// Locks the directory; `None` if somebody else has it. The system lets go of it when the process ends, however it ends.
pub(super) fn lock(dir: &Path) -> io::Result<Option<Lock>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(dir.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests;
