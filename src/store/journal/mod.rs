//! The journal: one JSON line per commit, each holding the hash of the line before it, in files named `journal-000001.jsonl`.
//!
//! It is the truth and the audit trail at once. Here is everything that knows its bytes: how a line is made and checked (`line`), how
//! the files are read and verified (`source`, `walk`), how they are compared with heads that were kept elsewhere
//! (`published`), how a line gets onto the disk (`writer`). `docs/store.md` says the same in words.

mod line;
mod published;
mod source;
mod walk;
#[cfg(feature = "testing")]
mod whole;
mod writer;

pub use line::{GENESIS, Line};
pub(crate) use line::{beginning, encode};
pub use published::{Found, Published, compare};
pub use source::{Folder, Source, file_name};
pub use walk::{Broken, Mark, Walk};
#[cfg(feature = "testing")]
pub use whole::{lines, verify};
pub(crate) use writer::OnDisk;
pub use writer::{AppendError, Journal, Medium};
