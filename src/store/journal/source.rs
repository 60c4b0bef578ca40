//! Where the journal's files are read from: a folder, or bytes at hand.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// What a name of a journal file begins with; six digits or more follow, counted from 1.
const FILE_PREFIX: &str = "journal-";

/// What a name of a journal file ends with.
const FILE_SUFFIX: &str = ".jsonl";

/// The journal's files. They are only read, so that a bot may go on writing them meanwhile.
pub trait Source: Send {
    /// The numbers of the files that are there and their lengths in bytes, in any order.
    fn files(&self) -> io::Result<Vec<(u64, u64)>>;

    /// A file's bytes from `offset` on.
    fn open(&self, number: u64, offset: u64) -> io::Result<Box<dyn Read + Send>>;

    /// What it is called in messages, where there is no file to name.
    fn name(&self) -> String;
}

/// The files of a folder.
#[derive(Debug, Clone)]
pub struct Folder(pub PathBuf);

impl Source for Folder {
    fn files(&self) -> io::Result<Vec<(u64, u64)>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.0)? {
            let entry = entry?;
            if let Some(number) = number(&entry.path()) {
                found.push((number, entry.metadata()?.len()));
            }
        }
        Ok(found)
    }

    fn open(&self, number: u64, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(self.0.join(file_name(number)))?;
        if offset > 0 {
            file.seek(SeekFrom::Start(offset))?;
        }
        Ok(Box::new(file))
    }

    fn name(&self) -> String {
        self.0.display().to_string()
    }
}

/// The name of the journal's file `number`, from 1.
pub fn file_name(number: u64) -> String {
    format!("{FILE_PREFIX}{number:06}{FILE_SUFFIX}")
}

/// The number in a journal file's name; `None` for any other file.
pub(super) fn number(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    let number = name.strip_prefix(FILE_PREFIX)?.strip_suffix(FILE_SUFFIX)?.parse().ok()?;
    (file_name(number) == name).then_some(number)
}
