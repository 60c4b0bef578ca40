use super::*;

#[test]
fn the_caret_stands_below_the_place() {
    for (command, column, excerpt, caret) in [
        ("tkae web-01", 1, "tkae web-01", "^"),
        ("take web-01 kep:3d", 13, "take web-01 kep:3d", "            ^"),
        ("take 机 x:1", 8, "take 机 x:1", "        ^"),
        ("take a\u{202e}b", 7, "take a·b", "      ^"),
        ("take\na b", 6, "take a b", "     ^"),
    ] {
        let pointed = point_at(command, column);
        assert_eq!((pointed.excerpt.as_str(), pointed.caret.as_str()), (excerpt, caret));
    }
}

#[test]
fn a_long_command_is_shown_around_the_place() {
    let pointed = point_at(&"x".repeat(4_000), 2_000);
    assert_eq!(pointed.excerpt.chars().count(), 2 * AROUND_CHARS + 2);
    assert_eq!(pointed.caret, format!("{}^", " ".repeat(AROUND_CHARS + 1)));
}
