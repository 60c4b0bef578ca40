//! What people do on Discord: they type, press, choose and fill in, and see what comes back.

use std::time::{Duration, Instant};

use ed25519_dalek::Signer;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{APPLICATION, Begun, By, Fake, GUILD, Message, State, interactions, user};

/// What somebody does.
#[derive(Debug, Clone)]
pub(crate) enum Did {
    /// They send `/snapshot verb` with options.
    Command { verb: String, options: Vec<(String, Value)> },
    /// They are typing an option.
    Typing { verb: String, options: Vec<(String, Value)>, option: String },
    /// They press something, or choose a value from a menu.
    Press { custom_id: String, values: Vec<String>, message: Message },
    /// They send a form.
    Form { custom_id: String, inputs: Vec<(String, String)>, message: Option<Message> },
    /// Anything else.
    Raw { kind: u64, data: Value },
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// Its token.
    pub(crate) token: String,
    /// The first answer; none if there was none in time.
    pub(crate) first: Value,
    /// How long that took.
    pub(crate) took: Duration,
    /// The HTTP status, of a signed request.
    pub(crate) status: u16,
}

impl Fake {
    /// Somebody does something in a channel (`None`: in direct messages), and the first answer comes.
    pub(crate) async fn did(&self, who: &str, channel: Option<&str>, locale: &str, did: Did) -> Outcome {
        let (token, json) = self.begin(who, channel, locale, &did);
        match self.by {
            By::Gateway => self.by_gateway(token, &json).await,
            By::Requests => self.by_request(token, json.to_string(), 0).await,
        }
    }

    /// What Discord would send, with an interaction begun for it.
    pub(crate) fn begin(&self, who: &str, channel: Option<&str>, locale: &str, did: &Did) -> (String, Value) {
        let mut state = self.state();
        let id = state.id();
        let token = format!("token-{id}");
        let (kind, data, source) = did.data(&mut state);
        let mut json = json!({
            "id": id, "application_id": APPLICATION, "type": kind, "token": token, "version": 1, "locale": locale,
            "data": data, "entitlements": [], "authorizing_integration_owners": {}, "attachment_size_limit": 10_485_760, "app_permissions": "0",
        });
        let roles = state.roles.get(who).cloned().unwrap_or_default();
        match channel {
            Some(channel) => {
                json["channel_id"] = json!(channel);
                json["channel"] = json!({ "id": channel, "type": 0, "name": "ops" });
                json["guild_id"] = json!(GUILD);
                json["guild_locale"] = json!("en-US");
                json["context"] = json!(0);
                json["member"] = json!({
                    "user": user(who, false), "roles": roles, "permissions": "0", "joined_at": "2026-01-01T00:00:00.000000+00:00",
                    "deaf": false, "mute": false, "flags": 0, "pending": false, "nick": null, "avatar": null,
                });
            }
            None => {
                json["channel_id"] = json!("1900000000000000000");
                json["channel"] = json!({ "id": "1900000000000000000", "type": 1 });
                json["user"] = user(who, false);
                json["context"] = json!(1);
            }
        }
        if let Some(message) = &source {
            json["message"] = message.clone();
            state.pressed.insert(message["id"].as_str().unwrap_or_default().to_owned());
        }
        let begun = Begun {
            id,
            born: Instant::now(),
            user: who.to_owned(),
            channel: json["channel_id"].as_str().unwrap().to_owned(),
            kind,
            first: None,
            original: None,
            edited: false,
            deleted: false,
            follow_ups: Vec::new(),
            source,
            aged: Duration::ZERO,
        };
        state.begun.insert(token.clone(), begun);
        (token, json)
    }

    async fn by_gateway(&self, token: String, json: &Value) -> Outcome {
        let read = serde_json::from_value::<serenity::all::Interaction>(json.clone());
        assert!(read.is_ok(), "Discord would not send this: {:?}\n{json:#}", read.err());
        self.state().socket.event("INTERACTION_CREATE", json);
        let (first, took) = self.until("a first answer", |state| state.begun[&token].first.clone()).await;
        Outcome { token, first, took, status: 0 }
    }

    /// Sends a signed request, `late` seconds after it was signed.
    pub(crate) async fn by_request(&self, token: String, body: String, late: i64) -> Outcome {
        let stamp = (Timestamp::now().as_second() - late).to_string();
        let signature = hex::encode(self.key.sign(format!("{stamp}{body}").as_bytes()).to_bytes());
        self.send_signed(token, body, &stamp, &signature).await
    }

    /// Sends a request with this signature.
    pub(crate) async fn send_signed(&self, token: String, body: String, stamp: &str, signature: &str) -> Outcome {
        let endpoint = self.endpoint.lock().unwrap().clone().expect("the bot's address was entered");
        let began = Instant::now();
        let request =
            self.http.post(endpoint).header("x-signature-timestamp", stamp).header("x-signature-ed25519", signature);
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let first: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null);
        if status == 200 && self.state().begun.contains_key(&token) {
            let taken = interactions::first(&mut self.state(), &token, &first);
            if let Err((status, why)) = taken {
                self.state().refused.push(format!("first answer: {status} {why}"));
            }
            self.changed.send_modify(|count| *count += 1);
        }
        Outcome { token, first, took: began.elapsed(), status }
    }

    /// The message that stands under `@original` in the end: with the reply, or none if it was deleted.
    pub(crate) async fn original(&self, outcome: &Outcome) -> Option<Message> {
        let token = outcome.token.clone();
        self.until("what follows a first answer", |state| {
            let begun = &state.begun[&token];
            if begun.deleted {
                return Some(None);
            }
            begun.edited.then(|| begun.original.clone())
        })
        .await
    }
}

impl Did {
    fn data(&self, state: &mut State) -> (u64, Value, Option<Message>) {
        let options = |all: &[(String, Value)], focused: Option<&str>| -> Value {
            all.iter()
                .map(|(name, value)| {
                    let kind = if value.is_boolean() { 5 } else { 3 };
                    let mut option = json!({ "name": name, "type": kind, "value": value });
                    if focused == Some(name) {
                        option["focused"] = json!(true);
                    }
                    option
                })
                .collect()
        };
        let command = |verb: &str, options: Value| json!({ "id": "1300000000000000000", "name": "snapshot", "type": 1, "options": [{ "name": verb, "type": 1, "options": options }] });
        match self {
            Self::Command { verb, options: all } => (2, command(verb, options(all, None)), None),
            Self::Typing { verb, options: all, option } => (4, command(verb, options(all, Some(option))), None),
            Self::Press { custom_id, values, message } => {
                let data = match values.is_empty() {
                    true => json!({ "custom_id": custom_id, "component_type": 2 }),
                    false => json!({ "custom_id": custom_id, "component_type": 3, "values": values }),
                };
                // Discord sends the message as it is now.
                let now = find(state, message["id"].as_str().unwrap_or_default()).unwrap_or_else(|| message.clone());
                (3, data, Some(now))
            }
            Self::Form { custom_id, inputs, message } => {
                let row = |(name, value): &(String, String)| json!({ "type": 1, "components": [{ "type": 4, "custom_id": name, "value": value }] });
                let rows: Vec<Value> = inputs.iter().map(row).collect();
                (5, json!({ "custom_id": custom_id, "components": rows }), message.clone())
            }
            Self::Raw { kind, data } => (*kind, data.clone(), None),
        }
    }
}

/// A message, wherever it stands.
pub(crate) fn find(state: &State, id: &str) -> Option<Message> {
    let in_channels = state.channels.values().flat_map(|channel| &channel.messages);
    let answers = state.begun.values().flat_map(|begun| begun.original.iter().chain(&begun.follow_ups));
    in_channels.chain(answers).find(|one| one["id"] == id).cloned()
}
