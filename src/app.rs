//! The only file that knows every concrete type: it wires a configuration into a running bot.
//!
//! `demo`, `run` and `sim` serve; `check`, `explain`, `report` and `audit` look and say. Each gives back what the process should exit with.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::config::{Config, ConfigError};
use crate::engine::StartError;
use crate::engine::clock::SystemClock;
use crate::engine::ports::{Clock, Health, VCenter};
use crate::vcenter;

pub mod audit;
mod bot;
pub mod check;
pub mod demo;
pub mod explain;
mod file;
mod fleet;
mod halt;
pub mod health;
mod host;
mod listener;
pub mod manifest;
mod meddling;
mod reload;
pub mod report;
pub mod run;
mod serve;
mod sign_in;
pub mod simulate;
mod token_key;

/// What is asked about the configuration file without reading one.
pub mod config {
    pub use crate::config::{example, schema};
}

/// The process's log and metrics, set up once by whoever owns the process.
pub mod telemetry {
    pub use crate::telemetry::{Flush, LogFormat, start_logging, start_metrics};
}

#[cfg(not(feature = "testing"))]
use bot::Bot;
#[cfg(feature = "testing")]
pub use bot::Bot;

/// How what a command found is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

impl Format {
    fn text<T: Serialize>(self, found: &T, table: impl Fn(&T) -> String) -> Result<String, AppError> {
        match self {
            Self::Table => Ok(table(found)),
            Self::Json => serde_json::to_string_pretty(found).map_err(|error| AppError::Other(error.to_string())),
        }
    }
}

/// Why a command ended without having done its work.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration is wrong: exit 2, a line per mistake.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Config(Vec<ConfigError>),
    /// Something else that was given is wrong, such as a fault plan or a verb: exit 2.
    #[error("{0}")]
    Usage(String),
    /// A peer or what was to be looked at could not be reached: exit 3.
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
        let client = vcenter::Client::remembering(settings.clone(), clock.clone(), config.store.as_deref())
            .map_err(|error| AppError::Other(format!("[[vcenter]] {}: {error}", settings.name)))?;
        client.want_tags(names_tags);
        Ok(client)
    };
    config.vcenters.iter().map(client).collect()
}

/// A note where a vCenter's tags cannot be read.
fn unread_tags(client: &vcenter::Client) -> Option<String> {
    let why = client.tags_problem()?;
    Some(format!("the tags of the VMs in {} cannot be read: {why}", client.name()))
}

/// The folder of the store.
fn store_of(config: &Config) -> Result<&Path, AppError> {
    // A configuration that has to have one is not read without it.
    config.store.as_deref().ok_or_else(|| AppError::Other("[store] is missing".to_owned()))
}
