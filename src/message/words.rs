//! The words: Fluent bundles in English and French, compiled in.
//!
//! Every sentence the bot says has one key; both languages have the same keys, which a test holds. A key that is missing
//! all the same falls back to English, and then to the key itself, so that a person always reads something.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language that the bot speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    En,
    Fr,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The language for a tag as platforms send it (`fr`, `fr-FR`, `fr_CA`, `en-US`); English for what we do not speak.
    pub fn of(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("fr") { Self::Fr } else { Self::En }
    }

    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("words/en.ftl"),
            Self::Fr => include_str!("words/fr.ftl"),
        }
    }
}

/// Looks up a sentence. Arguments are plain text or numbers; nothing in them is read as markup.
pub fn say(locale: Locale, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
    let mut fluent = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        fluent.set(*name, value.clone());
    }
    let in_language = format(bundle(locale), key, &fluent);
    in_language.or_else(|| format(bundle(Locale::En), key, &fluent)).unwrap_or_else(|| key.to_owned())
}

fn format(bundle: &FluentBundle<FluentResource>, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(args), &mut errors).into_owned())
}

fn bundle(locale: Locale) -> &'static FluentBundle<FluentResource> {
    static BUNDLES: [OnceLock<FluentBundle<FluentResource>>; 2] = [OnceLock::new(), OnceLock::new()];
    let slot = match locale {
        Locale::En => &BUNDLES[0],
        Locale::Fr => &BUNDLES[1],
    };
    slot.get_or_init(|| {
        let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolation marks would stand in every goldens and every log; names are cleaned of direction marks instead.
        bundle.set_use_isolating(false);
        // What can be read of a file is used; a test holds that nothing in it is broken.
        let resource = FluentResource::try_new(locale.source().to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        bundle
    })
}

#[cfg(test)]
mod tests {
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
}
