//! From a pressed button to an event, or to a new request.
//!
//! Every button passes the [gate](mod@gate) first: its token, what it is on now, whether this person may. A click that comes too late, twice or
//! from the wrong person changes nothing and is answered in words.

use tokio::sync::oneshot;

use super::ask::{self, Asker, tell};
use super::core::{Core, Turn};
use super::record::{self, Draft};
use super::{Answer, Press};
use crate::domain::act::{Act, StayChange};
use crate::domain::bulletin::News;
use crate::domain::command;
use crate::domain::intent::{Intent, SnapshotSelector, VmAct, VmSelector};
use crate::domain::machine::Event;
use crate::domain::notice::Notice;
use crate::domain::request::{Origin, Request, State, Wish};
use crate::domain::token::Token;
use crate::message::action::Effect;
use crate::message::button::Button;
use crate::message::cards::reply;
use crate::message::model::{Action, Card};
pub(super) use gate::nowhere;
use gate::{Open, Shut, Subject, gate, row_origin};

mod gate;

/// A reason longer than this is cut: it stands on a card and in the audit trail.
const REASON_CHARS: usize = 300;

/// Whether a button may be pressed.
#[derive(Debug, Clone, PartialEq)]
pub enum May {
    /// It may: the button as it is now, with the text and the question that come before it counts, in the presser's language.
    Yes(Box<Button>),
    /// It may not, and why.
    No(Box<Card>),
}

/// Somebody wants to press a button: whether they may, before anything is asked of them.
pub(super) fn may(core: &Core, press: &Press, turn: &mut Turn) -> May {
    match gate(core, press) {
        Ok(open) => {
            let Asker { channel, locale, .. } = &open.asker;
            May::Yes(Box::new(core.parts.view(channel, locale, |view| open.button(view))))
        }
        Err(shut) => {
            let Shut { asker, notice } = *shut;
            record_refusal(core, press, &notice, turn);
            May::No(Box::new(core.parts.view(&asker.channel, &asker.locale, |view| reply::card(&notice, view))))
        }
    }
}

/// That somebody may not press anything now, whatever it is.
pub(super) fn not_now(core: &Core, press: &Press, notice: &Notice) -> May {
    let Asker { channel, locale, .. } = nowhere(press);
    May::No(Box::new(core.parts.view(&channel, &locale, |view| reply::card(notice, view))))
}

pub(super) async fn pressed(core: &mut Core, press: Press, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    let Open { asker, action, token, subject } = match gate(core, &press) {
        Ok(open) => open,
        Err(shut) => return refuse(core, &press, &shut.asker, &shut.notice, reply, turn),
    };
    match subject {
        Subject::Draft(draft, intent) => picked(core, &press, asker, *draft, *intent, token.choice, reply, turn).await,
        Subject::Row(bulletin, intent) => {
            let origin = row_origin(&bulletin.id, action, &token);
            let text = format!("[{}] {}", action.word(), bulletin.id);
            match with_reason(*intent) {
                Some(intent) => started(core, asker, intent, origin, &text, reply, turn).await,
                None => refuse(core, &press, &asker, &Notice::HoldReasonNeeded, reply, turn),
            }
        }
        Subject::Next(request, intent) => {
            let origin = Origin::button(&request.id, action.word());
            let text = format!("[{}] {}", action.word(), request.id);
            started(core, asker, *intent, Some(origin), &text, reply, turn).await;
        }
        Subject::Request(request) => match decided(core, &asker, &request, &press, action, turn).await {
            None => turn.answer(reply, None, Some(request.id.clone()), asker.reader()),
            Some(notice @ Notice::Cancelling { .. }) => tell(core, &asker, &notice, reply, turn),
            Some(notice) => refuse(core, &press, &asker, &notice, reply, turn),
        },
    }
}

/// What a button asks for becomes a request as if it had been typed.
async fn started(
    core: &mut Core,
    asker: Asker,
    intent: Intent,
    origin: Option<Origin>,
    text: &str,
    reply: oneshot::Sender<Answer>,
    turn: &mut Turn,
) {
    if let Some(origin) = &origin {
        core.follow(origin);
    }
    ask::meant(core, Asker { origin, ..asker }, intent, text, reply, turn).await;
}

/// A hold's reason as it is kept; none where what was typed is none.
fn with_reason(intent: Intent) -> Option<Intent> {
    let mut intent = intent;
    if let Intent::Act(VmAct { act: Act::Stay { change: StayChange::Hold { reason, .. }, .. }, .. }) = &mut intent {
        *reason = command::reason(reason).ok()?;
    }
    Some(intent)
}

#[expect(
    clippy::too_many_arguments,
    reason = "a choice is made of what was asked, what was answered, and who hears of it"
)]
async fn picked(
    core: &mut Core,
    press: &Press,
    asker: Asker,
    draft: Draft,
    mut intent: Intent,
    choice: usize,
    reply: oneshot::Sender<Answer>,
    turn: &mut Turn,
) {
    if draft.ticket {
        let typed = press.inputs.get("ticket").map(String::as_str).unwrap_or_default();
        // Whether it is one of those that the rule wants is asked where the command is looked at again.
        match command::ticket(typed) {
            Ok(number) => intent = intent.with_ticket(number),
            Err(error) => {
                let notice = Notice::Command { text: typed.to_owned(), error };
                return tell(core, &asker, &notice, reply, turn);
            }
        }
    }
    // One question is answered once: the second click on it finds nothing, and asks nothing twice.
    core.tables.drafts.remove(&draft.id);
    let text = format!("[pick {}] {}", choice + 1, draft.id);
    ask::meant(core, asker, intent, &text, reply, turn).await;
}

/// A decision about a request, or what its own people do to it; what they are told, if anything.
async fn decided(
    core: &mut Core,
    asker: &Asker,
    request: &Request,
    press: &Press,
    action: Action,
    turn: &mut Turn,
) -> Option<Notice> {
    let (id, person) = (&request.id, press.person.clone());
    let event = match action.spec().effect {
        Effect::Approval => Event::Approved { person, account: press.account.clone() },
        Effect::Denial => {
            let reason = press.inputs.get("reason").map(|reason| reason.trim()).filter(|reason| !reason.is_empty());
            Event::Denied { person, reason: reason.map(|reason| reason.chars().take(REASON_CHARS).collect()) }
        }
        Effect::Override => return break_glass(core, asker, request, press, turn).await,
        // The card itself says that it is withdrawn.
        Effect::Withdrawal => Event::Withdrawn { person },
        // The card itself says that it is stopped.
        Effect::Stop if action == Action::Stop => Event::CancelAsked { person },
        Effect::Stop => return Some(ask::cancel(core, &person, id, turn)),
        Effect::Testimony => Event::Resolved { person, ran: action == Action::ItRan },
        Effect::Answer | Effect::Again | Effect::AgainIn(_) | Effect::Act(_) | Effect::Show => {
            return Some(Notice::BadToken);
        }
    };
    core.apply(id, &event, turn);
    None
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
    let State::AwaitingApproval { until } = &request.state else {
        return Some(Notice::TooLate { request: id.clone(), state: request.state.name() });
    };
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
            vm: request.title(),
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

/// What a next-step button asks for, if the request has ended.
fn follow_up(request: &Request, action: Action) -> Option<Intent> {
    if !request.state.is_final() {
        return None;
    }
    let ticket = request.ticket.clone();
    if let (Wish::DeleteOlder { age }, Some(bulk)) = (&request.wish, request.bulk()) {
        let again = || Intent::DeleteOlder { scope: bulk.scope.clone(), age: *age, ticket };
        return (action == Action::AskAgain).then(again);
    }
    let act = match action.spec().effect {
        Effect::Again => request.wish.again(request.asked_at)?,
        Effect::AgainIn(mode) => request.wish.again(request.asked_at)?.in_mode(mode)?,
        Effect::Act(act) if action.spec().on_request => {
            // Of the snapshot that it made, where it is about one.
            let made = if let State::Done { facts } = &request.state { facts.snapshot.clone() } else { None };
            let act = act(made.clone().map(SnapshotSelector::Moref), "");
            if act.snapshot().is_some() && made.is_none() {
                return None;
            }
            act
        }
        Effect::Answer
        | Effect::Approval
        | Effect::Denial
        | Effect::Override
        | Effect::Withdrawal
        | Effect::Stop
        | Effect::Testimony
        | Effect::Act(_)
        | Effect::Show => return None,
    };
    let ticket = ticket.filter(|_| act.takes_ticket());
    let safety = act.reverts() && request.safety.is_some();
    Some(Intent::Act(VmAct { vm: VmSelector::exactly(&request.vm()?.vm), act, ticket, safety }))
}

/// Answers a click that changed nothing, and writes it down.
fn refuse(
    core: &mut Core,
    press: &Press,
    asker: &Asker,
    notice: &Notice,
    reply: oneshot::Sender<Answer>,
    turn: &mut Turn,
) {
    record_refusal(core, press, notice, turn);
    tell(core, asker, notice, reply, turn);
}

/// Who tried what is part of the trail; a second yes of the same person is no try.
fn record_refusal(core: &Core, press: &Press, notice: &Notice, turn: &mut Turn) {
    if let Notice::AlreadyApproved = notice {
        return;
    }
    let what = Token::parse(&press.token)
        .map_or_else(|| "?".to_owned(), |token| format!("{} {}", token.action, token.request));
    turn.audit(record::audit_refusal(&press.person, &press.account, &what, notice.word(), core.parts.clock.now()));
}
