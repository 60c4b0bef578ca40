//! From the whole list to what a channel is told: the sums, the worst, and what stands apart.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::{
    Away, BrokenGlass, Chain, Changes, Finding, Kind, LISTED_MAX, Listing, Maker, Report, Row, Sample, Some10,
    TREND_DAYS, Thresholds, Totals, WORST_MAX, histogram,
};
use crate::domain::storage::LowDatastore;

/// What a report says beside the snapshots themselves.
#[derive(Debug, Clone)]
pub struct Context {
    /// The report's name.
    pub name: String,
    /// Now, by our clock.
    pub at: Timestamp,
    /// The time zone that its times are told in, by its name; the channel's where it has none.
    pub zone: Option<String>,
    /// Today, in the report's time zone.
    pub today: jiff::civil::Date,
    pub thresholds: Thresholds,
    /// Datastores that run low because of these snapshots, the fullest first.
    pub low: Vec<LowDatastore>,
    /// What changed since yesterday, where that is known.
    pub changes: Option<Changes>,
    /// Approvals done without since the last report, the newest first.
    pub glasses: Vec<BrokenGlass>,
    /// The figures of earlier days, in any order; today's are added.
    pub samples: Vec<Sample>,
    /// vCenters that cannot be read now.
    pub away: Vec<Away>,
    /// The hash of the audit trail's last line.
    pub audit_head: Option<String>,
    /// When the next report comes.
    pub next: Option<Timestamp>,
}

/// Sums a list up.
pub fn make(listing: &Listing, context: Context) -> Report {
    let Context { name, at, zone, today, thresholds, low, changes, glasses, samples, away, audit_head, next } = context;
    let rows = &listing.rows;
    let totals = totals(rows, &thresholds, at);
    let of = |wanted: fn(&Row, Timestamp) -> bool| oldest_first(rows.iter().filter(move |row| wanted(row, at)));
    let (worst, found, deep_chains) = findings(rows, &thresholds, at, WORST_MAX);
    let mut trend: Vec<Sample> = samples.into_iter().filter(|sample| sample.day < today).collect();
    trend.sort_by_key(|sample| sample.day);
    trend.dedup_by_key(|sample| sample.day);
    trend.push(Sample { day: today, snapshots: totals.snapshots, bytes: totals.bytes });
    let surplus = trend.len().saturating_sub(TREND_DAYS);
    trend.drain(..surplus);
    Report {
        zone,
        oldest: rows.iter().filter(|row| row.kind != Kind::Backup).min_by_key(|row| row.created).cloned(),
        worst,
        found,
        deep_chains,
        consolidation: Some10::of(listing.consolidation.iter().cloned()),
        low: Some10::of(low),
        backups: of(|row, _| row.kind == Kind::Backup),
        orphans: of(|row, _| row.kind == Kind::Orphan),
        held: of(|row, at| row.is_held(at)),
        changes,
        glasses: Some10::of(glasses),
        ages: histogram(rows.iter().filter(|row| row.kind != Kind::Backup), &thresholds, at),
        trend,
        away,
        unsure: listing.unsure,
        unreadable: Some10::of(listing.unreadable.iter().cloned()),
        audit_head,
        next,
        name,
        at,
        thresholds,
        totals,
    }
}

impl<T> Some10<T> {
    /// The first of these, and how many they are.
    pub fn of(items: impl IntoIterator<Item = T>) -> Self {
        let (mut first, mut count) = (Vec::new(), 0);
        for item in items {
            if count < LISTED_MAX {
                first.push(item);
            }
            count += 1;
        }
        Self { first, count }
    }
}

fn oldest_first<'a>(rows: impl Iterator<Item = &'a Row>) -> Some10<Row> {
    let mut rows: Vec<&Row> = rows.collect();
    rows.sort_by_key(|row| row.created);
    let count = rows.len();
    Some10 { first: rows.into_iter().take(LISTED_MAX).cloned().collect(), count }
}

fn totals(rows: &[Row], thresholds: &Thresholds, at: Timestamp) -> Totals {
    let mut totals = Totals { snapshots: rows.len(), ..Totals::default() };
    let mut before = None;
    for row in rows {
        // Rows come VM by VM.
        if before != Some(&row.vm) {
            totals.vms += 1;
            before = Some(&row.vm);
        }
        if let Some(bytes) = row.bytes {
            totals.bytes = totals.bytes.saturating_add(bytes);
            totals.sized += 1;
        }
        totals.over_age += usize::from(row.over_age(thresholds, at).is_some());
        totals.over_max_age += usize::from(row.over_max_age(thresholds, at));
        totals.over_size += usize::from(row.over_size(thresholds, at));
    }
    totals
}

/// Everything over a limit, the furthest over first.
pub fn findings_of(rows: &[Row], thresholds: &Thresholds, at: Timestamp) -> Vec<Finding> {
    findings(rows, thresholds, at, usize::MAX).0
}

/// The worst by how many times they are over a limit, so that an age and a depth can be compared, and how many chains are too deep.
fn findings(rows: &[Row], thresholds: &Thresholds, at: Timestamp, most: usize) -> (Vec<Finding>, usize, usize) {
    let (mut found, mut chains): (Vec<(u64, Timestamp, Found<'_>)>, usize) = (Vec::new(), 0);
    for of_vm in rows.chunk_by(|left, right| left.vm == right.vm) {
        if let Some((first, depth)) = chain(of_vm, thresholds, at) {
            chains += 1;
            let times = per_cent(depth as u64, u64::from(thresholds.max_depth));
            let oldest = of_vm.iter().map(|row| times_over(row, thresholds, at)).max().unwrap_or(0);
            found.push((times.max(oldest), first.created, Found::Chain(of_vm, first, depth)));
            continue;
        }
        let over = of_vm.iter().map(|row| (times_over(row, thresholds, at), row)).filter(|(times, _)| *times > 0);
        found.extend(over.map(|(times, row)| (times, row.created, Found::Snapshot(row))));
    }
    found.sort_by_key(|(times, created, _)| (Reverse(*times), *created));
    let count = found.len();
    (found.into_iter().take(most).map(|(_, _, found)| found.owned()).collect(), count, chains)
}

/// A finding before it is known whether it is among the worst.
enum Found<'a> {
    Snapshot(&'a Row),
    Chain(&'a [Row], &'a Row, usize),
}

impl Found<'_> {
    fn owned(self) -> Finding {
        match self {
            Self::Snapshot(row) => Finding::Snapshot(Box::new(row.clone())),
            Self::Chain(of_vm, first, depth) => Finding::Chain(Box::new(Chain {
                vm: first.vm.clone(),
                vm_name: first.vm_name.clone(),
                depth,
                snapshots: of_vm.len(),
                oldest: first.created,
                bytes: of_vm.iter().filter_map(|row| row.bytes).reduce(u64::saturating_add),
                maker: one_maker(of_vm).unwrap_or(&first.maker).clone(),
                first: first.clone(),
            })),
        }
    }
}

/// The oldest snapshot of a VM whose chain is too deep and that nobody holds in place, with the depth.
fn chain<'a>(of_vm: &'a [Row], thresholds: &Thresholds, at: Timestamp) -> Option<(&'a Row, usize)> {
    let depth = of_vm.iter().map(|row| row.depth).max().filter(|depth| *depth > usize::from(thresholds.max_depth))?;
    let free = of_vm.iter().filter(|row| row.kind != Kind::Backup && !row.is_held(at));
    free.min_by_key(|row| row.created).map(|row| (row, depth))
}

fn one_maker(rows: &[Row]) -> Option<&Maker> {
    let (first, others) = rows.split_first()?;
    others.iter().all(|row| row.maker == first.maker).then_some(&first.maker)
}

/// How far over its limits a snapshot is, in hundredths of the limit; 0 where it is not.
fn times_over(row: &Row, thresholds: &Thresholds, at: Timestamp) -> u64 {
    let seconds = |duration: SignedDuration| u64::try_from(duration.as_secs()).unwrap_or(0);
    let age = match row.over_age(thresholds, at) {
        Some(_) => per_cent(seconds(row.age(at)), seconds(thresholds.warn_age)),
        None => 0,
    };
    let size = match (row.over_size(thresholds, at), row.bytes, thresholds.max_size) {
        (true, Some(bytes), Some(limit)) => per_cent(bytes, limit),
        (true | false, _, _) => 0,
    };
    age.max(size)
}

fn per_cent(value: u64, limit: u64) -> u64 {
    u64::try_from(u128::from(value) * 100 / u128::from(limit.max(1))).unwrap_or(u64::MAX)
}
