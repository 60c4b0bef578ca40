//! What is wrong with a command: the sentence, the place, and a command that is right.

use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::View;
use crate::domain::act::Parameter;
use crate::domain::command::{self, COMMAND_PREFIX, CommandError};
use crate::domain::ids::Target;
use crate::domain::intent::Verb;
use crate::domain::token::TokenKey;
use crate::message::format::{Format, clean, name, sentence};
use crate::message::model::{Block, Card, Tone};
use crate::message::words::Locale;

pub(super) fn command_error(text: &str, error: &CommandError, view: &View<'_>) -> Card {
    let mut blocks = Vec::new();
    if let Some(pointed) = error.column().map(|column| command::point_at(text, column)) {
        blocks.push(Block::Code { text: format!("{}\n{}", pointed.excerpt, pointed.caret) });
    }
    blocks.extend(before_example(error, view));
    blocks.push(Block::Code { text: clean(&example(error), '\u{fffd}') });
    view.card(Tone::Failure, what(error, view), blocks)
}

/// What is wrong, in one sentence: for the field of a form where it stands.
pub fn sentence_of(error: &CommandError, locale: Locale) -> String {
    let nobody = |_: Verb, _: &Target| Vec::new();
    // No button, no time and no zone is in that sentence.
    let format = Format { locale, tz: TimeZone::UTC, now: Timestamp::UNIX_EPOCH };
    what(
        error,
        &View { format, tokens: &TokenKey::new([0; 32]), holders: &nobody, freeze: None, several_vcenters: false },
    )
}

/// A right command. Where nobody can know what was meant, the one that shows them all.
fn example(error: &CommandError) -> String {
    if knows_nothing(error) { format!("{COMMAND_PREFIX} {}", Verb::Help) } else { error.example() }
}

fn knows_nothing(error: &CommandError) -> bool {
    matches!(error, CommandError::Empty | CommandError::UnknownVerb { suggestion: None, .. })
}

/// What leads from the place to the right command.
fn before_example(error: &CommandError, view: &View<'_>) -> Vec<Block> {
    if knows_nothing(error) {
        return vec![view.text("command-help", &[])];
    }
    let for_example = || view.text("command-for-example", &[]);
    let did_you_mean = |suggestion: &String| {
        let args = [("suggestion", name(suggestion).into())];
        vec![view.text("command-did-you-mean", &args)]
    };
    if let CommandError::UnknownVerb { suggestion: Some(suggestion), .. }
    | CommandError::UnknownOption { suggestion: Some(suggestion), .. }
    | CommandError::UnknownValue { suggestion: Some(suggestion), .. } = error
    {
        return did_you_mean(suggestion);
    }
    if let CommandError::UnknownOption { allowed, .. } | CommandError::OptionNotFor { allowed, .. } = error {
        return vec![options(allowed, view), for_example()];
    }
    if let CommandError::UnknownValue { allowed, .. } = error {
        let allowed = view.format.one_of(allowed);
        return vec![view.text("command-allowed", &[("allowed", allowed.into())]), for_example()];
    }
    if let CommandError::ExtraWords { .. } = error {
        return vec![view.text("command-extra-words-hint", &[])];
    }
    vec![for_example()]
}

/// What a verb takes.
pub(super) fn options(allowed: &[Parameter], view: &View<'_>) -> Block {
    if allowed.is_empty() {
        return view.text("command-no-options", &[]);
    }
    let keys: Vec<String> = allowed.iter().map(|key| key.as_str().to_owned()).collect();
    view.text("command-options", &[("allowed", view.format.all_of(&keys).into())])
}

fn what(error: &CommandError, view: &View<'_>) -> String {
    let say = |key: &str, args: &[(&str, FluentValue<'_>)]| view.say(key, args);
    let place = |column: &usize| ("column", FluentValue::from(*column));
    let limits = |limit: &usize, length: &usize| [("limit", (*limit).into()), ("length", (*length).into())];
    let word = |word: &str| ("word", FluentValue::from(name(word)));
    match error {
        CommandError::Empty => say("command-empty", &[]),
        CommandError::TooLong { limit, length } => say("command-too-long", &limits(limit, length)),
        CommandError::UnknownVerb { word: typed, .. } => say("command-unknown-verb", &[word(typed)]),
        CommandError::UnknownOption { word: typed, column, .. } => {
            say("command-unknown-option", &[word(typed), place(column)])
        }
        CommandError::OptionNotFor { verb, option, column, .. } => {
            let args = [("verb", verb.as_str().into()), word(option.as_str()), place(column)];
            say("command-option-not-for", &args)
        }
        CommandError::UnknownValue { option, word: typed, column, .. } => {
            let args = [("option", option.as_str().into()), word(typed), place(column)];
            say("command-unknown-value", &args)
        }
        CommandError::MissingValue { option, column } => {
            say("command-missing-value", &[("option", option.as_str().into()), place(column)])
        }
        CommandError::Repeated { option, column } => {
            say("command-repeated", &[("option", option.as_str().into()), place(column)])
        }
        CommandError::UnbalancedQuote { column } => say("command-unbalanced-quote", &[place(column)]),
        CommandError::Missing { verb: Verb::Hold, parameter: Parameter::Reason } => {
            say("command-missing-reason-hold", &[])
        }
        CommandError::Missing { parameter, .. } => say(&format!("command-missing-{parameter}"), &[]),
        CommandError::MissingChange => say("command-missing-change", &[]),
        CommandError::ExtraWords { column, words, .. } => {
            let words = ("words", sentence(&words.join(" ")).into());
            say("command-extra-words", &[words, place(column)])
        }
        CommandError::NameEmpty { .. } => say("command-name-empty", &[]),
        CommandError::ValueTooLong { parameter, limit, length, .. } => {
            say(&format!("command-{parameter}-too-long"), &limits(limit, length))
        }
        CommandError::Character { parameter, column, code_point } => {
            say(&format!("command-{parameter}-character"), &[code(*code_point), place(column)])
        }
        CommandError::DescriptionReserved { column } => say("command-description-reserved", &[place(column)]),
        CommandError::BadText { parameter, column, limit } => {
            say(&format!("command-bad-{parameter}"), &[place(column), ("limit", (*limit).into())])
        }
        CommandError::BadDuration { word: typed, column } => say("command-bad-duration", &[word(typed), place(column)]),
        CommandError::BadMoment { word: typed, column } => say("command-bad-moment", &[word(typed), place(column)]),
        CommandError::NegativeDuration { word: typed, column } => {
            say("command-negative-duration", &[word(typed), place(column)])
        }
        CommandError::DurationTooLong { word: typed, column, limit_days } => {
            let limit = view.format.duration(SignedDuration::from_hours(24 * limit_days));
            say("command-duration-too-long", &[word(typed), place(column), ("limit", limit.into())])
        }
        CommandError::BadRequestId { word: typed, .. } => say("command-bad-request-id", &[word(typed)]),
        CommandError::BadNumber { word: typed, column } => say("command-bad-number", &[word(typed), place(column)]),
    }
}

/// `U+202E`
fn code(code_point: u32) -> (&'static str, FluentValue<'static>) {
    ("code", format!("U+{code_point:04X}").into())
}
