//! What one turn wants to do, kept apart until it is committed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::Held;
use super::figures::{Arrival, Figure};
use super::watching::Memory;
use crate::domain::freeze::Freeze;
use crate::domain::ids::{ChannelId, Group, MessageId, RequestId};
use crate::domain::machine::{Effect, Event};
use crate::domain::policy::memberships::Unread;
use crate::domain::reconcile::CallRow;
use crate::engine::ports::Commit;
use crate::engine::record::{Draft, Pending};
use crate::engine::setup::Rules;
use crate::engine::{Answer, effects};
use crate::message::model::Card;

/// What one turn wants to do, kept apart until it is committed.
#[derive(Default)]
pub(in crate::engine) struct Turn {
    pub(super) commit: Commit,
    pub(super) undo: BTreeMap<RequestId, Option<Held>>,
    pub(super) touched: Vec<RequestId>,
    pub(super) rows: BTreeSet<RequestId>,
    pub(super) effects: Vec<(RequestId, Effect)>,
    pub(super) answers: Vec<(oneshot::Sender<Answer>, Answer, Reader)>,
    pub(super) lists: Vec<effects::List>,
    pub(super) looks: Vec<effects::Look>,
    pub(super) new_waiting: Vec<(RequestId, oneshot::Sender<Answer>, Reader)>,
    pub(super) system: Vec<(RequestId, Event)>,
    pub(super) posted: Vec<(RequestId, MessageId)>,
    /// Requests whose messages say how they ended.
    pub(super) settled: Vec<RequestId>,
    /// Requests that become late, each with its number among those.
    pub(super) late: Vec<(u64, RequestId)>,
    pub(super) taken_ids: Vec<(String, String)>,
    pub(super) gone_drafts: Vec<RequestId>,
    pub(super) answered_drafts: Vec<Draft>,
    pub(super) new_drafts: Vec<Draft>,
    /// What held before, where this turn freezes or unfreezes.
    pub(super) undo_freeze: Option<Option<Freeze>>,
    /// Who froze everything with this turn, and is answered when nothing can be sent any more.
    pub(in crate::engine) froze: Vec<(oneshot::Sender<Answer>, Reader)>,
    /// What the watch remembered before, where this turn changes that.
    pub(super) undo_memory: Option<Memory>,
    /// Rows of calls that this turn makes or learns of.
    pub(super) calls: Vec<(String, CallRow)>,
    pub(super) new_bulletins: Vec<RequestId>,
    pub(super) posted_bulletins: Vec<RequestId>,
    pub(super) old_bulletins: Vec<RequestId>,
    pub(super) new_rules: Vec<(Rules, oneshot::Sender<Result<(), String>>)>,
    /// Whether a platform's groups have changed.
    pub(super) regrouped: bool,
    /// Which groups were reported as unreadable before, where this turn reports one.
    pub(super) undo_reported: Option<BTreeMap<Group, Unread>>,
    /// Who waits to hear that what they handed in is written down.
    pub(super) taken: Vec<Arrival>,
    /// Ids of events that this turn took in, and of some that are old enough to go.
    pub(super) seen: Vec<(String, Timestamp)>,
    pub(super) gone_seen: Vec<String>,
    /// Commands that go on their way, and such that are decided.
    pub(super) pended: Vec<(u64, Pending)>,
    pub(super) decided: Vec<u64>,
    /// Requests whose askers are told directly that they ended.
    pub(super) ended: Vec<RequestId>,
    /// Requests that took off somebody else's hold, who is told.
    pub(super) released: Vec<RequestId>,
    /// What the steps of this turn count.
    pub(super) figures: Vec<Figure>,
}

/// Where and in which language an answer is read, should it have to say something else.
#[derive(Clone)]
pub(in crate::engine) struct Reader {
    pub(in crate::engine) channel: ChannelId,
    pub(in crate::engine) locale: String,
}

impl Turn {
    /// Answers somebody once the turn is committed.
    pub(in crate::engine) fn answer(
        &mut self,
        reply: oneshot::Sender<Answer>,
        card: Option<Card>,
        request: Option<RequestId>,
        reader: Reader,
    ) {
        self.answers.push((reply, Answer { reply: card, request }, reader));
    }

    /// Answers somebody once their request has got past preflight.
    pub(in crate::engine) fn wait_for(&mut self, request: RequestId, reply: oneshot::Sender<Answer>, reader: Reader) {
        self.new_waiting.push((request, reply, reader));
    }

    /// Reads a VM and answers with its tree.
    pub(in crate::engine) fn list(&mut self, list: effects::List) {
        self.lists.push(list);
    }

    /// Writes an audit line with the turn.
    pub(in crate::engine) fn audit(&mut self, line: serde_json::Value) {
        self.commit.audit.push(line);
    }

    /// Writes a row with the turn.
    pub(super) fn put(&mut self, key: String, row: Vec<u8>) {
        self.commit.puts.push((key, row));
    }

    /// Deletes a row with the turn.
    pub(super) fn delete(&mut self, key: String) {
        self.commit.deletes.push(key);
    }

    /// Keeps a question back.
    pub(in crate::engine) fn keep_draft(&mut self, draft: Draft) {
        self.new_drafts.push(draft);
    }

    /// A question back was answered.
    pub(in crate::engine) fn answer_draft(&mut self, draft: Draft) {
        self.drop_draft(&draft.id);
        self.answered_drafts.push(draft);
    }

    /// Lets a question back go.
    pub(in crate::engine) fn drop_draft(&mut self, id: &RequestId) {
        if !self.gone_drafts.contains(id) {
            self.gone_drafts.push(id.clone());
        }
    }

    pub(super) fn touch(&mut self, id: &RequestId) {
        if !self.touched.contains(id) {
            self.touched.push(id.clone());
        }
    }
}
