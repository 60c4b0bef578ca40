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
        Sort::Size => known_first(left.bytes, right.bytes, turned),
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
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::VmRef;
    use crate::domain::report::Hold;

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().unwrap()
    }

    fn row(vm: &str, days: i64, bytes: Option<u64>) -> Row {
        Row {
            vm: VmRef { vcenter: "paris".into(), moref: vm.into() },
            vm_name: vm.to_owned(),
            path: format!("DC1/{vm}"),
            snapshot: "snapshot-1".into(),
            name: format!("of {vm}"),
            number: 1,
            created: now() - SignedDuration::from_hours(days * 24),
            depth: 1,
            children: false,
            bytes,
            maker: Maker::Unknown,
            until: None,
            hold: None,
            kind: Kind::Ordinary,
        }
    }

    fn thresholds() -> Thresholds {
        let days = |days: i64| SignedDuration::from_hours(days * 24);
        Thresholds { warn_age: days(3), max_age: days(14), max_depth: 3, max_size: None }
    }

    fn names(rows: &[Row], query: &Query) -> Vec<String> {
        query.rows(rows, &thresholds(), now()).into_iter().map(|row| row.vm_name.clone()).collect()
    }

    #[test]
    fn the_oldest_come_first_and_what_is_unknown_last() {
        let rows = [row("b", 1, None), row("a", 40, Some(5)), row("C", 4, Some(9))];
        assert_eq!(names(&rows, &Query::default()), ["a", "C", "b"]);
        let by = |sort, order| names(&rows, &Query { sort, order, ..Query::default() });
        assert_eq!(by(Sort::Size, None), ["C", "a", "b"]);
        assert_eq!(by(Sort::Size, Some(Order::Asc)), ["a", "C", "b"], "the unknown one stays last");
        assert_eq!(by(Sort::Vm, None), ["a", "b", "C"], "capitals are no order");
        assert_eq!(by(Sort::Age, Some(Order::Asc)), ["b", "C", "a"]);
    }

    #[test]
    fn every_word_has_to_be_somewhere() {
        let by_alice = Row { maker: Maker::Person("alice".into()), ..row("web-01", 1, None) };
        let rows = [by_alice, row("web-02", 1, None)];
        let filtered = |filter: &str| names(&rows, &Query { filter: filter.to_owned(), ..Query::default() });
        assert_eq!(filtered(" WEB "), ["web-01", "web-02"]);
        assert_eq!(filtered("alice dc1/web"), ["web-01"]);
        assert!(filtered("alice web-02").is_empty());
    }

    #[test]
    fn kinds_are_told_apart() {
        let hold = Some(Hold { by: "carol".into(), reason: "audit".to_owned(), until: None });
        let rows = [
            row("old", 40, None),
            row("warned", 5, None),
            Row { hold, ..row("held", 40, None) },
            Row { kind: Kind::Backup, ..row("backup", 40, None) },
            Row { until: Some(now()), ..row("ending", 0, None) },
        ];
        let only = |only| names(&rows, &Query { only, ..Query::default() });
        assert_eq!(only(Only::Over), ["old", "warned"]);
        assert_eq!(only(Only::MaxAge), ["old"]);
        assert_eq!(only(Only::Held), ["held"]);
        assert_eq!(only(Only::Backup), ["backup"]);
        assert_eq!(only(Only::Ending), ["ending"]);
        assert_eq!(only(Only::Orphan), [""; 0]);
        assert_eq!(only(Only::Unknown).len(), 5);
    }

    #[test]
    fn a_page_past_the_end_is_the_last_one() {
        let rows: Vec<Row> = (0..120).map(|number| row(&format!("vm-{number:03}"), number, None)).collect();
        let page = |page, size| {
            let query = Query { page, size, ..Query::default() };
            let page = query.page(&rows, &thresholds(), now());
            (page.number, page.pages, page.rows.len(), page.matching)
        };
        assert_eq!(page(None, None), (1, 3, 50, 120));
        assert_eq!(page(Some(99), None), (3, 3, 20, 120));
        assert_eq!(page(Some(0), Some(0)), (1, 120, 1, 120));
        assert_eq!(page(Some(1), Some(100_000)), (1, 1, 120, 120));
        let none = Query { filter: "nothing".to_owned(), ..Query::default() };
        assert_eq!(
            (none.page(&rows, &thresholds(), now()).pages, none.page(&rows, &thresholds(), now()).number),
            (1, 1)
        );
    }

    proptest! {
        #[test]
        fn pages_together_are_the_list(count in 0_usize..90, size in 1_usize..40) {
            let rows: Vec<Row> = (0..count).map(|n| row(&format!("vm-{}", n % 7), (n % 11) as i64, None)).collect();
            let query = |page| Query { page: Some(page), size: Some(size), ..Query::default() };
            let pages = query(1).page(&rows, &thresholds(), now()).pages;
            let each = (1..=pages).flat_map(|page| query(page).page(&rows, &thresholds(), now()).rows).collect::<Vec<_>>();
            prop_assert_eq!(each, query(1).rows(&rows, &thresholds(), now()));
        }
    }
}
