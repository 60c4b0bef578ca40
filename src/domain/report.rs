//! What a report says of a fleet's snapshots, as data: what stands in the card, in the pictures and in the table is made from it.
//!
//! Two steps, both pure. [`list()`] looks at every VM of a scope and gives one [`Row`] per snapshot: that is the whole list, for
//! the table that is attached and for the console's page. [`make()`] sums it up to a [`Report`], which is small whatever the
//! fleet's size, so that it can be kept in the store with the message that shows it.

mod histogram;
mod list;
mod summary;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{Moref, PersonId, RequestId, Target, VCenterName, VmRef, VmTitle};
use super::intent::Verb;
pub use super::marker::Hold;
use super::marker::Stay;
use super::snapshot_tree::{Snapshot, by_our_clock};
use super::storage::LowDatastore;

pub use histogram::{Bin, histogram};
pub use list::{Known, Listing, Scope, known_by_marker, list};
pub use summary::{Context, findings_of, make};

/// The most rows with buttons that a report has: more than ten nobody works through, and the table has all.
pub const WORST_MAX: usize = 10;

/// The most entries of every other list in a report; what is more is counted.
pub const LISTED_MAX: usize = 10;

/// How many days the trend goes back.
pub const TREND_DAYS: usize = 30;

/// A report of yesterday compares with figures that are at least this old: those of the same morning are no yesterday.
pub const YESTERDAY: SignedDuration = SignedDuration::from_hours(12);

/// Approvals that were done without in so long a time are named where there is no report before.
pub const GLASSES_OF: SignedDuration = SignedDuration::from_hours(24);

/// Where "too old", "too deep" and "too large" begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Older is over age.
    pub warn_age: SignedDuration,
    /// Older is far over; never below `warn_age`.
    pub max_age: SignedDuration,
    /// Longer chains are too deep.
    pub max_depth: u8,
    /// Larger snapshots are too large, in bytes.
    pub max_size: Option<u64>,
}

/// Who took a snapshot, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maker {
    /// A person, by our marker in the description.
    Person(PersonId),
    /// An account of vCenter (`VSPHERE.LOCAL\backup`), by vCenter's own history.
    Account(String),
    /// Nobody knows.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One like any other.
    Ordinary,
    /// A backup product's own: left alone.
    Backup,
    /// It has our marker, and the journal does not know its request.
    Orphan,
}

/// One snapshot with everything that a list shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub vm: VmRef,
    /// The VM's name.
    pub vm_name: String,
    /// The VM's folder path with its name at the end.
    pub path: String,
    pub snapshot: Moref,
    /// The snapshot's name.
    pub name: String,
    /// Its number in the VM's list, from 1.
    pub number: usize,
    /// When it was taken, by vCenter's clock.
    pub created: Timestamp,
    /// How far that clock was ahead of ours when the row was made.
    #[serde(default, skip_serializing_if = "SignedDuration::is_zero")]
    pub ahead: SignedDuration,
    /// How many snapshots lie above it, itself included.
    pub depth: usize,
    /// Whether others lie below it.
    pub children: bool,
    /// About how many bytes it holds, where that was read.
    pub bytes: Option<u64>,
    pub maker: Maker,
    /// Until when it is meant to stay.
    pub until: Option<Timestamp>,
    /// Why it stays although its time is up.
    pub hold: Option<Hold>,
    /// Ordinary, a backup's or an orphan.
    pub kind: Kind,
}

/// A VM whose longest chain is deeper than allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    pub vm: VmRef,
    pub vm_name: String,
    /// How long its longest chain is.
    pub depth: usize,
    pub snapshots: usize,
    /// When the oldest of them was taken.
    pub oldest: Timestamp,
    /// About how many bytes they hold together, as far as it was read.
    pub bytes: Option<u64>,
    /// Who took them, if it was one; the oldest snapshot's otherwise.
    pub maker: Maker,
    /// The oldest of them, whose VM the row's button shows.
    pub first: Row,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "finding")]
pub enum Finding {
    /// A snapshot that is too old or too large.
    Snapshot(Box<Row>),
    /// A chain that is too deep. Its snapshots are not listed one by one as well.
    Chain(Box<Chain>),
    /// A datastore that runs low because of snapshots.
    Datastore(Box<LowDatastore>),
}

impl Finding {
    /// The snapshot that its buttons are about; of a chain they show the whole.
    pub fn row(&self) -> &Row {
        match self {
            Self::Snapshot(row) => row,
            Self::Chain(chain) => &chain.first,
            Self::Datastore(low) => &low.largest,
        }
    }
}

/// A VM by identity and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VmName {
    pub vm: VmRef,
    pub name: String,
}

/// A list that is cut: the first of them, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Some10<T> {
    /// At most [`LISTED_MAX`].
    pub first: Vec<T>,
    /// All.
    pub count: usize,
}

impl<T> Default for Some10<T> {
    fn default() -> Self {
        Self { first: Vec::new(), count: 0 }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many snapshots, backups' own included.
    pub snapshots: usize,
    /// On how many VMs.
    pub vms: usize,
    /// About how many bytes, as far as they were read.
    pub bytes: u64,
    /// Of how many snapshots they were read.
    pub sized: usize,
    /// How many are over `warn_age`, held ones and backups' own left out.
    pub over_age: usize,
    /// How many of those are over `max_age`.
    pub over_max_age: usize,
    pub over_size: usize,
}

/// What became different since the last sample of the day before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Snapshots that were not there.
    pub taken: usize,
    /// Snapshots that are not there any more.
    pub gone: usize,
    /// Bytes more or less.
    pub bytes: i64,
}

impl Changes {
    /// What came and went since so many snapshots with so many bytes were counted: what is there now and was not taken before
    /// then is what was there before, less what went.
    pub fn since(at: Timestamp, snapshots: usize, bytes: u64, now: &Listing) -> Self {
        let taken = now.rows.iter().filter(|row| row.taken() > at).count();
        let now_bytes = now.rows.iter().filter_map(|row| row.bytes).fold(0_u64, u64::saturating_add);
        let gone = (snapshots + taken).saturating_sub(now.rows.len());
        let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        Self { taken, gone, bytes: signed(now_bytes).saturating_sub(signed(bytes)) }
    }
}

/// One day's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The day, in the report's time zone.
    pub day: jiff::civil::Date,
    pub snapshots: usize,
    /// About how many bytes they held.
    pub bytes: u64,
}

/// An approval that was done without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenGlass {
    pub request: RequestId,
    pub at: Timestamp,
    /// Who did without.
    pub by: PersonId,
    pub reason: String,
    pub verb: Verb,
    #[serde(flatten)]
    pub vm: VmTitle,
}

/// A vCenter that cannot be read now: its figures are the last known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    pub vcenter: VCenterName,
    /// Since when. The figures are of that time; none where it was never read.
    pub since: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The report's name in the configuration.
    pub name: String,
    pub at: Timestamp,
    /// The time zone that its times are told in, by its name; the channel's where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// What counts as too old, too deep, too large.
    pub thresholds: Thresholds,
    pub totals: Totals,
    /// The oldest snapshot, backups' own left out.
    pub oldest: Option<Row>,
    /// The worst, at most [`WORST_MAX`]: the one furthest over its limit first.
    pub worst: Vec<Finding>,
    /// How many findings there are, with those that are not among the worst.
    pub found: usize,
    /// How many chains are deeper than allowed.
    pub deep_chains: usize,
    /// VMs whose disks need consolidation.
    pub consolidation: Some10<VmName>,
    /// Datastores that run low because of snapshots, the fullest first.
    #[serde(default)]
    pub low: Some10<LowDatastore>,
    /// Snapshots of backup products, left alone.
    pub backups: Some10<Row>,
    /// Snapshots with our marker that the journal does not know.
    pub orphans: Some10<Row>,
    /// Held ones.
    pub held: Some10<Row>,
    /// What changed since yesterday; none where nothing is known of yesterday.
    pub changes: Option<Changes>,
    /// Approvals that were done without since the last report.
    pub glasses: Some10<BrokenGlass>,
    /// How many snapshots of which age.
    pub ages: Vec<Bin>,
    /// The daily figures, the oldest first, at most [`TREND_DAYS`], today's last.
    pub trend: Vec<Sample>,
    /// vCenters that cannot be read now.
    pub away: Vec<Away>,
    /// VMs of which it is not known whether the report is about them, because their tags are not.
    pub unsure: usize,
    /// VMs that vCenter does not let be read: their snapshots are not known.
    #[serde(default)]
    pub unreadable: Some10<VmName>,
    /// The hash of the audit trail's last line.
    pub audit_head: Option<String>,
    pub next: Option<Timestamp>,
}

impl Row {
    /// Its VM, as sentences name it.
    pub fn vm_title(&self) -> VmTitle {
        VmTitle::new(&self.vm, &self.vm_name)
    }

    /// Its VM, as rules look at it. Its tags are not known here: a rule that depends on them does not fit.
    pub fn target(&self) -> Target {
        let (vm, name, path) = (self.vm.clone(), self.vm_name.clone(), self.path.clone());
        Target { vm, instance_uuid: None, name, path, tags: None }
    }

    /// When it was taken, by our clock: what has to do with now is asked of this, whatever vCenter's clock shows.
    pub fn taken(&self) -> Timestamp {
        by_our_clock(self.created, self.ahead)
    }

    /// How old it is.
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.taken()).max(SignedDuration::ZERO)
    }

    /// By how much it is over `warn_age`; none where it is not, where it is held, and where it is a backup's.
    pub fn over_age(&self, thresholds: &Thresholds, now: Timestamp) -> Option<SignedDuration> {
        let counts = self.kind != Kind::Backup && !self.is_held(now);
        let over = self.age(now).saturating_sub(thresholds.warn_age);
        (counts && over.is_positive()).then_some(over)
    }

    /// Whether it is over `max_age`, with the same exceptions.
    pub fn over_max_age(&self, thresholds: &Thresholds, now: Timestamp) -> bool {
        self.over_age(thresholds, now).is_some() && self.age(now) > thresholds.max_age
    }

    /// Whether it holds more than `max_size`, with the same exceptions.
    pub fn over_size(&self, thresholds: &Thresholds, now: Timestamp) -> bool {
        let counts = self.kind != Kind::Backup && !self.is_held(now);
        let limit = thresholds.max_size.zip(self.bytes);
        counts && limit.is_some_and(|(limit, bytes)| bytes > limit)
    }

    /// Whether it is on hold now.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.is_in_force(now))
    }

    /// How long it stays by this row: a hold that is over counts no more.
    pub fn stay(&self, now: Timestamp) -> Stay {
        Stay { until: self.until, hold: self.hold.clone() }.in_force(now)
    }

    /// How long it stays by what vCenter has of it; none where it is gone.
    pub fn stay_now(&self, found: Option<&Snapshot>, now: Timestamp) -> Option<Stay> {
        let same = found.filter(|found| found.created == self.created)?;
        Some(Stay::find(&same.description).in_force(now))
    }

    /// What a button on its row is bound to: this snapshot and no other of the same name.
    pub fn identity(&self) -> String {
        format!("{}/{}/{}/{}", self.vm.vcenter, self.vm.moref, self.snapshot, self.created)
    }
}

impl Report {
    /// Whether there is nothing that anybody has to do or to know.
    pub fn is_quiet(&self) -> bool {
        self.worst.is_empty()
            && self.consolidation.count == 0
            && self.low.count == 0
            && self.orphans.count == 0
            && self.glasses.count == 0
            && self.away.is_empty()
            && self.unreadable.count == 0
    }
}
