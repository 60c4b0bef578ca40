//! What people hear of a turn: answers to those who wait, messages brought to what their requests say, and clocks that move on.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use super::{Core, Turn};
use crate::domain::ids::{ChannelId, RequestId, VmRef};
use crate::domain::machine;
use crate::domain::request::{Phase, State};
use crate::domain::snapshot_tree::PowerState;
use crate::engine::Answer;
use crate::engine::board::{Board, Job};
use crate::engine::record::{BulletinRow, Row};
use crate::message::cards;
use crate::message::model::{Action, Card};

/// How often a running request's clock moves on in its message.
const DISPLAY_TICK: SignedDuration = SignedDuration::from_secs(2);

/// How often "28 min left" moves on.
const WAITING_TICK: SignedDuration = SignedDuration::from_secs(60);

/// What people see and wait for now.
pub(super) struct Showing {
    board: Board,
    waiting: HashMap<RequestId, Waiting>,
    /// The cards as they were last given to the board.
    shown: HashMap<RequestId, Card>,
    /// Requests that were refused to their askers alone: they have no message in the channel.
    private: HashSet<RequestId>,
    /// Requests that left their VM off, and whose VM runs by now: powering it on is offered no more.
    runs_by_now: HashSet<RequestId>,
    /// When the clocks in messages move on.
    display_at: Option<Timestamp>,
}

struct Waiting {
    reply: oneshot::Sender<Answer>,
    until: Timestamp,
}

impl Showing {
    /// Every moment that is kept.
    pub(super) fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        self.waiting.values_mut().map(|waiting| &mut waiting.until).chain(&mut self.display_at)
    }

    pub(super) fn new(board: Board) -> Self {
        Self {
            board,
            waiting: HashMap::new(),
            shown: HashMap::new(),
            private: HashSet::new(),
            runs_by_now: HashSet::new(),
            display_at: None,
        }
    }

    /// Somebody is answered once this request has got past preflight, or then.
    pub(super) fn wait(&mut self, id: RequestId, reply: oneshot::Sender<Answer>, until: Timestamp) {
        self.waiting.insert(id, Waiting { reply, until });
    }

    pub(super) fn is_private(&self, id: &RequestId) -> bool {
        self.private.contains(id)
    }

    pub(super) fn set_private(&mut self, id: RequestId) {
        self.private.insert(id);
    }

    /// Its message is made anew elsewhere.
    pub(super) fn forget_card(&mut self, id: &RequestId) {
        self.shown.remove(id);
    }

    /// Keeps what is of these requests.
    pub(super) fn retain(&mut self, is_kept: impl Fn(&RequestId) -> bool) {
        self.shown.retain(|id, _| is_kept(id));
        self.private.retain(&is_kept);
        self.runs_by_now.retain(is_kept);
    }
}

impl Core {
    /// Answers everyone whose request has got past preflight, and those who have waited long enough.
    pub(super) fn answer_waiting(&mut self) {
        let now = self.parts.clock.now();
        let asked = |id: &RequestId| self.request(id).is_some_and(|request| request.state == State::Asked);
        let waiting = self.showing.waiting.iter();
        let ready = waiting.filter(|(id, waiting)| !asked(id) || now >= waiting.until);
        let ready: Vec<RequestId> = ready.map(|(id, _)| id.clone()).collect();
        for id in ready {
            let (Some(waiting), Some(request)) = (self.showing.waiting.remove(&id), self.request(&id)) else {
                continue;
            };
            let refused = matches!(request.state, State::Refused { .. });
            let tells = refused || request.state == State::Asked;
            let card =
                || self.parts.view(&request.channel, &request.locale, |view| cards::request::card(request, view));
            let answer = Answer { reply: tells.then(card), request: Some(id.clone()), seen_before: false };
            // A refusal is for the asker's eyes; only if nobody took it, it goes to the channel.
            if waiting.reply.send(answer).is_ok() && refused {
                self.showing.set_private(id);
            }
        }
    }

    /// Brings a message to what its request says, or posts what the bot tells by itself.
    pub(super) fn show(&mut self, id: &RequestId, restore: bool) {
        let (tables, showing) = (&self.tables, &self.showing);
        let (job, shown) = match (tables.bulletins.get(id), tables.requests.get(id)) {
            (Some(row), _) => (self.bulletin_job(row, restore), None),
            (None, Some(row)) if !showing.waiting.contains_key(id) => self.request_job(row, restore),
            (None, _) => return,
        };
        if let Some(card) = shown {
            self.showing.shown.insert(id.clone(), card);
        }
        if let Some(job) = job {
            self.showing.board.show(id.clone(), job);
        }
    }

    /// What is to be done for a bulletin's message. It is told once, and where it is is written down when it was posted.
    fn bulletin_job(&self, row: &BulletinRow, restore: bool) -> Option<Job> {
        let BulletinRow { bulletin, posted, private } = row;
        if *private || (posted.is_some() && self.keeps_messages(&bulletin.channel)) {
            return None;
        }
        let mut card = self.bulletin_card(bulletin);
        card.files.extend(self.watching.table_of(&bulletin.id));
        // What was posted before a restart may not have been written down.
        let tried = restore && posted.is_none();
        let (channel, posted) = (bulletin.channel.clone(), posted.clone());
        Some(Job { channel, posted, restore, tried, progress: false, last: false, card })
    }

    /// What is to be done for a request's message, and the card that it then shows.
    fn request_job(&self, row: &Row, restore: bool) -> (Option<Job>, Option<Card>) {
        let Row { request, posted, given_up } = row;
        let unseen = request.state == State::Asked && posted.is_none();
        // A part of a plan stands in the plan's message, until it has to ask something of its own.
        let within = request.is_part() && posted.is_none() && !matches!(request.state, State::NeedsHuman { .. });
        if unseen || self.showing.is_private(&request.id) || within {
            return (None, None);
        }
        let mut card = self.parts.view(&request.channel, &request.locale, |view| cards::request::card(request, view));
        if self.showing.runs_by_now.contains(&request.id) {
            card.buttons.retain(|button| button.action != Action::PowerOn);
        }
        let shown = self.showing.shown.get(&request.id);
        if shown == Some(&card) {
            return (None, None);
        }
        let settled = given_up.is_some() || posted.as_ref().is_some_and(|posted| posted.settled);
        if restore && settled && self.keeps_messages(&request.channel) {
            return (None, Some(card));
        }
        // The same state with the same buttons: only the bar and the clocks move. And nobody has to act on what is only under way.
        let same = shown.is_some_and(|old| old.state == card.state && old.buttons == card.buttons);
        let progress = posted.is_some() && (same || request.state.goes_on());
        // What was posted before a restart may not have been written down.
        let tried = restore && posted.is_none();
        let (channel, last) = (request.channel.clone(), request.state.is_final());
        let job = Job { channel, posted: posted.clone(), restore, tried, progress, last, card: card.clone() };
        (Some(job), Some(card))
    }

    /// Whether a channel's platform keeps its messages while the bot is away. One that is not configured keeps none.
    pub(super) fn keeps_messages(&self, channel: &ChannelId) -> bool {
        self.parts.chats.get(channel.platform()).is_some_and(|chat| chat.keeps_messages())
    }

    /// The live inventory moved: a card that offers to power a VM on stops doing so while the VM runs, whoever powered it on.
    pub(super) fn inventory_moved(&mut self, vms: &[VmRef], turn: &mut Turn) {
        let offers = |row: &Row| {
            let request = &row.request;
            let offered = matches!(&request.state, State::Done { facts } if facts.can_power_on);
            let vm = &request.vm()?.vm;
            let is_told_of = offered && row.posted.is_some() && vms.contains(vm);
            is_told_of.then(|| (request.id.clone(), vm.clone()))
        };
        let mut offering: Vec<(RequestId, VmRef)> = self.tables.requests.values().filter_map(offers).collect();
        offering.sort();
        for (id, vm) in offering {
            let Some(vcenter) = self.parts.fleet.get(&vm.vcenter) else { continue };
            let runs = vcenter.inventory().get(&vm).is_some_and(|vm| vm.power == Some(PowerState::On));
            let runs_by_now = &mut self.showing.runs_by_now;
            let changed = if runs { runs_by_now.insert(id.clone()) } else { runs_by_now.remove(&id) };
            if changed {
                turn.touch(&id);
            }
        }
    }

    /// When there is something to do without being told.
    pub(in crate::engine) fn next_wake(&mut self) -> Option<Timestamp> {
        let now = self.parts.clock.now();
        let states = self.tables.requests.values().map(|row| &row.request.state);
        let display = states.filter_map(display_tick).min().and_then(|tick| now.checked_add(tick).ok());
        // An earlier moment that is set already stands: a busy inbox must not push it away for ever.
        let display_at = &mut self.showing.display_at;
        *display_at = display_at.filter(|_| display.is_some()).into_iter().chain(display).min();
        // While the store fails, a deadline that is over would wake us again and again; the next try wakes us instead.
        let writes = self.retry_at.is_none();
        let requests = self.tables.requests.values().filter(|_| writes);
        let wake =
            |row: &Row| if machine::is_awake(&row.request, now) { Some(now) } else { machine::wake_at(&row.request) };
        let deadlines = requests.filter_map(wake);
        let answers = self.showing.waiting.values().map(|waiting| waiting.until);
        let compare = self.reconcile_at().filter(|_| writes);
        let watch = self.watch_at().filter(|_| writes);
        let unreached = self.unreached_at().filter(|_| writes);
        let others =
            [watch, unreached, self.groups_at(), self.intake_wake(), self.retry_at, self.showing.display_at, compare];
        deadlines.chain(answers).chain(others.into_iter().flatten()).min()
    }

    /// Whether the clocks in messages move on now.
    pub(super) fn display_due(&mut self) -> bool {
        let now = self.parts.clock.now();
        self.showing.display_at.take_if(|at| now >= *at).is_some()
    }
}

/// How often a message moves on by the clock alone.
fn display_tick(state: &State) -> Option<SignedDuration> {
    match state.phase() {
        // What runs in parts may wait for a vCenter, or for what is not known.
        Phase::UnderWay if !matches!(state, State::InParts { .. }) => Some(DISPLAY_TICK),
        Phase::UnderWay | Phase::Undecided => Some(WAITING_TICK),
        Phase::Waiting | Phase::Unknown | Phase::Dropped | Phase::Ended => None,
    }
}
