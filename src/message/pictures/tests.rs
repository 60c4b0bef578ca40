//! Which ages share a column, what a day without a sample is, and what is said to those who do not see it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::report::{Context, Kind, Listing, Maker, Row, make};
use crate::message::words::Locale;

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn format(locale: Locale) -> Format {
    Format { locale, tz: TimeZone::UTC, now: now() }
}

fn row(days: i64, bytes: Option<u64>) -> Row {
    Row {
        vm: crate::domain::ids::VmRef { vcenter: "paris".into(), moref: "vm-1".into() },
        vm_name: "web-01".to_owned(),
        path: "DC1/web-01".to_owned(),
        snapshot: "snapshot-1".into(),
        name: "before".to_owned(),
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

fn report(ages: &[i64], warn: i64, max: i64, samples: &[(&str, usize, u64)]) -> Report {
    let rows = ages.iter().map(|days| row(*days, Some(1_000_000_000))).collect();
    let [warn_age, max_age] = [warn, max].map(|days| SignedDuration::from_hours(days * 24));
    let sample = |(day, snapshots, bytes): &(&str, usize, u64)| Sample {
        day: day.parse().unwrap(),
        snapshots: *snapshots,
        bytes: *bytes,
    };
    let context = Context {
        name: "daily".to_owned(),
        at: now(),
        zone: None,
        today: "2026-11-22".parse().unwrap(),
        thresholds: Thresholds { warn_age, max_age, max_depth: 3, max_size: None },
        low: Vec::new(),
        changes: None,
        glasses: Vec::new(),
        samples: samples.iter().map(sample).collect(),
        away: Vec::new(),
        audit_head: None,
        next: None,
    };
    make(&Listing { rows, ..Listing::default() }, context)
}

fn drawn(ages: &[i64], warn: i64, max: i64) -> (Vec<u64>, Vec<String>, Vec<(usize, String)>) {
    let Ages { bars, edges, limits, empty: _ } = chart(&report(ages, warn, max, &[]), &format(Locale::En)).ages;
    let counts = bars.iter().map(|bar| bar.count).collect();
    (counts, edges, limits.into_iter().map(|limit| (limit.after, limit.label)).collect())
}

#[test]
fn limits_are_edges_and_nothing_beyond_the_oldest_is_drawn() {
    let (counts, edges, limits) = drawn(&[0, 0, 2, 3, 13, 14, 40], 3, 14);
    assert_eq!(edges, ["1 d", "3 d", "7 d", "14 d", "30 d"]);
    assert_eq!(counts, [2, 1, 1, 1, 1, 1], "an age on an edge is right of it");
    assert_eq!(limits, [(2, "warning 3 d".to_owned()), (4, "limit 14 d".to_owned())]);
}

#[test]
fn edges_beside_a_limit_give_way_to_it() {
    let (counts, edges, _) = drawn(&[1, 6, 400], 2, 5);
    assert_eq!(edges, ["1 d", "2 d", "5 d", "14 d", "30 d", "90 d", "365 d"]);
    assert_eq!(counts.iter().sum::<u64>(), 3);
    let (_, edges, limits) = drawn(&[], 10, 10);
    assert_eq!(edges, ["1 d", "2 d", "3 d", "10 d"]);
    assert_eq!(limits.len(), 1, "one limit is one line");
}

#[test]
fn a_telephone_has_room_for_every_column() {
    let ages: Vec<i64> = (0..1000).collect();
    for (warn, max) in [(1, 1), (2, 4), (3, 14), (5, 21), (7, 30), (1, 365), (20, 60), (120, 500)] {
        let (counts, _, limits) = drawn(&ages, warn, max);
        assert!(counts.len() <= 10, "{warn} and {max} days: {} columns", counts.len());
        assert_eq!(counts.iter().sum::<u64>(), 1000);
        assert_eq!(limits.len(), if warn == max { 1 } else { 2 });
    }
}

#[test]
fn a_day_without_a_sample_is_a_gap() {
    let samples = [("2026-10-23", 9, 5), ("2026-10-24", 12, 2_000_000_000), ("2026-11-21", 8, 0)];
    let [count, size] = chart(&report(&[1, 2, 3], 3, 14, &samples), &format(Locale::En)).trends;
    assert_eq!(count.days.len(), TREND_DAYS);
    assert_eq!((count.days[0], count.days[1]), (Some(12), None));
    assert_eq!((count.days[28], count.days[29]), (Some(8), Some(3)));
    assert_eq!((size.days[28], size.days[29]), (None, Some(3_000_000_000)), "nobody read that day's sizes");
    assert_eq!(count.ends, ["24 Oct", "22 Nov"]);
    assert_eq!((count.title.as_str(), count.top.as_str()), ("Snapshots: 3", "12"));
}

#[test]
fn sizes_that_nobody_read_are_not_called_nothing() {
    let mut report = report(&[1], 3, 14, &[]);
    assert_eq!(chart(&report, &format(Locale::En)).trends[1].title, "Size: ≈ 1.0 GB");
    report.totals.sized = 0;
    assert_eq!(chart(&report, &format(Locale::En)).trends[1].title, "Size: not known yet");
}

#[test]
fn the_picture_is_told_in_words() {
    let told = report(&[0, 3, 5, 40], 3, 14, &[("2026-11-01", 1200, 3_000_000_000_000)]);
    assert_eq!(
        alt(&told, &format(Locale::En)),
        "4 snapshots: 1 younger than 3 d, 2 from 3 d to 14 d, 1 older. In 21 days from 1,200 to 4 snapshots. \
         Their size went from ≈ 3.0 TB to ≈ 4.0 GB."
    );
    assert_eq!(
        alt(&told, &format(Locale::Fr)),
        "4 snapshots\u{a0}: 1 de moins de 3\u{a0}j, 2 de 3\u{a0}j à 14\u{a0}j, 1 au-delà. \
         En 21 jours, de 1\u{a0}200 à 4 snapshots. Leur taille est passée de ≈\u{a0}3,0\u{a0}To à ≈\u{a0}4,0\u{a0}Go."
    );
    assert_eq!(alt(&report(&[], 3, 14, &[]), &format(Locale::En)), "No snapshot.");
}

#[test]
fn the_file_is_named_by_its_day() {
    let file = attachment(&report(&[1], 3, 14, &[]), &format(Locale::En)).unwrap();
    assert_eq!((file.name.as_str(), file.media_type.as_str()), ("snapshots-2026-11-22.png", "image/png"));
    assert!(file.bytes.starts_with(b"\x89PNG"));
}
