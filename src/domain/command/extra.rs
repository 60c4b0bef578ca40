//! Words too many: what they are, and the command that was probably meant.
//!
//! The correction is shown, never run: where "before" may be a snapshot and "before upgrade" another, only the person knows.

use super::error::CommandError;
use super::fold::{fold, is_hidden};
use super::options::find_key;
use super::said::Spoken;
use super::selectors::is_digits;
use super::words::Text;
use super::{COMMAND_PREFIX, moment, quote};
use crate::domain::act::{Parameter, Verb};

/// The longest correction that is shown, in characters; a longer one would not be read, and Slack shows 3,000 at most.
const CORRECTED_MAX_CHARS: usize = 400;

/// The most words that are listed as too many.
const WORDS_SHOWN_MAX: usize = 8;

/// Words that people put between options when they talk to a machine as to a colleague.
const FILLERS: [&str; 4] = ["with", "and", "avec", "et"];

/// The error for words that stand right behind a moment, where they would be its time (`keep:until friday evening`), and for words right behind `name:`, `description:` or `ticket:` without quotes around the whole, and
/// that would pass for a snapshot or its name: `delete db-01 ticket:CHG 1` must not delete the first snapshot.
pub(super) fn loose_words(verb: Verb, options: &[Spoken], words: &[Text], open: &[Parameter]) -> Option<CommandError> {
    let moment = options.iter().find_map(|spoken| {
        let says = spoken.key == Parameter::Keep && !spoken.value.quoted && moment::is_meant(&spoken.value.text);
        let (from, to) = words_behind(spoken, options, words);
        words.get(from).filter(|_| says && from < to && open.get(from) != Some(&Parameter::Vm))
    });
    if let Some(word) = moment {
        return Some(CommandError::BadMoment { word: word.text.clone(), column: word.start });
    }
    let (place, from, to) = options.iter().enumerate().find_map(|(place, spoken)| {
        let text = matches!(spoken.key, Parameter::Name | Parameter::Description | Parameter::Ticket);
        let (from, to) = words_behind(spoken, options, words);
        (text && !spoken.value.quoted && from < to && open.get(from) != Some(&Parameter::Vm))
            .then_some((place, from, to))
    })?;
    let loose = words.get(from..to).unwrap_or_default();
    let joined: Vec<Text> = options.get(place).map(|spoken| &spoken.value).into_iter().chain(loose).cloned().collect();
    let mut options = options.to_vec();
    if let Some(spoken) = options.get_mut(place) {
        spoken.value.text = spaced(&joined);
        spoken.value.quoted = true;
    }
    let rest: Vec<Text> = words.iter().take(from).chain(words.iter().skip(to)).cloned().collect();
    let (kept, extra) = rest.split_at(open.len().min(rest.len()));
    let corrected = if extra.is_empty() {
        written(verb, kept.iter().map(word_as_typed), &options, &[])
    } else {
        corrected(verb, &options, kept, extra, open)
    };
    Some(error(verb, loose, corrected))
}

/// The words between an option and the next one that are neither in quotes nor an id, as a range of `words`.
fn words_behind(spoken: &Spoken, options: &[Spoken], words: &[Text]) -> (usize, usize) {
    let end = spoken.value.end;
    let next = options.iter().map(|other| other.column).filter(|column| *column > end).min();
    let from = words.iter().position(|word| word.start >= end).unwrap_or(words.len());
    let behind = words
        .iter()
        .skip(from)
        .take_while(|word| !word.quoted && !word.text.starts_with('#') && next.is_none_or(|next| word.start < next));
    (from, from + behind.count())
}

/// The error for more words than there are open places.
pub(super) fn extra_words(verb: Verb, options: &[Spoken], words: &[Text], open: &[Parameter]) -> CommandError {
    let (kept, extra) = words.split_at(open.len().min(words.len()));
    error(verb, extra, corrected(verb, options, kept, extra, open))
}

/// The error, with what is fit to be shown of it.
fn error(verb: Verb, extra: &[Text], corrected: String) -> CommandError {
    let fit =
        corrected.chars().count() <= CORRECTED_MAX_CHARS && !corrected.chars().any(|c| c.is_control() || is_hidden(c));
    CommandError::ExtraWords {
        column: extra.first().map_or(1, |word| word.start),
        words: extra.iter().take(WORDS_SHOWN_MAX).map(|word| word.text.clone()).collect(),
        corrected: if fit { corrected } else { format!("{COMMAND_PREFIX} {}", verb.spec().example) },
    }
}

/// The command as it was probably meant.
fn corrected(verb: Verb, options: &[Spoken], kept: &[Text], extra: &[Text], open: &[Parameter]) -> String {
    if let Some(flags) = flags(verb, options, extra) {
        let kept = match kept.split_last() {
            Some((last, before)) if is_filler(last) => before,
            _ => kept,
        };
        return written(verb, kept.iter().map(word_as_typed), options, &flags);
    }
    // One word too many behind a VM, and it is surely a snapshot.
    let singles = [(Verb::RevertLatest, Verb::Revert), (Verb::DeleteAll, Verb::Delete)];
    let single = singles.into_iter().find(|(all, _)| *all == verb).map(|(_, single)| single);
    if let (Some(single), [word]) = (single, extra)
        && (word.quoted || is_digits(word.text.trim_start_matches('#')))
    {
        return written(single, kept.iter().chain(extra).map(word_as_typed), options, &[]);
    }
    let changes = |key| options.iter().any(|spoken| spoken.key == key);
    if verb == Verb::Edit && !changes(Parameter::Name) && !changes(Parameter::Description) {
        let name = format!("{}:{}", Parameter::Name, quote(&spaced(extra)));
        return written(verb, kept.iter().map(word_as_typed), options, &[name]);
    }
    match (open.last(), kept.split_last()) {
        (Some(Parameter::Vm | Parameter::Name | Parameter::Snapshot | Parameter::Reason), Some((last, before))) => {
            let whole: Vec<Text> = std::iter::once(last).chain(extra).cloned().collect();
            let words = before.iter().map(word_as_typed).chain([quote(&spaced(&whole))]);
            written(verb, words, options, &[])
        }
        _ => written(verb, kept.iter().map(word_as_typed), options, &[]),
    }
}

/// The extra words as options, if each of them is one that only says yes: `with children`.
fn flags(verb: Verb, options: &[Spoken], extra: &[Text]) -> Option<Vec<String>> {
    let mut flags = Vec::new();
    for word in extra.iter().filter(|word| !is_filler(word)) {
        let key = find_key(&word.text).filter(|key| key.spec().flag && verb.spec().options.contains(key))?;
        if word.quoted || options.iter().any(|spoken| spoken.key == key) {
            return None;
        }
        flags.push(format!("{key}:yes"));
    }
    flags.dedup();
    (!flags.is_empty()).then_some(flags)
}

/// Whether the word says nothing.
fn is_filler(word: &Text) -> bool {
    !word.quoted && FILLERS.contains(&fold(&word.text).as_str())
}

/// The words in one, as they were typed.
fn spaced(words: &[Text]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// A word with its quotes, if it had any: `#2` and `"#2"` are two things.
pub(super) fn word_as_typed(word: &Text) -> String {
    if word.quoted { quote_always(&word.text) } else { word.text.clone() }
}

/// In quotes even where it needs none, since a word in quotes is a name and nothing else.
fn quote_always(text: &str) -> String {
    let quoted = quote(text);
    if quoted.starts_with('"') { quoted } else { format!("\"{quoted}\"") }
}

/// The whole command.
fn written(verb: Verb, words: impl Iterator<Item = String>, options: &[Spoken], more: &[String]) -> String {
    let options = options.iter().map(|spoken| format!("{}:{}", spoken.key, word_as_typed(&spoken.value)));
    [COMMAND_PREFIX.to_owned(), verb.as_str().to_owned()]
        .into_iter()
        .chain(words)
        .chain(options)
        .chain(more.iter().cloned())
        .collect::<Vec<_>>()
        .join(" ")
}
