//! `snapwarden run`: the bot of a configuration.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::reload::{self, Reloader};
use super::sign_in::Tokens;
use super::{AppError, Bot, serve, token_key};
use crate::chat::console;
use crate::config::{self, ConsoleAuth, Needs, StoreConfig};
use crate::engine::clock::SystemClock;
use crate::store::DiskStore;
use metrics_exporter_prometheus::PrometheusHandle;

/// Where health and metrics are answered if neither `[console]` nor `[http]` says where: this machine, any free port.
const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Serves a configuration until it is told to stop.
///
/// # Errors
/// [`AppError`] if the configuration is wrong, an address is taken or the store cannot be used.
pub async fn run(file: &Path, metrics: PrometheusHandle) -> Result<(), AppError> {
    let config = config::load(file, Needs::Run).map_err(AppError::Config)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
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
    let people = Tokens::of(&config);
    let mut first = None;
    // Two tables with one address are served by one listener: the console answers health and metrics too.
    let shared =
        config.http.as_ref().zip(config.console.as_ref()).is_some_and(|(http, console)| http.listen == console.listen);
    if let Some(settings) = &config.console {
        let (listener, bound) = serve::bind(settings.listen).await?;
        let ConsoleAuth::Token = settings.auth;
        let identity = console::Identity::SignedIn(people.sign_in());
        let options = console::Options { listen: bound, identity, hosts: Vec::new() };
        let page = console::router(bot.console.clone(), desk.clone(), options);
        serve_on(listener, if shared { page.merge(bot.routes()) } else { page }, &stop);
        first.get_or_insert(bound);
    }
    if let Some(settings) = config.http.as_ref().filter(|_| !shared) {
        let (listener, bound) = serve::bind(settings.listen).await?;
        serve_on(listener, console::health_router(desk.clone()).merge(bot.routes()), &stop);
        first.get_or_insert(bound);
    }
    if first.is_none() {
        // A bot that chats alone is looked after too: this machine can ask how it does.
        let (listener, bound) = serve::bind(LOCAL).await?;
        serve_on(listener, console::health_router(desk), &stop);
        first = Some(bound);
    }
    reload::on_hangup(Reloader::new(file, config, &bot, people))?;
    if let Some(bound) = first {
        serve::ready(bound)?;
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
