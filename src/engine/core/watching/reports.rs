//! Reports: one for each slot, again when a vCenter is back, and for whoever asks.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::{Core, Turn};
use crate::domain::bulletin::News;
use crate::domain::ids::{ChannelId, RequestId, Target};
use crate::domain::notice::Notice;
use crate::domain::policy::{Decision, PolicyVerb};
use crate::domain::report::{
    BrokenGlass, Changes, Context, GLASSES_OF, Listing, Report, Sample, Scope, TREND_DAYS, YESTERDAY, make,
};
use crate::engine::ask::tell;
use crate::engine::record;
use crate::engine::tables::rows::{Figures, Slot};
use crate::engine::watch::look::{Asked, Look};
use crate::engine::watch::{MIN_FREE, ReportRule, usual_limits};
use crate::message::model::Attachment;
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
            let known = self.slot(&rule.name).unwrap_or(fresh);
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
            self.set_slot(&rule.name, after);
            if look.away.is_empty() {
                self.note_day(rule, &listing, now);
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
        let days = self.days(&rule.name);
        let sample = |(day, figures): (&jiff::civil::Date, &Figures)| Sample {
            day: *day,
            snapshots: figures.snapshots,
            bytes: figures.bytes,
        };
        let before = days.iter().rev().map(|(_, figures)| figures);
        let before = before.into_iter().find(|figures| now.duration_since(figures.at) >= YESTERDAY);
        let since = self.slot(&rule.name).map(|slot| slot.had);
        let since = since.filter(|had| *had < now).unwrap_or_else(|| now.saturating_sub(GLASSES_OF).unwrap_or(now));
        let context = Context {
            changes: before.map(|before| Changes::since(before.at, before.snapshots, before.bytes, listing)),
            glasses: self.glasses_since(since, |target| rule.covers(target)),
            samples: days.iter().map(sample).collect(),
            ..self.context(look, Some(rule), listing, &rule.zone, now).await
        };
        make(listing, context)
    }

    /// What a report says of a listing now, before what is remembered: without a rule, by the usual limits.
    async fn context(
        &self,
        look: &Look,
        rule: Option<&ReportRule>,
        listing: &Listing,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Context {
        Context {
            name: rule.map(|rule| rule.name.clone()).unwrap_or_default(),
            at: now,
            zone: zone.iana_name().map(str::to_owned),
            today: now.to_zoned(zone.clone()).date(),
            thresholds: rule.map_or_else(usual_limits, |rule| rule.thresholds.clone()),
            low: look.low(listing, rule.map_or(MIN_FREE, |rule| rule.min_free)),
            changes: None,
            glasses: Vec::new(),
            samples: Vec::new(),
            away: look.away.clone(),
            audit_head: self.parts.store.head().await.ok().map(|head| head.hash),
            next: rule.and_then(|rule| rule.schedule.next(now)),
        }
    }

    /// The figures of today: the last ones of the day count, and they are written once a day and with every report.
    fn note_day(&mut self, rule: &ReportRule, listing: &Listing, now: Timestamp) {
        let today = now.to_zoned(rule.zone.clone()).date();
        let bytes = listing.rows.iter().filter_map(|row| row.bytes).fold(0, u64::saturating_add);
        let figures = Figures { at: now, snapshots: listing.rows.len(), bytes };
        let known = self.tables.days.get(&(rule.name.clone(), today)).map(|(.., figures)| figures);
        let same = known.is_some_and(|known| (known.snapshots, known.bytes) == (figures.snapshots, figures.bytes));
        let fresh = known.is_some_and(|known| now.duration_since(known.at) < SignedDuration::from_hours(1));
        if !same && !fresh || known.is_none() {
            self.set_day(&rule.name, today, figures);
        }
    }

    /// Approvals that were done without, the newest first. One in the very moment of a slot is named twice rather than never.
    fn glasses_since(&self, since: Timestamp, about: impl Fn(&Target) -> bool) -> Vec<BrokenGlass> {
        let remembered = self.tables.glasses.values();
        let named = remembered.filter(|(target, glass)| glass.at >= since && about(target));
        let mut glasses: Vec<BrokenGlass> = named.map(|(_, glass)| glass.clone()).collect();
        glasses.sort_by_key(|glass| std::cmp::Reverse(glass.at));
        glasses
    }

    /// An approval was done without, if it was: reports will name it.
    pub(in crate::engine) fn remember_glass(&mut self, id: &RequestId, turn: &mut Turn) {
        let Some(request) = self.request(id) else { return };
        let (Some(glass), Some(target)) = (request.break_glass.as_ref(), request.vm()) else { return };
        let broken = BrokenGlass {
            request: id.clone(),
            at: glass.at,
            by: glass.person.clone(),
            reason: glass.reason.clone(),
            verb: request.wish.verb(),
            vm: target.into(),
        };
        let target = target.clone();
        turn.watched = true;
        self.add_glass(target, broken);
    }

    /// Answers somebody with the report of their channel, or of everything that they may see.
    pub(super) async fn report_asked(&mut self, look: &Look, asked: Asked, turn: &mut Turn) {
        let Asked { asker, name, reply, pending } = asked;
        self.decided(pending);
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
        // A report for one person tells no more than they may see, and what is remembered is of the whole scope.
        let context = self.context(look, rule, &listing, &rules.zone(&asker.channel), now).await;
        let report = make(&listing, context);
        let news = News::Report { report: Box::new(report.clone()) };
        let id = match self.keep(asker.channel.clone(), asker.locale.clone(), news, true, turn).await {
            Ok(id) => id,
            Err(why) => return tell(self, &asker, &Notice::StoreDown { why }, reply, turn),
        };
        let card = self.tables.bulletins.get(&id).map(|row| self.bulletin_card(&row.bulletin));
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
            let format = view.format.clone().of_report(report);
            snapshots::attachment(&listing.rows, &report.thresholds, report.at, &format)
        });
        made.inspect_err(|error| tracing::error!(%error, "the table of a report could not be made")).ok()
    }
}

/// The trend holds what is kept.
const _: () = assert!(TREND_DAYS <= 40);
