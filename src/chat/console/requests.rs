//! A request as the API shows it.

use serde_json::json;

use crate::domain::bulk::Bulk;
use crate::domain::request::{Request, State};

/// A request as `GET /api/requests/{id}` shows it.
pub(super) fn as_json(request: &Request) -> serde_json::Value {
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

#[cfg(test)]
mod tests;
