//! From characters to words: spaces, quotes, escapes, `key:value` and the place of everything.
//!
//! Nothing is looked up here; whether a key exists is for [`super::options`] to say.

use super::error::CommandError;

/// One word of a command: a plain one, or an option with its value.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// The option's key, if it has one (`keep` of `keep:3d`, `children` of `--children`).
    pub(super) key: Option<Key>,
    /// The word, or the option's value; quotes taken off and escapes read.
    pub(super) text: Text,
}

/// The key of an option.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// As it was typed, without dashes in front.
    pub(super) name: String,
    /// Where it begins, dashes not counted.
    pub(super) column: usize,
    /// Whether it began with `--` or with what a phone makes of that.
    pub(super) dashed: bool,
    /// Whether `:` or `=` followed.
    pub(super) separated: bool,
}

/// A piece of text with the place of every character.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    /// What it says.
    pub(super) text: String,
    /// Where each character of `text` stands, in characters from 1.
    pub(super) columns: Vec<usize>,
    /// Where it begins, an opening quote included.
    pub(super) start: usize,
    /// Where the character after it stands, a closing quote skipped.
    pub(super) end: usize,
    /// Whether it stood in quotes.
    pub(super) quoted: bool,
}

impl Text {
    /// Whether nothing was typed here at all, not even quotes.
    pub(super) const fn is_missing(&self) -> bool {
        self.text.is_empty() && !self.quoted
    }

    /// A plain text that stands at a place of its own, such as a field of a form.
    pub(super) fn of_field(text: &str) -> Self {
        let length = text.chars().count();
        Self { text: text.to_owned(), columns: (1..=length).collect(), start: 1, end: length + 1, quoted: true }
    }
}

/// Splits a command into its words.
///
/// # Errors
///
/// [`CommandError::UnbalancedQuote`] at a quote that is never closed.
pub(super) fn split(command: &str) -> Result<Vec<Word>, CommandError> {
    let chars: Vec<char> = command.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let word = word_at(&chars, at)?;
        at = word.text.end - 1;
        words.push(word);
    }
    Ok(words)
}

/// The quote characters that belong together, by the one that opens.
///
/// A phone that does not know where a text begins writes the closing quote for the opening one (`name:”x”`), so any of
/// a family closes what one of it opened.
fn closers(opener: char) -> Option<&'static [char]> {
    match opener {
        '"' => Some(&['"']),
        '“' | '”' | '„' | '‟' | '＂' => Some(&['”', '“', '‟', '"', '＂']),
        '«' => Some(&['»']),
        '»' => Some(&['«']),
        '‹' => Some(&['›']),
        '\'' => Some(&['\'']),
        '‘' | '’' | '‚' | '‛' => Some(&['’', '‘', '‛', '\'']),
        _ => None,
    }
}

/// Whether these quotes also serve as apostrophes, so that they close only at the end of a word.
const fn is_single(opener: char) -> bool {
    matches!(opener, '\'' | '‘' | '’' | '‚' | '‛')
}

/// Whether a key ends here: a colon or an equals sign, the full-width ones of Asian keyboards included.
const fn is_separator(c: char) -> bool {
    matches!(c, ':' | '=' | '：' | '＝' | '﹕')
}

/// Reads the word that begins at `from`, which is no space.
fn word_at(chars: &[char], from: usize) -> Result<Word, CommandError> {
    if let Some(text) = quoted_at(chars, from)? {
        return Ok(Word { key: None, text });
    }
    let quote_follows = chars.get(from + 1).is_some_and(|&c| closers(c).is_some());
    if chars.get(from).is_some_and(|&c| is_separator(c)) && quote_follows {
        // `nom :"x"`: the colon belongs to the word before it.
        return Ok(Word { key: None, text: placed(chars, from, 1) });
    }
    let dashes = dashes_at(chars, from);
    let mut at = from + dashes;
    while chars.get(at).is_some_and(|&c| is_key_char(c)) {
        at += 1;
    }
    let key: String = chars.get(from + dashes..at).unwrap_or_default().iter().collect();
    let separated = chars.get(at).is_some_and(|&c| is_separator(c));
    let ended = chars.get(at).is_none_or(|c| c.is_whitespace());
    let is_key = key.starts_with(char::is_alphabetic) && (separated || (dashes > 0 && ended));
    if !is_key {
        let text = plain_at(chars, from);
        return Ok(Word { key: None, text });
    }
    let value_at = at + usize::from(separated);
    let text = match quoted_at(chars, value_at)? {
        Some(text) => text,
        None => plain_at(chars, value_at),
    };
    let key = Key { name: key, column: from + dashes + 1, dashed: dashes > 0, separated };
    Ok(Word { key: Some(key), text })
}

/// How many characters mark an option in front of its key: `--`, or the long dash that phones make of it. A single `-`
/// is none, since names may begin with it.
fn dashes_at(chars: &[char], from: usize) -> usize {
    let run = || chars.iter().skip(from).take_while(|c| matches!(c, '-' | '–' | '—' | '―'));
    let length = run().count();
    if length > 1 || run().any(|c| *c != '-') { length } else { 0 }
}

/// Keys are made of letters, digits, hyphens and accents.
fn is_key_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '\u{2010}' | '\u{2011}' | '\u{300}'..='\u{36f}')
}

/// The text up to the next space.
fn plain_at(chars: &[char], from: usize) -> Text {
    let length = chars.iter().skip(from).take_while(|c| !c.is_whitespace()).count();
    placed(chars, from, length)
}

/// So many characters as they stand there.
fn placed(chars: &[char], from: usize, length: usize) -> Text {
    Text {
        text: chars.iter().skip(from).take(length).collect(),
        columns: (from + 1..=from + length).collect(),
        start: from + 1,
        end: from + length + 1,
        quoted: false,
    }
}

/// The quoted text that begins at `from`, if a quote does.
fn quoted_at(chars: &[char], from: usize) -> Result<Option<Text>, CommandError> {
    let Some(&opener) = chars.get(from) else {
        return Ok(None);
    };
    let Some(closing) = closers(opener) else {
        return Ok(None);
    };
    let found = closed_at(chars, from, opener, closing);
    // One that a phone has half made typographic: `"before upgrade”`.
    let found = match found {
        None if opener == '"' => closed_at(chars, from, opener, &['”', '“']),
        found => found,
    };
    let mut text = found.ok_or(CommandError::UnbalancedQuote { column: from + 1 })?;
    if matches!(opener, '«' | '‹') {
        trim_inside(&mut text);
    }
    Ok(Some(text))
}

/// Reads up to the first of these closing quotes. `\` before a quote or before another `\` takes its meaning away;
/// before anything else it is a character like any other, so that `C:\temp` stays what it is.
fn closed_at(chars: &[char], from: usize, opener: char, closing: &[char]) -> Option<Text> {
    let mut text = Text { start: from + 1, quoted: true, ..Text::default() };
    let mut at = from + 1;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        let closes = closing.contains(&c) && (!is_single(opener) || next.is_none_or(char::is_whitespace));
        if closes {
            text.end = at + 2;
            return Some(text);
        }
        let escaped = next.filter(|&next| c == '\\' && (next == '\\' || is_quote(next)));
        at += usize::from(escaped.is_some());
        text.text.push(escaped.unwrap_or(c));
        text.columns.push(at + 1);
        at += 1;
    }
    None
}

/// Whether the character is any quote that opens or closes.
fn is_quote(c: char) -> bool {
    closers(c).is_some() || c == '›'
}

/// French puts spaces inside its quotes; they are no part of the name.
fn trim_inside(text: &mut Text) {
    let kept: Vec<(char, usize)> = text.text.chars().zip(text.columns.iter().copied()).collect();
    let first = kept.iter().position(|(c, _)| !c.is_whitespace()).unwrap_or(kept.len());
    let last = kept.iter().rposition(|(c, _)| !c.is_whitespace()).map_or(first, |last| last + 1);
    let kept = kept.get(first..last).unwrap_or_default();
    text.text = kept.iter().map(|(c, _)| *c).collect();
    text.columns = kept.iter().map(|(_, column)| *column).collect();
}
