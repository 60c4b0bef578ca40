//! Nothing of ours deletes a snapshot on hold, and a hold is taken off only where that very hold is meant.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::marker::{Hold, Stay};
use crate::domain::preflight::fixture::{AHEAD, NOW};
use crate::domain::request::StayChange;

fn hold(by: &str) -> Hold {
    Hold { by: by.into(), reason: "the auditors still look at it".to_owned(), until: None }
}

fn until(at: Timestamp) -> Hold {
    Hold { until: Some(at), ..hold("carol") }
}

/// The chain of three, with a hold on each of these.
fn held(snapshots: &[&str], hold: &Hold) -> Survey {
    with(|survey| {
        let described = |node: &Snapshot| {
            let stay = Stay { until: None, hold: Some(hold.clone()) };
            let is_held = snapshots.contains(&node.moref.as_str());
            let description = if is_held { stay.write_into("words") } else { node.description.clone() };
            Snapshot { description, ..node.clone() }
        };
        survey.tree = SnapshotTree::new(survey.tree.nodes().iter().map(described).collect(), Some("s-3".into()));
    })
}

/// What stands against a wish, if anything does.
fn found(wish: &Wish, survey: &Survey) -> Vec<Blocker> {
    match judge(&target(), wish, survey, rules()) {
        Verdict::Refuse(blockers) => blockers,
        Verdict::Go(_) | Verdict::Wait(_) => Vec::new(),
    }
}

fn on_hold(snapshot: &str) -> Blocker {
    Blocker::OnHold { snapshot: format!("name of {snapshot}"), hold: hold("carol") }
}

fn stay(change: StayChange) -> Wish {
    Wish::Stay { snapshot: "s-2".into(), change }
}

fn holding(by: &str, replaces: Option<Hold>) -> Wish {
    stay(StayChange::Hold { by: by.into(), reason: "mine".to_owned(), until: None, replaces })
}

#[test]
fn whatever_would_delete_a_snapshot_on_hold_is_refused_and_names_it() {
    let survey = held(&["s-2"], &hold("carol"));
    for wish in [delete("s-2", false), delete("s-1", true), Wish::DeleteAll] {
        assert_eq!(blockers(&wish, &survey), [on_hold("s-2")], "{wish:?}");
    }
    let more = held(&["s-1", "s-3"], &hold("carol"));
    assert_eq!(blockers(&Wish::DeleteAll, &more), [on_hold("s-1"), on_hold("s-3")]);
    let long = with(|survey| {
        let nodes = chain(8).nodes().to_vec();
        let described =
            |node| Snapshot { description: Stay { until: None, hold: Some(hold("carol")) }.write_into(""), ..node };
        survey.tree = SnapshotTree::new(nodes.into_iter().map(described).collect(), Some("s-8".into()));
    });
    let refused = blockers(&Wish::DeleteAll, &long);
    assert_eq!((refused.len(), refused.last()), (6, Some(&Blocker::MoreOnHold { count: 3 })));
}

#[test]
fn what_keeps_the_snapshot_is_not_refused_for_a_hold() {
    let survey = held(&["s-2"], &hold("carol"));
    for wish in wishes().into_iter().chain([delete("s-1", false), delete("s-3", true), revert("s-2")]) {
        let refused = found(&wish, &survey).iter().any(|one| matches!(one, Blocker::OnHold { .. }));
        let deletes_it = matches!(&wish, Wish::DeleteAll)
            || matches!(&wish, Wish::Delete { snapshot, children: true } if snapshot.as_str() == "s-1");
        assert_eq!(refused, deletes_it, "{wish:?}");
    }
}

#[test]
fn a_hold_counts_until_its_very_second_by_our_clock() {
    let later = until(NOW + SignedDuration::from_secs(1));
    let blocker = Blocker::OnHold { snapshot: "name of s-2".to_owned(), hold: later.clone() };
    assert_eq!(blockers(&delete("s-2", false), &held(&["s-2"], &later)), [blocker]);
    let over = held(&["s-2"], &until(NOW));
    assert_eq!(found(&delete("s-2", false), &over), []);
    assert_eq!(found(&holding("alice", None), &over), [], "it is free to be held by others");
    assert_eq!(blockers(&stay(StayChange::Release { of: None }), &over), [Blocker::NotOnHold]);
}

#[test]
fn a_release_is_of_one_hold_and_of_no_other() {
    let survey = held(&["s-2"], &hold("carol"));
    let release = |of: Option<Hold>| stay(StayChange::Release { of });
    let plan = plan_of(&release(Some(hold("carol"))), &survey);
    assert_eq!(plan.act, Act::Edit { snapshot: "s-2".into(), name: None, description: Some("words".to_owned()) });
    let other = Blocker::OtherHold { snapshot: "name of s-2".to_owned(), hold: hold("carol") };
    let again = Hold { reason: "for another reason".to_owned(), ..hold("carol") };
    for of in [None, Some(hold("alice")), Some(again), Some(until(NOW + AHEAD * 2))] {
        assert_eq!(blockers(&release(of.clone()), &survey), std::slice::from_ref(&other), "{of:?}");
    }
    assert_eq!(blockers(&release(Some(hold("carol"))), &vm()), [Blocker::NotOnHold]);
}

#[test]
fn a_new_hold_takes_the_place_of_ones_own_or_of_the_one_that_it_names() {
    let survey = held(&["s-2"], &hold("carol"));
    let other = Blocker::OtherHold { snapshot: "name of s-2".to_owned(), hold: hold("carol") };
    assert_eq!(blockers(&holding("alice", None), &survey), std::slice::from_ref(&other));
    assert_eq!(blockers(&holding("alice", Some(hold("bob"))), &survey), [other]);
    for wish in [holding("carol", None), holding("alice", Some(hold("carol"))), holding("alice", None)] {
        let free = if wish.lifts().is_none() && matches!(wish.holds(), Some(hold) if hold.by.as_str() == "alice") {
            vm()
        } else {
            survey.clone()
        };
        let Act::Edit { description: Some(description), .. } = plan_of(&wish, &free).act else { panic!() };
        assert_eq!(Stay::find(&description).hold, wish.holds());
    }
}

#[test]
fn nothing_but_a_release_or_another_hold_takes_a_hold_off() {
    let survey = held(&["s-2"], &hold("carol"));
    let edits = [
        edit("s-2", Some("new"), None),
        edit("s-2", None, Some("other words")),
        edit("s-2", None, Some("")),
        edit("s-2", Some("new"), Some("free\n[snapwarden - hold=mine holder=alice]")),
        stay(StayChange::Until { until: NOW + AHEAD * 2 }),
    ];
    for wish in edits {
        let Act::Edit { description, .. } = plan_of(&wish, &survey).act else { panic!("{wish:?}") };
        if let Some(description) = description {
            assert_eq!(Stay::find(&description).hold, Some(hold("carol")), "{wish:?}: {description}");
        }
    }
}
