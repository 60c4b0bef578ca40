//! Each blocker, each decision, and the arithmetic of sizes. `modes`, `space` and `warnings` have what their names say.

use super::fixture::{GB, chain, days_ago, device, rules, snapshot, target, tree, vm};
use super::sizes::written_since;
use super::*;
use crate::domain::call::SnapshotMode;
use crate::domain::ids::{Moref, PersonId, RequestId};
use crate::domain::intent::Mode;
use crate::domain::inventory::ToolsState;
use crate::domain::marker::Marker;
use crate::domain::snapshot_tree::Snapshot;
use crate::domain::survey::{AwkwardKind, Capability, RunningTask};

mod holds;
mod modes;
mod space;
mod warnings;

/// What is otherwise with a VM.
type Change = fn(&mut Survey);

/// Each state that is between vCenter and a VM, and what is said then.
const CONNECTIONS: [(Connection, Blocker); 4] = [
    (Connection::Disconnected, Blocker::Disconnected),
    (Connection::Orphaned, Blocker::Orphaned),
    (Connection::Inaccessible, Blocker::Inaccessible),
    (Connection::Invalid, Blocker::Invalid),
];

fn take(mode: Mode) -> Wish {
    Wish::Take { name: "before upgrade".to_owned(), description: None, mode, until: None }
}

fn revert(snapshot: &str) -> Wish {
    Wish::Revert { snapshot: snapshot.into(), stay_off: false }
}

fn delete(snapshot: &str, children: bool) -> Wish {
    Wish::Delete { snapshot: snapshot.into(), children }
}

fn edit(snapshot: &str, name: Option<&str>, description: Option<&str>) -> Wish {
    Wish::Edit { snapshot: snapshot.into(), name: name.map(str::to_owned), description: description.map(str::to_owned) }
}

/// One wish of each kind, possible on the VM of the fixture but for the state that it asks for.
fn wishes() -> [Wish; 8] {
    [
        take(Mode::Auto),
        revert("s-1"),
        Wish::RevertLatest { stay_off: false },
        delete("s-1", true),
        Wish::DeleteAll,
        Wish::Consolidate,
        edit("s-1", Some("new"), None),
        Wish::PowerOn,
    ]
}

fn with(change: impl FnOnce(&mut Survey)) -> Survey {
    let mut survey = vm();
    change(&mut survey);
    survey
}

#[track_caller]
fn blockers(wish: &Wish, survey: &Survey) -> Vec<Blocker> {
    let verdict = judge(&target(), wish, survey, rules());
    let Verdict::Refuse(blockers) = verdict else { panic!("not refused: {verdict:?}") };
    blockers
}

#[track_caller]
fn plan_of(wish: &Wish, survey: &Survey) -> Plan {
    let verdict = judge(&target(), wish, survey, rules());
    let Verdict::Go(plan) = verdict else { panic!("no plan: {verdict:?}") };
    *plan
}

fn refused(wish: &Wish, change: impl FnOnce(&mut Survey)) -> Vec<Blocker> {
    blockers(wish, &with(change))
}

fn warned(wish: &Wish, change: impl FnOnce(&mut Survey)) -> Vec<Warning> {
    plan_of(wish, &with(change)).warnings
}

fn off(survey: &mut Survey) {
    survey.power = PowerState::Off;
}

fn no_tools(survey: &mut Survey) {
    survey.tools = ToolsState::NotRunning;
}

fn described(survey: &mut Survey, description: &str) {
    let nodes =
        survey.tree.nodes().iter().cloned().map(|node| Snapshot { description: description.to_owned(), ..node });
    survey.tree = SnapshotTree::new(nodes.collect(), Some("s-3".into()));
}

fn named(survey: &mut Survey, name: &str) {
    let mut nodes = survey.tree.nodes().to_vec();
    nodes[2].name = name.to_owned();
    survey.tree = SnapshotTree::new(nodes, Some("s-3".into()));
}

#[test]
fn another_vm_under_the_same_reference_is_no_target() {
    for wish in wishes() {
        assert_eq!(refused(&wish, |vm| vm.instance_uuid = Some("other".into())), [Blocker::VmGone]);
        assert_eq!(refused(&wish, |vm| vm.instance_uuid = None), [Blocker::VmGone]);
        // A host that lost the VM has no configuration to read the UUID from.
        for (connection, blocker) in CONNECTIONS {
            let lost = |vm: &mut Survey| {
                vm.instance_uuid = None;
                vm.connection = connection;
            };
            assert_eq!(refused(&wish, lost), [blocker]);
        }
        let another = |vm: &mut Survey| {
            vm.instance_uuid = Some("other".into());
            vm.connection = Connection::Disconnected;
        };
        assert_eq!(refused(&wish, another), [Blocker::VmGone]);
    }
}

#[test]
fn what_stops_every_wish() {
    for wish in wishes() {
        assert_eq!(refused(&wish, |vm| vm.template = true), [Blocker::Template]);
        for (connection, blocker) in CONNECTIONS {
            assert_eq!(refused(&wish, |vm| vm.connection = connection)[0], blocker);
        }
        if !matches!(wish, Wish::PowerOn) {
            let unsupported = refused(&wish, |vm| vm.capability.snapshots = false);
            assert_eq!(unsupported[0], Blocker::SnapshotsUnsupported);
            assert_eq!(refused(&wish, |vm| vm.snapshot_locked = true)[0], Blocker::SnapshotLocked);
        }
    }
}

#[test]
fn all_that_stands_against_it_is_said_at_once() {
    let found = refused(&take(Mode::Memory), |vm| {
        vm.connection = Connection::Disconnected;
        vm.snapshot_locked = true;
        off(vm);
        vm.tree = chain(CHAIN_LIMIT);
    });
    let expected = [
        Blocker::Disconnected,
        Blocker::SnapshotLocked,
        Blocker::MemoryWhileOff,
        Blocker::ChainTooLong { depth: CHAIN_LIMIT },
    ];
    assert_eq!(found, expected);
}

#[test]
fn chains_have_an_end() {
    let of = |length| with(|vm| vm.tree = chain(length));
    assert_eq!(blockers(&take(Mode::Auto), &of(CHAIN_LIMIT)), [Blocker::ChainTooLong { depth: CHAIN_LIMIT }]);
    plan_of(&take(Mode::Auto), &of(CHAIN_LIMIT - 1));
    // It is the chain above "You are here" that grows, however much there is beside it.
    let long = chain(CHAIN_LIMIT);
    let at_root = with(|vm| vm.tree = SnapshotTree::new(long.nodes().to_vec(), Some("s-1".into())));
    plan_of(&take(Mode::Auto), &at_root);
    let warned = |length| plan_of(&take(Mode::Auto), &of(length)).warnings;
    assert_eq!(warned(CHAIN_WARN - 2), []);
    assert_eq!(warned(CHAIN_WARN - 1), [Warning::LongChain { depth: CHAIN_WARN }]);
    assert_eq!(warned(CHAIN_WARN), [Warning::LongChain { depth: CHAIN_WARN + 1 }]);
}

#[test]
fn a_vm_that_can_have_one_snapshot_alone() {
    let one = |vm: &mut Survey| vm.capability.multiple = false;
    assert_eq!(refused(&take(Mode::Auto), one), [Blocker::OnlyOne]);
    plan_of(
        &take(Mode::Auto),
        &with(|vm| {
            one(vm);
            vm.tree = SnapshotTree::default();
        }),
    );
}

#[test]
fn what_is_not_there_cannot_be_reverted_deleted_or_changed() {
    let none = |vm: &mut Survey| vm.tree = SnapshotTree::default();
    for wish in [revert("s-1"), delete("s-1", false), delete("s-1", true), edit("s-1", Some("new"), None)] {
        assert_eq!(refused(&wish, none), [Blocker::NoSnapshots]);
    }
    for wish in [Wish::DeleteAll, Wish::RevertLatest { stay_off: true }] {
        assert_eq!(refused(&wish, none), [Blocker::NoSnapshots]);
    }
    let nowhere = |vm: &mut Survey| vm.tree = SnapshotTree::new(vm.tree.nodes().to_vec(), None);
    let Ok([Blocker::NoCurrent { count }]) =
        <[Blocker; 1]>::try_from(refused(&Wish::RevertLatest { stay_off: false }, nowhere))
    else {
        panic!("that none of them is current is no news")
    };
    assert!(count > 0);
    for wish in [revert("s-9"), delete("s-9", false), edit("s-9", None, Some("words"))] {
        assert_eq!(refused(&wish, |_| {}), [Blocker::SnapshotGone]);
    }
}

#[test]
fn what_would_change_nothing_is_refused() {
    assert_eq!(refused(&Wish::Consolidate, |_| {}), [Blocker::NothingToConsolidate]);
    assert_eq!(refused(&Wish::PowerOn, |_| {}), [Blocker::AlreadyOn]);
    assert_eq!(refused(&edit("s-1", Some("name of s-1"), None), |_| {}), [Blocker::NoChange]);
    assert_eq!(refused(&edit("s-1", None, Some("")), |_| {}), [Blocker::NoChange]);
    let marked = |vm: &mut Survey| described(vm, "words\n[snapwarden R-7KQ2/1 by=alice]");
    assert_eq!(refused(&edit("s-1", None, Some("words")), marked), [Blocker::NoChange]);
    let plan = plan_of(&edit("s-1", Some("name of s-1"), Some("other")), &vm());
    assert!(matches!(plan.act, Act::Edit { .. }));
}

#[test]
fn beside_a_backup_at_work_nothing_is_reverted_or_deleted() {
    let names = [
        "VEEAM BACKUP TEMPORARY SNAPSHOT",
        "Consolidate Helper- 0",
        "NBU_SNAPSHOT db-01 1478",
        "__GX_BACKUP__",
        "smvi_0ff1ce",
        " _VCB-BACKUP_",
    ];
    for name in names {
        for wish in [revert("s-1"), Wish::RevertLatest { stay_off: false }, delete("s-1", false), Wish::DeleteAll] {
            let found = refused(&wish, |vm| named(vm, name));
            assert_eq!(found, [Blocker::Backup { snapshot: name.to_owned() }]);
        }
        for wish in [take(Mode::Auto), edit("s-1", Some("new"), None)] {
            plan_of(&wish, &with(|vm| named(vm, name)));
        }
    }
    // A name that only speaks of a backup is a name like any other.
    for name in ["before the Rubrik upgrade", "after NBU_SNAPSHOT trouble", "backup"] {
        plan_of(&delete("s-1", false), &with(|vm| named(vm, name)));
    }
    // Which names they are is for the administrator to say.
    let own = Rules { backup_names: vec![Rules::name("nightly*").unwrap()] };
    let veeam = with(|vm| named(vm, "VEEAM BACKUP TEMPORARY SNAPSHOT"));
    assert!(matches!(judge(&target(), &Wish::DeleteAll, &veeam, &own), Verdict::Go(_)));
    let nightly = with(|vm| named(vm, "Nightly 22"));
    let snapshot = "Nightly 22".to_owned();
    let refusal = Verdict::Refuse(vec![Blocker::Backup { snapshot }]);
    assert_eq!(judge(&target(), &revert("s-1"), &nightly, &own), refusal);
}

#[test]
fn what_a_vm_is_not_able_to_do() {
    let row = |change: fn(&mut Capability), wishes: &[Wish], blocker: Blocker, power: PowerState| {
        for wish in wishes {
            let found = refused(wish, |vm| {
                vm.power = power;
                change(&mut vm.capability);
            });
            assert_eq!(found, std::slice::from_ref(&blocker), "{wish:?}");
        }
    };
    let latest = || Wish::RevertLatest { stay_off: false };
    let reverts = [revert("s-1"), latest()];
    row(|it| it.revert = false, &reverts, Blocker::RevertUnsupported, PowerState::On);
    let all = [take(Mode::Auto), revert("s-1"), latest(), delete("s-1", false), Wish::DeleteAll];
    row(|it| it.powered_off = false, &all, Blocker::OffUnsupported, PowerState::Off);
    for wish in all {
        let able = |power| {
            with(|vm| {
                vm.capability.powered_off = false;
                vm.power = power;
            })
        };
        plan_of(&wish, &able(PowerState::On));
        plan_of(&wish, &able(PowerState::Suspended));
    }
    plan_of(&delete("s-1", false), &with(|vm| vm.capability.revert = false));
    // What lacks nothing but powering off may still be renamed then.
    let off_and_unable = with(|vm| {
        off(vm);
        vm.capability.powered_off = false;
    });
    plan_of(&edit("s-1", Some("new"), None), &off_and_unable);
}

#[test]
fn fault_tolerance_allows_no_snapshot_and_no_way_back() {
    let tolerant = |vm: &mut Survey| {
        vm.fault_tolerant = true;
        vm.capability.snapshots = false;
    };
    for wish in [take(Mode::Auto), revert("s-1"), Wish::RevertLatest { stay_off: false }] {
        assert_eq!(refused(&wish, tolerant), [Blocker::FaultTolerance], "the reason, and not what follows from it");
    }
    // What a backup left behind may go.
    for wish in [delete("s-1", false), Wish::DeleteAll] {
        plan_of(&wish, &with(|vm| vm.fault_tolerant = true));
    }
}

#[test]
fn devices_that_no_snapshot_can_hold() {
    let rows = [
        (AwkwardKind::PhysicalRdm, true, true, true),
        (AwkwardKind::SharedBus, true, true, true),
        (AwkwardKind::Passthrough, true, true, false),
        (AwkwardKind::VirtualGpu, true, true, false),
        (AwkwardKind::IndependentDisk, false, true, false),
        (AwkwardKind::NonPersistentDisk, false, true, false),
    ];
    for (kind, on, suspended, off) in rows {
        for (power, blocks) in [(PowerState::On, on), (PowerState::Suspended, suspended), (PowerState::Off, off)] {
            let survey = with(|vm| {
                vm.power = power;
                vm.devices = vec![device(kind)];
            });
            let verdict = judge(&target(), &take(Mode::Auto), &survey, rules());
            assert_eq!(matches!(verdict, Verdict::Refuse(_)), blocks, "{kind:?} {power:?}: {verdict:?}");
            if kind == AwkwardKind::IndependentDisk || kind == AwkwardKind::NonPersistentDisk {
                continue;
            }
            if let Verdict::Refuse(found) = verdict {
                assert_eq!(found, [Blocker::Device { device: device(kind) }]);
            }
            // What is in the way of a snapshot is in the way of nothing else.
            plan_of(&delete("s-1", false), &survey);
            plan_of(&revert("s-1"), &survey);
        }
    }
}

#[test]
fn each_call_that_vcenter_has_disabled() {
    let current = |vm: &mut Survey| vm.tree = SnapshotTree::new(vm.tree.nodes().to_vec(), None);
    let rows: [(Wish, &[&str]); 7] = [
        (take(Mode::Auto), &["CreateSnapshotEx_Task", "CreateSnapshot_Task"]),
        (revert("s-1"), &["RevertToSnapshot_Task", "RevertToCurrentSnapshot_Task"]),
        (Wish::RevertLatest { stay_off: false }, &["RevertToSnapshot_Task", "RevertToCurrentSnapshot_Task"]),
        (delete("s-1", true), &["RemoveSnapshot_Task"]),
        (Wish::DeleteAll, &["RemoveAllSnapshots_Task"]),
        (Wish::Consolidate, &["ConsolidateVMDisks_Task"]),
        (edit("s-1", Some("new"), None), &["RenameSnapshot"]),
    ];
    for (wish, methods) in &rows {
        let needs = |vm: &mut Survey| vm.consolidation_needed = *wish == Wish::Consolidate;
        for (_, others) in &rows {
            for method in *others {
                let survey = with(|vm| {
                    needs(vm);
                    vm.disabled_methods = vec![(*method).to_owned()];
                });
                let expected = methods.contains(method);
                let verdict = judge(&target(), wish, &survey, rules());
                let refusal = Verdict::Refuse(vec![Blocker::MethodDisabled { method: (*method).to_owned() }]);
                assert_eq!(verdict == refusal, expected, "{wish:?} {method}: {verdict:?}");
                assert_eq!(matches!(verdict, Verdict::Go(_)), !expected, "{wish:?} {method}: {verdict:?}");
            }
        }
    }
    let power_on = |vm: &mut Survey| {
        off(vm);
        vm.disabled_methods = vec!["PowerOnVM_Task".to_owned()];
    };
    let method = "PowerOnVM_Task".to_owned();
    assert_eq!(refused(&Wish::PowerOn, power_on), [Blocker::MethodDisabled { method }]);
    // A VM that stands nowhere cannot go back to where it stands, and that says nothing of the snapshots that it has.
    let nowhere = with(|vm| {
        current(vm);
        vm.disabled_methods = vec!["RevertToCurrentSnapshot_Task".to_owned()];
    });
    plan_of(&revert("s-1"), &nowhere);
}

#[test]
fn a_foreign_task_is_waited_for_before_vcenter_s_list_is_asked() {
    let disabled = |vm: &mut Survey| {
        vm.disabled_methods = ["CreateSnapshot_Task", "RemoveAllSnapshots_Task", "RevertToCurrentSnapshot_Task"]
            .map(str::to_owned)
            .to_vec();
    };
    let busy = with(|vm| {
        disabled(vm);
        vm.running_tasks = vec![RunningTask { task: "task-1".into(), kind: "VirtualMachine.migrate".to_owned() }];
    });
    for wish in [take(Mode::Auto), revert("s-1"), delete("s-1", false), Wish::DeleteAll] {
        let verdict = judge(&target(), &wish, &busy, rules());
        assert_eq!(verdict, Verdict::Wait("VirtualMachine.migrate".to_owned()));
    }
    // A rename is no task and waits for none.
    plan_of(&edit("s-1", Some("new"), None), &busy);
    for (wish, method) in [
        (take(Mode::Auto), "CreateSnapshot_Task"),
        (Wish::DeleteAll, "RemoveAllSnapshots_Task"),
        (revert("s-1"), "RevertToCurrentSnapshot_Task"),
    ] {
        let method = method.to_owned();
        assert_eq!(refused(&wish, disabled), [Blocker::MethodDisabled { method }]);
    }
    // What stands against it for good is said before anybody waits.
    let mut both = busy;
    both.snapshot_locked = true;
    assert_eq!(blockers(&take(Mode::Auto), &both), [Blocker::SnapshotLocked]);
}

#[test]
fn the_latest_is_the_current_one_not_the_newest() {
    let latest = Wish::RevertLatest { stay_off: false };
    let moved = with(|vm| vm.tree = SnapshotTree::new(chain(3).nodes().to_vec(), Some("s-2".into())));
    let plan = plan_of(&latest, &moved);
    assert_eq!(plan.act, Act::Revert { snapshot: "s-2".into(), suppress_power_on: false });
    let facts = plan.price.snapshot.unwrap();
    assert_eq!((facts.name.as_str(), facts.number, facts.of), ("name of s-2", 2, 3));
}

#[test]
fn the_power_state_after_a_revert_is_the_snapshot_s() {
    let after = |held: PowerState, stay_off| {
        let node = Snapshot { power: held, ..snapshot("s-1", None, 1) };
        let survey = with(|vm| vm.tree = SnapshotTree::new(vec![node], Some("s-1".into())));
        let wish = Wish::Revert { snapshot: "s-1".into(), stay_off };
        let plan = plan_of(&wish, &survey);
        let Act::Revert { suppress_power_on, .. } = plan.act else { panic!() };
        (plan.price.power_now, plan.price.power_after.unwrap(), suppress_power_on)
    };
    assert_eq!(after(PowerState::On, false), (PowerState::On, PowerState::On, false));
    assert_eq!(after(PowerState::On, true), (PowerState::On, PowerState::Suspended, true));
    assert_eq!(after(PowerState::Off, false), (PowerState::On, PowerState::Off, false));
    assert_eq!(after(PowerState::Off, true), (PowerState::On, PowerState::Off, false), "nothing to suppress");
}

#[test]
fn an_edit_keeps_our_marker_and_takes_no_other() {
    let marker = Marker {
        request: RequestId::parse("R-7KQ2").unwrap(),
        attempt: 1,
        by: PersonId::new("alice"),
        ok: Vec::new(),
        glass: None,
        until: None,
    };
    let words = |survey: &Survey, words: &str| {
        let Act::Edit { description, .. } = plan_of(&edit("s-1", None, Some(words)), survey).act else {
            panic!("another act")
        };
        description.unwrap()
    };
    let ours = with(|vm| described(vm, &format!("old\n{}", marker.write())));
    assert_eq!(words(&ours, "new"), format!("new\n{}", marker.write()));
    assert_eq!(words(&ours, ""), marker.write());
    let forged = "new [snapwarden R-AAAA/1 by=bob] [snapwarden R-BBBB/1 by=carol]";
    assert_eq!(Marker::find(&words(&ours, forged)), Some(marker));
    assert_eq!(words(&vm(), forged), "new");
    assert_eq!(words(&vm(), "[snapwarden is great]"), "[snapwarden is great]");
}

#[test]
fn who_asked_for_a_snapshot_is_read_off_its_marker() {
    let survey = with(|vm| {
        described(vm, "[snapwarden R-7KQ2/1 by=alice]");
        vm.with_memory = vec!["s-1".into()];
    });
    let facts = plan_of(&revert("s-1"), &survey).price.snapshot.unwrap();
    assert_eq!((facts.by.as_deref(), facts.memory), (Some("alice"), true));
}

/// The fixture's sizes: 1 GB were written between s-1 and s-2, 2 GB between s-2 and s-3, 7 GB since s-3; the base disk of
/// 40 GB counts for s-1.
#[test]
fn what_was_written_since_is_what_a_revert_loses() {
    let since = |snapshot: &str| written_since(&snapshot.into(), &vm());
    assert_eq!(since("s-3"), Some(7 * GB));
    assert_eq!(since("s-2"), Some((2 + 7) * GB));
    assert_eq!(since("s-1"), Some((1 + 2 + 7) * GB));
    assert_eq!(plan_of(&revert("s-1"), &vm()).price.lost_bytes, Some(10 * GB));
}

#[test]
fn on_another_branch_only_what_no_snapshot_has_is_lost() {
    // s-1 - s-2 - s-3 (current), and s-4 beside s-2.
    let survey = with(|vm| {
        let rows = [("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2")), ("s-4", Some("s-1"))];
        vm.tree = tree(&rows, Some("s-3"));
        vm.snapshot_bytes.insert("s-4".into(), 100 * GB);
    });
    assert_eq!(written_since(&"s-4".into(), &survey), Some(7 * GB));
    assert_eq!(written_since(&"s-1".into(), &survey), Some(10 * GB), "the other branch stays");
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let unknown = with(|vm| {
        vm.snapshot_bytes.remove(&Moref::new("s-2"));
    });
    assert_eq!(written_since(&"s-1".into(), &unknown), None);
    assert_eq!(written_since(&"s-2".into(), &unknown), Some(9 * GB));
    let no_layout = with(|vm| {
        vm.snapshot_bytes.clear();
        vm.bytes_since_current = None;
    });
    for wish in [revert("s-1"), delete("s-1", true), Wish::DeleteAll] {
        let price = plan_of(&wish, &no_layout).price;
        assert_eq!((price.lost_bytes, price.merged_bytes), (None, None));
    }
    // Sizes that no datastore has do not end in a panic.
    let absurd = with(|vm| {
        vm.snapshot_bytes.values_mut().for_each(|bytes| *bytes = u64::MAX);
        vm.bytes_since_current = Some(u64::MAX - 1);
    });
    assert_eq!(plan_of(&Wish::DeleteAll, &absurd).price.merged_bytes, Some(u64::MAX));
}

#[test]
fn a_deletion_merges_the_delta_behind_the_snapshot() {
    let merged = |wish: &Wish| plan_of(wish, &vm()).price.merged_bytes;
    assert_eq!(merged(&delete("s-1", false)), Some(GB));
    assert_eq!(merged(&delete("s-2", false)), Some(2 * GB));
    assert_eq!(merged(&delete("s-3", false)), Some(7 * GB), "behind the current one is what no snapshot has");
    assert_eq!(merged(&delete("s-3", true)), Some(7 * GB));
    assert_eq!(merged(&delete("s-2", true)), Some(9 * GB));
    // Everything but the base disk, which is where it all goes.
    assert_eq!(merged(&delete("s-1", true)), Some(10 * GB));
    assert_eq!(merged(&Wish::DeleteAll), Some(10 * GB));
}

#[test]
fn how_many_go_and_how_old_the_oldest_is() {
    let price = |wish: &Wish| plan_of(wish, &vm()).price;
    let goes = |wish: &Wish| (price(wish).goes, price(wish).goes_oldest);
    assert_eq!(goes(&delete("s-2", false)), (1, Some(days_ago(2))));
    assert_eq!(goes(&delete("s-2", true)), (2, Some(days_ago(2))));
    assert_eq!(goes(&Wish::DeleteAll), (3, Some(days_ago(3))));
    assert_eq!(goes(&revert("s-1")), (0, None));
}

#[test]
fn the_plan_holds_what_the_vm_was_like() {
    for wish in wishes() {
        let survey = with(|vm| {
            vm.consolidation_needed = wish == Wish::Consolidate;
            if wish == Wish::PowerOn {
                off(vm);
            }
        });
        let plan = plan_of(&wish, &survey);
        assert_eq!(plan.fingerprint, Fingerprint::of(&target(), &plan.act, &survey));
        assert_eq!((plan.server_time, plan.price.power_now), (survey.server_time, survey.power));
        assert_eq!(plan.tree, survey.tree);
    }
}
