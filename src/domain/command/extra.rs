//! Words too many: what they are, and the command that was probably meant.
//!
//! The correction is shown, never run: where "before" may be a snapshot and "before upgrade" another, only the person knows.

use super::error::CommandError;
use super::fold::fold;
use super::options::{OptionKey, find_key};
use super::said::Spoken;
use super::selectors::is_digits;
use super::verbs::{Slot, options_of};
use super::words::Text;
use super::{COMMAND_PREFIX, quote};
use crate::domain::intent::Verb;

/// Words that people put between options when they talk to a machine as to a colleague.
const FILLERS: [&str; 4] = ["with", "and", "avec", "et"];

/// The error for more words than there are open places.
pub(super) fn extra_words(verb: Verb, options: &[Spoken], words: &[Text], open: &[Slot]) -> CommandError {
    let (kept, extra) = words.split_at(open.len().min(words.len()));
    CommandError::ExtraWords {
        column: extra.first().map_or(1, |word| word.start),
        words: extra.iter().map(|word| word.text.clone()).collect(),
        corrected: corrected(verb, options, kept, extra, open),
    }
}

/// The command as it was probably meant.
fn corrected(verb: Verb, options: &[Spoken], kept: &[Text], extra: &[Text], open: &[Slot]) -> String {
    if let Some(flags) = flags(verb, options, extra) {
        let kept = match kept.split_last() {
            Some((last, before)) if is_filler(last) => before,
            _ => kept,
        };
        return written(verb, kept.iter().map(word_as_typed), options, &flags);
    }
    // One word too many behind a VM, and it is surely a snapshot.
    let single = match verb {
        Verb::RevertLatest => Some(Verb::Revert),
        Verb::DeleteAll => Some(Verb::Delete),
        Verb::Take
        | Verb::List
        | Verb::Revert
        | Verb::Delete
        | Verb::Consolidate
        | Verb::Edit
        | Verb::PowerOn
        | Verb::Help
        | Verb::Status
        | Verb::Cancel
        | Verb::Withdraw
        | Verb::Explain => None,
    };
    if let (Some(single), [word]) = (single, extra)
        && (word.quoted || is_digits(word.text.trim_start_matches('#')))
    {
        return written(single, kept.iter().chain(extra).map(word_as_typed), options, &[]);
    }
    let changes = |key| options.iter().any(|spoken| spoken.key == key);
    if verb == Verb::Edit && !changes(OptionKey::Name) && !changes(OptionKey::Description) {
        let name = format!("{}:{}", OptionKey::Name, quote(&spaced(extra)));
        return written(verb, kept.iter().map(word_as_typed), options, &[name]);
    }
    match (open.last(), kept.split_last()) {
        (Some(Slot::Vm | Slot::Name | Slot::Snapshot), Some((last, before))) => {
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
        let key = find_key(&word.text).filter(|key| key.is_flag() && options_of(verb).contains(key))?;
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
    words
        .iter()
        .map(|word| word.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A word with its quotes, if it had any: `#2` and `"#2"` are two things.
fn word_as_typed(word: &Text) -> String {
    if word.quoted {
        quote_always(&word.text)
    } else {
        word.text.clone()
    }
}

/// In quotes even where it needs none, since a word in quotes is a name and nothing else.
fn quote_always(text: &str) -> String {
    let quoted = quote(text);
    if quoted.starts_with('"') {
        quoted
    } else {
        format!("\"{quoted}\"")
    }
}

/// The whole command.
fn written(verb: Verb, words: impl Iterator<Item = String>, options: &[Spoken], more: &[String]) -> String {
    let options = options
        .iter()
        .map(|spoken| format!("{}:{}", spoken.key, word_as_typed(&spoken.value)));
    [COMMAND_PREFIX.to_owned(), verb.as_str().to_owned()]
        .into_iter()
        .chain(words)
        .chain(options)
        .chain(more.iter().cloned())
        .collect::<Vec<_>>()
        .join(" ")
}
