//! Server-sent events: what changed, never what it says. A page fetches what it is told about, with its own reader's eyes.
//!
//! Events go through one bounded channel. A reader that is too slow loses the oldest and gets one `resync` instead, so memory
//! stays bounded and nobody is left with a stale page. Closing ends every stream, so that a server can stop.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use tokio::sync::{broadcast, watch};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::ApiError;
use crate::domain::ids::{MessageId, PersonId};

/// How many events a slow reader may be behind: progress of fifty VMs once a second, for five seconds.
const BACKLOG: usize = 256;

/// How many pages may listen at once: one file descriptor each, and a demo's process has 1,024 of them by default.
const MAX_READERS: usize = 256;

/// How many of them one person may have, where people sign in: tabs that they forgot on two machines, and no more.
const MAX_OF_ONE: usize = 16;

/// How often a silent stream says that it lives: below the 60 s after which common proxies give up.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a page is asked to come back after a break.
const RETRY: Duration = Duration::from_secs(1);

/// Something that pages want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A message came.
    Message(String, MessageId),
    /// A message says something else now.
    Edit(String, MessageId),
    /// Some VM changed.
    Inventory,
}

/// Where changes go in and streams come out.
#[derive(Debug)]
pub(crate) struct Events {
    changes: broadcast::Sender<Change>,
    closed: watch::Sender<bool>,
    /// How many streams each person has.
    readers: Arc<Mutex<HashMap<PersonId, usize>>>,
}

/// One stream of a person; it counts as long as it is there.
struct Reading {
    person: PersonId,
    readers: Arc<Mutex<HashMap<PersonId, usize>>>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = readers.get_mut(&self.person) {
            *count -= 1;
        }
        readers.retain(|_, count| *count > 0);
    }
}

impl Events {
    /// Nobody listens yet.
    pub(crate) fn new() -> Self {
        Self { changes: broadcast::Sender::new(BACKLOG), closed: watch::Sender::new(false), readers: Arc::default() }
    }

    /// Tells everyone who listens.
    pub(crate) fn tell(&self, change: Change) {
        // An error here means that nobody listens, which is no error.
        let _ = self.changes.send(change);
    }

    /// Ends every stream, those to come as well.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Counts another stream of a person.
    fn reading(&self, person: PersonId) -> Result<Reading, ApiError> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let count = readers.entry(person.clone()).or_default();
        if *count >= MAX_OF_ONE {
            return Err(too_many(format!("You have {MAX_OF_ONE} pages open already.")));
        }
        *count += 1;
        Ok(Reading { person, readers: self.readers.clone() })
    }

    /// A new reader's stream, of this person where people sign in. Its first bytes are a comment: what happens after it has arrived will not be missed.
    pub(crate) fn response(&self, person: Option<PersonId>) -> Result<Response, ApiError> {
        if self.changes.receiver_count() >= MAX_READERS {
            return Err(too_many(format!("{MAX_READERS} pages are listening already.")));
        }
        let reading = person.map(|person| self.reading(person)).transpose()?;
        let keep_alive = KeepAlive::new().interval(HEARTBEAT).text("still here");
        let stream = self.stream().inspect(move |_| {
            // It counts until the stream is gone.
            let _held = &reading;
        });
        Ok(Sse::new(stream).keep_alive(keep_alive).into_response())
    }

    fn stream(&self) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
        let mut closed = self.closed.subscribe();
        let end = async move {
            // Either it was closed, or its sender is gone: the console itself is.
            let _ = closed.wait_for(|closed| *closed).await;
        };
        let hello = stream::once(async { Ok(Event::default().comment("listening").retry(RETRY)) });
        let changes = BroadcastStream::new(self.changes.subscribe()).map(|change| Ok(wire(change)));
        hello.chain(changes).take_until(Box::pin(end))
    }
}

fn too_many(message: String) -> ApiError {
    let hint = "Close a page that nobody reads, then try again.";
    ApiError::new(axum::http::StatusCode::TOO_MANY_REQUESTS, "too_many_readers", message, hint)
}

/// The event as it goes over the wire.
fn wire(change: Result<Change, BroadcastStreamRecvError>) -> Event {
    let (name, data) = match change {
        Ok(Change::Message(channel, id)) => ("message", json!({"channel": channel, "id": id})),
        Ok(Change::Edit(channel, id)) => ("edit", json!({"channel": channel, "id": id})),
        Ok(Change::Inventory) => ("inventory", json!({})),
        Err(BroadcastStreamRecvError::Lagged(missed)) => ("resync", json!({"missed": missed})),
    };
    Event::default().event(name).data(data.to_string())
}

#[cfg(test)]
mod tests;
