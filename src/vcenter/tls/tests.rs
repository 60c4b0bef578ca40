//! A certificate that signed itself and is given as its own authority. Both files were made with `openssl req -x509`, for `vc.example.com`, valid from
//! December 2026 for 100 years.

use std::time::Duration;

use super::*;
use crate::vcenter::config::Authorities;

const OWN: &[u8] = include_bytes!("own.pem");
const OTHER: &[u8] = include_bytes!("other.pem");

/// What is said of the first certificate by who trusts this file, at a host, so many days after 1970.
fn verdict(file: &[u8], host: &'static str, days: u64) -> Result<(), Error> {
    let (trusted, shown) = (Authorities::of_pem(file).unwrap(), Authorities::of_pem(OWN).unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = SignedOrOwn { signed: roots(trusted.roots, &provider).unwrap(), own: trusted.certificates };
    let at = UnixTime::since_unix_epoch(Duration::from_secs(days * 86_400));
    let name = ServerName::try_from(host).unwrap();
    verifier.verify_server_cert(&shown.certificates[0], &[], &name, &[], at).map(|_| ())
}

#[test]
fn a_certificate_that_signed_itself_is_trusted_by_its_own_file_at_its_host_and_in_its_time() {
    let in_its_time = 365 * 60;
    assert_eq!(verdict(OWN, "vc.example.com", in_its_time), Ok(()));
    assert!(verdict(OTHER, "vc.example.com", in_its_time).is_err(), "another of the same name is another");
    assert!(verdict(OWN, "vc.example.org", in_its_time).is_err());
    assert!(verdict(OWN, "vc.example.com", 365 * 50).is_err(), "not yet valid");
    assert!(verdict(OWN, "vc.example.com", 365 * 200).is_err(), "not valid any more");
}
