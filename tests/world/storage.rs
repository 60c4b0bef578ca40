//! A store that fails: what cannot be written down is not done, nobody is left without a word, and the next one works.

use jiff::SignedDuration;

use super::harness::{LONG, World};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_not_begun() {
    let world = World::new().await;
    world.store.refuse(1, "");
    world.says("alice", "take web-01").await.is(r#"
        I cannot write down what happens, so I do nothing that changes a VM. Tell an administrator.  failure
        In detail: "the disk is full".
    "#);
    world.says("alice", "take web-01 next").await;
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_cannot_be_written_down_is_none() {
    let world = World::new().await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.store.refuse(1, "approved");
    world.press_token("bob", &approve).await.says(&["I cannot write down what happens"]);
    assert_eq!(world.request(&world.last()).await["state"], "awaiting_approval");
    world.press_token("carol", &approve).await.is("");
    world.until("done").await;
    world.until_shown("approved by @carol").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_written_down_is_not_made() {
    let mut world = World::new().await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    // The approval is written; that the VM is about to be called is not.
    world.store.refuse(100, "server_time");
    world.press_token("bob", &approve).await.is("");
    world.store.until_refused(1).await;
    world.sim.take_out_of_band("db-01", "meanwhile").unwrap();
    assert!(world.changes().is_empty());
    world.store.mend();
    world.let_time_run();
    // When it can be written again, the VM is read again, and is not what was approved any more.
    world.until("stale").await;
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vcenter_said_is_kept_until_it_can_be_written_down() {
    let mut world = World::new().await;
    world.sim.set_task_seconds(LONG);
    world.says("alice", "take web-01").await;
    let cancel = world.button("alice", "Cancel").await;
    world.press_token("alice", &cancel).await;
    world.store.refuse(3, "task");
    world.let_time_run();
    world.until("cancelled").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_looks_is_answered_while_nothing_can_be_written() {
    let world = World::new().await;
    world.store.refuse(100, "");
    world.says("alice", "list cold-01").await.says(&["no snapshots"]);
    world.says("alice", "help").await.says(&["What you can ask for"]);
    world.says("alice", "take web-02").await.says(&["I cannot write down"]);
    world.says("alice", "list cold-01").await.says(&["no snapshots"]);
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_that_could_not_be_written_down_can_be_made_again() {
    let world = World::new().await;
    let token = world.says("alice", "take web-02").await.token("DC1/web/web-02 · on");
    world.store.refuse(1, "");
    world.press_token("alice", &token).await.says(&["I cannot write down"]);
    world.press_token("alice", &token).await.is("");
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-02"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_counts_although_the_answer_was_lost() {
    let world = World::new().await;
    world.store.lose_reply();
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.store.lose_reply();
    world.press_token("bob", &approve).await.is("");
    world.until("done").await;
    let audit = world.store.audit();
    let approved = audit.iter().filter(|line| line["event"]["approved"].is_object());
    assert_eq!(approved.count(), 1);
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_not_to_be_done_does_not_come_to_life_later() {
    let mut world = World::new().await;
    world.store.lose_reply_and_sight();
    world.says("alice", "take web-01 ghost").await.says(&["I do not know whether I could write this down"]);
    world.let_time_run();
    world.store.until_sighted().await;
    world.says("alice", "take cold-01").await;
    world.until("done").await;
    world.restart().await;
    world.says("alice", "status").await.says(&["You have no open request"]);
    world.end(&["CreateSnapshotEx_Task cold-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_cannot_be_written_down_is_tried_again_in_peace() {
    let mut world = World::new().await;
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    world.store.refuse(usize::MAX, "");
    world.advance(SignedDuration::from_mins(30));
    world.store.until_refused(1).await;
    for _ in 0..10 {
        // Nobody else is bothered by it, and the processor is not either.
        world.says("bob", "status").await.says(&["You have no open request"]);
    }
    // A look at the fleet may have had something to note in the same half hour.
    assert_eq!(world.store.refused_at("request/"), 1, "of {}", world.store.refused());
    world.store.mend();
    world.let_time_run();
    world.until("expired").await;
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_on_a_store_that_fails_is_made_up_for() {
    let mut world = World::new().await;
    world.answer_late("RevertToSnapshot_Task");
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until_called("RevertToSnapshot_Task").await;
    world.die().await;
    world.store.refuse(1, "");
    world.begin().await;
    world.let_time_run();
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}
