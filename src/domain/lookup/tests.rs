//! Who is meant by what, in inventories and trees that were made to confuse.

use jiff::Timestamp;

use super::*;
use crate::domain::command::{snapshot_selector, vm_selector};
use crate::domain::ids::{InstanceUuid, VmRef};
use crate::domain::inventory::ToolsState;
use crate::domain::snapshot_tree::PowerState;

/// VMs from `vcenter moref path`; the name is given apart where it holds a slash or a space.
fn inventory(vms: &[(&str, &str, &str, &str)]) -> Inventory {
    Inventory::new(vms.iter().map(|(vcenter, moref, folder, name)| {
        Arc::new(VmSummary {
            vm: VmRef { vcenter: VCenterName::from(*vcenter), moref: Moref::from(*moref) },
            instance_uuid: Some(InstanceUuid::new(uuid(moref))),
            name: (*name).to_owned(),
            path: format!("{folder}/{name}"),
            power: Some(PowerState::On),
            readable: true,
            tools: ToolsState::Running,
            template: false,
            consolidation_needed: false,
            tree: Arc::default(),
            tags: None,
        })
    }))
}

/// A UUID for a moref.
fn uuid(moref: &str) -> String {
    format!("50220000-0000-0000-0000-{:0>12}", moref.trim_start_matches("vm-"))
}

fn house() -> Inventory {
    inventory(&[
        ("paris", "vm-1", "DC1/web", "web-01"),
        ("paris", "vm-2", "DC1/web", "web-02"),
        ("paris", "vm-3", "DC1/test", "web-02"),
        ("paris", "vm-4", "DC1/db", "DB-01"),
        ("paris", "vm-5", "DC1/db", "db-01"),
        ("paris", "vm-6", "DC1/odd", "vm-1"),
        ("paris", "vm-7", "DC1/odd", "test/web-02"),
        ("paris", "vm-8", "DC1/odd", "Café"),
        ("paris", "vm-9", "DC1/odd", "my vm "),
        ("lyon", "vm-1", "DC2/web", "web-09"),
        ("lyon", "vm-2", "DC2/web", "shop"),
        ("paris", "vm-10", "DC1/shop", "shop"),
        ("paris", "vm-11", "DC1/odd", "50220000-0000-0000-0000-000000000001"),
    ])
}

/// What a word finds, as `vcenter/moref`, `?` and names if it finds nothing.
fn found(inventory: &Inventory, word: &str) -> String {
    found_by(inventory, &vm_selector(word).unwrap())
}

fn found_by(inventory: &Inventory, selector: &VmSelector) -> String {
    let id = |vm: &Arc<VmSummary>| format!("{}/{}", vm.vm.vcenter, vm.vm.moref);
    match find_vm(inventory, selector) {
        VmLookup::One(vm) => id(&vm),
        VmLookup::Many(vms) => vms.iter().map(id).collect::<Vec<_>>().join(" "),
        VmLookup::None { nearest } => {
            format!("? {}", nearest.iter().map(|near| near.name.as_str()).collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn a_vm_is_found_by_everything_that_names_it() {
    let house = house();
    for (word, expected) in [
        ("web-01", "paris/vm-1"),
        ("WEB-01", "paris/vm-1"),
        ("DC1/web/web-01", "paris/vm-1"),
        ("web/web-01", "paris/vm-1"),
        ("dc1/WEB/web-01", "paris/vm-1"),
        ("paris/DC1/web/web-02", "paris/vm-2"),
        ("paris/vm-2", "paris/vm-2"),
        ("paris/web-01", "paris/vm-1"),
        ("paris/WEB-01", "paris/vm-1"),
        ("lyon/shop", "lyon/vm-2"),
        ("paris/test/web-02", "paris/vm-7 paris/vm-3"),
        ("vm-2", "lyon/vm-2 paris/vm-2"),
        ("vm-3", "paris/vm-3"),
        ("cafe\u{301}", "paris/vm-8"),
        ("\"my vm\"", "paris/vm-9"),
        ("\"MY\u{a0}VM\"", "paris/vm-9"),
        ("web-01\u{200b}", "paris/vm-1"),
        ("50220000-0000-0000-0000-000000000004", "paris/vm-4"),
    ] {
        let expected_set: std::collections::BTreeSet<&str> = expected.split(' ').collect();
        let got = found(&house, word);
        assert_eq!(got.split(' ').collect::<std::collections::BTreeSet<_>>(), expected_set, "{word}");
    }
}

#[test]
fn letter_by_letter_beats_any_other_case() {
    let house = house();
    assert_eq!(found(&house, "db-01"), "paris/vm-5");
    assert_eq!(found(&house, "DB-01"), "paris/vm-4");
    assert_eq!(found(&house, "Db-01"), "paris/vm-4 paris/vm-5", "neither is written so: a person picks");
}

#[test]
fn two_of_one_name_are_a_choice_ordered_by_path() {
    let house = house();
    assert_eq!(found(&house, "web-02"), "paris/vm-3 paris/vm-2");
    assert_eq!(found(&house, "shop"), "paris/vm-10 lyon/vm-2");
    assert_eq!(found(&house, "web/web-02"), "paris/vm-2");
    let in_lyon = VmSelector::Named { vcenter: Some(VCenterName::from("Lyon")), text: "shop".into() };
    assert_eq!(found_by(&house, &in_lyon), "lyon/vm-2");
    let moref = VmSelector::Moref { vcenter: Some(VCenterName::from("lyon")), moref: Moref::from("vm-2") };
    assert_eq!(found_by(&house, &moref), "lyon/vm-2");
}

#[test]
fn a_name_that_looks_like_something_else_counts_as_both() {
    let house = house();
    assert_eq!(found(&house, "vm-1"), "paris/vm-6 paris/vm-1 lyon/vm-1");
    assert_eq!(found(&house, "\"vm-1\""), "paris/vm-6", "in quotes it is a name");
    assert_eq!(found(&house, "test/web-02"), "paris/vm-7 paris/vm-3");
    assert_eq!(found(&house, "50220000-0000-0000-0000-000000000001"), "paris/vm-11 paris/vm-1 lyon/vm-1");
}

#[test]
fn what_is_not_there_is_answered_with_what_is_near() {
    let house = house();
    assert_eq!(found(&house, "wbe-01"), "? web-01, DB-01, db-01");
    assert_eq!(found(&house, "test/web-03"), "? DC1/web/web-01, DC1/web/web-02, DC1/test/web-02");
    assert_eq!(found(&house, "b-01"), "? DB-01, db-01, web-01");
    assert_eq!(found(&house, "zzzzzzzz"), "? ");
    assert_eq!(found(&house, "02"), "? web-02, test/web-02, 50220000-0000-0000-0000-000000000001");
    assert_eq!(found(&Inventory::default(), "web-01"), "? ");
    assert_eq!(found(&house, "web\u{2011}01"), "? web-01, web-02, web-09", "another hyphen is another name");
}

#[test]
fn of_names_that_look_the_same_none_is_found_alone() {
    let house = inventory(&[
        ("paris", "vm-1", "DC1/web", "web-01"),
        ("paris", "vm-2", "DC1/web", "w\u{435}b-01"),
        ("paris", "vm-3", "DC1/web", "web-01\u{200b}"),
        ("paris", "vm-4", "DC1/web", "caf\u{e9}-1"),
        ("paris", "vm-5", "DC1/test", "cafe\u{301}-1"),
        ("lyon", "vm-6", "DC1/web", "web-0l"),
    ]);
    let all = "paris/vm-1 paris/vm-3 lyon/vm-6 paris/vm-2";
    let sorted = |text: &str| text.split(' ').map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    for word in ["web-01", "WEB-01", "w\u{435}b-01", "web/web-01"] {
        assert_eq!(sorted(&found(&house, word)), sorted(all), "{word:?}");
    }
    assert_eq!(sorted(&found(&house, "caf\u{e9}-1")), sorted("paris/vm-4 paris/vm-5"));
    assert_eq!(found(&house, "web/caf\u{e9}-1"), "paris/vm-4", "the folder tells them apart");
    assert_eq!(found(&house, "paris/vm-1"), "paris/vm-1", "an id is one VM's alone");
    assert_eq!(found(&house, "lyon/web-0l"), "lyon/vm-6", "in its vCenter it is alone");
}

#[test]
fn a_choice_has_an_end() {
    let vms: Vec<(String, String)> = (0..40).map(|n| (format!("vm-{n}"), format!("DC1/f{n:02}"))).collect();
    let vms: Vec<_> = vms.iter().map(|(moref, folder)| ("paris", moref.as_str(), folder.as_str(), "same")).collect();
    let VmLookup::Many(found) = find_vm(&inventory(&vms), &vm_selector("same").unwrap()) else { panic!("one or none") };
    assert_eq!(found.len(), CHOICES_MAX);
    assert_eq!(found.first().unwrap().path, "DC1/f00/same");
}

/// A tree from `moref parent name`; each is a minute younger than the one before.
fn tree(rows: &[(&str, &str, &str)]) -> SnapshotTree {
    let nodes = rows.iter().zip(0..).map(|((moref, parent, name), minute)| Snapshot {
        moref: Moref::from(*moref),
        parent: (!parent.is_empty()).then(|| Moref::from(*parent)),
        name: (*name).to_owned(),
        description: String::new(),
        created: Timestamp::from_second(60 * minute).unwrap(),
        power: PowerState::Off,
        quiesced: false,
    });
    SnapshotTree::new(nodes.collect(), None)
}

fn forest() -> SnapshotTree {
    tree(&[
        ("snapshot-1", "", "base"),
        ("snapshot-2", "snapshot-1", "before upgrade"),
        ("snapshot-3", "snapshot-2", "Before Upgrade"),
        ("snapshot-4", "snapshot-3", "same"),
        ("snapshot-5", "snapshot-4", "same"),
        ("snapshot-6", "snapshot-5", "1"),
        ("snapshot-7", "snapshot-6", "base/before upgrade"),
        ("snapshot-8", "snapshot-7", "snapshot-2"),
        ("snapshot-9", "snapshot-8", "#3"),
        ("snapshot-10", "snapshot-9", "9"),
    ])
}

/// What a word finds, as morefs, `?` and names if it finds nothing.
fn snapshot(tree: &SnapshotTree, word: &str) -> String {
    match find_snapshot(tree, &snapshot_selector(word).unwrap()) {
        SnapshotLookup::One(moref) => moref.as_str().to_owned(),
        SnapshotLookup::Many(all) => all.iter().map(Moref::as_str).collect::<Vec<_>>().join(" "),
        SnapshotLookup::None { nearest } => format!("? {}", nearest.join(", ")),
    }
}

#[test]
fn a_snapshot_is_found_by_name_path_number_or_id() {
    for (word, expected) in [
        ("base", "snapshot-1"),
        ("BASE", "snapshot-1"),
        ("\"before upgrade\"", "snapshot-2"),
        ("\"Before Upgrade\"", "snapshot-3"),
        ("\"BEFORE UPGRADE\"", "snapshot-2 snapshot-3"),
        ("same", "snapshot-4 snapshot-5"),
        ("\"same/same\"", "snapshot-5"),
        ("\"before upgrade/Before Upgrade/same\"", "snapshot-4"),
        ("#2", "snapshot-2"),
        ("2", "snapshot-2"),
        ("snapshot-4", "snapshot-4"),
        ("SNAPSHOT-4", "snapshot-4"),
    ] {
        assert_eq!(snapshot(&forest(), word), expected, "{word}");
    }
}

#[test]
fn of_snapshots_that_look_the_same_none_is_found_alone() {
    let tree = tree(&[
        ("snapshot-1", "", "base"),
        ("snapshot-2", "snapshot-1", "b\u{430}se"),
        ("snapshot-3", "snapshot-2", "base\u{200b}"),
        ("snapshot-4", "snapshot-3", "other"),
    ]);
    assert_eq!(snapshot(&tree, "base"), "snapshot-1 snapshot-2 snapshot-3");
    assert_eq!(snapshot(&tree, "b\u{430}se"), "snapshot-1 snapshot-2 snapshot-3");
    assert_eq!(snapshot(&tree, "#2"), "snapshot-2");
}

#[test]
fn a_snapshots_name_that_looks_like_something_else_counts_as_both() {
    for (word, expected) in [
        ("1", "snapshot-1 snapshot-6"),
        ("\"1\"", "snapshot-6"),
        ("#1", "snapshot-1"),
        ("9", "snapshot-9 snapshot-10"),
        ("#3", "snapshot-3 snapshot-9"),
        ("\"#3\"", "snapshot-9"),
        ("snapshot-2", "snapshot-2 snapshot-8"),
        ("\"snapshot-2\"", "snapshot-8"),
        ("\"base/before upgrade\"", "snapshot-2 snapshot-7"),
    ] {
        assert_eq!(snapshot(&forest(), word), expected, "{word}");
    }
    let alone = tree(&[("snapshot-1", "", "1")]);
    assert_eq!(snapshot(&alone, "1"), "snapshot-1", "its name and its number are the same one");
}

#[test]
fn a_snapshot_that_is_not_there_is_answered_with_what_is_near() {
    assert_eq!(snapshot(&forest(), "bsae"), "? base, base/before upgrade");
    assert_eq!(snapshot(&forest(), "#99"), "? ");
    assert_eq!(snapshot(&forest(), "upgrade"), "? Before Upgrade, before upgrade, base/before upgrade");
    assert_eq!(snapshot(&SnapshotTree::default(), "base"), "? ");
    assert_eq!(snapshot(&forest(), "0"), "? ");
}
