//! How vCenter keeps names: `%`, `/` and `\` as `%25`, `%2f` and `%5c`.
//!
//! A client is to escape `%` itself and may escape the others (`CreateSnapshot_Task`, parameter `name`); what comes back
//! is always escaped.

/// The longest name of a VM or a snapshot, in characters as people read them (vSphere's limit for entity names).
const LONGEST: usize = 80;

/// The name as vCenter stores it, given as a client sent it: escapes that are there stay, what should have been escaped is.
pub(super) fn stored(given: &str) -> String {
    escape(&plain(given))
}

/// A plain name as vCenter stores it.
pub(super) fn escape(plain: &str) -> String {
    plain.replace('%', "%25").replace('/', "%2f").replace('\\', "%5c")
}

/// A stored name as people read it. A `%` that begins no escape is itself.
pub(super) fn plain(stored: &str) -> String {
    let mut out = String::with_capacity(stored.len());
    let mut rest = stored;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let (code, tail) = after.split_at_checked(2).unwrap_or(("", after));
        let (character, tail) = match code {
            "25" => ('%', tail),
            "2f" | "2F" => ('/', tail),
            "5c" | "5C" => ('\\', tail),
            _ => ('%', after),
        };
        out.push(character);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Whether vCenter takes it as a name.
pub(super) fn acceptable(stored: &str) -> bool {
    let length = plain(stored).chars().count();
    (1..=LONGEST).contains(&length)
}

#[cfg(test)]
mod tests;
