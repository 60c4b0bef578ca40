use super::*;
use crate::domain::command::{CommandError, parse};

#[test]
fn the_places_are_those_of_the_grammar() {
    let word = |place: &Parameter| match place.as_str() {
        "vm" => "web-01",
        "name" | "snapshot" => "nightly",
        "request" => "R-7KQ2",
        "verb" => "revert",
        "reason" => "maintenance",
        "keep" | "age" => "3d",
        "scope" => "all",
        "report" => "daily",
        other => panic!("no such place: {other}"),
    };
    for verb in Verb::ALL {
        let words: Vec<&str> = verb.spec().places.iter().map(word).collect();
        let change = if verb == Verb::Edit { " name:x" } else { "" };
        let whole = format!("{} {}{change}", verb.as_str(), words.join(" "));
        assert!(parse(&whole).is_ok(), "{whole}: {:?}", parse(&whole));
        let more = format!("{} {} \"one\"{change}", verb.as_str(), words.join(" "));
        assert!(matches!(parse(&more), Err(CommandError::ExtraWords { .. })), "{more}: {:?}", parse(&more));
    }
}

#[test]
fn every_proposed_value_is_understood() {
    for verb in Verb::ALL {
        for key in verb.spec().options {
            for value in values(*key) {
                let vm = if verb == Verb::Explain { "revert web-01" } else { "web-01" };
                let snapshot = if verb.spec().places.contains(&Parameter::Snapshot) { " #1" } else { "" };
                let change = if verb == Verb::Edit {
                    " name:x"
                } else if verb == Verb::Keep && *key != Parameter::Keep {
                    " 3d"
                } else if verb == Verb::Hold {
                    " audit"
                } else {
                    ""
                };
                let command = format!("{} {vm}{snapshot}{change} {key}:{value}", verb.as_str());
                assert!(parse(&command).is_ok(), "{command}: {:?}", parse(&command));
            }
        }
    }
}

#[test]
fn the_page_gets_every_verb_and_option() {
    let verbs = GRAMMAR["verbs"].as_array().unwrap();
    assert_eq!(verbs.len(), Verb::ALL.len());
    assert_eq!(verbs[0]["word"], "take");
    assert!(verbs[3]["also"].as_array().unwrap().contains(&json!("restaurer")));
    assert_eq!(GRAMMAR["options"].as_array().unwrap().len(), 12);
}
