//! The right command below an error: the person's own, corrected, where that is known; else a typical one.
//!
//! It is only ever shown. Every example is read by the grammar itself, which a property test holds it to.

use super::error::CommandError;
use super::extra::word_as_typed;
use super::options::find_key;
use super::words::{Word, split};
use super::{COMMAND_PREFIX, quote};
use crate::domain::act::{Parameter, Verb};

/// The longest word that an error repeats, in characters: longer ones are cut, so that a card stays a card.
const WORD_SHOWN_MAX_CHARS: usize = 60;

impl CommandError {
    /// A right command to show below the sentence: the person's own, corrected, where that is known; else a typical one.
    pub fn example(&self) -> String {
        let corrected = if let Self::UnknownVerb { corrected, .. }
        | Self::UnknownOption { corrected, .. }
        | Self::UnknownValue { corrected, .. } = self
        {
            corrected.as_ref()
        } else if let Self::ExtraWords { corrected, .. } = self {
            // What was joined may be wrong in another way, such as too long a name.
            Some(corrected).filter(|text| super::parse(text).is_ok())
        } else {
            None
        };
        corrected.cloned().unwrap_or_else(|| format!("{COMMAND_PREFIX} {}", self.typical()))
    }

    /// A right command of the kind that was tried, without the prefix.
    fn typical(&self) -> String {
        let of = |verb: Verb| verb.spec().example.to_owned();
        match self {
            Self::Empty | Self::TooLong { .. } | Self::UnbalancedQuote { .. } => of(Verb::Take),
            Self::ExtraWords { .. } | Self::NameEmpty { .. } => of(Verb::Take),
            Self::UnknownVerb { suggestion, .. } => {
                of(suggestion.as_deref().and_then(super::find_verb).unwrap_or(Verb::Help))
            }
            Self::UnknownOption { verb, suggestion, .. } => {
                let option = suggestion.as_deref().and_then(find_key);
                option.map_or_else(|| of(*verb), |option| with_option(*verb, option))
            }
            Self::UnknownValue { option, .. } | Self::MissingValue { option, .. } | Self::Repeated { option, .. } => {
                with_option(verb_with(*option), *option)
            }
            Self::OptionNotFor { verb, .. } | Self::Missing { verb, .. } | Self::BadRequestId { verb, .. } => of(*verb),
            Self::MissingChange => of(Verb::Edit),
            Self::BadText { parameter: Parameter::Reason, .. } => of(Verb::Freeze),
            Self::ValueTooLong { parameter: Parameter::Name, .. }
            | Self::Character { parameter: Parameter::Name, .. } => of(Verb::Take),
            Self::ValueTooLong { parameter, .. }
            | Self::Character { parameter, .. }
            | Self::BadText { parameter, .. } => with_option(Verb::Take, *parameter),
            Self::DescriptionReserved { .. } => with_option(Verb::Take, Parameter::Description),
            Self::BadMoment { .. } => "take web-01 keep:until friday 18:00".to_owned(),
            Self::BadDuration { .. } | Self::NegativeDuration { .. } | Self::DurationTooLong { .. } => {
                with_option(Verb::Take, Parameter::Keep)
            }
            // Whatever was to be done to it: the list has the numbers, and does nothing.
            Self::BadNumber { .. } => of(Verb::List),
        }
    }

    /// Puts the suggested word in the place of the wrong one, or quotes around what is no option, and keeps the result if
    /// `is_right` says so.
    pub(super) fn corrected_in(mut self, command: &str, is_right: impl Fn(&str) -> bool) -> Self {
        if let Self::UnknownVerb { word, column, suggestion, corrected }
        | Self::UnknownOption { word, column, suggestion, corrected, .. }
        | Self::UnknownValue { word, column, suggestion, corrected, .. } = &mut self
        {
            let at = |from: usize| command.chars().skip(from);
            let from = *column - 1;
            let (length, instead) = match suggestion {
                Some(suggestion) => (word.chars().count(), suggestion.clone()),
                None => {
                    let token: String = at(from).take_while(|c| !c.is_whitespace()).collect();
                    (token.chars().count(), quote(&token))
                }
            };
            let before: String = command.chars().take(from).collect();
            let after: String = at(from + length).collect();
            let whole = format!("{before}{instead}{after}");
            let whole = whole.trim();
            let prefixed = if whole.starts_with('/') { whole.to_owned() } else { format!("{COMMAND_PREFIX} {whole}") };
            *corrected = Some(prefixed).filter(|text| is_right(text));
        }
        self
    }

    /// The same with no word longer than a card can show.
    pub(super) fn clipped(mut self) -> Self {
        if let Self::UnknownVerb { word, .. }
        | Self::UnknownOption { word, .. }
        | Self::UnknownValue { word, .. }
        | Self::BadDuration { word, .. }
        | Self::BadMoment { word, .. }
        | Self::NegativeDuration { word, .. }
        | Self::DurationTooLong { word, .. }
        | Self::BadRequestId { word, .. }
        | Self::BadNumber { word, .. } = &mut self
        {
            clip(word);
        } else if let Self::ExtraWords { words, .. } = &mut self {
            words.iter_mut().for_each(clip);
        }
        self
    }
}

/// Cuts a word that is too long to be shown.
fn clip(word: &mut String) {
    if let Some((at, _)) = word.char_indices().nth(WORD_SHOWN_MAX_CHARS) {
        word.truncate(at);
        word.push('…');
    }
}

/// A right command of this verb with this option: the verb's example with the option instead of what says the same by its place.
fn with_option(verb: Verb, option: Parameter) -> String {
    // Of a take the name says nothing about its options.
    let example = if verb == Verb::Take { "take web-01" } else { verb.spec().example };
    let place = verb.spec().places.iter().position(|place| *place == option);
    let says_it = |index: usize, word: &Word| match &word.key {
        Some(key) => find_key(&key.name) == Some(option),
        // The verb comes first.
        None => index.checked_sub(1) == place && place.is_some(),
    };
    let words = split(example).unwrap_or_default().into_iter().enumerate();
    let others = words.filter(|(index, word)| !says_it(*index, word)).map(|(_, word)| match &word.key {
        Some(key) => format!("{}:{}", key.name, quote(&word.text.text)),
        None => word_as_typed(&word.text),
    });
    others.chain([option.spec().example.to_owned()]).collect::<Vec<_>>().join(" ")
}

/// A verb that takes this option.
fn verb_with(option: Parameter) -> Verb {
    let takes = |verb: &Verb| verb.spec().options.contains(&option);
    Verb::ALL.into_iter().find(takes).unwrap_or(Verb::Take)
}
