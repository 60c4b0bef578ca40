//! The end of a run: is everything told, is what is told true, is nothing lost.

use jiff::tz::TimeZone;
use snapwarden::domain::call::{Act, TaskState};
use snapwarden::domain::ids::{Group, Target};
use snapwarden::domain::intent::Verb;
use snapwarden::domain::request::{Failure, Request, Safety, State, Wish};
use snapwarden::domain::token::TokenKey;
use snapwarden::message::cards::{self, View};
use snapwarden::message::format::Format;
use snapwarden::message::model::{Action, Card, Confirm};
use snapwarden::message::words::Locale;

use super::hub::World;
use super::truth::{CallMade, Known, Truth};

/// What tokens are made under.
pub(super) const KEY: [u8; 32] = [7; 32];

/// The beginning of what somebody reads whose command could not be written down.
const NOT_WRITTEN: &str = "I cannot write down";

/// The calls of a request that are about what was asked for. The snapshot before a revert is not: the cards tell of it by itself.
fn own_calls<'a>(truth: &'a Truth, known: &'a Known) -> impl Iterator<Item = &'a CallMade> {
    let takes = matches!(known.request.wish, Wish::Take { .. });
    known.calls.iter().map(|call| &truth.calls[*call]).filter(move |made| takes == matches!(made.act, Act::Take { .. }))
}

/// Whether any call of a request has changed anything.
fn has_done_something(truth: &Truth, known: &Known) -> bool {
    own_calls(truth, known).any(|made| made.begun)
}

/// Whether what a person is asked about has changed anything: the safety snapshot, until it is there.
pub(super) fn has_run(truth: &Truth, known: &Known) -> bool {
    if known.request.wants_safety() {
        return known.calls.iter().any(|call| truth.calls[*call].begun);
    }
    has_done_something(truth, known)
}

/// Whether a call of a request has done all that it was to do, and said so.
fn has_done_it(truth: &Truth, known: &Known) -> bool {
    own_calls(truth, known).any(|made| made.changed.is_some())
}

/// Whether an end says that nothing was done.
fn says_nothing_was_done(state: &State) -> bool {
    match state {
        State::Refused { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Stale { .. }
        | State::Withdrawn { .. } => true,
        State::Failed { failure, facts: None, .. } => match failure {
            Failure::Fault(_) | Failure::Unreachable(_) | Failure::StillBusy => true,
            // That is the person's word.
            Failure::DidNotRun(_) => false,
            Failure::EndUnknown => false,
        },
        State::Asked
        | State::Queued { .. }
        | State::AwaitingApproval { .. }
        | State::Starting { .. }
        | State::InParts { .. }
        | State::Running { .. }
        | State::Done { .. }
        | State::Failed { facts: Some(_), .. }
        | State::Cancelled { .. }
        | State::Unsure { .. }
        | State::NeedsHuman { .. } => false,
    }
}

impl World {
    /// Whether nothing is open any more, and every message says so.
    pub(super) fn is_settled(&self) -> bool {
        self.people.waiting == 0
            && self.people.orders.is_empty()
            && self.truth.requests.values().all(|known| {
                let told = self.is_private(known) || self.shows(&known.request).is_some_and(|shown| shown.is_ok());
                known.request.state.is_final() && told
            })
    }

    /// Looks at everything once it has come to rest.
    pub(super) fn judge(&mut self) {
        let mut wrong = Vec::new();
        for (id, known) in &self.truth.requests {
            let state = &known.request.state;
            if !state.is_final() {
                wrong.push(format!("{id} is left {}", state.name()));
                continue;
            }
            match self.shows(&known.request) {
                None if self.is_private(known) => {}
                None => wrong.push(format!("{id} ended as {} and has no message", state.name())),
                Some(Ok(())) => {}
                Some(Err(shown)) => {
                    wrong.push(format!("{id} ended as {}, and its message says: {shown}", state.name()))
                }
            }
            wrong.extend(self.wrong_with_snapshots(known));
            wrong.extend(self.wrong_with_end(known));
        }
        if let Some(point) = self.crash.point {
            wrong.push(format!("it never came to {}", point.name));
        }
        for asked in &self.truth_of_asked() {
            wrong.push(asked.clone());
        }
        for what in wrong {
            self.truth.violated(what);
        }
        self.count();
    }

    fn wrong_with_end(&self, known: &Known) -> Option<String> {
        let (id, state) = (&known.request.id, &known.request.state);
        let done = has_done_it(&self.truth, known);
        if says_nothing_was_done(state) && has_done_something(&self.truth, known) {
            return Some(format!("{id} says that nothing was done ({}), and it was", state.name()));
        }
        let State::Done { facts } = state else { return None };
        if done {
            return None;
        }
        // Where the answer or the end was lost, what the VM looks like may tell, or a person does.
        let looks_so = facts.verified == Some(true) && (facts.recovered || self.lost_sight(known));
        let told_so = facts.recovered && known.said_ran == Some(true);
        (!looks_so && !told_so).then(|| format!("{id} says that it is done, and it is not: {facts:?}"))
    }

    fn lost_sight(&self, known: &Known) -> bool {
        let tasks = self.vcenter.tasks.iter().filter(|task| task.call.is_some_and(|call| known.calls.contains(&call)));
        tasks.into_iter().any(|task| task.forgotten || !matches!(task.state, TaskState::Success { .. }))
    }

    /// A command that could not be written down has not been carried out.
    fn truth_of_asked(&self) -> Vec<String> {
        let unwritten = self.people.asked.iter().filter(|asked| {
            let card = asked.answer.as_ref().and_then(|answer| answer.reply.as_ref());
            // Of two who typed the same, one may have been heard.
            let once = self.people.asked.iter().filter(|other| other.text == asked.text).count() == 1;
            once && card.is_some_and(|card| card.title.starts_with(NOT_WRITTEN))
        });
        let mut wrong = Vec::new();
        for asked in unwritten {
            let of = |known: &&Known| known.text == asked.text && !known.calls.is_empty();
            if let Some(known) = self.truth.requests.values().find(of) {
                wrong.push(format!("{} was called, and its asker was told that nothing is done", known.request.id));
            }
        }
        for asked in &self.people.asked {
            let Some(id) = asked.answer.as_ref().and_then(|answer| answer.request.as_ref()) else { continue };
            if !self.truth.requests.contains_key(id) {
                wrong.push(format!("{id} was told to its asker and is lost"));
            }
        }
        wrong
    }

    /// A refusal is for its asker's eyes alone.
    fn is_private(&self, known: &Known) -> bool {
        matches!(known.request.state, State::Refused { .. }) && known.request.plan.is_none() && !known.posted
    }

    /// Whether the request's message says what its state says; none without a message.
    fn shows(&self, request: &Request) -> Option<Result<(), String>> {
        let message = self.chat.messages.iter().find(|message| message.request == request.id)?;
        let expected = self.card(request);
        let shown = &message.card;
        // Ages are told from when it was shown.
        // Whether powering on is offered follows the inventory and not the request; a scenario of the world holds that.
        let buttons = |card: &Card| -> Vec<_> {
            let judged = card.buttons.iter().filter(|button| button.action != Action::PowerOn);
            judged
                .map(|button| (button.token.clone(), button.label.clone(), button.confirm.as_ref().map(asked)))
                .collect()
        };
        let same = (&shown.state, shown.tone, &shown.title, buttons(shown))
            == (&expected.state, expected.tone, &expected.title, buttons(&expected));
        Some(if same { Ok(()) } else { Err(format!("{:?}: {}", shown.state, shown.title)) })
    }

    /// The message of a request as it should be.
    fn card(&self, request: &Request) -> Card {
        let holders = |verb: Verb, target: &Target| -> Vec<Group> {
            verb.spec().right.map(|verb| self.policy.groups_that_may(verb, target)).unwrap_or_default()
        };
        let format = Format { locale: Locale::En, tz: TimeZone::UTC, now: self.time() };
        let tokens = TokenKey::new(KEY);
        cards::request::card(
            request,
            &View {
                format,
                tokens: &tokens,
                holders: &holders,
                freeze: None,
                several_vcenters: false,
                has_double: &|_| false,
                lost: &|_| None,
            },
        )
    }

    /// A take leaves one snapshot. Should it ever leave one more, its markers tell the two apart and the card counts them.
    fn wrong_with_snapshots(&self, known: &Known) -> Option<String> {
        let id = &known.request.id;
        if known.extra > 1 {
            return Some(format!("{id} left {} snapshots more than it should", known.extra));
        }
        let facts = if let State::Done { facts }
        | State::Cancelled { facts }
        | State::Failed { facts: Some(facts), .. } = &known.request.state
        {
            Some(facts)
        } else {
            None
        };
        let told = facts.is_some_and(|facts| facts.twice);
        (known.extra == 1 && !told).then(|| format!("{id} left two snapshots, and nothing tells so"))
    }

    fn count(&mut self) {
        let mut counts = std::mem::take(&mut self.truth.counts);
        counts.runs = 1;
        counts.twins_refused = self.chat.twins_refused;
        for known in self.truth.requests.values() {
            *counts.ends.entry(known.request.state.name()).or_default() += 1;
            counts.approvals += known.approvals as u64;
            counts.glasses += u64::from(known.request.break_glass.is_some());
            let saved = matches!(known.request.safety, Some(Safety::Taken { .. }));
            counts.saved += u64::from(saved && matches!(known.request.state, State::Done { .. }));
            let takes = known.calls.iter().filter(|call| matches!(self.truth.calls[**call].act, Act::Take { .. }));
            counts.retried += u64::from(takes.count() > 1);
            counts.extra_snapshots += known.extra;
            counts.adopted += u64::from(matches!(&known.request.state, State::Done { facts } if facts.recovered));
            counts.looked_at += u64::from(known.said_ran.is_some());
            counts.struck += known.request.struck.len() as u64;
        }
        self.truth.counts = counts;
    }
}

/// What a second question asks and about what; how old things are is told from when it was shown.
fn asked(confirm: &Confirm) -> (String, Vec<String>) {
    let facts = confirm.facts.iter().chain(&confirm.also);
    (confirm.title.clone(), facts.map(|fact| fact.label.clone()).collect())
}
