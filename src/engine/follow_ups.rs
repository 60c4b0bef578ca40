//! A click that asks for something anew: one click is one request, however often it is delivered.
//!
//! A click is remembered from the moment it is taken in until something came of it, and then by the request that it became, which
//! carries where it came from and so survives a restart. What was refused may be asked again by the same button; what makes
//! no sense twice at once (powering on, consolidating, keeping longer) once its request is over, since preflight knows whether there is
//! anything to do.

use super::core::Core;
use crate::domain::ids::RequestId;
use crate::domain::request::{Origin, Request, State};
use crate::message::model::Action;

impl Core {
    /// Whether a click can be taken in; if it has been, the request that it became, if there is one yet.
    pub(super) fn may_follow(&self, origin: &Origin) -> Result<(), Option<RequestId>> {
        if self.clicks.contains(origin) {
            return Err(None);
        }
        let came_of_it = self.tables.requests.values().map(|row| &row.request);
        let last =
            came_of_it.filter(|request| request.origin.as_ref() == Some(origin)).max_by_key(|request| request.seq);
        match last {
            Some(request) if !may_follow_again(origin, request) => Err(Some(request.id.clone())),
            Some(_) | None => Ok(()),
        }
    }

    /// Takes a click in. It is being looked at.
    pub(super) fn follow(&mut self, origin: &Origin) {
        self.clicks.insert(origin.clone());
    }

    /// Nothing came of it, or it became a request.
    pub(super) fn unfollow(&mut self, origin: Option<&Origin>) {
        if let Some(origin) = origin {
            self.clicks.remove(origin);
        }
    }
}

fn may_follow_again(origin: &Origin, request: &Request) -> bool {
    let makes_no_sense_twice =
        [Action::PowerOn, Action::Consolidate, Action::Extend].iter().any(|action| origin.is_button(action.word()));
    matches!(request.state, State::Refused { .. }) || (makes_no_sense_twice && request.state.is_final())
}
