//! The engine and its store: what is read at the start, how a turn is written, and what becomes of one that was not.

use super::turn::{Reply, Turn};
use super::{Core, STORE_RETRY};
use crate::domain::machine::Effect;
use crate::domain::notice::Notice;
use crate::domain::request::{Request, State};
use crate::engine::Answer;
use crate::engine::ports::StoreError;
use crate::engine::record::{self, BulletinRow, Row};
use crate::engine::setup::REMEMBERED;
use crate::engine::tables::rows::{LastSeq, sequence};
use crate::engine::tables::{Stored, scan_all};
use crate::message::cards;
use jiff::Timestamp;

impl Core {
    /// Reads what the store has: every open request, the last final ones, and everything else.
    pub(in crate::engine) async fn load(&mut self) -> Result<(), StoreError> {
        let store = self.parts.store.clone();
        self.tables.load(store.as_ref()).await?;
        let mut rows = scan_all(store.as_ref(), record::OPEN, None).await?;
        // Sequence numbers only grow, so the last one says where the window of remembered requests begins.
        let open = rows.iter().map(|(place, _)| sequence(place)).max();
        let ended = self.tables.last_seq.get(&()).map(|last| last.0);
        let mut last = open.max(ended).unwrap_or(0);
        let after = format!("{}{:020}", record::DONE, last.saturating_sub(REMEMBERED));
        rows.extend(scan_all(store.as_ref(), record::DONE, Some(after)).await?);
        for (place, bytes) in rows {
            let row: Row = record::read(&place, &bytes)?;
            last = last.max(row.request.seq);
            self.take_over_row(row);
        }
        self.load_late().await?;
        for (place, bytes) in scan_all(store.as_ref(), record::BULLETIN, None).await? {
            last = last.max(sequence(&place));
            if let Some(row) = record::released::plan(&place, &bytes)? {
                // From the next commit on it has a row of its own.
                let id = row.request.id.clone();
                self.tables.bulletins.doubt(place, id.clone());
                self.tables.requests.doubt(Row::place(&id, &row), id);
                self.take_over_row(row);
                continue;
            }
            let row: BulletinRow = record::read(&place, &bytes)?;
            self.tables.bulletins.restore(row.bulletin.id.clone(), row);
        }
        self.next_seq = last + 1;
        let freeze = self.freeze().cloned();
        self.parts.freeze.set(freeze.clone());
        self.outgoing.set_freeze(freeze);
        self.load_reconciling();
        self.load_watching();
        self.load_intake();
        self.load_memberships();
        Ok(())
    }

    /// Takes over a request as its row has it.
    pub(super) fn take_over_row(&mut self, row: Row) {
        let request = &row.request;
        // Refused at once, to its asker alone. What was refused later has been in the channel, or was on its way there.
        let at_once = matches!(request.state, State::Refused { .. }) && request.plan.is_none();
        if at_once && row.posted.is_none() {
            self.showing.set_private(request.id.clone());
        }
        self.tables.requests.restore(request.id.clone(), row);
    }

    /// Commits the turn's rows and lines, if there is anything to commit.
    pub(super) async fn write(&mut self, turn: &mut Turn) -> Result<(), StoreError> {
        // Ids of events alone are no reason to write: what changed nothing may as well happen again. Neither is what is doubtful, while the store
        // is given a rest.
        let idle = turn.audit.is_empty() && !self.tables.has_reason();
        if idle && (self.retry_at.is_some() || !self.tables.is_doubtful()) {
            return Ok(());
        }
        let ended = |request: &Request| request.state.is_final();
        if self.changed_requests().any(|(_, now)| ended(now)) {
            self.tables.last_seq.put((), LastSeq(self.next_seq - 1));
        }
        self.forget_seen();
        self.write_late();
        let from_reserve = self.ends() && !self.begins(turn);
        self.tables.commit(self.parts.store.clone().as_ref(), std::mem::take(&mut turn.audit), from_reserve).await
    }

    /// Requests that the turn has changed or made, as they were and as they are.
    pub(super) fn changed_requests(&self) -> impl Iterator<Item = (Option<&Request>, &Request)> {
        let changes = self.tables.requests.changes();
        changes.filter_map(|(_, before, now)| Some((before.map(|row| &row.request), &now?.request)))
    }

    /// Whether the turn goes on with something that is on its way in vCenter.
    fn ends(&self) -> bool {
        self.changed_requests().any(|(before, _)| before.is_some_and(|before| before.state.holds_vm()))
    }

    /// Whether the turn begins something: a request, a question back, an approval, a call. On a full disk that is not written, so that there is
    /// room for the ends of what is running, and for telling the requester of them.
    fn begins(&self, turn: &Turn) -> bool {
        let tables = &self.tables;
        let approvals = |request: Option<&Request>| request.map_or(0, |request| request.approvals.len());
        tables.requests.has_new()
            || tables
                .bulletins
                .changes()
                .any(|(_, before, now)| before.is_none() && now.is_some_and(|row| !row.bulletin.news.reports_an_end()))
            || tables.inbox.has_new()
            || tables.drafts.has_new()
            || turn.effects.iter().any(|(_, effect)| matches!(effect, Effect::Call(_)))
            || self.changed_requests().any(|(before, now)| approvals(Some(now)) > approvals(before))
    }

    /// The turn did not happen, but for what only reads and nobody has acknowledged.
    pub(super) fn undo(&mut self, turn: Turn, error: &StoreError) {
        tracing::error!(%error, "nothing could be written down, so nothing was done");
        let answered = self.answered_commands();
        self.tables.discard(error);
        // The people who sent these commands are answered now; the rows are deleted with the next commit.
        for number in &answered {
            self.tables.inbox.remove_for_good(number);
        }
        self.outgoing.set_freeze(self.freeze().cloned());
        for (_, reply) in turn.rules {
            let _gone = reply.send(Err(error.to_string()));
        }
        for id in &turn.announced {
            self.watching.forget_table(id);
        }
        if turn.watched {
            self.watch_soon();
        }
        self.report_groups_again();
        let why = error.to_string();
        let notice = match error {
            // Should the process end before its rows are written again as they were, it was written after all.
            StoreError::Unknown(_) => Notice::StoreUnsure { why },
            // The same of a command whose row could not be taken away.
            StoreError::Conflict { .. } | StoreError::Io(_) if !answered.is_empty() => Notice::StoreUnsure { why },
            StoreError::Conflict { .. } | StoreError::Io(_) => Notice::StoreDown { why },
        };
        let unwritten: Vec<_> = turn.readings.into_iter().filter_map(|reading| self.read_unwritten(reading)).collect();
        let replies = turn.replies.into_iter().map(|Reply { to, reader, when: _ }| (to, reader));
        for (to, reader) in replies.chain(unwritten) {
            let card = self.parts.view(&reader.channel, &reader.locale, |view| cards::reply::card(&notice, view));
            let _gone = to.send(Answer { reply: Some(card), ..Answer::default() });
        }
        self.retry.extend(turn.facts);
        let next = self.parts.clock.now().saturating_add(STORE_RETRY);
        // People who go on asking do not put the next try off.
        self.retry_at.get_or_insert(next.unwrap_or(Timestamp::MAX));
        self.answer_waiting();
    }
}
