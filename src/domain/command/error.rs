//! What can be wrong with a command: one variant per sentence, with the data for that sentence and nothing written out.
//!
//! Columns count characters of the text from 1, so that a card can point at the place ([`super::point_at`]).

use serde::{Deserialize, Serialize};

use crate::domain::act::{Parameter, Verb};

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
        allowed: Vec<Parameter>,
        /// The whole command with that key instead, if it is right then.
        corrected: Option<String>,
    },
    /// The option exists, but this verb has no use for it.
    OptionNotFor {
        /// The verb.
        verb: Verb,
        /// The option.
        option: Parameter,
        /// Where its key begins.
        column: usize,
        /// What the verb takes.
        allowed: Vec<Parameter>,
    },
    /// The value is none of those that the option has.
    UnknownValue {
        /// The option.
        option: Parameter,
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
        option: Parameter,
        /// Where its key begins, or where the empty value stands.
        column: usize,
    },
    /// The same is said twice.
    Repeated {
        /// What is said twice.
        option: Parameter,
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
        /// The verb.
        verb: Verb,
    },
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
    /// A reason has a length, and no character that cannot be seen.
    BadReason {
        /// Where it begins.
        column: usize,
        /// How many characters it may have.
        limit: usize,
    },
    /// It is no duration.
    BadDuration {
        /// The word.
        word: String,
        /// Where it begins.
        column: usize,
    },
    /// It begins like a moment and is none.
    BadMoment {
        /// What was typed.
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
    /// A duration beyond the limit.
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
