//! What the fake sends is what Discord's own models read: an interaction that they refuse would be one that the bot never sees.

use serde_json::{Value, json};
use snapwarden::chat::discord::inbound::{self, What};

use super::fake::{By, Did, Fake};

async fn sent(did: Did) -> Value {
    let fake = Fake::start(By::Gateway).await;
    let (_, json) = fake.begin("1600000000000000000", Some("1500000000000000001"), "fr", &did);
    json
}

/// By serenity's models and back, as the gateway brings it.
fn through_serenity(json: &Value) -> Value {
    let read: serenity::all::Interaction =
        serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}: {json:#}"));
    let mut back = serde_json::to_value(&read).unwrap();
    back["type"] = json["type"].clone();
    back
}

#[tokio::test]
async fn what_the_gateway_brings_reads_like_what_a_request_brings() {
    let card = json!({
        "id": "1200000000000000001", "channel_id": "1500000000000000001", "type": 0, "content": "", "attachments": [], "mentions": [],
        "mention_roles": [], "mention_everyone": false, "pinned": false, "tts": false, "flags": 64, "timestamp": "2026-11-22T14:05:30.000000+00:00",
        "edited_timestamp": null, "author": super::fake::user(super::fake::BOT, true), "nonce": "R-7KQ2.abcdef01",
        "interaction_metadata": { "id": "1200000000000000002", "type": 2, "user": super::fake::user("1600000000000000000", false), "authorizing_integration_owners": {} },
        "embeds": [{ "title": "Revert?", "color": 1, "fields": [{ "name": "Lost", "value": "x", "inline": true }], "footer": { "text": "waiting · R-7KQ2" } }],
        "components": [
            { "type": 1, "components": [{ "type": 2, "style": 1, "label": "Approve", "custom_id": "R-7KQ2.approve.0.x" }] },
            { "type": 1, "components": [{ "type": 3, "custom_id": "m:1", "placeholder": "Delete…", "options": [{ "label": "db-01", "value": "R-7KQ2.delete.1.x" }] }] },
        ],
    });
    let options = vec![("vm".to_owned(), json!("web-01")), ("safety".to_owned(), json!(true))];
    let all = [
        Did::Command { verb: "revert".to_owned(), options: options.clone() },
        Did::Typing { verb: "revert".to_owned(), options: vec![options[0].clone()], option: "vm".to_owned() },
        Did::Press { custom_id: "R-7KQ2.approve.0.x".to_owned(), values: Vec::new(), message: card.clone() },
        Did::Press { custom_id: "m:1".to_owned(), values: vec!["R-7KQ2.delete.1.x".to_owned()], message: card.clone() },
        Did::Form {
            custom_id: "R-7KQ2.deny.0.x".to_owned(),
            inputs: vec![("reason".to_owned(), "no".to_owned())],
            message: Some(card),
        },
    ];
    for did in all {
        let json = sent(did.clone()).await;
        let back = through_serenity(&json);
        let direct = inbound::parse(&json).unwrap();
        let by_gateway = inbound::parse(&back).unwrap_or_else(|error| panic!("{error}: {back:#}"));
        assert_eq!(direct, by_gateway, "{did:?}");
        assert!(!matches!(direct.what, What::Unknown { .. }));
    }
}
