//! Which ages share a column, what a day without a sample is, and what is said to those who do not see it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::message::words::Locale;

fn format(locale: Locale) -> Format {
    Format { locale, tz: TimeZone::UTC, now: "2026-11-22T08:00:00Z".parse::<Timestamp>().unwrap() }
}

fn days_old(ages: &[i64]) -> Vec<SignedDuration> {
    ages.iter().map(|days| SignedDuration::from_hours(days * 24)).collect()
}

fn figures(ages: &[i64], warn: i64, max: i64) -> Figures {
    let [warn, max] = [warn, max].map(|days| SignedDuration::from_hours(days * 24));
    Figures { ages: days_old(ages), warn, max, bytes: Some(2_100_000_000_000), samples: Vec::new() }
}

fn drawn(ages: &[i64], warn: i64, max: i64) -> (Vec<u64>, Vec<String>, Vec<(usize, String)>) {
    let Ages { bars, edges, limits, empty: _ } = chart(&figures(ages, warn, max), &format(Locale::En)).ages;
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
fn steps_beside_a_limit_give_way_to_it() {
    let (counts, edges, _) = drawn(&[1, 6, 400], 2, 5);
    assert_eq!(edges, ["1 d", "2 d", "5 d", "14 d", "30 d", "90 d", "180 d", "365 d"]);
    assert_eq!(counts.iter().sum::<u64>(), 3);
    let (_, edges, limits) = drawn(&[], 10, 10);
    assert_eq!(edges, ["1 d", "3 d", "10 d"]);
    assert_eq!(limits.len(), 1, "one limit is one line");
}

#[test]
fn every_snapshot_is_in_one_column_whatever_its_age() {
    let future = SignedDuration::from_hours(-5);
    let mut odd = figures(&[0, 1, 3, 100_000], 3, 14);
    odd.ages.extend([future, SignedDuration::MIN, SignedDuration::MAX]);
    let counted: u64 = chart(&odd, &format(Locale::En)).ages.bars.iter().map(|bar| bar.count).sum();
    assert_eq!(counted, 7);
}

#[test]
fn a_day_without_a_sample_is_a_gap_and_today_is_the_report_itself() {
    let mut figures = figures(&[1, 2, 3], 3, 14);
    let sample = |date: &str, count, bytes| Sample { date: date.parse().unwrap(), count, bytes };
    figures.samples = vec![
        sample("2026-10-23", 9, Some(5)),
        sample("2026-10-24", 12, Some(2_000_000_000)),
        sample("2026-11-21", 7, None),
        sample("2026-11-21", 8, None),
        sample("2026-11-22", 99, Some(99)),
    ];
    let [count, size] = chart(&figures, &format(Locale::En)).trends;
    assert_eq!(count.days.len(), DAYS);
    assert_eq!((count.days[0], count.days[1]), (Some(12), None));
    assert_eq!((count.days[28], count.days[29]), (Some(8), Some(3)));
    assert_eq!((size.days[28], size.days[29]), (None, Some(2_100_000_000_000)));
    assert_eq!(count.ends, ["24 Oct", "22 Nov"]);
    assert_eq!((count.title.as_str(), count.top.as_str()), ("Snapshots: 3", "12"));
}

#[test]
fn the_picture_is_told_in_words() {
    let mut figures = figures(&[0, 3, 5, 40], 3, 14);
    figures.samples = vec![Sample { date: "2026-11-01".parse().unwrap(), count: 1200, bytes: Some(3_000_000_000) }];
    assert_eq!(
        alt(&figures, &format(Locale::En)),
        "4 snapshots: 1 younger than 3 d, 2 from 3 d to 14 d, 1 older. In 21 days from 1,200 to 4 snapshots. \
         Their size went from ≈ 3.0 GB to ≈ 2.1 TB."
    );
    assert_eq!(
        alt(&figures, &format(Locale::Fr)),
        "4 snapshots\u{a0}: 1 de moins de 3\u{a0}j, 2 de 3\u{a0}j à 14\u{a0}j, 1 au-delà. \
         En 21 jours, de 1\u{a0}200 à 4 snapshots. Leur taille est passée de ≈\u{a0}3,0\u{a0}Go à ≈\u{a0}2,1\u{a0}To."
    );
    figures.ages.clear();
    figures.samples.clear();
    assert_eq!(alt(&figures, &format(Locale::En)), "No snapshot.");
}
