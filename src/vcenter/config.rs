//! How one vCenter is reached, and what can be wrong with that before anything is sent.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use reqwest::Url;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::SecretString;

use crate::domain::ids::VCenterName;
use crate::proxy::Proxies;

/// One vCenter of the configuration.
#[derive(Debug, Clone)]
pub struct VCenterConfig {
    /// The name that people and other parts of the house know it by.
    pub name: VCenterName,
    /// Where it answers. `http` is allowed, for simulators.
    pub url: Address,
    /// The account, as vCenter names it (`snapwarden@vsphere.local`).
    pub username: String,
    pub password: Password,
    /// How its certificate is checked.
    pub trust: Trust,
    /// The proxy that it is reached through; directly without one.
    pub proxies: Option<Proxies>,
}

/// A password, and where it is read anew before every login if it lies in a file.
#[derive(Clone)]
pub struct Password {
    known: SecretString,
    source: Option<Arc<dyn Fn() -> Result<SecretString, String> + Send + Sync>>,
}

impl Password {
    /// One that may be another whenever it is read.
    pub fn from_file(
        known: SecretString,
        source: impl Fn() -> Result<SecretString, String> + Send + Sync + 'static,
    ) -> Self {
        Self { known, source: Some(Arc::new(source)) }
    }

    /// The password as it is now; as it was last where it cannot be read.
    pub(crate) fn read(&mut self) -> SecretString {
        match self.source.as_ref().map(|source| source()) {
            Some(Ok(fresh)) => self.known = fresh,
            Some(Err(why)) => tracing::warn!(why, "a vCenter's password cannot be read again; the last one is used"),
            None => {}
        }
        self.known.clone()
    }
}

impl<T: Into<SecretString>> From<T> for Password {
    fn from(known: T) -> Self {
        Self { known: known.into(), source: None }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[a secret]")
    }
}

/// How a peer's certificate is checked.
#[derive(Debug, Clone)]
pub enum Trust {
    /// By the system's roots.
    SystemRoots,
    /// By these certificates instead.
    Authorities(Authorities),
    /// It has to have this SHA-256 thumbprint, and no other is trusted.
    Thumbprint([u8; 32]),
    /// Not at all. Whoever stands between reads the password.
    Insecure,
}

/// The certificates of a PEM file.
#[derive(Clone)]
pub struct Authorities(pub(super) Arc<RootCertStore>);

impl Authorities {
    /// Reads a file.
    ///
    /// # Errors
    /// A sentence part that says why it cannot be used.
    pub fn read(file: &Path) -> Result<Self, String> {
        let broken = |error: &dyn fmt::Display| format!("it cannot be read: {error}");
        let certificates = CertificateDer::pem_file_iter(file).map_err(|error| broken(&error))?;
        let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(|error| broken(&error))?;
        if certificates.is_empty() {
            return Err("it holds no certificate in PEM form".to_owned());
        }
        let mut store = RootCertStore::empty();
        for certificate in certificates {
            store.add(certificate).map_err(|error| format!("a certificate in it cannot be used: {error}"))?;
        }
        Ok(Self(Arc::new(store)))
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} certificates", self.0.len())
    }
}

/// Why a client cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The system has no trusted certificates, and the configuration names none.
    #[error("the system's trusted certificates cannot be read ({0}); give ca_file or thumbprint")]
    SystemRoots(String),
    /// TLS or HTTP could not be set up at all.
    #[error("HTTPS cannot be set up: {0}")]
    Https(String),
}

/// The address of a vCenter: `https://host`, with or without a port and `/sdk`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Takes a URL that has a host, and neither a user, a password, a query nor a fragment.
    ///
    /// # Errors
    /// A sentence part that says why it is not a vCenter's.
    pub fn of(url: Url) -> Result<Self, String> {
        match url.path().trim_end_matches('/') {
            "" | "/sdk" => Ok(Self(url)),
            _ => Err("its path is not /sdk".to_owned()),
        }
    }

    /// Where calls are sent.
    pub(crate) fn sdk(&self) -> Url {
        self.at("/sdk")
    }

    /// The list of the versions that the vCenter speaks.
    pub(crate) fn versions(&self) -> Url {
        self.at("/sdk/vimServiceVersions.xml")
    }

    pub(crate) fn rest(&self) -> Url {
        self.at("/rest")
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    /// Whether what is sent can be read on the way to another machine.
    pub fn is_in_the_clear(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        let is_this_machine = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        self.0.scheme() == "http" && !is_this_machine
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests;
