//! What a new world remembers: the tasks that took some of its snapshots.

use std::time::Duration;

use super::id::Id;
use super::task::{Act, State, Task};
use super::value::Value;
use super::vm::Snapshot;
use super::world::World;

/// The time that has passed on a new world's clock, so that tasks can lie in its past: vCenter keeps those of 30 days.
pub(super) const BEFORE: Duration = Duration::from_secs(60 * 24 * 3_600);

/// How long a task of the past took.
const TOOK: Duration = Duration::from_secs(9);

impl World {
    /// The tasks of these snapshots, each with the account that took it, the oldest first as they were queued.
    pub(super) fn remember_taking(&mut self, taken: Vec<(u32, String)>) {
        let found = taken.into_iter().filter_map(|(n, user)| {
            let vm = self.vm_of(Id::snapshot(n))?;
            Some((vm.n, vm.snapshot(n)?.clone(), user))
        });
        let mut taken: Vec<(u32, Snapshot, String)> = found.collect();
        taken.sort_by_key(|(_, snapshot, _)| snapshot.created);
        for (vm, snapshot, user) in taken {
            let completed = Duration::try_from(snapshot.created.duration_since(self.clock.date_at(Duration::ZERO)))
                .unwrap_or_default();
            let queued = completed.saturating_sub(TOOK);
            let n = self.next_number();
            let Some(vm) = self.vms.get(&vm) else { continue };
            let act = Act::Create {
                name: snapshot.name,
                description: snapshot.description,
                memory: snapshot.memory.is_some(),
                quiesce: snapshot.quiesced,
            };
            let task = Task {
                started: Some(queued),
                completed: Some(completed),
                length: TOOK,
                state: State::Success,
                progress: 100,
                result: Some(Value::Ref(Id::snapshot(snapshot.n))),
                ..Task::queued(n, "CreateSnapshot_Task", act, vm, &user, queued)
            };
            self.tasks.insert(n, task);
        }
    }
}

#[cfg(test)]
mod tests;
