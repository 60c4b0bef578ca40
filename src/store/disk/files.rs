//! Small things that the file system needs to be told: what is private, what is durable, who has the folder, and whether a path still names
//! what was opened by it.
//!
//! A lock belongs to a file and not to its name. So the store locks the file `lock`, as every release did, and the first file of the journal
//! as well: whoever removes `lock` lets nobody in. And a file or folder that is renamed, removed or replaced while it is open goes on
//! under no name, or under another; [`Place`] finds that, and the store writes nothing more.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::store::journal::{Folder, Source, file_name};

/// A file that holds a lock on the directory. It stays empty and is never removed.
const LOCK_FILE: &str = "lock";

/// What others than the bot's user may do with a file or folder, as bits of its mode: nothing.
#[cfg(unix)]
const OF_OTHERS: u32 = 0o077;

/// The mode bit of a folder that everybody may write to, such as `/tmp`.
#[cfg(unix)]
const SHARED: u32 = 0o1000;

/// Makes the names in a directory durable: a new file may otherwise be gone after a power cut, with everything in it.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// Makes a directory with everything above it, each name durable. It is the bot's user's alone; what is above it is as usual.
pub(super) fn make_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_parents(parent)?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    made(builder.create(dir))?;
    sync_dir(parent)
}

fn make_parents(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_parents(parent)?;
    made(fs::create_dir(dir))?;
    sync_dir(parent)
}

/// Somebody else may have made it meanwhile.
fn made(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

/// For opening files which, where they are new, nobody but the bot's user may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes from others what they may do with the store's folder and its files: earlier releases left that to the umask. A folder that has
/// other things in it and no journal may be somebody else's and is only reported, and so is what cannot be changed.
#[cfg(unix)]
pub(super) fn make_private(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let journal = Folder(dir.to_owned()).files()?;
    let ours = !journal.is_empty() || fs::read_dir(dir)?.next().is_none();
    let files = journal.into_iter().map(|(number, _)| dir.join(file_name(number)));
    for path in files.chain([dir.to_owned()]) {
        let mut permissions = fs::metadata(&path)?.permissions();
        let mode = permissions.mode();
        if mode & OF_OTHERS == 0 {
            continue;
        }
        permissions.set_mode(mode & !OF_OTHERS);
        let changed = if !ours || mode & SHARED != 0 {
            Err(io::Error::other("it is used for other things as well"))
        } else {
            fs::set_permissions(&path, permissions)
        };
        if let Err(error) = changed {
            tracing::warn!(path = %path.display(), mode = format!("{:o}", mode & 0o7777), %error, "others than the bot's user can read the audit trail");
        }
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A file or folder that is open, with the path that it was opened by.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
}

impl Place {
    /// What to say if the path names it no longer: it was renamed, removed or replaced.
    ///
    /// # Errors
    /// If that cannot be found out.
    pub(crate) fn lost(&self) -> io::Result<Option<String>> {
        let there = match fs::metadata(&self.path) {
            Ok(meta) => same(&meta, &self.file)?,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => false,
            Err(error) => return Err(error),
        };
        let path = self.path.display();
        Ok((!there).then(|| format!("{path} was renamed, removed or replaced while the bot was running")))
    }
}

#[cfg(unix)]
fn same(meta: &fs::Metadata, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    Ok((meta.dev(), meta.ino()) == (open.dev(), open.ino()))
}

/// Elsewhere what is open cannot be renamed or removed.
#[cfg(not(unix))]
fn same(_: &fs::Metadata, _: &File) -> io::Result<bool> {
    Ok(true)
}

/// The lock on a store's directory. Dropping it lets go.
#[derive(Debug)]
pub(super) struct Lock {
    /// Every release locks this one.
    file: File,
    /// The journal's first file; `None` as long as there is no journal.
    journal: Option<Place>,
    /// The directory itself; `None` where the system cannot open one.
    folder: Option<Place>,
}

impl Drop for Lock {
    /// Closing the files alone would not do: a process that is being started just now holds a copy of them until it has begun.
    fn drop(&mut self) {
        for file in self.journal.iter().map(|journal| &journal.file).chain([&self.file]) {
            if let Err(error) = file.unlock() {
                tracing::warn!(%error, "the store's lock could not be given back; it ends with the process");
            }
        }
    }
}

impl Lock {
    /// Locks the journal as well, if there is one now. `false` if somebody else has it.
    pub(super) fn take_journal(&mut self, dir: &Path) -> io::Result<bool> {
        let first = Folder(dir.to_owned()).files()?.into_iter().map(|(number, _)| number).min();
        let (None, Some(first)) = (&self.journal, first) else { return Ok(true) };
        let path = dir.join(file_name(first));
        let place = Place { file: OpenOptions::new().append(true).open(&path)?, path };
        let taken = locked(&place.file)? && place.lost()?.is_none();
        self.journal = Some(place).filter(|_| taken);
        Ok(taken)
    }

    /// What to say if what is locked is no longer what a second bot would find; see [`Place::lost`].
    pub(super) fn lost(&self) -> io::Result<Option<String>> {
        for place in self.folder.iter().chain(&self.journal) {
            if let Some(why) = place.lost()? {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }
}

/// Locks the directory; `None` if somebody else has it. The system lets go of it when the process ends, however it ends.
pub(super) fn lock(dir: &Path) -> io::Result<Option<Lock>> {
    let file = private().write(true).create(true).truncate(false).open(dir.join(LOCK_FILE))?;
    if !locked(&file)? {
        return Ok(None);
    }
    let folder = if cfg!(unix) { Some(Place { path: dir.to_owned(), file: File::open(dir)? }) } else { None };
    let mut lock = Lock { file, journal: None, folder };
    Ok(lock.take_journal(dir)?.then_some(lock))
}

/// Whether nobody else had it.
fn locked(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests;
