//! From an interaction as Discord sends it to what somebody wants. Pure, and the only place that reads Discord's JSON.
//!
//! Interactions arrive over the gateway or as signed requests, in the same form. What is unknown in them is passed over, so
//! that a field which Discord adds breaks nothing; what is missing in them is an error with the field's name.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::custom_id::CustomId;
use super::escape::unescaped;
use crate::domain::ids::RequestId;

/// Discord's numbers for the kinds of interactions.
const PING: u64 = 1;
const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;
const COMPLETION: u64 = 4;
const FORM: u64 = 5;

/// Discord's numbers for the kinds of commands.
const CHAT_INPUT: u64 = 1;
const MESSAGE: u64 = 3;

/// The kind of a subcommand among a command's options.
const SUBCOMMAND: u64 = 1;

/// Somebody did something.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// Discord's id of it: the same however often it is delivered.
    pub id: String,
    pub application: String,
    /// What answers to it are sent with, for 15 minutes. A secret.
    pub token: Token,
    pub user: User,
    /// Their roles in the server, by id.
    pub roles: Vec<String>,
    /// In which server; none in direct messages.
    pub guild: Option<String>,
    /// In which channel or thread.
    pub channel: Option<String>,
    pub locale: Option<String>,
    pub what: What,
}

/// The token of an interaction: whoever has it can answer in the bot's name, so it is never shown.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    /// The token, for the address of an answer.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A Discord account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: String,
    /// Whether a program uses it.
    pub bot: bool,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Discord looks whether anybody answers.
    Ping,
    Command(Command),
    /// They asked a message of the bot about its request.
    Status {
        /// The request that stands in it.
        request: Option<RequestId>,
    },
    /// They are typing a command.
    Typing {
        command: Command,
        option: String,
    },
    /// They pressed a button, or chose from a menu.
    Press(Pressed),
    Form {
        /// What it was for.
        token: String,
        /// What they typed, by the field's name.
        inputs: BTreeMap<String, String>,
        /// The message that it was opened from.
        from: Option<Source>,
    },
    /// Something that this version does not know.
    Unknown {
        /// Discord's number for it.
        kind: u64,
    },
}

/// A command with its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub verb: String,
    /// The options by their registered names.
    pub options: BTreeMap<String, String>,
}

/// A press on a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Pressed {
    /// What it is for; of a menu, what the choice is for.
    pub id: CustomId,
    /// The word on it, as far as the message shows it; of a menu, what was chosen.
    pub label: Option<String>,
    /// The message that has it.
    pub from: Source,
}

/// The message that a component belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Its id.
    pub message: String,
    pub title: String,
    /// Whether only one person sees it.
    pub ephemeral: bool,
    /// The account that the message answers, if Discord tells.
    pub answers: Option<String>,
}

/// Why an interaction could not be read. It names the place and never the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an interaction from Discord cannot be read: {0}")]
pub struct ParseError(String);

/// Reads one interaction.
///
/// # Errors
/// [`ParseError`] if something is missing that every interaction of its kind has.
pub fn parse(json: &Value) -> Result<Interaction, ParseError> {
    let raw = Raw::deserialize(json).map_err(|error| ParseError(place(&error)))?;
    let Raw { id, application_id, kind, token, member, user, guild_id, channel_id, channel, locale, data, message } =
        raw;
    let (user, roles) = match (member, user) {
        (Some(member), _) => (Some(member.user), member.roles),
        (None, user) => (user, Vec::new()),
    };
    let user = match user {
        Some(user) => User { id: user.id, bot: user.bot },
        None if kind == PING => User { id: String::new(), bot: false },
        None => return Err(ParseError("it does not say who".to_owned())),
    };
    let data = data.unwrap_or_default();
    let what = match kind {
        PING => What::Ping,
        COMMAND => command(data)?,
        COMPLETION => typing(&data)?,
        COMPONENT => press(data, message)?,
        FORM => form(data, message)?,
        kind => What::Unknown { kind },
    };
    Ok(Interaction {
        id,
        application: application_id,
        token: Token(token),
        user,
        roles,
        guild: guild_id,
        channel: channel_id.or_else(|| channel.map(|channel| channel.id)),
        locale,
        what,
    })
}

/// The word for somebody who is typing, as [`kind`] says it.
pub(super) const TYPING: &str = "typing";

/// The kind of an interaction that may be unreadable otherwise, for the log and the figures.
pub(super) fn kind(json: &Value) -> &'static str {
    match json["type"].as_u64() {
        Some(PING) => "ping",
        Some(COMMAND) => "command",
        Some(COMPONENT) => "press",
        Some(COMPLETION) => TYPING,
        Some(FORM) => "form",
        Some(_) | None => "other",
    }
}

/// The id and the token by which an interaction is answered that may be unreadable otherwise.
pub(super) fn return_address(json: &Value) -> Option<(String, Token)> {
    let text = |key: &str| json[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Some((text("id")?, Token(text("token")?)))
}

fn command(data: Data) -> Result<What, ParseError> {
    match data.kind.unwrap_or(CHAT_INPUT) {
        CHAT_INPUT => {
            let (command, _) = subcommand(&data)?;
            Ok(What::Command(command))
        }
        MESSAGE => {
            let messages = data.resolved.map(|resolved| resolved.messages).unwrap_or_default();
            let target = data.target_id.as_ref().and_then(|id| messages.get(id)).or_else(|| messages.values().next());
            Ok(What::Status { request: target.and_then(request_in) })
        }
        kind => Ok(What::Unknown { kind }),
    }
}

fn typing(data: &Data) -> Result<What, ParseError> {
    let (command, focused) = subcommand(data)?;
    let option = focused.ok_or_else(|| ParseError("it does not say which option is being typed".to_owned()))?;
    Ok(What::Typing { command, option })
}

/// The subcommand, its options, and which of them is being typed.
fn subcommand(data: &Data) -> Result<(Command, Option<String>), ParseError> {
    let chosen = data.options.iter().find(|option| option.kind == SUBCOMMAND);
    let Some(RawOption { name, options, .. }) = chosen else {
        return Err(ParseError("a command without a subcommand".to_owned()));
    };
    let mut read = BTreeMap::new();
    let mut focused = None;
    for option in options {
        let value = match &option.value {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
        };
        if option.focused {
            focused = Some(option.name.clone());
        }
        read.insert(option.name.clone(), value);
    }
    Ok((Command { verb: name.clone(), options: read }, focused))
}

fn press(data: Data, message: Option<RawMessage>) -> Result<What, ParseError> {
    let custom_id = data.custom_id.ok_or_else(|| ParseError("a press without a custom_id".to_owned()))?;
    let message = message.ok_or_else(|| ParseError("a press without a message".to_owned()))?;
    let mut id = CustomId::read(&custom_id);
    let mut wanted = custom_id;
    if let CustomId::Menu(_) = id {
        // What was chosen is a button's own id.
        if let Some(chosen) = data.values.into_iter().next() {
            id = CustomId::read(&chosen);
            wanted = chosen;
        }
    }
    let label = label_of(&message.components, &wanted);
    Ok(What::Press(Pressed { id, label, from: source(message) }))
}

fn form(data: Data, message: Option<RawMessage>) -> Result<What, ParseError> {
    let custom_id = data.custom_id.ok_or_else(|| ParseError("a form without a custom_id".to_owned()))?;
    let mut inputs = BTreeMap::new();
    for row in &data.components {
        typed(row, &mut inputs);
    }
    Ok(What::Form { token: custom_id, inputs, from: message.map(source) })
}

/// Collects what was typed, whether its field stands in a row or in a label.
fn typed(component: &Value, inputs: &mut BTreeMap<String, String>) {
    if let (Some(name), Some(value)) = (component["custom_id"].as_str(), component["value"].as_str()) {
        inputs.insert(name.to_owned(), value.to_owned());
    }
    for inner in component["components"].as_array().into_iter().flatten() {
        typed(inner, inputs);
    }
    if component["component"].is_object() {
        typed(&component["component"], inputs);
    }
}

/// The word on the component with this id.
fn label_of(components: &[Value], custom_id: &str) -> Option<String> {
    components.iter().find_map(|component| {
        let own = component["custom_id"] == custom_id || component["value"] == custom_id;
        if own && let Some(label) = component["label"].as_str() {
            return Some(label.to_owned());
        }
        let inner = [&component["components"], &component["options"]];
        inner.into_iter().filter_map(Value::as_array).find_map(|inner| label_of(inner, custom_id))
    })
}

fn source(message: RawMessage) -> Source {
    let RawMessage { id, flags, embeds, components: _, interaction_metadata } = message;
    let embed = embeds.into_iter().next().unwrap_or_default();
    Source {
        message: id,
        title: unescaped(&embed.title.unwrap_or_default()),
        ephemeral: flags.unwrap_or(0) & super::render::EPHEMERAL != 0,
        answers: interaction_metadata.map(|interaction| interaction.user.id),
    }
}

/// The request that a message of ours is about: it stands at its foot.
fn request_in(message: &RawMessage) -> Option<RequestId> {
    let foot = message.embeds.first()?.footer.as_ref()?.text.as_deref()?;
    foot.split(" · ").find_map(|part| if part.starts_with("R-") { RequestId::parse(part) } else { None })
}

/// Where serde stumbled, without what it stumbled over: that may be somebody's text.
fn place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once('`') {
        Some((what, rest)) if what.starts_with("missing field") => {
            format!("missing field {}", rest.split('`').next().unwrap_or_default())
        }
        Some(_) | None => "a field is not of its kind".to_owned(),
    }
}

/// A list that may be missing or null.
fn list<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[derive(Deserialize)]
struct Raw {
    id: String,
    application_id: String,
    #[serde(rename = "type")]
    kind: u64,
    token: String,
    member: Option<RawMember>,
    user: Option<RawUser>,
    guild_id: Option<String>,
    channel_id: Option<String>,
    channel: Option<RawChannel>,
    locale: Option<String>,
    data: Option<Data>,
    message: Option<RawMessage>,
}

#[derive(Deserialize)]
struct RawMember {
    user: RawUser,
    #[serde(default, deserialize_with = "list")]
    roles: Vec<String>,
}

#[derive(Deserialize)]
struct RawUser {
    id: String,
    #[serde(default)]
    bot: bool,
}

#[derive(Deserialize)]
struct RawChannel {
    id: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Data {
    #[serde(rename = "type")]
    kind: Option<u64>,
    #[serde(deserialize_with = "list")]
    options: Vec<RawOption>,
    custom_id: Option<String>,
    #[serde(deserialize_with = "list")]
    values: Vec<String>,
    #[serde(deserialize_with = "list")]
    components: Vec<Value>,
    target_id: Option<String>,
    resolved: Option<Resolved>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Resolved {
    messages: BTreeMap<String, RawMessage>,
}

#[derive(Deserialize)]
struct RawOption {
    name: String,
    #[serde(rename = "type")]
    kind: u64,
    value: Option<Value>,
    #[serde(default, deserialize_with = "list")]
    options: Vec<RawOption>,
    #[serde(default)]
    focused: bool,
}

#[derive(Deserialize)]
struct RawMessage {
    id: String,
    flags: Option<u64>,
    #[serde(default, deserialize_with = "list")]
    embeds: Vec<RawEmbed>,
    #[serde(default, deserialize_with = "list")]
    components: Vec<Value>,
    interaction_metadata: Option<RawMetadata>,
}

#[derive(Deserialize)]
struct RawMetadata {
    user: RawUser,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawEmbed {
    title: Option<String>,
    footer: Option<RawFooter>,
}

#[derive(Deserialize)]
struct RawFooter {
    text: Option<String>,
}

#[cfg(test)]
mod tests;
