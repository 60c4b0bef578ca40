use super::super::clock::Clock;
use super::super::generate::GB;
use super::super::{Sim, SimOptions};
use super::*;

fn sim() -> Sim {
    let options = SimOptions { vms: 40, now: "2026-11-22T08:00:00Z".parse().unwrap(), ..SimOptions::default() };
    let clock = Clock::manual(options.now);
    Sim::with_clock(options, clock)
}

#[test]
fn who_took_a_snapshot_stands_in_the_history_and_nowhere_else() {
    let sim = sim();
    sim.inner.with(|world| {
        let tasks: Vec<_> = world.tasks.values().collect();
        let seen: Vec<(&str, &str)> = tasks.iter().map(|task| (task.vm_name.as_str(), task.user.as_str())).collect();
        let expected =
            [("files-01", "EXAMPLE\\storage-team"), ("build-01", "EXAMPLE\\lea"), ("backup-01", "EXAMPLE\\svc-backup")];
        assert_eq!(seen, expected, "the oldest first");
        for task in tasks {
            let Some(Value::Ref(snapshot)) = &task.result else { panic!("{task:?} made nothing") };
            let vm = world.vm_of(*snapshot).unwrap();
            let made = vm.snapshot(snapshot.n).unwrap();
            assert_eq!((vm.n, world.clock.date_at(task.completed.unwrap())), (task.vm, made.created));
            assert!(!world.shows(task) && vm.recent.is_empty(), "it is long over");
        }
        assert_eq!((world.recent_tasks().len(), world.active.len()), (0, 0));
    });
}

#[test]
fn the_datastores_hold_what_their_vms_occupy() {
    sim().inner.with(|world| {
        for store in &world.stores {
            let used: u64 =
                world.vms.values().filter(|vm| vm.store == store.id).map(super::super::vm::Vm::committed).sum();
            assert_eq!(world.free_bytes(store.id) + used + store.others, store.capacity, "{}", store.name);
        }
        let files = world.vms.values().find(|vm| vm.name == "files-01").unwrap();
        assert!(files.committed() >= 2_440 * GB, "the disk and what was written since");
    });
}
