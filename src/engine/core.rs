//! The one task that owns every request.
//!
//! Each turn drains the inbox, lets every event through the pure `step` in order, commits once, and only then answers
//! people, runs effects and moves messages. If the commit fails, the turn did not happen: requests are put back as they
//! were, people are told that nothing can be written down, and what vCenter said is kept to be tried again, because it
//! will not be said twice.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

use super::board::Board;
use super::follow_ups::FollowUps;
use super::outgoing::{Outgoing, UnderWay};
use super::ports::{OwnTasks, VCenterEvent};
use super::record::{self, Draft, Posted};
use super::setup::{Parts, Rules};
use super::watch::look::{Look, Why};
use super::watch::makers::Makers;
use super::{Answer, Inbound, May, Open, Press, ask, calls, effects, press};
use crate::domain::freeze::Freeze;
use crate::domain::ids::{ChannelId, MessageId, PersonId, RequestId, VCenterName, VmRef};
use crate::domain::inventory::VmSummary;
use crate::domain::machine::{self, Change, Context, Effect, Event, Unread};
use crate::domain::policy::memberships::Finding;
use crate::domain::request::{Behind, Request, State};
use crate::domain::snapshot_tree::SnapshotTree;
use crate::message::model::Card;
use crate::message::{cards, plain};
use crate::telemetry::names;
use bulletins::Bulletins;
use ended::Late;
use freezing::Freezing;
use intake::Intake;
use memberships::GroupMembers;
use reconciling::Reconciling;
use watching::Watching;

mod bulk;
mod bulletins;
mod direct;
mod ended;
mod figures;
mod freezing;
mod intake;
mod keeping;
mod memberships;
mod open;
mod reconciling;
mod reviewing;
mod showing;
mod turn;
mod watching;

pub(super) use figures::Arrival;
pub(super) use turn::{Reader, Turn};

/// At most this many events go into one commit, so that a flood cannot keep answers waiting without end.
const BATCH: usize = 256;

/// After this long the person is answered that preflight still reads; the rest comes by the request's message.
const ANSWER_WAIT: SignedDuration = SignedDuration::from_secs(10);

/// How long until what could not be committed is tried again.
const STORE_RETRY: SignedDuration = SignedDuration::from_secs(1);

/// A choice can be made this long.
pub(super) const DRAFT_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What comes into the inbox.
pub(super) enum Incoming {
    /// Somebody typed or pressed. The arrival is told when it is written down, the sender answers.
    Inbound(Inbound, Arrival, oneshot::Sender<Answer>),
    /// Somebody wants to press, and hears first whether they may.
    May(Press, oneshot::Sender<May>),
    /// A platform answered who is in its groups.
    Memberships(Vec<Finding>),
    /// Somebody looks.
    Look(RequestId, oneshot::Sender<Option<Request>>),
    /// Somebody looks at what is open for them, in their language.
    Open(PersonId, String, oneshot::Sender<Open>),
    /// A VM was read for a command that names one of its snapshots.
    Looked(Arc<VmSummary>, Result<Arc<SnapshotTree>, Unread>, Box<effects::Command>),
    /// An effect came to something.
    Event(RequestId, Event),
    /// A vCenter told something.
    VCenter(VCenterEvent),
    Posted(RequestId, MessageId),
    /// A request's message says how it ended.
    Settled(RequestId),
    /// A message cannot be shown in this channel.
    Undeliverable(RequestId, ChannelId, String),
    /// The fleet was looked at.
    Seen(Box<Look>, Why),
    /// A vCenter told who made snapshots.
    Makers(Makers),
    /// A vCenter told of its tasks of our account since then.
    OwnTasks(VCenterName, Option<Timestamp>, Result<OwnTasks, String>),
    /// People, rules and channels were read anew, from a file with this digest.
    Rules(Box<Rules>, String, oneshot::Sender<Result<(), String>>),
    /// Since a freeze nothing is on its way to vCenter any more, or this has been for too long.
    Quiet(UnderWay),
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
    /// Why its message was given up.
    given_up: Option<String>,
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
    retry_settled: Vec<RequestId>,
    /// Requests that a restart finds by rows of their own.
    late: Late,
    /// When what could not be committed is tried again; until then nothing that only the clock wants is.
    retry_at: Option<Timestamp>,
    /// Requests whose rows may be otherwise in the store than here, with their sequence numbers: they are written again.
    doubtful: BTreeMap<RequestId, u64>,
    /// The same of the freeze, and of what was told by itself: that goes.
    doubtful_freeze: bool,
    doubtful_bulletins: Vec<u64>,
    /// When the clocks in messages move on.
    display_at: Option<Timestamp>,
    freeze: Option<Freeze>,
    /// What is on its way to vCenter, and the gate before it.
    outgoing: Arc<Outgoing>,
    /// Freezes that are not answered yet.
    freezing: Vec<Freezing>,
    /// Whether everything that is open is to be looked at by the rules: they are new, or a freeze has ended.
    review_due: bool,
    /// Who had rules read anew, and hears of it when everything that is open was looked at by them.
    rules_taken: Vec<oneshot::Sender<Result<(), String>>>,
    pub(super) bulletins: Bulletins,
    reconciling: Reconciling,
    watching: Watching,
    intake: Intake,
    /// The rules as the configuration has them, and who is in which group by a platform.
    configured: Rules,
    groups: GroupMembers,
    /// Counts up when the configuration was read anew.
    reloads: watch::Sender<u64>,
    pub(super) follow_ups: FollowUps,
    /// Requests that left their VM off, and whose VM runs by now: powering it on is offered no more.
    runs_by_now: HashSet<RequestId>,
    /// How many requests were open by the last count, by state.
    open_by_state: BTreeMap<&'static str, u32>,
}

struct Waiting {
    reply: oneshot::Sender<Answer>,
    until: Timestamp,
}

impl Core {
    pub(super) fn new(
        parts: Arc<Parts>,
        board: Board,
        inbox: mpsc::UnboundedSender<Incoming>,
        reloads: watch::Sender<u64>,
    ) -> Self {
        let configured = parts.rules().as_ref().clone();
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
            retry_settled: Vec::new(),
            late: Late::default(),
            retry_at: None,
            doubtful: BTreeMap::new(),
            doubtful_freeze: false,
            doubtful_bulletins: Vec::new(),
            display_at: None,
            freeze: None,
            outgoing: Arc::new(Outgoing::new()),
            freezing: Vec::new(),
            review_due: false,
            rules_taken: Vec::new(),
            bulletins: Bulletins::new(),
            reconciling: Reconciling::default(),
            watching: Watching::default(),
            intake: Intake::default(),
            configured,
            groups: GroupMembers::default(),
            reloads,
            follow_ups: FollowUps::new(),
            runs_by_now: HashSet::new(),
            open_by_state: BTreeMap::new(),
        }
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
            if self.retry_at.is_some() {
                // What was not written before is tried in a turn of its own: on a full disk it has room where the new has none.
                let mut late = Turn::default();
                self.pass_time(&mut late);
                self.finish(late, false).await;
            }
            metrics::gauge!(names::INBOX_BATCH).set(u32::try_from(batch.len()).unwrap_or(u32::MAX));
            let mut stopping = None;
            let mut turn = Turn::default();
            self.regroup(false, &mut turn);
            for one in batch {
                if let Incoming::Stop(reply) = one {
                    stopping = Some(reply);
                } else {
                    self.take_in(one, &mut turn).await;
                }
            }
            if turn.regrouped {
                self.review(&mut turn);
            }
            self.pass_time(&mut turn);
            self.go_on(&mut turn).await;
            let now = self.parts.clock.now();
            let timed = self.display_at.is_some_and(|at| now >= at);
            if timed {
                self.display_at = None;
            }
            self.finish(turn, timed).await;
            self.review_if_due().await;
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
        self.drop_old_members(&mut turn);
        let order = |held: &Held| (held.request.seq, held.request.id.clone());
        let mut known: Vec<(u64, RequestId)> = self.requests.values().map(order).collect();
        known.sort();
        for (_, id) in &known {
            turn.system.push((id.clone(), Event::Restarted));
            self.apply(id, &Event::Restarted, &mut turn);
        }
        // The rules may have changed while the process was away.
        self.review(&mut turn);
        // Messages are put back first, in the order of asking; what the restart itself changed follows as edits.
        let mut messages: Vec<(u64, RequestId, bool)> =
            known.iter().map(|(seq, id)| (*seq, id.clone(), false)).collect();
        messages.extend(self.bulletins.values().map(|told| (told.bulletin.seq, told.bulletin.id.clone(), true)));
        messages.sort();
        for (_, id, told) in &messages {
            if *told { self.show_bulletin(id, true) } else { self.show(id, true) }
        }
        self.finish(turn, false).await;
    }

    async fn take_in(&mut self, incoming: Incoming, turn: &mut Turn) {
        match incoming {
            Incoming::Inbound(inbound, arrival, reply) => {
                turn.taken.push(arrival);
                self.inbound(inbound, reply, turn).await;
            }
            Incoming::May(wanted, reply) => {
                let may = press::may(self, &wanted, turn);
                // Who asked may have gone.
                let _gone = reply.send(may);
            }
            Incoming::Memberships(findings) => self.members_found(findings, turn),
            Incoming::Look(id, reply) => {
                let found = match self.requests.get(&id) {
                    Some(held) => Some(held.request.clone()),
                    None => self.stored(&id).await.ok().flatten(),
                };
                // Who asked may have gone; nobody misses the answer then.
                let _gone = reply.send(found);
            }
            Incoming::Open(person, locale, reply) => {
                // Who asked may have gone.
                let _gone = reply.send(self.open_for(&person, &locale));
            }
            Incoming::Looked(vm, tree, command) => {
                self.decided(command.pending, turn);
                ask::looked(self, vm, tree, *command, turn).await;
            }
            Incoming::Event(id, event) => {
                let event = self.without_known_tasks(&id, event).await;
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
            Incoming::VCenter(VCenterEvent::Inventory(vms)) => self.inventory_moved(&vms, turn),
            Incoming::VCenter(VCenterEvent::Health(..)) => self.watch_soon(),
            Incoming::Seen(look, why) => self.seen_fleet(*look, why, turn).await,
            Incoming::Makers(told) => self.makers_told(told, turn),
            Incoming::Posted(id, message) => self.posted(&id, message, turn),
            Incoming::Settled(id) => self.settled(&id, turn),
            Incoming::Undeliverable(id, channel, why) => self.undeliverable(&id, &channel, &why, turn).await,
            Incoming::OwnTasks(vcenter, since, told) => self.reconciled(vcenter, since, told, turn).await,
            Incoming::Rules(rules, digest, reply) => {
                turn.commit.audit.push(record::audit_rules(&digest, self.parts.clock.now()));
                self.forget_members(&rules, turn);
                turn.new_rules.push((*rules, reply));
            }
            Incoming::Quiet(under_way) => self.answer_freezes(&under_way),
            Incoming::Stop(_) => {}
        }
    }

    /// Lets one event through the machine.
    pub(super) fn apply(&mut self, id: &RequestId, event: &Event, turn: &mut Turn) {
        let Some(held) = self.requests.get(id) else { return };
        let now = self.parts.clock.now();
        let busy = held.request.vm().and_then(|target| self.holder(&target.vm, id));
        let before = held.request.clone();
        let rules = self.parts.rules();
        let targets = self.parts.fleet.targets_of(&held.request);
        let cx = Context { busy: busy.as_ref(), ..rules.context(now, self.freeze.as_ref(), &targets) };
        let step = machine::step(&held.request, event, cx);
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
                let seen = self.seen(&before, &step.request);
                turn.commit.audit.push(record::audit_step(&before.state, &step.request, event, seen, now));
                turn.calls.extend(calls::row_of(&before, &step.request, event));
                self.note_end(&before.state, &step.request, turn);
                turn.figures.extend(figures::of(&before.state, &step.request, now));
                self.replace(id, step.request);
                turn.touch(id);
                turn.rows.insert(id.clone());
            }
        }
    }

    /// What whoever decides about this request could read, or can from now on: the card that asks for a decision, without its buttons.
    fn seen(&self, before: &Request, after: &Request) -> Option<String> {
        let asks = |request: &Request| matches!(request.state, State::AwaitingApproval { .. });
        let card = match (asks(before), asks(after)) {
            (true, _) => before,
            (false, true) => after,
            (false, false) => return None,
        };
        let card = self.parts.view(&card.channel, &card.locale, |view| cards::request::card(card, view));
        Some(plain::render(&Card { buttons: Vec::new(), ..card }))
    }

    pub(super) fn freeze(&self) -> Option<&Freeze> {
        self.freeze.as_ref()
    }

    /// Freezes or unfreezes, with the turn.
    pub(super) fn set_freeze(&mut self, freeze: Option<Freeze>, turn: &mut Turn) {
        if freeze.is_some() {
            // Before it is written down: what has not been sent yet is not sent any more.
            self.outgoing.set_freeze(freeze.clone());
        }
        let before = std::mem::replace(&mut self.freeze, freeze);
        turn.undo_freeze.get_or_insert(before);
    }

    /// Takes in a new request: it is asked, and its VM is read.
    pub(super) fn begin(&mut self, request: Request, text: &str, turn: &mut Turn) {
        let id = request.id.clone();
        self.next_seq = self.next_seq.max(request.seq + 1);
        turn.undo.insert(id.clone(), None);
        turn.commit.audit.push(record::audit_asked(&request, text));
        turn.taken_ids.push((record::id_key(&id), record::key(&request)));
        if let State::Asked = request.state {
            turn.effects.push((id.clone(), Effect::Survey));
        }
        self.requests.insert(id.clone(), Held { request, posted: None, private: false, given_up: None, shown: None });
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
            let on_it = held.request.vm().is_some_and(|target| target.vm == *vm);
            held.request.id != *other_than && on_it && held.request.state.holds_vm()
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
        if self.bulletin_posted(id, &message, turn) {
            return;
        }
        self.keep_for_undo(id, turn);
        turn.posted.push((id.clone(), message.clone()));
        let at = self.parts.clock.now();
        if let Some(held) = self.requests.get_mut(id) {
            held.posted = Some(Posted { message, at, settled: false });
            turn.rows.insert(id.clone());
        }
    }

    /// A message says how its request ended: after a restart it need not be shown again.
    fn settled(&mut self, id: &RequestId, turn: &mut Turn) {
        let open = |held: &Held| held.posted.as_ref().is_some_and(|posted| !posted.settled);
        if !self.requests.get(id).is_some_and(open) {
            return;
        }
        self.keep_for_undo(id, turn);
        turn.settled.push(id.clone());
        if let Some(posted) = self.requests.get_mut(id).and_then(|held| held.posted.as_mut()) {
            posted.settled = true;
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
        for id in std::mem::take(&mut self.retry_settled) {
            self.settled(&id, turn);
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
        self.reconcile_due(now);
        self.watch_due(now);
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
        let holder = |held: &Held| self.holder(&held.request.vm()?.vm, &held.request.id);
        let free = |held: &&Held| holder(held).is_none();
        let first = self.requests.values().filter(in_line).filter(free).min_by_key(|held| held.request.seq)?;
        Some(first.request.id.clone())
    }

    /// Commits the turn and does what follows from it, or undoes it.
    async fn finish(&mut self, mut turn: Turn, timed: bool) {
        self.go_on_in_parts(&mut turn).await;
        self.tell_ended(&mut turn).await;
        self.tell_holders(&mut turn).await;
        self.report_groups(&mut turn).await;
        self.give_up_surplus(&mut turn);
        if let Err(error) = self.write(&mut turn).await {
            self.undo(turn, &error);
            return;
        }
        self.count(&mut turn);
        self.intake_written(&mut turn);
        self.late_written(&mut turn);
        let changed = self.take_over(&mut turn);
        self.hold_back_freeze(&mut turn);
        self.show_bulletins(&mut turn);
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
                effects::run(&self.parts, &self.inbox, &self.outgoing, &held.request, effect);
            }
        }
        self.start_reads(&mut turn);
        let shown: Vec<RequestId> = if timed || changed {
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

    /// A freeze or new rules hold from now on, for messages as well; whether there were any.
    fn take_over(&mut self, turn: &mut Turn) -> bool {
        let frozen = turn.undo_freeze.take().is_some();
        if frozen {
            self.review_due |= self.freeze.is_none();
            self.outgoing.set_freeze(self.freeze.clone());
            self.parts.freeze.set(self.freeze.clone());
        }
        let changed = frozen || turn.regrouped || !turn.new_rules.is_empty();
        for (rules, reply) in turn.new_rules.drain(..) {
            self.reconfigured(rules);
            self.rules_taken.push(reply);
            self.review_due = true;
        }
        changed
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
}
