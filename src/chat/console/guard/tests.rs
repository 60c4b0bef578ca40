use super::*;

fn demo(listen: &str) -> Options {
    let hosts = vec!["snap.example".to_owned()];
    Options { listen: listen.parse().unwrap(), identity: Identity::Chosen, hosts, channels: Vec::new() }
}

fn origin(host: &str, headers: &[(&'static str, &'static str)]) -> bool {
    let headers = headers.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect();
    same_origin(&demo("127.0.0.1:8080"), &headers, Some(host)).is_ok()
}

#[test]
fn the_demo_answers_to_its_own_names_alone() {
    let here = demo("127.0.0.1:8080");
    for good in ["localhost:8080", "LOCALHOST", "127.0.0.1:9", "[::1]:8080", "[::1]", "snap.example:80"] {
        assert!(host_allowed(&here, Some(good)).is_ok(), "{good}");
    }
    for bad in ["evil.example:8080", "192.0.2.7:8080", "localhost.evil.example", "", "127.0.0.1.evil.example", "::"] {
        assert!(host_allowed(&here, Some(bad)).is_err(), "{bad}");
    }
    assert!(host_allowed(&here, None).is_err());
    let everywhere = demo("0.0.0.0:8080");
    assert!(host_allowed(&everywhere, Some("192.0.2.7:8080")).is_ok());
    assert!(host_allowed(&everywhere, Some("evil.example")).is_err());
}

#[test]
fn a_change_comes_from_the_own_page_or_from_no_page() {
    let host = "localhost:8080";
    assert!(origin(host, &[]));
    assert!(origin(host, &[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")]));
    assert!(!origin(host, &[("origin", "http://localhost:3000"), ("sec-fetch-site", "same-site")]));
    assert!(!origin(host, &[("origin", "http://evil.example")]));
    assert!(!origin(host, &[("origin", "null")]));
    assert!(!origin(host, &[("sec-fetch-site", "cross-site")]));
}
