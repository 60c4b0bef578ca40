use proptest::prelude::*;

use super::*;

/// The text that was defused.
fn armed(text: &str) -> String {
    let mut begins = true;
    let mut given = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let c = if begins && c == '\'' { rest.next().unwrap_or(c) } else { c };
        given.push(c);
        begins = begins_after(begins, c);
    }
    given
}

#[test]
fn what_would_be_computed_is_not() {
    let cases = [
        ("web-01", "web-01"),
        ("a=b", "a=b"),
        ("=1+1", "'=1+1"),
        ("  =1+1", "  '=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1", "'＝1"),
        ("\tx", "'\tx"),
        ("'x", "''x"),
        ("a;=1", "a;'=1"),
        ("a; -1", "a; '-1"),
        ("a;b", "a;b"),
        ("a\n@x", "a\n'@x"),
        ("\r\"=", "'\r\"'="),
        ("", ""),
    ];
    for (text, safe) in cases {
        assert_eq!(defused(text), safe, "{text:?}");
        assert_eq!(armed(safe), text, "{text:?}");
    }
}

#[test]
fn lines_end_as_the_rfc_has_it_and_cells_are_quoted_where_they_have_to_be() {
    let row = [Cell::from("a,b"), Cell::Number(7), Cell::Empty, Cell::from("say \"yes\"")];
    let made = |reader| csv(["vm", "bytes", "until", "name"], [row.clone()], reader).unwrap();
    let text = "vm,bytes,until,name\r\n\"a,b\",7,,\"say \"\"yes\"\"\"\r\n";
    assert_eq!(made(Reader::Program), text.as_bytes());
    assert_eq!(made(Reader::Spreadsheet), [b"\xef\xbb\xbf", text.as_bytes()].concat());
}

/// Every cell that a spreadsheet would see, at whichever of its separators it parts the line.
fn cells(file: &str) -> Vec<String> {
    let of = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(file.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        rows.iter().flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    [b',', b';', b'\t'].into_iter().flat_map(of).collect()
}

proptest! {
    #[test]
    fn any_name_comes_back_and_none_is_a_formula(names in prop::collection::vec("[ -~\t\r\n;,\"'=+@é＝-]{0,12}|\\PC{0,12}", 1..6)) {
        let rows = names.iter().map(|name| [Cell::from("vm-1"), Cell::from(name.as_str()), Cell::Number(1)]);
        let file = csv(["a", "b", "c"], rows, Reader::Program).unwrap();
        let text = std::str::from_utf8(&file).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let read: Vec<String> = reader.records().map(|row| armed(&row.unwrap()[1])).collect();
        prop_assert_eq!(&read, &names);
        for cell in cells(text) {
            let begins = cell.trim_start();
            prop_assert!(!begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{:?} of {:?}", cell, text);
        }
    }
}
