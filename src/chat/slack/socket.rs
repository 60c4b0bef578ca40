//! Socket Mode: two connections that the bot opens, so that one is there while Slack renews the other.
//!
//! Each of the two is a task that owns its connection ([`keep`]). It opens the next one itself: after the last one has failed, or while the
//! last one, which Slack is about to end, still serves; so there are never more than two that serve, and none that nobody holds. A wait that
//! grows and is never the same for all comes before each try but the first.
//!
//! A frame is acknowledged when the journal has what is in it, or after a second; frames do not wait for one another. Where nothing is heard
//! for a while Slack is asked for a sign of life, and a connection that stays silent is deaf, however long it stays open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::timeout;

use super::api::{Api, CallError};
use super::desk::{Acked, Desk};
use super::inbound::{Frame, frame};
use crate::chat::front::web_socket::{Heard, WebSocket};
use crate::proxy::Proxies;
use crate::telemetry::names;

/// How many connections are kept.
pub(super) const LINES: usize = 2;

/// How long Slack may take to greet on a connection that is open.
const GREETING: Duration = Duration::from_secs(15);

/// After so long in silence the other end is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(10);

/// A connection on which so many of these were not answered is deaf.
const UNANSWERED: u32 = 2;

/// The first wait after a failure, doubled each time, with up to half of it added or taken away by chance.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest such wait: Slack back after an outage is noticed within a minute.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long what was read may take to be acknowledged when a connection is left.
const DRAIN: Duration = Duration::from_secs(3);

/// How many connections serve now.
#[derive(Default)]
pub(super) struct Lines(AtomicUsize);

impl Lines {
    pub(super) fn serving(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// One more connection serves, for as long as this lives.
struct Serving(Arc<Lines>);

impl Serving {
    fn begins(lines: &Arc<Lines>) -> Self {
        lines.0.fetch_add(1, Ordering::Relaxed);
        Self(lines.clone())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Why a connection was left.
enum Left {
    /// Slack renews it: the next one is opened while this one serves on.
    Renewed,
    /// It broke, or is deaf.
    Failed(&'static str),
}

/// What is needed to open connections.
pub(super) struct Opener {
    /// The Web API under the app-level token.
    pub(super) app: Api,
    pub(super) proxies: Proxies,
    pub(super) desk: Arc<Desk>,
    pub(super) lines: Arc<Lines>,
}

impl Opener {
    /// Opens a connection, up to Slack's greeting.
    async fn open(&self) -> Result<Line, String> {
        let asked = self.app.json("apps.connections.open", &json!({})).await;
        if let Err(CallError::Refused(word)) = &asked {
            self.desk.health().app_token_is(Err(word.clone()));
        }
        let asked = asked.map_err(|error| error.to_string())?;
        let url: Option<Url> = asked["url"].as_str().and_then(|url| url.parse().ok());
        let socket = WebSocket::open(&url.ok_or("Slack names no address of a connection")?, &self.proxies).await?;
        let taking = FuturesUnordered::new();
        let mut line = Line { socket, desk: self.desk.clone(), taking, unanswered: 0, serving: None };
        let greeted = timeout(GREETING, line.serve_until_greeted()).await;
        if !greeted.unwrap_or(false) {
            return Err("Slack does not greet".to_owned());
        }
        line.serving = Some(Serving::begins(&self.lines));
        self.desk.health().app_token_is(Ok(()));
        Ok(line)
    }
}

/// Keeps one connection until the process ends. Cancelling it closes what it holds.
pub(super) async fn keep(opener: Arc<Opener>, mut stop: watch::Receiver<bool>) {
    let mut failures = Failures::default();
    // The one that Slack renews serves on until the next one does.
    let mut before: Option<Line> = None;
    while !*stop.borrow() {
        let opened = tokio::select! {
            opened = opener.open() => opened,
            () = serve_on(&mut before) => continue,
            () = stopping(&mut stop) => break,
        };
        if let Some(before) = before.take() {
            before.end().await;
        }
        let why = match opened {
            Err(why) => why,
            Ok(mut line) => {
                let left = tokio::select! {
                    left = line.serve() => left,
                    () = stopping(&mut stop) => {
                        line.end().await;
                        break;
                    }
                };
                match left {
                    Left::Renewed => {
                        failures = Failures::default();
                        before = Some(line);
                        continue;
                    }
                    Left::Failed(why) => why.to_owned(),
                }
            }
        };
        opener.desk.health().changed();
        metrics::counter!(names::SLACK_RECONNECTS).increment(1);
        metrics::counter!(names::SLACK_CONNECTION_ERRORS).increment(1);
        tracing::warn!(why, "a connection to Slack is opened anew");
        // The first try is made at once: mostly one connection broke, and Slack is there.
        if let Some(wait) = failures.one_more() {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopping(&mut stop) => break,
            }
        }
    }
    if let Some(before) = before.take() {
        before.end().await;
    }
}

/// Serves by a connection that is about to end until it has; without one there is nothing to wait for.
async fn serve_on(line: &mut Option<Line>) {
    if let Some(line) = line {
        while let Left::Renewed = line.serve().await {}
    } else {
        std::future::pending::<()>().await;
    }
    *line = None;
}

/// Failures in a row.
#[derive(Default)]
struct Failures(u32);

impl Failures {
    /// Counts another; how long to wait before the next try, which is not at all after the first.
    fn one_more(&mut self) -> Option<Duration> {
        let before = self.0;
        self.0 = before.saturating_add(1);
        (before > 0).then(|| wait(before))
    }
}

/// How long to wait after so many failures in a row.
fn wait(failures: u32) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << failures.min(7)).min(LONGEST_WAIT);
    // Without random bits everybody waits alike, which is no harm to one bot.
    let chance = getrandom::u32().unwrap_or(u32::MAX / 2);
    doubled.mul_f64(0.5 + f64::from(chance) / f64::from(u32::MAX))
}

/// A connection.
struct Line {
    socket: WebSocket,
    desk: Arc<Desk>,
    /// Frames that are being taken in, with their envelopes' ids.
    taking: FuturesUnordered<BoxFuture<'static, (String, Acked)>>,
    /// How often it was asked whether it is there since something was heard.
    unanswered: u32,
    /// It counts as one that serves.
    serving: Option<Serving>,
}

/// What a frame comes to for the connection that brought it.
#[derive(PartialEq, Eq)]
enum Came {
    Greeting,
    Renewal,
    Something,
}

impl Line {
    /// Serves until it has to be left. Cancelling it loses nothing: it can be served on.
    async fn serve(&mut self) -> Left {
        loop {
            match self.step().await {
                Ok(Came::Renewal) => return Left::Renewed,
                Ok(Came::Greeting | Came::Something) => {}
                Err(why) => return Left::Failed(why),
            }
        }
    }

    /// Serves until Slack has greeted; whether it has.
    async fn serve_until_greeted(&mut self) -> bool {
        loop {
            match self.step().await {
                Ok(Came::Greeting) => return true,
                Ok(Came::Something) => {}
                Ok(Came::Renewal) | Err(_) => return false,
            }
        }
    }

    /// Takes one frame, gives one acknowledgement, or asks for a sign of life.
    async fn step(&mut self) -> Result<Came, &'static str> {
        const BROKE: &str = "it broke";
        tokio::select! {
            heard = self.socket.next() => {
                self.unanswered = 0;
                match heard {
                    Heard::Text(text) => Ok(self.take(&text)),
                    Heard::Alive => Ok(Came::Something),
                    Heard::Closed(_) | Heard::Broken => Err(BROKE),
                }
            }
            Some(taken) = self.taking.next() => {
                if self.acknowledge(taken).await { Ok(Came::Something) } else { Err(BROKE) }
            }
            () = tokio::time::sleep(SILENCE) => {
                if self.unanswered >= UNANSWERED {
                    return Err("it is deaf");
                }
                self.unanswered += 1;
                if self.socket.ping().await { Ok(Came::Something) } else { Err(BROKE) }
            }
        }
    }

    fn take(&mut self, text: &str) -> Came {
        match frame(text) {
            Some(Frame::Hello { connections }) => {
                tracing::info!(connections, "Slack is connected");
                Came::Greeting
            }
            Some(Frame::Disconnect(reason)) => {
                tracing::info!(reason, "Slack renews a connection");
                Came::Renewal
            }
            Some(Frame::Event { envelope, event }) => {
                let desk = self.desk.clone();
                self.taking.push(Box::pin(async move { (envelope, desk.take(*event).await) }));
                Came::Something
            }
            None => {
                self.desk.unreadable("frame");
                Came::Something
            }
        }
    }

    /// Tells Slack that something arrived; whether the connection took that.
    async fn acknowledge(&mut self, (envelope, acked): (String, Acked)) -> bool {
        match acked {
            Acked::Yes(payload) => self.socket.send(ack(&envelope, payload)).await,
            // Slack sends it again, to whoever is there then.
            Acked::No => true,
        }
    }

    /// Takes in nothing more, acknowledges what was read, and closes the connection.
    async fn end(mut self) {
        let drained = async {
            while let Some(taken) = self.taking.next().await {
                if !self.acknowledge(taken).await {
                    return;
                }
            }
        };
        let _in_time = timeout(DRAIN, drained).await;
        self.serving = None;
        self.socket.close().await;
    }
}

/// Comes back when the process is about to end.
async fn stopping(stop: &mut watch::Receiver<bool>) {
    // Without a sender nobody can say so any more, which is an end too.
    let _over = stop.wait_for(|stop| *stop).await;
}

fn ack(envelope: &str, payload: Option<Value>) -> String {
    match payload {
        Some(payload) => json!({"envelope_id": envelope, "payload": payload}),
        None => json!({"envelope_id": envelope}),
    }
    .to_string()
}

#[cfg(test)]
mod tests;
