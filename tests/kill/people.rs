//! People at a console that may be gone at any moment: every call may come to nothing, and they know whether it did.

use std::sync::{Arc, Mutex};

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::process::{PATIENCE, Process, token};

/// What people have of the bot: what it answered, and what it showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// The request that the asker was told of.
    pub(super) request: Option<String>,
    /// The message that was shown of it.
    pub(super) message: Option<String>,
    /// What the approver can press.
    pub(super) approve: Option<String>,
    /// Whether the approver's click was answered with success.
    pub(super) approved: bool,
}

/// Everybody at one console.
#[derive(Clone)]
pub(super) struct People {
    http: reqwest::Client,
    url: String,
    /// What they have seen so far, over its lives.
    pub(super) seen: Arc<Mutex<Seen>>,
}

/// The bot did not answer.
#[derive(Debug)]
pub(super) struct Silence;

impl People {
    /// At the console of this process, with what they saw at the ones before.
    pub(super) fn at(bot: &Process, seen: Seen) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { http, url: bot.url.clone(), seen: Arc::new(Mutex::new(seen)) }
    }

    /// A GET as alice.
    pub(super) async fn read(&self, path: &str) -> Result<Value, Silence> {
        answer(self.http.get(format!("{}{path}", self.url)).bearer_auth(token("alice"))).await
    }

    /// Alice types something into `ops`.
    pub(super) async fn ask(&self, text: &str) -> Result<Value, Silence> {
        self.post("alice", "/api/commands", json!({"person": "alice", "channel": "ops", "text": text})).await
    }

    /// Somebody presses a button.
    pub(super) async fn press(&self, person: &str, token: &str) -> Result<Value, Silence> {
        self.post(person, "/api/actions", json!({"person": person, "token": token})).await
    }

    async fn post(&self, person: &str, path: &str, body: Value) -> Result<Value, Silence> {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(token(person));
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// What `ops` says, to somebody.
    pub(super) async fn channel(&self, person: &str) -> Result<Vec<Value>, Silence> {
        let request = self.http.get(format!("{}/api/channels/ops/messages", self.url)).bearer_auth(token(person));
        let Value::Array(messages) = answer(request).await? else { panic!("no list of messages") };
        Ok(messages)
    }

    /// Looks now and whenever the console says that something changed, until there is something or the console has gone.
    pub(super) async fn until<T>(
        &self,
        what: &str,
        look: impl AsyncFn() -> Result<Option<T>, Silence>,
    ) -> Result<T, Silence> {
        let looking = async {
            // It listens before it looks, so that nothing happens in between.
            let events = self.http.get(format!("{}/api/events", self.url)).bearer_auth(token("alice"));
            let mut events = events.send().await.map_err(|_| Silence)?;
            loop {
                events.chunk().await.map_err(|_| Silence)?.ok_or(Silence)?;
                if let Some(found) = look().await? {
                    return Ok(found);
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await;
        match found {
            Ok(found) => found,
            Err(_) => panic!("waited in vain: {what}. The channel shows {:#?}", self.channel("bob").await),
        }
    }

    /// Waits until the bot knows the VMs.
    pub(super) async fn until_ready(&self) -> Result<(), Silence> {
        self.until("the bot is ready", async || {
            let ready = self.http.get(format!("{}/readyz", self.url)).send().await.map_err(|_| Silence)?;
            Ok(ready.status().is_success().then_some(()))
        })
        .await
    }

    /// Waits until there is a message in one of these states, and gives it as the approver sees it.
    pub(super) async fn until_shown(&self, states: &[&str]) -> Result<Value, Silence> {
        self.until(&format!("a message in {states:?}"), async || {
            let messages = self.channel("bob").await?;
            assert!(messages.len() <= 1, "one request has one message: {messages:#?}");
            let is_there = |message: &Value| states.iter().any(|state| message["state"] == *state);
            Ok(messages.into_iter().find(is_there))
        })
        .await
    }

    /// Waits until bob sees a button that does this on the message of a request, and gives what it carries.
    pub(super) async fn until_button(&self, request: &str, action: &str) -> Result<String, Silence> {
        self.until(&format!("{action} on {request}"), async || {
            let messages = self.channel("bob").await?;
            let message = messages.iter().find(|message| message["request"] == *request);
            Ok(message.and_then(|message| button(message, action)))
        })
        .await
    }

    /// Alice asks for this, bob says yes to it, and they see how it ends, unless the bot falls silent before.
    pub(super) async fn live(&self, text: &str) -> Result<Value, Silence> {
        let asked = self.ask(text).await?;
        let request = asked["request"].as_str().unwrap_or_else(|| panic!("{text}: {asked}")).to_owned();
        self.seen.lock().unwrap().request = Some(request);
        let card = self.until_shown(&["awaiting_approval"]).await?;
        let approve = button(&card, "approve").unwrap_or_else(|| panic!("no approve: {card}"));
        {
            let mut seen = self.seen.lock().unwrap();
            seen.message = card["id"].as_str().map(str::to_owned);
            seen.approve = Some(approve.clone());
        }
        let answer = self.press("bob", &approve).await?;
        assert!(answer.get("reply").is_none(), "{answer}");
        self.seen.lock().unwrap().approved = true;
        self.until_shown(&["done", "failed", "refused", "stale", "needs_human"]).await
    }
}

/// What a button carries that does this, if it is there.
pub(super) fn button(message: &Value, action: &str) -> Option<String> {
    let found = message["buttons"].as_array()?.iter().find(|button| button["action"] == action)?;
    found["token"].as_str().map(str::to_owned)
}

/// The JSON of a call that went well; a call that broke off is silence, and any other answer is a fault of the bot.
async fn answer(request: RequestBuilder) -> Result<Value, Silence> {
    let response = request.send().await.map_err(|_| Silence)?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(|_| Silence)?;
    let text = String::from_utf8_lossy(&bytes);
    assert!(status.is_success(), "{status}: {text}");
    Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}
