//! A request's message while it is built: the arguments of all its sentences, gathered once.

use jiff::Timestamp;

use super::people::approvers;
use super::titles::{goes, snapshot, vm};
use super::{View, at, word};
use crate::domain::act::Right;
use crate::domain::request::{Request, Safety, State, StayChange, Wish};
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Button, Card, Tone};
use crate::message::words::Args;

/// A request, who reads of it, and what its sentences may name.
pub(super) struct Message<'a> {
    pub(super) request: &'a Request,
    pub(super) view: &'a View<'a>,
    pub(super) args: Args,
}

impl<'a> Message<'a> {
    pub(super) fn new(request: &'a Request, view: &'a View<'a>) -> Self {
        Self { request, view, args: args(request, view) }
    }

    /// The same with more to name.
    pub(super) fn with(self, more: Args) -> Self {
        Self { args: self.args.and(more), ..self }
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.view.say(key, &self.args)
    }

    pub(super) fn text(&self, key: &str) -> Block {
        self.view.text(key, &self.args)
    }

    pub(super) fn button(&self, action: Action) -> Button {
        self.view.button(self.request, action)
    }

    pub(super) fn card(&self, tone: Tone, title: &str, blocks: Vec<Block>) -> Card {
        self.view.card(tone, self.say(title), blocks)
    }

    /// "Asked by @alice, approved by @carol, 14:08.", as small print. The request's id stands in the card's head.
    pub(super) fn people(&self) -> Block {
        self.view.note("people", &self.args)
    }

    /// That the snapshot which comes before a revert is there, on a card that says that it was not reverted.
    pub(super) fn safety_kept(&self) -> Option<Block> {
        let taken = matches!(self.request.safety, Some(Safety::Taken { .. }));
        taken.then(|| self.text("safety-kept"))
    }
}

fn args(request: &Request, view: &View<'_>) -> Args {
    let Request { wish, safety, break_glass: glass, plan, .. } = request;
    let (safety, glass) = (safety.as_ref(), glass.as_ref());
    let moment = |at: Timestamp| view.format.moment(at);
    let bytes = |bytes: u64| view.format.bytes(bytes);
    let price = plan.as_ref().map(|plan| &plan.price);
    let about = price.and_then(|price| price.snapshot.as_ref());
    let facts = if let State::Done { facts } = &request.state { Some(facts) } else { None };
    let unquiesced = facts.is_some_and(|facts| facts.quiesced == Some(false));
    let mode = request.decided_mode().map_or("disk", |mode| word(&mode));
    let took = facts.and_then(|facts| facts.took).map(|took| view.format.duration(took));
    // How long a take took stands in its title, an edit is done when it is asked, and of many each part says it.
    let at_once = matches!(wish, Wish::Take { .. } | Wish::Edit { .. } | Wish::Stay { .. });
    let ran = took.clone().filter(|_| !at_once && request.bulk().is_none());
    let merges = matches!(wish, Wish::Delete { .. } | Wish::DeleteAll | Wish::Consolidate);
    let (new, described) = edit(wish);
    let old = snapshot(request);
    Args::default()
        .with("act", act(wish.right()))
        .with("verb", wish.verb().as_str())
        .with("vm", vm(request, view))
        .maybe("renamed", new.map(name).filter(|new| Some(new) != old.as_ref()))
        .maybe("snapshot", old)
        .with("count", goes(request))
        .with("asker", at(&request.asker))
        .maybe("ticket", request.ticket.as_deref().map(name))
        .maybe("approvers", approvers(request, view))
        .maybe("glass", glass.map(|glass| at(&glass.person)))
        .maybe("glass-at", glass.map(|glass| view.format.clock(glass.at)))
        .maybe("glass-reason", glass.map(|glass| sentence(&glass.reason)))
        .maybe("safety", safety.map(|safety| name(safety.name())))
        .maybe("safety-until", safety.and_then(Safety::until).map(moment))
        .whether("saved", matches!(safety, Some(Safety::Taken { .. })))
        .whether("waits", request.wants_safety())
        .maybe("until", until(wish).map(moment))
        .maybe("created", about.map(|facts| moment(facts.created)))
        .maybe("merged", price.and_then(|price| price.merged_bytes).map(bytes))
        .whether("merges", merges)
        .with("mode", if unquiesced { "not-quiesced" } else { mode })
        .with("described", described.map_or("kept", |words| if words.is_empty() { "cleared" } else { "new" }))
        .whether("done", facts.is_some())
        .maybe("ran", ran)
        .maybe("took", took)
        .with("gone", request.bulk().map_or(0, |bulk| bulk.counts().0))
        .with("age", view.format.duration(super::bulk::age(request)))
}

/// What is done to the VM, in a word that sentences choose by. To change anything that is written at a snapshot is one act.
pub(in crate::message) fn act(right: Right) -> &'static str {
    let apart = matches!(right, Right::DeleteWithChildren | Right::DeleteOlder);
    right.spec().wider.filter(|_| !apart).unwrap_or(right).name()
}

/// The new name and the new description that a snapshot is to have.
pub(super) fn edit(wish: &Wish) -> (Option<&str>, Option<&str>) {
    let Wish::Edit { name, description, .. } = wish else { return (None, None) };
    (name.as_deref(), description.as_deref())
}

/// The end of its stay that a request gives a snapshot.
pub(super) fn until(wish: &Wish) -> Option<Timestamp> {
    if let Wish::Stay { change: StayChange::Until { until }, .. } = wish {
        return Some(*until);
    }
    let (Wish::Take { until, .. } | Wish::Stay { change: StayChange::Hold { until, .. }, .. }) = wish else {
        return None;
    };
    *until
}
