//! What the bot tells by itself: written down with what it tells of, posted once, put back after a restart.

use std::collections::BTreeMap;

use super::{Core, Turn};
use crate::domain::bulletin::{Bulletin, News};
use crate::domain::ids::{ChannelId, MessageId, RequestId};
use crate::engine::board::Job;
use crate::engine::ports::StoreError;
use crate::engine::record::{self, Posted, Told};
use crate::message::cards;

/// So many are kept, so that platforms which show messages from memory have them after a restart; older ones are in the journal.
const KEPT: usize = 200;

/// Everything that was told lately.
pub(super) type Bulletins = BTreeMap<RequestId, Told>;

/// What a message is still of use for, the least first: many answers to one person must not cost a channel its report's buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// It was told, and has nothing to press.
    Over,
    /// One person has it, with buttons.
    Answer,
    /// A channel has it, with buttons.
    Buttons,
    /// It is not told yet.
    Untold,
}

impl Use {
    fn of(told: &Told) -> Self {
        let pressable = match &told.bulletin.news {
            News::Report { .. } | News::Crossed { .. } | News::Ending { .. } => true,
            News::Frozen { .. }
            | News::Unfrozen { .. }
            | News::BreakGlass { .. }
            | News::Ended { .. }
            | News::Released { .. }
            | News::ChannelLost { .. }
            | News::GroupUnread { .. }
            | News::GroupRead { .. }
            | News::UnknownTasks { .. } => false,
        };
        match (told.private, told.posted.is_some(), pressable) {
            (true, _, _) => Self::Answer,
            (false, false, _) => Self::Untold,
            (false, true, true) => Self::Buttons,
            (false, true, false) => Self::Over,
        }
    }
}

impl Core {
    /// Tells a channel, and the administrators' channel where that is another one, once the turn is committed.
    pub(in crate::engine) async fn announce(
        &mut self,
        channel: &ChannelId,
        locale: &str,
        news: News,
        turn: &mut Turn,
    ) -> Result<(), String> {
        let alarms = self.parts.rules().alarms.clone();
        let places = std::iter::once(channel.clone()).chain(alarms.filter(|alarms| alarms != channel));
        for channel in places {
            self.tell_channel(channel, locale, news.clone(), turn).await?;
        }
        Ok(())
    }

    /// Tells one channel, once the turn is committed.
    pub(super) async fn tell_channel(
        &mut self,
        channel: ChannelId,
        locale: &str,
        news: News,
        turn: &mut Turn,
    ) -> Result<(), String> {
        let locale = self.parts.posted_in(&channel, locale);
        self.keep(channel, locale, news, false, turn).await.map(|_| ())
    }

    /// Keeps news for a channel in exactly this language, told once the turn is committed; or, where it is private, what one person is answered, so
    /// that its buttons mean something.
    pub(super) async fn keep(
        &mut self,
        channel: ChannelId,
        locale: String,
        news: News,
        private: bool,
        turn: &mut Turn,
    ) -> Result<RequestId, String> {
        let id = self.fresh_id().await?;
        let seq = self.next_seq();
        self.next_seq = seq + 1;
        let bulletin = Bulletin { id: id.clone(), seq, channel, locale, at: self.parts.clock.now(), news };
        turn.taken_ids.push((record::id_key(&id), record::bulletin_key(seq)));
        self.bulletins.insert(id.clone(), Told { bulletin, posted: None, private });
        turn.new_bulletins.push(id.clone());
        Ok(id)
    }

    /// Writes the rows of what this turn tells, and lets go of what was told long ago.
    pub(super) fn write_bulletins(&mut self, turn: &mut Turn) -> Result<(), StoreError> {
        let rows = turn.new_bulletins.iter().chain(&turn.posted_bulletins);
        for told in rows.filter_map(|id| self.bulletins.get(id)) {
            turn.commit.puts.push((record::bulletin_key(told.bulletin.seq), record::write(told)?));
        }
        let spare = self.bulletins.len().saturating_sub(KEPT);
        if !turn.new_bulletins.is_empty() && spare > 0 {
            let mut by_use: Vec<(Use, u64, RequestId)> = self
                .bulletins
                .values()
                .map(|told| (Use::of(told), told.bulletin.seq, told.bulletin.id.clone()))
                .collect();
            by_use.sort();
            for (_, seq, id) in by_use.into_iter().take(spare) {
                turn.commit.deletes.push(record::bulletin_key(seq));
                turn.old_bulletins.push(id);
            }
        }
        Ok(())
    }

    /// The turn is committed: what it tells is shown.
    pub(super) fn show_bulletins(&mut self, turn: &mut Turn) {
        for id in turn.old_bulletins.drain(..) {
            self.bulletins.remove(&id);
        }
        for id in turn.new_bulletins.drain(..) {
            self.show_bulletin(&id, false);
        }
    }

    /// Puts one message where it belongs.
    pub(super) fn show_bulletin(&self, id: &RequestId, restore: bool) {
        let Some(Told { bulletin, posted, private: false }) = self.bulletins.get(id) else { return };
        let keeps = self.parts.chats.get(bulletin.channel.platform()).is_some_and(|chat| chat.keeps_messages());
        if posted.is_some() && keeps {
            return;
        }
        let card = self
            .parts
            .view(&bulletin.channel, &bulletin.locale, |view| cards::bulletin::card(id, &bulletin.news, view));
        let mut card = card;
        card.files.extend(self.watching.table_of(id));
        // What was posted before a restart may not have been written down.
        let tried = restore && posted.is_none();
        let (channel, posted) = (bulletin.channel.clone(), posted.clone());
        // It is told once, and where it is is written down when it was posted.
        let job = Job { channel, posted, restore, tried, progress: false, last: false, card };
        self.board.show(id.clone(), job);
    }

    /// Remembers where a message is; whether it is one of these.
    pub(super) fn bulletin_posted(&mut self, id: &RequestId, message: &MessageId, turn: &mut Turn) -> bool {
        let at = self.parts.clock.now();
        let Some(told) = self.bulletins.get_mut(id) else { return false };
        told.posted = Some(Posted { message: message.clone(), at, settled: true });
        turn.posted.push((id.clone(), message.clone()));
        turn.posted_bulletins.push(id.clone());
        self.watching.forget_table(id);
        true
    }

    /// The turn did not happen.
    pub(super) fn undo_bulletins(&mut self, turn: &mut Turn) {
        for id in turn.new_bulletins.drain(..) {
            self.bulletins.remove(&id);
            self.watching.forget_table(&id);
        }
        for id in turn.posted_bulletins.drain(..) {
            if let Some(told) = self.bulletins.get_mut(&id) {
                told.posted = None;
            }
        }
    }
}
