//! What the bot tells by itself: written down with what it tells of, posted once, put back after a restart.

use super::{Core, Turn};
use crate::domain::bulletin::{Bulletin, News};
use crate::domain::ids::{ChannelId, RequestId};
use crate::engine::record::BulletinRow;
use crate::message::cards;
use crate::message::model::Card;

/// So many are kept, so that platforms which show messages from memory have them after a restart; older ones are in the journal.
const KEPT: usize = 200;

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
    fn of(told: &BulletinRow) -> Self {
        let pressable = matches!(told.bulletin.news, News::Report { .. } | News::Crossed { .. } | News::Ending { .. });
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
        let seq = self.next_seq;
        self.next_seq = seq + 1;
        let bulletin = Bulletin { id: id.clone(), seq, channel, locale, at: self.parts.clock.now(), news };
        self.replace_untold_report(&bulletin.channel, &bulletin.news);
        self.make_room_for_bulletin();
        self.tables.bulletins.put(id.clone(), BulletinRow { bulletin, posted: None, private });
        turn.announced.push(id.clone());
        Ok(id)
    }

    /// Lets go of what was told long ago, the least useful first, so that there is room for one more.
    fn make_room_for_bulletin(&mut self) {
        let bulletins = &self.tables.bulletins;
        let spare = (bulletins.len() + 1).saturating_sub(KEPT);
        let by_use = |row: &BulletinRow| (Use::of(row), row.bulletin.seq, row.bulletin.id.clone());
        let mut by_use: Vec<(Use, u64, RequestId)> = bulletins.values().map(by_use).collect();
        by_use.sort();
        for (.., id) in by_use.into_iter().take(spare) {
            self.tables.bulletins.remove(&id);
        }
    }

    /// What a bulletin's message says.
    pub(super) fn bulletin_card(&self, bulletin: &Bulletin) -> Card {
        let Bulletin { id, channel, locale, news, .. } = bulletin;
        self.parts.view(channel, locale, |view| cards::bulletin::card(id, news, view))
    }
}
