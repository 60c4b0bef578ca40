//! Opening a store that is well.

use std::fs;
use std::path::Path;

use snapwarden::engine::ports::{AuditHead, Store, StoreError};
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

#[tokio::test]
async fn without_its_lock_file_it_is_locked_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    for lines in [0, 12] {
        filled(dir.path(), lines).await;
        let (store, _) = open(dir.path());
        fs::remove_file(dir.path().join("lock")).unwrap();
        let second = DiskStore::open(dir.path(), clock());
        assert!(matches!(second, Err(OpenError::Locked(_))), "after {lines} lines");
        drop(store);
    }
}

/// What a store goes on in that is not its folder any more, nobody finds again.
#[tokio::test]
async fn what_is_renamed_removed_or_replaced_under_it_makes_it_read_only() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 4] = [
        ("was renamed, removed or replaced", |dir| fs::rename(dir, dir.with_extension("moved")).unwrap()),
        ("was renamed, removed or replaced", |dir| fs::remove_dir_all(dir).unwrap()),
        ("journal-000001.jsonl was renamed", |dir| fs::remove_file(dir.join("journal-000001.jsonl")).unwrap()),
        ("was renamed, removed or replaced", |dir| {
            let last = journal_files(dir).pop().unwrap();
            fs::copy(&last, dir.join("copy")).unwrap();
            fs::rename(dir.join("copy"), last).unwrap();
        }),
    ];
    for (said, harm) in harms {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("store");
        filled(&dir, 30).await;
        let (store, _) = open(&dir);
        assert_eq!(store.trouble(), None);
        harm(&dir);
        let Err(StoreError::Io(why)) = store.commit(nth(31)).await else { panic!("{said}: it was acknowledged") };
        assert!(why.contains(said), "{why}");
        assert!(store.trouble().is_some_and(|why| why.starts_with("read-only until it is opened again")));
        assert_eq!(rows(&store).await.unwrap(), expected(30).await, "what is known can still be read");
    }
}

#[tokio::test]
async fn an_idle_store_notices_it_too() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("store");
    filled(&dir, 3).await;
    let (store, _) = open(&dir);
    fs::rename(&dir, home.path().join("moved")).unwrap();
    while store.trouble().is_none() {
        tokio::task::yield_now().await;
    }
}

/// Journal and index were taken away together: a new trail would hide the old one.
#[tokio::test]
async fn a_folder_that_was_emptied_is_refused() {
    let empty: fn(&Path) = |file| fs::write(file, "").unwrap();
    for (witness, take) in
        [("token.key", empty), ("ballast.bin", empty), ("ballast.bin", |file| fs::remove_file(file).unwrap())]
    {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path(), 12).await;
        fs::write(dir.path().join("token.key"), [7; 32]).unwrap();
        fs::remove_dir_all(dir.path().join("index")).unwrap();
        journal_files(dir.path()).iter().for_each(|file| take(file));
        for other in ["token.key", "ballast.bin"].iter().filter(|other| **other != witness) {
            fs::remove_file(dir.path().join(other)).unwrap();
        }
        let refused = DiskStore::open(dir.path(), clock()).unwrap_err().to_string();
        assert!(
            refused.contains(witness) && refused.contains("put the files journal-*.jsonl back from a backup"),
            "{refused}"
        );
        fs::remove_file(dir.path().join(witness)).unwrap();
        assert_eq!(open(dir.path()).1.head.seq, 0, "the way out");
    }
}

#[tokio::test]
async fn a_first_start_that_came_to_nothing_is_no_emptied_folder() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    fs::write(dir.path().join("token.key"), [7; 32]).unwrap();
    assert_eq!(open(dir.path()).1.head.seq, 0);
}
