//! Which verb a word means, in either language, and which one may have been meant.

use super::error::CommandError;
use super::fold::{fold, nearest};
use crate::domain::act::Verb;

/// What stands in the place of a snapshot and means the current one, unless it is in quotes.
pub(super) const LATEST: [&str; 3] = ["latest", "dernier", "derniere"];

/// The verb that a word means, in either language.
pub fn find_verb(word: &str) -> Option<Verb> {
    let folded = fold(word);
    Verb::ALL.into_iter().find(|verb| verb.words().any(|known| known == folded))
}

/// The verb that a word means, or the error that says which one may have been meant. `next` is the word after it, for
/// those who write "power on".
pub(super) fn verb_or_error(word: &str, next: Option<&str>, column: usize) -> Result<Verb, CommandError> {
    find_verb(word).ok_or_else(|| {
        let folded = fold(word);
        let joined = next.map(|next| format!("{folded}-{}", fold(next)));
        let suggestion = joined
            .as_deref()
            .and_then(find_verb)
            .map(Verb::as_str)
            .or_else(|| nearest(&folded, Verb::ALL.into_iter().flat_map(Verb::words)))
            .map(str::to_owned);
        CommandError::UnknownVerb { word: word.to_owned(), column, suggestion, corrected: None }
    })
}

#[cfg(test)]
mod tests;
