//! The body of a request in HTTP mode: a form for commands and interactions, JSON for events.

use serde_json::Value;

use super::payload::{command, event, interaction, lacks};
use super::{Inbound, Malformed};

/// What a body holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Event(Box<Inbound>),
    /// Slack asks whether this address is ours: the answer is the text.
    Challenge(String),
    /// Slack looks whether the certificate is right.
    SslCheck,
}

/// Reads a body whose signature has been found right.
///
/// # Errors
/// [`Malformed`] if it is neither a form nor JSON of Slack's.
pub fn from_body(body: &[u8]) -> Result<Content, Malformed> {
    let unreadable = |what| lacks("body", what, &Value::Null);
    let text = std::str::from_utf8(body).map_err(|_| unreadable("text"))?;
    if text.trim_start().starts_with('{') {
        let json: Value = serde_json::from_str(text).map_err(|_| unreadable("JSON"))?;
        if json.get("type").and_then(Value::as_str) == Some("url_verification") {
            let challenge = json.get("challenge").and_then(Value::as_str);
            return challenge.map(|text| Content::Challenge(text.to_owned())).ok_or_else(|| unreadable("challenge"));
        }
        return event(&json).map(|event| Content::Event(Box::new(event)));
    }
    let form = form(text);
    let field = |name: &str| form.get(name).and_then(Value::as_str);
    if field("ssl_check") == Some("1") {
        return Ok(Content::SslCheck);
    }
    if let Some(payload) = field("payload") {
        let payload: Value = serde_json::from_str(payload).map_err(|_| unreadable("payload"))?;
        return interaction(&payload).map(|event| Content::Event(Box::new(event)));
    }
    if field("command").is_none() {
        return Err(lacks("body", "command or payload", &form));
    }
    command(&form).map(|event| Content::Event(Box::new(event)))
}

/// A form as an object of texts.
fn form(text: &str) -> Value {
    // The address is only what its query is read by.
    let Ok(mut url) = reqwest::Url::parse("http://localhost/") else { return Value::Null };
    url.set_query(Some(text));
    let fields = url.query_pairs().map(|(key, value)| (key.into_owned(), Value::String(value.into_owned())));
    Value::Object(fields.collect())
}
