//! Where the machine asks the authority, and what it makes of the answer.
//!
//! A refusal ends the request, with its rule. Of a take that was tried before and left no trace a person has to say what became of it.
//! Approvals that do not count any more are struck, and a request that lacks some goes back to asking for them.

use super::start::{ask_approval, refuse};
use super::{Context, bulk, recovery};
use crate::domain::authority::{self, Claim, Refusal, Ruling};
use crate::domain::ids::{Group, PersonId, Target, VmTitle};
use crate::domain::policy::ApproverVerdict;
use crate::domain::preflight::Blocker;
use crate::domain::request::{Request, State, Subject};

/// What a look at the rules found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Review {
    /// It may go on, with all the approvals that it needs.
    Clear,
    /// It may wait for the approvals that it still needs.
    Missing,
    /// That is not known now, and may be known later.
    Unclear,
    Ended,
}

/// What stands against an act, and on which VM.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    /// Why it may not go on.
    pub refusal: Refusal,
    pub vm: VmTitle,
}

/// What a request is about, as it is now: its VM, or the VMs of what waits in it.
fn targets(request: &Request, cx: Context<'_>) -> Vec<Target> {
    match &request.subject {
        Subject::Vm(target) => {
            let now = cx.targets.iter().find(|now| now.vm == target.vm);
            vec![now.unwrap_or(target).clone()]
        }
        Subject::Many(bulk) => {
            let waits = |now: &&Target| bulk.waiting().any(|item| item.row.vm == now.vm);
            cx.targets.iter().filter(waits).cloned().collect()
        }
    }
}

/// Asks the authority about each VM. What certainly stands against one of them comes before what is not known of another.
fn ask_all<T>(
    request: &mut Request,
    cx: Context<'_>,
    mut ask: impl FnMut(&mut Request, &Target) -> Result<T, Refusal>,
) -> Result<Vec<T>, Against> {
    let (mut answers, mut unclear) = (Vec::new(), None);
    for target in targets(request, cx) {
        match ask(request, &target) {
            Ok(answer) => answers.push(answer),
            Err(refusal) if refusal.passes() => {
                unclear.get_or_insert(Against { refusal, vm: (&target).into() });
            }
            Err(refusal) => return Err(Against { refusal, vm: (&target).into() }),
        }
    }
    unclear.map_or(Ok(answers), Err)
}

/// Whether somebody's approval of a request would count now.
///
/// # Errors
/// What stands against it, whoever approves it.
pub fn approves(request: &Request, person: &PersonId, cx: Context<'_>) -> Result<ApproverVerdict, Against> {
    let ask = |request: &mut Request, target: &Target| {
        authority::approves(&Claim::of(request, target), person, cx.standing())
    };
    let verdicts = ask_all(&mut request.clone(), cx, ask)?;
    Ok(verdicts.into_iter().find(|verdict| *verdict != ApproverVerdict::Yes).unwrap_or(ApproverVerdict::Yes))
}

/// Whether somebody may let a request go now without the approvals that it lacks.
///
/// # Errors
/// What stands against it, whoever overrides.
pub fn overrides(request: &Request, person: &PersonId, cx: Context<'_>) -> Result<bool, Against> {
    let ask = |request: &mut Request, target: &Target| {
        authority::overrides(&Claim::of(request, target), person, cx.standing())
    };
    Ok(ask_all(&mut request.clone(), cx, ask)?.into_iter().all(|may| may))
}

/// Whether it has all the approvals that it needs now, and that is known.
pub fn is_clear(request: &Request, cx: Context<'_>) -> bool {
    settle_all(&mut request.clone(), cx).is_ok_and(|(review, _)| review == Review::Clear)
}

/// Brings a request to what the rules say now of each of its VMs.
fn settle_all(request: &mut Request, cx: Context<'_>) -> Result<(Review, Vec<Group>), Against> {
    let ask = |request: &mut Request, target: &Target| {
        let ruling = authority::review(&Claim::of(request, target), cx.standing())?;
        let unknown = ruling.unknown.clone();
        Ok((settle(request, ruling), unknown))
    };
    let all = ask_all(request, cx, ask)?;
    let unknown = all.iter().flat_map(|(_, unknown)| unknown.clone()).collect();
    let some = |wanted: Review| all.iter().any(|(review, _)| *review == wanted);
    let review = [Review::Missing, Review::Unclear].into_iter().find(|wanted| some(*wanted)).unwrap_or(Review::Clear);
    Ok((review, unknown))
}

/// Looks at what waits. What is not known ends nothing here.
pub(super) fn review(request: &mut Request, cx: Context<'_>) -> Review {
    match settle_all(request, cx) {
        Ok((review, _)) => review,
        Err(against) if against.refusal.passes() => Review::Unclear,
        Err(against) => stop(request, against, cx),
    }
}

/// Looks at what is about to go on. What is not known ends it; a part has no card of its own on which it could ask for approvals.
pub(super) fn decide(request: &mut Request, cx: Context<'_>) -> Review {
    let (review, unknown) = match settle_all(request, cx) {
        Ok(settled) => settled,
        Err(against) => return stop(request, against, cx),
    };
    match review {
        Review::Unclear => stop_all(request, Refusal::MembersUnknown { groups: unknown }, cx),
        Review::Missing if request.is_part() => stop_all(request, Refusal::NotApproved, cx),
        settled @ (Review::Clear | Review::Missing | Review::Ended) => settled,
    }
}

/// The rules have changed while this waited, or was about to be called.
pub(super) fn reviewed(request: &mut Request, cx: Context<'_>) -> Review {
    let review = review(request, cx);
    if review == Review::Missing {
        ask_again(request, cx);
    }
    review
}

/// Goes back to asking for the approvals that are missing.
pub(super) fn ask_again(request: &mut Request, cx: Context<'_>) {
    match request.plan.clone() {
        _ if matches!(request.state, State::AwaitingApproval { .. }) => {}
        Some(plan) if !request.is_part() && recovery::earlier_try(request).is_none() => ask_approval(request, plan, cx),
        Some(_) | None => {
            stop_all(request, Refusal::NotApproved, cx);
        }
    }
}

/// Ends it with what is against all that it is about.
pub(super) fn stop_all(request: &mut Request, refusal: Refusal, cx: Context<'_>) -> Review {
    let vm = request.title();
    stop(request, Against { refusal, vm }, cx)
}

/// Ends it with the rule that refuses it.
pub(super) fn stop(request: &mut Request, against: Against, cx: Context<'_>) -> Review {
    let blockers = vec![blocker(request, against.refusal.clone())];
    match (&request.subject, recovery::earlier_try(request)) {
        (Subject::Many(_), _) => bulk::refuse(request, against, cx),
        (Subject::Vm(_), Some(t0)) => request.state = State::NeedsHuman { since: cx.now, t0 },
        (Subject::Vm(_), None) => refuse(request, blockers),
    }
    Review::Ended
}

pub(super) fn blocker(request: &Request, refusal: Refusal) -> Blocker {
    if let Refusal::Frozen { freeze } = refusal {
        Blocker::Frozen { by: freeze.by, reason: freeze.reason }
    } else {
        Blocker::NotPermitted { right: request.right(), refusal }
    }
}

/// Takes the ruling over into the request.
fn settle(request: &mut Request, ruling: Ruling) -> Review {
    let Ruling { need, struck, missing, unknown } = ruling;
    request.approval = need;
    for one in struck {
        if one.glass {
            request.break_glass = None;
        } else {
            request.approvals.retain(|approval| approval.person != one.person);
        }
        request.struck.push(one);
    }
    match (missing, unknown.is_empty()) {
        (0, _) => Review::Clear,
        (_, true) => Review::Missing,
        (_, false) => Review::Unclear,
    }
}
