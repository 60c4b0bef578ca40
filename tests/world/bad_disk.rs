//! A disk that is full, or fails, when it is told to. Everything else of it is the real one.
//!
//! Room is counted in bytes: what the journal has, and what the store's reserve takes as long as its file is there. A failed write leaves a part
//! of what was to be written, as real ones do.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use snapwarden::store::journal::{Medium, file_name};
use snapwarden::store::{Disk, RealDisk};
use tokio::sync::watch;

/// `ENOSPC`, on every system that the tests run on.
const NO_SPACE: i32 = 28;

/// `EIO`.
const IO_ERROR: i32 = 5;

/// What stands against the disk.
#[derive(Debug, Default)]
struct Trouble {
    /// Bytes that it can hold in all; no limit if there is none.
    capacity: Option<u64>,
    /// Bytes of the journal.
    journal: u64,
    /// Files that only take room.
    filled: BTreeSet<PathBuf>,
    /// Every write fails.
    writes: bool,
    /// Every sync fails.
    syncs: bool,
}

impl Trouble {
    fn used(&self) -> u64 {
        let length = |path: &PathBuf| std::fs::metadata(path).map_or(0, |meta| meta.len());
        self.journal + self.filled.iter().map(length).sum::<u64>()
    }

    fn room(&self) -> u64 {
        self.capacity.map_or(u64::MAX, |capacity| capacity.saturating_sub(self.used()))
    }
}

/// The disk, as tests hold it.
#[derive(Clone, Default)]
pub(crate) struct BadDisk {
    trouble: Arc<Mutex<Trouble>>,
    failures: Arc<watch::Sender<usize>>,
}

impl BadDisk {
    /// Nothing more fits in.
    pub(crate) fn fill_up(&self) {
        let mut trouble = self.trouble.lock().unwrap();
        trouble.capacity = Some(trouble.used());
    }

    /// No byte can be written any more.
    pub(crate) fn fail_writes(&self) {
        self.trouble.lock().unwrap().writes = true;
    }

    /// What is written does not reach the platter.
    pub(crate) fn fail_syncs(&self) {
        self.trouble.lock().unwrap().syncs = true;
    }

    /// It works, and has room.
    pub(crate) fn mend(&self) {
        let mut trouble = self.trouble.lock().unwrap();
        (trouble.capacity, trouble.writes, trouble.syncs) = (None, false, false);
    }

    /// Ends when it has failed so often in all.
    pub(crate) async fn until_failed(&self, count: usize) {
        let mut failures = self.failures.subscribe();
        failures.wait_for(|failures| *failures >= count).await.unwrap();
    }

    /// How often it has failed.
    pub(crate) fn failures(&self) -> usize {
        *self.failures.borrow()
    }

    fn failed(&self, code: i32) -> io::Error {
        self.failures.send_modify(|count| *count += 1);
        io::Error::from_raw_os_error(code)
    }
}

impl Disk for BadDisk {
    fn journal(&self, dir: &Path, number: u64) -> io::Result<Box<dyn Medium>> {
        let inner = RealDisk.journal(dir, number)?;
        let length = std::fs::metadata(dir.join(file_name(number)))?.len();
        Ok(Box::new(BadFile { inner, disk: self.clone(), length }))
    }

    fn fill(&self, path: &Path, bytes: u64) -> io::Result<()> {
        {
            let mut trouble = self.trouble.lock().unwrap();
            if trouble.writes || trouble.syncs {
                return Err(self.failed(IO_ERROR));
            }
            if trouble.room() < bytes {
                return Err(self.failed(NO_SPACE));
            }
            trouble.filled.insert(path.to_owned());
        }
        RealDisk.fill(path, bytes)
    }
}

/// A file of the journal.
struct BadFile {
    inner: Box<dyn Medium>,
    disk: BadDisk,
    length: u64,
}

impl BadFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.append(bytes)?;
        let written = u64::try_from(bytes.len()).unwrap();
        self.length += written;
        self.disk.trouble.lock().unwrap().journal += written;
        Ok(())
    }
}

impl Medium for BadFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (room, writes) = {
            let trouble = self.disk.trouble.lock().unwrap();
            (usize::try_from(trouble.room()).unwrap_or(usize::MAX), trouble.writes)
        };
        if writes {
            self.write(&bytes[..bytes.len() / 2])?;
            return Err(self.disk.failed(IO_ERROR));
        }
        if room < bytes.len() {
            self.write(&bytes[..room])?;
            return Err(self.disk.failed(NO_SPACE));
        }
        self.write(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.disk.trouble.lock().unwrap().syncs {
            return Err(self.disk.failed(IO_ERROR));
        }
        self.inner.sync()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.inner.cut(length)?;
        self.disk.trouble.lock().unwrap().journal -= self.length - length;
        self.length = length;
        Ok(())
    }

    fn lost(&self) -> io::Result<Option<String>> {
        self.inner.lost()
    }

    fn next_file(&mut self, number: u64) -> io::Result<()> {
        self.inner.next_file(number)?;
        self.length = 0;
        Ok(())
    }
}
