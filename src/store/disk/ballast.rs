//! A file that only takes room, to be given up when the disk is full: so that what is running can still be written down to its end.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::files::sync_dir;

/// The file's name in the store's directory.
const BALLAST_FILE: &str = "ballast.bin";

/// The reserve of one store.
#[derive(Debug)]
pub(super) struct Ballast {
    path: PathBuf,
    held: bool,
}

impl Ballast {
    /// Takes the room, or finds it taken. Where there is none, the store works without.
    pub(super) fn take(dir: &Path, bytes: u64) -> Ballast {
        let path = dir.join(BALLAST_FILE);
        let there = fs::metadata(&path).is_ok_and(|meta| meta.len() == bytes);
        let taken = if there { Ok(()) } else { fill(&path, bytes).and_then(|()| sync_dir(dir)) };
        if let Err(error) = &taken {
            tracing::warn!(%error, "no room for the store's reserve");
            let _ = fs::remove_file(&path);
        }
        Ballast { path, held: taken.is_ok() }
    }

    /// Takes nothing: for a store that will not write.
    pub(super) fn none(dir: &Path) -> Ballast {
        Ballast { path: dir.join(BALLAST_FILE), held: false }
    }

    /// Gives the room up. `false` if there was none to give.
    pub(super) fn release(&mut self) -> bool {
        if !self.held {
            return false;
        }
        self.held = false;
        let released = fs::remove_file(&self.path);
        if let Err(error) = &released {
            tracing::error!(%error, "the store's reserve cannot be given up");
        }
        // The blocks are free once the directory's change is down; where that cannot be had, the second try shows it.
        let _ = self.path.parent().map(sync_dir);
        released.is_ok()
    }

    /// Whether it is still there.
    pub(super) fn held(&self) -> bool {
        self.held
    }
}

/// Writes bytes that no file system can compress or leave out.
fn fill(path: &Path, bytes: u64) -> io::Result<()> {
    /// Bytes written at once.
    const CHUNK: usize = 64 * 1024;
    let mut file = File::create(path)?;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut chunk = Vec::with_capacity(CHUNK);
    while left > 0 {
        chunk.clear();
        while chunk.len() < CHUNK {
            // xorshift64
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            chunk.extend_from_slice(&state.to_le_bytes());
        }
        let take = left.min(CHUNK);
        file.write_all(chunk.get(..take).unwrap_or(&chunk))?;
        left -= take;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_room_and_gives_it_up_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut ballast = Ballast::take(dir.path(), 100_000);
        assert_eq!(fs::metadata(dir.path().join(BALLAST_FILE)).unwrap().len(), 100_000);
        assert!(ballast.held() && ballast.release());
        assert!(!dir.path().join(BALLAST_FILE).exists());
        assert!(!ballast.held() && !ballast.release());
        assert!(Ballast::take(dir.path(), 100_000).held(), "the next opening takes it again");
    }

    #[test]
    fn without_room_there_is_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(BALLAST_FILE)).unwrap();
        assert!(!Ballast::take(dir.path(), 10).held());
    }
}
