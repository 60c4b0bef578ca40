use super::*;

#[test]
fn a_cut_falls_between_characters_as_people_count_them() {
    assert_eq!(cut("abcdef", 6), "abcdef");
    assert_eq!(cut("abcdefg", 6), "abcde…");
    assert_eq!(cut("abcd efg", 6), "abcd…", "no blank stands before the cut");
    let family = "👨‍👩‍👧‍👦";
    assert_eq!(cut(&format!("a{family}b"), 6), "a…", "a family is not torn apart");
    assert_eq!(cut(family, 4), "…", "one character may be longer than the limit");
    assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 5), "e\u{301}e\u{301}…");
    assert_eq!(cut(" \n ", 6), "–");
}

#[test]
fn nothing_escaped_is_markup() {
    assert_eq!(escape("<!channel> & <@U1>"), "&lt;!channel&gt; &amp; &lt;@U1&gt;");
}
