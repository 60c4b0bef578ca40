//! A fleet for the list: a few snapshots of every kind, or as many as a test wants.

use jiff::{SignedDuration, Timestamp};
use snapwarden::chat::console::FleetSnapshots;
use snapwarden::domain::ids::VmRef;
use snapwarden::domain::report::{Context, Hold, Kind, Listing, Maker, Row, Sample, Thresholds, VmName, make};

/// Now, by the console's clock.
fn now() -> Timestamp {
    "2026-11-22T14:05:00Z".parse().unwrap()
}

pub(crate) fn row(vm: &str, snapshot: &str, days: i64, bytes: Option<u64>) -> Row {
    Row {
        vm: VmRef { vcenter: "lab".into(), moref: vm.into() },
        vm_name: vm.to_owned(),
        path: format!("DC1/{}/{vm}", vm.split('-').next().unwrap()),
        snapshot: format!("snapshot-{days}").as_str().into(),
        name: snapshot.to_owned(),
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

/// One of each kind, a hostile one among them.
pub(crate) fn few() -> Vec<Row> {
    let alice = || Maker::Person("alice".into());
    let hold = Hold { by: "carol".into(), reason: "month-end audit".to_owned(), until: None };
    vec![
        Row { maker: alice(), depth: 1, ..row("db-01", "before migration", 41, Some(310_000_000_000)) },
        Row { number: 30, depth: 30, ..row("deep-01", "step 30", 12, Some(3_200_000_000)) },
        Row { maker: alice(), until: Some(now()), ..row("web-01", "before upgrade", 2, Some(3_400_000_000)) },
        Row { hold: Some(hold), ..row("web-03", "gold", 90, Some(900_000)) },
        Row {
            kind: Kind::Backup,
            maker: Maker::Account("VSPHERE.LOCAL\\backup".to_owned()),
            ..row("backup-01", "VEEAM BACKUP TEMPORARY SNAPSHOT", 0, None)
        },
        Row {
            kind: Kind::Orphan,
            ..row("web-09", "=HYPERLINK(\"x\")<img src=x onerror=alert(1)> \u{202e}evil", 5, None)
        },
    ]
}

/// A large fleet.
pub(crate) fn many(count: usize) -> Vec<Row> {
    (0..count)
        .map(|n| Row {
            number: n % 3 + 1,
            ..row(
                &format!("vm-{:05}", n / 3),
                &format!("before release {n}"),
                (n % 400) as i64,
                Some(n as u64 * 1_000_000),
            )
        })
        .collect()
}

/// What somebody sees who sees all of these.
pub(crate) fn seen(rows: Vec<Row>) -> FleetSnapshots {
    let days = |days: i64| SignedDuration::from_hours(days * 24);
    let sample = |day: &str, snapshots| Sample { day: day.parse().unwrap(), snapshots, bytes: 4_000_000_000 };
    let torn = VmName { vm: VmRef { vcenter: "lab".into(), moref: "vm-77".into() }, name: "torn-01".to_owned() };
    let context = Context {
        name: "console".to_owned(),
        at: now(),
        zone: None,
        today: "2026-11-22".parse().unwrap(),
        thresholds: Thresholds { warn_age: days(3), max_age: days(14), max_depth: 3, max_size: Some(100_000_000_000) },
        low: Vec::new(),
        changes: None,
        glasses: Vec::new(),
        samples: vec![sample("2026-11-20", 4), sample("2026-11-21", 5)],
        away: Vec::new(),
        audit_head: None,
        next: None,
    };
    let listing = Listing { rows, consolidation: vec![torn], unsure: 0, ..Listing::default() };
    let report = make(&listing, context);
    FleetSnapshots { rows: listing.rows, report, vcenters: 1 }
}
