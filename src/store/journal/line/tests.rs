//! What a line keeps and what it notices.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn at() -> Timestamp {
    "2026-08-01T12:00:00.5Z".parse().unwrap()
}

fn put(key: &str, value: &[u8]) -> Change {
    Change { puts: BTreeMap::from([(key.to_owned(), value.to_vec())]), ..Change::default() }
}

fn bare(encoded: &Encoded) -> &[u8] {
    encoded.bytes.strip_suffix(b"\n").unwrap()
}

#[test]
fn a_line_looks_as_the_documentation_says() {
    let mut change = put("request/R-7KQ2", br#"{"z":1,"a":[2.50]}"#);
    change.puts.insert("blob".into(), vec![0, 255]);
    change.deletes.insert("old".into());
    change.audit.push(json!({"what": "asked"}));
    let line = encode(1, GENESIS, at(), &change).unwrap();
    let text = String::from_utf8(line.bytes.clone()).unwrap();
    let start = format!(
        r#"{{"seq":1,"prev":"{GENESIS}","ts":"2026-08-01T12:00:00.5Z","puts":{{"request/R-7KQ2":{{"z":1,"a":[2.50]}}}},"puts_hex":{{"blob":"00ff"}},"deletes":["old"],"audit":[{{"what":"asked"}}],"hash":""#
    );
    assert!(text.starts_with(&start), "{text}");
    assert!(text.ends_with("\"}\n"));
    assert_eq!(check(bare(&line), 1, GENESIS).unwrap(), line.hash);
    assert_eq!(Line::decode(bare(&line)).unwrap().change, change);
}

#[test]
fn a_hash_stands_for_ever() {
    // Written down once: a change of the format that would make old journals unreadable fails here.
    let line = encode(1, GENESIS, at(), &put("k", b"1")).unwrap();
    assert_eq!(line.hash, "53f1c4727bc980cba357c8ec7795190054383bcd47d9cb09afff05105eedfc44");
}

#[test]
fn only_json_without_line_breaks_and_outer_spaces_stands_as_it_is() {
    for kept in [&b"1"[..], b"\"\\n\"", b"{\"a\": 1}", b"1e999", b"null"] {
        assert!(verbatim(kept).is_some(), "{kept:?}");
    }
    for hexed in [&b""[..], b" 1", b"1 ", b"{\n}", b"{\r}", b"1 2", b"\xff", b"\"\xff\"", b"tru", b"\x00"] {
        assert!(verbatim(hexed).is_none(), "{hexed:?}");
    }
}

#[test]
fn a_newer_versions_field_is_refused() {
    let text = format!(r#"{{"seq":1,"prev":"{GENESIS}","ts":"2026-08-01T12:00:00Z","moved":{{}},"hash":"{GENESIS}"}}"#);
    assert!(Line::decode(text.as_bytes()).unwrap_err().contains("moved"));
}

#[test]
fn deep_json_comes_back() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let line = encode(1, GENESIS, at(), &put("k", deep.as_bytes())).unwrap();
    assert_eq!(Line::decode(bare(&line)).unwrap().change.puts["k"], deep.as_bytes());
}

#[test]
fn audit_lines_too_deep_to_be_read_back_are_not_written() {
    let mut deep = json!({});
    for _ in 0..200 {
        deep = json!({"in": deep});
    }
    let change = Change { audit: vec![deep], ..Change::default() };
    assert!(encode(1, GENESIS, at(), &change).is_err());
}

proptest! {
    #[test]
    fn every_row_comes_back_byte_for_byte(
        rows in proptest::collection::btree_map(".{0,12}", proptest::collection::vec(any::<u8>(), 0..40), 0..5),
        texts in proptest::collection::btree_map("t.{0,8}", ".{0,30}", 0..3),
        deletes in proptest::collection::btree_set("d.{0,8}", 0..3),
    ) {
        let mut puts = rows;
        for (key, text) in texts {
            puts.insert(key, serde_json::to_vec(&json!({"text": text})).unwrap());
        }
        puts.retain(|key, _| !deletes.contains(key));
        let change = Change { puts, deletes, audit: Vec::new() };
        let line = encode(7, GENESIS, at(), &change).unwrap();
        prop_assert_eq!(line.bytes.iter().filter(|b| **b == b'\n').count(), 1);
        prop_assert!(!line.bytes.contains(&0));
        prop_assert_eq!(check(bare(&line), 7, GENESIS).unwrap(), line.hash.clone());
        prop_assert_eq!(Line::decode(bare(&line)).unwrap().change, change);
    }

    #[test]
    fn any_changed_byte_is_noticed(at_byte in any::<proptest::sample::Index>(), flip in 1u8..=255) {
        let line = encode(3, GENESIS, at(), &put("key", b"{\"n\":1}")).unwrap();
        let mut bytes = bare(&line).to_vec();
        let place = at_byte.index(bytes.len());
        bytes[place] ^= flip;
        prop_assert!(check(&bytes, 3, GENESIS).is_err());
    }
}
