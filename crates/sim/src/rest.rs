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

use super::faults::Trouble;
use super::http::{bad_gateway, halved, severed};
use super::id::Id;
use super::rest_call::Operation;
use super::session::IDLE_LIMIT;
use super::tagging::{Category, Tag};
use super::world::World;
use super::{CallSeen, Inner};

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

    /// What it is about is not there.
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
    let operation = match path.strip_prefix("com/vmware/cis/") {
        Some(path) => Operation::read(&method, path, action.as_deref(), &body),
        None => Err(Refusal::no_such_operation(method.as_str(), &path)),
    };
    let trouble = match &operation {
        Ok(operation) => inner.with(|world| meet(world, operation.name(), &headers)),
        Err(_) => None,
    };
    match trouble {
        Some(Trouble::LostRequest | Trouble::Restart { .. }) => return severed(),
        Some(Trouble::Html502) => return bad_gateway(),
        Some(Trouble::Fault { name, message, .. }) => return Refusal::planned(&name, &message).into_response(),
        _ => {}
    }
    let done = inner.with(|world| match operation {
        Ok(Operation::CreateSession) => world.open_rest_session(&headers),
        operation => {
            // What is asked for is nobody's business but those who are known.
            world.rest_session(&headers)?;
            world.rest(operation?, &headers)
        }
    });
    let response = match done {
        Ok(None) => StatusCode::OK.into_response(),
        Ok(Some(value)) => written(StatusCode::OK, &json!({ "value": value })),
        Err(refusal) => refusal.into_response(),
    };
    match trouble {
        Some(Trouble::LostReply) => severed(),
        Some(Trouble::HalfReply) => halved(response).await,
        Some(Trouble::LateReply { seconds }) => {
            tokio::time::sleep(Duration::try_from_secs_f64(seconds).unwrap_or_default()).await;
            response
        }
        _ => response,
    }
}

/// Writes the call down and asks the fault plan about it. Sessions that the plan ends are ended here.
fn meet(world: &mut World, name: &str, headers: &HeaderMap) -> Option<Trouble> {
    let trouble = world.plan.strike(None, "", name);
    let done = !matches!(
        trouble,
        Some(Trouble::LostRequest | Trouble::Restart { .. } | Trouble::Html502 | Trouble::Fault { .. })
    );
    let session = session_id(headers);
    let user = session.and_then(|id| world.rest_sessions.get(id)).map(|session| session.user.clone());
    let at = world.now();
    world.note_call(CallSeen { method: name.to_owned(), moref: String::new(), entity: String::new(), user, at, done });
    match &trouble {
        Some(Trouble::ExpiredSession) => {
            session.and_then(|id| world.rest_sessions.remove(id));
        }
        Some(Trouble::Restart { forget_tasks }) => world.restart(*forget_tasks),
        _ => {}
    }
    trouble
}

fn session_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(SESSION_HEADER)?.to_str().ok()
}

impl World {
    /// `session.create`: by the account's name and password (HTTP Basic).
    fn open_rest_session(&mut self, headers: &HeaderMap) -> Result<Option<Value>, Refusal> {
        let given = headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok()).unwrap_or_default();
        let right = base64(format!("{}:{}", self.options.username, self.options.password).as_bytes());
        if given.strip_prefix("Basic ") != Some(right.as_str()) {
            return Err(Refusal::unauthenticated());
        }
        let id = self.new_cookie();
        let (now, passed) = (self.now(), self.clock.passed());
        let session = RestSession { user: self.options.username.clone(), created: now, active: (now, passed) };
        self.rest_sessions.insert(id.clone(), session);
        Ok(Some(id.into()))
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

    /// Does what somebody with a session asks for.
    fn rest(&mut self, operation: Operation, headers: &HeaderMap) -> Result<Option<Value>, Refusal> {
        let object_of = |object: Option<Id>| object.ok_or_else(|| Refusal::unauthorized("there is no such object"));
        Ok(match operation {
            // With a session there is none to open: handled before.
            Operation::CreateSession => return Err(Refusal::unauthenticated()),
            Operation::GetSession => {
                let RestSession { user, created, active } = self.rest_session(headers)?;
                let (created, last) = (created.to_string(), active.0.to_string());
                Some(json!({"user": user, "created_time": created, "last_accessed_time": last}))
            }
            Operation::DeleteSession => {
                session_id(headers).and_then(|id| self.rest_sessions.remove(id));
                None
            }
            Operation::ListCategories => {
                let readable = !self.lacks("System.Read");
                Some(self.tagging.categories.keys().filter(|_| readable).cloned().collect())
            }
            Operation::CreateCategory(category) => Some(self.create_category(category)?.into()),
            Operation::GetCategory(id) => Some(category_model(&id, self.readable_category(&id)?)),
            Operation::DeleteCategory(id) => {
                self.delete_category(&id)?;
                None
            }
            Operation::ListTags => Some(self.readable_tags().map(|(id, _)| id.clone()).collect()),
            Operation::CreateTag(tag) => Some(self.create_tag(tag)?.into()),
            Operation::GetTag(id) => Some(tag_model(&id, self.readable_tag(&id)?)),
            Operation::UpdateTag { id, name, description } => {
                self.update_tag(&id, name, description)?;
                None
            }
            Operation::DeleteTag(id) => {
                self.delete_tag(&id)?;
                None
            }
            Operation::ListTagsForCategory(category) => {
                self.readable_category(&category)?;
                let its = self.readable_tags().filter(|(_, tag)| tag.category == category);
                Some(its.map(|(id, _)| id.clone()).collect())
            }
            Operation::Attach { tag, object } => {
                self.attach(&tag, object_of(object)?)?;
                None
            }
            Operation::Detach { tag, object } => {
                self.detach(&tag, object_of(object)?)?;
                None
            }
            Operation::ListAttachedObjects(tag) => Some(objects(self.readable_tag(&tag)?)),
            Operation::ListAttachedTags(object) => Some(self.tags_of(object_of(object)?)),
            // A tag that is not there, or not for this account, is left out and no error: the operation has none for it.
            Operation::ListAttachedObjectsOnTags(tags) => {
                let known =
                    tags.into_iter().filter_map(|id| self.readable_tag(&id).ok().map(|tag| (id.clone(), objects(tag))));
                Some(known.map(|(id, objects)| json!({"tag_id": id, "object_ids": objects})).collect())
            }
            // The same for objects.
            Operation::ListAttachedTagsOnObjects(objects) => {
                let there = objects.into_iter().flatten().filter(|object| self.exists(None, *object));
                Some(
                    there
                        .map(|object| json!({"object_id": reference(object), "tag_ids": self.tags_of(object)}))
                        .collect(),
                )
            }
        })
    }
}

impl World {
    /// The ids of an object's tags.
    fn tags_of(&self, object: Id) -> Value {
        let its = self.readable_tags().filter(|(_, tag)| tag.objects.contains(&object));
        its.map(|(id, _)| id.clone()).collect()
    }
}

fn category_model(id: &str, category: &Category) -> Value {
    json!({
        "id": id,
        "name": category.name,
        "description": category.description,
        "cardinality": category.cardinality,
        "associable_types": category.associable_types,
        "used_by": [],
    })
}

fn tag_model(id: &str, tag: &Tag) -> Value {
    json!({
        "id": id,
        "name": tag.name,
        "description": tag.description,
        "category_id": tag.category,
        "used_by": [],
    })
}

fn objects(tag: &Tag) -> Value {
    tag.objects.iter().map(|object| reference(*object)).collect()
}

/// `DynamicID`
fn reference(object: Id) -> Value {
    json!({"id": object.to_string(), "type": object.type_name()})
}

/// Base64 as HTTP Basic has it. Too small to want a library.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) & 0x3f];
            out.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{ff}", "w78=")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
