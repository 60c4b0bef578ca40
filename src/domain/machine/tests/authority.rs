//! Rules that change while a request waits, and a last gate that is closed.

use super::story::{Story, revert, take};
use crate::domain::authority::Refusal;
use crate::domain::machine::may_call;
use crate::domain::policy::{Policy, Rule, VerbPattern, VmPattern};
use crate::domain::preflight::Blocker;
use crate::domain::preflight::fixture::{self, chain};
use crate::domain::request::{Drift, State, StruckWhy};

fn everything() -> (Vec<VerbPattern>, Vec<VmPattern>) {
    (vec![VerbPattern::Any], vec![VmPattern::parse("*").unwrap()])
}

/// A deny for everybody who may ask.
fn denied(policy: &mut Policy) {
    let (verbs, vms) = everything();
    policy.denies.push(Rule { groups: vec!["team".into()], verbs, vms, line: Some("line 41".to_owned()) });
}

fn out(person: &'static str) -> impl Fn(&mut Policy) {
    move |policy| policy.people.iter_mut().find(|known| known.id.as_str() == person).unwrap().groups.clear()
}

#[track_caller]
fn refusal(story: &Story) -> Refusal {
    let State::Refused { blockers } = &story.request.state else { panic!("not refused: {:?}", story.request.state) };
    let [Blocker::NotPermitted { refusal, .. }] = blockers.as_slice() else { panic!("{blockers:?}") };
    refusal.clone()
}

#[test]
fn a_requester_who_lost_the_right_is_refused_wherever_the_request_stands() {
    let by_rule = Refusal::Denied { rule: Some("line 41".to_owned()) };
    // At the first look, while it waits for an approval, at the approval, in a queue, when it leaves it, and before the call.
    let asked = Story::of(take()).ruled(denied).surveyed().is("refused").wants(&[]);
    let waiting = Story::of_a_revert().ruled(denied).reviewed().is("refused").wants(&[]);
    let approved = Story::of_a_revert().ruled(denied).approved("bob").is("refused").wants(&[]);
    let queued = || Story::of(take()).busy_with("R-AAAA").surveyed().is("queued");
    let in_line = queued().ruled(denied).reviewed().is("refused").wants(&[]);
    let freed = queued().ruled(denied).free().freed().is("refused").wants(&[]);
    let checking = || Story::of_a_revert().approved("bob").is("starting").wants(&["survey"]);
    let checked = checking().ruled(denied).surveyed().is("refused").wants(&[]);
    let looking = checking().ruled(denied).reviewed().is("refused").wants(&[]);
    for story in [asked, waiting, approved, in_line, freed, checked, looking] {
        assert_eq!(refusal(&story), by_rule);
        story.calls(0);
    }
    let overridden = Story::of_a_revert().with_glass().ruled(denied).glass_broken("it burns").is("refused");
    assert_eq!(overridden.request.break_glass, None);
}

#[test]
fn a_revert_is_not_called_after_its_safety_snapshot_where_the_right_is_lost_meanwhile() {
    let saving = Story::of(revert("s-1")).with_safety().needing(1).surveyed().approved("bob").surveyed();
    let saved = saving.called("task-7").makes_snapshot("s-4").task_done(Some("s-4")).verified().wants(&["survey"]);
    let story = saved.ruled(denied).surveyed().is("refused").calls(1);
    assert!(matches!(refusal(&story), Refusal::Denied { .. }));
}

#[test]
fn a_take_that_was_lost_before_is_for_people_to_look_at() {
    let again = Story::lost(take()).after(31).evidence(&[]).is("starting").wants(&["survey"]);
    again.clone().ruled(denied).surveyed().is("needs_human").calls(1);
    again.ruled(denied).reviewed().is("needs_human").calls(1);
}

#[test]
fn an_approval_that_does_not_count_any_more_is_struck_and_can_be_given_again() {
    let story = Story::of(revert("s-1")).needing(2).surveyed().approved("bob").is("awaiting_approval");
    let story = story.ruled(out("bob")).reviewed().is("awaiting_approval").wants(&[]);
    assert!(story.request.approvals.is_empty());
    let [struck] = story.request.struck.as_slice() else { panic!("{:?}", story.request.struck) };
    assert_eq!(
        (struck.person.as_str(), &struck.why),
        ("bob", &StruckWhy::NotApprover { groups: vec!["approvers".into()] })
    );
    let story = story.approved("carol").is("awaiting_approval").approved("bob").is("awaiting_approval");
    let back = |policy: &mut Policy| *policy = super::story::free().clone();
    story.ruled(back).approved("bob").is("starting").surveyed().wants(&["call"]).calls(1);
}

#[test]
fn an_approved_request_whose_approver_left_asks_again() {
    // Between the approval and the look, in a queue, and by a review.
    let checking = || Story::of_a_revert().approved("bob").is("starting");
    let story = checking().ruled(out("bob")).surveyed().is("awaiting_approval").wants(&[]).calls(0);
    assert_eq!(story.request.struck.len(), 1);
    story.approved("carol").is("starting").surveyed().calls(1);
    checking().ruled(out("bob")).reviewed().is("awaiting_approval");
    let queued = || Story::of_a_revert().busy_with("R-AAAA").approved("bob").is("queued");
    queued().ruled(out("bob")).reviewed().is("awaiting_approval");
    queued().ruled(out("bob")).free().freed().is("awaiting_approval").wants(&[]);
    let glass = Story::of_a_revert().with_glass().glass_broken("it burns").is("starting");
    let glass = glass.ruled(out("erin")).surveyed().is("awaiting_approval").calls(0);
    assert!(glass.request.break_glass.is_none() && glass.request.struck[0].glass);
}

#[test]
fn what_is_not_known_ends_nothing_that_waits_and_calls_nothing() {
    let unknown = |policy: &mut Policy| {
        out("alice")(policy);
        policy.lose_members("team");
    };
    let known = |policy: &mut Policy| *policy = super::story::free().clone();
    let story = Story::of_a_revert().ruled(unknown).reviewed().is("awaiting_approval");
    let story = story.approved("bob").is("awaiting_approval").wants(&[]);
    assert!(
        story.request.approvals.is_empty(),
        "an approval now would be a call of which nobody knows whether it may be"
    );
    story.ruled(known).approved("bob").is("starting").ruled(unknown).surveyed().is("refused").calls(0);
    // An approval of which it is not known whether it counts waits too, and counts as soon as it is known.
    let approver = |policy: &mut Policy| {
        out("bob")(policy);
        policy.lose_members("approvers");
    };
    let story = Story::of(revert("s-1")).needing(2).surveyed().approved("bob").ruled(approver).reviewed();
    assert_eq!((story.request.approvals.len(), story.request.struck.len()), (1, 0));
    let story = story.approved("carol").is("awaiting_approval").wants(&[]);
    assert_eq!(story.request.approvals.len(), 2);
    story.ruled(known).reviewed().is("starting").wants(&["survey"]).surveyed().calls(1);
}

#[test]
fn where_the_vm_is_now_counts() {
    let prod = |policy: &mut Policy| {
        let (verbs, _) = everything();
        let vms = vec![VmPattern::parse("DC1/prod/*").unwrap()];
        policy.denies.push(Rule { groups: vec!["team".into()], verbs, vms, line: None });
    };
    let mut story = Story::of_a_revert().ruled(prod).approved("bob").is("starting");
    let mut place = fixture::target();
    place.path = "DC1/prod/db-01".to_owned();
    story.place = Some(place);
    assert_eq!(refusal(&story.surveyed().calls(0)), Refusal::Denied { rule: None });
}

#[test]
fn a_call_that_was_held_back_was_not_made_and_the_look_says_what_becomes_of_it() {
    let calling = || Story::of_a_revert().approved("bob").surveyed().is("starting").wants(&["call"]);
    let story = calling().with_tree(chain(4)).held_back().is("stale").wants(&[]);
    assert!(
        matches!(&story.request.state, State::Stale { drift, .. } if matches!(drift.as_slice(), [Drift::Taken { .. }]))
    );
    assert_eq!(story.request.attempts, 0);
    let story = calling().frozen().held_back().is("refused").wants(&[]);
    assert!(
        matches!(&story.request.state, State::Refused { blockers } if matches!(blockers[0], Blocker::Frozen { .. }))
    );
    assert!(matches!(refusal(&calling().ruled(denied).held_back()), Refusal::Denied { .. }));
    calling().ruled(out("bob")).held_back().is("awaiting_approval");
    calling().with_task("Backup").held_back().is("queued");
    // Where nothing is in the way any more, the VM is looked at once more, and called on that look.
    let story = calling().held_back().is("starting").wants(&["survey"]);
    story.surveyed().is("starting").wants(&["call"]).called("task-7").is("running");
    // The same delivered twice is one, and it says nothing to what runs.
    calling().with_tree(chain(4)).held_back().held_back().is("stale");
    calling().called("task-7").held_back().is("running").wants(&[]);
}

#[test]
fn the_last_gate_is_open_only_for_the_very_call_that_was_written_down() {
    let opens = |story: &Story| {
        let call = story.calls.last().unwrap();
        story.in_context(|cx| may_call(&story.request, call, &story.vm, cx))
    };
    let calling = || Story::of_a_revert().approved("bob").surveyed().wants(&["call"]);
    assert!(opens(&calling()));
    assert!(!opens(&calling().with_tree(chain(4))), "a snapshot more");
    assert!(!opens(&calling().with_task("Backup")), "another task has the VM");
    assert!(!opens(&calling().frozen()));
    assert!(!opens(&calling().ruled(denied)));
    assert!(!opens(&calling().ruled(out("bob"))));
    assert!(!opens(&calling().called("task-7")), "it is out already");
    let taking = || Story::called_out(take());
    assert!(opens(&taking()));
    assert!(!opens(&taking().with_tree(chain(4))), "what a lost call leaves is seen against the tree before it");
    assert!(!opens(&taking().with(|vm| vm.template = true)));
    let again = Story::lost(take()).after(31).evidence(&[]).surveyed().wants(&["call"]);
    assert!(opens(&again));
    assert!(!opens(&again.makes_snapshot("s-4")), "the try before has left its snapshot after all");
}
