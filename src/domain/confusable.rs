//! When two names look the same to a reader although they are not.
//!
//! Unicode's rule (UTS 39): two texts are confusable if their skeletons are equal. On top of that, spaces and hidden characters at the ends
//! count for nothing, and every control character looks like every other, because all are shown as `�`. Case does not fold: `WEB-01` can be
//! told from `web-01`. Nobody is meant by a skeleton; it only says that a name alone does not tell which of two is meant.

use super::command::{is_hidden, trimmed};

/// What a name looks like.
pub fn skeleton(name: &str) -> String {
    let name = trimmed(name);
    if name.is_ascii() { of_ascii(name).collect() } else { unicode_security::skeleton(name).map(visible).collect() }
}

/// Whether this is what a name looks like. It ends at the first difference, for it is asked of ten thousand names at every key that somebody
/// presses.
pub fn has_skeleton(name: &str, skeleton: &str) -> bool {
    let name = trimmed(name);
    match name.is_ascii() {
        true => of_ascii(name).eq(skeleton.chars()),
        false => unicode_security::skeleton(name).map(visible).eq(skeleton.chars()),
    }
}

/// Whether two different names look the same.
pub fn look_alike(one: &str, other: &str) -> bool {
    one != other && has_skeleton(other, &skeleton(one))
}

/// Whether all of a name can be seen: no hidden character in it, and no space at an end.
pub fn is_visible(name: &str) -> bool {
    name.trim() == name && !name.chars().any(|c| c.is_control() || is_hidden(c))
}

fn of_ascii(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(|c| {
        let prototype = ascii_prototype(c);
        prototype.chars().chain(prototype.is_empty().then(|| visible(c)))
    })
}

fn visible(c: char) -> char {
    if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }
}

/// What an ASCII character is confused with, as far as that is another; a test compares it with the table.
fn ascii_prototype(c: char) -> &'static str {
    match c {
        '"' => "''",
        '%' => "°/₀",
        '0' => "O",
        '1' | 'I' | '|' => "l",
        '`' => "'",
        'm' => "rn",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
