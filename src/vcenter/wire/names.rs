//! vSphere keeps three characters out of names by escaping them: `%` is `%25`, `/` is `%2f`, `\` is `%5c`.
//!
//! Names are escaped on their way out and read back on their way in; nothing else that looks like an escape is touched.
//!
//! The vSphere Client escapes the name of a snapshot before it sends it, and the server escapes what it was sent: `11/13` is stored as
//! `11%252f13`. So a name of which every escape is itself escaped is read twice ([`is_escaped_twice`]). Two writers are known to be read
//! once: the bot, whose marker stands in the description, and whoever wrote a slash that is escaped once on the same VM. docs/vcenter.md
//! says which of this is certain.

/// A name as vCenter wants it.
pub(crate) fn escape(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '/' => escaped.push_str("%2f"),
            '\\' => escaped.push_str("%5c"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A name as people wrote it.
pub(crate) fn unescape(name: &str) -> String {
    if !name.contains('%') {
        return name.to_owned();
    }
    let mut read = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('%') {
        read.push_str(before);
        let (character, left) = match after.split_at_checked(2) {
            Some(("25", left)) => ('%', left),
            Some((code, left)) if code.eq_ignore_ascii_case("2f") => ('/', left),
            Some((code, left)) if code.eq_ignore_ascii_case("5c") => ('\\', left),
            Some(_) | None => ('%', after),
        };
        read.push(character);
        rest = left;
    }
    read.push_str(rest);
    read
}

/// Whether there are escapes and each of them is escaped once more.
pub(crate) fn is_escaped_twice(name: &str) -> bool {
    let twice = |after: &str| {
        let code = after.strip_prefix("25").and_then(|rest| rest.get(..2));
        code.is_some_and(|code| ["25", "2f", "5c"].iter().any(|known| code.eq_ignore_ascii_case(known)))
    };
    let mut escapes = name.split('%').skip(1).peekable();
    escapes.peek().is_some() && escapes.all(twice)
}

#[cfg(test)]
mod tests;
