//! The only file that knows every concrete type: it wires a configuration into a running bot.
//!
//! `demo`, `run` and `sim` serve; `check`, `explain`, `report` and `audit` look and say. Each gives back what the process should exit with.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use snapwarden_sim::Sim;
use tokio::sync::mpsc;

use crate::chat::console::{self, Console, Gateway};
use crate::config::{Config, ConfigError};
use crate::domain::token::TokenKey;
use crate::engine::clock::SystemClock;
use crate::engine::ports::{Chat, Clock, Health, Store, VCenter, VCenterEvent};
use crate::engine::{self, Current, Fleet, Handle, Parts, StartError, UnreadGroups};
use crate::vcenter;

mod adapters;
pub mod audit;
pub mod check;
pub mod demo;
mod discord;
pub mod explain;
mod fleet;
mod gateway;
pub mod halt;
pub mod health;
pub mod manifest;
mod meddling;
mod reload;
pub mod report;
pub mod run;
mod serve;
mod sign_in;
pub mod simulate;
mod slack;

use adapters::Adapter;
use gateway::Desk;

/// Why a command ended without having done its work.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration is wrong: exit 2, a line per mistake.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Config(Vec<ConfigError>),
    /// Something else that was given is wrong, such as a fault plan or a verb: exit 2.
    #[error("{0}")]
    Usage(String),
    /// A peer could not be reached: exit 3.
    #[error("{0}")]
    Unreachable(String),
    /// Anything else: exit 1.
    #[error("{0}")]
    Other(String),
}

impl AppError {
    /// What the process exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Usage(_) => 2,
            Self::Unreachable(_) => 3,
            Self::Other(_) => 1,
        }
    }
}

impl From<StartError> for AppError {
    fn from(error: StartError) -> Self {
        Self::Other(error.to_string())
    }
}

/// A bot that runs.
pub struct Bot {
    /// Its engine.
    pub handle: Handle,
    /// The chat platform that is its own.
    pub console: Arc<Console>,
    clients: Vec<vcenter::Client>,
    channels: Vec<console::gateway::Channel>,
    /// The folder of the journal, where there is one.
    journal: Option<PathBuf>,
    adapters: Vec<Arc<dyn Adapter>>,
}

impl Bot {
    /// Wires a configuration into a running bot. The vCenters are being connected to when it returns.
    ///
    /// # Errors
    /// [`AppError`] if HTTPS cannot be set up, or the store cannot be read.
    pub async fn start(
        config: &Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        tokens: TokenKey,
    ) -> Result<Self, AppError> {
        let halt = halt::Halt::wanted()?;
        let clients = clients(config, &clock)?;
        let console = Arc::new(Console::new(clock.clone()));
        let adapters = adapters::adapters(config, &clock)?;
        let mut chats: Vec<Arc<dyn Chat>> = vec![console.clone()];
        chats.extend(adapters.iter().map(|adapter| adapter.chat()));
        let mut vcenters: Vec<Arc<dyn VCenter>> =
            clients.iter().map(|client| Arc::new(client.clone()) as Arc<dyn VCenter>).collect();
        let mut store = store;
        if let Some(halt) = halt {
            store = halt.store(store);
            vcenters = vcenters.into_iter().map(|vcenter| halt.vcenter(vcenter)).collect();
            chats = chats.into_iter().map(|chat| halt.chat(chat)).collect();
        }
        let (sink, mut told) = mpsc::unbounded_channel();
        let (forward, events) = mpsc::unbounded_channel();
        let parts = Parts {
            fleet: Fleet::new(vcenters),
            chats: chats.into_iter().map(|chat| (chat.platform(), chat)).collect(),
            store,
            clock,
            rules: Current::new(config.rules.clone()),
            freeze: Current::new(None),
            unread_groups: Current::new(UnreadGroups::new()),
            tokens,
            random: || getrandom::u32().map_err(|error| error.to_string()),
        };
        let handle = engine::start(parts, events).await?;
        let pages = console.clone();
        tokio::spawn(async move {
            while let Some(event) = told.recv().await {
                // A vCenter that comes or goes changes what pages can complete and list, too.
                if matches!(event, VCenterEvent::Inventory(_) | VCenterEvent::Health(..)) {
                    pages.inventory_changed();
                }
                if forward.send(event).is_err() {
                    return;
                }
            }
        });
        for client in &clients {
            client.start(sink.clone());
        }
        for adapter in &adapters {
            adapter.begin(handle.clone()).await;
        }
        let channels = config.console.as_ref().map(|console| console.channels.clone()).unwrap_or_default();
        Ok(Self { handle, console, clients, channels, journal: config.store.clone(), adapters })
    }

    /// What the platforms send to `[http]`.
    pub fn routes(&self) -> axum::Router {
        let each = self.adapters.iter().filter_map(|adapter| adapter.routes(self.handle.clone()));
        each.fold(axum::Router::new(), axum::Router::merge)
    }

    /// What the console asks of this bot. `sim` is the demo's simulator, `metrics` renders the metrics.
    pub fn desk(&self, sim: Option<Sim>, metrics: Arc<dyn Fn() -> String + Send + Sync>) -> Arc<dyn Gateway> {
        Arc::new(Desk {
            handle: self.handle.clone(),
            channels: self.channels.clone(),
            journal: self.journal.clone(),
            sizes: fleet::Sizes::new(self.clients.clone(), self.console.clone()),
            sim,
            metrics,
        })
    }

    /// Ends it: what is in the inbox is committed, sessions are closed, pages are let go.
    pub async fn stop(&self) {
        self.console.close();
        for adapter in &self.adapters {
            adapter.stop().await;
        }
        self.handle.stop().await;
        for client in &self.clients {
            client.stop().await;
        }
    }
}

/// The clients of the configured vCenters for a command that reads them once, each as soon as it is known how it does. Whoever has not
/// answered in time is taken for away.
async fn settled_clients(config: &Config, patience: Duration) -> Result<Vec<vcenter::Client>, AppError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let clients = clients(config, &clock)?;
    let (sink, mut told) = mpsc::unbounded_channel();
    for client in &clients {
        client.start(sink.clone());
    }
    let settled = async {
        while clients.iter().any(|client| client.health() == Health::Starting) {
            if told.recv().await.is_none() {
                return;
            }
        }
        for client in clients.iter().filter(|client| client.health() == Health::Live) {
            client.tags_settled().await;
        }
    };
    let _late = tokio::time::timeout(patience, settled).await;
    Ok(clients)
}

fn clients(config: &Config, clock: &Arc<dyn Clock>) -> Result<Vec<vcenter::Client>, AppError> {
    let names_tags = config.names_tags();
    let client = |settings: &vcenter::VCenterConfig| {
        let client = vcenter::Client::new(settings.clone(), clock.clone())
            .map_err(|error| AppError::Other(format!("[[vcenter]] {}: {error}", settings.name)))?;
        client.want_tags(names_tags);
        Ok(client)
    };
    config.vcenters.iter().map(client).collect()
}

/// The folder of the store.
fn store_of(config: &Config) -> Result<&Path, AppError> {
    // A configuration that has to have one is not read without it.
    config.store.as_deref().ok_or_else(|| AppError::Other("[store] is missing".to_owned()))
}

/// The key that buttons' tokens are made under: kept beside the store, readable by the bot alone, and not in the journal,
/// which auditors read.
fn token_key(dir: &Path) -> Result<TokenKey, AppError> {
    let path = dir.join("token.key");
    let failed = |error: std::io::Error| AppError::Other(format!("{}: {error}", path.display()));
    match std::fs::read(&path) {
        Ok(bytes) => match <[u8; 32]>::try_from(bytes) {
            Ok(bytes) => Ok(TokenKey::new(bytes)),
            Err(_) => Err(AppError::Other(format!(
                "{} does not hold 32 bytes; move it away, and buttons of older messages will be refused",
                path.display()
            ))),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|error| AppError::Other(format!("no random bytes: {error}")))?;
            write_private(&path, &bytes).map_err(failed)?;
            Ok(TokenKey::new(bytes))
        }
        Err(error) => Err(failed(error)),
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
