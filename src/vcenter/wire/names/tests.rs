use super::*;

#[test]
fn names_survive_the_way_out_and_back() {
    for name in ["plain", "50 % / \\ 100 %25", "%", "%%2f", "été/日本語%", ""] {
        assert_eq!(unescape(&escape(name)), name);
    }
    assert_eq!(escape("a/b%c\\d"), "a%2fb%25c%5cd");
}

#[test]
fn what_is_escaped_twice_is_told_from_what_only_looks_so() {
    for name in ["11%252f13%252f2019", "50%2525", "a%255Cb"] {
        assert!(is_escaped_twice(name), "{name}");
    }
    for name in ["plain", "11%2f13", "50%25", "a%2fb%252fc", "100%", "%2541", "%25"] {
        assert!(!is_escaped_twice(name), "{name}");
    }
}

#[test]
fn only_the_three_escapes_are_read_back() {
    assert_eq!(unescape("a%2Fb%2fc%5C%25"), "a/b/c\\%");
    assert_eq!(unescape("%252f"), "%2f");
    assert_eq!(unescape("100%"), "100%");
    assert_eq!(unescape("%41%é%2"), "%41%é%2");
}
