//! Discord as the engine's [`Chat`]: messages are posted once, brought up to date by the bot's own token, and what stands against
//! that is sorted into what passes and what does not.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;

use super::api::{Api, ApiError, Call};
use super::inbound::Token;
use super::known::{Seen, Tokens};
use super::rates::Route;
use super::render::{self, Mentions, Message};
use super::{Delivery, PLATFORM, Settings, endpoint, gateway, limits, members, register};
use crate::chat::front::Adapter;
use crate::chat::front::details::{Details, digest};
use crate::chat::front::memory::Memory;
use crate::chat::front::mentions::{Called, called};
use crate::domain::ids::{Account, ChannelId, MessageId, RequestId};
use crate::domain::policy::{Person, PlatformGroup, Policy};
use crate::engine::Handle;
use crate::engine::ports::{Chat, ChatError, Clock, Sending};
use crate::message::model::Card;
use crate::proxy::Proxies;
use crate::telemetry::names;

/// Discord's codes that are told apart.
pub(super) mod code {
    pub(crate) const UNKNOWN_CHANNEL: u64 = 10_003;
    pub(crate) const UNKNOWN_MEMBER: u64 = 10_007;
    pub(crate) const UNKNOWN_MESSAGE: u64 = 10_008;
    pub(crate) const UNKNOWN_USER: u64 = 10_013;
    pub(crate) const UNKNOWN_WEBHOOK: u64 = 10_015;
    pub(crate) const UNKNOWN_INTERACTION: u64 = 10_062;
    pub(crate) const MISSING_ACCESS: u64 = 50_001;
    pub(crate) const NO_DIRECT: u64 = 50_007;
    pub(crate) const MISSING_PERMISSIONS: u64 = 50_013;
    pub(crate) const INVALID_TOKEN: u64 = 50_027;
    /// Too many changes of messages that are older than an hour. It concerns one message and is no rate of the bot's.
    pub(crate) const OLD_MESSAGE: u64 = 30_046;
    pub(crate) const ACKNOWLEDGED: u64 = 40_060;
    pub(crate) const HAS_THREAD: u64 = 160_004;
}

/// Hex digits of the channel's digest in a nonce: with the request's id they stay below Discord's 25 characters.
const NONCE_DIGITS: usize = 8;

/// So many of a bucket's changes are not spent on progress, so that an end need not wait for the bucket to be full again: of the five that
/// Discord gives a channel today, most are left.
const EDITS_FOR_ENDS: u32 = 2;

/// So many of a thread's first messages are looked through for the details: they are the first unless somebody was faster.
const OLDEST: usize = 20;

/// So many people's channels of direct messages are remembered.
const REMEMBERED: usize = 4_096;

/// A message older than an hour that Discord does not change now is left alone for so long.
const OLD_MESSAGE: Duration = Duration::from_secs(300);

/// A connection that is lost for so long is told to whoever asks how the bot does: resuming takes seconds.
const UNWELL: Duration = Duration::from_secs(30);

/// Messages with one account stand under `discord:@ID`, since their channel is not known until somebody is told something.
const DIRECT: char = '@';

/// Discord, as the engine posts to it and as interactions are answered.
pub struct Discord {
    pub(super) api: Api,
    pub(super) settings: Settings,
    pub(super) proxies: Proxies,
    /// A clock that moves as Discord's does.
    pub(super) clock: Arc<dyn Clock>,
    pub(super) handle: OnceLock<Handle>,
    /// Channels of direct messages, by user.
    direct: Memory<String, String>,
    pub(super) tokens: Tokens,
    pub(super) seen: Seen,
    details: Details,
    trouble: Mutex<Trouble>,
    /// The bot's own account, once it was asked for.
    me: OnceLock<String>,
}

/// What stands against the bot's work, newest knowledge.
#[derive(Default)]
pub(super) struct Trouble {
    pub(super) api: Option<String>,
    pub(super) gateway: Option<Lost>,
}

/// The gateway is not connected.
pub(super) struct Lost {
    since: Duration,
    why: String,
    /// It stays so until somebody mends something, so it is told at once.
    stays: bool,
}

/// Where something is posted.
enum Place {
    Channel(String),
    Direct(String),
}

impl Discord {
    /// Discord behind this API. `clock` has to be one that moves as Discord's does.
    ///
    /// # Errors
    /// If there is no TLS to be had.
    pub fn new(settings: Settings, proxies: Proxies, clock: Arc<dyn Clock>) -> Result<Arc<Self>, String> {
        let rates = super::rates::Rates::new(clock.clone());
        let api = Api::new(settings.api_url.as_str(), settings.token.clone(), rates, &proxies)?;
        Ok(Arc::new(Self {
            api,
            settings,
            proxies,
            clock,
            handle: OnceLock::new(),
            direct: Memory::new(REMEMBERED),
            tokens: Tokens::new(),
            seen: Seen::default(),
            details: Details::new(),
            trouble: Mutex::default(),
            me: OnceLock::new(),
        }))
    }

    pub(super) fn trouble(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The gateway is not connected, for this reason.
    pub(super) fn lost(&self, why: &str, stays: bool) {
        let mut trouble = self.trouble();
        let since = trouble.gateway.as_ref().map_or_else(|| self.clock.elapsed(), |lost| lost.since);
        trouble.gateway = Some(Lost { since, why: why.to_owned(), stays });
    }

    /// Something of Discord's that cannot be read: it is counted by its kind, and logged without its content.
    pub(super) fn unreadable(&self, kind: &'static str, why: &str) {
        metrics::counter!(names::DISCORD_UNREADABLE, "kind" => kind).increment(1);
        tracing::error!(kind, why, "something of Discord's cannot be read");
    }

    /// Remembers how the API does, and hands the outcome on.
    pub(super) fn noted<T>(&self, outcome: Result<T, ApiError>) -> Result<T, ApiError> {
        let trouble = match &outcome {
            Ok(_) | Err(ApiError::Refused { .. } | ApiError::Wait(_)) => None,
            Err(error @ (ApiError::Away(_) | ApiError::Unauthorized)) => Some(error.to_string()),
        };
        self.trouble().api = trouble;
        outcome
    }

    /// Sends something to a channel, opening the one of direct messages if it is one.
    async fn deliver(&self, channel: &ChannelId, message: Message) -> Result<Value, ChatError> {
        let id = self.channel(channel).await?;
        let route = Route::new("post", place(channel)?.as_str());
        let call = Call::new(Method::POST, format!("/channels/{id}/messages"), route).message(message);
        self.noted(self.api.send_now(call).await).map_err(|error| sorted(&error, channel))
    }

    async fn channel(&self, channel: &ChannelId) -> Result<String, ChatError> {
        let account = match place(channel)? {
            Place::Channel(id) => return Ok(id),
            Place::Direct(account) => account,
        };
        if let Some(id) = self.direct.get(&account) {
            return Ok(id);
        }
        let call = Call::new(Method::POST, "/users/@me/channels".to_owned(), Route::new("direct", ""));
        let answer = self.api.send(call.body(json!({ "recipient_id": account }))).await;
        let opened = self.noted(answer).map_err(|error| sorted(&error, channel))?;
        let id = opened["id"].as_str().filter(|id| is_snowflake(id));
        let id = id.ok_or_else(|| later("Discord opened no channel for direct messages"))?.to_owned();
        self.direct.put(account, id.clone());
        Ok(id)
    }

    /// Whom a card calls, as Discord knows them.
    fn mentions(&self, card: &Card) -> Mentions {
        match self.handle.get() {
            Some(handle) if !card.to.is_empty() => mentions(card, &handle.parts().rules().policy),
            Some(_) | None => Mentions::default(),
        }
    }

    /// Sends something that only the one who acted sees.
    pub(super) async fn follow_up(&self, token: &Token, card: &Card) -> Result<(), ApiError> {
        let path = format!("/webhooks/{}/{}", self.settings.application_id, token.reveal());
        let call = Call::new(Method::POST, path, Route::interaction("")).unsigned().message(render::reply(card));
        self.api.send(call).await.map(|_| ())
    }

    /// Says something to one account in a channel that everybody reads, and calls nobody else.
    pub(super) async fn say(&self, channel: &ChannelId, account: &Account, card: &Card) -> Result<(), ChatError> {
        let users = user_of(account).map(str::to_owned).into_iter().collect();
        let message = render::post(card, &Mentions { users, ..Mentions::default() });
        self.api.rates.wait(&Route::new("post", place(channel)?.as_str())).await;
        self.deliver(channel, message).await.map(|_| ())
    }

    /// Details in the thread below a message, in the background: the message itself does not wait for them.
    fn details(self: &Arc<Self>, channel: &ChannelId, message: &MessageId, card: &Card) {
        let Some(details) = render::thread(card) else { return };
        // There are no threads among direct messages.
        let Ok(Place::Channel(channel)) = place(channel) else { return };
        let says = digest(&details.body.to_string());
        if !self.details.is_new(message, says) {
            return;
        }
        let (discord, message, name) = (self.clone(), message.clone(), render::thread_name(card));
        tokio::spawn(async move {
            if let Err(error) = discord.put_details(&channel, &message, &name, details, says).await {
                // The message says what matters.
                tracing::warn!(channel, %error, "the details of a message could not be put into its thread");
            }
        });
    }

    async fn put_details(
        &self,
        channel: &str,
        message: &MessageId,
        name: &str,
        details: Message,
        says: u64,
    ) -> Result<(), ApiError> {
        let Some(turn) = self.details.turn(message, says).await else { return Ok(()) };
        let there = match &turn.there {
            Some(there) => Some(there.clone()),
            None => self.in_thread(channel, message.as_str(), name).await?,
        };
        // A thread that begins at a message has that message's id.
        let mut path = format!("/channels/{message}/messages");
        let (method, kind) = match &there {
            Some(there) => {
                path.push('/');
                path.push_str(there);
                (Method::PATCH, "edit")
            }
            None => (Method::POST, "post"),
        };
        let told = self.api.send(Call::new(method, path, Route::new(kind, message.as_str())).message(details)).await?;
        let there = there.or_else(|| told["id"].as_str().map(str::to_owned));
        self.details.stands_in(message, says, there);
        Ok(())
    }

    /// The message with the details in a message's thread; none in a thread that is opened only now.
    async fn in_thread(&self, channel: &str, message: &str, name: &str) -> Result<Option<String>, ApiError> {
        let path = format!("/channels/{channel}/messages/{message}/threads");
        let opening = Call::new(Method::POST, path, Route::new("thread", channel)).body(json!({ "name": name }));
        match self.api.send(opening).await {
            Ok(_) => return Ok(None),
            // It is of before a restart, and so are the details in it.
            Err(error) if error.is(code::HAS_THREAD) => {}
            Err(error) => return Err(error),
        }
        let me = self.me().await?;
        // The oldest: the details are what the thread was opened for. Who may not read the history is shown none.
        let path = format!("/channels/{message}/messages?after=0&limit={OLDEST}");
        let oldest = self.api.send(Call::new(Method::GET, path, Route::new("read", message))).await?;
        let own = oldest.as_array().into_iter().flatten().filter(|one| one["author"]["id"] == me);
        let ids = own.filter_map(|one| one["id"].as_str()).filter(|id| is_snowflake(id));
        // Of two numbers the shorter is the smaller.
        Ok(ids.min_by_key(|id| (id.len(), *id)).map(str::to_owned))
    }

    /// The bot's own account.
    async fn me(&self) -> Result<String, ApiError> {
        if let Some(known) = self.me.get() {
            return Ok(known.clone());
        }
        let answer = self.api.send(Call::new(Method::GET, "/users/@me".to_owned(), Route::new("me", ""))).await?;
        let me = answer["id"].as_str().unwrap_or_default().to_owned();
        Ok(self.me.get_or_init(|| me).clone())
    }
}

/// Whom a card calls. Who has no Discord account is not called here.
fn mentions(card: &Card, policy: &Policy) -> Mentions {
    let users = |person: &Person| person.accounts.iter().filter_map(user_of).map(str::to_owned).collect();
    let roles = |group: &PlatformGroup| {
        let ids = group.ids.iter().filter_map(role_of).filter(|role| is_snowflake(role));
        ids.map(str::to_owned).collect()
    };
    let Called { accounts, groups, more } = called(&card.to, policy, users, roles);
    Mentions { users: accounts, roles: groups, more }
}

/// The adapter as a port. It holds what goes on in the background, which ends with it.
pub struct Port {
    discord: Arc<Discord>,
    background: Mutex<JoinSet<()>>,
}

impl Port {
    pub fn new(discord: Arc<Discord>) -> Self {
        Self { discord, background: Mutex::default() }
    }

    fn background(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.background.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Adapter for Port {
    /// Registers the commands, keeps the roles known, and keeps the gateway open where interactions come in by it.
    fn begin(&self, handle: Handle) {
        let discord = &self.discord;
        // There is one engine to a process and one connection to the gateway: what has begun does not begin again.
        if discord.handle.set(handle.clone()).is_err() {
            return;
        }
        let mut background = self.background();
        background.spawn(register::keep(discord.clone()));
        background.spawn(members::keep(discord.clone(), handle.clone()));
        if let Delivery::Gateway(_) = &discord.settings.delivery {
            background.spawn(gateway::keep(discord.clone(), handle));
        }
    }

    fn routes(&self, handle: Handle) -> Option<Router> {
        endpoint::routes(self.discord.clone(), handle)
    }

    async fn stop(&self) {
        self.background().abort_all();
    }
}

#[async_trait]
impl Chat for Port {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    async fn post(
        &self,
        channel: &ChannelId,
        nonce: &RequestId,
        _again: bool,
        card: &Card,
    ) -> Result<MessageId, ChatError> {
        let mut message = render::post(card, &self.discord.mentions(card));
        // Discord gives back the message that has this nonce already instead of posting its twin.
        message.body["nonce"] = json!(nonce_of(channel, nonce));
        message.body["enforce_nonce"] = json!(true);
        let posted = self.discord.deliver(channel, message).await?;
        let id = posted["id"].as_str().filter(|id| is_snowflake(id));
        let id = MessageId::new(id.ok_or_else(|| later("Discord took a message and gave it no id"))?);
        self.discord.details(channel, &id, card);
        Ok(id)
    }

    async fn edit(&self, channel: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError> {
        let edited = render::edit(card, &self.discord.mentions(card));
        let id = self.discord.channel(channel).await?;
        let route = Route::new("edit", place(channel)?.as_str());
        let call = Call::new(Method::PATCH, format!("/channels/{id}/messages/{message}"), route).message(edited);
        let outcome = self.discord.api.send_now(call).await;
        self.discord.noted(outcome).map_err(|error| sorted(&error, channel))?;
        self.discord.details(channel, message, card);
        Ok(())
    }

    fn slot(&self, channel: &ChannelId, what: Sending) -> Option<Duration> {
        let place = place(channel).ok()?;
        let (kind, spare) = match what {
            Sending::Post => ("post", 0),
            Sending::Edit => ("edit", 0),
            Sending::Progress => ("edit", EDITS_FOR_ENDS),
        };
        if let Some(left) = self.discord.api.rates.breaker() {
            return Some(left);
        }
        self.discord.api.rates.slot_beside(&Route::new(kind, place.as_str()), spare)
    }

    async fn whisper(&self, channel: &ChannelId, account: &Account, card: &Card) -> Result<(), ChatError> {
        let user = user_of(account).ok_or_else(|| ChatError::Never("no Discord account".to_owned()))?;
        let token = match place(channel)? {
            Place::Channel(id) => self.discord.tokens.of(&id, user, self.discord.clock.elapsed()),
            Place::Direct(_) => None,
        };
        if let Some(token) = token
            && self.discord.follow_up(&token, card).await.is_ok()
        {
            return Ok(());
        }
        // Only a direct message is seen by nobody else then.
        let direct = direct(user);
        let message = render::post(card, &Mentions::default());
        self.discord.api.rates.wait(&Route::new("post", user)).await;
        self.discord.deliver(&direct, message).await.map(|_| ())
    }

    fn direct(&self, account: &Account) -> Option<ChannelId> {
        user_of(account).map(direct)
    }

    fn health(&self) -> Result<(), String> {
        let trouble = self.discord.trouble();
        if let Some(why) = &trouble.api {
            return Err(why.clone());
        }
        let Some(Lost { since, why, stays }) = &trouble.gateway else { return Ok(()) };
        let lost = self.discord.clock.elapsed().saturating_sub(*since);
        if !stays && lost < UNWELL {
            return Ok(());
        }
        Err(format!("the gateway is not connected, for {} s now: {why}", lost.as_secs()))
    }
}

impl Place {
    fn as_str(&self) -> &str {
        match self {
            Self::Channel(id) | Self::Direct(id) => id,
        }
    }
}

/// How an account is written down.
pub(super) fn account(user: &str) -> Account {
    Account::new(PLATFORM, user)
}

/// The user of an account.
pub(super) fn user_of(account: &Account) -> Option<&str> {
    account.on(PLATFORM).filter(|id| is_snowflake(id))
}

/// How a role is written down: marked as in a mention, since its number may be an account's too.
pub fn role(id: &str) -> Account {
    Account::new(PLATFORM, format!("&{id}"))
}

/// The role that is written down so.
pub(super) fn role_of(group: &Account) -> Option<&str> {
    group.on(PLATFORM)?.strip_prefix('&')
}

/// The channel of direct messages with somebody, which is opened as it is needed.
pub(super) fn direct(user: &str) -> ChannelId {
    ChannelId::new(PLATFORM, format!("{DIRECT}{user}"))
}

/// Where a channel id leads. What is no id of Discord's leads nowhere, whoever tries: it would become part of an address.
fn place(channel: &ChannelId) -> Result<Place, ChatError> {
    let bare = channel.on(PLATFORM).unwrap_or_default();
    let found = match bare.strip_prefix(DIRECT) {
        Some(user) if is_snowflake(user) => Some(Place::Direct(user.to_owned())),
        None if is_snowflake(bare) => Some(Place::Channel(bare.to_owned())),
        Some(_) | None => None,
    };
    found.ok_or_else(|| {
        ChatError::Never(format!("{channel} is no channel of Discord's: it has to be discord: and the channel's id"))
    })
}

/// Whether it is an id of Discord's: digits, 64 bits.
pub(super) fn is_snowflake(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u64>().is_ok_and(|id| id > 0)
}

/// The same for every try of one message in one channel.
fn nonce_of(channel: &ChannelId, request: &RequestId) -> String {
    let mut digest = hex::encode(Sha256::digest(channel.to_string()));
    digest.truncate(NONCE_DIGITS);
    let mut nonce = format!("{request}.{digest}");
    nonce.truncate(limits::NONCE);
    nonce
}

fn later(why: &str) -> ChatError {
    ChatError::Later { after: None, why: why.to_owned() }
}

/// What is to be done about a refusal, with words for an administrator.
fn sorted(error: &ApiError, channel: &ChannelId) -> ChatError {
    match error {
        ApiError::Refused { code: code::OLD_MESSAGE, .. } => ChatError::Later {
            after: Some(OLD_MESSAGE),
            why: "Discord takes few changes of a message this old".to_owned(),
        },
        ApiError::Wait(after) => ChatError::Later { after: Some(*after), why: error.to_string() },
        ApiError::Away(_) | ApiError::Unauthorized => ChatError::Later { after: None, why: error.to_string() },
        ApiError::Refused { status, code, said } => ChatError::Never(match *code {
            code::UNKNOWN_CHANNEL => {
                format!("the channel {channel} is gone: take it out of the configuration, or correct its id")
            }
            code::UNKNOWN_MESSAGE => format!("somebody has deleted the message in {channel}"),
            code::MISSING_ACCESS => format!("the bot does not see {channel}: give its role View Channel there"),
            code::MISSING_PERMISSIONS => format!(
                "the bot may not write in {channel}: give its role View Channel, Send Messages, Embed Links and Attach Files there"
            ),
            code::NO_DIRECT => {
                format!("{channel} takes no direct messages: its owner has to allow those of the server's members")
            }
            _ => format!("Discord refuses a message in {channel}: {status} {code} {said}"),
        }),
    }
}

#[cfg(test)]
mod tests;
