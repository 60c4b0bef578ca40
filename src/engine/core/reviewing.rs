//! What is open is looked at again whenever people, rules or memberships may have changed: when a configuration is read anew, when a
//! platform's groups change, and at a start.

use super::{Core, Turn};
use crate::domain::authority::{Claim, Refusal, Standing};
use crate::domain::ids::RequestId;
use crate::domain::machine::Event;
use crate::domain::request::{Request, StartPhase, State};

impl Core {
    /// Asks the authority something about a request, on its VM as it is now.
    pub(in crate::engine) fn ask_authority<T>(
        &self,
        request: &Request,
        ask: impl FnOnce(&Claim<'_>, Standing<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (rules, now) = (self.parts.rules(), self.parts.clock.now());
        let target = self.parts.fleet.as_it_is(&request.target);
        ask(&Claim::of(request, &target), rules.standing(now, self.freeze()))
    }

    /// Looks at every request that waits, and at every plan.
    pub(super) fn review(&mut self, turn: &mut Turn) {
        let waits = |state: &State| match state {
            State::AwaitingApproval { .. } | State::Queued { .. } | State::Starting { phase: StartPhase::Checking } => {
                true
            }
            State::Asked
            | State::Refused { .. }
            | State::Denied { .. }
            | State::Expired { .. }
            | State::Stale { .. }
            | State::Withdrawn { .. }
            | State::Starting { phase: StartPhase::Calling { .. } }
            | State::Running { .. }
            | State::Done { .. }
            | State::Failed { .. }
            | State::Cancelled { .. }
            | State::Unsure { .. }
            | State::NeedsHuman { .. } => false,
        };
        let open = self.requests.values().filter(|held| waits(&held.request.state));
        let mut open: Vec<(u64, RequestId)> = open.map(|held| (held.request.seq, held.request.id.clone())).collect();
        open.sort();
        for (_, id) in open {
            turn.system.push((id.clone(), Event::Reviewed));
            self.apply(&id, &Event::Reviewed, turn);
        }
        self.review_sweeps(turn);
    }

    /// Looks at what is open by rules that have just been taken, and tells who had them read that they hold; or after a freeze.
    pub(super) async fn review_if_due(&mut self) {
        if !std::mem::take(&mut self.review_due) {
            return;
        }
        let mut turn = Turn::default();
        self.review(&mut turn);
        self.finish(turn, false).await;
        for reply in std::mem::take(&mut self.rules_taken) {
            // Whoever had them read may have gone; they hold all the same.
            let _gone = reply.send(Ok(()));
        }
    }
}
