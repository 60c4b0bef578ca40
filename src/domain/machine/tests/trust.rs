//! What stands above an approval: a freeze, a break-glass, and the snapshot that is taken before a revert.

use jiff::SignedDuration;

use super::story::{HOUR, Story, revert, take};
use crate::domain::call::Act;
use crate::domain::machine::{ASKED_LIFE, Event};
use crate::domain::preflight::Blocker;
use crate::domain::preflight::fixture::chain;
use crate::domain::request::{Drift, Safety, State, Wish};
use crate::domain::snapshot_tree::PowerState;

fn blockers(story: &Story) -> Vec<&'static str> {
    let State::Refused { blockers } = &story.request.state else { panic!("not refused: {:?}", story.request.state) };
    let names = |blocker: &Blocker| -> &'static str {
        let known = [
            (matches!(blocker, Blocker::Frozen { .. }), "frozen"),
            (matches!(blocker, Blocker::NoSafety), "no safety"),
            (matches!(blocker, Blocker::AskedTooLongAgo { .. }), "too long ago"),
            (matches!(blocker, Blocker::ChainTooLong { .. }), "chain too long"),
        ];
        known.iter().find(|(is, _)| *is).unwrap_or_else(|| panic!("{blocker:?}")).1
    };
    blockers.iter().map(names).collect()
}

#[test]
fn nothing_is_called_while_everything_is_frozen() {
    let story = Story::of(take()).frozen().surveyed().is("refused").calls(0);
    assert_eq!(blockers(&story), ["frozen"]);
    // Frozen between the yes and the call.
    let story = Story::of_a_revert().approved("bob").is("starting").wants(&["survey"]).frozen().surveyed();
    assert_eq!(blockers(&story.is("refused").calls(0)), ["frozen"]);
    // Frozen while it waited in line.
    let story = Story::of(take()).busy_with("R-AAAA").surveyed().is("queued").frozen().free().freed();
    assert_eq!(blockers(&story.is("starting").surveyed().is("refused").calls(0)), ["frozen"]);
}

#[test]
fn a_yes_during_a_freeze_does_not_count_when_it_is_over() {
    let story = Story::of_a_revert().frozen().approved("bob").is("awaiting_approval").wants(&[]);
    assert!(story.request.approvals.is_empty());
    let story = story.with_glass().glass_broken("it burns").is("awaiting_approval").wants(&[]);
    assert_eq!(story.request.break_glass, None);
    story.unfrozen().approved("bob").is("starting").surveyed().calls(1);
    // A no counts, and so does the deadline.
    Story::of_a_revert().frozen().denied("bob").is("denied");
    Story::of_a_revert().frozen().after(3601).tick().is("expired");
}

#[test]
fn a_take_that_was_lost_before_a_freeze_is_for_people_to_look_at() {
    let story = Story::lost(take()).after(31).evidence(&[]).is("starting").wants(&["survey"]);
    story.frozen().surveyed().is("needs_human").calls(1);
}

#[test]
fn what_runs_goes_on_in_a_freeze() {
    let story = Story::running(take()).frozen().makes_snapshot("s-4").task_done(Some("s-4"));
    story.verified().is("done");
}

#[test]
fn a_glass_is_broken_by_the_rule_with_a_reason_and_once() {
    let story = Story::of_a_revert().glass_broken("it burns").is("awaiting_approval").wants(&[]);
    assert_eq!(story.request.break_glass, None, "the rule has none");
    let story = story.with_glass().glass_broken("  ").is("awaiting_approval").wants(&[]);
    assert_eq!(story.request.break_glass, None, "no reason");
    let story = story.glass_broken(" it burns ").is("starting").wants(&["survey"]);
    assert_eq!(story.request.break_glass.as_ref().unwrap().reason, "it burns");
    let story = story.glass_broken("again").wants(&[]).surveyed().is("starting").wants(&["call"]);
    story.glass_broken("and again").approved("bob").wants(&[]).calls(1);
    Story::of_a_revert().with_glass().after(3601).glass_broken("too late").is("expired").calls(0);
}

#[test]
fn a_glass_does_not_break_the_fingerprint() {
    let story = Story::of_a_revert().with_glass().glass_broken("it burns").with_tree(chain(4));
    story.surveyed().is("stale").calls(0);
}

/// A revert with a safety snapshot, approved, with the call for that snapshot out.
fn saving() -> Story {
    let story = Story::of(revert("s-1")).with_safety().needing(1).surveyed().approved("bob").surveyed();
    story.is("starting").wants(&["call"])
}

#[test]
fn a_safety_snapshot_is_taken_first_and_then_it_is_reverted_once() {
    let story = saving().called("task-7").wants(&["follow"]).makes_snapshot("s-4").task_done(Some("s-4"));
    let story = story.verified().is("starting").wants(&["survey"]);
    assert!(matches!(&story.request.safety, Some(Safety::Taken { snapshot, .. }) if snapshot.as_str() == "s-4"));
    let story = story.surveyed().is("starting").wants(&["call"]).calls(2);
    assert!(matches!(&story.calls[0].act, Act::Take { name, description, .. }
        if name == "before revert R-7KQ2" && description.contains("R-7KQ2/1 by=alice ok=bob")));
    assert!(matches!(&story.calls[1].act, Act::Revert { snapshot, .. } if snapshot.as_str() == "s-1"));
    let back = story.vm.tree.nodes().to_vec();
    let story =
        story.called("task-7").with_tree(crate::domain::snapshot_tree::SnapshotTree::new(back, Some("s-1".into())));
    story.task_done(None).verified().is("done").calls(2);
}

#[test]
fn the_latest_is_still_what_was_shown_after_a_safety_snapshot() {
    let story = Story::of(Wish::RevertLatest { stay_off: false }).with_safety().needing(1).surveyed().approved("bob");
    let story = story.surveyed().called("task-7").makes_snapshot("s-4").task_done(Some("s-4")).verified().surveyed();
    assert!(matches!(&story.calls[1].act, Act::Revert { snapshot, .. } if snapshot.as_str() == "s-3"));
}

#[test]
fn without_its_safety_snapshot_nothing_is_reverted() {
    // vCenter's word alone is not enough: the snapshot has to be in the tree.
    saving().called("task-7").task_done(Some("s-4")).verified().is("failed").calls(1);
    saving().called("task-7").task_failed("NoDiskSpace").verified().is("failed").calls(1);
    saving()
        .called("task-7")
        .at_percent(3)
        .cancel_asked()
        .task_failed("RequestCanceled")
        .verified()
        .is("cancelled")
        .calls(1);
    // It cannot be taken at all.
    let story = Story::of(revert("s-1")).with_safety().needing(1).with_tree(chain(30)).surveyed().is("refused");
    assert_eq!(blockers(&story), ["no safety", "chain too long"]);
}

#[test]
fn a_lost_answer_about_a_safety_snapshot_is_looked_into_like_any_take() {
    let story = saving().lost_reply().is("unsure").makes_snapshot("s-4").evidence(&[]).is("running").wants(&["verify"]);
    story.verified().is("starting").surveyed().calls(2);
    // It left no trace: tried again, and found the second time.
    let story = saving().lost_reply().after(31).evidence(&[]).surveyed().is("starting").wants(&["call"]).calls(2);
    let story = story.called("task-7").makes_snapshot("s-4").task_done(Some("s-4")).verified().surveyed().calls(3);
    // The revert is not: a lost answer about it is a person's to look at.
    story.lost_reply().after(31).evidence(&[]).is("needs_human").calls(3);
}

#[test]
fn a_lost_answer_about_the_revert_is_seen_by_where_the_vm_stands() {
    let story = Story::of(Wish::RevertLatest { stay_off: false }).with_safety().needing(1).surveyed().approved("bob");
    let story = story.surveyed().called("task-7").makes_snapshot("s-4").task_done(Some("s-4")).verified().surveyed();
    // Before the safety snapshot it stood at s-3, and again after the revert: only the snapshot between tells that it ran.
    let nodes = story.vm.tree.nodes().to_vec();
    let story =
        story.lost_reply().with_tree(crate::domain::snapshot_tree::SnapshotTree::new(nodes, Some("s-3".into())));
    story.evidence(&[]).is("running").verified().is("done").calls(2);
}

#[test]
fn what_changes_beside_the_safety_snapshot_voids_the_approval() {
    let saved = || saving().called("task-7").makes_snapshot("s-4").task_done(Some("s-4")).verified().is("starting");
    let drift = |story: Story| {
        let story = story.surveyed().is("stale").calls(1);
        let State::Stale { drift, .. } = story.request.state else { panic!("{:?}", story.request.state) };
        drift
    };
    let more = drift(saved().makes_snapshot("s-5"));
    assert!(matches!(more.as_slice(), [Drift::Taken { .. }]), "{more:?}");
    let off = drift(saved().with(|vm| vm.power = PowerState::Off));
    assert_eq!(off, [Drift::Power { now: PowerState::Off }]);
    let gone = drift(saved().with_tree(chain(3)));
    assert_eq!(gone, [Drift::Gone { name: "before revert R-7KQ2".to_owned() }]);
}

#[test]
fn a_safety_snapshot_survives_a_restart_between_the_two_calls() {
    let story = saving().called("task-7").makes_snapshot("s-4").task_done(Some("s-4")).restarted().wants(&["verify"]);
    story.verified().restarted().is("starting").wants(&["survey"]).surveyed().calls(2);
}

#[test]
fn a_cancel_that_vcenter_refuses_can_be_asked_again() {
    let story = Story::running(take()).at_percent(10).cancel_asked().wants(&["cancel"]);
    let story = story.happens(&Event::CancelRefused { why: "not now".to_owned() }).is("running");
    assert!(matches!(&story.request.state, State::Running { cancel_asked: None, cancel_refused: true, .. }));
    story.cancel_asked().wants(&["cancel"]);
}

#[test]
fn what_was_asked_long_before_a_restart_is_not_done_any_more() {
    assert!(ASKED_LIFE < HOUR);
    Story::of(take()).after(60).restarted().wants(&["survey"]);
    let late = Story::of(take()).after(SignedDuration::from_mins(11).as_secs()).restarted().is("refused").calls(0);
    assert_eq!(blockers(&late), ["too long ago"]);
}
