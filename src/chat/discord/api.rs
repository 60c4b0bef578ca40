//! One request to Discord's REST API: sent once, within a time, and read for what it says about limits.
//!
//! A request that was refused is sorted by what is to be done about it, which is all that callers may tell apart.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::client::code;
use super::rates::{Heard, Rates, Route};
use super::render::Message;
use crate::chat::front::tls;
use crate::message::model::Attachment;
use crate::proxy::Proxies;
use crate::telemetry::names;

/// How long one request may take, the connection included: a third try still falls into the time of an interaction.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(4);

/// An answer longer than this is none of Discord's, in bytes.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// How the bot names itself, in the form that Discord asks for.
const USER_AGENT: &str = concat!("DiscordBot (https://snapwarden.example, ", env!("CARGO_PKG_VERSION"), ")");

/// The version of the API that is spoken.
const VERSION: &str = "/api/v10";

/// Discord, as requests reach it.
pub(crate) struct Api {
    client: reqwest::Client,
    base: String,
    token: SecretString,
    pub(super) rates: Rates,
}

/// A request.
pub(super) struct Call {
    pub(super) method: Method,
    /// Its path, from `/channels` on.
    pub(super) path: String,
    /// What its limit is counted by.
    pub(super) route: Route,
    pub(super) body: Option<Value>,
    pub(super) files: Vec<Attachment>,
    /// Whether the token of the bot goes along. Answers to interactions have a token of their own in their path.
    pub(super) signed: bool,
}

/// Why a request did not do what it was for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// Discord has said when to come back.
    #[error("Discord asks to wait {} ms", .0.as_millis())]
    Wait(Duration),
    /// No usable answer: the connection, a time-out, a 5xx. Whether it was done is not known.
    #[error("Discord does not answer: {0}")]
    Away(String),
    /// The bot's token is no longer good.
    #[error(
        "Discord refuses the bot's token: reset it under Bot in the developer portal, and put the new one into [discord] token"
    )]
    Unauthorized,
    /// Discord will not do it, whoever tries: its status and its own code.
    #[error("Discord refuses: {status} {code} {said}")]
    Refused {
        status: u16,
        /// Discord's code (`10003`).
        code: u64,
        /// Discord's words for that code; never what was sent.
        said: String,
    },
}

impl ApiError {
    /// Whether Discord gave this code.
    pub(super) fn is(&self, wanted: u64) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == wanted)
    }
}

impl Call {
    pub(super) fn new(method: Method, path: String, route: Route) -> Self {
        Self { method, path, route, body: None, files: Vec::new(), signed: true }
    }

    /// An answer to an interaction.
    pub(super) fn unsigned(self) -> Self {
        Self { signed: false, ..self }
    }

    pub(super) fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(super) fn message(self, message: Message) -> Self {
        let Message { body, files } = message;
        Self { body: Some(body), files, ..self }
    }
}

impl Api {
    /// Requests to this address (`https://discord.com`, or a local peer).
    ///
    /// # Errors
    /// If there is no TLS to be had.
    pub(crate) fn new(base: &str, token: SecretString, rates: Rates, proxies: &Proxies) -> Result<Self, String> {
        let base = base.trim_end_matches('/').trim_end_matches(VERSION).to_owned();
        // Times, and no redirects: nothing of ours goes to another host.
        let builder = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(USER_AGENT)
            .use_preconfigured_tls(tls::client()?);
        let client = proxies.client(builder)?.build().map_err(|error| error.to_string())?;
        Ok(Self { client, base, token, rates })
    }

    /// The bot's token, for the gateway.
    pub(super) fn token(&self) -> &SecretString {
        &self.token
    }

    /// Sends a request when the limits allow it, and waits for that.
    pub(super) async fn send(&self, call: Call) -> Result<Value, ApiError> {
        if !call.route.is_interaction() {
            self.rates.wait(&call.route).await;
        }
        self.send_now(call).await
    }

    /// Sends a request that its own limit has let through already.
    pub(super) async fn send_now(&self, call: Call) -> Result<Value, ApiError> {
        // Answers to interactions have limits of their own.
        if call.signed {
            if let Some(left) = self.rates.breaker() {
                return Err(ApiError::Wait(left));
            }
            self.rates.turn().await;
        }
        let Call { method, path, route, body, files, signed } = call;
        let mut request = self.client.request(method, format!("{}{VERSION}{path}", self.base));
        if signed {
            request = request.header(AUTHORIZATION, format!("Bot {}", self.token.expose_secret()));
        }
        request = match (body, files.is_empty()) {
            (Some(body), true) => request.header(CONTENT_TYPE, "application/json").body(body.to_string()),
            (Some(body), false) => request.multipart(multipart(&body, files).map_err(|error| away(&error))?),
            (None, _) => request.body(""),
        };
        let answer = request.send().await.map_err(|error| away(&error))?;
        let status = answer.status();
        let headers = answer.headers().clone();
        if answer.content_length().is_some_and(|length| length > LONGEST_ANSWER as u64) {
            return Err(ApiError::Away("an answer far too long".to_owned()));
        }
        let bytes = answer.bytes().await.map_err(|error| away(&error))?;
        let json: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        self.read(&route, status, &headers, json)
    }

    fn read(&self, route: &Route, status: StatusCode, headers: &HeaderMap, json: Value) -> Result<Value, ApiError> {
        let code = json["code"].as_u64().unwrap_or(0);
        if code == code::OLD_MESSAGE && !status.is_success() {
            // No rate of the bot's: it must neither stop other messages nor count towards the circuit breaker.
            metrics::counter!(names::DISCORD_REFUSALS, "status" => status.as_str().to_owned()).increment(1);
            return Err(refused(status, code, &json));
        }
        let heard = Heard::of(headers, &json);
        self.rates.heard(route, &heard);
        if status.is_success() {
            return Ok(json);
        }
        metrics::counter!(names::DISCORD_REFUSALS, "status" => status.as_str().to_owned()).increment(1);
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS)
            && !heard.shared
        {
            self.rates.refused();
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(ApiError::Wait(self.rates.limited(route, &heard)));
        }
        if status == StatusCode::UNAUTHORIZED && !route.is_interaction() {
            return Err(ApiError::Unauthorized);
        }
        if status.is_client_error() {
            return Err(refused(status, code, &json));
        }
        Err(ApiError::Away(format!("status {}", status.as_u16())))
    }
}

fn refused(status: StatusCode, code: u64, json: &Value) -> ApiError {
    // Discord's words for a code hold no text of ours; those for a field might.
    let said = json["message"].as_str().unwrap_or("without a reason").chars().take(120).collect();
    ApiError::Refused { status: status.as_u16(), code, said }
}

fn multipart(body: &Value, files: Vec<Attachment>) -> Result<Form, reqwest::Error> {
    let mut form = Form::new().part("payload_json", Part::text(body.to_string()).mime_str("application/json")?);
    for (index, file) in files.into_iter().enumerate() {
        let length = file.bytes.len() as u64;
        let part = Part::stream_with_length(file.bytes, length).file_name(file.name).mime_str(&file.media_type)?;
        form = form.part(format!("files[{index}]"), part);
    }
    Ok(form)
}

/// What went wrong, without the address: that of an answer to an interaction holds a token.
fn away(error: &reqwest::Error) -> ApiError {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_builder() {
        "the request could not be made"
    } else {
        "the connection broke"
    };
    ApiError::Away(what.to_owned())
}
