//! What is offered to somebody who types, and that every offer means what it shows.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::command::{parse, snapshot_selector, vm_selector};
use crate::domain::ids::{InstanceUuid, Moref, VCenterName, VmRef};
use crate::domain::intent::{Intent, VmSelector};
use crate::domain::lookup::{SnapshotLookup, VmLookup, find_snapshot, find_vm};
use crate::domain::snapshot_tree::Snapshot;

fn vm(vcenter: &str, number: usize, folder: &str, name: &str) -> VmSummary {
    VmSummary {
        vm: VmRef { vcenter: VCenterName::from(vcenter), moref: Moref::new(format!("vm-{number}")) },
        instance_uuid: Some(InstanceUuid::new(format!("50220000-0000-0000-0000-{number:012}"))),
        name: name.to_owned(),
        path: format!("{folder}/{name}"),
        power: Some(PowerState::On),
        readable: true,
        tools: ToolsState::Running,
        template: false,
        consolidation_needed: false,
        tree: Arc::default(),
        tags: None,
    }
}

fn house() -> Inventory {
    let off = VmSummary { power: Some(PowerState::Off), ..vm("paris", 3, "DC1/test", "web-02") };
    let template = VmSummary { template: true, ..vm("paris", 9, "DC1", "web-template") };
    Inventory::new(
        [
            vm("paris", 1, "DC1/web", "web-01"),
            vm("paris", 2, "DC1/web", "web-02"),
            off,
            vm("paris", 4, "DC1/db", "old-web"),
            vm("paris", 5, "DC1/odd", "my vm"),
            vm("paris", 6, "DC1/odd", "vm-7"),
            vm("paris", 7, "DC1/odd", "evil\u{202e}"),
            vm("lyon", 1, "DC1/web", "twin"),
            vm("paris", 8, "DC1/web", "twin"),
            template,
        ]
        .map(Arc::new),
    )
}

fn values(wanted: &Wanted<'_>, typed: &str) -> Vec<String> {
    suggest(wanted, typed).into_iter().map(|one| one.value).collect()
}

fn vms<'a>(inventory: &'a Inventory) -> Wanted<'a> {
    Wanted::Vm { inventory, visible: &|_| true }
}

#[test]
fn the_beginning_of_a_name_comes_before_its_middle_and_that_before_a_slip() {
    let house = house();
    assert_eq!(
        values(&vms(&house), "web"),
        ["test/web-02", "web-01", "web/web-02", "old-web", "lyon/DC1/web/twin", "paris/DC1/web/twin"]
    );
    assert_eq!(values(&vms(&house), "wbe-01"), ["web-01", "test/web-02", "web/web-02"]);
    assert_eq!(values(&vms(&house), "web-01"), ["web-01"]);
    assert_eq!(values(&vms(&house), "web-1"), ["web-01", "test/web-02", "web/web-02"]);
    assert_eq!(values(&vms(&house), "w01"), ["web-01"]);
    assert_eq!(values(&vms(&house), "test/"), ["test/web-02"]);
    assert_eq!(values(&vms(&house), "“my v"), ["\"my vm\""]);
    assert_eq!(values(&vms(&house), "vm-7"), ["\"vm-7\""]);
    assert_eq!(values(&vms(&house), "evil"), ["paris/vm-7"], "vm-7 alone would be another one's name");
    assert_eq!(values(&vms(&house), "template"), [""; 0]);
    let label = |one: Suggestion| match one.label {
        Label::Vm { path, power, .. } => (path, power),
        Label::Snapshot { .. } | Label::Mode(_) => panic!("no VM"),
    };
    let labels: Vec<_> = suggest(&vms(&house), "web-02").into_iter().map(label).take(2).collect();
    let expected = [("DC1/test/web-02", Some(PowerState::Off)), ("DC1/web/web-02", Some(PowerState::On))];
    assert_eq!(labels, expected.map(|(path, power)| (path.to_owned(), power)));
    let hidden = Wanted::Vm { inventory: &house, visible: &|vm| vm.name != "web-01" };
    assert!(!values(&hidden, "web-01").contains(&"web-01".to_owned()));
}

#[test]
fn every_vm_that_is_offered_is_the_one_that_is_found() {
    let house = house();
    for typed in ["", "w", "twin", "vm", "DC1"] {
        for one in suggest(&vms(&house), typed) {
            let Label::Vm { path, .. } = &one.label else { panic!("{one:?}") };
            let Ok(Intent::List { vm }) = parse(&format!("list {}", one.value)) else { panic!("{one:?}") };
            let VmLookup::One(found) = find_vm(&house, &vm) else { panic!("{one:?}") };
            assert_eq!(found.path, *path);
        }
    }
}

#[test]
fn ten_thousand_vms_are_answered_with_twenty_five() {
    let many = Inventory::new((0..10_000).map(|n| Arc::new(vm("paris", n, "DC1/web", &format!("web-{n:05}")))));
    let found = suggest(&vms(&many), "web");
    assert_eq!(found.len(), SUGGESTIONS_MAX);
    assert_eq!(found.first().unwrap().value, "web-00000");
    assert_eq!(values(&vms(&many), "web-09999"), ["web-09999"]);
}

fn snapshot(number: i64, parent: Option<i64>, name: &str, hour: i64) -> Snapshot {
    Snapshot {
        moref: Moref::new(format!("snapshot-{number}")),
        parent: parent.map(|parent| Moref::new(format!("snapshot-{parent}"))),
        name: name.to_owned(),
        description: String::new(),
        created: Timestamp::from_second(3_600 * hour).unwrap(),
        power: PowerState::Off,
        quiesced: false,
    }
}

#[test]
fn snapshots_are_offered_with_their_age_the_newest_first() {
    let tree = SnapshotTree::new(
        vec![
            snapshot(1, None, "base", 0),
            snapshot(2, Some(1), "before upgrade", 100),
            snapshot(3, Some(2), "same", 140),
            snapshot(4, Some(3), "same", 147),
            snapshot(5, Some(4), "latest", 148),
            snapshot(6, Some(5), "#1", 149),
            snapshot(7, Some(6), "a\nb", 151),
        ],
        Some(Moref::from("snapshot-4")),
    );
    let now = Timestamp::from_second(3_600 * 150).unwrap();
    let wanted = Wanted::Snapshot { tree: &tree, now };
    let shown: Vec<(Label, String)> = suggest(&wanted, "").into_iter().map(|one| (one.label, one.value)).collect();
    let expected = [
        (7, "a\nb", 0, false, "#7"),
        (6, "#1", 1, false, "\"#1\""),
        (5, "latest", 2, false, "\"latest\""),
        (4, "same", 3, true, "#4"),
        (3, "same", 10, false, "#3"),
        (2, "before upgrade", 50, false, "\"before upgrade\""),
        (1, "base", 150, false, "base"),
    ];
    let expected = expected.map(|(number, name, hours, current, value)| {
        let age = SignedDuration::from_hours(hours);
        (Label::Snapshot { number, name: name.to_owned(), age, current }, value.to_owned())
    });
    assert_eq!(shown, expected);
    assert_eq!(values(&wanted, "bef"), ["\"before upgrade\""]);
    assert_eq!(values(&wanted, "\"before u"), ["\"before upgrade\""]);
    assert_eq!(values(&wanted, "#2"), ["\"before upgrade\""]);
    assert_eq!(values(&wanted, "bsae"), ["base"]);
}

#[test]
fn modes_are_offered_as_far_as_the_vm_allows_them() {
    let on = vm("paris", 1, "DC1", "a");
    let without_tools = VmSummary { tools: ToolsState::NotRunning, ..on.clone() };
    let off = VmSummary { power: Some(PowerState::Off), ..on.clone() };
    let suspended = VmSummary { power: Some(PowerState::Suspended), ..on.clone() };
    for (vm, modes) in [
        (on, &["auto", "disk", "quiesce", "memory"][..]),
        (without_tools, &["auto", "disk", "memory"]),
        (off, &["auto", "disk"]),
        (suspended, &["auto", "disk"]),
    ] {
        assert_eq!(values(&Wanted::Mode { vm: &vm }, ""), modes, "{:?}", vm.power);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_offer_finds_what_it_shows(
        names in prop::collection::vec("(a|b|A|/|1|#1| |\"|\\\\|vm-1|snapshot-1|:|\u{202e}){1,3}", 1..8),
        typed in "(a|b|/|1|#| |\"){0,2}",
    ) {
        let inventory = Inventory::new(names.iter().enumerate().map(|(n, name)| Arc::new(vm("v", n, if n % 2 == 0 { "a" } else { "b" }, name))));
        for one in suggest(&vms(&inventory), &typed) {
            let Label::Vm { path, .. } = &one.label else { panic!("{one:?}") };
            let selector: Option<VmSelector> = vm_selector(&one.value);
            let found = find_vm(&inventory, &selector.expect("one word"));
            prop_assert!(matches!(&found, VmLookup::One(vm) if vm.path == *path), "{:?} finds {:?}", one, found);
        }
        let nodes = names.iter().zip(0..).map(|(name, n)| snapshot(n, (n > 0).then_some(n / 2), name, n));
        let tree = SnapshotTree::new(nodes.collect(), None);
        let now = Timestamp::from_second(0).unwrap();
        for one in suggest(&Wanted::Snapshot { tree: &tree, now }, &typed) {
            let Label::Snapshot { number, .. } = &one.label else { panic!("{one:?}") };
            let found = find_snapshot(&tree, &snapshot_selector(&one.value).expect("one word"));
            let expected = tree.nodes().get(number - 1).unwrap().moref.clone();
            prop_assert_eq!(found, SnapshotLookup::One(expected), "{}", one.value);
        }
    }
}
