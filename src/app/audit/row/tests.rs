//! Rows of lines as the engine writes them, and nothing lost of lines as nobody writes them.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// The row of one audit line, without what is empty.
fn row(audit: &Value) -> BTreeMap<&'static str, Cell> {
    let raw = RawValue::from_string(audit.to_string()).unwrap();
    let line = Line { seq: 7, ts: jiff::Timestamp::UNIX_EPOCH, hash: "ab", audit: vec![&raw] };
    let cells = rows(&line).pop().unwrap();
    COLUMNS.into_iter().zip(cells).filter(|(_, cell)| *cell != Cell::Empty).collect()
}

fn text_of(row: &BTreeMap<&'static str, Cell>, name: &str) -> String {
    match row.get(name) {
        Some(Cell::Text(text) | Cell::Json(text)) => text.clone(),
        Some(Cell::Number(number)) => number.to_string(),
        Some(Cell::Empty) | None => String::new(),
    }
}

#[test]
fn an_approval_names_who_and_an_answer_stands_as_it_was_given() {
    let step = json!({
        "kind": "request", "at": "2026-08-01T12:00:00Z", "request": "R-7KQ2", "verb": "revert", "vcenter": "lab", "vm": "vm-7",
        "name": "db-01", "from": "awaiting_approval", "to": "starting", "fingerprint": "ff", "act": {"revert": "snapshot-1"},
        "event": {"approved": {"person": "bob", "account": "slack:T1/U2"}}, "seen": ["a", "b"],
    });
    let approved = row(&step);
    let shown = |name| text_of(&approved, name);
    assert_eq!([shown("seq"), shown("n"), shown("hash"), shown("ts")], ["7", "1", "ab", "1970-01-01T00:00:00Z"]);
    assert_eq!([shown("event"), shown("person"), shown("account")], ["approved", "bob", "slack:T1/U2"]);
    assert_eq!([shown("request"), shown("vm"), shown("name")], ["R-7KQ2", "vm-7", "db-01"]);
    assert_eq!([shown("from"), shown("to"), shown("fingerprint")], ["awaiting_approval", "starting", "ff"]);
    let rest: Value = serde_json::from_str(&shown("rest")).unwrap();
    assert_eq!(rest, json!({"act": step["act"], "event": step["event"], "seen": step["seen"]}));

    let mut called = step.clone();
    called["event"] = json!({"called": {"lost": "the session ended"}});
    let called = row(&called);
    assert_eq!([text_of(&called, "event"), text_of(&called, "answer")], ["called", r#"{"lost":"the session ended"}"#]);
    assert!(!text_of(&called, "rest").contains("event"));

    let asked = row(&json!({"kind": "asked", "person": "alice", "account": "console:alice", "text": "take web-01"}));
    assert_eq!([text_of(&asked, "person"), text_of(&asked, "rest")], ["alice", r#"{"text":"take web-01"}"#]);
}

#[test]
fn a_refusal_and_what_is_out_of_date_say_why() {
    let why = |audit: Value| text_of(&row(&audit), "why");
    assert_eq!(why(json!({"kind": "refused", "person": "dave", "why": "no right"})), "no right");
    let blocked = json!({"kind": "request", "to": "refused", "blockers": [{"not_enough_room": {"needed": 5}}]});
    assert_eq!(why(blocked), r#"[{"not_enough_room":{"needed":5}}]"#);
    let stale = json!({"kind": "request", "to": "stale", "drift": [{"gone": {"name": "x"}}]});
    assert_eq!(why(stale), r#"[{"gone":{"name":"x"}}]"#);
    assert_eq!(why(json!({"kind": "request", "to": "done"})), "");
}

/// The audit line that a row was made of.
fn back(row: &BTreeMap<&'static str, Cell>) -> Value {
    let rest = text_of(row, "rest");
    let rest: Value = if rest.is_empty() { json!({}) } else { serde_json::from_str(&rest).unwrap() };
    let Value::Object(mut line) = rest else { return rest };
    let inner = |name: &str, line: &Map<String, Value>| {
        let event = line.get("event").and_then(Value::as_object).and_then(|event| event.values().next());
        event.is_some_and(|event| event.get(name).is_some())
    };
    for name in TEXTS {
        if let Some(Cell::Text(text)) = row.get(name)
            && !inner(name, &line)
            && !line.contains_key(name)
        {
            line.insert(name.to_owned(), json!(text));
        }
    }
    if !line.contains_key("event")
        && let Some(Cell::Text(name)) = row.get("event")
    {
        let event = match row.get("answer") {
            Some(Cell::Json(answer)) => json!({name: serde_json::from_str::<Value>(answer).unwrap()}),
            _ => json!(name),
        };
        line.insert("event".to_owned(), event);
    }
    Value::Object(line)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!("")),
        "[ -~é]{0,8}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        3 => proptest::sample::select([&TEXTS[..], &ANSWERS[..], &["event", "answer", "rest", "approved", "seq", "n"]].concat()).prop_map(str::to_owned),
        1 => "[ -~]{0,6}",
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn line() -> impl Strategy<Value = Value> {
    let event = prop_oneof![
        1 => value(),
        2 => (proptest::sample::select([&ANSWERS[..], &["approved", "denied", ""]].concat()), value()).prop_map(|(name, value)| json!({name: value})),
    ];
    (
        proptest::collection::btree_map(proptest::sample::select(TEXTS.to_vec()), value(), 0..6),
        proptest::option::of(event),
        value(),
    )
        .prop_map(|(texts, event, rest)| {
            let mut line: Map<String, Value> = rest.as_object().cloned().unwrap_or_default();
            line.extend(texts.into_iter().map(|(name, value)| (name.to_owned(), value)));
            line.extend(event.map(|event| ("event".to_owned(), event)));
            Value::Object(line)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(line in line()) {
        prop_assert_eq!(back(&row(&line)), line);
    }
}

#[test]
fn what_is_no_object_is_kept_whole() {
    assert_eq!(text_of(&row(&json!(["odd"])), "rest"), r#"["odd"]"#);
}
