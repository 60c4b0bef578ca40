use std::collections::BTreeSet;

use super::*;

fn keys(locale: Locale) -> BTreeSet<String> {
    let line_key = |line: &str| line.split_once(" =").map(|(key, _)| key.to_owned());
    let starts = locale.source().lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    starts.filter_map(line_key).collect()
}

#[test]
fn both_languages_read_without_an_error_and_have_the_same_keys() {
    for locale in Locale::ALL {
        let read = FluentResource::try_new(locale.source().to_owned());
        assert!(read.is_ok(), "{}: {:?}", locale.tag(), read.err().map(|(_, errors)| errors));
    }
    let (en, fr) = (keys(Locale::En), keys(Locale::Fr));
    assert!(en.len() > 100, "the words were read");
    let differ: Vec<_> = en.symmetric_difference(&fr).collect();
    assert!(differ.is_empty(), "only one language has {differ:?}");
}

#[test]
fn both_languages_use_the_same_arguments() {
    let args = |locale: Locale| {
        let mut found = std::collections::BTreeMap::<String, BTreeSet<String>>::new();
        let mut key = String::new();
        for line in locale.source().lines() {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                key = line.split_once(" =").map(|(key, _)| key.to_owned()).unwrap_or_default();
            }
            for part in line.split('$').skip(1) {
                let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                found.entry(key.clone()).or_default().insert(name);
            }
        }
        found
    };
    assert_eq!(args(Locale::En), args(Locale::Fr));
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
