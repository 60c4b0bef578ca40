//! What one turn wants to do beside its rows, kept apart until they are committed.
//!
//! Its rows are in the overlay of the [tables](crate::engine::tables). This is dropped with them if the commit fails. Facts that are reported only
//! once are kept for the retry, and people who wait are told that nothing was done.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::Fact;
use super::figures::{Arrival, Figure};
use crate::domain::ids::{ChannelId, RequestId};
use crate::domain::inventory::VmSummary;
use crate::domain::machine::Effect;
use crate::engine::Answer;
use crate::engine::effects::Command;
use crate::engine::setup::Rules;
use crate::engine::watch::look::{Asked, BulkAsked};
use crate::message::model::Card;

#[derive(Default)]
pub(in crate::engine) struct Turn {
    pub(super) audit: Vec<serde_json::Value>,
    /// Requests whose messages may have to say something else.
    pub(super) touched: Vec<RequestId>,
    pub(super) effects: Vec<(RequestId, Effect)>,
    pub(super) replies: Vec<Reply>,
    pub(super) readings: Vec<Reading>,
    pub(super) facts: Vec<(RequestId, Fact)>,
    /// Bulletins that are posted with this turn.
    pub(super) announced: Vec<RequestId>,
    pub(super) rules: Vec<(Rules, oneshot::Sender<Result<(), String>>)>,
    /// Whether a platform's groups have changed.
    pub(super) regrouped: bool,
    /// Whether the watch has decided something.
    pub(super) watched: bool,
    /// Who waits to hear that what they handed in is written down.
    pub(super) taken: Vec<Arrival>,
    /// What the steps of this turn count.
    pub(super) figures: Vec<Figure>,
}

/// Something that is read for somebody, once it is committed that they asked.
pub(super) enum Reading {
    /// A VM, to show its tree.
    List(Arc<VmSummary>, oneshot::Sender<Answer>, Reader),
    /// A VM, for a command that names one of its snapshots.
    Vm(Arc<VmSummary>, Command),
    /// The fleet, for a report.
    Report(Asked),
    /// The fleet, for a request about many snapshots.
    Bulk(BulkAsked),
}

/// Somebody who is answered, and how they read it, should it have to say something else.
pub(super) struct Reply {
    pub(super) to: oneshot::Sender<Answer>,
    pub(super) reader: Reader,
    pub(super) when: When,
}

/// When somebody is answered.
pub(super) enum When {
    /// Once the turn is committed, with this.
    Committed(Box<Answer>),
    /// Once this request has got past preflight.
    Checked(RequestId),
    /// Once nothing can be sent to vCenter any more: they froze everything with this turn.
    Quiet,
}

/// Where and in which language an answer is read.
#[derive(Clone)]
pub(in crate::engine) struct Reader {
    pub(in crate::engine) channel: ChannelId,
    pub(in crate::engine) locale: String,
}

impl Turn {
    /// Answers somebody once the turn is committed.
    pub(in crate::engine) fn answer(
        &mut self,
        to: oneshot::Sender<Answer>,
        card: Option<Card>,
        request: Option<RequestId>,
        reader: Reader,
    ) {
        let when = When::Committed(Box::new(Answer { reply: card, request, seen_before: false }));
        self.replies.push(Reply { to, reader, when });
    }

    /// Answers somebody once their request has got past preflight.
    pub(in crate::engine) fn wait_for(&mut self, request: RequestId, to: oneshot::Sender<Answer>, reader: Reader) {
        self.replies.push(Reply { to, reader, when: When::Checked(request) });
    }

    /// Answers somebody who freezes everything.
    pub(in crate::engine) fn wait_for_quiet(&mut self, to: oneshot::Sender<Answer>, reader: Reader) {
        self.replies.push(Reply { to, reader, when: When::Quiet });
    }

    /// Writes an audit line with the turn.
    pub(in crate::engine) fn audit(&mut self, line: serde_json::Value) {
        self.audit.push(line);
    }

    pub(super) fn touch(&mut self, id: &RequestId) {
        if !self.touched.contains(id) {
            self.touched.push(id.clone());
        }
    }
}
