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
        ahead: SignedDuration::ZERO,
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
    assert_eq!((none.page(&rows, &thresholds(), now()).pages, none.page(&rows, &thresholds(), now()).number), (1, 1));
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
