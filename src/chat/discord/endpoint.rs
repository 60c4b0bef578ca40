//! Interactions as signed requests: `POST /discord/interactions`.
//!
//! Discord signs the time and the body with a key of the application. What it did not sign, what is older than five minutes and
//! what was here before is answered with 401 and nothing else; Discord itself tries that out when the address is entered.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Delivery;
use super::client::Discord;
use super::desk::{self, Taken};
use super::limits;
use crate::engine::Handle;
use crate::telemetry::names;

/// Where interactions are sent.
pub const PATH: &str = "/discord/interactions";

/// An interaction longer than this is none, in bytes: a form's text is at most 4,000 characters, a card some kilobytes.
const LONGEST: usize = 256 * 1024;

/// How long after the first answer what follows it is sent at the soonest: about one way to Discord and back.
const AFTER: SignedDuration = SignedDuration::from_millis(100);

struct Door {
    key: VerifyingKey,
    discord: Arc<Discord>,
    handle: Handle,
    /// The time by which signatures are judged.
    now: fn() -> Timestamp,
}

/// The route, where interactions come in by requests.
pub fn routes(discord: Arc<Discord>, handle: Handle) -> Option<Router> {
    let Delivery::Http(key) = discord.settings.delivery else { return None };
    let door = Door { key, discord, handle, now: Timestamp::now };
    let limit = axum::extract::DefaultBodyLimit::max(LONGEST);
    Some(Router::new().route(PATH, post(take)).layer(limit).with_state(Arc::new(door)))
}

async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(why) = signed(&door.key, &headers, &body, (door.now)()) {
        metrics::counter!(names::DISCORD_FORGED, "why" => why).increment(1);
        tracing::warn!(why, "a request to Discord's address was not Discord's");
        return refusal();
    }
    let Ok(json) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "not JSON").into_response();
    };
    // A connection that breaks must not stop what was begun.
    let (discord, handle) = (door.discord.clone(), door.handle.clone());
    let taken = tokio::spawn(async move { desk::take(&discord, &handle, &json).await }).await;
    let desk::Step { first, then } = match taken {
        Ok(Taken::Step { step, .. }) => step,
        Ok(Taken::SeenBefore) => return refusal(),
        Ok(Taken::Nothing) => return (StatusCode::BAD_REQUEST, "not understood").into_response(),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    if let Some(then) = then {
        let clock = door.discord.clock.clone();
        tokio::spawn(async move {
            // This answer has to reach Discord before anything that follows it.
            clock.sleep_until(clock.now().saturating_add(AFTER).unwrap_or(Timestamp::MAX)).await;
            then(false).await;
        });
    }
    ([(header::CONTENT_TYPE, "application/json")], first.to_string()).into_response()
}

/// Whether Discord has signed this now; why not, in a word.
fn signed(key: &VerifyingKey, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), &'static str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let stamp = text("x-signature-timestamp").ok_or("unsigned")?;
    let signature = text("x-signature-ed25519").ok_or("unsigned")?;
    let mut bytes = [0; 64];
    hex::decode_to_slice(signature, &mut bytes).map_err(|_| "unsigned")?;
    let message = [stamp.as_bytes(), body].concat();
    key.verify_strict(&message, &Signature::from_bytes(&bytes)).map_err(|_| "forged")?;
    let at = stamp.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or("undated")?;
    let age = now.duration_since(at).unsigned_abs();
    if age > limits::SIGNATURE_AGE { Err("old") } else { Ok(()) }
}

fn refusal() -> Response {
    (StatusCode::UNAUTHORIZED, "invalid request signature").into_response()
}

#[cfg(test)]
mod tests;
