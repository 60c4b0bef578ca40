//! Each oddity refuses what it is there to refuse, and nothing else.

use super::super::tests::{begin, pass, remove, revert, run, sim, snapshot, take, take_with};
use super::*;
use crate::{Power, Sim};

fn lacks(capability: &str) -> Oddity {
    Oddity::Lacks(capability.to_owned())
}

/// Whether a VM with three snapshots refuses each of: a snapshot, one with memory, one quiesced, a deletion, a revert (last,
/// since it leaves the VM off).
fn refusals(sim: &Sim) -> Vec<bool> {
    let [first, second] = ["before schema change", "after import"].map(|name| snapshot(sim, "db-01", name));
    let acts = [take("x"), take_with(true, false), take_with(false, true), remove(second, false), revert(first, false)];
    acts.into_iter().map(|act| begin_and_end(sim, act)).collect()
}

/// Whether an act is refused at the call. What begins is run to its end.
fn begin_and_end(sim: &Sim, act: Act) -> bool {
    let refused = begin(sim, "db-01", act).is_err();
    pass(sim, 3600.0);
    refused
}

#[test]
fn what_it_is_not_able_to_do_is_refused_at_the_call() {
    let rows: [(Oddity, Power, [bool; 5]); 9] = [
        (lacks("snapshotOperationsSupported"), Power::On, [true; 5]),
        (lacks("memorySnapshotsSupported"), Power::On, [false, true, false, false, false]),
        (lacks("quiescedSnapshotsSupported"), Power::On, [false, false, true, false, false]),
        (lacks("revertToSnapshotSupported"), Power::On, [false, false, false, false, true]),
        (lacks("multipleSnapshotsSupported"), Power::On, [true, true, true, false, false]),
        (lacks("poweredOffSnapshotsSupported"), Power::Off, [true; 5]),
        (lacks("poweredOffSnapshotsSupported"), Power::On, [false; 5]),
        (Oddity::FaultTolerance, Power::On, [true, true, true, false, true]),
        (Oddity::SnapshotInBackground, Power::On, [true; 5]),
    ];
    for (oddity, power, expected) in rows {
        let sim = sim();
        sim.set_power("db-01", power);
        assert!(sim.give("db-01", oddity.clone()));
        assert_eq!(refusals(&sim), expected, "{oddity:?} {power:?}");
    }
    let sim = sim();
    let gone = Oddity::FaultTolerance;
    sim.give("db-01", gone.clone());
    assert!(sim.take_away("db-01", &gone) && !sim.take_away("db-01", &gone));
    assert_eq!(refusals(&sim), [false; 5]);
}

#[test]
fn out_of_hand_nothing_begins() {
    for oddity in [Oddity::Orphaned, Oddity::Inaccessible, Oddity::Invalid] {
        let sim = sim();
        sim.give("db-01", oddity);
        assert_eq!(refusals(&sim), [true; 5]);
        assert!(begin(&sim, "db-01", Act::Power(Power::Off)).is_err());
    }
}

#[test]
fn a_disabled_method_is_refused_by_its_name() {
    let sim = sim();
    // `begin` calls everything by this name.
    sim.give("db-01", Oddity::Disabled("CreateSnapshot_Task".to_owned()));
    assert!(begin(&sim, "db-01", take("x")).unwrap_err().message.contains("disabled"));
    sim.give("web-01", Oddity::Disabled("RemoveAllSnapshots_Task".to_owned()));
    assert!(begin(&sim, "web-01", take("x")).is_ok());
}

#[test]
fn a_device_ends_the_task_that_takes() {
    let incompatible = "The virtual machine has a device that no snapshot can hold.";
    for (device, on, off) in [
        (OddDevice::PhysicalRdm, true, true),
        (OddDevice::SharedBus, true, true),
        (OddDevice::Passthrough, true, false),
        (OddDevice::Sriov, true, false),
        (OddDevice::VirtualGpu, true, false),
        (OddDevice::NonPersistentDisk, false, false),
    ] {
        for (power, fails) in [(Power::On, on), (Power::Off, off)] {
            let sim = sim();
            sim.give("web-01", Oddity::Device(device));
            sim.set_power("web-01", power);
            let end = run(&sim, "web-01", take("x"));
            assert_eq!(end.err(), fails.then(|| incompatible.to_owned()), "{device:?} {power:?}");
        }
    }
    let sim = sim();
    sim.give("web-01", Oddity::Device(OddDevice::NonPersistentDisk));
    assert!(run(&sim, "web-01", take_with(true, false)).unwrap_err().contains("independent disks"));
}

#[test]
fn a_suspended_vm_is_taken_with_its_memory_unless_it_can_be_without() {
    let taken = |disk_only: bool, asked: bool| {
        let sim = sim();
        sim.set_power("web-01", Power::Suspended);
        if disk_only {
            sim.give("web-01", Oddity::SuspendedDiskOnly);
        }
        run(&sim, "web-01", take_with(asked, false)).unwrap();
        let node = sim.vm("web-01").unwrap().snapshots.remove(0);
        (node.memory, node.power)
    };
    assert_eq!(taken(false, false), (true, Power::Suspended));
    assert_eq!(taken(false, true), (true, Power::Suspended));
    assert_eq!(taken(true, true), (true, Power::Suspended));
    assert_eq!(taken(true, false), (false, Power::Off));
}

#[test]
fn powering_off_goes_back_where_that_is_set() {
    for reverts in [false, true] {
        let sim = sim();
        if reverts {
            sim.give("web-01", Oddity::RevertsAtPowerOff);
        }
        run(&sim, "web-01", take("x")).unwrap();
        sim.break_guest("web-01");
        run(&sim, "web-01", Act::Power(Power::Off)).unwrap();
        let vm = sim.vm("web-01").unwrap();
        assert_eq!((vm.power, vm.guest_broken), (Power::Off, !reverts));
    }
}

#[test]
fn a_full_datastore_takes_no_snapshot() {
    let sim = sim();
    let store = "datastore-01";
    for other in ["datastore-02", store] {
        sim.set_free_space(other, (1 << 20) - 1);
    }
    assert!(run(&sim, "web-01", take("x")).unwrap_err().contains("Insufficient disk space"));
    for other in ["datastore-02", store] {
        sim.set_free_space(other, 1 << 20);
    }
    run(&sim, "web-01", take("x")).unwrap();
}
