//! A disk that is really full. It needs one: `mount -t tmpfs -o size=12m tmpfs DIR`, then `SNAPWARDEN_SMALL_DISK=DIR`.

use std::fs;

use snapwarden::engine::ports::{Commit, Store, StoreError};
use snapwarden::store::{DiskStore, Limits, journal};

use super::{clock, put, rows};

/// Commits of some kilobytes that fill any disk this test is meant for.
const ENOUGH: u64 = 20_000;

#[tokio::test]
async fn a_full_disk_refuses_and_forgets_nothing() {
    let Ok(disk) = std::env::var("SNAPWARDEN_SMALL_DISK") else {
        println!("skipped: a_full_disk_refuses_and_forgets_nothing (no SNAPWARDEN_SMALL_DISK)");
        return;
    };
    let home = tempfile::tempdir_in(disk).unwrap();
    let filler = home.path().join("filler");
    fs::write(&filler, vec![1; 1_000_000]).unwrap();
    let dir = home.path().join("store");
    let limits = Limits { ballast_bytes: 500_000, ..Limits::default() };
    let (store, opened) = DiskStore::open_with(&dir, clock(), limits).unwrap();
    assert!(opened.ballast);
    let text = format!("\"{}\"", "x".repeat(3_000));
    let big = |n: u64| put(&format!("row/{}", n % 50), &text);
    let (mut last, mut warned_at) = (0, None);
    let refused = loop {
        match store.commit(big(last + 1)).await {
            Ok(rev) => last = rev,
            Err(error) => break error,
        }
        assert!(last < ENOUGH, "this disk is not small");
        if !store.condition().ballast {
            warned_at.get_or_insert(last);
        }
    };
    println!("reserve given up at line {warned_at:?}, refused after line {last}: {refused}; {:?}", store.condition());
    assert!(matches!(refused, StoreError::Io(_)));
    assert!(last > warned_at.unwrap() + 20, "the reserve took more commits");
    assert_eq!(store.head().await.unwrap().seq, last);
    let before = rows(&store).await.unwrap();
    drop(store);
    assert_eq!(journal::verify(&dir).unwrap().lines, last);

    let (store, opened) = DiskStore::open_with(&dir, clock(), limits).unwrap();
    println!("opened on the full disk: {opened:?}");
    assert_eq!((opened.head.seq, opened.read_only), (last, None));
    assert_eq!(rows(&store).await.unwrap(), before);
    fs::remove_file(filler).unwrap();
    assert_eq!(store.commit(big(last + 1)).await, Ok(last + 1), "there is room again");
    drop(store);
    let (store, opened) = DiskStore::open_with(&dir, clock(), limits).unwrap();
    println!("opened with room: {opened:?}");
    assert_eq!(opened.head.seq, last + 1);
    assert_eq!(store.commit(Commit { deletes: vec!["row/1".into()], ..Commit::default() }).await, Ok(last + 2));
}
