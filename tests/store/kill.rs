//! A real process is killed in the middle of writing, again and again in the same directory: nothing that it acknowledged may be gone.
//!
//! `SNAPWARDEN_KILLS=2000` does more rounds. The killed process is this test binary itself, told by a variable what to be.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use snapwarden::engine::ports::Store;
use snapwarden::store::{DiskStore, MemoryStore, OpenError, journal};

use super::{Dice, SMALL, clock, nth, open, rounds, rows};

/// Tells the child which directory to write into.
const DIR_VARIABLE: &str = "SNAPWARDEN_TEST_STORE";

/// Does nothing unless it is the child; then it writes until it is killed and says every line that was acknowledged.
#[test]
fn the_child_writes_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR_VARIABLE) else { return };
    let say = |what: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{what}").unwrap();
        out.flush().unwrap();
    };
    say("opening");
    let store = match DiskStore::open_with(Path::new(&dir), clock(), SMALL) {
        Ok((store, _)) => store,
        Err(OpenError::Locked(_)) => return say("locked"),
        Err(error) => panic!("{error}"),
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut n = store.head().await.unwrap().seq;
        loop {
            n += 1;
            assert_eq!(store.commit(nth(n)).await, Ok(n));
            say(&format!("acknowledged {n}"));
        }
    });
}

fn child(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::kill::the_child_writes_until_it_is_killed", "--nocapture"])
        .env(DIR_VARIABLE, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_a_kill() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("store");
    let mut dice = Dice(rounds("SNAPWARDEN_SEED", 1));
    let kills = rounds("SNAPWARDEN_KILLS", 200);
    // The rows that the lines so far leave, made by the store's twin in memory.
    let twin = MemoryStore::with_clock(clock());
    let (mut acknowledged, mut torn, mut rebuilt) = (0, 0, 0);
    for _ in 0..kills {
        // Sometimes it is killed while it opens, mostly after some lines, never at a moment that it could know.
        let wait_for = dice.below(30);
        let mut child = child(&dir);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = 0;
        let mut line = String::new();
        while out.read_line(&mut line).unwrap() > 0 {
            if line.trim() == "opening" && wait_for == 0 {
                child.kill().unwrap();
            }
            if let Some(n) = line.trim().strip_prefix("acknowledged ") {
                acknowledged = n.parse().unwrap();
                said += 1;
                if said == wait_for {
                    child.kill().unwrap();
                }
            }
            line.clear();
        }
        child.wait().unwrap();
        let (store, opened) = open(&dir);
        assert_eq!((opened.read_only, opened.index.in_memory), (None, None));
        let lines = opened.head.seq;
        assert!(lines == acknowledged || lines == acknowledged + 1, "{lines} lines, {acknowledged} acknowledged");
        for n in twin.head().await.unwrap().seq + 1..=lines {
            twin.commit(nth(n)).await.unwrap();
        }
        assert!(rows(&store).await == rows(&twin).await, "the rows are not those of {lines} lines");
        acknowledged = lines;
        torn += u64::from(opened.torn_bytes > 0);
        rebuilt += u64::from(opened.index.rebuilt.is_some());
        drop(store);
        assert_eq!(journal::verify(&dir).unwrap().head, opened.head);
    }
    told!("{kills} kills, {acknowledged} lines, 0 lost, {torn} torn tails, {rebuilt} times the index was built again");
    assert!(acknowledged > 0);
}

#[test]
fn a_second_process_is_told_that_it_is_locked() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let out = child(dir.path()).wait_with_output().unwrap();
    assert!(String::from_utf8(out.stdout).unwrap().lines().any(|line| line == "locked"));
    assert!(matches!(DiskStore::open(dir.path(), clock()), Err(OpenError::Locked(at)) if at == dir.path()));
    drop(store);
    drop(open(dir.path()));
}
