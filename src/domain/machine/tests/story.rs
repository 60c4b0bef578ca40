//! A request's life as a line of events, so that a test reads like a story.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::domain::call::{Call, CallError, Started, TaskState, TaskUpdate};
use crate::domain::evidence::{Evidence, SeenTask};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::freeze::Freeze;
use crate::domain::ids::{Group, Moref, PersonId, RequestId, Target, TaskRef};
use crate::domain::intent::Mode;
use crate::domain::machine::{Change, Context, Effect, Event, Step, Unread, step};
use crate::domain::marker::Marker;
use crate::domain::policy::{Person, Policy, Rule, VerbPattern, VmPattern};
use crate::domain::preflight::fixture;
use crate::domain::request::{
    Approval, ApprovalNeed, Facts, Failure, Request, Safety, StartPhase, State, Subject, Wish,
};
use crate::domain::snapshot_tree::{Snapshot, SnapshotTree};
use crate::domain::survey::{RunningTask, Survey};

pub(super) const ASKER: &str = "alice";
/// How long a task took by its own times, whenever anybody hears of its end.
pub(super) const TASK_TOOK: SignedDuration = SignedDuration::from_secs(25);
pub(super) const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn take() -> Wish {
    Wish::Take {
        name: "before upgrade".to_owned(),
        description: Some("the big one".to_owned()),
        mode: Mode::Auto,
        until: None,
    }
}

pub(super) fn revert(snapshot: &str) -> Wish {
    Wish::Revert { snapshot: snapshot.into(), stay_off: false }
}

pub(super) fn delete(snapshot: &str, children: bool) -> Wish {
    Wish::Delete { snapshot: snapshot.into(), children }
}

pub(super) fn rename(snapshot: &str, name: &str) -> Wish {
    Wish::Edit { snapshot: snapshot.into(), name: Some(name.to_owned()), description: None }
}

pub(super) fn task_ref(task: &str) -> TaskRef {
    TaskRef { vcenter: "paris".into(), moref: task.into() }
}

pub(super) fn fault(name: &str) -> Fault {
    Fault { kind: FaultKind::of(name), name: name.to_owned(), message: "in vCenter's words".to_owned() }
}

pub(super) fn need(needed: u8) -> ApprovalNeed {
    ApprovalNeed {
        approvers: vec!["approvers".into()],
        needed,
        expires: HOUR,
        self_approval: false,
        break_glass: Vec::new(),
    }
}

/// Everybody is in every group and may do everything; what needs an approval, the request itself says.
pub(super) fn free() -> &'static Policy {
    static FREE: LazyLock<Policy> = LazyLock::new(|| {
        let groups: Vec<Group> = ["team", "approvers", "oncall"].map(Group::from).to_vec();
        let person = |id: &str| Person {
            id: id.into(),
            name: id.to_owned(),
            groups: groups.clone(),
            unknown_groups: Vec::new(),
            accounts: Vec::new(),
        };
        let vms = vec![VmPattern::parse("*").unwrap()];
        let verbs = vec![VerbPattern::Any];
        Policy {
            people: ["alice", "bob", "carol", "dave", "erin"].map(person).to_vec(),
            grants: vec![Rule { groups: vec!["team".into()], verbs, vms, line: None }],
            ..Policy::default()
        }
    });
    &FREE
}

/// What a step sees when nothing is in its way.
pub(super) fn context(now: Timestamp) -> Context<'static> {
    let (policy, preflight) = (free(), fixture::rules());
    Context { now, busy: None, freeze: None, policy, auto_delete: &[], targets: &[], preflight }
}

/// A request. What destroys work has an approval already, like a part of a plan: without one it would not be let in.
pub(super) fn request(wish: Wish) -> Request {
    let destroys = wish.right().is_destructive();
    let approval = Approval { person: "bob".into(), account: "console:bob".into(), at: fixture::NOW };
    Request {
        id: RequestId::parse("R-7KQ2").unwrap(),
        seq: 7,
        asker: ASKER.into(),
        account: "console:alice".into(),
        channel: "console:ops".into(),
        locale: "en".to_owned(),
        subject: Subject::Vm(fixture::target()),
        wish,
        ticket: None,
        asked_at: fixture::NOW,
        approval: destroys.then(|| need(1)),
        approvals: if destroys { vec![approval] } else { Vec::new() },
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

/// The VM that a request is about.
pub(super) fn target_of(request: &mut Request) -> &mut Target {
    let Subject::Vm(target) = &mut request.subject else { panic!("it is about many") };
    target
}

/// One step, and what has to be true of every one.
pub(super) fn step_checked(request: &Request, event: &Event, cx: Context<'_>) -> Step {
    let step = step(request, event, cx);
    assert_eq!(step.change == Change::Nothing, step.request == *request, "{event:?}");
    if request.state.is_final() {
        assert_eq!(step.change, Change::Nothing, "a final state never changes: {event:?}");
        assert_eq!(step.effects, [], "a final state wants nothing: {event:?}");
    }
    let calls = step.effects.iter().filter(|effect| matches!(effect, Effect::Call(_)));
    let calling = |state: &State| matches!(state, State::Starting { phase: StartPhase::Calling { .. } });
    let became = calling(&step.request.state) && !calling(&request.state);
    assert_eq!(calls.count(), usize::from(became), "a call exactly with `Calling`: {event:?}");
    step
}

/// A request, the VM as vCenter would tell of it, and the time.
#[derive(Clone)]
pub(super) struct Story {
    pub(super) request: Request,
    pub(super) vm: Survey,
    pub(super) now: Timestamp,
    busy: Option<RequestId>,
    freeze: Option<Freeze>,
    pub(super) policy: Policy,
    /// The VM as the inventory has it now, where it is not where it was.
    pub(super) place: Option<Target>,
    effects: Vec<Effect>,
    pub(super) change: Change,
    pub(super) calls: Vec<Call>,
}

impl Story {
    pub(super) fn of(wish: Wish) -> Self {
        Self {
            request: request(wish),
            vm: fixture::vm(),
            now: fixture::NOW,
            busy: None,
            freeze: None,
            policy: free().clone(),
            place: None,
            effects: Vec::new(),
            change: Change::Nothing,
            calls: Vec::new(),
        }
    }

    /// A revert of three snapshots' VM to its first, waiting for one approval.
    pub(super) fn of_a_revert() -> Self {
        Self::of(revert("s-1")).needing(1).surveyed().is("awaiting_approval")
    }

    /// A request whose call has just gone out.
    pub(super) fn called_out(wish: Wish) -> Self {
        Self::of(wish).surveyed().is("starting").wants(&["call"])
    }

    /// A request whose call's answer was lost.
    pub(super) fn lost(wish: Wish) -> Self {
        Self::called_out(wish).lost_reply().is("unsure").wants(&["investigate"])
    }

    /// A request whose task runs.
    pub(super) fn running(wish: Wish) -> Self {
        Self::called_out(wish).called("task-7").is("running").wants(&["follow"])
    }

    pub(super) fn needing(mut self, needed: u8) -> Self {
        self.request.approval = Some(need(needed));
        self.request.approvals.clear();
        self
    }

    /// The VM becomes different.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Survey)) -> Self {
        change(&mut self.vm);
        self
    }

    pub(super) fn with_tree(self, tree: SnapshotTree) -> Self {
        self.with(|vm| vm.tree = tree)
    }

    pub(super) fn with_task(self, kind: &str) -> Self {
        let task = RunningTask { task: "task-1".into(), kind: kind.to_owned() };
        self.with(|vm| vm.running_tasks = vec![task])
    }

    pub(super) fn busy_with(mut self, other: &str) -> Self {
        self.busy = Some(RequestId::parse(other).unwrap());
        self
    }

    pub(super) fn free(mut self) -> Self {
        self.busy = None;
        self
    }

    pub(super) fn frozen(mut self) -> Self {
        self.freeze = Some(Freeze {
            by: "carol".into(),
            account: "console:carol".into(),
            reason: "storage is being moved".to_owned(),
            at: self.now,
        });
        self
    }

    pub(super) fn unfrozen(mut self) -> Self {
        self.freeze = None;
        self
    }

    /// Those on call may do without the approval.
    pub(super) fn with_glass(mut self) -> Self {
        if let Some(need) = &mut self.request.approval {
            need.break_glass = vec!["oncall".into()];
        }
        self
    }

    pub(super) fn glass_broken(self, reason: &str) -> Self {
        let (person, account) = ("erin".into(), "console:erin".into());
        self.happens(&Event::BrokenGlass { person, account, reason: reason.to_owned() })
    }

    /// A snapshot is taken before it is reverted.
    pub(super) fn with_safety(mut self) -> Self {
        self.request.safety = Some(Safety::Wanted { name: "before revert R-7KQ2".to_owned(), until: None });
        self
    }

    pub(super) fn after(mut self, seconds: i64) -> Self {
        self.now += SignedDuration::from_secs(seconds);
        self
    }

    pub(super) fn in_context<T>(&self, look: impl FnOnce(Context<'_>) -> T) -> T {
        look(Context {
            busy: self.busy.as_ref(),
            freeze: self.freeze.as_ref(),
            policy: &self.policy,
            targets: self.place.as_slice(),
            ..context(self.now)
        })
    }

    pub(super) fn happens(mut self, event: &Event) -> Self {
        let step = self.in_context(|cx| step_checked(&self.request, event, cx));
        for effect in &step.effects {
            if let Effect::Call(call) = effect {
                self.calls.push(call.clone());
            }
        }
        (self.request, self.effects, self.change) = (step.request, step.effects, step.change);
        self
    }

    /// The VM is read, as it is now.
    pub(super) fn surveyed(self) -> Self {
        let event = Event::Surveyed { survey: Ok(Box::new(self.read())) };
        self.happens(&event)
    }

    pub(super) fn not_surveyed(self, why: Unread) -> Self {
        self.happens(&Event::Surveyed { survey: Err(why) })
    }

    pub(super) fn approved(self, person: &str) -> Self {
        self.happens(&Event::Approved { person: person.into(), account: format!("console:{person}").into() })
    }

    pub(super) fn denied(self, person: &str) -> Self {
        self.happens(&Event::Denied { person: person.into(), reason: Some("month-end".to_owned()) })
    }

    pub(super) fn withdrawn(self) -> Self {
        self.happens(&Event::Withdrawn { person: ASKER.into() })
    }

    pub(super) fn called(self, task: &str) -> Self {
        let reply = Ok(Started::Task(task_ref(task)));
        self.happens(&Event::Called { reply })
    }

    pub(super) fn call_failed(self, error: CallError) -> Self {
        self.happens(&Event::Called { reply: Err(error) })
    }

    /// The last gate was closed, on the VM as it is now.
    pub(super) fn held_back(self) -> Self {
        let look = Box::new(self.read());
        self.call_failed(CallError::NotCalled(look))
    }

    /// The rules become different.
    pub(super) fn ruled(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    /// Everything that waits is looked at by the rules as they are now.
    pub(super) fn reviewed(self) -> Self {
        self.happens(&Event::Reviewed)
    }

    pub(super) fn lost_reply(self) -> Self {
        self.call_failed(CallError::Lost("timed out".to_owned()))
    }

    pub(super) fn task(self, task: &str, state: TaskState, percent: Option<u8>) -> Self {
        let ended = matches!(state, TaskState::Success { .. }).then_some(TASK_TOOK);
        let update = TaskUpdate { task: task_ref(task), state, percent, cancelable: true, took: ended };
        self.happens(&Event::Task { update })
    }

    pub(super) fn at_percent(self, percent: u8) -> Self {
        self.task("task-7", TaskState::Running, Some(percent))
    }

    pub(super) fn task_done(self, result: Option<&str>) -> Self {
        let result = result.map(Moref::from);
        self.task("task-7", TaskState::Success { result }, None)
    }

    pub(super) fn task_failed(self, name: &str) -> Self {
        self.task("task-7", TaskState::Error(fault(name)), None)
    }

    pub(super) fn cancel_asked(self) -> Self {
        self.happens(&Event::CancelAsked { person: "bob".into() })
    }

    pub(super) fn verified(self) -> Self {
        let event = Event::Verified { survey: Ok(Box::new(self.read())), may_power_on: true };
        self.happens(&event)
    }

    pub(super) fn not_verified(self, why: Unread) -> Self {
        self.happens(&Event::Verified { survey: Err(why), may_power_on: false })
    }

    /// Traces are looked for on the VM as it is now, and these tasks are seen.
    pub(super) fn evidence(self, tasks: &[SeenTask]) -> Self {
        let evidence =
            Evidence { server_time: self.now + fixture::AHEAD, tree: self.vm.tree.clone(), tasks: tasks.to_vec() };
        self.happens(&Event::Evidence { evidence: Ok(Box::new(evidence)) })
    }

    pub(super) fn no_evidence(self) -> Self {
        self.happens(&Event::Evidence { evidence: Err("unreachable".to_owned()) })
    }

    pub(super) fn resolved(self, ran: bool) -> Self {
        self.happens(&Event::Resolved { person: "bob".into(), ran })
    }

    pub(super) fn freed(self) -> Self {
        self.happens(&Event::Freed)
    }

    pub(super) fn tick(self) -> Self {
        self.happens(&Event::Tick)
    }

    pub(super) fn restarted(self) -> Self {
        self.happens(&Event::Restarted)
    }

    #[track_caller]
    pub(super) fn is(self, state: &str) -> Self {
        assert_eq!(self.request.state.name(), state, "{:?}", self.request.state);
        self
    }

    /// What the last step wants to be done.
    #[track_caller]
    pub(super) fn wants(self, effects: &[&str]) -> Self {
        let wanted: Vec<&str> = self.effects.iter().map(word).collect();
        assert_eq!(wanted, effects);
        self
    }

    /// How many calls went out, over the whole story.
    #[track_caller]
    pub(super) fn calls(self, count: usize) -> Self {
        assert_eq!(self.calls.len(), count, "{:?}", self.calls);
        self
    }

    #[track_caller]
    pub(super) fn facts(&self) -> &Facts {
        let (State::Done { facts } | State::Cancelled { facts } | State::Failed { facts: Some(facts), .. }) =
            &self.request.state
        else {
            panic!("no facts in {:?}", self.request.state)
        };
        facts
    }

    #[track_caller]
    pub(super) fn failure(&self) -> &Failure {
        let State::Failed { failure, .. } = &self.request.state else {
            panic!("no failure in {:?}", self.request.state)
        };
        failure
    }

    /// The VM as a read made now finds it.
    fn read(&self) -> Survey {
        Survey { server_time: self.now + fixture::AHEAD, ..self.vm.clone() }
    }

    /// vCenter makes the snapshot that was asked for.
    pub(super) fn makes_snapshot(self, moref: &str) -> Self {
        let marker = Marker {
            request: self.request.id.clone(),
            attempt: self.request.attempts,
            by: PersonId::new(ASKER),
            ok: Vec::new(),
            glass: None,
            until: None,
        };
        let made = Snapshot {
            description: format!("the big one\n{}", marker.write()),
            quiesced: true,
            ..fixture::snapshot(moref, Some("s-3"), 0)
        };
        self.with(|vm| {
            let nodes = vm.tree.nodes().iter().cloned().chain([made]).collect();
            vm.tree = SnapshotTree::new(nodes, Some(moref.into()));
        })
    }

    /// A task as vCenter remembers it, queued so many seconds after the call.
    pub(super) fn seen(&self, task: &str, kind: &str, seconds: i64, ours: Option<bool>) -> SeenTask {
        let State::Unsure { t0, .. } = &self.request.state else { panic!("not unsure: {:?}", self.request.state) };
        SeenTask { task: task.into(), kind: kind.to_owned(), queued: *t0 + SignedDuration::from_secs(seconds), ours }
    }
}

pub(super) fn word(effect: &Effect) -> &'static str {
    match effect {
        Effect::Survey => "survey",
        Effect::Call(_) => "call",
        Effect::Follow(_) => "follow",
        Effect::Cancel(_) => "cancel",
        Effect::Verify => "verify",
        Effect::Investigate(_) => "investigate",
    }
}
