//! Slack's Web API and the addresses that answers go to: one call, one outcome, never longer than a call may take.
//!
//! Calls are made by a client of our own: it follows no redirect, has a limit for everything, and tells apart what a caller does
//! differently, so that no Slack error text is ever branched on elsewhere.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::chat::front::tls;
use crate::proxy::Proxies;

/// How long a call may take: Slack answers within a second, and a person waits.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

/// The longest answer that is read: a page of history with its blocks is some hundred kilobytes.
const ANSWER: usize = 8 * 1024 * 1024;

/// How long to stay away after a 429 that does not say it.
const UNSAID_WAIT: Duration = Duration::from_secs(30);

/// The only host that answers to commands and clicks may be sent to.
const HOOKS: &str = "hooks.slack.com";

/// The Web API under one token.
#[derive(Clone)]
pub(super) struct Api {
    http: reqwest::Client,
    base: Url,
    token: SecretString,
}

/// Why a call did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CallError {
    /// Too often: it may be tried again after so long.
    #[error("Slack wants to be left alone for {} s", .0.as_secs())]
    Limited(Duration),
    /// Slack refused, by its word for why (`channel_not_found`).
    #[error("Slack says {0}")]
    Refused(String),
    /// No usable answer. Whether it was done is not known.
    #[error("{0}")]
    Broken(String),
}

/// What Slack says of a token: `auth.test`, with the scopes, which stand in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// `auth.test`'s answer.
    pub(super) answer: Value,
    /// The token's scopes.
    pub(super) scopes: Vec<String>,
}

impl Api {
    /// The API at this address under a token.
    ///
    /// # Errors
    /// Why no such client can be made.
    pub(super) fn new(base: &Url, token: SecretString, proxies: &Proxies) -> Result<Self, String> {
        let mut base = base.clone();
        // What is joined to an address replaces whatever stands behind its last slash.
        base.set_path(&format!("{}/", base.path().trim_end_matches('/')));
        let builder = reqwest::Client::builder().timeout(TIMEOUT).connect_timeout(CONNECT);
        let builder = builder.redirect(reqwest::redirect::Policy::none()).use_preconfigured_tls(tls::client()?);
        let http = proxies.client(builder)?.build().map_err(|error| error.to_string())?;
        Ok(Self { http, base, token })
    }

    /// The same API under another token.
    pub(super) fn under(&self, token: SecretString) -> Self {
        Self { token, ..self.clone() }
    }

    /// Calls a method that takes JSON.
    ///
    /// # Errors
    /// [`CallError`]
    pub(super) async fn json(&self, method: &str, arguments: &Value) -> Result<Value, CallError> {
        let body = Bytes::from(arguments.to_string());
        let request = self.request(method)?.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body);
        answer(request).await.map(|(answer, _)| answer)
    }

    /// Calls a method that takes a form only, as most that read do.
    ///
    /// # Errors
    /// [`CallError`]
    pub(super) async fn form(&self, method: &str, arguments: &[(&str, &str)]) -> Result<Value, CallError> {
        answer(self.request(method)?.form(arguments)).await.map(|(answer, _)| answer)
    }

    /// Asks whose token it is, and what it may do.
    ///
    /// # Errors
    /// [`CallError`]
    pub(super) async fn identity(&self) -> Result<Identity, CallError> {
        let (answer, scopes) = answer(self.request("auth.test")?.form::<[(&str, &str)]>(&[])).await?;
        let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        Ok(Identity { answer, scopes })
    }

    /// Sends an answer to where a command or a click wants it.
    ///
    /// # Errors
    /// [`CallError`]; `Refused` also if the address is none of Slack's.
    pub(super) async fn respond(&self, url: &str, message: &Value) -> Result<(), CallError> {
        let url =
            self.allowed(url).ok_or_else(|| CallError::Refused("an address that is none of Slack's".to_owned()))?;
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json; charset=utf-8");
        let response = request.body(message.to_string()).send().await.map_err(|error| broken(&error))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            StatusCode::TOO_MANY_REQUESTS => Err(CallError::Limited(retry_after(response.headers()))),
            status if status.is_client_error() => Err(CallError::Refused(format!("response_url {}", status.as_u16()))),
            status => Err(CallError::Broken(format!("response_url answers {}", status.as_u16()))),
        }
    }

    /// Sends the bytes of a file to where Slack wants them.
    ///
    /// # Errors
    /// [`CallError`]
    pub(super) async fn upload(&self, url: &str, bytes: Bytes) -> Result<(), CallError> {
        let wrong = || CallError::Broken("Slack names no address for a file".to_owned());
        let url: Url = url.parse().map_err(|_| wrong())?;
        if url.scheme() != "https" && !self.is_own_peer(&url) {
            return Err(wrong());
        }
        let response = self.http.post(url).body(bytes).send().await.map_err(|error| broken(&error))?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(CallError::Broken(format!("a file's upload answers {}", response.status().as_u16())))
    }

    /// The address, if answers may be sent there: Slack's own, or the local peer's that stands in for Slack.
    fn allowed(&self, url: &str) -> Option<Url> {
        let url: Url = url.parse().ok()?;
        let slack = url.scheme() == "https" && url.host_str() == Some(HOOKS) && url.port().is_none();
        let plain = url.username().is_empty() && url.password().is_none();
        ((slack || self.is_own_peer(&url)) && plain).then_some(url)
    }

    /// Whether this is the peer on this machine that is configured instead of Slack.
    fn is_own_peer(&self, url: &Url) -> bool {
        let same = url.scheme() == self.base.scheme()
            && url.host_str() == self.base.host_str()
            && url.port_or_known_default() == self.base.port_or_known_default();
        same && is_local(&self.base)
    }

    fn request(&self, method: &str) -> Result<RequestBuilder, CallError> {
        let url = self.base.join(method).map_err(|error| CallError::Broken(error.to_string()))?;
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.token.expose_secret()))
            .map_err(|_| CallError::Refused("a token that cannot be sent".to_owned()))?;
        bearer.set_sensitive(true);
        Ok(self.http.post(url).header(AUTHORIZATION, bearer))
    }
}

/// Whether an address is this machine's.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The answer to a call, and the scopes that its header names.
async fn answer(request: RequestBuilder) -> Result<(Value, String), CallError> {
    let mut response = request.send().await.map_err(|error| broken(&error))?;
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(CallError::Limited(retry_after(response.headers())));
    }
    let scopes = response.headers().get("x-oauth-scopes").and_then(|value| value.to_str().ok());
    let scopes = scopes.unwrap_or_default().to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + chunk.len() > ANSWER {
            return Err(CallError::Broken("the answer is too long".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    // A proxy's page is no answer of Slack's, whatever its status.
    let Ok(answer) = serde_json::from_slice::<Value>(&body) else {
        return Err(CallError::Broken(format!("{} without JSON", status.as_u16())));
    };
    match (answer.get("ok").and_then(Value::as_bool), answer.get("error").and_then(Value::as_str)) {
        (Some(true), _) => Ok((answer, scopes)),
        (Some(false), Some("ratelimited" | "rate_limited")) => Err(CallError::Limited(UNSAID_WAIT)),
        // What Slack itself says of itself, as opposed to what it says of us.
        (
            Some(false),
            Some("internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" | "team_added_to_org"),
        ) => Err(CallError::Broken("Slack has trouble of its own".to_owned())),
        (Some(false), error) => Err(CallError::Refused(word(error.unwrap_or("unknown")))),
        (None, _) => Err(CallError::Broken(format!("{} without ok", status.as_u16()))),
    }
}

/// A word of Slack's, as it may go into a log.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect()
}

fn retry_after(headers: &reqwest::header::HeaderMap) -> Duration {
    let said = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    said.map_or(UNSAID_WAIT, Duration::from_secs)
}

/// A failure of the network, without the address: that may be a secret.
fn broken(error: &reqwest::Error) -> CallError {
    let what = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "Slack did not answer in time",
        (false, true) => "Slack cannot be reached",
        (false, false) => "the connection to Slack broke",
    };
    CallError::Broken(what.to_owned())
}

#[cfg(test)]
mod tests;
