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
mod tests;
