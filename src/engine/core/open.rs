//! What is open for one person: what they asked for, and what waits for their decision. For pages that somebody opens by themselves.

use super::Core;
use crate::domain::ids::PersonId;
use crate::domain::request::{Request, State};
use crate::engine::Open;
use crate::message::cards;
use crate::message::model::{Action, Card, ShownTo};

impl Core {
    /// What is open for this person, in a language, in the order of asking. Only what they may press is on it.
    pub(super) fn open_for(&self, person: &PersonId, locale: &str) -> Open {
        let rules = self.parts.rules();
        let is_theirs = |shown_to: &ShownTo| match shown_to {
            ShownTo::Anyone => true,
            ShownTo::Person(own) => own == person,
            ShownTo::Groups { groups, except, approved } => {
                let excluded = except.as_ref() == Some(person) || approved.contains(person);
                !excluded && rules.policy.is_in(person, groups)
            }
        };
        let shown = |request: &Request| {
            let mut card = self.parts.view(&request.channel, locale, |view| cards::request::card(request, view));
            card.buttons.retain(|button| is_theirs(&button.shown_to));
            card
        };
        let mut all: Vec<&Request> = self.requests.values().map(|held| &held.request).collect();
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
}
