//! From the task to the result.

use super::story::{Story, TASK_TOOK, delete, fault, revert, take, task_ref};
use crate::domain::call::TaskState;
use crate::domain::machine::{Change, Event, Unread, VERIFY_READS, VERIFY_RETRY, wake_at};
use crate::domain::preflight::fixture::{chain, tree};
use crate::domain::request::{Failure, State, Wish};
use crate::domain::snapshot_tree::PowerState;

fn percent(story: &Story) -> Option<u8> {
    let State::Running { percent, .. } = &story.request.state else { panic!("not running: {:?}", story.request.state) };
    *percent
}

fn unreachable() -> Unread {
    Unread::Unreachable("timed out".to_owned())
}

#[test]
fn a_take_ends_with_the_snapshot_that_the_task_made() {
    let story = Story::running(take()).at_percent(40).makes_snapshot("s-4").after(41).task_done(Some("s-4"));
    let story = story.is("running").wants(&["verify"]).verified().is("done").wants(&[]);
    let facts = story.facts();
    assert_eq!(facts.snapshot, Some("s-4".into()));
    assert_eq!((facts.verified, facts.quiesced, facts.left), (Some(true), Some(true), Some(4)));
    assert_eq!((facts.took, facts.recovered), (Some(TASK_TOOK), false), "by the task's own times, not by ours");
}

#[test]
fn a_take_that_was_not_quiesced_says_so() {
    let story = Story::running(take()).makes_snapshot("s-4").with(|vm| {
        let nodes = vm.tree.nodes().iter().cloned();
        let plain = nodes.map(|node| crate::domain::snapshot_tree::Snapshot { quiesced: false, ..node });
        vm.tree = crate::domain::snapshot_tree::SnapshotTree::new(plain.collect(), Some("s-4".into()));
    });
    assert_eq!(story.task_done(Some("s-4")).verified().facts().quiesced, Some(false));
}

#[test]
fn the_snapshot_of_a_task_that_names_none_is_found_by_its_marker() {
    // Two snapshots of the same name: the marker tells them apart.
    let story = Story::running(take()).makes_snapshot("s-5").task_done(None).verified().is("done");
    assert_eq!(story.facts().snapshot, Some("s-5".into()));
}

#[test]
fn progress_never_runs_backwards_and_is_only_shown() {
    let story = Story::running(revert("s-1")).at_percent(40);
    assert_eq!((percent(&story), story.change), (Some(40), Change::Shown));
    let story = story.at_percent(12);
    assert_eq!((percent(&story), story.change), (Some(40), Change::Nothing));
    let story = story.task("task-7", TaskState::Running, None);
    assert_eq!(percent(&story), Some(40));
    assert_eq!(percent(&story.at_percent(255)), Some(100));
}

#[test]
fn a_task_that_is_not_ours_says_nothing() {
    let story = Story::running(revert("s-1")).task("task-8", TaskState::Success { result: None }, None);
    assert_eq!((story.change, percent(&story)), (Change::Nothing, None));
    story.is("running").wants(&[]);
}

#[test]
fn no_time_out_leaves_running() {
    let story = Story::running(delete("s-1", true)).at_percent(99).after(3600 * 24 * 7);
    assert_eq!(wake_at(&story.request), None);
    story.tick().tick().freed().is("running").wants(&[]);
}

#[test]
fn a_task_that_failed_still_has_its_vm_looked_at() {
    // The snapshot went, its disks did not.
    let story = Story::running(delete("s-3", false)).task_failed("NoDiskSpace").is("running").wants(&["verify"]);
    let story = story.with_tree(chain(2)).with(|vm| vm.consolidation_needed = true).verified().is("failed");
    assert!(matches!(story.failure(), Failure::Fault(fault) if fault.name == "NoDiskSpace"));
    assert_eq!((story.facts().left, story.facts().consolidation_needed), (Some(2), true));
}

#[test]
fn a_cancel_is_asked_once_and_tells_what_is_left() {
    let story = Story::running(delete("s-1", true));
    let story = story.cancel_asked().wants(&[]);
    assert_eq!(story.change, Change::Nothing, "vCenter has not said that it would");
    let story = story.at_percent(10).cancel_asked().wants(&["cancel"]).cancel_asked().wants(&[]);
    // Whether vCenter heard it before the process died is not known.
    let asked = Story::running(delete("s-1", true)).at_percent(10).cancel_asked();
    assert_eq!(asked.change, Change::Durable);
    let story = story.restarted().wants(&["follow", "cancel"]);
    let story = story.task_failed("RequestCanceled").is("running").cancel_asked().wants(&[]);
    let story = story.with_tree(chain(2)).verified().is("cancelled");
    assert_eq!((story.facts().left, story.facts().verified), (Some(2), Some(false)));
}

#[test]
fn a_cancel_that_came_too_late_is_a_task_that_is_done() {
    let story = Story::running(delete("s-3", false)).at_percent(99).cancel_asked();
    story.task_done(None).with_tree(chain(2)).verified().is("done");
}

#[test]
fn somebody_may_cancel_in_vcenter_too() {
    Story::running(delete("s-3", false)).task_failed("RequestCanceled").verified().is("cancelled");
}

#[test]
fn a_success_that_does_not_look_like_one_is_told_so() {
    let story = Story::running(revert("s-1")).task_done(None).verified().is("done");
    assert_eq!(story.facts().verified, Some(false));
    // Everything below has to be gone too.
    let left = tree(&[("s-3", None)], Some("s-3"));
    let story = Story::running(delete("s-1", true)).task_done(None).with_tree(left).verified();
    assert_eq!(story.facts().verified, Some(false));
}

#[test]
fn a_vm_that_cannot_be_read_afterwards_is_read_five_times() {
    let mut story = Story::running(revert("s-1")).task_done(None);
    for read in 1..VERIFY_READS {
        story = story.not_verified(unreachable()).is("running").wants(&[]);
        let again = story.now + VERIFY_RETRY;
        assert_eq!(wake_at(&story.request), Some(again), "read {read}");
        // The same answer once more is no second read.
        story = story.not_verified(unreachable());
        assert_eq!(story.change, Change::Nothing);
        story = story.tick().wants(&[]).after(VERIFY_RETRY.as_secs()).tick().wants(&["verify"]);
        assert_eq!(wake_at(&story.request), None);
    }
    let story = story.not_verified(unreachable()).is("done");
    assert_eq!((story.facts().verified, story.facts().power), (None, None));
}

#[test]
fn a_task_that_vcenter_forgot_is_told_by_the_vm() {
    let gone = |wish| Story::running(wish).task("task-7", TaskState::Gone, None).is("running").wants(&["verify"]);
    gone(delete("s-3", false)).with_tree(chain(2)).verified().is("done");
    let story = gone(delete("s-3", false)).verified().is("failed");
    assert_eq!(*story.failure(), Failure::EndUnknown);
    gone(take()).makes_snapshot("s-4").verified().is("done");
    assert_eq!(*gone(take()).with_tree(chain(4)).verified().failure(), Failure::EndUnknown);
    let moved = tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], Some("s-1"));
    gone(revert("s-1")).with_tree(moved).verified().is("done");
}

#[test]
fn a_forgotten_revert_to_where_the_vm_stood_is_not_called_done() {
    // It looks the same before and after, so "is back at" would be a guess.
    let story = Story::running(Wish::RevertLatest { stay_off: false });
    let story = story.task("task-7", TaskState::Gone, None).verified().is("failed");
    assert_eq!(*story.failure(), Failure::EndUnknown);
}

#[test]
fn a_forgotten_task_of_a_vm_that_cannot_be_read_is_no_success() {
    let mut unread = Story::running(take()).task("task-7", TaskState::Gone, None);
    for _ in 0..VERIFY_READS {
        unread = unread.not_verified(unreachable()).after(3).tick();
    }
    assert_eq!(*unread.failure(), Failure::EndUnknown);
    let mut removed = Story::running(take()).task("task-7", TaskState::Gone, None);
    for _ in 0..VERIFY_READS {
        removed = removed.not_verified(Unread::Gone).after(3).tick();
    }
    assert!(matches!(removed.failure(), Failure::Fault(fault) if fault.name == "ManagedObjectNotFound"));
}

#[test]
fn power_on_is_offered_where_a_revert_left_the_vm_off() {
    let stands = tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], Some("s-1"));
    let story = Story::running(revert("s-1")).with_tree(stands).task_done(None);
    let off = story.clone().with(|vm| vm.power = PowerState::Off).verified();
    assert!(off.facts().can_power_on);
    let suspended = story.clone().with(|vm| vm.power = PowerState::Suspended).verified();
    assert!(suspended.facts().can_power_on, "a suspended VM goes on when it is powered on");
    assert!(!story.clone().verified().facts().can_power_on);
    // Nor where the bot's account may not.
    let survey = Ok(Box::new(story.clone().with(|vm| vm.power = PowerState::Off).vm));
    let event = Event::Verified { survey, may_power_on: false };
    assert!(!story.happens(&event).facts().can_power_on);
}

#[test]
fn a_restart_follows_the_task_to_the_same_end() {
    let story = Story::running(delete("s-3", false)).at_percent(50).restarted().is("running").wants(&["follow"]);
    let story = story.task_done(None).restarted().wants(&["verify"]);
    let story = story.not_verified(unreachable()).restarted().wants(&["verify"]).tick().wants(&[]);
    story.with_tree(chain(2)).verified().is("done").restarted().is("done").wants(&[]);
}

#[test]
fn what_comes_twice_happens_once() {
    let story = Story::called_out(delete("s-3", false)).called("task-7").called("task-8").wants(&[]);
    assert!(matches!(&story.request.state, State::Running { task: Some(task), .. } if *task == task_ref("task-7")));
    let story = story.task_done(None).task_done(None).wants(&[]);
    let story = story.task("task-7", TaskState::Error(fault("NoDiskSpace")), None).wants(&[]);
    story.with_tree(chain(2)).verified().is("done").verified().is("done").lost_reply().is("done").calls(1);
}
