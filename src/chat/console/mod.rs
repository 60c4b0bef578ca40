//! The web console: a chat platform of our own, with a JSON API, server-sent events and one page that is their first client.
//!
//! To the engine it is a [`Chat`] like any other, and it holds the engine like the others; what it asks of the process around both
//! goes through [`Host`]. It keeps messages in
//! memory only: after a restart the engine brings every message back, by [`Console::restore`] where it knows when the message was
//! first posted, by an edit otherwise. The API is described in `docs/console-api.md` and fixed: others drive it.

mod api;
mod error;
mod events;
mod extract;
mod files;
mod grammar;
mod guard;
mod host;
mod messages;
mod page;
mod ready;
mod requests;
mod served;
pub mod snapshots;
mod view;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

pub use api::{guarded, health_router, router};
pub use error::ApiError;
pub use guard::Caller;
pub use host::{FleetSnapshots, Host};

use self::events::{Change, Events};
use self::files::{Files, Place};
use self::messages::{Kept, Messages, Put};
use self::view::Where;
use crate::domain::ids::{ChannelId, MessageId, PersonId, RequestId};
use crate::domain::policy::Person;
use crate::engine::Answer;
use crate::engine::ports::{Chat, ChatError, Clock};
use crate::message::model::{Attachment, Card};

/// The platform's name, the part of a [`ChannelId`] before the colon.
pub const PLATFORM: &str = "console";

/// The console's memory and its listeners.
pub struct Console {
    messages: Mutex<Messages>,
    files: Mutex<Files>,
    events: Events,
    clock: Arc<dyn Clock>,
    replies: AtomicU64,
}

/// How a console is served.
#[derive(Clone)]
pub struct Options {
    /// Where it listens, port and all, as bound.
    pub listen: SocketAddr,
    /// Who is reading.
    pub identity: Identity,
    /// Host names, beside the machine's own, under which the console may be called. Empty outside the demo means: any.
    pub hosts: Vec<String>,
    /// Its channels, in the order in which they are to be shown.
    pub channels: Vec<Channel>,
}

/// A channel of the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Channel {
    /// What the API calls it.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// How the console knows who is reading.
#[derive(Clone)]
pub enum Identity {
    /// Everybody says who they are: for the demo, and for nothing else.
    Chosen,
    /// A login decides.
    SignedIn(SignIn),
}

/// Reads who somebody is off a request's headers. Its error is what they get instead; a 401 asks the browser for a password.
pub type SignIn = Arc<dyn Fn(&HeaderMap) -> Result<PersonId, ApiError> + Send + Sync>;

impl Console {
    /// An empty console.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            messages: Mutex::default(),
            files: Mutex::default(),
            events: Events::new(),
            clock,
            replies: AtomicU64::new(0),
        }
    }

    /// Puts a message back where it stood before a restart: `ts` is when it was first posted.
    pub fn restore(&self, channel: &ChannelId, message: &MessageId, ts: Timestamp, card: &Card) {
        let channel = channel.id();
        let other = self.keep_files(Place::Channel(channel.to_owned()), message, card);
        let put = self.messages().restore(channel, message, ts, &without_bytes(card));
        self.tell(put, other, channel, message);
    }

    /// Tells every open page that some VM changed.
    pub fn inventory_changed(&self) {
        self.events.tell(Change::Inventory);
    }

    /// Ends every event stream, so that a graceful shutdown need not wait for pages that stay open.
    pub fn close(&self) {
        self.events.close();
    }

    /// A channel's messages, oldest first, without those about hidden requests.
    fn read(&self, channel: &str, hidden: &HashSet<RequestId>) -> Vec<Kept> {
        let mut kept = self.messages().of(channel);
        kept.retain(|kept| kept.card.request.as_ref().is_none_or(|request| !hidden.contains(request)));
        kept
    }

    /// A channel's messages, or one of them, as the API shows them to a reader, or to nobody in particular.
    /// Without those about requests that are hidden from them.
    pub fn shown(
        &self,
        channel: &str,
        only: Option<&str>,
        reader: Option<&Person>,
        hidden: &HashSet<RequestId>,
    ) -> Value {
        let kept = self.read(channel, hidden);
        let wanted = kept.iter().filter(|kept| only.is_none_or(|only| kept.id.as_str() == only));
        json!(wanted.map(|kept| view::message(kept, Where::Channel(channel), reader)).collect::<Vec<_>>())
    }

    /// `{reply?, request?}` for one person: what came of something that they did.
    pub fn answer(&self, came: Answer, person: &Person) -> Value {
        // Nothing comes here twice: an HTTP request has no id of its own.
        let Answer { reply, request, seen_before: _ } = came;
        let mut answer = serde_json::Map::new();
        if let Some(card) = reply {
            let kept = self.reply(&person.id, &card);
            answer.insert("reply".to_owned(), json!(view::message(&kept, Where::OnlyYou(&person.id), Some(person))));
        }
        if let Some(request) = request {
            answer.insert("request".to_owned(), json!(request));
        }
        answer.into()
    }

    /// Makes a message of a card that only one person sees. It is kept nowhere, apart from its files, which are fetched later.
    fn reply(&self, person: &PersonId, card: &Card) -> Kept {
        let number = self.replies.fetch_add(1, Ordering::Relaxed);
        let id = MessageId::new(format!("only-you-{number}"));
        self.keep_files(Place::OnlyYou(person.clone()), &id, card);
        Kept { id, ts: self.clock.now(), card: Arc::new(without_bytes(card)) }
    }

    fn put(&self, channel: &ChannelId, message: &MessageId, card: &Card) {
        let channel = channel.id();
        let other = self.keep_files(Place::Channel(channel.to_owned()), message, card);
        let put = self.messages().put(channel, message, self.clock.now(), &without_bytes(card));
        self.tell(put, other, channel, message);
    }

    fn tell(&self, put: Put, other_files: bool, channel: &str, message: &MessageId) {
        let (channel, message) = (channel.to_owned(), message.clone());
        match (put, other_files) {
            (Put::Added, _) => self.events.tell(Change::Message(channel, message)),
            (Put::Changed, _) | (Put::Same, true) => self.events.tell(Change::Edit(channel, message)),
            (Put::Same, false) => {}
        }
    }

    /// Keeps a message's files; true if they are other ones than before.
    fn keep_files(&self, place: Place, message: &MessageId, card: &Card) -> bool {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).put(place, message, &card.files)
    }

    fn file(&self, place: &Place, message: &str, name: &str) -> Option<Attachment> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(place, message, name)
    }

    /// The memory, also after a panic elsewhere: each change of it is one step, so it is never half-changed.
    fn messages(&self) -> MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Chat for Console {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    /// The message's id is made of the nonce: a second try is the same message, and it keeps its id over a restart.
    async fn post(
        &self,
        channel: &ChannelId,
        nonce: &RequestId,
        _again: bool,
        card: &Card,
    ) -> Result<MessageId, ChatError> {
        let id = MessageId::new(format!("m-{nonce}"));
        self.put(channel, &id, card);
        Ok(id)
    }

    async fn edit(&self, channel: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError> {
        self.put(channel, message, card);
        Ok(())
    }

    async fn restore(
        &self,
        channel: &ChannelId,
        message: &MessageId,
        posted_at: Timestamp,
        card: &Card,
    ) -> Result<(), ChatError> {
        Self::restore(self, channel, message, posted_at, card);
        Ok(())
    }

    /// They are in memory only.
    fn keeps_messages(&self) -> bool {
        false
    }
}

/// A card whose files are kept elsewhere.
fn without_bytes(card: &Card) -> Card {
    let mut card = card.clone();
    card.files.iter_mut().for_each(|file| file.bytes = bytes::Bytes::new());
    card
}
