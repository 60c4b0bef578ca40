//! What can be wrong with a command: one variant per sentence, with the data for that sentence and nothing written out.
//!
//! Columns count characters of the text from 1, so that a card can point at the place ([`super::point_at`]).

use serde::{Deserialize, Serialize};

use crate::domain::act::{Parameter, Verb};

/// Why a command was not understood, or not accepted. `word` is what was typed, `column` where that begins, `allowed` what could stand there;
/// `limit` and `length` count characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "error")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CommandError {
    /// There is no word in it.
    Empty,
    /// It is longer than anyone types.
    TooLong {
        /// How many characters are read.
        limit: usize,
        length: usize,
    },
    /// The first word (or the one to be explained) is no verb.
    UnknownVerb {
        word: String,
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
        word: String,
        column: usize,
        /// The key that was probably meant.
        suggestion: Option<String>,
        allowed: Vec<Parameter>,
        /// The whole command with that key instead, if it is right then.
        corrected: Option<String>,
    },
    /// The option exists, but this verb has no use for it.
    OptionNotFor {
        verb: Verb,
        option: Parameter,
        column: usize,
        allowed: Vec<Parameter>,
    },
    /// The value is none of those that the option has.
    UnknownValue {
        option: Parameter,
        word: String,
        column: usize,
        /// The value that was probably meant.
        suggestion: Option<String>,
        allowed: Vec<String>,
        /// The whole command with that value instead, if it is right then.
        corrected: Option<String>,
    },
    /// An option without its value.
    MissingValue {
        option: Parameter,
        /// Where its key begins, or where the empty value stands.
        column: usize,
    },
    /// The same is said twice.
    Repeated {
        option: Parameter,
        /// Where the second one begins.
        column: usize,
    },
    /// A quote is never closed.
    UnbalancedQuote {
        column: usize,
    },
    /// The verb needs this, and it is not there.
    Missing {
        verb: Verb,
        parameter: Parameter,
    },
    /// `edit` with neither a new name nor a new description.
    MissingChange,
    /// More words than the verb takes; a name of several words belongs in quotes.
    ExtraWords {
        /// Where the first one begins.
        column: usize,
        words: Vec<String>,
        /// The command as it was probably meant. To be shown, never to be run by itself.
        corrected: String,
    },
    /// A name of nothing but spaces.
    NameEmpty {
        column: usize,
    },
    /// A name or a description is too long.
    ValueTooLong {
        parameter: Parameter,
        limit: usize,
        length: usize,
        /// Where the first character too many stands.
        column: usize,
    },
    /// A name holds a character that cannot be seen, a description one that vCenter's XML cannot carry, or either one that turns the text
    /// around.
    Character {
        parameter: Parameter,
        column: usize,
        /// Which one, to be shown as `U+202E`.
        code_point: u32,
    },
    /// A description holds what only the bot itself writes into one (`[snapwarden`).
    DescriptionReserved {
        column: usize,
    },
    /// A ticket or a reason is empty, too long or holds a hidden character.
    BadText {
        parameter: Parameter,
        column: usize,
        limit: usize,
    },
    BadDuration {
        word: String,
        column: usize,
    },
    /// It begins like a moment and is none.
    BadMoment {
        word: String,
        column: usize,
    },
    /// A duration of zero or less.
    NegativeDuration {
        word: String,
        column: usize,
    },
    /// A duration beyond the limit.
    DurationTooLong {
        word: String,
        column: usize,
        /// The longest one, in days.
        limit_days: i64,
    },
    BadRequestId {
        verb: Verb,
        word: String,
        column: usize,
    },
    /// `#` with digits that are no place in a list: 0, or more than any list has.
    BadNumber {
        word: String,
        column: usize,
    },
}

impl CommandError {
    /// Where it is wrong, in characters from 1; none where something is missing or the whole is too long.
    pub const fn column(&self) -> Option<usize> {
        match self {
            Self::UnknownVerb { column, .. }
            | Self::UnknownOption { column, .. }
            | Self::UnknownValue { column, .. }
            | Self::OptionNotFor { column, .. } => Some(*column),
            Self::MissingValue { column, .. } | Self::Repeated { column, .. } => Some(*column),
            Self::UnbalancedQuote { column } | Self::ExtraWords { column, .. } => Some(*column),
            Self::NameEmpty { column } | Self::ValueTooLong { column, .. } | Self::Character { column, .. } => {
                Some(*column)
            }
            Self::DescriptionReserved { column } | Self::BadText { column, .. } => Some(*column),
            Self::BadDuration { column, .. } | Self::BadMoment { column, .. } => Some(*column),
            Self::NegativeDuration { column, .. } | Self::DurationTooLong { column, .. } => Some(*column),
            Self::BadRequestId { column, .. } | Self::BadNumber { column, .. } => Some(*column),
            Self::Empty | Self::TooLong { .. } | Self::Missing { .. } | Self::MissingChange => None,
        }
    }
}
