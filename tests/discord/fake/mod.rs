//! Discord in a few hundred lines: it keeps channels, messages and interactions, and refuses what Discord refuses.
//!
//! Everything that it was asked for and had to refuse is counted, so that a test can say "0 refused" and mean it. What people do
//! (`interact`) goes out over the gateway or as a signed request, and its answers are judged by Discord's deadlines.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) mod gateway;
mod interactions;
mod people;
mod rest;

pub(crate) use people::{Did, Outcome};

pub(crate) const APPLICATION: &str = "1100000000000000001";
pub(crate) const GUILD: &str = "1100000000000000002";
pub(crate) const BOT: &str = "1100000000000000003";
pub(crate) const TOKEN: &str = "a.secret.token";

/// How Discord tells the bot what people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Gateway,
    Requests,
}

/// A running fake.
pub(crate) struct Fake {
    pub(crate) url: String,
    pub(crate) gateway: String,
    pub(crate) by: By,
    pub(crate) key: SigningKey,
    pub(crate) changed: watch::Sender<u64>,
    state: Arc<Mutex<State>>,
    tasks: Vec<JoinHandle<()>>,
    http: reqwest::Client,
    /// Where signed requests go.
    pub(crate) endpoint: Mutex<Option<String>>,
}

/// A message or a thread's starting point, as Discord keeps it.
pub(crate) type Message = Value;

#[derive(Default)]
pub(crate) struct Channel {
    pub(crate) messages: Vec<Message>,
    /// The account that it is for, of a channel of direct messages.
    pub(crate) direct: Option<String>,
    /// What everything there is refused with.
    pub(crate) refuses: Option<(u16, u64, &'static str)>,
}

/// One interaction.
pub(crate) struct Begun {
    pub(crate) id: String,
    pub(crate) born: Instant,
    pub(crate) user: String,
    pub(crate) channel: String,
    pub(crate) kind: u64,
    /// The first answer, and how long it took.
    pub(crate) first: Option<(Value, Duration)>,
    /// What stands under `@original`: a message that only they see, or one that a component belongs to.
    pub(crate) original: Option<Message>,
    pub(crate) edited: bool,
    pub(crate) deleted: bool,
    pub(crate) follow_ups: Vec<Message>,
    /// The message that the component belongs to.
    pub(crate) source: Option<Message>,
    /// By how much it is older than the time outside says.
    pub(crate) aged: Duration,
}

/// A message that was taken, or a change of one.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) at: Instant,
    pub(crate) channel: String,
    /// Whether it is a new message.
    pub(crate) is_new: bool,
    /// The message as it is from then on.
    pub(crate) message: Message,
}

/// Something that goes wrong, once.
#[derive(Debug, Clone)]
pub(crate) enum Mishap {
    /// The request is done, and its answer is lost.
    AnswerLost,
    /// 503, and nothing is done.
    Away,
    /// 429 for this route.
    Limited(Duration),
    /// This refusal, of this request alone.
    Refused(u16, u64, &'static str),
    /// 429 for everything.
    LimitedGlobally(Duration),
}

pub(crate) struct State {
    next: u64,
    pub(crate) token: String,
    pub(crate) channels: BTreeMap<String, Channel>,
    nonces: HashMap<String, (String, String)>,
    pub(crate) begun: HashMap<String, Begun>,
    /// Messages that an interaction came from.
    pressed: HashSet<String>,
    pub(crate) commands: Vec<Value>,
    pub(crate) command_writes: usize,
    pub(crate) roles: HashMap<String, Vec<String>>,
    /// Messages are neither taken nor changed.
    pub(crate) away: bool,
    /// Accounts whose roles cannot be looked up.
    pub(crate) unread_members: HashSet<String>,
    pub(crate) mishaps: VecDeque<(&'static str, Mishap)>,
    /// Requests that a bucket takes, and in which time; no limit if there is none.
    pub(crate) bucket: Option<(u32, Duration)>,
    buckets: HashMap<String, VecDeque<Instant>>,
    everything: VecDeque<Instant>,
    pub(crate) everything_limited: bool,
    /// What came into channels by the bot's own token, in the order in which it was taken.
    pub(crate) writes: Vec<Write>,
    pub(crate) asked: Vec<String>,
    pub(crate) refused: Vec<String>,
    pub(crate) limited: usize,
    pub(crate) invalid: usize,
    pub(crate) pings: Vec<String>,
    pub(crate) files: Vec<(String, usize)>,
    pub(crate) socket: gateway::Socket,
}

impl Fake {
    pub(crate) async fn start(by: By) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sockets = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let gateway = format!("ws://{}", sockets.local_addr().unwrap());
        let changed = watch::Sender::new(0);
        let state = Arc::new(Mutex::new(State::new(gateway.clone())));
        let app = rest::router(state.clone(), changed.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let socket = tokio::spawn(gateway::serve(sockets, state.clone(), changed.clone()));
        Arc::new(Self {
            url,
            gateway,
            by,
            key: SigningKey::from_bytes(&[9; 32]),
            changed,
            state,
            tasks: vec![serving, socket],
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            endpoint: Mutex::default(),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A channel that there is from now on.
    pub(crate) fn channel(&self, id: &str) {
        self.state().channels.entry(id.to_owned()).or_default();
    }

    /// What a channel shows, oldest first.
    pub(crate) fn messages(&self, channel: &str) -> Vec<Message> {
        self.state().channels.get(channel).map(|channel| channel.messages.clone()).unwrap_or_default()
    }

    /// The next request of this kind (`POST message`) goes wrong.
    pub(crate) fn mishap(&self, kind: &'static str, mishap: Mishap) {
        self.state().mishaps.push_back((kind, mishap));
    }

    /// So much time passes for everything that was begun.
    pub(crate) fn passes(&self, time: Duration) {
        for begun in self.state().begun.values_mut() {
            begun.aged += time;
        }
    }

    /// Waits until there is something.
    pub(crate) async fn until<T>(&self, what: &str, look: impl Fn(&State) -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = look(&self.state()) {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(Duration::from_secs(60), looking).await {
            Ok(found) => found,
            Err(_) => {
                let asked = self.state().asked.clone();
                let refused = self.state().refused.clone();
                let limited = self.state().limited;
                panic!("waited in vain for: {what}; {limited} × 429, asked: {asked:#?}, refused: {refused:#?}")
            }
        }
    }

    /// Nothing was refused, limited or called that should not be.
    #[track_caller]
    pub(crate) fn was_content(&self) {
        let state = self.state();
        assert_eq!(state.refused, [""; 0], "refused");
        assert_eq!((state.limited, state.invalid), (0, 0), "429s and invalid requests");
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl State {
    fn new(gateway: String) -> Self {
        Self {
            next: 1_200_000_000_000_000_000,
            token: TOKEN.to_owned(),
            channels: BTreeMap::new(),
            nonces: HashMap::new(),
            begun: HashMap::new(),
            pressed: HashSet::new(),
            commands: Vec::new(),
            command_writes: 0,
            roles: HashMap::new(),
            away: false,
            unread_members: HashSet::new(),
            mishaps: VecDeque::new(),
            bucket: None,
            buckets: HashMap::new(),
            everything: VecDeque::new(),
            everything_limited: true,
            writes: Vec::new(),
            asked: Vec::new(),
            refused: Vec::new(),
            limited: 0,
            invalid: 0,
            pings: Vec::new(),
            files: Vec::new(),
            socket: gateway::Socket::new(gateway),
        }
    }

    pub(crate) fn id(&mut self) -> String {
        self.next += 1;
        self.next.to_string()
    }

    fn wrote(&mut self, channel: &str, is_new: bool, message: &Message) {
        self.writes.push(Write { at: Instant::now(), channel: channel.to_owned(), is_new, message: message.clone() });
    }

    /// A message as Discord keeps it, with everything that its own models insist on.
    fn kept(&mut self, channel: &str, body: &Value, more: &Value) -> Message {
        let mut message = json!({
            "id": self.id(), "channel_id": channel, "type": 0, "content": "", "embeds": [], "components": [], "attachments": [],
            "mentions": [], "mention_roles": [], "mention_everyone": false, "pinned": false, "tts": false, "flags": 0,
            "timestamp": "2026-11-22T14:05:30.000000+00:00", "edited_timestamp": null, "author": user(BOT, true),
        });
        merge(&mut message, body);
        merge(&mut message, more);
        message
    }
}

/// Puts what a request says over what is there.
fn merge(message: &mut Value, body: &Value) {
    for key in ["content", "embeds", "components", "flags", "interaction_metadata", "nonce"] {
        if let Some(value) = body.get(key) {
            message[key] = value.clone();
        }
    }
}

pub(crate) fn user(id: &str, bot: bool) -> Value {
    json!({ "id": id, "username": format!("user-{id}"), "discriminator": "0", "global_name": null, "avatar": null, "bot": bot })
}
