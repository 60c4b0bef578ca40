//! The one task that owns every request.
//!
//! Each turn drains the inbox, lets every event through the pure `step` in order, commits once, and only then answers
//! people, runs effects and moves messages. If the commit fails, the turn did not happen: requests are put back as they
//! were, people are told that nothing can be written down, and what vCenter said is kept to be tried again, because it
//! will not be said twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::board::{Board, Job};
use super::ports::{Commit, StoreError, VCenterEvent};
use super::record::{self, Draft, Posted, Row};
use super::setup::{Parts, REMEMBERED};
use super::{Answer, Ask, Press, ask, effects, press};
use crate::domain::ids::{MessageId, RequestId, VmRef};
use crate::domain::inventory::VmSummary;
use crate::domain::machine::{self, Change, Context, Effect, Event, Unread};
use crate::domain::notice::Notice;
use crate::domain::request::{Behind, Request, State};
use crate::domain::snapshot_tree::SnapshotTree;
use crate::message::cards;
use crate::message::model::Card;

/// At most this many events go into one commit, so that a flood cannot keep answers waiting without end.
const BATCH: usize = 256;

/// How often a running request's clock moves on in its message.
const DISPLAY_TICK: SignedDuration = SignedDuration::from_secs(2);

/// How often "28 min left" moves on.
const WAITING_TICK: SignedDuration = SignedDuration::from_secs(60);

/// After this long the person is answered that preflight still reads; the rest comes by the request's message.
const ANSWER_WAIT: SignedDuration = SignedDuration::from_secs(10);

/// How long until what could not be committed is tried again.
const STORE_RETRY: SignedDuration = SignedDuration::from_secs(1);

/// A choice can be made this long.
pub(super) const DRAFT_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What comes into the inbox.
pub(super) enum Incoming {
    /// Somebody typed.
    Ask(Ask, oneshot::Sender<Answer>),
    /// Somebody pressed.
    Press(Press, oneshot::Sender<Answer>),
    /// Somebody looks.
    Look(RequestId, oneshot::Sender<Option<Request>>),
    /// A VM was read for a command that names one of its snapshots.
    Looked(Arc<VmSummary>, Result<Arc<SnapshotTree>, Unread>, Box<effects::Command>),
    /// An effect came to something.
    Event(RequestId, Event),
    /// A vCenter told something.
    VCenter(VCenterEvent),
    /// A request's message was posted.
    Posted(RequestId, MessageId),
    /// The process ends.
    Stop(oneshot::Sender<()>),
}

/// A request with what is around it.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) request: Request,
    posted: Option<Posted>,
    /// Refused to its asker alone: it has no message in the channel.
    private: bool,
    /// The card as it was last given to the board.
    shown: Option<Card>,
}

/// The engine's state. `ask` and `press` work on it too.
pub(super) struct Core {
    pub(super) parts: Arc<Parts>,
    pub(super) requests: BTreeMap<RequestId, Held>,
    pub(super) drafts: HashMap<RequestId, Draft>,
    board: Board,
    inbox: mpsc::UnboundedSender<Incoming>,
    next_seq: u64,
    waiting: HashMap<RequestId, Waiting>,
    retry: Vec<(RequestId, Event)>,
    retry_posted: Vec<(RequestId, MessageId)>,
    /// When what could not be committed is tried again; until then nothing that only the clock wants is.
    retry_at: Option<Timestamp>,
    /// Requests whose rows may be otherwise in the store than here, with their sequence numbers: they are written again.
    doubtful: BTreeMap<RequestId, u64>,
    /// When the clocks in messages move on.
    display_at: Option<Timestamp>,
}

struct Waiting {
    reply: oneshot::Sender<Answer>,
    until: Timestamp,
}

/// What one turn wants to do, kept apart until it is committed.
#[derive(Default)]
pub(super) struct Turn {
    commit: Commit,
    undo: BTreeMap<RequestId, Option<Held>>,
    touched: Vec<RequestId>,
    rows: std::collections::BTreeSet<RequestId>,
    effects: Vec<(RequestId, Effect)>,
    answers: Vec<(oneshot::Sender<Answer>, Answer, Reader)>,
    lists: Vec<effects::List>,
    looks: Vec<effects::Look>,
    new_waiting: Vec<(RequestId, oneshot::Sender<Answer>, Reader)>,
    system: Vec<(RequestId, Event)>,
    posted: Vec<(RequestId, MessageId)>,
    taken_ids: Vec<(String, String)>,
    gone_drafts: Vec<RequestId>,
    answered_drafts: Vec<Draft>,
    new_drafts: Vec<Draft>,
}

/// Where and in which language an answer is read, should it have to say something else.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) channel: crate::domain::ids::ChannelId,
    pub(super) locale: String,
}

impl Core {
    pub(super) fn new(parts: Arc<Parts>, board: Board, inbox: mpsc::UnboundedSender<Incoming>) -> Self {
        Self {
            parts,
            requests: BTreeMap::new(),
            drafts: HashMap::new(),
            board,
            inbox,
            next_seq: 1,
            waiting: HashMap::new(),
            retry: Vec::new(),
            retry_posted: Vec::new(),
            retry_at: None,
            doubtful: BTreeMap::new(),
            display_at: None,
        }
    }

    /// Reads what the store has: every open request and the last final ones.
    pub(super) async fn load(&mut self) -> Result<(), StoreError> {
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
            let private = matches!(row.request.state, State::Refused { .. }) && row.posted.is_none();
            let held = Held { request: row.request, posted: row.posted, private, shown: None };
            self.requests.insert(held.request.id.clone(), held);
        }
        self.next_seq = self.next_seq.max(last + 1);
        for (key, bytes) in scan_all(store.as_ref(), record::DRAFT, None).await? {
            let draft: Draft = record::read(&key, &bytes)?;
            self.drafts.insert(draft.id.clone(), draft);
        }
        Ok(())
    }

    pub(super) async fn run(mut self, mut incoming: mpsc::UnboundedReceiver<Incoming>) {
        self.restarted().await;
        loop {
            let wake = self.next_wake();
            let clock = self.parts.clock.clone();
            let first = tokio::select! {
                first = incoming.recv() => match first {
                    Some(first) => Some(first),
                    None => return,
                },
                () = async { match wake { Some(at) => clock.sleep_until(at).await, None => std::future::pending().await } } => None,
            };
            let mut batch: Vec<Incoming> = first.into_iter().collect();
            while batch.len() < BATCH {
                match incoming.try_recv() {
                    Ok(more) => batch.push(more),
                    Err(_) => break,
                }
            }
            let mut stopping = None;
            let mut turn = Turn::default();
            for one in batch {
                if let Incoming::Stop(reply) = one {
                    stopping = Some(reply);
                } else {
                    self.take_in(one, &mut turn).await;
                }
            }
            self.pass_time(&mut turn);
            let now = self.parts.clock.now();
            let timed = self.display_at.is_some_and(|at| now >= at);
            if timed {
                self.display_at = None;
            }
            self.finish(turn, timed).await;
            if let Some(reply) = stopping {
                // The receiver may have given up; the process ends either way.
                let _gone = reply.send(());
                return;
            }
        }
    }

    /// Every open request hears that the process started, and every message is brought to what its request says.
    async fn restarted(&mut self) {
        let mut turn = Turn::default();
        let order = |held: &Held| (held.request.seq, held.request.id.clone());
        let mut known: Vec<(u64, RequestId)> = self.requests.values().map(order).collect();
        known.sort();
        for (_, id) in &known {
            turn.system.push((id.clone(), Event::Restarted));
            self.apply(id, &Event::Restarted, &mut turn);
        }
        // Messages are put back first, in the order of asking; what the restart itself changed follows as edits.
        for (_, id) in &known {
            self.show(id, true);
        }
        self.finish(turn, false).await;
    }

    async fn take_in(&mut self, incoming: Incoming, turn: &mut Turn) {
        match incoming {
            Incoming::Ask(ask, reply) => ask::typed(self, ask, reply, turn).await,
            Incoming::Press(press, reply) => press::pressed(self, press, reply, turn).await,
            Incoming::Look(id, reply) => {
                let found = self.requests.get(&id).map(|held| held.request.clone());
                // Who asked may have gone; nobody misses the answer then.
                let _gone = reply.send(found);
            }
            Incoming::Looked(vm, tree, command) => ask::looked(self, vm, tree, *command, turn).await,
            Incoming::Event(id, event) => {
                turn.system.push((id.clone(), event.clone()));
                self.apply(&id, &event, turn);
            }
            Incoming::VCenter(VCenterEvent::Task(update)) => {
                let of_task = |held: &&Held| matches!(&held.request.state, State::Running { task: Some(task), .. } if *task == update.task);
                let Some(id) = self.requests.values().find(of_task).map(|held| held.request.id.clone()) else {
                    return;
                };
                let event = Event::Task { update };
                turn.system.push((id.clone(), event.clone()));
                self.apply(&id, &event, turn);
            }
            Incoming::VCenter(VCenterEvent::Inventory(_) | VCenterEvent::Health(..)) => {}
            Incoming::Posted(id, message) => self.posted(&id, message, turn),
            Incoming::Stop(_) => {}
        }
    }

    /// Lets one event through the machine.
    pub(super) fn apply(&mut self, id: &RequestId, event: &Event, turn: &mut Turn) {
        let Some(held) = self.requests.get(id) else { return };
        let now = self.parts.clock.now();
        let busy = self.holder(&held.request.target.vm, id);
        let before = held.request.state.clone();
        let step = machine::step(&held.request, event, Context { now, busy: busy.as_ref() });
        turn.effects.extend(step.effects.into_iter().map(|effect| (id.clone(), effect)));
        match step.change {
            Change::Nothing => {}
            Change::Shown => {
                self.keep_for_undo(id, turn);
                self.replace(id, step.request);
                turn.touch(id);
            }
            Change::Durable => {
                self.keep_for_undo(id, turn);
                turn.commit.audit.push(record::audit_step(&before, &step.request, event, now));
                self.replace(id, step.request);
                turn.touch(id);
                turn.rows.insert(id.clone());
            }
        }
    }

    /// Takes in a new request: it is asked, and its VM is read.
    pub(super) fn begin(&mut self, request: Request, text: &str, turn: &mut Turn) {
        let id = request.id.clone();
        self.next_seq = self.next_seq.max(request.seq + 1);
        turn.undo.insert(id.clone(), None);
        turn.commit.audit.push(record::audit_asked(&request, text));
        turn.taken_ids.push((record::id_key(&id), record::key(&request)));
        turn.effects.push((id.clone(), Effect::Survey));
        self.requests.insert(id.clone(), Held { request, posted: None, private: false, shown: None });
        turn.touch(&id);
        turn.rows.insert(id.clone());
    }

    pub(super) fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// An id that no request and no draft ever had.
    pub(super) async fn fresh_id(&self) -> Result<RequestId, String> {
        loop {
            let id = RequestId::from_bits((self.parts.random)()?);
            if self.requests.contains_key(&id) || self.drafts.contains_key(&id) {
                continue;
            }
            match self.parts.store.get(&record::id_key(&id)).await {
                Ok(None) => return Ok(id),
                Ok(Some(_)) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// The request that holds a VM, other than this one.
    fn holder(&self, vm: &VmRef, other_than: &RequestId) -> Option<RequestId> {
        let holds = |held: &&Held| {
            held.request.id != *other_than && held.request.target.vm == *vm && held.request.state.holds_vm()
        };
        self.requests.values().find(holds).map(|held| held.request.id.clone())
    }

    fn replace(&mut self, id: &RequestId, request: Request) {
        if let Some(held) = self.requests.get_mut(id) {
            held.request = request;
        }
    }

    fn keep_for_undo(&self, id: &RequestId, turn: &mut Turn) {
        turn.undo.entry(id.clone()).or_insert_with(|| self.requests.get(id).cloned());
    }

    fn posted(&mut self, id: &RequestId, message: MessageId, turn: &mut Turn) {
        self.keep_for_undo(id, turn);
        turn.posted.push((id.clone(), message.clone()));
        let at = self.parts.clock.now();
        if let Some(held) = self.requests.get_mut(id) {
            held.posted = Some(Posted { message, at });
            turn.rows.insert(id.clone());
        }
    }

    /// What the clock brings: deadlines, retries of events, VMs that became free.
    fn pass_time(&mut self, turn: &mut Turn) {
        let now = self.parts.clock.now();
        if self.retry_at.is_some_and(|at| now < at) {
            // The store fails: whoever asks for something hears of it, but what can wait drags nobody else's turn down.
            return;
        }
        self.retry_at = None;
        for (id, message) in std::mem::take(&mut self.retry_posted) {
            self.posted(&id, message, turn);
        }
        for (id, event) in std::mem::take(&mut self.retry) {
            turn.system.push((id.clone(), event.clone()));
            // What was read of the VM is old by now, and calls are made on what was read right before.
            if let Event::Surveyed { .. } = event {
                turn.effects.push((id, Effect::Survey));
            } else {
                self.apply(&id, &event, turn);
            }
        }
        let due = |held: &&Held| machine::wake_at(&held.request).is_some_and(|at| now >= at);
        let due: Vec<RequestId> = self.requests.values().filter(due).map(|held| held.request.id.clone()).collect();
        for id in due {
            self.apply(&id, &Event::Tick, turn);
        }
        while let Some(id) = self.next_freed() {
            self.apply(&id, &Event::Freed, turn);
        }
        let old: Vec<RequestId> = self
            .drafts
            .values()
            .filter(|draft| now.duration_since(draft.at) >= DRAFT_LIFE)
            .map(|draft| draft.id.clone())
            .collect();
        for id in old {
            turn.drop_draft(&id);
        }
    }

    /// The first in line for a VM that nothing of ours holds any more.
    fn next_freed(&self) -> Option<RequestId> {
        let in_line = |held: &&Held| matches!(held.request.state, State::Queued { behind: Behind::Request(_), .. });
        let free = |held: &&Held| self.holder(&held.request.target.vm, &held.request.id).is_none();
        let first = self.requests.values().filter(in_line).filter(free).min_by_key(|held| held.request.seq)?;
        Some(first.request.id.clone())
    }

    /// Commits the turn and does what follows from it, or undoes it.
    async fn finish(&mut self, mut turn: Turn, timed: bool) {
        if let Err(error) = self.write(&mut turn).await {
            self.undo(turn, &error);
            return;
        }
        for id in turn.gone_drafts.drain(..) {
            self.drafts.remove(&id);
        }
        for draft in turn.new_drafts.drain(..) {
            self.drafts.insert(draft.id.clone(), draft);
        }
        let until = self.parts.clock.now().saturating_add(ANSWER_WAIT).unwrap_or(Timestamp::MAX);
        for (id, reply, _) in turn.new_waiting.drain(..) {
            self.waiting.insert(id, Waiting { reply, until });
        }
        for (reply, answer, _) in turn.answers.drain(..) {
            // Who asked may have gone; what they asked for is committed all the same.
            let _gone = reply.send(answer);
        }
        self.answer_waiting();
        for (id, effect) in turn.effects.drain(..) {
            if let Some(held) = self.requests.get(&id) {
                effects::run(&self.parts, &self.inbox, &held.request, effect);
            }
        }
        self.start_reads(&mut turn);
        let shown: Vec<RequestId> = if timed {
            let open = self.requests.values().filter(|held| !held.request.state.is_final());
            open.map(|held| held.request.id.clone()).chain(turn.touched.iter().cloned()).collect()
        } else {
            turn.touched.clone()
        };
        for id in shown {
            self.show(&id, false);
        }
        self.forget();
    }

    /// Starts what only reads.
    fn start_reads(&self, turn: &mut Turn) {
        for list in turn.lists.drain(..) {
            effects::list(&self.parts, list);
        }
        for look in turn.looks.drain(..) {
            effects::look(&self.parts, &self.inbox, look);
        }
    }

    async fn write(&mut self, turn: &mut Turn) -> Result<(), StoreError> {
        for id in &turn.rows {
            let Some(held) = self.requests.get(id) else { continue };
            put_row(held, &mut turn.commit)?;
            if held.request.state.is_final() {
                turn.commit.deletes.push(record::open_key(held.request.seq));
                turn.commit.puts.push((LAST_SEQ.to_owned(), record::write(&(self.next_seq - 1))?));
            }
        }
        for (key, row) in &turn.taken_ids {
            turn.commit.puts.push((key.clone(), record::write(row)?));
        }
        for draft in &turn.new_drafts {
            turn.commit.puts.push((record::draft_key(&draft.id), record::write(draft)?));
        }
        for id in &turn.gone_drafts {
            turn.commit.deletes.push(record::draft_key(id));
        }
        let idle = turn.commit == Commit::default();
        if idle && (self.doubtful.is_empty() || self.retry_at.is_some()) {
            return Ok(());
        }
        // The first row tells whether all of it was written: a turn changes what it puts, or makes it.
        let witness = turn.commit.puts.first().cloned();
        for (id, seq) in &self.doubtful {
            settle(self.requests.get(id), *seq, turn)?;
        }
        let done = self.parts.store.commit(std::mem::take(&mut turn.commit)).await.map(|_| ());
        let done = match done {
            Err(StoreError::Unknown(why)) => self.read_back(witness, why, turn).await,
            done @ (Ok(()) | Err(StoreError::Conflict { .. } | StoreError::Io(_))) => done,
        };
        if done.is_ok() {
            self.doubtful.clear();
        }
        done
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
                Err(StoreError::Unknown(why))
            }
        }
    }

    /// The turn did not happen, but for what only reads.
    fn undo(&mut self, mut turn: Turn, error: &StoreError) {
        tracing::error!(%error, "nothing could be written down, so nothing was done");
        self.start_reads(&mut turn);
        for (id, before) in turn.undo {
            match before {
                Some(held) => {
                    self.requests.insert(id, held);
                }
                None => {
                    self.requests.remove(&id);
                }
            }
        }
        for draft in turn.answered_drafts {
            self.drafts.insert(draft.id.clone(), draft);
        }
        let notice = Notice::StoreDown { why: error.to_string() };
        let asked = turn.new_waiting.into_iter().map(|(_, reply, reader)| (reply, reader));
        let told = turn.answers.into_iter().map(|(reply, _, reader)| (reply, reader));
        for (reply, reader) in told.chain(asked) {
            let card = self.parts.view(&reader.channel, &reader.locale, |view| cards::reply::card(&notice, view));
            let _gone = reply.send(Answer { reply: Some(card), request: None });
        }
        self.retry.extend(turn.system);
        self.retry_posted.extend(turn.posted);
        let next = self.parts.clock.now().saturating_add(STORE_RETRY);
        // People who go on asking do not put the next try off.
        self.retry_at.get_or_insert(next.unwrap_or(Timestamp::MAX));
        self.answer_waiting();
    }

    /// Answers everyone whose request has got past preflight, and those who have waited long enough.
    fn answer_waiting(&mut self) {
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
    fn show(&mut self, id: &RequestId, restore: bool) {
        if self.waiting.contains_key(id) {
            return;
        }
        let Some(held) = self.requests.get_mut(id) else { return };
        let request = &held.request;
        let unseen = request.state == State::Asked && held.posted.is_none();
        if unseen || held.private || (restore && held.posted.is_none() && request.state.is_final()) {
            return;
        }
        let card = self.parts.view(&request.channel, &request.locale, |view| cards::request::card(request, view));
        if held.shown.as_ref() == Some(&card) {
            return;
        }
        held.shown = Some(card.clone());
        let job = Job { channel: request.channel.clone(), posted: held.posted.clone(), restore, card };
        self.board.show(id.clone(), job);
    }

    /// Lets go of the oldest final requests; they stay in the store.
    fn forget(&mut self) {
        let finals = self.requests.values().filter(|held| held.request.state.is_final()).count() as u64;
        if finals <= 2 * REMEMBERED {
            return;
        }
        let newest = self.next_seq.saturating_sub(REMEMBERED);
        self.requests.retain(|_, held| !held.request.state.is_final() || held.request.seq >= newest);
    }

    /// When there is something to do without being told.
    fn next_wake(&mut self) -> Option<Timestamp> {
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
        deadlines.chain(answers).chain(self.retry_at).chain(self.display_at).min()
    }
}

impl Turn {
    /// Answers somebody once the turn is committed.
    pub(super) fn answer(
        &mut self,
        reply: oneshot::Sender<Answer>,
        card: Option<Card>,
        request: Option<RequestId>,
        reader: Reader,
    ) {
        self.answers.push((reply, Answer { reply: card, request }, reader));
    }

    /// Answers somebody once their request has got past preflight.
    pub(super) fn wait_for(&mut self, request: RequestId, reply: oneshot::Sender<Answer>, reader: Reader) {
        self.new_waiting.push((request, reply, reader));
    }

    /// Reads a VM and answers with its tree.
    pub(super) fn list(&mut self, list: effects::List) {
        self.lists.push(list);
    }

    /// Reads a VM, then goes on with a command that names one of its snapshots.
    pub(super) fn look(&mut self, look: effects::Look) {
        self.looks.push(look);
    }

    /// Writes an audit line with the turn.
    pub(super) fn audit(&mut self, line: serde_json::Value) {
        self.commit.audit.push(line);
    }

    /// Keeps a question back.
    pub(super) fn keep_draft(&mut self, draft: Draft) {
        self.new_drafts.push(draft);
    }

    /// A question back was answered.
    pub(super) fn answer_draft(&mut self, draft: Draft) {
        self.drop_draft(&draft.id);
        self.answered_drafts.push(draft);
    }

    /// Lets a question back go.
    pub(super) fn drop_draft(&mut self, id: &RequestId) {
        if !self.gone_drafts.contains(id) {
            self.gone_drafts.push(id.clone());
        }
    }

    fn touch(&mut self, id: &RequestId) {
        if !self.touched.contains(id) {
            self.touched.push(id.clone());
        }
    }
}

/// How often a message moves on by the clock alone.
fn display_tick(state: &State) -> Option<SignedDuration> {
    match state {
        State::Running { .. } | State::Starting { .. } => Some(DISPLAY_TICK),
        State::AwaitingApproval { .. } => Some(WAITING_TICK),
        State::Asked
        | State::Refused { .. }
        | State::Queued { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Stale { .. }
        | State::Withdrawn { .. }
        | State::Done { .. }
        | State::Failed { .. }
        | State::Cancelled { .. }
        | State::Unsure { .. }
        | State::NeedsHuman { .. } => None,
    }
}

/// Where the highest sequence number is kept.
const LAST_SEQ: &str = "meta/last-seq";

/// How many rows are read at once.
const PAGE: usize = 500;

async fn scan_all(
    store: &dyn super::ports::Store,
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

fn put_row(held: &Held, commit: &mut Commit) -> Result<(), StoreError> {
    let row = Row { request: held.request.clone(), posted: held.posted.clone() };
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

fn sequence(key: &str) -> u64 {
    key.rsplit('/').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
