//! Snapshots that cross a limit: told once per crossing, however often they are looked at.
//!
//! What has been told is remembered by a key of its own for each snapshot and limit. It is forgotten when the crossing is over, so that the
//! next one is told again; a size has to fall well below its limit for that, or it would be told whenever it wavers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::ids::{Moref, VCenterName, VmRef};
use super::report::{Chain, Finding, Row, Thresholds, findings_of};
use super::storage::LowDatastore;

/// A size that fell to this many percent of its limit is no longer over it.
const SIZE_OVER_PERCENT: u64 = 90;

/// The limits that a snapshot can cross, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Limit {
    /// `warn_age`
    WarnAge,
    /// `max_age`
    MaxAge,
    /// `max_size`
    MaxSize,
    /// `max_depth`
    MaxDepth,
    /// `min_free`
    MinFree,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    pub limit: Limit,
    /// What crossed it.
    pub what: Finding,
}

impl Limit {
    /// Its word, as keys have it.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What is to be told, remembered and forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crossed {
    /// To be told: of two limits of one kind that were crossed at once, only the worse.
    pub told: Vec<Crossing>,
    /// Keys to remember.
    pub remember: Vec<String>,
    /// Keys to forget.
    pub forget: Vec<String>,
}

/// How the room on datastores is.
#[derive(Debug, Clone, Copy)]
pub struct Stores<'a> {
    /// The vCenters whose datastores were read.
    pub read: &'a BTreeSet<VCenterName>,
    /// Those that run low because of snapshots.
    pub low: &'a [LowDatastore],
    /// Those that have hardly more than the room that is wanted, or less: where one was low before, it still is.
    pub short: &'a [(VCenterName, Moref)],
}

/// Compares how things are with what has been told. `live` are the vCenters that can be read: of the others nothing is known, so nothing is over.
pub fn crossed(
    rows: &[Row],
    thresholds: &Thresholds,
    stores: &Stores<'_>,
    now: Timestamp,
    told: &BTreeSet<String>,
    live: &BTreeSet<VCenterName>,
) -> Crossed {
    let mut over: BTreeMap<String, Crossing> = BTreeMap::new();
    let mut still: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        let limits = [
            (Limit::WarnAge, row.over_age(thresholds, now).is_some()),
            (Limit::MaxAge, row.over_max_age(thresholds, now)),
            (Limit::MaxSize, row.over_size(thresholds, now)),
        ];
        for (limit, _) in limits.iter().filter(|(_, over)| *over) {
            let crossing = Crossing { limit: *limit, what: Finding::Snapshot(Box::new(row.clone())) };
            over.insert(key(*limit, row), crossing);
        }
        // Who holds a snapshot, and lets it go, has not made it younger.
        let ages = [(Limit::WarnAge, thresholds.warn_age), (Limit::MaxAge, thresholds.max_age)];
        still.extend(ages.iter().filter(|(_, age)| row.age(now) > *age).map(|(limit, _)| key(*limit, row)));
        let size = thresholds.max_size.map(|limit| limit / 100 * SIZE_OVER_PERCENT);
        // A size that cannot be read for once has not fallen.
        if size.is_some_and(|limit| row.freed.is_none_or(|bytes| bytes > limit)) {
            still.insert(key(Limit::MaxSize, row));
        }
        if row.depth > usize::from(thresholds.max_depth) {
            still.insert(depth_key(&row.vm));
        }
    }
    for chain in findings_of(rows, thresholds, now).into_iter().filter_map(chain_of) {
        over.insert(depth_key(&chain.vm), Crossing { limit: Limit::MaxDepth, what: Finding::Chain(chain) });
    }
    for low in stores.low {
        let what = Finding::Datastore(Box::new(low.clone()));
        over.insert(datastore_key(&low.vcenter, &low.datastore), Crossing { limit: Limit::MinFree, what });
    }
    still.extend(stores.short.iter().map(|(vcenter, datastore)| datastore_key(vcenter, datastore)));
    let fresh: BTreeMap<String, Crossing> = over
        .iter()
        .filter(|(key, _)| !told.contains(*key))
        .map(|(key, crossing)| (key.clone(), crossing.clone()))
        .collect();
    let remember: Vec<String> = fresh.keys().cloned().collect();
    let worse = |crossing: &Crossing| {
        crossing.limit == Limit::WarnAge && over.contains_key(&key(Limit::MaxAge, crossing.what.row()))
    };
    let mut tell: Vec<Crossing> = fresh.into_values().filter(|crossing| !worse(crossing)).collect();
    tell.sort_by_key(|crossing| (std::cmp::Reverse(crossing.limit), crossing.what.row().created));
    let among = |key: &str, names: &BTreeSet<VCenterName>| {
        key.split('/').next().is_some_and(|name| names.iter().any(|vcenter| vcenter.as_str() == name))
    };
    let of_live = |key: &&String| {
        let about_store = key.ends_with(Limit::MinFree.as_str());
        among(key, if about_store { stores.read } else { live })
    };
    let forget = told.iter().filter(of_live).filter(|key| !over.contains_key(*key) && !still.contains(*key));
    Crossed { told: tell, remember, forget: forget.cloned().collect() }
}

fn key(limit: Limit, row: &Row) -> String {
    format!("{}/{}/{}/{}", row.vm.vcenter, row.vm.moref, row.snapshot, limit.as_str())
}

fn depth_key(vm: &VmRef) -> String {
    format!("{}/{}//{}", vm.vcenter, vm.moref, Limit::MaxDepth.as_str())
}

fn datastore_key(vcenter: &VCenterName, datastore: &Moref) -> String {
    format!("{vcenter}/{datastore}//{}", Limit::MinFree.as_str())
}

fn chain_of(finding: Finding) -> Option<Box<Chain>> {
    match finding {
        Finding::Chain(chain) => Some(chain),
        Finding::Snapshot(_) | Finding::Datastore(_) => None,
    }
}

/// Hours in which nobody is told what can wait: from the first time of day to the second, over midnight where that is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From here on.
    pub from: Time,
    /// Until here.
    pub to: Time,
}

impl QuietHours {
    /// Reads `22:00-07:00`.
    ///
    /// # Errors
    /// A sentence part that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once(['-', '–']).ok_or("there is no dash in it")?;
        let time = |text: &str| {
            let text = text.trim();
            let digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
            Time::strptime("%H:%M", text).ok().filter(|_| digits).ok_or_else(|| format!("{text:?} is no time of day"))
        };
        let hours = Self { from: time(from)?, to: time(to)? };
        if hours.from == hours.to { Err("it begins when it ends".to_owned()) } else { Ok(hours) }
    }

    /// Whether it is quiet now.
    pub fn holds(&self, now: Timestamp, zone: &TimeZone) -> bool {
        let time = now.to_zoned(zone.clone()).time();
        if self.from < self.to { self.from <= time && time < self.to } else { time >= self.from || time < self.to }
    }
}

#[cfg(test)]
mod tests;
