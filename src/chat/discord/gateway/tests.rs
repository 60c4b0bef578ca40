use super::*;

#[test]
fn a_gateway_may_be_told_like_an_api() {
    assert_eq!(socket("http://127.0.0.1:1/"), "ws://127.0.0.1:1");
    assert_eq!(socket("https://gateway.example"), "wss://gateway.example");
    assert_eq!(socket("wss://gateway.discord.gg/"), "wss://gateway.discord.gg");
}
