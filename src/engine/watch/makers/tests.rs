use jiff::SignedDuration;

use super::*;
use crate::domain::inventory::{ToolsState, VmSummary};
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use crate::engine::tables::Stored;

fn vm(number: usize, snapshots: &[(&str, i64, &str)]) -> Arc<VmSummary> {
    let node = |(moref, created, description): &(&str, i64, &str)| Snapshot {
        moref: Moref::from(*moref),
        parent: None,
        name: "x".to_owned(),
        description: (*description).to_owned(),
        created: Timestamp::from_second(*created).unwrap(),
        power: PowerState::Off,
        quiesced: false,
    };
    Arc::new(VmSummary {
        vm: VmRef { vcenter: "lab".into(), moref: Moref::new(format!("vm-{number}")) },
        instance_uuid: None,
        name: "x".to_owned(),
        path: "x".to_owned(),
        power: Some(PowerState::Off),
        readable: true,
        tools: ToolsState::Running,
        template: false,
        consolidation_needed: false,
        tree: Arc::new(SnapshotTree::new(snapshots.iter().map(node).collect(), None)),
        tags: None,
    })
}

fn told(place: (usize, &str), account: Option<&str>) -> Makers {
    let vm = VmRef { vcenter: "lab".into(), moref: Moref::new(format!("vm-{}", place.0)) };
    Makers(BTreeMap::from([((vm, Moref::from(place.1)), account.map(str::to_owned))]))
}

#[test]
fn what_has_our_mark_or_was_told_of_is_not_asked_and_the_newest_are_first() {
    let inventory = Inventory::new([
        vm(1, &[("s-1", 10, ""), ("s-2", 20, "[snapwarden R-2222/1 by=alice]")]),
        vm(2, &[("s-3", 30, ""), ("s-4", 5, "")]),
        vm(3, &[("s-5", 40, "")]),
    ]);
    let live = BTreeSet::from(["lab".into()]);
    let questions = told((3, "s-5"), None).questions(&inventory, &live);
    let asked: Vec<Vec<&str>> = questions
        .iter()
        .map(|question| question.snapshots.iter().map(|(snapshot, _)| snapshot.as_str()).collect())
        .collect();
    assert_eq!(asked, [vec!["s-4", "s-3"], vec!["s-1"]]);
    assert!(Makers::default().questions(&inventory, &BTreeSet::new()).is_empty(), "its vCenter cannot be read");
}

#[test]
fn of_many_vms_only_so_many_are_asked_at_once() {
    let vms = (0..VMS_ASKED + 50).map(|number| vm(number, &[("s-1", 10, "")]));
    let questions = Makers::default().questions(&Inventory::new(vms), &BTreeSet::from(["lab".into()]));
    assert_eq!(questions.len(), VMS_ASKED);
}

#[test]
fn rows_are_read_as_they_are_written() {
    let makers = told((1, "s-1"), Some("EXAMPLE\\alice"));
    let mut read = Makers::default();
    for row in makers.clone().into_rows() {
        let bytes = record::write(&row).unwrap();
        assert_eq!(Row::place(&row.place, &row), "watch/maker/lab/vm-1/s-1");
        read.add_row("watch/maker/lab/vm-1/s-1", &bytes).unwrap();
        assert_eq!(std::iter::once(&row).collect::<Makers>(), makers);
    }
    assert_eq!(read, makers);
}

#[test]
fn what_the_description_tells_comes_first() {
    let makers = told((1, "s-1"), Some("EXAMPLE\\bob"));
    let vm = VmRef { vcenter: "lab".into(), moref: "vm-1".into() };
    let known =
        |maker| Known { bytes: None, maker, until: None, hold: None, orphan: false, ahead: SignedDuration::ZERO };
    let alice = Maker::Person("alice".into());
    assert_eq!(makers.complete(known(alice.clone()), &vm, &"s-1".into()).maker, alice);
    let account = Maker::Account("EXAMPLE\\bob".to_owned());
    assert_eq!(makers.complete(known(Maker::Unknown), &vm, &"s-1".into()).maker, account);
    assert_eq!(makers.complete(known(Maker::Unknown), &vm, &"s-2".into()).maker, Maker::Unknown);
}
