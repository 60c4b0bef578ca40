//! What trust adds to the messages: a freeze, a break-glass, the snapshot before a revert, alarms.

use jiff::SignedDuration;
use snapwarden::domain::bulletin::{News, UnknownTask};
use snapwarden::domain::intent::Verb;
use snapwarden::domain::marker::Hold;
use snapwarden::domain::preflight::Blocker;
use snapwarden::domain::request::{BreakGlass, Drift, Facts, Failure, Request, Safety, StartPhase, State};
use snapwarden::domain::snapshot_tree::PowerState;

use super::requests::carols;
use super::world::{ago, at, back_to, freeze, groups, id, moref, need, now, request, survey, yes};
use super::{Golden, Sample, Says, variants};

pub(super) fn goldens() -> Vec<Golden> {
    vec![
        Golden::all("awaiting-glass", awaiting()),
        Golden::all("glass-broken", broken()),
        Golden::all("safety", safety()),
        Golden::all("news", news()),
    ]
}

/// A revert that waits, with a group that may do without.
fn waits() -> Request {
    let mut need = need(1, false);
    need.break_glass = groups(&["oncall"]);
    let until = now() + SignedDuration::from_mins(28);
    Request { approval: Some(need), ..request(&survey("web-01"), back_to(2), State::AwaitingApproval { until }) }
}

fn awaiting() -> Vec<Sample> {
    vec![
        Sample::posted("somebody may do without", waits()),
        Sample::posted("everything is frozen", waits()).while_frozen(),
    ]
}

fn with_glass(state: State) -> Request {
    let glass = BreakGlass {
        person: "erin".into(),
        account: "console/erin".into(),
        reason: "the shop is down and nobody answers".to_owned(),
        at: ago(80),
    };
    Request { break_glass: Some(glass), state, ..waits() }
}

fn done() -> State {
    State::Done { facts: facts(Some(true)) }
}

fn facts(verified: Option<bool>) -> Facts {
    Facts {
        at: now(),
        took: Some(SignedDuration::from_secs(123)),
        verified,
        power: Some(PowerState::Off),
        consolidation_needed: false,
        snapshot: None,
        quiesced: None,
        left: Some(4),
        twice: false,
        recovered: false,
        can_power_on: true,
    }
}

fn running() -> State {
    State::Running {
        task: None,
        since: ago(72),
        t0: ago(72),
        percent: Some(48),
        cancelable: false,
        cancel_asked: None,
        cancel_refused: false,
        ended: None,
        recovered: false,
    }
}

fn broken() -> Vec<Sample> {
    vec![
        Sample::posted("looking once more", with_glass(State::Starting { phase: StartPhase::Checking })),
        Sample::posted("running", with_glass(running())),
        Sample::posted("done", with_glass(done())),
    ]
}

fn safety() -> Vec<Sample> {
    let name = || "before revert 2026-11-22 14:02".to_owned();
    let wanted =
        |state: State| Request { safety: Some(Safety::Wanted { name: name(), until: None }), state, ..waits() };
    let taken = |state: State| Request {
        safety: Some(Safety::Taken { snapshot: moref(9), name: name(), until: Some(at("2026-11-25T13:04:00Z")) }),
        approvals: vec![yes("bob", ago(80))],
        state,
        ..waits()
    };
    let failed = State::Failed { failure: Failure::EndUnknown, facts: Some(facts(Some(false))), at: now() };
    vec![
        Sample::posted("asked for", wanted(waits().state)),
        Sample::posted("being taken", wanted(running())),
        Sample::posted("taken, and reverting", taken(running())),
        Sample::posted("done", taken(done())),
        Sample::posted("it failed", wanted(failed)),
        Sample::posted("it was cancelled", wanted(State::Cancelled { facts: facts(Some(false)) })),
        Sample::posted("stale after it", taken(State::Stale { drift: vec![Drift::OtherAct], at: now() })),
        Sample::posted("taken back after it", taken(State::Withdrawn { by: "alice".into(), at: now() })),
        Sample::posted("refused after it", taken(State::Refused { blockers: vec![Blocker::SnapshotGone] })),
        Sample::posted("frozen after it", taken(State::Refused { blockers: vec![frozen()] })),
        Sample::posted(
            "the VM was busy after it",
            taken(State::Failed { failure: Failure::StillBusy, facts: None, at: now() }),
        ),
        Sample::posted(
            "vCenter was away after it",
            taken(State::Failed { failure: Failure::Unreachable("timed out".to_owned()), facts: None, at: now() }),
        ),
        Sample::posted("nobody knows", wanted(State::NeedsHuman { since: ago(60), t0: ago(60) })),
    ]
}

fn frozen() -> Blocker {
    Blocker::Frozen { by: "carol".into(), reason: "the storage is being moved".to_owned() }
}

fn news() -> Vec<Sample> {
    let task = |number: u32| UnknownTask {
        task: format!("task-{number}").as_str().into(),
        kind: "VirtualMachine.removeAllSnapshots".to_owned(),
        vm: "db-01".into(),
        queued: ago(i64::from(number) * 60),
    };
    let unknown = |count: u32| News::UnknownTasks { vcenter: "lab".into(), tasks: (1..=count).map(task).collect() };
    let glass = |snapshot: Option<&str>, verb: Verb| News::BreakGlass {
        request: id(),
        by: "erin".into(),
        reason: "the shop is down and nobody answers".to_owned(),
        verb,
        vm: "web-01".into(),
        snapshot: snapshot.map(str::to_owned),
        children: verb == Verb::Delete,
        asker: "alice".into(),
    };
    let released = |replaced_by: Option<Hold>| News::Released {
        request: id(),
        by: "alice".into(),
        at: ago(60),
        vm: "crm-01".into(),
        snapshot: "before the audit".to_owned(),
        hold: carols(None),
        replaced_by,
    };
    let all = [
        ("frozen", News::Frozen { freeze: freeze() }),
        ("unfrozen", News::Unfrozen { by: "dora".into(), freeze: freeze() }),
        ("a glass, about a snapshot", glass(Some("before upgrade"), Verb::Revert)),
        ("a glass, about the latest", glass(Some("before upgrade"), Verb::RevertLatest)),
        ("a glass, about a snapshot and all below it", glass(Some("before upgrade"), Verb::Delete)),
        ("a glass, about all of them", glass(None, Verb::DeleteAll)),
        ("one unknown task", unknown(1)),
        ("twelve unknown tasks", unknown(12)),
        ("a request that ended meanwhile", News::Ended { request: Box::new(with_glass(done())) }),
        ("a hold that somebody else took off", released(None)),
        (
            "a hold that somebody else put theirs in the place of",
            released(Some(Hold {
                by: "alice".into(),
                reason: "the figures are still compared".to_owned(),
                ..carols(None)
            })),
        ),
        ("a channel that takes no message", News::ChannelLost { request: id() }),
        (
            "a group that cannot be read",
            News::GroupUnread {
                group: "approvers".into(),
                since: "2026-11-22T14:01:00Z".parse().expect("a moment"),
                why: "Slack cannot be reached".to_owned(),
            },
        ),
        (
            "a vCenter whose clock is behind",
            News::ClockSkew { vcenter: "lab".into(), ahead: SignedDuration::from_hours(-1) },
        ),
        (
            "one whose clock is ahead",
            News::ClockSkew { vcenter: "lab".into(), ahead: SignedDuration::from_secs(4_000) },
        ),
        ("clocks that agree again", News::ClocksAgree { vcenter: "lab".into() }),
        (
            "a channel that takes no report",
            News::ChannelUnreached {
                channel: "slack:C1".into(),
                since: "2026-11-22T14:01:00Z".parse().expect("a moment"),
                why: "the channel is archived".to_owned(),
            },
        ),
        ("a channel that takes reports again", News::ChannelReached { channel: "slack:C1".into() }),
        ("a group that can be read again", News::GroupRead { group: "approvers".into() }),
    ];
    let watched: Vec<Sample> = super::watch::goldens().into_iter().flat_map(|golden| golden.messages).collect();
    let watched = watched.iter().filter_map(|sample| match &sample.says {
        Says::News(news) => Some(variants::news(news)),
        Says::Posted(_) | Says::Told(_) => None,
    });
    variants::assert_all(variants::NEWS, all.iter().map(|(_, news)| variants::news(news)).chain(watched));
    all.into_iter().map(|(what, news)| Sample::news(what, news)).collect()
}
