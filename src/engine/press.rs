//! From a pressed button to an event, or to a new request.
//!
//! A button's token is checked before anything else, then what the request is doing now, then whether this person may. A
//! click that comes too late, twice or from the wrong person changes nothing and is answered in words.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use super::ask::{self, Asker, forbidden, tell};
use super::core::{Core, Turn, pressed_on_row};
use super::record;
use super::{Answer, Press};
use crate::domain::authority::{self, Refusal};
use crate::domain::bulletin::News;
use crate::domain::command;
use crate::domain::ids::{Moref, PersonId};
use crate::domain::intent::{Intent, Mode, SnapshotSelector, VmSelector};
use crate::domain::keep::Keep;
use crate::domain::machine::Event;
use crate::domain::notice::Notice;
use crate::domain::policy::ApproverVerdict;
use crate::domain::request::{Origin, Request, State, StayChange, Wish};
use crate::domain::token::Token;
use crate::message::cards::binding;
use crate::message::model::Action;

/// A reason longer than this is cut: it stands on a card and in the audit trail.
const REASON_CHARS: usize = 300;

/// How much longer a snapshot stays at the press of a button, from now.
pub(super) const KEEP_LONGER: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A button was pressed.
pub(super) async fn pressed(core: &mut Core, press: Press, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    let token = Token::parse(&press.token);
    let Some((token, action)) = token.and_then(|token| Action::of(&token.action).map(|action| (token, action))) else {
        return refuse(core, &press, &nowhere(&press), &Notice::BadToken, reply, turn);
    };
    if action == Action::Pick {
        return picked(core, press, &token, reply, turn).await;
    }
    let reply = match pressed_on_row(core, &press, &token, action, reply, turn).await {
        Ok(()) => return,
        Err(reply) => reply,
    };
    let Some(held) = core.requests.get(&token.request) else {
        return refuse(core, &press, &nowhere(&press), &Notice::BadToken, reply, turn);
    };
    let request = held.request.clone();
    let asker = Asker {
        person: press.person.clone(),
        account: press.account.clone(),
        channel: request.channel.clone(),
        locale: press.locale.clone().unwrap_or_else(|| request.locale.clone()),
        origin: None,
        acknowledged: press.once.is_some(),
    };
    if !core.parts.tokens.fits(&token, binding(&request, action)) {
        let notice = Notice::StaleButton { request: request.id.clone() };
        return refuse(core, &press, &asker, &notice, reply, turn);
    }
    if core.parts.rules().policy.person(&press.person).is_none() {
        return refuse(core, &press, &asker, &Notice::UnknownPerson, reply, turn);
    }
    let notice = match action {
        Action::Approve | Action::Confirm | Action::Deny => decide(core, &request, &press, action, turn),
        Action::BreakGlass => break_glass(core, &asker, &request, &press, turn).await,
        Action::Withdraw => {
            let notice = ask::withdraw(core, &press.person, &request.id, turn);
            // The card itself says that it is withdrawn.
            (!matches!(notice, Notice::Withdrawn { .. })).then_some(notice)
        }
        Action::Cancel => Some(ask::cancel(core, &press.person, &request.id, turn)),
        Action::ItRan | Action::ItDidNotRun => resolve(core, &request, &press, action == Action::ItRan, turn),
        Action::AskAgain
        | Action::Retry
        | Action::WithoutMemory
        | Action::WithoutQuiesce
        | Action::Delete
        | Action::Consolidate
        | Action::PowerOn
        | Action::Extend
        | Action::Hold
        | Action::Release
        | Action::Show
        | Action::Stop
        | Action::Pick => {
            let Some(intent) = follow_up(&request, action) else {
                let notice = Notice::TooLate { request: request.id.clone(), state: request.state.name() };
                return refuse(core, &press, &asker, &notice, reply, turn);
            };
            let text = format!("[{}] {}", action.word(), request.id);
            let origin = Origin { request: request.id.clone(), action: action.word().to_owned() };
            if let Err(became) = core.follow(&origin) {
                let notice = Notice::AskedAlready { request: became };
                return refuse(core, &press, &asker, &notice, reply, turn);
            }
            let asker = Asker { origin: Some(origin), ..asker };
            return ask::meant(core, asker, intent, &text, reply, turn).await;
        }
    };
    match notice {
        None => turn.answer(reply, None, Some(request.id.clone()), asker.reader()),
        Some(notice @ (Notice::Cancelling { .. } | Notice::AlreadyApproved)) => {
            tell(core, &asker, &notice, reply, turn);
        }
        Some(notice) => refuse(core, &press, &asker, &notice, reply, turn),
    }
}

async fn picked(core: &mut Core, press: Press, token: &Token, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    if !core.parts.tokens.fits(token, "") {
        return refuse(core, &press, &nowhere(&press), &Notice::BadToken, reply, turn);
    }
    let Some(draft) = core.drafts.get(&token.request).cloned() else {
        return refuse(core, &press, &nowhere(&press), &Notice::ChoiceGone, reply, turn);
    };
    let asker = Asker {
        person: press.person.clone(),
        account: press.account.clone(),
        channel: draft.channel.clone(),
        locale: press.locale.clone().unwrap_or_else(|| draft.locale.clone()),
        origin: None,
        acknowledged: press.once.is_some(),
    };
    if draft.person != press.person {
        let notice = Notice::NotYours { request: draft.id.clone(), asker: draft.person };
        return refuse(core, &press, &asker, &notice, reply, turn);
    }
    let Some(mut intent) = draft.choices.get(token.choice).cloned() else {
        return refuse(core, &press, &asker, &Notice::ChoiceGone, reply, turn);
    };
    if draft.ticket {
        let typed = press.inputs.get("ticket").map(String::as_str).unwrap_or_default();
        // Whether it is one of those that the rule wants is asked where the command is looked at again.
        match command::ticket(typed) {
            Ok(number) => intent = ask::with_ticket(intent, number),
            Err(error) => {
                let notice = Notice::Command { text: typed.to_owned(), error };
                return tell(core, &asker, &notice, reply, turn);
            }
        }
    }
    // One question is answered once: the second click on it finds nothing, and asks nothing twice.
    core.drafts.remove(&draft.id);
    let text = format!("[pick {}] {}", token.choice + 1, draft.id);
    turn.answer_draft(draft);
    ask::meant(core, asker, intent, &text, reply, turn).await;
}

/// A yes or a no to a card.
fn decide(core: &mut Core, request: &Request, press: &Press, action: Action, turn: &mut Turn) -> Option<Notice> {
    let id = &request.id;
    let (State::AwaitingApproval { .. }, Some(need)) = (&request.state, &request.approval) else {
        return Some(Notice::TooLate { request: id.clone(), state: request.state.name() });
    };
    // Whoever could approve it can say no, whatever has become of the requester's right.
    let verdict = if action == Action::Deny {
        let policy = &core.parts.rules().policy;
        Ok(policy.yes_counts(&press.person, &need.approvers, need.self_approval, &request.asker))
    } else {
        core.ask_authority(request, |claim, standing| authority::approves(claim, &press.person, standing))
    };
    match verdict {
        // The step says so on the card, for everybody.
        Ok(ApproverVerdict::Yes) => {}
        Err(refusal) if !refusal.passes() => {}
        Err(refusal) => return Some(not_now(request, refusal)),
        Ok(ApproverVerdict::NotInGroup { groups }) => return Some(Notice::NotApprover { groups }),
        Ok(ApproverVerdict::GroupsUnknown { groups }) => return Some(Notice::GroupsUnknown { groups }),
        Ok(ApproverVerdict::OwnRequest) => return Some(Notice::OwnRequest),
        Ok(ApproverVerdict::UnknownPerson) => return Some(Notice::UnknownPerson),
    }
    if action == Action::Deny {
        let reason = press.inputs.get("reason").map(|reason| reason.trim()).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| reason.chars().take(REASON_CHARS).collect());
        core.apply(id, &Event::Denied { person: press.person.clone(), reason }, turn);
        return None;
    }
    if request.approvals.iter().any(|approval| approval.person == press.person) {
        return Some(Notice::AlreadyApproved);
    }
    let event = Event::Approved { person: press.person.clone(), account: press.account.clone() };
    core.apply(id, &event, turn);
    None
}

/// What somebody is told who would let a request go that may not go on now.
fn not_now(request: &Request, refusal: Refusal) -> Notice {
    if let Refusal::Frozen { freeze } = refusal {
        return Notice::Frozen { freeze };
    }
    let (person, vm) = (request.asker.clone(), request.target.name.clone());
    Notice::NotPermitted { person, verb: request.right(), vm, refusal }
}

/// Somebody does without the approval, and says why. The channel is told by a message of its own, written down with the step.
async fn break_glass(
    core: &mut Core,
    asker: &Asker,
    request: &Request,
    press: &Press,
    turn: &mut Turn,
) -> Option<Notice> {
    let id = &request.id;
    let (State::AwaitingApproval { until }, Some(need)) = (&request.state, &request.approval) else {
        return Some(Notice::TooLate { request: id.clone(), state: request.state.name() });
    };
    if let Some(groups) = core.parts.rules().policy.undecided(&press.person, &need.break_glass) {
        return Some(Notice::GroupsUnknown { groups });
    }
    match core.ask_authority(request, |claim, standing| authority::overrides(claim, &press.person, standing)) {
        Ok(true) => {}
        Ok(false) => return Some(Notice::NotBreaker { groups: need.break_glass.clone() }),
        Err(refusal) => return Some(not_now(request, refusal)),
    }
    let typed = press.inputs.get("reason").map(String::as_str).unwrap_or_default();
    let Ok(reason) = command::reason(typed) else {
        return Some(Notice::ReasonNeeded);
    };
    // What nobody will be told of is not done. At the deadline the step expires instead.
    if core.parts.clock.now() < *until {
        let news = News::BreakGlass {
            request: id.clone(),
            by: press.person.clone(),
            reason: reason.clone(),
            verb: request.wish.verb(),
            vm: request.target.name.clone(),
            snapshot: request
                .plan
                .as_ref()
                .and_then(|plan| plan.price.snapshot.as_ref())
                .map(|facts| facts.name.clone()),
            children: matches!(request.wish, Wish::Delete { children: true, .. }),
            asker: request.asker.clone(),
        };
        if let Err(why) = core.announce(&request.channel, &asker.locale, news, turn).await {
            return Some(Notice::StoreDown { why });
        }
    }
    let event = Event::BrokenGlass { person: press.person.clone(), account: press.account.clone(), reason };
    core.apply(id, &event, turn);
    core.remember_glass(id, turn);
    None
}

/// Somebody looked at the VM and says whether the lost call ran.
fn resolve(core: &mut Core, request: &Request, press: &Press, ran: bool, turn: &mut Turn) -> Option<Notice> {
    if !matches!(request.state, State::NeedsHuman { .. }) {
        return Some(Notice::TooLate { request: request.id.clone(), state: request.state.name() });
    }
    let verb = request.wish.verb().spec().right?;
    if let Some(notice) = forbidden(core, &press.person, verb, &core.parts.fleet.as_it_is(&request.target)) {
        return Some(notice);
    }
    core.apply(&request.id, &Event::Resolved { person: press.person.clone(), ran }, turn);
    None
}

/// What a next-step button asks for, if the request has ended.
fn follow_up(request: &Request, action: Action) -> Option<Intent> {
    if !request.state.is_final() {
        return None;
    }
    let vm = VmSelector::exactly(&request.target.vm);
    let ticket = request.ticket.clone();
    let again = |mode: Option<Mode>| match &request.wish {
        Wish::Take { name, description, mode: asked, until } => Intent::Take {
            vm: vm.clone(),
            name: Some(name.clone()),
            description: description.clone(),
            mode: mode.unwrap_or(*asked),
            keep: until.map(|until| Keep::For(until.duration_since(request.asked_at))),
            ticket: ticket.clone(),
        },
        Wish::Revert { snapshot, stay_off } => Intent::Revert {
            vm: vm.clone(),
            snapshot: Some(SnapshotSelector::Moref(snapshot.clone())),
            stay_off: *stay_off,
            safety: request.safety.is_some(),
            ticket: ticket.clone(),
        },
        Wish::RevertLatest { stay_off } => Intent::RevertLatest {
            vm: vm.clone(),
            stay_off: *stay_off,
            safety: request.safety.is_some(),
            ticket: ticket.clone(),
        },
        Wish::Delete { snapshot, children } => Intent::Delete {
            vm: vm.clone(),
            snapshot: Some(SnapshotSelector::Moref(snapshot.clone())),
            children: *children,
            ticket: ticket.clone(),
        },
        Wish::DeleteAll => Intent::DeleteAll { vm: vm.clone(), ticket: ticket.clone() },
        Wish::Consolidate => Intent::Consolidate { vm: vm.clone(), ticket: ticket.clone() },
        Wish::Edit { snapshot, name, description } => Intent::Edit {
            vm: vm.clone(),
            snapshot: Some(SnapshotSelector::Moref(snapshot.clone())),
            name: name.clone(),
            description: description.clone(),
        },
        Wish::Stay { snapshot, change } => stay_again(&vm, snapshot, change, request.asked_at),
        Wish::PowerOn => Intent::PowerOn { vm: vm.clone() },
    };
    let is_take = matches!(request.wish, Wish::Take { .. });
    match action {
        Action::AskAgain | Action::Retry => Some(again(None)),
        Action::WithoutMemory => is_take.then(|| again(Some(Mode::Auto))),
        Action::WithoutQuiesce => is_take.then(|| again(Some(Mode::Disk))),
        Action::Delete => {
            let State::Done { facts } = &request.state else {
                return None;
            };
            let made = facts.snapshot.clone()?;
            Some(Intent::Delete { vm, snapshot: Some(SnapshotSelector::Moref(made)), children: false, ticket })
        }
        Action::Extend => {
            let State::Done { facts } = &request.state else { return None };
            let made = facts.snapshot.clone()?;
            let snapshot = Some(SnapshotSelector::Moref(made));
            Some(Intent::Keep { vm, snapshot, keep: Keep::For(KEEP_LONGER) })
        }
        Action::Hold | Action::Release | Action::Show => None,
        Action::Consolidate => Some(Intent::Consolidate { vm, ticket }),
        Action::PowerOn => Some(Intent::PowerOn { vm }),
        Action::Approve
        | Action::Confirm
        | Action::Deny
        | Action::BreakGlass
        | Action::Withdraw
        | Action::Cancel
        | Action::Pick
        | Action::Stop
        | Action::ItRan
        | Action::ItDidNotRun => None,
    }
}

/// The same change of a stay once more.
fn stay_again(vm: &VmSelector, snapshot: &Moref, change: &StayChange, asked_at: Timestamp) -> Intent {
    let (vm, snapshot) = (vm.clone(), Some(SnapshotSelector::Moref(snapshot.clone())));
    let keep = |until: Timestamp| Keep::For(until.duration_since(asked_at));
    match change {
        StayChange::Until { until } => Intent::Keep { vm, snapshot, keep: keep(*until) },
        StayChange::Hold { reason, until, .. } => {
            Intent::Hold { vm, snapshot, reason: reason.clone(), keep: until.map(keep) }
        }
        StayChange::Release { .. } => Intent::Release { vm, snapshot },
    }
}

/// Answers a click that changed nothing, and writes it down: who tried what is part of the trail.
fn refuse(
    core: &mut Core,
    press: &Press,
    asker: &Asker,
    notice: &Notice,
    reply: oneshot::Sender<Answer>,
    turn: &mut Turn,
) {
    let what = Token::parse(&press.token)
        .map_or_else(|| "?".to_owned(), |token| format!("{} {}", token.action, token.request));
    let why = variant(notice);
    turn.audit(record::audit_refusal(&press.person, &press.account, &what, &why, core.parts.clock.now()));
    tell(core, asker, notice, reply, turn);
}

/// A notice's name, without its data.
fn variant(notice: &Notice) -> String {
    let debug = format!("{notice:?}");
    debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

/// Where an answer is read when the button tells nothing about it.
fn nowhere(press: &Press) -> Asker {
    Asker {
        person: PersonId::new(press.person.as_str()),
        account: press.account.clone(),
        channel: crate::domain::ids::ChannelId::new(""),
        locale: press.locale.clone().unwrap_or_else(|| "en".to_owned()),
        origin: None,
        acknowledged: press.once.is_some(),
    }
}
