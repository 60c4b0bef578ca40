//! The line that snapwarden leaves in the description of a snapshot it takes:
//! `[snapwarden R-7KQ2/1 by=alice ok=bob until=2026-11-25T13:05:00Z]`.
//!
//! It tells people who asked, and it is the strongest evidence that a take whose answer was lost did run: the request's
//! id and the number of the attempt are in the tree or they are not. Words are percent-escaped, so that a hostile name
//! cannot close the bracket.

use jiff::Timestamp;

use super::ids::{PersonId, RequestId};

/// What the marker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The request that took the snapshot.
    pub request: RequestId,
    /// Which try of that request, from 1.
    pub attempt: u32,
    /// Who asked.
    pub by: PersonId,
    /// Who approved, in order; empty where no approval was needed.
    pub ok: Vec<PersonId>,
    /// Who let it go without an approval, if somebody did.
    pub glass: Option<PersonId>,
    /// Until when the snapshot is meant to stay.
    pub until: Option<Timestamp>,
}

const OPEN: &str = "[snapwarden ";

impl Marker {
    /// The marker as text.
    pub fn write(&self) -> String {
        let mut text = format!("{OPEN}{}/{} by={}", self.request, self.attempt, escape(self.by.as_str()));
        if !self.ok.is_empty() {
            let people: Vec<String> = self.ok.iter().map(|person| escape(person.as_str())).collect();
            text.push_str(&format!(" ok={}", people.join(",")));
        }
        if let Some(glass) = &self.glass {
            text.push_str(&format!(" glass={}", escape(glass.as_str())));
        }
        if let Some(until) = self.until {
            text.push_str(&format!(" until={until}"));
        }
        text.push(']');
        text
    }

    /// Finds a marker in a description. What does not read as one is no marker: descriptions are free text.
    pub fn find(description: &str) -> Option<Self> {
        let (_, rest) = description.rsplit_once(OPEN)?;
        let (inside, _) = rest.split_once(']')?;
        let mut words = inside.split(' ');
        let (request, attempt) = words.next()?.split_once('/')?;
        let mut marker = Self {
            request: RequestId::parse(request)?,
            attempt: attempt.parse().ok()?,
            by: PersonId::new(""),
            ok: Vec::new(),
            glass: None,
            until: None,
        };
        for word in words {
            match word.split_once('=')? {
                ("by", by) => marker.by = PersonId::new(unescape(by)?),
                ("ok", ok) => {
                    marker.ok = ok.split(',').map(|one| unescape(one).map(PersonId::new)).collect::<Option<_>>()?;
                }
                ("glass", glass) => marker.glass = Some(PersonId::new(unescape(glass)?)),
                ("until", until) => marker.until = Some(until.parse().ok()?),
                // A later version may say more.
                _ => {}
            }
        }
        (!marker.by.as_str().is_empty()).then_some(marker)
    }

    /// A description without its marker, as people wrote it.
    pub fn strip(description: &str) -> &str {
        match (Self::find(description), description.rsplit_once(OPEN)) {
            (Some(_), Some((before, _))) => before.trim_end(),
            _ => description,
        }
    }
}

/// Puts a person's own words and the marker together.
pub fn describe(words: Option<&str>, marker: &Marker) -> String {
    match words.map(str::trim).filter(|words| !words.is_empty()) {
        Some(words) => format!("{words}\n{}", marker.write()),
        None => marker.write(),
    }
}

fn escape(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for byte in word.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'@' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02x}")),
        }
    }
    out
}

fn unescape(word: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        Marker {
            request: RequestId::from_bits(7),
            attempt: 2,
            by: PersonId::new("zoé ] by=root"),
            ok: vec![PersonId::new("bob"), PersonId::new("a,b")],
            glass: Some(PersonId::new("on call")),
            until: Some("2026-11-25T13:05:00Z".parse().unwrap()),
        }
    }

    #[test]
    fn a_marker_reads_back_behind_any_words() {
        for words in [None, Some("before the upgrade"), Some("[snapwarden is great] ]["), Some("  ")] {
            let description = describe(words, &marker());
            assert_eq!(Marker::find(&description), Some(marker()), "{description}");
            assert_eq!(Marker::strip(&description), words.unwrap_or("").trim());
        }
    }

    #[test]
    fn what_is_no_marker_is_left_alone() {
        for text in
            ["", "[snapwarden ]", "[snapwarden R-7KQ2]", "[snapwarden R-7KQ2/x by=a]", "[snapwarden R-7KQ2/1 ok=a]"]
        {
            assert_eq!(Marker::find(text), None, "{text}");
            assert_eq!(Marker::strip(text), text);
        }
    }
}
