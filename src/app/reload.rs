//! SIGHUP: the configuration is read again, and what a running bot can take of it holds from then on. Whole or not at all.
//!
//! What is wrong with the file, or needs a restart, is logged with its lines, and everything stays as it was. Nobody can do this, or
//! change a rule at all, through a chat.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Bot;
use super::sign_in::Tokens;
use crate::config::{self, Config, Needs};
use crate::engine::Handle;
use crate::vcenter::Client;

/// What a reload works on.
pub(super) struct Reloader {
    file: PathBuf,
    handle: Handle,
    clients: Vec<Client>,
    tokens: Tokens,
    /// The configuration that holds.
    current: Mutex<Config>,
}

impl Reloader {
    pub(super) fn new(file: &Path, config: Config, bot: &Bot, tokens: Tokens) -> Self {
        let (handle, clients) = (bot.handle.clone(), bot.clients.clone());
        Self { file: file.to_owned(), handle, clients, tokens, current: Mutex::new(config) }
    }

    /// Reads the file and takes it over.
    ///
    /// # Errors
    /// Why it was not taken, a line per reason.
    pub(super) async fn reload(&self) -> Result<(), Vec<String>> {
        let bytes = std::fs::read(&self.file).map_err(|error| vec![format!("{}: {error}", self.file.display())])?;
        let told = |errors: Vec<config::ConfigError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>();
        let new = config::load(&self.file, Needs::Run).map_err(told)?;
        let fixed = self.current.lock().unwrap_or_else(PoisonError::into_inner).needs_restart(&new);
        if !fixed.is_empty() {
            let why = format!("{} changed, which only a restart can take; nothing was taken", fixed.join(", "));
            return Err(vec![format!("{}: {why}", self.file.display())]);
        }
        for warning in &new.warnings {
            tracing::warn!("{warning}");
        }
        let digest = hex::encode(Sha256::digest(&bytes));
        self.handle.take_rules(new.rules.clone(), digest).await.map_err(|why| vec![why])?;
        self.tokens.replace(&new);
        for (client, vcenter) in self.clients.iter().zip(&new.vcenters) {
            client.set_password(vcenter.password.clone());
        }
        // Until tags are read that no rule named before, what depends on them is refused.
        for client in &self.clients {
            client.want_tags(new.names_tags());
        }
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
}

/// Reloads at every SIGHUP, for as long as the process lives.
#[cfg(unix)]
pub(super) fn on_hangup(reloader: Reloader) -> Result<(), super::AppError> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error: std::io::Error| super::AppError::Other(format!("cannot listen to SIGHUP: {error}"));
    let mut hangup = signal(SignalKind::hangup()).map_err(failed)?;
    let reloader = Arc::new(reloader);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match reloader.reload().await {
                Ok(()) => tracing::info!(file = %reloader.file.display(), "the configuration was read again and holds"),
                Err(reasons) => {
                    for reason in reasons {
                        tracing::error!("{reason}");
                    }
                    tracing::error!("the configuration was not taken: everything stays as it was");
                }
            }
        }
    });
    Ok(())
}

/// Without SIGHUP a restart is what reads the configuration again.
#[cfg(not(unix))]
pub(super) fn on_hangup(_: Reloader) -> Result<(), super::AppError> {
    Ok(())
}
