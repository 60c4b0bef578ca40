use super::*;

#[test]
fn names_survive_the_way_out_and_back() {
    for name in ["plain", "50 % / \\ 100 %25", "%", "%%2f", "été/日本語%", ""] {
        assert_eq!(unescape(&escape(name)), name);
    }
    assert_eq!(escape("a/b%c\\d"), "a%2fb%25c%5cd");
}

#[test]
fn only_the_three_escapes_are_read_back() {
    assert_eq!(unescape("a%2Fb%2fc%5C%25"), "a/b/c\\%");
    assert_eq!(unescape("%252f"), "%2f");
    assert_eq!(unescape("100%"), "100%");
    assert_eq!(unescape("%41%é%2"), "%41%é%2");
}
