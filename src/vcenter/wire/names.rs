//! vSphere keeps three characters out of names by escaping them: `%` is `%25`, `/` is `%2f`, `\` is `%5c`.
//!
//! Names are escaped on their way out and read back on their way in; nothing else that looks like an escape is touched.

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

#[cfg(test)]
mod tests;
