//! The words that scenarios are written in.
//!
//! A world is a simulated vCenter, a store, and one life of the bot after another: each life has a runtime of its own, so that
//! ending it abruptly is what the death of a process is. People speak through the console's API. Nothing is waited for by
//! time: the console's event stream says that something changed, and then it is looked at again.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use snapwarden::app::Bot;
use snapwarden::chat::console::{self, Identity, Options};
use snapwarden::config::{self, Config, Trust, VCenterConfig};
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::Press;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{Clock, Health, Store};
use snapwarden::sim::faults::{FaultPlan, Rule, Trouble};
use snapwarden::sim::{CallSeen, Sim, SimOptions};
use snapwarden::store::DiskStore;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::foreign::Foreign;
use super::ledger::Ledger;
use super::said::{Said, level};

/// When scenarios begin: a Sunday.
pub(crate) const START: &str = "2026-11-22T14:05:30Z";

/// Far longer than anything takes here: only a scenario that will never end waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a task is that a scenario ends itself, in seconds.
pub(crate) const LONG: f64 = 3600.0;

/// How long other tasks take, in seconds: long enough to be running for a moment.
const SHORT: f64 = 0.02;

/// The demo's channels.
const CHANNELS: [&str; 2] = ["ops", "web-team"];

/// Every method that changes something.
const CHANGES: [&str; 9] = [
    "CreateSnapshot_Task",
    "CreateSnapshotEx_Task",
    "RevertToSnapshot_Task",
    "RevertToCurrentSnapshot_Task",
    "RemoveSnapshot_Task",
    "RemoveAllSnapshots_Task",
    "ConsolidateVMDisks_Task",
    "RenameSnapshot",
    "PowerOnVM_Task",
];

/// What a scenario may have otherwise than the demo.
pub(crate) struct Setup {
    /// People, rules and channels.
    pub(crate) config: Config,
    /// The simulated vCenter.
    pub(crate) sim: SimOptions,
    /// A folder for the store; in memory if there is none.
    pub(crate) folder: Option<PathBuf>,
    /// Whether the vCenter is there.
    pub(crate) vcenter_answers: bool,
}

impl Setup {
    /// Gives a channel of the console another time zone.
    pub(crate) fn zone(&mut self, channel: &str, zone: &str) {
        let console = self.config.console.as_mut().expect("the demo has a console");
        let found = console.channels.iter_mut().find(|known| known.id == channel);
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
    /// What tokens are made under.
    pub(crate) tokens: TokenKey,
    folder: Option<PathBuf>,
    config: Config,
    http: reqwest::Client,
    changed: watch::Sender<u64>,
    life: Option<Life>,
    server: JoinHandle<()>,
    answers: bool,
    /// The request that was made last.
    last: Mutex<Option<String>>,
    ticking: Option<JoinHandle<()>>,
    accounted: bool,
}

/// One life of the bot.
struct Life {
    runtime: Runtime,
    bot: Arc<Bot>,
    url: String,
    listening: JoinHandle<()>,
}

/// What a command or a click came to.
pub(crate) struct Answer {
    /// What only this person sees.
    pub(crate) reply: Option<Said>,
    /// The request that was made.
    pub(crate) request: Option<String>,
}

impl Answer {
    /// The text of what only this person sees; empty if there is nothing.
    pub(crate) fn text(&self) -> String {
        self.reply.as_ref().map(Said::text).unwrap_or_default()
    }

    /// What only this person sees is exactly this, but for ids and alignment.
    #[track_caller]
    pub(crate) fn is(&self, expected: &str) {
        same(&self.text(), expected, std::panic::Location::caller());
    }

    /// What only this person sees says all of this, somewhere.
    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) {
        let text = self.text();
        for part in parts {
            assert!(text.contains(part), "no \"{part}\" in:\n{text}");
        }
    }

    /// The request that was made.
    pub(crate) fn id(&self) -> String {
        let made = self.request.clone();
        made.unwrap_or_else(|| panic!("no request was made; the answer was:\n{}", self.text()))
    }

    /// The token behind one of its buttons.
    pub(crate) fn token(&self, label: &str) -> String {
        let reply = self.reply.as_ref().expect("a reply with buttons");
        reply
            .token(label)
            .unwrap_or_else(|| panic!("no [{label}] on:\n{}", reply.text()))
    }
}

impl World {
    /// The demo's people and VMs.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The demo, with something otherwise.
    pub(crate) async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let now: Timestamp = START.parse().unwrap();
        let mut setup = Setup {
            config: config::demo().unwrap(),
            sim: SimOptions {
                vms: 12,
                task_seconds: SHORT,
                // Behind by less than what is told, so that ages are whole whenever a scenario looks.
                now: now - SignedDuration::from_secs(30),
                ..SimOptions::default()
            },
            folder: None,
            vcenter_answers: true,
        };
        change(&mut setup);
        let Setup {
            mut config,
            sim,
            folder,
            vcenter_answers,
        } = setup;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        config.vcenters.push(VCenterConfig {
            name: "lab".into(),
            url: format!("http://{address}/sdk").parse().unwrap(),
            username: sim.username.clone(),
            password: sim.password.clone().into(),
            trust: Trust::SystemRoots,
        });
        let sim = Sim::new(sim);
        let server = if vcenter_answers {
            let sim = sim.clone();
            tokio::spawn(async move { sim.serve(listener, std::future::pending()).await.unwrap() })
        } else {
            tokio::spawn(async move { drop(listener) })
        };
        let mut world = Self {
            sim,
            store: Arc::new(Ledger::new()),
            clock: Arc::new(ManualClock::new(now)),
            tokens: TokenKey::new([7; 32]),
            folder,
            config,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            changed: watch::Sender::new(0),
            life: None,
            server,
            answers: vcenter_answers,
            last: Mutex::default(),
            ticking: None,
            accounted: false,
        };
        world.begin().await;
        world
    }

    // What people do.

    /// Somebody types something into `ops`.
    pub(crate) async fn says(&self, person: &str, text: &str) -> Answer {
        self.says_in("ops", person, text, "en").await
    }

    /// Somebody types something somewhere, in their language.
    pub(crate) async fn says_in(&self, channel: &str, person: &str, text: &str, locale: &str) -> Answer {
        let body = json!({"person": person, "channel": channel, "text": text, "locale": locale});
        self.post("/api/commands", body).await
    }

    /// Somebody presses a button that they see on the message of the last request.
    pub(crate) async fn press(&self, person: &str, label: &str) -> Answer {
        let token = self.button(person, label).await;
        self.press_token(person, &token).await
    }

    /// Somebody presses whatever carries this token.
    pub(crate) async fn press_token(&self, person: &str, token: &str) -> Answer {
        self.press_with(person, token, &[]).await
    }

    /// The same, with what they typed into its form. The engine is asked directly, so that strangers can press as well.
    pub(crate) async fn press_with(&self, person: &str, token: &str, inputs: &[(&str, &str)]) -> Answer {
        let press = Press {
            person: person.into(),
            account: format!("console:{person}"),
            token: token.to_owned(),
            inputs: inputs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        };
        let answer = tokio::time::timeout(PATIENCE, self.bot().handle.press(press)).await;
        let answer = answer
            .unwrap_or_else(|_| panic!("no answer to {person}'s click"))
            .unwrap();
        let request = answer.request.map(|id| id.to_string());
        if request.is_some() {
            self.last.lock().unwrap().clone_from(&request);
        }
        let reply = answer.reply.as_ref().map(Said::of);
        Answer { reply, request }
    }

    /// The token of a button that somebody sees on the message of the last request.
    pub(crate) async fn button(&self, person: &str, label: &str) -> String {
        let last = self.last();
        self.wait(&format!("{person} sees [{label}] on {last}"), async || {
            let messages = self.sees(person, "ops").await;
            let message = messages.iter().find(|message| message.0["request"] == *last)?;
            message.token(label)
        })
        .await
    }

    /// Lets time pass for vCenter and then for the bot, which sees vCenter's clock moved when its own has.
    pub(crate) fn advance(&self, by: SignedDuration) {
        self.sim.pass(by.unsigned_abs());
        self.clock.advance(by);
    }

    /// Lets so much time pass that tasks end by it: for the bot first, which hears of their end when its own clock has moved.
    pub(crate) fn advance_tasks(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.sim.pass(by.unsigned_abs());
    }

    /// From now on time passes by itself, a hundred times as fast as outside: for what pauses by itself between two tries.
    pub(crate) fn let_time_run(&mut self) {
        let (sim, clock) = (self.sim.clone(), self.clock.clone());
        self.ticking = Some(tokio::spawn(async move {
            let mut ticks = tokio::time::interval(Duration::from_millis(10));
            loop {
                ticks.tick().await;
                sim.pass(Duration::from_secs(1));
                clock.advance(SignedDuration::from_secs(1));
            }
        }));
    }

    // What is to be seen.

    /// A channel as somebody sees it, oldest first.
    pub(crate) async fn sees(&self, person: &str, channel: &str) -> Vec<Said> {
        self.messages(&format!("/api/channels/{channel}/messages?as={person}"))
            .await
    }

    /// A channel with every button.
    pub(crate) async fn channel(&self, channel: &str) -> Vec<Said> {
        self.messages(&format!("/api/channels/{channel}/messages")).await
    }

    /// The message of a request, wherever it stands.
    pub(crate) async fn message(&self, request: &str) -> Option<Said> {
        for channel in CHANNELS {
            let mut messages = self.channel(channel).await;
            messages.retain(|message| message.0["request"] == request);
            if let Some(message) = messages.pop() {
                return Some(message);
            }
        }
        None
    }

    /// The message of the last request says exactly this, but for ids and alignment.
    #[track_caller]
    pub(crate) fn shows<'a>(&'a self, expected: &'a str) -> impl Future<Output = ()> + 'a {
        let at = std::panic::Location::caller();
        async move {
            let last = self.last();
            let shown = format!("{last} is shown");
            let message = self.wait(&shown, async || self.message(&last).await).await;
            same(&message.text(), expected, at);
        }
    }

    /// The last request has come to this state, and its message says so.
    pub(crate) async fn until(&self, state: &str) -> Said {
        self.until_request(&self.last(), state).await
    }

    /// A request has come to this state, and its message says so.
    pub(crate) async fn until_request(&self, request: &str, state: &str) -> Said {
        self.wait(&format!("{request} is {state}"), async || {
            self.message(request).await.filter(|message| message.state() == state)
        })
        .await
    }

    /// The last request has come to one of these states.
    pub(crate) async fn until_one_of(&self, states: &[&str]) -> Said {
        let last = self.last();
        self.wait(&format!("{last} is one of {states:?}"), async || {
            self.message(&last)
                .await
                .filter(|message| states.contains(&message.state()))
        })
        .await
    }

    /// The message of the last request says this somewhere.
    pub(crate) async fn until_shown(&self, part: &str) -> Said {
        let last = self.last();
        self.wait(&format!("{last} says \"{part}\""), async || {
            self.message(&last)
                .await
                .filter(|message| message.text().contains(part))
        })
        .await
    }

    /// The request that was made last.
    pub(crate) fn last(&self) -> String {
        let last = self.last.lock().unwrap().clone();
        last.expect("a request was made")
    }

    /// Waits until there is something, looking again whenever the console says that something changed.
    pub(crate) async fn wait<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = look().await {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        if let Ok(found) = tokio::time::timeout(PATIENCE, looking).await {
            return found;
        }
        let mut shown = Vec::new();
        for channel in CHANNELS {
            shown.extend(self.channel(channel).await.iter().map(Said::text));
        }
        panic!("waited in vain: {what}. The channels show:\n{}", shown.join("\n\n"))
    }

    /// A request as the API tells of it.
    pub(crate) async fn request(&self, id: &str) -> Value {
        let url = format!("{}/api/requests/{id}", self.life().url);
        read(self.http.get(url).send().await.unwrap()).await
    }

    /// The changes that vCenter was asked for, in order: method and VM.
    pub(crate) fn changes(&self) -> Vec<String> {
        let change = |call: &CallSeen| CHANGES.contains(&call.method.as_str());
        let calls = self.sim.calls();
        let changes = calls.iter().filter(|call| change(call));
        changes.map(|call| format!("{} {}", call.method, call.entity)).collect()
    }

    /// The end of a scenario: vCenter was asked for these changes and no other, and nothing is left open.
    #[track_caller]
    pub(crate) fn end<'a>(self, changes: &'a [&'a str]) -> impl Future<Output = ()> + 'a {
        let at = std::panic::Location::caller();
        async move {
            let mut open = Vec::new();
            for channel in CHANNELS {
                let messages = self.channel(channel).await;
                open.extend(messages.into_iter().filter(|message| !is_final(message.state())));
            }
            let open: Vec<String> = open.iter().map(Said::text).collect();
            assert!(open.is_empty(), "at {at}, left open:\n{}", open.join("\n\n"));
            self.end_as_it_is(changes).await;
        }
    }

    /// The end of a scenario that leaves something open.
    pub(crate) async fn end_as_it_is(mut self, changes: &[&str]) {
        self.accounted = true;
        assert_eq!(self.changes(), changes, "what vCenter was asked for");
        self.stop().await;
    }

    // What goes wrong.

    /// Something goes wrong once with the next call of this method.
    pub(crate) fn once(&self, method: &str, trouble: Trouble) {
        self.plan([Rule::once("*", method, trouble)]);
    }

    /// Something goes wrong with every call.
    pub(crate) fn always(&self, method: &str, trouble: Trouble) {
        self.plan([Rule {
            times: 0,
            ..Rule::once("*", method, trouble)
        }]);
    }

    /// vCenter does what this method asks for, and does not answer while anybody waits for it.
    pub(crate) fn answer_late(&self, method: &str) {
        self.once(method, Trouble::LateReply { seconds: LONG });
    }

    /// vCenter has been asked for this.
    pub(crate) async fn until_called(&self, method: &str) {
        self.wait(&format!("{method} is called"), async || {
            self.sim.calls().iter().any(|call| call.method == method).then_some(())
        })
        .await;
    }

    /// Replaces what goes wrong.
    pub(crate) fn plan(&self, rules: impl IntoIterator<Item = Rule>) {
        self.sim.set_faults(FaultPlan::new(rules));
    }

    /// Somebody who is not the bot begins to take a snapshot.
    pub(crate) async fn foreign_take(&self, vm: &str) -> Foreign {
        let moref = self.sim.vm(vm).unwrap().moref;
        Foreign::take(&self.config.vcenters[0], &moref).await
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
        let Some(Life {
            runtime,
            bot,
            listening,
            ..
        }) = self.life.take()
        else {
            return;
        };
        listening.abort();
        drop(bot);
        tokio::task::spawn_blocking(move || drop(runtime)).await.unwrap();
    }

    /// The bot is started on what the store holds.
    pub(crate) async fn begin(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (config, clock, tokens) = (self.config.clone(), self.clock.clone(), self.tokens.clone());
        let store: Arc<dyn Store> = match &self.folder {
            Some(folder) => Arc::new(DiskStore::open(folder, clock.clone()).unwrap().0),
            None => self.store.clone(),
        };
        let started = runtime.spawn(async move {
            let bot = Bot::start(&config, store, clock as Arc<dyn Clock>, tokens)
                .await
                .unwrap();
            let bot = Arc::new(bot);
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let listen = listener.local_addr().unwrap();
            let options = Options {
                listen,
                identity: Identity::Chosen,
                hosts: Vec::new(),
            };
            let desk = bot.desk(None, Arc::new(String::new));
            let page = console::router(bot.console.clone(), desk, options);
            tokio::spawn(async move { axum::serve(listener, page).await.unwrap() });
            (bot, format!("http://{listen}"))
        });
        let (bot, url) = started.await.unwrap();
        let mut events = self.http.get(format!("{url}/api/events")).send().await.unwrap();
        // The first bytes say that the stream listens: what happens from here on is not missed.
        events.chunk().await.unwrap().unwrap();
        let changed = self.changed.clone();
        let listening = tokio::spawn(async move {
            while let Ok(Some(_)) = events.chunk().await {
                changed.send_modify(|count| *count += 1);
            }
        });
        self.life = Some(Life {
            runtime,
            bot,
            url,
            listening,
        });
        self.changed.send_modify(|count| *count += 1);
        let settled = |health: Health| match health {
            Health::Starting => None,
            Health::Live => Some(true),
            Health::Lost { .. } => Some(false),
        };
        let live = self
            .wait("the vCenter was read", async || {
                let fleet = &self.bot().handle.parts().fleet;
                fleet.iter().next().and_then(|vcenter| settled(vcenter.health()))
            })
            .await;
        assert_eq!(live, self.answers, "whether the vCenter answers");
    }

    /// The bot that lives now.
    pub(crate) fn bot(&self) -> &Bot {
        &self.life().bot
    }

    async fn stop(&mut self) {
        let bot = self.life().bot.clone();
        let ended = self.life().runtime.spawn(async move { bot.stop().await });
        ended.await.unwrap();
        self.die().await;
    }

    fn life(&self) -> &Life {
        self.life.as_ref().expect("the bot runs")
    }

    async fn messages(&self, path: &str) -> Vec<Said> {
        let answer = self
            .http
            .get(format!("{}{path}", self.life().url))
            .send()
            .await
            .unwrap();
        let messages: Vec<Value> = read(answer).await;
        messages.into_iter().map(Said).collect()
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self
            .http
            .post(format!("{}{path}", self.life().url))
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = tokio::time::timeout(PATIENCE, request.send()).await;
        let answer = answer.unwrap_or_else(|_| panic!("no answer to {body}")).unwrap();
        let status = answer.status();
        let mut answer: Value = read(answer).await;
        assert!(status.is_success(), "{body}: {answer}");
        let request = answer["request"].as_str().map(str::to_owned);
        if request.is_some() {
            self.last.lock().unwrap().clone_from(&request);
        }
        Answer {
            reply: answer.get_mut("reply").map(|reply| Said(reply.take())),
            request,
        }
    }
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

fn same(shown: &str, expected: &str, at: &std::panic::Location<'_>) {
    assert_eq!(shown, level(expected), "at {at}, what is shown:\n{shown}\n");
}

async fn read<T: serde::de::DeserializeOwned>(answer: reqwest::Response) -> T {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

fn is_final(state: &str) -> bool {
    [
        "refused",
        "denied",
        "expired",
        "stale",
        "withdrawn",
        "done",
        "failed",
        "cancelled",
    ]
    .contains(&state)
}
