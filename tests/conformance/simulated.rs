//! The scenarios against our own simulator, which must not be kinder than govmomi's, and what only it can show: memory,
//! quiescing, renaming, consolidating, a task on its way, and answers that are lost.

use snapwarden::domain::call::{Act, Call, CallError, SnapshotMode, Started, TaskState};
use snapwarden::domain::fault::FaultKind;
use snapwarden::domain::ids::VmRef;
use snapwarden::domain::inventory::ToolsState;
use snapwarden::domain::preflight::{Rules, Verdict, judge};
use snapwarden::domain::request::Wish;
use snapwarden::domain::snapshot_tree::PowerState;
use snapwarden::domain::survey::Survey;
use snapwarden::engine::ports::{Gate, Health, LOOK_MAX_AGE, ReadError, VCenter, VCenterEvent};
use snapwarden::vcenter::VCenterConfig;
use snapwarden_sim::faults::{FaultPlan, Rule, Trouble};
use snapwarden_sim::{Oddity, Power, Sim, SimOptions};

use super::live::{AnyLook, Live, client, config, ended};
use super::peer::{PASSWORD, USER};
use super::scenarios;

/// A simulator and the address that it serves at.
pub(super) struct Peer {
    pub(super) sim: Sim,
    pub(super) url: String,
    _end: tokio::sync::oneshot::Sender<()>,
}

impl Peer {
    /// So many VMs, running, with Tools and one disk, without snapshots; tasks take so many milliseconds.
    pub(super) async fn plain(vms: usize, task_ms: u32) -> Self {
        let peer = Self::start(options(task_ms)).await;
        for n in 0..vms {
            peer.sim.add(&format!("vm-{n:02}"), "vms");
        }
        peer
    }

    /// The demo's VMs.
    async fn demo(task_ms: u32) -> Self {
        Self::start(SimOptions { demo: true, ..options(task_ms) }).await
    }

    pub(super) async fn start(options: SimOptions) -> Self {
        let sim = Sim::new(options);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let serving = sim.clone();
        tokio::spawn(async move {
            let ended = async {
                let _ = ended.await;
            };
            serving.serve(listener, ended).await
        });
        Self { sim, url, _end: end }
    }

    /// How often the REST interface was asked for something.
    pub(super) fn rest_calls(&self) -> usize {
        self.sim.calls().iter().filter(|call| call.method.starts_with("com.vmware.")).count()
    }

    async fn live(&self) -> Live {
        Live::start(config(&self.url)).await
    }
}

pub(super) fn options(task_ms: u32) -> SimOptions {
    SimOptions {
        vms: 0,
        demo: false,
        task_seconds: f64::from(task_ms) / 1000.0,
        username: USER.to_owned(),
        password: PASSWORD.to_owned(),
        ..SimOptions::default()
    }
}

#[tokio::test]
async fn what_the_task_history_does_not_tell_the_events_do() {
    let peer = Peer::demo(0).await;
    let mut live = peer.live().await;
    let vm = named(&live, "db-01");
    let tree = live.until_tree(&vm, |tree| tree.len() == 3).await;
    let asked: Vec<_> = tree.nodes().iter().map(|node| (node.moref.clone(), node.created)).collect();
    let told = live.client.makers(&vm.moref, &asked).await.unwrap();
    let names: Vec<&str> =
        tree.nodes().iter().filter(|node| told.contains_key(&node.moref)).map(|node| node.name.as_str()).collect();
    // The first of them is 40 days old, and events are kept for 30.
    assert_eq!(names, ["after import", "before index rebuild"]);
    assert!(told.values().all(|account| account.contains('\\')), "{told:?}");
    assert!(peer.sim.calls().iter().any(|call| call.method == "QueryEvents"));
}

fn a_take(name: &str, mode: SnapshotMode) -> Act {
    Act::Take { name: name.to_owned(), description: String::new(), mode }
}

/// The VM of this name; the first if there are several.
fn named(live: &Live, name: &str) -> VmRef {
    let inventory = live.client.inventory();
    let found = inventory.iter().find(|vm| vm.name == name);
    found.unwrap_or_else(|| panic!("no {name}")).vm.clone()
}

/// Runs a scenario that every vCenter must pass.
macro_rules! scenario {
    ($($name:ident: $vms:expr, $task_ms:expr;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let peer = Peer::plain($vms, $task_ms).await;
                let mut live = peer.live().await;
                scenarios::$name(&mut live).await;
                live.client.stop().await;
                assert_eq!(peer.sim.sessions(), 0, "the client logs out at its end");
                assert_eq!(peer.rest_calls(), 0, "nobody asked for tags");
            }
        )*
    };
}

scenario! {
    take: 1, 0;
    names: 1, 0;
    chain_and_revert: 1, 0;
    delete: 1, 0;
    many_tasks: 30, 50;
    late_and_lost_tasks: 1, 0;
    survey: 1, 0;
    investigate: 1, 0;
    own_tasks: 1, 0;
    makers: 1, 0;
    about_and_privileges: 1, 0;
    cancel: 1, 1500;
    failed_task: 1, 0;
}

/// The same with tasks that are seen running.
mod slowly {
    use super::*;

    scenario! {
        take: 1, 200;
        chain_and_revert: 1, 100;
        delete: 1, 100;
        investigate: 1, 100;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn session_lost() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    scenarios::session_lost(&mut live, async || peer.sim.forget_sessions()).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn task_outlives_session() {
    let peer = Peer::plain(1, 1500).await;
    let mut live = peer.live().await;
    scenarios::task_outlives_session(&mut live, async || peer.sim.forget_sessions()).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_inventory_agrees_with_the_fresh_read() {
    let options = SimOptions { vms: 1100, demo: true, ..options(0) };
    // Above 1,000 objects an answer goes on in the next one.
    let peer = Peer::start(options).await;
    let live = peer.live().await;
    let inventory = live.client.inventory();
    let machines = peer.sim.machines();
    assert_eq!((inventory.len(), machines.len()), (1100, 1100));
    let fleet = live.client.fleet().await.unwrap();
    assert_eq!(fleet.vms.len(), 1100);
    scenarios::snapshots_are_found_on_datastores(&fleet);
    assert!(fleet.datastores.iter().map(|datastore| datastore.held.len()).sum::<usize>() > 100);
    for vm in &fleet.vms {
        let known = inventory.get(&vm.vm).unwrap();
        assert_eq!((&vm.name, vm.power, &vm.tree), (&known.name, known.power, &*known.tree));
        assert_eq!(vm.sizes.snapshots.len(), vm.tree.len());
    }
    for machine in &machines {
        let known = inventory.iter().find(|vm| vm.vm.moref.as_str() == machine.moref).unwrap();
        assert_eq!((&known.name, &known.path), (&machine.name, &machine.path));
        assert_eq!(known.tree.current().map(|node| node.moref.as_str()), machine.current.as_deref());
        assert_eq!(known.tree.len(), machine.snapshots.len());
        assert_eq!(known.consolidation_needed, machine.consolidation_needed);
    }
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reverting_leaves_the_power_that_the_snapshot_holds() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    live.succeed(&vm, a_take("with memory", SnapshotMode::Memory)).await;
    live.succeed(&vm, a_take("disk alone", SnapshotMode::Disk)).await;
    let tree = live.until_tree(&vm, |tree| tree.len() == 2).await;
    let [memory, disk] = tree.nodes() else { panic!("{tree:?}") };
    assert_eq!((memory.power, disk.power), (PowerState::On, PowerState::Off));
    let read = live.client.survey(&vm.moref).await.unwrap();
    assert_eq!(read.with_memory.iter().collect::<Vec<_>>(), [&memory.moref]);
    assert!(read.snapshot_bytes[&memory.moref] > 4 << 30, "the memory is counted: {read:?}");

    let back = |snapshot: &snapwarden::domain::snapshot_tree::Snapshot, suppress_power_on| Act::Revert {
        snapshot: snapshot.moref.clone(),
        suppress_power_on,
    };
    for (snapshot, suppress, power) in [
        (disk, false, PowerState::Off),
        (memory, false, PowerState::On),
        // What holds no memory is off either way; what holds one does not run, but keeps it.
        (disk, true, PowerState::Off),
        (memory, true, PowerState::Suspended),
    ] {
        live.succeed(&vm, back(snapshot, suppress)).await;
        live.until(|inventory| inventory.get(&vm).is_some_and(|vm| vm.power == Some(power))).await;
        let current = live.client.survey(&vm.moref).await.unwrap();
        assert_eq!((current.power, current.tree.current()), (power, Some(snapshot)));
    }
    live.succeed(&vm, Act::PowerOn).await;
    live.until(|inventory| inventory.get(&vm).is_some_and(|vm| vm.power == Some(PowerState::On))).await;
    live.client.stop().await;
}

/// Every state of the VM × every state in which the snapshot was taken × with and without memory × `stay-off`: what preflight promises is
/// what is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_power_state_that_is_promised_is_the_one_that_is_left() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    let states = [Power::On, Power::Off, Power::Suspended];
    let mut taken = 0;
    for state in states {
        for mode in [SnapshotMode::Memory, SnapshotMode::Disk] {
            // vSphere takes a suspended VM with its memory, and one that is off has none.
            if matches!((state, mode), (Power::Suspended, SnapshotMode::Disk) | (Power::Off, SnapshotMode::Memory)) {
                continue;
            }
            assert!(peer.sim.set_power("vm-00", state));
            live.succeed(&vm, a_take(&format!("{state:?} {mode:?}"), mode)).await;
            taken += 1;
        }
    }
    let tree = live.until_tree(&vm, |tree| tree.len() == taken).await;
    let target = live.vm(0).target();
    for node in tree.nodes() {
        for before in states {
            for stay_off in [false, true] {
                assert!(peer.sim.set_power("vm-00", before));
                let survey = live.client.survey(&vm.moref).await.unwrap();
                let wish = Wish::Revert { snapshot: node.moref.clone(), stay_off };
                let Verdict::Go(plan) = judge(&target, &wish, &survey, &Rules::default()) else { panic!("{wish:?}") };
                live.succeed(&vm, plan.act.clone()).await;
                let left = live.client.survey(&vm.moref).await.unwrap().power;
                assert_eq!(Some(left), plan.price.power_after, "{before:?}, {}, stay-off {stay_off}", node.name);
                assert_eq!(plan.price.power_now, survey.power);
            }
        }
    }
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_is_renamed_and_described_at_once() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    let snapshot = live.take(&vm, "old").await;
    let edit = |name: Option<&str>, description: Option<&str>| Call {
        vm: vm.clone(),
        act: Act::Edit {
            snapshot: snapshot.clone(),
            name: name.map(str::to_owned),
            description: description.map(str::to_owned),
        },
    };
    let described = "[snapwarden R-7KQ2/1] old";
    for (call, name, description) in [
        (edit(Some("50 % / new \\ <é>"), None), "50 % / new \\ <é>", described),
        (edit(None, Some("why & \"how\"\nand when")), "50 % / new \\ <é>", "why & \"how\"\nand when"),
        (edit(Some("both"), Some("")), "both", ""),
    ] {
        assert_eq!(live.client.call(&call, &AnyLook).await, Ok(Started::Immediate), "{call:?}");
        let read = live.client.survey(&vm.moref).await.unwrap();
        let node = read.tree.get(&snapshot).unwrap();
        assert_eq!((node.name.as_str(), node.description.as_str()), (name, description));
        live.until_tree(&vm, |tree| tree.get(&snapshot) == read.tree.get(&snapshot)).await;
    }
    let long = edit(Some(&"é".repeat(81)), None);
    match live.client.call(&long, &AnyLook).await {
        Err(CallError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::InvalidArgument, "{fault:?}"),
        other => panic!("{other:?}"),
    }
    peer.sim.remove_out_of_band(snapshot.as_str());
    match live.client.call(&edit(Some("late"), None), &AnyLook).await {
        Err(CallError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::NotFound, "{fault:?}"),
        other => panic!("{other:?}"),
    }
    live.client.stop().await;
}

/// A gate that says what it is told to, and remembers what vCenter had been asked when it was asked itself, and how many snapshots it saw.
struct Watched<'a> {
    sim: &'a Sim,
    opens: bool,
    asked: std::sync::Mutex<Vec<(Vec<String>, usize)>>,
}

impl Gate for Watched<'_> {
    fn is_open(&self, look: &Survey) -> bool {
        let methods = self.sim.calls().into_iter().map(|call| call.method).collect();
        self.asked.lock().unwrap().push((methods, look.tree.len()));
        self.opens
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn between_the_last_look_and_the_change_nothing_is_asked() {
    let peer = Peer::plain(1, 0).await;
    let vm = VmRef { vcenter: "test".into(), moref: peer.sim.machines()[0].moref.as_str().into() };
    let client = client(config(&peer.url));
    client.survey(&vm.moref).await.unwrap();
    let call = Call { vm, act: a_take("one", SnapshotMode::Disk) };
    let closed = Watched { sim: &peer.sim, opens: false, asked: Default::default() };
    // The VM is as the look before the change finds it, not as an earlier one did.
    peer.sim.take_out_of_band(&peer.sim.machines()[0].name, "by a colleague").unwrap();
    let Err(CallError::NotCalled(look)) = client.call(&call, &closed).await else { panic!("it was sent") };
    let (methods, seen) = closed.asked.lock().unwrap().pop().unwrap();
    assert_eq!((look.tree.len(), seen), (1, 1));
    assert_eq!(methods.len(), peer.sim.calls().len(), "nothing is asked after a closed gate");

    let open = Watched { sim: &peer.sim, opens: true, asked: Default::default() };
    assert!(matches!(client.call(&call, &open).await, Ok(Started::Task(_))));
    let (before, _) = open.asked.lock().unwrap().pop().unwrap();
    let after: Vec<String> = peer.sim.calls().into_iter().skip(before.len()).map(|call| call.method).collect();
    assert_eq!(after, ["CreateSnapshotEx_Task"]);
    let asked: Vec<&str> = before[methods.len()..].iter().map(String::as_str).collect();
    assert_eq!(asked.first(), Some(&"CurrentTime"), "the session comes first: {asked:?}");
    assert!(asked[1..].contains(&"RetrievePropertiesEx"), "then the VM is read: {asked:?}");
    client.stop().await;
}

/// A gate that is always open, and remembers when it was asked last.
#[derive(Default)]
struct Timed(std::sync::Mutex<Option<std::time::Instant>>);

impl Gate for Timed {
    fn is_open(&self, _look: &Survey) -> bool {
        *self.0.lock().unwrap() = Some(std::time::Instant::now());
        true
    }
}

/// How many changes the moment between look and call is measured of.
const MEASURED: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_moment_between_the_last_look_and_the_call_is_measured() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    let snapshot = live.take(&vm, "one").await;
    let mut moments = Vec::new();
    for number in 0..MEASURED {
        let act = Act::Edit { snapshot: snapshot.clone(), name: Some(format!("{number}")), description: None };
        let gate = Timed::default();
        assert_eq!(live.client.call(&Call { vm: vm.clone(), act }, &gate).await, Ok(Started::Immediate));
        moments.push(gate.0.lock().unwrap().expect("the gate was asked").elapsed());
    }
    moments.sort();
    told!(
        "{MEASURED} changes over loopback: from the last gate to the answer {:.1} ms at the median, {:.1} ms in 99 of 100, {:.1} ms at most",
        moments[MEASURED / 2].as_secs_f64() * 1e3,
        moments[MEASURED * 99 / 100].as_secs_f64() * 1e3,
        moments[MEASURED - 1].as_secs_f64() * 1e3
    );
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_that_took_too_long_is_taken_again() {
    let peer = Peer::plain(1, 0).await;
    let vm = VmRef { vcenter: "test".into(), moref: peer.sim.machines()[0].moref.as_str().into() };
    let client = client(config(&peer.url));
    client.survey(&vm.moref).await.unwrap();
    let late = Trouble::LateReply { seconds: LOOK_MAX_AGE.as_secs_f64() + 0.3 };
    peer.sim.set_faults(FaultPlan::new([Rule::once("*", "RetrievePropertiesEx", late)]));
    let gate = Watched { sim: &peer.sim, opens: true, asked: Default::default() };
    let call = Call { vm, act: a_take("one", SnapshotMode::Disk) };
    assert!(matches!(client.call(&call, &gate).await, Ok(Started::Task(_))));
    let asked = std::mem::take(&mut *gate.asked.lock().unwrap());
    let reads = asked[0].0.iter().filter(|method| *method == "RetrievePropertiesEx").count();
    assert_eq!((asked.len(), reads), (1, 3), "one before, one that was too old, one that was not");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_leaves_disks_is_seen_and_consolidated() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    live.take(&vm, "a").await;
    peer.sim.write_in_guest(vm.moref.as_str(), 3 << 30);
    let locked = Trouble::DisksLeft { fault: Some(("FileLocked".to_owned(), "locked".to_owned())) };
    peer.sim.set_faults(FaultPlan::new([Rule::once("*", "RemoveAllSnapshots_Task", locked)]));
    match live.run(&vm, Act::DeleteAll).await {
        Ok(TaskState::Error(fault)) => {
            assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::FileLocked, "locked"))
        }
        other => panic!("{other:?}"),
    }
    let inventory = live.until(|inventory| inventory.get(&vm).is_some_and(|vm| vm.consolidation_needed)).await;
    assert!(inventory.get(&vm).unwrap().tree.is_empty(), "the snapshot is gone all the same");
    assert!(live.client.survey(&vm.moref).await.unwrap().consolidation_needed);
    live.succeed(&vm, Act::Consolidate).await;
    live.until(|inventory| inventory.get(&vm).is_some_and(|vm| !vm.consolidation_needed)).await;
    assert!(!live.client.survey(&vm.moref).await.unwrap().consolidation_needed);
    live.succeed(&vm, Act::Consolidate).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_only_grows_and_is_told_until_the_end() {
    let peer = Peer::plain(1, 600).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    let task = live.call(&vm, a_take("slow", SnapshotMode::Disk)).await.unwrap();
    let running = live.client.survey(&vm.moref).await.unwrap().running_tasks;
    assert_eq!(running.iter().map(|running| &running.task).collect::<Vec<_>>(), [&task.moref]);
    live.client.follow(&task);
    let mut percents = Vec::new();
    loop {
        let VCenterEvent::Task(update) = live.next().await else {
            continue;
        };
        if ended(&update.state) {
            assert!(!update.cancelable && matches!(update.state, TaskState::Success { result: Some(_) }), "{update:?}");
            break;
        }
        assert!(update.cancelable, "{update:?}");
        percents.extend(update.percent);
    }
    assert!(percents.is_sorted() && percents.iter().all(|percent| *percent < 100), "{percents:?}");
    assert!(percents.len() > 2, "{percents:?}");
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_too_far_cannot_be_cancelled_and_one_task_has_the_vm() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    live.take(&vm, "a").await;
    peer.sim.set_task_seconds(1.5);
    let task = live.call(&vm, Act::DeleteAll).await.unwrap();
    live.client.follow(&task);
    match live.client.cancel(&task).await {
        Err(ReadError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::NotSupported, "{fault:?}"),
        other => panic!("{other:?}"),
    }
    for act in [a_take("b", SnapshotMode::Disk), Act::DeleteAll, Act::Consolidate] {
        match live.call(&vm, act).await {
            Err(CallError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::TaskInProgress, "{fault:?}"),
            other => panic!("{other:?}"),
        }
    }
    let end = live.end_of(&task).await;
    assert!(matches!(end.state, TaskState::Success { .. }) && !end.cancelable, "{end:?}");
    match live.client.cancel(&task).await {
        Err(ReadError::Fault(_)) => {}
        other => panic!("a task that ended cannot be cancelled: {other:?}"),
    }
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_cannot_be_quiesced_is_told_apart() {
    let peer = Peer::plain(1, 0).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    live.succeed(&vm, a_take("at rest", SnapshotMode::Quiesce)).await;
    live.until_tree(&vm, |tree| tree.nodes().first().is_some_and(|node| node.quiesced)).await;
    let silently = Rule::once("*", "CreateSnapshot*", Trouble::NotQuiesced);
    peer.sim.set_faults(FaultPlan::new([silently]));
    live.succeed(&vm, a_take("not at rest", SnapshotMode::Quiesce)).await;
    live.until_tree(&vm, |tree| tree.nodes().get(1).is_some_and(|node| !node.quiesced)).await;
    peer.sim.set_tools(vm.moref.as_str(), false);
    live.until(|inventory| inventory.get(&vm).is_some_and(|vm| vm.tools == ToolsState::NotRunning)).await;
    match live.run(&vm, a_take("no Tools", SnapshotMode::Quiesce)).await {
        Ok(TaskState::Error(fault)) => assert_eq!(fault.kind, FaultKind::Quiesce, "{fault:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(live.client.survey(&vm.moref).await.unwrap().tree.len(), 2);
    // A VM that is off has nothing to put to rest.
    peer.sim.set_power(vm.moref.as_str(), Power::Off);
    live.succeed(&vm, a_take("off", SnapshotMode::Quiesce)).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_independent_disk_is_named_and_refuses_memory() {
    let peer = Peer::demo(0).await;
    let mut live = peer.live().await;
    let vm = named(&live, "legacy-01");
    let read = live.client.survey(&vm.moref).await.unwrap();
    let labels: Vec<_> = read.devices.iter().map(|device| device.label.as_str()).collect();
    assert_eq!(labels, ["Hard disk 2"], "{read:?}");
    match live.run(&vm, a_take("memory", SnapshotMode::Memory)).await {
        Ok(TaskState::Error(fault)) => assert_eq!(fault.kind, FaultKind::MemoryOnIndependentDisk, "{fault:?}"),
        other => panic!("{other:?}"),
    }
    live.succeed(&vm, a_take("disk", SnapshotMode::Disk)).await;
    live.until_tree(&vm, |tree| tree.len() == 1).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_is_too_long_is_said_so() {
    let peer = Peer::demo(0).await;
    let mut live = peer.live().await;
    let vm = named(&live, "deep-01");
    for name in ["31", "32"] {
        live.take(&vm, name).await;
    }
    match live.run(&vm, a_take("33", SnapshotMode::Disk)).await {
        Ok(TaskState::Error(fault)) => assert_eq!(fault.kind, FaultKind::TooManySnapshots, "{fault:?}"),
        other => panic!("{other:?}"),
    }
    live.until_tree(&vm, |tree| tree.len() == 32 && tree.max_depth() == 32).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_leaves_traces_and_a_lost_request_none() {
    for (trouble, traces) in
        [(Trouble::LostReply, 1), (Trouble::HalfReply, 1), (Trouble::LostRequest, 0), (Trouble::Html502, 0)]
    {
        let peer = Peer::plain(1, 0).await;
        let live = peer.live().await;
        let vm = live.vm(0).vm.clone();
        let since = live.client.survey(&vm.moref).await.unwrap().server_time;
        peer.sim.set_faults(FaultPlan::new([Rule::once("*", "CreateSnapshot*", trouble.clone())]));
        match live.call(&vm, a_take("lost", SnapshotMode::Disk)).await {
            Err(CallError::Lost(_)) => {}
            other => panic!("{trouble:?}: {other:?}"),
        }
        let evidence = live.client.investigate(&vm.moref, since).await.unwrap();
        assert_eq!((evidence.tasks.len(), evidence.tree.len()), (traces, traces), "{trouble:?}: {evidence:?}");
        assert!(evidence.tasks.iter().all(|task| task.ours == Some(true)), "{evidence:?}");
        live.client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_that_a_restart_forgot_are_gone() {
    let peer = Peer::plain(1, 60_000).await;
    let mut live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    let task = live.call(&vm, a_take("forgotten", SnapshotMode::Disk)).await.unwrap();
    let restart = Trouble::Restart { forget_tasks: true };
    peer.sim.set_faults(FaultPlan::new([Rule::once("*", "CurrentTime", restart)]));
    live.client.follow(&task);
    // Whoever asks first notices that the session is over.
    let _ = live.client.about().await;
    let _ = live.client.survey(&vm.moref).await;
    assert_eq!(live.end_of(&task).await.state, TaskState::Gone);
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_privilege_is_seen_before_and_refused_at_the_call() {
    const REMOVE: &str = "VirtualMachine.State.RemoveSnapshot";
    let peer = Peer::start(SimOptions { lacks: vec![REMOVE.to_owned()], ..options(0) }).await;
    peer.sim.add("vm-00", "vms");
    let live = peer.live().await;
    let vm = live.vm(0).vm.clone();
    let wanted = ["VirtualMachine.State.CreateSnapshot", REMOVE];
    assert_eq!(live.client.privileges(&vm.moref, &wanted).await.unwrap(), [true, false]);
    match live.call(&vm, Act::DeleteAll).await {
        Err(CallError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::NoPermission, "{fault:?}"),
        other => panic!("{other:?}"),
    }
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_said() {
    let peer = Peer::plain(1, 0).await;
    let wrong = VCenterConfig { password: "battery staple".into(), ..config(&peer.url) };
    let mut live = Live::begin(wrong);
    let lost = live.until_health(|health| matches!(health, Health::Lost { .. })).await;
    let Health::Lost { why, .. } = lost else { unreachable!() };
    assert!(why.contains("user name or the password"), "{why}");
    live.client.stop().await;
}

/// The account sees the VM and lacks `System.Read` on it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vm_that_may_not_be_read_is_told_as_such_on_every_way() {
    let peer = Peer::plain(2, 1).await;
    let mut live = peer.live().await;
    let vm = live.client.inventory().iter().find(|vm| vm.name == "vm-00").expect("it is there").vm.clone();
    assert!(peer.sim.give("vm-00", Oddity::Hidden));
    live.until(|inventory| inventory.get(&vm).is_some_and(|vm| !vm.readable)).await;
    let refused =
        |error: ReadError| assert!(matches!(error, ReadError::Fault(fault) if fault.kind == FaultKind::NoPermission));
    refused(live.client.survey(&vm.moref).await.unwrap_err());
    refused(live.client.investigate(&vm.moref, jiff::Timestamp::UNIX_EPOCH).await.unwrap_err());
    let fleet = live.client.fleet().await.unwrap();
    assert_eq!(fleet.vms.len(), 1, "what it holds is not known");
    assert!(peer.sim.take_away("vm-00", &Oddity::Hidden));
    live.until(|inventory| inventory.get(&vm).is_some_and(|vm| vm.readable)).await;
    live.client.stop().await;
}
