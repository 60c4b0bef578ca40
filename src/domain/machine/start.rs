//! From asking to the call: preflight, approval, waiting, and the look right before.
//!
//! Whatever is decided here is decided on a VM that was just read. What was approved is held against it by fingerprint, and
//! what was lost before is looked for in it, so that `call` at the end of this file is the only place that gives a call out.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::gates::{self, Review};
use super::run::{fail, unsure};
use super::{Attempt, Context, Effect, FOREIGN_RETRY, Unread, bulk, drift, recovery, result};
use crate::domain::authority::Refusal;
use crate::domain::call::{Act, Call, TaskState};
use crate::domain::ids::{Account, PersonId};
use crate::domain::intent::Mode;
use crate::domain::marker::{self, Marker};
use crate::domain::policy::ApproverVerdict;
use crate::domain::preflight::{self, Blocker, Plan, Verdict};
use crate::domain::request::{Approval, Behind, BreakGlass, Drift, Failure, Request, Safety, StartPhase, State, Wish};
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::Survey;

pub(super) fn asked(
    request: &mut Request,
    survey: &Result<Box<Survey>, Unread>,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    let survey = match survey {
        Ok(survey) => survey,
        Err(unread) => return refuse(request, vec![unread_blocker(unread)]),
    };
    let review = gates::decide(request, cx);
    if review == Review::Ended {
        return;
    }
    if let Some(freeze) = cx.freeze {
        gates::stop_all(request, Refusal::Frozen { freeze: freeze.clone() }, cx);
        return;
    }
    let Some(target) = request.vm() else { return };
    let judge = |survey: &Survey| preflight::judge(target, &request.wish, survey, cx.preflight);
    // What runs on the VM now is no verdict on the wish: people approve it or wait for it, and it is judged again right
    // before the call.
    let (verdict, foreign) = match judge(survey) {
        Verdict::Wait(kind) => (judge(&undisturbed(survey)), Some(kind)),
        Verdict::Refuse(_) if cx.busy.is_some() => (judge(&undisturbed(survey)), None),
        verdict @ (Verdict::Refuse(_) | Verdict::Go(_)) => (verdict, None),
    };
    let plan = match verdict {
        Verdict::Refuse(blockers) => return refuse(request, blockers),
        Verdict::Wait(kind) => return wait_for_foreign(request, kind, cx),
        Verdict::Go(plan) => *plan,
    };
    if let Some(blockers) = no_safety(request, survey, cx) {
        return refuse(request, blockers);
    }
    if review == Review::Missing {
        return ask_approval(request, plan, cx);
    }
    match (cx.busy, foreign) {
        // The task that vCenter tells of is then that request's own.
        (Some(holder), _) => {
            request.plan = Some(plan);
            queue(request, Behind::Request(holder.clone()), None, cx);
        }
        (None, Some(kind)) => {
            request.plan = Some(plan);
            wait_for_foreign(request, kind, cx);
        }
        (None, None) => call(request, plan, cx, effects),
    }
}

/// What stands against the snapshot that is to be taken first.
fn no_safety(request: &Request, survey: &Survey, cx: Context<'_>) -> Option<Vec<Blocker>> {
    let Some(Safety::Wanted { name, .. }) = &request.safety else { return None };
    let mode = match survey.power {
        PowerState::On | PowerState::Off => Mode::Disk,
        PowerState::Suspended => Mode::Memory,
    };
    let wish = Wish::Take { name: name.clone(), description: None, mode, until: None };
    match preflight::judge(request.vm()?, &wish, &undisturbed(survey), cx.preflight) {
        Verdict::Refuse(blockers) => Some(std::iter::once(Blocker::NoSafety).chain(blockers).collect()),
        Verdict::Go(_) | Verdict::Wait(_) => None,
    }
}

/// The VM as it would be without the task that has it now.
fn undisturbed(survey: &Survey) -> Survey {
    Survey { running_tasks: Vec::new(), disabled_methods: Vec::new(), ..survey.clone() }
}

pub(super) fn ask_approval(request: &mut Request, plan: Plan, cx: Context<'_>) {
    let expires = request.approval.as_ref().map_or(SignedDuration::ZERO, |need| need.expires);
    let until = cx.now.saturating_add(expires).unwrap_or(Timestamp::MAX);
    request.plan = Some(plan);
    request.state = State::AwaitingApproval { until };
}

pub(super) fn approve(
    request: &mut Request,
    person: &PersonId,
    account: &Account,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    // A yes that is given in a freeze would be a call as soon as it ends, without anybody looking again.
    match gates::approves(request, person, cx) {
        Ok(ApproverVerdict::Yes) => {}
        Err(against) if !against.refusal.passes() => {
            gates::stop(request, against, cx);
            return;
        }
        Ok(
            ApproverVerdict::NotInGroup { .. }
            | ApproverVerdict::GroupsUnknown { .. }
            | ApproverVerdict::OwnRequest
            | ApproverVerdict::UnknownPerson,
        )
        | Err(_) => return,
    }
    if request.approvals.iter().any(|approval| approval.person == *person) {
        return;
    }
    request.approvals.push(Approval { person: person.clone(), account: account.to_owned(), at: cx.now });
    reviewed(request, cx, effects);
}

/// The rules were looked at while it waits for approvals: it may have all of them now.
pub(super) fn reviewed(request: &mut Request, cx: Context<'_>, effects: &mut Vec<Effect>) {
    if gates::review(request, cx) == Review::Clear && cx.freeze.is_none() {
        check(request, cx, effects);
    }
}

pub(super) fn break_glass(
    request: &mut Request,
    person: &PersonId,
    account: &Account,
    reason: &str,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    match gates::overrides(request, person, cx) {
        Ok(true) if !reason.trim().is_empty() => {}
        Err(against) if !against.refusal.passes() => {
            gates::stop(request, against, cx);
            return;
        }
        Ok(true | false) | Err(_) => return,
    }
    let (person, account, reason) = (person.clone(), account.to_owned(), reason.trim().to_owned());
    request.break_glass = Some(BreakGlass { person, account, reason, at: cx.now });
    check(request, cx, effects);
}

/// Reads the VM once more before the call, or waits for the request that holds it; of many, begins with the first.
pub(super) fn check(request: &mut Request, cx: Context<'_>, effects: &mut Vec<Effect>) {
    match gates::reviewed(request, cx) {
        Review::Ended | Review::Missing => return,
        Review::Clear | Review::Unclear => {}
    }
    if request.vm().is_none() {
        return bulk::begin(request, cx);
    }
    match cx.busy {
        Some(holder) => queue(request, Behind::Request(holder.clone()), None, cx),
        None => {
            // Waiting for our own is not what the patience with others is about.
            if let State::Queued { behind: Behind::Request(_), .. } = request.state {
                request.waiting_since = None;
            }
            request.state = State::Starting { phase: StartPhase::Checking };
            effects.push(Effect::Survey);
        }
    }
}

pub(super) fn checked(
    request: &mut Request,
    survey: &Result<Box<Survey>, Unread>,
    cx: Context<'_>,
    effects: &mut Vec<Effect>,
) {
    let survey = match survey {
        Ok(survey) => survey,
        Err(Unread::Gone) => return refuse(request, vec![Blocker::VmGone]),
        Err(unread @ (Unread::Unreachable(why) | Unread::NotReadable(why))) => {
            // Nothing was started, and an approval is not worth a call on a VM that cannot be seen.
            return match (recovery::earlier_try(request), unread) {
                (Some(t0), _) => unsure(request, t0, why, cx, effects),
                (None, Unread::NotReadable(_)) => refuse(request, vec![unread_blocker(unread)]),
                (None, Unread::Unreachable(_) | Unread::Gone) => fail(request, Failure::Unreachable(why.clone()), cx),
            };
        }
    };
    // The try before was lost without a trace, and here is its snapshot after all.
    if let (Some(t0), Some(made)) = (recovery::earlier_try(request), recovery::marked(request, &survey.tree)) {
        let state = TaskState::Success { result: Some(made) };
        return result::adopt_as_ended(request, Attempt { t0, at: cx.now }, state, cx, effects);
    }
    match gates::decide(request, cx) {
        Review::Clear => {}
        Review::Missing => return gates::ask_again(request, cx),
        Review::Ended | Review::Unclear => return,
    }
    if let Some(holder) = cx.busy {
        return queue(request, Behind::Request(holder.clone()), None, cx);
    }
    // Our own safety snapshot is the one difference that was announced. Everything else is judged as if it were not there.
    let as_approved = match &request.safety {
        Some(Safety::Taken { snapshot, name, .. }) if survey.tree.get(snapshot).is_none() => {
            request.state = State::Stale { drift: vec![Drift::Gone { name: name.clone() }], at: cx.now };
            return;
        }
        Some(Safety::Taken { snapshot, .. }) => Cow::Owned(survey.without(snapshot)),
        Some(Safety::Wanted { .. }) | None => Cow::Borrowed(survey.as_ref()),
    };
    let Some(target) = request.vm() else { return };
    let verdict = preflight::judge(target, &request.wish, &as_approved, cx.preflight);
    if let (Some(t0), true) = (recovery::earlier_try(request), is_held(survey, &verdict)) {
        return recovery::may_be_ours(request, t0, cx, effects);
    }
    // A part is about its snapshot, whatever else its VM has.
    if let (Some(approved), Some(_), false) = (&request.plan, &request.approval, request.is_part()) {
        let drift = drift::between(target, &request.safety, approved, &as_approved, &verdict);
        if !drift.is_empty() {
            request.state = State::Stale { drift, at: cx.now };
            return;
        }
    }
    match verdict {
        Verdict::Refuse(blockers) => refuse(request, blockers),
        Verdict::Wait(kind) => wait_for_foreign(request, kind, cx),
        Verdict::Go(plan) => match no_safety(request, survey, cx) {
            Some(blockers) => refuse(request, blockers),
            // What a lost call changed is seen against the tree as it really was.
            None => call(request, Plan { tree: survey.tree.clone(), ..*plan }, cx, effects),
        },
    }
}

/// Whether something has the VM: a task that vCenter tells of, or one that it has forgotten while the host is still at it.
fn is_held(survey: &Survey, verdict: &Verdict) -> bool {
    let disabled = |blockers: &[Blocker]| matches!(blockers, [Blocker::MethodDisabled { .. }]);
    !survey.running_tasks.is_empty() || matches!(verdict, Verdict::Refuse(blockers) if disabled(blockers))
}

/// Waits until a task has let go of the VM: somebody else's, unless a try of this request was lost before.
pub(super) fn wait_for_task(request: &mut Request, kind: String, cx: Context<'_>, effects: &mut Vec<Effect>) {
    match recovery::earlier_try(request) {
        Some(t0) => recovery::may_be_ours(request, t0, cx, effects),
        None => wait_for_foreign(request, kind, cx),
    }
}

/// The one place where a call is given out.
fn call(request: &mut Request, plan: Plan, cx: Context<'_>, effects: &mut Vec<Effect>) {
    if let Some(freeze) = cx.freeze {
        gates::stop_all(request, Refusal::Frozen { freeze: freeze.clone() }, cx);
        return;
    }
    let t0 = plan.server_time;
    request.plan = Some(plan);
    let (Some(act), Some(target)) = (request.act(), request.vm()) else { return };
    let vm = target.vm.clone();
    request.attempts += 1;
    let act = match act {
        Act::Take { name, description, mode } => {
            let until = request.end_of_taken();
            let marker = Marker {
                request: request.id.clone(),
                attempt: request.attempts,
                by: request.asker.clone(),
                ok: request.approvals.iter().map(|approval| approval.person.clone()).collect(),
                glass: request.break_glass.as_ref().map(|glass| glass.person.clone()),
                until,
            };
            Act::Take { name, description: marker::describe(Some(&description), &marker), mode }
        }
        Act::Revert { .. }
        | Act::Delete { .. }
        | Act::DeleteAll
        | Act::Consolidate
        | Act::Edit { .. }
        | Act::PowerOn => act,
    };
    request.state = State::Starting { phase: StartPhase::Calling { t0, at: cx.now } };
    effects.push(Effect::Call(Call { vm, act }));
}

pub(super) fn refuse(request: &mut Request, blockers: Vec<Blocker>) {
    request.state = State::Refused { blockers };
}

fn wait_for_foreign(request: &mut Request, kind: String, cx: Context<'_>) {
    let again_at = cx.now.saturating_add(FOREIGN_RETRY).unwrap_or(Timestamp::MAX);
    queue(request, Behind::Foreign(kind), Some(again_at), cx);
}

/// However often the VM is looked at in between, it is one wait for the people who see it.
fn queue(request: &mut Request, behind: Behind, again_at: Option<Timestamp>, cx: Context<'_>) {
    let since = *request.waiting_since.get_or_insert(cx.now);
    request.state = State::Queued { behind, since, again_at };
}

fn unread_blocker(unread: &Unread) -> Blocker {
    match unread {
        Unread::Gone => Blocker::VmGone,
        Unread::Unreachable(why) => Blocker::Unreadable { why: why.clone() },
        Unread::NotReadable(why) => Blocker::NotReadable { why: why.clone() },
    }
}
