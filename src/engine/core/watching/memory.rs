//! What the watch remembers, and when it forgets: reports with their days, crossings and ends that were told, approvals that were done without,
//! and who made snapshots.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use jiff::civil::Date;

use super::super::Core;
use crate::domain::ids::{RequestId, Target};
use crate::domain::report::BrokenGlass;
use crate::domain::retention::Place;
use crate::engine::tables::rows::{Figures, Slot};
use crate::engine::watch::look::Look;

/// So long an approval that was done without is kept: longer than any two reports lie apart that anybody reads.
const GLASS_KEPT: SignedDuration = SignedDuration::from_hours(100 * 24);

/// So many days of figures are kept: the trend's, and some to spare for days on which there was no look.
const DAYS_KEPT: usize = 40;

impl Core {
    /// How far a report has come.
    pub(super) fn slot(&self, report: &str) -> Option<Slot> {
        self.tables.slots.get(&report.to_owned()).map(|(_, slot)| *slot)
    }

    pub(super) fn set_slot(&mut self, report: &str, slot: Slot) {
        if self.slot(report) != Some(slot) {
            self.tables.slots.put(report.to_owned(), (report.to_owned(), slot));
        }
    }

    /// The figures of a report's days.
    pub(super) fn days(&self, report: &str) -> BTreeMap<Date, Figures> {
        let days = self.tables.days.values().filter(|(name, ..)| name == report);
        days.map(|(_, day, figures)| (*day, *figures)).collect()
    }

    /// Remembers a day's figures, and forgets the oldest days.
    pub(super) fn set_day(&mut self, report: &str, day: Date, figures: Figures) {
        self.tables.days.put((report.to_owned(), day), (report.to_owned(), day, figures));
        let days = self.days(report);
        for day in days.keys().take(days.len().saturating_sub(DAYS_KEPT)) {
            self.tables.days.remove(&(report.to_owned(), *day));
        }
    }

    /// What a report has warned of.
    pub(super) fn crossings(&self, report: &str) -> BTreeSet<String> {
        let of_report = self.tables.crossings.values().filter(|(name, _)| name == report);
        of_report.map(|(_, crossing)| crossing.clone()).collect()
    }

    /// Remembers an approval that was done without, and forgets the oldest ones.
    pub(super) fn add_glass(&mut self, target: Target, glass: BrokenGlass) {
        let oldest = glass.at.saturating_sub(GLASS_KEPT).unwrap_or(jiff::Timestamp::MIN);
        let old = self.tables.glasses.iter().filter(|(_, (_, glass))| glass.at < oldest);
        let old: Vec<RequestId> = old.map(|(id, _)| id.clone()).collect();
        for id in old {
            self.tables.glasses.remove(&id);
        }
        self.tables.glasses.put(glass.request.clone(), (target, glass));
    }

    /// Forgets who made snapshots that are gone from the vCenters that can be read.
    pub(super) fn forget_makers(&mut self, look: &Look) {
        let there = |(vm, snapshot): &Place| look.inventory.get(vm).is_some_and(|vm| vm.tree.get(snapshot).is_some());
        let places = self.tables.makers.keys();
        let gone: Vec<Place> =
            places.filter(|place| look.live.contains(&place.0.vcenter) && !there(place)).cloned().collect();
        for place in gone {
            self.tables.makers.remove(&place);
        }
    }
}
