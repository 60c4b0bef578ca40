//! Socket Mode: two connections that the bot opens, so that one is there while Slack renews the other.
//!
//! slack-morphism opens and reads them, through its raw listener; what a frame is and what is answered is decided here. Its own way of
//! trying again (after a fixed time, for ever, in silence) is not used: each connection has a client of its own, which is ended and
//! replaced when Slack renews it, when it broke, and when it is deaf; with a wait that grows and is never the same for all.
//!
//! The listener has to return the acknowledgement of a frame before the next one is read. So a frame waits for the journal and for
//! nothing else; and where the journal has kept one waiting for its whole second, the next ones do not wait until it writes again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use slack_morphism::clients_manager::{SlackSocketModeClientsManager, SlackSocketModeClientsManagerFactory};
use slack_morphism::hyper_tokio::SlackClientHyperConnector;
use slack_morphism::listener::SlackClientEventsListenerEnvironment;
use slack_morphism::{
    SlackApiToken, SlackApiTokenValue, SlackClient, SlackClientSocketModeConfig, SlackSocketModeClientListener,
    SlackSocketModeWssClientId,
};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::api::{Api, CallError};
use super::desk::{Acked, Desk};
use super::inbound::{Frame, frame};
use crate::telemetry::names;

/// How many connections are kept.
pub(super) const LINES: usize = 2;

/// How long opening a connection may take, up to Slack's greeting.
const OPEN: Duration = Duration::from_secs(15);

/// How often the other end is asked whether it is there, in seconds.
const PING: u64 = 10;

/// A connection on which so many of these were not answered is deaf, however long it stays open.
const PINGS_MISSED: u64 = 2;

/// The client's own waiting time between two tries, in seconds: longer than a process lives. A client that was ended while it
/// waited would connect once more, so it must never come to that.
const NEVER: u64 = 10 * 365 * 24 * 3_600;

/// The first wait after a failure, doubled each time, with up to half of it added or taken away by chance.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest such wait: Slack back after an outage is noticed within a minute.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long what was read may take to be acknowledged when the process ends.
const DRAIN: Duration = Duration::from_secs(3);

/// How many connections serve now.
#[derive(Default)]
pub(super) struct Lines(AtomicUsize);

impl Lines {
    pub(super) fn serving(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a connection's client tells.
enum Told {
    /// Slack has greeted: it serves.
    Greeted,
    /// Slack renews it.
    Renewed,
    /// It is gone, or deaf.
    Gone,
}

/// Why a connection was left.
enum Left {
    /// The process ends.
    Stopping,
    /// Slack renews it: the next one is opened at once.
    Renewed,
    /// It broke, or never came to be.
    Failed(String),
}

/// What is needed to open connections.
pub(super) struct Opener {
    api_url: String,
    token: SecretString,
    /// The same token, to ask why a connection cannot be opened.
    app: Api,
}

impl Opener {
    pub(super) fn new(api_url: &Url, token: SecretString, app: Api) -> Self {
        Self { api_url: api_url.as_str().trim_end_matches('/').to_owned(), token, app }
    }

    /// A client of one connection, which begins to connect.
    async fn client(&self, listener: Arc<Listener>) -> Result<Client, String> {
        let manager = if self.api_url.starts_with("https:") {
            let connector = SlackClientHyperConnector::new().map_err(|error| error.to_string())?;
            manager(connector.with_slack_api_url(&self.api_url))
        } else {
            manager(SlackClientHyperConnector::with_connector(HttpConnector::new()).with_slack_api_url(&self.api_url))
        };
        let config = SlackClientSocketModeConfig::new()
            .with_max_connections_count(1)
            .with_ping_interval_in_seconds(PING)
            .with_ping_failure_threshold_times(PINGS_MISSED)
            .with_reconnect_timeout_in_seconds(NEVER);
        let token = SlackApiToken::new(SlackApiTokenValue::new(self.token.expose_secret().to_owned()));
        let registered = manager.register_new_token(&config, token, listener).await;
        registered.map_err(|_| "a connection's client cannot be made".to_owned())?;
        manager.start().await;
        Ok(Client(manager))
    }
}

/// A client of one connection.
struct Client(Arc<dyn SlackSocketModeClientsManager + Send + Sync>);

fn manager<H>(connector: SlackClientHyperConnector<H>) -> Arc<dyn SlackSocketModeClientsManager + Send + Sync>
where
    H: hyper_util::client::legacy::connect::Connect + Clone + Send + Sync + 'static,
{
    let client = Arc::new(SlackClient::new(connector.clone()));
    connector.new_clients_manager(Arc::new(SlackClientEventsListenerEnvironment::new(client)))
}

/// Keeps one connection until the process ends.
pub(super) async fn keep(opener: Arc<Opener>, desk: Arc<Desk>, lines: Arc<Lines>, mut stop: watch::Receiver<bool>) {
    let mut failures = Failures::default();
    // The one that Slack renews still serves until the next one does.
    let mut before: Option<Client> = None;
    while !*stop.borrow() {
        let (listener, mut told) = Listener::new(desk.clone());
        let left = match opener.client(listener.clone()).await {
            Err(why) => Left::Failed(why),
            Ok(client) => {
                let (left, client) = serve(client, &listener, &mut told, &mut before, &desk, &lines, &mut stop).await;
                match (&left, client) {
                    (Left::Renewed, client) => before = client,
                    (Left::Stopping | Left::Failed(_), Some(client)) => client.0.shutdown().await,
                    (Left::Stopping | Left::Failed(_), None) => {}
                }
                left
            }
        };
        match left {
            Left::Stopping => break,
            Left::Renewed => failures = Failures::default(),
            Left::Failed(why) => {
                end(&mut before).await;
                metrics::counter!(names::SLACK_RECONNECTS).increment(1);
                tracing::warn!(why, "a connection to Slack is opened anew");
                // The first try is made at once: mostly one connection broke, and Slack is there.
                if let Some(wait) = failures.one_more() {
                    ask_why(&opener.app, &desk).await;
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = stopping(&mut stop) => break,
                    }
                }
            }
        }
    }
    end(&mut before).await;
}

/// Serves by a client until it ends or has to be left; gives the client back if it is to serve on meanwhile.
async fn serve(
    client: Client,
    listener: &Listener,
    told: &mut mpsc::UnboundedReceiver<Told>,
    before: &mut Option<Client>,
    desk: &Desk,
    lines: &Lines,
    stop: &mut watch::Receiver<bool>,
) -> (Left, Option<Client>) {
    let greeted = tokio::select! {
        greeted = timeout(OPEN, greeting(told)) => greeted.unwrap_or(false),
        () = stopping(stop) => return (Left::Stopping, Some(client)),
    };
    if !greeted {
        return (Left::Failed("it did not come to be".to_owned()), Some(client));
    }
    end(before).await;
    desk.health().app_token_is(Ok(()));
    lines.0.fetch_add(1, Ordering::Relaxed);
    desk.health().changed();
    let left = tokio::select! {
        told = told.recv() => match told {
            Some(Told::Renewed) => Left::Renewed,
            Some(Told::Gone) => Left::Failed("it broke, or is deaf".to_owned()),
            Some(Told::Greeted) | None => Left::Failed("its client ended".to_owned()),
        },
        () = stopping(stop) => Left::Stopping,
    };
    lines.0.fetch_sub(1, Ordering::Relaxed);
    if matches!(left, Left::Stopping) {
        // Nothing more is taken in; what was read is acknowledged before the connection is closed.
        listener.closed.store(true, Ordering::Relaxed);
        let _drained = timeout(DRAIN, listener.idle()).await;
    }
    (left, Some(client))
}

/// Waits for Slack's greeting; whether it came.
async fn greeting(told: &mut mpsc::UnboundedReceiver<Told>) -> bool {
    matches!(told.recv().await, Some(Told::Greeted))
}

async fn end(client: &mut Option<Client>) {
    if let Some(client) = client.take() {
        client.0.shutdown().await;
    }
}

/// Asks Slack why no connection comes to be, since the client does not tell.
async fn ask_why(app: &Api, desk: &Desk) {
    if let Err(CallError::Refused(word)) = app.json("apps.connections.open", &json!({})).await {
        desk.health().app_token_is(Err(word));
    }
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

/// What reads one connection.
struct Listener {
    desk: Arc<Desk>,
    told: mpsc::UnboundedSender<Told>,
    /// Frames that are being taken in.
    busy: watch::Sender<usize>,
    /// Nothing more is taken in.
    closed: AtomicBool,
}

impl Listener {
    fn new(desk: Arc<Desk>) -> (Arc<Self>, mpsc::UnboundedReceiver<Told>) {
        let (told, heard) = mpsc::unbounded_channel();
        (Arc::new(Self { desk, told, busy: watch::Sender::new(0), closed: AtomicBool::new(false) }), heard)
    }

    fn tell(&self, told: Told) {
        // Whoever kept the connection has left it.
        let _left = self.told.send(told);
    }

    /// Comes back when nothing is being taken in.
    async fn idle(&self) {
        let mut busy = self.busy.subscribe();
        // The sender is our own.
        let _idle = busy.wait_for(|busy| *busy == 0).await;
    }
}

#[async_trait]
impl SlackSocketModeClientListener for Listener {
    async fn on_message(&self, _: &SlackSocketModeWssClientId, body: String) -> Option<String> {
        match frame(&body) {
            Some(Frame::Hello { connections }) => {
                tracing::info!(connections, "Slack is connected");
                self.tell(Told::Greeted);
                None
            }
            Some(Frame::Disconnect(reason)) => {
                tracing::info!(reason, "Slack renews a connection");
                self.tell(Told::Renewed);
                None
            }
            // Slack sends it again, to whoever is there then.
            Some(Frame::Event { .. }) if self.closed.load(Ordering::Relaxed) => None,
            Some(Frame::Event { envelope, event }) => {
                self.busy.send_modify(|busy| *busy += 1);
                let acked = self.desk.take(*event).await;
                self.busy.send_modify(|busy| *busy -= 1);
                match acked {
                    Acked::Yes(payload) => Some(ack(&envelope, payload)),
                    Acked::No => None,
                }
            }
            None => {
                self.desk.unreadable("frame");
                None
            }
        }
    }

    /// What the client says may hold a payload, so only that it said something is told.
    async fn on_error(&self, _: Box<dyn std::error::Error + Send + Sync + 'static>) {
        metrics::counter!(names::SLACK_CONNECTION_ERRORS).increment(1);
    }

    async fn on_disconnect(&self, _: &SlackSocketModeWssClientId) {
        self.tell(Told::Gone);
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
