//! Reports: one for each slot, again when a vCenter is back, and for whoever asks.

use jiff::{SignedDuration, Timestamp};

use super::super::{Core, Turn};
use super::memory::{Figures, Slot};
use crate::domain::bulletin::News;
use crate::domain::ids::{ChannelId, RequestId, Target};
use crate::domain::notice::Notice;
use crate::domain::policy::{Decision, PolicyVerb};
use crate::domain::report::{
    BrokenGlass, Changes, Context, GLASSES_OF, Listing, Report, Sample, Scope, TREND_DAYS, Thresholds, YESTERDAY, make,
};
use crate::engine::ask::tell;
use crate::engine::record;
use crate::engine::watch::look::{Asked, Look};
use crate::engine::watch::{MIN_FREE, ReportRule, usual_limits};
use crate::message::model::{Attachment, Card};
use crate::message::table::snapshots;

/// So long a report that said a vCenter was away waits to come again.
const AGAIN_WITHIN: SignedDuration = SignedDuration::from_hours(24);

impl Core {
    /// Every report whose slot has come, each with its slot in one commit.
    pub(super) async fn reports_due(&mut self, look: &Look, now: Timestamp, turn: &mut Turn) {
        let rules = self.parts.rules();
        for rule in &rules.watch.reports {
            // What was to come before anybody knew of the report is not made up for.
            let fresh = Slot { had: self.watching.began.unwrap_or(now), again: None };
            let slot = self.watching.memory.slots.get(&rule.name).copied();
            let known = slot.unwrap_or(fresh);
            let due = rule.schedule.due(known.had, now);
            let back = known.again.filter(|_| look.away.is_empty());
            let again = back.filter(|told| now.duration_since(*told) <= AGAIN_WITHIN);
            let listing = self.listing(look, rule);
            let mut after = Slot { had: due.unwrap_or(known.had), again: known.again.filter(|_| back.is_none()) };
            if due.is_some() || again.is_some() {
                let report = self.make_report(look, rule, &listing, now).await;
                let away = !report.away.is_empty();
                let silent = rule.silent && report.is_quiet();
                if !silent && let Err(why) = self.post_report(rule, report, &listing, turn).await {
                    // Without a message the slot counts as not had, and is had with the next look.
                    tracing::error!(report = rule.name, why, "a report could not be told");
                    continue;
                }
                after.again = away.then_some(now);
                if let Some(due) = due {
                    turn.audit(record::audit_report(&rule.name, due, now));
                }
            }
            self.watching.memory.set_slot(&rule.name, after, turn);
            if look.away.is_empty() {
                self.note_day(rule, &listing, now, turn);
            }
        }
    }

    async fn post_report(
        &mut self,
        rule: &ReportRule,
        report: Report,
        listing: &Listing,
        turn: &mut Turn,
    ) -> Result<(), String> {
        // The report's own language comes before its channel's.
        let own = rule.locale.map(|locale| locale.tag().to_owned());
        let locale = own.unwrap_or_else(|| self.parts.posted_in(&rule.channel, "en"));
        let table = self.table(&rule.channel, &locale, listing, &report);
        let news = News::Report { report: Box::new(report) };
        let id = self.keep(rule.channel.clone(), locale, news, false, turn).await?;
        self.watching.tables.extend(table.map(|table| (id, table)));
        Ok(())
    }

    fn listing(&self, look: &Look, rule: &ReportRule) -> Listing {
        let rules = self.parts.rules();
        let scope = Scope { vms: Some(&rule.vms), exclude_names: &rule.exclude_names, rules: &rules.preflight };
        look.list(scope, |_| true)
    }

    async fn make_report(&self, look: &Look, rule: &ReportRule, listing: &Listing, now: Timestamp) -> Report {
        let today = now.to_zoned(rule.zone.clone()).date();
        let days = self.watching.memory.days.get(&rule.name).cloned().unwrap_or_default();
        let sample = |(day, figures): (&jiff::civil::Date, &Figures)| Sample {
            day: *day,
            snapshots: figures.snapshots,
            bytes: figures.bytes,
        };
        let before = days.iter().rev().map(|(_, figures)| figures);
        let before = before.into_iter().find(|figures| now.duration_since(figures.at) >= YESTERDAY);
        let since = self.watching.memory.slots.get(&rule.name).map(|slot| slot.had);
        let since = since.filter(|had| *had < now).unwrap_or_else(|| now.saturating_sub(GLASSES_OF).unwrap_or(now));
        let context = Context {
            name: rule.name.clone(),
            at: now,
            today,
            thresholds: rule.thresholds.clone(),
            low: look.low(listing, rule.min_free),
            changes: before.map(|before| Changes::since(before.at, before.snapshots, before.bytes, listing)),
            glasses: self.glasses_since(since, |target| rule.covers(target)),
            samples: days.iter().map(sample).collect(),
            away: look.away.clone(),
            audit_head: self.parts.store.head().await.ok().map(|head| head.hash),
            next: rule.schedule.next(now),
        };
        make(listing, context)
    }

    /// The figures of today: the last ones of the day count, and they are written once a day and with every report.
    fn note_day(&mut self, rule: &ReportRule, listing: &Listing, now: Timestamp, turn: &mut Turn) {
        let today = now.to_zoned(rule.zone.clone()).date();
        let bytes = listing.rows.iter().filter_map(|row| row.bytes).fold(0, u64::saturating_add);
        let figures = Figures { at: now, snapshots: listing.rows.len(), bytes };
        let known = self.watching.memory.days.get(&rule.name).and_then(|days| days.get(&today));
        let same = known.is_some_and(|known| (known.snapshots, known.bytes) == (figures.snapshots, figures.bytes));
        let fresh = known.is_some_and(|known| now.duration_since(known.at) < SignedDuration::from_hours(1));
        if !same && !fresh || known.is_none() {
            self.watching.memory.set_day(&rule.name, today, figures, turn);
        }
    }

    /// Approvals that were done without, the newest first. One in the very moment of a slot is named twice rather than never.
    fn glasses_since(&self, since: Timestamp, about: impl Fn(&Target) -> bool) -> Vec<BrokenGlass> {
        let remembered = self.watching.memory.glasses.values();
        let named = remembered.filter(|(target, glass)| glass.at >= since && about(target));
        let mut glasses: Vec<BrokenGlass> = named.map(|(_, glass)| glass.clone()).collect();
        glasses.sort_by_key(|glass| std::cmp::Reverse(glass.at));
        glasses
    }

    /// An approval was done without, if it was: reports will name it.
    pub(in crate::engine) fn remember_glass(&mut self, id: &RequestId, turn: &mut Turn) {
        let Some(request) = self.requests.get(id).map(|held| &held.request) else { return };
        let (Some(glass), Some(target)) = (request.break_glass.as_ref(), request.vm()) else { return };
        let broken = BrokenGlass {
            request: id.clone(),
            at: glass.at,
            by: glass.person.clone(),
            reason: glass.reason.clone(),
            verb: request.wish.verb(),
            vm: target.name.clone(),
        };
        let target = target.clone();
        turn.undo_memory.get_or_insert_with(|| self.watching.memory.clone());
        self.watching.memory.remember_glass(target, broken, turn);
    }

    /// Answers somebody with the report of their channel, or of everything that they may see.
    pub(super) async fn report_asked(&mut self, look: &Look, asked: Asked, turn: &mut Turn) {
        let Asked { asker, name, reply, pending } = asked;
        self.decided(pending, turn);
        let (rules, now) = (self.parts.rules(), self.parts.clock.now());
        let by_name = |rule: &&ReportRule| match &name {
            Some(name) => rule.name.eq_ignore_ascii_case(name),
            None => rule.channel == asker.channel,
        };
        let rule = rules.watch.reports.iter().find(by_name);
        if let (Some(name), None) = (&name, rule) {
            let known = rules.watch.reports.iter().map(|rule| rule.name.clone()).collect();
            let notice = Notice::UnknownReport { name: name.clone(), known };
            return tell(self, &asker, &notice, reply, turn);
        }
        let policy = &rules.policy;
        let sees = |vm: &crate::domain::inventory::VmSummary| {
            let decision = policy.decide(&asker.person, PolicyVerb::List, &vm.target());
            matches!(decision, Decision::Allowed { .. })
        };
        let scope = Scope {
            vms: rule.map(|rule| rule.vms.as_slice()),
            exclude_names: rule.map_or(&[], |rule| rule.exclude_names.as_slice()),
            rules: &rules.preflight,
        };
        let listing = look.list(scope, sees);
        let thresholds: Thresholds = rule.map_or_else(usual_limits, |rule| rule.thresholds.clone());
        let context = Context {
            name: rule.map(|rule| rule.name.clone()).unwrap_or_default(),
            at: now,
            today: now.to_zoned(rules.zone(&asker.channel)).date(),
            thresholds,
            low: look.low(&listing, rule.map_or(MIN_FREE, |rule| rule.min_free)),
            changes: None,
            // A report for one person tells no more than they may see, and the trend is of the whole scope.
            glasses: Vec::new(),
            samples: Vec::new(),
            away: look.away.clone(),
            audit_head: self.parts.store.head().await.ok().map(|head| head.hash),
            next: rule.and_then(|rule| rule.schedule.next(now)),
        };
        let report = make(&listing, context);
        let news = News::Report { report: Box::new(report.clone()) };
        let id = match self.keep(asker.channel.clone(), asker.locale.clone(), news, true, turn).await {
            Ok(id) => id,
            Err(why) => return tell(self, &asker, &Notice::StoreDown { why }, reply, turn),
        };
        let card = self.bulletin_card(&id);
        let mut card = card.map(|card| self.for_reader(card, &asker.channel, &asker.locale, &asker.person));
        if let Some(card) = &mut card {
            card.files.extend(self.table(&asker.channel, &asker.locale, &listing, &report));
        }
        turn.answer(reply, card, None, asker.reader());
    }

    /// The whole list as a table, in a reader's language.
    fn table(&self, channel: &ChannelId, locale: &str, listing: &Listing, report: &Report) -> Option<Attachment> {
        if listing.rows.is_empty() {
            return None;
        }
        let made = self.parts.view(channel, locale, |view| {
            snapshots::attachment(&listing.rows, &report.thresholds, report.at, &view.format)
        });
        made.inspect_err(|error| tracing::error!(%error, "the table of a report could not be made")).ok()
    }

    /// What a bulletin's message says.
    fn bulletin_card(&self, id: &RequestId) -> Option<Card> {
        let told = self.bulletins.get(id)?;
        let bulletin = &told.bulletin;
        let card =
            |view: &crate::message::cards::View<'_>| crate::message::cards::bulletin::card(id, &bulletin.news, view);
        Some(self.parts.view(&bulletin.channel, &bulletin.locale, card))
    }
}

/// The trend holds what is kept.
const _: () = assert!(TREND_DAYS <= 40);
