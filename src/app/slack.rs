//! Slack, wired: from its table of the configuration to a running adapter.

use std::sync::Arc;

use super::AppError;
use super::adapters::Adapter;
use crate::config::SlackConfig;
use crate::engine::ports::Clock;

/// The adapter of a configuration.
#[expect(clippy::unnecessary_wraps, reason = "settings that cannot be used will be an error here")]
pub(super) fn adapter(_settings: &SlackConfig, _clock: &Arc<dyn Clock>) -> Result<Option<Arc<dyn Adapter>>, AppError> {
    tracing::warn!("this version serves the console only: [slack] is checked and not used");
    Ok(None)
}
