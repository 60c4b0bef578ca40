//! How Slack and Discord feel: first responses under a flood, typeahead over many VMs, a hundred operations in one channel.
//!
//! `cargo bench --bench chat`, or `-- acks|typeahead|hundred`, and `slack`, `slack-http`, `discord`, `discord-gateway` for one way in alone. All of it is the
//! real bot (engine, store on this disk, SOAP client) over loopback, against our simulated vCenter and the tests' fakes, which refuse
//! what the platforms refuse. It exits with 1 if a target is missed.
//!
//! How late an end is shown is counted against a channel that is served as fast as the platform documents and no faster, without a
//! burst: a new message has its slot one interval after the slot of the one before it, the first when it really came. An end that
//! is a change of a message has its slot one interval after that of the end that was shown before it, and progress has none: what the
//! bot spends on that is no excuse. An end is late by how long it came after the later of the two, the end of its task in vCenter and its slot.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when it cannot go on"
)]
#![allow(dead_code, reason = "the fakes do more than is measured here")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use snapwarden_sim::faults::FaultPlan;

mod discord;
mod lateness;
mod platform;
mod scene;
mod slack;

use platform::{Platform, Way};
use scene::Scene;

/// Commands a second, and for how long.
const RATE: u32 = 200;
const FLOOD: Duration = Duration::from_secs(30);
/// How long vCenter takes for everything meanwhile.
const SLOW: f64 = 5.0;
/// The slowest first response but one in a hundred may take so long.
const ACK_TARGET: Duration = Duration::from_millis(100);
/// What both platforms tell the person that it failed after.
const ACK_LIMIT: Duration = Duration::from_secs(3);

/// VMs that are typed for, and how often.
const FLEET: usize = 10_000;
const TYPED: usize = 1_000;
/// The slowest answer but one in a hundred may take so long.
const TYPEAHEAD_TARGET: Duration = Duration::from_millis(50);

/// Operations at once in one channel, and how long each takes in vCenter, in seconds.
const OPERATIONS: usize = 100;
const OPERATION: u32 = 20;
/// How late an end may be shown.
const LATE_TARGET: Duration = Duration::from_secs(5);
/// When the hundred are given up: a hundred new messages and as many changes at one a second, and as much again.
const GIVEN_UP: Duration = Duration::from_secs(400);

fn main() -> ExitCode {
    let only: Vec<String> = std::env::args().skip(1).filter(|text| !text.starts_with("--")).collect();
    let named = |all: &[&str], name: &str| {
        let some = only.iter().any(|one| all.contains(&one.as_str()));
        !some || only.iter().any(|one| one == name)
    };
    let ways: Vec<Way> = Way::ALL.into_iter().filter(|way| named(&Way::ALL.map(Way::word), way.word())).collect();
    let wanted = |name: &str| named(&["acks", "typeahead", "hundred"], name);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut kept = true;
    runtime.block_on(async {
        for way in ways {
            // Over the gateway the fake itself is what takes the time: every answer wakes everybody who waits for one.
            if wanted("acks") && way != Way::DiscordGateway {
                kept &= acks(way).await;
            }
            if wanted("typeahead") {
                kept &= typeahead(way).await;
            }
            // How an event came in makes no difference to what goes out.
            if wanted("hundred") && way.is_first_of_its_platform() {
                kept &= hundred(way).await;
            }
        }
    });
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The time that this share of all did not take longer than, in percent.
fn at(times: &mut [Duration], share: usize) -> Duration {
    times.sort_unstable();
    times.get(times.len() * share / 100).or(times.last()).copied().unwrap_or_default()
}

fn shown(kept: bool) -> &'static str {
    if kept { "kept" } else { "MISSED" }
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

async fn acks(way: Way) -> bool {
    let scene = Scene::new(way, 400, 4.0).await;
    let plan = format!("[[rule]]\nvm = \"*\"\nmethod = \"*\"\nkind = \"late_reply\"\nseconds = {SLOW:.1}\ntimes = 0\n");
    scene.sim.set_faults(FaultPlan::from_toml(&plan).unwrap());
    let names: Vec<String> = scene.bot.handle.inventory().iter().map(|vm| vm.path.clone()).collect();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE);
    let began = Instant::now();
    let mut sent = Vec::new();
    while began.elapsed() < FLOOD {
        ticks.tick().await;
        let (platform, name) = (scene.platform.clone(), names[sent.len() % names.len()].clone());
        sent.push(tokio::spawn(async move {
            let began = Instant::now();
            platform.sends("list", &name).await;
            began.elapsed()
        }));
    }
    let mut times = Vec::with_capacity(sent.len());
    for one in sent {
        times.push(one.await.unwrap());
    }
    let late = times.iter().filter(|took| **took > ACK_LIMIT).count();
    let (median, p99) = (at(&mut times, 50), at(&mut times, 99));
    let slowest = times.last().copied().unwrap_or_default();
    let kept = p99 <= ACK_TARGET && late == 0;
    println!(
        "acks, {}: {} commands at {RATE}/s, every vCenter call {SLOW} s: median {}, p99 {}, slowest {}, {late} over {} s, {}",
        way.name(),
        times.len(),
        ms(median),
        ms(p99),
        ms(slowest),
        ACK_LIMIT.as_secs(),
        shown(kept)
    );
    scene.end().await;
    kept
}

async fn typeahead(way: Way) -> bool {
    let scene = Scene::new(way, FLEET, 4.0).await;
    scene.platform.opens().await;
    let typed = ["", "w", "we", "web", "web-1", "db", "db-0", "-0", "00", "batch", "prod", "zzz"];
    let mut times = Vec::with_capacity(TYPED);
    let mut offered = 0;
    for number in 0..TYPED {
        let began = Instant::now();
        offered += scene.platform.types(typed[number % typed.len()]).await;
        times.push(began.elapsed());
    }
    let (median, p99) = (at(&mut times, 50), at(&mut times, 99));
    let slowest = times.last().copied().unwrap_or_default();
    let kept = p99 <= TYPEAHEAD_TARGET && offered > 0;
    println!(
        "typeahead, {}: {TYPED} times over {} VMs: median {}, p99 {}, slowest {}, {offered} VMs offered, {}",
        way.name(),
        scene.bot.handle.inventory().len(),
        ms(median),
        ms(p99),
        ms(slowest),
        shown(kept)
    );
    scene.end().await;
    kept
}

async fn hundred(way: Way) -> bool {
    let scene = Scene::new(way, 400, f64::from(OPERATION)).await;
    let vms = scene.takeable(OPERATIONS);
    let began = Instant::now();
    let asked = vms.iter().map(|path| {
        let (platform, path) = (scene.platform.clone(), path.clone());
        tokio::spawn(async move { platform.sends("take", &path).await })
    });
    for one in asked.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    let ended = |platform: &Arc<dyn Platform>| lateness::finals(&platform.writes()).len();
    while ended(&scene.platform) < vms.len() && began.elapsed() < GIVEN_UP {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let took = began.elapsed();
    let (writes, rates, harm) = (scene.platform.writes(), scene.platform.rates(), scene.platform.harm());
    let finals = lateness::finals(&writes);
    let ends = scene.ends(finals.keys()).await;
    let mut late = lateness::late(&writes, &finals, &ends, &rates);
    let (median, worst) = (at(&mut late, 50), late.last().copied().unwrap_or_default());
    let news = writes.iter().filter(|write| write.is_new).count();
    let (posts, edits) = (rates.posts.most(&writes, true), rates.edits.most(&writes, false));
    let kept = finals.len() == vms.len()
        && late.len() == vms.len()
        && worst <= LATE_TARGET
        && harm.limited == 0
        && harm.invalid == 0
        && harm.others.is_empty()
        && posts <= rates.posts.at_most()
        && edits <= rates.edits.at_most();
    println!(
        "hundred, {}: {} takes at once in one channel: {} ends shown after {:.0} s, late by {:.1} s at most, median {:.1} s; \
         {news} messages (at most {posts} in {} s), {} edits (at most {edits} in {} s), {} × 429, {} invalid, {}",
        way.platform(),
        vms.len(),
        finals.len(),
        took.as_secs_f64(),
        worst.as_secs_f64(),
        median.as_secs_f64(),
        rates.posts.over.as_secs(),
        writes.len() - news,
        rates.edits.over.as_secs(),
        harm.limited,
        harm.invalid,
        shown(kept)
    );
    for other in harm.others {
        println!("  {other}");
    }
    scene.end().await;
    kept
}
