//! A Slack of our own, on loopback: the Web API, Socket Mode, requests of HTTP mode, and what people do there.
//!
//! It refuses what the real one refuses: blocks and texts over their limits, a trigger that was used or is over three seconds old, an
//! answer to an address that has had five, too many messages for a channel or edits for a minute, a view's old hash, a channel that the
//! bot is not in. An event that is not acknowledged within three seconds is sent again, and counted.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use snapwarden::engine::clock::SystemClock;
use snapwarden::engine::ports::Clock;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

pub(crate) mod events;
mod limits;
pub(crate) mod people;
mod socket;
mod web;

use limits::Bucket;

pub(crate) const TEAM: &str = "T0SNAP";
pub(crate) const BOT_TOKEN: &str = "xoxb-fake-bot";
pub(crate) const APP_TOKEN: &str = "xapp-fake-app";
pub(crate) const SIGNING_SECRET: &str = "fake-signing-secret";
const BOT_ID: &str = "B0SNAP";

/// What a trigger is good for.
const TRIGGER_LIFE: Duration = Duration::from_secs(3);

/// An answer's address.
const RESPONSE_USES: u32 = 5;
const RESPONSE_LIFE: Duration = Duration::from_secs(30 * 60);

/// The fake. Its servers end with it.
pub(crate) struct FakeSlack {
    pub(crate) shared: Arc<Shared>,
    servers: Vec<JoinHandle<()>>,
    /// Where its pages and its sockets really are.
    pub(crate) addresses: (std::net::SocketAddr, std::net::SocketAddr),
}

/// What everything of the fake works on.
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) changed: watch::Sender<u64>,
    clock: Mutex<Arc<dyn Clock>>,
    pub(crate) base: String,
    socket_base: String,
    http: reqwest::Client,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) channels: BTreeMap<String, Channel>,
    pub(crate) ephemerals: Vec<Ephemeral>,
    pub(crate) views: BTreeMap<String, View>,
    pub(crate) homes: BTreeMap<String, Value>,
    pub(crate) files: BTreeMap<String, File>,
    pub(crate) user_groups: BTreeMap<String, Vec<String>>,
    pub(crate) locales: BTreeMap<String, String>,
    /// Everything that the bot did and Slack would have refused or counted against it.
    pub(crate) violations: Vec<String>,
    /// Calls by method.
    pub(crate) calls: BTreeMap<String, u64>,
    /// How many were answered with 429.
    pub(crate) limited: u64,
    /// Acknowledgements: how long each took.
    pub(crate) acks: Vec<Duration>,
    pub(crate) late_acks: u64,
    pub(crate) redelivered: u64,
    /// What came into channels, in the order in which it was taken.
    pub(crate) writes: Vec<Write>,
    /// What is wrong with Slack now.
    pub(crate) trouble: Trouble,
    sockets: Vec<Line>,
    next_line: u64,
    unacked: HashMap<String, Waiting>,
    triggers: HashMap<String, Trigger>,
    responses: HashMap<String, ResponseUrl>,
    posts: HashMap<String, Bucket>,
    edits: VecDeque<Duration>,
    tickets: BTreeSet<String>,
    number: u64,
}

/// What can be wrong with Slack.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble {
    /// Every call is answered with 503.
    pub(crate) away: bool,
    /// The bot's token is refused by this word.
    pub(crate) token: Option<String>,
    /// The next new message is taken, and its answer lost.
    pub(crate) lose_next_post: bool,
    /// The next picture is still being looked at when it is shown.
    pub(crate) looks_at_next_picture: bool,
    /// User groups that cannot be read.
    pub(crate) unread_groups: BTreeSet<String>,
    /// No limits: for those who look at something else.
    pub(crate) generous: bool,
}

#[derive(Default)]
pub(crate) struct Channel {
    pub(crate) messages: Vec<Posted>,
    /// The bot is not in it.
    pub(crate) closed: bool,
    /// It is gone.
    pub(crate) deleted: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Posted {
    pub(crate) ts: String,
    pub(crate) thread: Option<String>,
    /// The arguments as they were last given.
    pub(crate) said: Value,
    pub(crate) edits: u64,
}

/// A message that was taken, or a change of one.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) at: Instant,
    pub(crate) channel: String,
    pub(crate) ts: String,
    /// Whether it is a new message.
    pub(crate) is_new: bool,
    /// The arguments of the call.
    pub(crate) said: Value,
}

/// A message that one person sees.
#[derive(Debug, Clone)]
pub(crate) struct Ephemeral {
    pub(crate) user: String,
    pub(crate) channel: String,
    /// Which address it came by, if it was one.
    pub(crate) by: Option<String>,
    pub(crate) ts: String,
    pub(crate) said: Value,
}

pub(crate) struct View {
    pub(crate) user: String,
    pub(crate) hash: String,
    pub(crate) view: Value,
}

pub(crate) struct File {
    pub(crate) bytes: usize,
    pub(crate) complete: bool,
    pub(crate) shared: Option<(String, String)>,
}

struct Line {
    id: u64,
    send: mpsc::UnboundedSender<tokio_tungstenite::tungstenite::Message>,
}

struct Waiting {
    line: u64,
    acked: oneshot::Sender<Option<Value>>,
}

struct Trigger {
    born: Instant,
    used: bool,
    user: String,
}

struct ResponseUrl {
    user: String,
    channel: String,
    original: Option<String>,
    born: Instant,
    uses: u32,
}

impl FakeSlack {
    /// A Slack with these channels, each by its id.
    pub(crate) async fn start(channels: &[&str]) -> Self {
        Self::start_as(channels, None).await
    }

    /// The same, which says of itself that its pages and its sockets are at these addresses.
    pub(crate) async fn start_as(channels: &[&str], public: Option<(&str, &str)>) -> Self {
        let web = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = (web.local_addr().unwrap(), socket.local_addr().unwrap());
        let (base, socket_base) = match public {
            Some((base, socket_base)) => (base.to_owned(), socket_base.to_owned()),
            None => (format!("http://{}", addresses.0), format!("ws://{}", addresses.1)),
        };
        let state = State {
            channels: channels.iter().map(|id| ((*id).to_owned(), Channel::default())).collect(),
            number: 1,
            ..State::default()
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            clock: Mutex::new(Arc::new(SystemClock)),
            base,
            socket_base,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        });
        let servers =
            vec![tokio::spawn(web::serve(web, shared.clone())), tokio::spawn(socket::serve(socket, shared.clone()))];
        Self { shared, servers, addresses }
    }

    /// Slack's API.
    pub(crate) fn api_url(&self) -> String {
        format!("{}/api", self.shared.base)
    }

    /// From now on limits are counted by this clock.
    pub(crate) fn set_clock(&self, clock: Arc<dyn Clock>) {
        *self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// Looks at it, or changes it.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        self.shared.with(look)
    }

    /// Waits until there is something.
    pub(crate) async fn until<T>(&self, what: &str, look: impl FnMut(&mut State) -> Option<T>) -> T {
        self.shared.until(what, look).await
    }

    /// Ends every connection of Socket Mode, as Slack does when it renews them (`warning`), or by breaking them.
    pub(crate) fn end_lines(&self, how: &str) {
        self.shared.end_lines(how);
    }

    /// Nothing was done that Slack would not have liked.
    #[track_caller]
    pub(crate) fn assert_well_behaved(&self) {
        let violations = self.with(|state| state.violations.clone());
        assert!(violations.is_empty(), "Slack would not have liked:\n{}", violations.join("\n"));
    }
}

impl Drop for FakeSlack {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        let found = look(&mut self.lock());
        self.changed.send_modify(|count| *count += 1);
        found
    }

    pub(crate) async fn until<T>(&self, what: &str, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = look(&mut self.lock()) {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(30), looking).await;
        found.unwrap_or_else(|_| panic!("Slack waited in vain: {what}"))
    }

    fn now(&self) -> Duration {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    fn wall(&self) -> jiff::Timestamp {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).now()
    }
}

impl State {
    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    fn ts(&mut self) -> String {
        format!("1700000000.{:06}", self.next())
    }

    fn violation(&mut self, what: String) {
        self.violations.push(what);
    }

    /// A new trigger for somebody.
    fn trigger(&mut self, user: &str) -> String {
        let id = format!("{}.trigger.{user}", self.next());
        self.triggers.insert(id.clone(), Trigger { born: Instant::now(), used: false, user: user.to_owned() });
        id
    }

    /// A new address for answers.
    fn response_url(&mut self, base: &str, user: &str, channel: &str, original: Option<String>) -> String {
        let id = format!("r{}", self.next());
        let (user, channel) = (user.to_owned(), channel.to_owned());
        self.responses.insert(id.clone(), ResponseUrl { user, channel, original, born: Instant::now(), uses: 0 });
        format!("{base}/response/{id}")
    }

    /// How many connections of the bot's there are.
    pub(crate) fn connected(&self) -> usize {
        self.sockets.len()
    }

    /// What a channel shows that is no thread.
    pub(crate) fn messages(&self, channel: &str) -> Vec<Posted> {
        let all = self.channels.get(channel).map(|channel| channel.messages.clone()).unwrap_or_default();
        all.into_iter().filter(|message| message.thread.is_none()).collect()
    }
}

/// An error of the API.
fn refused(word: &str) -> Value {
    json!({"ok": false, "error": word})
}
