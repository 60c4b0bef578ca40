//! The watch: what is looked at by the clock, and by whoever asks for a report.
//!
//! A look reads sizes and what the journal knows of the marks in descriptions, in a task of its own; what follows from it is decided and
//! written by the engine's one task (`core`), so that a report, its slot and everything that was told are one commit.

pub(super) mod look;
pub mod makers;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::age::QuietHours;
use crate::domain::ids::{ChannelId, Target};
use crate::domain::policy::glob::Glob;
use crate::domain::policy::{VmPattern, selects};
use crate::domain::report::{Row, Thresholds};
use crate::domain::schedule::Schedule;
use crate::domain::storage::MinFree;
use crate::message::words::Locale;

/// What counts as too old, too deep and too large where no report says so.
const WARN_AGE: SignedDuration = SignedDuration::from_hours(3 * 24);
const MAX_AGE: SignedDuration = SignedDuration::from_hours(14 * 24);
const MAX_DEPTH: u8 = 3;

/// How much of a datastore is to stay free where no report says so.
pub const MIN_FREE: MinFree = MinFree::Percent(10);

#[derive(Debug, Clone, Default)]
pub struct WatchRules {
    pub reports: Vec<ReportRule>,
    /// How long snapshots may stay, where the configuration says so.
    pub retention: Option<RetentionRule>,
}

#[derive(Debug, Clone)]
pub struct ReportRule {
    pub name: String,
    pub channel: ChannelId,
    pub schedule: Schedule,
    pub zone: TimeZone,
    /// Which VMs it is about.
    pub vms: Vec<VmPattern>,
    pub thresholds: Thresholds,
    /// How much of a datastore is to stay free.
    pub min_free: MinFree,
    /// Snapshots with such a name are left out.
    pub exclude_names: Vec<Glob>,
    /// Its language, if it has one of its own.
    pub locale: Option<Locale>,
    /// Whether nothing is posted where there is nothing to report.
    pub silent: bool,
    /// Whether what crosses a limit is told at once.
    pub warnings: bool,
    /// When such warnings wait.
    pub quiet_hours: Option<QuietHours>,
}

/// How long snapshots may stay.
#[derive(Debug, Clone)]
pub struct RetentionRule {
    /// When nobody says.
    pub default_keep: SignedDuration,
    /// The longest that anybody can ask for.
    pub max_keep: SignedDuration,
    /// How long before the end its owner is reminded.
    pub remind: Vec<SignedDuration>,
    /// On which VMs the bot deletes by itself what nobody kept.
    pub deletes: Vec<VmPattern>,
}

impl ReportRule {
    /// The same report with its days and its schedule in this time zone.
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { schedule: self.schedule.in_zone(zone.clone()), zone, ..self }
    }

    /// Whether it is about a VM; not where that is not known.
    pub fn covers(&self, target: &Target) -> bool {
        selects(&self.vms, target).certainly()
    }

    /// Whether its warnings wait now.
    pub fn is_quiet(&self, now: Timestamp) -> bool {
        self.quiet_hours.is_some_and(|hours| hours.holds(now, &self.zone))
    }
}

impl RetentionRule {
    /// Whether the bot deletes this one by itself when its time is up; not where that is not known.
    pub fn deletes(&self, row: &Row) -> bool {
        selects(&self.deletes, &row.target()).certainly()
    }
}

/// The limits where no report says so.
pub fn usual_limits() -> Thresholds {
    Thresholds { warn_age: WARN_AGE, max_age: MAX_AGE, max_depth: MAX_DEPTH, max_size: None }
}
