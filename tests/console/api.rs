//! Every call of the API, asked right and asked wrong.

use serde_json::{Value, json};
use snapwarden::message::model::{Action, Tone};

use super::cards::{asked, card, running};
use super::world::{World, answer};

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
    assert_eq!(people[0], json!({"id": "alice", "name": "alice", "groups": ["team-web"]}));
    let (_, channels) = world.read("/api/channels").await;
    assert_eq!(channels, json!([{"id": "ops", "name": "ops"}, {"id": "web-team", "name": "web-team"}]));
}

#[tokio::test]
async fn a_command_reaches_the_engine_and_its_message_the_channel() {
    let world = World::new().await;
    let body = json!({"person": "alice", "channel": "ops", "text": "/snapshot take web-01", "locale": "fr"});
    let (status, answer) = world.send("/api/commands", body).await;
    let id = answer["request"].as_str().unwrap().to_owned();
    assert_eq!((status, answer), (200, json!({"request": id})));

    let message = world.until_state(&id, "running").await;
    assert_eq!(
        message,
        json!({
            "id": format!("m-{id}"),
            "ts": "2026-11-22T14:05:00Z",
            "author": "snapwarden",
            "audience": "channel",
            "tone": "running",
            "title": "Prise du snapshot \"2026-11-22 14:05\" de \"web-01\"",
            "blocks": [
                {"kind": "progress", "percent": message["blocks"][0]["percent"], "text": message["blocks"][0]["text"]},
                {"kind": "note", "text": "Demandé par @alice."},
            ],
            "buttons": [],
            "plain": message["plain"],
            "request": id,
            "state": "running",
        })
    );
    let plain = message["plain"].as_str().unwrap();
    assert!(plain.contains(&id) && plain.contains("░░░░"), "{plain}");
    let asked = &world.heard()[0];
    assert_eq!((&asked["person"], &asked["account"]), (&json!("alice"), &json!("console:alice")), "{asked}");
    assert_eq!(world.read("/api/channels/web-team/messages").await, (200, json!([])));
}

#[tokio::test]
async fn what_only_the_asker_sees_comes_back_and_is_kept_nowhere() {
    let world = World::new().await;
    let body = json!({"person": "alice", "channel": "ops", "text": "/snapshot list db-01"});
    let (status, answer) = world.send("/api/commands", body).await;
    assert_eq!(status, 200);
    assert_eq!(answer["reply"]["audience"], "only_you");
    let tree = answer["reply"]["blocks"].as_array().unwrap().iter().find(|block| block["kind"] == "tree").unwrap();
    assert_eq!(tree["rows"][3]["here"], true);
    assert_eq!(answer.get("request"), None);
    assert_eq!(world.read("/api/channels/ops/messages").await.1, json!([]));
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
    let (id, card) = world.asks("web-01", "before upgrade").await;
    let deny = card.buttons.iter().find(|button| button.action == Action::Deny).unwrap().token.clone();
    let body = json!({"person": "bob", "token": deny, "inputs": {"reason": "month-end closing"}});
    let only_asked = json!({"person": "bob", "token": deny, "sure": false});
    assert_eq!(world.send("/api/actions", only_asked.clone()).await, (200, json!({})), "nothing is done yet");
    assert_eq!(world.send("/api/actions", body).await, (200, json!({"request": id})));
    let message = world.until_state(&id, "denied").await;
    assert!(message["plain"].as_str().unwrap().contains("Denied by @bob: \"month-end closing\""), "{message}");

    let (_, late) = world.send("/api/actions", only_asked).await;
    assert!(late["reply"]["title"].as_str().unwrap().starts_with(&id), "it comes too late: {late}");
    let (status, reply) = world.send("/api/actions", json!({"person": "bob", "token": "other"})).await;
    assert_eq!(status, 200);
    assert!(reply["reply"]["title"].as_str().unwrap().starts_with("This button is not one of mine"), "{reply}");
}

#[tokio::test]
async fn suggestions_and_requests() {
    let world = World::new().await;
    let (_, vms) = world.read("/api/suggest?person=alice&verb=take&argument=vm&query=web-01").await;
    assert_eq!(vms, json!([{"value": "web-01", "label": "web-01 · DC1/web · on"}]));
    assert!(world.sim.take_out_of_band("db-01", "latest").is_some());
    world.until_listed("db-01", 4).await;
    let (_, snapshots) = world.read("/api/suggest?person=alice&verb=revert&argument=snapshot&vm=db-01&query=").await;
    let snapshots = snapshots.as_array().unwrap();
    assert_eq!(snapshots.len(), 4);
    let latest = snapshots.iter().find(|one| one["value"] == "latest").unwrap();
    assert_eq!(latest["insert"], "\"latest\"", "without its quotes it would mean another");
    let (id, _) = world.asks("web-01", "before upgrade").await;
    let (status, request) = world.read(&format!("/api/requests/{}", id.to_lowercase())).await;
    assert_eq!((status, &request["id"], &request["percent"]), (200, &json!(id), &Value::Null));
}

#[tokio::test]
async fn supervisors_get_their_three_answers() {
    let world = World::new().await;
    assert_eq!(world.read("/healthz").await, (200, json!({"status": "ok"})));
    let (status, ready) = world.read("/readyz").await;
    let checks = json!([
        {"name": "vcenter lab", "ok": true, "detail": "17 VMs"},
        {"name": "store", "ok": true, "detail": "can be written"},
    ]);
    assert_eq!((status, ready), (200, json!({"ready": true, "checks": checks})));
    let metrics = world.get("/metrics").send().await.unwrap();
    assert!(metrics.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    assert_eq!(metrics.text().await.unwrap(), "# what the recorder rendered\n");

    let world = World::without_vcenter().await;
    let (status, ready) = world.read("/readyz").await;
    assert_eq!((status, &ready["ready"], &ready["checks"][0]["ok"]), (503, &json!(false), &json!(false)));
    assert!(
        ready["checks"][0]["detail"].as_str().unwrap().starts_with("connection lost since 2026-11-22T14:05:00Z: "),
        "{ready}"
    );
}

#[tokio::test]
async fn the_demos_vcenter_has_a_clock_and_a_connection_to_break() {
    let world = World::new().await;
    let state = async || world.read("/demo/vcenter").await.1;
    assert_eq!(state().await, json!({"clock_offset_seconds": 0, "lost": false}));
    let (status, answer) = world.send("/demo/vcenter/clock", json!({})).await;
    assert_eq!((status, &answer["clock_offset_seconds"]), (200, &json!(-3 * 86_400)));
    world.send("/demo/vcenter/lost", json!({"on": true})).await;
    assert_eq!(state().await["lost"], true);
    for what in ["clock", "lost"] {
        world.send(&format!("/demo/vcenter/{what}"), json!({"on": false})).await;
    }
    assert_eq!(state().await, json!({"clock_offset_seconds": 0, "lost": false}));
    assert_eq!(codes(world.send("/demo/vcenter/nonsense", json!({})).await), error(404, "unknown_path"));
}

#[tokio::test]
async fn the_demos_machines_can_be_broken() {
    let world = World::new().await;
    let moref = world.moref("web-01");
    let machine = async || {
        let (_, machines) = world.read("/demo/machines").await;
        machines.as_array().unwrap().iter().find(|machine| machine["moref"] == moref).unwrap().clone()
    };
    let at = |what: &str| format!("/demo/machines/{moref}/{what}");
    let web = json!({"moref": moref, "name": "web-01", "path": "DC1/web/web-01", "on": true, "broken": false,
        "snapshots": 0, "armed": []});
    assert_eq!(machine().await, web);
    assert_eq!(world.send(&at("break"), json!({})).await, (200, json!({"broken": moref})));
    assert_eq!(machine().await["broken"], true);
    assert_eq!(codes(world.send("/demo/machines/vm-999999/break", json!({})).await), error(404, "unknown_machine"));
    let (status, answer) = world.send(&at("lose-answer"), json!({})).await;
    assert_eq!((status, &answer["machine"]["armed"]), (200, &json!(["lose_answer"])));
    let (_, answer) = world.send(&at("lose-answer"), json!({"on": false})).await;
    assert_eq!(answer["machine"]["armed"], json!([]));
    let (_, answer) = world.send(&at("power"), json!({"on": false})).await;
    assert_eq!(answer["machine"]["on"], false);
    let (_, answer) = world.send(&at("snapshot"), json!({})).await;
    assert_eq!(answer["machine"]["snapshots"], 1);
    assert_eq!(codes(world.send(&at("explode"), json!({})).await), error(404, "unknown_path"));
    assert_eq!(codes(world.send(&at("power"), json!({"on": 1})).await), error(400, "bad_json"));
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let world = World::new().await;
    let command = |person: &str, channel: &str| json!({"person": person, "channel": channel, "text": "take web-01"});
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
    assert!(world.heard().is_empty(), "nothing of it reached the engine");
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
    assert!(answer["reply"]["title"].as_str().unwrap().contains("4000 are enough"), "{answer}");
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
