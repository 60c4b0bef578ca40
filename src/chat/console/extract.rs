//! What handlers take out of a request, and how it is refused: every refusal has the API's shape and says where.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

use super::ApiError;
use super::guard::SignedIn;

/// The largest body that is read, in bytes. A command of 10 kB has to reach the engine, which refuses it in words; six bytes for
/// each of its characters (`\u0000`) are still within.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// Who is signed in, if anybody has to be.
pub(super) struct Reader(pub(super) Option<SignedIn>);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<SignedIn>().cloned()))
    }
}

/// A JSON body. Where axum's own extractor differs: every refusal has the API's shape and says where.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        is_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        let value = serde_json::from_slice(&bytes).map_err(|wrong| {
            let hint = "docs/console-api.md shows the body of every call.";
            ApiError::bad_request("bad_json", format!("The body cannot be read: {wrong}."), hint)
        })?;
        Ok(Self(value))
    }
}

/// A form of another site can send any body, but not this content type without the browser asking first.
fn is_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        "The body has to be JSON and to say so.",
        "Send the header content-type: application/json.",
    ))
}

fn unread(rejection: BytesRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("The body is larger than {} KiB.", MAX_BODY / 1024),
            "A command is one line; send less.",
        );
    }
    ApiError::bad_request("body_not_read", format!("The body did not arrive whole: {rejection}."), "Send it again.")
}

/// A path that is no UTF-8.
pub(super) fn bad_path(rejection: PathRejection) -> ApiError {
    ApiError::bad_request("bad_path", rejection.body_text(), "Percent-encode the path as UTF-8.")
}

/// A query that lacks something or says something else.
pub(super) fn bad_query(rejection: QueryRejection) -> ApiError {
    ApiError::bad_request("bad_query", rejection.body_text(), "docs/console-api.md lists each call's parameters.")
}
