//! Files of messages: a picture is given to Slack before the message that shows it, a table goes into the message's thread.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::chat::front::memory::Memory;
use crate::chat::slack::api::{Api, CallError};
use crate::message::model::{Attachment, Block, Card};

/// So many files are remembered as given: a report has two, and is edited for a day.
const REMEMBERED: usize = 200;

/// The ids of files that Slack has, by name and content.
pub(super) struct Files(Memory<(String, [u8; 32]), String>);

impl Files {
    pub(super) fn new() -> Self {
        Self(Memory::new(REMEMBERED))
    }

    /// The pictures of a card, by name, as far as Slack takes them; a message without its picture says what it shows.
    pub(super) async fn pictures(&self, api: &Api, card: &Card) -> BTreeMap<String, String> {
        let mut given = BTreeMap::new();
        for file in card.files.iter().filter(|file| is_picture(card, file)) {
            let key = (file.name.clone(), Sha256::digest(&file.bytes).into());
            let id = match self.0.get(&key) {
                Some(id) => Ok(id),
                None => give(api, file, None).await,
            };
            match id {
                Ok(id) => {
                    self.0.put(key, id.clone());
                    given.insert(file.name.clone(), id);
                }
                Err(error) => tracing::warn!(%error, file = file.name, "Slack does not take a picture"),
            }
        }
        given
    }
}

/// Whether a file is shown in the card, and not only hung on it.
pub(super) fn is_picture(card: &Card, file: &Attachment) -> bool {
    card.blocks.iter().any(|block| matches!(block, Block::Picture { file: shown, .. } if *shown == file.name))
}

/// Gives a file to Slack, into the thread of a message if there is one (its channel and time).
pub(super) async fn give(api: &Api, file: &Attachment, thread: Option<(&str, &str)>) -> Result<String, CallError> {
    let length = file.bytes.len().to_string();
    let arguments = [("filename", file.name.as_str()), ("length", &length), ("alt_txt", &file.alt)];
    let answer = api.form("files.getUploadURLExternal", &arguments).await?;
    let said = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default();
    let (url, id) = (said("upload_url"), said("file_id"));
    api.upload(url, file.bytes.clone()).await?;
    let mut arguments = json!({"files": [{"id": id, "title": file.name}]});
    if let Some((channel, ts)) = thread {
        arguments["channel_id"] = json!(channel);
        arguments["thread_ts"] = json!(ts);
    }
    api.json("files.completeUploadExternal", &arguments).await?;
    Ok(id.to_owned())
}
