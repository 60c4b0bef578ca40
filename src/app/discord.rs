//! Discord, wired: from its settings to a running adapter.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;

use super::AppError;
use super::adapters::Adapter;
use crate::chat::discord::{Background, Discord, Port, Settings, endpoint};
use crate::engine::Handle;
use crate::engine::clock::SystemClock;
use crate::engine::ports::{Chat, Clock};

struct Wired {
    discord: Arc<Discord>,
    background: Mutex<Option<Background>>,
}

/// The adapter of a configuration.
pub(super) fn adapter(settings: &Settings) -> Result<Arc<dyn Adapter>, AppError> {
    Ok(Arc::new(Wired { discord: discord(settings)?, background: Mutex::default() }))
}

/// Discord behind the API of a configuration.
pub(super) fn discord(settings: &Settings) -> Result<Arc<Discord>, AppError> {
    // What Discord counts it counts in its own time, which no clock of ours moves.
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Discord::new(settings.clone(), clock).map_err(|error| AppError::Other(format!("[discord]: {error}")))
}

#[async_trait]
impl Adapter for Wired {
    fn chat(&self) -> Arc<dyn Chat> {
        Arc::new(Port(self.discord.clone()))
    }

    async fn begin(&self, handle: Handle) {
        let background = Background::start(&self.discord, &handle);
        *self.background.lock().unwrap_or_else(PoisonError::into_inner) = Some(background);
    }

    fn routes(&self, handle: Handle) -> Option<Router> {
        endpoint::routes(self.discord.clone(), handle)
    }

    async fn stop(&self) {
        if let Some(mut background) = self.background.lock().unwrap_or_else(PoisonError::into_inner).take() {
            background.stop();
        }
    }
}
