//! The files of messages over HTTP: below the message's own path, for whoever may read the message.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::ApiError;
use super::api::App;
use super::extract::{Reader, bad_path, bad_query};
use super::files::Place;
use super::guard::SignedIn;
use crate::message::model::Attachment;

/// `GET /api/channels/{id}/messages/{message}/files/{name}`
pub(super) async fn of_message(
    State(app): State<App>,
    reader: Reader,
    path: Result<Path<(String, String, String)>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path((channel, message, name)) = path.map_err(bad_path)?;
    let channel = app.readable(&reader, &channel)?.id;
    let kept = app.console.read(&channel, &app.hidden(&reader, &channel).await?);
    if !kept.iter().any(|kept| kept.id.as_str() == message) {
        return Err(unknown(&name));
    }
    let place = Place::Channel(channel.clone());
    let found = app.console.file(&place, &message, &name);
    found.map(served).ok_or_else(|| {
        // The message may have had it: files have less room than messages.
        let has = |kept: &super::messages::Kept| {
            kept.id.as_str() == message && kept.card.files.iter().any(|file| file.name == name)
        };
        if kept.iter().any(has) { gone(&name) } else { unknown(&name) }
    })
}

#[derive(Deserialize)]
pub(super) struct ReplyQuery {
    r#as: Option<String>,
}

/// `GET /api/replies/{message}/files/{name}?as=`
pub(super) async fn of_reply(
    State(app): State<App>,
    reader: Reader,
    path: Result<Path<(String, String)>, PathRejection>,
    query: Result<Query<ReplyQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Path((message, name)) = path.map_err(bad_path)?;
    let Query(ReplyQuery { r#as }) = query.map_err(bad_query)?;
    let person = match (&r#as, &reader.0) {
        (Some(person), _) => app.person(&reader, person)?.id,
        (None, Some(SignedIn(person))) => person.clone(),
        (None, None) => return Err(unknown(&name)),
    };
    app.console.file(&Place::OnlyYou(person), &message, &name).map(served).ok_or_else(|| unknown(&name))
}

/// A file as a browser gets it: a picture to be shown, anything else to be saved. Names are ASCII letters, digits, `-`, `_` and dots,
/// or they would not stand between quotes.
fn served(file: Attachment) -> Response {
    let Attachment { name, media_type, alt: _, bytes } = file;
    let (kind, shown) = match media_type.as_str() {
        "image/png" => ("image/png", "inline"),
        "text/csv" => ("text/csv; charset=utf-8", "attachment"),
        _ => ("application/octet-stream", "attachment"),
    };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect();
    let disposition = format!("{shown}; filename=\"{plain}\"");
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)];
    (headers, [(CACHE_CONTROL, "no-cache")], bytes).into_response()
}

fn unknown(name: &str) -> ApiError {
    let hint = "A message lists its files, each with its url.";
    ApiError::not_found("unknown_file", format!("There is no file \"{name}\" here."), hint)
}

fn gone(name: &str) -> ApiError {
    let hint = "The console keeps the newest files only; /snapshot report makes new ones.";
    ApiError::new(StatusCode::GONE, "file_gone", format!("\"{name}\" is not kept any more."), hint)
}
