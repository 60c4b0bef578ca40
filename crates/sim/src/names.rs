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
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_once() {
        for (given, kept, read) in [
            ("before patch", "before patch", "before patch"),
            ("50%25", "50%25", "50%"),
            ("50%", "50%25", "50%"),
            ("a/b\\c", "a%2fb%5cc", "a/b\\c"),
            ("a%2Fb", "a%2fb", "a/b"),
            ("%2", "%252", "%2"),
            ("100%é", "100%25é", "100%é"),
            ("%252f", "%252f", "%2f"),
        ] {
            assert_eq!(stored(given), kept);
            assert_eq!(plain(&stored(given)), read);
        }
    }

    #[test]
    fn names_have_one_to_eighty_characters() {
        assert!(!acceptable(""));
        assert!(acceptable(&"é".repeat(80)) && !acceptable(&"é".repeat(81)));
        assert!(acceptable(&"%2f".repeat(80)));
    }
}
