//! The options: which parameter a key means, and what the words of the closed sets mean.

use super::error::CommandError;
use super::fold::{fold, nearest};
use super::words::{Key, Text};
use crate::domain::act::{Parameter, Verb};
use crate::domain::intent::Mode;

/// The key that a word means, in either language.
pub(super) fn find_key(word: &str) -> Option<Parameter> {
    let folded = fold(word);
    Parameter::ALL.into_iter().find(|key| key.spec().keys.contains(&folded.as_str()))
}

/// The key that was typed, if the verb takes it.
pub(super) fn key_for(verb: Verb, typed: &Key) -> Result<Parameter, CommandError> {
    let allowed = verb.spec().options;
    match find_key(&typed.name) {
        Some(key) if allowed.contains(&key) => Ok(key),
        Some(option) => {
            Err(CommandError::OptionNotFor { verb, option, column: typed.column, allowed: allowed.to_vec() })
        }
        None => Err(CommandError::UnknownOption {
            verb,
            word: typed.name.clone(),
            column: typed.column,
            suggestion: nearest(&fold(&typed.name), allowed.iter().flat_map(|key| key.spec().keys).copied())
                .map(str::to_owned),
            allowed: allowed.to_vec(),
            corrected: None,
        }),
    }
}

pub(super) fn mode(value: &Text) -> Result<Mode, CommandError> {
    const WORDS: [(&str, Mode); 11] = [
        ("auto", Mode::Auto),
        ("disk", Mode::Disk),
        ("disque", Mode::Disk),
        ("quiesce", Mode::Quiesce),
        ("quiesced", Mode::Quiesce),
        ("repos", Mode::Quiesce),
        ("mise-au-repos", Mode::Quiesce),
        ("memory", Mode::Memory),
        ("mem", Mode::Memory),
        ("ram", Mode::Memory),
        ("memoire", Mode::Memory),
    ];
    one_of(Parameter::Mode, value, &WORDS)
}

/// Yes or no.
pub(super) fn yes_or_no(option: Parameter, value: &Text) -> Result<bool, CommandError> {
    const WORDS: [(&str, bool); 15] = [
        ("yes", true),
        ("y", true),
        ("true", true),
        ("on", true),
        ("1", true),
        ("oui", true),
        ("o", true),
        ("vrai", true),
        ("no", false),
        ("n", false),
        ("false", false),
        ("off", false),
        ("0", false),
        ("non", false),
        ("faux", false),
    ];
    one_of(option, value, &WORDS)
}

/// Whether `power:` says that the VM stays off.
pub(super) fn stays_off(value: &Text) -> Result<bool, CommandError> {
    const WORDS: [(&str, bool); 6] =
        [("off", true), ("eteinte", true), ("arret", true), ("on", false), ("allumee", false), ("marche", false)];
    one_of(Parameter::Power, value, &WORDS)
}

/// The meaning of a value out of a closed set.
fn one_of<T: Copy>(option: Parameter, value: &Text, words: &[(&str, T)]) -> Result<T, CommandError> {
    let folded = fold(value.text.trim());
    let found = words.iter().find(|(word, _)| *word == folded);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| CommandError::UnknownValue {
        option,
        word: value.text.clone(),
        column: value.start,
        suggestion: nearest(&folded, words.iter().map(|(word, _)| *word)).map(str::to_owned),
        allowed: option.spec().values.iter().map(|&word| word.to_owned()).collect(),
        corrected: None,
    })
}

#[cfg(test)]
mod tests;
