//! A disk that fails at every step: what the caller is told, and what is really there after a power cut.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::store::disk::files::lock;
use crate::store::disk::view::View;
use crate::store::disk::{Condition, RealDisk};
use crate::store::index::{Entry, Index, IndexError, KeyedRow, MemoryIndex};
use crate::store::journal::{Medium, beginning, verify};

/// What the next steps of the disk will do; without a plan they succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Works,
    /// Writes so many bytes, then fails.
    Stops(usize, ErrorKind),
    Fails,
}

#[derive(Debug, Default)]
struct Platter {
    /// What a reader would see now.
    seen: Vec<u8>,
    /// What is there after a power cut.
    safe: Vec<u8>,
    appends: VecDeque<Fate>,
    syncs: VecDeque<Fate>,
    cuts: VecDeque<Fate>,
    steps: Vec<&'static str>,
}

struct Faulty(Arc<Mutex<Platter>>);

impl Medium for Faulty {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        disk.steps.push("append");
        match disk.appends.pop_front().unwrap_or(Fate::Works) {
            Fate::Works => disk.seen.extend_from_slice(bytes),
            Fate::Stops(after, kind) => {
                // A write that failed is never a whole line.
                disk.seen.extend_from_slice(&bytes[..after.min(bytes.len() - 1)]);
                return Err(kind.into());
            }
            Fate::Fails => return Err(io::Error::other("append")),
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        disk.steps.push("sync");
        if disk.syncs.pop_front().unwrap_or(Fate::Works) != Fate::Works {
            return Err(io::Error::other("sync"));
        }
        disk.safe = disk.seen.clone();
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        disk.steps.push("cut");
        if disk.cuts.pop_front().unwrap_or(Fate::Works) != Fate::Works {
            return Err(io::Error::other("cut"));
        }
        disk.seen.truncate(usize::try_from(length).unwrap());
        Ok(())
    }

    fn lost(&self) -> io::Result<Option<String>> {
        Ok(None)
    }

    fn next_file(&mut self, _: u64) -> io::Result<()> {
        self.0.lock().unwrap().steps.push("next");
        Err(io::Error::other("no new files here"))
    }
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn sleep_until(&self, _: jiff::Timestamp) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

/// An index that fails from some call on.
struct Failing {
    inner: MemoryIndex,
    works: Arc<Mutex<usize>>,
}

impl Failing {
    fn step(&self) -> Result<(), IndexError> {
        let mut left = self.works.lock().unwrap();
        *left = left.checked_sub(1).ok_or_else(|| IndexError("broke".to_owned()))?;
        Ok(())
    }
}

impl Index for Failing {
    fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, IndexError> {
        self.step()?;
        self.inner.get(key)
    }

    fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<KeyedRow>, IndexError> {
        self.step()?;
        self.inner.scan(prefix, after, limit)
    }

    fn apply(&mut self, entries: &[Entry<'_>]) -> Result<(), IndexError> {
        self.step()?;
        self.inner.apply(entries)
    }
}

/// Bytes after which the journal under test asks for a new file, which it does not get.
const FILE_BYTES: u64 = 1_000;

fn committer(dir: &Path, medium: Box<dyn Medium>, index: Box<dyn Index>) -> Committer {
    let head = beginning();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let ballast = Ballast::take(disk.clone(), dir, 1_000);
    let condition = Condition { read_only: None, index_in_memory: None, ballast: ballast.held(), failing: None };
    let view = View { index, head: head.clone(), in_doubt: Default::default(), condition };
    Committer {
        journal: Some(Journal::new(medium, 1, 0, FILE_BYTES, head)),
        disk,
        dir: dir.to_owned(),
        ballast,
        clock: Arc::new(Fixed),
        shared: Arc::new(Shared::new(dir, view, lock(dir).unwrap().unwrap())),
    }
}

/// A committer over a faulty disk, the disk, and the directory of its ballast.
fn faulty() -> (Committer, Arc<Mutex<Platter>>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(Mutex::new(Platter::default()));
    let committer = committer(dir.path(), Box::new(Faulty(Arc::clone(&disk))), Box::new(MemoryIndex::default()));
    (committer, disk, dir)
}

fn put(key: &str, value: &str) -> Commit {
    Commit { puts: vec![(key.to_owned(), value.as_bytes().to_vec())], ..Commit::default() }
}

/// Verifies bytes as a journal, and says how many lines they hold.
fn lines_in(bytes: &[u8]) -> u64 {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("journal-000001.jsonl"), bytes).unwrap();
    verify(dir.path()).unwrap().lines
}

#[test]
fn it_is_synced_before_anybody_is_told_or_shown() {
    let (mut committer, disk, _dir) = faulty();
    assert_eq!(committer.commit(put("a", "1")), Ok(1));
    let disk = disk.lock().unwrap();
    assert_eq!(disk.steps, ["append", "sync"]);
    assert_eq!(lines_in(&disk.safe), 1);
}

#[test]
fn a_failed_append_leaves_nothing_and_the_next_one_works() {
    let (mut committer, disk, _dir) = faulty();
    committer.commit(put("a", "1")).unwrap();
    for after in [0, 1, 50, 10_000] {
        disk.lock().unwrap().appends.push_back(Fate::Stops(after, ErrorKind::Other));
        assert!(matches!(committer.commit(put("a", "2")), Err(StoreError::Io(_))));
        assert_eq!(committer.shared.get("a"), Ok(Some((1, b"1".to_vec()))));
        assert_eq!((committer.shared.head().seq, committer.shared.condition().read_only), (1, None));
        let disk = disk.lock().unwrap();
        assert_eq!(disk.seen, disk.safe);
    }
    assert_eq!(committer.commit(put("a", "3")), Ok(2));
    assert_eq!(lines_in(&disk.lock().unwrap().safe), 2);
    assert!(committer.ballast.held(), "only a full disk takes the reserve");
}

#[test]
fn a_part_that_cannot_be_cut_off_ends_the_writing() {
    let (mut committer, disk, _dir) = faulty();
    {
        let mut disk = disk.lock().unwrap();
        disk.appends.push_back(Fate::Stops(10, ErrorKind::Other));
        disk.cuts.push_back(Fate::Fails);
    }
    assert!(matches!(committer.commit(put("a", "1")), Err(StoreError::Io(_))));
    assert!(matches!(committer.commit(put("a", "1")), Err(StoreError::Io(why)) if why.contains("read-only")));
    assert_eq!(disk.lock().unwrap().steps, ["append", "cut"], "nothing is written after a part of a line");
    assert_eq!(committer.shared.get("a"), Ok(None));
}

#[test]
fn after_a_failed_sync_nothing_is_written_and_its_rows_are_unknown() {
    let (mut committer, disk, _dir) = faulty();
    committer.commit(put("a", "1")).unwrap();
    committer.commit(put("b", "1")).unwrap();
    disk.lock().unwrap().syncs.push_back(Fate::Fails);
    let doubtful = Commit { deletes: vec!["c/1".into()], ..put("a", "2") };
    assert!(matches!(committer.commit(doubtful), Err(StoreError::Unknown(_))));
    let shared = &committer.shared;
    assert!(matches!(shared.get("a"), Err(StoreError::Unknown(_))));
    assert!(matches!(shared.get("c/1"), Err(StoreError::Unknown(_))));
    assert!(matches!(shared.scan("", None, 9), Err(StoreError::Unknown(_))));
    assert!(matches!(shared.scan("c/", Some("c/0"), 9), Err(StoreError::Unknown(_))));
    assert_eq!(shared.scan("c/", Some("c/1"), 9), Ok(vec![]));
    assert_eq!(shared.get("b"), Ok(Some((2, b"1".to_vec()))));
    assert_eq!(shared.head().seq, 2);
    assert!(shared.condition().read_only.is_some());
    let steps = disk.lock().unwrap().steps.clone();
    assert_eq!(
        steps[steps.len() - 3..],
        ["append", "sync", "cut"],
        "nobody was told that it counts, so it is taken back"
    );
    assert!(matches!(committer.commit(put("b", "2")), Err(StoreError::Io(_))));
    committer.probe();
    assert_eq!(disk.lock().unwrap().steps, steps, "a sync is never tried again");
    assert!(committer.shared.condition().trouble().unwrap().contains("may not have reached the disk"));
}

/// The end of something that was begun before.
fn end(key: &str, value: &str) -> Commit {
    Commit { from_reserve: true, ..put(key, value) }
}

#[test]
fn a_full_disk_gives_its_reserve_to_what_ends_and_to_nothing_that_begins() {
    let (mut committer, disk, dir) = faulty();
    let full = Fate::Stops(20, ErrorKind::StorageFull);
    let trouble = |committer: &Committer| committer.shared.condition().trouble();
    disk.lock().unwrap().appends.push_back(full);
    assert!(matches!(committer.commit(put("a", "1")), Err(StoreError::Io(_))));
    assert!(committer.ballast.held() && trouble(&committer).is_some());
    assert_eq!(disk.lock().unwrap().steps, ["append", "cut"]);

    disk.lock().unwrap().appends.extend([full, Fate::Works]);
    assert_eq!(committer.commit(end("a", "1")), Ok(1));
    assert!(!dir.path().join("ballast.bin").exists() && !committer.shared.condition().ballast);
    assert_eq!(disk.lock().unwrap().steps[2..], ["append", "cut", "append", "sync"]);
    assert!(trouble(&committer).unwrap().contains("the disk is full"));

    let steps = disk.lock().unwrap().steps.len();
    assert!(matches!(committer.commit(put("b", "1")), Err(StoreError::Io(why)) if why.contains("the disk is full")));
    assert_eq!(disk.lock().unwrap().steps.len(), steps, "there is room, and it is not for this");
    assert_eq!(committer.commit(end("c", "1")), Ok(2));
    disk.lock().unwrap().appends.extend([full, Fate::Works]);
    assert!(matches!(committer.commit(end("a", "2")), Err(StoreError::Io(_))), "there is no second reserve");
    assert_eq!(lines_in(&disk.lock().unwrap().seen), 2);
}

#[test]
fn a_probe_finds_out_that_the_disk_works_again() {
    let (mut committer, disk, dir) = faulty();
    disk.lock().unwrap().appends.push_back(Fate::Fails);
    assert!(matches!(committer.commit(put("a", "1")), Err(StoreError::Io(_))));
    assert!(committer.shared.condition().trouble().is_some());
    let steps = disk.lock().unwrap().steps.len();
    committer.probe();
    assert_eq!(committer.shared.condition().trouble(), None);
    assert_eq!(disk.lock().unwrap().steps.len(), steps, "the journal is left alone");
    assert!(!dir.path().join("probe.bin").exists());
}

#[test]
fn where_no_new_file_can_be_had_the_old_one_goes_on() {
    let (mut committer, disk, _dir) = faulty();
    for n in 1..=20 {
        assert_eq!(committer.commit(put("a", "1")), Ok(n));
    }
    assert!(disk.lock().unwrap().steps.contains(&"next"));
    assert_eq!(lines_in(&disk.lock().unwrap().safe), 20);
}

#[test]
fn a_commit_stands_when_the_index_breaks_under_it() {
    // The index breaks at every call in turn: at the check, while the line is taken in, in a read.
    for works in 0..12 {
        let dir = tempfile::tempdir().unwrap();
        let failing = Failing { inner: MemoryIndex::default(), works: Arc::new(Mutex::new(works)) };
        let mut committer = committer(dir.path(), on_disk(dir.path()), Box::new(failing));
        assert_eq!(committer.commit(Commit { expect: vec![("a".into(), 0)], ..put("a", "1") }), Ok(1));
        assert_eq!(committer.commit(Commit { expect: vec![("a".into(), 1)], ..put("b", "2") }), Ok(2));
        assert_eq!(committer.shared.get("a"), Ok(Some((1, b"1".to_vec()))));
        let rows = vec![("a".to_owned(), 1, b"1".to_vec()), ("b".to_owned(), 2, b"2".to_vec())];
        assert_eq!(committer.shared.scan("", None, 9), Ok(rows));
        assert_eq!(committer.commit(Commit { deletes: vec!["a".into()], ..Commit::default() }), Ok(3));
        assert_eq!(committer.shared.get("a"), Ok(None));
        assert_eq!(committer.shared.condition().index_in_memory.is_some(), works < 8, "{works}");
        assert_eq!(committer.shared.condition().read_only, None);
    }
}

#[test]
fn without_index_and_journal_nothing_is_answered_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let failing = Failing { inner: MemoryIndex::default(), works: Arc::new(Mutex::new(1)) };
    let mut committer = committer(dir.path(), on_disk(dir.path()), Box::new(failing));
    assert_eq!(committer.commit(put("a", "1")), Ok(1));
    fs::remove_file(dir.path().join("journal-000001.jsonl")).unwrap();
    assert!(matches!(committer.shared.get("a"), Err(StoreError::Io(_))), "never an empty answer");
    assert!(matches!(committer.commit(put("a", "2")), Err(StoreError::Io(_))));
}

/// A journal file that a reader can open.
fn on_disk(dir: &Path) -> Box<dyn Medium> {
    struct Plain(fs::File);
    impl Medium for Plain {
        fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
            io::Write::write_all(&mut self.0, bytes)
        }
        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
        fn cut(&mut self, length: u64) -> io::Result<()> {
            self.0.set_len(length)
        }
        fn lost(&self) -> io::Result<Option<String>> {
            Ok(None)
        }
        fn next_file(&mut self, _: u64) -> io::Result<()> {
            Err(io::Error::other("one file is enough"))
        }
    }
    Box::new(Plain(fs::File::create(dir.join("journal-000001.jsonl")).unwrap()))
}

fn fate() -> impl Strategy<Value = Fate> {
    let full = (0..400_usize).prop_map(|after| Fate::Stops(after, ErrorKind::StorageFull));
    let other = (0..400_usize).prop_map(|after| Fate::Stops(after, ErrorKind::Other));
    prop_oneof![8 => Just(Fate::Works), 1 => full, 1 => other]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever fails when: what was acknowledged survives a power cut at any moment, what was refused is not there, and the file is a
    /// whole journal with at most an unfinished end.
    #[test]
    fn what_is_acknowledged_survives_a_power_cut(
        appends in proptest::collection::vec(fate(), 0..40),
        syncs in proptest::collection::vec(prop_oneof![20 => Just(Fate::Works), 1 => Just(Fate::Fails)], 0..40),
        cuts in proptest::collection::vec(prop_oneof![5 => Just(Fate::Works), 1 => Just(Fate::Fails)], 0..10),
    ) {
        let (mut committer, disk, _dir) = faulty();
        {
            let mut disk = disk.lock().unwrap();
            (disk.appends, disk.syncs, disk.cuts) = (appends.into(), syncs.into(), cuts.into());
        }
        let (mut acknowledged, mut unknown) = (0, 0);
        for n in 1..=30_u64 {
            match committer.commit(put("n", &n.to_string())) {
                Ok(rev) => {
                    acknowledged += 1;
                    prop_assert_eq!(rev, acknowledged);
                }
                Err(StoreError::Unknown(_)) => unknown += 1,
                Err(StoreError::Io(_)) => {}
                Err(StoreError::Conflict { .. }) => prop_assert!(false, "nobody else writes"),
            }
            let disk = disk.lock().unwrap();
            prop_assert_eq!(lines_in(&disk.safe), acknowledged);
            let seen = lines_in(&disk.seen);
            prop_assert!(seen == acknowledged || seen == acknowledged + unknown);
            prop_assert_eq!(committer.shared.head().seq, acknowledged);
        }
    }
}
