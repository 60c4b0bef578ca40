//! What Slack is sent for a card: the arguments of chat.postMessage and chat.update, which differ in nothing but the place.

use serde_json::{Value, json};
use snapwarden::chat::slack::render::{Around, Mention, Mentions, Message, details, message};
use snapwarden::message::model::Addressee;

use super::Drawn;
use super::pins::{AWAY, STRANGER};
use super::rendered::Payload;
use crate::slack::check;

/// The message of a card, and what stands in its thread. Slack takes each.
pub(super) fn payloads(drawn: &Drawn) -> Vec<Payload> {
    let Drawn { name, golden, card, .. } = drawn;
    let payload = |name: String, message: &Message| {
        let json = arguments(message);
        let faults = check::message(&json);
        assert!(faults.is_empty(), "{name}: {faults:?} in {json:#}");
        Payload { platform: "slack", name, golden, json }
    };
    let mut all = vec![payload(name.clone(), &message(card, &around()))];
    all.extend(details(card, &around()).map(|below| payload(format!("{name}.details"), &below)));
    all
}

fn arguments(message: &Message) -> Value {
    let mut arguments = message.arguments();
    arguments.insert("channel".to_owned(), json!("C0123ABCD"));
    Value::Object(arguments)
}

fn around() -> Around<'static> {
    Around { mentions: &mentions, file: &|name| (!name.starts_with(AWAY)).then(|| "F0123ABCD".to_owned()) }
}

/// Everybody is called up to a few, as far as the pins go.
fn mentions(to: &[Addressee]) -> Mentions {
    let called: Vec<Mention> = to.iter().filter_map(mention).collect();
    let more = if called.len() > MANY { called.len() - MANY } else { 0 };
    Mentions { called, more }
}

/// More than so many are said to be more than are called.
const MANY: usize = 10;

fn mention(addressee: &Addressee) -> Option<Mention> {
    match addressee {
        Addressee::Person(person) if person.as_str() == STRANGER => None,
        Addressee::Person(person) => Some(Mention::User(id("U", person.as_str()))),
        Addressee::Group { group, except: _ } => Some(Mention::UserGroup(id("S", group.as_str()))),
    }
}

/// An id that looks like one of Slack's.
fn id(kind: &str, name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    format!("{kind}0{}", letters.collect::<String>().to_ascii_uppercase())
}
