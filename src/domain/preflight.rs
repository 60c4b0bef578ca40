//! The verdict on a wish, before anybody is asked: refuse it, let it wait, or make a plan of it.
//!
//! Pure: `survey` has the facts, this file alone says what they mean. A blocker refuses and names the way out; a warning
//! stands on the card; the plan holds the act with every argument decided and what people are told about its price.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::call::{Act, SnapshotMode};
use super::fingerprint::Fingerprint;
use super::ids::Target;
use super::request::Wish;
use super::snapshot_tree::{PowerState, SnapshotTree, by_our_clock};
use super::survey::{Connection, Survey};
use blockers::{blockers, disabled, out_of_hand};
use plan::plan;

mod blockers;
mod findings;
mod holds;
mod mode;
mod plan;
mod rules;
mod sizes;
mod space;

pub use findings::{Blocker, Need, Shortage, Warning};
pub use mode::ModeReason;
pub use rules::Rules;

/// A take that makes a chain this long is warned of: VMware recommends no more than two or three, so the third is the last
/// that passes as good practice.
pub const CHAIN_WARN: usize = 3;

/// No snapshot is taken on top of a chain this long. vSphere's limit is 32; two are left for a backup to do its work.
pub const CHAIN_LIMIT: usize = 30;

/// What preflight says.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It cannot be done, or must not be: why, most important first.
    Refuse(Vec<Blocker>),
    /// Another task has the VM, by its kind.
    Wait(String),
    /// It can be done, like this.
    Go(Box<Plan>),
}

/// A wish with everything decided, and what people are told about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is called. For a take, the description still lacks its marker: approvals are part of that.
    pub act: Act,
    /// The seal on all of it.
    pub fingerprint: Fingerprint,
    /// vCenter's clock when the VM was read.
    pub server_time: Timestamp,
    /// How far that clock was ahead of ours.
    #[serde(default, skip_serializing_if = "SignedDuration::is_zero")]
    pub ahead: SignedDuration,
    /// What the VM looked like and what it costs.
    pub price: Price,
    /// What the approver should know.
    pub warnings: Vec<Warning>,
    /// The snapshots as they were.
    pub tree: SnapshotTree,
}

/// What an act does to the VM and what is lost by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    pub power_now: PowerState,
    /// The power state afterwards, where the act changes or could change it.
    pub power_after: Option<PowerState>,
    /// The snapshot that it is about.
    pub snapshot: Option<SnapshotFacts>,
    /// About how many bytes were written since that snapshot and are lost by a revert.
    pub lost_bytes: Option<u64>,
    /// How many snapshots go.
    pub goes: usize,
    /// When the oldest of those was taken.
    pub goes_oldest: Option<Timestamp>,
    /// About how many bytes are merged by a deletion.
    pub merged_bytes: Option<u64>,
    /// How a snapshot is taken, and why so.
    pub mode: Option<(SnapshotMode, ModeReason)>,
}

/// A snapshot as a card tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotFacts {
    pub name: String,
    /// When it was taken.
    pub created: Timestamp,
    /// Its number in the list, from 1.
    pub number: usize,
    /// How many snapshots the VM has.
    pub of: usize,
    /// Who asked for it, if our marker says.
    pub by: Option<String>,
    /// Whether it captured memory.
    pub memory: bool,
}

impl Plan {
    /// A moment of the snapshots, which are dated by vCenter's clock, by ours.
    pub fn by_our_clock(&self, at: Timestamp) -> Timestamp {
        by_our_clock(at, self.ahead)
    }
}

/// Judges a wish by what was read of the VM.
pub fn judge(target: &Target, wish: &Wish, survey: &Survey, rules: &Rules) -> Verdict {
    if target.instance_uuid.is_some() && survey.instance_uuid != target.instance_uuid {
        // Without a host, or files, there is no configuration to tell the UUID from.
        let unread = survey.instance_uuid.is_none() && survey.connection != Connection::Connected;
        let blocker = if unread { out_of_hand(survey.connection) } else { None };
        return Verdict::Refuse(vec![blocker.unwrap_or(Blocker::VmGone)]);
    }
    let blockers = blockers(wish, survey, rules);
    if !blockers.is_empty() {
        return Verdict::Refuse(blockers);
    }
    if let Some(task) = survey.running_tasks.first().filter(|_| !wish.only_describes()) {
        return Verdict::Wait(task.kind.clone());
    }
    // A task may be over by its own account and still hold the VM; only then is this list a verdict of its own.
    if let Some(method) = disabled(wish, survey) {
        return Verdict::Refuse(vec![Blocker::MethodDisabled { method }]);
    }
    match plan(target, wish, survey, rules) {
        Ok(plan) => Verdict::Go(Box::new(plan)),
        Err(blocker) => Verdict::Refuse(vec![blocker]),
    }
}

#[cfg(test)]
pub(in crate::domain) mod fixture;

#[cfg(test)]
mod tests;
