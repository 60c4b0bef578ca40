//! Whom we believe to be the vCenter: the system's roots, a file of certificates, one certificate by its thumbprint, or
//! (loudly) anyone.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};

use super::config::{SetupError, VCenterConfig};

/// The TLS side of every connection to one vCenter.
pub(crate) fn client_config(config: &VCenterConfig) -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trust: Arc<dyn ServerCertVerifier> = match (&config.thumbprint, &config.ca_file, config.insecure) {
        (Some(_), Some(_), _) => return Err(SetupError::Contradiction("thumbprint and ca_file")),
        (Some(_), None, true) => return Err(SetupError::Contradiction("thumbprint and insecure")),
        (None, Some(_), true) => return Err(SetupError::Contradiction("ca_file and insecure")),
        (Some(thumbprint), None, false) => {
            Arc::new(Trust { only: Some(parse_thumbprint(thumbprint)?), provider: provider.clone() })
        }
        (None, None, true) => Arc::new(Trust { only: None, provider: provider.clone() }),
        (None, Some(file), false) => roots(file_roots(file)?, &provider)?,
        (None, None, false) => roots(system_roots()?, &provider)?,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::Https(error.to_string()))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(trust).with_no_client_auth())
}

fn roots(store: RootCertStore, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, SetupError> {
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone())
        .build()
        .map_err(|error| SetupError::Https(error.to_string()))?;
    Ok(verifier)
}

fn file_roots(path: &Path) -> Result<RootCertStore, SetupError> {
    let wrong = |why: String| SetupError::CaFile { path: path.to_owned(), why };
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(|error| wrong(error.to_string()))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("it holds no certificate in PEM form".to_owned()));
    }
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    Ok(store)
}

fn system_roots() -> Result<RootCertStore, SetupError> {
    let loaded = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    // A system's store may hold certificates that webpki does not read; the others are still good.
    let (added, _) = store.add_parsable_certificates(loaded.certs);
    if added == 0 {
        let why = loaded.errors.first().map_or_else(|| "there are none".to_owned(), ToString::to_string);
        return Err(SetupError::SystemRoots(why));
    }
    Ok(store)
}

/// `AB:CD:…` or `abcd…` -> 32 bytes
fn parse_thumbprint(text: &str) -> Result<[u8; 32], SetupError> {
    let digits: String = text.chars().filter(|character| !matches!(character, ':' | ' ')).collect();
    let mut bytes = [0; 32];
    hex::decode_to_slice(&digits, &mut bytes)
        .map_err(|_| SetupError::Thumbprint(format!("{} digits", digits.chars().count())))?;
    Ok(bytes)
}

/// `AB:CD:…`, as browsers and openssl write it.
fn show_thumbprint(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// Trusts one certificate, or any. Either way the server must prove that it holds the key of what it shows.
#[derive(Debug)]
struct Trust {
    only: Option<[u8; 32]>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Sha256::digest(end_entity);
        match self.only {
            Some(only) if shown.as_slice() != only => Err(Error::General(format!(
                "the server's certificate has another thumbprint than configured: SHA-256 {}",
                show_thumbprint(&shown)
            ))),
            Some(_) | None => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> VCenterConfig {
        VCenterConfig {
            name: "a".into(),
            url: "https://vc".to_owned(),
            username: "u".to_owned(),
            password: "p".into(),
            ca_file: None,
            thumbprint: None,
            insecure: false,
        }
    }

    #[test]
    fn thumbprints_are_read_in_the_forms_that_tools_write() {
        let bytes: Vec<u8> = (0..32).collect();
        let shown = show_thumbprint(&bytes);
        assert_eq!(parse_thumbprint(&shown).unwrap().as_slice(), bytes);
        assert_eq!(parse_thumbprint(&hex::encode(&bytes)).unwrap().as_slice(), bytes);
        for wrong in ["", "AB:CD", &"zz".repeat(32), &"ab".repeat(20), &"é".repeat(64)] {
            assert!(matches!(parse_thumbprint(wrong), Err(SetupError::Thumbprint(_))), "{wrong}");
        }
    }

    #[test]
    fn what_contradicts_itself_or_cannot_be_read_is_refused() {
        let thumbprint = Some("ab".repeat(32));
        let both = VCenterConfig { thumbprint: thumbprint.clone(), insecure: true, ..config() };
        assert!(matches!(client_config(&both), Err(SetupError::Contradiction(_))));
        let missing = VCenterConfig { ca_file: Some("/nowhere/ca.pem".into()), ..config() };
        assert!(matches!(client_config(&missing), Err(SetupError::CaFile { .. })));
        let empty = tempfile::NamedTempFile::new().unwrap();
        let empty = VCenterConfig { ca_file: Some(empty.path().to_owned()), ..config() };
        assert!(matches!(client_config(&empty), Err(SetupError::CaFile { .. })));
        assert!(client_config(&VCenterConfig { thumbprint, ..config() }).is_ok());
        assert!(client_config(&VCenterConfig { insecure: true, ..config() }).is_ok());
    }
}
