//! What goes to Discord, payload by payload: one file for each sample and language, in the form that a validator of Discord's
//! own OpenAPI reads (`{"schema": NAME, "payload": …}`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use snapwarden::chat::discord::{commands, render};
use snapwarden::message::model::{Block, Button, Card};
use snapwarden::message::words::Locale;

use super::files::{Found, compare_flat};
use super::{Golden, Says, goldens};
use crate::discord::limits::{form_faults, message_faults, pings};

/// Where the goldens lie.
const FOLDER: &str = "discord";

/// One file.
struct Payload {
    name: String,
    schema: &'static str,
    payload: Value,
}

impl Payload {
    fn written(&self) -> String {
        let golden = json!({ "schema": self.schema, "payload": self.payload });
        format!("{}\n", serde_json::to_string_pretty(&golden).unwrap())
    }
}

#[test]
fn goldens_of_discord() {
    let mut found = Found::default();
    let all = payloads();
    for payload in &all {
        compare_flat(FOLDER, &payload.name, &payload.written(), &mut found);
    }
    found.report(FOLDER);
    let made: BTreeSet<&str> = all.iter().map(|payload| payload.name.as_str()).collect();
    assert_eq!(made.len(), all.len(), "two payloads have one name");
    let left: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !made.contains(path.file_name().unwrap().to_str().unwrap()))
        .collect();
    assert!(left.is_empty(), "no sample makes these: {left:?}");
}

#[test]
fn goldens_of_discord_are_taken_by_discord() {
    let mut count = 0;
    for Payload { name, schema, payload } in payloads() {
        let message = if payload["data"].is_object() { &payload["data"] } else { &payload };
        let faults = match schema {
            "ModalInteractionCallbackRequest" => form_faults(message),
            "ApplicationCommandCreateRequest" => Vec::new(),
            _ => message_faults(message),
        };
        assert_eq!(faults, [""; 0], "{name}");
        assert_eq!(pings(message), [""; 0], "{name}");
        count += 1;
    }
    told!("discord: {count} golden payloads within the limits, nobody is called");
}

/// The validator that reads Discord's OpenAPI, where it is there: it lies outside of the project, as does the OpenAPI.
#[test]
fn goldens_of_discord_fit_its_openapi() {
    let Some(check) = std::env::var_os("SNAPWARDEN_PAYLOADS") else {
        told!(
            "discord: SNAPWARDEN_PAYLOADS names no validator, so the goldens were not checked against Discord's OpenAPI"
        );
        return;
    };
    let python = std::env::var_os("SNAPWARDEN_PYTHON").unwrap_or_else(|| "python3".into());
    let ran = std::process::Command::new(python).arg(check).arg(folder().parent().unwrap()).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    told!("discord: payloads.py says {}", said.lines().last().unwrap_or_default());
}

fn payloads() -> Vec<Payload> {
    let mut all = Vec::new();
    for golden in goldens() {
        for locale in Locale::ALL {
            messages(&golden, locale, &mut all);
        }
    }
    for (name, command) in [("slash", commands::slash(false)), ("slash-direct", commands::slash(true))] {
        all.push(Payload { name: format!("{name}.json"), schema: "ApplicationCommandCreateRequest", payload: command });
    }
    let message = commands::all(false).pop().unwrap();
    all.push(Payload {
        name: "message-command.json".to_owned(),
        schema: "ApplicationCommandCreateRequest",
        payload: message,
    });
    all
}

fn messages(golden: &Golden, locale: Locale, all: &mut Vec<Payload>) {
    for (index, sample) in golden.messages.iter().enumerate() {
        let number = if golden.messages.len() > 1 { format!(".{:02}", index + 1) } else { String::new() };
        let stem = format!("{}{number}", golden.name);
        let card = sample.card(locale);
        let (schema, payload) = match &sample.says {
            Says::Posted(_) | Says::News(_) => {
                ("MessageCreateRequest", render::post(&card, &render::Mentions::default()).body)
            }
            Says::Told(_) => {
                ("CreateMessageInteractionCallbackRequest", json!({ "type": 4, "data": render::reply(&card).body }))
            }
        };
        all.push(Payload { name: format!("{stem}.{}.json", locale.tag()), schema, payload });
        for button in buttons(&card) {
            asked(&stem, &card, button, locale, all);
        }
    }
}

/// What a button shows before it counts.
fn asked(stem: &str, card: &Card, button: &Button, locale: Locale, all: &mut Vec<Payload>) {
    let word = button.action.word();
    if let Some(input) = &button.input {
        let form = render::form::form(&button.token, &format!("{} · {}", button.label, card.title), input);
        all.push(Payload {
            name: format!("{stem}.form-{word}.{}.json", locale.tag()),
            schema: "ModalInteractionCallbackRequest",
            payload: json!({ "type": 9, "data": form }),
        });
    }
    if let Some(confirm) = &button.confirm {
        let question = render::form::confirm(&button.token, confirm, button.style, button.input.is_some());
        all.push(Payload {
            name: format!("{stem}.confirm-{word}.{}.json", locale.tag()),
            schema: "CreateMessageInteractionCallbackRequest",
            payload: json!({ "type": 4, "data": question }),
        });
    }
}

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
    // Rows of one list ask the same.
    let mut seen = BTreeSet::new();
    card.buttons.iter().chain(listed).filter(|button| seen.insert(button.action.word())).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(FOLDER)
}
