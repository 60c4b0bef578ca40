//! Fills a world: folders, hosts, datastores, the demo's named VMs, and as many others as were asked for.
//!
//! The same seed gives the same world, whatever the date is.

use jiff::{SignedDuration, Timestamp};

use super::disks::Disks;
use super::id::{Id, Kind};
use super::names;
use super::vm::{FIRST_KEY, Guest, Power, Taken, Vm};
use super::world::{Folder, Host, Store, World};

pub(super) const MB: u64 = 1 << 20;
pub(super) const GB: u64 = 1 << 30;
pub(super) const TB: u64 = 1 << 40;

/// Hours in a day, for ages.
pub(super) const DAY: i64 = 24;

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

/// The folders of VMs; a VM's folder is named by its place here.
const FOLDERS: &[&str] = &["web", "test", "db", "app", "infra", "prod"];

const LINUX: Guest = Guest { id: "ubuntu64Guest", name: "Ubuntu Linux (64-bit)", family: "linuxGuest" };
pub(super) const RED_HAT: Guest =
    Guest { id: "rhel9_64Guest", name: "Red Hat Enterprise Linux 9 (64-bit)", family: "linuxGuest" };
pub(super) const WINDOWS: Guest =
    Guest { id: "windows2019srvNext_64Guest", name: "Microsoft Windows Server 2022 (64-bit)", family: "windowsGuest" };

/// In a file a guest is its `guestId`.
pub(super) mod guest_id {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Guest, LINUX, RED_HAT, WINDOWS};

    /// Writes it.
    pub(in super::super) fn serialize<S: Serializer>(guest: &Guest, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(guest.id)
    }

    /// Looks it up.
    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Guest, D::Error> {
        let id = String::deserialize(from)?;
        let found = [LINUX, RED_HAT, WINDOWS].into_iter().find(|guest| guest.id == id);
        found.ok_or_else(|| D::Error::custom(format!("there is no guest {id:?} here")))
    }
}

/// The size and place of a VM to be made.
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) folder: &'static str,
    pub(super) guest: Guest,
    pub(super) power: Power,
    pub(super) tools: bool,
    pub(super) cpus: i32,
    pub(super) memory_mb: i32,
    pub(super) disk: u64,
    pub(super) written: u64,
    /// Whether another VM may have the same name. Looking for it costs a walk over all VMs.
    pub(super) twins: bool,
}

impl Plan {
    pub(super) fn new(name: &str, folder: &'static str, power: Power) -> Self {
        Self {
            name: name.to_owned(),
            folder,
            guest: LINUX,
            power,
            tools: true,
            cpus: 2,
            memory_mb: 4096,
            disk: 40 * GB,
            written: 14 * GB,
            twins: true,
        }
    }
}

impl World {
    /// The folders, the cluster and what it is made of.
    pub(super) fn furnish(&mut self) {
        let folder =
            |name: &str, parent: Option<Id>, children: Vec<Id>| Folder { name: name.to_owned(), parent, children };
        let stores: Vec<Id> = (11..14).map(|n| Id::new(Kind::Datastore, n)).collect();
        self.folders.insert(ROOT, folder("Datacenters", None, vec![DATACENTER]));
        self.folders.insert(HOST_ROOT, folder("host", Some(DATACENTER), vec![CLUSTER]));
        self.folders.insert(STORE_ROOT, folder("datastore", Some(DATACENTER), stores));
        self.folders.insert(NET_ROOT, folder("network", Some(DATACENTER), vec![NETWORK]));
        let mut inside = Vec::new();
        for (n, name) in (20..).zip(FOLDERS) {
            let id = Id::new(Kind::VmFolder, n);
            self.folders.insert(id, folder(name, Some(VM_ROOT), Vec::new()));
            inside.push(id);
        }
        self.folders.insert(VM_ROOT, folder("vm", Some(DATACENTER), inside));
        for (n, (name, capacity, others)) in (11..).zip([
            ("datastore-01", 40 * TB, 6 * TB),
            ("datastore-02", 40 * TB, 11 * TB),
            ("nfs-backup", 80 * TB, 30 * TB),
        ]) {
            self.stores.push(Store { id: Id::new(Kind::Datastore, n), name: name.to_owned(), capacity, others });
        }
        for (n, number) in (15..19).zip(1..) {
            self.hosts.push(Host { id: Id::new(Kind::Host, n), name: format!("esx-{number:02}.dc1.example") });
        }
    }

    /// The VMs that the options ask for.
    pub(super) fn populate(&mut self) {
        if self.options.demo {
            self.add_demo();
            self.add_past();
            self.tag_demo();
        }
        let wanted = self.options.vms;
        for number in 1.. {
            if self.vms.len() >= wanted {
                break;
            }
            self.add_generated(number);
        }
    }

    /// Makes a VM that somebody asks for by name: one disk, running, with Tools, in this folder (made if it is not there).
    pub(super) fn add_plain(&mut self, name: &str, folder: &str) -> u32 {
        let folder_id = self.folder_named(folder);
        let plan = Plan::new(&names::escape(name), "test", Power::On);
        self.add(plan, Some(folder_id))
    }

    fn add_demo(&mut self) {
        let web = self.add(Plan::new("web-01", "web", Power::On), None);
        self.wrote(web, 2 * GB);
        self.add(Plan::new("web-02", "web", Power::On), None);
        self.add(Plan::new("web-02", "test", Power::Off), None);

        let db = self.add(
            Plan {
                guest: RED_HAT,
                cpus: 8,
                memory_mb: 32_768,
                disk: 400 * GB,
                written: 210 * GB,
                ..Plan::new("db-01", "db", Power::On)
            },
            None,
        );
        self.snap(db, "before schema change", "Ticket CHG-1042, keep until the release is signed off", 40 * DAY, false);
        self.wrote(db, 18 * GB);
        self.snap(db, "after import", "", 12 * DAY, false);
        self.wrote(db, 6 * GB);
        self.snap(db, "before index rebuild", "", 30, false);
        self.wrote(db, 1200 * MB);

        let legacy =
            self.add(Plan { guest: WINDOWS, tools: false, ..Plan::new("legacy-01", "infra", Power::On) }, None);
        if let Some(vm) = self.vms.get_mut(&legacy) {
            vm.disks.add("data".to_owned(), 200 * GB, 200 * GB, true);
        }

        self.add(Plan::new("cold-01", "test", Power::Off), None);

        let backup = self.add(Plan::new("backup-01", "infra", Power::On), None);
        self.snap(
            backup,
            "VEEAM BACKUP TEMPORARY SNAPSHOT",
            "Please do not delete this snapshot. It is being used by Veeam Backup.",
            1,
            false,
        );
        self.wrote(backup, 300 * MB);

        let deep = self.add(Plan::new("deep-01", "test", Power::On), None);
        for step in 1..=30 {
            self.snap(deep, &format!("step {step:02}"), "", (31 - step) * 6, false);
            self.wrote(deep, 200 * MB);
        }

        let needs = self.add(Plan::new("needs-consolidation-01", "app", Power::On), None);
        self.snap(needs, "before update", "", 3 * DAY, false);
        self.wrote(needs, 9 * GB);
        if let Some(vm) = self.vms.get_mut(&needs) {
            let doomed: Vec<u32> = vm.snapshots.iter().map(|snapshot| snapshot.n).collect();
            vm.remove(&doomed, false);
            for n in doomed {
                self.snapshot_owner.remove(&n);
            }
        }

        let prod = self
            .add(Plan { guest: RED_HAT, cpus: 4, memory_mb: 16_384, ..Plan::new("prod-01", "prod", Power::On) }, None);
        self.snap(prod, "before kernel update", "", 2 * DAY, true);
        self.wrote(prod, 3 * GB);
    }

    /// The tags of the demo's VMs, by vCenter's own way of making them but without a client.
    fn tag_demo(&mut self) {
        const TAGS: &[(&str, &str, &str)] = &[
            ("web-01", "tier", "web"),
            ("web-02", "tier", "web"),
            ("db-01", "tier", "db"),
            ("db-01", "env", "prod"),
            ("prod-01", "env", "prod"),
            ("cold-01", "env", "test"),
            ("deep-01", "env", "test"),
        ];
        for (name, category, tag) in TAGS {
            let vms: Vec<Id> = self.vms.values().filter(|vm| vm.name == *name).map(Vm::id).collect();
            for vm in vms {
                self.tag_by_name(vm, category, tag);
            }
        }
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
            tools: self.rng.percent(90),
            cpus: *self.rng.pick(&[1, 2, 2, 4, 8]).unwrap_or(&2),
            memory_mb: *self.rng.pick(&[2048, 4096, 8192, 16_384]).unwrap_or(&4096),
            disk,
            written: self.rng.between(disk / 10, disk * 8 / 10),
            twins: false,
            ..Plan::new(&format!("{prefix}-{number:03}"), folder, power)
        };
        let vm = self.add(plan, None);
        let natural = match self.rng.between(0, 100) {
            0..50 => 0,
            50..78 => 1,
            78..91 => 2,
            91..97 => 3,
            _ => 4,
        };
        let count = self.options.snapshots.unwrap_or(natural);
        let mut age = i64::try_from(self.rng.between(2, 90 * 24)).unwrap_or(48);
        for step in 1..=count {
            const NAMES: &[&str] =
                &["before patch", "before upgrade", "baseline", "before config change", "pre-release", "test"];
            let name = *self.rng.pick(NAMES).unwrap_or(&"baseline");
            let memory = self.rng.percent(8);
            self.snap(vm, &format!("{name} {step}"), "", age, memory);
            let written = self.rng.between(20 * MB, 6 * GB);
            self.wrote(vm, written);
            age = (age * 6 / 10).max(1);
        }
    }

    pub(super) fn add(&mut self, plan: Plan, folder: Option<Id>) -> u32 {
        let n = self.next_number();
        let folder = folder.unwrap_or_else(|| self.folder_named(plan.folder));
        let host = self.rng.pick(&self.hosts).map_or(Id::new(Kind::Host, 15), |host| host.id);
        let store = if self.rng.percent(60) { 11 } else { 12 };
        // Two VMs of one name cannot share a directory: the second gets a number, as in vCenter.
        let twins = match plan.twins {
            true => self.vms.values().filter(|vm| vm.name == plan.name).count(),
            false => 0,
        };
        let directory = match twins {
            0 => plan.name.clone(),
            more => format!("{}_{more}", plan.name),
        };
        let mut disks = Disks::new(FIRST_KEY);
        disks.add(directory.clone(), plan.disk, plan.written, false);
        let now = self.now();
        let boot_hours = i64::try_from(self.rng.between(1, 90 * 24)).unwrap_or(1);
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
            created: hours_before(now, 400 * DAY),
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

    pub(super) fn snap(&mut self, vm: u32, name: &str, description: &str, age_hours: i64, memory: bool) {
        let memory = memory && self.vms.get(&vm).is_some_and(|vm| vm.power == Power::On);
        let taken = Taken {
            name: names::escape(name),
            description: description.to_owned(),
            at: hours_before(self.now(), age_hours),
            memory,
            quiesced: false,
        };
        self.take_now(vm, taken);
    }

    pub(super) fn wrote(&mut self, vm: u32, bytes: u64) {
        if let Some(vm) = self.vms.get_mut(&vm) {
            vm.disks.write(bytes);
        }
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

fn hours_before(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN)
}
