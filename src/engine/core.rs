//! The one task that owns every request.
//!
//! Each turn drains the inbox, lets every event through the pure `step` in order, commits once, and only then answers
//! people, runs effects and moves messages. If the commit fails, the turn did not happen: its changes of the [tables](super::tables) are
//! discarded, people are told that nothing can be written down, and what vCenter said is kept to be tried again, because
//! it will not be said twice.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

use super::ask::Asker;
use super::board::Board;
use super::outgoing::{Outgoing, UnderWay};
use super::ports::{OwnTasks, VCenterEvent};
use super::record::{self, Draft, Posted, Row};
use super::setup::{Parts, Rules};
use super::tables::Tables;
use super::watch::look::{Look, Why};
use super::watch::makers::Makers;
use super::{Answer, Inbound, May, Open, Press, ask, calls, effects, press};
use crate::domain::freeze::Freeze;
use crate::domain::ids::{ChannelId, MessageId, PersonId, RequestId, VCenterName, VmRef};
use crate::domain::intent::Intent;
use crate::domain::inventory::VmSummary;
use crate::domain::machine::{self, Change, Context, Effect, Event, Unread};
use crate::domain::policy::memberships::Finding;
use crate::domain::request::{Behind, Origin, Request, State, Subject, Wish};
use crate::domain::snapshot_tree::SnapshotTree;
use crate::message::model::Card;
use crate::message::{cards, plain};
use crate::telemetry::names;
use allowance::{Allowances, DRAFTS_OF_ONE};
use freezing::Freezing;
use intake::Intake;
use memberships::GroupMembers;
use reconciling::Reconciling;
use showing::Showing;
use watching::Watching;

mod allowance;
mod bulk;
mod bulletins;
mod clocks;
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
mod unreached;
mod watching;

pub(super) use figures::Arrival;
pub(super) use turn::{Reader, Turn};
use turn::{Reply, When};
use unreached::Unreached;

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
    /// Somebody looks: this person, or the program itself.
    Look(RequestId, Option<PersonId>, oneshot::Sender<Option<Request>>),
    /// Which of these requests this person may not know of.
    Hidden(PersonId, Vec<RequestId>, oneshot::Sender<HashSet<RequestId>>),
    /// Somebody looks at what is open for them, in their language.
    Open(PersonId, String, oneshot::Sender<Open>),
    /// A VM was read for a command that names one of its snapshots.
    Looked(Arc<VmSummary>, Result<Arc<SnapshotTree>, Unread>, Box<effects::Command>),
    Fact(RequestId, Fact),
    /// A vCenter told something.
    VCenter(VCenterEvent),
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

/// What became of a request in the world. It is told once, so it is kept until it is committed.
#[derive(Clone)]
pub(super) enum Fact {
    /// An effect came to something, or the process has started, or the rules have changed.
    Event(Event),
    Posted(MessageId),
    /// Its message says how it ended.
    Settled,
}

/// The engine's state. `ask` and `press` work on it too.
pub(super) struct Core {
    pub(super) parts: Arc<Parts>,
    pub(super) tables: Tables,
    inbox: mpsc::UnboundedSender<Incoming>,
    pub(super) next_seq: u64,
    retry: Vec<(RequestId, Fact)>,
    /// When what could not be committed is tried again; until then nothing that only the clock wants is.
    retry_at: Option<Timestamp>,
    showing: Showing,
    /// What is on its way to vCenter, and the gate before it.
    pub(super) outgoing: Arc<Outgoing>,
    /// Freezes that are not answered yet.
    freezing: Vec<Freezing>,
    /// Whether everything that is open is to be looked at by the rules: they are new, or a freeze has ended.
    review_due: bool,
    /// Who had rules read anew, and hears of it when everything that is open was looked at by them.
    rules_taken: Vec<oneshot::Sender<Result<(), String>>>,
    reconciling: Reconciling,
    watching: Watching,
    intake: Intake,
    allowances: Allowances,
    /// The rules as the configuration has them, and who is in which group by a platform.
    configured: Rules,
    groups: GroupMembers,
    looked: clocks::Looked,
    unreached: Unreached,
    /// Counts up when the configuration was read anew.
    reloads: watch::Sender<u64>,
    /// Clicks that ask for something anew and are being looked at.
    pub(super) clicks: HashSet<Origin>,
    /// How many requests were open by the last count, by state.
    open_by_state: BTreeMap<&'static str, u32>,
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
            tables: Tables::default(),
            inbox,
            next_seq: 1,
            retry: Vec::new(),
            retry_at: None,
            showing: Showing::new(board),
            outgoing: Arc::new(Outgoing::new()),
            freezing: Vec::new(),
            review_due: false,
            rules_taken: Vec::new(),
            reconciling: Reconciling::default(),
            watching: Watching::default(),
            intake: Intake::default(),
            allowances: Allowances::default(),
            configured,
            groups: GroupMembers::default(),
            looked: None,
            unreached: Unreached::default(),
            reloads,
            clicks: HashSet::new(),
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
                () = async { match wake { Some(at) => clock.reach(at).await, None => std::future::pending().await } } => None,
            };
            let mut batch: Vec<Incoming> = first.into_iter().collect();
            while batch.len() < BATCH {
                match incoming.try_recv() {
                    Ok(more) => batch.push(more),
                    Err(_) => break,
                }
            }
            if let Some(stopping) = self.turn(batch).await {
                // The receiver may have given up; the process ends either way.
                let _gone = stopping.send(());
                return;
            }
        }
    }

    /// One turn, and what it makes due at once; who asked for the end, if somebody has.
    pub(super) async fn turn(&mut self, batch: Vec<Incoming>) -> Option<oneshot::Sender<()>> {
        self.look_at_clock();
        if self.retry_at.is_some() {
            // What was not written before is tried in a turn of its own: on a full disk it has room where the new has none.
            let mut late = Turn::default();
            self.pass_time(&mut late);
            self.finish(late, false).await;
        }
        metrics::gauge!(names::INBOX_BATCH).set(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        let mut stopping = None;
        let mut turn = Turn::default();
        let looks = |one: &Incoming| {
            matches!(one, Incoming::Look(..) | Incoming::Hidden(..) | Incoming::Open(..) | Incoming::May(..))
        };
        let (looks, batch): (Vec<_>, Vec<_>) = batch.into_iter().partition(looks);
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
        let timed = self.display_due();
        self.finish(turn, timed).await;
        self.review_if_due().await;
        // Questions are answered after the commit, so that no answer shows a change that failed. What they refuse is in the trail.
        let mut asked = Turn::default();
        for look in looks {
            self.take_in(look, &mut asked).await;
        }
        if !asked.audit.is_empty() {
            self.finish(asked, false).await;
        }
        stopping
    }

    /// Every open request hears that the process started, and every message is brought to what its request says.
    pub(super) async fn restarted(&mut self) {
        let mut turn = Turn::default();
        self.forget_members(&self.configured.policy.membership_subjects());
        for id in self.in_order(|_| true) {
            self.note(id, Fact::Event(Event::Restarted), &mut turn);
        }
        // The rules may have changed while the process was away.
        self.review(&mut turn);
        // Messages are put back first, in the order of asking; what the restart itself changed follows as edits.
        let requests = self.tables.requests.values().map(|row| (row.request.seq, row.request.id.clone()));
        let bulletins = self.tables.bulletins.values().map(|row| (row.bulletin.seq, row.bulletin.id.clone()));
        let mut messages: Vec<(u64, RequestId)> = requests.chain(bulletins).collect();
        messages.sort();
        for (_, id) in &messages {
            self.show(id, true);
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
                let may = match self.too_fast(&wanted.person) {
                    Some(notice) => press::not_now(self, &wanted, &notice),
                    None => press::may(self, &wanted, turn),
                };
                // Who asked may have gone.
                let _gone = reply.send(may);
            }
            Incoming::Memberships(findings) => self.members_found(findings, turn),
            Incoming::Hidden(person, ids, reply) => {
                // Who asked may have gone.
                let _gone = reply.send(self.hidden_from(&person, ids).await);
            }
            Incoming::Look(id, person, reply) => {
                let found = match self.request(&id) {
                    Some(request) => Some(request.clone()),
                    None => self.stored(&id).await.ok().flatten(),
                };
                let may = |request: &Request| person.as_ref().is_none_or(|person| self.may_know(person, request));
                // Who asked may have gone; nobody misses the answer then.
                let _gone = reply.send(found.filter(may));
            }
            Incoming::Open(person, locale, reply) => {
                // Who asked may have gone.
                let _gone = reply.send(self.open_for(&person, &locale));
            }
            Incoming::Looked(vm, tree, command) => {
                self.decided(command.pending);
                ask::looked(self, vm, tree, *command, turn).await;
            }
            Incoming::Fact(id, fact) => self.note(id, fact, turn),
            Incoming::VCenter(VCenterEvent::Task(update)) => {
                let of_task = |request: &Request| matches!(&request.state, State::Running { task: Some(task), .. } if *task == update.task);
                if let Some(id) = self.in_order(of_task).into_iter().next() {
                    self.note(id, Fact::Event(Event::Task { update }), turn);
                }
            }
            Incoming::VCenter(VCenterEvent::Inventory(vms)) => self.inventory_moved(&vms, turn),
            Incoming::VCenter(VCenterEvent::Health(vcenter, _)) => {
                self.watch_soon();
                // What is under way there is seen no more, or again.
                let there = |request: &Request| request.vm().is_some_and(|target| target.vm.vcenter == vcenter);
                self.in_order(|request| request.state.goes_on() && there(request)).iter().for_each(|id| turn.touch(id));
            }
            // The turn itself compares the clocks.
            Incoming::VCenter(VCenterEvent::Clock(_)) => {}
            Incoming::Seen(look, why) => self.seen_fleet(*look, why, turn).await,
            Incoming::Makers(told) => self.makers_told(told, turn),
            Incoming::Undeliverable(id, channel, why) => self.undeliverable(&id, &channel, &why, turn).await,
            Incoming::OwnTasks(vcenter, since, told) => self.reconciled(vcenter, since, told, turn).await,
            Incoming::Rules(rules, digest, reply) => {
                turn.audit(record::audit_rules(&digest, self.parts.clock.now()));
                self.forget_members(&rules.policy.membership_subjects());
                turn.rules.push((*rules, reply));
            }
            Incoming::Quiet(under_way) => self.answer_freezes(&under_way),
            Incoming::Stop(_) => {}
        }
    }

    /// Takes in what became of a request. Whatever becomes of the turn, it is not lost.
    fn note(&mut self, id: RequestId, fact: Fact, turn: &mut Turn) {
        turn.facts.push((id.clone(), fact.clone()));
        match fact {
            Fact::Event(event) => {
                let event = self.without_known_tasks(&id, event);
                self.apply(&id, &event, turn);
            }
            Fact::Posted(message) => self.posted(&id, message),
            Fact::Settled => self.settled(&id),
        }
    }

    /// Lets one event through the machine.
    pub(super) fn apply(&mut self, id: &RequestId, event: &Event, turn: &mut Turn) {
        let Some(before) = self.request(id).cloned() else { return };
        let now = self.parts.clock.now();
        let busy = before.vm().and_then(|target| self.holder(&target.vm, id));
        let rules = self.parts.rules();
        let targets = self.parts.fleet.targets_of(&before);
        let cx = Context { busy: busy.as_ref(), ..rules.context(now, self.freeze(), &targets) };
        let step = machine::step(&before, event, cx);
        turn.effects.extend(step.effects.into_iter().map(|effect| (id.clone(), effect)));
        let row = match step.change {
            Change::Nothing => return,
            Change::Shown => self.tables.requests.change_unwritten(id),
            Change::Durable => {
                let seen = self.seen(&before, &step.request);
                turn.audit(record::audit_step(&before.state, &step.request, event, seen, now));
                if let Some((key, call)) = calls::row_of(&before, &step.request, event) {
                    self.tables.calls.put(key, call);
                }
                turn.figures.extend(figures::of(&before.state, &step.request, now));
                self.tables.requests.change(id)
            }
        };
        if let Some(row) = row {
            row.request = step.request;
        }
        turn.touch(id);
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
        self.tables.freeze.get(&())
    }

    /// Freezes or unfreezes, with the turn.
    pub(super) fn set_freeze(&mut self, freeze: Option<Freeze>) {
        match freeze {
            Some(freeze) => {
                // Before it is written down: what has not been sent yet is not sent any more.
                self.outgoing.set_freeze(Some(freeze.clone()));
                self.tables.freeze.put((), freeze);
            }
            None => self.tables.freeze.remove(&()),
        }
    }

    /// A request that is at hand, as it is now.
    pub(super) fn request(&self, id: &RequestId) -> Option<&Request> {
        self.tables.requests.get(id).map(|row| &row.request)
    }

    /// Such requests, in the order of asking.
    fn in_order(&self, is_wanted: impl Fn(&Request) -> bool) -> Vec<RequestId> {
        let requests = self.tables.requests.values().map(|row| &row.request);
        let mut wanted: Vec<&Request> = requests.filter(|request| is_wanted(request)).collect();
        wanted.sort_by_key(|request| request.seq);
        wanted.into_iter().map(|request| request.id.clone()).collect()
    }

    /// Takes in a new request: it is asked, and its VM is read.
    pub(super) fn begin(&mut self, request: Request, text: &str, turn: &mut Turn) {
        let id = request.id.clone();
        self.next_seq = self.next_seq.max(request.seq + 1);
        self.unfollow(request.origin.as_ref());
        turn.audit(record::audit_asked(&request, text));
        if let State::Asked = request.state {
            turn.effects.push((id.clone(), Effect::Survey));
        }
        turn.touch(&id);
        self.tables.requests.put(id, Row { request, posted: None, given_up: None });
    }

    /// A request of somebody, as it is when it is asked and nothing more is known of it.
    pub(super) async fn asked(&self, asker: &Asker, subject: Subject, wish: Wish) -> Result<Request, String> {
        let (id, requester) = (self.fresh_id().await?, asker.requester(self, self.parts.clock.now()));
        let origin = asker.origin.clone();
        Ok(Request { origin, ..Request::new(id, self.next_seq, requester, subject, wish) })
    }

    /// Keeps a question back with what its choices stand for.
    pub(super) fn keep_draft(&mut self, asker: &Asker, id: RequestId, choices: Vec<Intent>, ticket: bool) {
        let mut theirs: Vec<&Draft> =
            self.tables.drafts.values().filter(|draft| draft.person == asker.person).collect();
        theirs.sort_by_key(|draft| draft.at);
        if let Some(oldest) = theirs.first().filter(|_| theirs.len() >= DRAFTS_OF_ONE).map(|draft| draft.id.clone()) {
            self.tables.drafts.remove(&oldest);
        }
        let draft = Draft {
            id: id.clone(),
            person: asker.person.clone(),
            account: asker.account.clone(),
            channel: asker.channel.clone(),
            locale: asker.locale.clone(),
            at: self.parts.clock.now(),
            choices,
            ticket,
        };
        self.tables.drafts.put(id, draft);
    }

    /// An id that no request and no draft ever had.
    pub(super) async fn fresh_id(&self) -> Result<RequestId, String> {
        loop {
            let id = RequestId::from_bits((self.parts.random)()?);
            if self.tables.requests.contains(&id) || self.tables.drafts.contains(&id) {
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
        let holds = |request: &&Request| {
            let on_it = request.vm().is_some_and(|target| target.vm == *vm);
            request.id != *other_than && on_it && request.state.holds_vm()
        };
        self.tables.requests.values().map(|row| &row.request).find(holds).map(|request| request.id.clone())
    }

    fn posted(&mut self, id: &RequestId, message: MessageId) {
        let at = self.parts.clock.now();
        let channel = if let Some(row) = self.tables.bulletins.change(id) {
            row.posted = Some(Posted { message, at, settled: true });
            self.watching.forget_table(id);
            row.bulletin.channel.clone()
        } else if let Some(row) = self.tables.requests.change(id) {
            row.posted = Some(Posted { message, at, settled: false });
            row.request.channel.clone()
        } else {
            return;
        };
        self.took_message(&channel);
    }

    /// A message says how its request ended: after a restart it need not be shown again.
    fn settled(&mut self, id: &RequestId) {
        let posted = self.tables.requests.get(id).and_then(|row| row.posted.as_ref());
        if posted.is_some_and(|posted| !posted.settled)
            && let Some(row) = self.tables.requests.change(id)
        {
            row.posted.iter_mut().for_each(|posted| posted.settled = true);
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
        for (id, fact) in std::mem::take(&mut self.retry) {
            // What was read of the VM is old by now, and calls are made on what was read right before.
            if let Fact::Event(Event::Surveyed { .. }) = fact {
                turn.effects.push((id.clone(), Effect::Survey));
                turn.facts.push((id, fact));
            } else {
                self.note(id, fact, turn);
            }
        }
        for id in self.in_order(|request| machine::is_awake(request, now)) {
            self.apply(&id, &Event::Tick, turn);
        }
        self.reconcile_due(now);
        self.watch_due(now);
        self.try_unreached(now);
        while let Some(id) = self.next_freed() {
            self.apply(&id, &Event::Freed, turn);
        }
        let drafts = self.tables.drafts.values().filter(|draft| now.duration_since(draft.at) >= DRAFT_LIFE);
        let old: Vec<RequestId> = drafts.map(|draft| draft.id.clone()).collect();
        for id in old {
            self.tables.drafts.remove(&id);
        }
    }

    /// The first in line for a VM that nothing of ours holds any more.
    fn next_freed(&self) -> Option<RequestId> {
        let requests = || self.tables.requests.values().map(|row| &row.request);
        let vm_of = |request: &'_ Request| request.vm().map(|target| target.vm.clone());
        // Looked at once for all of them: a line is long where many wait.
        let held: HashSet<VmRef> = requests().filter(|request| request.state.holds_vm()).filter_map(vm_of).collect();
        let in_line = |request: &&Request| matches!(request.state, State::Queued { behind: Behind::Request(_), .. });
        let is_free = |request: &&Request| !request.vm().is_some_and(|target| held.contains(&target.vm));
        requests().filter(in_line).filter(is_free).min_by_key(|request| request.seq).map(|request| request.id.clone())
    }

    /// Commits the turn and does what follows from it, or undoes it.
    pub(super) async fn finish(&mut self, mut turn: Turn, timed: bool) {
        self.go_on_in_parts(&mut turn).await;
        self.tell_ended(&mut turn).await;
        self.tell_holders(&mut turn).await;
        self.report_groups(&mut turn).await;
        self.report_skews(&mut turn).await;
        self.tell_reached(&mut turn).await;
        self.give_up_surplus(&mut turn);
        if let Err(error) = self.write(&mut turn).await {
            return self.undo(turn, &error);
        }
        let frozen = self.tables.freeze.is_changed();
        self.compared();
        self.tables.keep();
        self.count(&mut turn);
        let changed = self.take_over(frozen, &mut turn);
        self.hold_back_freeze(&mut turn);
        for id in std::mem::take(&mut turn.announced) {
            self.show(&id, false);
        }
        let until = self.parts.clock.now().saturating_add(ANSWER_WAIT).unwrap_or(Timestamp::MAX);
        for Reply { to, reader: _, when } in turn.replies {
            match when {
                When::Committed(answer) => {
                    // Who asked may have gone; what they asked for is committed all the same.
                    let _gone = to.send(*answer);
                }
                When::Checked(id) => self.showing.wait(id, to, until),
                // Who froze waits with the freeze.
                When::Quiet => {}
            }
        }
        self.answer_waiting();
        for reading in turn.readings {
            self.read(reading);
        }
        for (id, effect) in turn.effects {
            if let Some(request) = self.request(&id) {
                effects::run(&self.parts, &self.inbox, &self.outgoing, request, effect);
            }
        }
        let mut shown = turn.touched;
        if timed || changed {
            shown.splice(0..0, self.in_order(|request| !request.state.is_final()));
        }
        for id in shown {
            self.show(&id, false);
        }
        self.forget();
    }

    /// A freeze or new rules hold from now on, for messages as well; whether there were any.
    fn take_over(&mut self, frozen: bool, turn: &mut Turn) -> bool {
        if frozen {
            let freeze = self.freeze().cloned();
            self.review_due |= freeze.is_none();
            self.outgoing.set_freeze(freeze.clone());
            self.parts.freeze.set(freeze);
        }
        let changed = frozen || turn.regrouped || !turn.rules.is_empty();
        for (rules, reply) in turn.rules.drain(..) {
            self.reconfigured(rules);
            self.rules_taken.push(reply);
            self.review_due = true;
        }
        changed
    }
}
