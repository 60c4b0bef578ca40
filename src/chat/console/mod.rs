//! The web console: a chat platform of our own, with a JSON API, server-sent events and one page that is their first client.
//!
//! To the engine it is a [`Chat`] like any other; what it asks of the engine goes through [`Gateway`]. It keeps messages in
//! memory only: after a restart the engine brings every message back, by [`Console::restore`] where it knows when the message was
//! first posted, by an edit otherwise. The API is described in `docs/console-api.md` and fixed: others drive it.

mod api;
mod events;
mod extract;
mod files;
pub mod gateway;
mod grammar;
mod guard;
mod messages;
mod page;
mod served;
pub mod snapshots;
mod view;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axum::http::HeaderMap;
use jiff::Timestamp;

pub use api::{health_router, router};
pub use gateway::{ApiError, Gateway};

use self::events::{Change, Events};
use self::files::{Files, Place};
use self::messages::{Kept, Messages, Put};
use crate::domain::ids::{ChannelId, MessageId, PersonId, RequestId};
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
pub struct Options {
    /// Where it listens, port and all, as bound.
    pub listen: SocketAddr,
    /// Who is reading.
    pub identity: Identity,
    /// Host names, beside the machine's own, under which the console may be called. Empty outside the demo means: any.
    pub hosts: Vec<String>,
}

/// How the console knows who is reading.
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
        let channel = bare(channel);
        let other = self.keep_files(Place::Channel(channel.as_str().to_owned()), message, card);
        let put = self.messages().restore(&channel, message, ts, &without_bytes(card));
        self.tell(put, other, channel, message.clone());
    }

    /// Tells every open page that some VM changed.
    pub fn inventory_changed(&self) {
        self.events.tell(Change::Inventory);
    }

    /// Ends every event stream, so that a graceful shutdown need not wait for pages that stay open.
    pub fn close(&self) {
        self.events.close();
    }

    /// A channel's messages, oldest first.
    fn read(&self, channel: &ChannelId) -> Vec<Kept> {
        self.messages().of(&bare(channel))
    }

    /// Makes a message of a card that only one person sees. It is kept nowhere, apart from its files, which are fetched later.
    fn reply(&self, person: &PersonId, card: &Card) -> Kept {
        let number = self.replies.fetch_add(1, Ordering::Relaxed);
        let id = MessageId::new(format!("only-you-{number}"));
        self.keep_files(Place::OnlyYou(person.clone()), &id, card);
        Kept { id, ts: self.clock.now(), card: Arc::new(without_bytes(card)) }
    }

    fn put(&self, channel: &ChannelId, message: &MessageId, card: &Card) {
        let channel = bare(channel);
        let other = self.keep_files(Place::Channel(channel.as_str().to_owned()), message, card);
        let put = self.messages().put(&channel, message, self.clock.now(), &without_bytes(card));
        self.tell(put, other, channel, message.clone());
    }

    fn tell(&self, put: Put, other_files: bool, channel: ChannelId, message: MessageId) {
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

/// A channel's id as the API shows it, without the platform.
fn bare(channel: &ChannelId) -> ChannelId {
    let id = channel.as_str();
    ChannelId::new(id.strip_prefix(PLATFORM).and_then(|rest| rest.strip_prefix(':')).unwrap_or(id))
}
