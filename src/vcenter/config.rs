//! How one vCenter is reached, and what can be wrong with that before anything is sent.

use std::fmt;
use std::path::PathBuf;

use reqwest::Url;
use secrecy::SecretString;

use crate::domain::ids::VCenterName;

/// One vCenter of the configuration.
#[derive(Clone)]
pub struct VCenterConfig {
    /// The name that people and other parts of the house know it by.
    pub name: VCenterName,
    /// `https://host`, with or without a port and `/sdk`. `http` is allowed, for simulators.
    pub url: String,
    /// The account, as vCenter names it (`snapwarden@vsphere.local`).
    pub username: String,
    /// Its password.
    pub password: SecretString,
    /// A PEM file with the certificates to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The SHA-256 of the server's own certificate, in hex with or without colons: this one is trusted and no other.
    pub thumbprint: Option<String>,
    /// Trust any certificate. Whoever stands between reads the password.
    pub insecure: bool,
}

impl fmt::Debug for VCenterConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may carry what somebody took for a good place for a password.
        f.debug_struct("VCenterConfig")
            .field("name", &self.name)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Why a client cannot be set up. The configuration key is the lower-case name of the variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// `url` is none, or not one of a vCenter.
    #[error("url is not the address of a vCenter: {0}; expected https://host, with or without a port and /sdk")]
    Url(String),
    /// `ca_file` cannot be read or holds no certificate.
    #[error("ca_file {}: {why}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// `thumbprint` is no SHA-256.
    #[error("thumbprint is not a SHA-256: expected 64 hexadecimal digits, with or without colons, found {0}")]
    Thumbprint(String),
    /// More than one of `ca_file`, `thumbprint` and `insecure` is given, and they say different things.
    #[error("{0} exclude each other: keep the one that is meant")]
    Contradiction(&'static str),
    /// The system has no trusted certificates, and the configuration names none.
    #[error("the system's trusted certificates cannot be read ({0}); give ca_file or thumbprint")]
    SystemRoots(String),
    /// TLS or HTTP could not be set up at all.
    #[error("HTTPS cannot be set up: {0}")]
    Https(String),
}

/// The address of the SDK, that of its list of versions, and that of the REST interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) sdk: Url,
    pub(crate) versions: Url,
    pub(crate) rest: Url,
}

impl Addresses {
    /// Reads the configured address. User names, passwords, queries and other paths do not belong there.
    pub(crate) fn of(url: &str) -> Result<Self, SetupError> {
        let wrong = |why: &str| SetupError::Url(why.to_owned());
        let base = Url::parse(url.trim()).map_err(|error| SetupError::Url(error.to_string()))?;
        if !matches!(base.scheme(), "https" | "http") {
            return Err(wrong("its scheme is neither https nor http"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(wrong("it holds a user name or a password, which have keys of their own"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(wrong("it holds a query or a fragment"));
        }
        if !matches!(base.path().trim_end_matches('/'), "" | "/sdk") {
            return Err(wrong("its path is not /sdk"));
        }
        let (mut sdk, mut versions, mut rest) = (base.clone(), base.clone(), base);
        sdk.set_path("/sdk");
        versions.set_path("/sdk/vimServiceVersions.xml");
        rest.set_path("/rest");
        Ok(Self { sdk, versions, rest })
    }

    /// Whether what is sent can be read on the way to another machine.
    pub(crate) fn in_the_clear(&self) -> bool {
        let host = self.sdk.host_str().unwrap_or_default();
        let loopback = host == "localhost" || host.starts_with("127.") || host == "[::1]";
        self.sdk.scheme() == "http" && !loopback
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_the_path() {
        for url in ["https://vc.example", "https://vc.example/", "https://vc.example/sdk", " https://vc.example/sdk/ "]
        {
            let addresses = Addresses::of(url).unwrap();
            assert_eq!(addresses.sdk.as_str(), "https://vc.example/sdk");
            assert_eq!(addresses.versions.as_str(), "https://vc.example/sdk/vimServiceVersions.xml");
            assert_eq!(addresses.rest.as_str(), "https://vc.example/rest");
        }
        assert_eq!(Addresses::of("http://127.0.0.1:8989").unwrap().sdk.port(), Some(8989));
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_a_password() {
        for url in ["", "vc.example", "ftp://vc", "https://vc/ui", "https://vc/sdk?x", "https://me:secret@vc/sdk"] {
            let error = Addresses::of(url).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn only_a_loopback_address_may_be_unencrypted_without_a_word() {
        assert!(Addresses::of("http://vc.example").unwrap().in_the_clear());
        assert!(!Addresses::of("http://127.0.0.1:1").unwrap().in_the_clear());
        assert!(!Addresses::of("https://vc.example").unwrap().in_the_clear());
    }
}
