//! What was wrong with a call. A refusal by policy or preflight is none: that is a reply, a card.

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::engine::Stopped;
use crate::engine::ports::StoreError;

/// What was wrong with a call: becomes `{"error": {code, message, hint}}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// For programs: one word in snake_case that stays.
    pub code: &'static str,
    /// For people: what was wrong.
    pub message: String,
    /// For people: what to do instead.
    pub hint: String,
}

impl ApiError {
    /// An error with its four parts.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), hint: hint.into() }
    }

    /// Something that is not there (404).
    pub fn not_found(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message, hint)
    }

    /// This console has nothing of the kind (404). `what` is the sentence's beginning.
    pub fn not_here(what: &str) -> Self {
        let hint = "The console of a running bot has it.";
        Self::not_found("not_here", format!("{what} not here."), hint)
    }

    /// Only administrators may see it (403).
    pub fn not_an_administrator() -> Self {
        let hint =
            "The groups of [administration] may; `snapwarden audit verify` needs nobody's leave on the server itself.";
        Self::new(StatusCode::FORBIDDEN, "not_an_administrator", "Only administrators read the audit trail.", hint)
    }

    pub fn no_demo() -> Self {
        let hint = "Only `snapwarden demo` has machines that can be meddled with.";
        Self::not_found("no_demo", "There are no simulated machines here.", hint)
    }

    /// Nothing is taken in any more (503).
    pub(super) fn stopping(_: Stopped) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The bot is stopping.", "Try again in a moment.")
    }

    /// There is no such simulated machine, or none that runs.
    pub fn unknown_machine(moref: &str) -> Self {
        let message = format!("There is no running machine \"{moref}\".");
        Self::not_found("unknown_machine", message, "GET /demo/machines lists them.")
    }

    /// A call that cannot be understood (400).
    pub fn bad_request(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message, hint)
    }

    /// Nothing is read from the store now (500).
    pub fn unread(error: &StoreError) -> Self {
        tracing::error!(%error, "the store could not be read for the console");
        let hint = "The log says why; /readyz says whether the store works.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The store could not be read.", hint)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { status, code, message, hint } = self;
        let body = serde_json::json!({"error": {"code": code, "message": message, "hint": hint}});
        let mut response = (status, axum::Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"snapwarden\", charset=\"UTF-8\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
