//! Buttons: what destroys asks once more, rows tell the truth, and who may not is told before anything is asked.

use jiff::SignedDuration;
use snapwarden::engine::watch::RetentionRule;

use super::fronts::{On, Wanted};
use super::harness::World;

everywhere! {
    a_row_asks_before_it_deletes,
    a_card_asks_before_a_yes_and_before_the_glass_breaks,
    a_chain_is_looked_at_and_not_deleted,
    a_row_that_is_out_of_date_changes_nothing,
    who_may_not_is_told_before_anything_is_asked,
    who_comes_too_late_is_told_before_anything_is_asked,
    the_status_of_a_request_has_the_reader_s_buttons,
    approvers_are_called_for_whatever_waits,
    the_snapshot_before_a_revert_has_an_end,
    a_vm_that_is_to_stay_off_is_suspended_and_can_be_powered_on,
}

async fn a_row_asks_before_it_deletes(on: On) {
    let world = World::on(on).await;
    let report = world.says("alice", "report").await.reply.unwrap();
    let delete = report.row_token("\"print-01\"", "Delete");
    let asked = world.wants("alice", &delete).await;
    asked.asked(&["\"print-01\"", "\"fresh installation\"", "this snapshot, for good"]);
    assert!(world.changes().is_empty(), "nothing is done before it was answered");
    world.press_token("alice", &delete).await;
    world.until("done").await;
    world.end(&["RemoveSnapshot_Task print-01"]).await;
}

async fn a_card_asks_before_a_yes_and_before_the_glass_breaks(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert db-01 #1").await;
    let asked = ["\"db-01\" · DC1", "\"before schema change\"", "everything written since"];
    for (person, label) in [("bob", "Approve"), ("carol", "Break glass")] {
        let token = world.button(person, label).await;
        world.wants(person, &token).await.asked(&asked);
    }
    let deny = world.button("bob", "Deny").await;
    assert_eq!(world.wants("bob", &deny).await, Wanted::Form("Why not?".to_owned()));
    let withdraw = world.button("alice", "Withdraw").await;
    assert_eq!(world.wants("alice", &withdraw).await, Wanted::Nothing, "what destroys nothing asks nothing");
    world.press_with("bob", &deny, &[("reason", "not today")]).await;
    let denied = world.until("denied").await;
    let again = denied.token("Ask again").unwrap();
    world.wants("alice", &again).await.asked(&asked);
    world.end(&[]).await;
}

async fn a_chain_is_looked_at_and_not_deleted(on: On) {
    let world = World::on(on).await;
    let report = world.says("alice", "report").await.reply.unwrap();
    assert_eq!(report.row_labels("\"deep-01\""), ["Show"], "{}", report.text());
    let show = report.row_token("\"deep-01\"", "Show");
    assert_eq!(world.wants("alice", &show).await, Wanted::Nothing);
    world.press_token("alice", &show).await.says(&["Snapshots of \"deep-01\"", "step 01", "step 30"]);
    world.end(&[]).await;
}

async fn a_row_that_is_out_of_date_changes_nothing(on: On) {
    let world = World::on(on).await;
    let report = world.says("alice", "report").await.reply.unwrap();
    let [longer, delete] = ["Keep longer", "Delete"].map(|label| report.row_token("\"print-01\"", label));
    let release = report.row_token("\"crm-01\"", "Release");
    let stale = "has changed since this row was posted. Nothing was changed.";

    world.says("carol", "hold print-01 #1 \"I look at it\"").await;
    world.until("done").await;
    for token in [&longer, &delete] {
        world.press_token("alice", token).await.says(&[stale, "It is on hold by @carol: \"I look at it\"."]);
    }
    world.says("carol", "release print-01 #1").await;
    world.until("done").await;
    world.says("carol", "keep print-01 #1 2d").await;
    world.until("done").await;
    world.press_token("alice", &delete).await.says(&[stale, "It is kept until Tue 24 Nov", "It is not on hold."]);

    world.says("carol", "release crm-01 #1").await;
    world.until("done").await;
    world.press_token("alice", &release).await.says(&[stale, "It is not on hold."]);

    world.says("alice", "delete print-01 #1").await;
    world.until("done").await;
    world.press_token("alice", &delete).await.says(&["\"fresh installation\" on \"print-01\" is gone"]);
    let changes = [&["RenameSnapshot print-01"; 3][..], &["RenameSnapshot crm-01", "RemoveSnapshot_Task print-01"]];
    world.end(&changes.concat()).await;
}

async fn who_may_not_is_told_before_anything_is_asked(on: On) {
    let world = World::on(on).await;
    let asked = world.says("alice", "revert db-01 #1").await.id();
    let card = world.until_request(&asked, "awaiting_approval").await;
    let [approve, deny, glass] = ["Approve", "Deny", "Break glass"].map(|label| card.token(label).unwrap());
    world.wants("dave", &deny).await.refused("You cannot decide this: it needs @approvers.");
    world.wants("alice", &deny).await.refused("You cannot decide this: it needs @approvers.");
    if on.asks_the_bot() {
        world.wants("dave", &approve).await.refused("You cannot decide this: it needs @approvers.");
        world.wants("alice", &approve).await.refused("You cannot decide this: it needs @approvers.");
        world.wants("bob", &glass).await.refused("@administrators");
    }
    // Slack asks its question by itself; what was pressed is refused all the same.
    world.press_token("alice", &approve).await.says(&["it needs @approvers."]);
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.end(&[]).await;
}

async fn who_comes_too_late_is_told_before_anything_is_asked(on: On) {
    let world = World::on(on).await;
    let asked = world.says("alice", "revert db-01 #1").await.id();
    let card = world.until_request(&asked, "awaiting_approval").await;
    let [approve, deny] = ["Approve", "Deny"].map(|label| card.token(label).unwrap());
    if on.asks_the_bot() {
        world.wants("bob", &approve).await.asked(&["\"db-01\""]);
    }
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    if on.asks_the_bot() {
        // The buttons are gone from the message; a click may have been on its way.
        for token in [&approve, &deny] {
            world.press_token("bob", token).await.says(&["is withdrawn now, so your click changed nothing."]);
        }
    }
    world.end(&[]).await;
}

async fn the_status_of_a_request_has_the_reader_s_buttons(on: On) {
    let world = World::on(on).await;
    let asked = world.says("alice", "revert db-01 #1").await.id();
    let status = format!("status {asked}");
    let labels = async |person: &str| {
        let shown = world.says(person, &status).await.reply.unwrap();
        shown.labels().iter().map(|label| (*label).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(labels("alice").await, ["Withdraw"]);
    assert_eq!(labels("bob").await, ["Approve", "Deny"]);
    assert_eq!(labels("carol").await, ["Approve", "Deny", "Break glass"]);
    assert!(labels("dave").await.is_empty());
    world.says("alice", &status).await.says(&["You asked for this, so somebody else decides."]);
    world.says("dave", &status).await.says(&["Only @approvers decide this."]);
    world.says("alice", &format!("withdraw {asked}")).await;
    world.until_request(&asked, "withdrawn").await;
    world.end(&[]).await;
}

async fn approvers_are_called_for_whatever_waits(on: On) {
    let world = World::on(on).await;
    let approvers = on.accounts(&["bob", "carol"]);
    world.says("alice", "revert db-01 #1").await;
    world.until("awaiting_approval").await;
    assert_eq!(world.called(), approvers.clone());
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    // Who asks is not called, though they may approve what others ask for.
    world.says("carol", "revert db-01 #1").await;
    world.until("awaiting_approval").await;
    assert_eq!(world.called(), on.accounts(&["bob"]));
    world.press("carol", "Withdraw").await;
    world.until("withdrawn").await;

    world.says("alice", "delete-older db-01 30d").await;
    let waits = world.wait("the plan waits", async || {
        world.channel("ops").await.into_iter().find(|one| one.text().contains("Delete 1 snapshot"))
    });
    let plan = waits.await;
    assert_eq!(world.called(), approvers);
    world.press_with("bob", &plan.token("Deny").unwrap(), &[("reason", "")]).await;
    world.end(&[]).await;
}

async fn the_snapshot_before_a_revert_has_an_end(on: On) {
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let world = World::with(|setup| {
        setup.on = on;
        setup.config.rules.watch.retention =
            Some(RetentionRule { default_keep: days(3), max_keep: days(30), remind: Vec::new(), deletes: Vec::new() });
    })
    .await;
    world.says("alice", "revert db-01 #1 safety:yes").await;
    world.until_shown("is taken first").await;
    world.until_shown("kept until Wed 25 Nov, 14:05 UTC").await;
    world.press("bob", "Approve").await;
    let done = world.until("done").await;
    assert!(done.text().contains("is kept until Wed 25 Nov, 14:05 UTC."), "{}", done.text());
    world.says("alice", "list db-01").await.says(&["before revert", "until Wed 25 Nov, 14:05 UTC"]);
    world.end(&["CreateSnapshotEx_Task db-01", "RevertToSnapshot_Task db-01"]).await;
}

async fn a_vm_that_is_to_stay_off_is_suspended_and_can_be_powered_on(on: On) {
    let world = World::on(on).await;
    world.says("alice", "take web-01 \"as it runs\" mode:memory").await;
    world.until("done").await;
    world.says("alice", "revert web-01 #1 stay-off:yes").await;
    world.until_shown("on now → suspended afterwards").await;
    world.press("bob", "Approve").await;
    let done = world.until("done").await;
    assert!(done.text().contains("It is suspended now"), "{}", done.text());
    world.press("alice", "Power on").await;
    world.until("done").await;
    let changes = ["CreateSnapshotEx_Task web-01", "RevertToSnapshot_Task web-01", "PowerOnVM_Task web-01"];
    world.end(&changes).await;
}
