//! `snapwarden run`: the bot of a configuration.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::{AppError, Bot, serve, token_key};
use crate::chat::console::{self, ApiError};
use crate::config::{self, Config, ConsoleAuth, Needs, StoreConfig};
use crate::domain::ids::PersonId;
use crate::engine::clock::SystemClock;
use crate::store::DiskStore;
use metrics_exporter_prometheus::PrometheusHandle;

/// Serves a configuration until it is told to stop.
///
/// # Errors
/// [`AppError`] if the configuration is wrong, an address is taken or the store cannot be used.
pub async fn run(file: &Path, metrics: PrometheusHandle) -> Result<(), AppError> {
    let config = config::load(file, Needs::Run).map_err(AppError::Config)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    if config.slack.is_some() || config.discord.is_some() {
        tracing::warn!("this version serves the console only: [slack] and [discord] are checked and not used");
    }
    let path = match &config.store {
        Some(StoreConfig::Sled { path }) => path.clone(),
        Some(StoreConfig::Etcd { .. }) => {
            return Err(AppError::Other("[store] kind: this version knows \"sled\" only".to_owned()));
        }
        None => return Err(AppError::Other("[store] is missing".to_owned())),
    };
    let stop = serve::shutdown()?;
    let store = open_store(&path)?;
    let tokens = token_key(&path)?;
    let bot = Bot::start(&config, Arc::new(store), Arc::new(SystemClock), tokens).await?;
    let desk = bot.desk(None, serve::renderer(metrics));
    let mut first = None;
    if let Some(settings) = &config.console {
        let (listener, bound) = serve::bind(settings.listen).await?;
        let ConsoleAuth::Token = settings.auth;
        let identity = console::Identity::SignedIn(sign_in(&config));
        let options = console::Options { listen: bound, identity, hosts: Vec::new() };
        serve_on(listener, console::router(bot.console.clone(), desk.clone(), options), &stop);
        first.get_or_insert(bound);
    }
    if let Some(settings) = &config.http {
        // One address may serve both: the console answers health and metrics too.
        let shared = config.console.as_ref().is_some_and(|console| console.listen == settings.listen);
        if !shared {
            let (listener, bound) = serve::bind(settings.listen).await?;
            serve_on(listener, console::health_router(desk), &stop);
            first.get_or_insert(bound);
        }
    }
    match first {
        Some(bound) => serve::ready(bound)?,
        None => {
            return Err(AppError::Other("neither [console] nor [http] says where to listen".to_owned()));
        }
    }
    serve::until(stop).await;
    bot.stop().await;
    Ok(())
}

/// Opens the store of a folder and says what was found on the way.
pub(super) fn open_store(dir: &Path) -> Result<DiskStore, AppError> {
    std::fs::create_dir_all(dir)
        .map_err(|error| AppError::Other(format!("{} cannot be made: {error}", dir.display())))?;
    let (store, opened) =
        DiskStore::open(dir, Arc::new(SystemClock)).map_err(|error| AppError::Other(error.to_string()))?;
    if opened.torn_bytes > 0 {
        tracing::warn!(bytes = opened.torn_bytes, "the journal's unfinished last line was cut and kept beside it");
    }
    if let Some(why) = &opened.index.rebuilt {
        tracing::warn!(why, "the index was made anew from the journal");
    }
    if let Some(why) = &opened.index.in_memory {
        tracing::warn!(why, "the index is held in memory only");
    }
    if let Some(broken) = &opened.read_only {
        tracing::error!(%broken, "the journal's chain is broken: nothing will be written, so nothing that changes a VM will be done");
    }
    Ok(store)
}

fn serve_on(
    listener: tokio::net::TcpListener,
    app: axum::Router,
    stop: &tokio::sync::watch::Receiver<bool>,
) -> Option<SocketAddr> {
    let bound = listener.local_addr().ok();
    let ended = serve::until(stop.clone());
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(ended).await {
            tracing::error!(%error, "a listener ended");
        }
    });
    bound
}

/// Reads who somebody is off the password of HTTP Basic, or off a bearer token: their own `console_token`.
fn sign_in(config: &Config) -> console::SignIn {
    let tokens: Vec<(PersonId, SecretString)> = config
        .people
        .iter()
        .filter_map(|entry| entry.console_token.clone().map(|token| (entry.person.id.clone(), token)))
        .collect();
    Arc::new(move |headers: &HeaderMap| {
        let given = headers.get(axum::http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = given.and_then(token_of);
        let found = token.and_then(|token| {
            tokens.iter().find(|(_, theirs)| same(theirs.expose_secret().as_bytes(), token.as_bytes()))
        });
        found.map(|(person, _)| person.clone()).ok_or_else(|| {
            let hint = "Sign in with your console token as the password (HTTP Basic) or as a bearer token.";
            ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "You are not signed in.", hint)
        })
    })
}

fn token_of(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(base64(value.trim())?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

/// Compares without an early end, so that time tells nothing about how much of it was right.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

/// Reads base64 as browsers send it. Small enough not to want a library of its own.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        bits = (bits << 6) | u32::from(digit(byte)?);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_off_both_schemes() {
        assert_eq!(token_of("Bearer s3cret").as_deref(), Some("s3cret"));
        // alice:s3cret
        assert_eq!(token_of("Basic YWxpY2U6czNjcmV0").as_deref(), Some("s3cret"));
        for wrong in ["", "Basic", "Basic !!!", "Digest x", "Basic YWxpY2U="] {
            assert_eq!(token_of(wrong), None, "{wrong}");
        }
    }
}
