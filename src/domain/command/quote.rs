//! Writing a name so that the grammar reads it back as that name.

use super::fold::fold;
use super::selectors::looks_like_an_id;
use super::verbs::LATEST;

/// A word that [`super::parse`] reads as exactly this name, in quotes where it needs them.
///
/// Names that would mean something else without quotes (`vm-42`, `3`, `latest`) get them too.
pub fn quote(text: &str) -> String {
    // What is surely a plain word stays one; in doubt, quotes never hurt.
    let plain = text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | '@'));
    if plain && !looks_like_an_id(text) && !LATEST.contains(&fold(text).as_str()) {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// The name that a word made by [`quote`] stands for.
pub fn unquote(word: &str) -> String {
    let Some(inside) = word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return word.to_owned();
    };
    let mut name = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        name.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    name
}

#[cfg(test)]
mod tests;
