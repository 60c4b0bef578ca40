use super::*;

fn by(proxies: &Proxies, url: &str) -> Option<String> {
    let through = proxies.proxy.as_ref()?.rules().intercept(&url.parse().unwrap())?;
    Some(through.uri().authority().unwrap().to_string())
}

fn of(variables: &[(&str, &str)]) -> Result<Proxies, String> {
    let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Proxies::of_environment(find)
}

#[test]
fn the_environments_proxy_is_for_encrypted_connections_and_not_for_whom_it_excepts() {
    let proxies = of(&[("https_proxy", "proxy.corp:3128"), ("NO_PROXY", "example.com, 10.0.0.0/8")]).unwrap();
    assert_eq!(by(&proxies, "https://slack.com").as_deref(), Some("proxy.corp:3128"));
    for direct in [
        "http://slack.com",
        "https://example.com",
        "https://a.example.com",
        "https://10.1.2.3",
        "https://localhost:1",
        "https://127.0.0.2",
        "https://[::1]:9",
    ] {
        assert_eq!(by(&proxies, direct), None, "{direct}");
    }
    assert_eq!(
        by(&of(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://a:1")]).unwrap(), "https://b").as_deref(),
        Some("a:1")
    );
    assert_eq!(by(&of(&[("HTTPS_PROXY", "http://a:1"), ("no_proxy", "*")]).unwrap(), "https://b"), None);
    assert_eq!(by(&of(&[("HTTP_PROXY", "http://a:1")]).unwrap(), "https://b"), None);
}

#[test]
fn a_proxy_that_is_none_is_refused_by_its_variables_name_and_its_password_is_never_repeated() {
    let wrong = of(&[("HTTPS_PROXY", "socks5://me:sesame@proxy:1080")]).unwrap_err();
    assert!(wrong.contains("HTTPS_PROXY") && wrong.contains("http://") && !wrong.contains("sesame"), "{wrong}");
    let proxies = Proxies::through("http://me:sesame@proxy:3128".parse().unwrap(), &[]);
    assert!(!format!("{proxies:?}").contains("sesame"));
    assert_eq!(by(&proxies, "http://peer.example").as_deref(), Some("proxy:3128"));
}
