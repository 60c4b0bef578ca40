//! Opening sled in spite of its traps, or putting it aside and beginning anew.
//!
//! Known of 0.34.7: it refuses to open over a damaged `snap.*` and over a leftover `snap.*.generating` (sled#1527, sled#1533); its file
//! lock may outlive a closed database by a moment; on damaged files it may panic instead of answering, which ends the process in a
//! release build. So a note beside it counts the openings that did not come to an end, and after some of them sled is put aside unopened.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::SledIndex;
use crate::store::index::IndexOpened;

/// Bytes of sled's page cache. The rows are some thousand requests and message references of about a kilobyte.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// Milliseconds between sled's own flushes. What it loses is replayed from the journal: half a second is some hundred lines.
const FLUSH_EVERY_MS: u64 = 500;

/// Openings that may end in the middle before sled is put aside. One may be a kill at the wrong moment.
const MAX_UNFINISHED_OPENINGS: usize = 2;

/// Tries to find sled's file unlocked, and the time between them: two seconds in all, its threads end within milliseconds.
const LOCK_TRIES: usize = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The directory of sled, under the store's.
const INDEX_DIR: &str = "index";

/// Counts openings that did not end, one byte each. It is gone while sled is open.
const NOTE_FILE: &str = "index.opening";

/// Whether there is an index under `dir`, in any state. A folder without its log is none.
pub(crate) fn is_index_there(dir: &Path) -> bool {
    fs::metadata(dir.join(INDEX_DIR).join("db")).is_ok_and(|log| log.len() > 0)
}

/// Opens the index under `dir`, whatever state it is in. A new one is empty. `Err` says why there can be none on this disk at all.
pub(crate) fn open_or_rebuild(dir: &Path) -> Result<(SledIndex, IndexOpened), String> {
    let path = dir.join(INDEX_DIR);
    let note = dir.join(NOTE_FILE);
    wait_for_lock(&path)?;
    let unfinished = fs::read(&note).map_or(0, |bytes| bytes.len());
    let mut told = IndexOpened::default();
    let opened = if unfinished >= MAX_UNFINISHED_OPENINGS {
        Err(Refusal::Other(format!("it ended the process {unfinished} times while it was opened")))
    } else {
        // The note is only a precaution: a disk too full for it must not keep the store from opening.
        let _ = fs::write(&note, vec![b'.'; unfinished + 1]);
        open_as_it_is(dir, &path, &mut told)
    };
    let opened = match opened {
        Ok(index) => Ok(index),
        // Nothing is wrong with it, and what is put aside takes room as well.
        Err(Refusal::NoRoom) => Err(Refusal::NoRoom.to_string()),
        Err(refusal @ (Refusal::DamagedSnapshot | Refusal::Other(_))) => {
            told.rebuilt = Some(refusal.to_string());
            begin_anew(dir, &path, &mut told).map_err(|again| format!("{refusal}; a new one: {again}"))
        }
    };
    let _ = fs::remove_file(&note);
    opened.map(|index| (index, told))
}

/// Opens what is there; over a damaged snapshot once more without it, after a copy was made.
fn open_as_it_is(dir: &Path, path: &Path, told: &mut IndexOpened) -> Result<SledIndex, Refusal> {
    remove_snapshots(path, |name| name.ends_with(".generating"))?;
    match start(path) {
        Err(Refusal::DamagedSnapshot) => {
            let copy = free_name(dir, "copy");
            copy_dir(path, &copy)?;
            told.kept = Some(copy);
            told.rebuilt = Some(Refusal::DamagedSnapshot.to_string());
            remove_snapshots(path, |_| true)?;
            start(path).and_then(prove)
        }
        other => other.and_then(prove),
    }
}

/// Puts aside what is there and makes a new one.
fn begin_anew(dir: &Path, path: &Path, told: &mut IndexOpened) -> Result<SledIndex, Refusal> {
    told.kept = put_aside(dir, path)?;
    if let Some(old) = &told.kept {
        // So that no thread of the old one writes into the new directory.
        wait_for_lock(old).map_err(Refusal::Other)?;
    }
    start(path).and_then(prove)
}

/// Why sled did not open.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("sled says that it is damaged, at no place of its log: its snapshot is")]
    DamagedSnapshot,
    #[error("sled has no room on the disk")]
    NoRoom,
    #[error("sled: {0}")]
    Other(String),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
            return Refusal::NoRoom;
        }
        Refusal::Other(error.to_string())
    }
}

fn start(path: &Path) -> Result<sled::Db, Refusal> {
    let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(Some(FLUSH_EVERY_MS));
    match catch_unwind(AssertUnwindSafe(|| config.open())) {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(sled::Error::Corruption { at: None, .. })) => Err(Refusal::DamagedSnapshot),
        Ok(Err(sled::Error::Io(error))) => Err(error.into()),
        Ok(Err(error)) => Err(Refusal::Other(error.to_string())),
        Err(_) => Err(Refusal::Other("it panicked while it was opened".to_owned())),
    }
}

fn prove(db: sled::Db) -> Result<SledIndex, Refusal> {
    let proven = catch_unwind(AssertUnwindSafe(|| SledIndex::prove(db)));
    proven.unwrap_or_else(|_| Err("it panicked while it was read".to_owned())).map_err(Refusal::Other)
}

/// Waits until nobody holds sled's file. The store's own lock is held already, so that it can only be a thread that is just ending.
fn wait_for_lock(path: &Path) -> Result<(), String> {
    let Ok(file) = File::open(path.join("db")) else {
        return Ok(());
    };
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(fs::TryLockError::Error(error)) => return Err(format!("its file cannot be locked: {error}")),
        }
    }
    Err("its file stays locked by somebody else".to_owned())
}

fn remove_snapshots(path: &Path, which: impl Fn(&str) -> bool) -> io::Result<()> {
    if !path.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("snap.") && which(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Moves the directory, or whatever lies in its place, out of the way.
fn put_aside(dir: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(None);
    }
    let to = free_name(dir, "aside");
    fs::rename(path, &to)?;
    Ok(Some(to))
}

/// `index.KIND-1`, or the first number that is free.
fn free_name(dir: &Path, kind: &str) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let name = dir.join(format!("{INDEX_DIR}.{kind}-{number}"));
        if fs::symlink_metadata(&name).is_err() {
            return name;
        }
        number += 1;
    }
}

fn copy_dir(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
