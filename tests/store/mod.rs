//! The store as its users see it: the same rules on disk and in memory, and the disk's own promises under kills and damage.

mod campaign;
mod conformance;
mod damage;
pub(crate) mod full_disk;
mod index;
mod kill;
mod model;
mod open;
mod python;

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde_json::json;
use snapwarden::engine::ports::{Clock, Commit, Rev, Store, StoreError};
use snapwarden::store::{DiskStore, Limits, MemoryStore, Opened};

/// A clock that goes on by a second whenever it is asked.
#[derive(Debug, Default)]
pub(crate) struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_785_000_000 + self.0.fetch_add(1, Ordering::Relaxed)).expect("a time that jiff knows")
    }

    fn sleep_until(&self, _: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

/// Small enough that a handful of commits fills several journal files.
pub(crate) const SMALL: Limits = Limits { file_bytes: 2_000, ballast_bytes: 4_096 };

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(Ticking::default())
}

pub(crate) fn open(dir: &Path) -> (DiskStore, Opened) {
    DiskStore::open_with(dir, clock(), SMALL).unwrap_or_else(|error| panic!("{error}"))
}

/// A commit of one row.
pub(crate) fn put(key: &str, value: &str) -> Commit {
    Commit { puts: vec![(key.to_owned(), value.as_bytes().to_vec())], ..Commit::default() }
}

/// The commit that every test of the disk's promises makes as its `n`-th: rows come, change and go.
pub(crate) fn nth(n: u64) -> Commit {
    let mut commit = put(
        &format!("row/{}", n % 17),
        &json!({"n": n, "text": "ü".repeat(usize::try_from(n % 40).unwrap())}).to_string(),
    );
    commit.puts.push((format!("raw/{}", n % 5), n.to_le_bytes().to_vec()));
    if n.is_multiple_of(3) {
        commit.deletes.push(format!("row/{}", (n / 3) % 17));
    }
    commit.audit.push(json!({"what": "counted", "n": n}));
    commit
}

/// All rows.
pub(crate) async fn rows(store: &dyn Store) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
    store.scan("", None, usize::MAX).await
}

/// The rows that the first `lines` commits of [`nth`] leave.
pub(crate) async fn expected(lines: u64) -> Vec<(String, Rev, Vec<u8>)> {
    let store = MemoryStore::with_clock(clock());
    for n in 1..=lines {
        store.commit(nth(n)).await.unwrap();
    }
    rows(&store).await.unwrap()
}

/// Fills a new store on disk with commits of [`nth`] and closes it.
pub(crate) async fn filled(dir: &Path, lines: u64) {
    let (store, _) = open(dir);
    for n in 1..=lines {
        assert_eq!(store.commit(nth(n)).await.unwrap(), n);
    }
}

/// The journal's files in order.
pub(crate) fn journal_files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    files
}

pub(crate) fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// How often something random is tried: `usual`, or what the environment says.
pub(crate) fn rounds(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// Numbers that look random and are the same every time for the same seed (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}
