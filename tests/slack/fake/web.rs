//! The Web API, by GET and POST, in JSON and as a form; the addresses of answers; where files are put.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::limits::{Bucket, edit};
use super::{
    APP_TOKEN, BOT_ID, BOT_TOKEN, Ephemeral, File, Posted, RESPONSE_LIFE, RESPONSE_USES, Shared, TEAM, TRIGGER_LIFE,
    View, Write, refused,
};
use crate::slack::check;

/// The scopes that the app was given.
pub(crate) const SCOPES: &str =
    "commands,chat:write,im:write,channels:history,groups:history,im:history,files:write,users:read,usergroups:read";

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let app = Router::new()
        .route("/api/{method}", any(call))
        .route("/response/{id}", post(respond))
        .route("/upload/{id}", post(upload))
        .with_state(shared);
    axum::serve(listener, app).await.unwrap();
}

async fn call(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    how: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if shared.lock().trouble.away {
        return (StatusCode::SERVICE_UNAVAILABLE, "<html>upstream</html>").into_response();
    }
    let arguments = arguments(&how, &uri, &headers, &body);
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wanted = if name == "apps.connections.open" { APP_TOKEN } else { BOT_TOKEN };
    let answer = if token != format!("Bearer {wanted}") {
        Ok(refused("invalid_auth"))
    } else if let Some(word) = shared.lock().trouble.token.clone() {
        Ok(refused(&word))
    } else {
        *shared.lock().calls.entry(name.clone()).or_default() += 1;
        method(&shared, &name, arguments)
    };
    shared.changed.send_modify(|count| *count += 1);
    match answer {
        // The answer gets lost on its way.
        Ok(Value::Null) => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Ok(answer) => {
            let headers = [("content-type", "application/json; charset=utf-8"), ("x-oauth-scopes", SCOPES)];
            (headers, answer.to_string()).into_response()
        }
        Err(seconds) => {
            let headers = [("content-type", "application/json".to_owned()), ("retry-after", seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, headers, refused("ratelimited").to_string()).into_response()
        }
    }
}

/// The arguments of a call: a query, a form or JSON. What stands in a form is text, JSON where Slack reads JSON.
fn arguments(how: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Value {
    let json = headers
        .get("content-type")
        .is_some_and(|kind| kind.to_str().unwrap_or_default().starts_with("application/json"));
    if *how == Method::POST && json {
        return serde_json::from_slice(body).unwrap_or(Value::Null);
    }
    let text = if *how == Method::GET {
        uri.query().unwrap_or_default().to_owned()
    } else {
        String::from_utf8_lossy(body).into_owned()
    };
    let mut url = reqwest::Url::parse("http://localhost/").unwrap();
    url.set_query(Some(&text));
    let field = |(key, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let structured = ["blocks", "attachments", "view", "metadata", "files"].contains(&key.as_ref());
        let value = if structured {
            serde_json::from_str(&value).unwrap_or(Value::Null)
        } else {
            Value::String(value.into_owned())
        };
        (key.into_owned(), value)
    };
    Value::Object(url.query_pairs().map(field).collect())
}

/// Carries a method out: its answer, or how many seconds to wait; null where the answer gets lost.
fn method(shared: &Shared, name: &str, arguments: Value) -> Result<Value, u64> {
    let text = |key: &str| arguments[key].as_str().unwrap_or_default().to_owned();
    let now = shared.now();
    match name {
        "auth.test" => Ok(json!({"ok": true, "url": "https://fake.slack.com/", "team": "Fake", "user": "snapwarden",
            "team_id": TEAM, "user_id": "U0SNAP", "bot_id": BOT_ID, "is_enterprise_install": false})),
        "apps.connections.open" => Ok(json!({"ok": true, "url": shared.ticket()})),
        "users.info" => {
            let locale = shared.lock().locales.get(&text("user")).cloned().unwrap_or_else(|| "en-US".to_owned());
            Ok(json!({"ok": true, "user": {"id": text("user"), "team_id": TEAM, "locale": locale}}))
        }
        "usergroups.users.list" => {
            let (state, group) = (shared.lock(), text("usergroup"));
            Ok(match state.user_groups.get(&group) {
                _ if state.trouble.unread_groups.contains(&group) => refused("internal_error"),
                Some(users) => json!({"ok": true, "users": users}),
                None => refused("no_such_subteam"),
            })
        }
        "conversations.open" => {
            let direct = format!("D{}", text("users"));
            shared.lock().channels.entry(direct.clone()).or_default();
            Ok(json!({"ok": true, "channel": {"id": direct}}))
        }
        "conversations.history" => Ok(history(shared, &text("channel"), None)),
        "conversations.replies" => Ok(history(shared, &text("channel"), Some(&text("ts")))),
        "chat.postMessage" => post_message(shared, arguments, now),
        "chat.update" => update_message(shared, arguments, now),
        "chat.postEphemeral" => Ok(post_ephemeral(shared, arguments)),
        "views.open" => Ok(open_view(shared, &arguments)),
        "views.update" => Ok(update_view(shared, &arguments)),
        "views.publish" => Ok(publish_view(shared, &arguments)),
        "files.getUploadURLExternal" => {
            let mut state = shared.lock();
            let id = format!("F{:08}", state.next());
            state.files.insert(id.clone(), File { bytes: 0, complete: false, shared: None });
            Ok(json!({"ok": true, "upload_url": format!("{}/upload/{id}", shared.base), "file_id": id}))
        }
        "files.completeUploadExternal" => Ok(complete_upload(shared, &arguments)),
        _ => Ok(refused("unknown_method")),
    }
}

/// A channel's id for what was given: a user's id means their direct messages.
fn place(shared: &Shared, given: &str) -> Result<String, &'static str> {
    let mut state = shared.lock();
    if given.starts_with('U') {
        let direct = format!("D{given}");
        state.channels.entry(direct.clone()).or_default();
        return Ok(direct);
    }
    match state.channels.get(given) {
        None => Err("channel_not_found"),
        Some(channel) if channel.deleted => Err("channel_not_found"),
        Some(channel) if channel.closed => Err("not_in_channel"),
        Some(_) => Ok(given.to_owned()),
    }
}

fn post_message(shared: &Shared, arguments: Value, now: std::time::Duration) -> Result<Value, u64> {
    let channel = match place(shared, arguments["channel"].as_str().unwrap_or_default()) {
        Ok(channel) => channel,
        Err(word) => return Ok(refused(word)),
    };
    let mut state = shared.lock();
    let faults = check::message(&arguments);
    if !faults.is_empty() {
        state.violation(format!("chat.postMessage: {faults:?}"));
        return Ok(refused("invalid_blocks"));
    }
    if !state.has_pictures_of(&arguments) {
        return Ok(refused("invalid_blocks"));
    }
    if !state.trouble.generous {
        let taken = state.posts.entry(channel.clone()).or_insert_with(|| Bucket::new(now)).take(now);
        if let Err(seconds) = taken {
            state.limited += 1;
            state.violation(format!("chat.postMessage: too many messages for {channel}"));
            return Err(seconds);
        }
    }
    let ts = state.ts();
    let thread = arguments["thread_ts"].as_str().map(str::to_owned);
    state.wrote(&channel, &ts, true, &arguments);
    let posted = Posted { ts: ts.clone(), thread, said: arguments, edits: 0 };
    state.channels.entry(channel.clone()).or_default().messages.push(posted);
    if std::mem::take(&mut state.trouble.lose_next_post) {
        return Ok(Value::Null);
    }
    Ok(json!({"ok": true, "channel": channel, "ts": ts}))
}

fn update_message(shared: &Shared, arguments: Value, now: std::time::Duration) -> Result<Value, u64> {
    let (channel, ts) = (arguments["channel"].as_str().unwrap_or_default().to_owned(), arguments["ts"].clone());
    if let Err(word) = place(shared, &channel) {
        return Ok(refused(word));
    }
    let mut state = shared.lock();
    let faults = check::message(&arguments);
    if !faults.is_empty() {
        state.violation(format!("chat.update: {faults:?}"));
        return Ok(refused("invalid_blocks"));
    }
    if !state.has_pictures_of(&arguments) {
        return Ok(refused("invalid_blocks"));
    }
    if !state.trouble.generous
        && let Err(seconds) = edit(&mut state.edits, now)
    {
        state.limited += 1;
        state.violation("chat.update: more than 50 a minute".to_owned());
        return Err(seconds);
    }
    let messages = state.channels.get_mut(&channel).map(|channel| &mut channel.messages);
    let Some(message) = messages.into_iter().flatten().find(|message| message.ts == ts) else {
        return Ok(refused("message_not_found"));
    };
    let metadata = message.said["metadata"].clone();
    message.said = arguments;
    if message.said["metadata"].is_null() {
        message.said["metadata"] = metadata;
    }
    message.edits += 1;
    let said = message.said.clone();
    state.wrote(&channel, ts.as_str().unwrap_or_default(), false, &said);
    Ok(json!({"ok": true, "channel": channel, "ts": ts}))
}

fn post_ephemeral(shared: &Shared, arguments: Value) -> Value {
    let channel = match place(shared, arguments["channel"].as_str().unwrap_or_default()) {
        Ok(channel) => channel,
        Err(word) => return refused(word),
    };
    let mut state = shared.lock();
    let faults = check::message(&arguments);
    if !faults.is_empty() {
        state.violation(format!("chat.postEphemeral: {faults:?}"));
        return refused("invalid_blocks");
    }
    let ts = state.ts();
    let user = arguments["user"].as_str().unwrap_or_default().to_owned();
    state.ephemerals.push(Ephemeral { user, channel, by: None, ts: ts.clone(), said: arguments });
    json!({"ok": true, "message_ts": ts})
}

fn history(shared: &Shared, channel: &str, thread: Option<&str>) -> Value {
    if let Err(word) = place(shared, channel) {
        return refused(word);
    }
    let state = shared.lock();
    let is_in = |message: &&Posted| match thread {
        None => message.thread.is_none(),
        Some(ts) => message.ts == ts || message.thread.as_deref() == Some(ts),
    };
    let shown = |message: &Posted| {
        json!({"type": "message", "ts": message.ts, "bot_id": BOT_ID, "text": message.said["text"],
            "metadata": message.said["metadata"]})
    };
    let mut all: Vec<Value> = state.channels[channel].messages.iter().filter(is_in).map(shown).collect();
    if thread.is_none() {
        all.reverse();
    }
    json!({"ok": true, "messages": all, "has_more": false})
}

/// Uses a trigger up: whose it was.
fn use_trigger(shared: &Shared, arguments: &Value) -> Result<String, &'static str> {
    let mut state = shared.lock();
    let id = arguments["trigger_id"].as_str().unwrap_or_default();
    let wrong = match state.triggers.get_mut(id) {
        None => "invalid_trigger_id",
        Some(trigger) if trigger.used => "exchanged_trigger_id",
        Some(trigger) if trigger.born.elapsed() > TRIGGER_LIFE => "expired_trigger_id",
        Some(trigger) => {
            trigger.used = true;
            return Ok(trigger.user.clone());
        }
    };
    state.violation(format!("a trigger: {wrong}"));
    Err(wrong)
}

fn faults_of(shared: &Shared, method: &str, view: &Value) -> bool {
    let faults = check::view(view);
    if !faults.is_empty() {
        shared.lock().violation(format!("{method}: {faults:?}"));
    }
    !faults.is_empty()
}

fn open_view(shared: &Shared, arguments: &Value) -> Value {
    if faults_of(shared, "views.open", &arguments["view"]) {
        return refused("invalid_arguments");
    }
    let user = match use_trigger(shared, arguments) {
        Ok(user) => user,
        Err(word) => return refused(word),
    };
    let mut state = shared.lock();
    let (id, hash) = (format!("V{}", state.next()), format!("h{}", state.next()));
    state.views.insert(id.clone(), View { user, hash: hash.clone(), view: arguments["view"].clone() });
    json!({"ok": true, "view": {"id": id, "hash": hash}})
}

fn update_view(shared: &Shared, arguments: &Value) -> Value {
    if faults_of(shared, "views.update", &arguments["view"]) {
        return refused("invalid_arguments");
    }
    let mut state = shared.lock();
    let hash = format!("h{}", state.next());
    let id = arguments["view_id"].as_str().unwrap_or_default();
    match state.views.get_mut(id) {
        None => refused("not_found"),
        Some(view) if arguments["hash"].as_str().is_some_and(|given| given != view.hash) => refused("hash_conflict"),
        Some(view) => {
            view.view = arguments["view"].clone();
            view.hash.clone_from(&hash);
            json!({"ok": true, "view": {"id": id, "hash": hash}})
        }
    }
}

fn publish_view(shared: &Shared, arguments: &Value) -> Value {
    if faults_of(shared, "views.publish", &arguments["view"]) {
        return refused("invalid_arguments");
    }
    let user = arguments["user_id"].as_str().unwrap_or_default().to_owned();
    shared.lock().homes.insert(user, arguments["view"].clone());
    json!({"ok": true})
}

impl super::State {
    fn wrote(&mut self, channel: &str, ts: &str, is_new: bool, said: &Value) {
        let (channel, ts, said) = (channel.to_owned(), ts.to_owned(), said.clone());
        self.writes.push(Write { at: Instant::now(), channel, ts, is_new, said });
    }

    /// Whether every picture of a message is a file that is here and has been looked at. Slack says no more of it than that it does not take the
    /// blocks.
    fn has_pictures_of(&mut self, arguments: &Value) -> bool {
        let blocks = arguments["blocks"].as_array().into_iter().flatten();
        let ids: Vec<&str> = blocks.filter_map(|block| block["slack_file"]["id"].as_str()).collect();
        if ids.iter().any(|id| !self.files.get(*id).is_some_and(|file| file.complete)) {
            self.violation(format!("a picture that was not uploaded: {ids:?}"));
            return false;
        }
        ids.is_empty() || !std::mem::take(&mut self.trouble.looks_at_next_picture)
    }
}

fn complete_upload(shared: &Shared, arguments: &Value) -> Value {
    let at = arguments["channel_id"].as_str().zip(arguments["thread_ts"].as_str());
    let mut state = shared.lock();
    for given in arguments["files"].as_array().into_iter().flatten() {
        match state.files.get_mut(given["id"].as_str().unwrap_or_default()) {
            Some(file) if file.bytes > 0 => {
                file.complete = true;
                file.shared = at.map(|(channel, ts)| (channel.to_owned(), ts.to_owned()));
            }
            Some(_) | None => return refused("file_not_found"),
        }
    }
    json!({"ok": true, "files": []})
}

async fn upload(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    match shared.lock().files.get_mut(&id) {
        Some(file) => {
            file.bytes = body.len();
            StatusCode::OK
        }
        None => StatusCode::NOT_FOUND,
    }
}

async fn respond(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    if shared.lock().trouble.away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let said: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut state = shared.lock();
    let ts = state.ts();
    let Some(url) = state.responses.get_mut(&id) else { return StatusCode::NOT_FOUND.into_response() };
    url.uses += 1;
    if url.uses > RESPONSE_USES || url.born.elapsed() > RESPONSE_LIFE {
        state.violation("an address for answers was used too often or too late".to_owned());
        return StatusCode::NOT_FOUND.into_response();
    }
    let (user, channel, original) = (url.user.clone(), url.channel.clone(), url.original.clone());
    if said["delete_original"] == true || said["replace_original"] == true {
        state.ephemerals.retain(|one| Some(&one.ts) != original.as_ref());
    }
    let by = Some(id);
    if said["delete_original"] == true {
        state.ephemerals.push(Ephemeral { user, channel, by, ts, said: Value::Null });
    } else {
        let faults = check::message(&said);
        if !faults.is_empty() {
            state.violation(format!("response_url: {faults:?}"));
            return (StatusCode::BAD_REQUEST, "invalid_blocks").into_response();
        }
        state.ephemerals.push(Ephemeral { user, channel, by, ts, said });
    }
    drop(state);
    shared.changed.send_modify(|count| *count += 1);
    StatusCode::OK.into_response()
}
