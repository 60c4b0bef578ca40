//! The scenarios. Each takes a client that is live on a vCenter with at least the VMs that it says, and none of their
//! snapshots.

use std::collections::{BTreeMap, HashSet};

use jiff::SignedDuration;
use snapwarden::domain::call::{Act, CallError, SnapshotMode, TaskState};
use snapwarden::domain::fault::FaultKind;
use snapwarden::domain::ids::{Moref, TaskRef, VmRef};
use snapwarden::domain::survey::{Capability, Connection};
use snapwarden::engine::ports::{ReadError, VCenter, VCenterEvent};
use snapwarden::vcenter::Fleet;

use super::live::{Live, ended};

/// Names that a wire is likely to spoil.
const NAMES: [&str; 6] =
    ["50 % / half \\ done", "100%25 %2f", "<b>&amp;\"'", "été 日本語 🙂", "עברית", "  spaces\tand tabs "];

/// A snapshot is taken, its task followed, and the live inventory shows it. One VM.
pub(crate) async fn take(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    let snapshot = live.take(&vm, "before upgrade").await;
    let tree = live.until_tree(&vm, |tree| tree.len() == 1).await;
    let node = tree.get(&snapshot).expect("the task's result is the snapshot");
    assert_eq!(node.name, "before upgrade");
    assert!(node.description.starts_with("[snapwarden R-7KQ2/1]"), "{}", node.description);
    assert_eq!(tree.current().map(|node| &node.moref), Some(&snapshot));
}

/// Names come back as they were written. One VM.
pub(crate) async fn names(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    for name in NAMES {
        let snapshot = live.take(&vm, name).await;
        let tree = live.until_tree(&vm, |tree| tree.get(&snapshot).is_some()).await;
        assert_eq!(tree.get(&snapshot).unwrap().name, name);
    }
    let read = live.client.survey(&vm.moref).await.unwrap();
    let names: Vec<_> = read.tree.nodes().iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, NAMES);
}

/// Going back moves "You are here"; a snapshot that is not there is answered with a fault. One VM.
pub(crate) async fn chain_and_revert(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    let one = live.take(&vm, "one").await;
    let two = live.take(&vm, "two").await;
    let tree = live.until_tree(&vm, |tree| tree.len() == 2).await;
    assert_eq!(tree.get(&two).unwrap().parent.as_ref(), Some(&one));
    let back = Act::Revert { snapshot: one.clone(), suppress_power_on: true };
    live.succeed(&vm, back).await;
    live.until_tree(&vm, |tree| tree.current().is_some_and(|node| node.moref == one)).await;
    let beside = live.take(&vm, "beside").await;
    let tree = live.until_tree(&vm, |tree| tree.len() == 3).await;
    assert_eq!(tree.get(&beside).unwrap().parent.as_ref(), Some(&one));

    let nowhere = Act::Revert { snapshot: "snapshot-4711".into(), suppress_power_on: false };
    match live.run(&vm, nowhere).await {
        Err(CallError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::NotFound, "{fault:?}"),
        other => panic!("{other:?}"),
    }
}

/// One snapshot is deleted alone, one with everything below it, then all. One VM.
pub(crate) async fn delete(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    let mut chain = Vec::new();
    for name in ["a", "b", "c", "d"] {
        chain.push(live.take(&vm, name).await);
    }
    live.until_tree(&vm, |tree| tree.len() == 4).await;
    let alone = Act::Delete { snapshot: chain[1].clone(), children: false };
    live.succeed(&vm, alone).await;
    let tree = live.until_tree(&vm, |tree| tree.len() == 3).await;
    assert_eq!(tree.get(&chain[2]).unwrap().parent.as_ref(), Some(&chain[0]), "its child moves up");
    // vcsim keeps a current snapshot that was deleted below another one, and stumbles over it later; so go back first.
    let back = Act::Revert { snapshot: chain[0].clone(), suppress_power_on: true };
    live.succeed(&vm, back).await;
    let below = Act::Delete { snapshot: chain[2].clone(), children: true };
    live.succeed(&vm, below).await;
    live.until_tree(&vm, |tree| tree.len() == 1).await;
    live.take(&vm, "e").await;
    assert!(matches!(live.run(&vm, Act::DeleteAll).await, Ok(TaskState::Success { .. })));
    live.until_tree(&vm, |tree| tree.is_empty()).await;
    let again = live.run(&vm, Act::DeleteAll).await;
    assert!(matches!(again, Ok(TaskState::Success { .. })), "nothing to delete is no error: {again:?}");
}

/// The account's own tasks are told with their VM and kind, from a moment on and no earlier. One VM.
pub(crate) async fn own_tasks(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    live.take(&vm, "earlier").await;
    let start = live.client.own_tasks(None).await.unwrap();
    assert!(start.tasks.is_empty(), "without a beginning only the clock is asked for");
    let one = live.take(&vm, "one").await;
    live.succeed(&vm, Act::Revert { snapshot: one, suppress_power_on: true }).await;
    live.succeed(&vm, Act::DeleteAll).await;
    let told = live.client.own_tasks(Some(start.server_time)).await.unwrap();
    assert!(told.server_time >= start.server_time);
    let of_vm: Vec<_> = told.tasks.iter().filter(|task| task.vm.as_ref() == Some(&vm.moref)).collect();
    let kinds: Vec<String> = of_vm.iter().map(|task| task.kind.to_lowercase()).collect();
    assert_eq!(kinds.len(), 3, "{:?}", told.tasks);
    assert!(kinds[0].contains("createsnapshot") && kinds[1].contains("revert"), "{kinds:?}");
    assert!(kinds[2].contains("removeallsnapshots"), "{kinds:?}");
    assert!(of_vm.iter().all(|task| task.queued >= start.server_time && !task.vm_name.is_empty()), "{of_vm:?}");
    let ids: HashSet<_> = told.tasks.iter().map(|task| &task.task).collect();
    assert_eq!(ids.len(), told.tasks.len(), "each once");
}

/// Who had a snapshot taken is told for as long as it is remembered. One VM.
pub(crate) async fn makers(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    let one = live.take(&vm, "one").await;
    let two = live.take(&vm, "two").await;
    let tree = live.until_tree(&vm, |tree| tree.len() == 2).await;
    let moment = |moref| (Moref::clone(moref), tree.get(moref).unwrap().created);
    let forgotten =
        (Moref::new("snapshot-4711"), moment(&one).1.saturating_sub(SignedDuration::from_hours(50)).unwrap());
    let asked = [moment(&one), moment(&two), forgotten];
    let account = live.client.about().await.unwrap().account;
    let told = live.client.makers(&vm.moref, &asked).await.unwrap();
    assert_eq!(told, BTreeMap::from([(one, account.clone()), (two, account)]));
    assert!(live.client.makers(&vm.moref, &[]).await.unwrap().is_empty());
}

/// What snapshots hold of their VMs is found again on datastores whose room is told.
pub(crate) fn snapshots_are_found_on_datastores(fleet: &Fleet) {
    let of_snapshots: u64 = fleet.vms.iter().flat_map(|vm| vm.snapshot_bytes.values()).sum();
    let on_datastores: u64 = fleet.datastores.iter().flat_map(|datastore| datastore.held.values()).sum();
    assert_eq!(of_snapshots, on_datastores);
    assert!(!fleet.datastores.is_empty());
    for datastore in &fleet.datastores {
        assert!(datastore.capacity > 0 && datastore.free <= datastore.capacity, "{datastore:?}");
    }
}

/// Thirty tasks at once are all followed to their end. Thirty VMs.
pub(crate) async fn many_tasks(live: &mut Live) {
    const TASKS: usize = 30;
    let vms: Vec<VmRef> = (0..TASKS).map(|n| live.vm(n).vm.clone()).collect();
    let take = || Act::Take { name: "all at once".to_owned(), description: String::new(), mode: SnapshotMode::Disk };
    let mut open: HashSet<TaskRef> = HashSet::new();
    for started in futures_util::future::join_all(vms.iter().map(|vm| live.call(vm, take()))).await {
        open.insert(started.unwrap());
    }
    assert_eq!(open.len(), TASKS);
    for task in &open {
        live.client.follow(task);
        live.client.follow(task);
    }
    while !open.is_empty() {
        match live.next().await {
            VCenterEvent::Task(update) if ended(&update.state) => {
                assert!(open.remove(&update.task), "{update:?} came twice");
                assert!(matches!(update.state, TaskState::Success { result: Some(_) }), "{update:?}");
            }
            VCenterEvent::Task(_) | VCenterEvent::Inventory(_) | VCenterEvent::Health(..) | VCenterEvent::Clock(_) => {}
        }
    }
    live.until(|inventory| vms.iter().all(|vm| inventory.get(vm).is_some_and(|vm| vm.tree.len() == 1))).await;
}

/// A task that vCenter does not know is gone, and a task followed after its end still ends. One VM.
pub(crate) async fn late_and_lost_tasks(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    let lost = TaskRef { vcenter: vm.vcenter.clone(), moref: "task-4711".into() };
    live.client.follow(&lost);
    assert_eq!(live.end_of(&lost).await.state, TaskState::Gone);
    let act = Act::Take { name: "late".to_owned(), description: String::new(), mode: SnapshotMode::Disk };
    let task = live.call(&vm, act).await.unwrap();
    live.until_tree(&vm, |tree| tree.len() == 1).await;
    live.client.follow(&task);
    assert!(matches!(live.end_of(&task).await.state, TaskState::Success { result: Some(_) }));
}

/// A survey has what a preflight needs, agrees with the live inventory, and says when the VM is gone. One VM.
pub(crate) async fn survey(live: &mut Live) {
    let known = live.vm(0);
    let snapshot = live.take(&known.vm, "surveyed").await;
    live.until_tree(&known.vm, |tree| tree.len() == 1).await;
    let read = live.client.survey(&known.vm.moref).await.unwrap();
    assert_eq!((&read.name, &read.instance_uuid), (&known.name, &known.instance_uuid));
    assert_eq!((Some(read.power), read.tools, read.template), (known.power, known.tools, known.template));
    assert!(read.connection == Connection::Connected && !read.snapshot_locked && !read.reverts_at_power_off);
    assert!(read.instance_uuid.is_some() && read.guest_id.is_some());
    assert!(read.tree.get(&snapshot).is_some());
    assert!(read.snapshot_bytes.contains_key(&snapshot), "{read:?}");
    assert!(read.bytes_since_current.is_some() && !read.has_memory(&snapshot));
    assert!(
        read.datastores.iter().any(|store| store.free > 0 && store.free <= store.capacity && !store.name.is_empty())
    );
    assert!(read.running_tasks.is_empty(), "{read:?}");
    // What a server does not tell is nothing against the VM, and what it tells fits together.
    assert_eq!((read.capability, read.fault_tolerant), (Capability::default(), false));
    assert!(read.memory_bytes.is_some_and(|bytes| bytes >= 1 << 20), "{read:?}");
    let known = |name: &str| read.datastores.iter().any(|store| store.name == name);
    assert!(read.working_datastore.as_deref().is_some_and(known), "{read:?}");
    assert!(!read.disks.is_empty() && read.devices.is_empty(), "{read:?}");
    assert!(read.disks.iter().all(|disk| known(&disk.datastore) && disk.capacity > 0 && !disk.independent), "{read:?}");
    let age = read.server_time.duration_since(read.tree.nodes()[0].created);
    assert!(age.as_secs().abs() < 600, "the server's clock and its snapshots agree: {age}");

    match live.client.survey(&"vm-4711".into()).await {
        Err(ReadError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::NotFound),
        other => panic!("{other:?}"),
    }
}

/// The traces of a call are found, and none from before it. One VM.
pub(crate) async fn investigate(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    live.take(&vm, "before").await;
    let since = live.client.survey(&vm.moref).await.unwrap().server_time;
    let nothing = live.client.investigate(&vm.moref, since).await.unwrap();
    assert!(nothing.tasks.is_empty(), "{nothing:?}");
    let act = Act::Take { name: "after".to_owned(), description: String::new(), mode: SnapshotMode::Disk };
    let task = live.call(&vm, act).await.unwrap();
    live.client.follow(&task);
    live.end_of(&task).await;
    let evidence = live.client.investigate(&vm.moref, since).await.unwrap();
    let [seen] = evidence.tasks.as_slice() else { panic!("{evidence:?}") };
    assert_eq!(seen.task, task.moref);
    assert!(seen.queued >= since && evidence.server_time >= seen.queued);
    assert!(seen.kind.to_ascii_lowercase().contains("createsnapshot"), "{}", seen.kind);
    assert_eq!(evidence.tree.len(), 2);
}

/// Who and what: `check` shows these. One VM.
pub(crate) async fn about_and_privileges(live: &mut Live) {
    let vm = live.vm(0).vm.moref.clone();
    let about = live.client.about().await.unwrap();
    assert!(!about.full_name.is_empty() && !about.api_version.is_empty() && !about.account.is_empty(), "{about:?}");
    let wanted = ["VirtualMachine.State.CreateSnapshot", "VirtualMachine.State.RemoveSnapshot"];
    assert_eq!(live.client.privileges(&vm, &wanted).await.unwrap(), [true, true]);
}

/// A cancelled task ends as cancelled. One VM whose tasks take a while.
pub(crate) async fn cancel(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    let act = Act::Take { name: "too long".to_owned(), description: String::new(), mode: SnapshotMode::Disk };
    let task = live.call(&vm, act).await.unwrap();
    live.client.follow(&task);
    live.client.cancel(&task).await.unwrap();
    let end = live.end_of(&task).await.state;
    let TaskState::Error(fault) = end else { panic!("{end:?}") };
    assert_eq!(fault.kind, FaultKind::Cancelled, "{fault:?}");
}

/// A task that fails says why, by the type of its fault. One VM that is on.
pub(crate) async fn failed_task(live: &mut Live) {
    let vm = live.vm(0).vm.clone();
    match live.run(&vm, Act::PowerOn).await {
        Ok(TaskState::Error(fault)) | Err(CallError::Fault(fault)) => {
            assert_eq!(fault.kind, FaultKind::InvalidPowerState, "{fault:?}");
        }
        other => panic!("{other:?}"),
    }
}

/// A task is followed to its end although its session ended meanwhile. One VM whose tasks take a while.
pub(crate) async fn task_outlives_session(live: &mut Live, end_sessions: impl AsyncFn()) {
    let vm = live.vm(0).vm.clone();
    let act = Act::Take { name: "long".to_owned(), description: String::new(), mode: SnapshotMode::Disk };
    let task = live.call(&vm, act).await.unwrap();
    live.client.follow(&task);
    end_sessions().await;
    // Whoever asks first notices it; that is what makes the client log in again.
    live.client.about().await.unwrap();
    assert!(matches!(live.end_of(&task).await.state, TaskState::Success { result: Some(_) }));
    live.until_tree(&vm, |tree| tree.len() == 1).await;
}

/// A session that ended behind the client's back: reads go on, a change is sent once and works, events come again.
/// `end_sessions` ends every session but its own. One VM.
pub(crate) async fn session_lost(live: &mut Live, end_sessions: impl AsyncFn()) {
    let vm = live.vm(0).vm.clone();
    end_sessions().await;
    let read = live.client.survey(&vm.moref).await.expect("a read is repeated");
    assert!(read.tree.is_empty());
    end_sessions().await;
    let snapshot = live.take(&vm, "after the session").await;
    let tree = live.until_tree(&vm, |tree| !tree.is_empty()).await;
    assert_eq!(tree.len(), 1, "a change is sent once");
    assert!(tree.get(&snapshot).is_some());
}
