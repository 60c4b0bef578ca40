//! Rows that version 0.1.0 kept otherwise, brought to what they are now.
//!
//! It kept a plan that deletes what is old as news of a channel (`bulletin/<seq>`, `news` = `sweep`), beside the requests. Now it is a request
//! about many snapshots, with the same id, number and message.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{Posted, Row};
use crate::domain::authority::Refusal;
use crate::domain::bulk::{Bulk, Halt, Item, Stays};
use crate::domain::ids::{Account, ChannelId, PersonId, RequestId};
use crate::domain::intent::BulkScope;
use crate::domain::machine;
use crate::domain::request::{Approval, ApprovalNeed, Request, Requester, State, StruckApproval, Subject, Wish};
use crate::engine::ports::StoreError;

/// What tells such a row from every other of what was told.
#[derive(Deserialize)]
struct Kind {
    bulletin: KindOfBulletin,
}

#[derive(Deserialize)]
struct KindOfBulletin {
    news: KindOfNews,
}

#[derive(Deserialize)]
struct KindOfNews {
    news: String,
}

/// The row.
#[derive(Deserialize)]
struct ToldPlan {
    bulletin: PlanBulletin,
    posted: Option<Posted>,
}

#[derive(Deserialize)]
struct PlanBulletin {
    id: RequestId,
    seq: u64,
    channel: ChannelId,
    locale: String,
    at: Timestamp,
    news: PlanNews,
}

#[derive(Deserialize)]
struct PlanNews {
    sweep: Box<Plan>,
}

#[derive(Deserialize)]
struct Plan {
    asker: PersonId,
    account: Account,
    scope: String,
    age: SignedDuration,
    ticket: Option<String>,
    goes: Vec<Item>,
    stays: Vec<Stays>,
    need: ApprovalNeed,
    approvals: Vec<Approval>,
    #[serde(default)]
    struck: Vec<StruckApproval>,
    until: Timestamp,
    state: PlanState,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
enum PlanState {
    Asked,
    Running,
    Denied { by: PersonId, reason: Option<String> },
    Expired,
    Stopped { by: PersonId },
    Refused { refusal: Refusal, vm: String },
    Done,
}

/// The request that a row of what was told holds, where it holds one.
///
/// # Errors
/// If the row cannot be read.
pub fn plan(key: &str, bytes: &[u8]) -> Result<Option<Row>, StoreError> {
    let Kind { bulletin: KindOfBulletin { news: KindOfNews { news } } } = super::read(key, bytes)?;
    if news != "sweep" {
        return Ok(None);
    }
    let ToldPlan { bulletin, posted } = super::read(key, bytes)?;
    let PlanBulletin { id, seq, channel, locale, at, news: PlanNews { sweep } } = bulletin;
    let (state, halt) = state(sweep.state, sweep.until, at);
    let scope = if sweep.scope == BulkScope::All.text() { BulkScope::All } else { BulkScope::Named(sweep.scope) };
    let requester = Requester { person: sweep.asker, account: sweep.account, channel, locale, at };
    let subject = Subject::Many(Box::new(Bulk { scope, goes: sweep.goes, stays: sweep.stays, halt }));
    let request = Request {
        ticket: sweep.ticket,
        approval: Some(sweep.need),
        approvals: sweep.approvals,
        struck: sweep.struck,
        state,
        ..Request::new(id, seq, requester, subject, Wish::DeleteOlder { age: sweep.age })
    };
    // What had ended may have left something that people are asked about: it is over once they have said.
    let request = machine::settled_in_parts(request, at);
    let settled = request.state.is_final();
    Ok(Some(Row { request, posted: posted.map(|posted| Posted { settled, ..posted }), given_up: None }))
}

/// When something ended was not kept: its message never said.
fn state(state: PlanState, until: Timestamp, at: Timestamp) -> (State, Option<Halt>) {
    match state {
        PlanState::Asked => (State::AwaitingApproval { until }, None),
        PlanState::Running | PlanState::Done => (State::InParts { since: at }, None),
        PlanState::Denied { by, reason } => (State::Denied { by, reason, at }, None),
        PlanState::Expired => (State::Expired { at: until }, None),
        PlanState::Stopped { by } => (State::InParts { since: at }, Some(Halt::Stopped { by })),
        PlanState::Refused { refusal, vm } => {
            (State::InParts { since: at }, Some(Halt::Refused { refusal, vm: vm.as_str().into() }))
        }
    }
}
