//! The grammar as far as the command box completes it: verbs and options with their other names, and what stands where.
//!
//! It is read off the grammar's own tables, so that the box proposes exactly what the bot understands, French words too.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::domain::act::{Parameter, Verb};

/// `{verbs: [{word, also, places, options}], options: [{word, also, values}]}`, in the order in which they are proposed. A new
/// snapshot's name is the place `name`, a reason `reason`, a time `keep` or `age`, many VMs `scope` and a report's name `report`.
pub(super) static GRAMMAR: LazyLock<Value> = LazyLock::new(|| {
    let words = |parameters: &[Parameter]| parameters.iter().map(|one| one.as_str()).collect::<Vec<_>>();
    let verb = |verb: Verb| {
        let also: Vec<&str> = verb.words().collect();
        json!({"word": verb.as_str(), "also": also, "places": words(verb.spec().places), "options": words(verb.spec().options)})
    };
    let option = |key: Parameter| json!({"word": key.as_str(), "also": key.spec().keys, "values": values(key)});
    json!({
        "verbs": Verb::ALL.map(verb),
        "options": Parameter::ALL.into_iter().filter(|key| key.has_key()).map(option).collect::<Vec<_>>(),
    })
});

/// What may follow an option: all there is, or what people mostly write.
fn values(key: Parameter) -> &'static [&'static str] {
    if key == Parameter::Keep { &["12h", "1d", "3d", "1w", "2w"] } else { key.spec().values }
}

#[cfg(test)]
mod tests {
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
}
