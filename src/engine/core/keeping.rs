//! The engine and its store: what is read at the start, how a turn is written, and what becomes of one that was not.

use super::turn::Turn;
use super::{Core, Held, STORE_RETRY};
use crate::domain::ids::RequestId;
use crate::domain::machine::Effect;
use crate::domain::notice::Notice;
use crate::domain::request::State;
use crate::engine::Answer;
use crate::engine::ports::{Commit, Store, StoreError};
use crate::engine::record::{self, Draft, Row, Told};
use crate::engine::setup::REMEMBERED;
use crate::message::cards;
use jiff::Timestamp;

/// Where the highest sequence number is kept.
const LAST_SEQ: &str = "meta/last-seq";

/// How many rows are read at once.
const PAGE: usize = 500;

impl Core {
    /// Reads what the store has: every open request and the last final ones.
    pub(in crate::engine) async fn load(&mut self) -> Result<(), StoreError> {
        let store = self.parts.store.clone();
        let mut rows = scan_all(store.as_ref(), record::OPEN, None).await?;
        // Sequence numbers only grow, so the last one says where the window of remembered requests begins.
        let mut last = 0;
        for (key, _) in &rows {
            last = last.max(sequence(key));
        }
        if let Some((_, bytes)) = store.get(LAST_SEQ).await? {
            last = last.max(record::read(LAST_SEQ, &bytes)?);
        }
        let after = format!("{}{:020}", record::DONE, last.saturating_sub(REMEMBERED));
        rows.extend(scan_all(store.as_ref(), record::DONE, Some(after)).await?);
        for (key, bytes) in rows {
            let row: Row = record::read(&key, &bytes)?;
            self.next_seq = self.next_seq.max(row.request.seq + 1);
            self.take_over_row(row);
        }
        self.load_late().await?;
        for (key, bytes) in scan_all(store.as_ref(), record::BULLETIN, None).await? {
            if let Some(row) = record::released::plan(&key, &bytes)? {
                self.take_over_plan(row);
                continue;
            }
            let told: Told = record::read(&key, &bytes)?;
            last = last.max(told.bulletin.seq);
            self.bulletins.insert(told.bulletin.id.clone(), told);
        }
        self.next_seq = self.next_seq.max(last + 1);
        if let Some((_, bytes)) = store.get(record::FREEZE).await? {
            self.freeze = Some(record::read(record::FREEZE, &bytes)?);
            self.parts.freeze.set(self.freeze.clone());
            self.outgoing.set_freeze(self.freeze.clone());
        }
        // Until a platform was read, it is not known whom it has in which group.
        self.parts.rules.set(self.effective());
        self.load_reconciling().await?;
        self.load_watching().await?;
        self.load_intake().await?;
        self.load_memberships().await?;
        for (key, bytes) in scan_all(store.as_ref(), record::DRAFT, None).await? {
            let draft: Draft = record::read(&key, &bytes)?;
            self.drafts.insert(draft.id.clone(), draft);
        }
        Ok(())
    }

    /// Takes over a request that an earlier version kept as something told: from the next commit on it has a row of its own.
    fn take_over_plan(&mut self, row: Row) {
        let (id, seq) = (row.request.id.clone(), row.request.seq);
        self.next_seq = self.next_seq.max(seq + 1);
        self.doubtful.insert(id, seq);
        self.doubtful_bulletins.push(seq);
        self.take_over_row(row);
    }

    /// Takes over a request as its row has it.
    pub(super) fn take_over_row(&mut self, row: Row) {
        let Row { request, posted, given_up } = row;
        // Refused at once, to its asker alone. What was refused later has been in the channel, or was on its way there.
        let at_once = matches!(request.state, State::Refused { .. }) && request.plan.is_none();
        let private = at_once && posted.is_none();
        if let Some(origin) = &request.origin {
            self.followed(origin, &request.id);
        }
        let held = Held { request, posted, private, given_up, shown: None };
        self.requests.insert(held.request.id.clone(), held);
    }

    pub(super) async fn write(&mut self, turn: &mut Turn) -> Result<(), StoreError> {
        for id in &turn.rows {
            let Some(held) = self.requests.get(id) else { continue };
            put_row(held, &mut turn.commit)?;
            if held.request.state.is_final() {
                turn.commit.deletes.push(record::open_key(held.request.seq));
                turn.commit.puts.push((LAST_SEQ.to_owned(), record::write(&(self.next_seq - 1))?));
            }
        }
        for (key, row) in &turn.calls {
            turn.commit.puts.push((key.clone(), record::write(row)?));
        }
        if turn.undo_freeze.is_some() {
            self.put_freeze(&mut turn.commit)?;
        }
        self.write_bulletins(turn)?;
        for (key, row) in &turn.taken_ids {
            turn.commit.puts.push((key.clone(), record::write(row)?));
        }
        for draft in &turn.new_drafts {
            turn.commit.puts.push((record::draft_key(&draft.id), record::write(draft)?));
        }
        for id in &turn.gone_drafts {
            turn.commit.deletes.push(record::draft_key(id));
        }
        for (number, pending) in &turn.pended {
            turn.commit.puts.push((record::inbox_key(*number), record::write(pending)?));
        }
        let idle = turn.commit == Commit::default();
        let sure = self.doubtful.is_empty()
            && !self.doubtful_freeze
            && self.doubtful_bulletins.is_empty()
            && self.intake_is_sure();
        if idle && (sure || self.retry_at.is_some()) {
            return Ok(());
        }
        // The first row tells whether all of it was written: a turn changes what it puts, or makes it.
        let witness = turn.commit.puts.first().cloned();
        self.write_intake(turn)?;
        self.write_late(turn)?;
        if self.doubtful_freeze && turn.undo_freeze.is_none() {
            self.put_freeze(&mut turn.commit)?;
        }
        turn.commit.deletes.extend(self.doubtful_bulletins.iter().map(|seq| record::bulletin_key(*seq)));
        for (id, seq) in &self.doubtful {
            settle(self.requests.get(id), *seq, turn)?;
        }
        turn.commit.from_reserve = ends(turn) && !self.begins(turn);
        let done = self.parts.store.commit(std::mem::take(&mut turn.commit)).await.map(|_| ());
        let done = match done {
            Err(StoreError::Unknown(why)) => self.read_back(witness, why, turn).await,
            done @ (Ok(()) | Err(StoreError::Conflict { .. } | StoreError::Io(_))) => done,
        };
        if done.is_ok() {
            self.doubtful.clear();
            self.doubtful_freeze = false;
            self.doubtful_bulletins.clear();
            self.intake_settled();
            self.late_settled();
        }
        done
    }

    /// Whether a turn begins something: a request, a question back, an approval, a call. On a full disk that is not written, so that there is
    /// room for the ends of what is running.
    fn begins(&self, turn: &Turn) -> bool {
        let approved = |id: &RequestId| {
            let now = self.requests.get(id).map_or(0, |held| held.request.approvals.len());
            let before = turn.undo.get(id).and_then(Option::as_ref).map_or(0, |held| held.request.approvals.len());
            now > before
        };
        !turn.taken_ids.is_empty()
            || !turn.pended.is_empty()
            || !turn.new_drafts.is_empty()
            || turn.effects.iter().any(|(_, effect)| matches!(effect, Effect::Call(_)))
            || turn.undo.keys().any(approved)
    }

    fn put_freeze(&self, commit: &mut Commit) -> Result<(), StoreError> {
        match &self.freeze {
            Some(freeze) => commit.puts.push((record::FREEZE.to_owned(), record::write(freeze)?)),
            None => commit.deletes.push(record::FREEZE.to_owned()),
        }
        Ok(())
    }

    /// It is not known whether a turn was written, so one of its rows is read. If that cannot be done either, the turn counts as
    /// not written, and its rows are written again as they were before anything else is.
    async fn read_back(
        &mut self,
        witness: Option<(String, Vec<u8>)>,
        why: String,
        turn: &Turn,
    ) -> Result<(), StoreError> {
        let Some((key, bytes)) = witness else {
            return Err(StoreError::Unknown(why));
        };
        match self.parts.store.get(&key).await {
            Ok(Some((_, found))) if found == bytes => Ok(()),
            Ok(Some(_) | None) => Err(StoreError::Io(why)),
            Err(_) => {
                let seq = |id: &RequestId| Some((id.clone(), self.requests.get(id)?.request.seq));
                let doubtful: Vec<_> = turn.rows.iter().filter_map(seq).collect();
                self.doubtful.extend(doubtful);
                self.doubtful_freeze |= turn.undo_freeze.is_some();
                let told = turn.new_bulletins.iter().filter_map(|id| Some(self.bulletins.get(id)?.bulletin.seq));
                self.doubtful_bulletins.extend(told);
                Err(StoreError::Unknown(why))
            }
        }
    }

    /// The turn did not happen, but for what only reads.
    pub(super) fn undo(&mut self, mut turn: Turn, error: &StoreError) {
        tracing::error!(%error, "nothing could be written down, so nothing was done");
        self.start_reads(&mut turn);
        for (id, before) in std::mem::take(&mut turn.undo) {
            match before {
                Some(held) => {
                    self.requests.insert(id, held);
                }
                None => {
                    let gone = self.requests.remove(&id);
                    if let Some(origin) = gone.and_then(|held| held.request.origin) {
                        self.follow_ups.remove(&origin);
                    }
                }
            }
        }
        if let Some(before) = turn.undo_freeze.take() {
            self.freeze = before;
            self.outgoing.set_freeze(self.freeze.clone());
        }
        for (_, reply) in turn.new_rules.drain(..) {
            let _gone = reply.send(Err(error.to_string()));
        }
        self.undo_bulletins(&mut turn);
        self.undo_watching(&mut turn);
        self.undo_memberships(&mut turn);
        let on_its_way = self.undo_intake(&mut turn);
        for draft in turn.answered_drafts {
            self.drafts.insert(draft.id.clone(), draft);
        }
        let notice = match error {
            // Should the process end before its rows are written again as they were, it was written after all.
            StoreError::Unknown(_) => Notice::StoreUnsure { why: error.to_string() },
            // The same of a command whose row could not be taken away.
            StoreError::Conflict { .. } | StoreError::Io(_) if on_its_way => {
                Notice::StoreUnsure { why: error.to_string() }
            }
            StoreError::Conflict { .. } | StoreError::Io(_) => Notice::StoreDown { why: error.to_string() },
        };
        let asked = turn.new_waiting.into_iter().map(|(_, reply, reader)| (reply, reader));
        let told = turn.answers.into_iter().map(|(reply, _, reader)| (reply, reader));
        let froze = turn.froze.into_iter();
        for (reply, reader) in told.chain(asked).chain(froze) {
            let card = self.parts.view(&reader.channel, &reader.locale, |view| cards::reply::card(&notice, view));
            let _gone = reply.send(Answer { reply: Some(card), request: None });
        }
        self.retry.extend(turn.system);
        self.retry_posted.extend(turn.posted);
        self.retry_settled.extend(turn.settled);
        let next = self.parts.clock.now().saturating_add(STORE_RETRY);
        // People who go on asking do not put the next try off.
        self.retry_at.get_or_insert(next.unwrap_or(Timestamp::MAX));
        self.answer_waiting();
    }
}

/// Whether a turn goes on with something that is on its way in vCenter.
fn ends(turn: &Turn) -> bool {
    turn.undo.values().flatten().any(|before| before.request.state.holds_vm())
}

fn put_row(held: &Held, commit: &mut Commit) -> Result<(), StoreError> {
    let Held { request, posted, given_up, private: _, shown: _ } = held;
    let row = Row { request: request.clone(), posted: posted.clone(), given_up: given_up.clone() };
    commit.puts.push((record::key(&held.request), record::write(&row)?));
    Ok(())
}

/// Has the row of a request that the store may have otherwise be as it is here; one that is not here goes.
fn settle(held: Option<&Held>, seq: u64, turn: &mut Turn) -> Result<(), StoreError> {
    let kept = held.map(|held| record::key(&held.request));
    for key in [record::open_key(seq), record::done_key(seq)] {
        if kept.as_ref() != Some(&key) && !turn.commit.deletes.contains(&key) {
            turn.commit.deletes.push(key);
        }
    }
    match held {
        Some(held) if !turn.rows.contains(&held.request.id) => put_row(held, &mut turn.commit),
        Some(_) | None => Ok(()),
    }
}

pub(super) async fn scan_all(
    store: &dyn Store,
    prefix: &str,
    after: Option<String>,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let (mut rows, mut after) = (Vec::new(), after);
    loop {
        let page = store.scan(prefix, after.as_deref(), PAGE).await?;
        let Some((last, ..)) = page.last() else { return Ok(rows) };
        after = Some(last.clone());
        rows.extend(page.into_iter().map(|(key, _, bytes)| (key, bytes)));
    }
}

pub(super) fn sequence(key: &str) -> u64 {
    key.rsplit('/').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
