//! The line that snapwarden leaves in the description of a snapshot it takes:
//! `[snapwarden R-7KQ2/1 by=alice ok=bob until=2026-11-25T13:05:00Z]`.
//!
//! It tells people who asked, and it is the strongest evidence that a take whose answer was lost did run: the request's
//! id and the number of the attempt are in the tree or they are not. Words are percent-escaped, so that a hostile name
//! cannot close the bracket.
//!
//! The same bracket says until when the snapshot stays and who holds it, so that a store that is lost can be read back from
//! vCenter. A snapshot that somebody else took has one of its own for that, `[snapwarden - until=…]`, which names no request.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{PersonId, RequestId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The request that took the snapshot.
    pub request: RequestId,
    /// Which try of that request, from 1.
    pub attempt: u32,
    pub by: PersonId,
    /// Who approved, in order; empty where no approval was needed.
    pub ok: Vec<PersonId>,
    /// Who let it go without an approval, if somebody did.
    pub glass: Option<PersonId>,
    /// Until when the snapshot is meant to stay.
    pub until: Option<Timestamp>,
}

/// A snapshot that stays although its time is up, and that nothing of ours deletes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who said so.
    pub by: PersonId,
    pub reason: String,
    /// Until when; none is until somebody releases it.
    pub until: Option<Timestamp>,
}

impl Hold {
    /// Whether it still counts. One that is over stays in the description until the next change of it.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// How long a snapshot stays, as its description tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stay {
    /// Until when it is meant to stay.
    pub until: Option<Timestamp>,
    /// Who holds it, if somebody does.
    pub hold: Option<Hold>,
}

const OPEN: &str = "[snapwarden ";

/// What stands in the place of a request where the snapshot is not one of ours.
const FOREIGN: &str = "-";

/// The words of a bracket that are about the stay.
const STAY_WORDS: [&str; 4] = ["until=", "hold=", "holder=", "held-until="];

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
        match bracket(description) {
            Some((before, _)) => before.trim_end(),
            None => description,
        }
    }
}

impl Stay {
    pub fn find(description: &str) -> Self {
        let Some((_, inside)) = bracket(description) else { return Self::default() };
        let word = |key: &str| inside.split(' ').find_map(|word| word.strip_prefix(key));
        let moment = |key: &str| word(key).and_then(|text| text.parse().ok());
        let hold = word("hold=").and_then(unescape).zip(word("holder=").and_then(unescape));
        Self {
            until: moment("until="),
            hold: hold.map(|(reason, by)| Hold { by: PersonId::new(by), reason, until: moment("held-until=") }),
        }
    }

    /// The same without a hold that is over.
    pub fn in_force(self, now: Timestamp) -> Self {
        Self { hold: self.hold.filter(|hold| hold.is_in_force(now)), ..self }
    }

    /// The hold that a description tells of, as long as it counts.
    pub fn hold_in_force(description: &str, now: Timestamp) -> Option<Hold> {
        Self::find(description).hold.filter(|hold| hold.is_in_force(now))
    }

    /// The description with this stay instead of its own. Everything else in it stays as it is.
    pub fn write_into(&self, description: &str) -> String {
        let (words, inside) = bracket(description).unwrap_or((description, FOREIGN));
        let kept = inside.split(' ').filter(|word| !STAY_WORDS.iter().any(|key| word.starts_with(key)));
        let mut inside: Vec<String> = kept.map(str::to_owned).collect();
        inside.extend(self.until.map(|until| format!("until={until}")));
        if let Some(hold) = &self.hold {
            inside.push(format!("hold={}", escape_reason(&hold.reason)));
            inside.push(format!("holder={}", escape(hold.by.as_str())));
            inside.extend(hold.until.map(|until| format!("held-until={until}")));
        }
        let words = words.trim_end();
        if inside == [FOREIGN] {
            return words.to_owned();
        }
        let gap = if words.is_empty() { "" } else { "\n" };
        format!("{words}{gap}{OPEN}{}]", inside.join(" "))
    }
}

/// What stands before our bracket and in it, if it is one of the two kinds.
fn bracket(description: &str) -> Option<(&str, &str)> {
    let (before, rest) = description.rsplit_once(OPEN)?;
    let (inside, _) = rest.split_once(']')?;
    let foreign = inside.split(' ').next() == Some(FOREIGN);
    (foreign || Marker::find(description).is_some()).then_some((before, inside))
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

/// A reason, in which every letter of every script stays readable: people meet it in vSphere's client.
fn escape_reason(reason: &str) -> String {
    let mut out = String::with_capacity(reason.len());
    for c in reason.chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, '%' | '[' | ']') {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02x}")));
        } else {
            out.push(c);
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
mod tests;
