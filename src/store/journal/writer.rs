//! Getting a line onto the disk: append, then fdatasync, and never a second try where the first one's outcome is not known.
//!
//! A failed append leaves a part of a line, which is cut off again: nothing was written, and the next commit may be tried. A failed sync
//! is another matter: the kernel has told it once and may drop the data while it answers "fine" to the next sync, so that the
//! journal takes nothing more until it is opened, read and rewritten from what is really there.

use std::fs::OpenOptions;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::line::Encoded;
use super::source::file_name;
use super::walk::Walk;
use crate::engine::ports::AuditHead;
use crate::store::disk::{Disk, Place, private, sync_dir};

/// Where the bytes go. The disk in the bot; in tests something that fails on demand or forgets what was not synced.
pub trait Medium: Send {
    /// Adds bytes at the end. After an error any part of them may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes everything appended so far durable.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file back to `length` bytes.
    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// What to say if the file is not in its place any more, so that what is appended would not be found again.
    fn lost(&self) -> io::Result<Option<String>>;

    /// Goes on in file `number`, which is empty or not there yet. After an error the old file is still the one written to.
    fn next_file(&mut self, number: u64) -> io::Result<()>;
}

/// Why a line was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// It is not in the journal.
    #[error("{0}")]
    NotWritten(io::Error),
    /// It may or may not be in the journal when that is opened again. Until then the journal takes nothing more.
    #[error("{0}")]
    Unknown(io::Error),
}

/// The journal, open for writing. One at a time: whoever opens it holds the directory's lock.
pub struct Journal {
    medium: Box<dyn Medium>,
    /// The current file's number.
    file: u64,
    /// The current file's length in bytes: where the last acknowledged line ends.
    length: u64,
    /// Bytes after which a new file is begun.
    file_bytes: u64,
    head: AuditHead,
    /// Why nothing more may be written.
    closed: Option<String>,
}

impl Journal {
    /// Goes on after `head`, which ends at `length` bytes of file `file`.
    pub(crate) fn new(medium: Box<dyn Medium>, file: u64, length: u64, file_bytes: u64, head: AuditHead) -> Journal {
        Journal { medium, file, length, file_bytes, head, closed: None }
    }

    /// Opens the files that `walk` went through to their end. A torn tail must have been cut. The last line is written once more in place:
    /// after a failed sync its pages may count as clean though they never reached the disk, and only a new write brings them there.
    pub(crate) fn resume(dir: &Path, walk: &Walk, file_bytes: u64, disk: &dyn Disk) -> io::Result<Journal> {
        let (file, length) = walk.place().unwrap_or((1, 0));
        if length > 0 {
            write_again(&dir.join(file_name(file)), length, walk.last_line_bytes())?;
        }
        Ok(Journal::new(disk.journal(dir, file)?, file, length, file_bytes, walk.head().clone()))
    }

    /// Appends one line and makes it durable. It must be the one after [`Journal::head`].
    pub(crate) fn append(&mut self, line: &Encoded) -> Result<(), AppendError> {
        if let Some(why) = &self.closed {
            return Err(AppendError::NotWritten(io::Error::other(why.clone())));
        }
        self.turn_over();
        if let Err(error) = self.medium.append(&line.bytes) {
            if let Err(cut) = self.medium.cut(self.length) {
                self.closed = Some(format!("a part of a line could not be cut off again: {cut}"));
            }
            return Err(AppendError::NotWritten(error));
        }
        if let Err(error) = self.medium.sync() {
            self.closed = Some(format!("a line may not have reached the disk: {error}"));
            // Nobody is told that it counts, so it had better not be there when the journal is opened again. Whether the cut itself
            // reaches the disk is as uncertain as the line.
            if let Err(cut) = self.medium.cut(self.length) {
                tracing::warn!(error = %cut, "the doubtful line could not be cut off; it may count after the next start");
            }
            return Err(AppendError::Unknown(error));
        }
        self.length += u64::try_from(line.bytes.len()).unwrap_or(u64::MAX);
        self.head = AuditHead { seq: self.head.seq + 1, hash: line.hash.clone() };
        Ok(())
    }

    /// The last line that is surely there.
    pub fn head(&self) -> &AuditHead {
        &self.head
    }

    /// See [`Medium::lost`].
    pub(crate) fn lost(&self) -> io::Result<Option<String>> {
        self.medium.lost()
    }

    /// Why nothing more is written until the journal is opened again.
    pub fn closed(&self) -> Option<&str> {
        self.closed.as_deref()
    }

    /// Begins a new file when this one is full. Where that fails, this one simply goes on.
    fn turn_over(&mut self) {
        if self.length < self.file_bytes {
            return;
        }
        match self.medium.next_file(self.file + 1) {
            Ok(()) => {
                self.file += 1;
                self.length = 0;
            }
            Err(error) => tracing::warn!(%error, file = self.file + 1, "no new journal file; the old one goes on"),
        }
    }
}

/// The journal's current file.
#[derive(Debug)]
pub(crate) struct OnDisk {
    dir: PathBuf,
    place: Place,
}

impl OnDisk {
    /// File `number` in a folder, made if it is not there.
    pub(crate) fn open(dir: &Path, number: u64) -> io::Result<OnDisk> {
        let path = dir.join(file_name(number));
        let file = private().append(true).create(true).open(&path)?;
        sync_dir(dir)?;
        Ok(OnDisk { dir: dir.to_owned(), place: Place { path, file } })
    }
}

impl Medium for OnDisk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.place.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.place.file.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.place.file.set_len(length)
    }

    fn lost(&self) -> io::Result<Option<String>> {
        self.place.lost()
    }

    fn next_file(&mut self, number: u64) -> io::Result<()> {
        let next = OnDisk::open(&self.dir, number)?;
        if next.place.file.metadata()?.len() != 0 {
            return Err(io::Error::other("the next journal file is there already and is not empty"));
        }
        self.place = next.place;
        Ok(())
    }
}

/// Writes a file's last line, which ends at `end`, once more in its place and syncs it. The bytes are the same, so that a crash in
/// the middle changes nothing.
fn write_again(path: &Path, end: u64, line: &[u8]) -> io::Result<()> {
    let mut bytes = line.to_vec();
    bytes.push(b'\n');
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let at = end.checked_sub(length).ok_or_else(|| io::Error::other("the last line is longer than its file"))?;
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(&bytes)?;
    file.sync_all()
}
