//! A whole journal at once, for tests: is it whole, and what are its lines?

use std::path::Path;

use super::line::Line;
use super::walk::{Broken, Walk};
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

/// Checks the whole journal in `dir`. It only reads, so that it can be run beside a running bot.
pub fn verify(dir: &Path) -> Result<Verified, Broken> {
    let mut walk = Walk::open(dir)?;
    walk.each(|_| ())?;
    Ok(Verified { lines: walk.head().seq, head: walk.head().clone(), torn_bytes: walk.torn_bytes() })
}

/// The journal's lines in order, each verified. After a [`Broken`] nothing follows.
pub fn lines(dir: &Path) -> Result<Lines, Broken> {
    Ok(Lines { walk: Some(Walk::open(dir)?) })
}

/// See [`lines`].
#[derive(Debug)]
pub struct Lines {
    walk: Option<Walk>,
}

impl Iterator for Lines {
    type Item = Result<Line, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let walk = self.walk.as_mut()?;
        let item = walk.step().and_then(|more| more.then(|| walk.line()).transpose()).transpose();
        if !matches!(item, Some(Ok(_))) {
            self.walk = None;
        }
        item
    }
}
