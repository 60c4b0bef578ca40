//! One audit line as a row: the fields that an auditor looks for by name, and everything else beside them, so that nothing is lost.
//!
//! Audit lines are taken as JSON objects. A field that this version does not know stays in `rest`, byte for byte.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The columns, in order.
pub(super) const COLUMNS: [&str; 20] = [
    "seq",
    "n",
    "hash",
    "ts",
    "at",
    "kind",
    "event",
    "person",
    "account",
    "request",
    "verb",
    "vcenter",
    "vm",
    "name",
    "from",
    "to",
    "fingerprint",
    "answer",
    "why",
    "rest",
];

/// The columns that are a text of the audit line under the same name.
const TEXTS: [&str; 12] =
    ["at", "kind", "person", "account", "request", "verb", "vcenter", "vm", "name", "from", "to", "fingerprint"];

/// The fields that say why something was refused or is out of date. They stay in `rest`, so that nobody has to guess which of them it was.
const WHYS: [&str; 3] = ["why", "blockers", "drift"];

/// Events that are vCenter's word about something, whole in the column `answer`.
const ANSWERS: [&str; 8] = ["called", "task", "verified", "unverified", "evidence", "no_evidence", "read", "unread"];

/// A journal line as an auditor reads it. What it changed in the store's rows is no part of that.
#[derive(Debug, Deserialize)]
pub(super) struct Line<'a> {
    pub(super) seq: u64,
    pub(super) ts: jiff::Timestamp,
    pub(super) hash: &'a str,
    #[serde(default, borrow)]
    pub(super) audit: Vec<&'a RawValue>,
}

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// The audit line has nothing for it.
    Empty,
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
    /// JSON as it stands in the journal.
    Json(String),
}

/// The rows of a journal line, one for each of its audit lines: a cell for each of [`COLUMNS`].
pub(super) fn rows(line: &Line<'_>) -> Vec<[Cell; COLUMNS.len()]> {
    let numbered = (1_u64..).zip(&line.audit);
    let row = |(n, audit): (u64, &&RawValue)| {
        let mut columns = columns(audit);
        columns.insert("seq", Cell::Number(line.seq));
        columns.insert("n", Cell::Number(n));
        columns.insert("hash", Cell::Text(line.hash.to_owned()));
        columns.insert("ts", Cell::Text(line.ts.to_string()));
        COLUMNS.map(|name| columns.remove(name).unwrap_or(Cell::Empty))
    };
    numbered.map(row).collect()
}

/// What an audit line has to say, by column.
fn columns(audit: &RawValue) -> BTreeMap<&'static str, Cell> {
    let mut columns = BTreeMap::new();
    let Ok(mut fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(audit.get()) else {
        columns.insert("rest", Cell::Json(audit.get().to_owned()));
        return columns;
    };
    let event = fields.get("event").map(|event| event_of(event)).unwrap_or_default();
    for name in TEXTS {
        // A text that is not there and one that is empty look the same in a table: the empty one stays in `rest`.
        if let Some(text) = fields.get(name).and_then(|value| text(value)).filter(|text| !text.is_empty()) {
            columns.insert(name, Cell::Text(text));
            // Where the event names somebody too, it is not to be guessed which of them the column shows.
            if !event.inner.contains_key(name) {
                fields.remove(name);
            }
        } else if matches!(name, "person" | "account")
            && !event.told
            && let Some(text) = event.inner.get(name).and_then(|value| text(value))
        {
            columns.insert(name, Cell::Text(text));
        }
    }
    if let Some(name) = event.name {
        columns.insert("event", Cell::Text(name));
    }
    if let Some(answer) = event.answer {
        columns.insert("answer", Cell::Json(answer.get().to_owned()));
    }
    if event.told {
        fields.remove("event");
    }
    if let Some(why) = WHYS.iter().find_map(|name| fields.get(*name)) {
        columns.insert("why", text(why).map_or_else(|| Cell::Json(why.get().to_owned()), Cell::Text));
    }
    if !fields.is_empty() {
        let mut rest = String::from("{");
        for (name, value) in &fields {
            let comma = if rest.len() > 1 { "," } else { "" };
            rest.push_str(&format!("{comma}{}:{}", serde_json::Value::from(name.as_str()), value.get()));
        }
        rest.push('}');
        columns.insert("rest", Cell::Json(rest));
    }
    columns
}

/// What is known of an audit line's event.
#[derive(Default)]
struct Event<'a> {
    name: Option<String>,
    /// The fields of what it carries.
    inner: BTreeMap<String, &'a RawValue>,
    answer: Option<&'a RawValue>,
    /// Whether name and answer are all that it is.
    told: bool,
}

/// Events are a word (`"time"`), or a word and what it carries (`{"approved":{…}}`).
fn event_of(event: &RawValue) -> Event<'_> {
    if let Some(name) = text(event).filter(|name| !name.is_empty()) {
        return Event { name: Some(name), told: true, ..Event::default() };
    }
    let Ok(parts) = serde_json::from_str::<BTreeMap<String, &RawValue>>(event.get()) else {
        return Event::default();
    };
    let mut parts = parts.into_iter();
    let (Some((name, carried)), None) = (parts.next(), parts.next()) else {
        return Event::default();
    };
    let answers = ANSWERS.contains(&name.as_str());
    Event {
        inner: serde_json::from_str(carried.get()).unwrap_or_default(),
        answer: answers.then_some(carried),
        told: answers,
        name: Some(name).filter(|name| !name.is_empty()),
    }
}

fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

#[cfg(test)]
mod tests;
