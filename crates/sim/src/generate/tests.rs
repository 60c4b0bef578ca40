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
