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
    /// The verb needs a VM.
    MissingVm {
        verb: Verb,
    },
    /// The verb needs the id of a request.
    MissingRequest {
        verb: Verb,
    },
    /// `explain` needs a verb to explain.
    MissingVerb,
    /// `keep` without how long.
    MissingKeep,
    /// `delete-older` without the VMs.
    MissingScope,
    /// `delete-older` without an age.
    MissingAge,
    /// `edit` with neither a new name nor a new description.
    MissingChange,
    /// A freeze or a hold without a reason.
    MissingReason {
        verb: Verb,
    },
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
    /// A snapshot's name is too long.
    NameTooLong {
        limit: usize,
        length: usize,
        /// Where the first character too many stands.
        column: usize,
    },
    /// A name holds a character that cannot be seen or that turns the text around.
    NameCharacter {
        column: usize,
        /// Which one, to be shown as `U+202E`.
        code_point: u32,
    },
    DescriptionTooLong {
        limit: usize,
        length: usize,
        /// Where the first character too many stands.
        column: usize,
    },
    /// A description holds a character that vCenter's XML cannot carry or that turns the text around.
    DescriptionCharacter {
        column: usize,
        /// Which one.
        code_point: u32,
    },
    /// A description holds what only the bot itself writes into one (`[snapwarden`).
    DescriptionReserved {
        column: usize,
    },
    /// A ticket is empty, too long or holds a hidden character.
    BadTicket {
        column: usize,
        limit: usize,
    },
    /// A reason has a length, and no character that cannot be seen.
    BadReason {
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
            | Self::BadReason { column, .. }
            | Self::BadDuration { column, .. }
            | Self::BadMoment { column, .. }
            | Self::NegativeDuration { column, .. }
            | Self::DurationTooLong { column, .. }
            | Self::BadRequestId { column, .. }
            | Self::BadNumber { column, .. } => Some(*column),
            Self::Empty
            | Self::TooLong { .. }
            | Self::MissingVm { .. }
            | Self::MissingRequest { .. }
            | Self::MissingVerb
            | Self::MissingChange
            | Self::MissingKeep
            | Self::MissingScope
            | Self::MissingAge
            | Self::MissingReason { .. } => None,
        }
    }
}
