use super::*;

#[test]
fn names_are_escaped_once() {
    for (given, kept, read) in [
        ("before patch", "before patch", "before patch"),
        ("50%25", "50%25", "50%"),
        ("50%", "50%25", "50%"),
        ("a/b\\c", "a%2fb%5cc", "a/b\\c"),
        ("a%2Fb", "a%2fb", "a/b"),
        ("%2", "%252", "%2"),
        ("100%é", "100%25é", "100%é"),
        ("%252f", "%252f", "%2f"),
    ] {
        assert_eq!(stored(given), kept);
        assert_eq!(plain(&stored(given)), read);
    }
}

#[test]
fn names_have_one_to_eighty_characters() {
    assert!(!acceptable(""));
    assert!(acceptable(&"é".repeat(80)) && !acceptable(&"é".repeat(81)));
    assert!(acceptable(&"%2f".repeat(80)));
}
