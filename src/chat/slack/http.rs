//! HTTP mode: Slack's requests to the bot. Nothing in one is looked at before its signature over the raw body is right.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::desk::{Acked, Desk};
use super::inbound::{Content, Inbound, from_body};
use super::manifest::PATH;
use crate::telemetry::names;

/// A request older or younger than this is refused, as Slack's documentation has it.
const WINDOW: SignedDuration = SignedDuration::from_secs(300);

/// What is offered while somebody types has nothing in it that differs from one time to the next: typed, deleted and typed again within a second, it
/// is the same request with the same signature. So long it is answered again; nothing is done for it.
const TYPED_AGAIN: SignedDuration = SignedDuration::from_secs(3);

/// The longest body: a modal with everything in it is 250 kB, in a form up to three times as long.
const LONGEST_BODY: usize = 1024 * 1024;

/// What a signature is made over begins with this, and so does the signature.
const VERSION: &str = "v0";

/// What the routes share.
struct Door {
    desk: Arc<Desk>,
    secret: SecretString,
    /// Signatures that were taken in, until when they could be shown again.
    seen: Mutex<HashMap<[u8; 32], Timestamp>>,
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Unsigned,
    Stale,
    Forged,
    /// It was signed so long ago.
    Replayed {
        since: SignedDuration,
    },
}

/// Where Slack sends commands, interactions, options and events.
pub(super) fn routes(desk: Arc<Desk>, secret: SecretString) -> Router {
    let door = Arc::new(Door { desk, secret, seen: Mutex::default() });
    Router::new().route(PATH, post(receive)).layer(DefaultBodyLimit::max(LONGEST_BODY)).with_state(door)
}

async fn receive(
    State(door): State<Arc<Door>>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let status = rejection.status();
            refused(if status == StatusCode::PAYLOAD_TOO_LARGE { "oversized" } else { "broken" });
            return status.into_response();
        }
    };
    let now = door.desk.now();
    let let_in = match door.check(&headers, &body, now) {
        Err(Refusal::Replayed { since }) if since <= TYPED_AGAIN && is_typing(&body) => Ok(()),
        checked => checked,
    };
    if let Err(refusal) = let_in {
        let (what, status) = match refusal {
            Refusal::Unsigned => ("unsigned", StatusCode::UNAUTHORIZED),
            Refusal::Stale => ("stale", StatusCode::UNAUTHORIZED),
            Refusal::Forged => ("forged", StatusCode::UNAUTHORIZED),
            Refusal::Replayed { .. } => ("replayed", StatusCode::BAD_REQUEST),
        };
        refused(what);
        return status.into_response();
    }
    let event = match from_body(&body) {
        Ok(Content::Challenge(challenge)) => {
            return ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge).into_response();
        }
        Ok(Content::SslCheck) => return StatusCode::OK.into_response(),
        Ok(Content::Event(event)) => Ok(*event),
        Err(malformed) => Err(malformed),
    };
    let unreadable = event.is_err();
    match door.desk.take(event).await {
        _ if unreadable => {
            refused("malformed");
            StatusCode::BAD_REQUEST.into_response()
        }
        Acked::Yes(None) => StatusCode::OK.into_response(),
        Acked::Yes(Some(payload)) => {
            ([(header::CONTENT_TYPE, "application/json")], Body::from(payload.to_string())).into_response()
        }
        // Slack sends it again, to the next process.
        Acked::No => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Whether somebody is typing into a field, which changes nothing.
fn is_typing(body: &[u8]) -> bool {
    matches!(from_body(body), Ok(Content::Event(event)) if matches!(*event, Inbound::Suggest(_)))
}

fn refused(what: &'static str) {
    metrics::counter!(names::SLACK_REFUSED, "why" => what).increment(1);
    tracing::warn!(what, "a request to Slack's address was refused");
}

impl Door {
    fn check(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), Refusal> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let stamp = text("x-slack-request-timestamp").ok_or(Refusal::Unsigned)?;
        let signature = text("x-slack-signature").ok_or(Refusal::Unsigned)?;
        let signature = signature.strip_prefix("v0=").ok_or(Refusal::Forged)?;
        let mut given = [0; 32];
        hex::decode_to_slice(signature, &mut given).map_err(|_| Refusal::Forged)?;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes()).map_err(|_| Refusal::Forged)?;
        for part in [VERSION.as_bytes(), b":", stamp.as_bytes(), b":", body] {
            mac.update(part);
        }
        // In constant time.
        mac.verify_slice(&given).map_err(|_| Refusal::Forged)?;
        let at = stamp.parse().ok().and_then(|second| Timestamp::from_second(second).ok()).ok_or(Refusal::Forged)?;
        if now.duration_since(at).abs() > WINDOW {
            return Err(Refusal::Stale);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, until| *until >= now);
        let until = at.saturating_add(WINDOW).unwrap_or(Timestamp::MAX);
        match seen.insert(given, until) {
            None => Ok(()),
            Some(_) => Err(Refusal::Replayed { since: now.duration_since(at).abs() }),
        }
    }
}
