//! What the console's API answers for a sample: over the real router, with an engine that says nothing but the sample.

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
use snapwarden::message::words::Locale;

use super::world::now;
use super::{Golden, Says};

/// The messages of one golden as the API shows them to somebody who may press everything: one alone, or a list.
pub(super) async fn messages(golden: &Golden, locale: Locale) -> String {
    let console = Arc::new(Console::new(Arc::new(Still)));
    let cards: Vec<Card> = golden.messages.iter().map(|sample| sample.card(locale)).collect();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = listener.local_addr().unwrap();
    let options = Options { listen, identity: Identity::Chosen, hosts: Vec::new() };
    let router = router(Arc::clone(&console), Arc::new(Desk { cards: cards.clone() }), options);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let client = reqwest::Client::new();
    let mut shown = Vec::new();
    for (index, (sample, card)) in golden.messages.iter().zip(&cards).enumerate() {
        shown.push(match &sample.says {
            Says::Posted(request) => {
                // A channel per message, since all samples are the same request at different times.
                let channel = format!("c{index}");
                let id = ChannelId::new(&channel);
                console.post(&id, &request.id, false, card).await.unwrap();
                let url = format!("http://{listen}/api/channels/{channel}/messages");
                let answer = client.get(url).send().await.unwrap();
                let text = answer.error_for_status().unwrap().text().await.unwrap();
                let all: Value = serde_json::from_str(&text).unwrap();
                all[0].clone()
            }
            Says::News(_) => {
                let channel = format!("c{index}");
                console.post(&ChannelId::new(&channel), &super::world::id(), false, card).await.unwrap();
                let url = format!("http://{listen}/api/channels/{channel}/messages");
                let answer = client.get(url).send().await.unwrap();
                let text = answer.error_for_status().unwrap().text().await.unwrap();
                let all: Value = serde_json::from_str(&text).unwrap();
                all[0].clone()
            }
            Says::Told(_) => {
                let body = json!({"person": "alice", "channel": "c0", "text": index.to_string()});
                let url = format!("http://{listen}/api/commands");
                let call = client.post(url).header("content-type", "application/json");
                let answer = call.body(body.to_string()).send().await.unwrap();
                let text = answer.error_for_status().unwrap().text().await.unwrap();
                let all: Value = serde_json::from_str(&text).unwrap();
                all["reply"].clone()
            }
        });
    }
    console.close();
    server.abort();
    assert!(shown.iter().all(Value::is_object), "{}: {shown:?}", golden.name);
    let shown = match shown.as_slice() {
        [one] => one.clone(),
        _ => Value::Array(shown),
    };
    serde_json::to_string_pretty(&shown).unwrap() + "\n"
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
