//! What can be wrong with a command: one variant per sentence, with the data for that sentence and nothing written out.
//!
//! Columns count characters of the text from 1, so that a card can point at the place ([`super::point_at`]).

use serde::{Deserialize, Serialize};

use super::options::OptionKey;
use super::verbs::{example_of, options_of};
use super::{COMMAND_PREFIX, quote};
use crate::domain::intent::Verb;

/// The longest word that an error repeats, in characters: longer ones are cut, so that a card stays a card.
const WORD_SHOWN_MAX_CHARS: usize = 60;

/// Why a command was not understood, or not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "error")]
pub enum CommandError {
    /// There is no word in it.
    Empty,
    /// It is longer than anyone types.
    TooLong {
        /// How many characters are read.
        limit: usize,
        /// How many there are.
        length: usize,
    },
    /// The first word (or the one to be explained) is no verb.
    UnknownVerb {
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
        /// The word that was probably meant.
        suggestion: Option<String>,
        /// The whole command with that word instead, if it is right then.
        corrected: Option<String>,
    },
    /// Something before a `:` or `=`, or after `--`, is no option. A name that holds a colon belongs in quotes.
    UnknownOption {
        /// The verb, whose options are listed.
        verb: Verb,
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
        /// The key that was probably meant.
        suggestion: Option<String>,
        /// What the verb takes.
        allowed: Vec<OptionKey>,
        /// The whole command with that key instead, if it is right then.
        corrected: Option<String>,
    },
    /// The option exists, but this verb has no use for it.
    OptionNotFor {
        /// The verb.
        verb: Verb,
        /// The option.
        option: OptionKey,
        /// Where its key begins.
        column: usize,
        /// What the verb takes.
        allowed: Vec<OptionKey>,
    },
    /// The value is none of those that the option has.
    UnknownValue {
        /// The option.
        option: OptionKey,
        /// The value.
        word: String,
        /// Where it begins.
        column: usize,
        /// The value that was probably meant.
        suggestion: Option<String>,
        /// The values that it has.
        allowed: Vec<String>,
        /// The whole command with that value instead, if it is right then.
        corrected: Option<String>,
    },
    /// An option without its value.
    MissingValue {
        /// The option.
        option: OptionKey,
        /// Where its key begins, or where the empty value stands.
        column: usize,
    },
    /// The same is said twice.
    Repeated {
        /// What is said twice.
        option: OptionKey,
        /// Where the second one begins.
        column: usize,
    },
    /// A quote is never closed.
    UnbalancedQuote {
        /// Where it opens.
        column: usize,
    },
    /// The verb needs a VM.
    MissingVm {
        /// The verb.
        verb: Verb,
    },
    /// The verb needs the id of a request.
    MissingRequest {
        /// The verb.
        verb: Verb,
    },
    /// `explain` needs a verb to explain.
    MissingVerb,
    /// `edit` with neither a new name nor a new description.
    MissingChange,
    /// More words than the verb takes; a name of several words belongs in quotes.
    ExtraWords {
        /// Where the first one begins.
        column: usize,
        /// The words too many.
        words: Vec<String>,
        /// The command as it was probably meant. To be shown, never to be run by itself.
        corrected: String,
    },
    /// A name of nothing but spaces.
    NameEmpty {
        /// Where it stands.
        column: usize,
    },
    /// A snapshot's name is too long.
    NameTooLong {
        /// How many characters it may have.
        limit: usize,
        /// How many it has.
        length: usize,
        /// Where the first character too many stands.
        column: usize,
    },
    /// A name holds a character that cannot be seen or that turns the text around.
    NameCharacter {
        /// Where it stands.
        column: usize,
        /// Which one, to be shown as `U+202E`.
        code_point: u32,
    },
    /// A description is too long.
    DescriptionTooLong {
        /// How many characters it may have.
        limit: usize,
        /// How many it has.
        length: usize,
        /// Where the first character too many stands.
        column: usize,
    },
    /// A description holds a character that vCenter's XML cannot carry or that turns the text around.
    DescriptionCharacter {
        /// Where it stands.
        column: usize,
        /// Which one.
        code_point: u32,
    },
    /// A description holds what only the bot itself writes into one (`[snapwarden`).
    DescriptionReserved {
        /// Where it begins.
        column: usize,
    },
    /// A ticket is empty, too long or holds a hidden character.
    BadTicket {
        /// Where it begins.
        column: usize,
        /// How many characters it may have.
        limit: usize,
    },
    /// It is no duration; [`super::KEEP_FORMS`] are.
    BadDuration {
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
    },
    /// A duration of zero or less.
    NegativeDuration {
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
    },
    /// A duration beyond [`super::KEEP_MAX`].
    DurationTooLong {
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
        /// The longest one, in days.
        limit_days: i64,
    },
    /// It is no request id.
    BadRequestId {
        /// The verb.
        verb: Verb,
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
    },
    /// `#` with digits that are no place in a list: 0, or more than any list has.
    BadNumber {
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
    },
}

impl CommandError {
    /// Where it is wrong, in characters from 1; none where something is missing or the whole is too long.
    pub const fn column(&self) -> Option<usize> {
        match self {
            Self::UnknownVerb { column, .. }
            | Self::UnknownOption { column, .. }
            | Self::OptionNotFor { column, .. }
            | Self::UnknownValue { column, .. }
            | Self::MissingValue { column, .. }
            | Self::Repeated { column, .. }
            | Self::UnbalancedQuote { column }
            | Self::ExtraWords { column, .. }
            | Self::NameEmpty { column }
            | Self::NameTooLong { column, .. }
            | Self::NameCharacter { column, .. }
            | Self::DescriptionTooLong { column, .. }
            | Self::DescriptionCharacter { column, .. }
            | Self::DescriptionReserved { column }
            | Self::BadTicket { column, .. }
            | Self::BadDuration { column, .. }
            | Self::NegativeDuration { column, .. }
            | Self::DurationTooLong { column, .. }
            | Self::BadRequestId { column, .. }
            | Self::BadNumber { column, .. } => Some(*column),
            Self::Empty
            | Self::TooLong { .. }
            | Self::MissingVm { .. }
            | Self::MissingRequest { .. }
            | Self::MissingVerb
            | Self::MissingChange => None,
        }
    }

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
        corrected
            .cloned()
            .unwrap_or_else(|| format!("{COMMAND_PREFIX} {}", self.typical()))
    }

    /// A right command of the kind that was tried, without the prefix.
    fn typical(&self) -> String {
        match self {
            Self::Empty | Self::TooLong { .. } | Self::UnbalancedQuote { .. } => example_of(Verb::Take).to_owned(),
            Self::UnknownVerb { suggestion, .. } => {
                let verb = suggestion.as_deref().and_then(super::find_verb).unwrap_or(Verb::Help);
                example_of(verb).to_owned()
            }
            Self::UnknownOption { verb, suggestion, .. } => {
                let option = suggestion.as_deref().and_then(super::options::find_key);
                option.map_or_else(|| example_of(*verb).to_owned(), |option| with_option(*verb, option))
            }
            Self::OptionNotFor { verb, .. } | Self::MissingVm { verb } => example_of(*verb).to_owned(),
            Self::UnknownValue { option, .. } | Self::MissingValue { option, .. } | Self::Repeated { option, .. } => {
                with_option(verb_with(*option), *option)
            }
            Self::MissingRequest { verb } | Self::BadRequestId { verb, .. } => example_of(*verb).to_owned(),
            Self::MissingVerb => example_of(Verb::Explain).to_owned(),
            Self::MissingChange => example_of(Verb::Edit).to_owned(),
            Self::ExtraWords { .. } => example_of(Verb::Take).to_owned(),
            Self::NameEmpty { .. } | Self::NameTooLong { .. } | Self::NameCharacter { .. } => {
                example_of(Verb::Take).to_owned()
            }
            Self::DescriptionTooLong { .. } | Self::DescriptionCharacter { .. } | Self::DescriptionReserved { .. } => {
                with_option(Verb::Take, OptionKey::Description)
            }
            Self::BadTicket { .. } => with_option(Verb::Take, OptionKey::Ticket),
            Self::BadDuration { .. } | Self::NegativeDuration { .. } | Self::DurationTooLong { .. } => {
                with_option(Verb::Take, OptionKey::Keep)
            }
            Self::BadNumber { .. } => "revert web-01 #1".to_owned(),
        }
    }

    /// Puts the suggested word in the place of the wrong one, or quotes around what is no option, and keeps the result if
    /// `is_right` says so.
    pub(super) fn corrected_in(mut self, command: &str, is_right: impl Fn(&str) -> bool) -> Self {
        if let Self::UnknownVerb {
            word,
            column,
            suggestion,
            corrected,
        }
        | Self::UnknownOption {
            word,
            column,
            suggestion,
            corrected,
            ..
        }
        | Self::UnknownValue {
            word,
            column,
            suggestion,
            corrected,
            ..
        } = &mut self
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
            let prefixed = if whole.starts_with('/') {
                whole.to_owned()
            } else {
                format!("{COMMAND_PREFIX} {whole}")
            };
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
fn with_option(verb: Verb, option: OptionKey) -> String {
    let example = option.example();
    let words = match (verb, option) {
        (Verb::Explain, OptionKey::Vm) => "explain revert",
        (_, OptionKey::Vm) => verb.as_str(),
        (Verb::Edit, OptionKey::Snapshot) => "edit web-01 name:\"after upgrade\"",
        (Verb::Edit, OptionKey::Name | OptionKey::Description) => "edit web-01 #1",
        (Verb::Revert | Verb::Delete, OptionKey::Snapshot) => return format!("{verb} web-01 {example}"),
        (Verb::Take, _) => "take web-01",
        (verb, _) => example_of(verb),
    };
    // `edit web-01 vm:db-01` would name two VMs; the change comes last instead.
    let change = if (verb, option) == (Verb::Edit, OptionKey::Vm) {
        " name:\"after upgrade\""
    } else {
        ""
    };
    format!("{words} {example}{change}")
}

/// A verb that takes this option.
fn verb_with(option: OptionKey) -> Verb {
    let takes = |verb: &Verb| options_of(*verb).contains(&option);
    Verb::ALL.into_iter().find(takes).unwrap_or(Verb::Take)
}
