//! A running bot: its engine with every port wired to what the configuration names.

use std::path::PathBuf;
use std::sync::Arc;

use snapwarden_sim::Sim;
use tokio::sync::mpsc;

use super::halt::Halt;
use super::host::Process;
use super::{AppError, fleet};
use crate::chat::console::{Console, Host};
use crate::chat::discord::{self, Discord};
use crate::chat::front::Adapter;
use crate::chat::slack::Slack;
use crate::config::Config;
use crate::domain::token::TokenKey;
use crate::engine::clock::SystemClock;
use crate::engine::ports::{Chat, Clock, Store, VCenter, VCenterEvent};
use crate::engine::{self, Current, Fleet, Handle, Parts, UnreachedChannels, UnreadGroups};
use crate::proxy::Proxies;
use crate::vcenter;

/// A bot that runs.
pub struct Bot {
    /// Its engine.
    pub handle: Handle,
    /// The chat platform that is its own.
    pub console: Arc<Console>,
    pub(super) clients: Vec<vcenter::Client>,
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
        let halt = Halt::wanted()?;
        let clients = super::clients(config, &clock)?;
        let console = Arc::new(Console::new(clock.clone()));
        let adapters = adapters(config, &clock)?;
        let mut chats: Vec<Arc<dyn Chat>> = vec![console.clone()];
        chats.extend(adapters.iter().map(|adapter| adapter.clone() as Arc<dyn Chat>));
        let mut vcenters: Vec<Arc<dyn VCenter>> =
            clients.iter().map(|client| Arc::new(client.clone()) as Arc<dyn VCenter>).collect();
        let mut store = store;
        if let Some(halt) = halt {
            store = halt.around(store);
            vcenters = vcenters.into_iter().map(|vcenter| halt.around(vcenter) as Arc<dyn VCenter>).collect();
            chats = chats.into_iter().map(|chat| halt.around(chat) as Arc<dyn Chat>).collect();
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
            unreached: Current::new(UnreachedChannels::new()),
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
            adapter.begin(handle.clone());
        }
        Ok(Self { handle, console, clients, journal: config.store.clone(), adapters })
    }

    /// What the platforms send to `[http]`.
    pub fn routes(&self) -> axum::Router {
        let each = self.adapters.iter().filter_map(|adapter| adapter.routes(self.handle.clone()));
        each.fold(axum::Router::new(), axum::Router::merge)
    }

    /// What the console asks of this process. `sim` is the demo's simulator, `metrics` renders the metrics.
    pub fn host(&self, sim: Option<Sim>, metrics: Arc<dyn Fn() -> String + Send + Sync>) -> Arc<dyn Host> {
        Arc::new(Process {
            handle: self.handle.clone(),
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

/// Every platform of a configuration.
fn adapters(config: &Config, clock: &Arc<dyn Clock>) -> Result<Vec<Arc<dyn Adapter>>, AppError> {
    let mut adapters: Vec<Arc<dyn Adapter>> = Vec::new();
    if let Some(settings) = &config.slack {
        let slack = Slack::new(settings.clone(), config.proxies.clone(), clock.clone());
        adapters.push(Arc::new(slack.map_err(|error| AppError::Other(format!("[slack]: {error}")))?));
    }
    if let Some(settings) = &config.discord {
        adapters.push(Arc::new(discord::Port::new(discord(settings, &config.proxies)?)));
    }
    Ok(adapters)
}

/// Discord behind the API of a configuration.
pub(super) fn discord(settings: &discord::Settings, proxies: &Proxies) -> Result<Arc<Discord>, AppError> {
    // What Discord counts it counts in its own time, which no clock of ours moves.
    Discord::new(settings.clone(), proxies.clone(), Arc::new(SystemClock))
        .map_err(|error| AppError::Other(format!("[discord]: {error}")))
}
