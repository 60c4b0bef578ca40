//! The virtual machines: snapshot trees, power, and what each change really does to them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use snapwarden::domain::call::{Act, SnapshotMode};
use snapwarden::domain::ids::{Moref, VmRef};
use snapwarden::domain::inventory::{ToolsState, VmSummary};
use snapwarden::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use snapwarden::domain::survey::{AwkwardDevice, AwkwardKind, Capability, Connection, Survey};

/// The one vCenter's name.
pub(super) const VCENTER: &str = "lab";

/// One VM as it really is.
#[derive(Debug, Clone)]
pub(super) struct Vm {
    pub(super) moref: Moref,
    pub(super) uuid: String,
    pub(super) name: String,
    pub(super) power: PowerState,
    pub(super) tools: ToolsState,
    pub(super) nodes: Vec<Snapshot>,
    pub(super) current: Option<Moref>,
    pub(super) with_memory: Vec<Moref>,
    pub(super) consolidation: bool,
    /// A disk that no snapshot covers.
    pub(super) independent: bool,
    /// Whether it is there.
    pub(super) present: bool,
    /// The task that has it, by its number.
    pub(super) task: Option<usize>,
    /// Until when it is held although its task is over.
    pub(super) held_until: i64,
    /// Whether its list of disabled calls tells that it is held.
    pub(super) tells_disabled: bool,
}

impl Vm {
    /// A VM with a chain of so many snapshots, the last one current.
    pub(super) fn new(number: usize, name: &str, chain: usize, now: Timestamp) -> Self {
        let moref = |n: usize| Moref::new(format!("snapshot-{number}0{n}"));
        let node = |n: usize| Snapshot {
            moref: moref(n),
            parent: (n > 1).then(|| moref(n - 1)),
            name: format!("s{n}"),
            description: String::new(),
            created: now - SignedDuration::from_hours(24 * i64::try_from(9 - n).unwrap()),
            power: PowerState::Off,
            quiesced: false,
        };
        Self {
            moref: Moref::new(format!("vm-{number}")),
            uuid: format!("5022-000{number}"),
            name: name.to_owned(),
            power: PowerState::On,
            tools: ToolsState::Running,
            nodes: (1..=chain).map(node).collect(),
            current: (chain > 0).then(|| moref(chain)),
            with_memory: Vec::new(),
            consolidation: false,
            independent: false,
            present: true,
            task: None,
            held_until: 0,
            tells_disabled: true,
        }
    }

    pub(super) fn tree(&self) -> SnapshotTree {
        SnapshotTree::new(self.nodes.clone(), self.current.clone())
    }

    pub(super) fn summary(&self) -> VmSummary {
        VmSummary {
            vm: VmRef { vcenter: VCENTER.into(), moref: self.moref.clone() },
            instance_uuid: Some(self.uuid.as_str().into()),
            name: self.name.clone(),
            path: self.path(),
            power: Some(self.power),
            readable: true,
            tools: self.tools,
            template: false,
            consolidation_needed: self.consolidation,
            tree: self.tree().into(),
            tags: None,
        }
    }

    /// What a read finds, but for the tasks on it.
    pub(super) fn survey(&self, server_time: Timestamp) -> Survey {
        let disk = AwkwardDevice {
            label: "Hard disk 2".to_owned(),
            file: "data.vmdk".to_owned(),
            kind: AwkwardKind::IndependentDisk,
        };
        let bytes = self.nodes.iter().map(|node| (node.moref.clone(), 1 << 30));
        Survey {
            server_time,
            ahead: SignedDuration::ZERO,
            name: self.name.clone(),
            instance_uuid: Some(self.uuid.as_str().into()),
            power: self.power,
            connection: Connection::Connected,
            tools_installed: true,
            fault_tolerant: false,
            tools: self.tools,
            template: false,
            guest_id: None,
            snapshot_locked: false,
            reverts_at_power_off: false,
            consolidation_needed: self.consolidation,
            capability: Capability::default(),
            devices: if self.independent { vec![disk] } else { Vec::new() },
            disabled_methods: Vec::new(),
            running_tasks: Vec::new(),
            tree: self.tree(),
            snapshot_bytes: bytes.collect::<BTreeMap<_, _>>(),
            with_memory: self.with_memory.clone(),
            bytes_since_current: self.current.as_ref().map(|_| 1 << 29),
            loose_bytes: None,
            memory_bytes: None,
            disks: Vec::new(),
            working_datastore: None,
            datastores: Vec::new(),
        }
    }

    /// Whether the snapshot that an act needs is there.
    pub(super) fn has_what_it_needs(&self, act: &Act) -> bool {
        match act {
            Act::Revert { snapshot, .. } | Act::Delete { snapshot, .. } | Act::Edit { snapshot, .. } => {
                self.has(snapshot)
            }
            Act::Take { .. } | Act::DeleteAll | Act::Consolidate | Act::PowerOn => true,
        }
    }

    /// The first part of what an act does, where it is done in parts: a deletion of many begins with some.
    pub(super) fn begin(&mut self, act: &Act) -> bool {
        let Act::DeleteAll = act else { return false };
        let some: Vec<Moref> = self.nodes.iter().take(self.nodes.len() / 2).map(|node| node.moref.clone()).collect();
        for moref in &some {
            self.remove(moref);
        }
        !some.is_empty()
    }

    /// What an act does; the new snapshot after a take.
    pub(super) fn change(&mut self, act: &Act, made: Moref, quiesced: bool, at: Timestamp) -> Option<Moref> {
        match act {
            Act::Take { name, description, mode } => {
                let memory = *mode == SnapshotMode::Memory && self.power == PowerState::On;
                if memory {
                    self.with_memory.push(made.clone());
                }
                self.nodes.push(Snapshot {
                    moref: made.clone(),
                    parent: self.current.replace(made.clone()),
                    name: name.clone(),
                    description: description.clone(),
                    created: at,
                    power: if memory { PowerState::On } else { PowerState::Off },
                    quiesced: quiesced && *mode == SnapshotMode::Quiesce,
                });
                return Some(made);
            }
            Act::Revert { snapshot, suppress_power_on } => {
                let held = self.nodes.iter().find(|node| node.moref == *snapshot).map(|node| node.power);
                if let Some(power) = held {
                    self.current = Some(snapshot.clone());
                    self.power = if *suppress_power_on { PowerState::Off } else { power };
                }
            }
            Act::Delete { snapshot, children } => {
                if *children {
                    let below: Vec<Moref> =
                        self.tree().descendants(snapshot).iter().map(|node| node.moref.clone()).collect();
                    for moref in &below {
                        self.remove(moref);
                    }
                }
                self.remove(snapshot);
            }
            Act::DeleteAll => {
                self.nodes.clear();
                self.current = None;
            }
            Act::Consolidate => self.consolidation = false,
            Act::Edit { snapshot, name, description } => {
                if let Some(node) = self.nodes.iter_mut().find(|node| node.moref == *snapshot) {
                    node.name = name.clone().unwrap_or_else(|| node.name.clone());
                    node.description = description.clone().unwrap_or_else(|| node.description.clone());
                }
            }
            Act::PowerOn => self.power = PowerState::On,
        }
        None
    }

    fn has(&self, snapshot: &Moref) -> bool {
        self.nodes.iter().any(|node| node.moref == *snapshot)
    }

    /// Its children hang below its parent then, and so does "You are here".
    fn remove(&mut self, moref: &Moref) {
        let Some(at) = self.nodes.iter().position(|node| node.moref == *moref) else { return };
        let gone = self.nodes.remove(at);
        for node in self.nodes.iter_mut().filter(|node| node.parent.as_ref() == Some(moref)) {
            node.parent.clone_from(&gone.parent);
        }
        if self.current.as_ref() == Some(moref) {
            self.current = gone.parent;
        }
    }

    fn path(&self) -> String {
        format!("DC1/{}/{}", if self.moref.as_str().ends_with('3') { "test" } else { "web" }, self.name)
    }
}
