//! When two words count as the same, and how far apart two are.
//!
//! Three measures, never mixed up: [`fold`] for the grammar's own words (verbs, options, their values), where accents
//! and dashes do not matter; [`loose`] for names of VMs and snapshots, where only what cannot be seen or is mere case is
//! set aside; [`distance`] for did-you-mean alone, which never decides anything.

use icu_normalizer::ComposingNormalizerBorrowed;

/// One of the grammar's own words as it is compared: lower case, without accents and hidden characters, `_` and any
/// hyphen as `-`.
pub(in crate::domain) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => folded.push('a'),
            'ç' => folded.push('c'),
            'è' | 'é' | 'ê' | 'ë' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' => folded.push('i'),
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => folded.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => folded.push('u'),
            'ÿ' | 'ý' => folded.push('y'),
            'ñ' => folded.push('n'),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            // Accents that stand by themselves, as macOS writes them.
            '\u{300}'..='\u{36f}' => {}
            '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => folded.push('-'),
            '\u{ff1f}' => folded.push('?'),
            c if is_hidden(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// A name as it is compared when no name matches letter by letter: canonically composed (so that "é" is "é" however it
/// was typed), trimmed, any space as a plain one, in lower case. What looks different stays different.
pub(in crate::domain) fn loose(name: &str) -> String {
    let plain_spaces = |c: char| if c.is_whitespace() { ' ' } else { c };
    // Most names, and this runs over ten thousand of them at every key that somebody presses.
    if name.is_ascii() {
        return name.trim().chars().map(|c| plain_spaces(c.to_ascii_lowercase())).collect();
    }
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(name);
    trimmed(&composed).chars().map(plain_spaces).flat_map(char::to_lowercase).collect()
}

/// Without spaces and hidden characters at both ends.
pub(in crate::domain) fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || is_hidden(c))
}

/// How many typing errors lie between two folded words (insert, leave out, replace, swap neighbours), if it is few enough
/// for the one to be meant by the other: one up to four characters, two up to eight, three beyond.
pub(in crate::domain) fn distance(typed: &str, known: &str) -> Option<usize> {
    let length = typed.chars().count();
    let allowed = match length {
        0 | 1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    // Counting is far cheaper than comparing, and this runs over ten thousand names.
    if known.chars().count().abs_diff(length) > allowed {
        return None;
    }
    // And so is looking at which characters there are: each that only one of the two has is an error at least.
    let (own, other) = (signs(typed), signs(known));
    if (own & !other).count_ones().max((other & !own).count_ones()) as usize > allowed {
        return None;
    }
    let errors = strsim::osa_distance(typed, known);
    (errors <= allowed).then_some(errors)
}

/// The characters of a word, as far as 64 bits tell them apart: two that share a bit make words more alike, never less.
fn signs(word: &str) -> u64 {
    word.chars().fold(0, |all, c| all | 1 << (u32::from(c) % u64::BITS))
}

/// The known word that was most likely meant by a folded one: by typing errors, else the shortest that it begins.
pub(super) fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// From this many characters on, the beginning of a word is taken for the word.
    const SHORTEST_BEGINNING: usize = 2;
    let begins = typed.chars().count() >= SHORTEST_BEGINNING;
    known
        .filter_map(|word| {
            let rank = match distance(typed, word) {
                Some(errors) => errors,
                None if begins && word.starts_with(typed) => 4,
                None => return None,
            };
            Some((rank, word.len(), word))
        })
        .min()
        .map(|(_, _, word)| word)
}

/// Characters that take no room and change nothing that can be seen by themselves, or that turn the text around: format
/// characters (Unicode Cf, such as U+202E or U+200B), fillers and variation selectors.
pub(in crate::domain) const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests;
