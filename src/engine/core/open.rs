//! What one person is shown: what is open for them, and cards with the buttons that they may press.

use std::collections::HashSet;

use super::Core;
use crate::domain::ids::{ChannelId, PersonId, RequestId};
use crate::domain::request::{Request, State};
use crate::engine::Open;
use crate::message::cards::{self, why_not};
use crate::message::model::{Action, Block, Button, Card};

impl Core {
    /// What is open for this person, in a language, in the order of asking. Only what they may press is on it.
    pub(super) fn open_for(&self, person: &PersonId, locale: &str) -> Open {
        let shown = |request: &Request| self.request_for(request, &request.channel, locale, person);
        let mut all: Vec<&Request> = self.tables.requests.values().map(|row| &row.request).collect();
        all.retain(|request| !request.state.is_final());
        all.sort_by_key(|request| request.seq);
        let decides = |card: &Card| {
            card.buttons.iter().any(|button| matches!(button.action, Action::Approve | Action::Confirm | Action::Deny))
        };
        let waits = all.iter().filter(|request| matches!(request.state, State::AwaitingApproval { .. }));
        Open {
            waiting: waits.map(|request| shown(request)).filter(decides).collect(),
            mine: all.iter().filter(|request| request.asker == *person).map(|request| shown(request)).collect(),
        }
    }

    /// Whether a person may know of a request: it is theirs, they may see its VM, or they are among those who decide about it or administer. Of anything
    /// else they hear as if it were not there.
    pub(in crate::engine) fn may_know(&self, person: &PersonId, request: &Request) -> bool {
        let rules = self.parts.rules();
        let policy = &rules.policy;
        let decides = || request.approval.as_ref().is_some_and(|need| policy.is_in(person, &need.approvers));
        let sees = || {
            let target = request.vm().map(|target| self.parts.fleet.as_it_is(target));
            target.is_some_and(|target| policy.may_list(person, &target))
        };
        request.asker == *person || policy.is_administrator(person) || decides() || sees()
    }

    /// Of these requests those that a person may not know of.
    pub(in crate::engine) async fn hidden_from(&self, person: &PersonId, ids: Vec<RequestId>) -> HashSet<RequestId> {
        let mut hidden = HashSet::new();
        for id in ids {
            let may = match self.request(&id) {
                Some(request) => self.may_know(person, request),
                // What cannot be read is not shown; what is no request is no secret of one.
                None => match self.stored(&id).await {
                    Ok(stored) => stored.is_none_or(|request| self.may_know(person, &request)),
                    Err(_) => false,
                },
            };
            if !may {
                hidden.insert(id);
            }
        }
        hidden
    }

    /// A request's message for one person alone, as they read it in a channel.
    pub(in crate::engine) fn request_for(
        &self,
        request: &Request,
        channel: &ChannelId,
        locale: &str,
        person: &PersonId,
    ) -> Card {
        let card = self.parts.view(channel, locale, |view| cards::request::card(request, view));
        self.for_reader(card, channel, locale, person)
    }

    /// A card for one person alone: with the buttons that they may press. Where others decide and they do not, it says why.
    pub(in crate::engine) fn for_reader(
        &self,
        mut card: Card,
        channel: &ChannelId,
        locale: &str,
        person: &PersonId,
    ) -> Card {
        let rules = self.parts.rules();
        let theirs = |button: &Button| button.shown_to.is_for(person, |groups| rules.policy.is_in(person, groups));
        let approve = card.buttons.iter().find(|button| button.action == Action::Approve && !theirs(button));
        let own = card.buttons.iter().any(|button| button.action == Action::Confirm && theirs(button));
        let format = self.parts.format(channel, locale);
        let why = approve.filter(|_| !own).and_then(|approve| why_not(&approve.shown_to, person, &format));
        card.buttons.retain(theirs);
        for block in &mut card.blocks {
            if let Block::Row { buttons, .. } = block {
                buttons.retain(theirs);
            }
        }
        card.blocks.extend(why.map(|text| Block::Note { text }));
        card
    }
}
