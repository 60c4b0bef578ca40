//! The engine as the console sees it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use serde_json::json;

use crate::chat::console::gateway::{
    Argument, Channel, Check, CommandReply, Gateway, Machine, Person, Readiness, SuggestQuery, Suggestion,
};
use crate::chat::console::{ApiError, PLATFORM};
use crate::config::Config;
use crate::domain::command::{self, find_verb};
use crate::domain::ids::{ChannelId, PersonId, RequestId};
use crate::domain::inventory::VmSummary;
use crate::domain::lookup::{self, VmLookup};
use crate::domain::policy::{Decision, PolicyVerb};
use crate::domain::request::{Request, State};
use crate::domain::suggest::{self, Wanted};
use crate::engine::ports::Health;
use crate::engine::{Ask, Handle, Press, policy_verb};
use crate::message::model::Card;
use crate::sim::Sim;

/// Answers the console out of the engine.
pub(super) struct Desk {
    pub(super) handle: Handle,
    pub(super) channels: Vec<Channel>,
    /// The demo's simulator.
    pub(super) sim: Option<Sim>,
    /// Renders the metrics.
    pub(super) metrics: Arc<dyn Fn() -> String + Send + Sync>,
}

/// The console's channels as the configuration has them.
pub(super) fn channels(config: &Config) -> Vec<Channel> {
    let of = |channel: &crate::config::ConsoleChannel| Channel {
        id: engine_id(&ChannelId::new(&channel.id)),
        name: channel.name.clone(),
    };
    config
        .console
        .iter()
        .flat_map(|console| &console.channels)
        .map(of)
        .collect()
}

#[async_trait]
impl Gateway for Desk {
    fn people(&self) -> Vec<Person> {
        let of = |person: &crate::domain::policy::Person| Person {
            id: person.id.clone(),
            name: person.name.clone(),
            groups: person.groups.clone(),
        };
        self.handle.parts().policy.people.iter().map(of).collect()
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
        };
        let answer = self.handle.ask(ask).await.map_err(|_| stopping())?;
        Ok(CommandReply {
            reply: answer.reply,
            request: answer.request,
        })
    }

    async fn action(
        &self,
        from: &PersonId,
        token: &str,
        inputs: &BTreeMap<String, String>,
    ) -> Result<Option<Card>, ApiError> {
        let press = Press {
            person: from.clone(),
            account: account(from),
            token: token.to_owned(),
            inputs: inputs.clone(),
        };
        let answer = self.handle.press(press).await.map_err(|_| stopping())?;
        Ok(answer.reply)
    }

    async fn suggest(&self, person: &PersonId, query: &SuggestQuery) -> Result<Vec<Suggestion>, ApiError> {
        let inventory = self.handle.inventory();
        let policy = &self.handle.parts().policy;
        let right = find_verb(&query.verb).and_then(policy_verb).unwrap_or(PolicyVerb::List);
        let visible = |vm: &VmSummary| matches!(policy.decide(person, right, &vm.target()), Decision::Allowed { .. });
        let found = match query.argument {
            Argument::Vm => suggest::suggest(
                &Wanted::Vm {
                    inventory: &inventory,
                    visible: &visible,
                },
                &query.query,
            ),
            Argument::Snapshot => {
                let named = query.vm.as_deref().and_then(vm_of);
                match named.map(|selector| lookup::find_vm(&inventory, &selector)) {
                    Some(VmLookup::One(vm)) if visible(&vm) => {
                        let now = self.handle.parts().clock.now();
                        suggest::suggest(&Wanted::Snapshot { tree: &vm.tree, now }, &query.query)
                    }
                    Some(VmLookup::One(_) | VmLookup::Many(_) | VmLookup::None { .. }) | None => Vec::new(),
                }
            }
        };
        let shown = |suggestion: suggest::Suggestion| Suggestion {
            label: suggestion.text(),
            value: command::unquote(&suggestion.value),
        };
        Ok(found.into_iter().map(shown).collect())
    }

    async fn request(&self, id: &RequestId) -> Option<serde_json::Value> {
        self.handle.request(id).await.map(|request| as_json(&request))
    }

    fn ready(&self) -> Readiness {
        let of = |vcenter: &Arc<dyn crate::engine::ports::VCenter>| {
            let (ok, detail) = match vcenter.health() {
                Health::Live => (true, format!("{} VMs", vcenter.inventory().len())),
                Health::Starting => (false, "the first read is not through yet".to_owned()),
                Health::Lost { since, why } => (false, format!("since {since}: {why}")),
            };
            Check {
                name: format!("vcenter {}", vcenter.name()),
                ok,
                detail,
            }
        };
        let checks: Vec<Check> = self.handle.parts().fleet.iter().map(of).collect();
        Readiness {
            ready: checks.iter().all(|check| check.ok),
            checks,
        }
    }

    fn metrics(&self) -> String {
        (self.metrics)()
    }

    async fn machines(&self) -> Option<Vec<Machine>> {
        let sim = self.sim.as_ref()?;
        let of = |vm: crate::sim::VmView| Machine {
            moref: vm.moref,
            name: vm.name,
            path: vm.path,
            on: vm.power == crate::sim::Power::On,
            broken: vm.guest_broken,
            snapshots: vm.snapshots.len(),
        };
        Some(sim.machines().into_iter().map(of).collect())
    }

    async fn break_machine(&self, moref: &str) -> bool {
        self.sim.as_ref().is_some_and(|sim| sim.break_guest(moref))
    }
}

/// A request as `GET /api/requests/{id}` shows it.
fn as_json(request: &Request) -> serde_json::Value {
    let percent = match &request.state {
        State::Running { percent, .. } => *percent,
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
    let blockers = if let State::Refused { blockers } = &request.state {
        json!(blockers)
    } else {
        json!([])
    };
    let outcome = if request.state.is_final() {
        json!(request.state)
    } else {
        serde_json::Value::Null
    };
    json!({
        "id": request.id,
        "verb": request.wish.verb(),
        "vm": {
            "vcenter": request.target.vm.vcenter,
            "moref": request.target.vm.moref,
            "instance_uuid": request.target.instance_uuid,
            "name": request.target.name,
            "path": request.target.path,
        },
        "person": request.asker,
        "state": request.state.name(),
        "percent": percent,
        "approvals": request.approvals,
        "warnings": request.plan.as_ref().map(|plan| json!(plan.warnings)).unwrap_or_else(|| json!([])),
        "blockers": blockers,
        "outcome": outcome,
    })
}

/// The VM that stands in the box, with or without the quotes that its name needs.
fn vm_of(text: &str) -> Option<crate::domain::intent::VmSelector> {
    command::vm_selector(text).or_else(|| command::vm_selector(&command::quote(text)))
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
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "stopping",
        "The bot is stopping.",
        "Try again in a moment.",
    )
}
