//! From words to what was said: the verb, its options by key, and the words by their place.

use super::error::CommandError;
use super::extra::{extra_words, loose_words};
use super::fold::fold;
use super::options::{find_key, key_for};
use super::selectors::is_digits;
use super::verbs::{find_verb, verb_or_error};
use super::words::{Text, Word, split};
use super::{COMMAND_MAX_CHARS, duration, moment};
use crate::domain::act::{Parameter, Verb};

/// A command in its parts. Whatever is taken out of it is gone, so that nothing is read twice.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) verb: Verb,
    /// Options in the order in which they were typed, each key once.
    pub(super) options: Vec<Spoken>,
    /// Words by what their place means.
    pub(super) words: Vec<(Parameter, Text)>,
}

/// One option as it was typed.
#[derive(Debug, Clone)]
pub(super) struct Spoken {
    pub(super) key: Parameter,
    /// Where the key begins.
    pub(super) column: usize,
    pub(super) value: Text,
}

impl Said {
    /// Takes an option out.
    pub(super) fn option(&mut self, key: Parameter) -> Option<Spoken> {
        let at = self.options.iter().position(|spoken| spoken.key == key)?;
        Some(self.options.remove(at))
    }

    /// Takes the value of an option out, or the word in its place.
    pub(super) fn value(&mut self, parameter: Parameter) -> Option<Text> {
        self.option(parameter).map(|spoken| spoken.value).or_else(|| self.word(parameter))
    }

    /// Takes the word with this meaning out.
    pub(super) fn word(&mut self, slot: Parameter) -> Option<Text> {
        let at = self.words.iter().position(|(meant, _)| *meant == slot)?;
        Some(self.words.remove(at).1)
    }
}

/// Takes a command apart. None of its values has been looked at yet.
pub(super) fn said(command: &str) -> Result<Said, CommandError> {
    let length = command.chars().count();
    if length > COMMAND_MAX_CHARS {
        return Err(CommandError::TooLong { limit: COMMAND_MAX_CHARS, length });
    }
    let mut words = split(command)?;
    if words.first().is_some_and(is_prefix) {
        words.remove(0);
    }
    if words.is_empty() {
        return Err(CommandError::Empty);
    }
    let verb = verb_of(&mut words)?;
    if verb != Verb::Help && words.iter().any(asks_for_help) {
        return Ok(about(verb));
    }
    let mut options: Vec<Spoken> = Vec::new();
    let mut plain = Vec::new();
    for word in joined(verb, words) {
        let Some(typed) = word.key else {
            plain.push(word.text);
            continue;
        };
        let key = key_for(verb, &typed)?;
        let column = typed.column;
        if options.iter().any(|spoken| spoken.key == key || excludes(spoken.key, key)) {
            return Err(CommandError::Repeated { option: key, column });
        }
        let mut value = word.text;
        if value.is_missing() {
            if !key.spec().flag || typed.separated {
                return Err(CommandError::MissingValue { option: key, column });
            }
            value.text = "yes".to_owned();
        }
        options.push(Spoken { key, column, value });
    }
    let words = placed(verb, &options, plain)?;
    Ok(Said { verb, options, words })
}

/// Whether the word is the name of the slash command itself.
fn is_prefix(word: &Word) -> bool {
    let text = fold(&word.text.text);
    word.key.is_none()
        && !word.text.quoted
        && matches!(text.as_str(), "/snapshot" | "snapshot" | "/snapwarden" | "snapwarden")
}

/// Takes the verb off the front.
fn verb_of(words: &mut Vec<Word>) -> Result<Verb, CommandError> {
    let first = words.remove(0);
    let next = words.first().filter(|word| word.key.is_none()).map(|word| word.text.text.as_str());
    let Some(key) = first.key else {
        let column = first.text.columns.first().copied().unwrap_or(first.text.start);
        return verb_or_error(&first.text.text, next, column);
    };
    // `--help`, or `take:web-01`.
    let verb = verb_or_error(&key.name, next, key.column)?;
    if !first.text.is_missing() {
        let word = Word { key: None, text: first.text };
        words.insert(0, word);
    }
    Ok(verb)
}

/// Whether the word is `--help` (or `-h`).
fn asks_for_help(word: &Word) -> bool {
    let dashed = word.key.as_ref().filter(|key| key.dashed && !key.separated);
    match dashed {
        Some(key) => find_verb(&key.name) == Some(Verb::Help),
        None => word.key.is_none() && !word.text.quoted && word.text.text == "-h",
    }
}

/// "help" about a verb.
fn about(verb: Verb) -> Said {
    let word = Text { quoted: false, ..Text::of_field(verb.as_str()) };
    Said { verb: Verb::Help, options: Vec::new(), words: vec![(Parameter::Verb, word)] }
}

/// Whether two keys say the same thing in two ways.
const fn excludes(one: Parameter, other: Parameter) -> bool {
    matches!((one, other), (Parameter::StayOff, Parameter::Power) | (Parameter::Power, Parameter::StayOff))
}

/// Brings together what was typed with spaces in between: `name: x`, `nom : x`, `--keep 3d`, `keep:3 days`.
fn joined(verb: Verb, words: Vec<Word>) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut rest = words.into_iter().peekable();
    while let Some(mut word) = rest.next() {
        if let Some(next) = rest.next_if(|next| is_spaced_key(verb, &word, next)) {
            word = spaced_option(&word, &next);
        }
        if takes_next(&word)
            && let Some(value) = rest.next_if(|next| is_value_for(&word, next))
        {
            word.text = value.text;
        }
        if is_bare_number(verb, &word)
            && let Some(unit) = rest.next_if(|next| next.key.is_none() && duration::is_unit(&next.text.text))
        {
            append(&mut word.text, &unit.text);
        }
        if begins_moment(verb, &word) {
            while let Some(next) =
                rest.next_if(|next| next.key.is_none() && !next.text.quoted && moment::is_part(&next.text.text))
            {
                word.text.text.push(' ');
                word.text.columns.push(next.text.start.saturating_sub(1));
                append(&mut word.text, &next.text);
            }
        }
        joined.push(word);
    }
    joined
}

/// Whether a plain word is an option's key because a lonely colon follows, as in French typography.
fn is_spaced_key(verb: Verb, word: &Word, next: &Word) -> bool {
    let plain = |word: &Word| word.key.is_none() && !word.text.quoted;
    plain(word)
        && plain(next)
        && next.text.text.starts_with([':', '=', '：', '＝', '﹕'])
        && find_key(&word.text.text).is_some_and(|key| verb.spec().options.contains(&key))
}

/// The option made of a key and of what follows it, whose first character is the colon.
fn spaced_option(word: &Word, colon: &Word) -> Word {
    let mut text = colon.text.clone();
    text.text.remove(0);
    text.columns.remove(0);
    text.start += 1;
    let key =
        super::words::Key { name: word.text.text.clone(), column: word.text.start, dashed: false, separated: true };
    Word { key: Some(key), text }
}

/// Whether an option is still without its value.
fn takes_next(word: &Word) -> bool {
    word.key.is_some() && word.text.is_missing()
}

/// Whether the next word is that value. `--children` needs none, so only a clear yes or no is taken for one: the word
/// after it may be the snapshot.
fn is_value_for(word: &Word, next: &Word) -> bool {
    let Some(key) = &word.key else { return false };
    if next.key.is_some() {
        return false;
    }
    let flag = !key.separated && find_key(&key.name).is_some_and(|key| key.spec().flag);
    !flag || (!next.text.quoted && matches!(fold(&next.text.text).as_str(), "yes" | "no" | "oui" | "non"))
}

/// Puts a word behind another.
fn append(text: &mut Text, more: &Text) {
    text.text.push_str(&more.text);
    text.columns.extend(&more.columns);
    text.end = more.end;
}

/// Whether a moment begins here, so that the words behind it are part of it: `keep:until friday 18:00`, `keep:friday 18:00`, and
/// "until friday 18:00" where the time stands without a key.
fn begins_moment(verb: Verb, word: &Word) -> bool {
    if word.text.quoted {
        return false;
    }
    match &word.key {
        Some(key) => {
            let keeps = find_key(&key.name) == Some(Parameter::Keep);
            keeps
                && (moment::is_until(&word.text.text)
                    || (moment::is_part(&word.text.text) && duration::keep(&word.text.text).is_err()))
        }
        None => verb.spec().places.contains(&Parameter::Keep) && moment::is_until(&word.text.text),
    }
}

/// Whether it is `keep:` with digits and no unit, or digits where a time may stand without a key, which are no duration yet.
fn is_bare_number(verb: Verb, word: &Word) -> bool {
    let times = [Parameter::Keep, Parameter::Age];
    let keeps = match &word.key {
        Some(key) => find_key(&key.name).is_some_and(|key| times.contains(&key)),
        None => times.iter().any(|time| verb.spec().places.contains(time)),
    };
    keeps && !word.text.quoted && is_digits(word.text.text.trim_start_matches(['-', '−', '–', '—']))
}

fn first_of(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// Gives every word its meaning by its place, places that an option has filled left out.
fn placed(verb: Verb, options: &[Spoken], plain: Vec<Text>) -> Result<Vec<(Parameter, Text)>, CommandError> {
    let given = |place: Parameter| options.iter().find(|spoken| spoken.key == place);
    let places = verb.spec().places;
    let open: Vec<Parameter> = places.iter().copied().filter(|place| given(*place).is_none()).collect();
    if let Some(error) = loose_words(verb, options, &plain, &open) {
        return Err(error);
    }
    // What stands behind a moment would be its time, and passes for nothing else: a name is said before it, or in quotes.
    let begun = plain.iter().position(|word| !word.quoted && moment::is_until(first_of(&word.text)));
    if let Some(word) = begun.and_then(|at| plain.get(at + 1)).filter(|word| !word.quoted) {
        return Err(CommandError::BadMoment { word: word.text.clone(), column: word.start });
    }
    if plain.len() <= open.len() {
        return Ok(open.into_iter().zip(plain).collect());
    }
    // As many words as places: one of them is said twice.
    if plain.len() == places.len()
        && let Some(twice) = places.iter().rev().find_map(|place| given(*place))
    {
        return Err(CommandError::Repeated { option: twice.key, column: twice.column });
    }
    Err(extra_words(verb, options, &plain, &open))
}
