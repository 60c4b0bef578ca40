//! REST, version 10: what the bot asks for, under Discord's limits.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::super::limits::{message_faults, pings};
use super::{APPLICATION, BOT, GUILD, Mishap, State, interactions, merge, user};

type Shared = (Arc<Mutex<State>>, watch::Sender<u64>);

/// What a request comes to: a status and a body.
pub(super) type Answer = (StatusCode, Value);

/// Fifty requests in any second, over everything but answers to interactions.
const EVERYTHING: usize = 50;

/// Messages on a page of a channel's history.
const PAGE: usize = 20;

pub(super) fn router(state: Arc<Mutex<State>>, changed: watch::Sender<u64>) -> Router {
    let limit = axum::extract::DefaultBodyLimit::max(30 * 1024 * 1024);
    Router::new().fallback(take).layer(limit).with_state((state, changed))
}

async fn take(
    Extract((state, changed)): Extract<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().strip_prefix("/api/v10").unwrap_or("/unknown").to_owned();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (body, files) = read(&headers, &body);
    let (answer, lost, extra) = {
        let mut state = state.lock().unwrap();
        let kind = kind_of(&method, &parts);
        state.asked.push(kind.clone());
        let (answer, lost, extra) = state.limited_or(&kind, &parts, &headers, |state| {
            state.files.extend(files.iter().cloned());
            state.answer(&method, &parts, &body)
        });
        if matches!(answer.0.as_u16(), 401 | 403 | 429) {
            state.invalid += 1;
        }
        if answer.0.is_client_error() && answer.0 != StatusCode::TOO_MANY_REQUESTS {
            state.refused.push(format!("{kind}: {} {}", answer.0.as_u16(), answer.1));
        }
        (answer, lost, extra)
    };
    changed.send_modify(|count| *count += 1);
    if lost {
        // The connection breaks in the middle of the answer.
        let broken = futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
        return (answer.0, axum::body::Body::from_stream(broken)).into_response();
    }
    let mut response = if answer.0 == StatusCode::NO_CONTENT {
        answer.0.into_response()
    } else {
        (answer.0, [("content-type", "application/json")], answer.1.to_string()).into_response()
    };
    for (name, value) in extra {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// `POST message`, `PATCH original`, …: what kind of request it is.
fn kind_of(method: &Method, parts: &[&str]) -> String {
    let what = match parts {
        ["channels", _, "messages"] | ["channels", _, "messages", _] => "message",
        ["channels", _, "messages", _, "threads"] => "thread",
        ["channels", _] => "channel",
        ["interactions", _, _, "callback"] => "callback",
        ["webhooks", _, _] => "follow-up",
        ["webhooks", _, _, "messages", "@original"] => "original",
        ["applications", .., "commands"] => "commands",
        ["applications", "@me"] => "application",
        ["users", "@me"] => "me",
        ["users", "@me", "channels"] => "direct",
        ["guilds", _, "members", _] => "member",
        ["guilds", _] => "guild",
        ["gateway"] | ["gateway", "bot"] => "gateway",
        _ => "unknown",
    };
    format!("{method} {what}")
}

/// The JSON of a request, and the files that go with it.
fn read(headers: &HeaderMap, body: &[u8]) -> (Value, Vec<(String, usize)>) {
    let kind = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(boundary) = kind.strip_prefix("multipart/form-data; boundary=") else {
        return (serde_json::from_slice(body).unwrap_or(Value::Null), Vec::new());
    };
    let (mut json, mut files) = (Value::Null, Vec::new());
    let mark = format!("--{boundary}");
    for part in split(body, mark.as_bytes()) {
        let Some(at) = part.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&part[..at]).into_owned();
        let inside = &part[at + 4..part.len().saturating_sub(2)];
        let named = |name: &str| {
            head.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
        };
        match named("filename") {
            Some(file) => files.push((file, inside.len())),
            None => json = serde_json::from_slice(inside).unwrap_or(Value::Null),
        }
    }
    (json, files)
}

fn split<'a>(body: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let at: Vec<usize> =
        (0..body.len().saturating_sub(mark.len() - 1)).filter(|at| body[*at..].starts_with(mark)).collect();
    at.windows(2).map(|pair| &body[pair[0] + mark.len()..pair[1]]).collect()
}

impl State {
    /// Answers, unless a limit or a mishap comes first. Whether the answer is lost, and the headers that go with it.
    fn limited_or(
        &mut self,
        kind: &str,
        parts: &[&str],
        headers: &HeaderMap,
        answer: impl FnOnce(&mut Self) -> Answer,
    ) -> (Answer, bool, Vec<(&'static str, String)>) {
        let of_interaction = matches!(parts.first(), Some(&"interactions" | &"webhooks"));
        let right = headers.get("authorization").and_then(|value| value.to_str().ok())
            == Some(format!("Bot {}", self.token).as_str());
        if !of_interaction && !right {
            return (
                (StatusCode::UNAUTHORIZED, json!({ "message": "401: Unauthorized", "code": 0 })),
                false,
                Vec::new(),
            );
        }
        let now = Instant::now();
        let mut lost = false;
        if let Some(at) = self.mishaps.iter().position(|(which, _)| *which == kind) {
            let (_, mishap) = self.mishaps.remove(at).unwrap();
            match mishap {
                Mishap::AnswerLost => lost = true,
                Mishap::Away => return ((StatusCode::SERVICE_UNAVAILABLE, json!({})), false, Vec::new()),
                Mishap::Refused(status, code, words) => return (refuse((status, code, words)), false, Vec::new()),
                Mishap::Limited(wait) => return self.too_much(wait, "user"),
                Mishap::LimitedGlobally(wait) => return self.too_much(wait, "global"),
            }
        }
        let mut extra = Vec::new();
        if !of_interaction {
            while self.everything.front().is_some_and(|at| now.duration_since(*at) >= Duration::from_secs(1)) {
                self.everything.pop_front();
            }
            if self.everything_limited && self.everything.len() >= EVERYTHING {
                return self.too_much(Duration::from_secs(1), "global");
            }
            self.everything.push_back(now);
            let about = parts.get(1).copied().unwrap_or_default();
            let bucket = format!("{kind} {about}");
            if let Some((most, over)) = self.bucket {
                let used = self.buckets.entry(bucket.clone()).or_default();
                while used.front().is_some_and(|at| now.duration_since(*at) >= over) {
                    used.pop_front();
                }
                let reset = used.front().map_or(over, |first| over.saturating_sub(now.duration_since(*first)));
                if used.len() >= most as usize {
                    return self.too_much(reset, "user");
                }
                used.push_back(now);
                let left = most as usize - used.len();
                extra.push(("x-ratelimit-limit", most.to_string()));
                extra.push(("x-ratelimit-remaining", left.to_string()));
                extra.push(("x-ratelimit-reset-after", format!("{:.3}", reset.as_secs_f64() + 0.001)));
                extra.push(("x-ratelimit-bucket", hex::encode(kind)));
            }
        }
        (answer(self), lost, extra)
    }

    fn too_much(&mut self, wait: Duration, scope: &str) -> (Answer, bool, Vec<(&'static str, String)>) {
        self.limited += 1;
        let seconds = wait.as_secs_f64();
        let body =
            json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": scope == "global" });
        let mut extra = vec![("retry-after", format!("{}", seconds.ceil())), ("x-ratelimit-scope", scope.to_owned())];
        if scope == "global" {
            extra.push(("x-ratelimit-global", "true".to_owned()));
        }
        ((StatusCode::TOO_MANY_REQUESTS, body), false, extra)
    }

    fn answer(&mut self, method: &Method, parts: &[&str], body: &Value) -> Answer {
        if self.away && matches!(parts, ["channels", _, "messages", ..]) {
            return (StatusCode::SERVICE_UNAVAILABLE, json!({ "message": "503", "code": 0 }));
        }
        match (method.as_str(), parts) {
            ("GET", ["gateway"]) => ok(json!({ "url": self.socket.url })),
            ("GET", ["gateway", "bot"]) => ok(json!({
                "url": self.socket.url, "shards": self.socket.shards,
                "session_start_limit": { "total": 1000, "remaining": self.socket.sessions_left, "reset_after": 60_000, "max_concurrency": 1 },
            })),
            ("GET", ["users", "@me"]) => ok(user(BOT, true)),
            ("GET", ["applications", "@me"]) => ok(json!({ "id": APPLICATION })),
            ("GET", ["guilds", guild]) if *guild == GUILD => ok(json!({
                "id": GUILD, "name": "Operations", "owner_id": "1",
                "roles": [{ "id": GUILD, "permissions": "0" }, { "id": "77", "permissions": self.socket.permissions }],
            })),
            ("GET", ["guilds", guild, "members", who]) if *guild == GUILD => self.member(who),
            ("GET", ["applications", APPLICATION, .., "commands"]) => ok(json!(self.commands)),
            ("PUT", ["applications", APPLICATION, .., "commands"]) => self.register(body),
            ("POST", ["users", "@me", "channels"]) => self.open_direct(body),
            ("GET", ["channels", channel]) => match self.channels.get(*channel) {
                Some(there) => match there.refuses {
                    Some(why) => refuse(why),
                    None => ok(
                        json!({ "id": channel, "type": 0, "guild_id": GUILD, "name": "ops", "permission_overwrites": [] }),
                    ),
                },
                None => refuse((404, 10_003, "Unknown Channel")),
            },
            ("GET", ["channels", channel, "messages"]) => match self.channels.get(*channel) {
                // Asked for from the oldest on, and answered newest first.
                Some(there) => ok(there.messages.iter().take(PAGE).rev().cloned().collect()),
                None => refuse((404, 10_003, "Unknown Channel")),
            },
            ("POST", ["channels", channel, "messages"]) => self.post(channel, body),
            ("PATCH", ["channels", channel, "messages", message]) => self.edit(channel, message, body),
            ("POST", ["channels", channel, "messages", message, "threads"]) => self.thread(channel, message, body),
            ("POST", ["interactions", id, token, "callback"]) => interactions::callback(self, id, token, body),
            ("POST", ["webhooks", APPLICATION, token]) => interactions::follow_up(self, token, body),
            ("PATCH", ["webhooks", APPLICATION, token, "messages", "@original"]) => {
                interactions::edit(self, token, body)
            }
            ("DELETE", ["webhooks", APPLICATION, token, "messages", "@original"]) => interactions::delete(self, token),
            _ => refuse((404, 0, "404: Not Found")),
        }
    }

    fn member(&self, who: &str) -> Answer {
        if who == BOT {
            return ok(json!({ "user": user(BOT, true), "roles": ["77"] }));
        }
        if self.unread_members.contains(who) {
            return (StatusCode::SERVICE_UNAVAILABLE, json!({ "message": "503", "code": 0 }));
        }
        match self.roles.get(who) {
            Some(roles) => ok(json!({ "user": user(who, false), "roles": roles })),
            None => refuse((404, 10_007, "Unknown Member")),
        }
    }

    fn register(&mut self, body: &Value) -> Answer {
        let Some(all) = body.as_array() else { return invalid("commands are a list") };
        self.command_writes += 1;
        self.commands.clone_from(all);
        for command in &mut self.commands {
            command["id"] = json!("1300000000000000000");
            command["version"] = json!("1");
            command["default_member_permissions"] = Value::Null;
        }
        ok(json!(self.commands))
    }

    fn open_direct(&mut self, body: &Value) -> Answer {
        let Some(who) = body["recipient_id"].as_str() else { return invalid("recipient_id") };
        let there =
            self.channels.iter().find(|(_, channel)| channel.direct.as_deref() == Some(who)).map(|(id, _)| id.clone());
        let id = there.unwrap_or_else(|| self.id());
        self.channels.entry(id.clone()).or_default().direct = Some(who.to_owned());
        ok(json!({ "id": id, "type": 1 }))
    }

    fn post(&mut self, channel: &str, body: &Value) -> Answer {
        let Some(there) = self.channels.get(channel) else { return refuse((404, 10_003, "Unknown Channel")) };
        if let Some(why) = there.refuses {
            return refuse(why);
        }
        let faults = message_faults(body);
        if !faults.is_empty() {
            return invalid(&faults.join(", "));
        }
        let nonce = body["nonce"].as_str().filter(|_| body["enforce_nonce"] == true).map(str::to_owned);
        if let Some((channel, message)) = nonce.as_ref().and_then(|nonce| self.nonces.get(nonce)) {
            let twin = self.channels[channel].messages.iter().find(|one| one["id"] == **message);
            return ok(twin.cloned().unwrap_or(Value::Null));
        }
        self.pings.extend(pings(body));
        let message = self.kept(channel, body, &json!({}));
        if let Some(nonce) = nonce {
            self.nonces.insert(nonce, (channel.to_owned(), message["id"].as_str().unwrap().to_owned()));
        }
        self.channels.get_mut(channel).unwrap().messages.push(message.clone());
        self.wrote(channel, true, &message);
        ok(message)
    }

    fn edit(&mut self, channel: &str, message: &str, body: &Value) -> Answer {
        let Some(there) = self.channels.get_mut(channel) else { return refuse((404, 10_003, "Unknown Channel")) };
        if let Some(why) = there.refuses {
            return refuse(why);
        }
        let Some(own) = there.messages.iter_mut().find(|one| one["id"] == message) else {
            return refuse((404, 10_008, "Unknown Message"));
        };
        let faults = message_faults(body);
        if !faults.is_empty() {
            return invalid(&faults.join(", "));
        }
        self.pings.extend(pings(body).into_iter().map(|who| format!("{who} by an edit")));
        merge(own, body);
        let message = own.clone();
        self.wrote(channel, false, &message);
        ok(message)
    }

    fn thread(&mut self, channel: &str, message: &str, body: &Value) -> Answer {
        let name = body["name"].as_str().unwrap_or_default();
        if !(1..=100).contains(&name.encode_utf16().count()) {
            return invalid("a thread's name is 1 to 100");
        }
        let Some(there) = self.channels.get(channel) else { return refuse((404, 10_003, "Unknown Channel")) };
        if !there.messages.iter().any(|one| one["id"] == message) {
            return refuse((404, 10_008, "Unknown Message"));
        }
        if self.channels.contains_key(message) {
            return refuse((400, 160_004, "A thread has already been created for this message"));
        }
        self.channels.entry(message.to_owned()).or_default();
        ok(json!({ "id": message, "type": 11, "name": name }))
    }
}

pub(super) fn ok(body: Value) -> Answer {
    (StatusCode::OK, body)
}

pub(super) fn refuse((status, code, message): (u16, u64, &str)) -> Answer {
    (StatusCode::from_u16(status).unwrap(), json!({ "message": message, "code": code }))
}

pub(super) fn invalid(why: &str) -> Answer {
    (StatusCode::BAD_REQUEST, json!({ "message": "Invalid Form Body", "code": 50_035, "errors": why }))
}
