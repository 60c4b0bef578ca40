use super::*;

#[test]
fn a_token_fits_its_own_button_and_no_other() {
    let (key, id) = (TokenKey::new([7; 32]), RequestId::from_bits(99));
    let text = key.mint(&id, "approve", 0, "f00d");
    assert!(text.len() <= 100, "Discord's custom_id holds 100 characters");
    let token = Token::parse(&text).unwrap();
    assert!(key.fits(&token, "f00d"));
    assert!(!key.fits(&token, "beef"), "another plan");
    assert!(!TokenKey::new([8; 32]).fits(&token, "f00d"), "another installation");
    for (from, to) in [("approve", "deny"), (".0.", ".1."), (id.as_str(), "R-2222")] {
        let forged = Token::parse(&text.replace(from, to)).unwrap();
        assert!(!key.fits(&forged, "f00d"), "{from} -> {to}");
    }
}

#[test]
fn what_is_no_token_is_refused() {
    for text in ["", "R-7KQ2", "R-7KQ2.approve.0", "R-7KQ2.approve.x.000000000000000000000000", "a.b.c.d.e"] {
        assert_eq!(Token::parse(text), None, "{text}");
    }
}

#[test]
fn what_is_longer_than_any_of_ours_is_none() {
    let mac = "0".repeat(MAC_DIGITS);
    assert!(Token::parse(&format!("R-7KQ2.{}.0.{mac}", "x".repeat(60))).is_some());
    assert_eq!(Token::parse(&format!("R-7KQ2.{}.0.{mac}", "x".repeat(60_000))), None);
}
