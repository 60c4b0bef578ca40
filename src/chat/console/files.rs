//! The files of messages: pictures and tables, kept beside the messages so that a message stays small.
//!
//! A report of a large fleet has a table of several megabytes, every day, and the console keeps hundreds of messages. So files
//! have a budget of their own, and the oldest go first; a message whose file is gone says so when it is asked for.

use std::collections::VecDeque;

use crate::domain::ids::{MessageId, PersonId};
use crate::message::model::Attachment;

/// How many bytes of files are kept: ten whole lists of a fleet of 30,000 snapshots (6 MB each), or a year of small ones.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Of how many answers to one person the files are kept: a page fetches them as soon as it shows the answer, and nobody else ever does.
const ANSWERS: usize = 4;

/// The files of all messages, the oldest message first.
#[derive(Debug, Default)]
pub(crate) struct Files {
    kept: VecDeque<OfMessage>,
    total: usize,
}

/// Where a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a channel, by its bare id.
    Channel(String),
    /// In an answer to this person.
    OnlyYou(PersonId),
}

#[derive(Debug)]
struct OfMessage {
    place: Place,
    message: MessageId,
    files: Vec<Attachment>,
}

impl OfMessage {
    fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }
}

impl Files {
    /// Puts a message's files in the place of those that it had. True if they are other ones.
    pub(crate) fn put(&mut self, place: Place, message: &MessageId, files: &[Attachment]) -> bool {
        let before = self.kept.iter().position(|kept| kept.place == place && kept.message == *message);
        let before = before.and_then(|at| self.kept.remove(at));
        self.total -= before.as_ref().map_or(0, OfMessage::bytes);
        let changed = before.as_ref().map_or(&[][..], |before| &before.files) != files;
        if !files.is_empty() {
            let mine = |kept: &OfMessage| matches!(place, Place::OnlyYou(_)) && kept.place == place;
            if self.kept.iter().filter(|kept| mine(kept)).count() >= ANSWERS
                && let Some(oldest) = self.kept.iter().position(mine)
            {
                self.total -= self.kept.remove(oldest).as_ref().map_or(0, OfMessage::bytes);
            }
            let kept = OfMessage { place, message: message.clone(), files: files.to_vec() };
            self.total += kept.bytes();
            self.kept.push_back(kept);
        }
        while self.total > MAX_BYTES && self.kept.len() > 1 {
            self.total -= self.kept.pop_front().as_ref().map_or(0, OfMessage::bytes);
        }
        changed
    }

    pub(crate) fn get(&self, place: &Place, message: &str, name: &str) -> Option<Attachment> {
        let of = |kept: &&OfMessage| kept.place == *place && kept.message.as_str() == message;
        self.kept.iter().find(of)?.files.iter().find(|file| file.name == name).cloned()
    }
}

#[cfg(test)]
mod tests;
