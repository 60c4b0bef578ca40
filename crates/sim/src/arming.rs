//! Faults that the demo sets by hand for the next change of one VM: a lost answer, a lost request, a slow task.
//!
//! It is what a fault plan's rules do, but for one VM by its reference (two VMs may share a name), set and unset while the
//! simulator runs, and gone once it has happened.

use serde::Serialize;

use super::Sim;
use super::faults::Trouble;
use super::world::World;

/// The length of a slow task, in seconds: long enough to kill the process in the middle and start it again.
const SLOW_SECONDS: f64 = 120.0;

/// A fault that waits for a VM's next change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mishap {
    /// It is done, and the connection is cut without an answer.
    LoseAnswer,
    /// The connection is cut before it is done.
    LoseRequest,
    /// Its task takes two minutes.
    SlowTask,
}

/// A mishap that waits for a VM, by the VM's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Armed {
    pub(super) vm: u32,
    pub(super) mishap: Mishap,
}

impl Mishap {
    /// The fault as a rule of a plan has it.
    pub(super) fn trouble(self) -> Trouble {
        match self {
            Self::LoseAnswer => Trouble::LostReply,
            Self::LoseRequest => Trouble::LostRequest,
            Self::SlowTask => Trouble::SlowTask { seconds: SLOW_SECONDS },
        }
    }

    /// Whether it meets calls of this method: those that change a VM. Estimating reads, though it is a task.
    pub(super) fn meets(self, method: &str) -> bool {
        let task = method.ends_with("_Task") && method != "EstimateStorageForConsolidateSnapshots_Task";
        match self {
            Self::LoseAnswer | Self::LoseRequest => task || method == "RenameSnapshot",
            Self::SlowTask => task,
        }
    }
}

impl Sim {
    /// Sets or unsets a fault for the VM's next change. Of several, the first one set comes first. False if there is no such VM.
    pub fn arm(&self, vm: &str, mishap: Mishap, on: bool) -> bool {
        let arm = |world: &mut World, vm| {
            let mishap = Armed { vm, mishap };
            let waiting = &mut world.plan.armed;
            match on {
                true if waiting.contains(&mishap) => {}
                true => waiting.push(mishap),
                false => waiting.retain(|other| *other != mishap),
            }
        };
        self.with_vm(vm, arm).is_some()
    }
}

#[cfg(test)]
mod tests;
