//! The words that scenarios are written in.
//!
//! A world is a simulated vCenter, a store, and one life of the bot after another: each life has a runtime of its own, so that
//! ending it abruptly is what the death of a process is. People speak through the console's API. Nothing is waited for by
//! time: the console's event stream says that something changed, and then it is looked at again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use snapwarden::app::Bot;
use snapwarden::chat::console::{self, Identity, Options};
use snapwarden::config::{self, Config};
use snapwarden::domain::ids::ChannelId;
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{Clock, Health, Store};
use snapwarden::store::{Disk, DiskStore, Limits, RealDisk};
use snapwarden::vcenter::{Address, Trust, VCenterConfig};
use snapwarden_sim::{Sim, SimOptions};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::bad_disk::BadDisk;
use super::fronts::{Front, On, Reach};
use super::ledger::Ledger;
use super::mortal::Mortal;
use super::turnstile::Turnstile;
use crate::slack::front::SlackFront;

/// When scenarios begin: a Sunday.
pub(crate) const START: &str = "2026-11-22T14:05:30Z";

/// Far longer than anything takes here: only a scenario that will never end waits so long.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How long a task is that a scenario ends itself, in seconds.
pub(crate) const LONG: f64 = 3600.0;

/// How long other tasks take, in seconds: long enough to be running for a moment.
const SHORT: f64 = 0.02;

/// What a scenario may have otherwise than the demo.
pub(crate) struct Setup {
    /// People, rules and channels; and a vCenter, where it is to be another one than the simulated.
    pub(crate) config: Config,
    /// What the bot's clock shows at first.
    pub(crate) now: Timestamp,
    /// The simulated vCenter.
    pub(crate) sim: SimOptions,
    /// A folder for the store; in memory if there is none.
    pub(crate) folder: Option<PathBuf>,
    /// A disk that fails on demand, put between the store and that folder.
    pub(crate) disk: Option<BadDisk>,
    /// Bytes of the store's reserve there.
    pub(crate) ballast: u64,
    /// What the configuration calls the simulated vCenter; under several names it is several.
    pub(crate) vcenters: Vec<&'static str>,
    /// Whether the vCenter is there.
    pub(crate) vcenter_answers: bool,
    /// Whether it takes connections and never answers, so that nothing goes on.
    pub(crate) vcenter_hangs: bool,
    /// The file that the simulated vCenter is kept in; in memory if there is none.
    pub(crate) sim_file: Option<PathBuf>,
    /// Whether a turnstile stands between the bot and the simulated vCenter.
    pub(crate) turnstile: bool,
    /// Where it is played.
    pub(crate) on: On,
}

impl Setup {
    /// Gives a channel of the console another time zone.
    pub(crate) fn zone(&mut self, channel: &str, zone: &str) {
        let id = ChannelId::new("console", channel);
        let found = self.config.rules.channels.iter_mut().find(|known| known.id == id);
        found.expect("a channel of the demo").timezone = TimeZone::get(zone).unwrap();
    }
}

/// Everything that a scenario happens in.
pub(crate) struct World {
    /// The vCenter, to be meddled with.
    pub(crate) sim: Sim,
    /// The store, where it is in memory.
    pub(crate) store: Arc<Ledger>,
    /// The engine's clock.
    pub(crate) clock: Arc<ManualClock>,
    /// What stands between the bot and the vCenter, where something does.
    pub(crate) turnstile: Arc<Turnstile>,
    /// What tokens are made under.
    pub(crate) tokens: TokenKey,
    folder: Option<PathBuf>,
    disk: Arc<dyn Disk>,
    limits: Limits,
    pub(super) config: Config,
    pub(super) http: reqwest::Client,
    pub(super) changed: watch::Sender<u64>,
    pub(super) front: Arc<dyn Front>,
    life: Option<Life>,
    server: JoinHandle<()>,
    /// Whether the vCenter is expected to be there when the bot begins.
    pub(super) answers: bool,
    hangs: bool,
    /// The request that was made last.
    pub(crate) last: Mutex<Option<String>>,
    pub(super) ticking: Option<JoinHandle<()>>,
    pub(super) accounted: bool,
}

/// One life of the bot.
pub(super) struct Life {
    runtime: Runtime,
    bot: Arc<Bot>,
    pub(super) url: String,
    dead: Arc<AtomicBool>,
}

impl World {
    /// The demo's people and VMs.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The demo, on a front.
    pub(crate) async fn on(on: On) -> Self {
        Self::with(|setup| setup.on = on).await
    }

    /// The demo, with something otherwise.
    pub(crate) async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let now: Timestamp = START.parse().unwrap();
        let mut setup = Setup {
            config: without_reports(config::demo().unwrap()),
            now,
            sim: SimOptions {
                vms: 17,
                task_seconds: SHORT,
                // Behind by less than what is told, so that ages are whole whenever a scenario looks.
                now: now - SignedDuration::from_secs(30),
                ..SimOptions::default()
            },
            folder: None,
            disk: None,
            ballast: 4_096,
            vcenters: vec!["lab"],
            vcenter_answers: true,
            vcenter_hangs: false,
            sim_file: None,
            turnstile: false,
            on: On::Console,
        };
        change(&mut setup);
        let Setup { mut config, now, sim, folder, disk, ballast, vcenter_answers, vcenter_hangs, sim_file, .. } = setup;
        let (on, turnstile) = (setup.on, Arc::new(Turnstile::new()));
        let front = on.front().await;
        front.configure(&mut config);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let way = if setup.turnstile { turnstile.lead_to(address).await } else { address };
        if config.vcenters.is_empty() {
            config.vcenters.extend(setup.vcenters.iter().map(|name| VCenterConfig {
                name: (*name).into(),
                url: Address::of(format!("http://{way}/sdk").parse().unwrap()).unwrap(),
                username: sim.username.clone(),
                password: sim.password.clone().into(),
                trust: Trust::SystemRoots,
                proxies: None,
            }));
        }
        let sim = match sim_file {
            Some(file) => Sim::persistent(sim, &file).unwrap(),
            None => Sim::new(sim),
        };
        let server = if vcenter_hangs {
            tokio::spawn(async move {
                let mut held = Vec::new();
                loop {
                    held.push(listener.accept().await.unwrap());
                }
            })
        } else if vcenter_answers {
            let sim = sim.clone();
            tokio::spawn(async move { sim.serve(listener, std::future::pending()).await.unwrap() })
        } else {
            tokio::spawn(async move { drop(listener) })
        };
        let mut world = Self {
            sim,
            store: Arc::new(Ledger::new()),
            clock: Arc::new(on.clock(now)),
            turnstile,
            tokens: token_key(folder.as_deref()),
            folder,
            disk: disk.map_or_else(|| Arc::new(RealDisk) as Arc<dyn Disk>, |disk| Arc::new(disk)),
            limits: Limits { ballast_bytes: ballast, ..Limits::default() },
            config,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            changed: watch::Sender::new(0),
            front,
            life: None,
            server,
            answers: vcenter_answers,
            hangs: vcenter_hangs,
            last: Mutex::default(),
            ticking: None,
            accounted: false,
        };
        world.begin().await;
        world
    }

    /// The bot is stopped in good order and started again.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.begin().await;
    }

    /// The bot's process dies wherever it stands, and is started again.
    pub(crate) async fn crash(&mut self) {
        self.die().await;
        self.begin().await;
    }

    /// The bot's process dies wherever it stands.
    pub(crate) async fn die(&mut self) {
        let Some(Life { runtime, bot, dead, .. }) = self.life.take() else {
            return;
        };
        dead.store(true, Ordering::SeqCst);
        self.front.disconnect().await;
        drop(bot);
        tokio::task::spawn_blocking(move || drop(runtime)).await.unwrap();
    }

    /// The bot is started on what the store holds.
    pub(crate) async fn begin(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (config, clock, tokens) = (self.config.clone(), self.clock.clone(), self.tokens.clone());
        let store: Arc<dyn Store> = match &self.folder {
            Some(folder) => {
                Arc::new(DiskStore::open_on(folder, clock.clone(), self.limits, self.disk.clone()).unwrap().0)
            }
            None => self.store.clone(),
        };
        let dead = Arc::new(AtomicBool::new(false));
        let store: Arc<dyn Store> = Arc::new(Mortal { store, dead: dead.clone() });
        let started = runtime.spawn(async move {
            let bot = Bot::start(&config, store, clock as Arc<dyn Clock>, tokens).await.unwrap();
            let bot = Arc::new(bot);
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let listen = listener.local_addr().unwrap();
            let channels = config.console.map(|console| console.channels).unwrap_or_default();
            let options = Options { listen, identity: Identity::Chosen, hosts: Vec::new(), channels };
            let host = bot.host(None, Arc::new(String::new));
            let page = console::router(bot.console.clone(), bot.handle.clone(), host, options).merge(bot.routes());
            tokio::spawn(async move { axum::serve(listener, page).await.unwrap() });
            (bot, format!("http://{listen}"))
        });
        let (bot, url) = started.await.unwrap();
        self.front.connect(Reach { bot: bot.clone(), url: url.clone() }, self.changed.clone()).await;
        self.life = Some(Life { runtime, bot, url, dead });
        self.changed.send_modify(|count| *count += 1);
        let hangs = self.hangs;
        let settled = |health: Health| match health {
            Health::Starting => hangs.then_some(self.answers),
            Health::Live => Some(true),
            Health::Lost { .. } => Some(false),
        };
        let live = self
            .wait("the vCenter was read", async || {
                let fleet = &self.bot().handle.parts().fleet;
                let each: Option<Vec<bool>> = fleet.iter().map(|vcenter| settled(vcenter.health())).collect();
                each.map(|each| each.into_iter().all(|live| live))
            })
            .await;
        assert_eq!(live, self.answers, "whether the vCenter answers");
    }

    /// The Slack that it is played on.
    pub(crate) fn slack(&self) -> &SlackFront {
        self.front.slack().expect("a scenario on Slack")
    }

    /// What the bot's clock shows, in seconds since 1970.
    pub(crate) fn clock_second(&self) -> i64 {
        Clock::now(&*self.clock).as_second()
    }

    /// The bot that lives now.
    pub(crate) fn bot(&self) -> &Bot {
        &self.life().bot
    }

    pub(super) async fn stop(&mut self) {
        let bot = self.life().bot.clone();
        let ended = self.life().runtime.spawn(async move { bot.stop().await });
        ended.await.unwrap();
        self.die().await;
    }

    pub(super) fn life(&self) -> &Life {
        self.life.as_ref().expect("the bot runs")
    }
}

/// What tokens are made under: the key in the store's folder, as the program keeps it there, or a fixed one.
fn token_key(folder: Option<&Path>) -> TokenKey {
    let kept = folder.and_then(|folder| std::fs::read(folder.join("token.key")).ok());
    TokenKey::new(kept.map_or([7; 32], |bytes| bytes.try_into().expect("a key of 32 bytes")))
}

/// Scenarios that are about reports by the clock have their own: in the others the channel is as still as its people.
fn without_reports(mut config: Config) -> Config {
    config.rules.watch.reports.clear();
    config
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
        if let Some(ticking) = self.ticking.take() {
            ticking.abort();
        }
        if let Some(life) = self.life.take() {
            life.runtime.shutdown_background();
        }
        assert!(
            self.accounted || std::thread::panicking(),
            "the scenario does not say which changes vCenter was asked for; its last line has to be world.end(&[…])"
        );
    }
}
