use super::super::escape::length;
use super::*;
use crate::domain::command::find_verb;

/// A command's or an option's name.
const COMMAND_NAME: usize = 32;

/// A command's or an option's description.
const COMMAND_DESCRIPTION: usize = 100;

/// All names, descriptions and values of one command.
const COMMAND_SUM: usize = 8_000;

const COMMAND_OPTIONS: usize = 25;

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
    assert!(characters <= COMMAND_SUM, "{characters} characters");
    told!("discord: /snapshot has {characters} of {} characters", COMMAND_SUM);
    assert!(command["options"].as_array().unwrap().len() <= COMMAND_OPTIONS);
    each(&command, &mut |thing| {
        let name = thing["name"].as_str().unwrap();
        let own = thing["name_localizations"]["fr"].as_str();
        for name in own.into_iter().chain([name]) {
            assert!(length(name) <= COMMAND_NAME, "{name}");
            let right = |c: char| (c.is_lowercase() || c.is_ascii_digit() || "-_".contains(c)) && !c.is_uppercase();
            assert!(name.chars().all(right), "{name}");
        }
        for text in [&thing["description"], &thing["description_localizations"]["fr"]] {
            if let Some(text) = text.as_str() {
                assert!(!text.is_empty() && length(text) <= COMMAND_DESCRIPTION, "{text}");
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
    for field in Verb::ALL.into_iter().flat_map(Verb::fields) {
        assert_eq!(say(Locale::En, &format!("slash-option-name-{field}"), &[]), field.as_str());
    }
}

#[test]
fn every_option_of_the_grammar_can_be_chosen() {
    for verb in Verb::ALL {
        let chosen: Vec<Parameter> = options(verb).into_iter().map(|(field, _)| field).collect();
        for key in verb.spec().options {
            // `power:off` is `stay-off` here, and a completed VM says in which vCenter it is.
            let said_otherwise = matches!(key, Parameter::Power | Parameter::VCenter);
            assert!(chosen.contains(key) || said_otherwise, "{verb} {key}");
        }
    }
}

#[test]
fn what_is_chosen_is_the_command_that_could_have_been_typed() {
    let command = |verb: &str, options: &[(&str, &str)]| Command {
        verb: verb.to_owned(),
        options: options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let chosen = command("revert", &[("vm", "web 01"), ("snapshot", "#2"), ("safety", "yes"), ("unknown", "x")]);
    assert_eq!(typed(&chosen), Ok("revert \"web 01\" #2 safety:yes".to_owned()));
    assert_eq!(typed(&command("status", &[])), Ok("status".to_owned()));
    assert_eq!(typed(&command("explode", &[])), Err("explode".to_owned()));
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
