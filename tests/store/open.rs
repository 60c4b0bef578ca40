//! Opening a store that is well.

use std::fs;

use snapwarden::engine::ports::{AuditHead, Store};
use snapwarden::store::{DiskStore, IndexOpened, Limits, OpenError};

use super::{SMALL, clock, expected, filled, journal_files, nth, open, put, rows};

#[tokio::test]
async fn a_new_store_is_empty_and_makes_its_directory() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("a/b/c");
    let (store, opened) = open(&dir);
    assert_eq!(opened.head, AuditHead { seq: 0, hash: "0".repeat(64) });
    assert_eq!(
        (opened.torn_bytes, opened.index, opened.read_only, opened.ballast),
        (0, IndexOpened::default(), None, true)
    );
    assert!(rows(&store).await.unwrap().is_empty());
    drop(store);
    assert_eq!(open(&dir).1.index, IndexOpened::default(), "an empty index of an empty journal is nothing to tell");
}

#[tokio::test]
async fn everything_is_there_after_it_was_closed() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 25).await;
    let (store, opened) = open(dir.path());
    assert_eq!((opened.head.seq, opened.index), (25, IndexOpened::default()));
    assert_eq!(rows(&store).await.unwrap(), expected(25).await);
    assert_eq!(store.commit(nth(26)).await, Ok(26));
}

#[tokio::test]
async fn the_journal_goes_on_in_new_files() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 30).await;
    let names: Vec<String> =
        journal_files(dir.path()).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(names.len() > 3);
    assert_eq!(names[..2], ["journal-000001.jsonl", "journal-000002.jsonl"]);
    for file in journal_files(dir.path()) {
        assert!(fs::metadata(file).unwrap().len() < SMALL.file_bytes + 2_000);
    }
}

#[tokio::test]
async fn a_new_file_that_never_got_a_line_does_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 10).await;
    let next = dir.path().join(format!("journal-{:06}.jsonl", journal_files(dir.path()).len() + 1));
    fs::write(&next, "").unwrap();
    let (store, opened) = open(dir.path());
    assert_eq!((opened.read_only, opened.head.seq), (None, 10));
    for n in 11..=30 {
        store.commit(nth(n)).await.unwrap();
    }
    drop(store);
    assert!(fs::metadata(&next).unwrap().len() > 0, "it is used when its turn comes");
    assert_eq!(open(dir.path()).1.head.seq, 30);
}

#[tokio::test]
async fn other_files_in_the_directory_are_let_be() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["notes.txt", "journal-1.jsonl", "journal-x.jsonl", "journal-000001.jsonl.bak"] {
        fs::write(dir.path().join(name), "mine").unwrap();
    }
    let (store, opened) = open(dir.path());
    assert_eq!(opened.read_only, None);
    store.commit(put("a", "1")).await.unwrap();
}

#[test]
fn the_reserve_has_its_size() {
    let dir = tempfile::tempdir().unwrap();
    drop(DiskStore::open(dir.path(), clock()).unwrap());
    assert_eq!(fs::metadata(dir.path().join("ballast.bin")).unwrap().len(), Limits::default().ballast_bytes);
}

#[test]
fn a_file_is_no_directory() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(DiskStore::open(&file, clock()), Err(OpenError::Io { .. })));
}
