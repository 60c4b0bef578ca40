//! The demo's API as a script meets it: every shape that is fixed, and every way to get it wrong.

use serde_json::{Value, json};

use super::process::Process;

/// A client of one process.
struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    fn of(process: &Process) -> Self {
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), url: process.url.clone() }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        json_of(self.http.get(format!("{}{path}", self.url))).await
    }

    async fn post(&self, path: &str, body: &str) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.url));
        json_of(request.header("content-type", "application/json").body(body.to_owned())).await
    }

    async fn ok(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn says(&self, person: &str, text: &str) -> Value {
        let body = json!({"person": person, "channel": "ops", "text": text});
        let (status, body) = self.post("/api/commands", &body.to_string()).await;
        assert_eq!(status, 200, "{text}: {body}");
        body
    }
}

async fn json_of(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.unwrap();
    let value = serde_json::from_slice(&bytes);
    (status, value.unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&bytes))))
}

fn demo() -> Process {
    Process::start(&["demo", "--listen", "127.0.0.1:0", "--speed", "50", "--vms", "12"])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_api_tells_has_its_shape() {
    let demo = demo();
    let client = Client::of(&demo);
    let people = client.ok("/api/people").await;
    let alice = json!({"id": "alice", "name": "alice", "groups": ["team-web"]});
    assert!(people.as_array().unwrap().contains(&alice), "{people}");
    let channels = client.ok("/api/channels").await;
    let ids: Vec<&str> = channels.as_array().unwrap().iter().map(|channel| channel["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ops", "web-team"]);

    let asked = client.says("alice", "/snapshot revert-latest db-01").await;
    let id = asked["request"].as_str().unwrap();
    assert!(asked.get("reply").is_none() && id.starts_with("R-") && id.len() == 6, "{asked}");
    let request = client.ok(&format!("/api/requests/{id}")).await;
    for key in ["id", "verb", "vm", "person", "state", "percent", "approvals", "warnings", "blockers", "outcome"] {
        assert!(request.get(key).is_some(), "no {key} in {request}");
    }
    assert_eq!(
        (&request["verb"], &request["person"], &request["state"]),
        (&json!("revert-latest"), &json!("alice"), &json!("awaiting_approval"))
    );
    assert_eq!((&request["vm"], &request["target"]["path"]), (&json!("db-01"), &json!("DC1/db/db-01")));
    let suggested = client.ok("/api/suggest?person=alice&verb=revert&argument=vm&query=db-01").await;
    assert_eq!(suggested[0]["value"], "db-01", "{suggested}");
    assert!(suggested[0]["label"].is_string());
    let snapshots = client.ok("/api/suggest?person=alice&verb=revert&argument=snapshot&vm=db-01&query=").await;
    assert_eq!(snapshots.as_array().unwrap().len(), 3, "{snapshots}");
    let hidden = client.ok("/api/suggest?person=dave&verb=revert&argument=vm&query=").await;
    assert_eq!(hidden, json!([]), "dave sees no VM");
    demo.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_and_a_message_have_the_same_shape() {
    let demo = demo();
    let client = Client::of(&demo);
    let refused = client.says("alice", "/snapshot revert prod-01 \"before kernel update\"").await;
    assert!(refused.get("request").is_none());
    is_message(&refused["reply"]);
    assert_eq!(refused["reply"]["audience"], "only_you");
    let picker = client.says("alice", "/snapshot take web-02").await;
    let button = &picker["reply"]["buttons"][0];
    assert_eq!(button["action"], "pick");
    for key in ["token", "label", "style"] {
        assert!(button[key].as_str().is_some_and(|text| !text.is_empty()), "{button}");
    }
    let press = |person: &str| json!({"person": person, "token": button["token"]}).to_string();
    let (status, picked) = client.post("/api/actions", &press("alice")).await;
    assert_eq!(status, 200, "{picked}");
    let id = picked["request"].as_str().unwrap().to_owned();
    let mut events = client.http.get(format!("{}/api/events", client.url)).send().await.unwrap();
    loop {
        let messages = client.ok("/api/channels/ops/messages?as=alice").await;
        let message = messages.as_array().unwrap().iter().find(|message| message["request"] == *id);
        if let Some(message) = message {
            is_message(message);
            assert_eq!(message["audience"], "channel");
            if message["state"] == "done" {
                break;
            }
        }
        events.chunk().await.unwrap().unwrap();
    }
    let (status, late) = client.post("/api/actions", &press("alice")).await;
    assert_eq!(status, 200);
    is_message(&late["reply"]);
    demo.terminate().await;
}

fn is_message(message: &Value) {
    for key in ["id", "ts", "author", "audience", "tone", "title", "plain"] {
        assert!(message[key].as_str().is_some_and(|text| !text.is_empty()), "no {key} in {message}");
    }
    for key in ["blocks", "buttons"] {
        assert!(message[key].is_array(), "no {key} in {message}");
    }
    assert!(message.get("request").is_some() && message.get("state").is_some(), "{message}");
    let tones = ["info", "waiting", "running", "success", "warning", "failure"];
    assert!(tones.contains(&message["tone"].as_str().unwrap()), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_wrongly_is_an_error_with_a_hint() {
    let demo = demo();
    let client = Client::of(&demo);
    let command =
        |person: &str, channel: &str| json!({"person": person, "channel": channel, "text": "help"}).to_string();
    let large = json!({"person": "alice", "channel": "ops", "text": "x".repeat(100_000)}).to_string();
    for (path, body, status, code) in [
        ("/api/nothing", None, 404, "unknown_path"),
        ("/api/commands", None, 405, "wrong_method"),
        ("/api/channels/nowhere/messages", None, 404, "unknown_channel"),
        ("/api/channels/ops/messages?as=nobody", None, 404, "unknown_person"),
        ("/api/requests/R-2222", None, 404, "unknown_request"),
        ("/api/requests/nonsense", None, 404, "unknown_request"),
        ("/api/suggest?person=alice", None, 400, "bad_query"),
        ("/api/commands", Some("{".to_owned()), 400, "bad_json"),
        ("/api/commands", Some("{}".to_owned()), 400, "bad_json"),
        ("/api/commands", Some(command("nobody", "ops")), 404, "unknown_person"),
        ("/api/commands", Some(command("alice", "nowhere")), 404, "unknown_channel"),
        ("/api/commands", Some(large), 413, "too_large"),
        ("/api/people", Some("{}".to_owned()), 405, "wrong_method"),
        ("/api/actions", Some("[]".to_owned()), 400, "bad_json"),
    ] {
        let (got, answer) = match &body {
            Some(body) => client.post(path, body).await,
            None => client.get(path).await,
        };
        assert_eq!((got, &answer["error"]["code"]), (status, &json!(code)), "{path} {answer}");
        for key in ["message", "hint"] {
            assert!(answer["error"][key].as_str().is_some_and(|text| !text.is_empty()), "{path} {answer}");
        }
    }
    let request = client.http.post(format!("{}/api/commands", client.url)).body(command("alice", "ops"));
    assert_eq!(json_of(request).await.0, 415, "a body that does not say what it is");
    // A button that is none of ours is no error of the call: it is answered in words.
    let (status, answer) = client.post("/api/actions", r#"{"person": "bob", "token": "nonsense"}"#).await;
    assert_eq!(status, 200);
    is_message(&answer["reply"]);
    demo.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_are_answered_and_the_end_does_not_wait_for_readers() {
    let demo = demo();
    let client = Client::of(&demo);
    assert_eq!(client.ok("/healthz").await["status"], "ok");
    assert_eq!(client.ok("/readyz").await["ready"], true);
    let metrics = client.http.get(format!("{}/metrics", client.url)).send().await.unwrap();
    assert!(metrics.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    let health = super::process::run(&["health", "--url", &format!("{}/readyz", demo.url)]);
    health.printed(&[]);
    let open = client.http.get(format!("{}/api/events", client.url)).send().await.unwrap();
    assert_eq!(open.headers()["content-type"], "text/event-stream");
    // A request runs, a stream is open: neither keeps the process.
    client.says("alice", "/snapshot take web-01").await;
    demo.terminate().await;
    super::process::run(&["health", "--url", &format!("{}/readyz", client.url)]).failed(3, &["127.0.0.1"]);
}
