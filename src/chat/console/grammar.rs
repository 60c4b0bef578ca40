//! The grammar as far as the command box completes it: verbs and options with their other names, and what stands where.
//!
//! It is read off the grammar's own tables, so that the box proposes exactly what the bot understands, French words too.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::domain::command::{OptionKey, aliases, options_of};
use crate::domain::intent::Verb;

/// `{verbs: [{word, also, places, options}], options: [{word, also, values}]}`, in the order in which they are proposed.
pub(super) static GRAMMAR: LazyLock<Value> = LazyLock::new(|| {
    let verb = |verb: Verb| {
        let options: Vec<&str> = options_of(verb).iter().map(|key| key.as_str()).collect();
        json!({"word": verb.as_str(), "also": aliases(verb), "places": places(verb), "options": options})
    };
    let option = |key: OptionKey| json!({"word": key.as_str(), "also": key.aliases(), "values": values(key)});
    json!({
        "verbs": Verb::ALL.into_iter().map(verb).collect::<Vec<_>>(),
        "options": OptionKey::ALL.into_iter().map(option).collect::<Vec<_>>(),
    })
});

/// What a verb's words mean, in order. A new snapshot's name is `name`, a reason `reason`, a time `keep` or `age`, many VMs
/// `scope` and a report's name `report`, which nothing completes.
const fn places(verb: Verb) -> &'static [&'static str] {
    match verb {
        Verb::Take => &["vm", "name"],
        Verb::List | Verb::RevertLatest | Verb::DeleteAll | Verb::Consolidate | Verb::PowerOn => &["vm"],
        Verb::Report => &["report"],
        Verb::Revert | Verb::Delete | Verb::Edit | Verb::Release => &["vm", "snapshot"],
        Verb::Keep => &["vm", "snapshot", "keep"],
        Verb::Hold => &["vm", "snapshot", "reason"],
        Verb::DeleteOlder => &["scope", "age"],
        Verb::Help => &["verb"],
        Verb::Status | Verb::Cancel | Verb::Withdraw => &["request"],
        Verb::Explain => &["verb", "vm"],
        Verb::Freeze => &["reason"],
        Verb::Unfreeze => &[],
    }
}

/// What may follow an option: all there is, or what people mostly write.
const fn values(key: OptionKey) -> &'static [&'static str] {
    match key {
        OptionKey::Keep => &["12h", "1d", "3d", "1w", "2w"],
        OptionKey::Mode
        | OptionKey::Children
        | OptionKey::StayOff
        | OptionKey::Power
        | OptionKey::Vm
        | OptionKey::VCenter
        | OptionKey::Snapshot
        | OptionKey::Name
        | OptionKey::Description
        | OptionKey::Safety
        | OptionKey::Ticket => key.values(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::{CommandError, parse};

    #[test]
    fn the_places_are_those_of_the_grammar() {
        let word = |place: &&str| match *place {
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
            let words: Vec<&str> = places(verb).iter().map(word).collect();
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
            for key in options_of(verb) {
                for value in values(*key) {
                    let vm = if verb == Verb::Explain { "revert web-01" } else { "web-01" };
                    let snapshot = if places(verb).contains(&"snapshot") { " #1" } else { "" };
                    let change = if verb == Verb::Edit {
                        " name:x"
                    } else if verb == Verb::Keep && *key != OptionKey::Keep {
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
        assert_eq!(GRAMMAR["options"].as_array().unwrap().len(), OptionKey::ALL.len());
    }
}
