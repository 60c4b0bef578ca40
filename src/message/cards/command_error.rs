//! What is wrong with a command: the sentence, the place, and a command that is right.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{View, key};
use crate::domain::act::Parameter;
use crate::domain::command::{self, COMMAND_PREFIX, CommandError};
use crate::domain::ids::Target;
use crate::domain::ids::VCenterName;
use crate::domain::intent::Verb;
use crate::domain::token::TokenKey;
use crate::message::format::{Format, clean, name, sentence};
use crate::message::model::{Block, Card, Tone};
use crate::message::words::{Args, Locale};

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
    let never = |_: &VCenterName| None;
    // No button, no time and no zone is in that sentence.
    let format = Format { locale, tz: TimeZone::UTC, now: Timestamp::UNIX_EPOCH };
    what(
        error,
        &View {
            format,
            tokens: &TokenKey::new([0; 32]),
            holders: &nobody,
            freeze: None,
            several_vcenters: false,
            has_double: &|_| false,
            lost: &never,
        },
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
    if let CommandError::UnknownVerb { suggestion: Some(suggestion), .. }
    | CommandError::UnknownOption { suggestion: Some(suggestion), .. }
    | CommandError::UnknownValue { suggestion: Some(suggestion), .. } = error
    {
        return vec![view.text("command-did-you-mean", &[("suggestion", name(suggestion).into())])];
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
    view.say(&key("command", error), &named(error, view).maybe("column", error.column()))
}

/// What the sentence names beside the place.
fn named(error: &CommandError, view: &View<'_>) -> Args {
    let mut args = Args::default();
    if let CommandError::UnknownVerb { word, .. }
    | CommandError::UnknownOption { word, .. }
    | CommandError::UnknownValue { word, .. }
    | CommandError::BadDuration { word, .. }
    | CommandError::BadMoment { word, .. }
    | CommandError::NegativeDuration { word, .. }
    | CommandError::DurationTooLong { word, .. }
    | CommandError::BadRequestId { word, .. }
    | CommandError::BadNumber { word, .. } = error
    {
        args = args.with("word", name(word));
    }
    if let CommandError::OptionNotFor { option, .. }
    | CommandError::UnknownValue { option, .. }
    | CommandError::MissingValue { option, .. }
    | CommandError::Repeated { option, .. } = error
    {
        args = args.with("option", option.as_str());
    }
    if let CommandError::OptionNotFor { verb, .. } | CommandError::Missing { verb, .. } = error {
        args = args.with("verb", verb.as_str());
    }
    if let CommandError::Missing { parameter, .. } = error {
        args = args.with("needed", parameter.as_str());
    }
    if let CommandError::ValueTooLong { parameter, .. }
    | CommandError::Character { parameter, .. }
    | CommandError::BadText { parameter, .. } = error
    {
        args = args.with("parameter", parameter.as_str());
    }
    if let CommandError::TooLong { limit, length } | CommandError::ValueTooLong { limit, length, .. } = error {
        args = args.with("limit", *limit).with("length", *length);
    }
    if let CommandError::BadText { limit, .. } = error {
        args = args.with("limit", *limit);
    }
    if let CommandError::DurationTooLong { limit_days, .. } = error {
        args = args.with("limit", view.format.duration(SignedDuration::from_hours(24 * limit_days)));
    }
    if let CommandError::Character { code_point, .. } = error {
        args = args.with("code", format!("U+{code_point:04X}"));
    }
    if let CommandError::ExtraWords { words, .. } = error {
        args = args.with("words", sentence(&words.join(" ")));
    }
    args
}
