//! Going through the journal's files line by line, believing nothing that does not continue the chain.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::line::{GENESIS, Line, MAX_LINE_BYTES, check};
use super::reader::Broken;
use crate::engine::ports::AuditHead;

/// What a name of a journal file begins with; six digits or more follow, counted from 1.
const FILE_PREFIX: &str = "journal-";

/// What a name of a journal file ends with.
const FILE_SUFFIX: &str = ".jsonl";

/// Bytes read from a file at once. One commit has a few kilobytes; verifying is bound by the hash, not by the reads.
const READ_BUFFER_BYTES: usize = 256 * 1024;

/// Where one file of the journal begins in the chain.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    /// The file's place in the list of files, from 0.
    file: usize,
    /// The last line before it.
    pub(crate) before: AuditHead,
}

/// A reader that stands after a verified line.
#[derive(Debug)]
pub(crate) struct Walk {
    files: Vec<PathBuf>,
    /// The file being read, as a place in `files`; after the last one at the end.
    file: usize,
    reader: Option<BufReader<File>>,
    /// Bytes of the current file up to the end of the last verified line.
    offset: u64,
    /// The last verified line.
    head: AuditHead,
    /// The last verified line's bytes, without its newline.
    bytes: Vec<u8>,
    /// The bytes being read; believed only once they are checked.
    next: Vec<u8>,
    torn_bytes: u64,
    starts: Vec<Start>,
}

impl Walk {
    /// Stands before the first line.
    pub(crate) fn open(dir: &Path) -> Result<Walk, Broken> {
        let files = files(dir).map_err(|e| Broken { line: 1, file: dir.display().to_string(), why: e.to_string() })?;
        Ok(Walk::at(files, 0, AuditHead { seq: 0, hash: GENESIS.to_owned() }))
    }

    /// Stands before the first line of a file that an earlier walk has been through.
    pub(crate) fn again(dir: &Path, start: &Start) -> Result<Walk, Broken> {
        let walk = Walk::open(dir)?;
        Ok(Walk::at(walk.files, start.file, start.before.clone()))
    }

    fn at(files: Vec<PathBuf>, file: usize, head: AuditHead) -> Walk {
        Walk {
            files,
            file,
            reader: None,
            offset: 0,
            head,
            bytes: Vec::new(),
            next: Vec::new(),
            torn_bytes: 0,
            starts: Vec::new(),
        }
    }

    /// Goes one line on; `false` at the end.
    pub(crate) fn step(&mut self) -> Result<bool, Broken> {
        loop {
            let Some(path) = self.files.get(self.file) else {
                return Ok(false);
            };
            let Some(reader) = self.reader.as_mut() else {
                if number(path) != u64::try_from(self.file).ok().map(|place| place + 1) {
                    return Err(
                        self.broken(format!("the file before it is missing: number {} was expected", self.file + 1))
                    );
                }
                let file = File::open(path).map_err(|e| self.broken(format!("it cannot be opened: {e}")))?;
                self.reader = Some(BufReader::with_capacity(READ_BUFFER_BYTES, file));
                self.offset = 0;
                self.starts.push(Start { file: self.file, before: self.head.clone() });
                continue;
            };
            self.next.clear();
            let limit = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX) + 1;
            let read = reader.take(limit).read_until(b'\n', &mut self.next);
            let read = read.map_err(|e| self.broken(format!("it cannot be read: {e}")))?;
            if read == 0 {
                if self.is_last() {
                    return Ok(false);
                }
                self.reader = None;
                self.file += 1;
                continue;
            }
            return self.take(read);
        }
    }

    /// Believes the bytes just read, or says what they are.
    fn take(&mut self, read: usize) -> Result<bool, Broken> {
        let length = u64::try_from(read).unwrap_or(u64::MAX);
        if self.next.last() != Some(&b'\n') {
            if read > MAX_LINE_BYTES {
                return Err(self.broken(format!("it is longer than {MAX_LINE_BYTES} bytes")));
            }
            if self.is_last() {
                self.torn_bytes = length;
                return Ok(false);
            }
            return Err(self.broken("it is cut off, and another file follows".to_owned()));
        }
        self.next.pop();
        match check(&self.next, self.head.seq + 1, &self.head.hash) {
            Ok(hash) => {
                self.head = AuditHead { seq: self.head.seq + 1, hash };
                self.offset += length;
                std::mem::swap(&mut self.bytes, &mut self.next);
                Ok(true)
            }
            Err(why) => {
                if self.next.contains(&0) && self.is_last() && self.at_end()? {
                    self.torn_bytes = length;
                    return Ok(false);
                }
                Err(self.broken(why))
            }
        }
    }

    /// The last verified line, parsed.
    pub(crate) fn line(&self) -> Result<Line, Broken> {
        Line::decode(&self.bytes).map_err(|why| self.broken_at(self.head.seq, why))
    }

    /// The last verified line.
    pub(crate) fn head(&self) -> &AuditHead {
        &self.head
    }

    /// The files that it went through, each with the head before it.
    pub(crate) fn starts(&self) -> &[Start] {
        &self.starts
    }

    /// The file that the last verified line is in and the file's length up to its end; `None` while there is no file.
    pub(crate) fn place(&self) -> Option<(&Path, u64)> {
        self.files.get(self.file).map(|path| (path.as_path(), self.offset))
    }

    /// Bytes of the last verified line, without its newline.
    pub(crate) fn last_line_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of the unfinished line at the end.
    pub(crate) fn torn_bytes(&self) -> u64 {
        self.torn_bytes
    }

    /// The line after the last verified one, told as broken.
    pub(crate) fn broken(&self, why: String) -> Broken {
        Broken { line: self.head.seq + 1, file: self.file_name(), why }
    }

    /// A line that it has been past, told as broken.
    pub(crate) fn broken_at(&self, line: u64, why: String) -> Broken {
        let start = self.starts.iter().rev().find(|start| start.before.seq < line);
        let path = start.and_then(|start| self.files.get(start.file));
        let name = path.and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        Broken { line, file: name.unwrap_or_else(|| self.file_name()), why }
    }

    fn file_name(&self) -> String {
        let name = self.files.get(self.file).and_then(|path| path.file_name());
        name.map_or_else(|| file_name(1), |name| name.to_string_lossy().into_owned())
    }

    fn is_last(&self) -> bool {
        self.file + 1 >= self.files.len()
    }

    fn at_end(&mut self) -> Result<bool, Broken> {
        let rest = self.reader.as_mut().map(BufRead::fill_buf).transpose();
        let empty = rest.map(|rest| rest.is_none_or(<[u8]>::is_empty));
        empty.map_err(|e| self.broken(format!("it cannot be read: {e}")))
    }
}

/// The name of the journal's file `number`, from 1.
pub(super) fn file_name(number: u64) -> String {
    format!("{FILE_PREFIX}{number:06}{FILE_SUFFIX}")
}

/// The number in a journal file's name; `None` for any other file.
pub(super) fn number(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    let number = name.strip_prefix(FILE_PREFIX)?.strip_suffix(FILE_SUFFIX)?.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

/// The journal's files in order. Empty files at the end are left out: a file is made before its first line, and a crash between the
/// two must not hide an unfinished line in the file before.
fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if let Some(number) = number(&entry.path()) {
            found.push((number, entry.path(), entry.metadata()?.len()));
        }
    }
    found.sort();
    while found.last().is_some_and(|(_, _, length)| *length == 0) {
        found.pop();
    }
    Ok(found.into_iter().map(|(_, path, _)| path).collect())
}
