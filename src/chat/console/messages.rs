//! The console's memory: what has been posted, per channel, in the order of its first posting.
//!
//! The console is the one platform that forgets at a restart, so an edit of a message that it does not know puts the message
//! back. Pure apart from being changed: no clock, no lock, no wire.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::ids::MessageId;
use crate::message::model::Card;

/// How many messages a channel keeps: with some 2 kB each a channel stays below 1 MB, and nobody scrolls further in a demo.
pub(crate) const MESSAGES_PER_CHANNEL: usize = 500;

/// All channels' messages, by the channel's id here.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    channels: BTreeMap<String, Vec<Kept>>,
}

/// One message as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Its id, unique within the channel.
    pub(crate) id: MessageId,
    /// When it was first posted.
    pub(crate) ts: Timestamp,
    /// What it says now.
    pub(crate) card: Arc<Card>,
}

/// What putting a message came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// It was not there before.
    Added,
    /// It says something else now.
    Changed,
    /// It says what it said.
    Same,
}

impl Messages {
    /// Puts a message: a new one at `now`, one that is there in its old place.
    pub(crate) fn put(&mut self, channel: &str, id: &MessageId, now: Timestamp, card: &Card) -> Put {
        if let Some(kept) = self.channels.get_mut(channel).and_then(|kept| kept.iter_mut().find(|kept| kept.id == *id))
        {
            if *kept.card == *card {
                return Put::Same;
            }
            kept.card = Arc::new(card.clone());
            return Put::Changed;
        }
        self.insert(channel, Kept { id: id.clone(), ts: now, card: Arc::new(card.clone()) });
        Put::Added
    }

    /// Puts a message where it stood at its first posting.
    pub(crate) fn restore(&mut self, channel: &str, id: &MessageId, ts: Timestamp, card: &Card) -> Put {
        let all = self.channels.entry(channel.to_owned()).or_default();
        let before = all.iter().position(|kept| kept.id == *id).map(|at| all.remove(at));
        let restored = Kept { id: id.clone(), ts, card: Arc::new(card.clone()) };
        let put = match &before {
            None => Put::Added,
            Some(kept) if *kept == restored => Put::Same,
            Some(_) => Put::Changed,
        };
        self.insert(channel, restored);
        put
    }

    /// A channel's messages, oldest first.
    pub(crate) fn of(&self, channel: &str) -> Vec<Kept> {
        self.channels.get(channel).cloned().unwrap_or_default()
    }

    /// Puts a message behind all that are not younger; the oldest makes room.
    fn insert(&mut self, channel: &str, message: Kept) {
        let all = self.channels.entry(channel.to_owned()).or_default();
        let at = all.partition_point(|kept| kept.ts <= message.ts);
        all.insert(at, message);
        if all.len() > MESSAGES_PER_CHANNEL {
            all.remove(0);
        }
    }
}

#[cfg(test)]
mod tests;
