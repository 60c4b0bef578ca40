//! Random commits against a plain map, closing and opening in between: with the index as it was, without it, and with an older one, as
//! sled leaves it when it loses its last half second.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use snapwarden::engine::ports::{Commit, Rev, Store, StoreError};
use snapwarden::store::journal;

use super::{copy_dir, open, rows};

#[derive(Debug, Clone)]
enum Step {
    Commit { expect: Vec<(u8, Guess)>, puts: Vec<(u8, Vec<u8>)>, deletes: Vec<u8> },
    Reopen(With),
}

/// Which version a commit expects.
#[derive(Debug, Clone)]
enum Guess {
    Right,
    Absent,
    Off(u64),
}

/// What the index is when the store is opened again.
#[derive(Debug, Clone)]
enum With {
    Index,
    NoIndex,
    OlderIndex,
}

fn step() -> impl Strategy<Value = Step> {
    let guess = prop_oneof![6 => Just(Guess::Right), 1 => Just(Guess::Absent), 1 => (1..4_u64).prop_map(Guess::Off)];
    let value = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        ".{0,20}".prop_map(|t| format!("{t:?}").into_bytes())
    ];
    let commit = (
        proptest::collection::vec((0..8_u8, guess), 0..3),
        proptest::collection::vec((0..8_u8, value), 0..4),
        proptest::collection::vec(0..8_u8, 0..3),
    )
        .prop_map(|(expect, puts, deletes)| Step::Commit { expect, puts, deletes });
    let with = prop_oneof![Just(With::Index), Just(With::NoIndex), Just(With::OlderIndex)];
    prop_oneof![5 => commit, 1 => with.prop_map(Step::Reopen)]
}

/// Keys of which some begin with others.
fn key(n: u8) -> String {
    ["a", "a/", "a/b", "a/c", "b", "b\u{0}", "é/1", "é/2"][usize::from(n)].to_owned()
}

type Model = BTreeMap<String, (Rev, Vec<u8>)>;

async fn run(steps: Vec<Step>) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("store");
    let older = home.path().join("older");
    let mut store = Some(open(&dir).0);
    let mut model = Model::new();
    let mut seq = 0;
    for step in steps {
        match step {
            Step::Commit { expect, puts, deletes } => {
                let found = |key: &String| model.get(key).map_or(0, |(rev, _)| *rev);
                let expect: Vec<(String, Rev)> = expect
                    .into_iter()
                    .map(|(n, guess)| {
                        let key = key(n);
                        let rev = match guess {
                            Guess::Right => found(&key),
                            Guess::Absent => 0,
                            Guess::Off(by) => found(&key) + by,
                        };
                        (key, rev)
                    })
                    .collect();
                let wrong =
                    expect.iter().find(|(key, rev)| found(key) != *rev).map(|(key, _)| (key.clone(), found(key)));
                let commit = Commit {
                    expect,
                    puts: puts.into_iter().map(|(n, value)| (key(n), value)).collect(),
                    deletes: deletes.into_iter().map(key).collect(),
                    ..Commit::default()
                };
                let told = store.as_ref().unwrap().commit(commit.clone()).await;
                if let Some((key, found)) = wrong {
                    assert_eq!(told, Err(StoreError::Conflict { key, found }));
                    continue;
                }
                if !commit.puts.is_empty() || !commit.deletes.is_empty() {
                    seq += 1;
                }
                assert_eq!(told, Ok(seq));
                model.extend(commit.puts.into_iter().map(|(key, value)| (key, (seq, value))));
                commit.deletes.iter().for_each(|key| drop(model.remove(key)));
            }
            Step::Reopen(with) => {
                drop(store.take());
                let index = dir.join("index");
                match with {
                    With::Index => {}
                    // Without a line and without an index it looks as if somebody had emptied it, and is refused.
                    With::NoIndex if seq == 0 => {}
                    With::NoIndex => fs::remove_dir_all(&index).unwrap(),
                    With::OlderIndex if older.exists() => {
                        fs::remove_dir_all(&index).unwrap();
                        copy_dir(&older, &index);
                    }
                    With::OlderIndex => copy_dir(&index, &older),
                }
                let (again, opened) = open(&dir);
                assert_eq!((opened.read_only, opened.index.in_memory, opened.torn_bytes), (None, None, 0));
                store = Some(again);
            }
        }
        let store = store.as_ref().unwrap();
        let flat: Vec<_> = model.iter().map(|(key, (rev, value))| (key.clone(), *rev, value.clone())).collect();
        assert_eq!(rows(store).await.unwrap(), flat);
        assert_eq!(store.head().await.unwrap().seq, seq);
    }
    drop(store);
    assert_eq!(journal::verify(&dir).unwrap().lines, seq);
    let mut replayed = Model::new();
    for line in journal::lines(&dir).unwrap() {
        let line = line.unwrap();
        replayed.extend(line.change.puts.into_iter().map(|(key, value)| (key, (line.seq, value))));
        line.change.deletes.iter().for_each(|key| drop(replayed.remove(key)));
    }
    assert_eq!(replayed, model, "the journal alone gives the same rows");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn it_is_a_map_that_remembers(steps in proptest::collection::vec(step(), 1..40)) {
        tokio::runtime::Runtime::new().unwrap().block_on(run(steps));
    }
}
