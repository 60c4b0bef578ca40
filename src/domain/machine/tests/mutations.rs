//! Ten thousand intents that somebody approved and that are another one when it comes to the call: none of them runs.
//!
//! Either the VM is not what it was when it was read again, or the request itself has been changed behind the approvers'
//! backs: its VM, its vCenter, its wish, its plan. One in ten is left as it was, and each of these runs.
#![expect(clippy::wildcard_enum_match_arm, reason = "what is not spoken of changes nothing here")]

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::story::{context, delete, need, rename, request, revert, take, target_of};
use crate::domain::call::Act;
use crate::domain::ids::Moref;
use crate::domain::intent::Mode;
use crate::domain::machine::{Effect, Event, step};
use crate::domain::preflight::fixture::{NOW, snapshot, tree, vm};
use crate::domain::request::{Request, State, Wish};
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use crate::domain::survey::Survey;

/// How many mutated intents.
const MUTATIONS: u32 = 10_000;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Changed {
    Nothing,
    Uuid,
    Power,
    SnapshotTaken,
    SnapshotGone,
    SnapshotMoved,
    Current,
    Vm,
    VCenter,
    Verb,
    Snapshot,
    Argument,
    PlannedAct,
}

const ALL: [Changed; 13] = [
    Changed::Nothing,
    Changed::Uuid,
    Changed::Power,
    Changed::SnapshotTaken,
    Changed::SnapshotGone,
    Changed::SnapshotMoved,
    Changed::Current,
    Changed::Vm,
    Changed::VCenter,
    Changed::Verb,
    Changed::Snapshot,
    Changed::Argument,
    Changed::PlannedAct,
];

fn wishes() -> Vec<Wish> {
    vec![
        take(),
        revert("s-1"),
        revert("s-2"),
        Wish::RevertLatest { stay_off: false },
        delete("s-1", false),
        delete("s-2", true),
        Wish::DeleteAll,
        Wish::Consolidate,
        rename("s-1", "new"),
        Wish::PowerOn,
    ]
}

/// The VM on which a wish makes sense.
fn vm_for(wish: &Wish) -> Survey {
    let mut vm = vm();
    vm.consolidation_needed = matches!(wish, Wish::Consolidate);
    if let Wish::PowerOn = wish {
        vm.power = PowerState::Off;
    }
    vm
}

/// The request, approved and about to be held against what is read now.
fn approved(wish: Wish, vm: &Survey) -> Request {
    let mut request = request(wish);
    request.approval = Some(need(1));
    request.approvals.clear();
    let cx = context(NOW);
    let events = [
        Event::Surveyed { survey: Ok(Box::new(vm.clone())) },
        Event::Approved { person: "bob".into(), account: "console:bob".into() },
    ];
    for event in &events {
        request = step(&request, event, cx).request;
    }
    assert_eq!(request.state.name(), "starting", "{:?}", request.state);
    request
}

/// Changes one thing; says whether there was something to change.
fn change(what: Changed, pick: usize, request: &mut Request, vm: &mut Survey) -> bool {
    let nodes = vm.tree.nodes().to_vec();
    let current = vm.tree.current().map(|node| node.moref.clone());
    let at = pick % nodes.len();
    match what {
        Changed::Nothing => {}
        Changed::Uuid => {
            vm.instance_uuid = [None, Some("another".into())][pick % 2].clone();
            // A request that was resolved without one is held to what preflight read.
            if pick.is_multiple_of(3) {
                target_of(request).instance_uuid = None;
            }
        }
        Changed::Power => {
            let others = [PowerState::On, PowerState::Off, PowerState::Suspended];
            let others: Vec<PowerState> = others.into_iter().filter(|power| *power != vm.power).collect();
            vm.power = others[pick % 2];
        }
        Changed::SnapshotTaken => {
            let parent = nodes[at].moref.clone();
            let taken = snapshot("s-9", Some(parent.as_str()), 0);
            let here = if pick.is_multiple_of(2) { Some(taken.moref.clone()) } else { current };
            vm.tree = SnapshotTree::new(nodes.into_iter().chain([taken]).collect(), here);
        }
        Changed::SnapshotGone => {
            let gone = nodes[at].clone();
            let left = nodes.into_iter().filter(|node| node.moref != gone.moref).map(|node| {
                let parent = if node.parent.as_ref() == Some(&gone.moref) { gone.parent.clone() } else { node.parent };
                Snapshot { parent, ..node }
            });
            let here = if current.as_ref() == Some(&gone.moref) { gone.parent.clone() } else { current };
            vm.tree = SnapshotTree::new(left.collect(), here);
        }
        Changed::SnapshotMoved => {
            let rows = [("s-1", None), ("s-2", None), ("s-3", Some("s-2"))];
            let other = [("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-1"))];
            vm.tree = tree(if pick.is_multiple_of(2) { &rows } else { &other }, Some("s-3"));
        }
        Changed::Current => {
            let here = [None, Some(Moref::from("s-1")), Some(Moref::from("s-2"))][pick % 3].clone();
            vm.tree = SnapshotTree::new(nodes, here);
        }
        Changed::Vm => target_of(request).vm.moref = Moref::new(format!("vm-{}", 43 + pick)),
        Changed::VCenter => target_of(request).vm.vcenter = "lyon".into(),
        Changed::Verb => {
            let others: Vec<Wish> = wishes().into_iter().filter(|wish| wish.verb() != request.wish.verb()).collect();
            let other = others[pick % others.len()].clone();
            // "Revert to the latest" and "revert to s-3" are one act.
            request.wish = other;
        }
        Changed::Snapshot => match &mut request.wish {
            Wish::Revert { snapshot, .. } | Wish::Delete { snapshot, .. } | Wish::Edit { snapshot, .. } => {
                *snapshot = ["s-3", "s-9"][pick % 2].into();
            }
            _ => return false,
        },
        Changed::Argument => match &mut request.wish {
            Wish::Take { name, .. } if pick.is_multiple_of(3) => name.push('x'),
            Wish::Take { description, .. } if pick % 3 == 1 => *description = None,
            Wish::Take { mode, .. } => *mode = Mode::Memory,
            Wish::Delete { children, .. } => *children = !*children,
            Wish::Edit { name, .. } => *name = Some("other".to_owned()),
            _ => return false,
        },
        Changed::PlannedAct => {
            let Some(plan) = &mut request.plan else { return false };
            let acts = [
                Act::DeleteAll,
                Act::Consolidate,
                Act::PowerOn,
                Act::Revert { snapshot: "s-1".into(), suppress_power_on: false },
                Act::Delete { snapshot: "s-3".into(), children: true },
            ];
            let acts: Vec<Act> = acts.into_iter().filter(|act| *act != plan.act).collect();
            plan.act = acts[pick % acts.len()].clone();
        }
    }
    true
}

#[test]
fn none_of_ten_thousand_mutated_intents_runs() {
    let (mutated, run, left) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    let by_kind = std::cell::RefCell::new(BTreeMap::<Changed, u32>::new());
    let cases = (prop::sample::select(wishes()), prop::sample::select(ALL.to_vec()), 0_usize..1_000);
    let config = Config {
        cases: MUTATIONS + MUTATIONS / 5,
        failure_persistence: None,
        max_global_rejects: MUTATIONS,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&cases, |(wish, what, pick)| {
        let mut vm = vm_for(&wish);
        let mut request = approved(wish, &vm);
        prop_assume!(change(what, pick, &mut request, &mut vm));
        let event = Event::Surveyed { survey: Ok(Box::new(vm)) };
        let step = step(&request, &event, context(NOW));
        let calls = step.effects.iter().any(|effect| matches!(effect, Effect::Call(_)));
        *by_kind.borrow_mut().entry(what).or_default() += 1;
        if what == Changed::Nothing {
            left.set(left.get() + 1);
            prop_assert!(calls, "what was approved runs");
            return Ok(());
        }
        mutated.set(mutated.get() + 1);
        run.set(run.get() + u32::from(calls));
        prop_assert!(!calls, "{what:?} {pick} ran");
        let ended = matches!(step.request.state, State::Stale { .. } | State::Refused { .. });
        prop_assert!(ended, "{what:?}: {:?}", step.request.state);
        Ok(())
    });
    told!(
        "{} mutations of an approved intent: {} run; {} left as they were, which run; {:?}",
        mutated.get(),
        run.get(),
        left.get(),
        by_kind.borrow()
    );
    result.unwrap();
    assert!(mutated.get() >= MUTATIONS, "ten thousand and no fewer");
    assert_eq!(by_kind.borrow().len(), ALL.len(), "every kind of change was made");
}
