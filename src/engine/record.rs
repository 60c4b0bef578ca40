//! How the engine's rows and audit lines are written.
//!
//! Where each kind of row lies in the store is in [`tables::rows`](super::tables).
//!
//! # Versions
//!
//! Every row is written as `{"v":1,"row":…}`: the version of its format, then the row. [`write()`] and [`read`] are the only places that know this.
//!
//! | version | written by | what a row is |
//! |---|---|---|
//! | 0 | snapwarden 0.1.0 | the row alone, without a version. No such row begins with `{"v":`. A plan to delete old snapshots is a `bulletin/…` |
//! | 1 | later versions | the same rows with their version |
//!
//! A row of an older version is read by `#[serde(default)]` and `#[serde(alias)]` on its types, or by a reader of its own beside them.
//! [`FORMAT`] goes up when a row changes so that the last released version would misread it or fail to read it. A row of a newer version than
//! [`FORMAT`] is refused, and with it the store: the bot does not start on half of what it knows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::ports::StoreError;
use crate::domain::bulk::Item;
use crate::domain::bulletin::{Bulletin, UnknownTask};
use crate::domain::call::CallError;
use crate::domain::freeze::Freeze;
use crate::domain::ids::{Account, ChannelId, Group, MessageId, PersonId, RequestId, VCenterName};
use crate::domain::intent::Intent;
use crate::domain::machine::Event;
use crate::domain::policy::{Person, Policy};
use crate::domain::request::{Origin, Request, State, Subject};

pub mod released;

/// The version of the rows that this program writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// What the bytes of a row with a version begin with. [`write()`] always writes the version first.
const VERSIONED: &[u8] = b"{\"v\":";

/// Prefix of open requests.
pub const OPEN: &str = "request/open/";
/// Prefix of final requests.
pub const DONE: &str = "request/done/";
/// Prefix of what was told.
pub const BULLETIN: &str = "bulletin/";
/// The key of the freeze that holds.
pub const FREEZE: &str = "meta/freeze";

/// Something that was told by itself, with where it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BulletinRow {
    pub bulletin: Bulletin,
    /// Its message, once it was posted.
    pub posted: Option<Posted>,
    /// Told to one person as an answer: it has no message of its own, and is kept for its buttons.
    #[serde(default)]
    pub private: bool,
}

/// A request with where it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub request: Request,
    /// Its message, once it was posted.
    pub posted: Option<Posted>,
    /// Why its message was given up before it said how the request ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up: Option<String>,
}

/// Where a request's message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The message, as the platform names it.
    pub message: MessageId,
    pub at: Timestamp,
    /// Whether it says how the request ended, so that there is nothing more to show.
    #[serde(default)]
    pub settled: bool,
}

/// A command on its way: taken in, and waiting for its VM to be read before it becomes a request or a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub person: PersonId,
    pub account: Account,
    pub channel: ChannelId,
    pub locale: String,
    pub at: Timestamp,
    /// What was typed, or which button was pressed.
    pub text: String,
    pub intent: Intent,
    /// The button that it came of, where it is a button that asks for something anew.
    pub origin: Option<Origin>,
}

/// A question back: what was asked, and what each choice makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id, of the same kind as a request's.
    pub id: RequestId,
    pub person: PersonId,
    pub account: Account,
    pub channel: ChannelId,
    pub locale: String,
    pub at: Timestamp,
    /// The complete intent that each choice stands for.
    pub choices: Vec<Intent>,
    /// Whether the choice comes with a change number that was missing.
    #[serde(default)]
    pub ticket: bool,
}

/// The audit line of a message that moves to its asker because its channel takes none.
pub fn audit_moved(
    request: &RequestId,
    from: &ChannelId,
    to: &ChannelId,
    why: &str,
    now: Timestamp,
) -> serde_json::Value {
    serde_json::json!({ "kind": "moved", "at": now, "request": request, "from": from, "to": to, "why": why })
}

/// The audit line of a message that is given up before it says how its request ended.
pub fn audit_given_up(request: &Request, why: &str, now: Timestamp) -> serde_json::Value {
    serde_json::json!({ "kind": "given_up", "at": now, "request": request.id, "channel": request.channel, "why": why })
}

/// The key that a request of this sequence number has while it is open.
pub fn open_key(seq: u64) -> String {
    format!("{OPEN}{seq:020}")
}

/// The key that a request of this sequence number has once it is final.
pub fn done_key(seq: u64) -> String {
    format!("{DONE}{seq:020}")
}

/// The key under which an id stays taken.
pub fn id_key(id: &RequestId) -> String {
    format!("id/{id}")
}

/// A name as a part of a key.
pub fn safe(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2f")
}

/// The name that a part of a key is made of.
pub fn unescaped(part: &str) -> String {
    part.replace("%2f", "/").replace("%25", "%")
}

/// A row with the version of its format, as it is written.
#[derive(Serialize)]
struct Written<'a, T> {
    v: u32,
    row: &'a T,
}

/// A row with the version of its format, as it is read. A newer version may keep its row elsewhere.
#[derive(Deserialize)]
struct Versioned<'a> {
    v: u32,
    #[serde(borrow)]
    row: Option<&'a RawValue>,
}

/// A row as it is stored.
///
/// # Errors
/// If it cannot be written as JSON, which would be a fault of ours: nothing is committed then.
pub fn write<T: Serialize>(row: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(&Written { v: FORMAT, row })
        .map_err(|error| StoreError::Io(format!("a row could not be written as JSON: {error}")))
}

/// A stored row, read.
///
/// # Errors
/// If it is of a newer version than this program knows, or is not what its version writes.
pub fn read<'a, T: Deserialize<'a>>(key: &str, bytes: &'a [u8]) -> Result<T, StoreError> {
    let unreadable = |error: serde_json::Error| StoreError::Io(format!("row {key} cannot be read: {error}"));
    if !bytes.starts_with(VERSIONED) {
        return serde_json::from_slice(bytes).map_err(unreadable);
    }
    let Versioned { v, row } = serde_json::from_slice(bytes).map_err(unreadable)?;
    if v > FORMAT {
        return Err(StoreError::Io(format!(
            "row {key} has format {v}, and this program reads formats up to {FORMAT}: a newer version of snapwarden wrote it. Start that version, or restore a backup"
        )));
    }
    let row = row.ok_or_else(|| StoreError::Io(format!("row {key} cannot be read: it has a version and no row")))?;
    serde_json::from_str(row.get()).map_err(unreadable)
}

/// The audit line of a step: what happened to which request, by whom, and what became of it. `seen` is the card as it could be read by whoever
/// decided, or will.
pub fn audit_step(
    before: &State,
    after: &Request,
    event: &Event,
    seen: Option<String>,
    now: Timestamp,
) -> serde_json::Value {
    let mut line = serde_json::json!({
        "kind": "request",
        "at": now,
        "request": after.id,
        "verb": after.wish.verb(),
        "from": before.name(),
        "to": after.state.name(),
        "event": summary(event),
    });
    let Some(object) = line.as_object_mut() else { return line };
    object.extend(audit_subject(after, before.name() != after.state.name()));
    if let Some(plan) = &after.plan {
        object.insert("fingerprint".to_owned(), serde_json::json!(plan.fingerprint));
        object.insert("act".to_owned(), serde_json::json!(after.act()));
    }
    if let Some(seen) = seen {
        object.insert("seen".to_owned(), serde_json::json!(seen));
    }
    if !after.approvals.is_empty() {
        object.insert("approvals".to_owned(), serde_json::json!(after.approvals));
    }
    if let Some(glass) = &after.break_glass {
        object.insert("break_glass".to_owned(), serde_json::json!(glass));
    }
    if !after.struck.is_empty() {
        object.insert("struck".to_owned(), serde_json::json!(after.struck));
    }
    if let State::Refused { blockers } = &after.state {
        object.insert("blockers".to_owned(), serde_json::json!(blockers));
    }
    if let State::Stale { drift, .. } = &after.state {
        object.insert("drift".to_owned(), serde_json::json!(drift));
    }
    line
}

pub fn audit_freeze(freeze: &Freeze) -> serde_json::Value {
    serde_json::json!({ "kind": "frozen", "at": freeze.at, "person": freeze.by, "account": freeze.account, "reason": freeze.reason })
}

/// The audit line of a freeze's end.
pub fn audit_unfreeze(freeze: &Freeze, person: &PersonId, account: &Account, now: Timestamp) -> serde_json::Value {
    serde_json::json!({ "kind": "unfrozen", "at": now, "person": person, "account": account, "frozen_by": freeze.by,
        "frozen_at": freeze.at, "reason": freeze.reason })
}

/// The audit line of rules that were read anew: the SHA-256 of the file that they are in.
pub fn audit_rules(digest: &str, now: Timestamp) -> serde_json::Value {
    serde_json::json!({ "kind": "rules", "at": now, "sha256": digest })
}

/// The audit line of groups that platforms have changed: who is in which of ours by them now, beside the configuration, and of which it is not known.
pub fn audit_memberships(configured: &Policy, now_known: &Policy, now: Timestamp) -> serde_json::Value {
    let pairs = || configured.people.iter().zip(&now_known.people);
    let own = |(before, after): (&Person, &Person)| {
        let more = after.groups.iter().filter(|group| !before.groups.contains(group)).cloned();
        Some((after.id.clone(), more.collect::<Vec<Group>>())).filter(|(_, groups)| !groups.is_empty())
    };
    let groups: BTreeMap<PersonId, Vec<Group>> = pairs().filter_map(own).collect();
    serde_json::json!({ "kind": "memberships", "at": now, "groups": groups, "unknown": now_known.unknown_groups })
}

/// The audit line of a comparison of vCenter's tasks with the calls that are written down.
pub fn audit_reconciled(
    vcenter: &VCenterName,
    since: Option<Timestamp>,
    until: Timestamp,
    tasks: usize,
    unknown: &[UnknownTask],
    now: Timestamp,
) -> serde_json::Value {
    serde_json::json!({ "kind": "reconciled", "at": now, "vcenter": vcenter, "since": since, "until": until,
        "tasks": tasks, "unknown": unknown })
}

/// What a request is about, as audit lines have it: the VM, or of many what is approved, and in full every snapshot and how far each is.
fn audit_subject(request: &Request, in_full: bool) -> serde_json::Map<String, serde_json::Value> {
    use serde_json::json;
    let fields = match &request.subject {
        Subject::Vm(target) => {
            vec![("vcenter", json!(target.vm.vcenter)), ("vm", json!(target.vm.moref)), ("name", json!(target.name))]
        }
        Subject::Many(bulk) => {
            let part = |item: &Item| json!({ "snapshot": item.row.identity(), "state": item.state });
            let mut fields = vec![("scope", json!(bulk.scope.text())), ("fingerprint", json!(bulk.fingerprint()))];
            if in_full {
                let parts: Vec<serde_json::Value> = bulk.goes.iter().map(part).collect();
                fields.push(("parts", json!(parts)));
            }
            fields
        }
    };
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The audit line of a report: which slot it had.
pub fn audit_report(name: &str, slot: Timestamp, now: Timestamp) -> serde_json::Value {
    serde_json::json!({ "kind": "report", "at": now, "report": name, "slot": slot })
}

/// The audit line of a request's birth.
pub fn audit_asked(request: &Request, text: &str) -> serde_json::Value {
    let mut line = serde_json::json!({
        "kind": "asked",
        "at": request.asked_at,
        "request": request.id,
        "person": request.asker,
        "account": request.account,
        "channel": request.channel,
        "text": text,
        "verb": request.wish.verb(),
        "ticket": request.ticket,
        "path": request.vm().map(|vm| &vm.path),
    });
    if let Some(object) = line.as_object_mut() {
        object.extend(audit_subject(request, true));
    }
    line
}

/// The audit line of something that was not allowed.
pub fn audit_refusal(person: &PersonId, account: &Account, what: &str, why: &str, now: Timestamp) -> serde_json::Value {
    serde_json::json!({ "kind": "refused", "at": now, "person": person, "account": account, "what": what, "why": why })
}

/// An event in the few words that an auditor needs: who did it and what vCenter said, without whole trees.
fn summary(event: &Event) -> serde_json::Value {
    use serde_json::json;
    match event {
        Event::Surveyed { survey } => match survey {
            Ok(survey) => json!({ "read": { "server_time": survey.server_time, "power": survey.power } }),
            Err(unread) => json!({ "unread": unread }),
        },
        Event::Approved { person, account } => json!({ "approved": { "person": person, "account": account } }),
        Event::Denied { person, reason } => json!({ "denied": { "person": person, "reason": reason } }),
        Event::BrokenGlass { person, account, reason } => {
            json!({ "break_glass": { "person": person, "account": account, "reason": reason } })
        }
        Event::Withdrawn { person } => json!({ "withdrawn": { "person": person } }),
        Event::Freed => json!("freed"),
        Event::Called { reply: Err(CallError::NotCalled(look)) } => {
            json!({ "not_called": { "server_time": look.server_time, "power": look.power, "snapshots": look.tree.len() } })
        }
        Event::Called { reply: Ok(started) } => json!({ "called": started }),
        Event::Called { reply: Err(error) } => json!({ "called": error }),
        Event::Task { update } => json!({ "task": update }),
        Event::CancelAsked { person } => json!({ "cancel_asked": { "person": person } }),
        Event::CancelRefused { why } => json!({ "cancel_refused": why }),
        Event::Verified { survey, .. } => match survey {
            Ok(survey) => json!({ "verified": { "server_time": survey.server_time, "power": survey.power,
                "snapshots": survey.tree.len(), "consolidation_needed": survey.consolidation_needed } }),
            Err(unread) => json!({ "unverified": unread }),
        },
        Event::Evidence { evidence } => match evidence {
            Ok(evidence) => json!({ "evidence": { "server_time": evidence.server_time, "tasks": evidence.tasks } }),
            Err(why) => json!({ "no_evidence": why }),
        },
        Event::Resolved { person, ran } => json!({ "resolved": { "person": person, "ran": ran } }),
        Event::Part { place, state } => json!({ "part": { "place": place, "state": state } }),
        Event::Reviewed => json!("reviewed"),
        Event::Tick => json!("time"),
        Event::Restarted => json!("restarted"),
    }
}

#[cfg(test)]
mod tests;
