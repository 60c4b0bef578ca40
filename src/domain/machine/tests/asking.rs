//! From asking to the call: preflight, approval, waiting, the check right before.

use super::story::{HOUR, Story, delete, fault, rename, revert, take, target_of};
use crate::domain::call::{Act, CallError, Started};
use crate::domain::machine::{Change, Event, FOREIGN_PATIENCE, FOREIGN_RETRY, Unread, is_awake, wake_at};
use crate::domain::marker::{Hold, Marker, Stay};
use crate::domain::preflight::Blocker;
use crate::domain::preflight::fixture::{AHEAD, NOW, chain, tree};
use crate::domain::request::{Behind, Drift, Failure, StartPhase, State, Wish};
use crate::domain::snapshot_tree::{PowerState, SnapshotTree};

const BOB: &str = "bob";
const CAROL: &str = "carol";

fn unreachable() -> Unread {
    Unread::Unreachable("timed out".to_owned())
}

fn waits_behind(story: &Story) -> &Behind {
    let State::Queued { behind, .. } = &story.request.state else { panic!("not queued: {:?}", story.request.state) };
    behind
}

fn drift(story: &Story) -> &[Drift] {
    let State::Stale { drift, .. } = &story.request.state else { panic!("not stale: {:?}", story.request.state) };
    drift
}

fn blockers(story: &Story) -> &[Blocker] {
    let State::Refused { blockers } = &story.request.state else { panic!("not refused: {:?}", story.request.state) };
    blockers
}

#[test]
fn a_take_runs_at_once_with_its_marker() {
    let story = Story::of(take()).surveyed().is("starting").wants(&["call"]).calls(1);
    let Act::Take { description, .. } = &story.calls[0].act else { panic!() };
    let marker = Marker::find(description).unwrap();
    assert_eq!((marker.request, marker.attempt), (story.request.id.clone(), 1));
    assert_eq!(Marker::strip(description), "the big one");
    // vCenter's clock for what is looked for in vCenter, ours for what people see.
    let State::Starting { phase: StartPhase::Calling { t0, at } } = story.request.state else { panic!() };
    assert_eq!((t0, at), (NOW + AHEAD, NOW));
}

#[test]
fn the_way_of_a_revert_that_is_approved() {
    let story = Story::of(revert("s-1")).needing(1);
    let story = story.surveyed().is("awaiting_approval").wants(&[]);
    let story = story.after(60).approved(BOB).is("starting").wants(&["survey"]);
    let story = story.surveyed().is("starting").wants(&["call"]);
    let story = story.called("task-7").is("running").wants(&["follow"]);
    let story = story.at_percent(40).wants(&[]);
    let story = story.task_done(None).is("running").wants(&["verify"]);
    let story = story.with_tree(tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], Some("s-1")));
    let story = story.after(63).verified().is("done").calls(1);
    assert_eq!(story.facts().verified, Some(true));
    assert!(!story.facts().recovered);
}

#[test]
fn what_stands_against_it_is_said_at_once() {
    let story = Story::of(revert("s-9")).surveyed().is("refused").wants(&[]);
    assert_eq!(blockers(&story), [Blocker::SnapshotGone]);
    let story = Story::of(take()).not_surveyed(Unread::Gone).is("refused");
    assert_eq!(blockers(&story), [Blocker::VmGone]);
    let story = Story::of(take()).not_surveyed(unreachable()).is("refused");
    assert!(matches!(blockers(&story), [Blocker::Unreadable { .. }]));
}

#[test]
fn a_hold_that_is_put_on_while_a_card_waits_stops_the_deletion() {
    let hold = Hold { by: CAROL.into(), reason: "audit".to_owned(), until: None };
    let on_hold = |story: Story| {
        let mut nodes = story.vm.tree.nodes().to_vec();
        nodes[1].description = Stay { until: None, hold: Some(hold.clone()) }.write_into("");
        story.with_tree(SnapshotTree::new(nodes, Some("s-3".into())))
    };
    for wish in [delete("s-2", false), delete("s-1", true), Wish::DeleteAll] {
        let waiting = || Story::of(wish.clone()).needing(1).surveyed().is("awaiting_approval");
        let story = on_hold(waiting()).approved(BOB).is("starting").surveyed().is("refused").calls(0);
        assert_eq!(blockers(&story), [Blocker::OnHold { snapshot: "name of s-2".to_owned(), hold: hold.clone() }]);
        // Between the yes and the look, and while it waits in line.
        on_hold(waiting().approved(BOB)).surveyed().is("refused").calls(0);
        let queued = Story::of(wish.clone()).busy_with("R-AAAA").surveyed().is("queued");
        on_hold(queued).free().freed().surveyed().is("refused").calls(0);
        waiting().approved(BOB).surveyed().calls(1);
    }
}

#[test]
fn an_approval_ends_at_its_very_second() {
    let until = HOUR.as_secs();
    Story::of_a_revert().after(until - 1).approved(BOB).is("starting");
    Story::of_a_revert().after(until - 1).tick().is("awaiting_approval");
    for late in [
        Story::of_a_revert().after(until).approved(BOB),
        Story::of_a_revert().after(until).denied(BOB),
        Story::of_a_revert().after(until).tick(),
        Story::of_a_revert().after(3 * until).restarted(),
    ] {
        // People read "nobody decided by …", so it is the deadline, however late that is noticed.
        assert_eq!(late.request.state, State::Expired { at: NOW + HOUR });
        late.approved(CAROL).is("expired").surveyed().is("expired").calls(0);
    }
    assert_eq!(wake_at(&Story::of_a_revert().request), Some(NOW + HOUR));
}

#[test]
fn nobody_approves_their_own_request_unless_the_rule_says_so() {
    let story = Story::of_a_revert().approved("alice").is("awaiting_approval").wants(&[]);
    assert_eq!((story.change, story.request.approvals.len()), (Change::Nothing, 0));

    let mut story = Story::of(revert("s-1")).needing(1);
    story.request.approval.as_mut().unwrap().self_approval = true;
    story.surveyed().approved("alice").is("starting");
}

#[test]
fn two_approvals_are_two_people() {
    let story = Story::of(revert("s-1")).needing(2).surveyed();
    let story = story.approved(BOB).is("awaiting_approval");
    let story = story.approved(BOB).is("awaiting_approval");
    assert_eq!((story.change, story.request.approvals.len()), (Change::Nothing, 1));
    let story = story.approved(CAROL).is("starting").wants(&["survey"]).surveyed().calls(1);
    story.approved("dave").is("starting").calls(1);
}

#[test]
fn a_rule_that_needs_nobody_still_needs_somebody() {
    Story::of(revert("s-1")).needing(0).surveyed().is("awaiting_approval").approved(BOB).is("starting");
}

#[test]
fn a_no_ends_it() {
    let story = Story::of_a_revert().denied(BOB).is("denied").approved(CAROL).is("denied");
    story.surveyed().tick().restarted().is("denied").calls(0);
}

#[test]
fn it_can_be_taken_back_while_it_waits() {
    Story::of(take()).withdrawn().is("withdrawn").surveyed().is("withdrawn").calls(0);
    Story::of_a_revert().withdrawn().is("withdrawn").approved(BOB).is("withdrawn");
    Story::of(take()).busy_with("R-AAAA").surveyed().is("queued").withdrawn().is("withdrawn").freed().calls(0);
    Story::of(take()).with_task("Destroy").surveyed().withdrawn().is("withdrawn").after(60).tick().calls(0);
    // Too late: the call may be on its way.
    Story::called_out(take()).withdrawn().is("starting");
    Story::running(take()).withdrawn().is("running");
    Story::lost(take()).withdrawn().is("unsure");
}

#[test]
fn one_operation_at_a_time() {
    let story = Story::of(take()).busy_with("R-AAAA").surveyed().is("queued").wants(&[]);
    assert_eq!(*waits_behind(&story), Behind::Request("R-AAAA".parse_id()));
    assert_eq!(wake_at(&story.request), None, "the one before wakes it");
    // Not free after all, or held by yet another: it stays, and says for whom.
    let story = story.busy_with("R-BBBB").freed().is("queued").wants(&[]);
    assert_eq!(*waits_behind(&story), Behind::Request("R-BBBB".parse_id()));
    let story = story.free().freed().is("starting").wants(&["survey"]).freed().wants(&[]);
    story.surveyed().wants(&["call"]).calls(1);
}

#[test]
fn our_own_task_is_not_somebody_else_s() {
    // vCenter tells of the task of the request that holds the VM, and disables methods for it.
    let story = Story::of(take()).busy_with("R-AAAA").with_task("VirtualMachine.removeAllSnapshots");
    let story = story.surveyed().is("queued");
    assert_eq!(*waits_behind(&story), Behind::Request("R-AAAA".parse_id()));
    let story = Story::of(take()).busy_with("R-AAAA");
    let story = story.with(|vm| vm.disabled_methods = vec!["CreateSnapshot_Task".to_owned()]);
    story.surveyed().is("queued");
}

#[test]
fn the_patience_with_others_does_not_count_our_own() {
    let long = FOREIGN_PATIENCE.as_secs() * 2;
    let story = Story::of(take()).busy_with("R-AAAA").surveyed().is("queued").after(long);
    let story = story.free().freed().is("starting").with_task("Destroy").surveyed().is("queued");
    let retry = FOREIGN_RETRY.as_secs();
    let story = story.after(retry).tick().is("starting").wants(&["survey"]);
    // While one of ours has the VM, the wait is for that one, however long it was.
    let story = story.surveyed().is("queued").busy_with("R-BBBB").after(long).tick().is("queued");
    assert_eq!(*waits_behind(&story), Behind::Request("R-BBBB".parse_id()));
}

#[test]
fn a_clock_that_is_set_back_keeps_nobody_in_line() {
    let story = Story::of(take()).with_task("VirtualMachine.migrate").surveyed().is("queued").after(-3_600);
    assert!(is_awake(&story.request, story.now));
    story.tick().is("starting").wants(&["survey"]);
}

#[test]
fn behind_a_foreign_task_it_looks_again_until_it_has_waited_long_enough() {
    let mut story = Story::of(take()).with_task("VirtualMachine.migrate").surveyed().is("queued");
    assert_eq!(*waits_behind(&story), Behind::Foreign("VirtualMachine.migrate".to_owned()));
    assert_eq!(wake_at(&story.request), Some(NOW + FOREIGN_RETRY));
    let mut looks = 0;
    story = story.freed().is("queued").wants(&[]).tick().wants(&[]).restarted().wants(&[]);
    loop {
        story = story.after(FOREIGN_RETRY.as_secs()).tick();
        if story.request.state.is_final() {
            break;
        }
        looks += 1;
        story = story.is("starting").wants(&["survey"]).surveyed().is("queued");
    }
    assert_eq!(looks, FOREIGN_PATIENCE.as_secs() / FOREIGN_RETRY.as_secs() - 1);
    assert_eq!(*story.failure(), Failure::StillBusy);
    story.calls(0);
}

#[test]
fn a_vcenter_that_always_says_busy_is_not_asked_for_ever() {
    // The list of tasks is empty, and the call is refused all the same.
    let busy = || CallError::Fault(fault("TaskInProgress"));
    let mut story = Story::of(delete("s-2", false)).surveyed().wants(&["call"]);
    for _ in 0..10_000 {
        story = story.call_failed(busy()).is("queued").after(FOREIGN_RETRY.as_secs()).tick();
        if story.request.state.is_final() {
            break;
        }
        story = story.surveyed().wants(&["call"]);
    }
    assert_eq!(*story.failure(), Failure::StillBusy);
    assert_eq!(story.now, NOW + FOREIGN_PATIENCE);
}

#[test]
fn what_vcenter_refused_as_busy_was_no_try() {
    let busy = || CallError::Fault(fault("TaskInProgress"));
    let mut story = Story::of(take()).surveyed();
    for _ in 0..5 {
        story = story.call_failed(busy()).after(15).tick().surveyed().is("starting");
    }
    assert_eq!(story.request.attempts, 1);
}

#[test]
fn people_approve_while_the_vm_is_busy() {
    // The card comes at once; the wait comes after the yes.
    let story = Story::of(revert("s-1")).needing(1).with_task("Backup").surveyed().is("awaiting_approval");
    let story = story.approved(BOB).is("starting").surveyed().is("queued").calls(0);
    story.with(|vm| vm.running_tasks.clear()).after(15).tick().surveyed().calls(1);

    let story = Story::of(revert("s-1")).needing(1).busy_with("R-AAAA").surveyed().is("awaiting_approval");
    let story = story.approved(BOB).is("queued").wants(&[]);
    assert_eq!(*waits_behind(&story), Behind::Request("R-AAAA".parse_id()));
    // What it waited for took a snapshot, which is not what was approved.
    let story = story.free().freed().is("starting").with_tree(chain(4)).surveyed().is("stale");
    story.calls(0);
}

#[test]
fn drift_of_every_kind_voids_the_approval() {
    let chained = [("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))];
    let forked = [("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-1"))];
    let name = |moref: &str| format!("name of {moref}");
    let approved = || Story::of_a_revert().approved(BOB);
    let taken = chain(4).get(&"s-4".into()).unwrap().created - AHEAD;
    let cases = [
        (
            approved().with_tree(tree(&[chained.as_slice(), &[("s-4", Some("s-3"))]].concat(), Some("s-4"))),
            Drift::Taken { name: name("s-4"), at: taken },
        ),
        (approved().with_tree(chain(2)), Drift::Gone { name: name("s-3") }),
        (approved().with_tree(tree(&chained, Some("s-2"))), Drift::Current { name: Some(name("s-2")) }),
        (approved().with_tree(tree(&chained, None)), Drift::Current { name: None }),
        (approved().with_tree(tree(&forked, Some("s-3"))), Drift::OtherAct),
        (approved().with(|vm| vm.power = PowerState::Off), Drift::Power { now: PowerState::Off }),
        (approved().with(|vm| vm.instance_uuid = Some("other".into())), Drift::OtherVm),
        (approved().with(|vm| vm.instance_uuid = None), Drift::OtherVm),
    ];
    for (story, expected) in cases {
        let story = story.surveyed().is("stale").wants(&[]).calls(0);
        assert_eq!(drift(&story), [expected]);
        story.restarted().surveyed().is("stale");
    }
}

#[test]
fn names_sizes_and_clocks_are_no_drift() {
    let story = Story::of_a_revert().approved(BOB).after(600).with(|vm| {
        vm.name = "db-01-renamed".to_owned();
        vm.snapshot_bytes.clear();
        vm.bytes_since_current = None;
        vm.consolidation_needed = true;
    });
    story.surveyed().is("starting").calls(1);
}

#[test]
fn the_approved_mode_of_a_take_is_what_is_called() {
    // Approved as quiesced; then the Tools stop, and "auto" would quietly mean something else.
    let story = Story::of(take()).needing(1).surveyed().approved(BOB);
    let story = story.with(|vm| vm.tools = crate::domain::inventory::ToolsState::NotRunning);
    let story = story.surveyed().is("stale").calls(0);
    assert_eq!(*drift(&story), [Drift::OtherAct]);
}

#[test]
fn the_latest_is_the_one_that_was_shown() {
    let story = Story::of(Wish::RevertLatest { stay_off: false }).needing(1).surveyed();
    let approved = story.approved(BOB);
    approved.clone().with_tree(chain(4)).surveyed().is("stale");
    let story = approved.surveyed().calls(1);
    assert!(matches!(&story.calls[0].act, Act::Revert { snapshot, .. } if snapshot.as_str() == "s-3"));
}

#[test]
fn a_target_without_uuid_is_held_to_what_preflight_read() {
    let mut story = Story::of(revert("s-1")).needing(1);
    target_of(&mut story.request).instance_uuid = None;
    let approved = story.surveyed().is("awaiting_approval").approved(BOB);
    approved.clone().surveyed().is("starting").calls(1);
    let other = approved.with(|vm| vm.instance_uuid = Some("other".into())).surveyed().is("stale");
    assert_eq!(*drift(&other), [Drift::OtherVm]);
}

#[test]
fn a_vm_that_is_gone_between_card_and_click_is_not_called() {
    let story = Story::of_a_revert().approved(BOB).not_surveyed(Unread::Gone).is("refused");
    assert_eq!(blockers(&story), [Blocker::VmGone]);
    story.calls(0);
}

#[test]
fn an_approval_is_not_worth_a_call_on_a_vm_that_cannot_be_seen() {
    let story = Story::of_a_revert().approved(BOB).not_surveyed(unreachable()).is("failed").calls(0);
    assert!(matches!(story.failure(), Failure::Unreachable(_)));
}

#[test]
fn what_changed_comes_before_what_stands_against_it() {
    // Both a snapshot gone and a lock: the approver is told that it is not what they saw.
    let both = |vm: &mut crate::domain::survey::Survey| {
        vm.tree = chain(2);
        vm.snapshot_locked = true;
    };
    Story::of_a_revert().approved(BOB).with(both).surveyed().is("stale");
    // Only the lock, of which the fingerprint knows nothing: refused.
    let story = Story::of_a_revert().approved(BOB).with(|vm| vm.snapshot_locked = true).surveyed();
    assert_eq!(blockers(&story.is("refused")), [Blocker::SnapshotLocked]);
}

#[test]
fn one_survey_is_one_call() {
    let story = Story::of(rename("s-1", "new")).surveyed().is("starting");
    story.surveyed().wants(&[]).surveyed().wants(&[]).calls(1);
    let story = Story::of_a_revert().approved(BOB).surveyed();
    story.surveyed().wants(&[]).is("starting").calls(1);
}

#[test]
fn a_check_never_calls_while_another_of_ours_has_the_vm() {
    let story = Story::of_a_revert().approved(BOB).is("starting").busy_with("R-AAAA").surveyed().is("queued").calls(0);
    story.free().freed().surveyed().calls(1);
}

#[test]
fn a_restart_goes_on_from_every_state_before_the_call() {
    Story::of(take()).restarted().is("asked").wants(&["survey"]);
    Story::of_a_revert().restarted().is("awaiting_approval").wants(&[]);
    Story::of_a_revert().approved(BOB).restarted().is("starting").wants(&["survey"]);
    let queued = Story::of(take()).busy_with("R-AAAA").surveyed().is("queued");
    queued.clone().restarted().is("queued").wants(&[]);
    // The one before may have ended right before the process did, and nobody else would wake it.
    queued.free().restarted().is("starting").wants(&["survey"]).surveyed().calls(1);
    let foreign = Story::of(take()).with_task("Destroy").surveyed();
    foreign.clone().restarted().is("queued").wants(&[]);
    foreign.after(15).restarted().is("starting").wants(&["survey"]);
}

#[test]
fn what_comes_of_the_call() {
    let out = || Story::called_out(delete("s-2", false));
    out().called("task-7").is("running").wants(&["follow"]);
    let story = out().call_failed(CallError::Fault(fault("InvalidPowerState"))).is("failed").wants(&[]);
    assert!(matches!(story.failure(), Failure::Fault(fault) if fault.name == "InvalidPowerState"));
    let story = out().call_failed(CallError::NotSent("no route".to_owned())).is("failed").wants(&[]);
    assert!(matches!(story.failure(), Failure::Unreachable(_)));
    out().call_failed(CallError::Fault(fault("TaskInProgress"))).is("queued").wants(&[]);
    out().lost_reply().is("unsure").wants(&["investigate"]);
    // A rename is done when it answers.
    let reply = Ok(Started::Immediate);
    let story = Story::called_out(rename("s-1", "new")).happens(&Event::Called { reply });
    let story = story.is("running").wants(&["verify"]);
    let story = story.with(|vm| {
        let mut nodes = vm.tree.nodes().to_vec();
        nodes[0].name = "new".to_owned();
        vm.tree = SnapshotTree::new(nodes, Some("s-3".into()));
    });
    let story = story.verified().is("done");
    assert_eq!((story.facts().verified, story.facts().recovered), (Some(true), false));
}

trait ParseId {
    fn parse_id(&self) -> crate::domain::ids::RequestId;
}

impl ParseId for str {
    fn parse_id(&self) -> crate::domain::ids::RequestId {
        crate::domain::ids::RequestId::parse(self).unwrap()
    }
}
