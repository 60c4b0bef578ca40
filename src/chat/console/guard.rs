//! Who may talk to the console at all: the right host, no other site's page, and a signed-in person outside the demo.
//!
//! The demo has no login, so a page of any site could drive it through the reader's browser. Two checks stop that: a call that
//! changes something must come from the console's own page (`Origin`, `Sec-Fetch-Site`) or from no page at all (curl), and the
//! `Host` must be one that no stranger's name server can point here. Neither is needed by a browser that behaves; both are cheap.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{ApiError, Identity, Options};
use crate::domain::ids::PersonId;

/// What the page may do: its own script, style and calls, and pictures of its own; nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Paths that answer without a login: what a supervisor and a metrics collector ask for.
const OPEN_PATHS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Who is signed in, put on the request by [`guard`]. Absent in the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedIn(pub(crate) PersonId);

/// Checks a request before anything else sees it, and puts the security headers on whatever comes back.
pub(crate) async fn guard(State(options): State<Arc<Options>>, mut request: Request, next: Next) -> Response {
    let response = match admit(&options, &mut request) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    secured(response)
}

/// Puts the security headers on an answer, whatever it is.
pub(crate) fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 5] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What is shown depends on who reads and changes by the second. A file that sets its own rule keeps it.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn admit(options: &Options, request: &mut Request) -> Result<(), ApiError> {
    let host = host(request.headers(), request.uri());
    if OPEN_PATHS.contains(&request.uri().path()) {
        return Ok(());
    }
    host_allowed(options, host.as_deref())?;
    if request.method() != Method::GET && request.method() != Method::HEAD {
        same_origin(options, request.headers(), host.as_deref())?;
    }
    if let Identity::SignedIn(sign_in) = &options.identity {
        let person = sign_in(request.headers())?;
        request.extensions_mut().insert(SignedIn(person));
    }
    Ok(())
}

/// Refuses a name that somebody else's name server may have pointed here (DNS rebinding). The port does not matter: it may be
/// forwarded.
fn host_allowed(options: &Options, host: Option<&str>) -> Result<(), ApiError> {
    let name = host.map(without_port).unwrap_or_default();
    let own = match name.trim_matches(['[', ']']).parse::<IpAddr>() {
        // No name server stands between an address and its machine. Listening everywhere, any address may be ours.
        Ok(address) => address.is_loopback() || address == options.listen.ip() || options.listen.ip().is_unspecified(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    };
    let anything_goes = match &options.identity {
        Identity::Chosen => false,
        Identity::SignedIn(_) => options.hosts.is_empty(),
    };
    if own || listed(options, name) || anything_goes {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::MISDIRECTED_REQUEST,
        "host_not_allowed",
        format!("This console does not answer to the host name \"{name}\"."),
        format!("Open it as http://localhost:{} or by the address it listens on.", options.listen.port()),
    ))
}

/// Refuses a change that another site's page sends through the reader's browser. A call without both headers comes from no
/// browser of today. A listed host is the own one too: a proxy before us may have changed the `Host`.
fn same_origin(options: &Options, headers: &HeaderMap, host: Option<&str>) -> Result<(), ApiError> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let site_ok = matches!(site, None | Some(b"same-origin" | b"none"));
    let origin_ok = match headers.get(ORIGIN).map(HeaderValue::to_str) {
        None => true,
        Some(Ok(origin)) => {
            let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            authority.is_some_and(|authority| Some(authority) == host || listed(options, without_port(authority)))
        }
        Some(Err(_)) => false,
    };
    if site_ok && origin_ok {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::FORBIDDEN,
        "cross_origin",
        "Another site's page sent this.",
        "Use the console's own page, or a program that is no browser.",
    ))
}

/// Whether a host name is one that the configuration lists.
fn listed(options: &Options, name: &str) -> bool {
    options.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
}

/// The host that the request is for, with its port.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers.get(HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| uri.authority().map(|authority| authority.as_str())).map(str::to_owned)
}

/// `localhost` of `localhost:8080`, `[::1]` of `[::1]:8080`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

#[cfg(test)]
mod tests;
