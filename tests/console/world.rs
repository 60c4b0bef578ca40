//! A console on the real engine with the simulated vCenter; only the fleet's rows and the audit trail are a test's own.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use jiff::SignedDuration;
use serde_json::{Value, json};
use snapwarden::app::Bot;
use snapwarden::chat::console::{ApiError, Console, FleetSnapshots, Host, Identity, Options, router};
use snapwarden::config;
use snapwarden::domain::ids::{PersonId, RequestId};
use snapwarden::domain::report::Row;
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{Chat, Clock, Health};
use snapwarden::message::model::{Card, Look};
use snapwarden::vcenter::{Address, Trust, VCenterConfig};
use snapwarden_sim::{Sim, SimOptions};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::cards::asked;
use crate::world::fronts::listen;
use crate::world::harness::LONG;
use crate::world::ledger::Ledger;

/// When it is, unless a test says otherwise.
const NOW: &str = "2026-11-22T14:05:00Z";

/// A running console.
pub(crate) struct World {
    pub(crate) console: Arc<Console>,
    pub(crate) bot: Arc<Bot>,
    pub(crate) sim: Sim,
    store: Arc<Ledger>,
    /// Every snapshot there is, for the list.
    pub(crate) fleet: Arc<Mutex<Vec<Row>>>,
    pub(crate) url: String,
    pub(crate) host: String,
    sent: Arc<Mutex<Vec<(String, Value)>>>,
    client: reqwest::Client,
    /// The way by which the test itself looks, whoever has to sign in by the other.
    own: String,
    changed: watch::Receiver<u64>,
    tasks: Vec<JoinHandle<()>>,
}

impl World {
    /// The demo's console.
    pub(crate) async fn new() -> Self {
        Self::with(Identity::Chosen).await
    }

    /// A console where `identity` decides who is reading.
    pub(crate) async fn with(identity: Identity) -> Self {
        Self::listen("127.0.0.1:0", identity, Arc::new(ManualClock::new(NOW.parse().unwrap()))).await
    }

    /// A console on a given address with a given clock.
    pub(crate) async fn listen(listen: &str, identity: Identity, clock: Arc<dyn Clock>) -> Self {
        Self::start(listen, identity, clock, true).await
    }

    /// A console whose vCenter does not answer.
    pub(crate) async fn without_vcenter() -> Self {
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        Self::start("127.0.0.1:0", Identity::Chosen, clock, false).await
    }

    async fn start(address: &str, identity: Identity, clock: Arc<dyn Clock>, answers: bool) -> Self {
        // Behind by less than what is told, so that ages are whole. A task lasts longer than any test.
        let now = clock.now() - SignedDuration::from_secs(30);
        let sim = Sim::new(SimOptions { vms: 17, task_seconds: LONG, now, ..SimOptions::default() });
        let (listener, own) = (bound(address).await, bound("127.0.0.1:0").await);
        let (address, own_address) = (listener.local_addr().unwrap(), own.local_addr().unwrap());
        let mut config = config::demo().unwrap();
        config.rules.watch.reports.clear();
        let sdk = if answers { format!("http://{own_address}/sdk") } else { "http://127.0.0.1:1/sdk".to_owned() };
        config.vcenters.push(VCenterConfig {
            name: "lab".into(),
            url: Address::of(sdk.parse().unwrap()).unwrap(),
            username: SimOptions::default().username,
            password: SimOptions::default().password.into(),
            trust: Trust::SystemRoots,
            proxies: None,
        });
        let store = Arc::new(Ledger::new());
        let bot = Bot::start(&config, store.clone(), clock, TokenKey::new([7; 32])).await.unwrap();
        let bot = Arc::new(bot);
        let fleet = Arc::new(Mutex::new(super::fleet::few()));
        let process = bot.host(Some(sim.clone()), Arc::new(|| "# what the recorder rendered\n".to_owned()));
        let host: Arc<dyn Host> = Arc::new(Shown { process, fleet: fleet.clone() });
        let channels = config.console.unwrap().channels;
        let sent: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let page = |identity, listen| {
            let options = Options { listen, identity, hosts: Vec::new(), channels: channels.clone() };
            router(bot.console.clone(), bot.handle.clone(), host.clone(), options)
        };
        let written = sent.clone();
        let record = from_fn(move |request, next| record(written.clone(), request, next));
        let tasks = vec![
            serve(listener, page(identity, address).layer(record)),
            serve(own, sim.router().fallback_service(page(Identity::Chosen, own_address))),
        ];
        let own = format!("http://{own_address}");
        let (changes, changed) = watch::channel(0);
        let mut world = Self {
            console: bot.console.clone(),
            bot,
            sim,
            store,
            fleet,
            url: format!("http://{address}"),
            host: address.to_string(),
            sent,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            changed,
            tasks,
            own: own.clone(),
        };
        world.tasks.push(listen(&own, changes).await);
        let settled = async || {
            let health = world.bot.handle.parts().fleet.iter().next().unwrap().health();
            (answers == matches!(health, Health::Live) && health != Health::Starting).then_some(())
        };
        world.until(settled).await;
        world
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    /// A POST with a JSON body, as a program that is no browser sends it.
    pub(crate) fn post(&self, path: &str, body: &str) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url));
        request.header("content-type", "application/json").body(body.to_owned())
    }

    /// A GET's status and JSON.
    pub(crate) async fn read(&self, path: &str) -> (u16, Value) {
        answer(self.get(path)).await
    }

    /// A POST's status and JSON.
    pub(crate) async fn send(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.post(path, &body.to_string())).await
    }

    /// The bodies that were sent to a path that begins so and did not ask beforehand whether it may be.
    pub(crate) fn sent(&self, path: &str) -> Vec<Value> {
        let all = self.sent.lock().unwrap();
        let counts = |(to, body): &&(String, Value)| to.starts_with(path) && body["sure"] != false;
        all.iter().filter(counts).map(|(_, body)| body.clone()).collect()
    }

    /// The paths that were sent to and begin so.
    pub(crate) fn sent_to(&self, path: &str) -> Vec<String> {
        let all = self.sent.lock().unwrap();
        all.iter().filter(|(to, _)| to.starts_with(path)).map(|(to, _)| to.clone()).collect()
    }

    /// Posts a card for a request.
    pub(crate) async fn card(&self, channel: &str, request: &str, card: &Card) {
        self.console.post(&channel.into(), &RequestId::parse(request).unwrap(), false, card).await.unwrap();
    }

    /// Changes that request's message.
    pub(crate) async fn change(&self, channel: &str, request: &str, card: &Card) {
        let id = format!("m-{request}");
        self.console.edit(&channel.into(), &id.as_str().into(), card).await.unwrap();
    }

    /// What the engine has written down of what people did.
    pub(crate) fn heard(&self) -> Vec<Value> {
        self.store.audit().into_iter().filter(|line| line["person"].is_string()).collect()
    }

    /// The reference of a machine.
    pub(crate) fn moref(&self, name: &str) -> String {
        self.sim.vm(name).unwrap().moref
    }

    /// Alice asks for a revert, which waits for a yes. Its message is made to say this instead, with buttons that count.
    pub(crate) async fn asks(&self, vm: &str, snapshot: &str) -> (String, Card) {
        let body = json!({"person": "alice", "channel": "ops", "text": "/snapshot revert db-01 #2"});
        let ask = self.client.post(format!("{}/api/commands", self.own)).header("content-type", "application/json");
        let (_, answer) = answer(ask.body(body.to_string())).await;
        let id = answer["request"].as_str().unwrap_or_else(|| panic!("no request: {answer}")).to_owned();
        self.until_state(&id, "awaiting_approval").await;
        let waiting = self.bot.handle.waiting("en").await.unwrap();
        let real = waiting.into_iter().find(|one| one.request.id.as_str() == id).unwrap().card;
        let mut card = Card { request: real.request.clone(), ..asked(vm, snapshot) };
        for button in &mut card.buttons {
            let own = real.buttons.iter().find(|own| own.action == button.action).unwrap();
            *button = crate::drawn(Look { token: own.token.clone(), ..(**button).clone() });
        }
        self.change("ops", &id, &card).await;
        (id, card)
    }

    /// Waits until a request's message in `ops` has this state, and gives it with every button.
    pub(crate) async fn until_state(&self, request: &str, state: &str) -> Value {
        let path = format!("{}/api/channels/ops/messages?id=m-{request}", self.own);
        self.until(async || {
            let (_, mut messages) = answer(self.client.get(&path)).await;
            (messages[0]["state"] == state).then(|| messages[0].take())
        })
        .await
    }

    /// Waits until so many snapshots of a VM are known.
    pub(crate) async fn until_listed(&self, vm: &str, count: usize) {
        self.until(async || {
            let inventory = self.bot.handle.inventory();
            let known = inventory.iter().find(|known| known.name == vm).map(|known| known.tree.nodes().len());
            (known == Some(count)).then_some(())
        })
        .await;
    }

    /// Waits for something, which is looked at again whenever the console says that something changed.
    async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        let mut changed = self.changed.clone();
        loop {
            changed.mark_unchanged();
            if let Some(found) = look().await {
                return found;
            }
            let next = tokio::time::timeout(std::time::Duration::from_secs(30), changed.changed()).await;
            next.expect("something changes within 30 s").unwrap();
        }
    }

    /// Stops the server and gives its address free.
    pub(crate) async fn stop(&mut self) {
        self.console.close();
        let server = self.tasks.remove(0);
        server.abort();
        assert!(server.await.is_err_and(|end| end.is_cancelled()), "the server ended by itself");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn bound(address: &str) -> tokio::net::TcpListener {
    tokio::net::TcpListener::bind(address).await.unwrap()
}

fn serve(listener: tokio::net::TcpListener, app: axum::Router) -> JoinHandle<()> {
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() })
}

/// Notes what is posted, and lets it through.
async fn record(sent: Arc<Mutex<Vec<(String, Value)>>>, request: Request, next: Next) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    if parts.method == axum::http::Method::POST {
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        sent.lock().unwrap().push((parts.uri.path().to_owned(), body));
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// Sends a call and reads its JSON.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    let value = serde_json::from_slice(&bytes);
    (status, value.unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&bytes))))
}

/// The process, with a fleet and a trail of the test's own.
struct Shown {
    process: Arc<dyn Host>,
    fleet: Arc<Mutex<Vec<Row>>>,
}

#[async_trait]
impl Host for Shown {
    fn metrics(&self) -> String {
        self.process.metrics()
    }

    /// Alice may list the web servers, dave nothing, and the others everything.
    async fn fleet(&self, person: &PersonId) -> Result<FleetSnapshots, ApiError> {
        let mut rows = self.fleet.lock().unwrap().clone();
        rows.retain(|row| match person.as_str() {
            "alice" => row.vm_name.starts_with("web-"),
            "dave" => false,
            _ => true,
        });
        Ok(super::fleet::seen(rows))
    }

    async fn audit(&self) -> Result<Value, ApiError> {
        let line = |seq: u64, event: &str| {
            json!({
                "seq": seq, "n": 1, "ts": "2026-11-22T14:04:00Z", "kind": "request", "event": event, "person": "bob",
                "request": "R-4BXN", "name": "web-01", "from": "awaiting_approval", "to": "starting", "rest": {"seen": "<b>"},
            })
        };
        Ok(json!({"head": {"seq": 7, "hash": "9f2c"}, "lines": [line(7, "approved"), line(6, "asked")]}))
    }

    async fn verify_audit(&self) -> Result<Value, ApiError> {
        Ok(json!({"whole": true, "lines": 7, "head": {"seq": 7, "hash": "9f2c0d1e2f3a4b5c6d7e"}, "broken": null}))
    }

    fn vcenter(&self) -> Result<Value, ApiError> {
        self.process.vcenter()
    }

    fn meddle_with_vcenter(&self, word: &str, on: bool) -> Result<Option<Value>, ApiError> {
        self.process.meddle_with_vcenter(word, on)
    }

    fn machines(&self) -> Result<Value, ApiError> {
        self.process.machines()
    }

    fn meddle(&self, moref: &str, word: &str, on: bool) -> Result<Option<Value>, ApiError> {
        self.process.meddle(moref, word, on)
    }
}
