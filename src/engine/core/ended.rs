//! Requests that ended, and how long they are at hand.
//!
//! One whose message does not say yet how it ended is kept, however many newer ones there are: once it is forgotten, its message would say
//! "running" for ever. Of the others the newest are kept, for their buttons and for platforms that show messages from memory. A restart
//! finds the newest by their numbers. A request that ended after so many newer ones had been asked for, or is still unsettled by then, has a
//! row that says so (it is late). The rest is in the store alone.

use std::collections::{BTreeMap, HashSet};

use super::{Core, Held, Turn};
use crate::domain::ids::RequestId;
use crate::domain::request::Request;
use crate::engine::ports::StoreError;
use crate::engine::record::{self, Row};
use crate::engine::setup::REMEMBERED;
use crate::telemetry::names;

/// At most so many ended requests wait for their messages: a platform that is away for that many ends is away for good, or taken for it.
const UNSETTLED: usize = 5_000;

/// Requests that a restart finds by rows of their own, in the order in which they became late.
#[derive(Default)]
pub(super) struct Late {
    by_number: BTreeMap<u64, RequestId>,
    /// Rows that are to go with the next commit.
    gone: Vec<u64>,
}

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
        for (key, bytes) in super::keeping::scan_all(store.as_ref(), record::LATE, None).await? {
            let number = super::keeping::sequence(&key);
            let seq: u64 = record::read(&key, &bytes)?;
            let done = record::done_key(seq);
            match store.get(&done).await? {
                Some((_, bytes)) => {
                    let row: Row = record::read(&done, &bytes)?;
                    self.late.by_number.insert(number, row.request.id.clone());
                    self.take_over_row(row);
                }
                None => self.late.gone.push(number),
            }
        }
        Ok(())
    }

    /// Whether a request's message says how it ended, or needs not to, or cannot be made to.
    fn is_settled(&self, held: &Held) -> bool {
        let chat = self.parts.chats.get(held.request.channel.platform());
        // A platform that shows messages from memory is given them anew at every start.
        let keeps = chat.is_some_and(|chat| chat.keeps_messages());
        let silent = held.private || (held.request.is_part() && held.posted.is_none());
        let said = held.posted.as_ref().is_some_and(|posted| posted.settled);
        !keeps || silent || said || held.given_up.is_some()
    }

    /// Gives rows to requests that a restart would not find by their numbers any more: those that end now, and those that are not settled.
    pub(super) fn write_late(&self, turn: &mut Turn) -> Result<(), StoreError> {
        let oldest = self.next_seq.saturating_sub(REMEMBERED);
        let known: HashSet<&RequestId> = self.late.by_number.values().collect();
        let ends = |held: &Held| {
            let before = turn.undo.get(&held.request.id).and_then(Option::as_ref);
            before.is_some_and(|before| !before.request.state.is_final())
        };
        let is_old = |held: &&Held| held.request.state.is_final() && held.request.seq < oldest;
        let old = self.requests.values().filter(is_old).filter(|held| !known.contains(&held.request.id));
        let late: Vec<&Request> =
            old.filter(|held| ends(held) || !self.is_settled(held)).map(|held| &held.request).collect();
        let next = self.late.by_number.keys().next_back().map_or(0, |last| last + 1);
        for (number, request) in (next..).zip(late) {
            turn.commit.puts.push((record::late_key(number), record::write(&request.seq)?));
            turn.late.push((number, request.id.clone()));
        }
        turn.commit.deletes.extend(self.late.gone.iter().map(|number| record::late_key(*number)));
        Ok(())
    }

    /// The turn happened.
    pub(super) fn late_written(&mut self, turn: &mut Turn) {
        self.late.by_number.extend(turn.late.drain(..));
    }

    /// Rows that should be gone are.
    pub(super) fn late_settled(&mut self) {
        self.late.gone.clear();
    }

    /// Gives the oldest up where too many wait for their messages, with the turn.
    pub(super) fn give_up_surplus(&mut self, turn: &mut Turn) {
        if self.requests.len() <= UNSETTLED {
            return;
        }
        let waits = |held: &&Held| held.request.state.is_final() && !self.is_settled(held);
        let mut waiting: Vec<(u64, RequestId)> =
            self.requests.values().filter(waits).map(|held| (held.request.seq, held.request.id.clone())).collect();
        waiting.sort();
        let surplus = waiting.len().saturating_sub(UNSETTLED);
        for (_, id) in waiting.into_iter().take(surplus) {
            self.give_up(&id, &format!("more than {UNSETTLED} messages wait to be shown"), turn);
        }
    }

    /// A request's message will not be brought to what it should say, for this reason.
    pub(super) fn give_up(&mut self, id: &RequestId, why: &str, turn: &mut Turn) {
        self.keep_for_undo(id, turn);
        // Several of its edits may be under way when the first of them cannot be made.
        let Some(held) = self.requests.get_mut(id).filter(|held| held.given_up.is_none()) else { return };
        tracing::error!(request = %id, channel = %held.request.channel, why, "a request's message is given up: it does not say how the request ended");
        metrics::counter!(names::MESSAGES_GIVEN_UP).increment(1);
        held.given_up = Some(why.to_owned());
        let line = record::audit_given_up(&held.request, why, self.parts.clock.now());
        turn.audit(line);
        turn.rows.insert(id.clone());
    }

    /// Lets go of ended requests that nothing is left to do for; they stay in the store.
    pub(super) fn forget(&mut self) {
        let numbers: BTreeMap<&RequestId, u64> = self.late.by_number.iter().map(|(number, id)| (id, *number)).collect();
        let ended = self.requests.iter().filter(|(_, held)| held.request.state.is_final());
        let ended = ended.map(|(id, held)| {
            let late = numbers.get(id).copied();
            (id.clone(), Ended { seq: held.request.seq, settled: self.is_settled(held), late })
        });
        let forgotten = forgotten(ended.collect(), self.next_seq);
        if forgotten.is_empty() {
            return;
        }
        self.requests.retain(|id, _| !forgotten.contains(id));
        let (gone, kept) =
            std::mem::take(&mut self.late.by_number).into_iter().partition(|(_, id)| forgotten.contains(id));
        self.late.by_number = kept;
        let gone: BTreeMap<u64, RequestId> = gone;
        self.late.gone.extend(gone.into_keys());
        let requests = &self.requests;
        self.follow_ups.retain(|origin, _| requests.contains_key(origin.request()));
    }

    /// A request that is not at hand any more, as the store has it.
    pub(in crate::engine) async fn stored(&self, id: &RequestId) -> Result<Option<Request>, StoreError> {
        let store = &self.parts.store;
        let id_key = record::id_key(id);
        let Some((_, bytes)) = store.get(&id_key).await? else { return Ok(None) };
        // It was given its id when it was open, or when it was kept elsewhere; its number is the same.
        let first: String = record::read(&id_key, &bytes)?;
        let done = record::done_key(super::keeping::sequence(&first));
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
