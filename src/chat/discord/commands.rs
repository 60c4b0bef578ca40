//! `/snapshot` as Discord registers it: a subcommand for each verb, an option for each argument, in both languages.
//!
//! It is made of the grammar's own tables, so that what can be typed in a channel and what Discord offers are the same. What
//! a person chose there is written down as the command that they could have typed.

use serde_json::{Value, json};

use super::limits;
use crate::domain::command::{DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS};
use crate::domain::command::{OptionKey, REASON_MAX_CHARS, TICKET_MAX_CHARS, options_of};
use crate::domain::intent::Verb;
use crate::message::words::{Locale, say};

/// The command's name; the same in both languages.
pub const NAME: &str = "snapshot";

/// The entry in the menu of a message.
pub const MESSAGE_COMMAND: &str = "request status";

/// Discord's numbers for the kinds of commands.
const CHAT_INPUT: u8 = 1;
const MESSAGE: u8 = 3;

/// Discord's numbers for the kinds of options.
const SUBCOMMAND: u8 = 1;
const STRING: u8 = 3;
const BOOLEAN: u8 = 5;

/// Where a command may be used: in a server, or in messages with the bot.
const IN_GUILD: u8 = 0;
const IN_DIRECT: u8 = 1;

/// The tags under which Discord's clients ask for French.
const FRENCH: [&str; 1] = ["fr"];

/// An argument, as an option of a subcommand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Argument {
    /// One of the grammar's options.
    Key(OptionKey),
    /// A request's id.
    Request,
    /// A verb to be told about.
    Verb,
    /// Why something is done.
    Reason,
}

impl Argument {
    /// Its name, as Discord sends it back in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Key(key) => key.as_str(),
            Self::Request => "request",
            Self::Verb => "verb",
            Self::Reason => "reason",
        }
    }

    /// The argument with this name.
    pub fn of(name: &str) -> Option<Self> {
        let others = [Self::Request, Self::Verb, Self::Reason];
        OptionKey::ALL.into_iter().map(Self::Key).chain(others).find(|argument| argument.name() == name)
    }

    fn is_flag(self) -> bool {
        match self {
            Self::Key(OptionKey::Children | OptionKey::StayOff | OptionKey::Safety) => true,
            Self::Key(
                OptionKey::Vm
                | OptionKey::VCenter
                | OptionKey::Snapshot
                | OptionKey::Name
                | OptionKey::Description
                | OptionKey::Mode
                | OptionKey::Keep
                | OptionKey::Power
                | OptionKey::Ticket,
            )
            | Self::Request
            | Self::Verb
            | Self::Reason => false,
        }
    }

    /// Whether Discord asks while it is being typed.
    fn is_completed(self) -> bool {
        matches!(self, Self::Key(OptionKey::Vm | OptionKey::Snapshot | OptionKey::Mode | OptionKey::Keep))
    }

    /// The most characters that can be right.
    fn longest(self) -> Option<usize> {
        match self {
            Self::Key(OptionKey::Name) => Some(NAME_MAX_CHARS),
            Self::Key(OptionKey::Description) => Some(DESCRIPTION_MAX_CHARS),
            Self::Key(OptionKey::Ticket) => Some(TICKET_MAX_CHARS),
            Self::Reason => Some(REASON_MAX_CHARS),
            Self::Key(
                OptionKey::Vm
                | OptionKey::VCenter
                | OptionKey::Snapshot
                | OptionKey::Mode
                | OptionKey::Keep
                | OptionKey::Children
                | OptionKey::StayOff
                | OptionKey::Power
                | OptionKey::Safety,
            )
            | Self::Request
            | Self::Verb => None,
        }
    }
}

/// The arguments of a verb, those that it cannot do without first, as Discord wants them.
pub fn arguments(verb: Verb) -> Vec<(Argument, bool)> {
    let key = |key: OptionKey| (Argument::Key(key), false);
    // `power:off` says the same as `stay-off`, which is a switch here.
    let shown = |key: &OptionKey| !matches!(key, OptionKey::Vm | OptionKey::Power);
    let keys = options_of(verb).iter().copied().filter(shown).map(key);
    let needed: Vec<(Argument, bool)> = match verb {
        Verb::Status => vec![(Argument::Request, false)],
        Verb::Help => vec![(Argument::Verb, false)],
        Verb::Cancel | Verb::Withdraw => vec![(Argument::Request, true)],
        Verb::Explain => vec![(Argument::Verb, true), (Argument::Key(OptionKey::Vm), true)],
        Verb::Freeze => vec![(Argument::Reason, true)],
        Verb::Unfreeze => Vec::new(),
        Verb::Take
        | Verb::List
        | Verb::Revert
        | Verb::RevertLatest
        | Verb::Delete
        | Verb::DeleteAll
        | Verb::Consolidate
        | Verb::Edit
        | Verb::PowerOn => vec![(Argument::Key(OptionKey::Vm), true)],
    };
    needed.into_iter().chain(keys).collect()
}

/// Everything that is registered. `direct` is whether people may talk to the bot without a server.
pub fn all(direct: bool) -> Vec<Value> {
    vec![slash(direct), message(direct)]
}

fn contexts(direct: bool) -> Value {
    if direct { json!([IN_GUILD, IN_DIRECT]) } else { json!([IN_GUILD]) }
}

/// `/snapshot`
pub fn slash(direct: bool) -> Value {
    let mut command = json!({
        "type": CHAT_INPUT,
        "name": NAME,
        "options": Verb::ALL.into_iter().map(subcommand).collect::<Vec<_>>(),
        "contexts": contexts(direct),
        "integration_types": [0],
    });
    described(&mut command, "slash-about");
    command
}

/// "Request status" in the menu of a message of ours.
fn message(direct: bool) -> Value {
    let mut command = json!({
        "type": MESSAGE,
        "name": MESSAGE_COMMAND,
        "contexts": contexts(direct),
        "integration_types": [0],
    });
    named(&mut command, "slash-message");
    command
}

fn subcommand(verb: Verb) -> Value {
    let options: Vec<Value> =
        arguments(verb).into_iter().map(|(argument, needed)| option(verb, argument, needed)).collect();
    let mut command = json!({ "type": SUBCOMMAND, "name": verb.as_str(), "options": options });
    named(&mut command, &format!("slash-name-{verb}"));
    described(&mut command, &format!("slash-{verb}"));
    command
}

fn option(verb: Verb, argument: Argument, needed: bool) -> Value {
    let name = argument.name();
    let mut option =
        json!({ "type": if argument.is_flag() { BOOLEAN } else { STRING }, "name": name, "required": needed });
    named(&mut option, &format!("slash-option-name-{name}"));
    let key = match (verb, argument) {
        // What is there is chosen; what is to come is named.
        (Verb::Take, Argument::Key(OptionKey::Name)) => "slash-option-new-name".to_owned(),
        _ => format!("slash-option-{name}"),
    };
    described(&mut option, &key);
    if argument.is_completed() {
        option["autocomplete"] = json!(true);
    }
    if let Some(longest) = argument.longest() {
        option["max_length"] = json!(longest);
    }
    if argument == Argument::Verb {
        let about =
            Verb::ALL.into_iter().filter(|about| verb == Verb::Help || options_of(*about).contains(&OptionKey::Vm));
        option["choices"] = about.filter(|about| verb == Verb::Help || *about != Verb::Explain).map(choice).collect();
    }
    option
}

fn choice(verb: Verb) -> Value {
    let mut choice = json!({ "name": verb.as_str(), "value": verb.as_str() });
    named(&mut choice, &format!("slash-name-{verb}"));
    choice
}

/// Adds the name in other languages.
fn named(thing: &mut Value, key: &str) {
    let name = say(Locale::Fr, key, &[]);
    if thing["name"].as_str() != Some(name.as_str()) {
        thing["name_localizations"] = FRENCH.iter().map(|tag| ((*tag).to_owned(), json!(name))).collect();
    }
}

/// Adds what it is for, in every language.
fn described(thing: &mut Value, key: &str) {
    thing["description"] = json!(say(Locale::En, key, &[]));
    let french = say(Locale::Fr, key, &[]);
    thing["description_localizations"] = FRENCH.iter().map(|tag| ((*tag).to_owned(), json!(french))).collect();
}

/// Completions as Discord takes them: a name to be read and the value that comes back.
pub fn completions(found: &[(String, String)]) -> Value {
    let fits = |(name, value): &&(String, String)| {
        !name.trim().is_empty() && !value.is_empty() && super::escape::length(value) <= limits::COMPLETION
    };
    let choice = |(name, value): &(String, String)| json!({ "name": super::escape::unformatted(name, limits::COMPLETION), "value": value });
    let choices: Vec<Value> = found.iter().filter(fits).take(limits::COMPLETIONS).map(choice).collect();
    json!({ "choices": choices })
}

#[cfg(test)]
mod tests {
    use super::super::escape::length;
    use super::*;
    use crate::domain::command::find_verb;

    /// Every name, description and value, as Discord adds them up.
    fn sum(value: &Value) -> usize {
        match value {
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| match (key.as_str(), value) {
                    ("name" | "description" | "value", Value::String(text)) => length(text),
                    ("name_localizations" | "description_localizations", Value::Object(all)) => {
                        all.values().filter_map(Value::as_str).map(length).sum()
                    }
                    (_, other) => sum(other),
                })
                .sum(),
            Value::Array(all) => all.iter().map(sum).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        }
    }

    /// Every object that has a name.
    fn each(value: &Value, check: &mut dyn FnMut(&Value)) {
        match value {
            Value::Object(map) => {
                if map.contains_key("name") {
                    check(value);
                }
                for (key, inner) in map {
                    if !key.ends_with("localizations") {
                        each(inner, check);
                    }
                }
            }
            Value::Array(all) => all.iter().for_each(|inner| each(inner, check)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn the_command_is_within_every_limit() {
        let command = slash(true);
        let characters = sum(&command);
        assert!(characters <= limits::COMMAND_SUM, "{characters} characters");
        told!("discord: /snapshot has {characters} of {} characters", limits::COMMAND_SUM);
        assert!(command["options"].as_array().unwrap().len() <= limits::COMMAND_OPTIONS);
        each(&command, &mut |thing| {
            let name = thing["name"].as_str().unwrap();
            let own = thing["name_localizations"]["fr"].as_str();
            for name in own.into_iter().chain([name]) {
                assert!(length(name) <= limits::COMMAND_NAME, "{name}");
                let right = |c: char| (c.is_lowercase() || c.is_ascii_digit() || "-_".contains(c)) && !c.is_uppercase();
                assert!(name.chars().all(right), "{name}");
            }
            for text in [&thing["description"], &thing["description_localizations"]["fr"]] {
                if let Some(text) = text.as_str() {
                    assert!(!text.is_empty() && length(text) <= limits::COMMAND_DESCRIPTION, "{text}");
                    assert!(!text.starts_with("slash-"), "{text} is a key without words");
                }
            }
            let mut names = std::collections::BTreeSet::new();
            let mut optional = false;
            for option in thing["options"].as_array().into_iter().flatten() {
                assert!(names.insert(option["name"].as_str().unwrap().to_owned()), "{option}");
                let needed = option["required"] == json!(true);
                assert!(!(needed && optional), "what is needed stands first: {thing}");
                optional |= !needed && option["type"] != json!(SUBCOMMAND);
            }
        });
    }

    #[test]
    fn french_names_are_words_of_the_grammar() {
        for verb in Verb::ALL {
            let name = say(Locale::Fr, &format!("slash-name-{verb}"), &[]);
            assert_eq!(find_verb(&name), Some(verb), "{name}");
            assert_eq!(say(Locale::En, &format!("slash-name-{verb}"), &[]), verb.as_str());
        }
        for key in OptionKey::ALL {
            let said = say(Locale::En, &format!("slash-option-name-{key}"), &[]);
            assert!(said == key.as_str() || key == OptionKey::Power, "{said}");
        }
    }

    #[test]
    fn every_option_of_the_grammar_can_be_chosen() {
        for verb in Verb::ALL {
            let chosen: Vec<Argument> = arguments(verb).into_iter().map(|(argument, _)| argument).collect();
            for key in options_of(verb) {
                assert!(chosen.contains(&Argument::Key(*key)) || *key == OptionKey::Power, "{verb} {key}");
            }
            for argument in chosen {
                assert_eq!(Argument::of(argument.name()), Some(argument));
            }
        }
    }

    #[test]
    fn completions_that_discord_would_refuse_are_left_out() {
        let long = "x".repeat(101);
        let found = [("a".to_owned(), "a".to_owned()), ("b".to_owned(), long.clone()), (long, "c".to_owned())];
        let choices = completions(&found);
        let names: Vec<&str> =
            choices["choices"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "c"]);
        assert_eq!(length(choices["choices"][1]["name"].as_str().unwrap()), 100);
    }
}
