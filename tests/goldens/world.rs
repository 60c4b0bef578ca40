//! The world that the samples are about: one Sunday afternoon in Paris, a few people, and the VMs of the demo.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use snapwarden::domain::freeze::Freeze;
use snapwarden::domain::ids::{Group, InstanceUuid, Moref, PersonId, RequestId, Target, VmRef};
use snapwarden::domain::intent::Verb;
use snapwarden::domain::inventory::ToolsState;
use snapwarden::domain::marker::{Marker, describe};
use snapwarden::domain::preflight::{Plan, Rules, Verdict, judge};
use snapwarden::domain::request::{Approval, ApprovalNeed, Request, State, Subject, Wish};
use snapwarden::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use snapwarden::domain::survey::{
    AwkwardDevice, AwkwardKind, Capability, Connection, DatastoreSpace, Survey, VirtualDisk,
};
use snapwarden::domain::token::TokenKey;
use snapwarden::message::cards::View;
use snapwarden::message::format::Format;
use snapwarden::message::words::Locale;

/// A gigabyte, as sizes are told.
pub(super) const GB: u64 = 1_000_000_000;

/// Sunday 22 November 2026, 14:04 in Paris.
pub(super) fn now() -> Timestamp {
    at("2026-11-22T13:04:00Z")
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// So many seconds before now.
pub(super) fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

pub(super) fn id() -> RequestId {
    RequestId::parse("R-7KQ2").unwrap()
}

pub(super) fn groups(names: &[&str]) -> Vec<Group> {
    names.iter().map(|name| Group::new(*name)).collect()
}

/// Shows something to a reader in a language.
pub(super) fn view<T>(locale: Locale, freeze: Option<&Freeze>, show: impl FnOnce(&View<'_>) -> T) -> T {
    let holders = |verb: Verb, target: &Target| {
        if verb == Verb::Cancel {
            groups(&["administrators"])
        } else if target.name == "prod-01" {
            groups(&["platform"])
        } else {
            groups(&["team-web", "administrators"])
        }
    };
    show(&View {
        format: Format { locale, tz: TimeZone::get("Europe/Paris").unwrap(), now: now() },
        tokens: &TokenKey::new([7; 32]),
        holders: &holders,
        freeze,
        several_vcenters: false,
        has_double: &|_| false,
        lost: &|_| None,
    })
}

/// A VM of the demo.
pub(super) fn target(name: &str) -> Target {
    Target {
        vm: VmRef { vcenter: "lab".into(), moref: "vm-42".into() },
        instance_uuid: Some(InstanceUuid::new("50226ec5-5d1f-37b5-a6a3-3f1d5e6f7a8b")),
        name: name.to_owned(),
        path: format!("DC1/web/{name}"),
        tags: None,
    }
}

/// A snapshot `snapshot-N` with a parent, as somebody took it through the bot.
pub(super) fn snapshot(number: u32, parent: Option<u32>, name: &str, created: &str, by: Option<&str>) -> Snapshot {
    let description = by.map(|by| {
        let marker = Marker {
            request: RequestId::from_bits(number),
            attempt: 1,
            by: PersonId::new(by),
            ok: Vec::new(),
            glass: None,
            until: None,
        };
        describe(None, &marker)
    });
    Snapshot {
        moref: moref(number),
        parent: parent.map(moref),
        name: name.to_owned(),
        description: description.unwrap_or_default(),
        created: at(created),
        power: PowerState::Off,
        quiesced: false,
    }
}

pub(super) fn moref(number: u32) -> Moref {
    Moref::new(format!("snapshot-{number}"))
}

/// Three snapshots in a chain; the VM stands on the last.
pub(super) fn chain() -> SnapshotTree {
    SnapshotTree::new(
        vec![
            snapshot(1, None, "clean install", "2026-10-13T07:00:00Z", None),
            snapshot(2, Some(1), "before upgrade", "2026-11-20T08:12:00Z", Some("bob")),
            snapshot(3, Some(2), "after upgrade", "2026-11-21T16:30:00Z", Some("alice")),
        ],
        Some(moref(3)),
    )
}

/// A tree of this many snapshots in one chain.
pub(super) fn long_chain(count: u32) -> SnapshotTree {
    let created = |number: u32| (at("2026-11-10T08:00:00Z") + SignedDuration::from_hours(number.into())).to_string();
    let node = |number: u32| {
        let parent = (number > 1).then(|| number - 1);
        snapshot(number, parent, &format!("step {number:02}"), &created(number), None)
    };
    SnapshotTree::new((1..=count).map(node).collect(), Some(moref(count)))
}

/// A VM that runs, with VMware Tools and three snapshots.
pub(super) fn survey(name: &str) -> Survey {
    let gb = |tenths: u64| tenths * GB / 10;
    Survey {
        server_time: now(),
        ahead: SignedDuration::ZERO,
        name: name.to_owned(),
        instance_uuid: target(name).instance_uuid,
        power: PowerState::On,
        connection: Connection::Connected,
        tools: ToolsState::Running,
        tools_installed: true,
        fault_tolerant: false,
        template: false,
        guest_id: Some("ubuntu64Guest".to_owned()),
        snapshot_locked: false,
        reverts_at_power_off: false,
        consolidation_needed: false,
        capability: Capability::default(),
        devices: Vec::new(),
        disabled_methods: Vec::new(),
        running_tasks: Vec::new(),
        tree: chain(),
        snapshot_bytes: [(moref(1), gb(200)), (moref(2), gb(31)), (moref(3), gb(29))].into(),
        with_memory: Vec::new(),
        bytes_since_current: Some(gb(5)),
        loose_bytes: Some(gb(5)),
        memory_bytes: Some(8 * GB),
        disks: vec![VirtualDisk { datastore: "datastore-01".to_owned(), capacity: 100 * GB, independent: false }],
        working_datastore: Some("datastore-01".to_owned()),
        datastores: vec![DatastoreSpace { name: "datastore-01".to_owned(), free: 4_000 * GB, capacity: 40_000 * GB }],
    }
}

/// A disk that no snapshot rolls back.
pub(super) fn independent_disk() -> AwkwardDevice {
    AwkwardDevice { label: "Hard disk 2".to_owned(), file: "data.vmdk".to_owned(), kind: AwkwardKind::IndependentDisk }
}

/// A request that was just asked, with a plan if preflight makes one.
pub(super) fn request(survey: &Survey, wish: Wish, state: State) -> Request {
    let target = target(&survey.name);
    let plan = plan(&target, &wish, survey);
    Request { plan: Some(plan), subject: Subject::Vm(target), wish, state, ..unplanned() }
}

/// A request about which nothing was read yet.
pub(super) fn unplanned() -> Request {
    Request {
        id: id(),
        seq: 1,
        asker: "alice".into(),
        account: "console/alice".into(),
        channel: "console:ops".into(),
        locale: "en".to_owned(),
        subject: Subject::Vm(target("web-01")),
        wish: back_to(2),
        ticket: None,
        asked_at: ago(60),
        approval: None,
        approvals: Vec::new(),
        break_glass: None,
        struck: Vec::new(),
        origin: None,
        safety: None,
        plan: None,
        waiting_since: None,
        attempts: 0,
        state: State::Asked,
    }
}

/// Somebody of @approvers has to say yes, and not the one who asked.
pub(super) fn need(needed: u8, self_approval: bool) -> ApprovalNeed {
    ApprovalNeed {
        approvers: groups(&["approvers"]),
        needed,
        expires: SignedDuration::from_mins(30),
        self_approval,
        break_glass: Vec::new(),
    }
}

/// Everything is frozen since two hours ago.
pub(super) fn freeze() -> Freeze {
    Freeze {
        by: "carol".into(),
        account: "console/carol".into(),
        reason: "the storage is being moved".to_owned(),
        at: ago(7200),
    }
}

pub(super) fn yes(person: &str, when: Timestamp) -> Approval {
    Approval { person: person.into(), account: format!("console/{person}").into(), at: when }
}

/// The wish to go back to `snapshot-N`.
pub(super) fn back_to(number: u32) -> Wish {
    Wish::Revert { snapshot: moref(number), stay_off: false }
}

fn plan(target: &Target, wish: &Wish, survey: &Survey) -> Plan {
    let verdict = judge(target, wish, survey, &Rules::default());
    if let Verdict::Go(plan) = verdict {
        return *plan;
    }
    panic!("no plan for {wish:?}: {verdict:?}")
}
