//! Which VM is meant: several vCenters with the same names, names that look the same, and snapshots of which none is current.

use super::fronts::On;
use super::harness::World;

everywhere! {
    one_name_in_two_vcenters_is_told_with_its_vcenter_everywhere,
    names_that_look_the_same_are_asked_about_and_told_by_id,
    a_vm_below_no_snapshot_stands_at_the_root_and_has_no_latest,
    the_client_s_own_names_read_as_its_users_see_them,
}

async fn one_name_in_two_vcenters_is_told_with_its_vcenter_everywhere(on: On) {
    let world = World::with(|setup| {
        setup.on = on;
        setup.vcenters = vec!["paris", "lab"];
    })
    .await;
    let asked = world.says("alice", "list db-01").await.reply.unwrap();
    assert_eq!(asked.labels(), ["lab · DC1/db-01 · on", "paris · DC1/db-01 · on"], "{}", asked.text());
    world.press_token("alice", &asked.token("paris · DC1/db-01 · on").unwrap()).await.says(&["\"paris/db-01\""]);
    world.says("alice", "list db-1").await.says(&["\"lab/db-01\"", "\"paris/db-01\""]);
    world.says("alice", "list cold-01 vcenter:lab").await.says(&["\"lab/cold-01\"", "/snapshot take lab/cold-01"]);
    world.says("alice", "explain revert paris/db-01").await.says(&["\"paris/db-01\""]);
    world.says("alice", "take prod-01 vcenter:lab").await.says(&["\"lab/prod-01\""]);
    world.says("alice", "report").await.says(&["\"lab/print-01\"", "\"paris/print-01\""]);
    world.says("alice", "revert lab/db-01 #3").await;
    let card = world.until("awaiting_approval").await;
    assert!(card.text().contains("\"lab/db-01\"") && card.text().contains("lab · DC1/db-01"), "{}", card.text());
    let token = world.button("bob", "Approve").await;
    world.wants("bob", &token).await.asked(&["\"db-01\" · lab · DC1"]);
    world.press_token("bob", &token).await;
    let done = world.until("done").await;
    assert!(done.text().contains("\"lab/db-01\" is back at"), "{}", done.text());
    world.says("alice", "status").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn names_that_look_the_same_are_asked_about_and_told_by_id(on: On) {
    let world = World::on(on).await;
    let doubles = [world.sim.add("caf\u{e9}-1", "web"), world.sim.add("cafe\u{301}-1", "web")];
    world
        .wait("both are known", async || {
            let known = world.bot().handle.inventory();
            doubles.iter().all(|moref| known.iter().any(|vm| vm.vm.moref.as_str() == moref)).then_some(())
        })
        .await;
    let asked = world.says("alice", "take caf\u{e9}-1 first").await.reply.unwrap();
    let labels = asked.labels();
    assert_eq!(labels.len(), 2, "{}", asked.text());
    for moref in &doubles {
        assert!(labels.iter().any(|label| label.starts_with(&format!("{moref} · "))), "{labels:?}");
    }
    world.says("alice", &format!("take {} first", doubles[1])).await;
    let done = world.until("done").await;
    assert!(done.text().contains(&format!("({})", doubles[1])), "{}", done.text());
    world.end(&["CreateSnapshotEx_Task cafe\u{301}-1"]).await;
}

async fn a_vm_below_no_snapshot_stands_at_the_root_and_has_no_latest(on: On) {
    let world = World::on(on).await;
    let commands = ["take cold-01 A", "take cold-01 B", "revert cold-01 A", "take cold-01 C", "revert cold-01 A"];
    for command in commands {
        world.says("alice", command).await;
        if command.starts_with("revert") {
            world.press("bob", "Approve").await;
        }
        world.until("done").await;
    }
    world.says("alice", "delete cold-01 A").await;
    world.until("done").await;
    world.says("alice", "list cold-01").await.says(&["You are here"]);
    world.says("alice", "revert-latest cold-01").await;
    let refused = world.until("refused").await;
    let words = ["None of the 2 snapshots of \"cold-01\" is current. Choose one:", "/snapshot revert cold-01"];
    assert!(words.iter().all(|words| refused.text().contains(words)), "{}", refused.text());
    let (take, revert) = ("CreateSnapshotEx_Task cold-01", "RevertToSnapshot_Task cold-01");
    world.end(&[take, take, revert, take, revert, "RemoveSnapshot_Task cold-01"]).await;
}

async fn the_client_s_own_names_read_as_its_users_see_them(on: On) {
    let world = World::on(on).await;
    // The vSphere Client escapes the name that its user sees before it sends it.
    world.sim.take_out_of_band("cold-01", "VM Snapshot 11%2f13%2f2019, 9:59:56 AM").unwrap();
    world.says("alice", "take cold-01 \"before 1/2 %2f\"").await;
    world.until("done").await;
    let shown = ["VM Snapshot 11/13/2019, 9:59:56 AM", "before 1/2 %2f"];
    world.says("alice", "list cold-01").await.says(&shown);
    world.says("alice", "delete cold-01 \"VM Snapshot 11/13/2019, 9:59:56 AM\"").await;
    let done = world.until("done").await;
    assert!(done.text().contains(shown[0]), "{}", done.text());
    world.says("alice", "delete cold-01 \"before 1/2 %2f\"").await;
    world.until("done").await;
    let (take, delete) = ("CreateSnapshotEx_Task cold-01", "RemoveSnapshot_Task cold-01");
    world.end(&[take, delete, delete]).await;
}
