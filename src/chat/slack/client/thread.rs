//! Details in the thread of a message, and the tables that hang there.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Inner, files};
use crate::chat::front::details::digest;
use crate::chat::slack::api::CallError;
use crate::chat::slack::render::{self, Around};
use crate::domain::ids::MessageId;
use crate::message::model::{Attachment, Card};

/// What the message in the thread is called in its metadata.
const METADATA: &str = "snapwarden_details";

impl Inner {
    /// Brings a message's thread to what the card says, in the background.
    pub(super) fn thread_of(self: &Arc<Self>, message: &MessageId, card: &Card) {
        let tables: Vec<_> = Self::tables(card).cloned().collect();
        let Some(below) = render::details(card, &Around::NOTHING) else {
            if !tables.is_empty() && self.thread.is_new(message, 0) {
                self.share(message, tables);
            }
            return;
        };
        let says = digest(&card.details);
        if !self.thread.is_new(message, says) {
            return;
        }
        let (inner, message) = (self.clone(), message.clone());
        self.desk.later(async move {
            let Some(_turn) = inner.thread.turn(&message, says).await else { return };
            if let Err(error) = inner.below(&message, below).await {
                tracing::warn!(%error, "a message's details could not be shown");
            }
            inner.share(&message, tables);
        });
    }

    async fn below(&self, message: &MessageId, below: render::Message) -> Result<(), CallError> {
        let Some((place, ts)) = message.as_str().split_once(':') else { return Ok(()) };
        let answer = self
            .desk
            .api()
            .form("conversations.replies", &[("channel", place), ("ts", ts), ("include_all_metadata", "true")])
            .await?;
        let ours = |one: &&Value| one.pointer("/metadata/event_type").and_then(Value::as_str) == Some(METADATA);
        let replies = answer.get("messages").and_then(Value::as_array);
        let there = replies.into_iter().flatten().find(ours).and_then(|one| one.get("ts")?.as_str());
        let mut arguments = Value::Object(below.arguments());
        arguments["channel"] = json!(place);
        match there {
            Some(there) => {
                self.edit_turn().await;
                arguments["ts"] = json!(there);
                self.desk.api().json("chat.update", &arguments).await?;
            }
            None => {
                self.turn(place).await;
                arguments["thread_ts"] = json!(ts);
                arguments["metadata"] = json!({"event_type": METADATA, "event_payload": {}});
                self.desk.api().json("chat.postMessage", &arguments).await?;
            }
        }
        Ok(())
    }

    /// Hangs tables on a message.
    fn share(self: &Arc<Self>, message: &MessageId, tables: Vec<Attachment>) {
        if tables.is_empty() {
            return;
        }
        let (inner, message) = (self.clone(), message.clone());
        self.desk.later(async move {
            let Some((place, ts)) = message.as_str().split_once(':') else { return };
            for table in tables {
                inner.turn(place).await;
                if let Err(error) = files::give(inner.desk.api(), &table, Some((place, ts))).await {
                    tracing::warn!(%error, file = table.name, "a table could not be hung on its message");
                }
            }
        });
    }
}
