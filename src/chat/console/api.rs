//! The routes: what DESIGN calls the console API, the page and its files, and the three answers for supervisors.
//!
//! Everything is parsed here, once: a handler behind the extractors has a person, a channel or a request that exists. Errors have
//! one shape, also where axum would answer by itself.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Body, Reader, bad_path, bad_query};
use super::guard::{Gate, SignedIn, guard, secured};
use super::{ApiError, Channel, Console, Host, Identity, Options, PLATFORM, page, ready, requests, served, snapshots};
use crate::chat::front::actor::Actor;
use crate::domain::ids::{Account, ChannelId, RequestId};
use crate::domain::policy::Person;
use crate::engine::{Answer, Argument, Completion, CompletionQuery, Handle, May};

/// What every handler has at hand.
#[derive(Clone)]
pub(super) struct App {
    pub(super) console: Arc<Console>,
    pub(super) handle: Handle,
    pub(super) host: Arc<dyn Host>,
    pub(super) options: Arc<Options>,
}

/// The whole console: page, API, events, and the answers of [`health_router`].
pub fn router(console: Arc<Console>, handle: Handle, host: Arc<dyn Host>, options: Options) -> Router {
    let options = Arc::new(options);
    let app = App { console, handle: handle.clone(), host: host.clone(), options: options.clone() };
    Router::new()
        .route("/", get(page::page))
        .route("/static/{file}", get(page::file))
        .route("/api/people", get(people))
        .route("/api/channels", get(channels))
        .route("/api/channels/{id}/messages", get(messages))
        .route("/api/channels/{id}/messages/{message}/files/{name}", get(served::of_message))
        .route("/api/replies/{message}/files/{name}", get(served::of_reply))
        .route("/api/commands", post(command))
        .route("/api/actions", post(action))
        .route("/api/suggest", get(suggest))
        .route("/api/requests/{id}", get(request))
        .route("/api/events", get(events))
        .route("/snapshots", get(page::fleet))
        .route("/api/snapshots", get(snapshots::list))
        .route("/api/snapshots.csv", get(snapshots::csv))
        .route("/api/snapshots.png", get(snapshots::drawn))
        .route("/api/approvals", get(snapshots::approvals))
        .route("/api/audit", get(snapshots::audit))
        .route("/api/audit/verify", post(snapshots::verify))
        .route("/demo/machines", get(machines))
        .route("/demo/machines/{moref}/{what}", post(meddle))
        .route("/demo/vcenter", get(vcenter))
        .route("/demo/vcenter/{what}", post(meddle_with_vcenter))
        .with_state(app)
        .merge(health_routes(handle, host))
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(super::extract::MAX_BODY))
        .layer(middleware::from_fn_with_state(Gate::new(options), guard))
}

/// Other routes of the demo behind the same guard.
pub fn guarded(routes: Router, options: &Options) -> Router {
    routes.layer(middleware::from_fn_with_state(Gate::new(Arc::new(options.clone())), guard))
}

/// `/healthz`, `/readyz` and `/metrics` alone, for the `[http]` listener.
pub fn health_router(handle: Handle, host: Arc<dyn Host>) -> Router {
    health_routes(handle, host)
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::map_response(async |response: Response| secured(response)))
}

fn health_routes(handle: Handle, host: Arc<dyn Host>) -> Router {
    Router::new()
        .route("/healthz", get(async || Json(json!({"status": "ok"}))))
        .route("/readyz", get(ready))
        .with_state(handle)
        .route("/metrics", get(metrics))
        .with_state(host)
}

async fn ready(State(handle): State<Handle>) -> Response {
    let readiness = ready::readiness(handle.parts());
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(host): State<Arc<dyn Host>>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], host.metrics()).into_response()
}

async fn people(State(app): State<App>, reader: Reader) -> Json<Value> {
    Json(app.people(&reader).iter().map(shown).collect())
}

/// A person as the API shows them.
pub(super) fn shown(person: &Person) -> Value {
    json!({"id": person.id, "name": person.name, "groups": person.groups})
}

async fn channels(State(app): State<App>, reader: Reader) -> Json<Vec<Channel>> {
    Json(app.channels(&reader).to_vec())
}

#[derive(Deserialize)]
struct MessagesQuery {
    r#as: Option<String>,
    /// Narrows to one message, so that a page told of an edit need not fetch the whole channel.
    id: Option<String>,
}

async fn messages(
    State(app): State<App>,
    reader: Reader,
    id: Result<Path<String>, PathRejection>,
    query: Result<Query<MessagesQuery>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(bad_path)?;
    let Query(MessagesQuery { r#as, id: wanted }) = query.map_err(bad_query)?;
    let channel = app.readable(&reader, &id)?;
    let person = match (&r#as, &reader.0) {
        (Some(person), _) => Some(app.person(&reader, person)?),
        (None, Some(SignedIn(person))) => Some(app.person(&reader, person.as_str())?),
        (None, None) => None,
    };
    let hidden = app.hidden(&reader, &channel.id).await?;
    Ok(Json(app.console.shown(&channel.id, wanted.as_deref(), person.as_ref(), &hidden)))
}

#[derive(Deserialize)]
struct CommandBody {
    person: String,
    channel: String,
    text: String,
    locale: Option<String>,
}

async fn command(State(app): State<App>, reader: Reader, Body(body): Body<CommandBody>) -> Result<Response, ApiError> {
    let CommandBody { person, channel, text, locale } = body;
    let person = app.person(&reader, &person)?;
    let channel = app.channel(&channel)?;
    let (handle, place) = (app.handle.clone(), ChannelId::new(PLATFORM, channel.id));
    let ask = actor(&person, locale).asks(place, text);
    let came = to_its_end(async move { handle.ask(ask).await }).await?.map_err(ApiError::stopping)?;
    Ok(Json(app.console.answer(came, &person)).into_response())
}

#[derive(Deserialize)]
struct ActionBody {
    person: String,
    token: String,
    #[serde(default)]
    inputs: BTreeMap<String, String>,
    /// Whether it counts. If not, it is only asked whether it may be pressed: nothing is done.
    #[serde(default = "yes")]
    sure: bool,
    locale: Option<String>,
}

async fn action(State(app): State<App>, reader: Reader, Body(body): Body<ActionBody>) -> Result<Response, ApiError> {
    let ActionBody { person, token, inputs, sure, locale } = body;
    let person = app.person(&reader, &person)?;
    let handle = app.handle.clone();
    let came = if sure {
        let press = actor(&person, locale).presses(token, inputs);
        to_its_end(async move { handle.press(press).await }).await?.map_err(ApiError::stopping)?
    } else {
        let press = actor(&person, locale).presses(token, BTreeMap::new());
        let reply = match handle.may(press).await.map_err(ApiError::stopping)? {
            May::Yes(_) => None,
            May::No(card) => Some(*card),
        };
        Answer { reply, ..Answer::default() }
    };
    Ok(Json(app.console.answer(came, &person)).into_response())
}

/// Somebody who does something here; the console delivers nothing twice.
fn actor(person: &Person, locale: Option<String>) -> Actor {
    let account = Account::new(PLATFORM, person.id.as_str());
    Actor { person: person.id.clone(), account, locale, once: None }
}

#[derive(Deserialize)]
struct SuggestParameters {
    person: String,
    #[serde(default)]
    verb: String,
    argument: Argument,
    vm: Option<String>,
    #[serde(default)]
    query: String,
    locale: Option<String>,
}

async fn suggest(
    State(app): State<App>,
    reader: Reader,
    query: Result<Query<SuggestParameters>, QueryRejection>,
) -> Result<Json<Vec<Completion>>, ApiError> {
    let Query(SuggestParameters { person, verb, argument, vm, query, locale }) = query.map_err(bad_query)?;
    let person = app.person(&reader, &person)?;
    Ok(Json(app.handle.complete(&person.id, &CompletionQuery { verb, argument, vm, query, locale })))
}

async fn request(
    State(app): State<App>,
    reader: Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(bad_path)?;
    let unknown = || {
        ApiError::not_found(
            "unknown_request",
            format!("There is no request \"{id}\"."),
            "A request's id looks like R-7KQ2 and stands on its message.",
        )
    };
    let parsed = RequestId::parse(&id).ok_or_else(unknown)?;
    let found = match &reader.0 {
        Some(SignedIn(person)) => app.handle.request_for(&parsed, person).await,
        None => app.handle.request(&parsed).await,
    };
    found.map(|request| Json(requests::as_json(&request))).ok_or_else(unknown)
}

async fn events(State(app): State<App>, reader: Reader) -> Result<Response, ApiError> {
    app.console.events.response(reader.0.map(|SignedIn(person)| person))
}

async fn machines(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    app.host.machines().map(Json)
}

/// What happens to a simulated machine: `on` where it can be on and off.
#[derive(Deserialize)]
struct MeddlingBody {
    #[serde(default = "yes")]
    on: bool,
}

fn yes() -> bool {
    true
}

async fn meddle(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    Body(MeddlingBody { on }): Body<MeddlingBody>,
) -> Result<Json<Value>, ApiError> {
    let Path((moref, word)) = path.map_err(bad_path)?;
    let answer = app.host.meddle(&moref, &word, on)?;
    answer.map(Json).ok_or_else(|| nothing_at(&format!("/demo/machines/{moref}/{word}")))
}

async fn vcenter(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    app.host.vcenter().map(Json)
}

async fn meddle_with_vcenter(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    Body(MeddlingBody { on }): Body<MeddlingBody>,
) -> Result<Json<Value>, ApiError> {
    let Path(word) = path.map_err(bad_path)?;
    let answer = app.host.meddle_with_vcenter(&word, on)?;
    answer.map(Json).ok_or_else(|| nothing_at(&format!("/demo/vcenter/{word}")))
}

async fn no_such_path(request: Request) -> ApiError {
    nothing_at(request.uri().path())
}

fn nothing_at(path: &str) -> ApiError {
    let hint = "docs/console-api.md lists every path.";
    ApiError::not_found("unknown_path", format!("There is nothing at {path}."), hint)
}

async fn wrong_method(request: Request) -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        format!("{} does not take {}.", request.uri().path(), request.method()),
        "docs/console-api.md says for every path whether it is GET or POST.",
    )
}

impl App {
    /// Who the reader may be: everyone in the demo, themselves otherwise.
    pub(super) fn people(&self, reader: &Reader) -> Vec<Person> {
        let mut people = self.handle.parts().rules().policy.people.clone();
        if let Some(SignedIn(me)) = &reader.0 {
            people.retain(|person| person.id == *me);
        }
        people
    }

    /// The person that a call names, who has to be the one who is signed in.
    pub(super) fn person(&self, reader: &Reader, id: &str) -> Result<Person, ApiError> {
        if let Some(SignedIn(me)) = &reader.0
            && me.as_str() != id
        {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "not_you",
                format!("You are signed in as \"{me}\", not as \"{id}\"."),
                "Choosing who you are exists in the demo only.",
            ));
        }
        self.handle.parts().rules().policy.person(&id.into()).cloned().ok_or_else(|| {
            let hint = "GET /api/people lists who can act here.";
            ApiError::not_found("unknown_person", format!("There is no person \"{id}\"."), hint)
        })
    }

    /// Whether somebody signed in whom no rule names. There is nothing here that they may see.
    fn is_stranger(&self, reader: &Reader) -> bool {
        reader.0.as_ref().is_some_and(|SignedIn(me)| !self.handle.parts().rules().policy.is_named(me))
    }

    /// The channels that the reader may read.
    pub(super) fn channels(&self, reader: &Reader) -> &[Channel] {
        if self.is_stranger(reader) { &[] } else { &self.options.channels }
    }

    /// The channel that a call names, to be read.
    pub(super) fn readable(&self, reader: &Reader, id: &str) -> Result<Channel, ApiError> {
        self.channel(if self.is_stranger(reader) { "" } else { id })
    }

    /// The requests in a channel that whoever is signed in may not know of.
    pub(super) async fn hidden(&self, reader: &Reader, channel: &str) -> Result<HashSet<RequestId>, ApiError> {
        let Some(SignedIn(me)) = &reader.0 else { return Ok(HashSet::new()) };
        let kept = self.console.read(channel, &HashSet::new());
        let requests = kept.iter().filter_map(|kept| kept.card.request.clone()).collect();
        self.handle.hidden_from(me, requests).await.map_err(ApiError::stopping)
    }

    /// The channel that a call names.
    pub(super) fn channel(&self, id: &str) -> Result<Channel, ApiError> {
        self.options.channels.iter().find(|channel| channel.id == id).cloned().ok_or_else(|| {
            let hint = "GET /api/channels lists them.";
            ApiError::not_found("unknown_channel", format!("There is no channel \"{id}\"."), hint)
        })
    }
}

/// Runs a call that changes something to its end: a handler is dropped when its reader's connection breaks, and what it
/// awaits with it, but a task of its own is not.
pub(super) async fn to_its_end<T: Send + 'static>(
    call: impl Future<Output = T> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::spawn(call).await.map_err(|broken| {
        tracing::error!(error = %broken, "a console call ended without an answer");
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The call ended without an answer; the log says why.",
            "Look at the channel before you repeat it: it may have been done.",
        )
    })
}

impl Options {
    /// Whether this is the demo, where everybody says who they are.
    pub(super) fn demo(&self) -> bool {
        match self.identity {
            Identity::Chosen => true,
            Identity::SignedIn(_) => false,
        }
    }
}
