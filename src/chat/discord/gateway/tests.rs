use super::*;

#[test]
fn a_gateway_may_be_told_like_an_api() {
    let read = |url: &str| socket(url).map(String::from);
    assert_eq!(read("http://127.0.0.1:1/").unwrap(), "ws://127.0.0.1:1/?v=10&encoding=json");
    assert_eq!(read("https://gateway.example").unwrap(), "wss://gateway.example/?v=10&encoding=json");
    assert_eq!(read("wss://gateway.discord.gg/").unwrap(), "wss://gateway.discord.gg/?v=10&encoding=json");
    assert!(read("file:///etc/passwd").is_err() && read("gateway").is_err());
}

#[test]
fn a_session_is_resumed_at_once_and_none_is_begun_in_a_hurry() {
    assert_eq!(pause(0, false, Then::Resume), Duration::ZERO);
    assert_eq!(pause(0, true, Then::Begin), Duration::from_secs(1));
    let all = |begun: bool, then| (1..40).map(|failures| pause(failures, begun, then)).collect::<Vec<_>>();
    for (waits, longest) in [
        (all(false, Then::Resume), LONGEST_PAUSE),
        (all(true, Then::Resume), LONGEST_SESSION_PAUSE),
        (all(true, Then::Begin), LONGEST_SESSION_PAUSE),
    ] {
        assert!(waits.is_sorted() && waits[0] == PAUSE && waits[38] == longest, "{waits:?}");
    }
    // A day of sessions that end as they begin, or that hold for just long enough to be no failure, stays below Discord's thousand.
    for each in [LONGEST_SESSION_PAUSE, HELD] {
        assert!(24 * 3_600 / each.as_secs() < 1_000);
    }
}

#[test]
fn a_closing_code_says_what_follows() {
    for (code, then) in [
        (None, Then::Resume),
        (Some(1_001), Then::Resume),
        (Some(4_000), Then::Resume),
        (Some(4_007), Then::Begin),
        (Some(4_009), Then::Begin),
        (Some(4_004), Then::Mend),
        (Some(4_014), Then::Mend),
    ] {
        assert_eq!(closed(code).then, then, "{code:?}");
    }
    assert!(closed(Some(4_004)).why.contains("[discord] token"));
}
