//! Two who want the same VM, and a VM that is not what it was when the card was made.

use jiff::SignedDuration;
use snapwarden_sim::Power;
use snapwarden_sim::faults::Trouble;

use super::fronts::On;
use super::harness::{LONG, World};

everywhere! {
    the_second_waits_for_the_first_and_then_runs,
    who_waits_in_line_may_leave_it,
    an_approved_revert_waits_for_what_runs_and_is_looked_at_again,
    an_approved_revert_behind_a_take_is_stale_when_the_take_ends_well,
    a_task_of_somebody_else_is_waited_for,
    a_task_of_somebody_else_does_not_keep_one_waiting_for_ever,
    a_vm_that_is_busy_at_the_call_is_tried_again,
    a_card_is_void_when_a_snapshot_was_taken_since,
    a_card_is_void_when_its_snapshot_went,
    a_card_is_void_when_the_vm_was_switched_off,
    a_card_is_void_when_the_vm_is_gone,
    a_vm_that_is_renamed_is_still_itself,
}

async fn the_second_waits_for_the_first_and_then_runs(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(LONG);
    let first = world.says("alice", "take web-01 one").await.id();
    let cancel = world.button("alice", "Cancel").await;
    world.sim.set_task_seconds(0.0);
    let second = world.says("alice", "take web-01 two").await.id();
    shows! { world, r#"
        Taking snapshot "two" of "web-01": queued  waiting · R-…
        R-… is working on this VM. This goes on by itself when that has ended.
        Asked by @alice.
        [Withdraw]
    "# }
    let third = world.says("carol", "take web-01 three").await.id();
    world.until("queued").await;
    let elsewhere = world.says("alice", "take cold-01").await.id();
    world.until_request(&elsewhere, "done").await;
    world.press_token("alice", &cancel).await;
    world.until_request(&first, "cancelled").await;
    world.until_request(&second, "done").await;
    world.until_request(&third, "done").await;
    let names: Vec<String> = world.sim.vm("web-01").unwrap().snapshots.into_iter().map(|taken| taken.name).collect();
    assert_eq!(names, ["two", "three"]);
    let takes = ["web-01", "cold-01", "web-01", "web-01"].map(|vm| format!("CreateSnapshotEx_Task {vm}"));
    world.end(&takes.each_ref().map(String::as_str)).await;
}

async fn who_waits_in_line_may_leave_it(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(LONG);
    let first = world.says("alice", "take web-01 one").await.id();
    let cancel = world.button("alice", "Cancel").await;
    world.says("alice", "take web-01 two").await;
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.press_token("alice", &cancel).await;
    world.until_request(&first, "cancelled").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

async fn an_approved_revert_waits_for_what_runs_and_is_looked_at_again(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    let revert = world.last();
    world.sim.set_task_seconds(LONG);
    let take = world.says("alice", "take db-01").await.id();
    let cancel = world.button("alice", "Cancel").await;
    world.press_token("bob", &approve).await.is("");
    world.until_request(&revert, "queued").await;
    shows! { world, r#"
        Reverting "db-01" to "before index rebuild": queued  waiting · R-…
        R-… is working on this VM. This goes on by itself when that has ended.
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Withdraw]
    "# }
    world.sim.set_task_seconds(0.0);
    world.press_token("alice", &cancel).await;
    world.until_request(&take, "cancelled").await;
    world.until_request(&revert, "done").await;
    world.end(&["CreateSnapshotEx_Task db-01", "RevertToSnapshot_Task db-01"]).await;
}

async fn an_approved_revert_behind_a_take_is_stale_when_the_take_ends_well(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    let revert = world.last();
    world.says("alice", "take db-01 meanwhile").await;
    world.until("done").await;
    world.press_token("bob", &approve).await.is("");
    world.until_request(&revert, "stale").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  warning
        Stale: since you asked, "meanwhile" was taken on "db-01" (14:05 UTC). Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
        Approved by  @bob, 14:05 UTC
        [Ask again]
    "# }
    world.end(&["CreateSnapshotEx_Task db-01"]).await;
}

async fn a_task_of_somebody_else_is_waited_for(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(LONG);
    let foreign = world.foreign_take("web-01").await;
    world.sim.set_task_seconds(0.0);
    world.says("alice", "take web-01 ours").await;
    shows! { world, r#"
        Taking snapshot "ours" of "web-01": queued  waiting · R-…
        vCenter is busy with this VM (VirtualMachine.createSnapshot). I look again every 15 s, until 16:05 UTC at most.
        Asked by @alice.
        [Withdraw]
    "# }
    world.advance(SignedDuration::from_secs(15));
    world.advance(SignedDuration::from_secs(15));
    foreign.cancel().await;
    world.advance(SignedDuration::from_secs(15));
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"; 2]).await;
}

async fn a_task_of_somebody_else_does_not_keep_one_waiting_for_ever(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(LONG);
    let _foreign = world.foreign_take("web-01").await;
    world.says("alice", "take web-01 ours").await;
    world.until("queued").await;
    world.advance(SignedDuration::from_hours(2));
    world.until("failed").await;
    shows! { world, r#"
        "web-01": no snapshot was taken.  failure · R-…
        vCenter was busy with this VM for 2 h, so I gave up. Nothing was done. Ask again when it is free.
        Asked by @alice.
        [Ask again]
    "# }
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

async fn a_vm_that_is_busy_at_the_call_is_tried_again(on: On) {
    let world = World::on(on).await;
    let busy = Trouble::Fault {
        name: "TaskInProgress".to_owned(),
        message: "The operation is not allowed in the current state.".to_owned(),
        at_end: false,
    };
    world.once("RevertToSnapshot_Task", busy);
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("queued").await;
    shows! { world, r#"
        Reverting "db-01" to "before index rebuild": queued  waiting · R-…
        vCenter is busy with this VM (TaskInProgress). I look again every 15 s, until 16:05 UTC at most.
        Asked by @alice, approved by @bob, 14:05 UTC.
        [Withdraw]
    "# }
    world.advance(SignedDuration::from_secs(15));
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"; 2]).await;
}

async fn a_card_is_void_when_a_snapshot_was_taken_since(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    world.sim.take_out_of_band("db-01", "meanwhile").unwrap();
    world.press("bob", "Approve").await;
    world.until("stale").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  warning
        Stale: since you asked, "meanwhile" was taken on "db-01" (14:05 UTC). Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
        Approved by  @bob, 14:05 UTC
        [Ask again]
    "# }
    world.press("alice", "Ask again").await;
    shows! { world, r#"
        Revert "db-01" to "meanwhile"?  waiting
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "meanwhile" · just now (Sun 22 Nov, 14:05 UTC) · 4 of 4 in the chain · without memory
        Lost  everything written since then (≈ 1.0 MB)
        Power  on now → off afterwards (the snapshot holds no memory)
        Decides  one of @approvers, not @alice · until 14:35 UTC (30 min)
        [Approve] [Deny] [Break glass] [Withdraw]
    "# }
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.end(&[]).await;
}

async fn a_card_is_void_when_its_snapshot_went(on: On) {
    let world = World::on(on).await;
    let snapshots = world.sim.vm("db-01").unwrap().snapshots;
    world.says("alice", "revert db-01 \"after import\"").await;
    assert!(world.sim.remove_out_of_band(&snapshots[1].moref));
    world.press("bob", "Approve").await;
    world.until("stale").await;
    shows! { world, r#"
        Revert "db-01" to "after import"?  warning
        Stale: since you asked, "after import" of "db-01" was deleted. Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "after import" · 12 days old (Tue 10 Nov, 14:05 UTC) · 2 of 3 in the chain · without memory
        Approved by  @bob, 14:05 UTC
        [Ask again]
    "# }
    world.end(&[]).await;
}

async fn a_card_is_void_when_the_vm_was_switched_off(on: On) {
    let world = World::on(on).await;
    world.says("alice", "delete-all db-01").await;
    world.sim.set_power("db-01", Power::Off);
    world.press("bob", "Approve").await;
    world.until("stale").await;
    shows! { world, r#"
        Delete all 3 snapshots of "db-01"?  warning
        Stale: since you asked, "db-01" was powered off. Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Approved by  @bob, 14:05 UTC
        [Ask again]
    "# }
    world.end(&[]).await;
}

async fn a_card_is_void_when_the_vm_is_gone(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    world.sim.destroy("db-01");
    world.press("bob", "Approve").await;
    world.until("refused").await;
    shows! { world, r#"
        "db-01" was not reverted.  failure · R-…
        "db-01" is gone, or another VM has taken its place. Look it up again:
        /snapshot list db-01
        Asked by @alice, approved by @bob, 14:05 UTC.
    "# }
    world.end(&[]).await;
}

async fn a_vm_that_is_renamed_is_still_itself(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    world.sim.rename("db-01", "db-01-old");
    world.sim.add("db-01", "db");
    world.press("bob", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "db-01" is back at "before index rebuild" (Sat 21 Nov, 08:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        Asked by @alice, approved by @bob, 14:05 UTC, took < 1 s.
        [Power on]
    "# }
    world.end(&["RevertToSnapshot_Task db-01-old"]).await;
}
