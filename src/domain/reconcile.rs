//! Whether vCenter did anything in the bot's name that the journal does not know of.
//!
//! Every call is written down before it is made, with vCenter's own clock; its task is written down when it is known. So a
//! task of the bot's account is accounted for by a call that has its id, or by a call on the same VM, of the same kind, made
//! before it was queued, whose answer was lost and which therefore never learnt the id. One such call accounts for one
//! task: whoever uses the bot's password to repeat what the bot did is seen all the same.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::bulletin::UnknownTask;
use super::call::Act;
use super::ids::{Moref, RequestId, VmRef};
use super::machine::is_kind;

/// A call whose answer was lost may have its task queued this long after it: vCenter was seen to take half a minute; the rest is
/// for servers that come back with what they had accepted.
pub const LOST_CALL_WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// vCenter's clock may be set between a call and its task. One call accounts for one task, so this gives nothing away.
const CLOCK_STEP: SignedDuration = SignedDuration::from_mins(1);

/// One call as it was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRow {
    pub request: RequestId,
    /// Its number among the calls of that request.
    pub attempt: u32,
    pub vm: VmRef,
    /// What was called.
    pub act: Act,
    /// vCenter's clock before it.
    pub t0: Timestamp,
    /// The task that came of it, where that is known.
    pub task: Option<Moref>,
    /// Whether it is certain that no task came of it: vCenter refused, was not reached, or was done at once.
    #[serde(default)]
    pub without_task: bool,
}

/// A task as vCenter's history tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTask {
    pub task: Moref,
    /// `descriptionId`
    pub kind: String,
    /// The VM that it worked on, if it worked on one.
    pub vm: Option<Moref>,
    /// `entityName`
    pub vm_name: String,
    /// `queueTime`
    pub queued: Timestamp,
}

/// The tasks that no call accounts for, in the order given.
pub fn unaccounted(tasks: &[OwnTask], calls: &[CallRow]) -> Vec<UnknownTask> {
    let known = |task: &&OwnTask| !calls.iter().any(|call| call.task.as_ref() == Some(&task.task));
    let mut lost: Vec<&CallRow> = calls.iter().filter(|call| call.task.is_none() && !call.without_task).collect();
    let mut unknown = Vec::new();
    for task in tasks.iter().filter(known) {
        match lost.iter().position(|call| could_be(task, call)) {
            Some(at) => {
                lost.remove(at);
            }
            None => unknown.push(UnknownTask {
                task: task.task.clone(),
                kind: task.kind.clone(),
                vm: task.vm_name.clone(),
                queued: task.queued,
            }),
        }
    }
    unknown
}

/// Whether this task may be what came of that call.
fn could_be(task: &OwnTask, call: &CallRow) -> bool {
    let after = task.queued.duration_since(call.t0);
    task.vm.as_ref() == Some(&call.vm.moref)
        && is_kind(&call.act, &task.kind)
        && after >= -CLOCK_STEP
        && after <= LOST_CALL_WINDOW
}

#[cfg(test)]
mod tests;
