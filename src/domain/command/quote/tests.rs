use super::*;

#[test]
fn only_what_needs_quotes_gets_them() {
    for (text, quoted) in [
        ("web-01", "web-01"),
        ("test/web-02", "test/web-02"),
        ("before upgrade", "\"before upgrade\""),
        ("say \"hi\"", "\"say \\\"hi\\\"\""),
        ("a\\b", "\"a\\\\b\""),
        ("vm-42", "\"vm-42\""),
        ("3", "\"3\""),
        ("#3", "\"#3\""),
        ("a:b", "\"a:b\""),
        ("--x", "\"--x\""),
        ("Latest", "\"Latest\""),
        ("", "\"\""),
    ] {
        assert_eq!(quote(text), quoted);
    }
}

#[test]
fn what_was_quoted_reads_back() {
    for name in ["web-01", "before upgrade", "a\"b", "back\\slash", "\"", "latest", "42"] {
        assert_eq!(unquote(&quote(name)), name);
    }
}
