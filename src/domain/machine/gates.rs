//! Where the machine asks the authority, and what it makes of the answer.
//!
//! A refusal ends the request, with its rule. Of a take that was tried before and left no trace a person has to say what became of it.
//! Approvals that do not count any more are struck, and a request that lacks some goes back to asking for them.

use super::start::{ask_approval, refuse};
use super::{Context, recovery};
use crate::domain::authority::{self, Claim, Refusal, Ruling};
use crate::domain::preflight::Blocker;
use crate::domain::request::{Request, State};

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

pub(super) fn claim<'a>(request: &'a Request, cx: Context<'a>) -> Claim<'a> {
    Claim::of(request, cx.target.unwrap_or(&request.target))
}

/// Looks at what waits. What is not known ends nothing here.
pub(super) fn review(request: &mut Request, cx: Context<'_>) -> Review {
    match authority::review(&claim(request, cx), cx.standing()) {
        Ok(ruling) => settle(request, ruling),
        Err(refusal) if refusal.passes() => Review::Unclear,
        Err(refusal) => stop(request, refusal, cx),
    }
}

/// Looks at what is about to go on. What is not known ends it; a part of a plan has no card of its own on which it could ask for
/// approvals.
pub(super) fn decide(request: &mut Request, cx: Context<'_>) -> Review {
    let ruling = match authority::review(&claim(request, cx), cx.standing()) {
        Ok(ruling) => ruling,
        Err(refusal) => return stop(request, refusal, cx),
    };
    let unknown = ruling.unknown.clone();
    match settle(request, ruling) {
        Review::Unclear => stop(request, Refusal::MembersUnknown { groups: unknown }, cx),
        Review::Missing if request.is_part() => stop(request, Refusal::NotApproved, cx),
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
            stop(request, Refusal::NotApproved, cx);
        }
    }
}

/// Ends it with the rule that refuses it.
pub(super) fn stop(request: &mut Request, refusal: Refusal, cx: Context<'_>) -> Review {
    match recovery::earlier_try(request) {
        Some(t0) => request.state = State::NeedsHuman { since: cx.now, t0 },
        None => refuse(request, vec![blocker(request, refusal)]),
    }
    Review::Ended
}

fn blocker(request: &Request, refusal: Refusal) -> Blocker {
    match refusal {
        Refusal::Frozen { freeze } => Blocker::Frozen { by: freeze.by, reason: freeze.reason },
        Refusal::UnknownPerson
        | Refusal::Denied { .. }
        | Refusal::NotGranted { .. }
        | Refusal::TagsUnknown { .. }
        | Refusal::MembersUnknown { .. }
        | Refusal::HoldOfOther { .. }
        | Refusal::NoApprovalRule
        | Refusal::Terms { .. }
        | Refusal::NotApproved
        | Refusal::AutoDeleteOff => Blocker::NotPermitted { right: request.right(), refusal },
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
