//! How fast the store commits on this disk, and how fast its journal is verified: `cargo bench --bench store -- [DIR] [COMMITS] [LINES]`.
//!
//! One caller, one commit after the other: a request row of about a kilobyte and one audit line, durable when it is counted. Then a journal
//! of `LINES` lines as long as the engine's (2.4 KB each, measured in the demo), as `audit verify` goes through it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops, and prints what it found"
)]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use snapwarden::app::{Format, audit};
use snapwarden::engine::ports::{Clock, Commit, Store};
use snapwarden::store::{DiskStore, MemoryStore, journal};

/// The system's time.
struct System;

impl Clock for System {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, _: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|text| !text.starts_with("--"));
    let place = arguments.next().unwrap_or_else(|| std::env::temp_dir().display().to_string());
    let commits: u32 = arguments.next().map_or(5_000, |text| text.parse().unwrap());
    let lines: u32 = arguments.next().map_or(100_000, |text| text.parse().unwrap());
    verifying(&place, lines);
    let dir = tempfile::tempdir_in(place).unwrap();
    let (store, _) = DiskStore::open(dir.path(), Arc::new(System)).unwrap();
    let mut times = tokio::runtime::Runtime::new().unwrap().block_on(write(&store, commits));
    let all: Duration = times.iter().sum();
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1e3;
    println!(
        "{commits} commits: {:.0}/s, median {:.2} ms, p99 {:.2} ms",
        f64::from(commits) / all.as_secs_f64(),
        at(50),
        at(99)
    );
    drop(store);

    let began = Instant::now();
    let lines = journal::verify(dir.path()).unwrap().lines;
    println!("verify: {lines} lines in {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    let began = Instant::now();
    drop(DiskStore::open(dir.path(), Arc::new(System)).unwrap());
    println!("open and close: {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    std::fs::remove_dir_all(dir.path().join("index")).unwrap();
    let began = Instant::now();
    drop(DiskStore::open(dir.path(), Arc::new(System)).unwrap());
    println!("open without its index, and close: {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
}

async fn write(store: &DiskStore, commits: u32) -> Vec<Duration> {
    let mut times = Vec::new();
    for n in 0..commits {
        let row = json!({"state": "running", "percent": n % 100, "text": "x".repeat(900)}).to_string();
        let commit = Commit {
            puts: vec![(format!("request/{}", n % 500), row.into_bytes())],
            audit: vec![json!({"what": "running", "n": n})],
            ..Commit::default()
        };
        let began = Instant::now();
        store.commit(commit).await.unwrap();
        times.push(began.elapsed());
    }
    times
}

/// Bytes of the row in each line, so that lines are as long as the engine's.
const ROW_BYTES: usize = 1_650;

/// Bytes after which the journal goes on in a new file, as in the bot.
const FILE_BYTES: usize = 64 * 1024 * 1024;

/// Verifies a journal of so many lines, three times, and prints the slowest. Its files were just written, so that they are in memory: what is
/// measured is the program and not the disk.
fn verifying(place: &str, lines: u32) {
    let dir = tempfile::tempdir_in(place).unwrap();
    let store = MemoryStore::new();
    let bytes = tokio::runtime::Runtime::new().unwrap().block_on(async {
        for n in 0..lines {
            let row = json!({"state": "running", "n": n, "text": "x".repeat(ROW_BYTES)}).to_string();
            let audit = json!({"kind": "request", "at": "2026-08-01T12:00:00Z", "request": "R-7KQ2", "verb": "revert", "vcenter": "lab",
                "vm": "vm-17", "name": "db-01", "from": "awaiting_approval", "to": "starting", "fingerprint": "f".repeat(64), "n": n,
                "event": {"approved": {"person": "bob", "account": "slack:T0123/U0456"}}});
            let commit =
                Commit { puts: vec![(format!("request/{}", n % 500), row.into_bytes())], audit: vec![audit], ..Commit::default() };
            store.commit(commit).await.unwrap();
        }
        store.journal()
    });
    let (mut file, mut number) = (Vec::new(), 1);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        file.extend_from_slice(line);
        if file.len() >= FILE_BYTES {
            std::fs::write(dir.path().join(journal::file_name(number)), &file).unwrap();
            file.clear();
            number += 1;
        }
    }
    std::fs::write(dir.path().join(journal::file_name(number)), &file).unwrap();
    let place = audit::Place { journal: Some(dir.path().to_owned()), ..audit::Place::default() };
    let slowest = (0..3).map(|_| {
        let began = Instant::now();
        let (said, code) = audit::verify(&place, &[], Format::Json).unwrap();
        assert_eq!(code, 0, "{said}");
        began.elapsed()
    });
    let slowest = slowest.max().unwrap();
    println!(
        "audit verify: {lines} lines, {} MB in {number} files, in {:.0} ms: {:.0} lines/s",
        bytes.len() / 1_000_000,
        slowest.as_secs_f64() * 1e3,
        f64::from(lines) / slowest.as_secs_f64()
    );
}
