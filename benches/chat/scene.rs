//! One bot with its surroundings.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use snapwarden::app::Bot;
use snapwarden::config;
use snapwarden::domain::ids::RequestId;
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::clock::SystemClock;
use snapwarden::engine::ports::Health;
use snapwarden::store::DiskStore;
use snapwarden::vcenter::{Address, Trust, VCenterConfig};
use snapwarden_sim::{Sim, SimOptions};

use crate::OPERATION;
use crate::platform::{Platform, Way};

pub(crate) struct Scene {
    pub(crate) sim: Sim,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) bot: Bot,
    _store: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn new(way: Way, vms: usize, task_seconds: f64) -> Self {
        let platform = way.platform_itself().await;
        let options = SimOptions { vms, task_seconds, ..SimOptions::default() };
        let (listener, address) = bound().await;
        let mut config = config::demo().unwrap();
        config.vcenters.push(VCenterConfig {
            name: "lab".into(),
            url: Address::of(format!("http://{address}/sdk").parse().unwrap()).unwrap(),
            username: options.username.clone(),
            password: options.password.clone().into(),
            trust: Trust::SystemRoots,
            proxies: None,
        });
        platform.configure(&mut config);
        let sim = Sim::new(options);
        let served = sim.clone();
        tokio::spawn(async move { served.serve(listener, std::future::pending()).await.unwrap() });
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        let (store, _) = DiskStore::open(folder.path(), clock.clone()).unwrap();
        let bot = Bot::start(&config, Arc::new(store), clock, TokenKey::new([7; 32])).await.unwrap();
        let (listener, address) = bound().await;
        let routes = bot.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        platform.connected(&format!("http://{address}")).await;
        while !bot.handle.parts().fleet.iter().all(|vcenter| vcenter.health() == Health::Live) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { sim, platform, bot, _store: folder }
    }

    /// The paths of so many VMs that are called like no other and have nothing against a snapshot.
    pub(crate) fn takeable(&self, count: usize) -> Vec<String> {
        let inventory = self.bot.handle.inventory();
        let alone = |name: &str| inventory.iter().filter(|vm| vm.name == name).count() == 1;
        // Those of the demo are told apart by their short names: some of them are there to be refused.
        let takes = |name: &str| !name.starts_with("prod-") && name.len() > 6 && alone(name);
        inventory.iter().filter(|vm| takes(&vm.name)).map(|vm| vm.path.clone()).take(count).collect()
    }

    /// When vCenter ended the tasks of these requests.
    pub(crate) async fn ends(&self, requests: impl Iterator<Item = &String>) -> HashMap<String, Instant> {
        let (here, there) = (Instant::now(), self.sim.now());
        let calls = self.sim.calls();
        let mut ends = HashMap::new();
        for id in requests {
            let Some(request) = self.bot.handle.request(&RequestId::parse(id).unwrap()).await else { continue };
            let began =
                calls.iter().find(|call| call.method == "CreateSnapshotEx_Task" && call.entity == request.title().name);
            let Some(began) = began else { continue };
            // A task ends so long after it was asked for, to the millisecond.
            let since = Duration::try_from(there.duration_since(began.at)).unwrap();
            ends.insert(id.clone(), here.checked_sub(since).unwrap() + Duration::from_secs(OPERATION.into()));
        }
        ends
    }

    pub(crate) async fn end(self) {
        self.bot.stop().await;
    }
}

/// A listener on any free port, and where it listens.
async fn bound() -> (tokio::net::TcpListener, std::net::SocketAddr) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}
