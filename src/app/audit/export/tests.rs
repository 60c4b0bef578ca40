use super::*;

#[test]
fn a_field_is_quoted_where_it_has_to_be_and_never_a_formula() {
    let cases = [
        ("web-01", "web-01"),
        ("a,b", "\"a,b\""),
        ("say \"yes\"", "\"say \"\"yes\"\"\""),
        ("two\nlines", "\"two\nlines\""),
        ("a;b", "\"a;b\""),
        ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
        ("+1", "\"'+1\""),
        ("-1", "\"'-1\""),
        ("@SUM(1)", "\"'@SUM(1)\""),
        ("\tx", "\"'\tx\""),
        ("\rx", "\"'\rx\""),
        ("'x", "\"''x\""),
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(field(text), expected, "{text:?}");
    }
}

#[test]
fn a_json_line_leaves_out_what_is_empty() {
    let mut row = COLUMNS.map(|_| Cell::Empty);
    row[0] = Cell::Number(3);
    row[13] = Cell::Text("a \"b\"\n".to_owned());
    row[19] = Cell::Json("{\"x\":1.0}".to_owned());
    let mut out = Vec::new();
    jsonl(&row, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "{\"seq\":3,\"name\":\"a \\\"b\\\"\\n\",\"rest\":{\"x\":1.0}}\n");
}
