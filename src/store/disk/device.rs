//! What a running store asks of the disk where the disk may refuse: always through [`Disk`], so that a test can stand in between with a disk
//! that is full or fails, and everything above it is the program as it runs.

use std::io::{self, Write};
use std::path::Path;

use super::files::private;
use crate::store::journal::{Medium, OnDisk};

pub trait Disk: Send + Sync {
    /// Opens file `number` of the journal in `dir` for appending; it is made if it is not there.
    fn journal(&self, dir: &Path, number: u64) -> io::Result<Box<dyn Medium>>;

    /// Writes a file of so many bytes that no file system can compress or leave out, and syncs it. After an error a part of it may
    /// be there.
    fn fill(&self, path: &Path, bytes: u64) -> io::Result<()>;
}

/// The disk as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn journal(&self, dir: &Path, number: u64) -> io::Result<Box<dyn Medium>> {
        Ok(Box::new(OnDisk::open(dir, number)?))
    }

    fn fill(&self, path: &Path, bytes: u64) -> io::Result<()> {
        /// Bytes written at once.
        const CHUNK: usize = 64 * 1024;
        let mut file = private().write(true).create(true).truncate(true).open(path)?;
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
}
