//! What crosses a limit is told once, to the channel of whoever took it or else to the report's, many at once in one message.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::{Core, Turn};
use crate::domain::age::{Crossing, Stores, crossed};
use crate::domain::bulletin::News;
use crate::domain::ids::ChannelId;
use crate::domain::marker::Marker;
use crate::domain::report::{Finding, LISTED_MAX, Maker, Row, Scope};
use crate::domain::request::{Request, Safety, State, Wish};
use crate::engine::watch::look::Look;
use crate::message::words::Locale;

impl Core {
    /// Compares the fleet with what was told, for every report that warns and is not quiet now.
    pub(super) async fn warnings_due(&mut self, look: &Look, now: Timestamp, turn: &mut Turn) {
        let rules = self.parts.rules();
        for rule in rules.watch.reports.iter().filter(|rule| rule.warnings && !rule.is_quiet(now)) {
            let scope = Scope { vms: Some(&rule.vms), exclude_names: &rule.exclude_names, rules: &rules.preflight };
            let listing = look.list(scope, |_| true);
            let told = self.crossings(&rule.name);
            let (low, short) = (look.low(&listing, rule.min_free), look.short(rule.min_free));
            let stores = Stores { read: &look.with_stores(), low: &low, short: &short };
            let found = crossed(&listing.rows, &rule.thresholds, &stores, now, &told, &look.live);
            let mut by_channel: BTreeMap<ChannelId, Vec<Crossing>> = BTreeMap::new();
            for crossing in found.told {
                // A datastore is nobody's own: whoever took the largest snapshot on it is not who has to hear of it.
                let own = match &crossing.what {
                    Finding::Datastore(_) => None,
                    Finding::Snapshot(_) | Finding::Chain(_) => self.channel_of(look, crossing.what.row()).await,
                };
                by_channel.entry(own.unwrap_or_else(|| rule.channel.clone())).or_default().push(crossing);
            }
            let locale = rule.locale.unwrap_or(Locale::En).tag();
            let mut failed = false;
            for (channel, mut crossings) in by_channel {
                let count = crossings.len();
                crossings.truncate(LISTED_MAX);
                let news = News::Crossed { crossings, count };
                if let Err(why) = self.tell_channel(channel, locale, news, turn).await {
                    tracing::error!(report = rule.name, why, "a warning could not be told");
                    failed = true;
                }
            }
            if failed {
                continue;
            }
            for key in found.remember {
                let row = (rule.name.clone(), key);
                self.tables.crossings.put(row.clone(), row);
            }
            for key in found.forget {
                self.tables.crossings.remove(&(rule.name.clone(), key));
            }
        }
    }

    /// Where whoever took a snapshot asked for it, as long as they are known: an owner who left is no owner.
    pub(super) async fn channel_of(&self, look: &Look, row: &Row) -> Option<ChannelId> {
        let Maker::Person(person) = &row.maker else { return None };
        self.parts.rules().policy.person(person)?;
        Some(self.request_named(look, row).await?.channel)
    }

    /// Whether the bot took this snapshot, by what it has written down itself. A description can be written by whoever may rename snapshots, and
    /// what it says is no reason to delete anything.
    pub(super) async fn took(&self, look: &Look, row: &Row) -> bool {
        let Some(request) = self.request_named(look, row).await else { return false };
        let taken = match (&request.safety, &request.state, &request.wish) {
            // Whatever became of the revert, the snapshot before it is the bot's.
            (Some(Safety::Taken { snapshot, .. }), _, _) => Some(snapshot),
            (_, State::Done { facts }, Wish::Take { .. }) => facts.snapshot.as_ref(),
            (_, _, _) => None,
        };
        request.vm().is_some_and(|target| target.vm == row.vm) && taken == Some(&row.snapshot)
    }

    /// The request that a snapshot's description names.
    async fn request_named(&self, look: &Look, row: &Row) -> Option<Request> {
        let node = look.inventory.get(&row.vm)?.tree.get(&row.snapshot)?;
        let request = Marker::find(&node.description)?.request;
        if let Some(request) = self.request(&request) {
            return Some(request.clone());
        }
        // Where the store cannot be read it is not known, and counts as none: the snapshot is left alone.
        self.stored(&request).await.ok().flatten()
    }

    /// Where a snapshot's people are told of it: where it was asked for, else where its VM is reported, else where alarms go.
    pub(super) async fn place_of(&self, look: &Look, row: &Row) -> Option<(ChannelId, String)> {
        let rules = self.parts.rules();
        let target = row.target();
        let scope = rules.watch.reports.iter().find(|rule| rule.covers(&target));
        let locale = scope.and_then(|rule| rule.locale).unwrap_or(Locale::En).tag().to_owned();
        if let Some(own) = self.channel_of(look, row).await {
            return Some((own, locale));
        }
        let channel = scope.map(|rule| rule.channel.clone()).or_else(|| rules.alarms.clone())?;
        Some((channel, locale))
    }
}
