//! Bringing a store's directory into order: what is cut, what is built again, and when nothing may be written any more.
//!
//! The order is what matters. The journal is verified before the index is believed; it is on the disk before the index takes in its
//! lines; and the journal is left as it is once something is found that a crash cannot have done.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Condition;
use super::ballast::{BALLAST_FILE, Ballast};
use super::committer::{Committer, full_disk};
use super::device::Disk;
use super::files::{Lock, lock, make_dir, make_private, private, sync_dir};
use super::tour::tour;
use super::view::{Rows, Shared, View};
use crate::engine::ports::{AuditHead, Clock};
use crate::store::index::{Entry, Index, IndexOpened, SledIndex, is_index_there, open_or_rebuild};
use crate::store::journal::{Broken, Folder, Journal, Line, Mark, Source, Walk, file_name};

/// The key that buttons are signed with, which lies beside the journal.
pub const TOKEN_KEY: &str = "token.key";

/// Lines that are put into the index at once while it is filled.
const REPLAY_LINES: usize = 256;

/// Sizes of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after which the journal goes on in a new file: 64 MiB, some hundred thousand lines, which still open in an editor.
    pub file_bytes: u64,
    /// Bytes of the reserve for a full disk: 4 MiB, a thousand ends of running requests at some kilobytes each.
    pub ballast_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { file_bytes: 64 * 1024 * 1024, ballast_bytes: 4 * 1024 * 1024 }
    }
}

/// What was found and done while opening. All of it belongs into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The last line that is believed.
    pub head: AuditHead,
    /// Bytes of an unfinished last line that were cut; they are kept in a file `torn-LINE.bin`. 0 if there was none.
    pub torn_bytes: u64,
    /// What became of the index.
    pub index: IndexOpened,
    /// The line that broke the chain. If there is one, the journal is left as it is, every commit is refused, and the rows are those of the
    /// lines before it.
    pub read_only: Option<Broken>,
    /// Whether the reserve for a full disk is there.
    pub ballast: bool,
}

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open.
    #[error("{} is in use by another process", .0.display())]
    Locked(PathBuf),
    /// It held a trail before, and nothing is left of that.
    #[error(
        "{}: the journal and its index are gone, but {witness} shows that this folder was in use. A new audit trail is not begun in its place. \
         To go on with the old one, put the files journal-*.jsonl back from a backup. To begin a new one, remove {TOKEN_KEY} and {BALLAST_FILE}, \
         or choose another folder with [store] path",
        dir.display()
    )]
    Emptied {
        /// The folder.
        dir: PathBuf,
        /// The file that is still there.
        witness: &'static str,
    },
    /// The disk refused.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb with what follows it.
        what: &'static str,
        /// With which file or directory.
        path: PathBuf,
        /// The answer.
        source: io::Error,
    },
}

/// See [`super::DiskStore::open_on`].
pub(super) fn open(
    dir: &Path,
    clock: Arc<dyn Clock>,
    limits: Limits,
    disk: Arc<dyn Disk>,
) -> Result<(Committer, Opened), OpenError> {
    let failed = |what| move |source| OpenError::Io { what, path: dir.to_owned(), source };
    make_dir(dir).map_err(failed("make the directory"))?;
    make_private(dir).map_err(failed("read"))?;
    let Some(mut lock) = lock(dir).map_err(failed("lock"))? else {
        return Err(OpenError::Locked(dir.to_owned()));
    };
    if let Some(witness) = emptied(dir).map_err(failed("read"))? {
        return Err(OpenError::Emptied { dir: dir.to_owned(), witness });
    }

    let found = open_or_rebuild(dir);
    let walk = match tour(dir, found.as_ref().ok().map(|(index, _)| index.applied())) {
        Ok(walk) => walk,
        Err((head, broken)) => {
            drop(found);
            return read_only(dir, clock, disk, lock, head, broken);
        }
    };
    let head = walk.head().clone();

    if walk.torn_bytes() > 0 {
        cut_tail(dir, &walk).map_err(failed("cut the unfinished last line in"))?;
    }
    let journal =
        Journal::resume(dir, &walk, limits.file_bytes, disk.as_ref()).map_err(failed("open the journal in"))?;
    if !lock.take_journal(dir).map_err(failed("lock the journal in"))? {
        return Err(OpenError::Locked(dir.to_owned()));
    }
    let filled = found.and_then(|(index, opened)| fill(dir, index, opened, &walk));
    let (index, mut told) = match filled {
        Ok((index, told)) => (Box::new(index) as Box<dyn Index>, told),
        Err(why) => {
            tracing::error!(%why, "no index on disk; the rows are held in memory");
            let told = IndexOpened { replayed: head.seq, in_memory: Some(why), ..IndexOpened::default() };
            let rows = Rows::read(dir, head.seq);
            if let Some(broken) = rows.broken {
                // A whole line that cannot be understood: a newer version wrote it.
                return read_only(dir, clock, disk, lock, rows.head, broken);
            }
            (Box::new(rows.index) as Box<dyn Index>, told)
        }
    };
    if told.rebuilt.is_none() && told.in_memory.is_none() && head.seq > 0 && told.replayed == head.seq {
        told.rebuilt = Some("there was no index, or an empty one".to_owned());
    }
    let ballast = Ballast::take(disk.clone(), dir, limits.ballast_bytes);
    let failing = ballast.no_room().map(full_disk);
    let condition =
        Condition { read_only: None, index_in_memory: told.in_memory.clone(), ballast: ballast.held(), failing };
    let opened = Opened {
        head: head.clone(),
        torn_bytes: walk.torn_bytes(),
        index: told,
        read_only: None,
        ballast: ballast.held(),
    };
    let view = View { index, head, in_doubt: Default::default(), condition };
    let shared = Arc::new(Shared::new(dir, view, lock));
    let dir = dir.to_owned();
    Ok((Committer { journal: Some(journal), disk, dir, ballast, clock, shared }, opened))
}

/// The file that shows that there was a trail here where nothing is left of it. Key and reserve are only made once there is an index; so
/// where they are alone, journal and index were taken away, and the next line would be the first of a trail that hides the one before.
fn emptied(dir: &Path) -> io::Result<Option<&'static str>> {
    let no_line = Folder(dir.to_owned()).files()?.iter().all(|(_, length)| *length == 0);
    let gone = no_line && !is_index_there(dir);
    Ok([TOKEN_KEY, BALLAST_FILE].into_iter().find(|witness| gone && dir.join(witness).exists()))
}

/// A store that shows what it can believe and takes nothing. The journal is left as it is, for whoever finds out what happened.
fn read_only(
    dir: &Path,
    clock: Arc<dyn Clock>,
    disk: Arc<dyn Disk>,
    lock: Lock,
    head: AuditHead,
    broken: Broken,
) -> Result<(Committer, Opened), OpenError> {
    tracing::error!(%broken, "the journal is damaged; the store is read-only");
    let Rows { index, head, broken: _ } = Rows::read(dir, head.seq);
    let why = broken.to_string();
    let condition =
        Condition { read_only: Some(why.clone()), index_in_memory: Some(why), ballast: false, failing: None };
    let view = View { index: Box::new(index), head: head.clone(), in_doubt: Default::default(), condition };
    let shared = Arc::new(Shared::new(dir, view, lock));
    let opened = Opened { head, torn_bytes: 0, index: IndexOpened::default(), read_only: Some(broken), ballast: false };
    let ballast = Ballast::none(disk.clone(), dir);
    Ok((Committer { journal: None, disk, dir: dir.to_owned(), ballast, clock, shared }, opened))
}

/// Cuts an unfinished last line off, after keeping its bytes beside: they were never acknowledged, but somebody may want to see them.
fn cut_tail(dir: &Path, walk: &Walk) -> io::Result<()> {
    let Some((number, length)) = walk.place() else {
        return Ok(());
    };
    let mut file = OpenOptions::new().read(true).write(true).open(dir.join(file_name(number)))?;
    let mut torn = Vec::new();
    file.seek(SeekFrom::Start(length))?;
    file.read_to_end(&mut torn)?;
    // On a full disk there is no room for them; the cut must be possible all the same.
    let kept =
        private().write(true).create(true).truncate(true).open(dir.join(format!("torn-{}.bin", walk.head().seq + 1)));
    let _ = kept.and_then(|mut kept| kept.write_all(&torn));
    file.set_len(length)?;
    file.sync_all()?;
    sync_dir(dir)
}

/// Lets the index take in the lines that it does not have.
fn fill(
    dir: &Path,
    mut index: SledIndex,
    opened: IndexOpened,
    walk: &Walk,
) -> Result<(SledIndex, IndexOpened), String> {
    let applied = index.applied().seq;
    let last = walk.head().seq;
    if let Some(start) = walk.starts().iter().rev().find(|start: &&Mark| start.head.seq <= applied) {
        let mut again = Walk::resume(Box::new(Folder(dir.to_owned())), start).map_err(|e| e.to_string())?;
        let mut lines: Vec<Line> = Vec::new();
        while again.head().seq < last && again.step().map_err(|e| e.to_string())? {
            if again.head().seq > applied {
                lines.push(again.line().map_err(|e| e.to_string())?);
            }
            if lines.len() == REPLAY_LINES {
                take_in(&mut index, &mut lines)?;
            }
        }
        take_in(&mut index, &mut lines)?;
    }
    if index.applied() != walk.head() && last > 0 {
        return Err(format!("it came to line {} of {last} only", index.applied().seq));
    }
    Ok((index, IndexOpened { replayed: last - applied, ..opened }))
}

fn take_in(index: &mut SledIndex, lines: &mut Vec<Line>) -> Result<(), String> {
    let heads: Vec<AuditHead> = lines.iter().map(|line| AuditHead { seq: line.seq, hash: line.hash.clone() }).collect();
    let entries: Vec<Entry<'_>> =
        heads.iter().zip(lines.iter()).map(|(head, line)| Entry { head, change: &line.change }).collect();
    index.apply(&entries).map_err(|e| e.to_string())?;
    lines.clear();
    Ok(())
}
