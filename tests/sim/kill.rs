//! The demo is killed with -9 while something runs or waits, and started again on the same folder: it goes on where it was.
//!
//! These are real processes. Nothing here sleeps: after every event of the page's stream the API is asked again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// How long the demo gets for anything that is waited for. A task takes four seconds.
const LIMIT: Duration = Duration::from_secs(90);

/// How many events may pass while something is waited for.
const EVENTS: usize = 1000;

/// A demo that runs until it is killed.
struct Demo {
    child: Child,
    url: String,
    http: reqwest::Client,
}

impl Demo {
    fn start(state: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_snapwarden"))
            .args(["demo", "--listen", "127.0.0.1:0", "--speed", "1", "--state"])
            .arg(state)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("ready ").expect("the demo says where it is").to_owned();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, url, http }
    }

    /// SIGKILL: nothing is tidied up.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.url));
        let answer = request.header("content-type", "application/json").body(body.to_string());
        serde_json::from_str(&answer.send().await.unwrap().text().await.unwrap()).unwrap()
    }

    /// Types a command in `ops` and gives the request that it became.
    async fn ask(&self, person: &str, text: &str) -> String {
        let answer = self.post("/api/commands", json!({"person": person, "channel": "ops", "text": text})).await;
        answer["request"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    async fn press(&self, person: &str, token: &str) -> Value {
        self.post("/api/actions", json!({"person": person, "token": token})).await
    }

    /// The one message about a request, as a person sees it.
    async fn message(&self, request: &str, person: &str) -> Option<Value> {
        let all = self.get(&format!("/api/channels/ops/messages?as={person}")).await;
        let about: Vec<_> = all.as_array().unwrap().iter().filter(|message| message["request"] == request).collect();
        assert!(about.len() <= 1, "one request has one message: {about:?}");
        about.first().map(|message| (*message).clone())
    }

    /// Waits until a request's message is in this state.
    async fn until_message(&self, request: &str, state: &str) -> Value {
        let found = self.until(async || self.message(request, "bob").await.filter(|message| message["state"] == state));
        found.await.unwrap_or_else(|| panic!("{request} never became {state}"))
    }

    /// Waits until the request itself is in this state.
    async fn until_request(&self, request: &str, state: &str) {
        let path = format!("/api/requests/{request}");
        let found = self.until(async || Some(self.get(&path).await).filter(|request| request["state"] == state));
        found.await.unwrap_or_else(|| panic!("{request} never became {state}"));
    }

    /// Looks now and after every event of the page's stream, until there is something.
    async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> Option<T> {
        let looking = async {
            // It listens before it looks, so that nothing happens in between.
            let mut events = self.http.get(format!("{}/api/events", self.url)).send().await.unwrap();
            for _ in 0..EVENTS {
                events.chunk().await.unwrap()?;
                if let Some(found) = look().await {
                    return Some(found);
                }
            }
            None
        };
        tokio::time::timeout(LIMIT, looking).await.ok().flatten()
    }

    /// What the bot lists of a VM.
    async fn list(&self, vm: &str) -> String {
        let command = json!({"person": "carol", "channel": "ops", "text": format!("/snapshot list {vm}")});
        let answer = self.post("/api/commands", command).await;
        answer["reply"]["plain"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn token(message: &Value, action: &str) -> String {
    let buttons = message["buttons"].as_array().unwrap();
    let button = buttons.iter().find(|button| button["action"] == action);
    button.unwrap_or_else(|| panic!("no {action}: {message}"))["token"].as_str().unwrap().to_owned()
}

/// How many of the bot's calls of this method the simulated vCenter ever made a task of.
fn tasks(state: &Path, method: &str) -> usize {
    let file = std::fs::read(state.join("simulated-vcenter.json")).unwrap();
    let world: Value = serde_json::from_slice(&file).unwrap();
    let tasks = world["tasks"].as_array().unwrap();
    tasks.iter().filter(|task| task["method"] == method && task["user"] == "VSPHERE.LOCAL\\user").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_take_that_runs_goes_on_after_kill_9() {
    let home = tempfile::tempdir().unwrap();
    let demo = Demo::start(home.path());
    let request = demo.ask("alice", "/snapshot take web-01 \"before the kill\"").await;
    demo.until_request(&request, "running").await;
    let before = demo.until_message(&request, "running").await;
    demo.kill();

    let demo = Demo::start(home.path());
    let after = demo.until_message(&request, "done").await;
    assert_eq!(after["id"], before["id"], "the same message goes on");
    let list = demo.list("web-01").await;
    assert_eq!(list.matches("before the kill").count(), 1, "{list}");
    demo.kill();
    assert_eq!(tasks(home.path(), "CreateSnapshot_Task") + tasks(home.path(), "CreateSnapshotEx_Task"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revert_that_waits_for_approval_outlives_kill_9_and_runs_once() {
    let home = tempfile::tempdir().unwrap();
    let demo = Demo::start(home.path());
    let request = demo.ask("alice", "/snapshot revert db-01 \"after import\"").await;
    let before = demo.until_message(&request, "awaiting_approval").await;
    let approve = token(&before, "approve");
    demo.kill();

    let demo = Demo::start(home.path());
    let waiting = demo.until_message(&request, "awaiting_approval").await;
    assert_eq!(waiting["id"], before["id"]);
    assert_eq!(tasks(home.path(), "RevertToSnapshot_Task"), 0);
    demo.press("bob", &approve).await;
    let running = demo.until_message(&request, "running").await;
    assert_eq!(running["id"], before["id"]);
    demo.kill();

    // Once more in the middle of it: a revert is never called a second time.
    let demo = Demo::start(home.path());
    let done = demo.until_message(&request, "done").await;
    assert_eq!(done["id"], before["id"]);
    demo.press("bob", &approve).await;
    assert_eq!(demo.message(&request, "bob").await.unwrap()["state"], "done");
    let list = demo.list("db-01").await;
    let here = list.lines().position(|line| line.contains("You are here"));
    let snapshot = list.lines().position(|line| line.contains("after import"));
    assert!(here > snapshot && snapshot.is_some(), "{list}");
    demo.kill();
    assert_eq!(tasks(home.path(), "RevertToSnapshot_Task"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_task_gives_time_to_kill_the_demo() {
    let home = tempfile::tempdir().unwrap();
    let demo = Demo::start(home.path());
    let machines = demo.get("/demo/machines").await;
    let web = machines.as_array().unwrap().iter().find(|machine| machine["name"] == "web-01").unwrap();
    let moref = web["moref"].as_str().unwrap();
    demo.post(&format!("/demo/machines/{moref}/slow-task"), json!({})).await;
    let request = demo.ask("alice", "/snapshot take web-01 \"a slow one\"").await;
    let before = demo.until_message(&request, "running").await;
    demo.kill();

    let demo = Demo::start(home.path());
    let after = demo.until_message(&request, "running").await;
    assert_eq!(after["id"], before["id"], "the same message goes on");
    let machines = demo.get("/demo/machines").await;
    let web = machines.as_array().unwrap().iter().find(|machine| machine["name"] == "web-01").unwrap();
    assert_eq!(web["armed"], json!([]), "it happens once");
    demo.kill();
    assert_eq!(tasks(home.path(), "CreateSnapshot_Task") + tasks(home.path(), "CreateSnapshotEx_Task"), 1);
}

#[test]
fn a_file_that_cannot_be_read_is_said_with_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("simulated-vcenter.json"), "{\"format\": 1").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_snapwarden"))
        .args(["demo", "--listen", "127.0.0.1:0", "--state"])
        .arg(home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty());
    assert!(
        said.contains("simulated-vcenter.json: it cannot be understood") && said.contains("Remove that file"),
        "{said}"
    );
}
