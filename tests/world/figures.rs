//! `/metrics` of the program itself: what people did is what it counts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::process::Process;

async fn json_of(answer: reqwest::Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// A demo of its own, since figures are the whole process's.
struct Demo {
    process: Process,
    http: reqwest::Client,
}

impl Demo {
    fn start() -> Self {
        let process = Process::start(&["demo", "--listen", "127.0.0.1:0", "--speed", "50", "--vms", "12"]);
        Self { process, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.process.url));
        let request = request.header("content-type", "application/json").body(body.to_string());
        json_of(request.send().await.unwrap()).await
    }

    async fn says(&self, person: &str, text: &str) -> String {
        let answer = self.post("/api/commands", json!({"person": person, "channel": "ops", "text": text})).await;
        answer["request"].as_str().unwrap_or_default().to_owned()
    }

    /// The message of a request, once it is in this state.
    async fn until(&self, id: &str, state: &str) -> Value {
        let mut events = self.http.get(format!("{}/api/events", self.process.url)).send().await.unwrap();
        loop {
            let url = format!("{}/api/channels/ops/messages?as=bob", self.process.url);
            let messages = json_of(self.http.get(url).send().await.unwrap()).await;
            let shown = messages.as_array().unwrap().iter().find(|message| message["request"] == *id);
            if let Some(message) = shown.filter(|message| message["state"] == *state) {
                return message.clone();
            }
            events.chunk().await.unwrap().expect("the program goes on");
        }
    }

    async fn presses(&self, person: &str, message: &Value, action: &str) {
        let buttons = message["buttons"].as_array().unwrap();
        let button = buttons.iter().find(|button| button["action"] == *action).unwrap();
        self.post("/api/actions", json!({"person": person, "token": button["token"]})).await;
    }

    /// Every figure with its labels in order (`snapwarden_vms{vcenter="demo"}`).
    async fn figures(&self) -> BTreeMap<String, f64> {
        let page = self.http.get(format!("{}/metrics", self.process.url)).send().await.unwrap().text().await.unwrap();
        let lines = page.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines
            .map(|line| line.rsplit_once(' ').map(|(name, value)| (name.to_owned(), value.parse().unwrap())).unwrap())
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_did_is_what_is_counted() {
    let demo = Demo::start();
    let taken = demo.says("alice", "take web-01").await;
    demo.until(&taken, "done").await;
    let denied = demo.says("alice", "revert-latest db-01").await;
    let card = demo.until(&denied, "awaiting_approval").await;
    let open = demo.figures().await;
    demo.presses("bob", &card, "deny").await;
    demo.until(&denied, "denied").await;
    demo.says("dave", "take web-01").await;

    let figures = demo.figures().await;
    let of = |name: &str| *figures.get(name).unwrap_or_else(|| panic!("no {name} in {figures:#?}"));
    assert_eq!(of(r#"snapwarden_inbound_total{platform="console"}"#), 4.0);
    assert_eq!(of(r#"snapwarden_arrival_seconds_count{platform="console"}"#), 4.0);
    assert_eq!(of(r#"snapwarden_requests_total{verb="take",state="done"}"#), 1.0);
    assert_eq!(of(r#"snapwarden_requests_total{verb="revert-latest",state="denied"}"#), 1.0);
    assert_eq!(of(r#"snapwarden_task_seconds_count{verb="take",state="done"}"#), 1.0);
    assert_eq!(of(r#"snapwarden_approval_wait_seconds_count{state="denied"}"#), 1.0);
    assert_eq!(open.get(r#"snapwarden_requests_open{state="awaiting_approval"}"#), Some(&1.0));
    assert_eq!(of(r#"snapwarden_requests_open{state="awaiting_approval"}"#), 0.0);
    assert!(of("snapwarden_inbox_batch") >= 1.0);

    assert_eq!(of(r#"snapwarden_vcenter_live{vcenter="demo"}"#), 1.0);
    assert_eq!(of(r#"snapwarden_vcenter_logins_total{vcenter="demo"}"#), 1.0);
    assert_eq!(of(r#"snapwarden_vms{vcenter="demo"}"#), 15.0);
    // A chain of 30 is always among them.
    assert!(of(r#"snapwarden_snapshots{vcenter="demo"}"#) > 30.0);
    assert_eq!(of(r#"snapwarden_tasks_followed{vcenter="demo"}"#), 0.0);
    let call = r#"vcenter="demo",call="CreateSnapshotEx_Task""#;
    assert_eq!(of(&format!(r#"snapwarden_vcenter_calls_total{{{call},result="ok"}}"#)), 1.0);
    assert_eq!(of(&format!("snapwarden_vcenter_call_seconds_count{{{call}}}")), 1.0);

    assert!(of(r#"snapwarden_chat_calls_total{platform="console",result="posted"}"#) >= 2.0);
    assert!(of(r#"snapwarden_chat_calls_total{platform="console",result="edited"}"#) >= 1.0);
    assert!(of(r#"snapwarden_chat_lag{platform="console"}"#) >= 0.0);
    demo.process.terminate().await;
}
