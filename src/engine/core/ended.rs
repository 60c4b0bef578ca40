//! Requests that ended, and how long they are at hand.
//!
//! One whose message does not say yet how it ended is kept, however many newer ones there are: once it is forgotten, its message would say
//! "running" for ever. Of the others the newest are kept, for their buttons and for platforms that show messages from memory. A restart
//! finds the newest by their numbers. A request that ended after so many newer ones had been asked for, or is still unsettled by then, has a
//! row that says so (it is late). The rest is in the store alone.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Core, Turn};
use crate::domain::ids::RequestId;
use crate::domain::request::Request;
use crate::engine::ports::StoreError;
use crate::engine::record::{self, Row};
use crate::engine::setup::REMEMBERED;
use crate::engine::tables::rows::{LateSeq, sequence};
use crate::telemetry::names;

/// At most so many ended requests wait for their messages: a platform that is away for that many ends is away for good, or taken for it.
const UNSETTLED: usize = 5_000;

/// What decides whether a request that ended is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ended {
    /// Its number in the order of asking.
    seq: u64,
    /// Whether its message needs nothing more.
    settled: bool,
    /// Its number among the late ones, if it is one.
    late: Option<u64>,
}

impl Core {
    /// Reads the late requests that are not at hand already.
    pub(super) async fn load_late(&mut self) -> Result<(), StoreError> {
        let store = self.parts.store.clone();
        let late: Vec<u64> = self.tables.late.values().map(|late| late.0).collect();
        for seq in late {
            let done = record::done_key(seq);
            if let Some((_, bytes)) = store.get(&done).await? {
                self.take_over_row(record::read(&done, &bytes)?);
            }
        }
        Ok(())
    }

    /// Whether a request's message says how it ended, or needs not to, or cannot be made to.
    fn is_settled(&self, row: &Row) -> bool {
        let Row { request, posted, given_up } = row;
        // A platform that shows messages from memory is given them anew at every start.
        let keeps = self.keeps_messages(&request.channel);
        let silent = self.showing.is_private(&request.id) || (request.is_part() && posted.is_none());
        let said = posted.as_ref().is_some_and(|posted| posted.settled);
        !keeps || silent || said || given_up.is_some()
    }

    /// Gives rows to requests that a restart would not find by their numbers any more: those that end now, and those that are not settled. Those of
    /// requests that are not at hand any more go.
    pub(super) fn write_late(&mut self) {
        let oldest = self.next_seq.saturating_sub(REMEMBERED);
        let requests = &self.tables.requests;
        let known: BTreeSet<u64> = self.tables.late.values().map(|late| late.0).collect();
        let ends = |row: &Row| {
            let before = requests.before(&row.request.id);
            before.is_some_and(|before| !before.request.state.is_final())
        };
        let is_old = |row: &&Row| row.request.state.is_final() && row.request.seq < oldest;
        let old = requests.values().filter(is_old).filter(|row| !known.contains(&row.request.seq));
        let mut late: Vec<u64> =
            old.filter(|row| ends(row) || !self.is_settled(row)).map(|row| row.request.seq).collect();
        late.sort_unstable();
        let at_hand: HashSet<u64> = requests.values().map(|row| row.request.seq).collect();
        let gone = self.tables.late.iter().filter(|(_, late)| !at_hand.contains(&late.0));
        let gone: Vec<u64> = gone.map(|(number, _)| *number).collect();
        let next = self.tables.late.keys().max().map_or(0, |last| last + 1);
        for (number, seq) in (next..).zip(late) {
            self.tables.late.put(number, LateSeq(seq));
        }
        for number in gone {
            self.tables.late.remove(&number);
        }
    }

    /// Gives the oldest up where too many wait for their messages, with the turn.
    pub(super) fn give_up_surplus(&mut self, turn: &mut Turn) {
        if self.tables.requests.len() <= UNSETTLED {
            return;
        }
        let waits = |row: &&Row| row.request.state.is_final() && !self.is_settled(row);
        let waiting = self.tables.requests.values().filter(waits);
        let mut waiting: Vec<(u64, RequestId)> = waiting.map(|row| (row.request.seq, row.request.id.clone())).collect();
        waiting.sort();
        let surplus = waiting.len().saturating_sub(UNSETTLED);
        for (_, id) in waiting.into_iter().take(surplus) {
            self.give_up(&id, &format!("more than {UNSETTLED} messages wait to be shown"), turn);
        }
    }

    /// A request's message will not be brought to what it should say, for this reason.
    pub(super) fn give_up(&mut self, id: &RequestId, why: &str, turn: &mut Turn) {
        // Several of its edits may be under way when the first of them cannot be made.
        if self.tables.requests.get(id).is_none_or(|row| row.given_up.is_some()) {
            return;
        }
        let Some(row) = self.tables.requests.change(id) else { return };
        row.given_up = Some(why.to_owned());
        let request = &row.request;
        tracing::error!(request = %id, channel = %request.channel, why, "a request's message is given up: it does not say how the request ended");
        metrics::counter!(names::MESSAGES_GIVEN_UP).increment(1);
        turn.audit(record::audit_given_up(request, why, self.parts.clock.now()));
    }

    /// Lets go of ended requests that nothing is left to do for; they stay in the store.
    pub(super) fn forget(&mut self) {
        let numbers: BTreeMap<u64, u64> = self.tables.late.iter().map(|(number, late)| (late.0, *number)).collect();
        let ended = self.tables.requests.values().filter(|row| row.request.state.is_final());
        let ended = ended.map(|row| {
            let seq = row.request.seq;
            (row.request.id.clone(), Ended { seq, settled: self.is_settled(row), late: numbers.get(&seq).copied() })
        });
        let forgotten = forgotten(ended.collect(), self.next_seq);
        if !forgotten.is_empty() {
            self.tables.requests.forget(|id| forgotten.contains(id));
            self.showing.retain(|id| !forgotten.contains(id));
        }
    }

    /// A request that is not at hand any more, as the store has it.
    pub(in crate::engine) async fn stored(&self, id: &RequestId) -> Result<Option<Request>, StoreError> {
        let store = &self.parts.store;
        let id_key = record::id_key(id);
        let Some((_, bytes)) = store.get(&id_key).await? else { return Ok(None) };
        // It was given its id when it was open, or when it was kept elsewhere; its number is the same.
        let first: String = record::read(&id_key, &bytes)?;
        let done = record::done_key(sequence(&first));
        let Some((_, bytes)) = store.get(&done).await? else { return Ok(None) };
        let row: Row = record::read(&done, &bytes)?;
        Ok(Some(row.request).filter(|request| request.id == *id))
    }
}

/// Which of the requests that ended are forgotten, where the next number in the order of asking is this. Nothing is, until there are twice as
/// many as are kept, so that it is done seldom.
fn forgotten(ended: Vec<(RequestId, Ended)>, next_seq: u64) -> HashSet<RequestId> {
    let settled = ended.iter().filter(|(_, ended)| ended.settled);
    if settled.clone().count() as u64 <= 2 * REMEMBERED {
        return HashSet::new();
    }
    let oldest = next_seq.saturating_sub(REMEMBERED);
    let mut late: Vec<u64> = settled.clone().filter_map(|(_, ended)| ended.late).collect();
    late.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
    let first = late.iter().take(usize::try_from(REMEMBERED).unwrap_or(usize::MAX)).next_back().copied();
    let is_kept = |ended: &Ended| {
        let newly_late = ended.late.zip(first).is_some_and(|(late, first)| late >= first);
        ended.seq >= oldest || newly_late
    };
    settled.filter(|(_, ended)| !is_kept(ended)).map(|(id, _)| id.clone()).collect()
}

#[cfg(test)]
mod tests;
