//! Many seeds, on two threads, and what they come to.
#![expect(clippy::print_stdout, reason = "a campaign tells its stories")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::counts::Counts;
use super::hub::World;
use super::{life, script};

/// How many seeds a test run has: about a minute on two cores.
const SEEDS: u64 = 10_000;

/// The cores that are counted on.
const THREADS: usize = 2;

/// The journal's chain is verified in one of so many runs: it takes a folder on the disk.
const CHAINS: usize = 50;

/// Failing runs whose stories are told; the rest is only counted.
const TOLD: usize = 3;

/// One run: its name, how it is made, and how it is run again by itself.
pub(super) struct Run {
    pub(super) name: String,
    pub(super) seed: u64,
    pub(super) again: String,
}

/// Runs all of them and says what they came to; fails with the stories of the first that went wrong.
pub(super) fn campaign(runs: &[Run], make: impl Fn(usize) -> World + Sync) -> Counts {
    let next = AtomicU64::new(0);
    let counts = Mutex::new(Counts::default());
    let failed: Mutex<Vec<(usize, Vec<String>)>> = Mutex::default();
    let work = || {
        loop {
            let at = usize::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap();
            let Some(run) = runs.get(at) else { return };
            let mut world = life::run(run.seed, make(at));
            if at.is_multiple_of(CHAINS)
                && let Some(wrong) = world.store.wrong_with_chain()
            {
                world.truth.violated(wrong);
            }
            counts.lock().unwrap().add(&world.truth.counts);
            if !world.truth.violations.is_empty() {
                failed.lock().unwrap().push((at, world.truth.violations));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    let violations: usize = failed.iter().map(|(_, what)| what.len()).sum();
    let counts = counts.into_inner().unwrap();
    told!("{counts}; {violations} violations in {} runs", failed.len());
    if failed.is_empty() {
        return counts;
    }
    for (at, what) in &failed {
        println!("{}: {}", runs[*at].name, what.join("; "));
    }
    for (at, _) in failed.iter().take(TOLD) {
        println!("\n{}", story(&runs[*at], make(*at)));
    }
    panic!("{violations} violations in {} runs; the first again: {}", failed.len(), runs[failed[0].0].again);
}

/// A run again, told.
fn story(run: &Run, mut world: World) -> String {
    world.trace = Some(Vec::new());
    let world = life::run(run.seed, world);
    let story = world.trace.unwrap_or_default().join("\n");
    format!("{}\n{story}\n{}\nagain: {}", run.name, world.truth.violations.join("\n"), run.again)
}

fn seed_run(seed: u64) -> Run {
    let again = format!("SNAPWARDEN_SEED={seed} cargo test --locked simulation::campaign::seeds -- --nocapture");
    Run { name: format!("seed {seed}"), seed, again }
}

/// What one run of many is called by, where somebody wants to see it alone.
pub(super) fn only() -> Option<String> {
    std::env::var("SNAPWARDEN_RUN").ok()
}

/// Runs all of them, or tells the story of the one that somebody wants to see.
pub(super) fn campaign_of(test: &str, mut runs: Vec<Run>, make: impl Fn(u64) -> World + Sync) -> Counts {
    for run in &mut runs {
        run.again = format!("SNAPWARDEN_RUN={} cargo test --locked {test} -- --nocapture", run.name);
    }
    if let Some(name) = only() {
        runs.retain(|run| run.name == name);
        let run = runs.first().unwrap_or_else(|| panic!("no run is called {name}"));
        println!("{}", story(run, make(run.seed)));
    }
    let began = std::time::Instant::now();
    let counts = campaign(&runs, |at| make(runs[at].seed));
    told!("in {:.1} s", began.elapsed().as_secs_f64());
    counts
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

#[test]
fn seeds() {
    if let Some(seed) = number("SNAPWARDEN_SEED") {
        println!("{}", story(&seed_run(seed), script::seed(seed)));
    }
    let first = number("SNAPWARDEN_SEED").unwrap_or(0);
    let count = if number("SNAPWARDEN_SEED").is_some() { 1 } else { number("SNAPWARDEN_SEEDS").unwrap_or(SEEDS) };
    let runs: Vec<Run> = (first..first + count).map(seed_run).collect();
    let began = std::time::Instant::now();
    let counts = campaign(&runs, |at| script::seed(runs[at].seed));
    told!("in {:.1} s", began.elapsed().as_secs_f64());
    if count >= 1_000 {
        // A campaign in which little goes wrong shows nothing.
        let lost = counts.requests_lost + counts.replies_lost + counts.replies_late;
        let enough = counts.calls > count && counts.crashes > count / 2 && lost > count / 10;
        assert!(enough && counts.retried > count / 50 && counts.adopted > count / 20, "{counts}");
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for seed in 0..40 {
        let told = || story(&seed_run(seed), script::seed(seed));
        assert_eq!(told(), told(), "seed {seed}");
    }
}
