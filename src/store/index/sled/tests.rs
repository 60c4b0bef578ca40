//! What the index believes of sled, and what it does not.

use std::path::Path;

use super::*;
use crate::store::change::Change;
use crate::store::index::IndexOpened;

fn head(seq: u64) -> AuditHead {
    AuditHead { seq, hash: hex::encode(Sha256::digest(seq.to_be_bytes())) }
}

fn change(n: u64) -> Change {
    let puts = (0..4).map(|k| (format!("k{}", (n + k) % 6), n.to_string().into_bytes())).collect();
    Change { puts, deletes: [format!("k{}", (n + 5) % 6)].into(), audit: Vec::new() }
}

fn fill(index: &mut SledIndex, lines: std::ops::RangeInclusive<u64>) {
    for n in lines {
        index.apply(&[Entry { head: &head(n), change: &change(n) }]).unwrap();
    }
}

fn open(dir: &Path) -> (SledIndex, IndexOpened) {
    open_or_rebuild(dir).unwrap()
}

#[test]
fn the_digest_is_that_of_the_rows_whatever_way_they_came() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, _) = open(&dir.path().join("one"));
    fill(&mut one, 1..=20);
    let (mut two, _) = open(&dir.path().join("two"));
    let (heads, changes): (Vec<_>, Vec<_>) = (1..=20).map(|n| (head(n), change(n))).unzip();
    let entries: Vec<_> = heads.iter().zip(&changes).map(|(head, change)| Entry { head, change }).collect();
    two.apply(&entries).unwrap();
    assert_eq!((one.digest, &one.applied), (two.digest, &two.applied));
    assert_eq!(one.scan("", None, 99), two.scan("", None, 99));
    let nothing_left = Change { deletes: (0..6).map(|k| format!("k{k}")).collect(), ..Change::default() };
    one.apply(&[Entry { head: &head(21), change: &nothing_left }]).unwrap();
    assert_eq!(one.digest, [0; DIGEST_BYTES]);
}

#[test]
fn it_knows_how_far_it_has_come() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, told) = open(dir.path());
    assert_eq!((index.applied(), told), (&beginning(), IndexOpened::default()));
    fill(&mut index, 1..=3);
    drop(index);
    let (index, told) = open(dir.path());
    assert_eq!((index.applied(), told), (&head(3), IndexOpened::default()));
    assert_eq!(index.get("k3").unwrap(), Some((3, b"3".to_vec())));
}

#[test]
fn rows_that_are_not_those_of_its_last_line_are_not_believed() {
    type Harm = fn(&Db);
    let harms: [(&str, Harm); 5] = [
        ("a changed row", |db| drop(db.insert(row_key("k3"), b"00000003x").unwrap())),
        ("a lost row", |db| drop(db.remove(row_key("k3")).unwrap())),
        ("a row too many", |db| drop(db.insert(row_key("k9"), b"000000031").unwrap())),
        ("no meta row", |db| drop(db.remove(META).unwrap())),
        ("a damaged meta row", |db| {
            let mut meta = db.get(META).unwrap().unwrap().to_vec();
            meta[7] ^= 1;
            db.insert(META, meta).unwrap();
        }),
    ];
    for (what, harm) in harms {
        let dir = tempfile::tempdir().unwrap();
        let (mut index, _) = open(dir.path());
        fill(&mut index, 1..=3);
        harm(&index.db);
        drop(index);
        let (index, told) = open(dir.path());
        assert_eq!((index.applied(), index.scan("", None, 9).unwrap().len()), (&beginning(), 0), "{what}");
        assert!(told.rebuilt.is_some() && told.kept.unwrap().join("db").exists(), "{what}");
    }
}

#[test]
fn a_locked_sled_is_waited_for_and_then_given_up() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let file = std::fs::File::open(dir.path().join("index/db")).unwrap();
    file.lock().unwrap();
    assert!(open_or_rebuild(dir.path()).unwrap_err().contains("locked"));
    drop(file);
    open(dir.path());
}
