//! What comes by the gateway: one connection whatever happens to it, and an answer to everything, raw as it is.

use serde_json::{Value, json};

use super::fake::{By, Did, gateway::Tug};
use super::front::{account_of, channel_id};
use crate::world::fronts::On;
use crate::world::harness::World;

async fn connected() -> World {
    World::on(On::Discord(By::Gateway)).await
}

fn list() -> Did {
    Did::Command { verb: "list".to_owned(), options: vec![("vm".to_owned(), json!("web-01"))] }
}

/// Sends this interaction over the gateway; the first answer.
async fn answer_to(world: &World, did: &Did, change: impl FnOnce(&mut Value)) -> Value {
    let fake = world.discord();
    let (token, mut json) = fake.begin(&account_of("alice"), Some(channel_id("ops")), "en-US", did);
    change(&mut json);
    fake.state().socket.event("INTERACTION_CREATE", &json);
    fake.until("a first answer", |state| state.begun[&token].first.clone()).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_ends_with_one_connection_on_which_private_answers_stay() {
    let world = connected().await;
    let fake = world.discord();
    fake.state().socket.away = true;
    fake.state().socket.tug(Tug::Cut);
    fake.until("several tries", |state| (state.socket.turned_away >= 4).then_some(())).await;
    fake.state().socket.away = false;
    fake.until("it is back", |state| state.socket.is_live().then_some(())).await;
    for _ in 0..4 {
        let answer = world.says("alice", "list web-01").await;
        assert!(answer.text().contains("web-01"), "{}", answer.text());
    }
    assert_eq!(fake.state().socket.open, 1, "one connection");
    fake.was_content();
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_comes_twice_is_answered_once_and_its_answer_stays() {
    let world = connected().await;
    let fake = world.discord();
    for did in [list(), Did::Command { verb: "help".to_owned(), options: Vec::new() }] {
        let (token, json) = fake.begin(&account_of("alice"), Some(channel_id("ops")), "en-US", &did);
        fake.state().socket.event("INTERACTION_CREATE", &json);
        fake.state().socket.event("INTERACTION_CREATE", &json);
        fake.until("an answer", |state| {
            let begun = &state.begun[&token];
            let told = begun.first.as_ref().is_some_and(|(first, _)| first["type"] == 4) || begun.edited;
            told.then_some(())
        })
        .await;
        // Whatever came of the second one would be here by the time that another command is answered.
        assert!(world.says("alice", "help").await.reply.is_some());
        assert!(!fake.state().begun[&token].deleted);
    }
    fake.was_content();
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_before_a_restart_and_comes_again_says_so() {
    let mut world = connected().await;
    let did = Did::Command { verb: "take".to_owned(), options: vec![("vm".to_owned(), json!("web-01"))] };
    let (token, json) = world.discord().begin(&account_of("alice"), Some(channel_id("ops")), "en-US", &did);
    world.discord().state().socket.event("INTERACTION_CREATE", &json);
    world.until("done").await;
    world.restart().await;
    let fake = world.discord();
    fake.until("it is back", |state| state.socket.is_live().then_some(())).await;
    {
        // Discord never heard the first one's answer.
        let mut state = fake.state();
        let begun = state.begun.get_mut(&token).unwrap();
        (begun.first, begun.original, begun.edited, begun.deleted) = (None, None, false, false);
        begun.born = std::time::Instant::now();
        state.socket.event("INTERACTION_CREATE", &json);
    }
    let first = fake.until("an answer", |state| state.begun[&token].first.clone()).await.0;
    let says = fake
        .until("what it says", |state| {
            let original = state.begun[&token].original.clone()?;
            original["embeds"][0]["title"].as_str().map(str::to_owned)
        })
        .await;
    assert!(says.contains("before it was restarted"), "{first}, {says}");
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_adds_keeps_nobody_from_an_answer() {
    let world = connected().await;
    let changes: [fn(&mut Value); 4] = [
        |json| json["member"]["user"]["public_flags"] = json!(1_u64 << 40),
        |json| drop(json.as_object_mut().unwrap().remove("attachment_size_limit")),
        |json| json["channel"] = json!({ "id": channel_id("ops"), "type": 999, "new": { "deep": [1, null] } }),
        |json| json["entitlements"] = json!("none"),
    ];
    for change in changes {
        let first = answer_to(&world, &list(), change).await;
        assert!(matches!(first["type"].as_u64(), Some(4 | 5)), "{first}");
        assert!(!first.to_string().contains("cannot read"), "{first}");
    }
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_answered_all_the_same() {
    let world = connected().await;
    let fake = world.discord();
    let first = answer_to(&world, &list(), |json| json["data"] = json!([1])).await;
    assert!(first["type"] == 4 && first.to_string().contains("I cannot read what Discord sent"), "{first}");
    let first = answer_to(&world, &list(), |json| drop(json.as_object_mut().unwrap().remove("member"))).await;
    assert!(first["type"] == 4, "{first}");
    let typing =
        Did::Typing { verb: "list".to_owned(), options: vec![("vm".to_owned(), json!("w"))], option: "vm".to_owned() };
    let first = answer_to(&world, &typing, |json| json["data"] = json!("?")).await;
    assert_eq!(first, json!({ "type": 8, "data": { "choices": [] } }));
    // What does not even say whom to answer, and what is no event at all, harms nobody.
    fake.state().socket.event("INTERACTION_CREATE", &json!({ "type": 2 }));
    fake.state().socket.event("INTERACTION_CREATE", &Value::Null);
    fake.state().socket.event("SOMETHING_NEW", &json!([null]));
    assert!(world.says("alice", "help").await.reply.is_some());
    fake.was_content();
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_in_labels_keeps_what_was_typed() {
    let world = connected().await;
    world.says("alice", "revert-latest db-01").await;
    let deny = world.button("bob", "Deny").await;
    let fake = world.discord();
    let label = json!({ "type": 18, "id": 1, "component": { "type": 4, "id": 2, "custom_id": "reason", "value": "not today" } });
    let did = Did::Raw { kind: 5, data: json!({ "custom_id": deny, "components": [label] }) };
    let (_, json) = fake.begin(&account_of("bob"), Some(channel_id("ops")), "en-US", &did);
    fake.state().socket.event("INTERACTION_CREATE", &json);
    let denied = world.until("denied").await;
    assert!(denied.text().contains("not today"), "{}", denied.text());
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_gateway_refuses_is_told_at_once() {
    let world = connected().await;
    let fake = world.discord();
    fake.state().socket.tug(Tug::Close(4004));
    world
        .wait("it is told to whoever asks", async || {
            let (_, ready) = world.ready().await;
            ready.to_string().contains("refuses the bot's token").then_some(())
        })
        .await;
    world.end(&[]).await;
}
