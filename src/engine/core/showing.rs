//! What people hear of a turn: answers to those who wait, messages brought to what their requests say, and clocks that move on.

use jiff::{SignedDuration, Timestamp};

use super::{Core, Held, Turn, Waiting};
use crate::domain::ids::{RequestId, VmRef};
use crate::domain::machine;
use crate::domain::request::{Phase, State};
use crate::domain::snapshot_tree::PowerState;
use crate::engine::Answer;
use crate::engine::board::Job;
use crate::message::cards;
use crate::message::model::Action;

/// How often a running request's clock moves on in its message.
const DISPLAY_TICK: SignedDuration = SignedDuration::from_secs(2);

/// How often "28 min left" moves on.
const WAITING_TICK: SignedDuration = SignedDuration::from_secs(60);

impl Core {
    /// Answers everyone whose request has got past preflight, and those who have waited long enough.
    pub(super) fn answer_waiting(&mut self) {
        let now = self.parts.clock.now();
        let ready = |(id, waiting): (&RequestId, &Waiting)| {
            let asked = self.requests.get(id).is_some_and(|held| held.request.state == State::Asked);
            (!asked || now >= waiting.until).then(|| id.clone())
        };
        let ready: Vec<RequestId> = self.waiting.iter().filter_map(ready).collect();
        for id in ready {
            let Some(waiting) = self.waiting.remove(&id) else {
                continue;
            };
            let Some(held) = self.requests.get_mut(&id) else {
                continue;
            };
            let request = &held.request;
            let tells = matches!(request.state, State::Refused { .. } | State::Asked);
            let reply = tells.then(|| {
                self.parts.view(&request.channel, &request.locale, |view| cards::request::card(request, view))
            });
            let refused = matches!(request.state, State::Refused { .. });
            let heard = waiting.reply.send(Answer { reply, request: Some(id) }).is_ok();
            // A refusal is for the asker's eyes; only if nobody took it, it goes to the channel.
            held.private = refused && heard;
        }
    }

    /// Brings a request's message to what its state says.
    pub(super) fn show(&mut self, id: &RequestId, restore: bool) {
        if self.waiting.contains_key(id) {
            return;
        }
        let Some(held) = self.requests.get_mut(id) else { return };
        let request = &held.request;
        let unseen = request.state == State::Asked && held.posted.is_none();
        // A part of a plan stands in the plan's message, until it has to ask something of its own.
        let within = request.is_part() && held.posted.is_none() && !matches!(request.state, State::NeedsHuman { .. });
        if unseen || held.private || within {
            return;
        }
        let mut card = self.parts.view(&request.channel, &request.locale, |view| cards::request::card(request, view));
        if self.runs_by_now.contains(id) {
            card.buttons.retain(|button| button.action != Action::PowerOn);
        }
        if held.shown.as_ref() == Some(&card) {
            return;
        }
        let keeps = self.parts.chats.get(request.channel.platform()).is_some_and(|chat| chat.keeps_messages());
        let settled = held.given_up.is_some() || held.posted.as_ref().is_some_and(|posted| posted.settled);
        // The same state with the same buttons: only the bar and the clocks move. And nobody has to act on what is only under way.
        let same = held.shown.as_ref().is_some_and(|old| old.state == card.state && old.buttons == card.buttons);
        let progress = held.posted.is_some() && (same || request.state.goes_on());
        held.shown = Some(card.clone());
        if restore && settled && keeps {
            return;
        }
        // What was posted before a restart may not have been written down.
        let tried = restore && held.posted.is_none();
        let (channel, last) = (request.channel.clone(), request.state.is_final());
        let job = Job { channel, posted: held.posted.clone(), restore, tried, progress, last, card };
        self.board.show(id.clone(), job);
    }

    /// The live inventory moved: a card that offers to power a VM on stops doing so while the VM runs, whoever powered it on.
    pub(super) fn inventory_moved(&mut self, vms: &[VmRef], turn: &mut Turn) {
        let offers = |(id, held): (&RequestId, &Held)| {
            let request = &held.request;
            let offered = matches!(&request.state, State::Done { facts } if facts.can_power_on);
            let vm = &request.vm()?.vm;
            let is_told_of = offered && held.posted.is_some() && vms.contains(vm);
            is_told_of.then(|| (id.clone(), vm.clone()))
        };
        let offering: Vec<(RequestId, VmRef)> = self.requests.iter().filter_map(offers).collect();
        for (id, vm) in offering {
            let Some(vcenter) = self.parts.fleet.get(&vm.vcenter) else { continue };
            let runs = vcenter.inventory().get(&vm).is_some_and(|vm| vm.power == PowerState::On);
            let changed = if runs { self.runs_by_now.insert(id.clone()) } else { self.runs_by_now.remove(&id) };
            if changed {
                turn.touch(&id);
            }
        }
    }

    /// When there is something to do without being told.
    pub(super) fn next_wake(&mut self) -> Option<Timestamp> {
        let now = self.parts.clock.now();
        let tick = self.requests.values().filter_map(|held| display_tick(&held.request.state)).min();
        // An earlier moment that is set already stands: a busy inbox must not push it away for ever.
        let display = tick.and_then(|tick| now.checked_add(tick).ok());
        self.display_at = [self.display_at.filter(|_| display.is_some()), display].into_iter().flatten().min();
        // While the store fails, a deadline that is over would wake us again and again; the next try wakes us instead.
        let deadlines = self
            .requests
            .values()
            .filter(|_| self.retry_at.is_none())
            .filter_map(|held| machine::wake_at(&held.request));
        let answers = self.waiting.values().map(|waiting| waiting.until);
        let compare = self.reconcile_at().filter(|_| self.retry_at.is_none());
        let left_over = self.intake_wake();
        let groups = self.groups_at();
        let watch = self.watch_at().filter(|_| self.retry_at.is_none());
        deadlines
            .chain(watch)
            .chain(groups)
            .chain(left_over)
            .chain(answers)
            .chain(self.retry_at)
            .chain(self.display_at)
            .chain(compare)
            .min()
    }
}

/// How often a message moves on by the clock alone.
fn display_tick(state: &State) -> Option<SignedDuration> {
    match state.phase() {
        // What runs in parts may wait for a vCenter, or for what is not known.
        Phase::UnderWay if !matches!(state, State::InParts { .. }) => Some(DISPLAY_TICK),
        Phase::UnderWay | Phase::Undecided => Some(WAITING_TICK),
        Phase::Waiting | Phase::Unknown | Phase::Dropped | Phase::Ended => None,
    }
}
