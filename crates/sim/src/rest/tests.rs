use super::base64;

#[test]
fn base64_is_that_of_rfc_4648() {
    for (plain, coded) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{ff}", "w78=")]
    {
        assert_eq!(base64(plain.as_bytes()), coded);
    }
}
