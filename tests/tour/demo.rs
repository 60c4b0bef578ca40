//! The demo as a process of its own, and somebody who talks to it over its API.
//!
//! Waiting is done on the event stream: what is waited for is looked at again whenever the demo says that something changed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::console::world::answer;

/// How long nothing at all may happen while something is waited for. A task of the demo takes 0.2 s at the tour's speed.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much faster than usual the tour's tasks are.
const SPEED: &str = "20";

/// A running demo, killed when the test is over.
pub(crate) struct Demo {
    /// Where it listens.
    pub(crate) url: String,
    process: Child,
    said: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Demo {
    /// Starts the binary and waits for its one line.
    pub(crate) fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_snapwarden"))
            .args(["demo", "--listen", "127.0.0.1:0", "--speed", SPEED])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = said.next().expect("a line on stdout").unwrap();
        let url = line.strip_prefix("ready ").unwrap_or_else(|| panic!("said {line}")).to_owned();
        Self { url, process, said }
    }

    /// Ends it as a supervisor does, and holds that it ends cleanly and has said nothing else on stdout.
    pub(crate) fn end(mut self) {
        let told = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(told.success());
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), Some(0), "SIGTERM ends the demo cleanly");
        assert!(self.said.next().is_none(), "one line on stdout, and no other");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A client of the API with an open event stream.
pub(crate) struct Api {
    url: String,
    client: reqwest::Client,
    events: reqwest::Response,
}

impl Api {
    /// Connects, and listens before anything is asked, so that nothing is missed.
    pub(crate) async fn of(demo: &Demo) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let events = client.get(format!("{}/api/events", demo.url)).send().await.unwrap();
        assert_eq!(events.status(), 200);
        Self { url: demo.url.clone(), client, events }
    }

    /// A GET that has to go well.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let (status, body) = answer(self.client.get(format!("{}{path}", self.url))).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// A POST that has to go well.
    pub(crate) async fn send(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.url));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let (status, answered) = answer(request).await;
        assert_eq!(status, 200, "{path} {body}: {answered}");
        answered
    }

    /// Types a command into `ops`.
    pub(crate) async fn types(&self, person: &str, text: &str) -> Value {
        self.types_in(person, text, "en").await
    }

    /// Types a command in a language.
    pub(crate) async fn types_in(&self, person: &str, text: &str, locale: &str) -> Value {
        let body = json!({"person": person, "channel": "ops", "text": text, "locale": locale});
        self.send("/api/commands", &body).await
    }

    /// Types a command that only gets a private answer, and gives that.
    pub(crate) async fn told(&self, person: &str, text: &str) -> Value {
        let answer = self.types(person, text).await;
        assert_eq!(answer["reply"]["audience"], "only_you", "{text}: {answer}");
        answer["reply"].clone()
    }

    /// Types a command that becomes a request, and gives its id.
    pub(crate) async fn asks(&self, person: &str, text: &str) -> String {
        let answer = self.types(person, text).await;
        assert!(answer.get("reply").is_none(), "{text}: {answer}");
        answer["request"].as_str().unwrap_or_else(|| panic!("{text}: {answer}")).to_owned()
    }

    /// A request's message as a person sees it.
    pub(crate) async fn message(&self, request: &str, person: &str) -> Value {
        let path = format!("/api/channels/ops/messages?as={person}&id=m-{request}");
        let found = self.read(&path).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "one message of {request}: {found}");
        found[0].clone()
    }

    /// Presses the button of a message that does this.
    pub(crate) async fn presses(&self, person: &str, message: &Value, action: &str, inputs: Value) -> Value {
        let token = token(message, action).unwrap_or_else(|| panic!("no {action} in {message}"));
        let body = json!({"person": person, "token": token, "inputs": inputs});
        self.send("/api/actions", &body).await
    }

    /// Waits until a request's message is in a state, and gives it as `person` sees it.
    pub(crate) async fn until(&mut self, request: &str, state: &str, person: &str) -> Value {
        loop {
            let path = format!("/api/channels/ops/messages?as={person}&id=m-{request}");
            let found = self.read(&path).await[0].clone();
            if found["state"] == state {
                return found;
            }
            self.something_changes(&format!("{request} to be {state}, it is {found}")).await;
        }
    }

    /// A request's message as `person` sees it after something has changed.
    pub(crate) async fn next(&mut self, request: &str, person: &str) -> Value {
        self.something_changes(&format!("{request} to move")).await;
        self.message(request, person).await
    }

    /// One of the demo's machines by its path.
    pub(crate) async fn machine(&self, path: &str) -> Value {
        let all = self.read("/demo/machines").await;
        let found = all.as_array().unwrap().iter().find(|machine| machine["path"] == path);
        found.unwrap_or_else(|| panic!("no {path} in {all}")).clone()
    }

    async fn something_changes(&mut self, what: &str) {
        let chunk = tokio::time::timeout(PATIENCE, self.events.chunk()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("waited in vain for {what}"));
        assert!(chunk.unwrap().is_some(), "the stream ended while waiting for {what}");
    }
}

/// The token of the button that does this, if it is there.
pub(crate) fn token<'a>(message: &'a Value, action: &str) -> Option<&'a str> {
    let buttons = message["buttons"].as_array()?;
    buttons.iter().find(|button| button["action"] == action)?["token"].as_str()
}
