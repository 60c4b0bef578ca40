//! A vCenter of a few VMs that does what it is called for at once, and notes it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::domain::call::{Act, Call, CallError, Started, TaskState, TaskUpdate};
use crate::domain::evidence::Evidence;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::ids::{Moref, TaskRef, VCenterName, VmRef};
use crate::domain::inventory::{Inventory, ToolsState, VmSummary};
use crate::domain::reconcile::OwnTask;
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use crate::domain::survey::{Capability, Connection, Survey};
use crate::engine::clock::ManualClock;
use crate::engine::ports::{About, Clock, Gate, Health, OwnTasks, ReadError, VCenter};

pub(super) struct Lab {
    name: VCenterName,
    clock: Arc<ManualClock>,
    state: Mutex<State>,
}

struct State {
    vms: BTreeMap<Moref, Vm>,
    health: Health,
    /// How far its clock is ahead.
    ahead: SignedDuration,
    calls: Vec<Call>,
    own_tasks: Vec<OwnTask>,
    before_look: Option<Hook>,
    before_gate: Option<Hook>,
}

/// Something that happens in between.
type Hook = Box<dyn FnOnce() + Send>;

#[derive(Clone)]
struct Vm {
    name: String,
    folder: String,
    snapshots: Vec<Snapshot>,
    /// The snapshot that the VM stands on.
    current: Option<Moref>,
}

impl Lab {
    pub(super) fn new(clock: Arc<ManualClock>) -> Self {
        let state = State {
            vms: BTreeMap::new(),
            health: Health::Live,
            ahead: SignedDuration::ZERO,
            calls: Vec::new(),
            own_tasks: Vec::new(),
            before_look: None,
            before_gate: None,
        };
        Self { name: "lab".into(), clock, state: Mutex::new(state) }
    }

    /// Adds a VM, `vm-<name>`.
    pub(super) fn add(&self, folder: &str, name: &str) {
        self.add_as(moref(name), folder, name);
    }

    /// Adds another VM of a name that there is already, `vm-<name>-again`.
    pub(super) fn add_again(&self, folder: &str, name: &str) {
        self.add_as(moref(&format!("{name}-again")), folder, name);
    }

    fn add_as(&self, moref: Moref, folder: &str, name: &str) {
        let vm = Vm { name: name.to_owned(), folder: folder.to_owned(), snapshots: Vec::new(), current: None };
        self.state.lock().unwrap().vms.insert(moref, vm);
    }

    /// Happens before the look of the next call.
    pub(super) fn before_look(&self, hook: impl FnOnce() + Send + 'static) {
        self.state.lock().unwrap().before_look = Some(Box::new(hook));
    }

    /// Happens between the look of the next call and its gate.
    pub(super) fn before_gate(&self, hook: impl FnOnce() + Send + 'static) {
        self.state.lock().unwrap().before_gate = Some(Box::new(hook));
    }

    /// A task of the bot's own account, as vCenter's history has it.
    pub(super) fn add_own_task(&self, task: OwnTask) {
        self.state.lock().unwrap().own_tasks.push(task);
    }

    /// Somebody else takes a snapshot, `snapshot-<name>`.
    pub(super) fn take(&self, vm: &str, name: &str, created: Timestamp, description: &str) {
        let mut state = self.state.lock().unwrap();
        let vm = state.vms.get_mut(&moref(vm)).unwrap();
        let own = Moref::new(format!("snapshot-{name}"));
        let snapshot = Snapshot {
            moref: own.clone(),
            parent: vm.current.replace(own),
            name: name.to_owned(),
            description: description.to_owned(),
            created,
            power: PowerState::Off,
            quiesced: false,
        };
        vm.snapshots.push(snapshot);
    }

    pub(super) fn set_ahead(&self, ahead: SignedDuration) {
        self.state.lock().unwrap().ahead = ahead;
    }

    pub(super) fn set_health(&self, health: Health) {
        self.state.lock().unwrap().health = health;
    }

    /// What was called, in order.
    pub(super) fn calls(&self) -> Vec<Act> {
        self.state.lock().unwrap().calls.iter().map(|call| call.act.clone()).collect()
    }

    /// What the task of a call, by its number, tells at its end.
    pub(super) fn end_of(&self, number: usize) -> TaskUpdate {
        let made = matches!(self.calls()[number - 1], Act::Take { .. });
        let result = made.then(|| Moref::new(format!("snapshot-{number}")));
        TaskUpdate {
            task: task(number),
            state: TaskState::Success { result },
            percent: None,
            cancelable: false,
            took: None,
        }
    }

    fn summary(&self, moref: &Moref) -> Option<VmSummary> {
        let vm = self.state.lock().unwrap().vms.get(moref)?.clone();
        Some(VmSummary {
            vm: VmRef { vcenter: self.name.clone(), moref: moref.clone() },
            instance_uuid: None,
            path: format!("{}/{}", vm.folder, vm.name),
            name: vm.name,
            power: Some(PowerState::On),
            readable: true,
            tools: ToolsState::Running,
            template: false,
            consolidation_needed: false,
            tree: Arc::new(SnapshotTree::new(vm.snapshots, vm.current)),
            tags: None,
        })
    }
}

pub(super) fn moref(vm: &str) -> Moref {
    Moref::new(format!("vm-{vm}"))
}

fn task(number: usize) -> TaskRef {
    TaskRef { vcenter: "lab".into(), moref: Moref::new(format!("task-{number}")) }
}

#[async_trait]
impl VCenter for Lab {
    fn name(&self) -> &VCenterName {
        &self.name
    }

    fn inventory(&self) -> Arc<Inventory> {
        let morefs: Vec<Moref> = self.state.lock().unwrap().vms.keys().cloned().collect();
        Arc::new(Inventory::new(morefs.iter().filter_map(|moref| self.summary(moref)).map(Arc::new)))
    }

    fn seen_at(&self) -> Option<Timestamp> {
        None
    }

    fn health(&self) -> Health {
        self.state.lock().unwrap().health.clone()
    }

    fn ahead(&self) -> Option<SignedDuration> {
        Some(self.state.lock().unwrap().ahead)
    }

    async fn survey(&self, vm: &Moref) -> Result<Survey, ReadError> {
        let summary = self.summary(vm).unwrap();
        Ok(Survey {
            server_time: self.clock.now() + self.ahead().unwrap(),
            ahead: self.ahead().unwrap(),
            name: summary.name.clone(),
            instance_uuid: None,
            power: PowerState::On,
            connection: Connection::Connected,
            tools: summary.tools,
            tools_installed: true,
            fault_tolerant: false,
            template: false,
            guest_id: None,
            snapshot_locked: false,
            reverts_at_power_off: false,
            consolidation_needed: false,
            capability: Capability::default(),
            devices: Vec::new(),
            disabled_methods: Vec::new(),
            running_tasks: Vec::new(),
            tree: summary.tree.as_ref().clone(),
            snapshot_bytes: BTreeMap::new(),
            with_memory: Vec::new(),
            bytes_since_current: None,
            loose_bytes: None,
            memory_bytes: None,
            disks: Vec::new(),
            working_datastore: None,
            datastores: Vec::new(),
        })
    }

    async fn call(&self, call: &Call, gate: &dyn Gate) -> Result<Started, CallError> {
        let hook = self.state.lock().unwrap().before_look.take();
        hook.into_iter().for_each(|hook| hook());
        let look = self.survey(&call.vm.moref).await.unwrap();
        let hook = self.state.lock().unwrap().before_gate.take();
        hook.into_iter().for_each(|hook| hook());
        if !gate.is_open(&look) {
            return Err(CallError::NotCalled(Box::new(look)));
        }
        let mut state = self.state.lock().unwrap();
        state.calls.push(call.clone());
        let (number, now) = (state.calls.len(), self.clock.now() + state.ahead);
        let vm = state.vms.get_mut(&call.vm.moref).unwrap();
        let snapshots = &mut vm.snapshots;
        let named = match &call.act {
            Act::Delete { snapshot, .. } | Act::Revert { snapshot, .. } | Act::Edit { snapshot, .. } => Some(snapshot),
            Act::Take { .. } | Act::DeleteAll | Act::Consolidate | Act::PowerOn => None,
        };
        if named.is_some_and(|named| snapshots.iter().all(|node| node.moref != *named)) {
            let (name, message) = ("ManagedObjectNotFound".to_owned(), "it is not there".to_owned());
            return Err(CallError::Fault(Fault { kind: FaultKind::of(&name), name, message }));
        }
        match &call.act {
            Act::Take { name, description, .. } => snapshots.push(Snapshot {
                moref: Moref::new(format!("snapshot-{number}")),
                parent: vm.current.replace(Moref::new(format!("snapshot-{number}"))),
                name: name.clone(),
                description: description.clone(),
                created: now,
                power: PowerState::On,
                quiesced: false,
            }),
            Act::Delete { snapshot, children } => {
                let tree = SnapshotTree::new(snapshots.clone(), vm.current.clone());
                let mut gone: Vec<Moref> = vec![snapshot.clone()];
                if *children {
                    gone.extend(tree.descendants(snapshot).into_iter().map(|node| node.moref.clone()));
                }
                let parent = tree.get(snapshot).and_then(|node| node.parent.clone());
                snapshots.retain(|node| !gone.contains(&node.moref));
                let up = |to: &mut Option<Moref>| {
                    if to.as_ref().is_some_and(|to| gone.contains(to)) {
                        to.clone_from(&parent);
                    }
                };
                snapshots.iter_mut().for_each(|node| up(&mut node.parent));
                up(&mut vm.current);
            }
            Act::DeleteAll => {
                snapshots.clear();
                vm.current = None;
            }
            Act::Revert { snapshot, .. } => vm.current = Some(snapshot.clone()),
            Act::Edit { snapshot, description, .. } => {
                let node = snapshots.iter_mut().find(|node| node.moref == *snapshot).unwrap();
                node.description = description.clone().unwrap_or_default();
                return Ok(Started::Immediate);
            }
            Act::Consolidate | Act::PowerOn => {}
        }
        Ok(Started::Task(task(number)))
    }

    fn follow(&self, _: &TaskRef) {}

    async fn cancel(&self, _: &TaskRef) -> Result<(), ReadError> {
        Ok(())
    }

    async fn investigate(&self, vm: &Moref, _: Timestamp) -> Result<Evidence, ReadError> {
        let tree = self.summary(vm).unwrap().tree.as_ref().clone();
        Ok(Evidence { server_time: self.clock.now(), tree, tasks: Vec::new() })
    }

    async fn own_tasks(&self, _: Option<Timestamp>) -> Result<OwnTasks, ReadError> {
        let tasks = self.state.lock().unwrap().own_tasks.clone();
        Ok(OwnTasks { server_time: self.clock.now(), tasks })
    }

    async fn privileges(&self, _: &Moref, wanted: &[&str]) -> Result<Vec<bool>, ReadError> {
        Ok(vec![true; wanted.len()])
    }

    async fn about(&self) -> Result<About, ReadError> {
        Err(ReadError::Unreachable("nobody asks".to_owned()))
    }
}
