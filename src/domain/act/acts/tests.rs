//! What an act says of itself is what its verb's row says.

use super::*;
use crate::domain::command;
use crate::domain::intent::{Intent, VmAct};

/// The act of each verb that has one, by the example of its row.
fn examples() -> Vec<(Verb, Act<Typed>)> {
    let act = |verb: Verb| match command::parse(verb.spec().example) {
        Ok(Intent::Act(VmAct { act, .. })) => Some((verb, act)),
        Ok(_) => None,
        Err(error) => panic!("{verb}: {error:?}"),
    };
    Verb::ALL.into_iter().filter_map(act).collect()
}

#[test]
fn an_act_is_its_verb_s_and_needs_its_verb_s_right() {
    let examples = examples();
    assert_eq!(examples.len(), 11, "of the acts only that on many VMs is typed in another way");
    for (verb, act) in examples {
        assert_eq!(act.verb(), verb);
        assert_eq!(Some(act.right()), verb.spec().right, "{verb}");
        assert!(!act.right().is_over_people(), "{verb}");
        assert_eq!(act.snapshot().is_some(), verb.spec().places.contains(&Parameter::Snapshot), "{verb}");
        if act.right().is_destructive() {
            assert!(act.destroys(), "{verb} needs an approval rule and destroys nothing");
        }
        assert_eq!(act.reverts(), verb.takes(Parameter::Safety), "{verb} and the snapshot before it");
        let destroys = ["revert", "revert-latest", "delete", "delete-all"].contains(&verb.as_str());
        let words = ["edit", "keep", "hold", "release"].contains(&verb.as_str());
        assert_eq!((act.destroys(), act.only_describes()), (destroys, words), "{verb}");
    }
    let more: Act<Typed> = Act::Delete { snapshot: None, children: true };
    assert!(more.right().is_destructive());
    let old: Act<Resolved> = Act::DeleteOlder { age: SignedDuration::from_hours(24) };
    assert_eq!((old.verb(), Some(old.right())), (Verb::DeleteOlder, Verb::DeleteOlder.spec().right));
}

#[test]
fn what_is_asked_for_again_lasts_as_long_as_it_was_to() {
    let then: Timestamp = "2026-11-22T14:00:00Z".parse().unwrap();
    let until = then + SignedDuration::from_hours(72);
    let take: Act<Resolved> = Act::Take { name: "x".into(), description: None, mode: Mode::Memory, until: Some(until) };
    let keep = Some(Keep::For(SignedDuration::from_hours(72)));
    let again = Act::Take { name: Some("x".into()), description: None, mode: Mode::Memory, until: keep };
    assert_eq!(take.again(then), Some(again));
    let hold = |by, replaces| StayChange::Hold { by, reason: "audit".into(), until: None, replaces };
    let others = Hold { by: "carol".into(), reason: "mine".into(), until: None };
    let held: Act<Resolved> = Act::Stay { snapshot: "s-1".into(), change: hold("alice".into(), Some(others.clone())) };
    assert_eq!(held.lifts(), Some(&others));
    let Some(Act::Stay { snapshot: Some(SnapshotSelector::Moref(moref)), .. }) = held.again(then) else {
        panic!("a hold is asked for again on the same snapshot")
    };
    assert_eq!(moref.as_str(), "s-1");
    assert_eq!(Act::<Resolved>::DeleteOlder { age: SignedDuration::from_hours(1) }.again(then), None);
}
