//! Interactions over the gateway: serenity holds the connections, and this file holds serenity.
//!
//! serenity reconnects and resumes by itself. It has no time limit on connecting, though, and a connection that is open and
//! silent looks well to it for long; so a watchdog counts the time since a shard was last well and begins anew after a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use serenity::all::{
    Client, ClientBuilder, ConnectionStage, Context, Event, GatewayError, GatewayIntents, HttpBuilder, Interaction,
    RawEventHandler,
};

use super::Delivery;
use super::api::{Call, client};
use super::client::Discord;
use super::rates::Route;
use super::{desk, inbound};
use crate::engine::Handle;
use crate::telemetry::names;

/// How often the connections are looked at.
const LOOK: SignedDuration = SignedDuration::from_secs(10);

/// A connection that was not well for so long is made anew: a resume takes seconds, and Discord's own hiccups a minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// A connection that was not well for so long is told to whoever asks how the bot does.
const UNWELL: Duration = Duration::from_secs(30);

/// How long is waited before a connection is made anew; twice as long each time, up to the longest.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// The longest such wait. Discord allows a thousand new sessions a day, which is one each 86 seconds.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(120);

/// Keeps the gateway open for ever.
pub(super) async fn keep(discord: Arc<Discord>, handle: Handle) {
    let mut pause = PAUSE;
    loop {
        let since = discord.clock.elapsed();
        let why = run(&discord, &handle).await;
        metrics::counter!(names::DISCORD_GATEWAY_ENDS).increment(1);
        tracing::warn!(why, "the connection to Discord's gateway ended and is made anew");
        discord.trouble().gateway = Some(why);
        if discord.clock.elapsed().saturating_sub(since) > PATIENCE {
            pause = PAUSE;
        }
        let until = discord.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
        discord.clock.sleep_until(until).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

/// One client of serenity, until it ends or the watchdog ends it. Why, in words for an administrator.
async fn run(discord: &Arc<Discord>, handle: &Handle) -> String {
    let mut client = match connect(discord, handle).await {
        Ok(client) => client,
        Err(why) => return why,
    };
    let manager = client.shard_manager.clone();
    let well = Arc::new(AtomicU64::new(seconds(discord)));
    let watching = {
        let (discord, manager) = (discord.clone(), manager.clone());
        async move {
            loop {
                let until = discord.clock.now().saturating_add(LOOK).unwrap_or(Timestamp::MAX);
                discord.clock.sleep_until(until).await;
                let runners = manager.runners.lock().await;
                let connected =
                    !runners.is_empty() && runners.values().all(|runner| runner.stage == ConnectionStage::Connected);
                drop(runners);
                let now = seconds(&discord);
                if connected {
                    well.store(now, Ordering::Relaxed);
                    discord.trouble().gateway = None;
                    continue;
                }
                let unwell = now.saturating_sub(well.load(Ordering::Relaxed));
                if unwell >= PATIENCE.as_secs() {
                    return "the gateway was not connected for too long".to_owned();
                }
                if unwell >= UNWELL.as_secs() {
                    discord.trouble().gateway = Some(format!("the gateway is not connected, for {unwell} s now"));
                }
            }
        }
    };
    let why = tokio::select! {
        ended = client.start_autosharded() => match ended {
            Ok(()) => "the gateway was closed".to_owned(),
            Err(error) => words(&error),
        },
        why = watching => why,
    };
    manager.shutdown_all().await;
    why
}

async fn connect(discord: &Arc<Discord>, handle: &Handle) -> Result<Client, String> {
    // The token is looked at before serenity is: a wrong one would otherwise be tried in a circle.
    let about = discord.api.send(Call::new(Method::GET, "/gateway/bot".to_owned(), Route::new("gateway", ""))).await;
    let about = discord.noted(about).map_err(|error| error.to_string())?;
    let left = about["session_start_limit"]["remaining"].as_u64();
    if left == Some(0) {
        let wait = about["session_start_limit"]["reset_after"].as_u64().unwrap_or(0) / 60_000;
        return Err(format!("Discord lets this bot begin no more sessions for {wait} min"));
    }
    let http = HttpBuilder::new(discord.api.token().expose_secret())
        .client(client()?)
        // serenity ignores the address while its own limiter is on; ours is in `rates`.
        .proxy(discord.api.base())
        .ratelimiter_disabled(true)
        .build();
    let receiver = Receiver { discord: discord.clone(), handle: handle.clone() };
    // Interactions come without any intent, so what people write is never sent here.
    let built = ClientBuilder::new_with_http(http, GatewayIntents::empty()).raw_event_handler(receiver).await;
    let client = built.map_err(|error| words(&error))?;
    let own = match &discord.settings.delivery {
        Delivery::Gateway(url) => url.as_ref().map(ToString::to_string),
        Delivery::Http(_) => None,
    };
    let url = own.or_else(|| about["url"].as_str().map(str::to_owned));
    if let Some(url) = url {
        *client.ws_url.lock().await = socket(&url);
    }
    Ok(client)
}

/// A gateway's address; peers may tell theirs as they tell the API's.
fn socket(url: &str) -> String {
    let url = url.trim_end_matches('/');
    match (url.strip_prefix("http://"), url.strip_prefix("https://")) {
        (Some(rest), _) => format!("ws://{rest}"),
        (None, Some(rest)) => format!("wss://{rest}"),
        (None, None) => url.to_owned(),
    }
}

/// Whole seconds of our clock.
fn seconds(discord: &Discord) -> u64 {
    discord.clock.elapsed().as_secs()
}

/// What ended a connection, and what to do about it where somebody can.
fn words(error: &serenity::Error) -> String {
    if let serenity::Error::Gateway(GatewayError::InvalidAuthentication) = error {
        return "Discord refuses the bot's token: reset it in the developer portal, and put the new one into [discord] token"
            .to_owned();
    }
    if let serenity::Error::Gateway(_) = error {
        return "the gateway ended the session".to_owned();
    }
    // serenity's other errors may hold an address with a token in it.
    "the gateway could not be reached, or ended without a word".to_owned()
}

/// What serenity hands its events to.
struct Receiver {
    discord: Arc<Discord>,
    handle: Handle,
}

#[async_trait]
impl RawEventHandler for Receiver {
    async fn raw_event(&self, _context: Context, event: Event) {
        if let Event::InteractionCreate(event) = &event {
            match as_sent(&event.interaction) {
                Some(json) => take(&self.discord, &self.handle, &json).await,
                None => tracing::error!("an interaction from the gateway could not be read"),
            }
        } else if let Event::Ready(ready) = &event {
            tracing::info!(guilds = ready.ready.guilds.len(), "Discord's gateway is connected");
            self.discord.trouble().gateway = None;
        } else if let Event::Resumed(_) = &event {
            metrics::counter!(names::DISCORD_RESUMED).increment(1);
            self.discord.trouble().gateway = None;
        }
    }
}

/// An interaction in the form in which Discord sent it: serenity leaves its kind out when it writes one.
fn as_sent(interaction: &Interaction) -> Option<Value> {
    let mut json = serde_json::to_value(interaction).ok()?;
    json["type"] = json!(u8::from(interaction.kind()));
    Some(json)
}

async fn take(discord: &Arc<Discord>, handle: &Handle, json: &Value) {
    let interaction = match inbound::parse(json) {
        Ok(interaction) => interaction,
        Err(error) => return tracing::error!(%error, "an interaction was not taken"),
    };
    let path = format!("/interactions/{}/{}/callback", interaction.id, interaction.token.reveal());
    let desk::Step { first, then } = desk::step(discord, handle, interaction).await;
    let call = Call::new(Method::POST, path, Route::interaction("")).unsigned().body(first);
    if let Err(error) = discord.api.send(call).await {
        metrics::counter!(names::DISCORD_UNANSWERED).increment(1);
        tracing::warn!(%error, "an interaction's first answer was not taken");
    }
    // What was handed in is done all the same, and its answer finds another way.
    if let Some(then) = then {
        then.await;
    }
}

#[cfg(test)]
mod tests;
