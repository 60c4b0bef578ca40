//! What goes wrong by hand, by the JSON API alone: a drift that voids an approval, a lost answer that is found again, a lost
//! request that nobody can know of, a slow task that outlives the process.

use serde_json::{Value, json};

use super::demo::{Api, Demo, token};
use crate::console::world::answer;

#[tokio::test]
async fn a_drift_voids_what_was_approved() {
    let demo = Demo::start();
    let mut api = Api::of(&demo).await;
    for (path, body, changed) in [
        ("snapshot", json!({}), "\"not by the bot\" was taken"),
        ("power", json!({"on": false}), "powered off"),
        ("power", json!({"on": true}), "powered on"),
    ] {
        let revert = api.asks("alice", "/snapshot revert db-01 \"after import\"").await;
        let card = api.until(&revert, "awaiting_approval", "bob").await;
        let before = api.machine("DC1/db/db-01").await;
        let after = meddle(&api, path, &body).await;
        match path {
            "snapshot" => assert_eq!(after["snapshots"].as_u64(), before["snapshots"].as_u64().map(|n| n + 1)),
            _ => assert_eq!(after["on"], body["on"]),
        }
        api.presses("bob", &card, "approve", json!({})).await;
        let stale = api.until(&revert, "stale", "alice").await;
        let plain = stale["plain"].as_str().unwrap();
        assert!(plain.contains(changed) && plain.contains("Nothing was done"), "{path}: {plain}");
    }
    demo.end();
}

#[tokio::test]
async fn what_is_to_go_wrong_goes_wrong_once() {
    let demo = Demo::start();
    let mut api = Api::of(&demo).await;
    assert_eq!(meddle(&api, "lose-answer", &json!({})).await["armed"], json!(["lose_answer"]));
    let take = api.asks("alice", "/snapshot take db-01 \"lost and found\"").await;
    let done = api.until(&take, "done", "alice").await;
    assert!(done["plain"].as_str().unwrap().contains("lost and found"), "{done}");
    let machine = api.machine("DC1/db/db-01").await;
    assert_eq!((&machine["armed"], &machine["snapshots"]), (&json!([]), &json!(4)), "found, and not taken twice");

    meddle(&api, "lose-request", &json!({"on": true})).await;
    let revert = api.asks("alice", "/snapshot revert db-01 \"after import\"").await;
    let card = api.until(&revert, "awaiting_approval", "bob").await;
    api.presses("bob", &card, "approve", json!({})).await;
    api.until(&revert, "unsure", "alice").await;
    assert_eq!(api.machine("DC1/db/db-01").await["armed"], json!([]));

    assert_eq!(meddle(&api, "slow-task", &json!({"on": true})).await["armed"], json!(["slow_task"]));
    assert_eq!(meddle(&api, "slow-task", &json!({"on": false})).await["armed"], json!([]), "taken back");
    demo.end();
}

#[tokio::test]
async fn a_slow_task_keeps_others_away_and_can_be_cancelled() {
    let demo = Demo::start();
    let mut api = Api::of(&demo).await;
    meddle(&api, "slow-task", &json!({})).await;
    let take = api.asks("alice", "/snapshot take db-01 slow").await;
    let mut running = api.until(&take, "running", "alice").await;
    let moref = api.machine("DC1/db/db-01").await["moref"].as_str().unwrap().to_owned();
    for (path, body) in [("snapshot", json!({})), ("power", json!({"on": false}))] {
        let (status, error) = post(&demo, &format!("/demo/machines/{moref}/{path}"), &body).await;
        assert_eq!((status, &error["error"]["code"]), (409, &json!("machine_busy")), "{path}: {error}");
    }
    while token(&running, "cancel").is_none() {
        running = api.next(&take, "alice").await;
    }
    api.presses("alice", &running, "cancel", json!({})).await;
    api.until(&take, "cancelled", "alice").await;
    demo.end();
}

#[tokio::test]
async fn what_is_asked_of_machines_wrongly_is_an_error_with_a_hint() {
    let demo = Demo::start();
    for (path, body, status, code) in [
        ("/demo/machines/vm-999/snapshot", json!({}), 404, "unknown_machine"),
        ("/demo/machines/vm-999/lose-answer", json!({}), 404, "unknown_machine"),
        ("/demo/machines/db-01/explode", json!({}), 404, "unknown_path"),
        ("/demo/machines/db-01/power", json!({"on": "yes"}), 400, "bad_json"),
        ("/demo/machines/db-01/power", json!("on"), 400, "bad_json"),
    ] {
        let (answered, error) = post(&demo, path, &body).await;
        assert_eq!((answered, &error["error"]["code"]), (status, &json!(code)), "{path} {body}: {error}");
        assert!(error["error"]["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{error}");
    }
    // vSphere has at most 32 levels, and somebody else has no more than that either.
    let api = Api::of(&demo).await;
    let moref = api.machine("DC1/test/deep-01").await["moref"].as_str().unwrap().to_owned();
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(post(&demo, &format!("/demo/machines/{moref}/snapshot"), &json!({})).await);
    }
    let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 200, 409], "{answers:?}");
    assert_eq!(answers[2].1["error"]["code"], "machine_deep");
    demo.end();
}

/// Does something to db-01, and gives it as it is then.
async fn meddle(api: &Api, path: &str, body: &Value) -> Value {
    let moref = api.machine("DC1/db/db-01").await["moref"].as_str().unwrap().to_owned();
    api.send(&format!("/demo/machines/{moref}/{path}"), body).await["machine"].clone()
}

/// A POST's status and JSON.
async fn post(demo: &Demo, path: &str, body: &Value) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}{path}", demo.url)).header("content-type", "application/json");
    answer(request.body(body.to_string())).await
}
