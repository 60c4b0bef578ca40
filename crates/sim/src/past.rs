//! The demo's past: VMs with snapshots that are old, huge, on hold, kept or of an unknown taker, and the tasks that took them.
//!
//! Descriptions are text to vCenter. What stands in brackets in some of them is what a bot wrote there in an earlier life.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::generate::{DAY, GB, MB, Plan, RED_HAT, TB, WINDOWS};
use super::id::{Id, Kind};
use super::task::{Act, State, Task};
use super::value::Value;
use super::vm::Power;
use super::world::World;

/// The time that has passed on a new world's clock, so that tasks can lie in its past: vCenter keeps those of 30 days.
pub(super) const BEFORE: Duration = Duration::from_secs(60 * 24 * 3_600);

/// How long a task of the past took.
const TOOK: Duration = Duration::from_secs(9);

/// Snapshots whose tasks vCenter still has: the VM, the snapshot, and the account that took it.
const TAKEN: &[(&str, &str, &str)] = &[
    ("files-01", "before storage migration", "EXAMPLE\\storage-team"),
    ("build-01", "before toolchain update", "EXAMPLE\\lea"),
    ("backup-01", "VEEAM BACKUP TEMPORARY SNAPSHOT", "EXAMPLE\\svc-backup"),
];

impl World {
    /// The VMs with a past, and the tasks of their snapshots.
    pub(super) fn add_past(&mut self) {
        let now = self.now();
        let after = |hours: i64| now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);

        // Huge, and taken by hand: somebody forgot it while users went on writing.
        let files =
            Plan { guest: WINDOWS, disk: 4 * TB, written: 1_800 * GB, ..Plan::new("files-01", "infra", Power::On) };
        let files = self.add(files, None);
        self.snap(files, "before storage migration", "", 23 * DAY, false);
        self.wrote(files, 640 * GB);

        // So old that no history knows who took it.
        let print = self.add(Plan::new("print-01", "infra", Power::Off), None);
        self.snap(print, "fresh installation", "", 410 * DAY, false);
        self.wrote(print, 22 * GB);

        // Held by somebody through the bot, although the bot did not take it.
        let crm = self.add(Plan { guest: RED_HAT, ..Plan::new("crm-01", "app", Power::On) }, None);
        let held = format!(
            "Taken for the audit\n[snapwarden - hold=the%20auditors%20still%20look%20at%20it holder=carol held-until={}]",
            after(20 * DAY)
        );
        self.snap(crm, "before the audit", &held, 35 * DAY, false);
        self.wrote(crm, 17 * GB);

        // An orphan: a bot took it whose journal is not the one of today.
        let shop = self.add(Plan::new("shop-01", "web", Power::On), None);
        self.snap(shop, "before release 4.2", "[snapwarden R-9WKM/1 by=erin ok=frank]", 16 * DAY, false);
        self.wrote(shop, 5 * GB);

        // Its end comes soon: somebody kept it through the bot until then.
        let build = self.add(Plan::new("build-01", "test", Power::On), None);
        let kept = format!("[snapwarden - until={}]", after(20));
        self.snap(build, "before toolchain update", &kept, 4 * DAY, false);
        self.wrote(build, 900 * MB);

        self.remember_taking();
    }

    /// The tasks of snapshots whose takers vCenter knows, the oldest first as they were queued.
    fn remember_taking(&mut self) {
        let mut taken = Vec::new();
        for (name, snapshot, user) in TAKEN {
            let vm = self.vms.values().find(|vm| vm.name == *name);
            let found = vm.and_then(|vm| Some((vm, vm.snapshots.iter().find(|taken| taken.name == *snapshot)?)));
            taken.extend(found.map(|(vm, snapshot)| (snapshot.created, vm.n, snapshot.clone(), *user)));
        }
        taken.sort_by_key(|(created, ..)| *created);
        for (created, vm, snapshot, user) in taken {
            let completed = Duration::try_from(created.duration_since(self.clock.base())).unwrap_or_default();
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
                result: Some(Value::Ref(Id::new(Kind::Snapshot, snapshot.n))),
                ..Task::queued(n, "CreateSnapshot_Task", act, vm, user, queued)
            };
            self.tasks.insert(n, task);
        }
    }
}

#[cfg(test)]
mod tests;
