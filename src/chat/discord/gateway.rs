//! Interactions over the gateway: one task, which owns one WebSocket.
//!
//! There is never a second connection, by construction: [`keep`] is begun once, [`connection`] owns its socket, and the next one is
//! opened after that has returned and dropped it. Nothing of a connection outlives it but its session, by which the next one resumes.
//!
//! Events are read raw, and only an interaction's JSON is looked into, by `inbound`: whatever Discord adds to it cannot keep it from
//! being answered. A connection is lost when Discord closes it, when it breaks, and when Discord does not answer a heartbeat. What is
//! left of its session then is one of [`Then`].

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, Url};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::Delivery;
use super::api::Call;
use super::client::{Discord, code};
use super::desk::{self, Taken};
use super::rates::Route;
use crate::chat::front::web_socket::{Heard, WebSocket};
use crate::engine::Handle;
use crate::telemetry::names;

/// Discord greets, and begins or resumes a session, within this.
const PATIENCE: Duration = Duration::from_secs(20);

/// The wait before the second try; doubled for each further one.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest wait between two tries that begin no session.
const LONGEST_PAUSE: Duration = Duration::from_secs(16);

/// The longest wait between two sessions: Discord allows a thousand a day, which is one each 86 seconds.
const LONGEST_SESSION_PAUSE: Duration = Duration::from_secs(120);

/// A connection that held for so long is no failure when it ends. So sessions that end as they begin are fewer than a thousand a day, too.
const HELD: Duration = Duration::from_secs(90);

/// After so many failures in a row a session is no longer resumed: whoever waited for an answer has given up, and Discord may have.
const RESUMES: u32 = 5;

/// What is between two heartbeats where Discord does not say it.
const HEARTBEAT: Duration = Duration::from_secs(41);

/// Discord's operations.
mod op {
    pub(super) const DISPATCH: u64 = 0;
    pub(super) const HEARTBEAT: u64 = 1;
    pub(super) const IDENTIFY: u64 = 2;
    pub(super) const RESUME: u64 = 6;
    pub(super) const RECONNECT: u64 = 7;
    pub(super) const INVALID_SESSION: u64 = 9;
    pub(super) const HELLO: u64 = 10;
    pub(super) const HEARTBEAT_ACK: u64 = 11;
}

/// What Discord knows us by, and up to where we have heard it.
#[derive(Debug, Clone)]
struct Session {
    id: String,
    /// Where it is resumed.
    url: Option<Url>,
    sequence: u64,
}

/// What is to be done when a connection has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Resume the session: what was missed is sent again.
    Resume,
    /// Begin a session.
    Begin,
    /// Begin a session, as rarely as may be: somebody has to mend something first, and is told at once.
    Mend,
}

/// Why a connection ended, in words for an administrator, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ended {
    why: String,
    then: Then,
}

impl Ended {
    fn new(then: Then, why: impl Into<String>) -> Self {
        Self { why: why.into(), then }
    }
}

/// Keeps the gateway open for ever.
pub(super) async fn keep(discord: Arc<Discord>, handle: Handle) {
    let mut session: Option<Session> = None;
    let mut failures = 0;
    discord.lost("it is not connected yet", false);
    loop {
        let began = discord.clock.elapsed();
        let had = session.as_ref().map(|session| session.id.clone());
        let Ended { why, then } = match address(&discord, session.as_ref(), failures).await {
            Ok(url) => connection(&discord, &handle, &url, &mut session).await,
            Err(why) => Ended::new(Then::Resume, why),
        };
        metrics::counter!(names::DISCORD_GATEWAY_ENDS).increment(1);
        tracing::warn!(why, "the connection to Discord's gateway ended and is opened again");
        discord.lost(&why, then == Then::Mend);
        let begun = session.as_ref().is_some_and(|session| had.as_ref() != Some(&session.id));
        if then != Then::Resume || failures >= RESUMES {
            session = None;
        }
        if discord.clock.elapsed().saturating_sub(began) >= HELD {
            failures = 0;
        }
        discord.clock.pause(pause(failures, begun, then)).await;
        failures = failures.saturating_add(1);
    }
}

/// How long is waited after so many failures in a row. The first time a session is resumed at once; none is begun in a hurry.
fn pause(failures: u32, begun: bool, then: Then) -> Duration {
    let doubled = PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(10));
    match then {
        Then::Mend => LONGEST_SESSION_PAUSE,
        Then::Resume if failures == 0 => Duration::ZERO,
        Then::Resume | Then::Begin if begun => doubled.min(LONGEST_SESSION_PAUSE),
        Then::Resume | Then::Begin => doubled.min(LONGEST_PAUSE),
    }
}

/// Where to connect to. Whether the token is good and whether a session may be begun is asked first: the gateway would take more than a
/// thousand a day for a fault, and end the token.
async fn address(discord: &Discord, session: Option<&Session>, failures: u32) -> Result<Url, String> {
    let own = match &discord.settings.delivery {
        Delivery::Gateway(url) => url.as_ref(),
        Delivery::Http(_) => None,
    };
    if let (Some(session), 0) = (session, failures)
        && let Some(url) = own.or(session.url.as_ref())
    {
        return socket(url.as_str());
    }
    let about = discord.api.send(Call::new(Method::GET, "/gateway/bot".to_owned(), Route::new("gateway", ""))).await;
    let about = discord.noted(about).map_err(|error| error.to_string())?;
    if session.is_none() && about["session_start_limit"]["remaining"].as_u64() == Some(0) {
        let wait = about["session_start_limit"]["reset_after"].as_u64().unwrap_or(0) / 60_000;
        return Err(format!("Discord lets this bot begin no more sessions for {wait} min"));
    }
    let url = own.map(Url::as_str).or_else(|| about["url"].as_str());
    socket(url.ok_or("Discord names no address of its gateway")?)
}

/// A gateway's address, with the version that is spoken; peers may tell theirs as they tell the API's.
fn socket(url: &str) -> Result<Url, String> {
    let url = url.trim_end_matches('/');
    let url = match (url.strip_prefix("http://"), url.strip_prefix("https://")) {
        (Some(rest), _) => format!("ws://{rest}"),
        (None, Some(rest)) => format!("wss://{rest}"),
        (None, None) => url.to_owned(),
    };
    let mut url: Url = url.parse().map_err(|_| "the gateway's address is none".to_owned())?;
    if !matches!(url.scheme(), "ws" | "wss") {
        return Err("the gateway's address is none of a WebSocket".to_owned());
    }
    url.set_query(Some("v=10&encoding=json"));
    Ok(url)
}

/// One connection, until it ends. Cancelling it closes it.
async fn connection(discord: &Arc<Discord>, handle: &Handle, url: &Url, session: &mut Option<Session>) -> Ended {
    let socket = match WebSocket::open(url, &discord.proxies).await {
        Ok(socket) => socket,
        Err(why) => return Ended::new(Then::Resume, format!("Discord's gateway cannot be reached: {why}")),
    };
    let now = discord.clock.elapsed();
    let mut connection = Connection { discord, handle, socket, session, beat: None, answered: true, serving: false };
    connection.serve(now + PATIENCE).await
}

/// A connection and what is known of it.
struct Connection<'a> {
    discord: &'a Arc<Discord>,
    handle: &'a Handle,
    socket: WebSocket,
    session: &'a mut Option<Session>,
    /// When the next heartbeat is due, and what is between two.
    beat: Option<(Duration, Duration)>,
    /// The last heartbeat was answered.
    answered: bool,
    /// Its session has begun or was resumed.
    serving: bool,
}

impl Connection<'_> {
    async fn serve(&mut self, patience: Duration) -> Ended {
        loop {
            let now = self.discord.clock.elapsed();
            if !self.serving && now >= patience {
                return Ended::new(Then::Resume, "Discord's gateway was reached and did not begin");
            }
            if let Some((due, every)) = self.beat
                && now >= due
            {
                if !self.answered {
                    return Ended::new(Then::Resume, "Discord's gateway did not answer a heartbeat");
                }
                self.answered = false;
                self.beat = Some((now + every, every));
                if let Some(ended) = self.heartbeat().await {
                    return ended;
                }
            }
            let next = self.beat.map(|(due, _)| due).into_iter().chain((!self.serving).then_some(patience)).min();
            let wait = next.map_or(HEARTBEAT, |next| next.saturating_sub(now));
            let heard = tokio::select! {
                heard = self.socket.next() => heard,
                () = self.discord.clock.pause(wait) => continue,
            };
            let ended = match heard {
                Heard::Text(text) => self.frame(&text).await,
                Heard::Alive => None,
                Heard::Closed(code) => Some(closed(code)),
                Heard::Broken => Some(Ended::new(Then::Resume, "the connection broke")),
            };
            if let Some(ended) = ended {
                return ended;
            }
        }
    }

    /// Takes a frame; why the connection ends with it, if it does.
    async fn frame(&mut self, text: &str) -> Option<Ended> {
        let Ok(mut frame) = serde_json::from_str::<Value>(text) else {
            self.discord.unreadable("frame", "not JSON");
            return None;
        };
        if let (Some(sequence), Some(session)) = (frame["s"].as_u64(), self.session.as_mut()) {
            session.sequence = sequence;
        }
        let data = frame["d"].take();
        match frame["op"].as_u64() {
            Some(op::DISPATCH) => {
                self.event(frame["t"].as_str().unwrap_or_default(), frame["s"].as_u64().unwrap_or(0), data);
                None
            }
            Some(op::HELLO) => self.hello(&data).await,
            Some(op::HEARTBEAT) => self.heartbeat().await,
            Some(op::HEARTBEAT_ACK) => {
                self.answered = true;
                None
            }
            Some(op::RECONNECT) => Some(Ended::new(Then::Resume, "Discord asked for a new connection")),
            Some(op::INVALID_SESSION) if data == json!(true) => {
                Some(Ended::new(Then::Resume, "Discord asked for the session to be resumed"))
            }
            Some(op::INVALID_SESSION) => Some(Ended::new(Then::Begin, "Discord ended the session")),
            Some(_) | None => {
                self.discord.unreadable("frame", "an unknown operation");
                None
            }
        }
    }

    /// Discord greets: a session is resumed where there is one, else begun.
    async fn hello(&mut self, data: &Value) -> Option<Ended> {
        let every = data["heartbeat_interval"].as_u64().map_or(HEARTBEAT, Duration::from_millis);
        // Not all clients at once, after an outage: Discord wants the first one after a part of the time.
        let part = f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX);
        self.beat = Some((self.discord.clock.elapsed() + every.mul_f64(part), every));
        let token = self.discord.api.token().expose_secret();
        let frame = match &*self.session {
            Some(Session { id, sequence, .. }) => {
                json!({ "op": op::RESUME, "d": { "token": token, "session_id": id, "seq": sequence } })
            }
            // Interactions come without any intent, so what people write is never sent here.
            None => json!({ "op": op::IDENTIFY, "d": {
                "token": token, "intents": 0, "shard": [0, 1],
                "properties": { "os": std::env::consts::OS, "browser": "snapwarden", "device": "snapwarden" },
            } }),
        };
        self.send(&frame).await
    }

    async fn heartbeat(&mut self) -> Option<Ended> {
        let sequence = self.session.as_ref().map(|session| session.sequence);
        self.send(&json!({ "op": op::HEARTBEAT, "d": sequence })).await
    }

    async fn send(&mut self, frame: &Value) -> Option<Ended> {
        let sent = self.socket.send(frame.to_string()).await;
        (!sent).then(|| Ended::new(Then::Resume, "the connection broke"))
    }

    fn event(&mut self, name: &str, sequence: u64, mut data: Value) {
        match name {
            "INTERACTION_CREATE" => {
                // Its answer needs no connection, so it outlives this one.
                tokio::spawn(take(self.discord.clone(), self.handle.clone(), data));
            }
            "READY" => {
                let url = data["resume_gateway_url"].as_str().and_then(|url| socket(url).ok());
                match data["session_id"].take() {
                    Value::String(id) => *self.session = Some(Session { id, url, sequence }),
                    _ => self.discord.unreadable("ready", "without a session_id"),
                }
                let guilds = data["guilds"].as_array().map(Vec::len);
                tracing::info!(guilds, "Discord's gateway is connected");
                self.serves();
            }
            "RESUMED" => {
                metrics::counter!(names::DISCORD_RESUMED).increment(1);
                self.serves();
            }
            // What every bot is told: of servers, of roles.
            _ => {}
        }
    }

    fn serves(&mut self) {
        self.serving = true;
        self.discord.trouble().gateway = None;
    }
}

/// What a closing code means.
fn closed(code: Option<u16>) -> Ended {
    match code {
        Some(4_004) => Ended::new(
            Then::Mend,
            "Discord refuses the bot's token: reset it in the developer portal, and put the new one into [discord] token",
        ),
        Some(4_011) => Ended::new(Then::Mend, "the bot is in more servers than one connection serves"),
        Some(code @ (4_010 | 4_012..=4_014)) => {
            Ended::new(Then::Mend, format!("Discord's gateway does not take this version of snapwarden (code {code})"))
        }
        Some(code @ (4_003 | 4_006 | 4_007 | 4_009)) => {
            Ended::new(Then::Begin, format!("Discord ended the session (code {code})"))
        }
        Some(code) => Ended::new(Then::Resume, format!("Discord closed the connection (code {code})")),
        None => Ended::new(Then::Resume, "Discord closed the connection"),
    }
}

/// Takes an interaction: its first answer is a request of its own.
async fn take(discord: Arc<Discord>, handle: Handle, json: Value) {
    let Taken::Step { id, token, step } = desk::take(&discord, &handle, &json).await else { return };
    let desk::Step { first, then } = step;
    let path = format!("/interactions/{id}/{}/callback", token.reveal());
    let call = Call::new(Method::POST, path, Route::interaction("")).unsigned().body(first);
    let sent = discord.api.send(call).await;
    let answered_before = sent.as_ref().is_err_and(|error| error.is(code::ACKNOWLEDGED));
    if let Err(error) = sent {
        metrics::counter!(names::DISCORD_UNANSWERED).increment(1);
        tracing::warn!(%error, "an interaction's first answer was not taken");
    }
    // What was handed in is done all the same, and its answer finds another way.
    if let Some(then) = then {
        then(answered_before).await;
    }
}

#[cfg(test)]
mod tests;
