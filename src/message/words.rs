//! The words: Fluent bundles in English and French, compiled in.
//!
//! Every sentence the bot says has one key; both languages have the same keys, which a test holds. A key that is missing
//! all the same falls back to English, and then to the key itself, so that a person always reads something.
//!
//! Which variant of a sentence is said is chosen in the Fluent files, by numbers and by the words of closed lists. What follows from a
//! sentence stands with it, as its part `hint`.

use std::ops::Deref;
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

/// What the sentences of one message may name, by the names that the Fluent files have for it. It is gathered once for a message, and
/// each of its sentences takes what it needs.
#[derive(Debug, Clone, Default)]
pub struct Args(Vec<(&'static str, FluentValue<'static>)>);

impl Args {
    /// With a text or a number more. Of one name, the last counts.
    pub fn with(mut self, name: &'static str, value: impl Into<FluentValue<'static>>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// With something that may be missing. It is the number 0 then, which no text is, so that a sentence can have a variant for it
    /// whatever strangers call their things.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<FluentValue<'static>>>) -> Self {
        self.with(name, value.map_or_else(|| 0.into(), Into::into))
    }

    /// With whether something is so: 1 or 0.
    pub fn whether(self, name: &'static str, so: bool) -> Self {
        self.with(name, u8::from(so))
    }

    /// A copy with more.
    pub fn and(&self, more: Self) -> Self {
        Self(self.0.iter().cloned().chain(more.0).collect())
    }
}

impl Deref for Args {
    type Target = [(&'static str, FluentValue<'static>)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Looks up a sentence. Arguments are plain text or numbers; nothing in them is read as markup.
pub fn say(locale: Locale, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
    find(locale, key, args).unwrap_or_else(|| key.to_owned())
}

/// The sentence of this key, or the part of it behind a dot (`reply-frozen.hint`); none where the words have no such thing.
pub fn find(locale: Locale, key: &str, args: &[(&str, FluentValue<'_>)]) -> Option<String> {
    let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
    [locale, Locale::En].into_iter().find_map(|locale| format(bundle(locale), key, &args))
}

fn format(bundle: &FluentBundle<FluentResource>, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = match key.split_once('.') {
        Some((key, part)) => bundle.get_message(key)?.get_attribute(part)?.value(),
        None => bundle.get_message(key)?.value()?,
    };
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
