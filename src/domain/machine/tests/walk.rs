//! Everything that can happen, in any order, twice and late: what holds whatever comes.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::story::{ASKER, context, delete, free, need, rename, request, revert, step_checked, take, task_ref};
use crate::domain::call::{Act, CallError, Started, TaskState, TaskUpdate};
use crate::domain::evidence::{Evidence, SeenTask};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::freeze::Freeze;
use crate::domain::ids::{PersonId, RequestId};
use crate::domain::machine::{Change, Context, Effect, Event, Step, TAKE_ATTEMPTS, Unread, step, wake_at};
use crate::domain::marker::Marker;
use crate::domain::policy::{ApprovalRule, Policy, Rule, VerbPattern, VmPattern};
use crate::domain::preflight::Blocker;
use crate::domain::preflight::fixture::{AHEAD, chain, tree, vm};
use crate::domain::request::{Behind, Request, Safety, StartPhase, State, Wish};
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use crate::domain::survey::{RunningTask, Survey};

/// How many walks: some seconds in a debug build.
const WALKS: u32 = 3_000;

/// How many walks under rules that change all the time.
const RULED: u32 = 2_000;

/// How many events still come after the end.
const AFTERWARDS: u32 = 3;

const STEPS: usize = 40;

/// The kinds of event that `event` makes.
const KINDS: u8 = 17;

/// What happens next, as numbers: an event's data is made of what the walk is at, so that most events make sense.
#[derive(Debug, Clone, Copy)]
struct Draw {
    what: u8,
    which: u8,
    seconds: i64,
    busy: bool,
    frozen: bool,
    law: Law,
    twice: bool,
    /// Whether it is what the state waits for.
    sensible: bool,
}

/// How the rules are at a moment. Those that last stay so for the rest of a walk only by chance: the next moment draws anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Law {
    Usual,
    /// A deny is about the requester.
    Denied,
    /// The requester is in no group.
    Groupless,
    /// The configuration does not know the requester.
    Stranger,
    /// Nobody knows who is in the requester's group, and the configuration does not have them in it.
    Unclear,
    /// Bob approves nothing any more, and overrides nothing.
    WithoutBob,
    /// The same of Carol.
    WithoutCarol,
    /// A rule wants two approvals of everything.
    Stricter,
}

const LAWS: [Law; 8] = [
    Law::Usual,
    Law::Denied,
    Law::Groupless,
    Law::Stranger,
    Law::Unclear,
    Law::WithoutBob,
    Law::WithoutCarol,
    Law::Stricter,
];

fn law(law: Law) -> Policy {
    let mut policy = free().clone();
    let everything = || (vec![VerbPattern::Any], vec![VmPattern::parse("*").unwrap()]);
    let mut of = |person: &str, groups: &[&str]| {
        let person = policy.people.iter_mut().find(|known| known.id.as_str() == person).unwrap();
        person.groups = groups.iter().map(|group| (*group).into()).collect();
    };
    match law {
        Law::Usual => {}
        Law::Denied => {
            of("bob", &["approvers", "oncall"]);
            of("carol", &["approvers", "oncall"]);
            let (verbs, vms) = everything();
            policy.denies.push(Rule { groups: vec!["team".into()], verbs, vms, line: None });
        }
        Law::Groupless => of(ASKER, &[]),
        Law::Stranger => policy.people.retain(|person| person.id.as_str() != ASKER),
        Law::Unclear => {
            of(ASKER, &[]);
            policy.lose_members("team");
        }
        Law::WithoutBob => of("bob", &["team"]),
        Law::WithoutCarol => of("carol", &["team"]),
        Law::Stricter => {
            let (verbs, vms) = everything();
            policy.approvals.push(ApprovalRule {
                verbs,
                vms,
                approvers: vec!["approvers".into()],
                needed: 2,
                expires: SignedDuration::from_hours(1),
                self_approval: false,
                ticket_pattern: None,
                break_glass: vec!["oncall".into()],
                safety: false,
                line: None,
            });
        }
    }
    policy
}

/// Whether a call may go out under these rules, said in other words than the authority's: who lost what, and who has approved.
fn is_lawful(law: Law, request: &Request) -> bool {
    let without = match law {
        Law::Denied | Law::Groupless | Law::Stranger | Law::Unclear => return false,
        Law::WithoutBob => "bob",
        Law::WithoutCarol => "carol",
        Law::Usual | Law::Stricter => "nobody",
    };
    if let Some(glass) = &request.break_glass {
        return glass.person.as_str() != without;
    }
    let counts = request.approvals.iter().filter(|approval| approval.person.as_str() != without).count();
    let promised = request.approval.as_ref().map_or(0, |need| usize::from(need.needed));
    counts >= promised.max(if law == Law::Stricter { 2 } else { 0 })
}

/// `changing` says how often the rules are not the usual ones, in a hundred.
fn draws(changing: u32) -> impl Strategy<Value = Vec<Draw>> {
    let waits = prop_oneof![4 => 0_i64..5, 3 => 5_i64..40, 1 => 40_i64..20_000];
    let (busy, sensible) = (prop::bool::weighted(0.05), prop::bool::weighted(0.7));
    let frozen = prop::bool::weighted(0.03);
    let law = prop_oneof![100 - changing => Just(Law::Usual), changing => prop::sample::select(LAWS.to_vec())];
    let draw = (0_u8..KINDS, any::<u8>(), waits, busy, frozen, law, any::<bool>(), sensible);
    let draw = draw.prop_map(|(what, which, seconds, busy, frozen, law, twice, sensible)| Draw {
        what,
        which,
        seconds,
        busy,
        frozen,
        law,
        twice,
        sensible,
    });
    prop::collection::vec(draw, 1..STEPS)
}

fn wishes() -> impl Strategy<Value = Wish> {
    prop_oneof![
        4 => Just(take()),
        2 => prop::sample::select(vec!["s-1", "s-2", "s-3", "s-9"]).prop_map(revert),
        1 => any::<bool>().prop_map(|stay_off| Wish::RevertLatest { stay_off }),
        2 => (prop::sample::select(vec!["s-1", "s-3"]), any::<bool>()).prop_map(|(moref, below)| delete(moref, below)),
        1 => Just(Wish::DeleteAll),
        1 => Just(Wish::Consolidate),
        1 => Just(rename("s-1", "new")),
        1 => Just(Wish::PowerOn),
    ]
}

/// Which VM a read finds: mostly the same one.
fn read(draw: Draw, at: &Walk) -> Survey {
    let mut read = Survey { server_time: at.now + AHEAD, ..vm() };
    match draw.which % 32 {
        0 => read.tree = chain(4),
        1 => read.tree = tree(&[("s-1", None), ("s-2", Some("s-1")), ("s-3", Some("s-2"))], Some("s-1")),
        2 => read.power = PowerState::Off,
        3 => read.tree = SnapshotTree::default(),
        4 => read.tree = ours(&at.request),
        5 => {
            read.running_tasks = vec![RunningTask { task: "task-1".into(), kind: "VirtualMachine.migrate".to_owned() }];
        }
        6 => read.instance_uuid = Some("other".into()),
        7 => read.consolidation_needed = true,
        _ => {}
    }
    let made = matches!(at.request.safety, Some(Safety::Taken { .. }))
        || (at.request.wants_safety() && matches!(at.request.state, State::Running { ended: Some(_), .. }));
    if made && draw.which % 32 > 7 {
        read.tree = ours(&at.request);
    }
    if matches!(at.request.wish, Wish::Consolidate) {
        read.consolidation_needed = !draw.which.is_multiple_of(5);
    }
    if matches!(at.request.wish, Wish::PowerOn) {
        read.power = PowerState::Off;
    }
    read
}

/// The tree with the snapshot that this request's last try was to make.
fn ours(request: &Request) -> SnapshotTree {
    let marker = Marker {
        request: request.id.clone(),
        attempt: request.attempts.max(1),
        by: ASKER.into(),
        ok: Vec::new(),
        glass: None,
        until: None,
    };
    let made =
        Snapshot { description: marker.write(), ..crate::domain::preflight::fixture::snapshot("s-4", Some("s-3"), 0) };
    let nodes = chain(3).nodes().iter().cloned().chain([made]).collect();
    SnapshotTree::new(nodes, Some("s-4".into()))
}

fn fault(which: u8) -> Fault {
    let name = ["TaskInProgress", "RequestCanceled", "NoDiskSpace"][usize::from(which % 3)];
    Fault { kind: FaultKind::of(name), name: name.to_owned(), message: String::new() }
}

fn event(draw: Draw, at: &Walk) -> Event {
    let person = ["alice", "bob", "carol"][usize::from(draw.which % 3)];
    let unread = if draw.which.is_multiple_of(2) { Unread::Gone } else { Unread::Unreachable("timed out".to_owned()) };
    let what = if draw.sensible { awaited(&at.request.state) } else { draw.what };
    let what = if what == 2 && draw.which.is_multiple_of(8) { 13 } else { what };
    // Where rules change while there are approvals, it is looked at which of them still count.
    let what = if what == 2 && draw.law != Law::Usual && !at.request.approvals.is_empty() { 15 } else { what };
    match what {
        0 => Event::Surveyed { survey: if draw.which == 255 { Err(unread) } else { Ok(Box::new(read(draw, at))) } },
        1 => Event::Surveyed { survey: Err(unread) },
        2 => Event::Approved { person: person.into(), account: format!("console:{person}").into() },
        3 => Event::Denied { person: person.into(), reason: None },
        4 => Event::Withdrawn { person: person.into() },
        5 => Event::Freed,
        6 => Event::Called {
            reply: match draw.which % 9 {
                0 => Ok(Started::Immediate),
                1 => Err(CallError::Fault(fault(draw.which / 8))),
                2 | 3 => Ok(Started::Task(task_ref("task-7"))),
                4 => Err(CallError::NotSent("no route".to_owned())),
                8 => Err(CallError::NotCalled(Box::new(read(draw, at)))),
                _ => Err(CallError::Lost("timed out".to_owned())),
            },
        },
        7 => Event::Task {
            update: TaskUpdate {
                task: task_ref(["task-7", "task-7", "task-8"][usize::from(draw.which % 3)]),
                state: match draw.which % 7 {
                    0 => TaskState::Success { result: None },
                    1 => TaskState::Success { result: Some("s-4".into()) },
                    2 => TaskState::Error(fault(draw.which / 7)),
                    3 => TaskState::Gone,
                    4 => TaskState::Queued,
                    _ => TaskState::Running,
                },
                percent: (!draw.which.is_multiple_of(4)).then_some(draw.which),
                took: None,
                cancelable: !draw.which.is_multiple_of(5),
            },
        },
        8 => Event::CancelAsked { person: person.into() },
        9 => Event::Verified {
            survey: if draw.which.is_multiple_of(3) { Err(unread) } else { Ok(Box::new(read(draw, at))) },
            may_power_on: draw.which.is_multiple_of(2),
        },
        10 => Event::Evidence {
            evidence: if draw.which.is_multiple_of(5) {
                Err("timed out".to_owned())
            } else {
                let kinds = ["VirtualMachine.createSnapshot", "vm.Snapshot.revert", "vm.Snapshot.remove"];
                let task = |number: u8| SeenTask {
                    task: format!("task-{}", 7 + number).as_str().into(),
                    kind: kinds[usize::from(draw.which / 16 % 3)].to_owned(),
                    queued: at.now + AHEAD - SignedDuration::from_secs(i64::from(draw.which % 9)),
                    ours: [Some(true), Some(false), None][usize::from((draw.which + number) % 3)],
                };
                let survey = read(draw, at);
                Ok(Box::new(Evidence {
                    server_time: survey.server_time,
                    tree: survey.tree,
                    tasks: (0..draw.which % 4 / 2 * 2).map(task).collect(),
                }))
            },
        },
        11 => Event::Resolved { person: person.into(), ran: draw.which.is_multiple_of(2) },
        12 => Event::Tick,
        13 => {
            let (person, account) = (person.into(), format!("console:{person}").into());
            let reason = ["", "the site is down"][usize::from(!draw.which.is_multiple_of(5))].to_owned();
            Event::BrokenGlass { person, account, reason }
        }
        15 => Event::Reviewed,
        14 => Event::CancelRefused { why: "it cannot be cancelled now".to_owned() },
        _ => Event::Restarted,
    }
}

/// The kind of event that a state waits for.
fn awaited(state: &State) -> u8 {
    match state {
        State::Asked | State::Starting { phase: StartPhase::Checking } => 0,
        State::AwaitingApproval { .. } => 2,
        State::Queued { again_at: None, .. } => 5,
        State::Queued { again_at: Some(_), .. } => 12,
        State::Starting { phase: StartPhase::Calling { .. } } => 6,
        State::Running { ended: None, .. } => 7,
        State::Running { ended: Some(_), .. } => 9,
        State::Unsure { .. } => 10,
        State::NeedsHuman { .. } => 11,
        State::Refused { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Stale { .. }
        | State::Withdrawn { .. }
        | State::InParts { .. }
        | State::Done { .. }
        | State::Failed { .. }
        | State::Cancelled { .. } => 16,
    }
}

/// What must be true after every step, and what the walk has come to.
struct Walk {
    request: Request,
    now: jiff::Timestamp,
    calls: u32,
    /// Calls that vCenter refused for sure because the VM was busy.
    refused: u32,
    lost: u32,
    /// Calls for safety snapshots that were made before the revert's own.
    before: u32,
    freeze: Option<Freeze>,
    law: Law,
}

impl Walk {
    fn take_in(&mut self, event: &Event, busy: Option<&RequestId>) {
        let freeze = self.freeze.clone();
        let policy = law(self.law);
        let cx = Context { busy, freeze: freeze.as_ref(), policy: &policy, ..context(self.now) };
        let before = self.request.clone();
        let Step { request, effects, change } = step_checked(&before, event, cx);
        self.request = request;
        self.count(&before, event);
        for effect in &effects {
            match effect {
                Effect::Call(call) => self.called(call, &before, event, busy),
                Effect::Follow(task) | Effect::Cancel(task) => {
                    assert!(matches!(&self.request.state, State::Running { task: Some(at), .. } if at == task));
                }
                Effect::Survey => assert!(matches!(
                    self.request.state,
                    State::Asked | State::Starting { phase: StartPhase::Checking }
                )),
                Effect::Verify => assert!(matches!(self.request.state, State::Running { ended: Some(_), .. })),
                Effect::Investigate(since) => {
                    assert!(matches!(&self.request.state, State::Unsure { t0, .. } if t0 == since));
                }
            }
        }
        if before.wants_safety() && !self.request.wants_safety() {
            // From here on it is the revert that is counted, which is called once.
            self.before += self.calls;
            (self.calls, self.refused, self.lost) = (0, 0, 0);
        }
        self.holds(&before, change);
        self.is_heard_once(event, cx);
    }

    fn count(&mut self, before: &Request, event: &Event) {
        let calling = matches!(before.state, State::Starting { phase: StartPhase::Calling { .. } });
        // What has the VM after a lost take may be that take, so it is looked for again.
        let busy = |reply: &Result<Started, CallError>| match reply {
            Err(CallError::Fault(fault)) => fault.kind == FaultKind::TaskInProgress,
            // The last gate was closed, and nothing was sent.
            Err(CallError::NotCalled(_)) => true,
            Ok(_) | Err(CallError::NotSent(_) | CallError::Lost(_)) => false,
        };
        match (&self.request.state, event) {
            (_, Event::Called { reply }) if calling && busy(reply) => self.refused += 1,
            (State::Unsure { .. }, Event::Called { .. } | Event::Restarted) if calling => self.lost += 1,
            _ => {}
        }
    }

    fn called(&mut self, call: &crate::domain::call::Call, before: &Request, event: &Event, busy: Option<&RequestId>) {
        self.calls += 1;
        let is_take = matches!(call.act, Act::Take { .. });
        assert_eq!(self.freeze, None, "called while everything is frozen");
        assert!(is_lawful(self.law, &self.request), "called without authority: {:?}", self.law);
        let most = if is_take { TAKE_ATTEMPTS } else { 1 };
        assert!(self.calls - self.refused <= most, "called too often");
        // Again only after a refusal or, for a take, after a lost answer.
        assert!(self.calls == 1 + self.refused + self.lost, "a second call without a reason");
        assert!(is_take || self.lost == 0);
        assert_eq!(busy, None, "called while another request has the VM");
        assert_eq!(Some(&call.vm), self.request.vm().map(|target| &target.vm));
        let Event::Surveyed { survey: Ok(survey) } = event else {
            panic!("a call without a look at the VM: {event:?}");
        };
        let Some(need) = &self.request.approval else { return };
        if let Some(glass) = &self.request.break_glass {
            assert!(!need.break_glass.is_empty() && !glass.reason.trim().is_empty(), "a glass that is none");
        } else {
            let people = self.request.approvals.iter().map(|approval| &approval.person);
            let people: std::collections::HashSet<_> = people.filter(|person| person.as_str() != ASKER).collect();
            assert!(people.len() >= usize::from(need.needed), "called without enough approvals");
        }
        // One without a card goes on at once, on the look that its plan was made of.
        let Some(approved) = before.plan.as_ref() else { return };
        // The description of a take gets its marker at the call; all else is the approved act, or the snapshot before it.
        let mut act = call.act.clone();
        if let Act::Take { description, .. } = &mut act {
            *description = Marker::strip(description).to_owned();
        }
        assert_eq!(act, before.act().unwrap());
        let as_approved = match &before.safety {
            Some(Safety::Taken { snapshot, .. }) => survey.without(snapshot),
            Some(Safety::Wanted { .. }) | None => Survey::clone(survey),
        };
        let target = self.request.vm().unwrap();
        assert_eq!(Fingerprint::of(target, &approved.act, &as_approved), approved.fingerprint);
    }

    fn holds(&self, before: &Request, change: Change) {
        let now = &self.request;
        let state = &now.state;
        let named = matches!(state.name(), "starting" | "running" | "unsure");
        assert_eq!(state.holds_vm(), named);
        assert!(!(state.is_final() && (state.holds_vm() || wake_at(now).is_some())));
        // Who was asked for what never changes, and nobody's yes is taken away.
        assert_eq!((&now.id, &now.wish, now.vm()), (&before.id, &before.wish, before.vm()));
        let struck = |person: &PersonId| now.struck.iter().any(|struck| struck.person == *person);
        assert!(now.struck.starts_with(&before.struck));
        for approval in &before.approvals {
            assert!(now.approvals.contains(approval) || struck(&approval.person), "an approval is gone without a word");
        }
        // What the card promised never becomes less.
        if let (Some(was), Some(is)) = (&before.approval, &now.approval) {
            assert!(is.needed >= was.needed && is.approvers.iter().all(|group| was.approvers.contains(group)));
        }
        assert!(before.approval.is_none() || now.approval.is_some());
        if let (State::Running { percent: was, .. }, State::Running { percent: is, .. }) = (&before.state, state) {
            assert!(was <= is && *is <= Some(100));
        }
        if before.state.name() != state.name() {
            assert_eq!(change, Change::Durable);
        }
        if change == Change::Nothing {
            return;
        }
        let json = serde_json::to_string(now).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), *now, "{json}");
    }

    /// The same event once more changes nothing: clicks and vCenter's words are delivered again. What reads the VM anew
    /// (time, a restart) is not an event of the outside.
    fn is_heard_once(&self, event: &Event, cx: Context<'_>) {
        match event {
            Event::Tick | Event::Restarted => {}
            Event::Surveyed { .. }
            | Event::Approved { .. }
            | Event::BrokenGlass { .. }
            | Event::CancelRefused { .. }
            | Event::Part { .. }
            | Event::Denied { .. }
            | Event::Reviewed
            | Event::Withdrawn { .. }
            | Event::Freed
            | Event::Called { .. }
            | Event::Task { .. }
            | Event::CancelAsked { .. }
            | Event::Verified { .. }
            | Event::Evidence { .. }
            | Event::Resolved { .. } => {
                let again = step(&self.request, event, cx);
                assert_eq!((again.change, again.effects), (Change::Nothing, vec![]), "{event:?}");
            }
        }
    }

    /// Whatever waits is woken, and nothing spins: a tick at the time that was asked for moves that time on, and who waits
    /// for one of ours leaves the line when it is told that the VM is free.
    fn wakes(&self) {
        if let State::Queued { behind, again_at, .. } = &self.request.state {
            assert_eq!(matches!(behind, Behind::Request(_)), again_at.is_none());
            if again_at.is_none() {
                let cx = context(self.now);
                let freed = step(&self.request, &Event::Freed, cx);
                assert_eq!(freed.request.state.name(), "starting");
            }
        }
        let Some(at) = wake_at(&self.request) else { return };
        let cx = context(at);
        let next = step(&self.request, &Event::Tick, cx);
        assert!(wake_at(&next.request).is_none_or(|next| next > at), "{:?}", self.request.state);
    }
}

/// What many walks came to.
#[derive(Debug, Default)]
struct Tally {
    walks: u32,
    steps: u32,
    calls: u32,
    retries: u32,
    ends: u32,
    glasses: u32,
    /// Reverts after a safety snapshot.
    both: u32,
    struck: usize,
    /// Requests that a rule refused.
    ruled: u32,
    states: BTreeMap<&'static str, u32>,
}

impl Tally {
    fn add(&mut self, walk: &Walk) {
        let by_rule = matches!(&walk.request.state, State::Refused { blockers }
            if blockers.iter().any(|blocker| matches!(blocker, Blocker::NotPermitted { .. })));
        self.walks += 1;
        self.calls += walk.calls + walk.before;
        self.glasses += u32::from(walk.request.break_glass.is_some());
        self.struck += walk.request.struck.len();
        self.ruled += u32::from(by_rule);
        self.both += u32::from(walk.before > 0 && walk.calls > 0);
        self.retries += walk.calls.saturating_sub(1);
        self.ends += u32::from(walk.request.state.is_final());
    }
}

/// A request at its beginning. What destroys work always needs an approval.
fn begin(wish: Wish, approvals: u8, glass: bool, safety: bool) -> Walk {
    let mut request = request(wish);
    let approvals = if request.wish.right().is_destructive() { approvals.max(1) } else { approvals };
    request.approval = (approvals > 0).then(|| need(approvals));
    request.approvals.clear();
    if let (Some(need), true) = (&mut request.approval, glass) {
        need.break_glass = vec!["oncall".into()];
    }
    if safety && request.wish.reverts() {
        request.safety = Some(Safety::Wanted { name: "before revert R-7KQ2".to_owned(), until: None });
    }
    let now = crate::domain::preflight::fixture::NOW;
    Walk { request, now, calls: 0, refused: 0, lost: 0, before: 0, freeze: None, law: Law::Usual }
}

/// Walks so often, with rules that are not the usual ones so often in a hundred.
fn walk(times: u32, changing: u32) -> Tally {
    let tally = RefCell::new(Tally::default());
    let mut runner = TestRunner::new(Config { cases: times, failure_persistence: None, ..Config::default() });
    let cases = (wishes(), 0_u8..3, any::<bool>(), any::<bool>(), draws(changing));
    let other = RequestId::parse("R-AAAA").unwrap();
    let result = runner.run(&cases, |(wish, approvals, glass, safety, draws)| {
        let mut walk = begin(wish, approvals, glass, safety);
        let mut afterwards = 0;
        for draw in draws {
            afterwards += u32::from(walk.request.state.is_final());
            if afterwards > AFTERWARDS {
                break;
            }
            walk.now += SignedDuration::from_secs(draw.seconds);
            let busy = draw.busy.then_some(&other);
            walk.freeze = draw.frozen.then(|| Freeze {
                by: "carol".into(),
                account: "console:carol".into(),
                reason: "storage is being moved".to_owned(),
                at: walk.now,
            });
            walk.law = draw.law;
            let event = event(draw, &walk);
            walk.take_in(&event, busy);
            if draw.twice {
                walk.take_in(&event, busy);
            }
            walk.wakes();
            let mut tally = tally.borrow_mut();
            tally.steps += 1;
            *tally.states.entry(walk.request.state.name()).or_default() += 1;
        }
        tally.borrow_mut().add(&walk);
        Ok(())
    });
    let tally = tally.into_inner();
    told!("{tally:?}");
    result.unwrap();
    tally
}

#[test]
fn whatever_happens_in_whatever_order() {
    let tally = walk(WALKS, 4);
    // A walk that never gets anywhere proves nothing: every state was visited, and takes were tried again.
    assert_eq!(tally.states.len(), 15, "{:?}", tally.states);
    assert!(tally.calls > WALKS / 3 && tally.retries > WALKS / 50);
    assert!(tally.glasses > WALKS / 50 && tally.both > WALKS / 400);
}

#[test]
fn no_call_without_authority_at_that_moment() {
    let tally = walk(RULED, 40);
    assert!(tally.calls > RULED / 20 && tally.struck > RULED as usize / 100 && tally.ruled > RULED / 10, "{tally:?}");
}
