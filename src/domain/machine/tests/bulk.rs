//! Requests about many snapshots: approved as a whole, carried out part by part, and ended only once everything is known.

use jiff::SignedDuration;

use super::story::{context, need, request, step_checked};
use crate::domain::bulk::{Bulk, Halt, Item, ItemState};
use crate::domain::ids::{RequestId, Target};
use crate::domain::intent::BulkScope;
use crate::domain::machine::{Change, Context, Event, Step, wake_at};
use crate::domain::policy::{Policy, Rule};
use crate::domain::preflight::fixture;
use crate::domain::report::Row;
use crate::domain::request::{Request, State, Subject, Wish};

/// Three snapshots of three VMs, waiting for an approval.
struct Story {
    request: Request,
    targets: Vec<Target>,
    policy: Policy,
}

fn row(vm: &str) -> Row {
    Row { path: format!("DC1/web/{vm}"), ..crate::domain::bulk::tests::row(vm, 20) }
}

impl Story {
    fn asked() -> Self {
        let rows = ["a", "b", "c"].map(row);
        let targets = rows.iter().map(Row::target).collect();
        let goes = rows.map(|row| Item { row, state: ItemState::Waiting }).to_vec();
        let bulk = Bulk { scope: BulkScope::All, goes, stays: Vec::new(), halt: None };
        let until = fixture::NOW + SignedDuration::from_mins(30);
        let mut request = request(Wish::DeleteOlder { age: SignedDuration::from_hours(240) });
        request.subject = Subject::Many(Box::new(bulk));
        request.approval = Some(need(1));
        request.approvals.clear();
        request.state = State::AwaitingApproval { until };
        Self { request, targets, policy: context(fixture::NOW).policy.clone() }
    }

    fn approved() -> Self {
        let mut story = Self::asked();
        story.on(Event::Approved { person: "bob".into(), account: "console:bob".into() });
        assert!(matches!(story.request.state, State::InParts { .. }), "{:?}", story.request.state);
        story
    }

    /// Takes one step, and holds what is true of every one: it wants nothing of vCenter by itself.
    fn on(&mut self, event: Event) -> Change {
        let cx = Context { policy: &self.policy, targets: &self.targets, ..context(fixture::NOW) };
        let Step { request, effects, change } = step_checked(&self.request, &event, cx);
        assert_eq!(effects, [], "{event:?}");
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request, "{json}");
        self.request = request;
        change
    }

    fn part(&mut self, place: usize, state: ItemState) {
        self.on(Event::Part { place, state });
    }

    fn next(&self) -> Option<usize> {
        self.request.bulk().unwrap().next()
    }

    fn state(&self) -> &'static str {
        self.request.state.name()
    }
}

fn part() -> RequestId {
    RequestId::from_bits(1)
}

#[test]
fn it_is_decided_like_every_request() {
    let decided = |event: Event| {
        let mut story = Story::asked();
        story.on(event);
        story.state()
    };
    let (person, account) = (|name: &str| name.into(), |name: &str| format!("console:{name}").into());
    assert_eq!(decided(Event::Approved { person: person("bob"), account: account("bob") }), "running");
    assert_eq!(decided(Event::Approved { person: person("alice"), account: account("alice") }), "awaiting_approval");
    assert_eq!(decided(Event::Denied { person: person("bob"), reason: None }), "denied");
    assert_eq!(decided(Event::Withdrawn { person: person("alice") }), "withdrawn");
    assert_eq!(decided(Event::Tick), "awaiting_approval");
    let story = Story::asked();
    let late = wake_at(&story.request).unwrap();
    let cx = Context { policy: &story.policy, targets: &story.targets, ..context(late) };
    assert_eq!(step_checked(&story.request, &Event::Tick, cx).request.state.name(), "expired");
}

#[test]
fn parts_run_one_after_the_other_and_the_last_ends_it() {
    let mut story = Story::approved();
    assert_eq!(story.next(), Some(0));
    story.part(0, ItemState::Deleting(part()));
    assert_eq!(story.next(), None);
    story.part(0, ItemState::Gone);
    story.part(1, ItemState::Left(None));
    assert_eq!((story.next(), story.state()), (Some(2), "running"));
    story.part(2, ItemState::Gone);
    let State::Done { facts } = &story.request.state else { panic!("{:?}", story.request.state) };
    assert_eq!(facts.verified, Some(false), "one was left");
}

#[test]
fn what_people_are_asked_about_keeps_it_open_and_halts_nothing() {
    let mut story = Story::approved();
    story.part(0, ItemState::Unsure(part()));
    assert_eq!(story.next(), Some(1));
    story.part(1, ItemState::Gone);
    story.part(2, ItemState::Gone);
    assert_eq!(story.state(), "running");
    assert_eq!(story.on(Event::Tick), Change::Nothing);
    story.part(0, ItemState::Gone);
    assert_eq!(story.state(), "done");
}

#[test]
fn it_is_stopped_once_and_what_runs_comes_to_its_end() {
    let mut story = Story::approved();
    story.part(0, ItemState::Deleting(part()));
    story.on(Event::CancelAsked { person: "alice".into() });
    assert_eq!((story.state(), story.next()), ("running", None));
    assert_eq!(story.on(Event::CancelAsked { person: "bob".into() }), Change::Nothing, "it is stopped already");
    story.part(0, ItemState::Gone);
    assert_eq!((story.state(), story.next()), ("cancelled", None));
    let halt = story.request.bulk().unwrap().halt.clone();
    assert_eq!(halt, Some(Halt::Stopped { by: "alice".into() }));
}

#[test]
fn rules_that_change_refuse_it_with_the_vm_and_unknown_ones_let_it_wait() {
    for running in [false, true] {
        let mut story = if running { Story::approved() } else { Story::asked() };
        story.policy.grants = vec![Rule { vms: Vec::new(), ..story.policy.grants[0].clone() }];
        story.on(Event::Reviewed);
        assert_eq!(story.state(), "refused", "running: {running}");
        let Some(Halt::Refused { vm, .. }) = &story.request.bulk().unwrap().halt else { panic!("no reason is kept") };
        assert_eq!(vm.name, "a");
    }
    // An approver who is none any more.
    let mut story = Story::approved();
    story.policy.people.retain(|person| person.id.as_str() != "bob");
    story.on(Event::Reviewed);
    assert_eq!((story.state(), story.request.struck.len()), ("refused", 1));
}

#[test]
fn what_is_gone_from_the_fleet_needs_no_right() {
    let mut story = Story::approved();
    story.targets.retain(|target| target.name != "a");
    story.on(Event::Reviewed);
    assert_eq!((story.state(), story.next()), ("running", Some(0)));
}
