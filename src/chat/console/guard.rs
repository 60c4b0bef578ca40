//! Who may talk to the console at all: the right host, no other site's page, and a signed-in person outside the demo.
//!
//! The demo has no login, so a page of any site could drive it through the reader's browser. Two checks stop that: a call that
//! changes something must come from the console's own page (`Origin`, `Sec-Fetch-Site`) or from no page at all (curl), and the
//! `Host` must be one that no stranger's name server can point here. Neither is needed by a browser that behaves; both are cheap.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::{ApiError, Identity, Options};
use crate::domain::ids::PersonId;
use crate::telemetry::names;

/// What the page may do: its own script, style and calls, and pictures of its own; nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Paths that answer without a login: what a supervisor and a metrics collector ask for.
const OPEN_PATHS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Who is signed in, put on the request by [`guard`]. Absent in the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedIn(pub(crate) PersonId);

/// The connection that a request came over, put on it by whoever serves the console.
#[derive(Clone)]
pub struct Caller {
    /// Where it comes from: the proxy's, where one stands before the bot.
    pub address: IpAddr,
    /// To be called when somebody has signed in over it.
    pub signed_in: Arc<dyn Fn(&PersonId) + Send + Sync>,
}

/// What the guard has at hand.
pub(crate) struct Gate {
    options: Arc<Options>,
    /// Failures to sign in that are answered at once; see [`Gate::failed`].
    failures: DefaultDirectRateLimiter,
    /// Failures that the log has no line of.
    unlogged: AtomicU64,
}

/// So many failures to sign in are answered and logged at once, and one more in each [`FAILURE_EVERY`]; the others are slowed. A person who mistypes
/// does not notice; whoever guesses gets, over all connections together, no further than their number in each [`FAILURE_PAUSE`].
const FAILURES_AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
const FAILURE_EVERY: Duration = Duration::from_secs(10);
const FAILURE_PAUSE: Duration = Duration::from_secs(2);

impl Gate {
    pub(crate) fn new(options: Arc<Options>) -> Arc<Gate> {
        // A period of no time would be none; this one is.
        let quota = Quota::with_period(FAILURE_EVERY).unwrap_or(Quota::per_minute(FAILURES_AT_ONCE));
        let failures = RateLimiter::direct(quota.allow_burst(FAILURES_AT_ONCE));
        Arc::new(Gate { options, failures, unlogged: AtomicU64::new(0) })
    }

    /// Counts, logs and slows somebody whose token is none. Right ones are never slowed, so that nobody can keep people out by guessing.
    async fn failed(&self, address: Option<IpAddr>) {
        metrics::counter!(names::SIGN_IN_FAILURES).increment(1);
        if self.failures.check().is_err() {
            self.unlogged.fetch_add(1, Ordering::Relaxed);
            return tokio::time::sleep(FAILURE_PAUSE).await;
        }
        let unlogged = self.unlogged.swap(0, Ordering::Relaxed);
        let address = address.map_or_else(|| "unknown".to_owned(), |address| address.to_string());
        tracing::warn!(address, unlogged, "a sign-in to the console failed: the token is nobody's");
    }
}

/// Checks a request before anything else sees it, and puts the security headers on whatever comes back.
pub(crate) async fn guard(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let response = match admit(&gate.options, &mut request) {
        Ok(()) => {
            let signed_in = request.extensions().get::<SignedIn>();
            if let (Some(caller), Some(SignedIn(person))) = (request.extensions().get::<Caller>(), signed_in) {
                (caller.signed_in)(person);
            }
            next.run(request).await
        }
        Err(refused) => {
            // Without a token nothing was tried: a browser asks so first.
            if refused.status == StatusCode::UNAUTHORIZED && request.headers().contains_key(AUTHORIZATION) {
                let address = request.extensions().get::<Caller>().map(|caller| caller.address);
                gate.failed(address).await;
            }
            refused.into_response()
        }
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
