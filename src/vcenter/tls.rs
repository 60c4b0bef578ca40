//! Whom we believe to be the vCenter: the system's roots, a file of certificates, one certificate by its thumbprint, or
//! (loudly) anyone.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use sha2::{Digest, Sha256};

use super::config::{SetupError, Trust};

/// The TLS side of every connection to one vCenter.
pub(crate) fn client_config(trust: &Trust) -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match trust {
        Trust::SystemRoots => roots(Arc::new(system_roots()?), &provider)?,
        Trust::Authorities(authorities) => Arc::new(SignedOrOwn {
            signed: roots(authorities.roots.clone(), &provider)?,
            own: authorities.certificates.clone(),
        }),
        Trust::Thumbprint(only) => Arc::new(Verifier { only: Some(*only), provider: provider.clone() }),
        Trust::Insecure => Arc::new(Verifier { only: None, provider: provider.clone() }),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::Https(error.to_string()))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn roots(store: Arc<RootCertStore>, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, SetupError> {
    WebPkiServerVerifier::builder_with_provider(store, provider.clone())
        .build()
        .map_err(|error| SetupError::Https(error.to_string()))
}

/// What to do about a certificate that is not trusted.
pub(crate) fn advice(trust: &Trust) -> &'static str {
    match trust {
        Trust::SystemRoots => "Give its authority as ca_file, or its SHA-256 as thumbprint",
        Trust::Authorities(_) => "None of the certificates in ca_file is its own or signed it: add the one that did",
        Trust::Thumbprint(_) => "If it was renewed on purpose, give the new thumbprint",
        Trust::Insecure => "Any certificate is accepted, so this one is broken",
    }
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

/// `AB:CD:…`, as browsers and openssl write it.
fn show_thumbprint(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// Trusts what the certificates of a file signed, and those certificates themselves: one that signed itself is no end of a chain to webpki, but is what
/// an administrator gives who has no authority. Name and dates count for it, too.
#[derive(Debug)]
struct SignedOrOwn {
    signed: Arc<WebPkiServerVerifier>,
    own: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for SignedOrOwn {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.signed.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // webpki looks at the dates before it says this.
            Err(error) if is_ca(&error) && self.own.iter().any(|own| own == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.signed.supported_verify_schemes()
    }
}

/// Whether a certificate is refused for being an authority's.
fn is_ca(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(OtherError(error))) = error else { return false };
    matches!(error.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// Trusts one certificate, or any. Either way the server must prove that it holds the key of what it shows.
#[derive(Debug)]
struct Verifier {
    only: Option<[u8; 32]>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
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
mod tests;
