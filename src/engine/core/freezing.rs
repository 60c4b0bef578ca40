//! How a freeze is answered: once no call can be sent any more.
//!
//! The gate before vCenter is shut as soon as somebody freezes. A call that passed it just before may still be on its way out, so the answer,
//! and the message in the channel, wait until every such call has its own answer; after a few seconds they name those that have not.

use jiff::SignedDuration;
use tokio::sync::oneshot;

use super::turn::{Reader, Reply, When};
use super::{Core, Incoming, Turn};
use crate::domain::bulletin::News;
use crate::domain::ids::{RequestId, VmTitle};
use crate::domain::notice::Notice;
use crate::engine::outgoing::UnderWay;
use crate::engine::{Answer, effects};
use crate::message::cards;

/// So long a freeze waits for calls under way: vCenter answers within a second, and whoever freezes is in a hurry.
const PATIENCE: SignedDuration = SignedDuration::from_secs(5);

/// A freeze that is written down, and not answered.
pub(super) struct Freezing {
    replies: Vec<(oneshot::Sender<Answer>, Reader)>,
    /// What channels are told of it.
    bulletins: Vec<RequestId>,
}

impl Core {
    /// The turn is committed. What it tells of a freeze waits until nothing is under way.
    pub(super) fn hold_back_freeze(&mut self, turn: &mut Turn) {
        let (quiet, others) =
            std::mem::take(&mut turn.replies).into_iter().partition(|reply| matches!(reply.when, When::Quiet));
        turn.replies = others;
        let quiet: Vec<Reply> = quiet;
        if quiet.is_empty() {
            return;
        }
        let is_told = |id: &RequestId| {
            let row = self.tables.bulletins.get(id);
            row.is_some_and(|row| matches!(row.bulletin.news, News::Frozen { .. }))
        };
        let (bulletins, others) = std::mem::take(&mut turn.announced).into_iter().partition(is_told);
        turn.announced = others;
        let replies = quiet.into_iter().map(|reply| (reply.to, reply.reader)).collect();
        self.freezing.push(Freezing { replies, bulletins });
        if self.outgoing.under_way().is_empty() {
            return self.answer_freezes(&UnderWay::new());
        }
        let (outgoing, clock) = (self.outgoing.clone(), self.parts.clock.clone());
        effects::beside(&self.inbox, async move {
            tokio::select! {
                () = outgoing.quiet() => {}
                () = clock.pause(PATIENCE.unsigned_abs()) => {}
            }
            Incoming::Quiet(outgoing.under_way())
        });
    }

    /// Tells of every freeze that waited, and which calls still have no answer.
    pub(super) fn answer_freezes(&mut self, under_way: &UnderWay) {
        let under_way: Vec<(RequestId, VmTitle)> =
            under_way.iter().map(|(request, vm)| (request.clone(), vm.clone())).collect();
        for Freezing { replies, bulletins } in std::mem::take(&mut self.freezing) {
            let notice = Notice::FrozenNow { under_way: under_way.clone() };
            for (reply, reader) in replies {
                let card = self.parts.view(&reader.channel, &reader.locale, |view| cards::reply::card(&notice, view));
                // Who froze may have gone; it holds all the same.
                let _gone = reply.send(Answer { reply: Some(card), ..Answer::default() });
            }
            for id in bulletins {
                self.show(&id, false);
            }
        }
    }
}
