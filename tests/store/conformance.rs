//! What every implementation of the store port must do, run over each of them.

use std::sync::Arc;
use std::task::{Context, Waker};

use serde_json::json;
use snapwarden::engine::ports::{Commit, Store, StoreError};
use snapwarden::store::MemoryStore;

use super::{clock, open, put, rows};

macro_rules! conformance {
    ($($name:ident)*) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(std::sync::Arc::new(super::MemoryStore::with_clock(super::clock()))).await;
            })*
        }
        mod disk {
            $(#[tokio::test]
            async fn $name() {
                let dir = tempfile::tempdir().unwrap();
                super::$name(std::sync::Arc::new(super::open(dir.path()).0)).await;
            })*
        }
    };
}

conformance! {
    a_row_comes_back_with_the_line_that_wrote_it
    a_missing_row_is_none
    any_bytes_come_back
    a_wrong_expectation_changes_nothing
    every_expectation_counts
    a_row_made_again_never_has_its_old_version
    deleting_what_is_not_there_is_no_error
    the_last_put_wins_and_a_delete_wins_over_it
    a_scan_goes_by_key_within_its_prefix
    a_scan_in_pages_sees_every_row_once
    the_head_moves_by_one_with_every_commit
    an_empty_commit_only_checks
    an_audit_line_that_is_no_object_is_refused
    one_of_many_wins_each_version
    a_commit_whose_caller_has_gone_runs_to_its_end
}

type Any = Arc<dyn Store>;

async fn a_row_comes_back_with_the_line_that_wrote_it(store: Any) {
    assert_eq!(store.commit(put("a", "1")).await, Ok(1));
    assert_eq!(store.commit(put("b", "2")).await, Ok(2));
    assert_eq!(store.get("a").await, Ok(Some((1, b"1".to_vec()))));
    assert_eq!(store.commit(put("a", "3")).await, Ok(3));
    assert_eq!(store.get("a").await, Ok(Some((3, b"3".to_vec()))));
    assert_eq!(store.get("b").await, Ok(Some((2, b"2".to_vec()))));
}

async fn a_missing_row_is_none(store: Any) {
    assert_eq!(store.get("a").await, Ok(None));
    store.commit(put("ab", "1")).await.unwrap();
    assert_eq!(store.get("a").await, Ok(None));
    assert_eq!(store.get("").await, Ok(None));
}

async fn any_bytes_come_back(store: Any) {
    let values: [&[u8]; 8] =
        [b"", b"\0", b"\xff\xfe", b"{\"z\":1,\"a\":2}", b" {} ", b"{\n}", b"12345678901234567890.10", b"not json"];
    for (n, value) in values.iter().enumerate() {
        let key = format!("{n}/\u{1F4A1}\"\\\n");
        store.commit(Commit { puts: vec![(key.clone(), value.to_vec())], ..Commit::default() }).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap().unwrap().1, value.to_vec());
    }
}

async fn a_wrong_expectation_changes_nothing(store: Any) {
    store.commit(put("a", "1")).await.unwrap();
    let before = (rows(&*store).await.unwrap(), store.head().await.unwrap());
    for (expected, key, found) in [(0, "a", 1), (2, "a", 1), (1, "none", 0)] {
        let refused = Commit {
            expect: vec![(key.to_owned(), expected)],
            puts: vec![("a".into(), b"2".to_vec()), ("new".into(), b"2".to_vec())],
            deletes: vec!["a".into()],
            audit: vec![json!({"what": "must not be there"})],
            ..Commit::default()
        };
        assert_eq!(store.commit(refused).await, Err(StoreError::Conflict { key: key.to_owned(), found }));
    }
    assert_eq!((rows(&*store).await.unwrap(), store.head().await.unwrap()), before);
}

async fn every_expectation_counts(store: Any) {
    store.commit(put("a", "1")).await.unwrap();
    store.commit(put("b", "1")).await.unwrap();
    let with = |expect: &[(&str, u64)]| Commit {
        expect: expect.iter().map(|(key, rev)| ((*key).to_owned(), *rev)).collect(),
        ..put("c", "1")
    };
    assert!(matches!(store.commit(with(&[("a", 1), ("b", 1)])).await, Err(StoreError::Conflict { found: 2, .. })));
    assert!(matches!(store.commit(with(&[("a", 1), ("b", 2), ("a", 2)])).await, Err(StoreError::Conflict { .. })));
    assert_eq!(store.commit(with(&[("a", 1), ("b", 2), ("c", 0)])).await, Ok(3));
}

async fn a_row_made_again_never_has_its_old_version(store: Any) {
    store.commit(put("a", "1")).await.unwrap();
    store.commit(Commit { deletes: vec!["a".into()], ..Commit::default() }).await.unwrap();
    assert_eq!(store.get("a").await, Ok(None));
    assert_eq!(store.commit(Commit { expect: vec![("a".into(), 0)], ..put("a", "1") }).await, Ok(3));
    let late = Commit { expect: vec![("a".into(), 1)], ..put("a", "2") };
    assert_eq!(store.commit(late).await, Err(StoreError::Conflict { key: "a".into(), found: 3 }));
}

async fn deleting_what_is_not_there_is_no_error(store: Any) {
    store.commit(Commit { deletes: vec!["a".into(), "a".into()], ..put("b", "1") }).await.unwrap();
    assert_eq!(rows(&*store).await, Ok(vec![("b".to_owned(), 1, b"1".to_vec())]));
}

async fn the_last_put_wins_and_a_delete_wins_over_it(store: Any) {
    let puts = ["a", "b", "a"].iter().zip(["1", "1", "2"]).map(|(k, v)| ((*k).to_owned(), v.into())).collect();
    store.commit(Commit { puts, deletes: vec!["b".into()], ..Commit::default() }).await.unwrap();
    assert_eq!(rows(&*store).await, Ok(vec![("a".to_owned(), 1, b"2".to_vec())]));
}

async fn a_scan_goes_by_key_within_its_prefix(store: Any) {
    for key in ["b/2", "a", "b/", "b", "b/10", "c", "b/\u{10FFFF}", "b0", "b/1"] {
        store.commit(put(key, "1")).await.unwrap();
    }
    let keys = async |prefix: &str, after: Option<&str>, limit| -> Vec<String> {
        store.scan(prefix, after, limit).await.unwrap().into_iter().map(|(key, _, _)| key).collect()
    };
    assert_eq!(keys("b/", None, 99).await, ["b/", "b/1", "b/10", "b/2", "b/\u{10FFFF}"]);
    assert_eq!(keys("b/", Some("b/1"), 2).await, ["b/10", "b/2"]);
    assert_eq!(keys("b/", Some("b/11"), 1).await, ["b/2"], "the mark need not be there itself");
    assert_eq!(keys("b/", Some("a"), 2).await, ["b/", "b/1"], "a mark before the prefix leaves nothing out");
    assert_eq!(keys("b/", Some("b/"), 1).await, ["b/1"]);
    assert!(keys("b/", Some("c"), 9).await.is_empty());
    assert!(keys("b/", None, 0).await.is_empty());
    assert!(keys("x", None, 9).await.is_empty());
    assert_eq!(keys("", None, usize::MAX).await.len(), 9);
}

async fn a_scan_in_pages_sees_every_row_once(store: Any) {
    let puts = (0..100).map(|n| (format!("p/{n:03}"), b"1".to_vec())).collect();
    store.commit(Commit { puts, ..Commit::default() }).await.unwrap();
    store.commit(put("q", "1")).await.unwrap();
    let mut seen = Vec::new();
    loop {
        let page = store.scan("p/", seen.last().map(String::as_str), 7).await.unwrap();
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        seen.extend(page.into_iter().map(|(key, _, _)| key));
    }
    assert_eq!(seen, (0..100).map(|n| format!("p/{n:03}")).collect::<Vec<_>>());
}

async fn the_head_moves_by_one_with_every_commit(store: Any) {
    let mut heads = vec![store.head().await.unwrap()];
    assert_eq!((heads[0].seq, heads[0].hash.clone()), (0, "0".repeat(64)));
    for commit in [
        put("a", "1"),
        put("a", "1"),
        Commit { deletes: vec!["a".into()], ..Commit::default() },
        Commit { audit: vec![json!({"what": "one"}), json!({"what": "two"})], ..Commit::default() },
    ] {
        let rev = store.commit(commit).await.unwrap();
        let head = store.head().await.unwrap();
        assert_eq!((head.seq, head.hash.len()), (rev, 64));
        heads.push(head);
    }
    let hashes: std::collections::BTreeSet<_> = heads.iter().map(|head| &head.hash).collect();
    assert_eq!((heads[4].seq, hashes.len()), (4, 5));
}

async fn an_empty_commit_only_checks(store: Any) {
    store.commit(put("a", "1")).await.unwrap();
    let before = store.head().await.unwrap();
    assert_eq!(store.commit(Commit { expect: vec![("a".into(), 1)], ..Commit::default() }).await, Ok(1));
    let wrong = Commit { expect: vec![("a".into(), 9)], ..Commit::default() };
    assert!(matches!(store.commit(wrong).await, Err(StoreError::Conflict { found: 1, .. })));
    assert_eq!(store.head().await.unwrap(), before);
}

async fn an_audit_line_that_is_no_object_is_refused(store: Any) {
    for odd in [json!(1), json!("text"), json!([]), json!(null)] {
        let commit = Commit { audit: vec![odd], ..put("a", "1") };
        assert!(matches!(store.commit(commit).await, Err(StoreError::Io(_))));
    }
    assert_eq!((store.get("a").await.unwrap(), store.head().await.unwrap().seq), (None, 0));
}

async fn one_of_many_wins_each_version(store: Any) {
    const WRITERS: u64 = 8;
    const WINS_EACH: u64 = 5;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            let mut won = Vec::new();
            while won.len() < usize::try_from(WINS_EACH).unwrap() {
                let rev = store.get("counter").await.unwrap().map_or(0, |(rev, _)| rev);
                let commit = Commit { expect: vec![("counter".into(), rev)], ..put("counter", &writer.to_string()) };
                match store.commit(commit).await {
                    Ok(_) => won.push(rev),
                    Err(error) => assert!(matches!(error, StoreError::Conflict { .. }), "{error}"),
                }
            }
            won
        });
    }
    let mut won: Vec<u64> = writers.join_all().await.concat();
    won.sort_unstable();
    assert_eq!(won, (0..WRITERS * WINS_EACH).collect::<Vec<_>>(), "each version has exactly one winner");
    assert_eq!(store.head().await.unwrap().seq, WRITERS * WINS_EACH);
}

async fn a_commit_whose_caller_has_gone_runs_to_its_end(store: Any) {
    for n in 1..=20 {
        {
            let mut commit = store.commit(put(&format!("left/{n}"), "1"));
            let _ = commit.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
        assert_eq!(store.commit(put("after", "1")).await, Ok(2 * n), "commits keep their order");
        assert!(store.get(&format!("left/{n}")).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn both_stores_come_to_the_same_head() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, _) = open(dir.path());
    let memory = MemoryStore::with_clock(clock());
    for n in 1..=40 {
        disk.commit(super::nth(n)).await.unwrap();
        memory.commit(super::nth(n)).await.unwrap();
    }
    assert_eq!(disk.head().await, memory.head().await);
    assert_eq!(rows(&disk).await, rows(&memory).await);
    let written: Vec<u8> =
        super::journal_files(dir.path()).iter().flat_map(|path| std::fs::read(path).unwrap()).collect();
    assert!(written == memory.journal(), "the same bytes");
}

#[tokio::test]
async fn the_twin_fails_as_it_is_told() {
    let store = MemoryStore::new();
    store.fail_next_commits(2, StoreError::Io("disk full".into()));
    store.lose_next_replies(1);
    for _ in 0..2 {
        assert_eq!(store.commit(put("a", "1")).await, Err(StoreError::Io("disk full".into())));
    }
    assert_eq!((store.get("a").await.unwrap(), store.head().await.unwrap().seq), (None, 0));
    assert!(matches!(store.commit(put("a", "1")).await, Err(StoreError::Unknown(_))));
    assert_eq!(store.get("a").await.unwrap(), Some((1, b"1".to_vec())), "it was written");
    store.commit(Commit { audit: vec![json!({"n": 1})], ..Commit::default() }).await.unwrap();
    store.commit(Commit { audit: vec![json!({"n": 2}), json!({"n": 3})], ..Commit::default() }).await.unwrap();
    assert_eq!(store.audit_lines(), [json!({"n": 1}), json!({"n": 2}), json!({"n": 3})]);
}
