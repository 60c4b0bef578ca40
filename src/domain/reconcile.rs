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
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn task(id: &str, kind: &str, vm: &str, second: i64) -> OwnTask {
        OwnTask {
            task: id.into(),
            kind: kind.to_owned(),
            vm: Some(vm.into()),
            vm_name: format!("name of {vm}"),
            queued: at(second),
        }
    }

    fn call(vm: &str, act: Act, second: i64, task: Option<&str>) -> CallRow {
        CallRow {
            request: RequestId::from_bits(7),
            attempt: 1,
            vm: VmRef { vcenter: "paris".into(), moref: vm.into() },
            act,
            t0: at(second),
            task: task.map(Into::into),
            without_task: false,
        }
    }

    fn unknown(tasks: &[OwnTask], calls: &[CallRow]) -> Vec<String> {
        unaccounted(tasks, calls).into_iter().map(|task| task.task.as_str().to_owned()).collect()
    }

    #[test]
    fn a_task_whose_id_is_written_down_is_accounted_for() {
        let tasks =
            [task("task-1", "vm.Snapshot.revert", "vm-1", 100), task("task-2", "vm.Snapshot.revert", "vm-1", 200)];
        let revert = Act::Revert { snapshot: "s-1".into(), suppress_power_on: false };
        assert_eq!(unknown(&tasks, &[call("vm-1", revert, 99, Some("task-1"))]), ["task-2"]);
        assert_eq!(unknown(&tasks, &[]), ["task-1", "task-2"]);
    }

    #[test]
    fn a_lost_call_accounts_for_one_task_of_its_kind_on_its_vm_in_its_time() {
        let lost = || call("vm-1", Act::DeleteAll, 100, None);
        let kind = "VirtualMachine.removeAllSnapshots";
        assert!(unknown(&[task("task-1", kind, "vm-1", 130)], &[lost()]).is_empty());
        for other in [
            task("task-1", kind, "vm-2", 130),
            task("task-1", "vm.Snapshot.revert", "vm-1", 130),
            task("task-1", kind, "vm-1", 39),
            task("task-1", kind, "vm-1", 100 + 15 * 60 + 1),
            OwnTask { vm: None, ..task("task-1", kind, "vm-1", 130) },
        ] {
            assert_eq!(unknown(std::slice::from_ref(&other), &[lost()]), ["task-1"], "{other:?}");
        }
        let twice = [task("task-1", kind, "vm-1", 101), task("task-2", kind, "vm-1", 102)];
        assert_eq!(unknown(&twice, &[lost()]), ["task-2"], "one call, one task");
        let refused = CallRow { without_task: true, ..lost() };
        assert_eq!(unknown(&[task("task-1", kind, "vm-1", 130)], &[refused]), ["task-1"]);
    }
}
