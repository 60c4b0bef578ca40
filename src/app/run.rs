//! `snapwarden run`: the bot of a configuration.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::listener::Doors;
use super::reload::{self, Reloader};
use super::sign_in::Tokens;
use super::token_key::token_key;
use super::{AppError, Bot, serve, store_of};
use crate::chat::console;
use crate::config::{self, Needs};
use crate::engine::clock::SystemClock;
use crate::store::DiskStore;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

/// Where health and metrics are answered if neither `[console]` nor `[http]` says where: this machine, any free port.
const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// The keys of the listeners, as messages name them.
pub(super) const CONSOLE_LISTEN: &str = "[console] listen";
pub(super) const HTTP_LISTEN: &str = "[http] listen";

/// Serves a configuration until it is told to stop.
///
/// # Errors
/// [`AppError`] if the configuration is wrong, an address is taken or the store cannot be used.
pub async fn run(file: &Path, metrics: PrometheusHandle) -> Result<(), AppError> {
    let config = config::load(file, Needs::Run).map_err(AppError::Config)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let path = store_of(&config)?.to_owned();
    let stop = serve::shutdown()?;
    let console_at = config.console.as_ref().map(|console| console.listen);
    let http_at = config.http.as_ref().map(|http| http.listen);
    // Two tables with one address are served by one listener: the console answers health and metrics too.
    let shared = http_at.is_some() && http_at == console_at;
    // A bot that chats alone is looked after too: this machine can ask how it does.
    let http_at = http_at.filter(|_| !shared).or(console_at.is_none().then_some(LOCAL));
    // An address that is taken is noticed before the bot begins.
    let console = bound(console_at, CONSOLE_LISTEN).await?;
    let http = bound(http_at, HTTP_LISTEN).await?;
    let first = console.iter().chain(&http).map(|(_, bound)| *bound).next();
    let store = open_store(&path)?;
    let tokens = token_key(&path)?;
    let bot = Bot::start(&config, Arc::new(store), Arc::new(SystemClock), tokens).await?;
    let host = bot.host(None, serve::renderer(metrics));
    let people = Tokens::of(&config);
    let doors = Doors::new();
    if let Some((listener, bound)) = console {
        let identity = console::Identity::SignedIn(people.sign_in());
        let channels = config.console.as_ref().map(|console| console.channels.clone()).unwrap_or_default();
        let options = console::Options { listen: bound, identity, hosts: Vec::new(), channels };
        let page = console::router(bot.console.clone(), bot.handle.clone(), host.clone(), options);
        let page = if shared { page.merge(bot.routes()) } else { page };
        tokio::spawn(doors.clone().serve(listener, page, stop.clone()));
    }
    if let Some((listener, _)) = http {
        let health = console::health_router(bot.handle.clone(), host).merge(bot.routes());
        tokio::spawn(doors.serve(listener, health, stop.clone()));
    }
    reload::on_hangup(Reloader::new(file, config, &bot, people))?;
    if let Some(bound) = first {
        serve::ready(bound);
    }
    serve::until(stop).await;
    bot.stop().await;
    Ok(())
}

/// Opens the store of a folder and says what was found on the way.
pub(super) fn open_store(dir: &Path) -> Result<DiskStore, AppError> {
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

async fn bound(at: Option<SocketAddr>, key: &str) -> Result<Option<(TcpListener, SocketAddr)>, AppError> {
    match at {
        Some(at) => serve::bind(at, key).await.map(Some),
        None => Ok(None),
    }
}
