use super::*;

fn of(url: &str) -> Result<Address, String> {
    Address::of(url.parse().unwrap())
}

#[test]
fn addresses_are_read_with_and_without_the_path() {
    for url in ["https://vc.example", "https://vc.example/", "https://vc.example/sdk", "https://vc.example/sdk/"] {
        let address = of(url).unwrap();
        assert_eq!(address.sdk().as_str(), "https://vc.example/sdk");
        assert_eq!(address.versions().as_str(), "https://vc.example/sdk/vimServiceVersions.xml");
        assert_eq!(address.at("/api").as_str(), "https://vc.example/api");
    }
    assert_eq!(of("http://127.0.0.1:8989").unwrap().sdk().port(), Some(8989));
    assert_eq!(of("https://vc.example/ui"), Err("its path is not /sdk".to_owned()));
}

#[test]
fn only_a_loopback_address_may_be_unencrypted_without_a_word() {
    for url in ["http://127.0.0.1:1", "http://127.1.2.3", "http://[::1]:1", "http://localhost", "https://vc.example"] {
        assert!(!of(url).unwrap().is_in_the_clear(), "{url}");
    }
    for url in ["http://vc.example", "http://127.evil.example"] {
        assert!(of(url).unwrap().is_in_the_clear(), "{url}");
    }
}

#[test]
fn a_file_without_certificates_is_refused() {
    assert!(Authorities::read(Path::new("/nowhere/ca.pem")).unwrap_err().contains("cannot be read"));
    let empty = tempfile::NamedTempFile::new().unwrap();
    assert!(Authorities::read(empty.path()).unwrap_err().contains("no certificate"));
}
