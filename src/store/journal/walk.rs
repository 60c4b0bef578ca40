//! Going through the journal's files line by line, believing nothing that does not continue the chain.
//!
//! Only the very end may be incomplete: a line that was being written when the machine stopped. It has no newline, or holds zero bytes
//! where a file system had room but no data yet (a line of ours never holds one). Such a tail was never acknowledged and is only
//! counted here; whoever opens the journal for writing cuts it. Whatever else does not fit is [`Broken`], with its line.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::line::{Line, MAX_LINE_BYTES, beginning, check};
use super::source::{Folder, Source, file_name};
use crate::engine::ports::AuditHead;

/// Bytes read from a file at once. One commit has a few kilobytes; verifying is bound by the hash, not by the reads.
const READ_BUFFER_BYTES: usize = 256 * 1024;

/// The first line that does not continue the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("journal line {line} ({file}): {why}")]
pub struct Broken {
    /// Its number, counted over all files.
    pub line: u64,
    pub file: String,
    /// What is wrong, in words for an administrator.
    pub why: String,
}

/// A place right after a verified line, to go on from later: what is before it is not read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The file's place in the list of files, from 0.
    file: usize,
    /// Bytes of that file up to here.
    offset: u64,
    /// The last line before it.
    pub head: AuditHead,
}

/// A reader that stands after a verified line.
pub struct Walk {
    source: Box<dyn Source>,
    /// The files' numbers, in order.
    files: Vec<u64>,
    /// The file being read, as a place in `files`; after the last one at the end.
    file: usize,
    reader: Option<BufReader<Box<dyn Read + Send>>>,
    /// Bytes of the current file up to the end of the last verified line.
    offset: u64,
    /// The last verified line.
    head: AuditHead,
    /// The last verified line's bytes, without its newline.
    bytes: Vec<u8>,
    /// The bytes being read; believed only once they are checked.
    next: Vec<u8>,
    torn_bytes: u64,
    starts: Vec<Mark>,
    /// Whether the line at `offset` is being looked at for the second time.
    again: bool,
}

/// What the bytes just read are.
enum Judged {
    Line,
    /// The unfinished end.
    Torn,
    /// Neither, for this reason.
    Wrong(String),
}

impl Walk {
    /// Stands before the first line of the journal in a folder.
    pub fn open(dir: &Path) -> Result<Walk, Broken> {
        Walk::over(Box::new(Folder(dir.to_owned())))
    }

    /// Stands before the first line.
    pub fn over(source: Box<dyn Source>) -> Result<Walk, Broken> {
        Walk::resume(source, &Mark { file: 0, offset: 0, head: beginning() })
    }

    /// Stands where an earlier walk over the same files has been. What was before is believed as it was then.
    pub fn resume(source: Box<dyn Source>, mark: &Mark) -> Result<Walk, Broken> {
        let files = files(source.as_ref()).map_err(|e| Broken { line: 1, file: source.name(), why: e.to_string() })?;
        let Mark { file, offset, head } = mark.clone();
        Ok(Walk {
            source,
            files,
            file,
            reader: None,
            offset,
            head,
            bytes: Vec::new(),
            next: Vec::new(),
            torn_bytes: 0,
            starts: Vec::new(),
            again: false,
        })
    }

    /// Goes one line on; `false` at the end.
    pub fn step(&mut self) -> Result<bool, Broken> {
        loop {
            let Some(number) = self.files.get(self.file).copied() else {
                return Ok(false);
            };
            let Some(reader) = self.reader.as_mut() else {
                self.begin_file(number)?;
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
                self.offset = 0;
                continue;
            }
            match self.judge(read)? {
                Judged::Line => {
                    self.again = false;
                    return Ok(true);
                }
                Judged::Torn => {
                    self.torn_bytes = length(read);
                    return Ok(false);
                }
                // Beside a running bot a part of a line may have been read that was cut off and replaced by another line since
                // (an append on a full disk). What is really damaged is the same when it is read again.
                Judged::Wrong(_) if self.is_last() && !self.again => {
                    self.again = true;
                    self.reader = None;
                }
                Judged::Wrong(why) => return Err(self.broken(why)),
            }
        }
    }

    /// Goes to the end, and looks at each line on the way.
    pub fn each(&mut self, mut look: impl FnMut(&Walk)) -> Result<(), Broken> {
        while self.step()? {
            look(self);
        }
        Ok(())
    }

    fn begin_file(&mut self, number: u64) -> Result<(), Broken> {
        if Some(number) != u64::try_from(self.file).ok().map(|place| place + 1) {
            return Err(self.broken(format!("the file before it is missing: number {} was expected", self.file + 1)));
        }
        let file = self.source.open(number, self.offset);
        let file = file.map_err(|e| self.broken(format!("it cannot be opened: {e}")))?;
        self.reader = Some(BufReader::with_capacity(READ_BUFFER_BYTES, file));
        if self.offset == 0 && self.starts.last().is_none_or(|start| start.file != self.file) {
            self.starts.push(Mark { file: self.file, offset: 0, head: self.head.clone() });
        }
        Ok(())
    }

    /// Believes the bytes just read, or says what they are.
    fn judge(&mut self, read: usize) -> Result<Judged, Broken> {
        if self.next.last() != Some(&b'\n') {
            return Ok(if read > MAX_LINE_BYTES {
                Judged::Wrong(format!("it is longer than {MAX_LINE_BYTES} bytes"))
            } else if self.is_last() {
                Judged::Torn
            } else {
                Judged::Wrong("it is cut off, and another file follows".to_owned())
            });
        }
        self.next.pop();
        match check(&self.next, self.head.seq + 1, &self.head.hash) {
            Ok(hash) => {
                self.head.seq += 1;
                self.head.hash = hash;
                self.offset += length(read);
                std::mem::swap(&mut self.bytes, &mut self.next);
                Ok(Judged::Line)
            }
            Err(_) if self.next.contains(&0) && self.is_last() && self.at_end()? => Ok(Judged::Torn),
            Err(why) => Ok(Judged::Wrong(why)),
        }
    }

    /// The last verified line, parsed.
    pub fn line(&self) -> Result<Line, Broken> {
        Line::decode(&self.bytes).map_err(|why| self.broken_at(self.head.seq, why))
    }

    /// When the last verified line was written, by the bot's clock; `None` before the first one, or if it does not say so in the
    /// way that this version does.
    pub fn time(&self) -> Option<Timestamp> {
        #[derive(Deserialize)]
        struct Time {
            ts: Timestamp,
        }
        serde_json::from_slice(&self.bytes).ok().map(|Time { ts }| ts)
    }

    /// The last verified line.
    pub fn head(&self) -> &AuditHead {
        &self.head
    }

    pub fn mark(&self) -> Mark {
        Mark { file: self.file, offset: self.offset, head: self.head.clone() }
    }

    /// How many files the journal has.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// The files that it went through from their beginning, each with the head before it.
    pub(crate) fn starts(&self) -> &[Mark] {
        &self.starts
    }

    /// The number of the file that the last verified line is in and the file's length up to its end; `None` while there is no file.
    pub(crate) fn place(&self) -> Option<(u64, u64)> {
        self.files.get(self.file).map(|number| (*number, self.offset))
    }

    /// Bytes of the last verified line, without its newline.
    pub fn last_line_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of the unfinished line at the end: being written just now, or left over from a crash.
    pub fn torn_bytes(&self) -> u64 {
        self.torn_bytes
    }

    /// The line after the last verified one, told as broken.
    pub(crate) fn broken(&self, why: String) -> Broken {
        Broken { line: self.head.seq + 1, file: self.current_name(), why }
    }

    /// A line that it has been past, told as broken.
    pub(crate) fn broken_at(&self, line: u64, why: String) -> Broken {
        let start = self.starts.iter().rev().find(|start| start.head.seq < line);
        let number = start.and_then(|start| self.files.get(start.file));
        Broken { line, file: number.map_or_else(|| self.current_name(), |number| file_name(*number)), why }
    }

    /// The last verified line, told as one that cannot be understood although it fits the chain.
    pub fn unreadable(&self, why: &str) -> Broken {
        self.broken_at(
            self.head.seq,
            format!("it fits the chain and cannot be understood, a newer version may have written it: {why}"),
        )
    }

    fn current_name(&self) -> String {
        file_name(self.files.get(self.file).copied().unwrap_or(1))
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

impl std::fmt::Debug for Walk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk").field("mark", &self.mark()).field("files", &self.files).finish_non_exhaustive()
    }
}

fn length(read: usize) -> u64 {
    u64::try_from(read).unwrap_or(u64::MAX)
}

/// The journal's files in order. Empty files at the end are left out: a file is made before its first line, and a crash between the
/// two must not hide an unfinished line in the file before.
fn files(source: &dyn Source) -> io::Result<Vec<u64>> {
    let mut found = source.files()?;
    found.sort_unstable();
    while found.last().is_some_and(|(_, length)| *length == 0) {
        found.pop();
    }
    Ok(found.into_iter().map(|(number, _)| number).collect())
}
