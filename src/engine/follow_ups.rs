//! Buttons that ask for something anew ("Try again", "Power on"): one click is one request, however often it is delivered.
//!
//! A click is remembered from the moment it is taken in until something came of it, and then by the request that it became, which
//! carries where it came from and so survives a restart. What was refused may be asked again by the same button; what makes
//! no sense twice at once (powering on, consolidating, keeping longer) once its request is over, since preflight knows whether there is
//! anything to do.

use std::collections::HashMap;

use super::core::Core;
use crate::domain::ids::RequestId;
use crate::domain::request::{Origin, State};
use crate::message::model::Action;

/// What became of each such click.
pub(super) type FollowUps = HashMap<Origin, FollowUp>;

/// What became of a click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FollowUp {
    /// It is being looked at.
    UnderWay,
    Became(RequestId),
}

impl Core {
    /// Whether a click can be taken in; if it has been, the request that it became, if there is one yet.
    pub(super) fn may_follow(&self, origin: &Origin) -> Result<(), Option<RequestId>> {
        match self.follow_ups.get(origin) {
            Some(FollowUp::UnderWay) => Err(None),
            Some(FollowUp::Became(id)) if !self.may_follow_again(origin, id) => Err(Some(id.clone())),
            Some(FollowUp::Became(_)) | None => Ok(()),
        }
    }

    /// Takes a click in.
    pub(super) fn follow(&mut self, origin: &Origin) {
        self.follow_ups.insert(origin.clone(), FollowUp::UnderWay);
    }

    /// Nothing came of it.
    pub(super) fn unfollow(&mut self, origin: Option<&Origin>) {
        if let Some(origin) = origin
            && self.follow_ups.get(origin) == Some(&FollowUp::UnderWay)
        {
            self.follow_ups.remove(origin);
        }
    }

    /// It became a request.
    pub(super) fn followed(&mut self, origin: &Origin, id: &RequestId) {
        self.follow_ups.insert(origin.clone(), FollowUp::Became(id.clone()));
    }

    fn may_follow_again(&self, origin: &Origin, id: &RequestId) -> bool {
        let Some(held) = self.requests.get(id) else { return true };
        let makes_no_sense_twice =
            [Action::PowerOn, Action::Consolidate, Action::Extend].iter().any(|action| origin.is_button(action.word()));
        matches!(held.request.state, State::Refused { .. }) || (makes_no_sense_twice && held.request.state.is_final())
    }
}
