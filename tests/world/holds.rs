//! Snapshots on hold: nothing deletes one, and only its holder's people take the hold off.

use jiff::SignedDuration;

use super::fronts::On;
use super::harness::World;

everywhere! {
    a_snapshot_on_hold_is_deleted_by_nothing,
    somebody_else_s_hold_is_no_business_of_mine,
    who_may_release_any_hold_does_and_the_holder_is_told,
    a_hold_that_comes_while_a_card_waits_stops_it,
    what_is_not_on_hold_is_not_released,
}

async fn a_snapshot_on_hold_is_deleted_by_nothing(on: On) {
    let world = World::on(on).await;
    let refused = [
        "\"crm-01 · before the audit\" is on hold by @carol until",
        ": \"the auditors still look at it\". Ask @carol, or release it first.",
        "/snapshot release crm-01 \"before the audit\"",
    ];
    for command in ["delete crm-01 #1", "delete crm-01 #1 children:yes", "delete-all crm-01"] {
        world.says("alice", command).await.says(&refused);
        world.says("carol", command).await.says(&refused);
    }
    // A row's Delete is the same request.
    let report = world.says("carol", "list crm-01").await;
    report.says(&["on hold by @carol: \"the auditors still look at it\""]);
    world.says("carol", "release crm-01 #1").await;
    world.until("done").await;
    world.says("alice", "delete crm-01 #1").await;
    world.until("done").await;
    world.end(&["RenameSnapshot crm-01", "RemoveSnapshot_Task crm-01"]).await;
}

async fn somebody_else_s_hold_is_no_business_of_mine(on: On) {
    let world = World::on(on).await;
    let not_yours = [
        "\"crm-01 · before the audit\" is on hold by @carol: \"the auditors still look at it\". Nothing was changed.",
        "@carol can release it. So can members of @administrators.",
    ];
    world.says("alice", "release crm-01 #1").await.says(&not_yours);
    world.says("alice", "hold crm-01 #1 \"mine now\"").await.says(&not_yours);
    // The button of a report's row goes the same way.
    let report = world.says("alice", "report").await.reply.unwrap();
    world.press_token("alice", &report.row_token("\"crm-01\"", "Release")).await.says(&not_yours);
    // What does not touch the hold is allowed as ever, and leaves it on.
    world.says("alice", "keep crm-01 #1 2d").await;
    world.until("done").await;
    world.says("alice", "edit crm-01 #1 description:\"other words\"").await;
    world.until("done").await;
    world.says("alice", "list crm-01").await.says(&["on hold by @carol: \"the auditors still look at it\""]);
    world.end(&["RenameSnapshot crm-01", "RenameSnapshot crm-01"]).await;
}

async fn who_may_release_any_hold_does_and_the_holder_is_told(on: On) {
    let world = World::on(on).await;
    world.says("alice", "hold db-01 #2 \"the migration is not over\"").await;
    world.until("done").await;
    world.says("carol", "hold db-01 #2 \"I need it too\"").await;
    world.until("done").await;
    let told = world.until_told_directly("alice", "@carol replaced your hold on \"db-01 · ").await.text();
    assert!(told.contains("Your reason  \"the migration is not over\""), "{told}");
    world
        .says("alice", "release db-01 #2")
        .await
        .says(&["is on hold by @carol: \"I need it too\". Nothing was changed."]);
    world.says("carol", "release db-01 #2").await;
    world.until("done").await;

    world.says("alice", "hold db-01 #1 \"the audit needs it\"").await;
    world.until("done").await;
    world.says("carol", "release db-01 #1").await;
    world.until("done").await;
    world
        .shows(
            r#"
        "db-01": "before schema change" is no longer on hold.  success · R-…
        It was on hold by @alice: "the audit needs it". @alice is notified.
        Asked by @carol.
    "#,
        )
        .await;
    let told =
        world.until_told_directly("alice", "@carol released your hold on \"db-01 · before schema change\".").await;
    assert!(told.text().contains("Sun 22 Nov, 14:05 UTC · R-"), "when, and by which request:\n{}", told.text());
    assert!(told.text().contains("/snapshot hold db-01 \"before schema change\""), "{}", told.text());
    world.end(&["RenameSnapshot db-01"; 5]).await;
}

async fn a_hold_that_comes_while_a_card_waits_stops_it(on: On) {
    let world = World::on(on).await;
    let asked = world.says("alice", "delete-all db-01").await.id();
    world.says("carol", "hold db-01 #1 \"wait for me\"").await;
    world.until("done").await;
    let approve = world.button_of(&asked, "bob", "Approve").await;
    world.press_token("bob", &approve).await;
    let refused = world.until_request(&asked, "refused").await;
    let why =
        "\"db-01 · before schema change\" is on hold by @carol: \"wait for me\". Ask @carol, or release it first.";
    assert!(refused.text().contains(why), "{}", refused.text());
    world.end(&["RenameSnapshot db-01"]).await;
}

async fn what_is_not_on_hold_is_not_released(on: On) {
    let world = World::on(on).await;
    world.says("alice", "release db-01 #1").await.says(&["This snapshot is not on hold. Nothing was changed."]);
    world.says("alice", "hold db-01 #1 audit keep:2h").await;
    world.until("done").await;
    world.advance(SignedDuration::from_hours(3));
    world.says("carol", "release db-01 #1").await.says(&["This snapshot is not on hold. Nothing was changed."]);
    world.says("alice", "delete db-01 #1").await;
    world.until("done").await;
    world.end(&["RenameSnapshot db-01", "RemoveSnapshot_Task db-01"]).await;
}
