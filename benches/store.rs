//! How fast the store commits on this disk: `cargo bench --bench store -- [DIR] [COMMITS]`.
//!
//! One caller, one commit after the other: a request row of about a kilobyte and one audit line, durable when it is counted.

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
use snapwarden::engine::ports::{Clock, Commit, Store};
use snapwarden::store::{DiskStore, journal};

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
