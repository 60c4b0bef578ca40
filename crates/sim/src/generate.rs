//! Fills a world: the demo's named VMs, which `fleet.toml` has beside the folders, hosts and datastores, and as many others as were asked for.
//!
//! The same seed gives the same world, whatever the date is.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::de::{self, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::disks::Disks;
use super::id::{Id, Kind};
use super::names;
use super::vm::{FIRST_KEY, Guest, Power, Taken, Vm};
use super::world::{Folder, Host, Store, World};

pub(super) const MB: u64 = 1 << 20;
pub(super) const GB: u64 = 1 << 30;
pub(super) const TB: u64 = 1 << 40;

/// The datacenter.
pub(super) const DATACENTER: Id = Id::new(Kind::Datacenter, 2);
/// The root folder.
pub(super) const ROOT: Id = Id::new(Kind::RootFolder, 1);
/// The datacenter's hidden folder of VMs.
pub(super) const VM_ROOT: Id = Id::new(Kind::VmFolder, 3);
/// Its folder of clusters.
pub(super) const HOST_ROOT: Id = Id::new(Kind::HostFolder, 4);
/// Its folder of datastores.
pub(super) const STORE_ROOT: Id = Id::new(Kind::StoreFolder, 5);
/// Its folder of networks.
pub(super) const NET_ROOT: Id = Id::new(Kind::NetFolder, 6);
/// The cluster.
pub(super) const CLUSTER: Id = Id::new(Kind::Cluster, 8);
/// Its resource pool.
pub(super) const POOL: Id = Id::new(Kind::Pool, 9);
/// The network.
pub(super) const NETWORK: Id = Id::new(Kind::Network, 14);

const LINUX: Guest = Guest { id: "ubuntu64Guest", name: "Ubuntu Linux (64-bit)", family: "linuxGuest" };
const RED_HAT: Guest = Guest { id: "rhel9_64Guest", name: "Red Hat Enterprise Linux 9 (64-bit)", family: "linuxGuest" };
const WINDOWS: Guest =
    Guest { id: "windows2019srvNext_64Guest", name: "Microsoft Windows Server 2022 (64-bit)", family: "windowsGuest" };

impl Serialize for Guest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.id)
    }
}

impl<'de> Deserialize<'de> for Guest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let id = String::deserialize(from)?;
        let found = [LINUX, RED_HAT, WINDOWS].into_iter().find(|guest| guest.id == id);
        found.ok_or_else(|| D::Error::custom(format!("there is no guest {id:?} here")))
    }
}

/// How full a datastore is made, in percent.
const FULL: u64 = 70;

/// Of so many generated VMs one is odd in each of these ways, by the number in its name, if it has snapshots at all.
const ODD_ONE_IN: usize = 20;
/// Its newest snapshot has the name that vCenter's own client gives.
const CLIENT_NAMED: usize = 8;
/// "You are here" is at the root: the VM went back to its oldest snapshot, which was then deleted.
const CURRENT_GONE: usize = 4;
/// A deletion left the disks of a snapshot behind.
const DISKS_LEFT: usize = 16;

/// A VM to be made.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Plan {
    name: String,
    folder: String,
    guest: Guest,
    power: Power,
    tools: bool,
    cpus: i32,
    memory_mb: i32,
    #[serde(deserialize_with = "bytes")]
    disk: u64,
    #[serde(deserialize_with = "bytes")]
    written: u64,
    /// The size of a second, independent disk, fully written; 0 for none.
    #[serde(deserialize_with = "bytes")]
    independent_disk: u64,
    /// Its snapshots, the oldest first.
    #[serde(rename = "snapshot")]
    snapshots: Vec<SnapshotPlan>,
    /// How many more snapshots it has, six hours apart.
    steps: u32,
    /// Whether its snapshots were deleted and their disks stayed.
    disks_left: bool,
    /// Category and name.
    tags: Vec<String>,
}

/// A snapshot that a VM is made with.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SnapshotPlan {
    name: String,
    description: String,
    /// In hours from now: the date that its description names.
    #[serde(deserialize_with = "hours")]
    until: u64,
    /// In hours.
    #[serde(deserialize_with = "hours")]
    age: u64,
    memory: bool,
    /// What the guest wrote since then, in bytes.
    #[serde(deserialize_with = "bytes")]
    wrote: u64,
    /// The account, where vCenter still has the task.
    taken_by: Option<String>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            name: String::new(),
            folder: "test".to_owned(),
            guest: LINUX,
            power: Power::On,
            tools: true,
            cpus: 2,
            memory_mb: 4096,
            disk: 40 * GB,
            written: 14 * GB,
            independent_disk: 0,
            snapshots: Vec::new(),
            steps: 0,
            disks_left: false,
            tags: Vec::new(),
        }
    }
}

/// Reads `400 GB`.
fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    quantity(&String::deserialize(from)?, &[("MB", MB), ("GB", GB), ("TB", TB)])
}

/// Reads `30 h` and `40 d` as hours.
fn hours<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    quantity(&String::deserialize(from)?, &[("h", 1), ("d", 24)])
}

fn quantity<E: de::Error>(text: &str, units: &[(&str, u64)]) -> Result<u64, E> {
    let read = |(number, unit): (&str, &str)| {
        let (_, size) = units.iter().find(|(name, _)| *name == unit)?;
        number.parse::<u64>().ok()?.checked_mul(*size)
    };
    text.split_once(' ').and_then(read).ok_or_else(|| E::custom(format!("{text:?} is no quantity")))
}

const FLEET: &str = include_str!("fleet.toml");

/// What `fleet.toml` has.
#[derive(Default, Deserialize)]
pub(super) struct Fleet {
    pub(super) folders: BTreeMap<Id, Folder>,
    pub(super) hosts: Vec<Host>,
    pub(super) stores: Vec<Store>,
    vm: Vec<Plan>,
}

impl Fleet {
    /// Reads it. It is a part of the program, and a test reads it too.
    pub(super) fn read() -> Self {
        toml::from_str(FLEET).unwrap_or_else(|error| {
            tracing::error!(%error, "the simulator's own fleet cannot be read");
            Self::default()
        })
    }
}

impl World {
    /// The VMs that the options ask for.
    pub(super) fn populate(&mut self) {
        if self.options.demo {
            self.add_demo();
        }
        let wanted = self.options.vms;
        for number in 1.. {
            if self.vms.len() >= wanted {
                break;
            }
            self.add_generated(number);
        }
        self.spread();
    }

    /// Gives the VMs of a large fleet more datastores of the same size, so that each has room for snapshots.
    fn spread(&mut self) {
        for first in self.stores.clone() {
            let full = first.capacity / 100 * FULL;
            let (mut store, mut used) = (first.id, first.others);
            let moved: Vec<(u32, u64)> =
                self.vms.values().filter(|vm| vm.store == store).map(|vm| (vm.n, vm.committed())).collect();
            for (n, bytes) in moved {
                if used.saturating_add(bytes) > full {
                    let number = self.stores.len();
                    store = Id::new(Kind::Datastore, self.next_number());
                    self.stores.push(Store { id: store, name: format!("datastore-{number:02}"), others: 0, ..first });
                    used = 0;
                }
                used = used.saturating_add(bytes);
                if let Some(vm) = self.vms.get_mut(&n) {
                    vm.store = store;
                }
            }
        }
        let stores = self.stores.iter().map(|store| store.id).collect();
        if let Some(folder) = self.folders.get_mut(&STORE_ROOT) {
            folder.children = stores;
        }
    }

    /// Makes a VM that somebody asks for by name: one disk, running, with Tools, in this folder (made if it is not there).
    pub(super) fn add_plain(&mut self, name: &str, folder: &str) -> u32 {
        let plan = Plan { name: names::escape(name), folder: folder.to_owned(), ..Plan::default() };
        self.add_beside_twins(plan)
    }

    /// The demo's own VMs, their snapshots, tags and past.
    fn add_demo(&mut self) {
        let mut taken = Vec::new();
        for mut plan in Fleet::read().vm {
            let snapshots = std::mem::take(&mut plan.snapshots);
            let (steps, independent, disks_left) = (plan.steps, plan.independent_disk, plan.disks_left);
            let tags = std::mem::take(&mut plan.tags);
            let n = self.add_beside_twins(plan);
            for snapshot in snapshots {
                let user = snapshot.taken_by.clone();
                taken.extend(self.snap(n, snapshot).zip(user));
            }
            for step in 1..=steps {
                let (name, age) = (format!("step {step:02}"), u64::from(steps - step + 1) * 6);
                self.snap(n, SnapshotPlan { name, age, wrote: 200 * MB, ..SnapshotPlan::default() });
            }
            let Some(vm) = self.vms.get_mut(&n) else { continue };
            if independent > 0 {
                vm.disks.add("data".to_owned(), independent, independent, true);
            }
            if disks_left {
                let doomed: Vec<u32> = vm.snapshots.iter().map(|snapshot| snapshot.n).collect();
                vm.remove(&doomed, false);
                self.snapshot_owner.retain(|_, owner| *owner != n);
            }
            for (category, tag) in tags.iter().filter_map(|tag| tag.split_once('/')) {
                self.tag_by_name(Id::vm(n), category, tag);
            }
        }
        self.remember_taking(taken);
    }

    fn add_generated(&mut self, number: usize) {
        const KINDS: &[(&str, &str)] = &[
            ("app", "app"),
            ("app", "app"),
            ("app", "app"),
            ("web", "web"),
            ("db", "db"),
            ("job", "infra"),
            ("ci", "test"),
        ];
        let (prefix, folder) = self.rng.pick(KINDS).copied().unwrap_or(("app", "app"));
        let power = if self.rng.percent(82) { Power::On } else { Power::Off };
        let guest = *self.rng.pick(&[LINUX, LINUX, RED_HAT, WINDOWS]).unwrap_or(&LINUX);
        let disk = *self.rng.pick(&[40 * GB, 60 * GB, 100 * GB, 250 * GB]).unwrap_or(&(40 * GB));
        let plan = Plan {
            guest,
            power,
            tools: self.rng.percent(90),
            cpus: *self.rng.pick(&[1, 2, 2, 4, 8]).unwrap_or(&2),
            memory_mb: *self.rng.pick(&[2048, 4096, 8192, 16_384]).unwrap_or(&4096),
            disk,
            written: self.rng.between(disk / 10, disk * 8 / 10),
            name: format!("{prefix}-{number:03}"),
            folder: folder.to_owned(),
            ..Plan::default()
        };
        let directory = plan.name.clone();
        let n = self.add(plan, directory);
        let natural = match self.rng.between(0, 100) {
            0..50 => 0,
            50..78 => 1,
            78..91 => 2,
            91..97 => 3,
            _ => 4,
        };
        let count = self.options.snapshots.unwrap_or(natural);
        let odd = if count == 0 { 0 } else { number % ODD_ONE_IN };
        let below = if odd == CURRENT_GONE { self.snap(n, SnapshotPlan::default()) } else { None };
        let mut age = self.rng.between(2, 90 * 24);
        for step in 1..=count {
            const NAMES: &[&str] =
                &["before patch", "before upgrade", "baseline", "before config change", "pre-release", "test"];
            let name = *self.rng.pick(NAMES).unwrap_or(&"baseline");
            let (memory, wrote) = (self.rng.percent(8), self.rng.between(20 * MB, 6 * GB));
            let name = match odd {
                CLIENT_NAMED if step == count => client_name(hours_before(self.now(), age)),
                _ => format!("{name} {step}"),
            };
            self.snap(n, SnapshotPlan { name, age, memory, wrote, ..SnapshotPlan::default() });
            age = (age * 6 / 10).max(1);
        }
        let left =
            if odd == DISKS_LEFT { self.snap(n, SnapshotPlan { wrote: GB, ..SnapshotPlan::default() }) } else { None };
        let now = self.now();
        let Some(vm) = self.vms.get_mut(&n) else { return };
        if let Some(below) = below {
            let (power, boot) = (vm.power, vm.boot);
            vm.revert(below, false, now);
            vm.remove(&[below], true);
            (vm.power, vm.boot) = (power, boot);
        }
        vm.remove(left.as_slice(), false);
        for gone in below.into_iter().chain(left) {
            self.snapshot_owner.remove(&gone);
        }
    }

    /// Makes a VM. Two of one name cannot share a directory: the second gets a number, as in vCenter.
    fn add_beside_twins(&mut self, plan: Plan) -> u32 {
        let directory = match self.vms.values().filter(|vm| vm.name == plan.name).count() {
            0 => plan.name.clone(),
            more => format!("{}_{more}", plan.name),
        };
        self.add(plan, directory)
    }

    /// Makes a VM in this directory, which no other VM may have: looking for another one would cost a walk over all VMs.
    fn add(&mut self, plan: Plan, directory: String) -> u32 {
        let folder = self.folder_named(&plan.folder);
        let n = self.next_number();
        let host = self.rng.pick(&self.hosts).map_or(Id::new(Kind::Host, 15), |host| host.id);
        let store = if self.rng.percent(60) { 11 } else { 12 };
        let mut disks = Disks::new(FIRST_KEY);
        disks.add(directory.clone(), plan.disk, plan.written, false);
        let now = self.now();
        let boot_hours = self.rng.between(1, 90 * 24);
        let vm = Vm {
            n,
            name: plan.name,
            folder,
            host,
            store: Id::new(Kind::Datastore, store),
            directory,
            uuid: self.rng.uuid(),
            instance_uuid: self.rng.uuid(),
            guest: plan.guest,
            cpus: plan.cpus,
            memory_mb: plan.memory_mb,
            annotation: String::new(),
            template: false,
            created: hours_before(now, 400 * 24),
            power: plan.power,
            boot: (plan.power == Power::On).then(|| hours_before(now, boot_hours)),
            tools_installed: plan.tools,
            tools_up: plan.tools,
            connected: true,
            snapshot_locked: false,
            oddities: Vec::new(),
            guest_broken: false,
            disks,
            snapshots: Vec::new(),
            frozen: Vec::new(),
            current: None,
            next_snapshot_id: 1,
            task: None,
            recent: std::collections::VecDeque::new(),
        };
        self.insert(vm);
        n
    }

    fn snap(&mut self, vm: u32, plan: SnapshotPlan) -> Option<u32> {
        let now = self.now();
        let until = now.saturating_add(lasting(plan.until)).unwrap_or(Timestamp::MAX);
        let taken = Taken {
            name: names::escape(&plan.name),
            description: plan.description.replace("{until}", &until.to_string()),
            at: hours_before(now, plan.age),
            memory: plan.memory && self.vms.get(&vm).is_some_and(|vm| vm.power == Power::On),
            quiesced: false,
        };
        let n = self.take_now(vm, taken);
        if let Some(vm) = self.vms.get_mut(&vm) {
            vm.disks.write(plan.wrote);
        }
        n
    }

    fn folder_named(&mut self, name: &str) -> Id {
        let found = self
            .folders
            .iter()
            .find(|(id, folder)| id.kind == Kind::VmFolder && folder.name == name && folder.parent == Some(VM_ROOT));
        if let Some((id, _)) = found {
            return *id;
        }
        let id = Id::new(Kind::VmFolder, self.next_number());
        self.folders.insert(id, Folder { name: name.to_owned(), parent: Some(VM_ROOT), children: Vec::new() });
        if let Some(root) = self.folders.get_mut(&VM_ROOT) {
            root.children.push(id);
        }
        self.changes.touch(VM_ROOT);
        self.changes.touch(id);
        id
    }
}

/// The name that vCenter's own client gives a snapshot that was taken then: it escapes the slashes, and the server does that again.
fn client_name(taken: Timestamp) -> String {
    taken.strftime("VM Snapshot %-m%%2f%-d%%2f%Y, %-I:%M:%S %p").to_string()
}

/// So many hours, or as many as a duration can be.
fn lasting(hours: u64) -> SignedDuration {
    i64::try_from(hours).ok().and_then(SignedDuration::try_from_hours).unwrap_or(SignedDuration::MAX)
}

fn hours_before(now: Timestamp, age: u64) -> Timestamp {
    now.checked_sub(lasting(age)).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests;
