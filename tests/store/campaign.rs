//! Ten thousand damages of a journal of a hundred thousand lines, against its published head: each is found, and the line that is named is the
//! first that was damaged.
//!
//! The journal is verified once, with a mark before every line. A damage leaves everything before its first byte as it was, so that
//! verifying begins at the mark before that. That this shortcut tells nothing else than the whole way is proven by going the whole way for
//! some of them. `SNAPWARDEN_DAMAGES=200000` does more, `SNAPWARDEN_WHOLE_WAYS` goes the whole way more often, `SNAPWARDEN_SEED`
//! makes other choices.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use serde_json::json;
use sha2::Digest;
use snapwarden::engine::ports::{AuditHead, Commit, Store};
use snapwarden::store::MemoryStore;
use snapwarden::store::journal::{Found, Mark, Published, Source, Walk, compare, file_name};

use super::{Dice, clock, rounds};

/// Lines of the journal.
const LINES: u64 = 100_000;

/// Bytes after which it goes on in a new file: some dozen files.
const FILE_BYTES: usize = 2_500_000;

/// At most so many lines are written anew by somebody who gives every one of them its right hash.
const REWRITTEN: usize = 30;

/// A stretch of bytes that is shared or new.
#[derive(Clone)]
struct Piece {
    bytes: Arc<Vec<u8>>,
    from: usize,
    to: usize,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[self.from..self.to]
    }
}

/// A journal in memory: each file's number and what it is made of.
#[derive(Clone, Default)]
struct Memory(BTreeMap<u64, Vec<Piece>>);

impl Source for Memory {
    fn files(&self) -> io::Result<Vec<(u64, u64)>> {
        let length = |pieces: &Vec<Piece>| pieces.iter().map(|piece| (piece.to - piece.from) as u64).sum();
        Ok(self.0.iter().map(|(number, pieces)| (*number, length(pieces))).collect())
    }

    fn open(&self, number: u64, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut left = usize::try_from(offset).unwrap();
        let mut whole: Box<dyn Read + Send> = Box::new(io::empty());
        for piece in self.0.get(&number).ok_or(io::ErrorKind::NotFound)? {
            let mut piece = piece.clone();
            let skipped = left.min(piece.to - piece.from);
            piece.from += skipped;
            left -= skipped;
            whole = Box::new(whole.chain(Cursor::new(piece)));
        }
        Ok(whole)
    }

    fn name(&self) -> String {
        "memory".to_owned()
    }
}

/// The journal as it was written.
struct Original {
    /// One a file.
    files: Vec<Arc<Vec<u8>>>,
    /// Of every line: its file from 0, and its first byte there.
    lines: Vec<(usize, usize)>,
    /// The mark before every line.
    marks: Vec<Mark>,
    head: AuditHead,
}

impl Original {
    async fn write() -> Self {
        let store = MemoryStore::with_clock(clock());
        for n in 1..=LINES {
            let row = json!({"n": n, "state": "running", "text": "x".repeat(usize::try_from(n % 60).unwrap())});
            let commit = Commit {
                puts: vec![(format!("request/{}", n % 50), row.to_string().into_bytes())],
                audit: vec![json!({"kind": "request", "request": "R-7KQ2", "n": n})],
                ..Commit::default()
            };
            store.commit(commit).await.unwrap();
        }
        let (mut files, mut lines) = (vec![Vec::new()], Vec::new());
        for line in store.journal().split_inclusive(|byte| *byte == b'\n') {
            if files.last().unwrap().len() >= FILE_BYTES {
                files.push(Vec::new());
            }
            lines.push((files.len() - 1, files.last().unwrap().len()));
            files.last_mut().unwrap().extend_from_slice(line);
        }
        let files = files.into_iter().map(Arc::new).collect();
        let mut original = Self { files, lines, marks: Vec::new(), head: store.head().await.unwrap() };
        let mut walk = Walk::over(Box::new(original.whole())).unwrap();
        original.marks.push(walk.mark());
        while walk.step().unwrap() {
            original.marks.push(walk.mark());
        }
        assert_eq!((walk.head(), walk.torn_bytes()), (&original.head, 0));
        original
    }

    fn whole(&self) -> Memory {
        let whole = |bytes: &Arc<Vec<u8>>| vec![Piece { bytes: bytes.clone(), from: 0, to: bytes.len() }];
        Memory((1..).zip(self.files.iter().map(whole)).collect())
    }

    /// A line's bytes with its newline, counted from 0.
    fn line(&self, line: usize) -> &[u8] {
        let (file, from) = self.lines[line];
        &self.files[file][from..self.end(line)]
    }

    /// Where a line ends in its file.
    fn end(&self, line: usize) -> usize {
        let (file, _) = self.lines[line];
        match self.lines.get(line + 1) {
            Some((next, from)) if *next == file => *from,
            Some(_) | None => self.files[file].len(),
        }
    }

    /// The journal with the bytes of a file from `from` to `to` replaced.
    fn replaced(&self, file: usize, from: usize, to: usize, new: Vec<u8>) -> Memory {
        let mut memory = self.whole();
        let bytes = &self.files[file];
        let new = Piece { to: new.len(), bytes: Arc::new(new), from: 0 };
        let before = Piece { bytes: bytes.clone(), from: 0, to: from };
        let after = Piece { bytes: bytes.clone(), from: to, to: bytes.len() };
        memory.0.insert(number(file), vec![before, new, after]);
        memory
    }
}

fn number(file: usize) -> u64 {
    file as u64 + 1
}

/// One damage.
struct Damage {
    kind: &'static str,
    what: String,
    journal: Memory,
    /// The line, from 0, whose mark stands before the first byte that changed.
    begins: usize,
    /// The number of the first line that is not as it was published, which has to be named.
    names: u64,
}

/// A line with other content and a hash that fits it.
fn forged(line: &[u8], prev: &str) -> (Vec<u8>, String) {
    let text = std::str::from_utf8(line).unwrap();
    let (body, _) = text.split_once(r#","hash":""#).unwrap();
    let old = body.split('"').nth(5).unwrap();
    let body = body.replacen(old, prev, 1).replacen("running", "stopped", 1) + "}";
    let hash = hex::encode(sha2::Sha256::digest(format!("{prev}{body}")));
    (format!("{},\"hash\":\"{hash}\"}}\n", body.strip_suffix('}').unwrap()).into_bytes(), hash)
}

fn prev_of(line: &[u8]) -> String {
    std::str::from_utf8(line).unwrap().split('"').nth(5).unwrap().to_owned()
}

fn damage(original: &Original, dice: &mut Dice) -> Damage {
    let lines = original.lines.len();
    // Ends are where an unfinished line is allowed: they get their share.
    let line = if dice.below(4) == 0 { lines - 1 - dice.below(20) } else { dice.below(lines) };
    let (file, from) = original.lines[line];
    let to = original.end(line);
    let first = line as u64 + 1;
    let one = |kind, what: String, journal, begins: usize, names| Damage { kind, what, journal, begins, names };
    match dice.below(9) {
        0 => {
            let mut bytes = original.line(line).to_vec();
            let changes = 1 + dice.below(4);
            for _ in 0..changes {
                let at = dice.below(bytes.len());
                bytes[at] ^= u8::try_from(1 + dice.below(255)).unwrap();
            }
            if bytes == original.line(line) {
                bytes[0] ^= 1;
            }
            one(
                "edited",
                format!("{changes} bytes of line {first}"),
                original.replaced(file, from, to, bytes),
                line,
                first,
            )
        }
        1 => {
            let mut bytes = original.line(line).to_vec();
            let at = dice.below(bytes.len());
            let what = match dice.below(3) {
                0 => {
                    bytes.insert(at, b"\n x0\0"[dice.below(5)]);
                    "a byte more"
                }
                1 => {
                    bytes.remove(at);
                    "a byte less"
                }
                _ => {
                    let upto = (at + 1 + dice.below(200)).min(bytes.len());
                    bytes[at..upto].fill(0);
                    "zeros"
                }
            };
            // A newline before the newline leaves the line as it was, and an empty one after it.
            let names = if bytes.starts_with(original.line(line)) { first + 1 } else { first };
            one(
                "edited",
                format!("{what} at {at} of line {first}"),
                original.replaced(file, from, to, bytes),
                line,
                names,
            )
        }
        2 => {
            let last = (line + dice.below(20)).min(lines - 1);
            let same = (line..=last).take_while(|line| original.lines[*line].0 == file).last().unwrap();
            let upto = original.end(same);
            let journal = original.replaced(file, from, upto, Vec::new());
            one("deleted", format!("lines {first} to {}", same + 1), journal, line, first)
        }
        3 => {
            let other = dice.below(lines);
            let (a, b) = (line.min(other), line.max(other));
            let (a, b) = if a == b { (a.saturating_sub(1), a.max(1)) } else { (a, b) };
            let mut journal = original.whole();
            for (place, new) in [(b, a), (a, b)] {
                let (file, from) = original.lines[place];
                let bytes = original.line(new).to_vec();
                let pieces = journal.0.get_mut(&number(file)).unwrap();
                // `b` comes later in the file than `a`, so that the first piece is still the file's beginning.
                let Piece { bytes: whole, to: end, .. } = pieces.remove(0);
                let new = Piece { to: bytes.len(), bytes: Arc::new(bytes), from: 0 };
                let after = Piece { bytes: whole.clone(), from: original.end(place), to: end };
                pieces.splice(0..0, [Piece { bytes: whole, from: 0, to: from }, new, after]);
            }
            one("swapped", format!("lines {} and {}", a + 1, b + 1), journal, a, a as u64 + 1)
        }
        4 => {
            // Twice in a row, or once more somewhere else.
            let twin = original.line(if dice.below(2) == 0 { line } else { dice.below(lines) }).to_vec();
            let journal = original.replaced(file, to, to, twin);
            one("doubled", format!("a line after line {first}"), journal, line, first + 1)
        }
        5 => {
            // The line fits in itself, so that it is the one after it that does not: or the published head, where it is the last.
            let (bytes, _) = forged(original.line(line), &prev_of(original.line(line)));
            let names = if line + 1 == lines { first } else { first + 1 };
            one("forged", format!("line {first}"), original.replaced(file, from, to, bytes), line, names)
        }
        6 => {
            // Everything from here on with its right hash, a few lines before the end: only the published head tells.
            let line = lines - 1 - dice.below(REWRITTEN);
            let file = original.lines.last().unwrap().0;
            let line = if original.lines[line].0 == file { line } else { lines - 1 };
            let (mut prev, mut bytes) = (prev_of(original.line(line)), Vec::new());
            for line in line..lines {
                let (new, hash) = forged(original.line(line), &prev);
                bytes.extend(new);
                prev = hash;
            }
            let from = original.lines[line].1;
            let journal = original.replaced(file, from, original.files[file].len(), bytes);
            one("written anew", format!("from line {} on", line + 1), journal, line, LINES)
        }
        7 => {
            // One file is cut, wherever it may be: what follows in the next does not fit.
            let at = from + dice.below(to - from);
            let journal = original.replaced(file, at, original.files[file].len(), Vec::new());
            one("truncated", format!("file {} at byte {at}, in line {first}", number(file)), journal, line, first)
        }
        _ => {
            // The journal ends here, in the middle of a line or between two.
            let at = from + dice.below(to - from);
            let mut journal = original.replaced(file, at, original.files[file].len(), Vec::new());
            journal.0.retain(|other, _| *other <= number(file));
            if dice.below(3) == 0 {
                // … or the rest of its files is there without what was cut.
                let gone = number(file);
                journal = original.whole();
                journal.0.remove(&gone);
                let begins = original.lines.iter().position(|(in_file, _)| *in_file == file).unwrap();
                return one("truncated", format!("file {gone} removed"), journal, begins, begins as u64 + 1);
            }
            one("truncated", format!("everything from byte {at} of file {} on", number(file)), journal, line, first)
        }
    }
}

/// What verifying comes to: the line that is named, its file where the chain names one, and the words.
fn told(walk: &mut Walk, head: &AuditHead) -> Option<(u64, Option<String>, String)> {
    let (broken, found) = compare(walk, &[Published(head.clone())]);
    let last = walk.head().seq;
    match (broken, &found[0]) {
        (Some(broken), _) => Some((broken.line, Some(broken.file.clone()), broken.to_string())),
        (None, Found::There) => None,
        (None, Found::Other(hash)) => Some((head.seq, None, format!("line {} is {hash}", head.seq))),
        (None, Found::Missing) => Some((last + 1, None, format!("it ends at line {last}"))),
    }
}

#[tokio::test]
async fn every_damage_of_a_long_journal_is_found_and_named() {
    let original = Original::write().await;
    let (damages, whole_ways) = (rounds("SNAPWARDEN_DAMAGES", 10_000), rounds("SNAPWARDEN_WHOLE_WAYS", 24));
    let seed = rounds("SNAPWARDEN_SEED", 5);
    let mut dice = Dice(seed);
    let (mut kinds, mut chain, mut by_head, mut again) = (BTreeMap::<&str, u64>::new(), 0_u64, 0_u64, 0_u64);
    for round in 0..damages {
        let Damage { kind, what, journal, begins, names } = damage(&original, &mut dice);
        let what = format!("round {round} of seed {seed}: {kind}, {what}");
        let mut walk = Walk::resume(Box::new(journal.clone()), &original.marks[begins]).unwrap();
        let found = told(&mut walk, &original.head);
        let (line, file, words) = found.clone().unwrap_or_else(|| panic!("not found: {what}"));
        assert_eq!(line, names, "{what}: {words}");
        if let Some(file) = file {
            chain += 1;
            // The line as it is found now: in the file that follows where its own file ends before it.
            let place = usize::try_from(names - 1).unwrap();
            let here = original.lines.get(place).or(original.lines.last()).unwrap().0;
            let near = [here, here + 1, here.saturating_sub(1)].map(|file| file_name(number(file)));
            assert!(near.contains(&file), "{what}: {words}");
        } else {
            by_head += 1;
        }
        if again < whole_ways && round % (damages / whole_ways.max(1)).max(1) == 0 {
            let mut walk = Walk::over(Box::new(journal)).unwrap();
            assert_eq!(told(&mut walk, &original.head), found, "{what}: the whole way tells something else");
            again += 1;
        }
        *kinds.entry(kind).or_default() += 1;
    }
    told!(
        "{damages} damages of a journal of {LINES} lines in {} files: {} found and named, 0 missed; {chain} by the chain, {by_head} by the \
         published head; {kinds:?}; {again} of them verified from the first line on as well, with the same words",
        original.files.len(),
        chain + by_head,
    );
    assert!(by_head > 0 && kinds.len() == 7);
}
