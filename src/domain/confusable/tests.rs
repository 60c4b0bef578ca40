use super::*;

#[test]
fn the_short_way_for_ascii_is_the_table_s() {
    for c in ('\0'..='\x7f').filter(|c| !c.is_whitespace()) {
        let text = format!("a{c}b");
        let by_table: String = unicode_security::skeleton(&text).map(visible).collect();
        assert_eq!(skeleton(&text), by_table, "{c:?}");
    }
}

#[test]
fn names_that_a_reader_cannot_tell_apart_look_alike() {
    for (one, other) in [
        ("web-01", "w\u{435}b-01"),
        ("web-01", "web\u{200b}-01"),
        ("web-01", "web-01\u{feff}"),
        ("web-01", "web-01 "),
        ("web-01", "web-0l"),
        ("caf\u{e9}-1", "cafe\u{301}-1"),
        ("modem", "modern"),
        ("a b", "a\u{a0}b"),
        ("a\nb", "a\tb"),
        ("сору", "copy"),
    ] {
        assert!(look_alike(one, other), "{one:?} {other:?}");
        assert!(look_alike(other, one), "{other:?} {one:?}");
    }
}

#[test]
fn what_cannot_be_seen_is_noticed() {
    assert!(is_visible("Zoë O'Neil") && is_visible("алиса"));
    for name in ["alice ", " alice", "ali\u{200b}ce", "alice\u{feff}", "al\tice"] {
        assert!(!is_visible(name), "{name:?}");
    }
}

#[test]
fn names_that_differ_for_everybody_do_not() {
    for (one, other) in
        [("web-01", "web-01"), ("web-01", "WEB-01"), ("web-01", "web-02"), ("cafe", "caf\u{e9}"), ("a b", "ab")]
    {
        assert!(!look_alike(one, other), "{one:?} {other:?}");
    }
}
