//! A verb is more than its row, and so is a button's action: sentences, documentation and privileges belong to it, and no compiler asks
//! for them.
//!
//! One walk over the tables names all that is missing, and all that is left over of a verb that is gone.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use snapwarden::domain::act::{Parameter, Right, Verb};
use snapwarden::domain::command::parse;
use snapwarden::message::action::Action;
use snapwarden::message::words::{Locale, say};

/// Keys that are made of a word of the tables, by how they begin. Every key that begins like this belongs to one of those words.
const MADE: [&str; 5] = ["help-", "verb-", "slash-", "slack-do-", "slack-field-"];

/// Keys that begin like one of these and are written out in the code.
const WRITTEN: [&str; 4] = ["slash-about", "slash-message", "slash-option-new-name", "slack-field-channel"];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The keys that a verb's sentences have.
fn keys_of(verb: Verb) -> Vec<String> {
    let mut keys = vec![format!("help-{verb}"), format!("slash-{verb}"), format!("slash-name-{verb}")];
    if verb.is_about_vm() {
        keys.push(format!("slack-do-{verb}"));
    }
    // "You may not …" and the rows of open requests.
    keys.extend(verb.spec().right.map(|_| format!("verb-{verb}")));
    keys
}

/// The keys that a parameter's names and hints have, as far as some form asks for it.
fn keys_of_parameter(parameter: Parameter) -> Vec<String> {
    let asks = |verb: &Verb| verb.fields().contains(&parameter);
    let mut keys = Vec::new();
    if Verb::ALL.iter().any(asks) {
        keys.extend([format!("slash-option-{parameter}"), format!("slash-option-name-{parameter}")]);
    }
    let on_cards = [Parameter::Vm, Parameter::Snapshot, Parameter::Mode, Parameter::Description, Parameter::Reason];
    if Verb::ALL.iter().filter(|verb| verb.is_about_vm()).any(asks) {
        keys.push(format!("{}-{parameter}", if on_cards.contains(&parameter) { "label" } else { "slack-field" }));
    }
    keys
}

#[test]
fn every_verb_is_complete() {
    let mut missing: Vec<String> = Vec::new();
    let mut want = |there: bool, what: String| {
        if !there {
            missing.push(what);
        }
    };
    let mut keys: BTreeSet<String> = WRITTEN.into_iter().map(str::to_owned).collect();
    keys.extend(Verb::ALL.into_iter().flat_map(keys_of));
    keys.extend(Parameter::ALL.into_iter().flat_map(keys_of_parameter));
    keys.extend(Right::ALL.map(|right| format!("verb-{right}")));
    keys.extend(Action::ALL.map(|action| action.spec().label.to_owned()));
    keys.extend(Action::ALL.into_iter().filter_map(|action| Some(action.spec().input?.1.to_owned())));
    for locale in Locale::ALL {
        let file = format!("src/message/words/{}.ftl", locale.tag());
        for key in &keys {
            want(say(locale, key, &[]) != *key, format!("{file}: {key}"));
        }
        let text = read(&file);
        let made = text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
        for key in made.filter(|key| MADE.iter().any(|start| key.starts_with(start))) {
            want(keys.contains(key), format!("{file}: what uses {key}? take it out"));
        }
    }
    let (commands, role) = (read("docs/commands.md"), read("config/vcenter-role.md"));
    let page: Value = serde_json::from_str(&read("src/chat/console/static/words.json")).unwrap();
    for verb in Verb::ALL {
        let spec = verb.spec();
        want(
            parse(spec.example).is_ok_and(|intent| intent.verb() == verb),
            format!("the example of {verb} has to be a command of it: {}", spec.example),
        );
        want(
            spec.needed.iter().all(|one| verb.fields().contains(one)),
            format!("{verb} needs what its form does not ask for"),
        );
        want(commands.contains(&format!("`{verb}")), format!("docs/commands.md: `{verb}`"));
        for privilege in spec.privileges {
            let row = role.lines().find(|line| line.starts_with(&format!("| `{privilege}`")));
            let named = row.is_some_and(|row| row.split(['|', ',', ' ']).any(|word| word == verb.as_str()));
            want(named, format!("config/vcenter-role.md: {verb} in the row of `{privilege}`"));
        }
        for locale in Locale::ALL {
            let known = page[locale.tag()]["verbs"][verb.as_str()].is_string();
            want(known, format!("src/chat/console/static/words.json: {}.verbs.{verb}", locale.tag()));
        }
    }
    assert!(missing.is_empty(), "a verb is more than its row; still to do:\n  {}", missing.join("\n  "));
}
