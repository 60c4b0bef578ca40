//! After a lost answer: what is adopted, what is tried again, what a person has to look at.

use jiff::SignedDuration;

use super::story::{Story, delete, fault, rename, revert, take, task_ref};
use crate::domain::call::{Act, Call, CallError, TaskState};
use crate::domain::evidence::{Evidence, SeenTask};
use crate::domain::machine::{
    ABSENCE, Event, FOREIGN_PATIENCE, TAKE_ATTEMPTS, UNSURE_PATIENCE, UNSURE_RETRY, Unread, is_awake, wake_at,
};
use crate::domain::marker::Marker;
use crate::domain::preflight::fixture::{AHEAD, NOW, chain, tree};
use crate::domain::request::{Failure, State, Wish};
use crate::domain::snapshot_tree::{Snapshot, SnapshotTree};
use crate::domain::survey::Survey;

const CREATE: &str = "VirtualMachine.createSnapshot";

fn adopted(story: &Story) -> Option<&str> {
    let State::Running { task: Some(task), recovered: true, .. } = &story.request.state else {
        return None;
    };
    Some(task.moref.as_str())
}

/// The evidence after half a minute, when absence counts.
fn looked_later(story: Story, tasks: impl Fn(&Story) -> Vec<SeenTask>) -> Story {
    let story = story.after(ABSENCE.as_secs());
    let tasks = tasks(&story);
    story.evidence(&tasks)
}

#[test]
fn a_task_of_ours_is_adopted() {
    for (wish, real, simulated) in [
        (take(), "VirtualMachine.createSnapshot", "VirtualMachine.createSnapshotEx"),
        (revert("s-1"), "vm.Snapshot.revert", "VirtualMachine.revertToSnapshot"),
        (delete("s-2", false), "vm.Snapshot.remove", "VirtualMachineSnapshot.removeSnapshot"),
        (delete("s-2", true), "vm.Snapshot.remove", "VirtualMachine.removeSnapshot"),
        (Wish::DeleteAll, "VirtualMachine.removeAllSnapshots", "VirtualMachine.removeAllSnapshots"),
    ] {
        for kind in [real, simulated] {
            let story = Story::lost(wish.clone());
            let task = story.seen("task-9", kind, 1, Some(true));
            let story = story.evidence(&[task]).is("running").wants(&["follow"]).calls(1);
            assert_eq!(adopted(&story), Some("task-9"), "{kind}");
        }
    }
}

#[test]
fn an_adopted_run_says_that_it_was_found() {
    let story = Story::lost(delete("s-3", false));
    let task = story.seen("task-7", "vm.Snapshot.remove", 0, None);
    let story = story.evidence(&[task]).after(20).task_done(None).with_tree(chain(2)).verified().is("done");
    assert!(story.facts().recovered);
}

#[test]
fn an_adopted_task_that_vcenter_then_forgets_is_told_by_the_vm() {
    let adopted = |wish, kind| {
        let story = Story::lost(wish);
        let task = story.seen("task-7", kind, 1, Some(true));
        story.evidence(&[task]).task("task-7", TaskState::Gone, None).is("running").wants(&["verify"])
    };
    adopted(delete("s-3", false), "vm.Snapshot.remove").with_tree(chain(2)).verified().is("done");
    let story = adopted(delete("s-3", false), "vm.Snapshot.remove").verified().is("failed");
    assert_eq!(*story.failure(), Failure::EndUnknown);
    // Somebody else's snapshot is not ours, whatever it is called.
    let story = adopted(take(), CREATE).with_tree(chain(4)).verified().is("failed");
    assert_eq!(*story.failure(), Failure::EndUnknown);
}

#[test]
fn other_people_s_tasks_are_not_adopted() {
    let tasks = |story: &Story| {
        vec![
            story.seen("task-1", "vm.Snapshot.remove", 1, Some(false)),
            story.seen("task-2", "vm.Snapshot.remove", -1, Some(true)),
            story.seen("task-3", "vm.Snapshot.revert", 1, Some(true)),
            story.seen("task-4", "VirtualMachine.removeAllSnapshots", 1, Some(true)),
            story.seen("task-5", "VirtualMachine.removeDevice", 1, Some(true)),
        ]
    };
    let story = Story::lost(delete("s-2", false));
    let seen = tasks(&story);
    story.evidence(&seen).is("unsure").wants(&[]);
    looked_later(Story::lost(delete("s-2", false)), tasks).is("needs_human").calls(1);
}

#[test]
fn two_candidates_prove_nothing() {
    let two = |story: &Story, first, second| {
        vec![
            story.seen("task-1", "vm.Snapshot.remove", 1, first),
            story.seen("task-2", "vm.Snapshot.remove", 2, second),
        ]
    };
    for whose in [Some(true), None] {
        let story = looked_later(Story::lost(delete("s-2", false)), |story| two(story, whose, whose));
        story.is("needs_human").calls(1);
    }
    // What is known to be ours outranks what nothing is known of.
    let story = Story::lost(delete("s-2", false));
    let tasks = two(&story, None, Some(true));
    assert_eq!(adopted(&story.evidence(&tasks)), Some("task-2"));
}

#[test]
fn a_take_is_known_by_its_marker_and_by_nothing_less() {
    let story = Story::lost(take()).makes_snapshot("s-4").evidence(&[]).is("running").wants(&["verify"]);
    let story = story.verified().is("done").calls(1);
    assert_eq!((story.facts().snapshot.clone(), story.facts().recovered), (Some("s-4".into()), true));

    // A snapshot of the same name, or with another request's marker, is somebody else's.
    let other = |description: &str| {
        let theirs = Snapshot {
            name: "before upgrade".to_owned(),
            description: description.to_owned(),
            ..crate::domain::preflight::fixture::snapshot("s-9", Some("s-3"), 0)
        };
        let nodes = chain(3).nodes().iter().cloned().chain([theirs]).collect();
        SnapshotTree::new(nodes, Some("s-9".into()))
    };
    for description in ["the big one", "[snapwarden R-AAAA/1 by=alice]", "[snapwarden R-7KQ2]"] {
        Story::lost(take()).with_tree(other(description)).evidence(&[]).is("unsure").wants(&[]);
    }
    // A task of which vCenter does not say whose it is may be a schedule's.
    let story = Story::lost(take());
    let task = story.seen("task-1", CREATE, 1, None);
    story.evidence(&[task]).is("unsure").wants(&[]);
}

#[test]
fn a_take_whose_adopted_task_made_another_snapshot_is_not_called_done() {
    let story = Story::lost(take());
    let task = story.seen("task-7", CREATE, 1, Some(true));
    let story = story.evidence(&[task]).with_tree(chain(4)).task_done(Some("s-4")).verified().is("failed");
    assert_eq!((story.failure(), story.facts().snapshot.as_ref()), (&Failure::EndUnknown, None));
}

#[test]
fn the_tree_tells_of_the_other_acts() {
    let moved = tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], Some("s-1"));
    let renamed = {
        let mut nodes = chain(3).nodes().to_vec();
        nodes[0].name = "new".to_owned();
        SnapshotTree::new(nodes, Some("s-3".into()))
    };
    for (wish, after) in [
        (delete("s-3", false), chain(2)),
        // What lies below stays, and hangs one higher.
        (delete("s-2", false), tree(&[("s-1", None), ("s-3", Some("s-1"))], Some("s-3"))),
        (delete("s-2", true), chain(1)),
        (Wish::DeleteAll, SnapshotTree::default()),
        (revert("s-1"), moved),
        (rename("s-1", "new"), renamed),
    ] {
        let story = Story::lost(wish).with_tree(after).evidence(&[]).is("running").wants(&["verify"]);
        let story = story.verified().is("done").calls(1);
        assert_eq!((story.facts().verified, story.facts().recovered), (Some(true), true));
    }
}

#[test]
fn half_a_change_is_no_trace() {
    let one_below_left = tree(&[("s-1", None), ("s-3", Some("s-1"))], Some("s-3"));
    Story::lost(delete("s-2", true)).with_tree(one_below_left).evidence(&[]).is("unsure").wants(&[]);
    Story::lost(Wish::DeleteAll).with_tree(chain(1)).evidence(&[]).is("unsure").wants(&[]);
    // It stood there before: nothing to see either way.
    Story::lost(revert("s-3")).evidence(&[]).is("unsure").wants(&[]);
}

#[test]
fn a_running_merge_is_followed_although_the_tree_is_empty_already() {
    let story = Story::lost(Wish::DeleteAll).with_tree(SnapshotTree::default());
    let task = story.seen("task-9", "VirtualMachine.removeAllSnapshots", 1, Some(true));
    let story = story.evidence(&[task]).wants(&["follow"]);
    assert_eq!(adopted(&story), Some("task-9"));
}

#[test]
fn absence_counts_after_half_a_minute() {
    let story = Story::lost(delete("s-2", false)).after(ABSENCE.as_secs() - 1).evidence(&[]).is("unsure").wants(&[]);
    let again = story.now + UNSURE_RETRY;
    assert_eq!(wake_at(&story.request), Some(again));
    story.after(1).evidence(&[]).is("needs_human").wants(&[]).calls(1);
}

#[test]
fn our_clock_that_is_set_back_delays_no_look_and_no_verdict() {
    let hour = SignedDuration::from_hours(1);
    let look = |story: Story| {
        let server_time = story.now + AHEAD + hour;
        story.happens(&Event::Evidence {
            evidence: Ok(Box::new(Evidence { server_time, tree: chain(3), tasks: Vec::new() })),
        })
    };
    let story = Story::lost(delete("s-2", false)).after(2).evidence(&[]).is("unsure").wants(&[]).after(-3_600);
    assert!(is_awake(&story.request, story.now), "{:?}", story.request.state);
    let story = look(story.tick().wants(&["investigate"])).is("unsure");
    assert!(!is_awake(&story.request, story.now), "it was looked at right now");
    let story = look(story.after(ABSENCE.as_secs() - 1).tick()).is("unsure");
    look(story.after(1).tick()).is("needs_human").calls(1);
}

#[test]
fn absence_is_what_vcenter_saw_half_a_minute_later_not_what_arrived_then() {
    let evidence = |story: &Story, age: i64| Event::Evidence {
        evidence: Ok(Box::new(Evidence {
            server_time: story.now + AHEAD - SignedDuration::from_secs(age),
            tree: chain(3),
            tasks: Vec::new(),
        })),
    };
    let late = Story::lost(take()).after(ABSENCE.as_secs());
    // The read hung for 20 s: it saw the tree of 10 s after the call.
    let event = evidence(&late, 20);
    late.clone().happens(&event).is("unsure").wants(&[]);
    let event = evidence(&late, 0);
    late.clone().happens(&event).is("starting").wants(&["survey"]);
    // Our clock was set an hour ahead: half a minute has not passed in vCenter.
    let jumped = Story::lost(take()).after(3600);
    let event = evidence(&jumped, 3590);
    jumped.happens(&event).is("unsure");
    // vCenter's clock was set back by a day: nothing is concluded, and in the end a person is asked.
    let back = Story::lost(take()).after(3600);
    let event = evidence(&back, 24 * 3600);
    let back = back.happens(&event).is("unsure").after(UNSURE_PATIENCE.as_secs());
    let event = evidence(&back, 48 * 3600);
    back.happens(&event).is("needs_human").calls(1);
}

#[test]
fn vcenter_s_clock_may_be_wrong_by_years() {
    // Only differences count: t0, queue times and the time of the look are all vCenter's.
    let mut story = Story::of(take());
    story.vm.server_time -= SignedDuration::from_hours(24 * 365 * 3);
    let past = story.vm.server_time;
    let survey = Event::Surveyed { survey: Ok(Box::new(story.vm.clone())) };
    let story = story.happens(&survey).lost_reply().after(ABSENCE.as_secs());
    let look = Event::Evidence {
        evidence: Ok(Box::new(Evidence { server_time: past + ABSENCE, tree: chain(3), tasks: Vec::new() })),
    };
    story.happens(&look).is("starting").wants(&["survey"]);
}

#[test]
fn it_looks_every_few_seconds() {
    let story = Story::lost(take()).tick().wants(&[]);
    let story = story.after(UNSURE_RETRY.as_secs()).tick().is("unsure").wants(&["investigate"]).tick().wants(&[]);
    story.restarted().is("unsure").wants(&["investigate"]);
}

#[test]
fn what_cannot_be_read_says_nothing_for_a_day() {
    let story = Story::lost(take()).after(3600).no_evidence().is("unsure").wants(&[]);
    let story = story.after(UNSURE_PATIENCE.as_secs() - 3600 - 1).no_evidence().is("unsure");
    story.after(1).no_evidence().is("needs_human").calls(1);
}

#[test]
fn a_take_is_tried_three_times_at_most() {
    let mut story = Story::lost(take());
    for attempt in 1..TAKE_ATTEMPTS {
        assert_eq!(story.request.attempts, attempt);
        story = looked_later(story, |_| vec![]).is("starting").wants(&["survey"]);
        story = story.surveyed().wants(&["call"]).lost_reply().is("unsure");
    }
    let story = looked_later(story, |_| vec![]).is("needs_human").calls(3);
    let attempts: Vec<u32> = story.calls.iter().map(attempt).collect();
    assert_eq!(attempts, [1, 2, 3]);
    story.resolved(true).is("running").calls(3);
}

fn attempt(call: &Call) -> u32 {
    let Act::Take { description, .. } = &call.act else { panic!("{call:?}") };
    Marker::find(description).unwrap().attempt
}

#[test]
fn nothing_but_a_take_is_called_twice() {
    for wish in [revert("s-1"), delete("s-2", false), delete("s-2", true), Wish::DeleteAll, rename("s-1", "new")] {
        let story = looked_later(Story::lost(wish), |_| vec![]).is("needs_human").wants(&[]);
        story.after(3600).tick().evidence(&[]).surveyed().restarted().is("needs_human").calls(1);
    }
    let on = Story::of(Wish::PowerOn).with(|vm| vm.power = crate::domain::snapshot_tree::PowerState::Off);
    looked_later(on.surveyed().lost_reply(), |_| vec![]).is("needs_human").calls(1);
    let merge = Story::of(Wish::Consolidate).with(|vm| vm.consolidation_needed = true);
    looked_later(merge.surveyed().lost_reply(), |_| vec![]).is("needs_human").calls(1);
}

#[test]
fn a_lost_take_that_shows_up_late_is_not_taken_again() {
    let story = looked_later(Story::lost(take()), |_| vec![]).is("starting").wants(&["survey"]);
    // In the very look before the second try, there it is.
    let late = story.clone().makes_snapshot("s-4").surveyed().is("running").wants(&["verify"]);
    late.verified().is("done").calls(1);
    // Or its task runs, and after that the snapshot is there. Approved or not, it is no drift.
    let story = story.with_task(CREATE).surveyed().is("unsure").wants(&["investigate"]);
    let story = story.makes_snapshot("s-4").with(|vm| vm.running_tasks.clear()).evidence(&[]).is("running");
    story.verified().is("done").calls(1);

    let approved = Story::of(take()).needing(1).surveyed().approved("bob").surveyed().lost_reply();
    let approved = looked_later(approved, |_| vec![]).is("starting").makes_snapshot("s-4").surveyed();
    approved.is("running").verified().is("done").calls(1);
}

#[test]
fn a_take_whose_first_try_arrives_after_the_second_says_that_there_are_two() {
    let again = looked_later(Story::lost(take()), |_| vec![]).surveyed().calls(2);
    let one = again.clone().called("task-7").makes_snapshot("s-4").task_done(Some("s-4")).verified().is("done");
    assert!(!one.facts().twice);
    let both = again.called("task-7").makes_snapshot("s-4").makes_snapshot("s-5").task_done(Some("s-5"));
    let both = both.verified().is("done").calls(2);
    assert_eq!((both.facts().twice, both.facts().snapshot.clone()), (true, Some("s-5".into())));
}

#[test]
fn a_second_try_of_an_approved_take_still_needs_the_same_vm() {
    let story = Story::of(take()).needing(1).surveyed().approved("bob").surveyed().lost_reply();
    let story = looked_later(story, |_| vec![]).is("starting");
    story.with_tree(chain(4)).surveyed().is("stale").calls(1);
}

#[test]
fn a_second_try_on_a_vm_that_cannot_be_seen_goes_back_to_looking() {
    // "Nothing was started" would be a guess.
    let story = looked_later(Story::lost(take()), |_| vec![]).is("starting");
    let story = story.not_surveyed(Unread::Unreachable("timed out".to_owned())).is("unsure").wants(&["investigate"]);
    story.makes_snapshot("s-4").evidence(&[]).verified().is("done").calls(1);
}

#[test]
fn refusals_between_lost_tries_do_not_use_them_up() {
    let story = looked_later(Story::lost(take()), |_| vec![]).surveyed();
    let story = story.call_failed(CallError::Fault(fault("TaskInProgress"))).is("unsure").wants(&["investigate"]);
    let story = looked_later(story, |_| vec![]).is("starting").surveyed().wants(&["call"]);
    assert_eq!(story.request.attempts, 2);
    // The first try may still show up, and is looked for at every look.
    let story = story.call_failed(CallError::Fault(fault("TaskInProgress"))).makes_snapshot("s-4").after(5).tick();
    story.evidence(&[]).is("running").verified().is("done");
}

#[test]
fn what_has_the_vm_after_a_lost_take_may_be_that_take() {
    // vCenter was restarted and has forgotten the task; the host goes on with it, and the VM is held.
    let held = |vm: &mut Survey| vm.disabled_methods = vec!["CreateSnapshot_Task".to_owned()];
    let story =
        looked_later(Story::lost(take()), |_| vec![]).with(held).surveyed().is("unsure").wants(&["investigate"]);
    // "Refused" and "withdrawn" would say that nothing was done.
    let story = story.withdrawn().is("unsure").wants(&[]);
    story.clone().makes_snapshot("s-4").evidence(&[]).is("running").verified().is("done").calls(1);
    // Free again and nothing made: it was not that take, which is tried again.
    let free = looked_later(story.clone().with(|vm| vm.disabled_methods.clear()), |_| vec![]);
    free.is("starting").surveyed().wants(&["call"]).calls(2);
    let mut story = story;
    while story.request.state.name() != "needs_human" {
        story = looked_later(story, |_| vec![]).is("starting").surveyed();
        assert!(story.now.duration_since(NOW) <= FOREIGN_PATIENCE + 3 * ABSENCE);
    }
    story.calls(1);
    // Where nothing was lost, it is only a call that is not allowed now.
    Story::of(take()).with(held).surveyed().is("refused").calls(0);
}

#[test]
fn a_restart_while_calling_is_a_lost_answer() {
    let story = Story::called_out(revert("s-1")).restarted().is("unsure").wants(&["investigate"]);
    // The answer that the dead process waited for cannot come any more; should it, it is not believed.
    story.clone().called("task-7").is("unsure").wants(&[]);
    let task = story.seen("task-7", "vm.Snapshot.revert", 2, Some(true));
    assert_eq!(adopted(&story.evidence(&[task])), Some("task-7"));
}

#[test]
fn a_person_says_whether_it_ran() {
    let human = |wish| looked_later(Story::lost(wish), |_| vec![]).is("needs_human");
    let story = human(delete("s-2", false)).resolved(false).is("failed").wants(&[]);
    assert_eq!(*story.failure(), Failure::DidNotRun("bob".into()));
    story.resolved(true).is("failed").calls(1);

    let story = human(delete("s-3", false)).resolved(true).is("running").wants(&["verify"]).resolved(false);
    let story = story.is("running").wants(&[]);
    story.clone().with_tree(chain(2)).verified().is("done");
    // The VM knows better.
    assert_eq!(*story.verified().failure(), Failure::EndUnknown);
    // Where it cannot know, the person's word counts: a revert to where the VM stood looks the same.
    let story = human(revert("s-3")).resolved(true).verified().is("done");
    assert!(story.facts().recovered);
}

#[test]
fn a_request_that_a_person_has_to_look_at_leaves_the_vm_to_others() {
    let unsure = Story::lost(delete("s-2", false));
    assert!(unsure.request.state.holds_vm());
    let human = looked_later(unsure, |_| vec![]);
    assert!(!human.request.state.holds_vm() && !human.request.state.is_final());
    assert_eq!(wake_at(&human.request), None);
}

#[test]
fn evidence_that_comes_when_it_is_over_says_nothing() {
    let story = Story::lost(delete("s-3", false));
    let task = story.seen("task-7", "vm.Snapshot.remove", 1, Some(true));
    let story = story.evidence(std::slice::from_ref(&task)).is("running").evidence(std::slice::from_ref(&task));
    let story = story.wants(&[]).is("running");
    assert!(matches!(&story.request.state, State::Running { task: Some(at), .. } if *at == task_ref("task-7")));
    story.task_done(None).with_tree(chain(2)).verified().evidence(&[task]).is("done");
}
