//! What no message may have, whatever it says: strangers' control characters, holes, words of the other language.

use std::collections::BTreeSet;
use std::path::Path;

use snapwarden::domain::age::Limit;
use snapwarden::domain::authority::{Demand, Refusal};
use snapwarden::domain::bulk::Why;
use snapwarden::domain::command::{self, CommandError};
use snapwarden::domain::fault::FaultKind;
use snapwarden::domain::notice::{ApprovalOutcome, Notice, Outcome};
use snapwarden::domain::preflight::{Blocker, ModeReason, Warning};
use snapwarden::domain::request::{Drift, StruckWhy};
use snapwarden::domain::snapshot_tree::PowerState;
use snapwarden::message::model::{Block, Button, Card, Confirm, Look, Tone};
use snapwarden::message::plain;
use snapwarden::message::words::{Locale, say};
use strum::VariantNames;

use super::{Drawn, drawn};

/// Every text of a card that somebody reads.
fn texts(card: &Card) -> Vec<&str> {
    let mut all = vec![card.title.as_str(), card.tone_word.as_str()];
    for block in card.blocks.iter().chain(&card.details) {
        match block {
            Block::Text { text } | Block::Note { text } | Block::Code { text } | Block::Progress { text, .. } => {
                all.push(text);
            }
            Block::Fields { fields } => {
                all.extend(fields.iter().flat_map(|field| [field.label.as_str(), field.value.as_str()]));
            }
            Block::Caution { label, text } => all.extend([label.as_str(), text.as_str()]),
            Block::Tree { rows } => {
                all.extend(rows.iter().flat_map(|row| [row.name.as_str(), row.detail.as_str()]));
            }
            Block::Picture { file: _, alt } => all.push(alt),
            Block::Row { title, detail, buttons } => {
                all.extend([title.as_str(), detail.as_str()]);
                all.extend(buttons.iter().flat_map(button_texts));
            }
        }
    }
    all.extend(card.buttons.iter().flat_map(button_texts));
    all.extend(card.files.iter().map(|file| file.alt.as_str()));
    all
}

fn button_texts(button: &Button) -> Vec<&str> {
    let mut all = vec![button.label.as_str()];
    all.extend(button.input.iter().map(|input| input.label.as_str()));
    all.extend(button.confirm.iter().flat_map(|confirm| {
        let Confirm { title, facts, also, yes, no } = confirm;
        let facts = facts.iter().chain(also).flat_map(|fact| [fact.label.as_str(), fact.value.as_str()]);
        [title.as_str(), yes, no].into_iter().chain(facts)
    }));
    all
}

/// Calls with every sample in every language.
fn each(check: &mut dyn FnMut(&str, Locale, &Card)) {
    for Drawn { golden, what, locale, card, .. } in drawn() {
        check(&format!("{golden} ({what}), {}", locale.tag()), *locale, card);
    }
}

/// What turns text around, hides in it or moves a cursor. A joiner between two emoji is none of that.
fn is_treacherous(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{ad}' | '\u{e0000}'..='\u{e007f}')
}

#[test]
fn goldens_hold_no_character_that_turns_or_hides_text() {
    each(&mut |what, _, card| {
        for text in texts(card) {
            assert!(!text.chars().any(is_treacherous), "{what}: {text:?}");
        }
        assert!(!plain::render(card).chars().any(is_treacherous), "{what}");
    });
}

#[test]
fn goldens_keep_names_on_their_line() {
    each(&mut |what, _, card| {
        for text in texts(card) {
            // Only an excerpt with its caret has two lines.
            let caret = text.ends_with('^');
            assert!(caret || !text.contains('\n'), "{what}: {text:?}");
        }
    });
}

#[test]
fn goldens_have_no_holes() {
    let holes = ["{", "}", "$", "()", "( ", " )", "  ", " .", "..", " ,", ": .", "\"\".", "�?", "··"];
    each(&mut |what, _, card| {
        // Strangers may call things what they like.
        if what.starts_with("hostile") || what.starts_with("reply-hostile") || what.starts_with("command-") {
            return;
        }
        for text in texts(card) {
            for hole in holes {
                assert!(!text.contains(hole), "{what}: {hole:?} in {text:?}");
            }
            assert!(!text.ends_with([',', ' ', '·', '(']), "{what}: {text:?}");
        }
        assert!(!card.title.is_empty(), "{what}");
        for block in &card.blocks {
            if let Block::Fields { fields } = block {
                assert!(!fields.is_empty(), "{what}: no fields");
                assert!(fields.iter().all(|field| !field.value.is_empty()), "{what}: {fields:?}");
            }
        }
    });
}

#[test]
fn goldens_say_nothing_twice() {
    each(&mut |what, _, card| {
        // A tree's rows are alike, and so are snapshots.
        if card.blocks.iter().any(|block| matches!(block, Block::Tree { .. })) {
            return;
        }
        let mut seen = BTreeSet::new();
        // What is asked once more is said once more, and below the card lies what it is about.
        let mut bare = card.clone();
        bare.details.clear();
        let unasked = |button: &Button| crate::drawn(Look { confirm: None, ..(**button).clone() });
        bare.buttons = bare.buttons.iter().map(unasked).collect();
        // Rows are alike, and the same can be done about each; a picture says what its file says.
        bare.blocks.retain(|block| !matches!(block, Block::Row { .. } | Block::Picture { .. }));
        for text in texts(&bare).into_iter().filter(|text| text.chars().count() > 12) {
            assert!(seen.insert(text), "{what}: twice {text:?}");
        }
        let asked = plain::render(card).matches("R-7KQ2").count();
        assert!(card.request.is_none() || asked == 1, "{what}: the id stands there {asked} times");
    });
}

#[test]
fn goldens_end_their_sentences() {
    each(&mut |what, _, card| {
        for (index, block) in card.blocks.iter().enumerate() {
            let tree_follows = matches!(card.blocks.get(index + 1), Some(Block::Tree { .. }));
            if let Block::Text { text } | Block::Caution { text, .. } | Block::Note { text } = block {
                // A row of facts is no sentence, and what ends in a colon leads to a command.
                let facts = tree_follows || what.starts_with("reply-tree (none)");
                let command_follows = matches!(card.blocks.get(index + 1), Some(Block::Code { .. }));
                let ends = text.ends_with(['.', '?']) || (command_follows && text.ends_with(':'));
                assert!(ends || facts, "{what}: {text:?}");
            }
        }
    });
}

#[test]
fn goldens_show_commands_that_can_be_typed() {
    each(&mut |what, _, card| {
        for text in texts(card) {
            for after in text.split("/snapshot ").skip(1) {
                if text.contains('^') || what.contains("hostile") || text == card.title {
                    continue;
                }
                let command = after.trim_end_matches(['.', ')']);
                assert!(command::parse(command).is_ok(), "{what}: /snapshot {command}");
            }
        }
    });
}

#[test]
fn goldens_in_french_are_set_in_french() {
    // Units, ages, tones and joining words as the English cards have them.
    let english = [
        " and ",
        " or ",
        " old",
        " ago",
        "min old",
        " GB",
        " MB",
        " KB",
        " TB",
        " the ",
        " of ",
        "VMware Tools do",
        " by @",
        " is ",
        " at ",
        "Hard disk",
        " not ",
    ];
    each(&mut |what, locale, card| {
        if locale != Locale::Fr || what.contains("hostile") || what.starts_with("command-") {
            return;
        }
        for text in texts(card) {
            // vCenter's own words stand in quotes, and so do names.
            let own: String = text.split('"').step_by(2).collect();
            let padded = format!(" {own} ");
            for word in english {
                assert!(!padded.contains(word), "{what}: {word:?} in {text:?}");
            }
            for mark in [":", ";", "?", "!", "%"] {
                assert!(!own.contains(&format!(" {mark}")), "{what}: a plain space before {mark} in {text:?}");
            }
        }
    });
}

/// The keys that are made of a variant's word, by how they begin. `tests/house/verbs.rs` has those of verbs and parameters.
fn made() -> BTreeSet<String> {
    let words: [(&str, &[&str]); 18] = [
        ("block", Blocker::VARIANTS),
        ("command", CommandError::VARIANTS),
        ("decided", &["denied", "expired", "stale", "withdrawn"]),
        ("done-take", ModeReason::VARIANTS),
        ("drift", Drift::VARIANTS),
        ("explain", Outcome::VARIANTS),
        ("explain-approval", ApprovalOutcome::VARIANTS),
        ("fault", FaultKind::VARIANTS),
        ("limit", Limit::VARIANTS),
        ("mode", ModeReason::VARIANTS),
        ("power", PowerState::VARIANTS),
        ("refusal", Refusal::VARIANTS),
        ("refusal", Demand::VARIANTS),
        ("reply", Notice::VARIANTS),
        ("stays", Why::VARIANTS),
        ("struck", StruckWhy::VARIANTS),
        ("tone", Tone::VARIANTS),
        ("warn", Warning::VARIANTS),
    ];
    // What is wrong with a command, help and a refusal have sentences of their own; a quiesced snapshot is told as such.
    let other = [
        "block-not-permitted",
        "done-take-tools-running",
        "refusal-terms",
        "reply-command",
        "reply-help",
        "reply-not-permitted",
    ];
    let keys = words.iter().flat_map(|(about, words)| words.iter().map(move |word| format!("{about}-{word}")));
    keys.filter(|key| !other.contains(&key.as_str())).collect()
}

/// All code below a folder of the sources.
fn code_of(folder: &str) -> String {
    let mut code = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
                code.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    code
}

/// Every key of the words is said by some card, or is a part of another sentence.
#[test]
fn goldens_leave_no_word_unused() {
    let words = include_str!("../../src/message/words/en.ftl");
    // A platform says a few words of its own around the cards.
    let code = code_of("message") + &code_of("chat");
    let keys = words
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key));
    // These are made of a verb, a state or a parameter; tests/house/verbs.rs asks for each of them.
    let of_verbs = ["help-", "verb-", "state-", "slack-do-", "slack-field-", "slash-"];
    let made = made();
    let is_used = |key: &&str| {
        let written = code.contains(&format!("\"{key}\"")) || words.contains(&format!("{{ {key} }}"));
        written || made.contains(*key) || of_verbs.iter().any(|start| key.starts_with(start))
    };
    let unused: Vec<&str> = keys.filter(|key| !is_used(key)).collect();
    assert!(unused.is_empty(), "no card says {unused:?}");
}

/// No reader ever sees a key: whatever is said has a sentence, whether its key is made of a variant's word or written out.
#[test]
fn goldens_have_a_sentence_for_every_key_that_is_said() {
    let code = code_of("message");
    let calls = ["say", "text", "note", "caution", "field", "more", "told", "card"];
    let mut said = made();
    // Words without a hyphen stand in quotes elsewhere too, so they are named here.
    let short = [
        "ask", "decides", "done", "ending", "failed", "frozen", "glass", "lost", "people", "progress", "refused",
        "released", "run", "unfrozen", "unknown",
    ];
    said.extend(short.map(str::to_owned));
    for call in calls {
        for rest in code.split(&format!("{call}(")).skip(1) {
            // The first text in quotes, behind a locale or a tone at most.
            let first = rest.split_once('"').filter(|(before, _)| before.len() < 20 && !before.contains([')', '&']));
            let key = first.and_then(|(_, rest)| rest.split('"').next());
            said.extend(key.filter(|key| key.contains('-')).map(str::to_owned));
        }
    }
    for locale in Locale::ALL {
        let missing: Vec<&String> = said.iter().filter(|key| say(locale, key, &[]) == **key).collect();
        assert!(missing.is_empty(), "{}.ftl has no {missing:?}", locale.tag());
    }
    assert!(said.len() > 300, "the code was read: {}", said.len());
}
