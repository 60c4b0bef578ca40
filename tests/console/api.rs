//! Every call of the API, asked right and asked wrong.

use serde_json::{Value, json};
use snapwarden::message::model::Tone;

use super::fake::{World, answer, asked, card, running};

fn codes((status, body): (u16, Value)) -> (u16, String) {
    for part in ["message", "hint"] {
        let text = body["error"][part].as_str().unwrap_or_else(|| panic!("no {part}: {body}"));
        assert!(!text.is_empty(), "{body}");
    }
    (status, body["error"]["code"].as_str().unwrap().to_owned())
}

fn error(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn people_and_channels() {
    let world = World::new().await;
    let (status, people) = world.read("/api/people").await;
    assert_eq!(status, 200);
    assert_eq!(people[0], json!({"id": "alice", "name": "Alice", "groups": ["team-web"]}));
    let (_, channels) = world.read("/api/channels").await;
    assert_eq!(channels, json!([{"id": "ops", "name": "ops"}, {"id": "web-team", "name": "web-team"}]));
}

#[tokio::test]
async fn a_command_reaches_the_engine_and_its_message_the_channel() {
    let world = World::new().await;
    let body = json!({"person": "alice", "channel": "ops", "text": "/snapshot take web-01", "locale": "fr"});
    assert_eq!(world.send("/api/commands", body).await, (200, json!({"request": "R-7KQ2"})));
    let asked = world.engine.commands.lock().unwrap().clone();
    assert_eq!(asked, [["alice", "console:ops", "/snapshot take web-01", "fr"].map(str::to_owned)]);

    let (_, messages) = world.read("/api/channels/ops/messages").await;
    assert_eq!(
        messages,
        json!([{
            "id": "m-R-7KQ2",
            "ts": "2026-11-22T14:05:00Z",
            "author": "snapwarden",
            "audience": "channel",
            "tone": "running",
            "title": "Taking a snapshot of \"web-01\"",
            "blocks": [{"kind": "progress", "percent": 0, "text": "0 % · 1 s"}],
            "buttons": [],
            "plain": messages[0]["plain"],
            "request": "R-7KQ2",
            "state": "running",
        }])
    );
    let plain = messages[0]["plain"].as_str().unwrap();
    assert!(plain.contains("running · R-7KQ2\n  ░░░░░░░░░░░░░░ 0 % · 1 s"), "{plain}");
    assert_eq!(world.read("/api/channels/web-team/messages").await, (200, json!([])));
}

#[tokio::test]
async fn what_only_the_asker_sees_comes_back_and_is_kept_nowhere() {
    let world = World::new().await;
    let body = json!({"person": "alice", "channel": "ops", "text": "/snapshot list db-01"});
    let (status, answer) = world.send("/api/commands", body).await;
    assert_eq!(status, 200);
    assert_eq!(answer["reply"]["audience"], "only_you");
    assert_eq!(answer["reply"]["blocks"][0]["rows"][3]["here"], true);
    assert_eq!(answer.get("request"), None);
    assert_eq!(world.read("/api/channels/ops/messages").await.1, json!([]));
    assert_eq!(world.engine.commands.lock().unwrap()[0][3], "none");
}

#[tokio::test]
async fn buttons_are_shown_to_whom_they_are_for() {
    let world = World::new().await;
    world.card("ops", "R-4BXN", &asked("web-01", "before upgrade")).await;
    let seen = async |query: &str| {
        let (_, messages) = world.read(&format!("/api/channels/ops/messages{query}")).await;
        let buttons = messages[0]["buttons"].as_array().unwrap().clone();
        let plain: Vec<&str> = messages[0]["plain"].as_str().unwrap().lines().rev().take(2).map(str::trim).collect();
        let actions: Vec<String> = buttons.iter().map(|button| button["action"].as_str().unwrap().to_owned()).collect();
        let why = messages[0]["why"].as_str().map(str::to_owned);
        (actions.join(" "), why, plain.into_iter().rev().collect::<Vec<_>>().join(" / "))
    };
    // Whoever can press something sees it last, and whoever cannot decide reads why, in `why` and below the buttons.
    let (actions, why, plain) = seen("?as=alice").await;
    assert_eq!((actions.as_str(), why.as_deref()), ("withdraw", Some("You asked for this, so somebody else decides.")));
    assert_eq!(plain, "[Withdraw] / You asked for this, so somebody else decides.");
    let (actions, why, plain) = seen("?as=bob").await;
    assert_eq!((actions.as_str(), why), ("approve deny", None));
    assert!(plain.ends_with(" / [Approve] [Deny]"), "{plain}");
    let (actions, why, plain) = seen("?as=dave").await;
    assert_eq!((actions.as_str(), why.as_deref()), ("", Some("Only @approvers decide this.")));
    assert!(plain.ends_with(" / Only @approvers decide this.") && !plain.contains('['), "{plain}");
    let (actions, why, _) = seen("").await;
    assert_eq!((actions.as_str(), why), ("approve deny withdraw", None));

    let (_, messages) = world.read("/api/channels/ops/messages?as=bob").await;
    let expected = json!({
        "action": "deny", "token": "deny", "label": "Deny", "style": "danger",
        "input": {"name": "reason", "label": "Why not?", "optional": false},
    });
    assert_eq!(messages[0]["buttons"][1], expected);
    assert_eq!(messages[0]["buttons"][0].get("input"), None);
}

#[tokio::test]
async fn one_message_can_be_asked_for_alone() {
    let world = World::new().await;
    world.card("ops", "R-7KQ2", &running("web-01", Some(1))).await;
    world.card("ops", "R-4BXN", &asked("web-01", "x")).await;
    let (_, one) = world.read("/api/channels/ops/messages?id=m-R-4BXN").await;
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0]["id"], "m-R-4BXN");
    assert_eq!(world.read("/api/channels/ops/messages?id=none").await, (200, json!([])));
}

#[tokio::test]
async fn an_edit_changes_the_message_in_its_place_and_an_unknown_one_is_put_back() {
    let world = World::new().await;
    world.card("ops", "R-7KQ2", &running("web-01", Some(1))).await;
    world.card("console:ops", "R-4BXN", &asked("web-01", "x")).await;
    world.change("console:ops", "R-7KQ2", &running("web-01", Some(99))).await;
    world.change("ops", "R-9TWE", &card(Tone::Success, "after a restart")).await;
    let (_, messages) = world.read("/api/channels/ops/messages").await;
    let ids: Vec<&str> = messages.as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["m-R-7KQ2", "m-R-4BXN", "m-R-9TWE"]);
    assert_eq!(messages[0]["blocks"][0]["percent"], 99);

    let earlier = "2026-11-20T09:12:00Z".parse().unwrap();
    world.console.restore(&"ops".into(), &"m-R-2222".into(), earlier, &card(Tone::Info, "older"));
    let (_, messages) = world.read("/api/channels/ops/messages").await;
    assert_eq!((&messages[0]["title"], &messages[0]["ts"]), (&json!("older"), &json!("2026-11-20T09:12:00Z")));
}

#[tokio::test]
async fn a_button_reaches_the_engine_with_its_inputs() {
    let world = World::new().await;
    world.card("ops", "R-4BXN", &asked("web-01", "before upgrade")).await;
    let body = json!({"person": "bob", "token": "deny", "inputs": {"reason": "month-end closing"}});
    assert_eq!(world.send("/api/actions", body).await, (200, json!({"request": "R-4BXN"})));
    let (_, messages) = world.read("/api/channels/ops/messages?as=bob").await;
    assert_eq!(messages[0]["state"], "denied");
    assert!(messages[0]["plain"].as_str().unwrap().contains("Denied by @bob: \"month-end closing\""));

    let (_, reply) = world.send("/api/actions", json!({"person": "bob", "token": "other"})).await;
    assert_eq!(reply["reply"]["title"], "Noted.");
    let gone = world.send("/api/actions", json!({"person": "bob", "token": "gone"})).await;
    assert_eq!(codes(gone), error(404, "unknown_button"));
}

#[tokio::test]
async fn suggestions_and_requests() {
    let world = World::new().await;
    let (_, vms) = world.read("/api/suggest?person=alice&verb=take&argument=vm&query=web-01").await;
    assert_eq!(vms, json!([{"value": "web-01", "label": "web-01 · DC1/web · on"}]));
    let (_, snapshots) = world.read("/api/suggest?person=alice&verb=revert&argument=snapshot&vm=db-01&query=").await;
    assert_eq!(snapshots.as_array().unwrap().len(), 3);
    let (status, request) = world.read("/api/requests/r-7kq2").await;
    assert_eq!((status, &request["percent"]), (200, &json!(48)));
}

#[tokio::test]
async fn supervisors_get_their_three_answers() {
    let world = World::new().await;
    assert_eq!(world.read("/healthz").await, (200, json!({"status": "ok"})));
    let (status, ready) = world.read("/readyz").await;
    assert_eq!((status, &ready["checks"][0]["detail"]), (503, &json!("still reading")));
    let metrics = world.get("/metrics").send().await.unwrap();
    assert!(metrics.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    assert_eq!(metrics.text().await.unwrap(), "# what the recorder rendered\n");
}

#[tokio::test]
async fn the_demos_machines_can_be_broken() {
    let world = World::new().await;
    let (_, machines) = world.read("/demo/machines").await;
    let web = json!({"moref": "vm-1", "name": "web-01", "path": "DC1/web", "on": true, "broken": false, "snapshots": 1,
        "armed": []});
    assert_eq!(machines[0], web);
    assert_eq!(world.send("/demo/machines/vm-1/break", json!({})).await, (200, json!({"broken": "vm-1"})));
    assert_eq!(world.read("/demo/machines").await.1[0]["broken"], true);
    assert_eq!(codes(world.send("/demo/machines/vm-9/break", json!({})).await), error(404, "unknown_machine"));
    let (status, answer) = world.send("/demo/machines/vm-1/lose-answer", json!({})).await;
    assert_eq!((status, &answer["machine"]["armed"]), (200, &json!(["lose_answer"])));
    let (_, answer) = world.send("/demo/machines/vm-1/lose-answer", json!({"on": false})).await;
    assert_eq!(answer["machine"]["armed"], json!([]));
    let (_, answer) = world.send("/demo/machines/vm-1/power", json!({"on": false})).await;
    assert_eq!(answer["machine"]["on"], false);
    assert_eq!(codes(world.send("/demo/machines/vm-1/explode", json!({})).await), error(404, "unknown_path"));
    assert_eq!(codes(world.send("/demo/machines/vm-1/power", json!({"on": 1})).await), error(400, "bad_json"));
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let world = World::new().await;
    let command = |person: &str, channel: &str| json!({"person": person, "channel": channel, "text": "x"});
    assert_eq!(codes(world.send("/api/commands", command("eve", "ops")).await), error(404, "unknown_person"));
    assert_eq!(codes(world.send("/api/commands", command("alice", "void")).await), error(404, "unknown_channel"));
    assert_eq!(
        codes(world.send("/api/actions", json!({"person": "eve", "token": "x"})).await),
        error(404, "unknown_person")
    );
    for (path, code) in [
        ("/api/channels/void/messages", "unknown_channel"),
        ("/api/channels/ops/messages?as=eve", "unknown_person"),
        ("/api/suggest?person=eve&argument=vm", "unknown_person"),
        ("/api/requests/R-2222", "unknown_request"),
        ("/api/requests/%3Cscript%3E", "unknown_request"),
        ("/static/none.js", "unknown_file"),
        ("/static/..%2Fapi.rs", "unknown_file"),
        ("/nowhere", "unknown_path"),
    ] {
        assert_eq!(codes(world.read(path).await), error(404, code), "{path}");
    }
    assert!(world.engine.commands.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_says_where() {
    let world = World::new().await;
    let (status, body) = answer(world.post("/api/commands", "{\"person\": \"alice\",\n \"channel\" \"ops\"}")).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("bad_json")));
    assert!(body["error"]["message"].as_str().unwrap().contains("line 2 column 12"), "{body}");
    let (_, body) = answer(world.post("/api/commands", "{\"person\": \"alice\"}")).await;
    assert!(body["error"]["message"].as_str().unwrap().contains("missing field `channel`"), "{body}");
    for body in ["", "[]", "null", "{\"person\":1,\"channel\":\"ops\",\"text\":\"x\"}", "\u{feff}{}"] {
        assert_eq!(codes(answer(world.post("/api/commands", body)).await), error(400, "bad_json"), "{body:?}");
    }
    let invalid = world.post("/api/commands", "").body(vec![b'"', 0xff, b'"']);
    assert_eq!(codes(answer(invalid).await), error(400, "bad_json"));
    for path in ["/api/suggest", "/api/suggest?person=alice&argument=nonsense"] {
        assert_eq!(codes(world.read(path).await), error(400, "bad_query"), "{path}");
    }
    assert_eq!(codes(world.read("/api/requests/%ff").await), error(400, "bad_path"));
    assert_eq!(codes(world.read("/api/commands").await), error(405, "wrong_method"));
    assert_eq!(codes(world.send("/api/people", json!({})).await), error(405, "wrong_method"));
    assert_eq!(codes(world.send("/healthz", json!({})).await), error(405, "wrong_method"));
}

#[tokio::test]
async fn a_long_command_is_refused_in_words_and_a_huge_body_by_its_size() {
    let world = World::new().await;
    let command = |length: usize| json!({"person": "alice", "channel": "ops", "text": "é".repeat(length)});
    let (status, answer) = world.send("/api/commands", command(10_000)).await;
    assert_eq!(status, 200);
    assert!(answer["reply"]["title"].as_str().unwrap().contains("too long"), "{answer}");
    assert_eq!(codes(world.send("/api/commands", command(40_000)).await), error(413, "too_large"));
}

#[tokio::test]
async fn hostile_text_comes_back_as_it_went_in() {
    let world = World::new().await;
    let hostile = "</script><script>alert(1)</script>\u{202e}\u{0}\"'&";
    world.card("ops", "R-4BXN", &card(Tone::Info, hostile)).await;
    let response = world.get("/api/channels/ops/messages").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(world.read("/api/channels/ops/messages").await.1[0]["title"], hostile);
}
