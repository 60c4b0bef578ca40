//! The engine as the console sees it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::chat::console::gateway::{
    Argument, Channel, Check, CommandReply, Gateway, Machine, Meddling, Person, Readiness, SuggestQuery, Suggestion,
};
use crate::chat::console::{ApiError, PLATFORM};
use crate::config::Config;
use crate::domain::command::{self, find_verb};
use crate::domain::ids::{ChannelId, PersonId, RequestId};
use crate::domain::inventory::VmSummary;
use crate::domain::lookup::{self, VmLookup};
use crate::domain::policy::{Decision, PolicyVerb};
use crate::domain::request::{Request, State};
use crate::domain::snapshot_tree::PowerState;
use crate::domain::suggest::{self, Label, Wanted};
use crate::engine::ports::Health;
use crate::engine::{Ask, Handle, Press, policy_verb};
use crate::message::format::Format;
use crate::message::words::{self, Locale};
use crate::sim::Sim;

use super::meddling::{machine, meddle};

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
    config.console.iter().flat_map(|console| &console.channels).map(of).collect()
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
        let press = Press {
            person: from.clone(),
            account: account(from),
            token: token.to_owned(),
            inputs: inputs.clone(),
            locale: locale.map(str::to_owned),
        };
        let answer = self.handle.press(press).await.map_err(|_| stopping())?;
        Ok(CommandReply { reply: answer.reply, request: answer.request })
    }

    async fn suggest(&self, person: &PersonId, query: &SuggestQuery) -> Result<Vec<Suggestion>, ApiError> {
        let inventory = self.handle.inventory();
        let rules = self.handle.parts().rules();
        let policy = &rules.policy;
        let right = find_verb(&query.verb).and_then(policy_verb).unwrap_or(PolicyVerb::List);
        let visible = |vm: &VmSummary| matches!(policy.decide(person, right, &vm.target()), Decision::Allowed { .. });
        let now = self.handle.parts().clock.now();
        // The VM that stands in the command, if it is one and this person may know of it.
        let named = || {
            let selector = query.vm.as_deref().and_then(vm_of)?;
            match lookup::find_vm(&inventory, &selector) {
                VmLookup::One(vm) if visible(&vm) => Some(vm),
                VmLookup::One(_) | VmLookup::Many(_) | VmLookup::None { .. } => None,
            }
        };
        let found = match query.argument {
            Argument::Vm => suggest::suggest(&Wanted::Vm { inventory: &inventory, visible: &visible }, &query.query),
            Argument::Snapshot => named()
                .map_or_else(Vec::new, |vm| suggest::suggest(&Wanted::Snapshot { tree: &vm.tree, now }, &query.query)),
            Argument::Mode => {
                named().map_or_else(Vec::new, |vm| suggest::suggest(&Wanted::Mode { vm: &vm }, &query.query))
            }
        };
        let format = Format { locale: Locale::of(query.locale.as_deref().unwrap_or_default()), tz: TimeZone::UTC, now };
        Ok(found.into_iter().map(|one| shown(one, &format)).collect())
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
            Check { name: format!("vcenter {}", vcenter.name()), ok, detail }
        };
        let mut checks: Vec<Check> = self.handle.parts().fleet.iter().map(of).collect();
        let trouble = self.handle.parts().store.trouble();
        checks.push(Check {
            name: "store".to_owned(),
            ok: trouble.is_none(),
            detail: trouble.unwrap_or_else(|| "can be written".to_owned()),
        });
        Readiness { ready: checks.iter().all(|check| check.ok), checks }
    }

    fn metrics(&self) -> String {
        (self.metrics)()
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
    let blockers = if let State::Refused { blockers } = &request.state { json!(blockers) } else { json!([]) };
    let outcome = if request.state.is_final() { json!(request.state) } else { serde_json::Value::Null };
    json!({
        "id": request.id,
        "verb": request.wish.verb(),
        "vm": request.target.name,
        "target": {
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

/// A completion as the API shows it: its label begins with its value, and goes on with what tells it from its namesakes.
fn shown(suggestion: suggest::Suggestion, format: &Format) -> Suggestion {
    let suggest::Suggestion { value: insert, label } = suggestion;
    let value = command::unquote(&insert);
    let rest = match &label {
        Label::Vm { path, power } => {
            let power = match power {
                PowerState::On => "power-on",
                PowerState::Off => "power-off",
                PowerState::Suspended => "power-suspended",
            };
            let place = match path.rsplit_once('/') {
                Some((folder, name)) if value.ends_with(name) => folder,
                Some(_) | None => path,
            };
            vec![place.to_owned(), words::say(format.locale, power, &[])]
        }
        Label::Snapshot { number, name, age, current } => {
            let number = format!("#{number}");
            let name = Some(name.clone()).filter(|name| *name != value);
            let number = Some(number).filter(|number| *number != value);
            let here = current.then(|| words::say(format.locale, "tree-here", &[]));
            let parts = [number, name, Some(format.age(format.now - *age)), here];
            parts.into_iter().flatten().collect()
        }
        Label::Verb(_) | Label::Option(_) | Label::Value(_) | Label::Mode(_) => Vec::new(),
    };
    Suggestion {
        label: std::iter::once(value.clone()).chain(rest).collect::<Vec<_>>().join(" · "),
        insert: (insert != value).then_some(insert),
        value,
    }
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
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The bot is stopping.", "Try again in a moment.")
}
