//! What the console asks of the process around it: what the engine does not know.

use async_trait::async_trait;
use serde_json::Value;

use super::ApiError;
use crate::domain::ids::PersonId;
use crate::domain::report::{Report, Row};

/// The process that the console is in.
#[async_trait]
pub trait Host: Send + Sync {
    /// The metrics in Prometheus' text format.
    fn metrics(&self) -> String;

    /// The fleet's snapshots, as far as this person may list the VMs.
    ///
    /// # Errors
    /// 500 where the store cannot be read.
    async fn fleet(&self, person: &PersonId) -> Result<FleetSnapshots, ApiError>;

    /// The end of the audit trail: `{head, lines: [{seq, ts, kind, …}]}`, the newest line first.
    ///
    /// # Errors
    /// [`ApiError::not_here`] where there is no trail, 500 where it cannot be read.
    async fn audit(&self) -> Result<Value, ApiError>;

    /// Goes through the whole audit trail and gives what `snapwarden audit verify --format json` gives.
    ///
    /// # Errors
    /// As [`Host::audit`].
    async fn verify_audit(&self) -> Result<Value, ApiError>;

    /// The demo's simulated machines as the API shows them.
    ///
    /// # Errors
    /// [`ApiError::no_demo`] outside the demo.
    fn machines(&self) -> Result<Value, ApiError>;

    /// Does something to a simulated machine behind the bot's back, by the word that a path of the API has for it (`snapshot`, `power`,
    /// `lose-answer`, …). `on` is what its body says. The answer to the call; none if there is nothing of that word.
    ///
    /// # Errors
    /// [`ApiError::no_demo`], [`ApiError::unknown_machine`], or 409 where the machine is not in a state for it.
    fn meddle(&self, moref: &str, word: &str, on: bool) -> Result<Option<Value>, ApiError>;

    /// The demo's simulated vCenter as the API shows it.
    ///
    /// # Errors
    /// [`ApiError::no_demo`] outside the demo.
    fn vcenter(&self) -> Result<Value, ApiError>;

    /// Does something to it (`clock`, `lost`), as [`Host::meddle`] does to a machine.
    ///
    /// # Errors
    /// [`ApiError::no_demo`] outside the demo.
    fn meddle_with_vcenter(&self, word: &str, on: bool) -> Result<Option<Value>, ApiError>;
}

/// The fleet's snapshots, as one person may see them.
#[derive(Debug, Clone)]
pub struct FleetSnapshots {
    pub rows: Vec<Row>,
    pub report: Report,
    /// How many vCenters are configured.
    pub vcenters: usize,
}
