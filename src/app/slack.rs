//! Slack, wired: from its settings to a running adapter.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;

use super::AppError;
use super::adapters::Adapter;
use crate::chat::slack::{Settings, Slack};
use crate::engine::Handle;
use crate::engine::ports::{Chat, Clock};

/// The adapter of a configuration.
pub(super) fn adapter(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Adapter>, AppError> {
    let slack = Slack::new(settings.clone(), clock.clone());
    Ok(Arc::new(Wired(slack.map_err(|error| AppError::Other(format!("[slack]: {error}")))?)))
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
