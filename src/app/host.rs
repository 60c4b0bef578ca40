//! What the console asks of the process around it: the fleet's snapshots, the audit trail, the metrics, the demo's machines.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use serde_json::Value;
use snapwarden_sim::Sim;

use super::meddling::{machine, meddle, meddle_with_vcenter, vcenter};
use super::{audit, fleet};
use crate::chat::console::{ApiError, FleetSnapshots, Host};
use crate::domain::ids::PersonId;
use crate::engine::Handle;

/// This process, as the console asks it.
pub(super) struct Process {
    pub(super) handle: Handle,
    /// Where the journal's files are.
    pub(super) journal: Option<PathBuf>,
    /// What snapshots hold.
    pub(super) sizes: fleet::Sizes,
    /// The demo's simulator.
    pub(super) sim: Option<Sim>,
    /// Renders the metrics.
    pub(super) metrics: Arc<dyn Fn() -> String + Send + Sync>,
}

#[async_trait]
impl Host for Process {
    fn metrics(&self) -> String {
        (self.metrics)()
    }

    async fn fleet(&self, person: &PersonId) -> Result<FleetSnapshots, ApiError> {
        fleet::snapshots(&self.handle, person, &self.sizes).await
    }

    async fn audit(&self) -> Result<Value, ApiError> {
        let folder = self.trail()?;
        off_the_runtime(move || audit::tail(&folder).map_err(|error| error.to_string())).await
    }

    async fn verify_audit(&self) -> Result<Value, ApiError> {
        let folder = self.trail()?;
        let verdict = move || {
            let verdict = audit::look(&folder, &[]).map_err(|error| error.to_string())?;
            let mut verdict = serde_json::to_value(verdict).map_err(|error| error.to_string())?;
            // Where the server keeps its files is nothing that a browser has to know.
            verdict.as_object_mut().and_then(|verdict| verdict.remove("folder"));
            Ok(verdict)
        };
        off_the_runtime(verdict).await
    }

    fn machines(&self) -> Result<Value, ApiError> {
        Ok(self.demo()?.machines().into_iter().map(machine).collect())
    }

    fn vcenter(&self) -> Result<Value, ApiError> {
        Ok(vcenter(self.demo()?))
    }

    fn meddle_with_vcenter(&self, word: &str, on: bool) -> Result<Option<Value>, ApiError> {
        Ok(meddle_with_vcenter(self.demo()?, word, on))
    }

    fn meddle(&self, moref: &str, word: &str, on: bool) -> Result<Option<Value>, ApiError> {
        meddle(self.sim.as_ref(), moref, word, on)
    }
}

impl Process {
    fn demo(&self) -> Result<&Sim, ApiError> {
        self.sim.as_ref().ok_or_else(ApiError::no_demo)
    }

    /// The journal's folder.
    fn trail(&self) -> Result<PathBuf, ApiError> {
        self.journal.clone().ok_or_else(|| ApiError::not_here("The audit trail is"))
    }
}

/// Reads files on a thread that may block.
async fn off_the_runtime(read: impl FnOnce() -> Result<Value, String> + Send + 'static) -> Result<Value, ApiError> {
    let done = tokio::task::spawn_blocking(read).await.map_err(|error| error.to_string()).and_then(|done| done);
    done.map_err(|error| {
        tracing::error!(error, "the audit trail could not be read for the console");
        let hint = "`snapwarden audit verify` on the server says more.";
        let message = "The audit trail could not be read.";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message, hint)
    })
}
