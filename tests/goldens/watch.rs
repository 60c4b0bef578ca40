//! What the watch tells: reports, crossings, ends.

use jiff::SignedDuration;
use snapwarden::domain::act::Right;
use snapwarden::domain::age::{Crossing, Limit};
use snapwarden::domain::authority::Refusal;
use snapwarden::domain::bulk::{Bulk, Halt, Item, ItemState, Stays, Why};
use snapwarden::domain::bulletin::News;
use snapwarden::domain::ids::{RequestId, VmRef};
use snapwarden::domain::intent::{BulkScope, Verb};
use snapwarden::domain::marker::Hold;
use snapwarden::domain::preflight::Blocker;
use snapwarden::domain::report::{
    Away, BrokenGlass, Changes, Context, Finding, Kind, Listing, Maker, Report, Row, Sample as Day, Thresholds, VmName,
    make,
};

use snapwarden::domain::request::{Facts, Request, State, Subject, Wish};
use snapwarden::domain::storage::LowDatastore;

use super::requests::{FOREIGN, HOSTILE};
use super::world::{GB, at, id, now};
use super::{Golden, Sample};

const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn goldens() -> Vec<Golden> {
    vec![
        Golden::all("report", reports()),
        Golden::all("crossed", crossed()),
        Golden::all("ending", ending()),
        Golden::all("bulk", bulks()),
    ]
}

pub(super) fn row(vm: &str, name: &str, days: i32, bytes: u64) -> Row {
    Row {
        vm: VmRef { vcenter: "lab".into(), moref: format!("vm-{vm}").as_str().into() },
        vm_name: vm.to_owned(),
        path: format!("DC1/web/{vm}"),
        snapshot: format!("snapshot-{days}").as_str().into(),
        name: name.to_owned(),
        number: 1,
        created: now() - DAY * days,
        depth: 1,
        children: false,
        bytes: Some(bytes),
        maker: Maker::Person("alice".into()),
        until: None,
        ahead: SignedDuration::ZERO,
        hold: None,
        kind: Kind::Ordinary,
    }
}

fn limits() -> Thresholds {
    Thresholds { warn_age: DAY * 3, max_age: DAY * 14, max_depth: 3, max_size: Some(200 * GB) }
}

fn context() -> Context {
    let glass = BrokenGlass {
        request: id(),
        at: at("2026-11-21T22:10:00Z"),
        by: "dora".into(),
        reason: "the shop is down".to_owned(),
        verb: Verb::Revert,
        vm: "prod-01".into(),
    };
    Context {
        name: "daily".to_owned(),
        at: now(),
        zone: None,
        today: jiff::civil::date(2026, 11, 22),
        thresholds: limits(),
        changes: Some(Changes { taken: 9, gone: 14, bytes: -180_000_000_000 }),
        low: Vec::new(),
        glasses: vec![glass],
        samples: vec![Day { day: jiff::civil::date(2026, 11, 21), snapshots: 190, bytes: 2_000_000_000_000 }],
        away: Vec::new(),
        audit_head: Some("9f2c1a".repeat(10) + "07e1"),
        next: Some(at("2026-11-23T07:00:00Z")),
    }
}

fn full() -> Report {
    let mut rows = vec![
        Row { until: Some(at("2026-10-20T08:00:00Z")), ..row("db-01", "before migration", 41, 310 * GB) },
        Row { maker: Maker::Account("VSPHERE.LOCAL\\ops".to_owned()), ..row("web-01", "test", 5, GB) },
        Row { maker: Maker::Unknown, bytes: None, ..row("web-02", "x", 4, 0) },
        row("huge-01", "import", 1, 420 * GB),
        Row { kind: Kind::Backup, ..row("backup-01", "VEEAM BACKUP TEMPORARY SNAPSHOT", 1, GB) },
        Row { kind: Kind::Orphan, ..row("lost-01", "from another life", 1, GB) },
        Row {
            hold: Some(Hold {
                by: "carol".into(),
                reason: "audit".to_owned(),
                until: Some(at("2026-12-01T08:00:00Z")),
            }),
            ..row("held-01", "year end", 60, GB)
        },
        Row {
            hold: Some(Hold { by: "bob".into(), reason: "a bug to look into".to_owned(), until: None }),
            ..row("held-02", "crash", 2, GB)
        },
    ];
    rows.extend((1..=30).map(|depth| Row {
        depth: usize::try_from(depth).unwrap(),
        children: depth < 30,
        maker: Maker::Unknown,
        ..row("deep-01", "nightly", 12, 3 * GB)
    }));
    let torn = VmName { vm: rows[0].vm.clone(), name: "needs-consolidation-01".to_owned() };
    make(&Listing { rows, consolidation: vec![torn], unsure: 0, ..Listing::default() }, context())
}

fn report(listing: &Listing, context: Context) -> News {
    News::Report { report: Box::new(make(listing, context)) }
}

fn quiet() -> Context {
    Context { glasses: Vec::new(), changes: None, audit_head: None, ..context() }
}

fn low(name: &str, largest: Row) -> LowDatastore {
    LowDatastore {
        vcenter: "lab".into(),
        datastore: "datastore-11".into(),
        name: name.to_owned(),
        capacity: 4_000 * GB,
        free: 120 * GB,
        wanted: 400 * GB,
        held: 900 * GB,
        vms: 12,
        largest,
    }
}

fn strange_low() -> LowDatastore {
    LowDatastore { vms: 1, ..low(HOSTILE, row(HOSTILE, FOREIGN, 9, GB)) }
}

fn reports() -> Vec<Sample> {
    let young = Listing { rows: vec![row("web-01", "today", 1, GB)], ..Listing::default() };
    let hostile = Row {
        maker: Maker::Account(HOSTILE.to_owned()),
        hold: Some(Hold { by: HOSTILE.into(), reason: HOSTILE.to_owned(), until: None }),
        ..row(HOSTILE, FOREIGN, 9, GB)
    };
    let strange = Listing { rows: vec![hostile.clone(), Row { hold: None, ..hostile }], ..Listing::default() };
    let many = Listing {
        rows: (0..25).map(|number| row(&format!("web-{number:02}"), "old", 20 + number, GB)).collect(),
        consolidation: (0..8)
            .map(|number| VmName { vm: row(&format!("torn-{number}"), "", 1, 0).vm, name: format!("torn-{number}") })
            .collect(),
        unsure: 3,
        unreadable: (0..7)
            .map(|number| VmName {
                vm: row(&format!("secret-{number}"), "", 1, 0).vm,
                name: format!("secret-{number}"),
            })
            .collect(),
    };
    let glass =
        |number| BrokenGlass { vm: format!("prod-{number:02}").as_str().into(), ..context().glasses[0].clone() };
    let glasses: Vec<BrokenGlass> = (1..=12).map(glass).collect();
    let away = |since| Away { vcenter: "lab".into(), since };
    vec![
        Sample::news("a day with everything", News::Report { report: Box::new(full()) }),
        Sample::news("many of everything", report(&many, Context { glasses, ..context() })),
        Sample::news("nothing to say", report(&young, quiet())),
        Sample::news("no snapshot at all", report(&Listing::default(), quiet())),
        Sample::news(
            "vCenter is away",
            report(&young, Context { away: vec![away(Some(at("2026-11-22T05:30:00Z")))], ..quiet() }),
        ),
        Sample::news(
            "vCenter was never read",
            report(&Listing { unsure: 1, ..Listing::default() }, Context { away: vec![away(None)], ..quiet() }),
        ),
        Sample::news("hostile names", report(&strange, quiet())),
        Sample::news(
            "datastores run low",
            report(
                &young,
                Context {
                    low: vec![low("datastore-01", row("huge-01", "import", 1, 420 * GB)), strange_low()],
                    ..quiet()
                },
            ),
        ),
    ]
}

fn crossed() -> Vec<Sample> {
    let crossing = |limit, row| Crossing { limit, what: Finding::Snapshot(Box::new(row)) };
    let report = full();
    let chain = report.worst.iter().find(|finding| matches!(finding, Finding::Chain(_))).unwrap().clone();
    let store = |low| Crossing { limit: Limit::MinFree, what: Finding::Datastore(Box::new(low)) };
    let one = |crossing| News::Crossed { crossings: vec![crossing], count: 1 };
    let chain = Crossing { limit: Limit::MaxDepth, what: chain };
    let several = vec![
        crossing(Limit::MaxSize, row("huge-01", "import", 1, 420 * GB)),
        crossing(Limit::MaxAge, row("db-01", "before migration", 15, 310 * GB)),
        chain.clone(),
        crossing(Limit::WarnAge, Row { maker: Maker::Unknown, ..row("web-02", "x", 4, GB) }),
    ];
    vec![
        Sample::news("three days", one(crossing(Limit::WarnAge, row("db-01", "before migration", 3, 24 * GB)))),
        Sample::news("two weeks", one(crossing(Limit::MaxAge, row("db-01", "before migration", 15, 310 * GB)))),
        Sample::news("too large", one(crossing(Limit::MaxSize, row("huge-01", "import", 1, 420 * GB)))),
        Sample::news("too deep", one(chain)),
        Sample::news("many at once", News::Crossed { crossings: several, count: 16 }),
        Sample::news("hostile names", one(crossing(Limit::WarnAge, row(HOSTILE, FOREIGN, 3, GB)))),
        Sample::news("a datastore runs low", one(store(low("datastore-01", row("huge-01", "import", 1, 420 * GB))))),
        Sample::news("a datastore with a hostile name runs low", one(store(strange_low()))),
    ]
}

fn bulks() -> Vec<Sample> {
    let item = |row, state| Item { row, state };
    let part = || RequestId::parse("R-4BXN").unwrap();
    let names = [
        "db-01", "web-01", "app-01", "app-02", "app-03", "app-04", "app-05", "app-06", "app-07", "app-08", "app-09",
        "app-10",
    ];
    let rows = names.iter().zip(40..).map(|(vm, days)| row(vm, "old", days, 2 * GB));
    let why = [Why::Held, Why::Backup, Why::Kept, Why::NoRight, Why::NotKnown, Why::OtherApprovers, Why::TooMany];
    let stays =
        |count: usize| why.iter().flat_map(move |why| vec![Stays { row: row("x", "y", 50, GB), why: *why }; count]);
    let bulk = Bulk {
        scope: BulkScope::All,
        goes: rows.map(|row| item(row, ItemState::Waiting)).collect(),
        stays: stays(1).collect(),
        halt: None,
    };
    let until = now() + SignedDuration::from_mins(28);
    let asked = Request {
        subject: Subject::Many(Box::new(bulk)),
        wish: Wish::DeleteOlder { age: DAY * 30 },
        ticket: Some("CHG0042117".to_owned()),
        approval: Some(super::world::need(1, false)),
        state: State::AwaitingApproval { until },
        ..super::world::unplanned()
    };
    let but = |request: &Request, change: &dyn Fn(&mut Bulk)| {
        let mut request = request.clone();
        let Subject::Many(bulk) = &mut request.subject else { panic!("it is about many") };
        change(bulk);
        request
    };
    let mark = |request: &Request, marks: &[(usize, ItemState)]| {
        but(request, &|bulk| marks.iter().for_each(|(place, state)| bulk.set(*place, state.clone())))
    };
    let halted = |request: &Request, halt: &Halt| but(request, &|bulk| bulk.halt = Some(halt.clone()));
    let approvals = vec![super::world::yes("bob", now())];
    let begun = Request { approvals, state: State::InParts { since: now() }, ..asked.clone() };
    let running = mark(&begun, &[(0, ItemState::Gone), (1, ItemState::Deleting(part()))]);
    let stop = Halt::Stopped { by: "bob".into() };
    let facts = Facts { took: Some(SignedDuration::from_mins(12)), ..super::endings::facts() };
    let cancelled = State::Cancelled { facts: facts.clone() };
    let stopped = halted(&mark(&Request { state: cancelled, ..running.clone() }, &[(1, ItemState::Gone)]), &stop);
    let all =
        |request: &Request| but(request, &|bulk| bulk.goes.iter_mut().for_each(|item| item.state = ItemState::Gone));
    let done = all(&Request { state: State::Done { facts }, ..running.clone() });
    let left = mark(&done, &[(2, ItemState::Left(Some(part()))), (3, ItemState::Left(None))]);
    let unsure = mark(&all(&begun), &[(4, ItemState::GoneBefore), (5, ItemState::Unsure(part()))]);
    let refusal = Refusal::Denied { rule: Some("[[deny]] at snapwarden.toml:41".to_owned()) };
    let refuse = Halt::Refused { refusal: refusal.clone(), vm: "db-01".into() };
    let blockers = vec![Blocker::NotPermitted { right: Right::DeleteOlder, refusal }];
    let refused = halted(&Request { state: State::Refused { blockers }, ..asked.clone() }, &refuse);
    let struck = Request { struck: super::requests::struck(), ..asked.clone() };
    let two =
        Request { approval: Some(super::world::need(2, true)), approvals: begun.approvals.clone(), ..asked.clone() };
    let denied =
        |reason: Option<&str>| State::Denied { by: "bob".into(), reason: reason.map(str::to_owned), at: now() };
    let one = but(&Request { ticket: None, ..asked.clone() }, &|bulk| {
        bulk.goes.truncate(1);
        bulk.stays.clear();
    });
    let two_each = but(&asked, &|bulk| bulk.stays = stays(2).collect());
    let state = |state: State| Request { state, ..asked.clone() };
    vec![
        Sample::posted("asked", asked.clone()),
        Sample::posted("asked, two of each stay", two_each),
        Sample::posted("asked about one", one),
        Sample::posted("asked, while it is frozen", asked.clone()).while_frozen(),
        Sample::posted("asked, and an approval was struck", struck),
        Sample::posted("approved by one of two", two),
        Sample::posted("refused by a rule", refused),
        Sample::posted("refused by a rule, while one is being deleted", halted(&running, &refuse)),
        Sample::posted("running", running.clone()),
        Sample::posted("stopped", stopped),
        Sample::posted("stopped, while one is being deleted", halted(&running, &stop)),
        Sample::posted("done", done),
        Sample::posted("done, but for two", left),
        Sample::posted("done, but for what can happen to one", unsure),
        Sample::posted("denied", state(denied(Some("month-end closing")))),
        Sample::posted("denied without a reason", state(denied(None))),
        Sample::posted("withdrawn", state(State::Withdrawn { by: "alice".into(), at: now() })),
        Sample::posted("expired", state(State::Expired { at: until })),
    ]
}

fn ending() -> Vec<Sample> {
    let until = |hours: i64, row: Row| Row { until: Some(now() + SignedDuration::from_hours(hours)), ..row };
    let one = |deletes, row: Row| News::Ending { rows: vec![row], count: 1, deletes };
    let soon = until(24, row("db-01", "before upgrade", 2, GB));
    let over = until(-20, row("db-01", "before upgrade", 3, GB));
    let below = Row { children: true, ..over.clone() };
    vec![
        Sample::news("tomorrow", one(false, soon.clone())),
        Sample::news("tomorrow, by itself", one(true, soon.clone())),
        Sample::news("over", one(false, over)),
        Sample::news("over, with others below it", one(true, below.clone())),
        Sample::news("several", News::Ending { rows: vec![below, soon], count: 13, deletes: true }),
    ]
}
