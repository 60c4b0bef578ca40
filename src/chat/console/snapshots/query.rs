//! What of the fleet's snapshots a reader wants to see, and in which order. Pure.
//!
//! Lists are cut into pages here and not in the browser: 30,000 rows would be 10 MB of JSON, and nobody reads past the first hundred.

use std::cmp::{Ordering, Reverse};

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::report::{Kind, Maker, Row, Thresholds};
use crate::message::table::snapshots::over;

/// How many rows a page has if nobody says: two screens.
const PAGE_ROWS: usize = 50;

/// How many it has at most: what a telephone draws without a pause.
const MAX_PAGE_ROWS: usize = 200;

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Query {
    /// Words that all have to be somewhere in the row.
    #[serde(default)]
    pub(crate) filter: String,
    #[serde(default)]
    pub(crate) only: Only,
    #[serde(default)]
    pub(crate) sort: Sort,
    /// In which direction; each column has one of its own.
    pub(crate) order: Option<Order>,
    /// Which page, from 1.
    pub(crate) page: Option<usize>,
    /// How many rows a page has.
    pub(crate) size: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Only {
    /// All.
    #[default]
    All,
    /// What is over some limit.
    Over,
    /// What is older than it may be.
    MaxAge,
    /// What is held.
    Held,
    /// What has an end.
    Ending,
    /// Backups' own.
    Backup,
    /// What the journal does not know.
    Orphan,
    /// What nobody knows who took.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// The oldest first.
    #[default]
    Age,
    /// By name.
    Vm,
    /// By name.
    Snapshot,
    /// The largest first.
    Size,
    /// The deepest first.
    Depth,
    /// By name.
    Maker,
    /// What ends first.
    Until,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// The smallest first.
    Asc,
    /// The largest first.
    Desc,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page<'a> {
    /// How many rows there are on all pages.
    pub(super) matching: usize,
    /// Which page this is, from 1; the last where a later one was asked for.
    pub(super) number: usize,
    /// How many there are, at least one.
    pub(super) pages: usize,
    /// How many rows a full one has.
    pub(super) size: usize,
    pub(super) rows: Vec<&'a Row>,
}

impl Sort {
    /// The direction that people look for in this column.
    pub(super) fn usual(self) -> Order {
        match self {
            Self::Age | Self::Size | Self::Depth => Order::Desc,
            Self::Vm | Self::Snapshot | Self::Maker | Self::Until => Order::Asc,
        }
    }
}

impl Query {
    /// The rows that are asked for, all of them, in order.
    pub(super) fn rows<'a>(&self, rows: &'a [Row], thresholds: &Thresholds, now: Timestamp) -> Vec<&'a Row> {
        let words: Vec<String> = self.filter.split_whitespace().map(str::to_lowercase).collect();
        let wanted = |row: &&Row| self.is_in(row, thresholds, now) && has_words(row, &words);
        let mut found: Vec<&Row> = rows.iter().filter(wanted).collect();
        let descending = self.order.unwrap_or(self.sort.usual()) == Order::Desc;
        found.sort_by(|left, right| {
            let by = compare(left, right, self.sort, descending);
            by.then_with(|| left.path.cmp(&right.path))
                .then_with(|| left.vm.cmp(&right.vm))
                .then(left.number.cmp(&right.number))
        });
        found
    }

    /// The page that is asked for.
    pub(super) fn page<'a>(&self, rows: &'a [Row], thresholds: &Thresholds, now: Timestamp) -> Page<'a> {
        let found = self.rows(rows, thresholds, now);
        let size = self.size.unwrap_or(PAGE_ROWS).clamp(1, MAX_PAGE_ROWS);
        let pages = found.len().div_ceil(size).max(1);
        let number = self.page.unwrap_or(1).clamp(1, pages);
        let matching = found.len();
        Page { matching, number, pages, size, rows: found.into_iter().skip((number - 1) * size).take(size).collect() }
    }

    fn is_in(&self, row: &Row, thresholds: &Thresholds, now: Timestamp) -> bool {
        match self.only {
            Only::All => true,
            Only::Over => !over(row, thresholds, now).is_empty(),
            Only::MaxAge => row.over_max_age(thresholds, now),
            Only::Held => row.is_held(now),
            Only::Ending => row.until.is_some(),
            Only::Backup => row.kind == Kind::Backup,
            Only::Orphan => row.kind == Kind::Orphan,
            Only::Unknown => row.maker == Maker::Unknown,
        }
    }
}

/// Whoever took it, as a name; empty where nobody knows.
pub(super) fn maker(row: &Row) -> &str {
    match &row.maker {
        Maker::Person(person) => person.as_str(),
        Maker::Account(account) => account,
        Maker::Unknown => "",
    }
}

fn has_words(row: &Row, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text =
        [row.path.as_str(), &row.vm_name, &row.name, maker(row), row.vm.vcenter.as_str()].join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// Compares two rows by a column. What has nothing there comes last, in both directions.
fn compare(left: &Row, right: &Row, sort: Sort, descending: bool) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    match sort {
        // The older one has the earlier date.
        Sort::Age => turned(right.created.cmp(&left.created)),
        Sort::Vm => turned(folded(&left.vm_name).cmp(&folded(&right.vm_name))),
        Sort::Snapshot => turned(folded(&left.name).cmp(&folded(&right.name))),
        Sort::Depth => turned(left.depth.cmp(&right.depth)),
        Sort::Size => known_first(left.freed, right.freed, turned),
        Sort::Until => known_first(left.until, right.until, turned),
        Sort::Maker => {
            let name = |row: &Row| Some(folded(maker(row))).filter(|name| !name.is_empty());
            known_first(name(left), name(right), turned)
        }
    }
}

fn known_first<T: Ord>(left: Option<T>, right: Option<T>, turned: impl Fn(Ordering) -> Ordering) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => turned(left.cmp(&right)),
        (left, right) => Reverse(left.is_some()).cmp(&Reverse(right.is_some())),
    }
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests;
