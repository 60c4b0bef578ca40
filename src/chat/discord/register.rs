//! The commands are registered by the bot itself, and only where Discord has others than this version's.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{ApiError, Call};
use super::client::{Discord, is_snowflake};
use super::commands;
use super::rates::Route;

/// How long is waited after a failure; what keeps commands from being registered is mended by people.
const AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// Registers the commands, and tries again until it has worked.
pub(super) async fn keep(discord: Arc<Discord>) {
    loop {
        match ensure(&discord).await {
            Ok(true) => return tracing::info!("/snapshot was registered with Discord"),
            Ok(false) => return tracing::info!("/snapshot is registered with Discord as it should be"),
            Err(error) => tracing::error!(%error, "/snapshot cannot be registered with Discord"),
        }
        let until = discord.clock.now().saturating_add(AGAIN).unwrap_or(Timestamp::MAX);
        discord.clock.sleep_until(until).await;
    }
}

/// Brings Discord's list to ours; whether it was another.
async fn ensure(discord: &Discord) -> Result<bool, ApiError> {
    if is_registered(discord).await? {
        return Ok(false);
    }
    let wanted = commands::all(discord.settings.direct_messages);
    let call = Call::new(Method::PUT, path(discord), Route::new("commands", "")).body(json!(wanted));
    discord.noted(discord.api.send(call).await)?;
    Ok(true)
}

/// Whether Discord has exactly this version's commands.
pub(super) async fn is_registered(discord: &Discord) -> Result<bool, ApiError> {
    let call = Call::new(Method::GET, format!("{}?with_localizations=true", path(discord)), Route::new("commands", ""));
    let there = discord.noted(discord.api.send(call).await)?;
    Ok(same(&commands::all(discord.settings.direct_messages), &there))
}

fn path(discord: &Discord) -> String {
    let application = &discord.settings.application_id;
    match discord.settings.guild_id.as_deref().filter(|guild| is_snowflake(guild)) {
        Some(guild) => format!("/applications/{application}/guilds/{guild}/commands"),
        None => format!("/applications/{application}/commands"),
    }
}

/// Whether what is there says what is wanted. Discord adds ids and versions and leaves out what is so by default.
fn same(wanted: &[Value], there: &Value) -> bool {
    let there: Vec<&Value> = there.as_array().into_iter().flatten().collect();
    wanted.len() == there.len()
        && wanted.iter().all(|one| there.iter().any(|other| one["name"] == other["name"] && says(one, other)))
}

fn says(wanted: &Value, there: &Value) -> bool {
    match (wanted, there) {
        (Value::Object(wanted), Value::Object(there)) => {
            let lost = |key: &str| there.get(key).is_some_and(|value| !is_default(value)) && !wanted.contains_key(key);
            wanted.iter().all(|(key, value)| says(value, there.get(key).unwrap_or(&Value::Null)))
                && !["options", "choices", "autocomplete", "max_length"].into_iter().any(lost)
        }
        (Value::Array(wanted), Value::Array(there)) => {
            wanted.len() == there.len() && wanted.iter().zip(there).all(|(one, other)| says(one, other))
        }
        (wanted, there) => wanted == there || (is_default(wanted) && is_default(there)),
    }
}

/// Whether it says what Discord takes for granted.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests;
