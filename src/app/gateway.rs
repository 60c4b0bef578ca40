//! The engine as the console sees it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use serde_json::json;
use snapwarden_sim::Sim;

use crate::chat::console::gateway::{
    Argument, Channel, Check, CommandReply, FleetSnapshots, Gateway, Machine, Meddling, Person, Readiness,
    SuggestQuery, Suggestion, Waiting,
};
use crate::chat::console::{ApiError, PLATFORM};
use crate::domain::bulk::Bulk;
use crate::domain::ids::{ChannelId, PersonId, RequestId};
use crate::domain::policy::PlatformGroup;
use crate::domain::policy::memberships::{REPORTED_AFTER, Unread};
use crate::domain::request::{Request, State};
use crate::engine::ports::{Chat, Health, VCenter};
use crate::engine::{self, Ask, Completion, CompletionQuery, Handle, May, Press};

use super::meddling::{machine, meddle};
use super::{audit, fleet};

/// Answers the console out of the engine.
pub(super) struct Desk {
    pub(super) handle: Handle,
    pub(super) channels: Vec<Channel>,
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
impl Gateway for Desk {
    fn people(&self) -> Vec<Person> {
        let of = |person: &crate::domain::policy::Person| Person {
            id: person.id.clone(),
            name: person.name.clone(),
            groups: person.groups.clone(),
        };
        self.handle.parts().rules().policy.people.iter().map(of).collect()
    }

    fn channels(&self) -> Vec<Channel> {
        self.channels.clone()
    }

    async fn command(
        &self,
        from: &PersonId,
        channel: &ChannelId,
        text: &str,
        locale: Option<&str>,
    ) -> Result<CommandReply, ApiError> {
        let ask = Ask {
            person: from.clone(),
            account: account(from),
            channel: engine_id(channel),
            text: text.to_owned(),
            locale: locale.map(str::to_owned),
            once: None,
        };
        let answer = self.handle.ask(ask).await.map_err(|_| stopping())?;
        Ok(CommandReply { reply: answer.reply, request: answer.request })
    }

    async fn action(
        &self,
        from: &PersonId,
        token: &str,
        inputs: &BTreeMap<String, String>,
        locale: Option<&str>,
    ) -> Result<CommandReply, ApiError> {
        let press = Press { inputs: inputs.clone(), ..press(from, token, locale) };
        let answer = self.handle.press(press).await.map_err(|_| stopping())?;
        Ok(CommandReply { reply: answer.reply, request: answer.request })
    }

    async fn may(&self, from: &PersonId, token: &str, locale: Option<&str>) -> Result<CommandReply, ApiError> {
        let reply = match self.handle.may(press(from, token, locale)).await.map_err(|_| stopping())? {
            May::Yes(_) => None,
            May::No(card) => Some(*card),
        };
        Ok(CommandReply { reply, request: None })
    }

    async fn suggest(&self, person: &PersonId, query: &SuggestQuery) -> Result<Vec<Suggestion>, ApiError> {
        let SuggestQuery { verb, argument, vm, query, locale } = query.clone();
        let argument = match argument {
            Argument::Vm => engine::Argument::Vm,
            Argument::Snapshot => engine::Argument::Snapshot,
            Argument::Mode => engine::Argument::Mode,
        };
        let found = self.handle.complete(person, &CompletionQuery { verb, argument, vm, query, locale });
        let shown = |Completion { value, insert, label }| Suggestion { value, insert, label };
        Ok(found.into_iter().map(shown).collect())
    }

    async fn request(&self, id: &RequestId) -> Option<serde_json::Value> {
        self.handle.request(id).await.map(|request| as_json(&request))
    }

    fn ready(&self) -> Readiness {
        let of = |vcenter: &Arc<dyn VCenter>| {
            let (ok, detail) = match vcenter.health() {
                Health::Live => (true, format!("{} VMs", vcenter.inventory().len())),
                Health::Starting => (false, "the first read is not through yet".to_owned()),
                Health::Lost { since, why } => (false, format!("since {since}: {why}")),
            };
            Check { name: format!("vcenter {}", vcenter.name()), ok, detail }
        };
        let mut checks: Vec<Check> = self.handle.parts().fleet.iter().map(of).collect();
        let trouble = self.handle.parts().store.trouble();
        checks.push(Check {
            name: "store".to_owned(),
            ok: trouble.is_none(),
            detail: trouble.unwrap_or_else(|| "can be written".to_owned()),
        });
        let chats = self.handle.parts().chats.values().filter(|chat| chat.platform() != PLATFORM);
        let of = |chat: &Arc<dyn Chat>| {
            let health = chat.health();
            let (ok, detail) = (health.is_ok(), health.err().unwrap_or_else(|| "connected".to_owned()));
            Check { name: chat.platform().to_owned(), ok, detail }
        };
        checks.extend(chats.map(of));
        checks.extend(self.groups());
        Readiness { ready: checks.iter().all(|check| check.ok), checks }
    }

    fn metrics(&self) -> String {
        (self.metrics)()
    }

    async fn fleet(&self, person: &PersonId) -> Result<FleetSnapshots, ApiError> {
        fleet::snapshots(&self.handle, person, &self.sizes).await
    }

    async fn waiting(&self, person: &PersonId, locale: &str) -> Result<Vec<Waiting>, ApiError> {
        fleet::waiting(&self.handle, person, locale).await
    }

    async fn audit(&self, person: &PersonId) -> Result<serde_json::Value, ApiError> {
        let folder = self.trail(person)?;
        off_the_runtime(move || audit::tail(&folder).map_err(|error| error.to_string())).await
    }

    async fn verify_audit(&self, person: &PersonId) -> Result<serde_json::Value, ApiError> {
        let folder = self.trail(person)?;
        let verdict = move || {
            let verdict = audit::look(&folder, &[]).map_err(|error| error.to_string())?;
            let mut verdict = serde_json::to_value(verdict).map_err(|error| error.to_string())?;
            // Where the server keeps its files is nothing that a browser has to know.
            verdict.as_object_mut().and_then(|verdict| verdict.remove("folder"));
            Ok(verdict)
        };
        off_the_runtime(verdict).await
    }

    async fn machines(&self) -> Option<Vec<Machine>> {
        Some(self.sim.as_ref()?.machines().into_iter().map(machine).collect())
    }

    async fn meddle(&self, moref: &str, what: Meddling) -> Result<Machine, ApiError> {
        let sim = self.sim.as_ref().ok_or_else(ApiError::no_demo)?;
        meddle(sim, moref, what)?;
        sim.vm(moref).map(machine).ok_or_else(|| ApiError::unknown_machine(moref))
    }
}

impl Desk {
    /// Whether the members of each group that a platform knows can be read.
    fn groups(&self) -> Vec<Check> {
        let parts = self.handle.parts();
        let (rules, unread, now) = (parts.rules(), parts.unread_groups.get(), parts.clock.now());
        let of = |group: &PlatformGroup| {
            let (ok, detail) = match unread.get(&group.name) {
                None => (true, "its members are known".to_owned()),
                Some(Unread { since, why }) => {
                    let ok = now.duration_since(*since) < REPORTED_AFTER;
                    (ok, format!("its members cannot be read since {since}: {why}"))
                }
            };
            Check { name: format!("group {}", group.name), ok, detail }
        };
        rules.policy.platform_groups.iter().map(of).collect()
    }

    /// The journal's folder, for somebody who may read the audit trail.
    fn trail(&self, person: &PersonId) -> Result<PathBuf, ApiError> {
        if !self.handle.parts().rules().policy.is_administrator(person) {
            return Err(ApiError::not_an_administrator());
        }
        self.journal.clone().ok_or_else(|| ApiError::not_here("The audit trail is"))
    }
}

/// Reads files where waiting for the disk holds up nobody.
async fn off_the_runtime(
    read: impl FnOnce() -> Result<serde_json::Value, String> + Send + 'static,
) -> Result<serde_json::Value, ApiError> {
    let done = tokio::task::spawn_blocking(read).await.map_err(|error| error.to_string()).and_then(|done| done);
    done.map_err(|error| {
        tracing::error!(error, "the audit trail could not be read for the console");
        let hint = "`snapwarden audit verify` on the server says more.";
        let message = "The audit trail could not be read.";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message, hint)
    })
}

/// A press without anything typed.
fn press(from: &PersonId, token: &str, locale: Option<&str>) -> Press {
    Press {
        person: from.clone(),
        account: account(from),
        token: token.to_owned(),
        inputs: BTreeMap::new(),
        locale: locale.map(str::to_owned),
        once: None,
    }
}

/// A request as `GET /api/requests/{id}` shows it.
fn as_json(request: &Request) -> serde_json::Value {
    let percent = match &request.state {
        State::Running { percent, .. } => *percent,
        State::InParts { .. } => request.bulk().map(Bulk::percent),
        State::Done { .. } => Some(100),
        State::Asked
        | State::Refused { .. }
        | State::Queued { .. }
        | State::AwaitingApproval { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Stale { .. }
        | State::Withdrawn { .. }
        | State::Starting { .. }
        | State::Failed { .. }
        | State::Cancelled { .. }
        | State::Unsure { .. }
        | State::NeedsHuman { .. } => None,
    };
    let blockers = if let State::Refused { blockers } = &request.state { json!(blockers) } else { json!([]) };
    let outcome = if request.state.is_final() { json!(request.state) } else { serde_json::Value::Null };
    json!({
        "id": request.id,
        "verb": request.wish.verb(),
        "vm": request.vm().map(|vm| &vm.name),
        "target": request.vm().map(|target| json!({
            "vcenter": target.vm.vcenter,
            "moref": target.vm.moref,
            "instance_uuid": target.instance_uuid,
            "name": target.name,
            "path": target.path,
        })),
        "bulk": request.bulk(),
        "person": request.asker,
        "state": request.state.name(),
        "percent": percent,
        "approvals": request.approvals,
        "warnings": request.plan.as_ref().map(|plan| json!(plan.warnings)).unwrap_or_else(|| json!([])),
        "blockers": blockers,
        "outcome": outcome,
    })
}

/// A console channel as the engine names it.
fn engine_id(channel: &ChannelId) -> ChannelId {
    let bare = channel.as_str().strip_prefix("console:").unwrap_or(channel.as_str());
    ChannelId::new(format!("{PLATFORM}:{bare}"))
}

fn account(person: &PersonId) -> String {
    format!("{PLATFORM}:{person}")
}

fn stopping() -> ApiError {
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The bot is stopping.", "Try again in a moment.")
}
