use super::*;

#[test]
fn tokens_are_read_off_both_schemes() {
    assert_eq!(token_of("Bearer s3cret").as_deref(), Some("s3cret"));
    // alice:s3cret
    assert_eq!(token_of("Basic YWxpY2U6czNjcmV0").as_deref(), Some("s3cret"));
    for wrong in ["", "Basic", "Basic !!!", "Digest x", "Basic YWxpY2U="] {
        assert_eq!(token_of(wrong), None, "{wrong}");
    }
}
