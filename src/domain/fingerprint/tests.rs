//! What is sealed and what is not.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::domain::ids::Moref;
use crate::domain::preflight::fixture::{self, chain, tree};
use crate::domain::snapshot_tree::{Snapshot, SnapshotTree};

/// Random changes, each of which has to show.
const MUTATIONS: u32 = 10_000;

fn revert() -> Act {
    Act::Revert { snapshot: "s-1".into(), suppress_power_on: false }
}

fn seal(target: &Target, act: &Act, survey: &Survey) -> Fingerprint {
    Fingerprint::of(target, act, survey)
}

fn sealed_tree(tree: SnapshotTree) -> Fingerprint {
    let survey = Survey { tree, ..fixture::vm() };
    seal(&fixture::target(), &revert(), &survey)
}

/// Every node as this makes it, the current one as it was.
fn each_node(change: impl Fn(Snapshot) -> Snapshot) -> SnapshotTree {
    let before = chain(3);
    let current = before.current().map(|current| current.moref.clone());
    SnapshotTree::new(before.nodes().iter().cloned().map(change).collect(), current)
}

#[test]
fn each_fact_of_the_design_is_in_it() {
    let (target, survey) = (fixture::target(), fixture::vm());
    let now = seal(&target, &revert(), &survey);
    assert_eq!(now, seal(&target, &revert(), &survey));
    assert_eq!(now.to_string().len(), 64);

    let target_with = |change: fn(&mut Target)| {
        let mut target = target.clone();
        change(&mut target);
        seal(&target, &revert(), &survey)
    };
    let survey_with = |change: fn(&mut Survey)| {
        let mut survey = survey.clone();
        change(&mut survey);
        seal(&target, &revert(), &survey)
    };
    let different = [
        ("vCenter", target_with(|target| target.vm.vcenter = "rome".into())),
        ("VM", target_with(|target| target.vm.moref = "vm-43".into())),
        ("UUID", survey_with(|survey| survey.instance_uuid = Some("other".into()))),
        ("no UUID", survey_with(|survey| survey.instance_uuid = None)),
        ("empty UUID", survey_with(|survey| survey.instance_uuid = Some("".into()))),
        ("off", survey_with(|survey| survey.power = PowerState::Off)),
        ("suspended", survey_with(|survey| survey.power = PowerState::Suspended)),
        ("one more", sealed_tree(chain(4))),
        ("one less", sealed_tree(chain(2))),
        ("current", sealed_tree(tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], Some("s-2")))),
        ("no current", sealed_tree(tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], None))),
        ("parent", sealed_tree(tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-1"))], Some("s-3")))),
        ("root", sealed_tree(tree(&[("s-1", None), ("s-2", None), ("s-3", Some("s-2"))], Some("s-3")))),
        ("moref", sealed_tree(tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-4", Some("s-2"))], Some("s-4")))),
    ];
    let mut seen = std::collections::HashSet::from([now]);
    for (what, other) in different {
        assert!(seen.insert(other), "{what}");
    }
}

#[test]
fn every_act_and_every_argument_is_in_it() {
    let take = |name: &str, description: &str, mode| Act::Take {
        name: name.to_owned(),
        description: description.to_owned(),
        mode,
    };
    let edit = |snapshot: &str, name: Option<&str>, description: Option<&str>| Act::Edit {
        snapshot: snapshot.into(),
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
    };
    let back = |snapshot: &str, suppress_power_on| Act::Revert { snapshot: snapshot.into(), suppress_power_on };
    let delete = |snapshot: &str, children| Act::Delete { snapshot: snapshot.into(), children };
    let acts = [
        take("a", "b", SnapshotMode::Disk),
        take("a", "b", SnapshotMode::Quiesce),
        take("a", "b", SnapshotMode::Memory),
        take("ab", "", SnapshotMode::Disk),
        take("", "ab", SnapshotMode::Disk),
        back("s-1", false),
        back("s-1", true),
        back("s-2", false),
        delete("s-1", false),
        delete("s-1", true),
        delete("s-2", false),
        Act::DeleteAll,
        Act::Consolidate,
        Act::PowerOn,
        edit("s-1", None, None),
        edit("s-1", Some(""), None),
        edit("s-1", None, Some("")),
        edit("s-1", Some(""), Some("")),
        edit("s-1", Some("a"), None),
        edit("s-1", None, Some("a")),
        edit("s-2", Some("a"), None),
        // Values that look like the fields around them.
        edit("s-1", Some("description"), None),
        edit("s-1", None, Some("description")),
        take("adescription\u{1}b", "", SnapshotMode::Disk),
        take("a", "bdescription\u{1}", SnapshotMode::Disk),
    ];
    let (target, survey) = (fixture::target(), fixture::vm());
    let seals: std::collections::HashSet<_> = acts.iter().map(|act| seal(&target, act, &survey)).collect();
    assert_eq!(seals.len(), acts.len());
}

#[test]
fn names_sizes_and_clocks_are_not_in_it() {
    let (mut target, mut survey) = (fixture::target(), fixture::vm());
    let now = seal(&target, &revert(), &survey);
    target.name = "renamed".to_owned();
    target.path = "DC2/elsewhere".to_owned();
    survey.name = "renamed".to_owned();
    survey.server_time += jiff::SignedDuration::from_hours(1000);
    survey.snapshot_bytes.clear();
    survey.bytes_since_current = None;
    survey.with_memory = vec!["s-1".into()];
    survey.consolidation_needed = true;
    survey.tools = crate::domain::inventory::ToolsState::NotRunning;
    assert_eq!(seal(&target, &revert(), &survey), now);
    // A name, a description or a date that changes is the same snapshot, wherever the list then shows it.
    let other = each_node(|node| Snapshot {
        name: "renamed".to_owned(),
        description: "described anew".to_owned(),
        created: jiff::Timestamp::UNIX_EPOCH,
        quiesced: true,
        power: PowerState::On,
        ..node
    });
    assert_eq!(sealed_tree(other), now);
    let forest = |days: [i64; 3]| {
        let rows = [("s-1", 0), ("s-2", 1), ("s-3", 2)];
        let nodes = rows.map(|(moref, index): (&str, usize)| fixture::snapshot(moref, None, days[index]));
        SnapshotTree::new(nodes.to_vec(), Some("s-3".into()))
    };
    assert_eq!(sealed_tree(forest([3, 2, 1])), sealed_tree(forest([1, 2, 3])));
}

/// Everything that is sealed, as plain values.
#[derive(Debug, Clone, PartialEq)]
struct Facts {
    vcenter: String,
    vm: String,
    uuid: Option<String>,
    act: Act,
    /// Parents by position, so that there is no circle.
    parents: Vec<Option<usize>>,
    morefs: Vec<String>,
    current: Option<usize>,
    power: PowerState,
}

impl Facts {
    fn tree(&self) -> SnapshotTree {
        let nodes = self.morefs.iter().zip(&self.parents).map(|(moref, parent)| {
            let parent = parent.and_then(|parent| self.morefs.get(parent));
            fixture::snapshot(moref, parent.map(String::as_str), 1)
        });
        let current = self.current.and_then(|current| self.morefs.get(current));
        SnapshotTree::new(nodes.collect(), current.map(|current| Moref::new(current.as_str())))
    }

    fn seal(&self) -> Fingerprint {
        let mut target = fixture::target();
        target.vm.vcenter = self.vcenter.as_str().into();
        target.vm.moref = self.vm.as_str().into();
        let survey = Survey {
            instance_uuid: self.uuid.as_deref().map(Into::into),
            power: self.power,
            tree: self.tree(),
            ..fixture::vm()
        };
        seal(&target, &self.act, &survey)
    }

    /// What the seal is to tell apart, in another form than the seal's own.
    fn shape(&self) -> String {
        let tree = self.tree();
        let nodes = tree.nodes().iter().map(|node| (&node.moref, &node.parent));
        let nodes: std::collections::BTreeMap<_, _> = nodes.collect();
        let current = tree.current().map(|current| &current.moref);
        format!("{:?}", (&self.vcenter, &self.vm, &self.uuid, &self.act, nodes, current, self.power))
    }
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "b", "ab", "s-1", "s-2", "node", "é\u{0}"]).prop_map(str::to_owned)
}

fn acts() -> impl Strategy<Value = Act> {
    let modes = vec![SnapshotMode::Disk, SnapshotMode::Quiesce, SnapshotMode::Memory];
    prop_oneof![
        (text(), text(), prop::sample::select(modes)).prop_map(|(name, description, mode)| Act::Take {
            name,
            description,
            mode
        }),
        (text(), any::<bool>()).prop_map(|(snapshot, suppress_power_on)| Act::Revert {
            snapshot: Moref::new(snapshot),
            suppress_power_on
        }),
        (text(), any::<bool>())
            .prop_map(|(snapshot, children)| Act::Delete { snapshot: Moref::new(snapshot), children }),
        Just(Act::DeleteAll),
        Just(Act::Consolidate),
        Just(Act::PowerOn),
        (text(), prop::option::of(text()), prop::option::of(text())).prop_map(|(snapshot, name, description)| {
            Act::Edit { snapshot: Moref::new(snapshot), name, description }
        }),
    ]
}

fn facts() -> impl Strategy<Value = Facts> {
    let powers = vec![PowerState::On, PowerState::Off, PowerState::Suspended];
    let nodes = prop::collection::vec((0_u8..20, prop::option::of(0_usize..5)), 0..5);
    let rest = (nodes, prop::option::of(0_usize..5), prop::sample::select(powers));
    (text(), text(), prop::option::of(text()), acts(), rest).prop_map(
        |(vcenter, vm, uuid, act, (nodes, current, power))| {
            let mut known = std::collections::HashSet::new();
            let nodes: Vec<_> = nodes.into_iter().filter(|(number, _)| known.insert(*number)).collect();
            let parent = |(index, (_, parent)): (usize, &(u8, Option<usize>))| parent.filter(|parent| *parent < index);
            Facts {
                vcenter,
                vm,
                uuid,
                act,
                parents: nodes.iter().enumerate().map(parent).collect(),
                morefs: nodes.iter().map(|(number, _)| format!("s-{number}")).collect(),
                current,
                power,
            }
        },
    )
}

#[test]
fn ten_thousand_changes_all_show() {
    let (changes, same) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let mut runner = TestRunner::new(Config { cases: MUTATIONS, failure_persistence: None, ..Config::default() });
    // One part of the facts is replaced by that of other facts.
    let result = runner.run(&(facts(), facts(), 0_u8..7), |(facts, other, part)| {
        let mut changed = facts.clone();
        match part {
            0 => changed.vcenter = other.vcenter,
            1 => changed.vm = other.vm,
            2 => changed.uuid = other.uuid,
            3 => changed.act = other.act,
            4 => (changed.parents, changed.morefs) = (other.parents, other.morefs),
            5 => changed.current = other.current,
            _ => changed.power = other.power,
        }
        let counter = if changed.shape() == facts.shape() { &same } else { &changes };
        counter.set(counter.get() + 1);
        prop_assert_eq!(changed.shape() == facts.shape(), changed.seal() == facts.seal());
        Ok(())
    });
    told!("{} changes, all seen; {} that changed nothing, none seen", changes.get(), same.get());
    result.unwrap();
    assert!(changes.get() > MUTATIONS / 2);
}
