//! What the console's API answers for a card: over the real router, with an engine that says nothing but the cards.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use snapwarden::chat::console::gateway::{
    Channel, CommandReply, Machine, Meddling, Person, Readiness, SuggestQuery, Suggestion,
};
use snapwarden::chat::console::{ApiError, Console, Gateway, Identity, Options, router};
use snapwarden::domain::ids::{ChannelId, PersonId, RequestId};
use snapwarden::engine::ports::{Chat, Clock};
use snapwarden::message::model::Card;
use snapwarden::message::plain;

use super::Drawn;
use super::rendered::Payload;
use super::world::{id, now};

/// Each card as the API shows it to somebody who may press everything: in a channel, or as the answer to a command.
pub(super) fn payloads(drawn: &[Drawn]) -> Vec<Payload> {
    let answers = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let client = reqwest::Client::new();
        let mut answers = Vec::new();
        for some in drawn.chunks(CHANNELS) {
            answers.extend(shown(some, &client).await);
        }
        answers
    });
    let payload = |(one, json): (&Drawn, Value)| {
        shows(&one.card, &json);
        Payload { platform: "console", name: one.name.clone(), golden: one.golden, json }
    };
    drawn.iter().zip(answers).map(payload).collect()
}

/// The cards that one console shows: it looks through all channels for each.
const CHANNELS: usize = 64;

async fn shown(drawn: &[Drawn], client: &reqwest::Client) -> Vec<Value> {
    let cards: Vec<Card> = drawn.iter().map(|one| one.card.clone()).collect();
    let console = Arc::new(Console::new(Arc::new(Still)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = listener.local_addr().unwrap();
    let options = Options { listen, identity: Identity::Chosen, hosts: Vec::new() };
    let router = router(Arc::clone(&console), Arc::new(Desk { cards }), options);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut shown = Vec::new();
    for (index, Drawn { card, for_one, .. }) in drawn.iter().enumerate() {
        let answer = if *for_one {
            let body = json!({"person": "alice", "channel": "c0", "text": index.to_string()});
            let call = client.post(format!("http://{listen}/api/commands")).header("content-type", "application/json");
            call.body(body.to_string()).send().await
        } else {
            // A channel per message, since all samples are the same request at different times.
            let channel = format!("c{index}");
            let request = card.request.clone().unwrap_or_else(id);
            console.post(&ChannelId::new(&channel), &request, false, card).await.unwrap();
            client.get(format!("http://{listen}/api/channels/{channel}/messages")).send().await
        };
        let text = answer.unwrap().error_for_status().unwrap().text().await.unwrap();
        let all: Value = serde_json::from_str(&text).unwrap();
        shown.push(if *for_one { all["reply"].clone() } else { all[0].clone() });
    }
    console.close();
    server.abort();
    shown
}

/// The API leaves nothing of a card out, but for who is shown a button, and adds nothing to it.
fn shows(card: &Card, json: &Value) {
    assert_eq!(json["plain"], plain::render(card), "{json:#}");
    let of_card = serde_json::to_value(card).unwrap();
    for part in ["tone", "title", "blocks", "buttons", "details", "request", "state"] {
        let mut expected = of_card[part].clone();
        without(&mut expected);
        // What is empty may be left out.
        let there = if json[part].is_null() { &expected } else { &json[part] };
        let empty = expected.is_null() || expected.as_array().is_some_and(Vec::is_empty);
        assert!(
            there == &expected && (empty || !json[part].is_null()),
            "{part} is {expected:#}, and {json:#} is shown"
        );
    }
}

/// Takes out what the API does not tell: who is shown a button, and what a button does not ask.
fn without(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.remove("shown_to").is_some() {
                fields.retain(|_, inner| !inner.is_null());
            }
            fields.values_mut().for_each(without);
        }
        Value::Array(all) => all.iter_mut().for_each(without),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A clock that stands.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        now()
    }

    fn sleep_until(&self, _: Timestamp) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

/// Answers the command "3" with the third card.
struct Desk {
    cards: Vec<Card>,
}

#[async_trait]
impl Gateway for Desk {
    fn people(&self) -> Vec<Person> {
        vec![Person { id: "alice".into(), name: "Alice".to_owned(), groups: Vec::new() }]
    }

    fn channels(&self) -> Vec<Channel> {
        let of = |index: usize| Channel { id: ChannelId::new(format!("c{index}")), name: format!("c{index}") };
        (0..self.cards.len()).map(of).collect()
    }

    async fn command(
        &self,
        _: &PersonId,
        _: &ChannelId,
        text: &str,
        _: Option<&str>,
    ) -> Result<CommandReply, ApiError> {
        let index: usize = text.parse().unwrap();
        Ok(CommandReply { reply: Some(self.cards[index].clone()), request: None })
    }

    async fn action(
        &self,
        _: &PersonId,
        _: &str,
        _: &BTreeMap<String, String>,
        _: Option<&str>,
    ) -> Result<CommandReply, ApiError> {
        Ok(CommandReply::default())
    }

    async fn may(&self, _: &PersonId, _: &str, _: Option<&str>) -> Result<CommandReply, ApiError> {
        Ok(CommandReply::default())
    }

    async fn suggest(&self, _: &PersonId, _: &SuggestQuery) -> Result<Vec<Suggestion>, ApiError> {
        Ok(Vec::new())
    }

    async fn request(&self, _: &RequestId) -> Option<Value> {
        None
    }

    fn ready(&self) -> Readiness {
        Readiness { ready: true, checks: Vec::new() }
    }

    fn metrics(&self) -> String {
        String::new()
    }

    async fn machines(&self) -> Option<Vec<Machine>> {
        None
    }

    async fn meddle(&self, _: &str, _: Meddling) -> Result<Machine, ApiError> {
        Err(ApiError::no_demo())
    }
}
