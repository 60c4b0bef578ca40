//! What survives a restart and what time does meanwhile, on a clock that the test moves.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::super::clock::Clock;
use super::super::faults::{FaultPlan, Rule, Trouble};
use super::super::generate::{CLUSTER, DATACENTER, NETWORK, POOL};
use super::super::id::{Id, Kind};
use super::super::task::{Act, State, Task};
use super::super::vm::Power;
use super::super::{Sim, SimOptions};

#[test]
fn a_clock_that_was_set_stays_so() {
    let place = Place::new();
    let sim = place.begin(0);
    sim.set_clock_offset(jiff::SignedDuration::from_hours(-72));
    drop(sim);
    assert_eq!(place.begin(10).now().to_string(), "2026-02-26T12:00:10Z");
}

#[test]
fn tags_survive() {
    let place = Place::new();
    let sim = place.begin(0);
    assert!(sim.set_tag("web-01", "owner", "alice") && sim.clear_tag("prod-01", "env", "prod"));
    drop(sim);
    let sim = place.begin(10);
    assert!(!sim.clear_tag("prod-01", "env", "prod"));
    assert!(sim.clear_tag("web-01", "owner", "alice") && sim.clear_tag("web-01", "tier", "web"));
    drop(sim);
    assert!(!place.begin(20).clear_tag("web-01", "owner", "alice"));
}

/// A file of a simulated vCenter, and the processes that have it one after the other.
struct Place {
    _dir: tempfile::TempDir,
    file: PathBuf,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("world.json");
        Self { _dir: dir, file }
    }

    /// A process begins, so many seconds after the file was written the last time. Its tasks take ten seconds.
    fn begin(&self, later: i64) -> Sim {
        let options = SimOptions {
            vms: 12,
            task_seconds: 10.0,
            now: "2026-03-01T12:00:00Z".parse().unwrap(),
            ..SimOptions::default()
        };
        self.begin_with(options, later)
    }

    fn begin_with(&self, options: SimOptions, later: i64) -> Sim {
        let written = self.json().map(|json| json["written"].as_str().unwrap().parse().unwrap());
        let now: Timestamp = written.unwrap_or_else(Timestamp::now);
        let now = now.checked_add(jiff::SignedDuration::from_secs(later)).unwrap();
        Sim::persistent_at(options, &self.file, now, Clock::stopped).unwrap()
    }

    fn json(&self) -> Option<serde_json::Value> {
        let bytes = std::fs::read(&self.file).ok()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }
}

fn pass(sim: &Sim, seconds: u64) {
    sim.inner.with(|world| world.clock.pass(Duration::from_secs(seconds)));
    sim.inner.with(|_| ());
}

fn take(name: &str) -> Act {
    Act::Create { name: name.to_owned(), description: "why".to_owned(), memory: false, quiesce: true }
}

fn start(sim: &Sim, method: &'static str, vm: &str, act: Act, trouble: Option<&Trouble>) -> u32 {
    let moref = sim.vm(vm).unwrap().moref;
    let n = Id::parse_text(&moref).unwrap().n;
    let begun = sim.inner.with(|world| world.start(method, n, act, "user", trouble));
    begun.unwrap().n
}

fn task(sim: &Sim, n: u32) -> Task {
    sim.inner.with(|world| world.tasks.get(&n).cloned()).unwrap()
}

/// All that a file would say, less the moment of writing.
fn content(sim: &Sim) -> serde_json::Value {
    let bytes = sim.inner.with(|world| super::written(world, Timestamp::UNIX_EPOCH)).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn a_task_ends_when_it_would_have_ended() {
    let place = Place::new();
    let sim = place.begin(0);
    let n = start(&sim, "CreateSnapshot_Task", "web-01", take("a"), None);
    pass(&sim, 4);
    assert_eq!(task(&sim, n).state, State::Running);
    let queued = task(&sim, n).queued;
    drop(sim);
    // It was written when the task left the queue, after four seconds. Three seconds later it has three to go.
    let sim = place.begin(3);
    assert_eq!(task(&sim, n).state, State::Running);
    assert_eq!(sim.vm("web-01").unwrap().busy.as_deref(), Some("VirtualMachine.createSnapshot"));
    pass(&sim, 2);
    assert_eq!(task(&sim, n).state, State::Running);
    pass(&sim, 1);
    let ended = task(&sim, n);
    assert_eq!((ended.state, ended.queued), (State::Success, queued));
    assert_eq!(ended.completed, Some(queued + Duration::from_secs(10)));
    let vm = sim.vm("web-01").unwrap();
    assert_eq!((vm.snapshots.len(), vm.busy), (1, None));
    assert_eq!(vm.snapshots[0].created, "2026-03-01T12:00:10Z".parse().unwrap());
    assert!(vm.snapshots[0].quiesced && vm.snapshots[0].description == "why");
}

#[test]
fn a_task_may_end_while_nobody_runs_it_and_every_kind_goes_on() {
    let place = Place::new();
    let sim = place.begin(0);
    let old: Vec<u32> =
        sim.vm("db-01").unwrap().snapshots.iter().map(|s| Id::parse_text(&s.moref).unwrap().n).collect();
    let back = Act::Revert { snapshot: old[1], suppress: false };
    let revert = start(&sim, "RevertToSnapshot_Task", "db-01", back, None);
    let all = Act::RemoveAll { consolidate: true };
    let remove = start(&sim, "RemoveAllSnapshots_Task", "deep-01", all, None);
    let merge = start(&sim, "ConsolidateVMDisks_Task", "needs-consolidation-01", Act::Consolidate, None);
    let off = start(&sim, "PowerOffVM_Task", "web-01", Act::Power(Power::Off), None);
    let name = start(&sim, "Rename_Task", "cold-01", Act::Rename("warm-01".to_owned()), None);
    let broken = start(
        &sim,
        "CreateSnapshot_Task",
        "prod-01",
        take("never"),
        Some(&Trouble::Fault { name: "NoDiskSpace".to_owned(), message: "full".to_owned(), at_end: true }),
    );
    let cancelled = start(&sim, "CreateSnapshot_Task", "backup-01", take("never"), None);
    let id = Id::new(Kind::Task, cancelled);
    sim.inner.with(|world| world.cancel(id)).unwrap();
    drop(sim);
    let sim = place.begin(3600);
    let states = [revert, remove, merge, off, name].map(|n| task(&sim, n).state);
    assert_eq!(states, [State::Success; 5]);
    assert_eq!(task(&sim, broken).error.unwrap().message, "full");
    assert_eq!(task(&sim, cancelled).error.unwrap().kind, "RequestCanceled");
    let db = sim.vm("db-01").unwrap();
    assert_eq!((db.current, db.power), (Some(format!("snapshot-{}", old[1])), Power::Off));
    assert!(sim.vm("deep-01").unwrap().snapshots.is_empty());
    assert!(!sim.vm("needs-consolidation-01").unwrap().consolidation_needed);
    assert_eq!(sim.vm("web-01").unwrap().power, Power::Off);
    assert!(sim.vm("warm-01").is_some() && sim.vm("cold-01").is_none());
    assert!(sim.machines().iter().all(|vm| vm.busy.is_none()));
}

#[test]
fn everything_comes_back_and_no_number_is_given_twice() {
    let place = Place::new();
    let sim = place.begin(0);
    sim.take_out_of_band("web-01", "50 % / half").unwrap();
    sim.write_in_guest("web-01", 7 << 30);
    let doomed = sim.take_out_of_band("web-01", "gone again").unwrap();
    sim.remove_out_of_band(&doomed);
    sim.break_guest("db-01");
    sim.set_tools("prod-01", false);
    sim.set_template("cold-01", true);
    sim.set_connected("deep-01", false);
    sim.set_snapshots_locked("backup-01", true);
    sim.set_free_space("datastore-01", 5 << 30);
    sim.rename("legacy-01", "a/b");
    sim.destroy("DC1/test/web-02");
    sim.add("new-01", "new folder");
    start(&sim, "CreateSnapshot_Task", "prod-01", take("a"), None);
    let (machines, before) = (sim.machines(), content(&sim));
    drop(sim);
    let sim = place.begin(0);
    assert_eq!(content(&sim), before);
    assert_eq!(sim.machines(), machines);
    assert!(sim.vm("DC1/new folder/new-01").is_some());
    let again = sim.take_out_of_band("web-01", "new").unwrap();
    assert!(!before.to_string().contains(&format!("{again}\"")) && again != doomed);
    let numbers = |text: &str| Id::parse_text(text).unwrap().n;
    assert!(machines.iter().all(|vm| numbers(&vm.moref) < numbers(&again)));
}

#[test]
fn tasks_stay_readable_for_ten_minutes_whoever_runs_them() {
    let place = Place::new();
    let sim = place.begin(0);
    let n = start(&sim, "CreateSnapshot_Task", "web-01", take("a"), None);
    pass(&sim, 10);
    drop(sim);
    let recent = |sim: &Sim| {
        let id = sim.inner.with(|world| world.recent_tasks());
        let of_vm = sim.inner.with(|world| world.vms.values().map(|vm| vm.recent.len()).sum::<usize>());
        (id.len(), of_vm)
    };
    let sim = place.begin(500);
    assert_eq!(recent(&sim), (1, 1));
    pass(&sim, 99);
    assert_eq!(recent(&sim), (1, 1));
    pass(&sim, 1);
    assert_eq!(recent(&sim), (0, 0));
    assert_eq!(task(&sim, n).state, State::Success, "the history still has it");
    drop(sim);
    assert_eq!(recent(&place.begin(700)), (0, 0));
}

#[test]
fn a_wall_clock_that_was_set_back_undoes_nothing() {
    let place = Place::new();
    let sim = place.begin(0);
    pass(&sim, 100);
    sim.break_guest("web-01");
    let now = sim.now();
    drop(sim);
    assert_eq!(place.begin(-86_400).now(), now);
    assert_eq!(place.begin(60).now(), now.checked_add(jiff::SignedDuration::from_secs(60)).unwrap());
}

#[test]
fn the_file_has_every_change_at_once_and_no_percentage() {
    let place = Place::new();
    let sim = place.begin(0);
    let all = |place: &Place| place.json().unwrap()["tasks"].as_array().unwrap().clone();
    let past = all(&place).len();
    let tasks = |place: &Place| all(place).split_off(past);
    assert!(tasks(&place).is_empty());
    start(&sim, "CreateSnapshot_Task", "web-01", take("a"), None);
    assert_eq!(tasks(&place)[0]["state"], "queued");
    pass(&sim, 1);
    assert_eq!(tasks(&place)[0]["state"], "running");
    let before = std::fs::read(&place.file).unwrap();
    pass(&sim, 5);
    assert!(task(&sim, sim.inner.with(|world| world.next)).progress > 0);
    assert_eq!(std::fs::read(&place.file).unwrap(), before);
    pass(&sim, 4);
    assert_eq!(tasks(&place)[0]["state"], "success");
    sim.break_guest("web-01");
    let vms = place.json().unwrap()["vms"].clone();
    let broken = vms.as_array().unwrap().iter().filter(|vm| vm["guest_broken"] == true);
    assert_eq!(broken.count(), 1);
    assert!(std::fs::read_dir(place.file.parent().unwrap()).unwrap().count() == 1, "nothing is left behind");
}

#[test]
fn a_file_that_cannot_be_written_is_written_later() {
    let place = Place::new();
    let sim = place.begin(0);
    let dir = place.file.parent().unwrap().to_owned();
    let aside = dir.with_extension("aside");
    std::fs::rename(&dir, &aside).unwrap();
    assert!(sim.break_guest("web-01"));
    std::fs::rename(&aside, &dir).unwrap();
    assert!(!place.begin(0).vm("web-01").unwrap().guest_broken);
    assert!(sim.vm("web-01").unwrap().guest_broken);
    assert!(place.begin(0).vm("web-01").unwrap().guest_broken);
}

#[test]
fn the_file_wins_over_options_except_for_how_it_behaves() {
    let place = Place::new();
    let names = |sim: &Sim| sim.machines().into_iter().map(|vm| (vm.moref, vm.name)).collect::<Vec<_>>();
    let sim = place.begin(0);
    let before = names(&sim);
    let first = start(&sim, "CreateSnapshot_Task", "web-01", take("a"), None);
    drop(sim);
    let lost = Rule::once("*", "CreateSnapshot_Task", Trouble::LostReply);
    let options = SimOptions {
        vms: 3,
        seed: 99,
        demo: false,
        task_seconds: 1.0,
        faults: FaultPlan::new([lost]),
        ..SimOptions::default()
    };
    let sim = place.begin_with(options, 0);
    assert_eq!(names(&sim), before);
    let second = start(&sim, "CreateSnapshot_Task", "db-01", take("a"), None);
    let lengths = [first, second].map(|n| task(&sim, n).length.as_secs());
    assert_eq!(lengths, [10, 1], "what runs keeps its length");
    assert!(sim.inner.with(|world| world.plan.strike(None, "x", "CreateSnapshot_Task")).is_some());
    // What the VMs were made with stays in the file.
    assert_eq!(place.json().unwrap()["made_with"]["seed"], 1);
}

#[test]
fn a_file_that_is_no_world_is_named_and_left_alone() {
    let place = Place::new();
    drop(place.begin(0));
    let good = std::fs::read_to_string(&place.file).unwrap();
    let half = good.get(..good.len() / 2).unwrap();
    for (text, why) in [
        ("", "it cannot be understood: EOF"),
        ("{}", "missing field `format`"),
        (half, "it cannot be understood: EOF"),
        (&good.replace("\"version\":1", "\"version\":2"), "it is of version 2, and this program reads version 1"),
        (&good.replace("snapwarden simulated vCenter", "a story"), "it is no world of the simulator but \"a story\""),
        (&good.replace("ubuntu64Guest", "beosGuest"), "there is no guest \"beosGuest\""),
        (&good.replace("\"store\":\"datastore-11\"", "\"store\":\"attic-11\""), "\"attic-11\" is no reference"),
        (&good.replace("\"frozen\":[[", "\"frozen\":[[],["), "the disks of vm-"),
        (&good.replace("\"rng\"", "\"dice\""), "missing field `rng`"),
    ] {
        std::fs::write(&place.file, text).unwrap();
        let error = Sim::persistent(SimOptions::default(), &place.file).unwrap_err();
        assert_eq!(error.file, place.file);
        assert!(error.to_string().contains("world.json: ") && error.reason.contains(why), "{error}");
        assert_eq!(std::fs::read_to_string(&place.file).unwrap(), text);
    }
    let nowhere = place.file.parent().unwrap().join("not/there.json");
    let error = Sim::persistent(SimOptions::default(), &nowhere).unwrap_err();
    assert!(error.reason.starts_with("it cannot be written: "), "{error}");
    let error = Sim::persistent(SimOptions::default(), place.file.parent().unwrap()).unwrap_err();
    assert!(error.reason.starts_with("it cannot be read: "), "{error}");
}

/// What today's and every later program has to read: a world with every kind of thing in it that a file of version 1 can
/// have, as the first program that wrote them left it on 2 March 2026, and what that one showed of it. The file is never
/// made anew. The text changes with what is shown.
const WORLD_1: &str = include_str!("../../tests/fixtures/world-1.json");
const WORLD_1_SHOWN: &str = include_str!("../../tests/fixtures/world-1.txt");

/// The properties that the text has.
const SHOWN: &[&str] =
    &["name", "childEntity", "runtime", "snapshot", "storage", "recentTask", "disabledMethod", "info"];

fn shown(sim: &Sim) -> String {
    sim.inner.with(|world| {
        let mut ids = vec![Id::only(Kind::TaskManager), DATACENTER, CLUSTER, POOL, NETWORK];
        ids.extend(world.folders.keys());
        ids.extend(world.hosts.iter().map(|host| host.id));
        ids.extend(world.stores.iter().map(|store| store.id));
        ids.extend(world.vms.keys().map(|n| Id::new(Kind::Vm, *n)));
        ids.extend(world.tasks.keys().map(|n| Id::new(Kind::Task, *n)));
        ids.retain(|id| world.exists(None, *id));
        let mut out = String::new();
        for (id, name) in ids.iter().flat_map(|id| SHOWN.iter().map(move |name| (id, name))) {
            if let Some(value) = world.property(None, *id, name) {
                let mut written = String::new();
                value.write_typed(name, &mut written);
                out.push_str(&format!("{id} {}\n", written.replace('\n', "&#10;")));
            }
        }
        out
    })
}

#[test]
fn a_file_of_the_first_version_is_read_and_shown_as_it_was() {
    let place = Place::new();
    std::fs::write(&place.file, WORLD_1).unwrap();
    let sim = place.begin(0);
    for (line, (now, then)) in shown(&sim).lines().zip(WORLD_1_SHOWN.lines()).enumerate() {
        assert_eq!(now, then, "line {}", line + 1);
    }
    assert_eq!(shown(&sim).lines().count(), WORLD_1_SHOWN.lines().count());
    let mut before: serde_json::Value = serde_json::from_str(WORLD_1).unwrap();
    before["written"] = Timestamp::UNIX_EPOCH.to_string().into();
    assert_eq!(content(&sim), before, "nothing of the file is lost");
    let running = |sim: &Sim| sim.machines().iter().filter(|vm| vm.busy.is_some()).count();
    assert_eq!(running(&sim), 3);
    pass(&sim, 3600);
    assert_eq!(running(&sim), 0, "tasks go on");
}
