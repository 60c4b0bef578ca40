use super::*;

fn snapshot_name(text: &str) -> Result<String, CommandError> {
    name_in(&Text::of_field(text))
}

fn snapshot_description(text: &str) -> Result<String, CommandError> {
    description_in(&Text::of_field(text))
}

#[test]
fn names_of_all_scripts_are_kept() {
    for (typed, kept) in [
        ("  before upgrade ", "before upgrade"),
        ("before\u{a0}upgrade", "before upgrade"),
        ("🚀 release", "🚀 release"),
        ("👩\u{200d}💻 at work", "👩\u{200d}💻 at work"),
        ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
        ("⚠\u{fe0f} careful", "⚠\u{fe0f} careful"),
        ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
        ("قبل الترقية", "قبل الترقية"),
        ("לפני שדרוג", "לפני שדרוג"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("100%/done\\", "100%/done\\"),
    ] {
        assert_eq!(snapshot_name(typed).as_deref(), Ok(kept));
    }
    assert!(snapshot_name(&"é".repeat(80)).is_ok());
    assert!(snapshot_name(&format!("  {}  ", "x".repeat(80))).is_ok());
}

#[test]
fn what_cannot_be_seen_is_refused_with_its_place() {
    for c in [
        '\0',
        '\n',
        '\t',
        '\u{7}',
        '\u{7f}',
        '\u{85}',
        '\u{ad}',
        '\u{61c}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{3164}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffff}',
        '\u{e0041}',
    ] {
        let expected = CommandError::Character { parameter: Parameter::Name, column: 3, code_point: u32::from(c) };
        assert_eq!(snapshot_name(&format!("ab{c}cd")), Err(expected));
    }
}

#[test]
fn a_name_has_a_length() {
    assert_eq!(snapshot_name(" \u{a0} "), Err(CommandError::NameEmpty { column: 1 }));
    let expected = CommandError::ValueTooLong { parameter: Parameter::Name, limit: 80, length: 81, column: 81 };
    assert_eq!(snapshot_name(&"x".repeat(81)), Err(expected));
}

#[test]
fn a_description_may_have_lines_but_not_our_marker() {
    assert_eq!(snapshot_description(" one\r\ntwo ").as_deref(), Ok("one\ntwo"));
    assert!(snapshot_description(&"x".repeat(1_024)).is_ok());
    assert!(matches!(
        snapshot_description(&"x".repeat(1_025)),
        Err(CommandError::ValueTooLong {
            parameter: Parameter::Description,
            limit: 1_024,
            length: 1_025,
            column: 1_025
        })
    ));
    for (text, column) in [("a\0", 2), ("ab\u{202e}", 3), ("\u{2067}x", 1), ("a\u{1b}[31m", 2)] {
        let found = snapshot_description(text);
        assert!(
            matches!(found, Err(CommandError::Character { parameter: Parameter::Description, column: at, .. }) if at == column),
            "{text:?}"
        );
    }
    assert_eq!(snapshot_description("x [Snapwarden R-7KQ2/1]"), Err(CommandError::DescriptionReserved { column: 3 }));
}

#[test]
fn a_reason_is_one_visible_line() {
    assert_eq!(reason(" month-end\nclosing ").as_deref(), Ok("month-end closing"));
    for wrong in ["", "  ", "x\u{202e}y", "x\u{200b}y", "x\0y"] {
        assert!(reason(wrong).is_err(), "{wrong:?}");
    }
    assert!(reason(&"9".repeat(301)).is_err());
}

#[test]
fn a_ticket_is_short_and_visible() {
    assert_eq!(ticket(" CHG 0042117 ").as_deref(), Ok("CHG 0042117"));
    for wrong in ["", "  ", "CHG\n1", "CHG\u{200b}1"] {
        assert!(ticket(wrong).is_err(), "{wrong:?}");
    }
    assert!(ticket(&"9".repeat(65)).is_err());
}
