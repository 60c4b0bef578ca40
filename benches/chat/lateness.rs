//! How late an end is shown, counted as the bench says.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use crate::platform::{Rates, Write};

/// The first message of each request that says how it ended.
pub(crate) fn finals(writes: &[Write]) -> BTreeMap<String, Write> {
    let mut finals = BTreeMap::new();
    for write in writes.iter().filter(|write| write.is_end) {
        finals.entry(write.request.clone()).or_insert_with(|| write.clone());
    }
    finals
}

/// By how long each end came after its task's end and its slot.
pub(crate) fn late(
    writes: &[Write],
    finals: &BTreeMap<String, Write>,
    ends: &HashMap<String, Instant>,
    rates: &Rates,
) -> Vec<Duration> {
    // When each message stood there, or should have.
    let mut posted: HashMap<&str, Instant> = HashMap::new();
    let mut slot: Option<Instant> = None;
    for write in writes.iter().filter(|write| write.is_new) {
        let due = slot.map_or(write.at, |before| before + rates.posts.interval());
        posted.insert(&write.request, due.min(write.at));
        slot = Some(due);
    }
    let mut in_order: Vec<&Write> = finals.values().collect();
    in_order.sort_by_key(|write| write.at);
    let mut before: Option<Instant> = None;
    let mut late = Vec::with_capacity(in_order.len());
    for write in in_order {
        let (Some(end), Some(there)) = (ends.get(&write.request), posted.get(write.request.as_str())) else { continue };
        let ready = *end.max(there);
        let due = if write.is_new {
            ready
        } else {
            let due = before.map_or(ready, |before| ready.max(before + rates.edits.interval()));
            before = Some(due);
            due
        };
        late.push(write.at.saturating_duration_since(due));
    }
    late
}
