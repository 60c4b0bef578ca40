//! Slack, wired: from its table of the configuration to a running adapter.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;

use super::AppError;
use super::adapters::Adapter;
use crate::chat::slack::{Delivery, Settings, Slack};
use crate::config::{SlackConfig, SlackMode};
use crate::engine::Handle;
use crate::engine::ports::{Chat, Clock};

/// The adapter of a configuration.
pub(super) fn adapter(settings: &SlackConfig, clock: &Arc<dyn Clock>) -> Result<Option<Arc<dyn Adapter>>, AppError> {
    let slack = Slack::new(of(settings), clock.clone());
    let slack = slack.map_err(|error| AppError::Other(format!("[slack]: {error}")))?;
    Ok(Some(Arc::new(Wired(slack))))
}

/// The table, as the adapter takes it.
pub(super) fn of(settings: &SlackConfig) -> Settings {
    let SlackConfig { mode, api_url, bot_token, team_id } = settings;
    let delivery = match mode {
        SlackMode::Socket { app_token } => Delivery::Socket(app_token.clone()),
        SlackMode::Http { signing_secret } => Delivery::Http(signing_secret.clone()),
    };
    Settings { api_url: api_url.to_string(), bot_token: bot_token.clone(), delivery, team_id: team_id.clone() }
}

mod check;

pub(super) use check::check;

struct Wired(Slack);

#[async_trait]
impl Adapter for Wired {
    fn chat(&self) -> Arc<dyn Chat> {
        Arc::new(self.0.clone())
    }

    async fn begin(&self, handle: Handle) {
        self.0.begin(handle);
    }

    fn routes(&self, handle: Handle) -> Option<Router> {
        self.0.routes(handle)
    }

    async fn stop(&self) {
        self.0.stop().await;
    }
}
