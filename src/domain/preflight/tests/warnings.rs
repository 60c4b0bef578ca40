//! Each warning, and where it is not given.

use super::*;

fn short(vm: &mut Survey) {
    vm.tree = chain(1);
}

fn of(wish: &Wish, change: Change) -> Vec<Warning> {
    warned(wish, |vm| {
        short(vm);
        change(vm);
    })
}

#[test]
fn each_warning() {
    let auto = take(Mode::Auto);
    let suspended: Change = |vm| vm.power = PowerState::Suspended;
    let rows: [(Wish, Change, &[Warning]); 12] = [
        (auto.clone(), |_| {}, &[]),
        (auto.clone(), no_tools, &[Warning::CrashConsistent]),
        (auto.clone(), |vm| vm.capability.quiesced = false, &[Warning::CrashConsistent]),
        (take(Mode::Disk), |_| {}, &[Warning::CrashConsistent]),
        // A VM that is off has clean disks, one that is suspended has not.
        (auto.clone(), off, &[]),
        (
            take(Mode::Disk),
            |vm| {
                vm.power = PowerState::Suspended;
                vm.capability.suspended_disk_only = true;
            },
            &[Warning::CrashConsistent],
        ),
        (take(Mode::Memory), |_| {}, &[Warning::MemoryPause]),
        // Nothing pauses that sleeps already.
        (take(Mode::Memory), suspended, &[]),
        (auto.clone(), suspended, &[]),
        (auto.clone(), |vm| vm.consolidation_needed = true, &[Warning::ConsolidationNeeded]),
        (revert("s-1"), |vm| vm.consolidation_needed = true, &[Warning::ConsolidationNeeded]),
        (Wish::Consolidate, |vm| vm.consolidation_needed = true, &[]),
    ];
    for (wish, change, expected) in rows {
        assert_eq!(of(&wish, change), expected, "{wish:?}");
    }
}

#[test]
fn a_vm_that_reverts_at_power_off_is_warned_of_wherever_that_matters() {
    let wishes = [take(Mode::Auto), revert("s-1"), Wish::RevertLatest { stay_off: false }];
    for wish in wishes {
        assert_eq!(of(&wish, |vm| vm.reverts_at_power_off = true), [Warning::RevertsAtPowerOff], "{wish:?}");
    }
    let off_and_reverting = |vm: &mut Survey| {
        off(vm);
        vm.reverts_at_power_off = true;
    };
    assert_eq!(of(&Wish::PowerOn, off_and_reverting), [Warning::RevertsAtPowerOff]);
    // Without a snapshot there is nothing to go back to, and a VM without any loses nothing.
    let none = |vm: &mut Survey| {
        off_and_reverting(vm);
        vm.tree = SnapshotTree::default();
    };
    assert_eq!(warned(&Wish::PowerOn, none), []);
    for wish in [delete("s-1", false), Wish::DeleteAll, edit("s-1", Some("new"), None)] {
        assert_eq!(of(&wish, |vm| vm.reverts_at_power_off = true), []);
    }
}

#[test]
fn disks_that_are_not_rolled_back() {
    let independent = || Warning::IndependentDisk { device: device(AwkwardKind::IndependentDisk) };
    let lost = |powers_off| Warning::NonPersistentDisk { device: device(AwkwardKind::NonPersistentDisk), powers_off };
    for wish in [take(Mode::Auto), revert("s-1")] {
        assert_eq!(of(&wish, |vm| vm.devices = vec![device(AwkwardKind::IndependentDisk)]), [independent()]);
    }
    let non_persistent: Change = |vm| vm.devices = vec![device(AwkwardKind::NonPersistentDisk)];
    assert_eq!(of(&take(Mode::Auto), non_persistent), [lost(false)]);
    assert_eq!(of(&revert("s-1"), non_persistent), [lost(true)], "a snapshot without memory powers the VM off");
    let already_off = |vm: &mut Survey| {
        off(vm);
        vm.devices = vec![device(AwkwardKind::NonPersistentDisk)];
    };
    assert_eq!(of(&revert("s-1"), already_off), [lost(false)]);
    let goes_on = |vm: &mut Survey| {
        let node = Snapshot { power: PowerState::On, ..snapshot("s-1", None, 1) };
        vm.tree = SnapshotTree::new(vec![node], Some("s-1".into()));
        vm.devices = vec![device(AwkwardKind::NonPersistentDisk)];
    };
    assert_eq!(of(&revert("s-1"), goes_on), [lost(false)]);
    let stays_off = Wish::Revert { snapshot: "s-1".into(), stay_off: true };
    assert_eq!(of(&stays_off, goes_on), [lost(false)], "its memory comes back with it: it is suspended, not off");
}

#[test]
fn a_backup_at_work_is_told_of_where_it_refuses_nothing() {
    let backup = |vm: &mut Survey| {
        named(vm, "VEEAM BACKUP TEMPORARY SNAPSHOT");
        vm.consolidation_needed = true;
    };
    let at_work = Warning::BackupAtWork { snapshot: "VEEAM BACKUP TEMPORARY SNAPSHOT".to_owned() };
    assert!(warned(&take(Mode::Auto), backup).contains(&at_work));
    assert!(warned(&Wish::Consolidate, backup).contains(&at_work));
    assert!(!warned(&edit("s-1", Some("new"), None), backup).contains(&at_work));
}

#[test]
fn a_long_merge_is_warned_of() {
    let merge = |bytes: u64| {
        warned(&delete("s-3", false), |vm| {
            vm.bytes_since_current = Some(bytes);
        })
    };
    assert_eq!(merge(20 * GB - 1), []);
    assert_eq!(merge(20 * GB), [Warning::LongMerge]);
    let left = |bytes: Option<u64>| {
        let survey = with(|vm| {
            vm.consolidation_needed = true;
            vm.loose_bytes = bytes;
        });
        let plan = plan_of(&Wish::Consolidate, &survey);
        (plan.price.merged_bytes, plan.warnings)
    };
    assert_eq!(left(Some(20 * GB)), (Some(20 * GB), vec![Warning::LongMerge]));
    assert_eq!(left(Some(GB)), (Some(GB), vec![]));
    assert_eq!(left(Some(0)), (None, vec![]), "nothing that is told is not nothing that there is");
    assert_eq!(left(None), (None, vec![]));
}

#[test]
fn windows_is_warned_of_after_thirty_days() {
    let aged = |days: i64, guest: &str| {
        let node = Snapshot { created: days_ago(days), ..snapshot("s-1", None, 0) };
        warned(&revert("s-1"), |vm| {
            vm.guest_id = Some(guest.to_owned());
            vm.tree = SnapshotTree::new(vec![node.clone()], Some("s-1".into()));
        })
    };
    assert_eq!(aged(30, "windows2019srv_64Guest"), [Warning::WindowsTrust]);
    assert_eq!(aged(29, "windows2019srv_64Guest"), []);
    assert_eq!(aged(300, "winNetEnterpriseGuest"), [Warning::WindowsTrust]);
    assert_eq!(aged(300, "debian12_64Guest"), []);
    assert_eq!(aged(300, "darwin21_64Guest"), []);
}
