//! What the console asks of the engine, and the shapes of the answers.
//!
//! The console knows no engine type: whoever wires the bot implements [`Gateway`], and tests implement it with a dozen lines.
//! A refusal by policy or preflight is a reply (a card); an [`ApiError`] is what the caller did wrong on the wire.

use std::collections::BTreeMap;

use async_trait::async_trait;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChannelId, Group, PersonId, RequestId};
use crate::domain::report::{Report, Row};
use crate::message::model::Card;

/// The engine, as the console sees it. Calls that change something are run to their end even when the reader's connection
/// breaks, so an implementation need not fear being cancelled.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Who can act here.
    fn people(&self) -> Vec<Person>;

    /// The channels, in the order in which they are to be shown.
    fn channels(&self) -> Vec<Channel>;

    /// Takes a typed command. `locale` is the reader's (`en`, `fr`).
    async fn command(
        &self,
        from: &PersonId,
        channel: &ChannelId,
        text: &str,
        locale: Option<&str>,
    ) -> Result<CommandReply, ApiError>;

    /// Takes a pressed button; `inputs` are the texts that it asked for, by name. The request is the one that the button is about,
    /// or the new one that came of it.
    async fn action(
        &self,
        from: &PersonId,
        token: &str,
        inputs: &BTreeMap<String, String>,
        locale: Option<&str>,
    ) -> Result<CommandReply, ApiError>;

    /// Whether a button may be pressed, before it is: a reply says why not, and there is none where it may. Nothing is done.
    async fn may(&self, from: &PersonId, token: &str, locale: Option<&str>) -> Result<CommandReply, ApiError>;

    /// What may be meant by the beginning of a word, best first.
    async fn suggest(&self, person: &PersonId, query: &SuggestQuery) -> Result<Vec<Suggestion>, ApiError>;

    /// One request as the API shows it: `{id, verb, vm, person, state, percent, approvals, warnings, blockers, outcome}`.
    async fn request(&self, id: &RequestId) -> Option<serde_json::Value>;

    /// Whether commands can be served now.
    fn ready(&self) -> Readiness;

    /// The metrics in Prometheus' text format.
    fn metrics(&self) -> String;

    /// The fleet's snapshots, as far as this person may list the VMs.
    ///
    /// # Errors
    /// [`ApiError::not_here`] where there is no fleet behind this console.
    async fn fleet(&self, _person: &PersonId) -> Result<FleetSnapshots, ApiError> {
        Err(ApiError::not_here("The fleet's snapshots are"))
    }

    /// What waits for somebody's decision and this person may know of, the oldest first. `locale` is the reader's.
    ///
    /// # Errors
    /// As [`Gateway::fleet`].
    async fn waiting(&self, _person: &PersonId, _locale: &str) -> Result<Vec<Waiting>, ApiError> {
        Err(ApiError::not_here("What waits for a decision is"))
    }

    /// The end of the audit trail: `{head, lines: [{seq, ts, kind, …}]}`, the newest line first.
    ///
    /// # Errors
    /// 403 for whoever is no administrator, and as [`Gateway::fleet`].
    async fn audit(&self, _person: &PersonId) -> Result<serde_json::Value, ApiError> {
        Err(ApiError::not_here("The audit trail is"))
    }

    /// Goes through the whole audit trail and gives what `snapwarden audit verify --format json` gives.
    ///
    /// # Errors
    /// As [`Gateway::audit`].
    async fn verify_audit(&self, _person: &PersonId) -> Result<serde_json::Value, ApiError> {
        Err(ApiError::not_here("The audit trail is"))
    }

    /// The demo's simulated machines; none outside the demo.
    async fn machines(&self) -> Option<Vec<Machine>>;

    /// Does something to a simulated machine behind the bot's back, and gives the machine as it is then.
    ///
    /// # Errors
    /// [`ApiError::no_demo`], [`ApiError::unknown_machine`], or 409 where the machine is not in a state for it.
    async fn meddle(&self, moref: &str, what: Meddling) -> Result<Machine, ApiError>;
}

/// The fleet's snapshots, as one person may see them.
#[derive(Debug, Clone)]
pub struct FleetSnapshots {
    pub rows: Vec<Row>,
    pub report: Report,
}

/// A request that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub request: RequestId,
    pub asked_at: jiff::Timestamp,
    /// Its message, with its buttons.
    pub card: Card,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// What the API calls them.
    pub id: PersonId,
    /// What people call them.
    pub name: String,
    pub groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// What the API calls it, with or without `console:` in front; the API shows it without.
    pub id: ChannelId,
    /// What people call it.
    pub name: String,
}

/// What a command or a button came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandReply {
    /// What only the person who typed or pressed it sees.
    pub reply: Option<Card>,
    /// The request that was made of it, or that it is about.
    pub request: Option<RequestId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestQuery {
    /// The verb that stands in the box (`revert`).
    pub verb: String,
    pub argument: Argument,
    /// The VM that stands in the box, where a snapshot or a mode is asked for.
    pub vm: Option<String>,
    /// What has been typed of the argument, maybe nothing.
    pub query: String,
    /// The reader's language (`en`, `fr`), for the labels.
    pub locale: Option<String>,
}

/// An argument that can be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    Vm,
    /// A snapshot of the VM.
    Snapshot,
    /// A mode in which the VM's snapshot can be taken now.
    Mode,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What is put into the command, unquoted.
    pub value: String,
    /// What is shown; it begins with the value.
    pub label: String,
    /// The value as the grammar has to be given it, where that is not the value itself: a snapshot called `latest` has to stand
    /// in quotes, or the command would mean another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insert: Option<String>,
}

/// Whether the bot can serve, and what stands against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// Whether it can.
    pub ready: bool,
    pub checks: Vec<Check>,
}

/// One thing that has to be in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was looked at (`vcenter lab`, `store`).
    pub name: String,
    /// Whether it is in order.
    pub ok: bool,
    /// In words, for an administrator. No secret: it is served without a login.
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Its managed object id.
    pub moref: String,
    pub name: String,
    /// Its folder path, to tell two of the same name apart.
    pub path: String,
    /// Whether it is powered on.
    pub on: bool,
    /// Whether its service is broken. One that is off answers nothing and is not broken by that.
    pub broken: bool,
    pub snapshots: usize,
    /// What is to happen to the next change that vCenter is asked for on it, first come first.
    pub armed: Vec<Mishap>,
}

/// What somebody does to a simulated machine, to see what the bot makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meddling {
    /// The service on it breaks.
    Break,
    /// Somebody else takes a snapshot.
    Snapshot,
    /// Somebody else powers it on or off.
    Power(bool),
    /// This happens to the next change, or no longer.
    Next(Mishap, bool),
}

impl Meddling {
    /// What a path of the API asks for (`snapshot`, `power`, `lose-answer`, …). `on` is what its body says, true if it says nothing.
    pub(super) fn of(word: &str, on: bool) -> Option<Self> {
        match word {
            "break" => Some(Self::Break),
            "snapshot" => Some(Self::Snapshot),
            "power" => Some(Self::Power(on)),
            "lose-answer" => Some(Self::Next(Mishap::LoseAnswer, on)),
            "lose-request" => Some(Self::Next(Mishap::LoseRequest, on)),
            "slow-task" => Some(Self::Next(Mishap::SlowTask, on)),
            _ => None,
        }
    }
}

/// What can happen once to the next change of a simulated machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mishap {
    /// vCenter does it, and its answer is lost.
    LoseAnswer,
    /// vCenter never hears of it.
    LoseRequest,
    /// Its task takes minutes.
    SlowTask,
}

/// What was wrong with a call: becomes `{"error": {code, message, hint}}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// A 4xx status.
    pub status: StatusCode,
    /// For programs: one word in snake_case that stays.
    pub code: &'static str,
    /// For people: what was wrong.
    pub message: String,
    /// For people: what to do instead.
    pub hint: String,
}

impl ApiError {
    /// An error with its four parts.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), hint: hint.into() }
    }

    /// Something that is not there (404).
    pub fn not_found(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message, hint)
    }

    /// This console has nothing of the kind (404). `what` is the sentence's beginning.
    pub fn not_here(what: &str) -> Self {
        let hint = "The console of a running bot has it.";
        Self::not_found("not_here", format!("{what} not here."), hint)
    }

    /// Only administrators may see it (403).
    pub fn not_an_administrator() -> Self {
        let hint =
            "The groups of [administration] may; `snapwarden audit verify` needs nobody's leave on the server itself.";
        Self::new(StatusCode::FORBIDDEN, "not_an_administrator", "Only administrators read the audit trail.", hint)
    }

    pub fn no_demo() -> Self {
        let hint = "Only `snapwarden demo` has machines that can be meddled with.";
        Self::not_found("no_demo", "There are no simulated machines here.", hint)
    }

    /// There is no such simulated machine, or none that runs.
    pub fn unknown_machine(moref: &str) -> Self {
        let message = format!("There is no running machine \"{moref}\".");
        Self::not_found("unknown_machine", message, "GET /demo/machines lists them.")
    }

    /// A call that cannot be understood (400).
    pub fn bad_request(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message, hint)
    }
}
