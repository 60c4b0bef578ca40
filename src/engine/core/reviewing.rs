//! What is open is looked at again whenever people, rules or memberships may have changed: when a configuration is read anew, when a
//! platform's groups change, and at a start.

use super::{Core, Fact, Turn};
use crate::domain::machine::{self, Context, Event};
use crate::domain::request::{Phase, Request, StartPhase, State};

impl Core {
    /// Asks the machine something about a request, by the rules and on its VMs as they are now.
    pub(in crate::engine) fn ask_machine<T>(&self, request: &Request, ask: impl FnOnce(Context<'_>) -> T) -> T {
        let (rules, now) = (self.parts.rules(), self.parts.clock.now());
        let targets = self.parts.fleet.targets_of(request);
        ask(rules.context(now, self.freeze(), &targets))
    }

    /// Whether a request has all the approvals that it needs now, and that is known.
    pub(super) fn is_clear(&self, request: &Request) -> bool {
        self.ask_machine(request, |cx| machine::is_clear(request, cx))
    }

    /// Looks at every request that waits, or whose parts do.
    pub(super) fn review(&mut self, turn: &mut Turn) {
        let waits = |request: &Request| match request.state.phase() {
            Phase::Waiting => matches!(request.state, State::Queued { .. }),
            Phase::Undecided => true,
            Phase::UnderWay => {
                matches!(request.state, State::InParts { .. } | State::Starting { phase: StartPhase::Checking })
            }
            Phase::Unknown | Phase::Dropped | Phase::Ended => false,
        };
        for id in self.in_order(waits) {
            self.note(id, Fact::Event(Event::Reviewed), turn);
        }
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
