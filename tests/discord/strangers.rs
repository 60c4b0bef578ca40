//! What is not taken: forged and recorded requests, bots, other servers, direct messages, what was put to somebody else.

use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::fake::{By, Did, Outcome};
use super::front::{account_of, channel_id};
use crate::world::fronts::On;
use crate::world::harness::World;

fn take(name: &str) -> Did {
    let options = vec![("vm".to_owned(), json!("web-01")), ("name".to_owned(), json!(name))];
    Did::Command { verb: "take".to_owned(), options }
}

fn title(outcome: &Outcome) -> &str {
    outcome.first["data"]["embeds"][0]["title"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_and_recorded_requests_do_nothing() {
    let world = World::on(On::Discord(By::Requests)).await;
    let fake = world.discord();
    let alice = account_of("alice");
    let begun = |name: &str| {
        let (token, json) = fake.begin(&alice, Some(channel_id("ops")), "en", &take(name));
        (token, json.to_string())
    };
    let stamp = Timestamp::now().as_second().to_string();
    let mut refused = 0;
    let other = SigningKey::from_bytes(&[3; 32]);
    let (token, body) = begun("forged");
    let forged = hex::encode(other.sign(format!("{stamp}{body}").as_bytes()).to_bytes());
    for signature in [forged.as_str(), "", "00", "zz"] {
        assert_eq!(fake.send_signed(token.clone(), body.clone(), &stamp, signature).await.status, 401, "{signature:?}");
        refused += 1;
    }
    let right = hex::encode(fake.key.sign(format!("{stamp}{body}").as_bytes()).to_bytes());
    let changed = body.replace("forged", "changed");
    assert_eq!(fake.send_signed(token.clone(), changed, &stamp, &right).await.status, 401);
    assert_eq!(fake.by_request(token.clone(), body.clone(), 301).await.status, 401, "six minutes old");
    assert_eq!(fake.by_request(token, body, -360).await.status, 401, "from the future");
    refused += 3;
    let (token, body) = begun("once");
    let first = fake.by_request(token.clone(), body.clone(), 0).await;
    assert_eq!((first.status, first.first["type"].as_u64()), (200, Some(5)));
    assert_eq!(fake.original(&first).await, None, "it stands in the channel");
    for _ in 0..3 {
        assert_eq!(fake.by_request(token.clone(), body.clone(), 0).await.status, 401, "recorded and sent again");
        refused += 1;
    }
    let ping = json!({ "id": "7", "application_id": super::fake::APPLICATION, "type": 1, "token": "t", "version": 1 });
    for _ in 0..2 {
        assert_eq!(fake.by_request("ping".to_owned(), ping.to_string(), 0).await.first, json!({ "type": 1 }));
    }
    assert_eq!(fake.by_request("none".to_owned(), "{}".to_owned(), 0).await.status, 400);
    world.wait("it is done", async || Some(()).filter(|()| world.changes().len() == 1)).await;
    told!("discord: {refused} forged or recorded requests were answered 401 and did nothing");
    fake.was_content();
    world.end_as_it_is(&["CreateSnapshotEx_Task web-01"]).await;
}

/// Sends an interaction that was changed on the way out.
async fn changed(world: &World, did: &Did, channel: Option<&str>, change: impl Fn(&mut Value)) -> Outcome {
    let fake = world.discord();
    let (token, mut json) = fake.begin(&account_of("alice"), channel, "fr", did);
    change(&mut json);
    fake.by_request(token, json.to_string(), 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_reads_why() {
    let world = World::on(On::Discord(By::Requests)).await;
    let fake = world.discord();
    let ops = Some(channel_id("ops"));
    let by_bot = changed(&world, &take("a"), ops, |json| json["member"]["user"]["bot"] = json!(true)).await;
    assert_eq!(title(&by_bot), "Les commandes et les clics des bots ne sont pas acceptés.");
    let elsewhere = changed(&world, &take("b"), ops, |json| json["guild_id"] = json!("42")).await;
    assert_eq!(title(&elsewhere), "Je ne sers qu'un autre serveur. Adressez-vous à un administrateur.");
    let direct = changed(&world, &take("c"), None, |_| {}).await;
    assert!(title(&direct).starts_with("Je n'accepte aucune commande en message privé."), "{}", title(&direct));
    let foreign = changed(&world, &take("d"), ops, |json| json["application_id"] = json!("42")).await;
    assert!(title(&foreign).starts_with("Je ne peux pas lire"), "{}", title(&foreign));
    let unknown = changed(&world, &Did::Raw { kind: 77, data: json!({}) }, ops, |_| {}).await;
    assert!(title(&unknown).starts_with("Je ne peux pas lire"), "{}", title(&unknown));
    let typing = Did::Typing {
        verb: "take".to_owned(),
        options: vec![("vm".to_owned(), json!("web"))],
        option: "vm".to_owned(),
    };
    let nothing = changed(&world, &typing, None, |_| {}).await;
    assert_eq!(nothing.first["data"]["choices"], json!([]));
    for outcome in [&by_bot, &elsewhere, &direct, &foreign, &unknown] {
        assert_eq!(outcome.first["data"]["flags"], 64, "nobody else sees it");
    }
    fake.was_content();
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_to_one_person_is_answered_by_nobody_else() {
    let world = World::on(On::Discord(By::Gateway)).await;
    let fake = world.discord();
    let picker = world.says("alice", "take web-02 x").await;
    let token = picker.reply.as_ref().unwrap().0["buttons"][0]["token"].as_str().unwrap().to_owned();
    let message = fake.state().begun.values().find_map(|begun| begun.original.clone()).unwrap();
    let press = Did::Press { custom_id: token, values: Vec::new(), message: message.clone() };
    let other = fake.did(&account_of("bob"), Some(channel_id("ops")), "en", press).await;
    assert_eq!(title(&other), "That question was put to somebody else.");
    for custom_id in [
        "m:0",
        "nonsense",
        "f:",
        "c:R-7KQ2.approve.0.000000000000000000000000",
        "R-7KQ2.approve.0.000000000000000000000000",
    ] {
        let press = Did::Press { custom_id: custom_id.to_owned(), values: Vec::new(), message: message.clone() };
        let outcome = fake.did(&account_of("alice"), Some(channel_id("ops")), "en", press).await;
        assert!(matches!(outcome.first["type"].as_u64(), Some(4 | 6 | 7 | 9)), "{custom_id}: {}", outcome.first);
    }
    // A question about a button that was made up may be answered: the yes is refused.
    let asked = "R-7KQ2.approve.0.000000000000000000000000";
    let made_up = world.press_token("bob", asked).await;
    made_up.says(&["This button is not one of mine"]);
    fake.was_content();
    world.end(&[]).await;
}
