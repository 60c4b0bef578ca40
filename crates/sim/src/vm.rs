//! One simulated VM: its hardware, state, snapshots and files.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disks::{Disks, Frozen};
use super::id::Id;
use super::oddity::{OddDevice, Oddity};

/// The keys of the files that every VM has, in `layoutEx.file`; those of disks and snapshots follow.
pub(super) const CONFIG_KEY: i32 = 0;
/// The list of snapshots (`.vmsd`).
pub(super) const LIST_KEY: i32 = 1;
/// The firmware's memory (`.nvram`).
pub(super) const NVRAM_KEY: i32 = 2;
/// The log.
pub(super) const LOG_KEY: i32 = 3;
/// The swap file of a running VM.
pub(super) const SWAP_KEY: i32 = 4;
/// The first key for anything else.
pub(super) const FIRST_KEY: i32 = 10;

/// A VM's power state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// It runs.
    On,
    /// It is off.
    Off,
    /// It sleeps, its memory on disk.
    Suspended,
}

impl Power {
    /// As `VirtualMachinePowerState` has it.
    pub fn wire(self) -> &'static str {
        match self {
            Self::On => "poweredOn",
            Self::Off => "poweredOff",
            Self::Suspended => "suspended",
        }
    }
}

/// A guest operating system. In a file it is its `guestId`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guest {
    /// `config.guestId`
    pub(super) id: &'static str,
    /// `config.guestFullName`
    pub(super) name: &'static str,
    /// `guest.guestFamily`
    pub(super) family: &'static str,
}

/// One snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Snapshot {
    /// The number in its reference.
    pub(super) n: u32,
    /// Its number within the VM (`VirtualMachineSnapshotTree.id`).
    pub(super) id: i32,
    /// The snapshot above it.
    pub(super) parent: Option<u32>,
    /// Its name as vCenter stores it.
    pub(super) name: String,
    /// Its description.
    pub(super) description: String,
    /// When it was taken.
    pub(super) created: Timestamp,
    /// The power state that it holds.
    pub(super) state: Power,
    /// Whether the guest was quiesced.
    pub(super) quiesced: bool,
    /// The key of its `.vmsn` in `layoutEx.file`.
    pub(super) data_key: i32,
    /// The key of its `.vmem` there and how large that is, if memory was captured.
    pub(super) memory: Option<(i32, u64)>,
    /// Whether something was wrong inside the guest when it was taken.
    pub(super) guest_broken: bool,
    /// Whether Tools answered when it was taken.
    pub(super) tools_up: bool,
}

/// One VM.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Vm {
    /// The number in its reference.
    pub(super) n: u32,
    /// Its name as vCenter stores it.
    pub(super) name: String,
    /// Its folder.
    pub(super) folder: Id,
    /// The host that it runs on.
    pub(super) host: Id,
    /// The datastore that holds its files.
    pub(super) store: Id,
    /// The name of its directory and files, which a rename does not change.
    pub(super) directory: String,
    /// `config.uuid`
    pub(super) uuid: String,
    /// `config.instanceUuid`
    pub(super) instance_uuid: String,
    /// Its guest operating system.
    pub(super) guest: Guest,
    /// Virtual CPUs.
    pub(super) cpus: i32,
    /// Memory in MB.
    pub(super) memory_mb: i32,
    /// `config.annotation`
    pub(super) annotation: String,
    /// Whether it is a template.
    pub(super) template: bool,
    /// When it was made.
    pub(super) created: Timestamp,
    /// Its power state.
    pub(super) power: Power,
    /// When it was last powered on; none while it is off.
    pub(super) boot: Option<Timestamp>,
    /// Whether Tools are installed.
    pub(super) tools_installed: bool,
    /// Whether Tools answer while it runs.
    pub(super) tools_up: bool,
    /// Whether its host answers.
    pub(super) connected: bool,
    /// `config.flags.snapshotLocked`
    pub(super) snapshot_locked: bool,
    /// Its oddities.
    #[serde(default)]
    pub(super) oddities: Vec<Oddity>,
    /// Whether something is wrong inside the guest.
    pub(super) guest_broken: bool,
    /// Its disks.
    pub(super) disks: Disks,
    /// Its snapshots, oldest first by the order of taking.
    pub(super) snapshots: Vec<Snapshot>,
    /// What each of them holds of the disks, at the same place.
    pub(super) frozen: Vec<Frozen>,
    /// The snapshot that "You are here" hangs below.
    pub(super) current: Option<u32>,
    /// The next number of a snapshot within the VM.
    pub(super) next_snapshot_id: i32,
    /// The task that has it now.
    #[serde(skip)]
    pub(super) task: Option<u32>,
    /// Its recent tasks, oldest first.
    #[serde(skip)]
    pub(super) recent: VecDeque<u32>,
}

impl Vm {
    /// Its reference.
    pub(super) fn id(&self) -> Id {
        Id::vm(self.n)
    }

    /// Whether Tools answer now.
    pub(super) fn tools_running(&self) -> bool {
        self.power == Power::On && self.tools_installed && self.tools_up
    }

    /// The snapshot with this number.
    pub(super) fn snapshot(&self, n: u32) -> Option<&Snapshot> {
        self.snapshots.iter().find(|snapshot| snapshot.n == n)
    }

    /// The snapshots directly below this one, or the roots.
    pub(super) fn children(&self, parent: Option<u32>) -> impl Iterator<Item = &Snapshot> {
        self.snapshots.iter().filter(move |snapshot| snapshot.parent == parent)
    }

    /// How many snapshots lie on the way from the root to the current one.
    pub(super) fn depth(&self) -> usize {
        let mut depth = 0;
        let mut at = self.current;
        while let Some(snapshot) = at.and_then(|n| self.snapshot(n)) {
            depth += 1;
            at = snapshot.parent;
        }
        depth
    }

    /// `runtime.consolidationNeeded`: there are links that no snapshot accounts for.
    pub(super) fn consolidation_needed(&self) -> bool {
        !self.has(&Oddity::LeftDisksUnnoticed) && self.disks.needs_merge(&self.frozen)
    }

    /// Whether a disk is left out by snapshots.
    pub(super) fn has_independent_disk(&self) -> bool {
        let odd = Oddity::Device(OddDevice::NonPersistentDisk);
        self.disks.disks.iter().any(|disk| disk.independent) || self.has(&odd)
    }

    /// Takes a snapshot: it becomes the current one.
    pub(super) fn take(&mut self, n: u32, taken: Taken) {
        let memory = taken.memory.then(|| (self.disks.new_key(), u64::try_from(self.memory_mb).unwrap_or(0) << 20));
        let data_key = self.disks.new_key();
        let frozen = self.disks.freeze();
        self.snapshots.push(Snapshot {
            n,
            id: self.next_snapshot_id,
            parent: self.current,
            name: taken.name,
            description: taken.description,
            created: taken.at,
            state: if taken.memory { self.power } else { Power::Off },
            quiesced: taken.quiesced,
            data_key,
            memory,
            guest_broken: self.guest_broken,
            tools_up: self.tools_up,
        });
        self.frozen.push(frozen);
        self.next_snapshot_id += 1;
        self.current = Some(n);
    }

    /// Goes back to a snapshot. False where there is no such snapshot.
    pub(super) fn revert(&mut self, n: u32, suppress_power_on: bool, now: Timestamp) -> bool {
        let found = self.snapshots.iter().position(|snapshot| snapshot.n == n);
        let Some((snapshot, frozen)) =
            found.and_then(|place| Some((self.snapshots.get(place)?.clone(), self.frozen.get(place)?.clone())))
        else {
            return false;
        };
        self.disks.revert(&frozen, &self.frozen);
        self.current = Some(n);
        self.guest_broken = snapshot.guest_broken;
        self.tools_up = snapshot.tools_up;
        // With memory and without powering on, the VM comes back suspended: vCenter's own client calls the same flag
        // "Suspend this virtual machine when reverting to a snapshot".
        let sleeps = snapshot.state == Power::On && suppress_power_on;
        let power = if sleeps { Power::Suspended } else { snapshot.state };
        self.set_power(power, now);
        true
    }

    /// Takes snapshots out of the tree; what hung below them hangs below their parents. Their disks are merged unless
    /// `consolidate` is false. Returns how many there were.
    pub(super) fn remove(&mut self, doomed: &[u32], consolidate: bool) -> usize {
        let mut removed = 0;
        for n in doomed {
            let Some(place) = self.snapshots.iter().position(|snapshot| snapshot.n == *n) else {
                continue;
            };
            let gone = self.snapshots.remove(place);
            self.frozen.remove(place);
            removed += 1;
            for child in self.snapshots.iter_mut().filter(|child| child.parent == Some(*n)) {
                child.parent = gone.parent;
            }
            if self.current == Some(*n) {
                self.current = gone.parent;
            }
        }
        if consolidate {
            self.disks.merge(&mut self.frozen);
        }
        removed
    }

    /// This snapshot and everything below it.
    pub(super) fn subtree(&self, n: u32) -> Vec<u32> {
        let mut found = vec![n];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            found.extend(self.children(Some(parent)).map(|child| child.n));
            at += 1;
        }
        found
    }

    /// Changes the power state as somebody in front of it would: a VM that reverts at power-off does so.
    pub(super) fn turn(&mut self, power: Power, now: Timestamp) {
        if power == Power::Off
            && self.has(&Oddity::RevertsAtPowerOff)
            && let Some(current) = self.current
        {
            self.revert(current, false, now);
        }
        self.set_power(power, now);
    }

    /// Changes the power state.
    pub(super) fn set_power(&mut self, power: Power, now: Timestamp) {
        if power == Power::On && self.power != Power::On {
            self.boot = Some(now);
        }
        if power != Power::On {
            self.boot = None;
        }
        self.power = power;
    }

    /// Bytes of all its files.
    pub(super) fn committed(&self) -> u64 {
        let disks: u64 = self.disks.links().map(|link| link.bytes).sum();
        let memory: u64 = self.snapshots.iter().filter_map(|snapshot| snapshot.memory).map(|(_, bytes)| bytes).sum();
        disks.saturating_add(memory).saturating_add(self.swap_bytes())
    }

    /// Bytes of the swap file: as much as the memory while it runs.
    pub(super) fn swap_bytes(&self) -> u64 {
        match self.power {
            Power::On => u64::try_from(self.memory_mb).unwrap_or(0) << 20,
            Power::Off | Power::Suspended => 0,
        }
    }
}

/// A snapshot to be taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    /// Its name as vCenter stores it.
    pub(super) name: String,
    /// Its description.
    pub(super) description: String,
    /// When.
    pub(super) at: Timestamp,
    /// Whether memory is captured.
    pub(super) memory: bool,
    /// Whether the guest was quiesced.
    pub(super) quiesced: bool,
}
