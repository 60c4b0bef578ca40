//! Slack's forms and App Home, as they are sent: the arguments of views.open and views.publish, one view in a file.

use serde_json::{Value, json};
use snapwarden::chat::slack::render::{Form, Pressed, pressed};
use snapwarden::chat::slack::view::{Asked, Carried, Home, Old, command, home, reason};
use snapwarden::domain::command::quote;
use snapwarden::domain::intent::Verb;
use snapwarden::engine::Completion;
use snapwarden::message::model::Card;
use snapwarden::message::words::Locale;

use super::requests::{FOREIGN, HOSTILE};
use super::{Golden, goldens, slack};
use crate::slack::check;

/// Buttons that ask for a text, by their words, and the names of their files.
const FORMS: [(&str, &str); 4] = [
    ("deny", "view-form.deny"),
    ("break_glass", "view-form.break-glass"),
    ("hold", "view-form.hold"),
    ("pick", "view-form.ticket"),
];

/// The verbs whose forms are sampled: together they have every field that a form has.
const SAMPLED: [Verb; 5] = [Verb::Take, Verb::Revert, Verb::Delete, Verb::Edit, Verb::Hold];

/// Every view, with the name of its file.
pub(super) fn payloads(locale: Locale) -> Vec<(String, String)> {
    let mut all = forms(locale);
    all.extend(SAMPLED.iter().flat_map(|verb| commands(*verb, locale)));
    all.extend(homes(locale));
    let written = |(name, opened): (String, Value)| {
        let faults = check::view(&opened["view"]);
        assert!(faults.is_empty(), "{name}: {faults:?} in {opened:#}");
        (format!("{name}.{}", locale.tag()), serde_json::to_string_pretty(&opened).unwrap() + "\n")
    };
    all.into_iter().map(written).collect()
}

fn opened(view: Value) -> Value {
    json!({ "trigger_id": "156772938.1827394", "view": view })
}

/// Where a form was opened, and where its answer may go.
fn carried() -> Carried {
    let response_url = "https://hooks.slack.com/actions/T0123ABCD/1827394/AbCdEf".to_owned();
    Carried { channel: Some("C0123ABCD".to_owned()), response_url: Some(response_url), ..Carried::default() }
}

/// The form of each kind of button, opened by a button of the messages' goldens.
fn forms(locale: Locale) -> Vec<(String, Value)> {
    let sent: Vec<Value> = goldens()
        .iter()
        .flat_map(|golden| slack::payloads(golden, locale))
        .map(|(_, payload)| serde_json::from_str(&payload).unwrap())
        .collect();
    let form = |word: &str| -> Form {
        let buttons = sent.iter().flat_map(|message| buttons_of(message));
        let mut own =
            buttons.filter(|button| button["action_id"].as_str().is_some_and(|id| id.split('.').next() == Some(word)));
        let asks = own.find_map(|button| match pressed(button["value"].as_str().unwrap()) {
            Pressed::Form(form) => Some(form),
            Pressed::Token(_) => None,
        });
        asks.unwrap_or_else(|| panic!("no message has a {word} button that asks for a text"))
    };
    FORMS.iter().map(|(word, name)| ((*name).to_owned(), opened(reason(&form(word), carried(), locale)))).collect()
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
fn homes(locale: Locale) -> Vec<(String, Value)> {
    let all = goldens();
    let cards = |names: &[&str]| -> Vec<Card> {
        let card = |name: &&str| {
            let golden: &Golden = all.iter().find(|golden| golden.name == *name).expect("there is such a golden");
            golden.messages[0].card(locale)
        };
        names.iter().map(card).collect()
    };
    let old = |vm: &str, snapshot: &str, age: &str| Old {
        title: format!("\"{snapshot}\" · {vm}"),
        detail: format!("{age} · DC1/web/{vm}"),
        vm: quote(&format!("DC1/web/{vm}")),
        snapshot: quote(snapshot),
    };
    let page = |waiting: &[Card], mine: &[Card], oldest: &[Old]| json!({ "user_id": "U0123ABCD", "view": home(&Home { waiting, mine, oldest, locale }) });
    let ten: Vec<Old> =
        (1..=10).map(|n| old(&format!("db-{n:02}"), "before migration", &format!("{} d", 60 - n))).collect();
    let (waiting, mine) = (cards(&["awaiting-revert", "awaiting-glass"]), cards(&["running", "queued"]));
    let hostile = cards(&["hostile-names"]);
    vec![
        ("view-home.nothing".to_owned(), page(&[], &[], &[])),
        ("view-home.everything".to_owned(), page(&waiting, &mine, &ten)),
        ("view-home.hostile".to_owned(), page(&hostile, &hostile, &[old(HOSTILE, FOREIGN, "41 d")])),
    ]
}
