//! How Slack feels: acknowledgements under a flood, typeahead over many VMs, a hundred operations in one channel.
//!
//! `cargo bench --bench chat`, or `-- acks|typeahead|hundred`. Everything is the real bot (engine, store on this disk, SOAP client) over loopback, against our
//! simulated vCenter and the tests' fake Slack, which refuses what Slack refuses. It exits with 1 if a target is missed.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when it cannot go on"
)]
#![allow(dead_code, reason = "the fake Slack does more than is measured here")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use snapwarden::app::Bot;
use snapwarden::config::{self, SlackConfig, SlackMode, Trust, VCenterConfig};
use snapwarden::domain::policy::SlackAccount;
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::clock::SystemClock;
use snapwarden::engine::ports::Health;
use snapwarden::sim::faults::FaultPlan;
use snapwarden::sim::{Sim, SimOptions};
use snapwarden::store::DiskStore;

#[path = "../tests/slack/check.rs"]
mod check;
#[path = "../tests/slack/fake/mod.rs"]
mod fake;

/// Where the fake looks for its checks.
mod slack {
    pub(crate) use super::check;
}

use fake::people::Way;
use fake::{APP_TOKEN, BOT_TOKEN, FakeSlack, TEAM};

/// Commands a second, and for how long.
const RATE: u32 = 200;
const FLOOD: Duration = Duration::from_secs(30);
/// How long vCenter takes for everything meanwhile.
const SLOW: f64 = 5.0;
/// The slowest acknowledgement but one in a hundred may take so long.
const ACK_TARGET: Duration = Duration::from_millis(100);

/// VMs that are typed for, and how often.
const FLEET: usize = 10_000;
const TYPED: usize = 1_000;
/// The slowest answer but one in a hundred may take so long.
const TYPEAHEAD_TARGET: Duration = Duration::from_millis(50);

/// Operations at once in one channel.
const OPERATIONS: usize = 100;

const USER: &str = "UALICE";
const CHANNEL: &str = "C-ops";

/// One bot with its surroundings.
struct Scene {
    sim: Sim,
    slack: FakeSlack,
    bot: Bot,
    _store: tempfile::TempDir,
}

fn main() -> ExitCode {
    let only: Vec<String> = std::env::args().skip(1).filter(|text| !text.starts_with("--")).collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut kept = true;
    runtime.block_on(async {
        if wanted("acks") {
            kept &= acks().await;
        }
        if wanted("typeahead") {
            kept &= typeahead().await;
        }
        if wanted("hundred") {
            kept &= hundred().await;
        }
    });
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Scene {
    async fn new(vms: usize, task_seconds: f64) -> Self {
        let slack = FakeSlack::start(&[CHANNEL]).await;
        let options = SimOptions { vms, task_seconds, ..SimOptions::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut config = config::demo().unwrap();
        config.vcenters.push(VCenterConfig {
            name: "lab".into(),
            url: format!("http://{address}/sdk").parse().unwrap(),
            username: options.username.clone(),
            password: options.password.clone().into(),
            trust: Trust::SystemRoots,
        });
        for person in &mut config.people {
            let user = format!("U{}", person.person.id.as_str().to_uppercase());
            person.person.slack = vec![SlackAccount { team: TEAM.to_owned(), user }];
        }
        config.slack = Some(SlackConfig {
            mode: SlackMode::Socket { app_token: APP_TOKEN.to_owned().into() },
            api_url: slack.api_url().parse().unwrap(),
            bot_token: BOT_TOKEN.to_owned().into(),
            team_id: None,
        });
        let sim = Sim::new(options);
        let served = sim.clone();
        tokio::spawn(async move { served.serve(listener, std::future::pending()).await.unwrap() });
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        let (store, _) = DiskStore::open(folder.path(), clock.clone()).unwrap();
        let bot = Bot::start(&config, Arc::new(store), clock, TokenKey::new([7; 32])).await.unwrap();
        slack.until("two connections", |state| (state.connected() == 2).then_some(())).await;
        while !bot.handle.parts().fleet.iter().all(|vcenter| vcenter.health() == Health::Live) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { sim, slack, bot, _store: folder }
    }

    async fn end(self) {
        self.bot.stop().await;
    }
}

/// The moment below which this share of all lie.
fn at(times: &mut [Duration], share: usize) -> Duration {
    times.sort_unstable();
    times.get(times.len() * share / 100).or(times.last()).copied().unwrap_or_default()
}

fn shown(kept: bool) -> &'static str {
    if kept { "kept" } else { "MISSED" }
}

async fn acks() -> bool {
    let scene = Scene::new(400, 4.0).await;
    let plan = format!("[[rule]]\nvm = \"*\"\nmethod = \"*\"\nkind = \"late_reply\"\nseconds = {SLOW:.1}\ntimes = 0\n");
    scene.sim.set_faults(FaultPlan::from_toml(&plan).unwrap());
    let names: Vec<String> = scene.bot.handle.inventory().iter().map(|vm| vm.path.clone()).collect();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE);
    let began = Instant::now();
    let mut sent = Vec::new();
    let mut number = 0;
    while began.elapsed() < FLOOD {
        ticks.tick().await;
        let name = names.get(number % names.len()).unwrap();
        let text = format!("list \"{name}\"");
        number += 1;
        let shared = scene.slack.shared.clone();
        sent.push(tokio::spawn(async move { shared.types(&Way::Socket, USER, CHANNEL, &text).await }));
    }
    for one in sent {
        one.await.unwrap();
    }
    let (mut times, late) = scene.slack.with(|state| (state.acks.clone(), state.late_acks));
    let (median, p99) = (at(&mut times, 50), at(&mut times, 99));
    let slowest = times.last().copied().unwrap_or_default();
    let kept = p99 <= ACK_TARGET && late == 0 && slowest < Duration::from_secs(3);
    println!(
        "acks: {} commands at {RATE}/s, every vCenter call {SLOW} s: median {:.1} ms, p99 {:.1} ms, slowest {:.1} ms, {late} late, {}",
        times.len(),
        median.as_secs_f64() * 1e3,
        p99.as_secs_f64() * 1e3,
        slowest.as_secs_f64() * 1e3,
        shown(kept)
    );
    scene.end().await;
    kept
}

async fn typeahead() -> bool {
    let scene = Scene::new(FLEET, 4.0).await;
    let shared = &scene.slack.shared;
    shared.types(&Way::Socket, USER, CHANNEL, "").await;
    let view = shared.modal_of(USER).await;
    let typed = ["", "w", "we", "web", "web-1", "db", "db-0", "-0", "00", "batch", "prod", "zzz"];
    let mut times = Vec::with_capacity(TYPED);
    for number in 0..TYPED {
        let began = Instant::now();
        shared.types_into(&Way::Socket, &view, "vm", typed[number % typed.len()]).await;
        times.push(began.elapsed());
    }
    let (median, p99) = (at(&mut times, 50), at(&mut times, 99));
    let kept = p99 <= TYPEAHEAD_TARGET;
    println!(
        "typeahead: {TYPED} times over {} VMs: median {:.1} ms, p99 {:.1} ms, {}",
        scene.bot.handle.inventory().len(),
        median.as_secs_f64() * 1e3,
        p99.as_secs_f64() * 1e3,
        shown(kept)
    );
    scene.end().await;
    kept
}

async fn hundred() -> bool {
    let scene = Scene::new(400, 20.0).await;
    let shared = &scene.slack.shared;
    let vms: Vec<String> = {
        let inventory = scene.bot.handle.inventory();
        // The generated ones; what preflight refuses is answered to the one who asked, and has ended too.
        let takes = |name: &str| !name.starts_with("prod-") && name.len() > 6;
        inventory.iter().filter(|vm| takes(&vm.name)).map(|vm| vm.path.clone()).take(OPERATIONS).collect()
    };
    let all = vms.iter().map(|vm| {
        let shared = shared.clone();
        let text = format!("take \"{vm}\" bench");
        tokio::spawn(async move { shared.types(&Way::Socket, USER, CHANNEL, &text).await })
    });
    for one in all.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    let began = Instant::now();
    let ended = |state: &mut fake::State| {
        let done = |one: &fake::Posted| {
            let state = one.said["metadata"]["event_payload"]["state"].as_str().unwrap_or_default();
            ["done", "failed", "refused"].contains(&state)
        };
        state.messages(CHANNEL).iter().filter(|one| done(one)).count() + state.ephemerals.len()
    };
    let mut ends = 0;
    while ends < vms.len() && began.elapsed() < Duration::from_secs(500) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        ends = scene.slack.with(ended);
    }
    let (limited, edits, posts, violations) = scene.slack.with(|state| {
        let calls = |name: &str| state.calls.get(name).copied().unwrap_or(0);
        (state.limited, calls("chat.update"), calls("chat.postMessage"), state.violations.clone())
    });
    let kept = limited == 0 && violations.is_empty() && ends == vms.len();
    println!(
        "hundred: {} takes at once in one channel: {ends} ends shown after {:.0} s, {posts} messages, {edits} edits, {limited} × 429, {}",
        vms.len(),
        began.elapsed().as_secs_f64(),
        shown(kept)
    );
    for violation in violations {
        println!("  {violation}");
    }
    scene.end().await;
    kept
}
