//! TLS to the chat platforms. A server is trusted if the system's certificate authorities vouch for it.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, RootCertStore};

/// The TLS side of every connection to a platform. The system's store is read once.
///
/// # Errors
/// Why there can be none.
pub(in crate::chat) fn client() -> Result<ClientConfig, String> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let roots = ROOTS.get_or_init(|| {
        let mut store = RootCertStore::empty();
        // A system's store may hold certificates that webpki does not read; the others are still good. Without any,
        // a peer on this machine can be reached and nobody else, whose certificate is then refused.
        let _added = store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(store)
    });
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(roots.clone()).with_no_client_auth())
}
