//! Slack's forms and App Home, as they are sent: the arguments of views.open and views.publish, one view in a file.
//!
//! Their words are Slack's alone, so they are pinned as text here; as JSON, a few views of each form are pinned.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use snapwarden::chat::slack::render::{Form, Pressed, pressed};
use snapwarden::chat::slack::view::{Asked, Carried, Home, Old, command, home, reason, verbs};
use snapwarden::domain::command::quote;
use snapwarden::domain::intent::Verb;
use snapwarden::engine::Completion;
use snapwarden::message::model::Card;
use snapwarden::message::words::Locale;

use super::files::HEADING;
use super::rendered::Payload;
use super::requests::{FOREIGN, HOSTILE};
use super::{Drawn, drawn};
use crate::slack::check;

/// Buttons that ask for a text, by their words, and the names of their files.
const FORMS: [(&str, &str); 4] = [
    ("deny", "view-form.deny"),
    ("break_glass", "view-form.break-glass"),
    ("hold", "view-form.hold"),
    ("pick", "view-form.ticket"),
];

/// Views in one language that together have every field that a view of the samples has.
const PINNED: [&str; 14] = [
    "view-command.take-nothing-known",
    "view-command.take-with-a-vm",
    "view-command.take-hostile",
    "view-command.revert-with-a-vm",
    "view-command.delete-with-a-vm",
    "view-command.delete-hostile",
    "view-command.edit-with-a-vm",
    "view-command.hold-with-a-vm",
    "view-command.keep-with-a-vm",
    "view-command.hold-hostile",
    "view-home.nothing",
    "view-home.everything",
    "view-home.too-much",
    "view-home.hostile",
];

/// Every view in a language. `sent` is what Slack is sent for the samples: its buttons open the forms.
pub(super) fn samples(locale: Locale, sent: &[Payload]) -> Vec<Payload> {
    let sent: Vec<&Value> =
        sent.iter().filter(|one| one.name.split('.').any(|part| part == locale.tag())).map(|one| &one.json).collect();
    let all = drawn();
    let card = |golden: &&str| -> Card {
        let own = |one: &&Drawn| one.golden == *golden && one.locale == locale;
        all.iter().find(own).expect("there is such a golden").card.clone()
    };
    let cards = Cards {
        waiting: ["awaiting-revert", "awaiting-glass"].iter().map(card).collect(),
        mine: ["running", "queued"].iter().map(card).collect(),
        hostile: ["hostile-names"].iter().map(card).collect(),
    };
    let mut views = forms(&sent, locale);
    views.extend(of_locale(&cards, locale));
    views.into_iter().map(|(name, opened)| payload(format!("{name}.{}", locale.tag()), opened)).collect()
}

/// The views that are pinned: the forms of the pinned buttons, and some others around the pinned cards.
pub(super) fn pins(cards: &[Drawn], sent: &[Payload]) -> Vec<Payload> {
    let card = |name: &&str| -> Card { cards.iter().find(|one| one.name == *name).expect("it is pinned").card.clone() };
    let sent: Vec<&Value> = sent.iter().map(|one| &one.json).collect();
    let cards = Cards {
        // More than there is room for.
        waiting: ["fields", "buttons", "long-buttons", "many-fields", "many-blocks", "text"].iter().map(card).collect(),
        mine: ["progress", "mentions"].iter().map(card).collect(),
        hostile: ["hostile"].iter().map(card).collect(),
    };
    let mut views = forms(&sent, Locale::En);
    let long = sent
        .iter()
        .filter(|message| message["blocks"].to_string().contains("0001 0002"))
        .find_map(|message| form_of("deny", &[message]));
    let long = long.expect("a pinned button asks a long question");
    views.push(("view-form.long".to_owned(), opened(reason(&long, carried(), Locale::En))));
    views.extend(of_locale(&cards, Locale::En).into_iter().filter(|(name, _)| PINNED.contains(&name.as_str())));
    views.into_iter().map(|(name, opened)| payload(name, opened)).collect()
}

/// The words of every view in both languages: what a form asks is read like any other sentence.
pub(super) fn texts() -> String {
    let none = Cards { waiting: Vec::new(), mine: Vec::new(), hostile: Vec::new() };
    let mut text = String::new();
    let views = Locale::ALL.map(|locale| of_locale(&none, locale));
    let [english, french] = &views;
    // What was typed or named by somebody adds no word of ours.
    let ours =
        |name: &str| name.ends_with("-nothing-known") || name.ends_with("-with-a-vm") || name == "view-home.everything";
    for ((name, english), (_, french)) in english.iter().zip(french).filter(|((name, _), _)| ours(name)) {
        let words = [english, french].map(|view| words(view).join("\n"));
        text.push_str(&format!("{HEADING}{name}\n{}\n\n", words.join("\n──\n")));
    }
    text
}

/// The texts of a view, each once, in order.
fn words(view: &Value) -> Vec<String> {
    let mut all = Vec::new();
    texts_in(view, &mut all);
    let mut seen = BTreeSet::new();
    all.retain(|text| seen.insert(text.clone()));
    all
}

fn texts_in(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            // A view's title stands above it.
            for key in ["title", "label", "hint", "text", "placeholder", "submit", "close"] {
                match &fields.get(key) {
                    Some(Value::String(text)) => all.push(text.trim().to_owned()),
                    Some(inner) => texts_in(inner, all),
                    None => {}
                }
            }
            for key in ["view", "blocks", "element", "elements", "options"] {
                fields.get(key).into_iter().for_each(|inner| texts_in(inner, all));
            }
        }
        Value::Array(inner) => inner.iter().for_each(|one| texts_in(one, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The cards on somebody's App Home.
struct Cards {
    waiting: Vec<Card>,
    mine: Vec<Card>,
    hostile: Vec<Card>,
}

fn of_locale(cards: &Cards, locale: Locale) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = verbs().into_iter().flat_map(|verb| commands(verb, locale)).collect();
    all.extend(homes(cards, locale));
    all
}

/// A view that Slack takes.
fn payload(name: String, opened: Value) -> Payload {
    let faults = check::view(&opened["view"]);
    assert!(faults.is_empty(), "{name}: {faults:?} in {opened:#}");
    Payload { platform: "slack", name, golden: "views", json: opened }
}

fn opened(view: Value) -> Value {
    json!({ "trigger_id": "156772938.1827394", "view": view })
}

/// Where a form was opened, and where its answer may go.
fn carried() -> Carried {
    let response_url = "https://hooks.slack.com/actions/T0123ABCD/1827394/AbCdEf".to_owned();
    Carried { channel: Some("C0123ABCD".to_owned()), response_url: Some(response_url), ..Carried::default() }
}

/// The form of each kind of button, opened by a button of these messages.
fn forms(sent: &[&Value], locale: Locale) -> Vec<(String, Value)> {
    let form = |word: &str| {
        form_of(word, sent).unwrap_or_else(|| panic!("no message has a {word} button that asks for a text"))
    };
    FORMS.iter().map(|(word, name)| ((*name).to_owned(), opened(reason(&form(word), carried(), locale)))).collect()
}

/// The form of the first button with this word that asks for a text.
fn form_of(word: &str, sent: &[&Value]) -> Option<Form> {
    let buttons = sent.iter().flat_map(|message| buttons_of(message));
    let mut own =
        buttons.filter(|button| button["action_id"].as_str().is_some_and(|id| id.split('.').next() == Some(word)));
    own.find_map(|button| match pressed(button["value"].as_str().unwrap()) {
        Pressed::Form(form) => Some(form),
        Pressed::Token(_) => None,
    })
}

fn buttons_of(message: &Value) -> Vec<&Value> {
    let attached = message["attachments"].as_array().into_iter().flatten();
    let blocks = attached.filter_map(|one| one["blocks"].as_array()).chain(message["blocks"].as_array()).flatten();
    let actions = blocks.filter(|block| block["type"] == "actions");
    actions.filter_map(|block| block["elements"].as_array()).flatten().collect()
}

/// A command's form: as it opens with nothing known, with a VM, and with names that want to be more than names.
fn commands(verb: Verb, locale: Locale) -> Vec<(String, Value)> {
    let mode = |value: &str, label: &str| Completion { value: value.to_owned(), insert: None, label: label.to_owned() };
    let takes = verb == Verb::Take;
    let asked = |modes: Vec<Completion>, ticket: bool| Asked {
        verb,
        modes: if takes { modes } else { Vec::new() },
        preset: if takes { "2026-11-22 15:05".to_owned() } else { String::new() },
        ticket,
        locale,
    };
    let with = |vm: &str, snapshot: &str| {
        let snapshot = Some(quote(snapshot));
        Carried { vm: Some(quote(vm)), snapshot, ..carried() }
    };
    let known = asked(vec![mode("auto", "auto"), mode("disk", "disk"), mode("quiesce", "quiesce")], true);
    let hostile = asked(vec![mode("memory", &format!("memory · {HOSTILE}"))], true);
    vec![
        (format!("view-command.{verb}-nothing-known"), opened(command(&asked(Vec::new(), false), Carried::default()))),
        (format!("view-command.{verb}-with-a-vm"), opened(command(&known, with("web-01", "before upgrade")))),
        (format!("view-command.{verb}-hostile"), opened(command(&hostile, with(HOSTILE, FOREIGN)))),
    ]
}

/// The App Home: with nothing on it, with everything, and with names that want to be more than names.
fn homes(cards: &Cards, locale: Locale) -> Vec<(String, Value)> {
    let Cards { waiting, mine, hostile } = cards;
    let old = |vm: &str, snapshot: &str, age: &str| Old {
        title: format!("\"{snapshot}\" · {vm}"),
        detail: format!("{age} · DC1/web/{vm}"),
        vm: quote(&format!("DC1/web/{vm}")),
        snapshot: quote(snapshot),
    };
    let page = |waiting: &[Card], mine: &[Card], oldest: &[Old]| json!({ "user_id": "U0123ABCD", "view": home(&Home { waiting, mine, oldest, locale }) });
    let ten: Vec<Old> =
        (1..=10).map(|n| old(&format!("db-{n:02}"), "before migration", &format!("{} d", 60 - n))).collect();
    vec![
        ("view-home.nothing".to_owned(), page(&[], &[], &[])),
        ("view-home.everything".to_owned(), page(waiting, mine, &ten)),
        ("view-home.too-much".to_owned(), page(waiting, mine, &vec![old("db-01", "before migration", "60 d"); 60])),
        ("view-home.hostile".to_owned(), page(hostile, hostile, &[old(HOSTILE, FOREIGN, "41 d")])),
    ]
}
