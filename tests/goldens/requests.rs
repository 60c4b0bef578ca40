//! Requests on their way: asked, refused, waiting, decided, running.

use jiff::SignedDuration;
use snapwarden::domain::act::Right;
use snapwarden::domain::authority::{Demand, Refusal};
use snapwarden::domain::call::TaskState;
use snapwarden::domain::freeze::Freeze;
use snapwarden::domain::ids::TaskRef;
use snapwarden::domain::intent::Mode;
use snapwarden::domain::inventory::ToolsState;
use snapwarden::domain::marker::{Hold, Stay};
use snapwarden::domain::preflight::{Blocker, Need, Shortage, Warning};
use snapwarden::domain::request::{
    Behind, Drift, Ended, Request, StartPhase, State, StayChange, StruckApproval, StruckWhy, Subject, Wish,
};
use snapwarden::domain::snapshot_tree::{PowerState, SnapshotTree};
use snapwarden::domain::survey::{AwkwardDevice, AwkwardKind, Survey};

use super::variants;
use super::world::{
    GB, ago, at, back_to, groups, independent_disk, long_chain, moref, need, now, request, snapshot, survey, unplanned,
    yes,
};
use super::{Golden, Sample};

/// A name that would turn the line around, start another one and call everybody.
pub(super) const HOSTILE: &str = "web\u{202e}10\n[Approve] <!channel> @everyone <script>alert(1)</script> `*_~|";

/// A name in a right-to-left script with an emoji of several characters in it.
pub(super) const FOREIGN: &str = "قبل الترقية 👩\u{200d}💻 50%/2";

pub(super) fn goldens() -> Vec<Golden> {
    [asked(), waiting(), decided(), refused(), running()].into_iter().flatten().collect()
}

/// Every wish, with the VM as it would be asked for.
pub(super) fn wishes() -> Vec<(&'static str, Survey, Wish)> {
    let consolidating = Survey { consolidation_needed: true, ..survey("needs-consolidation-01") };
    let off = Survey { power: PowerState::Off, tools: ToolsState::NotRunning, ..survey("cold-01") };
    let held = held();
    vec![
        ("take", survey("web-01"), take(Mode::Auto)),
        ("revert", survey("web-01"), back_to(2)),
        ("revert-latest", survey("web-01"), Wish::RevertLatest { stay_off: false }),
        ("delete", survey("db-01"), delete(2, false)),
        ("delete-children", survey("db-01"), delete(2, true)),
        ("delete-all", survey("db-01"), Wish::DeleteAll),
        ("consolidate", consolidating, Wish::Consolidate),
        ("edit", survey("db-01"), rename()),
        ("power-on", off, Wish::PowerOn),
        ("keep", survey("db-01"), stay(StayChange::Until { until: at("2026-11-25T17:00:00Z") })),
        ("hold", survey("db-01"), stay(hold(None))),
        ("hold until", survey("db-01"), stay(hold(Some(at("2026-12-01T08:00:00Z"))))),
        ("release", held, stay(StayChange::Release { of: Some(carols(None)) })),
    ]
}

pub(super) fn stay(change: StayChange) -> Wish {
    Wish::Stay { snapshot: moref(2), change }
}

fn hold(until: Option<jiff::Timestamp>) -> StayChange {
    StayChange::Hold { by: "alice".into(), reason: "the audit needs it".to_owned(), until, replaces: None }
}

fn on_hold(hold: Hold) -> Blocker {
    Blocker::OnHold { snapshot: "before upgrade".to_owned(), hold }
}

/// Somebody else's hold.
pub(super) fn carols(until: Option<jiff::Timestamp>) -> Hold {
    Hold { by: "carol".into(), reason: "the auditors still look at it".to_owned(), until }
}

/// The VM with its second snapshot held by somebody.
fn held() -> Survey {
    let survey = survey("db-01");
    let mut nodes = survey.tree.nodes().to_vec();
    nodes[1].description = Stay { until: None, hold: Some(carols(None)) }.write_into(&nodes[1].description);
    Survey { tree: SnapshotTree::new(nodes, Some(moref(3))), ..survey }
}

pub(super) fn take(mode: Mode) -> Wish {
    Wish::Take { name: "2026-11-22 14:04".to_owned(), description: None, mode, until: None }
}

pub(super) fn delete(number: u32, children: bool) -> Wish {
    Wish::Delete { snapshot: moref(number), children }
}

pub(super) fn rename() -> Wish {
    Wish::Edit { snapshot: moref(2), name: Some("before 8.0.3".to_owned()), description: None }
}

/// A card that waits for @approvers until 14:32.
fn awaiting(survey: &Survey, wish: Wish) -> Request {
    Request { approval: Some(need(1, false)), ..request(survey, wish, State::AwaitingApproval { until: until() }) }
}

fn until() -> jiff::Timestamp {
    now() + SignedDuration::from_mins(28)
}

fn asked() -> Vec<Golden> {
    let two = Request {
        approval: Some(need(2, false)),
        approvals: vec![yes("bob", ago(120))],
        ticket: Some("CHG0042117".to_owned()),
        ..awaiting(&survey("web-01"), back_to(2))
    };
    let mut several = need(1, true);
    several.approvers = groups(&["approvers", "platform", "dba"]);
    let tomorrow = at("2026-11-23T00:15:00Z");
    let own = Request {
        approval: Some(several),
        state: State::AwaitingApproval { until: tomorrow },
        ..awaiting(&survey("web-01"), back_to(2))
    };
    let struck = Request { struck: struck(), ..awaiting(&survey("web-01"), back_to(2)) };
    let with_ticket = Request {
        ticket: Some("CHG0042117".to_owned()),
        ..awaiting(&Survey { devices: vec![independent_disk()], ..survey("web-01") }, back_to(2))
    };
    vec![
        Golden::posted("asked", unplanned()),
        Golden::posted("awaiting-revert", with_ticket),
        Golden::posted("awaiting-revert-two-of-them", two),
        Golden::posted("awaiting-revert-until-tomorrow", own),
        Golden::posted("awaiting-revert-struck", struck),
        Golden::all("awaiting-revert-power", reverts()),
        Golden::all("awaiting-wishes", by_wish()),
        Golden::all("awaiting-delete-counts", deletions()),
        Golden::all("awaiting-take-modes", takes()),
        Golden::all("warnings", warnings()),
        Golden::all("hostile-names", hostile()),
    ]
}

/// What a revert does to the power, and what it costs where that is not known.
fn reverts() -> Vec<Sample> {
    let with = |change: &dyn Fn(&mut Survey), wish: Wish| {
        let mut survey = survey("web-01");
        change(&mut survey);
        awaiting(&survey, wish)
    };
    let memory = |survey: &mut Survey| {
        let mut nodes = survey.tree.nodes().to_vec();
        nodes[1].power = PowerState::On;
        survey.tree = SnapshotTree::new(nodes, Some(moref(3)));
        survey.with_memory = vec![moref(2)];
    };
    let stay_off = Wish::Revert { snapshot: moref(2), stay_off: true };
    vec![
        Sample::posted("with memory: it goes on running", with(&memory, back_to(2))),
        Sample::posted("with memory, but to stay off", with(&memory, stay_off.clone())),
        Sample::posted("without memory, and to stay off", with(&|_| {}, stay_off)),
        Sample::posted("off before and after", with(&|it| it.power = PowerState::Off, back_to(2))),
        Sample::posted("suspended", with(&|it| it.power = PowerState::Suspended, back_to(1))),
        Sample::posted("nobody knows how much was written", with(&|it| it.bytes_since_current = None, back_to(2))),
        Sample::posted(
            "the only snapshot, of a minute ago",
            with(
                &|it| {
                    let only = snapshot(2, None, "now", "2026-11-22T13:03:00Z", None);
                    it.tree = SnapshotTree::new(vec![only], Some(moref(2)));
                    it.bytes_since_current = Some(0);
                },
                back_to(2),
            ),
        ),
        Sample::posted(
            "one of two branches, of last year",
            with(
                &|it| {
                    let nodes = vec![
                        snapshot(1, None, "base", "2025-11-01T08:00:00Z", None),
                        snapshot(2, Some(1), "try A", "2025-11-02T08:00:00Z", Some("bob")),
                        snapshot(3, Some(1), "try B", "2026-11-21T08:00:00Z", None),
                    ];
                    it.tree = SnapshotTree::new(nodes, Some(moref(3)));
                },
                back_to(2),
            ),
        ),
    ]
}

fn by_wish() -> Vec<Sample> {
    let sample = |(what, survey, wish): (&str, Survey, Wish)| Sample::posted(what, awaiting(&survey, wish));
    let mut all: Vec<Sample> = wishes().into_iter().map(sample).collect();
    let described =
        Wish::Edit { snapshot: moref(2), name: None, description: Some("to 8.0.3, see CHG0042117".to_owned()) };
    let cleared =
        Wish::Edit { snapshot: moref(2), name: Some("before 8.0.3".to_owned()), description: Some(String::new()) };
    all.push(Sample::posted("edit: described anew", awaiting(&survey("db-01"), described)));
    all.push(Sample::posted("edit: description cleared", awaiting(&survey("db-01"), cleared)));
    all
}

/// None, one, two and many that go, small and large.
fn deletions() -> Vec<Sample> {
    let of = |count: u32| Survey {
        tree: long_chain(count),
        snapshot_bytes: (1..=count).map(|number| (moref(number), 2 * GB)).collect(),
        bytes_since_current: Some(GB),
        ..survey("deep-01")
    };
    let unknown = Survey { bytes_since_current: None, ..of(2) };
    vec![
        Sample::posted("all: 1", awaiting(&of(1), Wish::DeleteAll)),
        Sample::posted("all: 2", awaiting(&of(2), Wish::DeleteAll)),
        Sample::posted("all: 30", awaiting(&of(30), Wish::DeleteAll)),
        Sample::posted("all: sizes not known", awaiting(&unknown, Wish::DeleteAll)),
        Sample::posted("with children: none below", awaiting(&of(2), delete(2, true))),
        Sample::posted("with children: one below", awaiting(&of(2), delete(1, true))),
        Sample::posted("with children: many below", awaiting(&of(30), delete(1, true))),
    ]
}

fn takes() -> Vec<Sample> {
    let no_tools = Survey { tools: ToolsState::NotRunning, ..survey("web-01") };
    let off = Survey { power: PowerState::Off, ..no_tools.clone() };
    let kept = Wish::Take {
        name: "before upgrade".to_owned(),
        description: Some("to 8.0.3".to_owned()),
        mode: Mode::Auto,
        until: Some(at("2026-11-25T13:05:00Z")),
    };
    let missing = Survey { tools_installed: false, ..no_tools.clone() };
    let mut unable = survey("web-01");
    unable.capability.quiesced = false;
    let suspended = Survey { power: PowerState::Suspended, ..survey("web-01") };
    let mut without = suspended.clone();
    without.capability.memory = false;
    without.capability.suspended_disk_only = true;
    let samples = vec![
        Sample::posted("auto, Tools run", awaiting(&survey("web-01"), take(Mode::Auto))),
        Sample::posted("auto, no Tools", awaiting(&no_tools, take(Mode::Auto))),
        Sample::posted("auto, Tools not installed", awaiting(&missing, take(Mode::Auto))),
        Sample::posted("auto, cannot be quiesced", awaiting(&unable, take(Mode::Auto))),
        Sample::posted("auto, off", awaiting(&off, take(Mode::Auto))),
        Sample::posted("auto, suspended", awaiting(&suspended, take(Mode::Auto))),
        Sample::posted("auto, suspended, no memory", awaiting(&without, take(Mode::Auto))),
        Sample::posted("disk", awaiting(&survey("web-01"), take(Mode::Disk))),
        Sample::posted("quiesce", awaiting(&survey("web-01"), take(Mode::Quiesce))),
        Sample::posted("memory", awaiting(&survey("web-01"), take(Mode::Memory))),
        Sample::posted("to be kept, described", awaiting(&survey("web-01"), kept)),
    ];
    let reasons = samples.iter().filter_map(|sample| match &sample.says {
        super::Says::Posted(request) => request.plan.as_ref()?.price.mode.map(|(_, reason)| reason),
        super::Says::Told(_) | super::Says::News(_) => None,
    });
    variants::assert_all(variants::MODE_REASONS, reasons.map(|reason| variants::mode_reason(&reason)));
    samples
}

/// Every warning, on one card each.
fn warnings() -> Vec<Sample> {
    let non_persistent = |powers_off| Warning::NonPersistentDisk { device: scratch_disk(), powers_off };
    let low = |need, free: u64, needed: u64| Warning::LowSpace { shortage: shortage(free * GB, needed * GB), need };
    let all = [
        Warning::IndependentDisk { device: independent_disk() },
        non_persistent(false),
        non_persistent(true),
        Warning::BackupAtWork { snapshot: "VEEAM BACKUP TEMPORARY SNAPSHOT".to_owned() },
        low(Need::Growth, 3, 20),
        low(Need::Memory, 12, 28),
        low(Need::Merge, 31, 45),
        Warning::LongChain { depth: 4 },
        Warning::CrashConsistent,
        Warning::MemoryPause,
        Warning::ConsolidationNeeded,
        Warning::RevertsAtPowerOff,
        Warning::LongMerge,
        Warning::WindowsTrust,
    ];
    variants::assert_all(variants::WARNINGS, all.iter().map(variants::warning));
    let needs = all.iter().filter_map(|warning| {
        let Warning::LowSpace { need, .. } = warning else { return None };
        Some(variants::need(need))
    });
    variants::assert_all(variants::NEEDS, needs);
    let sample = |wish: Wish, warning: &Warning| {
        let mut card = awaiting(&Survey { consolidation_needed: true, ..survey("web-01") }, wish);
        card.plan.as_mut().unwrap().warnings = vec![warning.clone()];
        Sample::posted(variants::warning(warning), card)
    };
    // Each on a card that it can stand on.
    let wish = |warning: &Warning| match warning {
        Warning::LongChain { .. }
        | Warning::CrashConsistent
        | Warning::MemoryPause
        | Warning::LowSpace { need: Need::Growth | Need::Memory, .. } => take(Mode::Auto),
        Warning::LongMerge | Warning::LowSpace { need: Need::Merge, .. } => Wish::DeleteAll,
        Warning::BackupAtWork { .. } => Wish::Consolidate,
        Warning::IndependentDisk { .. }
        | Warning::NonPersistentDisk { .. }
        | Warning::ConsolidationNeeded
        | Warning::RevertsAtPowerOff
        | Warning::WindowsTrust => back_to(2),
    };
    let mut samples: Vec<Sample> = all.iter().map(|warning| sample(wish(warning), warning)).collect();
    // Of a disk that snapshots pass over a take says something else than a revert.
    let on_a_take = [Warning::IndependentDisk { device: independent_disk() }, non_persistent(false)];
    samples.extend(on_a_take.iter().map(|warning| sample(take(Mode::Auto), warning)));
    let mut every = awaiting(&survey("web-01"), back_to(2));
    every.plan.as_mut().unwrap().warnings = all.to_vec();
    samples.push(Sample::posted("all of them", every));
    samples
}

/// A disk that no snapshot rolls back and that forgets.
fn scratch_disk() -> AwkwardDevice {
    AwkwardDevice {
        label: "Hard disk 3".to_owned(),
        file: "scratch.vmdk".to_owned(),
        kind: AwkwardKind::NonPersistentDisk,
    }
}

fn shortage(free: u64, needed: u64) -> Shortage {
    Shortage { datastore: "datastore-01".to_owned(), free, needed }
}

fn hostile() -> Vec<Sample> {
    let named = |vm: &str, called: &str| {
        let mut survey = survey("web-01");
        let mut nodes = survey.tree.nodes().to_vec();
        nodes[1].name = called.to_owned();
        survey.tree = SnapshotTree::new(nodes, Some(moref(3)));
        let mut card = awaiting(&survey, back_to(2));
        let Subject::Vm(target) = &mut card.subject else { panic!("it is about one VM") };
        target.name = vm.to_owned();
        target.path = format!("DC1/web/{vm}");
        card
    };
    let devices =
        vec![AwkwardDevice { label: HOSTILE.to_owned(), file: HOSTILE.to_owned(), kind: AwkwardKind::IndependentDisk }];
    let mut disk = awaiting(&Survey { devices, ..survey("web-01") }, back_to(2));
    disk.ticket = Some(HOSTILE.to_owned());
    disk.asker = HOSTILE.into();
    let mut elsewhere = awaiting(&survey("web-01"), back_to(2));
    elsewhere.plan.as_mut().unwrap().warnings = vec![
        Warning::LowSpace {
            shortage: Shortage { datastore: HOSTILE.to_owned(), ..shortage(GB, 2 * GB) },
            need: Need::Growth,
        },
        Warning::BackupAtWork { snapshot: FOREIGN.to_owned() },
    ];
    let longest = "x".repeat(80);
    vec![
        Sample::posted("turned around", named(HOSTILE, HOSTILE)),
        Sample::posted("right to left, emoji, slash and percent", named("خادم-01", FOREIGN)),
        Sample::posted("empty names", named("", "")),
        Sample::posted("eighty characters", named(&longest, &longest)),
        Sample::posted("device, asker and ticket", disk),
        Sample::posted("datastore and a backup's snapshot", elsewhere),
    ]
}

fn waiting() -> Vec<Golden> {
    let queued = |behind: Behind, since: i64| Request {
        state: State::Queued { behind, since: ago(since), again_at: None },
        ..request(&survey("web-01"), back_to(2), State::Asked)
    };
    let request_ahead = Behind::Request(snapwarden::domain::ids::RequestId::parse("R-4F8H").unwrap());
    let foreign = Behind::Foreign("VirtualMachine.createSnapshot".to_owned());
    variants::assert_all(variants::BEHINDS, [&request_ahead, &foreign].map(variants::behind));
    let unread = Request { plan: None, ..queued(foreign.clone(), 30) };
    vec![Golden::all(
        "queued",
        vec![
            Sample::posted("behind a request", queued(request_ahead, 30)),
            Sample::posted("behind a foreign task", queued(foreign, 30)),
            Sample::posted("behind a foreign task, before the VM was read", unread),
        ],
    )]
}

fn decided() -> Vec<Golden> {
    let state = |state: State| Request { state, ..awaiting(&survey("web-01"), back_to(2)) };
    let denied =
        |reason: Option<&str>| State::Denied { by: "carol".into(), reason: reason.map(str::to_owned), at: ago(0) };
    let withdrawn = |survey: &Survey, wish: Wish, planned: bool| {
        let mut request = awaiting(survey, wish);
        if !planned {
            request.plan = None;
        }
        request.state = State::Withdrawn { by: "alice".into(), at: now() };
        request
    };
    let unread = wishes()
        .into_iter()
        .map(|(what, survey, wish)| Sample::posted(what, withdrawn(&survey, wish, false)))
        .collect();
    vec![
        Golden::all(
            "denied",
            vec![
                Sample::posted("with a reason", state(denied(Some("month-end closing")))),
                Sample::posted("with a sentence", state(denied(Some("Not today.\nAsk \"dba\" first!")))),
                Sample::posted("without", state(denied(None))),
            ],
        ),
        Golden::posted("expired", state(State::Expired { at: now() })),
        Golden::posted("withdrawn", withdrawn(&survey("web-01"), back_to(2), true)),
        Golden::all("withdrawn-before-it-was-read", unread),
        Golden::all("stale", drifts()),
    ]
}

/// Every drift, and several at once.
fn drifts() -> Vec<Sample> {
    let taken = Drift::Taken { name: "meanwhile".to_owned(), at: ago(-180) };
    let gone = Drift::Gone { name: "after upgrade".to_owned() };
    let current = |name: Option<&str>| Drift::Current { name: name.map(str::to_owned) };
    let off = Drift::Power { now: PowerState::Off };
    let all = [
        taken.clone(),
        gone.clone(),
        current(Some("clean install")),
        current(None),
        off.clone(),
        Drift::Power { now: PowerState::On },
        Drift::Power { now: PowerState::Suspended },
        Drift::OtherVm,
        Drift::OtherAct,
    ];
    variants::assert_all(variants::DRIFTS, all.iter().map(variants::drift));
    let stale = |drift: Vec<Drift>| Request {
        state: State::Stale { drift, at: now() },
        ..awaiting(&survey("web-01"), back_to(2))
    };
    let mut samples: Vec<Sample> =
        all.iter().map(|drift| Sample::posted(variants::drift(drift), stale(vec![drift.clone()]))).collect();
    samples.push(Sample::posted("two", stale(vec![taken.clone(), gone.clone()])));
    samples.push(Sample::posted("three", stale(vec![taken, gone, off])));
    samples
}

fn refused() -> Vec<Golden> {
    let because = |survey: &Survey, wish: Wish, blockers: Vec<Blocker>| Request {
        state: State::Refused { blockers },
        subject: Subject::Vm(super::world::target(&survey.name)),
        wish,
        ..unplanned()
    };
    let device = |label: &str, kind: AwkwardKind| AwkwardDevice { label: label.to_owned(), file: String::new(), kind };
    let all = [
        (back_to(2), Blocker::VmGone),
        (back_to(2), Blocker::Unreadable { why: "connection reset by peer".to_owned() }),
        (
            take(Mode::Auto),
            Blocker::NotReadable { why: "NoPermission: snapshot, layoutEx of vm-12 cannot be read.".to_owned() },
        ),
        (take(Mode::Auto), Blocker::Template),
        (take(Mode::Auto), Blocker::Disconnected),
        (take(Mode::Auto), Blocker::Orphaned),
        (back_to(2), Blocker::Inaccessible),
        (Wish::PowerOn, Blocker::Invalid),
        (take(Mode::Auto), Blocker::SnapshotsUnsupported),
        (take(Mode::Auto), Blocker::FaultTolerance),
        (take(Mode::Auto), Blocker::SnapshotLocked),
        (back_to(2), Blocker::RevertUnsupported),
        (delete(2, false), Blocker::OffUnsupported),
        (take(Mode::Memory), Blocker::MemoryWhileOff),
        (take(Mode::Memory), Blocker::MemoryUnsupported),
        (take(Mode::Quiesce), Blocker::QuiesceWhileOff),
        (take(Mode::Quiesce), Blocker::QuiesceWhileSuspended),
        (take(Mode::Quiesce), Blocker::QuiesceUnsupported),
        (take(Mode::Quiesce), Blocker::QuiesceWithoutTools),
        (take(Mode::Quiesce), Blocker::QuiesceToolsMissing),
        (take(Mode::Disk), Blocker::DiskWhileSuspended),
        (take(Mode::Auto), Blocker::SuspendedNeedsMemory),
        (take(Mode::Memory), Blocker::MemoryIndependentDisk { device: independent_disk() }),
        (
            take(Mode::Auto),
            Blocker::Device {
                device: AwkwardDevice {
                    file: "raw.vmdk".to_owned(),
                    ..device("Hard disk 3", AwkwardKind::PhysicalRdm)
                },
            },
        ),
        (take(Mode::Auto), Blocker::Device { device: device("SCSI controller 1", AwkwardKind::SharedBus) }),
        (take(Mode::Auto), Blocker::Device { device: device("PCI device 0", AwkwardKind::Passthrough) }),
        (take(Mode::Auto), Blocker::Device { device: device("PCI device 1", AwkwardKind::VirtualGpu) }),
        (take(Mode::Auto), Blocker::NoRoom { shortage: shortage(700_000, 2_000_000) }),
        (take(Mode::Memory), Blocker::NoRoomForMemory { shortage: shortage(6 * GB, 34_359_738_368) }),
        (take(Mode::Auto), Blocker::ChainTooLong { depth: 30 }),
        (take(Mode::Auto), Blocker::OnlyOne),
        (Wish::DeleteAll, Blocker::NoSnapshots),
        (Wish::RevertLatest { stay_off: false }, Blocker::NoCurrent { count: 2 }),
        (delete(9, false), Blocker::SnapshotGone),
        (delete(2, true), Blocker::Backup { snapshot: "VEEAM BACKUP TEMPORARY SNAPSHOT".to_owned() }),
        (Wish::Consolidate, Blocker::NothingToConsolidate),
        (Wish::PowerOn, Blocker::AlreadyOn),
        (rename(), Blocker::NoChange),
        (
            stay(StayChange::Until { until: at("2026-12-12T14:05:00Z") }),
            Blocker::SameEnd { until: at("2026-12-12T14:05:00Z") },
        ),
        (delete(2, false), on_hold(carols(None))),
        (Wish::DeleteAll, on_hold(carols(Some(at("2026-12-12T14:05:00Z"))))),
        (Wish::DeleteAll, Blocker::MoreOnHold { count: 3 }),
        (stay(StayChange::Release { of: None }), Blocker::NotOnHold),
        (
            stay(StayChange::Release { of: Some(carols(None)) }),
            Blocker::OtherHold { snapshot: "before upgrade".to_owned(), hold: carols(None) },
        ),
        (back_to(2), Blocker::NoSafety),
        (back_to(2), Blocker::Frozen { by: "carol".into(), reason: "the storage is being moved".to_owned() }),
        (back_to(2), not_permitted(Refusal::Denied { rule: rule("[[deny]] at snapwarden.toml:41") })),
        (take(Mode::Auto), Blocker::AskedTooLongAgo { at: ago(7200) }),
        (
            Wish::RevertLatest { stay_off: false },
            Blocker::MethodDisabled { method: "RevertToCurrentSnapshot_Task".to_owned() },
        ),
    ];
    variants::assert_all(variants::BLOCKERS, all.iter().map(|(_, blocker)| variants::blocker(blocker)));
    let mut samples: Vec<Sample> = all
        .into_iter()
        .map(|(wish, blocker)| {
            let what = variants::blocker(&blocker);
            Sample::posted(what, because(&survey("web-01"), wish, vec![blocker]))
        })
        .collect();
    samples.push(Sample::posted(
        "two at once",
        because(
            &survey("legacy-01"),
            take(Mode::Memory),
            vec![Blocker::SnapshotLocked, Blocker::MemoryIndependentDisk { device: independent_disk() }],
        ),
    ));
    vec![Golden::all("refused", samples), Golden::all("refused-by-a-rule", refused_by_rules())]
}

fn rule(place: &str) -> Option<String> {
    Some(place.to_owned())
}

fn not_permitted(refusal: Refusal) -> Blocker {
    Blocker::NotPermitted { right: Right::Revert, refusal }
}

/// Every reason that the rules can have, on the card of a request that waited for approvals.
fn refused_by_rules() -> Vec<Sample> {
    let approval = || rule("[[approval]] at snapwarden.toml:33");
    let terms = |demand: Demand| Refusal::Terms { rule: approval(), demand };
    let all = [
        Refusal::UnknownPerson,
        Refusal::Denied { rule: rule("[[deny]] at snapwarden.toml:41") },
        Refusal::Denied { rule: None },
        Refusal::NotGranted { holders: groups(&["platform"]) },
        Refusal::NotGranted { holders: Vec::new() },
        Refusal::TagsUnknown { rule: rule("[[deny]] at snapwarden.toml:41") },
        Refusal::MembersUnknown { groups: groups(&["team-web", "platform"]) },
        Refusal::HoldOfOther { hold: carols(None) },
        Refusal::NoApprovalRule,
        terms(Demand::Ticket { pattern: "CHG*".to_owned() }),
        terms(Demand::Safety),
        terms(Demand::OtherApprovers { groups: groups(&["platform", "dba"]) }),
        Refusal::NotApproved,
        Refusal::AutoDeleteOff,
        Refusal::Frozen {
            freeze: Freeze {
                by: "carol".into(),
                account: "console:carol".into(),
                reason: "the storage is being moved".to_owned(),
                at: ago(60),
            },
        },
    ];
    variants::assert_all(variants::REFUSALS, all.iter().map(variants::refusal));
    let demands = all.iter().filter_map(|refusal| {
        let Refusal::Terms { demand, .. } = refusal else { return None };
        Some(variants::demand(demand))
    });
    variants::assert_all(variants::DEMANDS, demands);
    let refused = |refusal: Refusal| Request {
        state: State::Refused { blockers: vec![not_permitted(refusal)] },
        ..awaiting(&survey("web-01"), back_to(2))
    };
    let mut samples: Vec<Sample> =
        all.into_iter().map(|refusal| Sample::posted(variants::refusal(&refusal), refused(refusal))).collect();
    let struck = Request { struck: struck(), ..refused(Refusal::NotApproved) };
    samples.push(Sample::posted("with approvals that were struck", struck));
    samples
}

/// Approvals that do not count any more, for every reason.
pub(super) fn struck() -> Vec<StruckApproval> {
    let one = |glass: bool, why: StruckWhy| StruckApproval {
        person: "bob".into(),
        account: "console:bob".into(),
        given: ago(120),
        at: ago(60),
        glass,
        why,
    };
    let not_approver = || StruckWhy::NotApprover { groups: groups(&["approvers"]) };
    let all = [not_approver(), StruckWhy::OwnRequest, StruckWhy::UnknownPerson];
    variants::assert_all(variants::STRUCK, all.iter().map(variants::struck));
    all.into_iter().map(|why| one(false, why)).chain([one(true, not_approver())]).collect()
}

/// A run since 14:02:48, 48 % done.
fn under_way(percent: Option<u8>, seconds: i64) -> State {
    State::Running {
        task: Some(TaskRef { vcenter: "lab".into(), moref: "task-9".into() }),
        since: ago(seconds),
        t0: ago(seconds),
        percent,
        cancelable: false,
        cancel_asked: None,
        cancel_refused: false,
        ended: None,
        recovered: false,
    }
}

fn running() -> Vec<Golden> {
    let approved = |state: State| Request {
        approval: Some(need(1, false)),
        approvals: vec![yes("carol", ago(80))],
        ..request(&survey("web-01"), back_to(2), state)
    };
    let by_wish = wishes()
        .into_iter()
        .map(|(what, survey, wish)| Sample::posted(what, request(&survey, wish, under_way(Some(48), 72))))
        .collect();
    let checking = StartPhase::Checking;
    let calling = StartPhase::Calling { t0: ago(3), at: ago(3) };
    variants::assert_all(variants::PHASES, [&checking, &calling].map(variants::phase));
    let mut cancelable = under_way(Some(48), 72);
    let mut asked = under_way(Some(48), 72);
    let mut refused = under_way(Some(48), 72);
    let mut ended = under_way(Some(100), 123);
    if let State::Running { cancel_refused, cancelable, .. } = &mut refused {
        (*cancel_refused, *cancelable) = (true, true);
    }
    if let State::Running { cancelable, .. } = &mut cancelable {
        *cancelable = true;
    }
    if let State::Running { cancel_asked, .. } = &mut asked {
        *cancel_asked = Some("carol".into());
    }
    if let State::Running { ended, .. } = &mut ended {
        *ended = Some(Ended {
            state: TaskState::Success { result: None },
            at: now(),
            failed_reads: 0,
            again_at: None,
            took: None,
        });
    }
    let long = |wish: Wish, percent: Option<u8>| {
        let mut request = request(&survey("db-01"), wish, under_way(percent, 14 * 60 + 5));
        request.approvals = vec![yes("carol", ago(15 * 60))];
        request
    };
    vec![
        Golden::posted("starting-checking", approved(State::Starting { phase: checking })),
        Golden::posted("starting-calling", approved(State::Starting { phase: calling })),
        Golden::all("running-wishes", by_wish),
        Golden::all(
            "running",
            vec![
                Sample::posted("approved", approved(under_way(Some(48), 72))),
                Sample::posted("vCenter tells no percent", approved(under_way(None, 72))),
                Sample::posted("vCenter would cancel it", approved(cancelable)),
                Sample::posted("somebody asked to cancel it", approved(asked)),
                Sample::posted("vCenter would not cancel it", approved(refused)),
                Sample::posted("the result is looked at", approved(ended)),
                Sample::posted("a long merge", long(Wish::DeleteAll, Some(99))),
                Sample::posted("a long merge without percent", long(Wish::DeleteAll, None)),
                Sample::posted("a long revert", long(back_to(2), Some(40))),
            ],
        ),
    ]
}
