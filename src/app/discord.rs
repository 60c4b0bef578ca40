//! Discord, wired: from its table of the configuration to a running adapter.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;

use super::AppError;
use super::adapters::Adapter;
use crate::chat::discord::{Background, Discord, Port, Settings, endpoint};
use crate::config::{DiscordConfig, DiscordMode};
use crate::engine::Handle;
use crate::engine::clock::SystemClock;
use crate::engine::ports::{Chat, Clock};

struct Wired {
    discord: Arc<Discord>,
    mode: DiscordMode,
    background: Mutex<Option<Background>>,
}

/// The adapter of a configuration.
pub(super) fn adapter(settings: &DiscordConfig, _clock: &Arc<dyn Clock>) -> Result<Option<Arc<dyn Adapter>>, AppError> {
    if let DiscordMode::Http { public_key } = &settings.mode {
        endpoint::is_key(public_key).map_err(|error| AppError::Usage(error.to_string()))?;
    }
    let discord = discord(settings)?;
    Ok(Some(Arc::new(Wired { discord, mode: settings.mode.clone(), background: Mutex::default() })))
}

/// Discord behind the API of a configuration.
pub(super) fn discord(settings: &DiscordConfig) -> Result<Arc<Discord>, AppError> {
    let gateway_url = match &settings.mode {
        DiscordMode::Gateway { gateway_url } => gateway_url.as_ref().map(ToString::to_string),
        DiscordMode::Http { .. } => None,
    };
    let known = Settings {
        api_url: settings.api_url.to_string(),
        gateway_url,
        application_id: settings.application_id.clone(),
        token: settings.token.clone(),
        guild_id: settings.guild_id.clone(),
        direct_messages: settings.direct_messages,
    };
    // What Discord counts it counts in its own time, which no clock of ours moves.
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Discord::new(known, clock).map_err(|error| AppError::Other(format!("[discord]: {error}")))
}

#[async_trait]
impl Adapter for Wired {
    fn chat(&self) -> Arc<dyn Chat> {
        Arc::new(Port(self.discord.clone()))
    }

    async fn begin(&self, handle: Handle) {
        let background = Background::start(&self.discord, &handle);
        let background = match &self.mode {
            DiscordMode::Gateway { .. } => background.with_gateway(&self.discord, &handle),
            DiscordMode::Http { .. } => background,
        };
        *self.background.lock().unwrap_or_else(PoisonError::into_inner) = Some(background);
    }

    fn routes(&self, handle: Handle) -> Option<Router> {
        let DiscordMode::Http { public_key } = &self.mode else { return None };
        // That the key is one was looked at before.
        endpoint::routes(self.discord.clone(), handle, public_key).ok()
    }

    async fn stop(&self) {
        if let Some(mut background) = self.background.lock().unwrap_or_else(PoisonError::into_inner).take() {
            background.stop();
        }
    }
}
