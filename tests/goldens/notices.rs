//! What only one person sees: every answer, and what clicking too late or too often is told.

use snapwarden::domain::authority::Refusal;
use snapwarden::domain::ids::RequestId;
use snapwarden::domain::intent::Verb;
use snapwarden::domain::marker::Hold;
use snapwarden::domain::notice::{ApprovalOutcome, Explained, MembersRead, Notice, Outcome, Terms};
use snapwarden::domain::policy::PolicyVerb;
use snapwarden::domain::snapshot_tree::{PowerState, SnapshotTree};

use super::requests::{FOREIGN, HOSTILE};
use super::world::{GB, ago, at, chain, freeze, groups, id, long_chain, moref, snapshot};
use super::{Golden, Sample, variants};

pub(super) fn goldens() -> Vec<Golden> {
    vec![
        Golden::all("reply-unknown", unknown()),
        Golden::all("reply-which", which()),
        Golden::all("reply-not-now", not_now()),
        Golden::all("reply-forbidden", forbidden()),
        Golden::all("reply-decisions", decisions()),
        Golden::all("reply-requests", requests()),
        Golden::all("reply-freeze", freezes()),
        Golden::all("reply-ticket", tickets()),
        Golden::all("reply-too-late", too_late()),
        Golden::all("reply-tree", trees()),
        Golden::all("reply-help", help()),
        Golden::all("reply-help-verbs", help_verbs()),
        Golden::all("reply-explain", explained()),
        Golden::all("reply-hostile", hostile()),
    ]
}

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn unknown() -> Vec<Sample> {
    let vm = |text: &str, nearest: &[&str]| Notice::UnknownVm {
        text: text.to_owned(),
        nearest: nearest.iter().map(|near| (*near).into()).collect(),
    };
    let snapshot = |nearest: &[&str]| Notice::UnknownSnapshot {
        vm: "web 01".into(),
        text: "before upgrad".to_owned(),
        nearest: words(nearest),
    };
    vec![
        Sample::told("VM, none near", vm("zzz", &[])),
        Sample::told("VM, one near", vm("web-1", &["web-01"])),
        Sample::told("VM, several near", vm("web-1", &["web-01", "web-02", "web-03"])),
        Sample::told("snapshot, none near", snapshot(&[])),
        Sample::told("snapshot, one near", snapshot(&["before upgrade"])),
        Sample::told("snapshot, two near", snapshot(&["before upgrade", "after upgrade"])),
        Sample::told("no snapshots at all", Notice::NoSnapshots { vm: "cold-01".into() }),
        Sample::told("person", Notice::UnknownPerson),
        Sample::told("request", Notice::NoRequest { request: id() }),
    ]
}

fn which() -> Vec<Sample> {
    let vm = |options: &[(&str, PowerState)]| Notice::WhichVm {
        text: "web-02".to_owned(),
        draft: id(),
        options: options.iter().map(|(path, power)| ((*path).into(), Some(*power))).collect(),
    };
    let snapshots = |text: Option<&str>, count: usize| Notice::WhichSnapshot {
        vm: "web-01".into(),
        text: text.map(str::to_owned),
        draft: id(),
        options: (1..=count).map(|number| (number, "before upgrade".to_owned(), ago(40_000 * number as i64))).collect(),
    };
    let three = [
        ("DC1/web/web-02", PowerState::On),
        ("DC1/test/web-02", PowerState::Off),
        ("DC2/web/web-02", PowerState::Suspended),
    ];
    vec![
        Sample::told("one VM", vm(&three[..1])),
        Sample::told("two VMs", vm(&three[..2])),
        Sample::told("three VMs", vm(&three)),
        Sample::told("two snapshots of one name", snapshots(Some("before upgrade"), 2)),
        Sample::told("any snapshot, three there", snapshots(None, 3)),
        Sample::told("any snapshot, one there", snapshots(None, 1)),
        Sample::told("more than can be shown", snapshots(None, 30)),
    ]
}

fn not_now() -> Vec<Sample> {
    vec![
        Sample::told(
            "vCenter away",
            Notice::VCenterAway { vcenter: "lab".into(), why: "connection refused".to_owned() },
        ),
        Sample::told("the VM is gone", Notice::VmGone { vm: "web-01".into() }),
        Sample::told(
            "the VM may not be read",
            Notice::NotReadable {
                vm: "web-01".into(),
                why: "NoPermission: snapshot of vm-12 cannot be read.".to_owned(),
            },
        ),
        Sample::told("starting", Notice::Starting),
        Sample::told("the store is down", Notice::StoreDown { why: "no space left on device".to_owned() }),
        Sample::told("the store does not know", Notice::StoreUnsure { why: "the answer was lost".to_owned() }),
        Sample::told("faster than anybody types", Notice::TooFast),
        Sample::told("too many open requests", Notice::TooManyOpen { count: 200 }),
        Sample::told("the line for a VM is full", Notice::LineFull { vm: "web-01".to_owned(), count: 50 }),
        Sample::told("the moment is over", Notice::KeepPast),
        Sample::told("too long", Notice::KeepTooLong { limit: jiff::SignedDuration::from_hours(24 * 30) }),
        Sample::told("a hold without a reason", Notice::HoldReasonNeeded),
        Sample::told("somebody else's hold", hold_of_other(true, &["administrators", "dba"])),
        Sample::told("somebody else's hold, which nobody else may take off", hold_of_other(true, &[])),
        Sample::told("the hold of somebody who is gone", hold_of_other(false, &["administrators"])),
        Sample::told("the hold of somebody who is gone, and nobody may", hold_of_other(false, &[])),
        Sample::told("the row is gone", Notice::RowGone { vm: "db-01".into(), snapshot: "before upgrade".to_owned() }),
        Sample::told("the row is out of date", row_changed(Some(at("2026-11-29T13:00:00Z")), Some(None))),
        Sample::told(
            "the row is out of date, and held for a time",
            row_changed(None, Some(Some(at("2026-12-01T08:00:00Z")))),
        ),
        Sample::told("the row is out of date, and free", row_changed(None, None)),
        Sample::told(
            "two VMs of that name",
            Notice::ManyVms {
                text: "web-02".to_owned(),
                paths: vec!["DC1/web/web-02".into(), "DC1/test/web-02".into()],
            },
        ),
        Sample::told(
            "nothing is old",
            Notice::NothingOlder {
                asker: "alice".into(),
                scope: "DC1/web".to_owned(),
                age: jiff::SignedDuration::from_hours(24 * 30),
                stays: Vec::new(),
            },
        ),
        Sample::told("no report", Notice::UnknownReport { name: "weekly".to_owned(), known: Vec::new() }),
        Sample::told(
            "another report",
            Notice::UnknownReport { name: "weekly".to_owned(), known: vec!["daily".to_owned(), "web".to_owned()] },
        ),
        Sample::told("the choice is gone", Notice::ChoiceGone),
        Sample::told("no button of ours", Notice::BadToken),
        Sample::told("an older card", Notice::StaleButton { request: id() }),
    ]
}

/// What is true now of a row's snapshot; the hold with its own end, if it has one.
fn row_changed(until: Option<jiff::Timestamp>, hold: Option<Option<jiff::Timestamp>>) -> Notice {
    let hold = hold.map(|until| Hold { by: "carol".into(), reason: "the audit needs it".to_owned(), until });
    Notice::RowChanged { vm: "db-01".into(), snapshot: "before upgrade".to_owned(), until, hold }
}

fn hold_of_other(known: bool, may: &[&str]) -> Notice {
    Notice::HoldOfOther {
        vm: "crm-01".into(),
        snapshot: "before the audit".to_owned(),
        hold: super::requests::carols(None),
        known,
        groups: groups(may),
    }
}

fn forbidden() -> Vec<Sample> {
    let no = |verb: PolicyVerb, own: &[&str], deny: Option<&str>, holders: &[&str]| Notice::Forbidden {
        verb,
        vm: "prod-01".into(),
        groups: groups(own),
        deny: deny.map(str::to_owned),
        holders: groups(holders),
    };
    let mut samples: Vec<Sample> = PolicyVerb::ALL
        .into_iter()
        // Who may release somebody else's hold is told by `Notice::HoldOfOther`.
        .filter(|right| *right != PolicyVerb::ReleaseAny)
        .map(|verb| Sample::told(verb.name(), no(verb, &["team-web"], None, &["platform"])))
        .collect();
    let revert = PolicyVerb::Revert;
    let rule = "[[deny]] at snapwarden.toml:41";
    samples.extend([
        Sample::told("in several groups", no(revert, &["team-web", "dba", "ops"], None, &["platform", "sre"])),
        Sample::told("in no group", no(revert, &[], None, &["platform"])),
        Sample::told("a deny rule", no(revert, &["team-web"], Some(rule), &["platform"])),
        Sample::told("a deny rule without a name", no(revert, &["team-web"], Some(""), &[])),
        Sample::told("nobody may", no(revert, &["team-web"], None, &[])),
        Sample::told(
            "tags unknown",
            Notice::TagsUnknown {
                verb: PolicyVerb::Revert,
                vm: "prod-01".into(),
                rule: Some("[[deny]] at snapwarden.toml:41".to_owned()),
            },
        ),
        Sample::told(
            "tags unknown, by a rule without a place",
            Notice::TagsUnknown { verb: PolicyVerb::Take, vm: "prod-01".into(), rule: None },
        ),
        Sample::told(
            "members unknown",
            Notice::NotPermitted {
                person: "alice".into(),
                verb: PolicyVerb::Revert,
                vm: "prod-01".into(),
                refusal: Refusal::MembersUnknown { groups: groups(&["team-web"]) },
            },
        ),
        Sample::told("no approval rule", Notice::NoApproverRule { verb: PolicyVerb::DeleteAll, vm: "prod-01".into() }),
    ]);
    samples
}

fn decisions() -> Vec<Sample> {
    let asker = || "alice".into();
    vec![
        Sample::told("not an approver", Notice::NotApprover { groups: groups(&["approvers"]) }),
        Sample::told(
            "not an approver, of several groups",
            Notice::NotApprover { groups: groups(&["approvers", "platform"]) },
        ),
        Sample::told("not known whether an approver", Notice::GroupsUnknown { groups: groups(&["approvers"]) }),
        Sample::told("one's own", Notice::OwnRequest),
        Sample::told("approved before", Notice::AlreadyApproved),
        Sample::told("asked anew before", Notice::AskedAlready { request: Some(id()) }),
        Sample::told("asked anew just now", Notice::AskedAlready { request: None }),
        Sample::told("somebody else's to take back", Notice::NotYours { request: id(), asker: asker() }),
    ]
}

fn freezes() -> Vec<Sample> {
    let administrators = |names: &[&str]| Notice::NotAdministrator { groups: groups(names) };
    let breakers = |names: &[&str]| Notice::NotBreaker { groups: groups(names) };
    let explained = Explained {
        person: "alice".into(),
        groups: groups(&["team-web"]),
        verb: PolicyVerb::Take.name(),
        vm: "web-01".into(),
        outcome: Outcome::Allowed("[[grant]] at snapwarden.toml:21".to_owned()),
        members_read: Vec::new(),
        holders: groups(&["team-web"]),
        approval: ApprovalOutcome::No,
        terms: Terms::default(),
    };
    vec![
        Sample::told("a change while it is frozen", Notice::Frozen { freeze: freeze() }),
        Sample::told("frozen now", Notice::FrozenNow { under_way: Vec::new() }),
        Sample::told(
            "frozen now, with a call under way",
            Notice::FrozenNow { under_way: vec![(id(), "web-01".into())] },
        ),
        Sample::told("unfrozen now", Notice::UnfrozenNow),
        Sample::told("not frozen", Notice::NotFrozen),
        Sample::told("no administrator", administrators(&["administrators", "platform"])),
        Sample::told("no administrators at all", administrators(&[])),
        Sample::told("nobody who may do without", breakers(&["oncall"])),
        Sample::told("no break-glass at all", breakers(&[])),
        Sample::told("a glass broken without a reason", Notice::ReasonNeeded),
        Sample::told("nothing open, while it is frozen", Notice::NothingOpen).while_frozen(),
        Sample::told("explained, while it is frozen", Notice::Explained(explained)).while_frozen(),
    ]
}

fn tickets() -> Vec<Sample> {
    let needed = |given: Option<&str>| Notice::TicketNeeded {
        verb: PolicyVerb::DeleteAll,
        vm: "prod-01".into(),
        pattern: "CHG*".to_owned(),
        given: given.map(str::to_owned),
        draft: id(),
    };
    vec![Sample::told("missing", needed(None)), Sample::told("of another form", needed(Some("INC0001")))]
}

fn requests() -> Vec<Sample> {
    let row =
        |id: &str, verb: Verb, vm: &str, state: &'static str| (RequestId::parse(id).unwrap(), verb, vm.into(), state);
    vec![
        Sample::told("none open", Notice::NothingOpen),
        Sample::told(
            "one open",
            Notice::Open { rows: vec![row("R-7KQ2", Verb::Revert, "web-01", "awaiting_approval")] },
        ),
        Sample::told(
            "every verb and open state",
            Notice::Open {
                rows: vec![
                    row("R-2222", Verb::Take, "web-01", "asked"),
                    row("R-3333", Verb::Revert, "web-01", "awaiting_approval"),
                    row("R-4444", Verb::RevertLatest, "web-02", "queued"),
                    row("R-5555", Verb::Delete, "db-01", "starting"),
                    row("R-6666", Verb::DeleteAll, "db-01", "running"),
                    row("R-7777", Verb::Consolidate, "needs-consolidation-01", "unsure"),
                    row("R-8888", Verb::Edit, "db-01", "needs_human"),
                    row("R-9999", Verb::PowerOn, "cold-01", "running"),
                ],
            },
        ),
        Sample::told("cannot be cancelled", Notice::NotCancelable { request: id() }),
        Sample::told("being cancelled", Notice::Cancelling { request: id() }),
        Sample::told("being stopped", Notice::Stopping { request: id() }),
        Sample::told("taken back", Notice::Withdrawn { request: id() }),
    ]
}

/// Every state in which something comes too late.
fn too_late() -> Vec<Sample> {
    let states = [
        "asked",
        "queued",
        "awaiting_approval",
        "starting",
        "running",
        "done",
        "failed",
        "cancelled",
        "refused",
        "denied",
        "expired",
        "stale",
        "withdrawn",
        "unsure",
        "needs_human",
    ];
    let mut samples = Vec::new();
    for state in states {
        samples.push(Sample::told(format!("a click, {state}"), Notice::TooLate { request: id(), state }));
    }
    // What runs can be cancelled, or is told that vCenter does not allow it.
    for state in states.into_iter().filter(|state| !["starting", "running"].contains(state)) {
        samples.push(Sample::told(format!("to cancel, {state}"), Notice::NotRunning { request: id(), state }));
    }
    // What waits can be taken back.
    for state in states.into_iter().filter(|state| !["asked", "queued", "awaiting_approval"].contains(state)) {
        samples.push(Sample::told(format!("to withdraw, {state}"), Notice::NotWaiting { request: id(), state }));
    }
    samples
}

fn trees() -> Vec<Sample> {
    let tree = |tree: SnapshotTree, power: PowerState, tools: bool, consolidation_needed: bool| Notice::Tree {
        vm: "web-01".into(),
        path: "DC1/web/web-01".to_owned(),
        power: Some(power),
        past: None,
        tools,
        consolidation_needed,
        bytes: [(moref(1), 20 * GB), (moref(2), 3_100_000_000)].into(),
        with_memory: vec![moref(2)],
        tree,
    };
    let mut described = chain().nodes().to_vec();
    described[0].description = "Golden image of the web team, see the wiki.\nDo not delete. ".repeat(3);
    described[1].quiesced = true;
    let one = vec![snapshot(1, None, "clean install", "2026-11-22T12:03:00Z", Some("bob"))];
    let branches = vec![
        snapshot(1, None, "base", "2026-11-01T08:00:00Z", None),
        snapshot(2, Some(1), "try A", "2026-11-02T08:00:00Z", Some("bob")),
        snapshot(4, Some(2), "try A again", "2026-11-04T08:00:00Z", Some("bob")),
        snapshot(3, Some(1), "try B", "2026-11-03T08:00:00Z", None),
        snapshot(5, None, "another root", "2026-11-05T08:00:00Z", None),
    ];
    let on = PowerState::On;
    vec![
        Sample::told("a chain", tree(SnapshotTree::new(described, Some(moref(3))), on, true, false)),
        Sample::told("one, and no Tools", tree(SnapshotTree::new(one, Some(moref(1))), on, false, false)),
        Sample::told(
            "branches, on the first, disks to consolidate",
            tree(SnapshotTree::new(branches.clone(), Some(moref(2))), PowerState::Off, false, true),
        ),
        Sample::told(
            "branches, on the root",
            tree(SnapshotTree::new(branches.clone(), Some(moref(1))), on, true, false),
        ),
        Sample::told("branches, nowhere", tree(SnapshotTree::new(branches, None), on, true, false)),
        Sample::told("none", tree(SnapshotTree::default(), PowerState::Suspended, false, false)),
        Sample::told("thirty", tree(long_chain(30), on, true, false)),
    ]
}

fn help() -> Vec<Sample> {
    let all = |mine: &[Verb]| Notice::Help { verb: None, mine: mine.to_vec() };
    let everybody = [Verb::Help, Verb::Status, Verb::Withdraw, Verb::Explain];
    vec![
        Sample::told("everything", all(&Verb::ALL)),
        Sample::told("some", all(&[&everybody[..], &[Verb::Take, Verb::List, Verb::Edit]].concat())),
        Sample::told("nothing", all(&everybody)),
    ]
}

fn help_verbs() -> Vec<Sample> {
    let one = |verb: Verb| {
        let notice = Notice::Help { verb: Some(verb), mine: Verb::ALL.to_vec() };
        Sample::told(verb.as_str(), notice)
    };
    Verb::ALL.into_iter().map(one).collect()
}

fn explained() -> Vec<Sample> {
    let grant = || "[[grant]] at snapwarden.toml:21".to_owned();
    let of = |verb: PolicyVerb, own: &[&str], outcome: Outcome, approval: ApprovalOutcome| Explained {
        person: "alice".into(),
        groups: groups(own),
        verb: verb.name(),
        vm: "prod-01".into(),
        outcome,
        members_read: Vec::new(),
        holders: groups(&["platform", "administrators"]),
        approval,
        terms: Terms::default(),
    };
    let outcome = Outcome::GroupsUnknown { groups: groups(&["platform"]), rule: grant() };
    let members = |at: Option<&str>| {
        vec![MembersRead { group: "platform".into(), at: at.map(|at| at.parse().expect("a moment")) }]
    };
    let unknown =
        Explained { members_read: members(None), ..of(PolicyVerb::Take, &["team-web"], outcome, ApprovalOutcome::No) };
    let read = Explained {
        members_read: members(Some("2026-11-22T14:02:00Z")),
        ..of(PolicyVerb::Take, &["platform"], Outcome::Allowed(grant()), ApprovalOutcome::No)
    };
    let needs = |count: u8, names: &[&str]| ApprovalOutcome::Yes {
        count,
        groups: groups(names),
        rule: "[[approval]] at snapwarden.toml:33".to_owned(),
    };
    let team = ["team-web"];
    let all = [
        ("yes, freely", of(PolicyVerb::Take, &team, Outcome::Allowed(grant()), ApprovalOutcome::No)),
        ("yes, with one approval", of(PolicyVerb::Revert, &team, Outcome::Allowed(grant()), needs(1, &["approvers"]))),
        (
            "yes, with two approvals",
            of(PolicyVerb::DeleteAll, &team, Outcome::Allowed(grant()), needs(2, &["approvers", "platform"])),
        ),
        (
            "yes, but nobody could approve",
            of(PolicyVerb::DeleteWithChildren, &team, Outcome::Allowed(grant()), ApprovalOutcome::Missing),
        ),
        (
            "denied",
            of(
                PolicyVerb::PowerOn,
                &team,
                Outcome::Denied("[[deny]] at snapwarden.toml:41".to_owned()),
                ApprovalOutcome::No,
            ),
        ),
        ("no rule", of(PolicyVerb::List, &team, Outcome::NoRule, ApprovalOutcome::No)),
        ("no group", of(PolicyVerb::Edit, &[], Outcome::NoRule, ApprovalOutcome::No)),
        (
            "tags unknown",
            of(
                PolicyVerb::Take,
                &team,
                Outcome::TagsUnknown("[[deny]] at snapwarden.toml:41".to_owned()),
                ApprovalOutcome::No,
            ),
        ),
        ("group unknown", unknown),
        ("members of a group", read),
        ("nobody", of(PolicyVerb::Cancel, &[], Outcome::UnknownPerson, ApprovalOutcome::No)),
    ];
    variants::assert_all(variants::OUTCOMES, all.iter().map(|(_, one)| variants::outcome(&one.outcome)));
    variants::assert_all(variants::APPROVALS, all.iter().map(|(_, one)| variants::approval(&one.approval)));
    let mut samples: Vec<Sample> =
        all.into_iter().map(|(what, one)| Sample::told(what, Notice::Explained(one))).collect();
    let alone =
        Explained { holders: Vec::new(), ..of(PolicyVerb::Consolidate, &team, Outcome::NoRule, ApprovalOutcome::No) };
    samples.push(Sample::told("no rule for anybody", Notice::Explained(alone)));
    let terms = Terms {
        ticket: Some("CHG*".to_owned()),
        self_approval: true,
        break_glass: groups(&["oncall", "administrators"]),
        safety: true,
    };
    let all = of(PolicyVerb::Revert, &team, Outcome::Allowed(grant()), needs(1, &["approvers"]));
    samples
        .push(Sample::told("yes, with everything that a rule can say", Notice::Explained(Explained { terms, ..all })));
    samples
}

fn hostile() -> Vec<Sample> {
    let node = |number: u32, parent: Option<u32>, name: &str| {
        let mut node = snapshot(number, parent, name, "2026-11-20T08:12:00Z", Some(HOSTILE));
        node.description = format!("{HOSTILE}\n{}", node.description);
        node
    };
    let tree = SnapshotTree::new(vec![node(1, None, HOSTILE), node(2, Some(1), FOREIGN)], Some(moref(2)));
    let hostile = || HOSTILE.to_owned();
    vec![
        Sample::told(
            "unknown VM",
            Notice::UnknownVm { text: hostile(), nearest: vec![hostile().as_str().into(), FOREIGN.into()] },
        ),
        Sample::told(
            "unknown snapshot",
            Notice::UnknownSnapshot { vm: hostile().as_str().into(), text: hostile(), nearest: vec![hostile()] },
        ),
        Sample::told("no snapshots", Notice::NoSnapshots { vm: hostile().as_str().into() }),
        Sample::told(
            "which VM",
            Notice::WhichVm {
                text: hostile(),
                draft: id(),
                options: vec![(hostile().as_str().into(), Some(PowerState::On)), (FOREIGN.into(), None)],
            },
        ),
        Sample::told(
            "which snapshot",
            Notice::WhichSnapshot {
                vm: hostile().as_str().into(),
                text: Some(hostile()),
                draft: id(),
                options: vec![(1, hostile(), ago(60)), (2, FOREIGN.to_owned(), ago(61))],
            },
        ),
        Sample::told(
            "forbidden",
            Notice::Forbidden {
                verb: PolicyVerb::Revert,
                vm: hostile().as_str().into(),
                groups: groups(&[HOSTILE]),
                deny: Some(hostile()),
                holders: groups(&[HOSTILE]),
            },
        ),
        Sample::told("vCenter away", Notice::VCenterAway { vcenter: HOSTILE.into(), why: HOSTILE.repeat(20) }),
        Sample::told(
            "a tree",
            Notice::Tree {
                vm: hostile().as_str().into(),
                path: hostile(),
                power: Some(PowerState::On),
                past: None,
                tools: true,
                consolidation_needed: false,
                tree,
                bytes: [].into(),
                with_memory: Vec::new(),
            },
        ),
    ]
}
