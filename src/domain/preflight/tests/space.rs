//! Room on datastores: what refuses, what warns, and what is not known.

use super::*;
use crate::domain::preflight::space::{DEVICE_STATE, FIRST_BLOCK, GROWTH_SHARE, HELPER_SHARE};
use crate::domain::survey::{DatastoreSpace, VirtualDisk};

/// The size of the fixture's one disk, and of its memory.
const DISK: u64 = 100 * GB;
const MEMORY: u64 = 8 * GB;

fn store(name: &str, free: u64) -> DatastoreSpace {
    DatastoreSpace { name: name.to_owned(), free, capacity: 1000 * GB }
}

fn disk(datastore: &str, capacity: u64) -> VirtualDisk {
    VirtualDisk { datastore: datastore.to_owned(), capacity, independent: false }
}

fn shortage(datastore: &str, free: u64, needed: u64) -> Shortage {
    Shortage { datastore: datastore.to_owned(), free, needed }
}

/// The fixture's VM with so much free on its one datastore, and without a chain to warn of.
fn with_free(free: u64) -> Survey {
    with(|vm| {
        vm.tree = chain(1);
        vm.datastores = vec![store("fast", free)];
    })
}

fn low(wish: &Wish, survey: &Survey) -> Vec<(Shortage, Need)> {
    let warnings = plan_of(wish, survey).warnings.into_iter();
    let low = warnings.filter_map(|warning| {
        let Warning::LowSpace { shortage, need } = warning else { return None };
        Some((shortage, need))
    });
    low.collect()
}

#[test]
fn memory_needs_its_full_size_and_is_refused_without() {
    let take = take(Mode::Memory);
    let needed = MEMORY + FIRST_BLOCK;
    let found = blockers(&take, &with_free(needed - 1));
    assert_eq!(found, [Blocker::NoRoomForMemory { shortage: shortage("fast", needed - 1, needed) }]);
    // Enough for now and not for later.
    let wanted = needed + DISK / GROWTH_SHARE + DEVICE_STATE;
    assert_eq!(low(&take, &with_free(needed)), [(shortage("fast", needed, wanted), Need::Memory)]);
    assert_eq!(low(&take, &with_free(wanted - 1)), [(shortage("fast", wanted - 1, wanted), Need::Memory)]);
    assert_eq!(low(&take, &with_free(wanted)), []);
    // Without memory the same room is enough.
    plan_of(&super::take(Mode::Auto), &with_free(needed - 1));
}

#[test]
fn disks_need_a_first_block_and_should_have_a_fifth_of_their_size() {
    for mode in [Mode::Auto, Mode::Disk, Mode::Quiesce] {
        let take = take(mode);
        let found = blockers(&take, &with_free(FIRST_BLOCK - 1));
        assert_eq!(found, [Blocker::NoRoom { shortage: shortage("fast", FIRST_BLOCK - 1, FIRST_BLOCK) }]);
        let wanted = FIRST_BLOCK + DISK / GROWTH_SHARE;
        for free in [FIRST_BLOCK, wanted - 1] {
            assert_eq!(low(&take, &with_free(free)), [(shortage("fast", free, wanted), Need::Growth)]);
        }
        assert_eq!(low(&take, &with_free(wanted)), []);
    }
    // A full datastore is in the way of memory too, and leaving memory out does not help then.
    let found = blockers(&take(Mode::Memory), &with_free(0));
    assert_eq!(found, [Blocker::NoRoom { shortage: shortage("fast", 0, FIRST_BLOCK) }]);
}

#[test]
fn each_disk_is_counted_where_it_lies_and_memory_where_the_working_files_are() {
    let survey = |fast: u64, large: u64, home: u64| {
        with(|vm| {
            vm.tree = chain(1);
            vm.disks = vec![disk("fast", 10 * GB), disk("large", 50 * GB), disk("large", 150 * GB)];
            vm.disks.push(VirtualDisk { independent: true, ..disk("fast", 900 * GB) });
            vm.working_datastore = Some("home".to_owned());
            vm.datastores = vec![store("fast", fast), store("large", large), store("home", home), store("iso", 0)];
        })
    };
    let ample = survey(100 * GB, 100 * GB, 100 * GB);
    assert_eq!(low(&take(Mode::Memory), &ample), []);
    let full = survey(100 * GB, FIRST_BLOCK, 100 * GB);
    let missing = shortage("large", FIRST_BLOCK, 2 * FIRST_BLOCK);
    assert_eq!(blockers(&take(Mode::Disk), &full), [Blocker::NoRoom { shortage: missing }]);
    let small = survey(GB, 100 * GB, MEMORY - 1);
    let missing = shortage("home", MEMORY - 1, MEMORY);
    assert_eq!(blockers(&take(Mode::Memory), &small), [Blocker::NoRoomForMemory { shortage: missing }]);
    let wanted = 10 * GB / GROWTH_SHARE + FIRST_BLOCK;
    assert_eq!(low(&take(Mode::Auto), &small), [(shortage("fast", GB, wanted), Need::Growth)]);
    let no_working_files = survey(100 * GB, 100 * GB, 0);
    assert_eq!(low(&take(Mode::Auto), &no_working_files), [], "no disk of the VM lies there");
}

#[test]
fn a_suspended_vm_cannot_leave_its_memory_out() {
    let survey = |free| Survey { power: PowerState::Suspended, ..with_free(free) };
    let needed = MEMORY + FIRST_BLOCK;
    let found = blockers(&take(Mode::Auto), &survey(needed - 1));
    assert_eq!(found, [Blocker::NoRoom { shortage: shortage("fast", needed - 1, needed) }]);
    plan_of(&take(Mode::Auto), &survey(needed));
}

#[test]
fn a_merge_is_warned_of_and_never_refused() {
    // Behind s-3 lie 7 GB that no snapshot has.
    let survey = |free, power| {
        with(|vm| {
            vm.power = power;
            vm.datastores = vec![store("fast", free)];
        })
    };
    let merged = 7 * GB;
    let running = merged + merged / HELPER_SHARE;
    for (power, needed) in [(PowerState::On, running), (PowerState::Off, merged), (PowerState::Suspended, merged)] {
        let wish = delete("s-3", false);
        assert_eq!(low(&wish, &survey(needed, power)), []);
        assert_eq!(low(&wish, &survey(needed - 1, power)), [(shortage("fast", needed - 1, needed), Need::Merge)]);
        assert_eq!(low(&wish, &survey(0, power)), [(shortage("fast", 0, needed), Need::Merge)]);
    }
    let all = low(&Wish::DeleteAll, &survey(GB, PowerState::Off));
    assert_eq!(all, [(shortage("fast", GB, 10 * GB), Need::Merge)]);
    let left_behind = Survey { consolidation_needed: true, ..survey(GB, PowerState::Off) };
    assert_eq!(low(&Wish::Consolidate, &left_behind), [(shortage("fast", GB, 7 * GB), Need::Merge)]);
    // Of several datastores with disks the one with the least room is named; one with a CD's image is none of them.
    let several = with(|vm| {
        vm.disks = vec![disk("fast", DISK), disk("large", DISK)];
        vm.datastores = vec![store("fast", 90 * GB), store("large", 2 * GB), store("iso", 0)];
    });
    assert_eq!(low(&delete("s-3", false), &several), [(shortage("large", 2 * GB, running), Need::Merge)]);
}

#[test]
fn what_is_not_known_is_not_held_against_it() {
    let unknown: [fn(&mut Survey); 4] = [
        |vm| vm.datastores.clear(),
        |vm| vm.disks.clear(),
        |vm| vm.disks = vec![disk("elsewhere", DISK)],
        |vm| {
            vm.disks.clear();
            vm.memory_bytes = None;
        },
    ];
    for (at, change) in unknown.into_iter().enumerate() {
        let survey = with(|vm| {
            vm.tree = chain(1);
            vm.datastores = vec![store("fast", 10 * GB)];
            vm.memory_bytes = Some(MEMORY);
            change(vm);
        });
        assert_eq!(low(&take(Mode::Auto), &survey), [], "{at}");
        assert_eq!(low(&delete("s-1", false), &survey), [], "{at}");
    }
    // Where the working files are is not known: refused is only what would not fit on the roomiest datastore.
    let somewhere = |free: u64| {
        with(|vm| {
            vm.tree = chain(1);
            vm.working_datastore = None;
            vm.datastores = vec![store("small", GB), store("roomy", free)];
        })
    };
    plan_of(&take(Mode::Memory), &somewhere(MEMORY));
    let missing = shortage("roomy", MEMORY - 1, MEMORY);
    let found = blockers(&take(Mode::Memory), &somewhere(MEMORY - 1));
    assert_eq!(found, [Blocker::NoRoomForMemory { shortage: missing }]);
    // Figures that no hardware has do not end in a panic.
    let absurd = with(|vm| {
        vm.tree = chain(1);
        vm.memory_bytes = Some(u64::MAX);
        vm.disks = vec![disk("fast", u64::MAX), disk("fast", u64::MAX)];
        vm.bytes_since_current = Some(u64::MAX);
    });
    assert!(matches!(blockers(&take(Mode::Memory), &absurd)[..], [Blocker::NoRoomForMemory { .. }]));
    assert_eq!(low(&take(Mode::Auto), &absurd).len(), 1);
    assert_eq!(low(&Wish::DeleteAll, &absurd).len(), 1);
}
