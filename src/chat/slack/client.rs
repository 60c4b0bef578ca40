//! Slack as the engine sees it: a place where messages are posted once and brought up to date.
//!
//! Slack knows no nonce, so a message carries its request's id as metadata; a try that may have got through is looked for in the
//! channel's history before the next one posts. What an error means for the message is decided here, in one place.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::PLATFORM;
use super::api::{Api, CallError};
use super::desk::{Desk, To};
use super::health;
use super::http;
use super::limits::{cut, escape};
use super::people;
use super::render::{self, Around};
use super::socket::{self, Lines, Opener};
use crate::chat::front::Adapter;
use crate::chat::front::details::Details;
use crate::chat::front::memory::Memory;
use crate::chat::front::rates::{Pace, Window};
use crate::domain::ids::{Account, ChannelId, MessageId, RequestId};
use crate::engine::Handle;
use crate::engine::ports::{Chat, ChatError, Clock, Sending};
use crate::message::model::{Addressee, Attachment, Card};
use crate::message::plain;
use crate::proxy::Proxies;
use crate::telemetry::names;

mod background;
mod files;
mod thread;

/// One message a second and channel, as Slack documents it; 20 ms more for what the clocks of two machines make of it. A hundred messages
/// at once come two seconds later for it.
const POST_EVERY: Duration = Duration::from_millis(1_020);

/// "Short bursts" are allowed; how short, Slack does not say.
const POST_BURST: u32 = 3;

/// Edits: 50 a minute for all channels (tier 3), "sporadic bursts are welcome".
const EDITS: usize = 50;

/// That minute, and a second for what lies between sending and arriving.
const EDIT_WINDOW: Duration = Duration::from_secs(61);

/// So many of the minute's edits are not spent on progress, so that an end need not wait for its minute to be over.
const EDITS_FOR_ENDS: usize = 20;

/// The 30 that are left are one each 2 s, which is what the clock of a running request takes. Spread so, they are given back one by one as
/// well: of however many ends at once, each has its edit about when 50 a minute, one after the other, would have come to it.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

/// A request that begins may say so at once.
const PROGRESS_BURST: u32 = 3;

/// All new messages of the workspace together: Slack says "several hundred a minute"; 20 at once and four a second are at most 260.
const WORKSPACE_EVERY: Duration = Duration::from_millis(250);

/// See [`WORKSPACE_EVERY`].
const WORKSPACE_BURST: u32 = 20;

/// What a message of ours is called in its metadata.
const METADATA: &str = "snapwarden_request";

/// How many messages of a channel are looked through for one that may have been posted: three pages.
const HISTORY_PAGES: usize = 3;

/// Messages on a page of history.
const HISTORY_PAGE: &str = "100";

/// So many people's channels of direct messages are remembered.
const DIRECT: usize = 4_096;

/// The longest plain text of a message that Slack did not take with its blocks.
const PLAIN: usize = 3_500;

/// How long the connections may take to end in order.
const LAST_FRAMES: Duration = Duration::from_secs(4);

/// What the adapter needs of a configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://slack.com/api`, or a peer on this machine.
    pub api_url: Url,
    /// `xoxb-…`
    pub bot_token: SecretString,
    /// How events arrive.
    pub delivery: Delivery,
    /// The only workspace that is served, if it is limited.
    pub team_id: Option<String>,
}

/// How events arrive, with the secret that this takes.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// By connections that the bot opens, with the app-level token.
    Socket(SecretString),
    /// By requests, with what they are signed with.
    Http(SecretString),
}

/// Slack, with what goes on in the background, which ends with it.
pub struct Slack {
    inner: Arc<Inner>,
    background: Mutex<JoinSet<()>>,
}

pub(super) struct Inner {
    desk: Arc<Desk>,
    delivery: Delivery,
    proxies: Proxies,
    clock: Arc<dyn Clock>,
    lines: Arc<Lines>,
    posts: Pace<ChannelId>,
    workspace: Pace<()>,
    edits: Window,
    progress: Pace<()>,
    /// The workspace and the organisation that the app is in, and its bot, once Slack has said so.
    own: Mutex<Own>,
    /// The channels of direct messages, by user.
    direct: Memory<String, String>,
    files: files::Files,
    thread: Details,
    stop: watch::Sender<bool>,
}

/// What the app is in Slack.
#[derive(Debug, Clone, Default)]
struct Own {
    teams: Vec<String>,
    bot_id: Option<String>,
}

impl Slack {
    /// Slack by these settings. Nothing is connected yet.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn new(settings: Settings, proxies: Proxies, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let Settings { api_url, bot_token, delivery, team_id } = settings;
        let api = Api::new(&api_url, bot_token, &proxies)?;
        let burst = |burst: u32| NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let inner = Inner {
            desk: Arc::new(Desk::new(api, clock.clone(), team_id)),
            delivery,
            proxies,
            posts: Pace::new(clock.clone(), POST_EVERY, burst(POST_BURST)),
            workspace: Pace::new(clock.clone(), WORKSPACE_EVERY, burst(WORKSPACE_BURST)),
            edits: Window::new(clock.clone(), EDITS, EDIT_WINDOW),
            progress: Pace::new(clock.clone(), PROGRESS_EVERY, burst(PROGRESS_BURST)),
            clock,
            lines: Arc::default(),
            own: Mutex::default(),
            direct: Memory::new(DIRECT),
            files: files::Files::new(),
            thread: Details::new(),
            stop: watch::Sender::new(false),
        };
        Ok(Self { inner: Arc::new(inner), background: Mutex::default() })
    }
}

#[async_trait]
impl Adapter for Slack {
    fn begin(&self, handle: Handle) {
        let Inner { desk, delivery, proxies, lines, stop, .. } = &*self.inner;
        let mut background = self.background.lock().unwrap_or_else(PoisonError::into_inner);
        // There is one engine to a process, and one set of connections: what has begun does not begin again.
        if !background.is_empty() {
            return;
        }
        desk.open(handle);
        background.spawn(background::meet(self.inner.clone(), stop.subscribe()));
        if let Delivery::Socket(token) = delivery {
            let app = desk.api().under(token.clone());
            let (proxies, desk, lines) = (proxies.clone(), desk.clone(), lines.clone());
            let opener = Arc::new(Opener { app, proxies, desk, lines });
            for _ in 0..socket::LINES {
                background.spawn(socket::keep(opener.clone(), stop.subscribe()));
            }
        }
    }

    fn routes(&self, handle: Handle) -> Option<Router> {
        let Delivery::Http(secret) = &self.inner.delivery else { return None };
        self.inner.desk.open(handle);
        Some(http::routes(self.inner.desk.clone(), secret.clone()))
    }

    async fn stop(&self) {
        self.inner.stop.send_replace(true);
        let background = std::mem::take(&mut *self.background.lock().unwrap_or_else(PoisonError::into_inner));
        let all = background.join_all();
        if tokio::time::timeout(LAST_FRAMES, all).await.is_err() {
            tracing::warn!("some of Slack's events were not acknowledged before the end");
        }
        self.inner.desk.close().await;
    }
}

#[async_trait]
impl Chat for Slack {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    async fn post(
        &self,
        channel: &ChannelId,
        nonce: &RequestId,
        again: bool,
        card: &Card,
    ) -> Result<MessageId, ChatError> {
        let inner = &self.inner;
        let place = inner.place(channel).await?;
        if again && let Some(ts) = inner.find(&place, nonce).await? {
            return Ok(message_id(&place, &ts));
        }
        let mut arguments = inner.arguments(card).await;
        arguments["channel"] = json!(place);
        arguments["metadata"] = metadata(nonce, card);
        let answer = inner.send("chat.postMessage", arguments, card, channel).await?;
        let said = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
        let Some(ts) = said("ts") else {
            return Err(ChatError::Later { after: None, why: "Slack names no message".to_owned() });
        };
        let message = message_id(&said("channel").unwrap_or(place), &ts);
        inner.thread_of(&message, card);
        Ok(message)
    }

    async fn edit(&self, channel: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError> {
        let inner = &self.inner;
        let Some((place, ts)) = message.as_str().split_once(':') else {
            return Err(ChatError::Never(format!("{message} is no message of Slack's")));
        };
        let mut arguments = inner.arguments(card).await;
        arguments["channel"] = json!(place);
        arguments["ts"] = json!(ts);
        // Only the message of a request has its state; what is told of one by itself keeps the id that it was posted under.
        if let (Some(request), Some(_)) = (&card.request, &card.state) {
            arguments["metadata"] = metadata(request, card);
        }
        inner.send("chat.update", arguments, card, channel).await?;
        inner.thread_of(message, card);
        Ok(())
    }

    fn slot(&self, channel: &ChannelId, what: Sending) -> Option<Duration> {
        match what {
            Sending::Post => self.inner.post_slot(channel),
            Sending::Edit => self.inner.edits.take(0),
            Sending::Progress => self.inner.progress_slot(),
        }
    }

    async fn whisper(&self, channel: &ChannelId, account: &Account, card: &Card) -> Result<(), ChatError> {
        let Some((_, user)) = people::parts(account) else {
            return Err(ChatError::Never(format!("{account} is no account of Slack's")));
        };
        let place = channel.id();
        let channel = (!place.starts_with('@')).then(|| place.to_owned());
        self.inner
            .desk
            .whisper(card, &To { user: user.to_owned(), channel, response_url: None, replaces: false })
            .await;
        Ok(())
    }

    fn direct(&self, account: &Account) -> Option<ChannelId> {
        people::parts(account)?;
        Some(ChannelId::new(PLATFORM, format!("@{}", account.id())))
    }

    fn health(&self) -> Result<(), String> {
        let serving = matches!(self.inner.delivery, Delivery::Socket(_)).then(|| self.inner.lines.serving());
        self.inner.desk.health().problem(serving).map_or(Ok(()), Err)
    }
}

impl Inner {
    /// Slack's id of a channel; that of the direct messages with somebody is asked for.
    async fn place(&self, channel: &ChannelId) -> Result<String, ChatError> {
        let place = channel.id();
        let Some(user) = place.strip_prefix('@').map(|account| account.rsplit('/').next().unwrap_or(account)) else {
            return Ok(place.to_owned());
        };
        if let Some(known) = self.direct.get(&user.to_owned()) {
            return Ok(known);
        }
        let answer = self.desk.api().form("conversations.open", &[("users", user)]).await;
        let answer = answer.map_err(|error| self.means(error, channel, Sending::Post))?;
        let Some(id) = answer.pointer("/channel/id").and_then(Value::as_str) else {
            return Err(ChatError::Never(format!("Slack opens no direct messages with {user}")));
        };
        self.direct.put(user.to_owned(), id.to_owned());
        Ok(id.to_owned())
    }

    /// The message that an earlier try posted, if it did.
    async fn find(&self, place: &str, nonce: &RequestId) -> Result<Option<String>, ChatError> {
        let own = self.own().bot_id;
        let mut cursor = String::new();
        for _ in 0..HISTORY_PAGES {
            let mut arguments = vec![("channel", place), ("limit", HISTORY_PAGE), ("include_all_metadata", "true")];
            if !cursor.is_empty() {
                arguments.push(("cursor", &cursor));
            }
            let answer = self.desk.api().form("conversations.history", &arguments).await;
            let channel = ChannelId::new(PLATFORM, place);
            let answer = answer.map_err(|error| self.means(error, &channel, Sending::Post))?;
            let messages = answer.get("messages").and_then(Value::as_array);
            let ours = |message: &&Value| {
                let is = |pointer: &str, text: &str| message.pointer(pointer).and_then(Value::as_str) == Some(text);
                let by_us = own.as_deref().is_none_or(|own| is("/bot_id", own));
                by_us && is("/metadata/event_type", METADATA) && is("/metadata/event_payload/id", nonce.as_str())
            };
            let found = messages.into_iter().flatten().find(ours).and_then(|one| one.get("ts")?.as_str());
            if let Some(ts) = found {
                tracing::info!(%nonce, "the message is there already: an earlier try got through");
                return Ok(Some(ts.to_owned()));
            }
            let next = answer.pointer("/response_metadata/next_cursor").and_then(Value::as_str).unwrap_or_default();
            if next.is_empty() {
                break;
            }
            next.clone_into(&mut cursor);
        }
        Ok(None)
    }

    /// The card as arguments, with its pictures where Slack takes them.
    async fn arguments(&self, card: &Card) -> Value {
        let files = self.files.pictures(self.desk.api(), card).await;
        self.drawn(card, &files)
    }

    /// The card as arguments, with those of its pictures that Slack has, by name.
    fn drawn(&self, card: &Card, files: &BTreeMap<String, String>) -> Value {
        let file = |name: &str| files.get(name).cloned();
        let teams = self.own().teams;
        let mentions = |to: &[Addressee]| {
            let rules = self.desk.handle().map(|handle| handle.parts().rules());
            let team = teams.first().map(String::as_str);
            rules.map(|rules| people::mentions(&rules.policy, team, to)).unwrap_or_default()
        };
        Value::Object(render::message(card, &Around { mentions: &mentions, file: &file }).arguments())
    }

    /// Sends a message. Slack takes no message with a picture that it is still looking at, so that one is sent without: its text says what it shows. One
    /// whose blocks Slack does not take at all is sent as plain text: it is better read than lost.
    async fn send(
        &self,
        method: &str,
        mut arguments: Value,
        card: &Card,
        channel: &ChannelId,
    ) -> Result<Value, ChatError> {
        let what = if method == "chat.update" { Sending::Edit } else { Sending::Post };
        let mut sent = self.desk.api().json(method, &arguments).await;
        if is_of_blocks(&sent) && card.files.iter().any(|file| files::is_picture(card, file)) {
            tracing::warn!(title = card.title, "Slack does not take a message with its picture: it is sent without");
            let bare = self.drawn(card, &BTreeMap::new());
            for part in ["blocks", "attachments"] {
                arguments[part] = bare.get(part).cloned().unwrap_or_else(|| json!([]));
            }
            sent = self.desk.api().json(method, &arguments).await;
        }
        if let Err(CallError::Refused(word)) = &sent
            && is_of_blocks(&sent)
        {
            metrics::counter!(names::SLACK_PLAIN).increment(1);
            tracing::error!(
                word,
                title = card.title,
                "Slack does not take a message as it is drawn: it is sent as plain text"
            );
            arguments["text"] = json!(escape(&cut(&plain::render(card), PLAIN)));
            arguments["blocks"] = json!([]);
            arguments["attachments"] = json!([]);
            sent = self.desk.api().json(method, &arguments).await;
        }
        match sent {
            Ok(answer) => {
                self.desk.health().bot_token_works();
                Ok(answer)
            }
            Err(error) => Err(self.means(error, channel, what)),
        }
    }

    /// What an error means for the message that it befell.
    fn means(&self, error: CallError, channel: &ChannelId, what: Sending) -> ChatError {
        match error {
            CallError::Limited(after) => {
                metrics::counter!(names::SLACK_LIMITED).increment(1);
                match what {
                    Sending::Post => self.posts.stop(channel, after),
                    Sending::Edit | Sending::Progress => self.edits.stop(after),
                }
                ChatError::Later { after: Some(after), why: "Slack limits us".to_owned() }
            }
            CallError::Broken(why) => ChatError::Later { after: None, why },
            CallError::Refused(word) if health::is_of_token(&word) => {
                self.desk.health().bot_token_refused(&word);
                ChatError::Later { after: None, why: format!("Slack refuses the token ({word})") }
            }
            CallError::Refused(word) => ChatError::Never(match word.as_str() {
                "not_in_channel" => "the bot is not in the channel: type /invite @snapwarden there".to_owned(),
                "channel_not_found" => {
                    "Slack knows no such channel, or it is private and the bot is not in it".to_owned()
                }
                "is_archived" => "the channel is archived".to_owned(),
                _ => format!("Slack says {word}"),
            }),
        }
    }

    /// Whether a message may be posted to this channel now, and into the workspace at all.
    fn post_slot(&self, channel: &ChannelId) -> Option<Duration> {
        if let Some(wait) = self.posts.take(channel) {
            return Some(wait);
        }
        let wait = self.workspace.take(&())?;
        self.posts.give_back(channel);
        Some(wait)
    }

    /// Whether a message may be changed now for what can wait.
    fn progress_slot(&self) -> Option<Duration> {
        if let Some(wait) = self.progress.take(&()) {
            return Some(wait);
        }
        let wait = self.edits.take(EDITS_FOR_ENDS)?;
        self.progress.give_back(&());
        Some(wait)
    }

    fn own(&self) -> Own {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until a message may be sent to a channel that the engine does not ask for: what goes into a thread.
    async fn turn(&self, place: &str) {
        let channel = ChannelId::new(PLATFORM, place);
        while let Some(wait) = self.post_slot(&channel) {
            self.clock.pause(wait).await;
        }
    }

    /// Waits until a message may be changed that the engine does not ask for.
    async fn edit_turn(&self) {
        while let Some(wait) = self.progress_slot() {
            self.clock.pause(wait).await;
        }
    }

    /// The files of a card that are no pictures in it.
    fn tables(card: &Card) -> impl Iterator<Item = &Attachment> {
        card.files.iter().filter(|file| !files::is_picture(card, file))
    }
}

/// What programs can read of a message, and what it is found by: its id and the state of its request.
fn metadata(id: &RequestId, card: &Card) -> Value {
    json!({"event_type": METADATA, "event_payload": {"id": id.as_str(), "state": card.state.as_deref().unwrap_or_default()}})
}

/// A message by its channel and its time, which together name it.
fn message_id(place: &str, ts: &str) -> MessageId {
    MessageId::new(format!("{place}:{ts}"))
}

/// Whether Slack does not take a message as it is drawn.
fn is_of_blocks(sent: &Result<Value, CallError>) -> bool {
    let Err(CallError::Refused(word)) = sent else { return false };
    matches!(
        word.as_str(),
        "invalid_blocks" | "invalid_blocks_format" | "invalid_attachments" | "msg_too_long" | "msg_blocks_too_long"
    )
}
