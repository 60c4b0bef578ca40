//! Discord as a front of scenarios: what is typed becomes the options of a slash command, buttons are pressed with everything that
//! Discord asks in between, and messages are read back as the text that people see.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use snapwarden::app::Bot;
use snapwarden::chat::discord::{Delivery, PLATFORM, Settings};
use snapwarden::config::Config;
use snapwarden::domain::act::{Act, StayChange};
use snapwarden::domain::command::{self, quote};
use snapwarden::domain::ids::{Account, ChannelId, RequestId};
use snapwarden::domain::intent::{Intent, Mode, SnapshotSelector, VmAct, VmSelector};
use snapwarden::domain::keep::Keep;
use snapwarden::engine::Channel;
use snapwarden::message::words::Locale;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::fake::{APPLICATION, By, Did, Fake, GUILD, Message, Outcome, State, TOKEN};
use crate::world::fronts::{Front, Reach, Wanted};
use crate::world::people::Answer;
use crate::world::said::{Said, row_button};

/// What stands before a button's token where Discord has to ask something first.
const ASKS: [&str; 3] = ["cf:", "c:", "f:"];

/// Buttons that ask for something anew: what comes of them is another request.
const ANEW: [&str; 11] = [
    "pick",
    "ask_again",
    "retry",
    "without_memory",
    "without_quiesce",
    "delete",
    "consolidate",
    "power_on",
    "extend",
    "hold",
    "release",
];

/// Buttons of a list's rows: the list stays where it is.
const OF_ROWS: [&str; 6] = ["extend", "delete", "hold", "release", "show", "consolidate"];

/// What menus do to the rows of a list.
const ROW_MENUS: [&str; 6] = ["Keep longer", "Delete", "Hold", "Release", "Show", "Consolidate"];

/// Discord.
pub(crate) struct DiscordFront {
    pub(crate) fake: Arc<Fake>,
    bot: Mutex<Option<Arc<Bot>>>,
    listening: Mutex<Option<JoinHandle<()>>>,
    /// People act one after the other, so that what a command came to can be told from what others came to.
    turn: tokio::sync::Mutex<()>,
}

/// A channel of the demo, as Discord names it.
pub(crate) fn channel_id(name: &str) -> &'static str {
    match name {
        "ops" => "1500000000000000001",
        "web-team" => "1500000000000000002",
        other => panic!("the demo has no channel {other}"),
    }
}

/// Somebody's account.
pub(crate) fn account_of(person: &str) -> String {
    let known = ["alice", "bob", "carol", "dave", "erin"];
    let number = known.iter().position(|name| *name == person).unwrap_or(90);
    (1_600_000_000_000_000_000_u64 + u64::try_from(number).unwrap()).to_string()
}

impl DiscordFront {
    pub(crate) async fn new(by: By) -> Arc<Self> {
        let fake = Fake::start(by).await;
        for name in ["ops", "web-team"] {
            fake.channel(channel_id(name));
        }
        Arc::new(Self { fake, bot: Mutex::default(), listening: Mutex::default(), turn: tokio::sync::Mutex::new(()) })
    }

    /// Discord under its own names, which are found by others than the system.
    pub(crate) async fn start_elsewhere() -> Arc<Self> {
        let front = Self::new(By::Gateway).await;
        front.fake.state().socket.url = "wss://gateway.discord.gg".to_owned();
        front
    }

    /// Where its API and its gateway really are.
    pub(crate) fn addresses(&self) -> (std::net::SocketAddr, std::net::SocketAddr) {
        let of = |url: &str| url.rsplit('/').next().unwrap().parse().unwrap();
        (of(&self.fake.url), of(&self.fake.gateway))
    }

    /// Discord sends signed requests to the bot at this address.
    pub(super) fn reached_at(&self, url: &str) {
        *self.fake.endpoint.lock().unwrap() = Some(format!("{url}/discord/interactions"));
    }

    /// What somebody presses to press what carries this token: the message, what is pressed in it, and the value that is chosen.
    fn pressable(&self, who: &str, token: &str) -> (Message, String, Option<String>) {
        let mut state = self.fake.state();
        // Discord lets nobody press what only somebody else sees; a copied token can come from anywhere.
        let is_theirs = |message: &Message| {
            let owner = message["interaction_metadata"]["user"]["id"].as_str();
            message["flags"] != 64 || owner.is_none_or(|owner| owner == who)
        };
        let found = component(&state, token).filter(|(message, ..)| is_theirs(message));
        found.unwrap_or_else(|| {
            // Somebody made it up: it comes from some message or other.
            let id = state.id();
            (json!({ "id": id, "channel_id": channel_id("ops") }), token.to_owned(), None)
        })
    }

    /// What a command or a click came to, once its first answer is there.
    async fn settled(&self, outcome: Outcome, before: &Before, anew: bool) -> Answer {
        match outcome.first["type"].as_u64() {
            Some(4 | 7) => return told(&outcome.first["data"]),
            Some(5) => {
                if let Some(original) = self.fake.original(&outcome).await {
                    return told(&original);
                }
            }
            Some(6) => {
                if let Some(message) = self.after_silence(&outcome, before, anew).await {
                    return told(&message);
                }
            }
            _ => panic!("{:?}", outcome.first),
        }
        if !anew {
            return Answer { reply: None, request: before.request.clone() };
        }
        let made = self.fake.until("the message of a new request", |state| before.made(state)).await;
        Answer { reply: None, request: Some(made) }
    }

    /// What follows a click that shows nothing by itself: a message for the one who pressed, or a change of the card.
    async fn after_silence(&self, outcome: &Outcome, before: &Before, anew: bool) -> Option<Message> {
        self.fake
            .until("what comes of a click", |state| {
                let begun = &state.begun[&outcome.token];
                if let Some(told) = begun.follow_ups.first() {
                    return Some(Some(told.clone()));
                }
                if !before.of_row && begun.source.as_ref().is_some_and(|source| source["flags"] == 64) {
                    return (begun.deleted.then_some(None)).or_else(|| begun.edited.then(|| begun.original.clone()));
                }
                let changed = if anew { before.made(state).is_some() } else { before.has_changed(state) };
                changed.then_some(None)
            })
            .await
    }
}

/// The request that a message's nonce begins with.
fn request_of(nonce: &str) -> &str {
    nonce.split('.').next().unwrap_or(nonce)
}

/// How things stood before somebody acted.
struct Before {
    nonces: BTreeSet<String>,
    message: Option<Message>,
    request: Option<String>,
    of_row: bool,
}

impl Before {
    fn of(state: &State, message: Option<Message>, request: Option<String>) -> Self {
        Self { nonces: nonces(state), message, request, of_row: false }
    }

    /// The request that has a message since then.
    fn made(&self, state: &State) -> Option<String> {
        // A message more of an old request, such as the one that tells its end directly, is none of a new one.
        let known: BTreeSet<&str> = self.nonces.iter().map(|nonce| request_of(nonce)).collect();
        let nonces = nonces(state);
        nonces.iter().map(|nonce| request_of(nonce)).find(|request| !known.contains(request)).map(str::to_owned)
    }

    /// Whether the card says something else now.
    fn has_changed(&self, state: &State) -> bool {
        let Some(before) = &self.message else { return true };
        // A message that one person sees is in no channel: what comes of a click on it is a message of its own.
        if before["flags"] == 64 {
            return false;
        }
        let messages = state.channels.values().flat_map(|channel| &channel.messages);
        let mut now = messages.filter(|one| one["id"] == before["id"]);
        now.next().is_none_or(|now| {
            let says = |message: &Value| (message["embeds"].clone(), message["components"].clone());
            says(now) != says(before)
        })
    }
}

/// What the messages of requests were posted under; what a channel is told by itself is about none.
fn nonces(state: &State) -> BTreeSet<String> {
    let messages = state.channels.values().flat_map(|channel| &channel.messages);
    let of_request = |message: &&Message| {
        let foot = message["embeds"][0]["footer"]["text"].as_str().unwrap_or_default();
        // A plan waits for a yes as a request does.
        let first = message["components"][0]["components"][0]["custom_id"].as_str().unwrap_or_default();
        foot.contains(" · R-") || first.contains(".approve.")
    };
    messages.filter(of_request).filter_map(|message| message["nonce"].as_str().map(str::to_owned)).collect()
}

#[async_trait]
impl Front for DiscordFront {
    fn configure(&self, config: &mut Config) {
        config.discord = Some(Settings {
            delivery: match self.fake.by {
                By::Gateway => Delivery::Gateway(Some(self.fake.gateway.parse().unwrap())),
                By::Requests => Delivery::Http(self.fake.key.verifying_key()),
            },
            api_url: self.fake.url.parse().unwrap(),
            application_id: APPLICATION.to_owned(),
            token: TOKEN.to_owned().into(),
            guild_id: Some(GUILD.to_owned()),
            direct_messages: false,
        });
        for person in &mut config.rules.policy.people {
            person.accounts.push(Account::new(PLATFORM, account_of(person.id.as_str())));
        }
        let demo = ["ops", "web-team"].map(|name| Channel {
            id: ChannelId::new(PLATFORM, channel_id(name)),
            timezone: config.rules.zone(&ChannelId::new("console", name)),
            locale: Some(Locale::En),
        });
        config.rules.channels.extend(demo);
        if let Some(channel) = &mut config.rules.alarms {
            *channel = ChannelId::new(PLATFORM, channel_id(channel.id()));
        }
    }

    async fn connect(&self, reach: Reach, changed: watch::Sender<u64>) {
        let Reach { bot, url } = reach;
        *self.bot.lock().unwrap() = Some(bot);
        self.reached_at(&url);
        if self.fake.by == By::Gateway {
            self.fake.until("the gateway is connected", |state| state.socket.is_live().then_some(())).await;
        }
        // What changes without a word on Discord (a vCenter was read) the console's stream tells.
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut events = client.get(format!("{url}/api/events")).send().await.unwrap();
        events.chunk().await.unwrap().unwrap();
        let mut news = self.fake.changed.subscribe();
        let listening = tokio::spawn(async move {
            loop {
                tokio::select! {
                    news = news.changed() => if news.is_err() { return },
                    event = events.chunk() => if !matches!(event, Ok(Some(_))) { return },
                }
                changed.send_modify(|count| *count += 1);
            }
        });
        *self.listening.lock().unwrap() = Some(listening);
    }

    fn discord(&self) -> Option<Arc<Fake>> {
        Some(self.fake.clone())
    }

    async fn disconnect(&self) {
        if let Some(listening) = self.listening.lock().unwrap().take() {
            listening.abort();
        }
        self.fake.state().socket.forget();
        *self.bot.lock().unwrap() = None;
    }

    async fn says(&self, channel: &str, person: &str, text: &str, locale: &str) -> Answer {
        let _turn = self.turn.lock().await;
        let before = Before::of(&self.fake.state(), None, None);
        let (verb, options) = chosen(text);
        let did = Did::Command { verb, options };
        let outcome = self.fake.did(&account_of(person), Some(channel_id(channel)), locale, did).await;
        self.settled(outcome, &before, true).await
    }

    async fn press(&self, person: &str, token: &str, inputs: &[(&str, &str)]) -> Answer {
        let _turn = self.turn.lock().await;
        let who = account_of(person);
        let mut parts = token.split('.');
        let request = parts.next().map(str::to_owned);
        let action = parts.next().unwrap_or_default();
        let (anew, of_row) = (ANEW.contains(&action), OF_ROWS.contains(&action));
        let component = self.pressable(&who, token);
        let before = Before { of_row, ..Before::of(&self.fake.state(), Some(component.0.clone()), request) };
        let (message, custom_id, value) = component;
        let mut did = Did::Press { custom_id, values: value.into_iter().collect(), message: whole(&message) };
        loop {
            let outcome = self.fake.did(&who, Some(channel_id("ops")), "en", did.clone()).await;
            did = match outcome.first["type"].as_u64() {
                Some(9) => {
                    let form = &outcome.first["data"];
                    let fields = form["components"].as_array().unwrap().iter();
                    let fields = fields.map(|row| row["components"][0]["custom_id"].as_str().unwrap().to_owned());
                    let typed = |name: &String| {
                        inputs.iter().find(|(own, _)| own == name).map_or("", |(_, text)| *text).to_owned()
                    };
                    let inputs = fields.map(|name| (name.clone(), typed(&name))).collect();
                    let custom_id = form["custom_id"].as_str().unwrap().to_owned();
                    Did::Form { custom_id, inputs, message: Some(whole(&message)) }
                }
                Some(4) if asks_again(&outcome.first["data"], token) => {
                    let question = self.fake.state().begun[&outcome.token].original.clone().unwrap();
                    let yes = question["components"][0]["components"][0]["custom_id"].as_str().unwrap().to_owned();
                    Did::Press { custom_id: yes, values: Vec::new(), message: question }
                }
                _ => return self.settled(outcome, &before, anew).await,
            };
        }
    }

    async fn wants(&self, person: &str, token: &str) -> Wanted {
        let _turn = self.turn.lock().await;
        let who = account_of(person);
        let (message, custom_id, value) = self.pressable(&who, token);
        if value.as_deref().unwrap_or(&custom_id) == token {
            return Wanted::Nothing;
        }
        let did = Did::Press { custom_id, values: value.into_iter().collect(), message: whole(&message) };
        let outcome = self.fake.did(&who, Some(channel_id("ops")), "en", did).await;
        let data = &outcome.first["data"];
        match outcome.first["type"].as_u64() {
            Some(9) => {
                let label = &data["components"][0]["components"][0]["label"];
                Wanted::Form(label.as_str().unwrap_or_default().to_owned())
            }
            Some(4) if asks_again(data, token) => Wanted::Asked(Said(read(data)).text()),
            Some(4) => Wanted::Refused(Said(read(data)).text()),
            _ => panic!("{:?}", outcome.first),
        }
    }

    fn called(&self, channel: &str) -> Option<Vec<String>> {
        let messages = self.fake.messages(channel_id(channel));
        let content = messages.last()?["content"].as_str()?.to_owned();
        Some(content.split("<@").skip(1).filter_map(|rest| rest.split('>').next()).map(str::to_owned).collect())
    }

    async fn direct(&self, person: &str) -> Option<Vec<Said>> {
        let own = account_of(person);
        let state = self.fake.state();
        let channels = state.channels.values().filter(|channel| channel.direct.as_deref() == Some(&own));
        Some(channels.flat_map(|channel| &channel.messages).map(|message| Said(read(message))).collect())
    }

    async fn messages(&self, channel: &str, _: Option<&str>) -> Vec<Said> {
        let bot = self.bot.lock().unwrap().clone();
        let mut said = Vec::new();
        for message in self.fake.messages(channel_id(channel)) {
            let mut one = read(&message);
            if let (Some(bot), Some(id)) = (&bot, one["request"].as_str().and_then(RequestId::parse)) {
                let state = bot.handle.request(&id).await.map(|request| request.state.name());
                // The state is Discord's only as far as the message shows it.
                one["state"] = json!(state.filter(|state| shows(&one, state)).unwrap_or_default());
            }
            said.push(Said(one));
        }
        said
    }
}

/// Whether a message may be that of a request in this state: every state has its tones.
fn shows(message: &Value, state: &str) -> bool {
    let tone = message["tone"].as_str().unwrap_or_default();
    let tones: &[&str] = match state {
        "starting" | "running" => &["running"],
        "asked" => &["running", "waiting", "info"],
        "awaiting_approval" | "queued" => &["waiting"],
        "done" => &["success", "warning"],
        "denied" | "refused" | "expired" | "stale" | "withdrawn" | "failed" | "cancelled" => {
            &["failure", "info", "warning"]
        }
        _ => &["warning", "failure", "waiting"],
    };
    // Two states have one tone: only the one can be decided.
    let decided = message["buttons"].as_array().is_some_and(|all| all.iter().all(|one| one["label"] != "Approve"));
    let fits = match state {
        "awaiting_approval" => !decided,
        "queued" => decided,
        _ => true,
    };
    fits && tones.contains(&tone)
}

/// The message with everything that Discord's own models insist on.
fn whole(message: &Value) -> Value {
    let mut whole = json!({
        "type": 0, "content": "", "embeds": [], "components": [], "attachments": [], "mentions": [], "mention_roles": [],
        "mention_everyone": false, "pinned": false, "tts": false, "flags": 0, "timestamp": "2026-11-22T14:05:30.000000+00:00",
        "edited_timestamp": null, "author": super::fake::user(super::fake::BOT, true),
    });
    for (key, value) in message.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

/// The newest message that has a button with this token: the message, what it is pressed by, and the value that is chosen.
fn component(state: &State, token: &str) -> Option<(Message, String, Option<String>)> {
    let in_channels = state.channels.values().flat_map(|channel| &channel.messages);
    let answers = state.begun.values().filter(|begun| !begun.deleted);
    let answers = answers.flat_map(|begun| begun.original.iter().chain(&begun.follow_ups));
    let mut all: Vec<&Message> = in_channels.chain(answers).collect();
    all.sort_by_key(|message| std::cmp::Reverse(message["id"].as_str().unwrap_or_default().to_owned()));
    all.into_iter().find_map(|message| {
        let rows = message["components"].as_array()?.iter();
        let components = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
        components.into_iter().find_map(|component| {
            let id = component["custom_id"].as_str()?.to_owned();
            if bare(&id) == token {
                return Some((message.clone(), id, None));
            }
            let options = component["options"].as_array()?.iter();
            let value = options.filter_map(|option| option["value"].as_str()).find(|value| bare(value) == token)?;
            Some((message.clone(), id, Some(value.to_owned())))
        })
    })
}

fn bare(id: &str) -> &str {
    ASKS.iter().find_map(|start| id.strip_prefix(start)).unwrap_or(id)
}

/// Whether an answer is the second question about this button.
fn asks_again(data: &Value, token: &str) -> bool {
    let first = &data["components"][0]["components"];
    bare(first[0]["custom_id"].as_str().unwrap_or_default()) == token && first[1]["custom_id"] == "no"
}

fn told(message: &Value) -> Answer {
    Answer { reply: Some(Said(read(message))), request: None }
}

/// A message as people read it, in the form in which scenarios compare it.
fn read(message: &Value) -> Value {
    let embed = &message["embeds"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let foot = text(&embed["footer"]["text"]);
    let (tone, request) = match foot.split_once(" · ") {
        Some((tone, id)) => (tone.to_owned(), Some(id.to_owned())),
        None => (foot.clone(), None),
    };
    let fields: Vec<(String, String)> = embed["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|field| (text(&field["name"]), text(&field["value"])))
        .collect();
    // The id stands once: where the card says who asked, or behind its title.
    let named = request.as_ref().filter(|id| fields.iter().any(|(_, value)| value.contains(id.as_str())));
    let behind = if named.is_some() { tone.clone() } else { foot };
    let mut lines = vec![format!("{}  {behind}", plain(&text(&embed["title"])))];
    lines.extend(prose(&text(&embed["description"])));
    for (name, value) in fields {
        if name == "\u{200b}" {
            lines.extend(prose(&value));
        } else {
            lines.push(format!("{}  {}", plain(&name), plain(&value)));
        }
    }
    let (mut buttons, mut rows) = (Vec::new(), Vec::new());
    for row in message["components"].as_array().into_iter().flatten() {
        for component in row["components"].as_array().into_iter().flatten() {
            let own = std::slice::from_ref(component);
            let all = component["options"].as_array().map_or(own, Vec::as_slice);
            for one in all {
                let id = one["value"].as_str().or_else(|| one["custom_id"].as_str()).unwrap_or_default();
                let button = json!({ "label": one["label"], "token": bare(id) });
                rows.extend(row_of(component, &button));
                buttons.push(button);
            }
        }
    }
    if !buttons.is_empty() {
        lines.push(buttons.iter().map(|one| format!("[{}]", text(&one["label"]))).collect::<Vec<_>>().join(" "));
    }
    json!({
        "id": message["id"], "request": request, "state": "", "tone": tone, "title": plain(&text(&embed["title"])),
        "plain": lines.join("\n"), "buttons": buttons, "rows": rows,
    })
}

/// The button of a list's row that a menu's choice stands for: the menu says what is done, or the choice does before its row.
fn row_of(menu: &Value, choice: &Value) -> Option<Value> {
    let (does, choice_says) = (menu["placeholder"].as_str()?, choice["label"].as_str()?);
    let (label, title) = match does.strip_suffix('…').filter(|label| ROW_MENUS.contains(label)) {
        Some(label) => (label, choice_says),
        None => choice_says.split_once(" · ")?,
    };
    Some(row_button(title, &json!({ "label": label, "token": choice["token"] })))
}

/// Text with its marks read as Discord draws them.
fn prose(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line == "```" {
            code = !code;
        } else if code {
            lines.push(line.replace('\u{200b}', ""));
        } else if !line.is_empty() {
            let line = line.strip_prefix("-# ").unwrap_or(line);
            lines.push(plain(line.strip_prefix("**").and_then(|line| line.strip_suffix("**")).unwrap_or(line)));
        }
    }
    lines
}

fn plain(text: &str) -> String {
    let mut read = String::new();
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        read.push(if sign == '\\' { signs.next().unwrap_or(sign) } else { sign });
    }
    read
}

/// The options that somebody chooses instead of typing this. What no option can say is sent as a word that is no subcommand, as
/// a client with an old list would.
fn chosen(text: &str) -> (String, Vec<(String, Value)>) {
    let bare = text.trim().strip_prefix("/snapshot").unwrap_or(text).trim();
    let by_options = command::parse(bare).ok().and_then(|intent| options_of(&intent));
    by_options.unwrap_or_else(|| (bare.to_owned(), Vec::new()))
}

fn options_of(intent: &Intent) -> Option<(String, Vec<(String, Value)>)> {
    let mut options: Vec<(String, Value)> = Vec::new();
    let mut text = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            options.push((name.to_owned(), json!(value)));
        }
    };
    if let Intent::Act(VmAct { vm, .. }) | Intent::List { vm } | Intent::Explain { vm, .. } = intent {
        text("vm", Some(vm_text(vm)?));
    }
    let mut flags: Vec<(&str, bool)> = Vec::new();
    match intent {
        Intent::Act(VmAct { act, ticket, safety, vm: _ }) => {
            text("snapshot", act.snapshot().and_then(Option::as_ref).map(snapshot_text));
            match act {
                Act::Take { name, description, mode, until } => {
                    text("name", name.clone());
                    text("description", description.clone());
                    text("mode", (*mode != Mode::Auto).then(|| mode.as_str().to_owned()));
                    text("keep", until.as_ref().map(keep_text).transpose().ok()?);
                }
                Act::Revert { stay_off, .. } | Act::RevertLatest { stay_off } => flags.push(("stay-off", *stay_off)),
                Act::Delete { children, .. } => flags.push(("children", *children)),
                Act::Edit { name, description, .. } => {
                    text("name", name.clone());
                    text("description", description.clone());
                }
                Act::Stay { change: StayChange::Until { until }, .. } => text("keep", Some(keep_text(until).ok()?)),
                Act::Stay { change: StayChange::Hold { reason, until, .. }, .. } => {
                    text("reason", Some(reason.clone()));
                    text("keep", until.as_ref().map(keep_text).transpose().ok()?);
                }
                Act::DeleteOlder { age } => match *age {},
                Act::Stay { change: StayChange::Release { .. }, .. }
                | Act::DeleteAll
                | Act::Consolidate
                | Act::PowerOn => {}
            }
            text("ticket", ticket.clone());
            flags.push(("safety", *safety));
        }
        Intent::Help { verb } => text("verb", verb.map(|verb| verb.as_str().to_owned())),
        Intent::Status { request } => text("request", request.as_ref().map(ToString::to_string)),
        Intent::Cancel { request } | Intent::Withdraw { request } => text("request", Some(request.to_string())),
        Intent::Explain { verb, vm: _ } => text("verb", Some(verb.as_str().to_owned())),
        Intent::Freeze { reason } => text("reason", Some(reason.clone())),
        Intent::Report { name } => text("report", name.clone()),
        Intent::DeleteOlder { scope, age, ticket } => {
            text("scope", Some(scope.text().to_owned()));
            text("age", Some(format!("{}h", age.as_hours())));
            text("ticket", ticket.clone());
        }
        Intent::List { .. } | Intent::Unfreeze => {}
    }
    options.extend(flags.into_iter().filter(|(_, set)| *set).map(|(name, _)| (name.to_owned(), json!(true))));
    Some((intent.verb().as_str().to_owned(), options))
}

/// How long something stays, where that is told in hours.
fn keep_text(keep: &Keep) -> Result<String, ()> {
    match keep {
        Keep::For(time) => Ok(format!("{}h", time.as_hours())),
        Keep::Until(_) => Err(()),
    }
}

fn vm_text(vm: &VmSelector) -> Option<String> {
    match vm {
        VmSelector::Named { vcenter: None, text } => Some(quote(text)),
        VmSelector::Moref { vcenter: None, moref } => Some(moref.to_string()),
        VmSelector::Uuid(uuid) => Some(uuid.to_string()),
        VmSelector::Named { .. } | VmSelector::Moref { .. } => None,
    }
}

fn snapshot_text(snapshot: &SnapshotSelector) -> String {
    match snapshot {
        SnapshotSelector::Named { text, quoted: true } => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
        SnapshotSelector::Named { text, quoted: false } => text.clone(),
        SnapshotSelector::Number(number) => format!("#{number}"),
        SnapshotSelector::Moref(moref) => moref.to_string(),
    }
}
