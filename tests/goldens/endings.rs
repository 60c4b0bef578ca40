//! How requests end: done, done but, failed, cancelled, and not known.

use jiff::SignedDuration;
use snapwarden::domain::fault::{Fault, FaultKind};
use snapwarden::domain::intent::Mode;
use snapwarden::domain::inventory::ToolsState;
use snapwarden::domain::request::{Facts, Failure, Request, State, Wish};
use snapwarden::domain::snapshot_tree::{PowerState, SnapshotTree};
use snapwarden::domain::survey::{AwkwardDevice, AwkwardKind, Survey};

use super::requests::{FOREIGN, HOSTILE, delete, take, wishes};
use super::world::{GB, ago, at, back_to, independent_disk, long_chain, moref, need, now, request, survey, yes};
use super::{Golden, Sample, variants};

pub(super) fn goldens() -> Vec<Golden> {
    let by_wish = |state: &dyn Fn() -> State| {
        wishes().into_iter().map(|(what, survey, wish)| Sample::posted(what, request(&survey, wish, state()))).collect()
    };
    vec![
        Golden::posted("done-revert", done(back_to(2), reverted(PowerState::Off))),
        Golden::all("done-wishes", by_wish(&|| State::Done { facts: facts() })),
        Golden::all("done-take", takes()),
        Golden::all("done-revert-power", reverts()),
        Golden::all("done-deletions", deletions()),
        Golden::all("done-but", doubts()),
        Golden::all("failed-wishes", by_wish(&|| failed(fault(FaultKind::InvalidState, "InvalidState", ""), None))),
        Golden::all("failed", failures()),
        Golden::all("faults", faults()),
        Golden::all("cancelled", cancelled()),
        Golden::all("unsure", by_wish(&unsure)),
        Golden::all("needs-human", by_wish(&needs_human)),
        Golden::all("hostile-words", hostile()),
    ]
}

/// Two minutes of work, and the VM is as it should be.
pub(super) fn facts() -> Facts {
    Facts {
        at: now(),
        took: Some(SignedDuration::from_secs(123)),
        verified: Some(true),
        power: Some(PowerState::On),
        consolidation_needed: false,
        snapshot: None,
        quiesced: None,
        left: Some(3),
        twice: false,
        recovered: false,
        can_power_on: false,
    }
}

fn reverted(power: PowerState) -> Facts {
    Facts { power: Some(power), can_power_on: power == PowerState::Off, ..facts() }
}

/// Asked by @alice, approved by @carol.
fn done(wish: Wish, facts: Facts) -> Request {
    Request {
        approval: Some(need(1, false)),
        approvals: vec![yes("carol", ago(130))],
        ..request(&survey("web-01"), wish, State::Done { facts })
    }
}

fn takes() -> Vec<Sample> {
    let taken = |survey: &Survey, wish: Wish, change: &dyn Fn(&mut Facts)| {
        let mut facts =
            Facts { took: Some(SignedDuration::from_secs(41)), snapshot: Some(moref(4)), left: Some(4), ..facts() };
        change(&mut facts);
        request(survey, wish, State::Done { facts })
    };
    let no_tools = Survey { tools: ToolsState::NotRunning, devices: vec![independent_disk()], ..survey("legacy-01") };
    let missing = Survey { tools_installed: false, tools: ToolsState::NotRunning, ..survey("legacy-01") };
    let mut unable = survey("legacy-01");
    unable.capability.quiesced = false;
    let suspended = Survey { power: PowerState::Suspended, ..survey("web-01") };
    let mut without = suspended.clone();
    without.capability.memory = false;
    without.capability.suspended_disk_only = true;
    let mut troubled = Survey { reverts_at_power_off: true, ..survey("web-01") };
    let mut nodes = troubled.tree.nodes().to_vec();
    nodes[2].name = "VEEAM BACKUP TEMPORARY SNAPSHOT".to_owned();
    troubled.tree = SnapshotTree::new(nodes, Some(moref(3)));
    troubled.devices = vec![AwkwardDevice { kind: AwkwardKind::NonPersistentDisk, ..independent_disk() }];
    troubled.datastores[0].free = 3 * GB;
    let off = Survey { power: PowerState::Off, ..survey("cold-01") };
    let deep = Survey { tree: long_chain(12), ..survey("deep-01") };
    let kept = Wish::Take {
        name: "before upgrade".to_owned(),
        description: None,
        mode: Mode::Auto,
        until: Some(at("2026-11-25T13:05:00Z")),
    };
    let quiesced = |yes: bool| move |facts: &mut Facts| facts.quiesced = Some(yes);
    vec![
        Sample::posted("quiesced", taken(&survey("db-01"), take(Mode::Auto), &quiesced(true))),
        Sample::posted("not quiesced", taken(&survey("db-01"), take(Mode::Auto), &quiesced(false))),
        Sample::posted("to be kept", taken(&survey("db-01"), kept, &quiesced(true))),
        Sample::posted("disks as asked", taken(&survey("db-01"), take(Mode::Disk), &|_| {})),
        Sample::posted("with memory", taken(&survey("db-01"), take(Mode::Memory), &|_| {})),
        Sample::posted("no Tools, independent disk", taken(&no_tools, take(Mode::Auto), &|_| {})),
        Sample::posted("Tools not installed", taken(&missing, take(Mode::Auto), &|_| {})),
        Sample::posted("cannot be quiesced", taken(&unable, take(Mode::Auto), &|_| {})),
        Sample::posted("suspended", taken(&suspended, take(Mode::Auto), &|_| {})),
        Sample::posted("suspended, without memory", taken(&without, take(Mode::Auto), &|_| {})),
        Sample::posted("all that is to be known of it", taken(&troubled, take(Mode::Auto), &quiesced(true))),
        Sample::posted("of a VM that is off", taken(&off, take(Mode::Auto), &|_| {})),
        Sample::posted("on a long chain", taken(&deep, take(Mode::Auto), &quiesced(true))),
        Sample::posted(
            "disks need consolidation",
            taken(&survey("db-01"), take(Mode::Disk), &|facts| facts.consolidation_needed = true),
        ),
        Sample::posted(
            "tried again, and ran both times",
            taken(&survey("db-01"), take(Mode::Disk), &|facts| facts.twice = true),
        ),
        Sample::posted(
            "found by its traces",
            taken(&survey("db-01"), take(Mode::Disk), &|facts| facts.recovered = true),
        ),
    ]
}

fn reverts() -> Vec<Sample> {
    let mut before_off = done(back_to(2), reverted(PowerState::Off));
    before_off.plan.as_mut().unwrap().price.power_now = PowerState::Off;
    let mut running = survey("web-01");
    let mut nodes = running.tree.nodes().to_vec();
    nodes[1].power = PowerState::On;
    running.tree = SnapshotTree::new(nodes, Some(moref(3)));
    running.with_memory = vec![moref(2)];
    let stay_off = Wish::Revert { snapshot: moref(2), stay_off: true };
    let with_memory = |wish: Wish, power: PowerState| request(&running, wish, State::Done { facts: reverted(power) });
    let mut suspended = done(back_to(2), reverted(PowerState::Suspended));
    suspended.plan.as_mut().unwrap().price.power_after = Some(PowerState::Suspended);
    let forgetful = Survey { power: PowerState::Off, reverts_at_power_off: true, ..survey("web-01") };
    let may_not = Facts { can_power_on: false, ..reverted(PowerState::Off) };
    vec![
        Sample::posted("off now", done(back_to(2), reverted(PowerState::Off))),
        Sample::posted("off now, and the bot may not power it on", done(back_to(2), may_not)),
        Sample::posted("off as before", before_off),
        Sample::posted("runs again, out of memory", with_memory(back_to(2), PowerState::On)),
        Sample::posted("left off as asked", with_memory(stay_off, PowerState::Suspended)),
        Sample::posted("suspended", suspended),
        Sample::posted("somebody powered it on meanwhile", done(back_to(2), reverted(PowerState::On))),
        Sample::posted("it did not go on running", with_memory(back_to(2), PowerState::Off)),
        Sample::posted(
            "powered on, and it goes back when it is powered off",
            request(&forgetful, Wish::PowerOn, State::Done { facts: facts() }),
        ),
        Sample::posted("to the latest", done(Wish::RevertLatest { stay_off: false }, reverted(PowerState::Off))),
    ]
}

fn deletions() -> Vec<Sample> {
    let of = |count: u32, left: usize, consolidation_needed: bool, wish: Wish| {
        let survey = Survey {
            tree: long_chain(count),
            snapshot_bytes: (1..=count).map(|number| (moref(number), 14_000_000_000)).collect(),
            bytes_since_current: Some(13_000_000_000),
            ..survey("db-01")
        };
        let facts = Facts { left: Some(left), consolidation_needed, ..facts() };
        Request {
            approvals: vec![yes("bob", ago(700)), yes("carol", ago(600))],
            ..request(&survey, wish, State::Done { facts })
        }
    };
    vec![
        Sample::posted("one", of(3, 2, false, delete(2, false))),
        Sample::posted("with children: none below", of(3, 2, false, delete(3, true))),
        Sample::posted("with children: some below", of(3, 1, false, delete(2, true))),
        Sample::posted("all: 1", of(1, 0, false, Wish::DeleteAll)),
        Sample::posted("all: 3, consolidation needed", of(3, 0, true, Wish::DeleteAll)),
    ]
}

/// vCenter says it is done, and that is not the whole story.
fn doubts() -> Vec<Sample> {
    let with = |change: &dyn Fn(&mut Facts)| {
        let mut facts = reverted(PowerState::On);
        change(&mut facts);
        done(back_to(2), facts)
    };
    vec![
        Sample::posted(
            "the VM was not read",
            with(&|facts| {
                facts.verified = None;
                facts.power = None;
                facts.left = None;
            }),
        ),
        Sample::posted("the VM does not look like it", with(&|facts| facts.verified = Some(false))),
        Sample::posted("a lost answer", with(&|facts| facts.recovered = true)),
    ]
}

fn failed(failure: Failure, facts: Option<Facts>) -> State {
    State::Failed { failure, facts, at: now() }
}

fn fault(kind: FaultKind, name: &str, message: &str) -> Failure {
    Failure::Fault(Fault { kind, name: name.to_owned(), message: message.to_owned() })
}

/// Every failure, and what is left after one.
fn failures() -> Vec<Sample> {
    let other =
        || fault(FaultKind::Other, "SystemError", "A general system error occurred: vim.fault.GenericVmConfigFault");
    let all = [
        other(),
        Failure::Unreachable("connection refused".to_owned()),
        Failure::StillBusy,
        Failure::DidNotRun("bob".into()),
        Failure::EndUnknown,
    ];
    variants::assert_all(variants::FAILURES, all.iter().map(variants::failure));
    let mut samples: Vec<Sample> = all
        .into_iter()
        .map(|failure| {
            let what = variants::failure(&failure);
            let read = matches!(failure, Failure::EndUnknown).then(|| Facts { verified: Some(false), ..facts() });
            Sample::posted(what, request(&survey("web-01"), back_to(2), failed(failure, read)))
        })
        .collect();
    let after = |left: usize, change: &dyn Fn(&mut Facts)| {
        let mut facts = Facts { verified: Some(false), left: Some(left), ..facts() };
        change(&mut facts);
        request(&survey("db-01"), Wish::DeleteAll, failed(other(), Some(facts)))
    };
    samples.push(Sample::posted("none left", after(0, &|_| {})));
    samples.push(Sample::posted("one left", after(1, &|_| {})));
    samples.push(Sample::posted("two left, consolidation needed", after(2, &|it| it.consolidation_needed = true)));
    samples.push(Sample::posted(
        "done all the same",
        after(0, &|it| {
            it.verified = Some(true);
            it.consolidation_needed = true;
        }),
    ));
    let revert = |change: &dyn Fn(&mut Facts), failure: Failure| {
        let mut facts = Facts { verified: Some(false), ..facts() };
        change(&mut facts);
        request(&survey("web-01"), back_to(2), failed(failure, Some(facts)))
    };
    samples
        .push(Sample::posted("a revert that left the VM off", revert(&|it| it.power = Some(PowerState::Off), other())));
    samples.push(Sample::posted(
        "the task is forgotten and the VM cannot be read",
        revert(
            &|it| {
                it.verified = None;
                it.power = None;
                it.left = None;
            },
            fault(FaultKind::NotFound, "ManagedObjectNotFound", ""),
        ),
    ));
    samples
}

/// Every kind of fault as vCenter words it.
fn faults() -> Vec<Sample> {
    use FaultKind as Kind;
    let all = [
        (
            Kind::TaskInProgress,
            "TaskInProgress",
            "The operation cannot be allowed at the moment because another task is in progress.",
        ),
        (
            Kind::InvalidPowerState,
            "InvalidPowerState",
            "The attempted operation cannot be performed in the current state (Powered off).",
        ),
        (
            Kind::InvalidState,
            "HostNotConnected",
            "Unable to communicate with the remote host, since it is disconnected.",
        ),
        (
            Kind::Quiesce,
            "ApplicationQuiesceFault",
            "An error occurred while quiescing the virtual machine. See the virtual machine's event log for details.",
        ),
        (
            Kind::MemoryOnIndependentDisk,
            "MemorySnapshotOnIndependentDisk",
            "Cannot take a memory snapshot, since the virtual machine is configured with independent disks.",
        ),
        (
            Kind::IncompatibleDevice,
            "SnapshotIncompatibleDeviceInVm",
            "Snapshot not allowed with the device 'PCI device 0'",
        ),
        (Kind::TooManySnapshots, "TooManySnapshotLevels", "The maximum number of snapshots has been reached"),
        (Kind::SnapshotsDisabled, "SnapshotLocked", "The current snapshot is locked"),
        (Kind::NoChange, "SnapshotNoChange", ""),
        (Kind::NoDiskSpace, "NoDiskSpace", "Insufficient disk space on datastore 'nvme-01'."),
        (Kind::FileLocked, "FileLocked", "Unable to access file [nvme-01] web-01/web-01.vmdk since it is locked"),
        (Kind::Damaged, "InvalidSnapshotFormat", "The snapshot file format is invalid"),
        (
            Kind::InsufficientResources,
            "InsufficientMemoryResourcesFault",
            "The available memory resources in the parent resource pool are insufficient for the operation.",
        ),
        (Kind::NotSupported, "RestrictedVersion", "The operation is not allowed by the current license."),
        (
            Kind::NotFound,
            "ManagedObjectNotFound",
            "The object 'vim.vm.Snapshot:snapshot-2' has already been deleted or has not been completely created",
        ),
        (Kind::NoPermission, "NoPermission", "Permission to perform this operation was denied."),
        (Kind::Cancelled, "RequestCanceled", "The task was canceled by a user."),
        (Kind::InvalidArgument, "InvalidName", "The name 'x' is invalid"),
        (Kind::NotAuthenticated, "NotAuthenticated", "The session is not authenticated."),
        (Kind::InvalidLogin, "InvalidLogin", "Cannot complete login due to an incorrect user name or password."),
        (Kind::UnknownMethod, "MethodNotFound", "Unable to resolve WSDL method name CreateSnapshotEx_Task"),
        (Kind::Other, "SystemError", "A general system error occurred: Connection refused"),
        (Kind::Other, "GenericVmConfigFault", ""),
    ];
    variants::assert_all(variants::FAULT_KINDS, all.iter().map(|(kind, _, _)| variants::fault_kind(kind)));
    all.into_iter()
        .map(|(kind, name, message)| {
            let wish = match kind {
                Kind::Quiesce | Kind::NoChange | Kind::IncompatibleDevice | Kind::TooManySnapshots => take(Mode::Auto),
                Kind::MemoryOnIndependentDisk | Kind::InvalidArgument | Kind::UnknownMethod => take(Mode::Memory),
                Kind::NoDiskSpace | Kind::FileLocked | Kind::Damaged => Wish::DeleteAll,
                Kind::TaskInProgress
                | Kind::InvalidPowerState
                | Kind::InvalidState
                | Kind::SnapshotsDisabled
                | Kind::InsufficientResources
                | Kind::NotSupported
                | Kind::NotFound
                | Kind::NoPermission
                | Kind::Cancelled
                | Kind::NotAuthenticated
                | Kind::InvalidLogin
                | Kind::Other => back_to(2),
            };
            let state = failed(fault(kind, name, message), None);
            Sample::posted(name, request(&survey("web-01"), wish, state))
        })
        .collect()
}

fn cancelled() -> Vec<Sample> {
    let with = |wish: Wish, left: usize, consolidation_needed: bool| {
        let facts = Facts { left: Some(left), consolidation_needed, ..facts() };
        request(&survey("db-01"), wish, State::Cancelled { facts })
    };
    vec![
        Sample::posted("take", with(take(Mode::Auto), 3, false)),
        Sample::posted("revert", with(back_to(2), 3, false)),
        Sample::posted("delete-all", with(Wish::DeleteAll, 1, true)),
    ]
}

fn unsure() -> State {
    State::Unsure { since: ago(7), t0: ago(10), why: "connection reset by peer".to_owned(), again_at: now() }
}

fn needs_human() -> State {
    State::NeedsHuman { since: ago(60), t0: ago(95) }
}

/// Strangers' words in every place that is not a name.
fn hostile() -> Vec<Sample> {
    let words = |failure: Failure| request(&survey("web-01"), back_to(2), failed(failure, None));
    let denied = Request {
        state: State::Denied { by: HOSTILE.into(), reason: Some(HOSTILE.repeat(5)), at: now() },
        ..request(&survey("web-01"), back_to(2), State::Asked)
    };
    let renamed =
        Wish::Edit { snapshot: moref(2), name: Some(FOREIGN.to_owned()), description: Some(HOSTILE.to_owned()) };
    vec![
        Sample::posted("a fault", words(fault(FaultKind::Other, HOSTILE, HOSTILE))),
        Sample::posted("a denial", denied),
        Sample::posted("a person", words(Failure::DidNotRun(HOSTILE.into()))),
        Sample::posted("a new name", request(&survey("web-01"), renamed, State::Done { facts: facts() })),
    ]
}
