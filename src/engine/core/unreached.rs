//! Channels that take no messages: what the bot tells there by itself (a report, a warning, an alarm) reaches nobody.
//!
//! It is kept, and tried again until the channel takes something. Meanwhile the administrators' channel is told, once, and whoever asks how
//! the bot does (`/readyz`). That the channel was told of is read off the bulletins that are kept, so that a restart does not repeat it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Core, Turn};
use crate::domain::bulletin::News;
use crate::domain::ids::{ChannelId, RequestId};
use crate::domain::policy::memberships::Unread;
use crate::engine::record::BulletinRow;
use crate::telemetry::names;

/// How often a channel is tried again; anything else that it takes is a sign as well.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);

#[derive(Default)]
pub(super) struct Unreached {
    channels: BTreeMap<ChannelId, Lost>,
    /// Those that took something since the last turn.
    reached: Vec<ChannelId>,
}

struct Lost {
    why: Unread,
    next: Timestamp,
}

impl Core {
    /// What the bot told by itself was refused by its channel.
    pub(super) async fn not_told(&mut self, id: &RequestId, channel: &ChannelId, why: &str, turn: &mut Turn) {
        // What is for one person alone is told elsewhere too.
        if self.tables.bulletins.get(id).is_none_or(|row| row.private || row.bulletin.news.is_for_one_person()) {
            return;
        }
        let now = self.parts.clock.now();
        let next = now.saturating_add(AGAIN).unwrap_or(Timestamp::MAX);
        let since = self.unreached.channels.get(channel).map_or(now, |lost| lost.why.since);
        let lost = Lost { why: Unread { since, why: why.to_owned() }, next };
        self.unreached.channels.insert(channel.clone(), lost);
        self.publish_unreached();
        let alarms = self.parts.rules().alarms.clone().filter(|alarms| alarms != channel);
        if let (Some(alarms), false) = (alarms, self.is_told_of(channel)) {
            let news = News::ChannelUnreached { channel: channel.clone(), since, why: why.to_owned() };
            self.tell_administrators(alarms, news, turn).await;
        }
    }

    /// A channel took a message.
    pub(super) fn took_message(&mut self, channel: &ChannelId) {
        if self.unreached.channels.contains_key(channel) {
            self.unreached.reached.push(channel.clone());
        }
    }

    /// Tells what was kept for channels that take messages again, with the turn.
    pub(super) async fn tell_reached(&mut self, turn: &mut Turn) {
        for channel in std::mem::take(&mut self.unreached.reached) {
            if self.unreached.channels.remove(&channel).is_none() {
                continue;
            }
            self.publish_unreached();
            turn.announced.extend(self.untold_in(&channel));
            let alarms = self.parts.rules().alarms.clone().filter(|alarms| *alarms != channel);
            if let (Some(alarms), true) = (alarms, self.is_told_of(&channel)) {
                self.tell_administrators(alarms, News::ChannelReached { channel }, turn).await;
            }
        }
    }

    /// Tries channels again whose time has come, by the oldest message that is kept for them.
    pub(super) fn try_unreached(&mut self, now: Timestamp) {
        let due = self.unreached.channels.iter().filter(|(_, lost)| now >= lost.next);
        let due: Vec<ChannelId> = due.map(|(channel, _)| channel.clone()).collect();
        for channel in due {
            let (first, used) = (self.untold_in(&channel).into_iter().next(), self.is_used(&channel));
            match (first, self.unreached.channels.get_mut(&channel)) {
                (Some(first), Some(lost)) if used => {
                    lost.next = now.saturating_add(AGAIN).unwrap_or(Timestamp::MAX);
                    self.show(&first, false);
                }
                (Some(_) | None, _) => {
                    self.unreached.channels.remove(&channel);
                    self.publish_unreached();
                }
            }
        }
    }

    /// When the next one is tried.
    pub(super) fn unreached_at(&self) -> Option<Timestamp> {
        self.unreached.channels.values().map(|lost| lost.next).min()
    }

    /// A report replaces one of the same name that its channel never saw.
    pub(super) fn replace_untold_report(&mut self, channel: &ChannelId, news: &News) {
        let News::Report { report: new } = news else { return };
        let is_older = |row: &&BulletinRow| {
            let same = matches!(&row.bulletin.news, News::Report { report } if report.name == new.name);
            same && row.posted.is_none() && !row.private && row.bulletin.channel == *channel
        };
        let older: Vec<RequestId> =
            self.tables.bulletins.values().filter(is_older).map(|row| row.bulletin.id.clone()).collect();
        for id in older {
            self.tables.bulletins.remove(&id);
        }
    }

    async fn tell_administrators(&mut self, alarms: ChannelId, news: News, turn: &mut Turn) {
        if let Err(why) = self.tell_channel(alarms, "en", news, turn).await {
            // `/readyz` and the log say it all the same.
            tracing::warn!(why, "the administrators' channel could not be told of a channel");
        }
    }

    /// What a channel was not told yet, in the order in which it came up.
    fn untold_in(&self, channel: &ChannelId) -> Vec<RequestId> {
        let untold = |row: &&BulletinRow| row.posted.is_none() && !row.private && row.bulletin.channel == *channel;
        let mut untold: Vec<&BulletinRow> = self.tables.bulletins.values().filter(untold).collect();
        untold.sort_by_key(|row| row.bulletin.seq);
        untold.into_iter().map(|row| row.bulletin.id.clone()).collect()
    }

    /// Whether the last that was said of a channel is that it takes nothing.
    fn is_told_of(&self, channel: &ChannelId) -> bool {
        let said = |row: &BulletinRow| {
            let news = &row.bulletin.news;
            let unreached = matches!(news, News::ChannelUnreached { channel: other, .. } if other == channel);
            let reached = matches!(news, News::ChannelReached { channel: other } if other == channel);
            (unreached || reached).then_some((row.bulletin.seq, unreached))
        };
        self.tables.bulletins.values().filter_map(said).max().is_some_and(|(_, unreached)| unreached)
    }

    /// Whether the configuration still has something told there.
    fn is_used(&self, channel: &ChannelId) -> bool {
        let rules = self.parts.rules();
        rules.alarms.as_ref() == Some(channel)
            || rules.channels.iter().any(|listed| listed.id == *channel)
            || rules.watch.reports.iter().any(|report| report.channel == *channel)
    }

    fn publish_unreached(&self) {
        let channels = self.unreached.channels.iter().map(|(channel, lost)| (channel.clone(), lost.why.clone()));
        let channels: BTreeMap<ChannelId, Unread> = channels.collect();
        metrics::gauge!(names::UNREACHED_CHANNELS).set(u32::try_from(channels.len()).unwrap_or(u32::MAX));
        self.parts.unreached.set(channels);
    }
}
