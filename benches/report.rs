//! A report over 10,000 VMs with 30,000 snapshots, from the live inventory to everything that is sent: the list, the sums, the picture
//! and the table. Says whether the targets hold: at most 1 s, and at most 40 MB more memory while it is made.
//!
//! `cargo bench --bench report`. Memory is the kernel's high-water mark of the process (`VmHWM`), set back before each run where the kernel
//! lets it be, so that what is freed in between is not forgotten.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and stops when it cannot go on")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use snapwarden::domain::ids::{Moref, PersonId, RequestId, VmRef};
use snapwarden::domain::inventory::{Inventory, ToolsState, VmSummary};
use snapwarden::domain::marker::Marker;
use snapwarden::domain::preflight::Rules;
use snapwarden::domain::report::{Context, Known, Sample, Scope, Thresholds, known_by_marker, list, make};
use snapwarden::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use snapwarden::message::format::Format;
use snapwarden::message::pictures;
use snapwarden::message::table::{Reader, snapshots};
use snapwarden::message::words::Locale;

/// How large the fleet is.
const VMS: usize = 10_000;
/// How many snapshots each VM has.
const SNAPSHOTS: usize = 3;
/// How often it is made, after one run that does not count.
const RUNS: usize = 9;
/// The targets.
const WALL_TARGET: Duration = Duration::from_secs(1);
const MEMORY_TARGET_KB: u64 = 40_000;

fn main() -> ExitCode {
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    let inventory = fleet(now);
    let (mut walls, mut grown, mut sent) = (Vec::new(), 0, 0);
    for run in 0..=RUNS {
        let before = high_water();
        let begun = Instant::now();
        sent = report(&inventory, now);
        let wall = begun.elapsed();
        if run > 0 {
            walls.push(wall);
        } else {
            // The first is what a bot meets that has just started: nothing that it needs is allocated yet.
            grown = high_water_since(before);
        }
    }
    walls.sort();
    let (median, worst) = (walls[RUNS / 2], walls[RUNS - 1]);
    println!("{VMS} VMs, {} snapshots: {sent} bytes to send", VMS * SNAPSHOTS);
    println!(
        "from the inventory to payloads: {} ms in the median of {RUNS}, {} ms at worst",
        median.as_millis(),
        worst.as_millis()
    );
    println!("memory: {} MB more at its highest", grown / 1000);
    let holds = median <= WALL_TARGET && grown <= MEMORY_TARGET_KB;
    println!("targets (1 s, 40 MB): {}", if holds { "held" } else { "MISSED" });
    ExitCode::from(u8::from(!holds))
}

/// Makes everything, and gives back how many bytes would be sent.
fn report(inventory: &Inventory, now: Timestamp) -> usize {
    let format = Format { locale: Locale::En, tz: TimeZone::UTC, now };
    let days = |days: i64| SignedDuration::from_hours(days * 24);
    let thresholds = Thresholds { warn_age: days(3), max_age: days(14), max_depth: 3, max_size: Some(100_000_000_000) };
    let rules = Rules::default();
    let scope = Scope { vms: None, exclude_names: &[], rules: &rules };
    let listing = list(inventory.iter(), scope, |_, snapshot| Known {
        bytes: Some(snapshot.moref.as_str().len() as u64 * 1_000_000_000),
        ..known_by_marker(snapshot, |_| true)
    });
    let today = format.date_of(now);
    let samples = (1..30).map(|ago: i64| Sample {
        day: today - ago.days(),
        snapshots: 30_000 - ago as usize * 10,
        bytes: 300_000_000_000_000,
    });
    let context = Context {
        name: "bench".to_owned(),
        at: now,
        zone: None,
        today,
        thresholds: thresholds.clone(),
        low: Vec::new(),
        changes: None,
        glasses: Vec::new(),
        samples: samples.collect(),
        away: Vec::new(),
        audit_head: None,
        next: None,
    };
    let report = make(&listing, context);
    assert_eq!(report.totals.snapshots, VMS * SNAPSHOTS);
    let picture = pictures::attachment(&report, &format).unwrap();
    let table = snapshots::table(&listing.rows, &thresholds, now, Reader::Spreadsheet).unwrap();
    picture.bytes.len() + picture.alt.len() + table.len()
}

/// A fleet of VMs in folders, each with a chain, every third snapshot with our marker.
fn fleet(now: Timestamp) -> Inventory {
    Inventory::new((0..VMS).map(|number| {
        let name = format!("app-{number:05}");
        let mut parent = None;
        let nodes = (0..SNAPSHOTS).map(|at| {
            let marker = Marker {
                request: RequestId::parse("R-7KQ2").unwrap(),
                attempt: 1,
                by: PersonId::new("alice"),
                ok: Vec::new(),
                glass: None,
                until: None,
            };
            let moref = Moref::new(format!("snapshot-{}", number * SNAPSHOTS + at));
            Snapshot {
                parent: parent.replace(moref.clone()),
                moref,
                name: format!("before release {at}"),
                description: if at == 0 { marker.write() } else { String::new() },
                created: now - SignedDuration::from_hours((number * 7 % 9000 + (SNAPSHOTS - at)) as i64),
                power: PowerState::Off,
                quiesced: true,
            }
        });
        let tree = Arc::new(SnapshotTree::new(nodes.collect(), None));
        Arc::new(VmSummary {
            vm: VmRef { vcenter: "paris".into(), moref: Moref::new(format!("vm-{number}")) },
            instance_uuid: None,
            path: format!("Paris/Production/Team {}/{name}", number % 40),
            name,
            power: Some(PowerState::On),
            readable: true,
            tools: ToolsState::Running,
            template: false,
            consolidation_needed: number % 500 == 0,
            tree,
            tags: None,
        })
    }))
}

/// The high-water mark in kB, set back to what is used now where the kernel lets it.
fn high_water() -> u64 {
    let _kept_elsewhere = std::fs::write("/proc/self/clear_refs", "5");
    high_water_now()
}

fn high_water_since(before: u64) -> u64 {
    high_water_now().saturating_sub(before)
}

fn high_water_now() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().strip_suffix(" kB")).and_then(|number| number.parse().ok()).unwrap_or(0)
}
