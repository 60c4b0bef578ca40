//! What Discord is sent for a card, payload by payload, in the form that a validator of Discord's own OpenAPI reads
//! (`{"schema": NAME, "payload": …}`): the post, its edit and its thread, or the answer that one person sees; and for each button
//! the form or the question that stands before its click counts.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use snapwarden::chat::discord::{commands, render};
use snapwarden::message::model::{Addressee, Block, Button, Card};

use super::Drawn;
use super::pins::STRANGER;
use super::rendered::{Payload, pins, samples};
use crate::discord::limits::{form_faults, message_faults, pings};

/// How the ids of those begin who are called.
const USER: &str = "1002003004005006";
const ROLE: &str = "6005004003002001";

/// The cards whose edit is pinned. Of any other card it is its post once more.
const EDITS: [&str; 5] = ["buttons", "mentions", "picture", "picture-away", "rows"];

/// Discord's name for a command that is registered.
const COMMAND: &str = "ApplicationCommandCreateRequest";

/// What a card is on Discord.
pub(super) fn payloads(drawn: &Drawn) -> Vec<Payload> {
    let Drawn { name, golden, card, for_one, .. } = drawn;
    let payload = |name: String, schema: &str, payload: Value| Payload {
        platform: "discord",
        name,
        golden,
        json: json!({ "schema": schema, "payload": payload }),
    };
    let mut all = Vec::new();
    if *for_one {
        let answer = json!({ "type": 4, "data": render::reply(card).body });
        all.push(payload(name.clone(), "CreateMessageInteractionCallbackRequest", answer));
    } else {
        let mentions = mentions(card);
        let edit = render::edit(card, &mentions).body;
        all.push(payload(name.clone(), "MessageCreateRequest", render::post(card, &mentions).body));
        all.push(payload(format!("{name}.edit"), "MessageEditRequestPartial", edit));
        let thread = render::thread(card);
        all.extend(thread.map(|below| payload(format!("{name}.thread"), "MessageCreateRequest", below.body)));
    }
    for (number, button) in buttons(card).into_iter().enumerate() {
        let word = format!("{number:02}-{}", button.action.word());
        if let Some(input) = &button.input {
            let form = render::form::form(&button.token, &format!("{} · {}", button.label, card.title), input);
            let shown = json!({ "type": 9, "data": form });
            all.push(payload(format!("{name}.form-{word}"), "ModalInteractionCallbackRequest", shown));
        }
        if let Some(confirm) = &button.confirm {
            let question = render::form::confirm(&button.token, confirm, button.style, button.input.is_some());
            let shown = json!({ "type": 4, "data": question });
            all.push(payload(format!("{name}.confirm-{word}"), "CreateMessageInteractionCallbackRequest", shown));
        }
    }
    all
}

/// The commands that are registered.
pub(super) fn commands() -> Vec<Payload> {
    let message = commands::all(false).pop().unwrap();
    let all =
        [("slash", commands::slash(false)), ("slash-direct", commands::slash(true)), ("message-command", message)];
    all.map(|(name, command)| Payload {
        platform: "discord",
        name: name.to_owned(),
        golden: name,
        json: json!({ "schema": COMMAND, "payload": command }),
    })
    .into()
}

/// The same without what two of them share: the options of `/snapshot` are those of the command in a direct message.
pub(super) fn pinned_commands() -> Vec<Payload> {
    let mut all = commands();
    let [slash, direct, _] = all.as_mut_slice() else { panic!("three commands are registered") };
    assert_eq!(direct.json["payload"]["options"], slash.json["payload"]["options"]);
    direct.json["payload"]["options"] = json!([]);
    all
}

/// The payloads of a pinned card, without what another golden shows already.
pub(super) fn pinned(drawn: &Drawn) -> Vec<Payload> {
    let mut all = payloads(drawn);
    all.retain(|payload| !payload.name.ends_with(".edit") || EDITS.contains(&drawn.golden));
    if drawn.golden == "buttons-for-one" {
        // What its buttons ask is what those of "buttons" ask.
        all.truncate(1);
    }
    all
}

fn mentions(card: &Card) -> render::Mentions {
    let mut mentions = render::Mentions::default();
    for (number, addressee) in card.to.iter().enumerate() {
        match addressee {
            Addressee::Person(person) if person.as_str() == STRANGER => {}
            Addressee::Person(_) => mentions.users.push(format!("{USER}{number:02}")),
            Addressee::Group { .. } => mentions.roles.push(format!("{ROLE}{number:02}")),
        }
    }
    mentions.more = mentions.users.len().saturating_sub(MANY);
    mentions
}

/// More people than so many are said to be more than are called.
const MANY: usize = 10;

/// A card's buttons. Rows of one list ask the same, so one button of each action and look is enough.
fn buttons(card: &Card) -> Vec<&Button> {
    let listed = card.blocks.iter().flat_map(|block| match block {
        Block::Row { buttons, .. } => buttons.as_slice(),
        Block::Text { .. }
        | Block::Fields { .. }
        | Block::Caution { .. }
        | Block::Progress { .. }
        | Block::Tree { .. }
        | Block::Picture { .. }
        | Block::Code { .. }
        | Block::Note { .. } => &[],
    });
    let mut seen = BTreeSet::new();
    card.buttons.iter().chain(listed).filter(|button| seen.insert(button.action.word())).collect()
}

#[test]
fn goldens_and_samples_are_taken_by_discord() {
    let mut count = 0;
    for Payload { name, json, .. } in samples().iter().chain(pins()).filter(|payload| payload.platform == "discord") {
        let (schema, payload) = (json["schema"].as_str().unwrap(), &json["payload"]);
        let message = if payload["data"].is_object() { &payload["data"] } else { payload };
        let faults = match schema {
            "ModalInteractionCallbackRequest" => form_faults(message),
            COMMAND => Vec::new(),
            _ => message_faults(message),
        };
        assert_eq!(faults, [""; 0], "{name}");
        let called: Vec<String> = pings(message);
        // Only a post calls anybody, and only those who have to act.
        let may = schema == "MessageCreateRequest";
        let known =
            |one: &String| [format!("users {USER}"), format!("roles {ROLE}")].iter().any(|id| one.starts_with(id));
        assert!(called.iter().all(|one| may && known(one)), "{name} calls {called:?}");
        count += 1;
    }
    told!("discord: {count} payloads within the limits, nobody is called but those who have to act");
}
