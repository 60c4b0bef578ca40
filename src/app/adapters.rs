//! The chat platforms that a configuration names, as the wiring sees them.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;

use super::{AppError, discord, slack};
use crate::config::Config;
use crate::engine::Handle;
use crate::engine::ports::{Chat, Clock};

/// A platform outside of this process.
#[async_trait]
pub(super) trait Adapter: Send + Sync {
    /// Where the engine shows messages.
    fn chat(&self) -> Arc<dyn Chat>;

    /// Begins to receive, now that there is an engine to hand things to. What cannot be reached yet is tried again in the background.
    async fn begin(&self, handle: Handle);

    /// What the platform sends to `[http]`, where it sends anything there.
    fn routes(&self, handle: Handle) -> Option<Router>;

    /// Takes in nothing more; what was taken in is answered.
    async fn stop(&self);
}

/// Every platform of a configuration.
pub(super) fn adapters(config: &Config, clock: &Arc<dyn Clock>) -> Result<Vec<Arc<dyn Adapter>>, AppError> {
    let slack = config.slack.as_ref().map(|settings| slack::adapter(settings, clock)).transpose()?;
    let discord = config.discord.as_ref().map(discord::adapter).transpose()?;
    Ok([slack, discord].into_iter().flatten().collect())
}
