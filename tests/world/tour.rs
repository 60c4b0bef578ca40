//! What everybody does on an ordinary day, once each.

use super::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_taken_and_gone_back_to() {
    let world = World::new().await;
    world.says("alice", "take web-01 \"before upgrade\"").await;
    world.until("done").await;
    world.shows("x").await;
    world.says("alice", "revert web-01 \"before upgrade\"").await;
    world.shows("x").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.shows("x").await;
    world.end(&["CreateSnapshotEx_Task web-01", "RevertToSnapshot_Task web-01"]).await;
}
