//! Lists and reports of a small fleet: what counts, what stands apart, and in which order.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::ids::VmRef;
use crate::domain::inventory::{ToolsState, VmSummary};
use crate::domain::policy::VmPattern;
use crate::domain::policy::glob::Glob;
use crate::domain::preflight::Rules;
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn vm(name: &str, snapshots: &[(&str, i32)]) -> Arc<VmSummary> {
    let mut parent = None;
    let nodes = snapshots.iter().enumerate().map(|(index, (called, days))| Snapshot {
        moref: Moref::new(format!("{name}-s{index}")),
        parent: parent.replace(Moref::new(format!("{name}-s{index}"))),
        name: (*called).to_owned(),
        description: String::new(),
        created: now() - DAY * *days,
        power: PowerState::Off,
        quiesced: false,
    });
    Arc::new(VmSummary {
        vm: VmRef { vcenter: VCenterName::from("paris"), moref: Moref::from(name) },
        instance_uuid: None,
        name: name.to_owned(),
        path: format!("DC1/{name}"),
        power: Some(PowerState::On),
        readable: true,
        tools: ToolsState::Running,
        template: false,
        consolidation_needed: name == "torn",
        tree: Arc::new(SnapshotTree::new(nodes.collect(), None)),
        tags: None,
    })
}

fn known(vm: &VmSummary, snapshot: &Snapshot) -> Known {
    let hold = Hold { by: PersonId::from("carol"), reason: "audit".to_owned(), until: None };
    Known {
        bytes: (vm.name != "unread").then_some(if snapshot.name == "huge" { 400_000_000_000 } else { 1_000_000_000 }),
        maker: Maker::Unknown,
        until: None,
        hold: (snapshot.name == "held").then_some(hold),
        orphan: snapshot.name == "orphan",
        ahead: SignedDuration::ZERO,
    }
}

fn thresholds() -> Thresholds {
    Thresholds { warn_age: DAY * 3, max_age: DAY * 14, max_depth: 3, max_size: Some(100_000_000_000) }
}

fn context() -> Context {
    Context {
        name: "daily".to_owned(),
        at: now(),
        zone: None,
        today: jiff::civil::date(2026, 11, 22),
        thresholds: thresholds(),
        low: Vec::new(),
        changes: None,
        glasses: Vec::new(),
        samples: Vec::new(),
        away: Vec::new(),
        audit_head: None,
        next: None,
    }
}

fn fleet() -> Vec<Arc<VmSummary>> {
    vec![
        vm("a-old", &[("base", 41), ("next", 2)]),
        vm("b-deep", &[("1", 12), ("2", 11), ("3", 10), ("4", 1)]),
        vm("c-backup", &[("VEEAM BACKUP TEMPORARY SNAPSHOT", 30)]),
        vm("d-held", &[("held", 90)]),
        vm("e-huge", &[("huge", 1)]),
        vm("f-orphan", &[("orphan", 1)]),
        vm("torn", &[]),
        vm("unread", &[("x", 1)]),
    ]
}

fn listed(vms: Option<&[VmPattern]>, exclude_names: &[Glob]) -> Listing {
    list(&fleet(), Scope { vms, exclude_names, rules: &Rules::default() }, known)
}

#[test]
fn the_worst_come_first_and_a_deep_chain_is_one_row() {
    let report = make(&listed(None, &[]), context());
    let worst: Vec<&str> = report.worst.iter().map(|finding| finding.row().vm_name.as_str()).collect();
    assert_eq!(worst, ["a-old", "b-deep", "e-huge"]);
    let Finding::Chain(chain) = &report.worst[1] else { panic!("{:?}", report.worst[1]) };
    assert_eq!((chain.depth, chain.bytes, chain.first.name.as_str()), (4, Some(4_000_000_000), "1"));
    assert_eq!(report.deep_chains, 1);
    assert!(!report.is_quiet());
}

#[test]
fn what_is_held_or_a_backups_is_apart() {
    let report = make(&listed(None, &[]), context());
    let wanted = Totals {
        snapshots: 11,
        vms: 7,
        bytes: 9 * 1_000_000_000 + 400_000_000_000,
        sized: 10,
        over_age: 4,
        over_max_age: 1,
        over_size: 1,
    };
    assert_eq!(report.totals, wanted);
    assert_eq!((report.held.count, report.backups.count, report.orphans.count), (1, 1, 1));
    assert_eq!(report.consolidation.first[0].name, "torn");
    assert_eq!(report.oldest.map(|row| row.name), Some("held".to_owned()));
}

#[test]
fn a_hold_that_ran_out_holds_nothing() {
    let mut row = listed(None, &[]).rows.into_iter().find(|row| row.name == "held").unwrap();
    assert_eq!(row.over_age(&thresholds(), now()), None);
    row.hold = row.hold.map(|hold| Hold { until: Some(now()), ..hold });
    assert_eq!(row.over_age(&thresholds(), now()), Some(DAY * 87));
}

#[test]
fn the_scope_and_the_names_to_leave_out_count() {
    let only = [VmPattern::parse("a-*").unwrap(), VmPattern::parse("tag:prod").unwrap()];
    let listing = listed(Some(&only), &[Glob::parse("ba*").unwrap()]);
    let names: Vec<(&str, usize)> = listing.rows.iter().map(|row| (row.name.as_str(), row.depth)).collect();
    assert_eq!(names, [("next", 2)], "the number and the depth are those of the tree");
    assert_eq!(listing.unsure, 7, "their tags are not known");
}

#[test]
fn the_histogram_has_the_limits_as_edges_and_every_snapshot_once() {
    let listing = listed(None, &[]);
    let mut limits = thresholds();
    limits.warn_age = SignedDuration::from_hours(100);
    let bins = histogram(&listing.rows, &limits, now());
    assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), listing.rows.len());
    for limit in [limits.warn_age, limits.max_age] {
        assert!(bins.iter().any(|bin| bin.to == Some(limit)), "{limit:?}");
    }
    assert!(bins.windows(2).all(|pair| pair[0].to == Some(pair[1].from)));
    let none = histogram(&[], &thresholds(), now());
    assert_eq!(none.last().map(|bin| bin.from), Some(DAY * 14), "what is far over has its place, though it is empty");
}

#[test]
fn the_trend_is_thirty_days_with_today_last() {
    let day = |number: i8| jiff::civil::date(2026, 11, 22).checked_sub(DAY * i32::from(number)).unwrap();
    let samples = (0..40).map(|number| Sample { day: day(number), snapshots: 1, bytes: 1 }).collect();
    let report = make(&listed(None, &[]), Context { samples, ..context() });
    assert_eq!(report.trend.len(), TREND_DAYS);
    assert_eq!(report.trend[0].day, day(29));
    assert_eq!(report.trend.last().map(|sample| sample.snapshots), Some(11), "today's are the report's own");
}

#[test]
fn a_report_survives_being_written_down() {
    let report = make(&listed(None, &[]), context());
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}
