//! The store port: a journal that is the truth, sled as its index, and a twin in memory for tests.
//!
//! Every commit is one line of an append-only, hash-chained journal ([`journal`]). The line is on the disk before anything else
//! happens; sled ([`DiskStore`]) only answers questions about it and can be thrown away at any time. `MemoryStore` builds the same
//! lines with the same code and keeps them in memory. `docs/store.md` describes the files, byte by byte.

mod change;
mod disk;
mod index;
pub mod journal;
#[cfg(feature = "testing")]
mod memory;

#[cfg(feature = "testing")]
pub use disk::{Disk, Limits, OpenError, Opened, RealDisk};
pub use disk::{DiskStore, TOKEN_KEY};
pub(crate) use disk::{private, sync_dir};
#[cfg(feature = "testing")]
pub use index::IndexOpened;
#[cfg(feature = "testing")]
pub use memory::MemoryStore;
