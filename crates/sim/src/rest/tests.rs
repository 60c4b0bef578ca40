use super::unbase64;

#[test]
fn base64_is_read_as_its_standard_says() {
    let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{ff}", "w78=")];
    assert!(pairs.iter().all(|(text, coded)| unbase64(coded).as_deref() == Some(*text)));
    assert_eq!((unbase64("Zg-="), unbase64("/w==")), (None, None));
}
