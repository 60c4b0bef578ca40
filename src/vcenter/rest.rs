//! The REST interface of vCenter (`/rest`), which has what vim25 lacks: tags. One question, one JSON answer.
//!
//! Requests and answers are those of govmomi's `vapi/rest` (`client.go`, `resource.go`): a session by HTTP Basic at
//! `/rest/com/vmware/cis/session`, its id in the header `vmware-api-session-id`, answers wrapped in `{"value": …}`. Every vCenter
//! from 6.5 on serves these paths; 8 and 9 call them deprecated and name `/api` for new clients, which 6.5 and 6.7 lack.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::domain::fault::{Fault, FaultKind};

use super::client::Shared;
use super::guard::Interface;
use super::session::{LOGOUT_TIMEOUT, lock};
use super::transport::{CALL_TIMEOUT, Cookies, Transport, chain, not_vcenter};

/// The header that carries a session's id.
const SESSION_HEADER: &str = "vmware-api-session-id";

/// Asks the server to give the session's id in the answer alone and to set no cookie, as govmomi does.
const HEADER_AUTHN: &str = "vmware-use-header-authn";

/// The longest answer, in bytes. A hundred tags on 2,000 VMs each are 200,000 references of 40 bytes: 8 MB, and the same again.
const LONGEST_ANSWER: usize = 16 << 20;

/// The longest session id, in characters; vCenter's have 32.
const LONGEST_SESSION_ID: usize = 512;

/// Why there is no answer. The texts are for the log and for administrators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RestError {
    /// There is nothing at this path.
    NotFound,
    /// The account may not read it, or is not let in.
    Refused(String),
    /// The account's name or password is not taken, or was not a moment ago: no other login is tried before then.
    LoginRefused(Timestamp),
    /// No usable answer.
    Failed(String),
}

/// What is asked for below `/rest/com/vmware/cis/`.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    method: Method,
    path: String,
    action: Option<&'static str>,
    body: Option<serde_json::Value>,
}

impl Question {
    /// `GET`
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), action: None, body: None }
    }

    /// What begins or ends a session.
    fn of_session(method: Method) -> Self {
        Self { method, ..Self::get("session") }
    }

    /// `POST …?~action=…`, which is how this interface spells what is no plain read of one resource.
    pub(crate) fn action(path: impl Into<String>, action: &'static str, body: serde_json::Value) -> Self {
        Self { method: Method::POST, path: path.into(), action: Some(action), body: Some(body) }
    }
}

/// Asks, logging in first where there is no session. A session that the server does not know any more is renewed once.
pub(crate) async fn ask<T: DeserializeOwned + Send + 'static>(
    shared: &Shared,
    question: &Question,
) -> Result<T, RestError> {
    let transport = shared.sessions.transport();
    for renewed in [false, true] {
        let session = session(shared).await?;
        let answer =
            transport.exchange(question, Credentials::Session(&session), CALL_TIMEOUT, &shared.tags.cookies).await?;
        match answer.status {
            StatusCode::OK => return value(answer.body).await,
            StatusCode::UNAUTHORIZED if !renewed => forget(shared, &session),
            StatusCode::NOT_FOUND => return Err(RestError::NotFound),
            StatusCode::FORBIDDEN => {
                let why = format!("the account may not read {}", question.path);
                return Err(RestError::Refused(why));
            }
            StatusCode::UNAUTHORIZED => break,
            _ => return Err(failed(answer.words())),
        }
    }
    Err(RestError::Refused("the REST interface gives sessions and does not take them".to_owned()))
}

/// Ends the session, if there is one. Cancelling it leaves the session to whoever logs out next.
pub(crate) async fn log_out(shared: &Shared) {
    let session = lock(&shared.tags.rest).session.clone();
    if let Some(session) = session {
        let end = Question::of_session(Method::DELETE);
        let transport = shared.sessions.transport();
        // A courtesy: the server ends a session that is not used by itself.
        let _ = transport.exchange(&end, Credentials::Session(&session), LOGOUT_TIMEOUT, &shared.tags.cookies).await;
        forget(shared, &session);
    }
}

/// What is known of sessions: the one in use.
#[derive(Debug, Default)]
pub(crate) struct RestState {
    session: Option<String>,
    door: std::sync::Arc<tokio::sync::Mutex<()>>,
}

/// The session's id; logs in if there is none. One login at a time, past the guard.
async fn session(shared: &Shared) -> Result<String, RestError> {
    let current = || lock(&shared.tags.rest).session.clone();
    if let Some(session) = current() {
        return Ok(session);
    }
    let door = lock(&shared.tags.rest).door.clone();
    let _alone = door.lock().await;
    if let Some(session) = current() {
        return Ok(session);
    }
    let begin = Question::of_session(Method::POST);
    let (user, password) = shared.sessions.credentials();
    let pass = shared.sessions.guard.enter(Interface::Rest, &password).await;
    let pass = pass.map_err(|refusal| RestError::LoginRefused(refusal.until))?;
    let account = Credentials::Account(user, password.expose_secret());
    let answer = shared.sessions.transport().exchange(&begin, account, CALL_TIMEOUT, &shared.tags.cookies).await?;
    match answer.status {
        StatusCode::OK | StatusCode::CREATED => {
            pass.taken();
            let session: String = value(answer.body).await?;
            if session.is_empty() || session.len() > LONGEST_SESSION_ID {
                return Err(failed("the login brought no session id"));
            }
            lock(&shared.tags.rest).session = Some(session.clone());
            Ok(session)
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let name = "InvalidLogin".to_owned();
            let fault = Fault { kind: FaultKind::InvalidLogin, name, message: answer.words() };
            Err(RestError::LoginRefused(pass.refused(&password, &fault)))
        }
        StatusCode::NOT_FOUND => Err(RestError::NotFound),
        _ => Err(failed(answer.words())),
    }
}

fn forget(shared: &Shared, gone: &str) {
    let mut state = lock(&shared.tags.rest);
    if state.session.as_deref() == Some(gone) {
        state.session = None;
    }
}

enum Credentials<'a> {
    Account(&'a str, &'a str),
    Session(&'a str),
}

/// What came back, read to its end.
struct Answer {
    status: StatusCode,
    body: Vec<u8>,
    /// What the status and the head mean where a vCenter sends neither.
    not_vcenter: String,
}

impl Answer {
    /// What it says, where its status is none that is hoped for: vAPI's error, if it is one.
    fn words(&self) -> String {
        /// `{"type": "com.vmware.vapi.std.errors.service_unavailable", "value": {"messages": […]}}`
        #[derive(Deserialize)]
        struct Refusal {
            #[serde(rename = "type")]
            kind: String,
        }
        match serde_json::from_slice::<Refusal>(&self.body) {
            Ok(Refusal { kind }) => format!("the REST interface answered with {}, {kind}", self.status),
            Err(_) => self.not_vcenter.clone(),
        }
    }
}

impl Transport {
    /// One request over a shared connection. Cancelling it closes the connection.
    async fn exchange(
        &self,
        question: &Question,
        credentials: Credentials<'_>,
        timeout: Duration,
        cookies: &Cookies,
    ) -> Result<Answer, RestError> {
        let mut url = self.address.rest();
        url.set_path(&format!("{}/com/vmware/cis/{}", url.path(), question.path));
        if let Some(action) = question.action {
            url.set_query(Some(&format!("~action={action}")));
        }
        let request = self.request(question.method.clone(), url, cookies);
        let request = request.timeout(timeout).header("Accept", "application/json");
        let request = match credentials {
            Credentials::Account(user, password) => {
                request.basic_auth(user, Some(password)).header(HEADER_AUTHN, "true")
            }
            Credentials::Session(id) => {
                let mut id = reqwest::header::HeaderValue::try_from(id)
                    .map_err(|error| failed(format!("the session id is none: {error}")))?;
                id.set_sensitive(true);
                request.header(SESSION_HEADER, id)
            }
        };
        let request = match &question.body {
            Some(body) => request.header("Content-Type", "application/json").body(body.to_string()),
            None => request,
        };
        let mut response = self.send(request, cookies).await.map_err(|error| failed(error.words()))?;
        let status = response.status();
        let not_vcenter = not_vcenter(status, response.headers());
        let mut body = Vec::new();
        let broke_off = |error: reqwest::Error| failed(format!("the body broke off: {}", chain(&error.without_url())));
        while let Some(chunk) = response.chunk().await.map_err(broke_off)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(failed(format!("the answer is longer than {} MiB", LONGEST_ANSWER >> 20)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body, not_vcenter })
    }
}

fn failed(why: impl Into<String>) -> RestError {
    RestError::Failed(why.into())
}

/// Takes `{"value": …}` apart, on a blocking thread as it may be long.
async fn value<T: DeserializeOwned + Send + 'static>(body: Vec<u8>) -> Result<T, RestError> {
    #[derive(Deserialize)]
    #[serde(bound = "T: DeserializeOwned")]
    struct Wrapped<T> {
        #[serde(deserialize_with = "there")]
        value: T,
    }
    let parsed = tokio::task::spawn_blocking(move || serde_json::from_slice::<Wrapped<T>>(&body)).await;
    match parsed {
        Ok(Ok(wrapped)) => Ok(wrapped.value),
        Ok(Err(error)) => Err(failed(format!("the answer is not what was asked for: {error}"))),
        Err(_) => Err(failed("the parser stopped")),
    }
}

/// Reads a field that has to be there. By itself serde takes a field that may be `null` for one that may be missing, and what was
/// left out would pass for an empty list.
pub(crate) fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(from)
}

/// A list, which govmomi's simulator writes as `null` where it is empty. As a field it has to be [`there`].
#[derive(Debug)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::<Vec<T>>::deserialize(from).map(|list| Self(list.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests;
