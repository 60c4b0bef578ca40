//! The Snapshots page's calls: the fleet's list with its picture, what waits for a decision, and the audit trail.
//!
//! Everybody sees the VMs that they may list and nothing of the others, also in the sums and in the picture. The audit trail tells of
//! everybody, so it is the administrators'.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Json, Response};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ApiError;
use super::api::{App, to_its_end};
use super::extract::{Body, Reader, bad_query};
use super::guard::SignedIn;
use super::messages::Kept;
use super::view::{self, Where};
use crate::domain::ids::{MessageId, PersonId, Target};
use crate::domain::policy::{Decision, Person, PolicyVerb};
use crate::domain::report::Report;
use crate::engine::{Handle, Waiting};
use crate::message::format::Format;
use crate::message::pictures;
use crate::message::table::{Reader as Opens, snapshots as table};
use crate::message::words::Locale;
use crate::picture;

pub(super) mod query;
pub mod wire;

/// What a call says about its reader.
#[derive(Debug, Deserialize)]
pub(super) struct Asker {
    person: Option<String>,
    locale: Option<String>,
}

/// `GET /api/snapshots`
pub(super) async fn list(
    State(app): State<App>,
    reader: Reader,
    asker: Result<Query<Asker>, QueryRejection>,
    query: Result<Query<query::Query>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let (asker, person) = who(&app, &reader, asker)?;
    let Query(query) = query.map_err(bad_query)?;
    Ok(Json(answer(&app, &person, locale(&asker), &query).await?))
}

/// What a reader sees of the fleet. The page has its first answer with it, so that it is drawn at once.
pub(super) async fn answer(
    app: &App,
    person: &Person,
    locale: Locale,
    query: &query::Query,
) -> Result<Value, ApiError> {
    let fleet = app.host.fleet(&person.id).await?;
    let report = &fleet.report;
    let page = query.page(&fleet.rows, &report.thresholds, report.at);
    let person = view::encoded(person.id.as_str());
    let picture = json!({
        "url": format!("/api/snapshots.png?person={person}&locale={}", locale.tag()),
        "alt": pictures::alt(report, &format(locale, report)),
    });
    Ok(wire::answer(&page, report, fleet.vcenters, picture))
}

/// `GET /api/snapshots.csv`
pub(super) async fn csv(
    State(app): State<App>,
    reader: Reader,
    asker: Result<Query<Asker>, QueryRejection>,
    query: Result<Query<query::Query>, QueryRejection>,
) -> Result<Response, ApiError> {
    let (asker, person) = who(&app, &reader, asker)?;
    let Query(query) = query.map_err(bad_query)?;
    let fleet = app.host.fleet(&person.id).await?;
    let report = &fleet.report;
    let rows = query.rows(&fleet.rows, &report.thresholds, report.at);
    let file = table::table(rows, &report.thresholds, report.at, Opens::Spreadsheet).map_err(|error| broken(&error))?;
    let name = format!("attachment; filename=\"snapshots-{}.csv\"", format(locale(&asker), report).date_of(report.at));
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, file).into_response())
}

/// `GET /api/snapshots.png`
pub(super) async fn drawn(
    State(app): State<App>,
    reader: Reader,
    asker: Result<Query<Asker>, QueryRejection>,
) -> Result<Response, ApiError> {
    let (asker, person) = who(&app, &reader, asker)?;
    let fleet = app.host.fleet(&person.id).await?;
    let chart = pictures::chart(&fleet.report, &format(locale(&asker), &fleet.report));
    // Drawing takes some tens of milliseconds of a processor, which other calls need not wait for.
    let file = tokio::task::spawn_blocking(move || picture::png(&chart)).await.map_err(|error| broken(&error))?;
    Ok(([(CONTENT_TYPE, "image/png")], file.map_err(|error| broken(&error))?).into_response())
}

/// `GET /api/approvals`
pub(super) async fn approvals(
    State(app): State<App>,
    reader: Reader,
    asker: Result<Query<Asker>, QueryRejection>,
) -> Result<Response, ApiError> {
    let (asker, person) = who(&app, &reader, asker)?;
    let waiting = waiting(&app.handle, &person.id, locale(&asker)).await?;
    let kept: Vec<Kept> = waiting
        .into_iter()
        .map(|Waiting { request, card }| {
            let id = MessageId::new(format!("m-{}", request.id));
            Kept { id, ts: request.asked_at, card: std::sync::Arc::new(card) }
        })
        .collect();
    // A card that waits has no files, so nothing is fetched below this place.
    let shown: Vec<_> = kept.iter().map(|kept| view::message(kept, Where::Channel(""), Some(&person))).collect();
    Ok(Json(shown).into_response())
}

/// What waits for a decision and this person may know of: they asked for it, they may decide it, or they may list its VM.
async fn waiting(handle: &Handle, person: &PersonId, locale: Locale) -> Result<Vec<Waiting>, ApiError> {
    let rules = handle.parts().rules();
    let policy = &rules.policy;
    let mut all = handle.waiting(locale.tag()).await.map_err(|error| ApiError::unread(&error))?;
    all.retain(|Waiting { request, .. }| {
        let lists =
            |target: &Target| matches!(policy.decide(person, PolicyVerb::List, target), Decision::Allowed { .. });
        let decides = request.approval.as_ref().is_some_and(|need| policy.is_in(person, &need.approvers));
        request.asker == *person || decides || handle.parts().fleet.targets_of(request).iter().all(lists)
    });
    Ok(all)
}

/// `GET /api/audit`
pub(super) async fn audit(
    State(app): State<App>,
    reader: Reader,
    asker: Result<Query<Asker>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let (_, person) = who(&app, &reader, asker)?;
    administers(&app, &person)?;
    app.host.audit().await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct VerifyBody {
    person: String,
}

/// `POST /api/audit/verify`
pub(super) async fn verify(
    State(app): State<App>,
    reader: Reader,
    Body(VerifyBody { person }): Body<VerifyBody>,
) -> Result<Json<Value>, ApiError> {
    let person = app.person(&reader, &person)?;
    administers(&app, &person)?;
    let host = app.host.clone();
    to_its_end(async move { host.verify_audit().await }).await?.map(Json)
}

/// Refuses everybody but administrators, who alone read the audit trail.
fn administers(app: &App, person: &Person) -> Result<(), ApiError> {
    let may = app.handle.parts().rules().policy.is_administrator(&person.id);
    if may { Ok(()) } else { Err(ApiError::not_an_administrator()) }
}

/// The reader: whom the call names, or who is signed in.
fn who(app: &App, reader: &Reader, asker: Result<Query<Asker>, QueryRejection>) -> Result<(Asker, Person), ApiError> {
    let Query(asker) = asker.map_err(bad_query)?;
    let id = match (&asker.person, &reader.0) {
        (Some(person), _) => PersonId::new(person),
        (None, Some(SignedIn(person))) => person.clone(),
        (None, None) => {
            let hint = "GET /api/people lists who can act here.";
            return Err(ApiError::bad_request("bad_query", "It is not said who is reading: person is missing.", hint));
        }
    };
    let person = app.person(reader, id.as_str())?;
    Ok((asker, person))
}

fn locale(asker: &Asker) -> Locale {
    Locale::of(asker.locale.as_deref().unwrap_or_default())
}

fn format(locale: Locale, report: &Report) -> Format {
    Format { locale, tz: TimeZone::UTC, now: report.at }
}

fn broken(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "a file of the fleet's snapshots could not be made");
    let hint = "The log says why; the list itself is at /api/snapshots.";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The file could not be made.", hint)
}
