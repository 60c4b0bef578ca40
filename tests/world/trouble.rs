//! What can go wrong between the bot and its vCenter. Nothing that destroys work is ever called twice.

use jiff::SignedDuration;
use snapwarden_sim::faults::{Rule, Trouble};

use super::harness::{LONG, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_revert_is_found_again() {
    for trouble in [Trouble::LostReply, Trouble::HalfReply] {
        let world = World::new().await;
        world.once("RevertToSnapshot_Task", trouble);
        world.says("alice", "revert-latest db-01").await;
        world.press("bob", "Approve").await;
        world.until("done").await;
        shows! { world, r#"
        "db-01" is back at "before index rebuild" (Sat 21 Nov, 08:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        vCenter's first answer was lost; its traces show that it ran once.
        Asked by @alice, approved by @bob, 14:05 UTC, took < 1 s.
        [Power on]
    "# }
        world.end(&["RevertToSnapshot_Task db-01"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_take_is_found_again() {
    let world = World::new().await;
    world.once("CreateSnapshotEx_Task", Trouble::LostReply);
    world.says("alice", "take web-01 once").await;
    world.until("done").await;
    assert_eq!(world.sim.vm("web-01").unwrap().snapshots.len(), 1);
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_deletion_or_a_change_is_found_again() {
    let world = World::new().await;
    let lost = |method: &str| Rule::once("*", method, Trouble::LostReply);
    world.plan(
        [
            "RenameSnapshot",
            "RemoveSnapshot_Task",
            "RemoveAllSnapshots_Task",
            "ConsolidateVMDisks_Task",
            "PowerOnVM_Task",
        ]
        .map(lost),
    );
    world.says("alice", "edit db-01 #1 name:renamed").await;
    world.until("done").await;
    world.says("alice", "delete db-01 renamed").await;
    world.until("done").await;
    world.says("alice", "delete-all db-01").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.says("alice", "consolidate needs-consolidation-01").await;
    world.until("done").await;
    world.says("alice", "power-on cold-01").await;
    world.until("done").await;
    let changes = [
        "RenameSnapshot db-01",
        "RemoveSnapshot_Task db-01",
        "RemoveAllSnapshots_Task db-01",
        "ConsolidateVMDisks_Task needs-consolidation-01",
        "PowerOnVM_Task cold-01",
    ];
    world.end(&changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_that_never_arrived_is_tried_again() {
    let mut world = World::new().await;
    world.once("CreateSnapshotEx_Task", Trouble::LostRequest);
    world.says("alice", "take web-01 once").await;
    world.until("unsure").await;
    shows! { world, r#"
        Taking snapshot "once" of "web-01": vCenter's answer was lost  warning · R-…
        I asked vCenter to start and its answer did not come. I am looking for traces before anything else happens.
        Asked by @alice.
    "# }
    world.let_time_run();
    world.until("done").await;
    let taken = world.sim.vm("web-01").unwrap().snapshots;
    assert_eq!(taken.len(), 1);
    assert!(taken[0].description.contains("/2 by=alice"), "{}", taken[0].description);
    world.end(&["CreateSnapshotEx_Task web-01"; 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_that_never_arrives_is_given_up() {
    let mut world = World::new().await;
    world.always("CreateSnapshotEx_Task", Trouble::LostRequest);
    world.let_time_run();
    world.says("alice", "take web-01 never").await;
    world.until("needs_human").await;
    world.press("alice", "It did not run").await;
    world.until("failed").await;
    shows! { world, r#"
        "web-01": no snapshot was taken.  failure · R-…
        @alice looked and says that it did not run. You can ask again.
        Asked by @alice.
        [Ask again]
    "# }
    world.end(&["CreateSnapshotEx_Task web-01"; 3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revert_that_never_arrived_is_for_people_to_look_at() {
    let mut world = World::new().await;
    world.once("RevertToSnapshot_Task", Trouble::LostRequest);
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("unsure").await;
    world.let_time_run();
    world.until("needs_human").await;
    shows! { world, r#"
        "db-01": I do not know whether the revert ran.  warning · R-…
        vCenter did not answer when I asked it to start, and shows no task for it. I will not try again by myself. Look at the VM, then tell me what you see.
        That is for @team-web or @administrators to say.
        Asked by @alice, approved by @bob, 14:05 UTC.
        [It ran] [It did not run]
    "# }
    let did_not = world.button("alice", "It did not run").await;
    world.press_token("dave", &did_not).await.is(r#"
        You may not revert "db-01": you are in no group, so no rule speaks for you.  failure
        That belongs to @team-web and @administrators. Ask there, or see /snapshot explain revert-latest db-01.
    "#);
    world.press_token("alice", &did_not).await.is("");
    world.until("failed").await;
    shows! { world, r#"
        "db-01" was not reverted.  failure · R-…
        @alice looked and says that it did not run. You can ask again.
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Ask again]
    "# }
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_a_person_saw_run_is_looked_at() {
    let mut world = World::new().await;
    world.once("PowerOnVM_Task", Trouble::LostRequest);
    world.says("alice", "power-on cold-01").await;
    world.until("unsure").await;
    world.let_time_run();
    world.until("needs_human").await;
    world.sim.set_power("cold-01", snapwarden_sim::Power::On);
    world.press("alice", "It ran").await;
    world.until("done").await;
    world.until_shown("\"cold-01\" is powered on.").await;
    world.end(&["PowerOnVM_Task cold-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_a_person_saw_run_but_did_not_is_not_called_done() {
    let mut world = World::new().await;
    world.once("RemoveAllSnapshots_Task", Trouble::LostRequest);
    world.says("alice", "delete-all db-01").await;
    world.press("bob", "Approve").await;
    world.until("unsure").await;
    world.let_time_run();
    world.until("needs_human").await;
    world.press("alice", "It ran").await;
    world.until("failed").await;
    shows! { world, r#"
        "db-01": its snapshots were not all deleted.  failure · R-…
        vCenter lost sight of the task, and the VM does not look as it should. Look at it before you go on.
        There are 3 snapshots on the VM now.
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Ask again]
    "# }
    world.end(&["RemoveAllSnapshots_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_unsure_the_vm_is_held() {
    let mut world = World::new().await;
    world.once("RevertToSnapshot_Task", Trouble::LostRequest);
    let revert = world.says("alice", "revert-latest db-01").await.id();
    world.press("bob", "Approve").await;
    world.until("unsure").await;
    let take = world.says("alice", "take db-01").await.id();
    world.until_request(&take, "queued").await;
    world.let_time_run();
    world.until_request(&revert, "needs_human").await;
    let button = world.message(&revert).await.unwrap().token("It did not run").unwrap();
    world.press_token("alice", &button).await;
    world.until_request(&revert, "failed").await;
    world.until_request(&take, "done").await;
    world.end(&["RevertToSnapshot_Task db-01", "CreateSnapshotEx_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxys_page_is_no_answer() {
    let mut world = World::new().await;
    world.once("RevertToSnapshot_Task", Trouble::Html502);
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("unsure").await;
    world.let_time_run();
    world.until("needs_human").await;
    world.press("alice", "It did not run").await;
    world.until("failed").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn vcenter_refuses_the_call() {
    let world = World::new().await;
    world.once("RevertToSnapshot_Task", fault("NoPermission", false));
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("failed").await;
    shows! { world, r#"
        "db-01" was not reverted.  failure · R-…
        My account in vCenter may not do that. The vSphere administrators find the missing privilege in my log.
        vCenter's words: "NoPermission on demand" (NoPermission).
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Ask again]
    "# }
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_ends_in_a_fault() {
    let world = World::new().await;
    world.once("CreateSnapshotEx_Task", fault("ApplicationQuiesceFault", true));
    world.says("alice", "take web-01 \"before upgrade\"").await;
    world.until("failed").await;
    shows! { world, r#"
        "web-01": no snapshot was taken.  failure · R-…
        The guest could not be quiesced. A snapshot without quiescing is possible.
        vCenter's words: "ApplicationQuiesceFault on demand" (ApplicationQuiesceFault).
        There is no snapshot on the VM now.
        Asked by @alice.
        [Take without quiescing]
    "# }
    world.press("alice", "Take without quiescing").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01": snapshot "before upgrade" taken in < 1 s.  success · R-…
        Disks alone, as asked: crash-consistent only.
        Asked by @alice.
    "# }
    world.end(&["CreateSnapshotEx_Task web-01"; 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_leaves_its_disks_behind_says_so() {
    let world = World::new().await;
    let left = Some(("FileLocked".to_owned(), "Unable to access file since it is locked".to_owned()));
    world.once("RemoveAllSnapshots_Task", Trouble::DisksLeft { fault: left });
    world.says("alice", "delete-all db-01").await;
    world.press("bob", "Approve").await;
    world.until("failed").await;
    shows! { world, r#"
        Deleting all 3 snapshots of "db-01": vCenter reported a fault. The snapshots are as they should be, but disks were left that need consolidation.  warning · R-…
        A file of this VM is held by something else, usually a backup or another host. Ask again when it has let go.
        vCenter's words: "Unable to access file since it is locked" (FileLocked).
        There is no snapshot on the VM now.
        Disks still need consolidation.
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Consolidate]
    "# }
    world.press("alice", "Consolidate").await;
    world.until("done").await;
    world.end(&["RemoveAllSnapshots_Task db-01", "ConsolidateVMDisks_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_was_not_quiesced_is_said_to_be_so() {
    let world = World::new().await;
    world.once("CreateSnapshotEx_Task", Trouble::NotQuiesced);
    world.says("alice", "take web-01 first").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01": snapshot "first" taken in < 1 s, but NOT quiesced: VMware Tools did not answer.  warning · R-…
        It is crash-consistent only.
        Asked by @alice.
        [Try again] [Delete]
    "# }
    world.press("alice", "Delete").await;
    world.until("done").await;
    assert!(world.sim.vm("web-01").unwrap().snapshots.is_empty());
    world.end(&["CreateSnapshotEx_Task web-01", "RemoveSnapshot_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_is_opened_again_without_anybody_noticing() {
    let mut world = World::new().await;
    world.let_time_run();
    world.sim.forget_sessions();
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    world.sim.forget_sessions();
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_moment_of_the_call_starts_nothing() {
    let world = World::new().await;
    world.once("RevertToSnapshot_Task", Trouble::ExpiredSession);
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("failed").await;
    shows! { world, r#"
        "db-01" was not reverted.  failure · R-…
        vCenter could not be reached, so nothing was started. Ask again when it is back.
        In detail: "the session ended in the moment of the call, and vCenter refused it for that; nothing was started".
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Ask again]
    "# }
    world.press("alice", "Ask again").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"; 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_followed_over_the_end_of_a_session() {
    let world = World::new().await;
    world.sim.set_task_seconds(LONG);
    world.says("alice", "take web-01").await;
    let cancel = world.button("alice", "Cancel").await;
    world.sim.forget_sessions();
    world.press_token("alice", &cancel).await;
    world.until("cancelled").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_vcenter_forgot_is_read_off_the_vm() {
    let mut world = World::new().await;
    world.sim.set_task_seconds(LONG);
    world.says("alice", "take web-01 \"before restart\"").await;
    world.button("alice", "Cancel").await;
    world.once("*", Trouble::Restart { forget_tasks: true });
    world.let_time_run();
    let ended = world.until_one_of(&["done", "failed"]).await;
    assert_eq!(ended.state(), "failed", "it was still running when vCenter forgot it");
    assert!(ended.text().contains("vCenter lost sight of the task"), "{}", ended.text());
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vcenter_that_is_away_is_named_and_nothing_is_asked_of_it() {
    let mut world = World::new().await;
    world.always("*", Trouble::Html502);
    world.says("alice", "take web-01").await.is(r#"
        "web-01": no snapshot was taken.  failure · R-…
        vCenter did not answer, so I cannot tell what would happen. Try again in a minute.
        In detail: "HTTP 502 Bad Gateway, text/html: not an answer of vCenter, perhaps a proxy's".
        Asked by @alice.
    "#);
    world.says("alice", "revert db-01 \"after import\"").await.is(r#"
        "lab" is not answering, so I cannot see its VMs. Nothing was done; try again in a few minutes.  failure
        In detail: "HTTP 502 Bad Gateway, text/html: not an answer of vCenter, perhaps a proxy's".
    "#);
    world.says("alice", "list db-01").await.is(r#"
        Snapshots of "db-01" (DC1/db/db-01)  warning
        ⚠ Caution  vCenter "lab" is not answering. This is as of Sun 22 Nov, 14:05 UTC, when I last saw it; it may have changed since then.
        on · 3 snapshots
        1  before schema change · 40 days old · "Ticket CHG-1042, keep until the release is signed off"
        └─ 2  after import · 12 days old
        └─ 3  before index rebuild · 1 day old
        └─ ◆ You are here
    "#);
    world.let_time_run();
    world.plan([]);
    world.says("alice", "take web-01").await;
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vcenter_that_goes_between_card_and_click_is_asked_for_nothing() {
    let world = World::new().await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.always("*", Trouble::Html502);
    world.press_token("bob", &approve).await;
    world.until("failed").await;
    shows! { world, r#"
        "db-01" was not reverted.  failure · R-…
        vCenter could not be reached, so nothing was started. Ask again when it is back.
        In detail: "HTTP 502 Bad Gateway, text/html: not an answer of vCenter, perhaps a proxy's".
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Ask again]
    "# }
    world.plan([]);
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vcenter_that_was_never_there_is_named() {
    let world = World::with(|setup| setup.vcenter_answers = false).await;
    let said = world.says("alice", "take web-01").await;
    said.says(&["\"lab\" is not answering, so I cannot see its VMs"]);
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_cannot_be_read_is_told_as_such() {
    let mut world = World::new().await;
    world.sim.set_task_seconds(600.0);
    world.says("alice", "take web-01 unseen").await;
    world.button("alice", "Cancel").await;
    // Tasks are followed by waiting; the VM itself can be read no more.
    world.always("RetrievePropertiesEx", Trouble::Html502);
    world.advance_tasks(SignedDuration::from_secs(601));
    world.until_shown("Looking at the result").await;
    world.let_time_run();
    world.until("done").await;
    world.until_shown("I could not read the VM afterwards to look at the result.").await;
    world.plan([]);
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_of_a_vm_is_told_with_its_time_where_vcenter_does_not_answer() {
    let world = World::new().await;
    world.always("*", Trouble::Html502);
    let past = "vCenter \"lab\" is not answering. This is as of Sun 22 Nov, 14:05 UTC, when I last saw it";
    let tree = world.says("alice", "list db-01").await;
    tree.says(&[past, "before index rebuild"]);
    let none = world.says("alice", "list web-01").await;
    none.says(&[past, "no snapshots"]);
    assert!(!none.text().contains("/snapshot take"), "{}", none.text());
    world.plan([]);
    world.end(&[]).await;
}

/// What is shown is what was last seen, and how long it took is the task's own to say.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_nobody_sees_is_not_counted_on() {
    let mut world = World::new().await;
    world.sim.set_task_seconds(600.0);
    world.says("alice", "take web-01 during").await;
    world.button("alice", "Cancel").await;
    world.always("*", Trouble::Html502);
    world.advance_tasks(SignedDuration::from_secs(300));
    world.until_shown("Connection to vCenter lost since 14:").await;
    world.until_shown("The task goes on in vCenter.").await;
    world.plan([]);
    world.advance_tasks(SignedDuration::from_secs(600));
    world.let_time_run();
    world.until("done").await;
    world.until_shown("taken in 9 min 59 s").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

fn fault(name: &str, at_end: bool) -> Trouble {
    Trouble::Fault { name: name.to_owned(), message: format!("{name} on demand"), at_end }
}
