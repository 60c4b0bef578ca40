//! What Slack sends, read into events of our own: Socket Mode's envelopes, and the bodies of HTTP requests, which carry the same.
//!
//! Slack's own crate fails on `team: null` and drops what stands in a modal, so everything is read here. Nothing in a payload is
//! believed but who sent it: what a button or a modal carries is checked again by whoever acts on it. What cannot be read is told by
//! kind, never by content.

use serde_json::Value;

use super::PLATFORM;
use crate::domain::ids::Account;

mod body;
mod payload;
#[cfg(test)]
mod tests;

pub use body::{Content, from_body};

/// One event of Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    Command(Command),
    /// A pressed button, or a choice in a modal.
    Action(Action),
    /// What may be meant, while somebody types into a select.
    Suggest(Suggest),
    /// A modal that was sent.
    Submit(Submit),
    /// A shortcut, from the composer or from a message's menu.
    Shortcut(Shortcut),
    /// Somebody opened the App Home.
    Home(Who),
    /// Something that is not for us: acknowledged, and that is all. The word is its kind.
    Other(String),
}

/// Who did it, as far as Slack says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Their workspace, `T…`.
    pub team: Option<String>,
    /// Their organisation, `E…`, where the app is installed for a whole one.
    pub enterprise: Option<String>,
    /// `U…` or `W…`.
    pub user: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub who: Who,
    pub channel: String,
    /// What stands behind `/snapshot`, as it was typed.
    pub text: String,
    /// Opens one modal within three seconds, and names the event.
    pub trigger: String,
    /// Where answers may be sent.
    pub response_url: Option<String>,
}

/// A pressed button, or a choice in a modal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub who: Who,
    /// In which channel, if it was in a message.
    pub channel: Option<String>,
    /// Which message, if it was in one, and whether only this person sees it.
    pub message: Option<(String, bool)>,
    /// The modal or page, if it was in one.
    pub view: Option<View>,
    pub action_id: String,
    pub block_id: String,
    /// What the button carries, or the option that was chosen.
    pub value: Option<String>,
    /// Opens one modal within three seconds, and names the event.
    pub trigger: String,
    /// Where answers may be sent.
    pub response_url: Option<String>,
}

/// What may be meant, while somebody types into a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggest {
    pub who: Who,
    pub action_id: String,
    /// What they typed so far.
    pub query: String,
    /// The modal that it stands in. What was chosen in others of its fields is not in it: Slack sends no fresh state.
    pub view: Option<View>,
}

/// A modal that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    pub who: Who,
    /// The modal with what was typed into it.
    pub view: View,
    /// Names the event.
    pub trigger: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortcut {
    pub who: Who,
    /// Which, as the manifest calls it.
    pub callback_id: String,
    /// Opens one modal within three seconds, and names the event.
    pub trigger: String,
    /// Where the message is that it was called on, if it was one.
    pub channel: Option<String>,
    /// What that message says.
    pub text: Option<String>,
    /// Where answers may be sent.
    pub response_url: Option<String>,
}

/// A modal or the App Home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: String,
    /// Changes with every change of it.
    pub hash: Option<String>,
    /// What we called it.
    pub callback_id: String,
    /// What we gave it to carry.
    pub private_metadata: String,
    /// What was typed or chosen, by block.
    pub values: std::collections::BTreeMap<String, String>,
}

/// Something of Slack's that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {missing} is missing or has another shape")]
pub struct Malformed {
    /// What it is, as far as it says so.
    pub kind: String,
    /// What of it could not be read.
    pub missing: &'static str,
    /// Where its sender may be answered, if that much could be read.
    pub answer_to: Option<AnswerTo>,
}

/// Where somebody can be answered whose event could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerTo {
    pub user: String,
    pub channel: Option<String>,
    /// By which address.
    pub response_url: Option<String>,
}

/// What a frame of Socket Mode is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// The connection serves.
    Hello {
        /// How many connections the app has.
        connections: Option<u64>,
    },
    /// The connection ends soon, for this reason.
    Disconnect(String),
    /// An event, to be acknowledged by its envelope's id.
    Event {
        /// The envelope's id.
        envelope: String,
        event: Box<Result<Inbound, Malformed>>,
    },
}

/// Reads a frame of Socket Mode. A frame without an envelope's id that is neither a greeting nor an end is nothing: `None`.
pub fn frame(text: &str) -> Option<Frame> {
    let frame: Value = serde_json::from_str(text).ok()?;
    let kind = frame.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "hello" => Some(Frame::Hello { connections: frame.get("num_connections").and_then(Value::as_u64) }),
        "disconnect" => {
            let reason = frame.get("reason").and_then(Value::as_str).unwrap_or("unknown");
            Some(Frame::Disconnect(reason.to_owned()))
        }
        _ => {
            let envelope = frame.get("envelope_id").and_then(Value::as_str).filter(|id| !id.is_empty())?;
            let event = payload::read(kind, frame.get("payload").unwrap_or(&Value::Null));
            Some(Frame::Event { envelope: envelope.to_owned(), event: Box::new(event) })
        }
    }
}

/// An account by its workspace and its user there: a user id alone may be somebody else's in another workspace.
pub fn account(team: &str, user: &str) -> Account {
    Account::new(PLATFORM, format!("{team}/{user}"))
}

impl Inbound {
    /// Its kind, for the log and the metrics.
    pub fn kind(&self) -> &str {
        match self {
            Self::Command(_) => "command",
            Self::Action(_) => "action",
            Self::Suggest(_) => "suggest",
            Self::Submit(_) => "submit",
            Self::Shortcut(_) => "shortcut",
            Self::Home(_) => "home",
            Self::Other(kind) => kind,
        }
    }
}

impl Who {
    /// The workspace and the organisation. Where Slack says whose member somebody is, that alone counts: in a shared channel they may
    /// be a stranger.
    pub fn teams(&self) -> impl Iterator<Item = &str> {
        self.team.as_deref().into_iter().chain(self.enterprise.as_deref())
    }

    /// The accounts that this may be in the configuration, the workspace's before the organisation's.
    pub fn accounts(&self) -> impl Iterator<Item = Account> {
        self.teams().map(|team| account(team, &self.user))
    }

    /// The account as it goes into the audit trail.
    pub fn account(&self) -> Account {
        self.accounts().next().unwrap_or_else(|| account("?", &self.user))
    }
}
