use std::collections::{BTreeMap, BTreeSet};

use strum::VariantNames;

use super::*;
use crate::domain::act::{Parameter, Right, Verb};
use crate::domain::call::SnapshotMode;
use crate::domain::preflight::Need;
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::AwkwardKind;
use crate::message::cards::message::act;

/// The sentences of a language and the parts of them (`reply-frozen.hint`), each with what it names.
fn sentences(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let (mut sentence, mut key) = (String::new(), String::new());
    for line in locale.source().lines() {
        let start = line.split_once(" =").map(|(start, _)| start.trim_start()).unwrap_or_default();
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            sentence = start.to_owned();
            key.clone_from(&sentence);
        } else if start.starts_with('.') && !start.contains(' ') {
            key = format!("{sentence}{start}");
        }
        if !line.starts_with('#') && !key.is_empty() {
            let named: &mut BTreeSet<String> = found.entry(key.clone()).or_default();
            let names = line.split('$').skip(1);
            named.extend(names.map(|part| part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect()));
        }
    }
    found
}

#[test]
fn both_languages_read_without_an_error_and_have_the_same_keys() {
    for locale in Locale::ALL {
        let read = FluentResource::try_new(locale.source().to_owned());
        assert!(read.is_ok(), "{}: {:?}", locale.tag(), read.err().map(|(_, errors)| errors));
    }
    let [en, fr] = Locale::ALL.map(|locale| sentences(locale).into_keys().collect::<BTreeSet<_>>());
    assert!(en.len() > 100, "the words were read");
    let differ: Vec<_> = en.symmetric_difference(&fr).collect();
    assert!(differ.is_empty(), "only one language has {differ:?}");
}

#[test]
fn both_languages_use_the_same_arguments() {
    assert_eq!(sentences(Locale::En), sentences(Locale::Fr));
}

/// What a sentence chooses by: the argument, and the words that have a variant. One is the default.
fn choices(locale: Locale) -> Vec<(String, String, BTreeSet<String>)> {
    let (mut key, mut open, mut found) = (String::new(), Vec::new(), Vec::new());
    for line in locale.source().lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            key = line.split_once(" =").map(|(key, _)| key.to_owned()).unwrap_or_default();
        }
        let inner = line.trim_start();
        if inner.starts_with('}') {
            found.extend(open.pop());
        }
        if let Some((word, _)) = inner.trim_start_matches('*').strip_prefix('[').and_then(|rest| rest.split_once(']'))
            && let Some((_, _, words)) = open.last_mut()
        {
            let words: &mut BTreeSet<String> = words;
            words.insert(word.to_owned());
        }
        if let Some(by) = line.strip_suffix(" ->") {
            let by = by.rsplit('$').next().unwrap_or_default();
            open.push((key.clone(), by.to_owned(), BTreeSet::new()));
        }
    }
    assert!(open.is_empty(), "{}: {open:?}", locale.tag());
    found
}

/// Whatever somebody can call a thing must not choose the sentence that names it: what has variants by words is one of a closed list.
/// And where no variant is for all others, each word of the list has one, so that a new act is not told as an old one.
#[test]
fn a_sentence_chooses_by_words_of_a_closed_list() {
    let acts: Vec<&str> = Right::ALL.into_iter().filter(|right| right.becomes_request()).map(act).collect();
    // Without a snapshot the person picks one.
    let needed = Verb::ALL.into_iter().flat_map(|verb| verb.spec().needed).filter(|one| **one != Parameter::Snapshot);
    let needed: BTreeSet<&str> = needed.map(|parameter| parameter.as_str()).collect();
    let needed: Vec<&str> = needed.into_iter().collect();
    let closed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("act", acts.as_slice()),
        ("verb", &["edit", "hold", "keep", "release"]),
        ("mode", SnapshotMode::VARIANTS),
        ("power", PowerState::VARIANTS),
        ("need", Need::VARIANTS),
        ("kind", AwkwardKind::VARIANTS),
        ("becomes", &["same", "off"]),
        ("described", &["cleared", "kept"]),
        ("needed", needed.as_slice()),
        ("parameter", &["name", "ticket"]),
        ("side", &["behind", "ahead"]),
    ]);
    for locale in Locale::ALL {
        for (key, by, words) in choices(locale) {
            let own = |word: &&String| !matches!(word.as_str(), "one" | "other") && word.parse::<u64>().is_err();
            let own: BTreeSet<&str> = words.iter().filter(own).map(String::as_str).collect();
            if own.is_empty() {
                continue;
            }
            let list =
                closed.get(by.as_str()).unwrap_or_else(|| panic!("{key} chooses by the words of ${by}: {own:?}"));
            let known = |word: &&&str| list.contains(*word) || **word == "not-quiesced";
            assert_eq!(own.iter().find(|word| !known(word)), None, "{key}: ${by} is never that");
            let missing: Vec<&&str> = list.iter().filter(|word| !own.contains(*word)).collect();
            assert!(words.contains("other") || missing.is_empty(), "{key}: no variant for {missing:?} of ${by}");
        }
    }
}

#[test]
fn what_is_missing_is_no_text() {
    let said = |until: Option<&'static str>| say(Locale::En, "row-kept", &Args::default().maybe("until", until));
    assert_eq!(said(None), "It has no end date.");
    assert_eq!(said(Some("Friday")), "It is kept until Friday.");
    assert_eq!(said(Some("0")), "It is kept until 0.");
    assert!(find(Locale::Fr, "reply-frozen.hint", &[]).is_some());
    assert!(find(Locale::Fr, "reply-frozen.other", &[]).is_none());
}

#[test]
fn french_punctuation_keeps_its_space_on_the_line() {
    let lines = Locale::Fr.source().lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        for mark in [" :", " ;", " ?", " !", " %", "« "] {
            assert!(!line.contains(mark), "U+00A0 belongs before the mark in: {line}");
        }
    }
}

#[test]
fn platforms_tags_find_their_language() {
    for (tag, locale) in [("fr", Locale::Fr), ("fr-CA", Locale::Fr), ("FR_fr", Locale::Fr), ("de", Locale::En)] {
        assert_eq!(Locale::of(tag), locale, "{tag}");
    }
}
