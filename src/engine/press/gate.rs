//! The gate before every button: may this person press this one now?
//!
//! It is asked before any question or form, so that nobody answers one in vain, and once more when the click counts. It reads and changes
//! nothing: the token first, then what the button is on now, then who presses.

use super::follow_up;
use crate::domain::authority::Refusal;
use crate::domain::bulletin::{Bulletin, News};
use crate::domain::ids::{ChannelId, PersonId, Target};
use crate::domain::intent::Intent;
use crate::domain::machine::{self, Against};
use crate::domain::notice::Notice;
use crate::domain::policy::ApproverVerdict;
use crate::domain::request::{Origin, Request, State};
use crate::domain::token::Token;
use crate::engine::Press;
use crate::engine::ask::{self, Asker, forbidden};
use crate::engine::core::Core;
use crate::engine::record::{BulletinRow, Draft};
use crate::message::action::Effect;
use crate::message::button::{Button, On};
use crate::message::cards::report::finding_of;
use crate::message::cards::{View, binding};
use crate::message::model::Action;
pub(in crate::engine) use rows::row_origin;

mod rows;

/// A button that may be pressed.
pub(in crate::engine) struct Open {
    /// Who presses it, and where and in which language they read what comes of it.
    pub(in crate::engine) asker: Asker,
    pub(in crate::engine) action: Action,
    pub(in crate::engine) token: Token,
    pub(in crate::engine) subject: Subject,
}

/// What a button is on, as it is now.
pub(in crate::engine) enum Subject {
    /// One of the answers to a question back, with the command that it completes.
    Draft(Box<Draft>, Box<Intent>),
    /// A row of a list, with what its button asks for.
    Row(Box<Bulletin>, Box<Intent>),
    /// A request that is decided about, taken back, cancelled or cleared up.
    Request(Box<Request>),
    /// A request that has ended, with what is asked for next.
    Next(Box<Request>, Box<Intent>),
}

/// A button that may not be pressed.
pub(in crate::engine) struct Shut {
    /// Who pressed it.
    pub(in crate::engine) asker: Asker,
    pub(in crate::engine) notice: Notice,
}

impl Open {
    /// The button as it is now, with what it asks before it counts.
    pub(in crate::engine) fn button(&self, view: &View<'_>) -> Button {
        let index = self.token.choice;
        let button = |on: On<'_>| Button::new(self.action, on, view);
        match &self.subject {
            Subject::Draft(draft, _) if draft.ticket => button(On::Ticket { draft: &draft.id }),
            Subject::Draft(draft, _) => button(On::Choice { draft: &draft.id, index, label: "" }),
            Subject::Request(request) | Subject::Next(request, _) => button(On::Request(request)),
            Subject::Row(bulletin, _) => {
                let message = &bulletin.id;
                match (&bulletin.news, finding_of(&bulletin.news, self.action, index)) {
                    (_, Some((row, _))) => button(On::Row { message, index, row }),
                    (News::Report { report }, None) => match report.consolidation.first.get(index) {
                        Some(vm) => button(On::Disks { message, index, vm }),
                        None => button(On::Choice { draft: message, index, label: "" }),
                    },
                    (_, None) => button(On::Choice { draft: message, index, label: "" }),
                }
            }
        }
    }
}

/// Whether the button with this token may be pressed.
pub(in crate::engine) fn gate(core: &Core, press: &Press) -> Result<Open, Box<Shut>> {
    let token = Token::parse(&press.token);
    let Some((token, action)) = token.and_then(|token| Action::of(&token.action).map(|action| (token, action))) else {
        return Err(shut(nowhere(press), Notice::BadToken));
    };
    if action == Action::Pick {
        return pick(core, press, token);
    }
    if let Some(BulletinRow { bulletin, .. }) = core.tables.bulletins.get(&token.request) {
        let asker = asker(press, &bulletin.channel, &bulletin.locale);
        return opened(rows::row(core, bulletin, press, &token, action), asker, action, token);
    }
    let Some(on) = core.request(&token.request) else {
        return Err(shut(nowhere(press), Notice::BadToken));
    };
    let asker = asker(press, &on.channel, &on.locale);
    opened(request(core, on, press, &token, action), asker, action, token)
}

fn opened(
    subject: Result<Subject, Box<Notice>>,
    asker: Asker,
    action: Action,
    token: Token,
) -> Result<Open, Box<Shut>> {
    match subject {
        Ok(subject) => Ok(Open { asker, action, token, subject }),
        Err(notice) => Err(shut(asker, *notice)),
    }
}

fn shut(asker: Asker, notice: Notice) -> Box<Shut> {
    Box::new(Shut { asker, notice })
}

fn asker(press: &Press, channel: &ChannelId, locale: &str) -> Asker {
    Asker {
        person: press.person.clone(),
        account: press.account.clone(),
        channel: channel.clone(),
        locale: press.locale.clone().unwrap_or_else(|| locale.to_owned()),
        origin: None,
        acknowledged: press.once.is_some(),
    }
}

/// Where an answer is read when the button tells nothing about it.
pub(in crate::engine) fn nowhere(press: &Press) -> Asker {
    asker(press, &"".into(), "en")
}

/// One of the answers to a question back.
fn pick(core: &Core, press: &Press, token: Token) -> Result<Open, Box<Shut>> {
    if !core.parts.tokens.fits(&token, "") {
        return Err(shut(nowhere(press), Notice::BadToken));
    }
    let Some(draft) = core.tables.drafts.get(&token.request) else {
        return Err(shut(nowhere(press), Notice::ChoiceGone));
    };
    let asker = asker(press, &draft.channel, &draft.locale);
    if draft.person != press.person {
        return Err(shut(asker, Notice::NotYours { request: draft.id.clone(), asker: draft.person.clone() }));
    }
    let Some(intent) = draft.choices.get(token.choice).cloned() else {
        return Err(shut(asker, Notice::ChoiceGone));
    };
    let subject = Subject::Draft(Box::new(draft.clone()), Box::new(intent));
    Ok(Open { asker, action: Action::Pick, token, subject })
}

/// A button of a request's message.
fn request(
    core: &Core,
    request: &Request,
    press: &Press,
    token: &Token,
    action: Action,
) -> Result<Subject, Box<Notice>> {
    if !core.parts.tokens.fits(token, &binding(request, action)) {
        return Err(Box::new(Notice::StaleButton { request: request.id.clone() }));
    }
    known(core, &press.person)?;
    let too_late = || Box::new(Notice::TooLate { request: request.id.clone(), state: request.state.name() });
    let against = match action.spec().effect {
        Effect::Approval | Effect::Denial => decide(core, request, &press.person, action),
        Effect::Override => break_glass(core, request, &press.person),
        Effect::Withdrawal => ask::may_withdraw(core, &press.person, &request.id),
        Effect::Stop => ask::may_cancel(core, &press.person, &request.id),
        Effect::Testimony => resolve(core, request, &press.person),
        Effect::Answer | Effect::Again | Effect::AgainIn(_) | Effect::Act(_) | Effect::Show => {
            let intent = follow_up(request, action).ok_or_else(too_late)?;
            let origin = Origin::button(&request.id, action.word());
            new(core, press, request.vm(), &intent, Some(&origin))?;
            return Ok(Subject::Next(Box::new(request.clone()), Box::new(intent)));
        }
    };
    against.map_or_else(|| Ok(Subject::Request(Box::new(request.clone()))), |notice| Err(Box::new(notice)))
}

fn known(core: &Core, person: &PersonId) -> Result<(), Box<Notice>> {
    core.parts.rules().policy.person(person).map(|_| ()).ok_or_else(|| Box::new(Notice::UnknownPerson))
}

/// What there is against a new request that a button starts. A click on what asks for it only once is not taken twice.
/// Of many VMs it is looked at anew which of them may be.
fn new(
    core: &Core,
    press: &Press,
    target: Option<&Target>,
    intent: &Intent,
    once: Option<&Origin>,
) -> Result<(), Box<Notice>> {
    if let Some(Err(became)) = once.map(|origin| core.may_follow(origin)) {
        return Err(Box::new(Notice::AskedAlready { request: became }));
    }
    let against = |target: &Target| {
        intent.right().and_then(|right| forbidden(core, &press.person, right, &core.parts.fleet.as_it_is(target)))
    };
    if let Some(notice) = target.and_then(against) {
        return Err(Box::new(notice));
    }
    match core.freeze() {
        Some(freeze) if !matches!(intent, Intent::List { .. }) => {
            Err(Box::new(Notice::Frozen { freeze: freeze.clone() }))
        }
        Some(_) | None => Ok(()),
    }
}

/// What there is against a yes or a no.
fn decide(core: &Core, request: &Request, person: &PersonId, action: Action) -> Option<Notice> {
    let (State::AwaitingApproval { .. }, Some(need)) = (&request.state, &request.approval) else {
        return Some(Notice::TooLate { request: request.id.clone(), state: request.state.name() });
    };
    // Whoever could approve it can say no, whatever has become of the requester's right.
    let verdict = if action == Action::Deny {
        Ok(core.parts.rules().policy.yes_counts(person, &need.approvers, need.self_approval, &request.asker))
    } else {
        core.ask_machine(request, |cx| machine::approves(request, person, cx))
    };
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(against) if against.refusal.passes() => return Some(not_now(request, against)),
        // The step says so on the card, for everybody.
        Err(_) => return None,
    };
    let twice = action != Action::Deny && request.approvals.iter().any(|approval| approval.person == *person);
    against_decision(verdict).or_else(|| twice.then_some(Notice::AlreadyApproved))
}

fn against_decision(verdict: ApproverVerdict) -> Option<Notice> {
    match verdict {
        ApproverVerdict::Yes => None,
        ApproverVerdict::NotInGroup { groups } => Some(Notice::NotApprover { groups }),
        ApproverVerdict::GroupsUnknown { groups } => Some(Notice::GroupsUnknown { groups }),
        ApproverVerdict::OwnRequest => Some(Notice::OwnRequest),
        ApproverVerdict::UnknownPerson => Some(Notice::UnknownPerson),
    }
}

/// What somebody is told who would let a request go that may not go on now.
fn not_now(request: &Request, against: Against) -> Notice {
    let Against { refusal, vm } = against;
    if let Refusal::Frozen { freeze } = refusal {
        return Notice::Frozen { freeze };
    }
    let person = request.asker.clone();
    Notice::NotPermitted { person, verb: request.right(), vm, refusal }
}

/// What there is against doing without the approval.
fn break_glass(core: &Core, request: &Request, person: &PersonId) -> Option<Notice> {
    let (State::AwaitingApproval { .. }, Some(need)) = (&request.state, &request.approval) else {
        return Some(Notice::TooLate { request: request.id.clone(), state: request.state.name() });
    };
    if let Some(groups) = core.parts.rules().policy.undecided(person, &need.break_glass) {
        return Some(Notice::GroupsUnknown { groups });
    }
    match core.ask_machine(request, |cx| machine::overrides(request, person, cx)) {
        Ok(true) => None,
        Ok(false) => Some(Notice::NotBreaker { groups: need.break_glass.clone() }),
        Err(against) => Some(not_now(request, against)),
    }
}

/// What there is against telling whether a lost call ran.
fn resolve(core: &Core, request: &Request, person: &PersonId) -> Option<Notice> {
    if !matches!(request.state, State::NeedsHuman { .. }) {
        return Some(Notice::TooLate { request: request.id.clone(), state: request.state.name() });
    }
    let right = request.wish.verb().spec().right?;
    forbidden(core, person, right, &core.parts.fleet.as_it_is(request.vm()?))
}
