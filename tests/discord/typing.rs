//! What Discord offers while somebody types.

use std::time::Duration;

use serde_json::{Value, json};

use super::fake::{By, Did};
use super::front::{account_of, channel_id};
use crate::world::fronts::On;
use crate::world::harness::World;

async fn offered(
    world: &World,
    who: &str,
    verb: &str,
    options: &[(&str, &str)],
    option: &str,
) -> Vec<(String, String)> {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let did = Did::Typing { verb: verb.to_owned(), options, option: option.to_owned() };
    let outcome = world.discord().did(&account_of(who), Some(channel_id("ops")), "en", did).await;
    assert!(outcome.took < Duration::from_secs(3));
    assert_eq!(outcome.first["type"], 8);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    outcome.first["data"]["choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["name"]), text(&one["value"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn vms_snapshots_modes_and_times_are_offered_as_they_fit() {
    let world = World::on(On::Discord(By::Gateway)).await;
    let vms = offered(&world, "alice", "take", &[("vm", "db")], "vm").await;
    assert!(vms.iter().any(|(name, value)| name.starts_with("db-01 · ") && value == "db-01"), "{vms:?}");
    assert_eq!(
        offered(&world, "alice", "revert", &[("vm", "prod")], "vm").await,
        [],
        "what she may not is not offered"
    );
    assert_eq!(offered(&world, "mallory", "take", &[("vm", "web")], "vm").await, [], "nobody is nobody");
    let snapshots = offered(&world, "alice", "revert", &[("vm", "db-01"), ("snapshot", "")], "snapshot").await;
    assert_eq!(snapshots.len(), 3, "{snapshots:?}");
    assert_eq!(offered(&world, "alice", "revert", &[("vm", "cold-01"), ("snapshot", "")], "snapshot").await, []);
    let modes = async |vm: &str| {
        let found = offered(&world, "alice", "take", &[("vm", vm), ("mode", "")], "mode").await;
        found.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(modes("web-01").await, ["auto", "disk", "quiesce", "memory"]);
    assert_eq!(modes("cold-01").await, ["auto", "disk"], "it is off");
    let times = offered(&world, "alice", "take", &[("vm", "web-01"), ("keep", "3")], "keep").await;
    assert_eq!(times[0].1, "3d");
    // What is offered means exactly one thing.
    for (_, value) in offered(&world, "alice", "take", &[("vm", "web-02")], "vm").await {
        let made = world.says("alice", &format!("list {value}")).await;
        assert!(!made.text().contains("which one"), "{value}: {}", made.text());
    }
    world.discord().was_content();
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_registered_once_and_in_both_languages() {
    let mut world = World::on(On::Discord(By::Requests)).await;
    let fake = world.discord();
    fake.until("the commands are registered", |state| (state.command_writes == 1).then_some(())).await;
    let command = fake.state().commands[0].clone();
    assert_eq!(command["name"], "snapshot");
    let take = &command["options"][0];
    assert_eq!((take["name"].as_str(), take["name_localizations"]["fr"].as_str()), (Some("take"), Some("prendre")));
    world.restart().await;
    fake.until("the bot has looked again", |state| {
        (state.asked.iter().filter(|kind| *kind == "GET commands").count() >= 2).then_some(())
    })
    .await;
    let answer = world.says("alice", "help").await;
    assert!(answer.text().contains("What you can ask for"));
    assert_eq!(fake.state().command_writes, 1, "nothing had changed");
    fake.was_content();
    world.end(&[]).await;
}
