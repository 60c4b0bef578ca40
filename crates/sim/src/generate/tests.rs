//! The demo's fleet is read whole, and is the same one from release to release.

use super::super::clock::Clock;
use super::super::{Sim, SimOptions};
use super::*;

#[test]
fn the_fleet_s_file_is_read_whole() {
    let fleet: Fleet = toml::from_str(FLEET).unwrap();
    assert_eq!((fleet.folders.len(), fleet.hosts.len(), fleet.stores.len(), fleet.vm.len()), (11, 4, 3, 15));
    let whole = fleet.folders.values().flat_map(|folder| &folder.children);
    let missing: Vec<String> =
        whole.filter(|id| id.kind == Kind::VmFolder && !fleet.folders.contains_key(id)).map(Id::to_string).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let tags = fleet.vm.iter().flat_map(|plan| &plan.tags);
    assert!(tags.clone().count() > 0 && tags.into_iter().all(|tag| tag.contains('/')), "category and name");
    assert!(toml::from_str::<Fleet>(&FLEET.replace("tools = false", "tool = false")).is_err(), "an unknown key");
}

#[test]
fn a_quantity_has_a_number_and_a_unit() {
    let read = |text: &str| {
        toml::from_str::<SnapshotPlan>(&format!("age = \"{text}\"")).map(|plan| plan.age).map_err(|e| e.to_string())
    };
    assert_eq!([read("40 d"), read("30 h")], [Ok(960), Ok(30)]);
    for wrong in ["", "40", "40d", "d 40", "-1 d", "4 weeks", "2 TB", "99999999999999999999 h"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    let read = |text: &str| toml::from_str::<SnapshotPlan>(&format!("wrote = \"{text}\"")).map(|plan| plan.wrote).ok();
    assert_eq!([read("2 TB"), read("40 d"), read("99999999999999 TB")], [Some(2 << 40), None, None]);
    assert_eq!([lasting(2), lasting(u64::MAX)], [SignedDuration::from_hours(2), SignedDuration::MAX]);
}

#[test]
fn references_of_the_demo_stay_what_they_were() {
    let options = SimOptions { now: "2026-03-01T12:00:00Z".parse().unwrap(), ..SimOptions::default() };
    let clock = Clock::manual(options.now);
    let sim = Sim::with_clock(options, clock);
    let morefs = ["web-01", "db-01", "deep-01", "prod-01", "build-01"].map(|name| sim.vm(name).unwrap().moref);
    assert_eq!(morefs, ["vm-41", "vm-44", "vm-52", "vm-85", "vm-95"]);
    let tasks: Vec<u32> = sim.inner.with(|world| world.tasks.keys().copied().collect());
    assert_eq!(tasks, [97, 98, 99]);
}

#[test]
fn some_generated_vms_are_as_other_tools_and_failures_leave_them() {
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let sim = Sim::with_clock(SimOptions { now: start, ..SimOptions::default() }, Clock::manual(start));
    let stored = sim.with_vm("app-008", |world, n| world.vms[&n].snapshots.last().unwrap().name.clone()).unwrap();
    assert_eq!(stored, "VM Snapshot 2%252f12%252f2026, 2:00:00 AM");
    let detached = sim.vm("job-004").unwrap();
    assert_eq!((detached.snapshots.len(), detached.current), (1, None));
    assert!(sim.vm("job-016").unwrap().consolidation_needed);
    assert_eq!(sim.machines().iter().filter(|vm| vm.consolidation_needed).count(), 2, "with the demo's own");
}

#[test]
fn datastores_have_room_whatever_the_fleet() {
    for vms in [40, 1_000, 3_000] {
        let sim = Sim::new(SimOptions { vms, snapshots: Some(3), ..SimOptions::default() });
        let free = |store: &Store| sim.inner.with(|world| (world.free_bytes(store.id), store.capacity));
        let stores = sim.inner.with(|world| world.stores.clone());
        assert!(stores.iter().map(free).all(|(free, capacity)| free > capacity / 5), "{vms}");
        assert_eq!(stores.len() > 3, vms > 40);
        let all: usize = sim.machines().iter().map(|vm| vm.snapshots.len()).sum();
        assert_eq!(all, (vms - 15) * 3 + 40);
    }
}
