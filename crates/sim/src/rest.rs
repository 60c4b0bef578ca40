//! The REST interface: sessions by `vmware-api-session-id`, JSON in and out, and the faults that happen to connections.
//!
//! Its answers are wrapped in `{"value": …}`, its refusals in `{"type": …, "value": {"messages": […]}}`, as those of a
//! vCenter below `/rest` are.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Inner;
use super::faults::Trouble;
use super::http::{cut_after, cut_before, text};
use super::rest_call::{Ask, Done, Operation, some};
use super::session::IDLE_LIMIT;
use super::world::World;

/// The header that carries a session's id.
const SESSION_HEADER: &str = "vmware-api-session-id";

/// One session of this interface.
#[derive(Debug)]
pub(super) struct RestSession {
    user: String,
    created: Timestamp,
    /// The last call, as a date and as a count of the monotonic time.
    active: (Timestamp, Duration),
}

/// A refusal.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    /// The last part of the error's type, `com.vmware.vapi.std.errors.not_found`.
    kind: String,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, kind: &str, message: impl Into<String>) -> Self {
        Self { status, kind: kind.to_owned(), message: message.into() }
    }

    /// Who calls is not known.
    fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "This method requires authentication.")
    }

    /// Who calls may not do it.
    pub(super) fn unauthorized(why: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "unauthorized", why)
    }

    /// There is no such tag, category or object.
    pub(super) fn not_found(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("Tagging object {id} not found"))
    }

    /// There is one of this name.
    pub(super) fn already_exists(name: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "already_exists", format!("{name} exists already"))
    }

    /// An argument is none.
    pub(super) fn invalid_argument(why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_argument", why)
    }

    /// The body is no JSON, or lacks what the operation needs.
    pub(super) fn unreadable(error: serde_json::Error) -> Self {
        Self::invalid_argument(&error.to_string())
    }

    /// There is nothing at this path, or not for this method.
    pub(super) fn no_such_operation(method: &str, path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "operation_not_found", format!("There is no {method} {path} here"))
    }

    /// The error of a fault plan, by the name that it has there.
    fn planned(name: &str, message: &str) -> Self {
        let (status, kind) = match name {
            "Unauthenticated" => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            "Unauthorized" => (StatusCode::FORBIDDEN, "unauthorized"),
            "NotFound" => (StatusCode::NOT_FOUND, "not_found"),
            "ServiceUnavailable" => (StatusCode::SERVICE_UNAVAILABLE, "service_unavailable"),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "internal_server_error"),
        };
        Self::new(status, kind, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let messages = json!([{"id": self.kind, "default_message": self.message, "args": []}]);
        let kind = format!("com.vmware.vapi.std.errors.{}", self.kind);
        written(self.status, &json!({"type": kind, "value": {"messages": messages}}))
    }
}

fn written(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// The routes.
pub(super) fn routes() -> Router<Arc<Inner>> {
    Router::new().route("/rest/{*path}", any(rest))
}

#[derive(Deserialize)]
struct Action {
    #[serde(rename = "~action")]
    action: Option<String>,
}

async fn rest(
    State(inner): State<Arc<Inner>>,
    method: Method,
    Path(path): Path<String>,
    Query(Action { action }): Query<Action>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if inner.with(|world| world.without_rest) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let operation = Operation::find(&method, &path, action.as_deref());
    let trouble = match &operation {
        Ok((operation, _)) => inner.with(|world| meet(world, operation.name, &headers)),
        Err(_) => None,
    };
    if let Some(cut) = cut_before(trouble.as_ref()) {
        return cut;
    }
    if let Some(Trouble::Fault { name, message, .. }) = trouble {
        return Refusal::planned(&name, &message).into_response();
    }
    let done = inner.with(|world| {
        if !operation.as_ref().is_ok_and(|(operation, _)| operation.opens_session()) {
            // What is asked for is nobody's business but those who are known.
            world.rest_session(&headers)?;
        }
        let (operation, id) = operation?;
        operation.done(world, &Ask { headers: &headers, id, body: &body })
    });
    let response = match done {
        Ok(None) => StatusCode::OK.into_response(),
        Ok(Some(value)) => written(StatusCode::OK, &json!({ "value": value })),
        Err(refusal) => refusal.into_response(),
    };
    cut_after(trouble.as_ref(), response).await
}

/// Writes the call down and asks the fault plan about it. A session that the plan ends is ended here.
fn meet(world: &mut World, name: &str, headers: &HeaderMap) -> Option<Trouble> {
    let session = session_id(headers);
    let user = session.and_then(|id| world.rest_sessions.get(id)).map(|session| session.user.clone());
    let trouble = world.meet(name, user, None);
    if matches!(trouble, Some(Trouble::ExpiredSession)) {
        session.and_then(|id| world.rest_sessions.remove(id));
    }
    trouble
}

fn session_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(SESSION_HEADER)?.to_str().ok()
}

impl World {
    /// By the account's name and password (HTTP Basic).
    pub(super) fn open_rest_session(&mut self, ask: &Ask<'_>) -> Done {
        let given = text(ask.headers, header::AUTHORIZATION).strip_prefix("Basic ").and_then(unbase64);
        let (user, password) = given.as_deref().and_then(|given| given.split_once(':')).unwrap_or_default();
        if !self.is_account(user) || password != self.options.password {
            return Err(Refusal::unauthenticated());
        }
        let id = self.new_cookie();
        let (now, passed) = (self.now(), self.clock.passed());
        let session = RestSession { user: self.account(), created: now, active: (now, passed) };
        self.rest_sessions.insert(id.clone(), session);
        some(id)
    }

    pub(super) fn get_rest_session(&mut self, ask: &Ask<'_>) -> Done {
        let RestSession { user, created, active } = self.rest_session(ask.headers)?;
        let (created, last) = (created.to_string(), active.0.to_string());
        some(json!({"user": user, "created_time": created, "last_accessed_time": last}))
    }

    pub(super) fn delete_rest_session(&mut self, ask: &Ask<'_>) -> Done {
        session_id(ask.headers).and_then(|id| self.rest_sessions.remove(id));
        Ok(None)
    }

    /// The caller's session, kept from growing old.
    fn rest_session(&mut self, headers: &HeaderMap) -> Result<&RestSession, Refusal> {
        let (now, passed) = (self.now(), self.clock.passed());
        self.rest_sessions.retain(|_, session| passed.saturating_sub(session.active.1) < IDLE_LIMIT);
        let session = session_id(headers).and_then(|id| self.rest_sessions.get_mut(id));
        let session = session.ok_or_else(Refusal::unauthenticated)?;
        session.active = (now, passed);
        Ok(session)
    }
}

/// The text that HTTP Basic has in base64. Too small to want a library.
fn unbase64(text: &str) -> Option<String> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_usize, 0);
    for character in text.trim_end_matches('=').chars() {
        bits = (bits << 6) | DIGITS.find(character)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
