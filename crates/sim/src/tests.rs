//! The rules of vCenter, on a clock that the test moves.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::clock::Clock;
use super::fault::Fault;
use super::faults::{FaultPlan, Rule, Trouble};
use super::id::Id;
use super::task::{Act, State};
use super::value::Value;
use super::vm::Power;
use super::{Sim, SimOptions};

/// A simulator whose tasks take ten seconds of a clock that stands.
pub(super) fn sim() -> Sim {
    let options = SimOptions { vms: 0, task_seconds: 10.0, ..SimOptions::default() };
    let clock = Clock::manual("2026-03-01T12:00:00Z".parse().unwrap());
    Sim::with_clock(options, clock)
}

pub(super) fn pass(sim: &Sim, seconds: f64) {
    sim.inner.with(|world| world.clock.pass(Duration::from_secs_f64(seconds)));
    sim.inner.with(|_| ());
}

pub(super) fn begin(sim: &Sim, vm: &str, act: Act) -> Result<Id, Fault> {
    let moref = sim.vm(vm).unwrap().moref;
    let n = Id::parse_text(&moref).unwrap().n;
    sim.inner.with(|world| world.start("CreateSnapshot_Task", n, act, "user", None))
}

/// Lets an act run to its end and tells how it ended.
pub(super) fn run(sim: &Sim, vm: &str, act: Act) -> Result<Option<Value>, String> {
    let task = begin(sim, vm, act).map_err(|fault| fault.message)?;
    pass(sim, 11.0);
    sim.inner.with(|world| {
        let task = world.tasks.get(&task.n).unwrap();
        match task.state {
            State::Success => Ok(task.result.clone()),
            State::Error => Err(task.error.clone().unwrap().message),
            State::Queued | State::Running => panic!("it has not ended"),
        }
    })
}

pub(super) fn take(name: &str) -> Act {
    Act::Create { name: name.to_owned(), description: String::new(), memory: false, quiesce: false }
}

pub(super) fn take_with(memory: bool, quiesce: bool) -> Act {
    Act::Create { name: "x".to_owned(), description: String::new(), memory, quiesce }
}

/// The number of a VM's snapshot by its name.
pub(super) fn snapshot(sim: &Sim, vm: &str, name: &str) -> u32 {
    let view = sim.vm(vm).unwrap();
    let found = view.snapshots.iter().find(|snapshot| snapshot.name == name).unwrap();
    Id::parse_text(&found.moref).unwrap().n
}

pub(super) fn revert(snapshot: u32, suppress: bool) -> Act {
    Act::Revert { snapshot, suppress }
}

pub(super) fn remove(snapshot: u32, children: bool) -> Act {
    Act::Remove { snapshot, children, consolidate: true }
}

#[test]
fn a_clock_that_is_set_dates_what_comes_and_not_what_was() {
    let sim = sim();
    assert!(run(&sim, "web-01", take("a")).is_ok());
    let three_days = SignedDuration::from_hours(-72);
    sim.set_clock_offset(three_days);
    assert_eq!(sim.clock_offset(), three_days);
    sim.set_host_clock_offset(SignedDuration::from_secs(5));
    assert!(run(&sim, "web-01", take("b")).is_ok());
    let created: Vec<String> = sim.vm("web-01").unwrap().snapshots.iter().map(|it| it.created.to_string()).collect();
    assert_eq!(created, ["2026-03-01T12:00:10Z", "2026-02-26T12:00:26Z"]);
    let queued: Vec<String> = sim.inner.with(|world| {
        let tasks = world.tasks.values().rev().take(2);
        tasks.map(|task| world.clock.date_at(task.queued).to_string()).collect()
    });
    assert_eq!(queued, ["2026-02-26T12:00:11Z", "2026-03-01T12:00:00Z"]);
}

#[test]
fn the_ages_of_a_new_world_are_those_of_its_own_clock() {
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let options = SimOptions { vms: 0, clock_offset: SignedDuration::from_hours(-72), ..SimOptions::default() };
    let sim = Sim::with_clock(options, Clock::manual(start));
    assert_eq!(sim.now().to_string(), "2026-02-26T12:00:00Z");
    let oldest = sim.vm("db-01").unwrap().snapshots[0].created;
    assert_eq!(sim.now().duration_since(oldest), SignedDuration::from_hours(40 * 24));
}

#[test]
fn a_task_waits_runs_and_ends() {
    let sim = sim();
    let task = begin(&sim, "web-01", take("a")).unwrap();
    let look = |sim: &Sim| {
        sim.inner.with(|world| {
            let task = world.tasks.get(&task.n).unwrap();
            (task.state, task.progress)
        })
    };
    assert_eq!(look(&sim), (State::Queued, 0));
    assert_eq!(sim.vm("web-01").unwrap().busy.as_deref(), Some("VirtualMachine.createSnapshot"));
    pass(&sim, 5.0);
    assert_eq!(look(&sim), (State::Running, 50));
    assert!(sim.vm("web-01").unwrap().snapshots.is_empty());
    let busy = begin(&sim, "web-01", take("b")).unwrap_err();
    assert_eq!(busy, Fault::task_in_progress(task));
    pass(&sim, 5.0);
    assert_eq!(look(&sim).0, State::Success);
    let web = sim.vm("web-01").unwrap();
    assert_eq!((web.snapshots.len(), web.busy), (1, None));
    assert_eq!(web.snapshots[0].created.to_string(), "2026-03-01T12:00:10Z");
}

#[test]
fn finished_tasks_are_shown_for_ten_minutes() {
    let sim = sim();
    run(&sim, "web-01", take("a")).unwrap();
    let shown = |sim: &Sim| sim.inner.with(|world| world.recent_tasks().len());
    pass(&sim, 590.0);
    assert_eq!(shown(&sim), 1);
    pass(&sim, 20.0);
    assert_eq!(shown(&sim), 0);
    assert!(sim.inner.with(|world| world.vms.values().all(|vm| vm.recent.is_empty())));
}

#[test]
fn the_power_state_after_a_revert_is_the_snapshots() {
    let sim = sim();
    run(&sim, "web-01", take("disk")).unwrap();
    run(&sim, "web-01", take_with(true, false)).unwrap();
    let (disk, memory) = (snapshot(&sim, "web-01", "disk"), snapshot(&sim, "web-01", "x"));
    let power = |sim: &Sim| sim.vm("web-01").unwrap().power;
    run(&sim, "web-01", revert(disk, false)).unwrap();
    assert_eq!(power(&sim), Power::Off);
    run(&sim, "web-01", revert(memory, false)).unwrap();
    assert_eq!(power(&sim), Power::On);
    run(&sim, "web-01", revert(memory, true)).unwrap();
    assert_eq!(power(&sim), Power::Suspended);
}

#[test]
fn going_back_heals_a_guest_that_was_well_then() {
    let sim = sim();
    run(&sim, "web-01", take("well")).unwrap();
    assert!(sim.break_guest("web-01"));
    run(&sim, "web-01", take("ill")).unwrap();
    let (well, ill) = (snapshot(&sim, "web-01", "well"), snapshot(&sim, "web-01", "ill"));
    run(&sim, "web-01", revert(well, false)).unwrap();
    assert!(!sim.vm("web-01").unwrap().guest_broken);
    run(&sim, "web-01", revert(ill, false)).unwrap();
    assert!(sim.vm("web-01").unwrap().guest_broken);
    // It is off now, and what is off cannot break.
    assert!(!sim.break_guest("web-01") && !sim.break_guest("cold-01") && !sim.break_guest("nothing"));
}

#[test]
fn quiescing_and_memory_have_their_conditions() {
    let sim = sim();
    let ended = |memory: bool, quiesce: bool, vm: &str| run(&sim, vm, take_with(memory, quiesce)).map(|_| ());
    assert!(ended(false, true, "legacy-01").unwrap_err().contains("quiescing"));
    assert!(ended(true, false, "legacy-01").unwrap_err().contains("independent"));
    assert_eq!(ended(false, false, "legacy-01"), Ok(()));
    // A VM that is off has neither, and both wishes are ignored.
    assert_eq!(ended(true, true, "cold-01"), Ok(()));
    let cold = sim.vm("cold-01").unwrap();
    assert!(!cold.snapshots[0].memory && !cold.snapshots[0].quiesced);
    assert_eq!(ended(false, true, "web-01"), Ok(()));
    assert!(sim.vm("web-01").unwrap().snapshots[0].quiesced);
    sim.set_tools("web-01", false);
    assert!(ended(false, true, "web-01").is_err());
}

#[test]
fn memory_needs_room() {
    let sim = sim();
    for store in ["datastore-01", "datastore-02"] {
        assert!(sim.set_free_space(store, 1 << 30));
    }
    assert!(!sim.set_free_space("nothing", 0));
    let full = run(&sim, "web-01", take_with(true, false)).unwrap_err();
    assert!(full.contains("Insufficient disk space"), "{full}");
    assert!(run(&sim, "web-01", take_with(false, false)).is_ok());
}

#[test]
fn a_chain_has_at_most_thirty_two() {
    let sim = sim();
    assert!(run(&sim, "deep-01", take("31")).is_ok() && run(&sim, "deep-01", take("32")).is_ok());
    assert!(run(&sim, "deep-01", take("33")).unwrap_err().contains("too deep"));
    // Another branch has room.
    let first = snapshot(&sim, "deep-01", "step 01");
    run(&sim, "deep-01", revert(first, false)).unwrap();
    assert!(run(&sim, "deep-01", take("branch")).is_ok());
}

#[test]
fn deleting_moves_children_up_and_merges() {
    let sim = sim();
    let middle = snapshot(&sim, "db-01", "after import");
    run(&sim, "db-01", remove(middle, false)).unwrap();
    let db = sim.vm("db-01").unwrap();
    assert_eq!(db.snapshots.len(), 2);
    assert_eq!(db.snapshots[1].parent.as_ref(), Some(&db.snapshots[0].moref));
    assert!(!db.consolidation_needed);
    let oldest = snapshot(&sim, "db-01", "before schema change");
    // A colleague is faster: the task finds nothing to delete.
    let newest = db.snapshots[1].clone();
    let n = Id::parse_text(&newest.moref).unwrap().n;
    begin(&sim, "db-01", remove(n, false)).unwrap();
    assert!(sim.remove_out_of_band(&newest.moref) && !sim.remove_out_of_band(&newest.moref));
    pass(&sim, 11.0);
    let ended = sim.inner.with(|world| world.tasks.values().last().unwrap().state);
    assert_eq!(ended, State::Error);
    run(&sim, "db-01", remove(oldest, true)).unwrap();
    let db = sim.vm("db-01").unwrap();
    assert!(db.snapshots.is_empty() && db.current.is_none());
    assert!(run(&sim, "db-01", Act::RemoveAll { consolidate: true }).is_ok());
}

#[test]
fn deleting_the_current_one_makes_its_parent_the_current_one() {
    let sim = sim();
    let newest = snapshot(&sim, "db-01", "before index rebuild");
    run(&sim, "db-01", remove(newest, false)).unwrap();
    let db = sim.vm("db-01").unwrap();
    assert_eq!(db.current, Some(db.snapshots[1].moref.clone()));
    // With "You are here" at the root there is no current one, though there are snapshots.
    run(&sim, "web-01", take("a")).unwrap();
    run(&sim, "web-01", take("b")).unwrap();
    let a = snapshot(&sim, "web-01", "a");
    run(&sim, "web-01", revert(a, false)).unwrap();
    run(&sim, "web-01", remove(a, false)).unwrap();
    let web = sim.vm("web-01").unwrap();
    assert_eq!((web.snapshots.len(), web.current), (1, None));
}

#[test]
fn consolidation_is_needed_until_it_is_done() {
    let sim = sim();
    let needed = |sim: &Sim| sim.vm("needs-consolidation-01").unwrap().consolidation_needed;
    assert!(needed(&sim));
    run(&sim, "needs-consolidation-01", Act::Consolidate).unwrap();
    assert!(!needed(&sim));
    let all = sim.machines();
    assert!(all.iter().filter(|vm| vm.consolidation_needed).count() == 0);
    let without = Act::RemoveAll { consolidate: false };
    run(&sim, "db-01", without).unwrap();
    let db = sim.vm("db-01").unwrap();
    assert!(db.snapshots.is_empty() && db.consolidation_needed);
}

#[test]
fn power_states_that_cannot_be_are_refused_at_once() {
    let sim = sim();
    for (vm, power) in [("web-01", Power::On), ("cold-01", Power::Off), ("cold-01", Power::Suspended)] {
        assert!(begin(&sim, vm, Act::Power(power)).is_err(), "{vm} {power:?}");
    }
    run(&sim, "cold-01", Act::Power(Power::On)).unwrap();
    let cold = sim.vm("cold-01").unwrap();
    assert!(cold.power == Power::On && cold.tools);
}

#[test]
fn templates_locked_and_disconnected_vms_are_left_alone() {
    let sim = sim();
    sim.set_template("cold-01", true);
    assert!(begin(&sim, "cold-01", take("a")).is_err() && begin(&sim, "cold-01", Act::Power(Power::On)).is_err());
    sim.set_snapshots_locked("web-01", true);
    assert!(begin(&sim, "web-01", take("a")).is_err() && begin(&sim, "web-01", Act::Power(Power::Off)).is_ok());
    sim.set_connected("db-01", false);
    assert!(begin(&sim, "db-01", take("a")).is_err());
}

#[test]
fn only_what_can_be_cancelled_is() {
    let sim = sim();
    let task = begin(&sim, "web-01", take("a")).unwrap();
    pass(&sim, 3.0);
    sim.inner.with(|world| {
        let now = world.clock.passed();
        let task = world.tasks.get_mut(&task.n).unwrap();
        assert!(task.cancelable());
        task.cancel(now);
        assert!(!task.cancelable());
    });
    pass(&sim, 1.0);
    sim.inner.with(|world| {
        let task = world.tasks.get(&task.n).unwrap();
        assert_eq!(task.state, State::Error);
    });
    assert!(sim.vm("web-01").unwrap().snapshots.is_empty());
    let task = begin(&sim, "db-01", Act::RemoveAll { consolidate: true }).unwrap();
    assert!(!sim.inner.with(|world| world.tasks.get(&task.n).unwrap().cancelable()));
}

#[test]
fn a_vm_that_is_destroyed_takes_its_task_and_snapshots_along() {
    let sim = sim();
    let gone = snapshot(&sim, "db-01", "after import");
    let task = begin(&sim, "db-01", remove(gone, false)).unwrap();
    assert!(sim.destroy("db-01") && !sim.destroy("db-01"));
    pass(&sim, 11.0);
    sim.inner.with(|world| {
        assert!(!world.exists(None, Id::snapshot(gone)));
        assert!(!world.tasks.get(&task.n).unwrap().active());
    });
}

#[test]
fn the_same_seed_makes_the_same_world() {
    let make = |seed: u64, demo: bool| {
        let options =
            SimOptions { vms: 60, seed, demo, now: "2026-03-01T12:00:00Z".parse().unwrap(), ..SimOptions::default() };
        let clock = Clock::manual(options.now);
        Sim::with_clock(options, clock).machines()
    };
    assert_eq!(make(7, true), make(7, true));
    assert_ne!(make(7, true), make(8, true));
    assert_eq!(make(7, true).len(), 60);
    assert!(make(7, false).iter().all(|vm| vm.name != "web-01"));
}

#[test]
fn the_demo_has_its_vms() {
    let sim = sim();
    let names: Vec<(String, bool, usize)> =
        sim.machines().into_iter().map(|vm| (vm.path, vm.tools, vm.snapshots.len())).collect();
    let expected = [
        ("DC1/web/web-01", true, 0),
        ("DC1/web/web-02", true, 0),
        ("DC1/test/web-02", false, 0),
        ("DC1/db/db-01", true, 3),
        ("DC1/infra/legacy-01", false, 0),
        ("DC1/test/cold-01", false, 0),
        ("DC1/infra/backup-01", true, 1),
        ("DC1/test/deep-01", true, 30),
        ("DC1/app/needs-consolidation-01", true, 0),
        ("DC1/prod/prod-01", true, 1),
        ("DC1/infra/files-01", true, 1),
        ("DC1/infra/print-01", false, 1),
        ("DC1/app/crm-01", true, 1),
        ("DC1/web/shop-01", true, 1),
        ("DC1/test/build-01", true, 1),
    ];
    let expected: Vec<_> = expected.map(|(path, tools, count)| (path.to_owned(), tools, count)).into();
    assert_eq!(names, expected);
    assert_eq!(sim.vm("DC1/test/web-02").unwrap().power, Power::Off);
    assert_ne!(sim.vm("web-02").unwrap().moref, sim.vm("DC1/test/web-02").unwrap().moref);
}

#[test]
fn a_plan_reaches_into_tasks() {
    let sim = sim();
    let start = |vm: &str, act: Act, trouble: Trouble| {
        let n = Id::parse_text(&sim.vm(vm).unwrap().moref).unwrap().n;
        let task = sim.inner.with(|world| world.start("X_Task", n, act, "user", Some(&trouble))).unwrap();
        pass(&sim, 11.0);
        sim.inner.with(|world| world.tasks.get(&task.n).unwrap().clone())
    };
    let fault = Trouble::Fault { name: "NoDiskSpace".to_owned(), message: "full".to_owned(), at_end: true };
    let task = start("web-01", take("a"), fault);
    assert_eq!(task.error.unwrap().message, "full");
    assert!(sim.vm("web-01").unwrap().snapshots.is_empty());

    let task = start("db-01", Act::RemoveAll { consolidate: true }, Trouble::DisksLeft { fault: None });
    assert_eq!(task.state, State::Success);
    let db = sim.vm("db-01").unwrap();
    assert!(db.snapshots.is_empty() && db.consolidation_needed);

    let failing = Trouble::DisksLeft { fault: Some(("FileLocked".to_owned(), "locked".to_owned())) };
    let oldest = snapshot(&sim, "prod-01", "before kernel update");
    let task = start("prod-01", remove(oldest, false), failing);
    assert_eq!(task.state, State::Error);
    let prod = sim.vm("prod-01").unwrap();
    assert!(prod.snapshots.is_empty() && prod.consolidation_needed);

    start("web-01", take_with(false, true), Trouble::NotQuiesced);
    assert!(!sim.vm("web-01").unwrap().snapshots[0].quiesced);

    let task = start("cold-01", take("slow"), Trouble::SlowTask { seconds: 60.0 });
    assert_eq!(task.state, State::Running);
    sim.set_faults(FaultPlan::new([Rule::once("*", "*", Trouble::LostReply)]));
    assert_eq!(sim.inner.with(|world| world.plan.strike(None, "x", "y")), Some(Trouble::LostReply));
}
