//! What the console's API answers for a card.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use snapwarden::chat::console::Console;
use snapwarden::domain::policy::Person;
use snapwarden::engine::Answer;
use snapwarden::engine::ports::Clock;
use snapwarden::message::model::Card;
use snapwarden::message::plain;

use super::Drawn;
use super::rendered::Payload;
use super::world::{id, now};

/// So many channels the samples are in: most are the same request at different times.
const CHANNELS: usize = 64;

/// Each card as the API shows it to somebody who may press everything: in a channel, or as the answer to a command.
pub(super) fn payloads(drawn: &[Drawn]) -> Vec<Payload> {
    let console = Console::new(Arc::new(Still));
    let alice = Person {
        id: "alice".into(),
        name: "Alice".to_owned(),
        groups: Vec::new(),
        unknown_groups: Vec::new(),
        accounts: Vec::new(),
    };
    let shown = |index: usize, Drawn { card, for_one, .. }: &Drawn| {
        if *for_one {
            return console.answer(Answer { reply: Some(card.clone()), ..Answer::default() }, &alice)["reply"].take();
        }
        let request = card.request.clone().unwrap_or_else(id);
        let (channel, message) = (format!("c{}", index % CHANNELS), format!("m-{request}"));
        console.restore(&channel.as_str().into(), &message.as_str().into(), now(), card);
        console.shown(&channel, Some(&message), None, &std::collections::HashSet::new())[0].take()
    };
    let payload = |(index, one): (usize, &Drawn)| {
        let json = shown(index, one);
        shows(&one.card, &json);
        Payload { platform: "console", name: one.name.clone(), golden: one.golden, json }
    };
    drawn.iter().enumerate().map(payload).collect()
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
