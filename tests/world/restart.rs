//! The process ends, in order or not, and the next one goes on where it stood: the same message comes to its end, and nothing
//! is done twice.

use jiff::SignedDuration;
use serde_json::Value;
use snapwarden_sim::faults::Trouble;

use super::harness::World;
use super::ledger::Moment;
use super::said::Said;

#[tokio::test(flavor = "multi_thread")]
async fn a_card_waits_over_a_restart_and_its_buttons_still_fit() {
    let mut world = World::new().await;
    world.says("alice", "revert-latest db-01").await;
    let before = world.until("awaiting_approval").await;
    let approve = world.button("bob", "Approve").await;
    world.restart().await;
    let after = world.until("awaiting_approval").await;
    assert_eq!((before.id(), &before.0["ts"], before.text()), (after.id(), &after.0["ts"], after.text()));
    world.press_token("bob", &approve).await.is("");
    let done = world.until("done").await;
    assert_eq!(done.id(), before.id());
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_expires_while_the_bot_is_away() {
    let mut world = World::new().await;
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    world.die().await;
    world.advance(SignedDuration::from_hours(1));
    world.begin().await;
    world.until("expired").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  warning
        Expired: nobody decided by 14:35 UTC. Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
        [Ask again]
    "# }
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_goes_on_over_a_restart_in_the_same_message() {
    for abruptly in [false, true] {
        let mut world = World::new().await;
        world.sim.set_task_seconds(600.0);
        world.says("alice", "revert-latest db-01").await;
        world.press("bob", "Approve").await;
        let before = world.until("running").await;
        if abruptly {
            world.crash().await;
        } else {
            world.restart().await;
        }
        let after = world.until("running").await;
        assert_eq!((before.id(), &before.0["ts"]), (after.id(), &after.0["ts"]));
        world.advance_tasks(SignedDuration::from_secs(601));
        assert_eq!(world.until("done").await.id(), before.id());
        shows! { world, r#"
        "db-01" is back at "before index rebuild" (Sat 21 Nov, 08:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        Asked by @alice, approved by @bob, 14:05 UTC, took 10 min.
        [Power on]
    "# }
        world.end(&["RevertToSnapshot_Task db-01"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_while_the_bot_was_away_is_told_when_it_is_back() {
    let mut world = World::new().await;
    world.sim.set_task_seconds(600.0);
    world.says("alice", "take web-01 \"before upgrade\"").await;
    world.button("alice", "Cancel").await;
    world.die().await;
    world.advance_tasks(SignedDuration::from_secs(601));
    world.begin().await;
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_in_line_waits_over_a_restart() {
    let mut world = World::new().await;
    world.sim.set_task_seconds(600.0);
    let first = world.says("alice", "take web-01 one").await.id();
    world.button("alice", "Cancel").await;
    let second = world.says("alice", "take web-01 two").await.id();
    let before = world.until_request(&second, "queued").await;
    world.crash().await;
    let after = world.until_request(&second, "queued").await;
    assert_eq!((before.id(), before.text()), (after.id(), after.text()));
    world.sim.set_task_seconds(0.0);
    world.advance_tasks(SignedDuration::from_secs(601));
    world.until_request(&first, "done").await;
    world.until_request(&second, "done").await;
    world.end(&["CreateSnapshotEx_Task web-01"; 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_under_way_is_found_again_and_not_repeated() {
    for (method, command) in
        [("RevertToSnapshot_Task", "revert-latest db-01"), ("RemoveAllSnapshots_Task", "delete-all db-01")]
    {
        let mut world = World::new().await;
        world.answer_late(method);
        world.says("alice", command).await;
        world.press("bob", "Approve").await;
        world.until_called(method).await;
        world.crash().await;
        world.until("done").await;
        world.end(&[&format!("{method} db-01")]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_that_was_under_way_is_found_by_its_marker() {
    let mut world = World::new().await;
    world.answer_late("CreateSnapshotEx_Task");
    world.says("alice", "take web-01 once").await;
    world.until_called("CreateSnapshotEx_Task").await;
    world.crash().await;
    world.until("done").await;
    assert_eq!(world.sim.vm("web-01").unwrap().snapshots.len(), 1);
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_somebody_waits_for_them_over_a_restart() {
    let mut world = World::new().await;
    world.once("RevertToSnapshot_Task", Trouble::LostRequest);
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("unsure").await;
    world.crash().await;
    world.until("unsure").await;
    world.let_time_run();
    world.until("needs_human").await;
    world.restart().await;
    world.press("alice", "It did not run").await;
    world.until("failed").await;
    world.restart().await;
    world.press("alice", "Ask again").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"; 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_made_after_a_restart() {
    let mut world = World::new().await;
    let token = world.says("alice", "take web-02").await.token("DC1 / test / web-02 · off");
    world.restart().await;
    world.press_token("alice", &token).await.is("");
    world.until("done").await;
    world.restart().await;
    world.press_token("alice", &token).await.says(&["That choice is too old"]);
    world.end(&["CreateSnapshotEx_Task web-02"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_come_back_in_their_order_and_ids_stay_taken() {
    let mut world = World::new().await;
    for vm in ["web-01", "cold-01", "db-01"] {
        world.says("alice", &format!("take {vm}")).await;
        world.until("done").await;
        world.advance(SignedDuration::from_secs(1));
    }
    let before: Vec<(String, String)> = world.channel("ops").await.iter().map(told).collect();
    world.restart().await;
    world.until("done").await;
    let last = world.last();
    world.wait("all are back", async || (world.channel("ops").await.len() == 3).then_some(())).await;
    let after: Vec<(String, String)> = world.channel("ops").await.iter().map(told).collect();
    assert_eq!(before, after);
    assert_ne!(world.says("alice", "take web-01").await.id(), last);
    world.until("done").await;
    let takes = ["web-01", "cold-01", "db-01", "web-01"].map(|vm| format!("CreateSnapshotEx_Task {vm}"));
    world.end(&takes.each_ref().map(String::as_str)).await;
}

fn told(message: &Said) -> (String, String) {
    (message.id().to_owned(), message.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_disk_it_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let mut world = World::with(|setup| setup.folder = Some(path)).await;
    world.sim.set_task_seconds(600.0);
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    world.crash().await;
    world.press("bob", "Approve").await;
    let before = world.until("running").await;
    world.crash().await;
    world.until("running").await;
    world.advance_tasks(SignedDuration::from_secs(601));
    assert_eq!(world.until("done").await.id(), before.id());
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

/// So many commits are more than any request takes.
const MOST_COMMITS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_process_dies_a_revert_is_called_once_at_most() {
    let mut ends: Vec<String> = Vec::new();
    for point in 1..MOST_COMMITS {
        for moment in [Moment::Before, Moment::After] {
            let mut world = World::new().await;
            world.store.halt_at(point, moment);
            let finished = tokio::select! {
                () = reverted(&world) => true,
                () = world.store.until_halted() => false,
            };
            if finished {
                world.store.go_on();
                world.end(&["RevertToSnapshot_Task db-01"]).await;
                assert!(ends.len() >= 12, "died at every commit on the way: {ends:?}");
                return;
            }
            world.die().await;
            world.store.go_on();
            world.begin().await;
            world.let_time_run();
            reverted(&world).await;
            let state = world.channel("ops").await.pop().unwrap().state().to_owned();
            let calls = world.changes();
            match state.as_str() {
                "done" => assert_eq!(calls, ["RevertToSnapshot_Task db-01"], "{point} {moment:?}"),
                "needs_human" => assert!(calls.is_empty(), "{point} {moment:?}: {calls:?}"),
                other => panic!("{point} {moment:?}: {other}"),
            }
            ends.push(state);
            let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
            world.end_as_it_is(&calls).await;
        }
    }
    panic!("a revert takes fewer than {MOST_COMMITS} commits: {ends:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn between_writing_down_and_calling_nobody_can_know() {
    let mut world = World::new().await;
    let calling = |line: &Value| line["from"] == "starting" && line["to"] == "starting";
    world.store.halt_on(calling, Moment::After);
    tokio::select! {
        () = reverted(&world) => panic!("it went by"),
        () = world.store.until_halted() => {}
    }
    world.die().await;
    world.store.go_on();
    world.begin().await;
    world.let_time_run();
    world.until("needs_human").await;
    world.end_as_it_is(&[]).await;
}

/// Alice asks for a revert unless she has, bob approves it as soon as he can, and it comes to its end.
async fn reverted(world: &World) {
    if !world.store.has_requests().await {
        world.says("alice", "revert-latest db-01").await;
    }
    let in_state = async |states: &[&str]| {
        let message = world.channel("ops").await.pop()?;
        states.contains(&message.state()).then_some(message)
    };
    let ends = ["done", "needs_human", "failed", "stale", "expired"];
    let all = ["awaiting_approval", "done", "needs_human", "failed", "stale", "expired"];
    let message = world.wait("it is asked", async || in_state(&all).await).await;
    if message.state() == "awaiting_approval" {
        world.press_token("bob", &message.token("Approve").unwrap()).await;
    }
    world.wait("it has ended", async || in_state(&ends).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_process_dies_a_take_leaves_one_snapshot() {
    for point in 1..MOST_COMMITS {
        for moment in [Moment::Before, Moment::After] {
            let mut world = World::new().await;
            world.store.halt_at(point, moment);
            let finished = tokio::select! {
                () = taken(&world) => true,
                () = world.store.until_halted() => false,
            };
            if !finished {
                world.die().await;
                world.store.go_on();
                world.begin().await;
                world.let_time_run();
                taken(&world).await;
            }
            world.store.go_on();
            assert_eq!(world.sim.vm("web-01").unwrap().snapshots.len(), 1, "{point} {moment:?}");
            world.end(&["CreateSnapshotEx_Task web-01"]).await;
            if finished {
                assert!(point > 4, "died at every commit on the way, {point} of them");
                return;
            }
        }
    }
    panic!("a take takes fewer than {MOST_COMMITS} commits");
}

async fn taken(world: &World) {
    if !world.store.has_requests().await {
        world.says("alice", "take web-01 once").await;
    }
    world
        .wait("it is taken", async || {
            let message = world.channel("ops").await.pop()?;
            (message.state() == "done").then_some(())
        })
        .await;
}
