//! How many snapshots of which age: bins whose edges people think in, and the thresholds among them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Row, Thresholds};

/// Hours of the edges, besides the thresholds: 1, 2, 3 days, 1 and 2 weeks, 1 month, a quarter, a year.
const EDGE_HOURS: [i64; 8] = [24, 48, 72, 7 * 24, 14 * 24, 30 * 24, 90 * 24, 365 * 24];

/// Snapshots of one range of ages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// At least this old.
    pub from: SignedDuration,
    /// Younger than this; none in the last.
    pub to: Option<SignedDuration>,
    pub count: usize,
}

/// Counts rows by age. Every threshold is an edge, so that a line can be drawn there; empty bins behind the last age are
/// left out, though never one that a threshold needs.
pub fn histogram<'a>(rows: impl IntoIterator<Item = &'a Row>, thresholds: &Thresholds, now: Timestamp) -> Vec<Bin> {
    let limits = [thresholds.warn_age, thresholds.max_age];
    let mut edges: Vec<SignedDuration> = EDGE_HOURS.iter().map(|hours| SignedDuration::from_hours(*hours)).collect();
    edges.extend(limits.iter().filter(|limit| limit.is_positive()));
    edges.sort();
    edges.dedup();
    let mut counts = vec![0_usize; edges.len() + 1];
    for row in rows {
        let at = edges.partition_point(|edge| *edge <= row.age(now));
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }
    let needed = edges.iter().rposition(|edge| limits.contains(edge)).map_or(0, |at| at + 1);
    let last = counts.iter().rposition(|count| *count > 0).unwrap_or(0).max(needed);
    let from = std::iter::once(SignedDuration::ZERO).chain(edges.iter().copied());
    let to = edges.iter().copied().map(Some).chain([None]);
    from.zip(to).zip(counts).take(last + 1).map(|((from, to), count)| Bin { from, to, count }).collect()
}
