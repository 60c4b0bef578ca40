//! The right command below an error: the person's own, corrected, where that is known; else a typical one.
//!
//! It is only ever shown. Every example is read by the grammar itself, which a property test holds it to.

use super::error::CommandError;
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
        match self {
            Self::Empty | Self::TooLong { .. } | Self::UnbalancedQuote { .. } => Verb::Take.spec().example.to_owned(),
            Self::UnknownVerb { suggestion, .. } => {
                let verb = suggestion.as_deref().and_then(super::find_verb).unwrap_or(Verb::Help);
                verb.spec().example.to_owned()
            }
            Self::UnknownOption { verb, suggestion, .. } => {
                let option = suggestion.as_deref().and_then(super::options::find_key);
                option.map_or_else(|| verb.spec().example.to_owned(), |option| with_option(*verb, option))
            }
            Self::OptionNotFor { verb, .. } | Self::MissingVm { verb } => verb.spec().example.to_owned(),
            Self::UnknownValue { option, .. } | Self::MissingValue { option, .. } | Self::Repeated { option, .. } => {
                with_option(verb_with(*option), *option)
            }
            Self::MissingRequest { verb } | Self::BadRequestId { verb, .. } => verb.spec().example.to_owned(),
            Self::MissingVerb => Verb::Explain.spec().example.to_owned(),
            Self::MissingChange => Verb::Edit.spec().example.to_owned(),
            Self::MissingKeep => Verb::Keep.spec().example.to_owned(),
            Self::MissingScope | Self::MissingAge => Verb::DeleteOlder.spec().example.to_owned(),
            Self::MissingReason { verb } => verb.spec().example.to_owned(),
            Self::BadReason { .. } => Verb::Freeze.spec().example.to_owned(),
            Self::ExtraWords { .. } => Verb::Take.spec().example.to_owned(),
            Self::NameEmpty { .. } | Self::NameTooLong { .. } | Self::NameCharacter { .. } => {
                Verb::Take.spec().example.to_owned()
            }
            Self::DescriptionTooLong { .. } | Self::DescriptionCharacter { .. } | Self::DescriptionReserved { .. } => {
                with_option(Verb::Take, Parameter::Description)
            }
            Self::BadTicket { .. } => with_option(Verb::Take, Parameter::Ticket),
            Self::BadMoment { .. } => "take web-01 keep:until friday 18:00".to_owned(),
            Self::BadDuration { .. } | Self::NegativeDuration { .. } | Self::DurationTooLong { .. } => {
                with_option(Verb::Take, Parameter::Keep)
            }
            // Whatever was to be done to it: the list has the numbers, and does nothing.
            Self::BadNumber { .. } => Verb::List.spec().example.to_owned(),
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

/// A right command of this verb with this option.
fn with_option(verb: Verb, option: Parameter) -> String {
    let example = option.spec().example;
    let words = match (verb, option) {
        (Verb::Explain, Parameter::Vm) => "explain revert",
        (Verb::Keep | Verb::Hold | Verb::Release, Parameter::Vm) => return vm_first(verb, example),
        (_, Parameter::Vm) => verb.as_str(),
        (Verb::Edit, Parameter::Snapshot) => "edit web-01 name:\"after upgrade\"",
        (Verb::Edit, Parameter::Name | Parameter::Description) => "edit web-01 #1",
        (Verb::Keep, Parameter::Snapshot) => return format!("keep web-01 {example} keep:3d"),
        (Verb::Keep, Parameter::Keep) => "keep web-01 #1",
        (Verb::Hold, Parameter::Snapshot) => return format!("hold web-01 {example} \"the audit needs it\""),
        (Verb::Revert | Verb::Delete | Verb::Release, Parameter::Snapshot) => {
            return format!("{verb} web-01 {example}");
        }
        (Verb::Take, _) => "take web-01",
        (verb, _) => verb.spec().example,
    };
    // `edit web-01 vm:db-01` would name two VMs; the change comes last instead.
    let change = if (verb, option) == (Verb::Edit, Parameter::Vm) { " name:\"after upgrade\"" } else { "" };
    format!("{words} {example}{change}")
}

/// A command whose VM stands behind its key.
fn vm_first(verb: Verb, example: &str) -> String {
    let behind = if verb == Verb::Keep {
        " 3d"
    } else if verb == Verb::Hold {
        " \"the audit needs it\""
    } else {
        ""
    };
    format!("{verb} {example} #1{behind}")
}

/// A verb that takes this option.
fn verb_with(option: Parameter) -> Verb {
    let takes = |verb: &Verb| verb.spec().options.contains(&option);
    Verb::ALL.into_iter().find(takes).unwrap_or(Verb::Take)
}
