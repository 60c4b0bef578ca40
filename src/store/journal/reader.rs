//! Reading the journal back: file after file, line after line, each checked against the chain before it is believed.
//!
//! Only the very end may be incomplete: a line that was being written when the machine stopped. It has no newline, or holds zero bytes
//! where a file system had room but no data yet (a line of ours never holds one). Such a tail was never acknowledged and is only
//! counted here; whoever opens the journal for writing cuts it. Whatever else does not fit is [`Broken`], with its line.

use crate::engine::ports::AuditHead;

/// The journal is whole up to its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub lines: u64,
    /// The last line's number and hash. A cut-off end shows only here: compare it with a head that was kept elsewhere.
    pub head: AuditHead,
    /// Bytes of an unfinished line at the end: being written just now, or left over from a crash. Not an error.
    pub torn_bytes: u64,
}

/// The first line that does not continue the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("journal line {line} ({file}): {why}")]
pub struct Broken {
    /// Its number, counted over all files.
    pub line: u64,
    pub file: String,
    /// What is wrong, in words for an administrator.
    pub why: String,
}
