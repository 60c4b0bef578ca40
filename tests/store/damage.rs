//! Damage to the journal: whatever is done to it is noticed, and what was acknowledged is never cut off as if it were a torn end.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use snapwarden::engine::ports::{Store, StoreError};
use snapwarden::store::DiskStore;
use snapwarden::store::journal::{self, Folder, Source, Walk};

use super::{Dice, clock, copy_dir, expected, filled, journal_files, nth, open, put, rounds, rows};

/// Lines of the journal that is damaged; with [`super::SMALL`] they fill several files.
const LINES: u64 = 30;

/// Does something random to the journal, and says what. It is a change for certain.
fn damage(dir: &Path, dice: &mut Dice) -> String {
    let files = journal_files(dir);
    let file = files[dice.below(files.len())].clone();
    let bytes = fs::read(&file).unwrap();
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let what = match dice.below(7) {
        0 | 1 => {
            let (at, bit) = (dice.below(bytes.len()), dice.below(8));
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            lines = vec![flipped];
            format!("bit {bit} of byte {at} flipped")
        }
        2 => {
            let at = dice.below(lines.len());
            lines.remove(at);
            format!("line {at} deleted")
        }
        3 if lines.len() > 1 => {
            let (a, step) = (dice.below(lines.len()), 1 + dice.below(lines.len() - 1));
            let b = (a + step) % lines.len();
            lines.swap(a, b);
            format!("lines {a} and {b} swapped")
        }
        4 => {
            let at = dice.below(lines.len());
            let twin = lines[at].clone();
            lines.insert(at, twin);
            format!("line {at} doubled")
        }
        5 => {
            let at = dice.below(bytes.len());
            lines = vec![bytes[..at].to_vec()];
            format!("cut to {at} bytes")
        }
        _ => {
            // Somebody who knows the format changes a line and gives it the right hash; the line after it does not fit then.
            let at = dice.below(lines.len());
            lines[at] = forged(&lines[at]);
            format!("line {at} forged")
        }
    };
    let after = lines.concat();
    assert!(after != bytes, "{what}: it must be a change");
    fs::write(&file, after).unwrap();
    format!("{name}: {what}")
}

/// The line with another time and a hash that fits it.
fn forged(line: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    let text = std::str::from_utf8(line).unwrap();
    let body = text.split(r#","hash":""#).next().unwrap().replacen(r#""ts":"2026"#, r#""ts":"2025"#, 1) + "}";
    let prev = body.split('"').nth(5).unwrap();
    let hash = hex::encode(sha2::Sha256::digest(format!("{prev}{body}")));
    format!("{},\"hash\":\"{hash}\"}}\n", body.strip_suffix('}').unwrap()).into_bytes()
}

struct Original {
    _home: tempfile::TempDir,
    dir: PathBuf,
    work: PathBuf,
}

async fn original() -> Original {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("original");
    filled(&dir, LINES).await;
    assert!(journal_files(&dir).len() > 3);
    Original { dir, work: home.path().join("work"), _home: home }
}

impl Original {
    /// A fresh copy of the journal alone, or of everything.
    fn copy(&self, with_index: bool) -> &Path {
        let _ = fs::remove_dir_all(&self.work);
        copy_dir(&self.dir, &self.work);
        if !with_index {
            fs::remove_dir_all(self.work.join("index")).unwrap();
        }
        &self.work
    }
}

#[tokio::test]
async fn every_damage_is_noticed_by_who_knows_the_head() {
    let original = original().await;
    let whole = journal::verify(&original.dir).unwrap();
    assert_eq!((whole.lines, whole.torn_bytes), (LINES, 0));
    let mut dice = Dice(rounds("SNAPWARDEN_SEED", 2));
    let (mut broken, mut shorter) = (0, 0);
    for _ in 0..rounds("SNAPWARDEN_DAMAGES", 1_000) {
        let files = journal_files(&original.dir);
        let _ = fs::remove_dir_all(&original.work);
        fs::create_dir(&original.work).unwrap();
        for path in &files {
            fs::copy(path, original.work.join(path.file_name().unwrap())).unwrap();
        }
        let what = damage(&original.work, &mut dice);
        match journal::verify(&original.work) {
            Err(_) => broken += 1,
            Ok(found) if found.head != whole.head => shorter += 1,
            Ok(_) => panic!("not noticed: {what}"),
        }
    }
    told!("{broken} broken chains, {shorter} other heads");
    assert!(broken > 0 && shorter > 0);
}

#[tokio::test]
async fn while_the_index_is_there_no_damage_goes_unnoticed_and_nothing_is_cut() {
    let original = original().await;
    let mut dice = Dice(rounds("SNAPWARDEN_SEED", 3));
    for _ in 0..rounds("SNAPWARDEN_OPENINGS", 60) {
        let work = original.copy(true);
        let what = damage(work, &mut dice);
        let before: Vec<Vec<u8>> = journal_files(work).iter().map(|path| fs::read(path).unwrap()).collect();
        let (store, opened) = open(work);
        let broken = opened.read_only.unwrap_or_else(|| panic!("not noticed: {what}"));
        let told = store.commit(put("a", "1")).await;
        assert!(
            matches!(&told, Err(StoreError::Io(why)) if why.contains(&format!("line {}", broken.line))),
            "{what}: {told:?}"
        );
        assert_eq!(store.condition().read_only, Some(broken.to_string()));
        let head = store.head().await.unwrap();
        // A forged last line is whole in itself: only the index knows another one.
        let forged = broken.line == head.seq && what.contains("forged");
        assert!(broken.line == head.seq + 1 || forged, "{what}: {broken}, head {}", head.seq);
        assert!(rows(&store).await.unwrap() == expected(head.seq).await, "{what}: not the rows before the damage");
        drop(store);
        let after: Vec<Vec<u8>> = journal_files(work).iter().map(|path| fs::read(path).unwrap()).collect();
        assert!(before == after, "{what}: the damaged journal was changed");
    }
}

#[tokio::test]
async fn a_broken_line_is_named_and_what_stands_before_it_can_be_read() {
    let original = original().await;
    let work = original.copy(false);
    let file = journal_files(work)[1].clone();
    let text = fs::read_to_string(&file).unwrap();
    let first: u64 = text.strip_prefix("{\"seq\":").unwrap().split(',').next().unwrap().parse().unwrap();
    fs::write(&file, text.replacen("counted", "Counted", 1)).unwrap();
    let broken = journal::verify(work).unwrap_err();
    assert_eq!((broken.line, broken.file.as_str()), (first, "journal-000002.jsonl"));
    assert!(broken.why.contains("hash"), "{broken}");
    let (store, opened) = open(work);
    assert_eq!((opened.read_only, opened.head.seq), (Some(broken), first - 1));
    assert_eq!(rows(&store).await.unwrap(), expected(first - 1).await);
    assert_eq!(journal::lines(work).unwrap().filter(Result::is_ok).count(), usize::try_from(first - 1).unwrap());
    assert!(!work.join("index").join("db").exists() || store.condition().read_only.is_some());
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let original = original().await;
    let work = original.copy(true);
    fs::remove_file(&journal_files(work)[1]).unwrap();
    let (_store, opened) = open(work);
    assert!(opened.read_only.unwrap().why.contains("missing"));
}

#[tokio::test]
async fn a_torn_last_line_is_cut_and_told_wherever_it_was_torn() {
    let home = tempfile::tempdir().unwrap();
    let (dir, work, index) = (home.path().join("dir"), home.path().join("work"), home.path().join("index"));
    filled(&dir, LINES - 1).await;
    copy_dir(&dir.join("index"), &index); // as it was before the last line: a line that was not acknowledged is not in it
    let (store, _) = open(&dir);
    store.commit(nth(LINES)).await.unwrap();
    drop(store);
    let last = journal_files(&dir).pop().unwrap();
    let name = last.file_name().unwrap();
    let bytes = fs::read(&last).unwrap();
    let start = bytes[..bytes.len() - 1].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    for (round, end) in (start + 1..bytes.len()).step_by(23).chain([bytes.len() - 1]).enumerate() {
        let _ = fs::remove_dir_all(&work);
        copy_dir(&dir, &work);
        fs::remove_dir_all(work.join("index")).unwrap();
        copy_dir(&index, &work.join("index"));
        let mut torn = bytes[..end].to_vec();
        if round % 2 == 1 && end < bytes.len() - 1 {
            torn.resize(bytes.len() - 1, 0); // the room was made, the data did not come
            torn.push(b'\n');
        }
        fs::write(work.join(name), &torn).unwrap();
        assert_eq!(journal::verify(&work).unwrap().torn_bytes, u64::try_from(torn.len() - start).unwrap());
        let (store, opened) = open(&work);
        assert_eq!((opened.read_only, opened.head.seq), (None, LINES - 1), "torn at {end}");
        assert_eq!(opened.torn_bytes, u64::try_from(torn.len() - start).unwrap());
        assert_eq!(fs::read(work.join(format!("torn-{LINES}.bin"))).unwrap(), torn[start..]);
        assert_eq!(store.commit(nth(LINES)).await, Ok(LINES), "it goes on");
        assert_eq!(rows(&store).await.unwrap(), expected(LINES).await);
        drop(store);
        let whole = journal::verify(&work).unwrap();
        assert_eq!((whole.lines, whole.torn_bytes), (LINES, 0));
    }
}

/// A journal that is read while its last line, which found no room, is replaced by another one.
struct Caught {
    folder: Folder,
    opened: AtomicUsize,
    /// What the first reader sees of the file.
    mixed: Vec<u8>,
    /// Whether the next one sees the same.
    always: bool,
}

impl Source for Caught {
    fn files(&self) -> io::Result<Vec<(u64, u64)>> {
        self.folder.files()
    }

    fn open(&self, number: u64, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        if self.always || self.opened.fetch_add(1, Ordering::Relaxed) == 0 {
            return Ok(Box::new(io::Cursor::new(self.mixed[usize::try_from(offset).unwrap()..].to_vec())));
        }
        self.folder.open(number, offset)
    }

    fn name(&self) -> String {
        self.folder.name()
    }
}

#[tokio::test]
async fn a_line_that_is_replaced_while_it_is_read_is_looked_at_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), clock()).unwrap().0;
    for n in 1..=3 {
        store.commit(nth(n)).await.unwrap();
    }
    drop(store);
    let mut mixed = fs::read(&journal_files(dir.path())[0]).unwrap();
    let at = mixed.len() - 100;
    mixed[at] ^= 1;
    for always in [false, true] {
        let source =
            Caught { folder: Folder(dir.path().to_owned()), opened: AtomicUsize::new(0), mixed: mixed.clone(), always };
        let mut walk = Walk::over(Box::new(source)).unwrap();
        let ended = loop {
            match walk.step() {
                Ok(true) => {}
                Ok(false) => break Ok(walk.head().seq),
                Err(broken) => break Err(broken.line),
            }
        };
        assert_eq!(ended, if always { Err(3) } else { Ok(3) });
    }
}
