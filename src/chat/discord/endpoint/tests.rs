use ed25519_dalek::{Signer, SigningKey};

use super::*;

fn headers(key: &SigningKey, stamp: &str, body: &[u8]) -> HeaderMap {
    let signature = key.sign(&[stamp.as_bytes(), body].concat());
    let mut headers = HeaderMap::new();
    headers.insert("x-signature-timestamp", stamp.parse().unwrap());
    headers.insert("x-signature-ed25519", hex::encode(signature.to_bytes()).parse().unwrap());
    headers
}

#[test]
fn only_what_discord_signed_just_now_is_taken() {
    let (key, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let now: Timestamp = "2026-11-22T14:05:30Z".parse().unwrap();
    let stamp = now.as_second().to_string();
    let body = br#"{"type":1}"#;
    let judge = |headers: &HeaderMap, body: &[u8], later: i64| {
        signed(&key.verifying_key(), headers, body, now + SignedDuration::from_secs(later))
    };
    let right = headers(&key, &stamp, body);
    assert_eq!(judge(&right, body, 0), Ok(()));
    assert_eq!(judge(&right, body, 300), Ok(()));
    assert_eq!(judge(&right, body, 301), Err("old"));
    assert_eq!(judge(&right, body, -301), Err("old"), "a clock that is ahead");
    assert_eq!(judge(&right, br#"{"type":2}"#, 0), Err("forged"));
    assert_eq!(judge(&headers(&other, &stamp, body), body, 0), Err("forged"));
    assert_eq!(judge(&HeaderMap::new(), body, 0), Err("unsigned"));
    let mut moved = right.clone();
    moved.insert("x-signature-timestamp", (now.as_second() + 1).to_string().parse().unwrap());
    assert_eq!(judge(&moved, body, 0), Err("forged"), "the time is signed too");
    let mut short = right;
    short.insert("x-signature-ed25519", "00ff".parse().unwrap());
    assert_eq!(judge(&short, body, 0), Err("unsigned"));
    assert_eq!(judge(&headers(&key, "soon", body), body, 0), Err("undated"));
}
