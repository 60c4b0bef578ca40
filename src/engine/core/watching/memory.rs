//! What the watch remembers, and how it is written.
//!
//! | key | row |
//! |---|---|
//! | `watch/slot/<report>` | the last slot that a report had, and whether it has to come again |
//! | `watch/day/<report>/<date>` | the figures of a day |
//! | `watch/told/<report>/<crossing>` | a crossing that was told |
//! | `watch/glass/<request>` | an approval that was done without, for the reports |
//! | `watch/end/<vcenter>/<vm>/<snapshot>` | what was said about a snapshot's end |
//! | `watch/maker/<vcenter>/<vm>/<snapshot>` | who made a snapshot, as vCenter remembered it ([`makers`](crate::engine::watch::makers)) |

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::Turn;
use super::super::keeping::scan_all;
use crate::domain::ids::{RequestId, Target};
use crate::domain::report::BrokenGlass;
use crate::domain::retention::{Place, Told};
use crate::engine::ports::{Store, StoreError};
use crate::engine::record::{self, safe};
use crate::engine::watch::look::Look;
use crate::engine::watch::makers::Makers;

const SLOT: &str = "watch/slot/";
const DAY: &str = "watch/day/";
const TOLD: &str = "watch/told/";
const END: &str = "watch/end/";
const GLASS: &str = "watch/glass/";

/// So long an approval that was done without is kept: longer than any two reports lie apart that anybody reads.
const GLASS_KEPT: SignedDuration = SignedDuration::from_hours(100 * 24);

/// So many days of figures are kept: the trend's, and some to spare for days on which there was no look.
const DAYS_KEPT: usize = 40;

/// How far a report has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slot {
    /// The last slot that was had, or from when on slots count.
    pub(super) had: Timestamp,
    /// The slot whose report said that a vCenter was away, and that comes again.
    pub(super) again: Option<Timestamp>,
}

/// The figures of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Figures {
    /// When they were read, the last time on that day.
    pub(super) at: Timestamp,
    pub(super) snapshots: usize,
    pub(super) bytes: u64,
}

/// Everything that is remembered.
#[derive(Debug, Clone, Default)]
pub(in crate::engine::core) struct Memory {
    pub(super) slots: BTreeMap<String, Slot>,
    pub(super) days: BTreeMap<String, BTreeMap<Date, Figures>>,
    pub(super) told: BTreeMap<String, BTreeSet<String>>,
    pub(super) ends: BTreeMap<Place, Told>,
    pub(super) makers: Arc<Makers>,
    /// With the VM that each was about.
    pub(super) glasses: BTreeMap<RequestId, (Target, BrokenGlass)>,
}

impl Memory {
    pub(super) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let makers = Arc::new(Makers::load(store).await?);
        let mut memory = Self { makers, ..Self::default() };
        for (key, bytes) in scan_all(store, SLOT, None).await? {
            let (name, slot): (String, Slot) = record::read(&key, &bytes)?;
            memory.slots.insert(name, slot);
        }
        for (key, bytes) in scan_all(store, DAY, None).await? {
            let (name, day, figures): (String, Date, Figures) = record::read(&key, &bytes)?;
            memory.days.entry(name).or_default().insert(day, figures);
        }
        for (key, bytes) in scan_all(store, TOLD, None).await? {
            let (name, crossing): (String, String) = record::read(&key, &bytes)?;
            memory.told.entry(name).or_default().insert(crossing);
        }
        for (key, bytes) in scan_all(store, END, None).await? {
            let (place, told): (Place, Told) = record::read(&key, &bytes)?;
            memory.ends.insert(place, told);
        }
        for (key, bytes) in scan_all(store, GLASS, None).await? {
            let (target, glass): (Target, BrokenGlass) = record::read(&key, &bytes)?;
            memory.glasses.insert(glass.request.clone(), (target, glass));
        }
        Ok(memory)
    }

    /// Remembers an approval that was done without, and forgets the oldest ones.
    pub(super) fn remember_glass(&mut self, target: Target, glass: BrokenGlass, turn: &mut Turn) {
        let oldest = glass.at.saturating_sub(GLASS_KEPT).unwrap_or(Timestamp::MIN);
        let old: Vec<RequestId> =
            self.glasses.iter().filter(|(_, (_, glass))| glass.at < oldest).map(|(id, _)| id.clone()).collect();
        for id in old {
            turn.delete(format!("{GLASS}{id}"));
            self.glasses.remove(&id);
        }
        put(turn, format!("{GLASS}{}", glass.request), &(&target, &glass));
        self.glasses.insert(glass.request.clone(), (target, glass));
    }

    pub(super) fn set_slot(&mut self, name: &str, slot: Slot, turn: &mut Turn) {
        if self.slots.get(name) == Some(&slot) {
            return;
        }
        put(turn, format!("{SLOT}{}", safe(name)), &(name, slot));
        self.slots.insert(name.to_owned(), slot);
    }

    pub(super) fn set_day(&mut self, name: &str, day: Date, figures: Figures, turn: &mut Turn) {
        let days = self.days.entry(name.to_owned()).or_default();
        put(turn, day_key(name, day), &(name, day, figures));
        days.insert(day, figures);
        while days.len() > DAYS_KEPT
            && let Some((oldest, _)) = days.pop_first()
        {
            turn.delete(day_key(name, oldest));
        }
    }

    pub(super) fn remember_crossing(&mut self, name: &str, crossing: String, turn: &mut Turn) {
        put(turn, format!("{TOLD}{}/{crossing}", safe(name)), &(name, &crossing));
        self.told.entry(name.to_owned()).or_default().insert(crossing);
    }

    pub(super) fn forget_crossing(&mut self, name: &str, crossing: &str, turn: &mut Turn) {
        turn.delete(format!("{TOLD}{}/{crossing}", safe(name)));
        if let Some(told) = self.told.get_mut(name) {
            told.remove(crossing);
        }
    }

    /// vCenter told who made snapshots.
    pub(super) fn learn_makers(&mut self, told: Makers, turn: &mut Turn) {
        for (key, bytes) in Arc::make_mut(&mut self.makers).learn(told) {
            put_bytes(turn, key, bytes);
        }
    }

    /// Forgets who made snapshots that are gone.
    pub(super) fn forget_makers(&mut self, look: &Look, turn: &mut Turn) {
        if !self.makers.is_empty() {
            let gone = Arc::make_mut(&mut self.makers).forget_gone(&look.inventory, &look.live);
            gone.into_iter().for_each(|key| turn.delete(key));
        }
    }

    pub(super) fn remember_end(&mut self, place: Place, told: Told, turn: &mut Turn) {
        put(turn, end_key(&place), &(&place, &told));
        self.ends.insert(place, told);
    }

    pub(super) fn forget_end(&mut self, place: &Place, turn: &mut Turn) {
        turn.delete(end_key(place));
        self.ends.remove(place);
    }
}

fn day_key(name: &str, day: Date) -> String {
    format!("{DAY}{}/{day}", safe(name))
}

fn end_key((vm, snapshot): &Place) -> String {
    format!("{END}{}/{}/{}", safe(vm.vcenter.as_str()), safe(vm.moref.as_str()), safe(snapshot.as_str()))
}

fn put<T: Serialize>(turn: &mut Turn, key: String, row: &T) {
    put_bytes(turn, key, record::write(row));
}

fn put_bytes(turn: &mut Turn, key: String, bytes: Result<Vec<u8>, StoreError>) {
    match bytes {
        Ok(bytes) => turn.put(key, bytes),
        // Texts, numbers and moments always are JSON.
        Err(error) => tracing::error!(key, %error, "a row of the watch could not be written"),
    }
}
