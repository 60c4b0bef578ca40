use super::*;

fn api(base: &str) -> Api {
    Api::new(&base.parse().unwrap(), "xoxb-1".to_owned().into(), &Proxies::default()).unwrap()
}

#[test]
fn answers_go_to_slack_alone_or_to_the_local_peer_that_stands_in_for_it() {
    let slack = api("https://slack.com/api");
    assert!(slack.allowed("https://hooks.slack.com/commands/T1/1/x").is_some());
    for wrong in [
        "http://hooks.slack.com/x",
        "https://hooks.slack.com:8443/x",
        "https://hooks.slack.com.evil.example/x",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com@evil.example/x",
        "https://user@hooks.slack.com/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "",
    ] {
        assert!(slack.allowed(wrong).is_none(), "{wrong}");
    }
    let peer = api("http://127.0.0.1:4711/api");
    assert!(peer.allowed("http://127.0.0.1:4711/response/1").is_some());
    for wrong in ["http://127.0.0.1:4712/response/1", "http://localhost:4711/x", "https://127.0.0.1:4711/x"] {
        assert!(peer.allowed(wrong).is_none(), "{wrong}");
    }
    let far = api("https://slack.example.com/api");
    assert!(far.allowed("https://slack.example.com/x").is_none(), "only a peer on this machine stands in");
}
