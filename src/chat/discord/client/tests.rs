use super::*;

#[test]
fn only_ids_of_discords_become_part_of_an_address() {
    for (channel, right) in [
        ("discord:110000000000000001", true),
        ("discord:@110000000000000001", true),
        ("discord:", false),
        ("discord:0", false),
        ("discord:../users/@me", false),
        ("discord:@1/../2", false),
        ("discord:99999999999999999999", false),
        ("slack:C1", false),
    ] {
        assert_eq!(place(&channel.into()).is_ok(), right, "{channel}");
    }
    assert_eq!(user_of(&account("42")), Some("42"));
    assert_eq!(user_of(&"slack:42".into()), None);
}

#[test]
fn a_nonce_is_the_same_for_every_try_and_another_in_another_channel() {
    let request = RequestId::parse("R-7KQ2").unwrap();
    let own = nonce_of(&"discord:1".into(), &request);
    assert_eq!(own, nonce_of(&"discord:1".into(), &request));
    assert_ne!(own, nonce_of(&"discord:@1".into(), &request));
    assert!(own.len() <= limits::NONCE, "{own}");
}

#[test]
fn what_passes_is_tried_again_and_what_does_not_says_what_to_do() {
    let refused = |code: u64| ApiError::Refused { status: 403, code, said: "Missing".to_owned() };
    let channel = ChannelId::from("discord:1");
    assert!(matches!(sorted(&ApiError::Unauthorized, &channel), ChatError::Later { after: None, .. }));
    assert!(matches!(
        sorted(&ApiError::Wait(Duration::from_secs(2)), &channel),
        ChatError::Later { after: Some(_), .. }
    ));
    for (code, says) in [
        (code::UNKNOWN_CHANNEL, "is gone"),
        (code::MISSING_ACCESS, "View Channel"),
        (code::MISSING_PERMISSIONS, "Send Messages"),
        (code::NO_DIRECT, "allow"),
    ] {
        let ChatError::Never(why) = sorted(&refused(code), &channel) else { panic!("{code}") };
        assert!(why.contains(says), "{why}");
    }
}
