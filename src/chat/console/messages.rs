//! The console's memory: what has been posted, per channel, in the order of its first posting.
//!
//! The console is the one platform that forgets at a restart, so an edit of a message that it does not know puts the message
//! back. Pure apart from being changed: no clock, no lock, no wire.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::ids::{ChannelId, MessageId};
use crate::message::model::Card;

/// How many messages a channel keeps: with some 2 kB each a channel stays below 1 MB, and nobody scrolls further in a demo.
pub(crate) const MESSAGES_PER_CHANNEL: usize = 500;

/// All channels' messages.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    channels: BTreeMap<ChannelId, Vec<Kept>>,
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
    pub(crate) fn put(&mut self, channel: &ChannelId, id: &MessageId, now: Timestamp, card: &Card) -> Put {
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
    pub(crate) fn restore(&mut self, channel: &ChannelId, id: &MessageId, ts: Timestamp, card: &Card) -> Put {
        let all = self.channels.entry(channel.clone()).or_default();
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
    pub(crate) fn of(&self, channel: &ChannelId) -> Vec<Kept> {
        self.channels.get(channel).cloned().unwrap_or_default()
    }

    /// Puts a message behind all that are not younger; the oldest makes room.
    fn insert(&mut self, channel: &ChannelId, message: Kept) {
        let all = self.channels.entry(channel.clone()).or_default();
        let at = all.partition_point(|kept| kept.ts <= message.ts);
        all.insert(at, message);
        if all.len() > MESSAGES_PER_CHANNEL {
            all.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::model::Tone;
    use crate::message::words::Locale;

    fn card(title: &str) -> Card {
        Card {
            locale: Locale::En,
            tone: Tone::Info,
            tone_word: "info".to_owned(),
            title: title.to_owned(),
            blocks: Vec::new(),
            buttons: Vec::new(),
            to: Vec::new(),
            details: Vec::new(),
            files: Vec::new(),
            request: None,
            state: None,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn titles(messages: &Messages, channel: &str) -> Vec<String> {
        messages.of(&channel.into()).iter().map(|kept| kept.card.title.clone()).collect()
    }

    #[test]
    fn an_edit_keeps_the_place_and_a_second_post_is_no_twin() {
        let mut messages = Messages::default();
        let ops = ChannelId::from("ops");
        assert_eq!(messages.put(&ops, &"m-1".into(), at(1), &card("one")), Put::Added);
        assert_eq!(messages.put(&ops, &"m-2".into(), at(2), &card("two")), Put::Added);
        assert_eq!(messages.put(&ops, &"m-1".into(), at(3), &card("one, changed")), Put::Changed);
        assert_eq!(messages.put(&ops, &"m-1".into(), at(4), &card("one, changed")), Put::Same);
        assert_eq!(titles(&messages, "ops"), ["one, changed", "two"]);
        assert_eq!(messages.of(&ops)[0].ts, at(1));
        assert!(messages.of(&"web-team".into()).is_empty());
    }

    #[test]
    fn a_restart_restores_the_order_of_the_first_posting() {
        let mut messages = Messages::default();
        let ops = ChannelId::from("ops");
        messages.put(&ops, &"new".into(), at(100), &card("new"));
        assert_eq!(messages.restore(&ops, &"b".into(), at(20), &card("b")), Put::Added);
        assert_eq!(messages.restore(&ops, &"a".into(), at(10), &card("a")), Put::Added);
        assert_eq!(messages.restore(&ops, &"a".into(), at(10), &card("a")), Put::Same);
        assert_eq!(titles(&messages, "ops"), ["a", "b", "new"]);
        assert_eq!(messages.restore(&ops, &"a".into(), at(30), &card("a later")), Put::Changed);
        assert_eq!(titles(&messages, "ops"), ["b", "a later", "new"]);
    }

    #[test]
    fn the_oldest_makes_room() {
        let mut messages = Messages::default();
        let ops = ChannelId::from("ops");
        for n in 0..=MESSAGES_PER_CHANNEL {
            messages.put(&ops, &MessageId::new(format!("m-{n}")), at(n as i64), &card(&n.to_string()));
        }
        let kept = titles(&messages, "ops");
        assert_eq!(kept.len(), MESSAGES_PER_CHANNEL);
        assert_eq!(kept[0], "1");
    }
}
