//! Damage to the index: it is told, the rows are right all the same, and the store goes on.

use std::fs;
use std::path::Path;

use snapwarden::engine::ports::Store;
use snapwarden::store::{IndexOpened, Opened};

use super::{Dice, copy_dir, expected, filled, nth, open, rounds, rows};

const LINES: u64 = 20;

/// Opens what the damage left and proves that nothing is missing.
async fn goes_on(dir: &Path, what: &str) -> IndexOpened {
    let (store, Opened { index, read_only, head, .. }) = open(dir);
    assert_eq!((read_only, head.seq), (None, LINES), "{what}");
    assert_eq!(index.in_memory, None, "{what}");
    assert!(rows(&store).await.unwrap() == expected(LINES).await, "{what}: other rows");
    assert_eq!(store.commit(nth(LINES + 1)).await, Ok(LINES + 1), "{what}");
    drop(store);
    let (store, opened) = open(dir);
    assert_eq!(opened.index, IndexOpened::default(), "{what}: the second opening finds it whole");
    assert!(rows(&store).await.unwrap() == expected(LINES + 1).await, "{what}: other rows after it went on");
    index
}

#[tokio::test]
async fn without_an_index_it_is_built_again() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), LINES).await;
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    let index = goes_on(dir.path(), "removed").await;
    assert_eq!(index.replayed, LINES);
    assert!(index.rebuilt.is_some());
}

#[tokio::test]
async fn a_file_in_its_place_is_put_aside() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), LINES).await;
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    fs::write(dir.path().join("index"), "not a directory").unwrap();
    let index = goes_on(dir.path(), "a file").await;
    assert_eq!(fs::read(index.kept.unwrap()).unwrap(), b"not a directory");
}

#[tokio::test]
async fn a_half_made_snapshot_does_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), LINES).await;
    fs::write(dir.path().join("index/snap.0000000000000042.generating"), "half").unwrap();
    assert_eq!(goes_on(dir.path(), "generating").await, IndexOpened::default());
}

#[tokio::test]
async fn a_damaged_snapshot_is_left_out_and_a_copy_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), LINES).await;
    drop(open(dir.path())); // sled makes a snapshot when it opens what is there
    let mut damaged = 0;
    for entry in fs::read_dir(dir.path().join("index")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("snap.") {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x55;
            fs::write(path, bytes).unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 0);
    let index = goes_on(dir.path(), "snapshot").await;
    assert!(index.rebuilt.unwrap().contains("snapshot"));
    assert!(index.kept.unwrap().join("db").exists());
}

#[tokio::test]
async fn an_index_that_ended_the_process_twice_is_put_aside_unopened() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), LINES).await;
    fs::write(dir.path().join("index.opening"), "..").unwrap();
    let index = goes_on(dir.path(), "note").await;
    assert!(index.rebuilt.unwrap().contains("2 times"));
    assert!(!dir.path().join("index.opening").exists());
}

#[tokio::test]
async fn an_index_of_another_store_makes_it_read_only() {
    let home = tempfile::tempdir().unwrap();
    let (one, other) = (home.path().join("one"), home.path().join("other"));
    filled(&one, LINES).await;
    let (store, _) = open(&other);
    store.commit(super::put("other", "1")).await.unwrap();
    drop(store);
    fs::remove_dir_all(one.join("index")).unwrap();
    copy_dir(&other.join("index"), &one.join("index"));
    let (store, opened) = open(&one);
    let broken = opened.read_only.unwrap();
    assert_eq!((broken.line, broken.file.as_str()), (1, "journal-000001.jsonl"));
    assert!(broken.why.contains("move the directory `index` away"));
    drop(store);
    fs::rename(one.join("index"), one.join("moved")).unwrap();
    goes_on(&one, "moved away as it was told").await;
}

#[tokio::test]
async fn garbage_in_the_index_never_gives_wrong_rows() {
    let home = tempfile::tempdir().unwrap();
    let (dir, work) = (home.path().join("dir"), home.path().join("work"));
    filled(&dir, LINES).await;
    drop(open(&dir));
    let seed = rounds("SNAPWARDEN_SEED", 4);
    for round in 0..rounds("SNAPWARDEN_GARBAGE", 40) {
        let mut dice = Dice(seed.wrapping_mul(1_000_003).wrapping_add(round));
        let _ = fs::remove_dir_all(&work);
        copy_dir(&dir, &work);
        let mut files: Vec<_> = fs::read_dir(work.join("index")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.is_file());
        files.sort();
        let file = files[dice.below(files.len())].clone();
        let mut bytes = fs::read(&file).unwrap();
        let used = bytes.iter().rposition(|b| *b != 0).unwrap() + 1; // sled makes room ahead; garbage there would miss everything
        match dice.below(4) {
            0 => (0..=dice.below(20)).for_each(|_| bytes[dice.below(used)] ^= 1 << dice.below(8)),
            1 => bytes.truncate(dice.below(used)),
            2 => {
                let at = dice.below(used);
                bytes[at..used].fill_with(|| u8::try_from(dice.below(256)).unwrap());
            }
            _ => {
                let at = dice.below(used);
                bytes[at..used].fill(0);
            }
        }
        fs::write(&file, bytes).unwrap();
        goes_on(&work, &format!("round {round} of seed {seed}, {}", file.display())).await;
    }
}
