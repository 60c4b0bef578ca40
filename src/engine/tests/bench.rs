//! The bench: one engine, driven turn by turn, over a store that outlives it.
//!
//! Its people are those of the demo: `alice` may do everything on the VMs `web-*`, `bob` approves reverts and deletions, `carol` administers, `dave` is in
//! no group. Its VMs are `web-01`, `web-02` and `prod-01`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

use super::lab::Lab;
use super::room::{Door, Room};
use super::shelf::Shelf;
use crate::domain::call::TaskUpdate;
use crate::domain::ids::{Group, RequestId};
use crate::domain::policy::{ApprovalRule, Person, Policy, Rule, VerbPattern, VmPattern};
use crate::domain::preflight;
use crate::domain::request::{Request, State, Wish};
use crate::domain::token::TokenKey;
use crate::engine::board::Board;
use crate::engine::clock::ManualClock;
use crate::engine::core::{Arrival, Core, Incoming, Turn};
use crate::engine::ports::{Chat, Clock, Store, StoreError, VCenterEvent};
use crate::engine::watch::WatchRules;
use crate::engine::{
    Answer, Ask, Current, Fleet, Handle, Inbound, May, Open, Parts, Press, Receipt, Rules, UnreachedChannels,
    UnreadGroups,
};
use crate::message::model::{Action, Block, Button, Card};
use crate::message::plain;

static IDS: AtomicU32 = AtomicU32::new(1);

pub(super) struct Bench {
    pub(super) core: Box<Core>,
    sender: mpsc::UnboundedSender<Incoming>,
    inbox: mpsc::UnboundedReceiver<Incoming>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<Shelf>,
    pub(super) lab: Arc<Lab>,
    pub(super) room: Arc<Room>,
    rules: Rules,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Rules)) -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-22T14:00:00Z".parse().unwrap()));
        let lab = Arc::new(Lab::new(clock.clone()));
        for (folder, name) in [("DC1/web", "web-01"), ("DC1/web", "web-02"), ("DC1/prod", "prod-01")] {
            lab.add(folder, name);
        }
        let mut rules = rules();
        change(&mut rules);
        Self::start(clock, Arc::new(Shelf::default()), lab, Arc::new(Room::default()), rules).await.unwrap()
    }

    async fn start(
        clock: Arc<ManualClock>,
        store: Arc<Shelf>,
        lab: Arc<Lab>,
        room: Arc<Room>,
        rules: Rules,
    ) -> Result<Self, StoreError> {
        let door = |platform| {
            (platform, Arc::new(Door { room: room.clone(), clock: clock.clone(), platform }) as Arc<dyn Chat>)
        };
        let parts = Arc::new(Parts {
            fleet: Fleet::new(vec![lab.clone()]),
            chats: HashMap::from(["console", "slack"].map(door)),
            store: store.clone() as Arc<dyn Store>,
            clock: clock.clone(),
            rules: Current::new(rules.clone()),
            freeze: Current::new(None),
            unread_groups: Current::new(UnreadGroups::new()),
            unreached: Current::new(UnreachedChannels::new()),
            tokens: TokenKey::new([7; 32]),
            // Every id once: 8,191 has no common divisor with 30^4.
            random: || Ok(IDS.fetch_add(1, Ordering::Relaxed).wrapping_mul(8_191)),
        });
        let (sender, inbox) = mpsc::unbounded_channel();
        let board = Board::start(parts.chats.values().cloned(), parts.clock.clone(), sender.clone());
        let mut core = Box::new(Core::new(parts, board, sender.clone(), watch::Sender::new(0)));
        core.load().await?;
        core.restarted().await;
        let mut bench = Self { core, sender, inbox, clock, store, lab, room, rules };
        bench.pass(SignedDuration::ZERO).await;
        Ok(bench)
    }

    /// The process ends, and another one begins.
    pub(super) async fn restart(self) -> Self {
        self.try_restart().await.unwrap()
    }

    pub(super) async fn try_restart(self) -> Result<Self, StoreError> {
        let Self { clock, store, lab, room, rules, .. } = self;
        Self::start(clock, store, lab, room, rules).await
    }

    /// Takes turns until nothing is on its way any more.
    pub(super) async fn rest(&mut self) {
        while self.step().await {}
    }

    /// One turn of what has come in, if anything has.
    pub(super) async fn step(&mut self) -> bool {
        // As many steps as the longest way of a message or an effect has.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let batch: Vec<Incoming> = std::iter::from_fn(|| self.inbox.try_recv().ok()).collect();
        let has_come = !batch.is_empty();
        if has_come {
            self.core.turn(batch).await;
        }
        has_come
    }

    /// Time passes: whenever the engine wants to be woken it has a turn.
    pub(super) async fn pass(&mut self, time: SignedDuration) {
        let until = self.now() + time;
        self.rest().await;
        while let Some(wake) = self.core.next_wake().filter(|wake| *wake <= until) {
            self.clock.advance(wake.duration_since(self.now()).max(SignedDuration::ZERO));
            self.core.turn(Vec::new()).await;
            self.rest().await;
        }
        self.clock.advance(until.duration_since(self.now()));
        self.rest().await;
    }

    /// Something comes that concerns nobody.
    pub(super) async fn stir(&mut self) {
        self.core.turn(Vec::new()).await;
        self.rest().await;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Several things come in at once: they are one turn.
    pub(super) async fn turn(&mut self, inbound: Vec<Inbound>) -> Vec<Handed> {
        let (batch, handed) = inbound.into_iter().map(|inbound| self.handed_in(inbound)).unzip();
        self.core.turn(batch).await;
        handed
    }

    /// Something that comes in, and what becomes of it.
    pub(super) fn handed_in(&self, inbound: Inbound) -> (Incoming, Handed) {
        let (reply, answer) = oneshot::channel();
        let (written, taken) = oneshot::channel();
        let arrival = Arrival::of(&inbound, self.clock.elapsed(), written);
        (Incoming::Inbound(inbound, arrival, reply), Handed { answer, taken })
    }

    pub(super) async fn ask(&mut self, person: &str, text: &str) -> Answer {
        let mut handed = self.turn(vec![typed(person, text, None)]).await.remove(0);
        self.rest().await;
        handed.answer.try_recv().expect("it is answered")
    }

    /// What somebody is told of a command, as text.
    pub(super) async fn told(&mut self, person: &str, text: &str) -> String {
        said(&self.ask(person, text).await)
    }

    /// A request that comes of a command.
    pub(super) async fn request(&mut self, person: &str, text: &str) -> RequestId {
        let answer = self.ask(person, text).await;
        answer.request.clone().unwrap_or_else(|| panic!("no request: {}", said(&answer)))
    }

    pub(super) async fn press(&mut self, person: &str, button: &Button) -> Answer {
        self.press_with(person, button, &[]).await
    }

    pub(super) async fn press_with(&mut self, person: &str, button: &Button, inputs: &[(&str, &str)]) -> Answer {
        let mut handed = self.turn(vec![pressed(person, button, inputs)]).await.remove(0);
        self.rest().await;
        handed.answer.try_recv().expect("it is answered")
    }

    /// Whether somebody may press a button.
    pub(super) async fn may(&mut self, person: &str, button: &Button) -> May {
        let Inbound::Press(press) = pressed(person, button, &[]) else { unreachable!() };
        let (reply, mut may) = oneshot::channel();
        self.core.turn(vec![Incoming::May(press, reply)]).await;
        may.try_recv().unwrap()
    }

    /// What is open for somebody.
    pub(super) async fn open(&mut self, who: &str) -> Open {
        let (reply, mut open) = oneshot::channel();
        self.core.turn(vec![Incoming::Open(who.into(), "en".to_owned(), reply)]).await;
        open.try_recv().unwrap()
    }

    /// The message of a request as it is shown now.
    pub(super) fn message(&self, id: &RequestId) -> Card {
        self.room.message(id).unwrap_or_else(|| panic!("{id} has no message"))
    }

    pub(super) fn state(&self, id: &RequestId) -> &State {
        &self.known(id).state
    }

    /// The state of the request to take a snapshot of this name.
    pub(super) fn state_of(&self, name: &str) -> &State {
        let takes = |request: &&Request| matches!(&request.wish, Wish::Take { name: its, .. } if its == name);
        &self.core.tables.requests.values().map(|row| &row.request).find(takes).unwrap().state
    }

    pub(super) fn known(&self, id: &RequestId) -> &Request {
        self.core.request(id).unwrap_or_else(|| panic!("{id} is not known"))
    }

    /// The last task of vCenter ends well.
    pub(super) async fn task_ends(&mut self) {
        let update = self.lab.end_of(self.lab.calls().len());
        self.hear(update).await;
    }

    /// A task of vCenter moves.
    pub(super) async fn hear(&mut self, update: TaskUpdate) {
        self.core.turn(vec![Incoming::VCenter(VCenterEvent::Task(update))]).await;
        self.rest().await;
    }

    /// Somebody takes a snapshot of a VM through the bot, to its end.
    pub(super) async fn taken(&mut self, person: &str, vm: &str, name: &str) -> RequestId {
        let id = self.request(person, &format!("take {vm} {name}")).await;
        self.task_ends().await;
        assert!(matches!(self.state(&id), State::Done { .. }), "{:?}", self.state(&id));
        id
    }

    /// Other people, rules or channels.
    pub(super) async fn reload(&mut self, change: impl FnOnce(&mut Rules)) -> Result<(), String> {
        let mut rules = rules();
        change(&mut rules);
        let (reply, mut taken) = oneshot::channel();
        self.core.turn(vec![Incoming::Rules(Box::new(rules.clone()), "digest".to_owned(), reply)]).await;
        self.rest().await;
        let taken = taken.try_recv().unwrap();
        if taken.is_ok() {
            self.rules = rules;
        }
        taken
    }

    /// Hands things in as chats do; they wait in the inbox.
    pub(super) fn hand_in(&self, inbound: Vec<Inbound>) -> Vec<Receipt> {
        let handle = self.handle();
        inbound.into_iter().map(|inbound| handle.hand_in(inbound).unwrap()).collect()
    }

    /// What the chats hold.
    pub(super) fn handle(&self) -> Handle {
        Handle { inbox: self.sender.clone(), parts: self.core.parts.clone(), reloaded: watch::channel(0).1 }
    }

    /// Lets the engine run by itself until its inbox is empty; then it is started anew.
    pub(super) async fn run_until_stopped(self) -> Self {
        let handle = self.handle();
        let Self { core, inbox, clock, store, lab, room, rules, .. } = self;
        let running = tokio::spawn((*core).run(inbox));
        handle.stop().await;
        running.await.unwrap();
        Self::start(clock, store, lab, room, rules).await.unwrap()
    }

    /// A turn that does this.
    pub(super) async fn does(&mut self, act: impl FnOnce(&mut Core, &mut Turn)) {
        let mut turn = Turn::default();
        act(&mut self.core, &mut turn);
        self.core.finish(turn, false).await;
    }
}

/// Something that was handed in.
pub(super) struct Handed {
    pub(super) answer: oneshot::Receiver<Answer>,
    /// Tells that it is written down.
    pub(super) taken: oneshot::Receiver<()>,
}

pub(super) fn typed(person: &str, text: &str, once: Option<&str>) -> Inbound {
    Inbound::Ask(Ask {
        person: person.into(),
        account: format!("console:{person}").into(),
        channel: "console:ops".into(),
        text: text.to_owned(),
        locale: Some("en".to_owned()),
        once: once.map(str::to_owned),
    })
}

pub(super) fn pressed(person: &str, button: &Button, inputs: &[(&str, &str)]) -> Inbound {
    let inputs: BTreeMap<String, String> =
        inputs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Inbound::Press(Press {
        person: person.into(),
        account: format!("console:{person}").into(),
        token: button.token.clone(),
        inputs,
        locale: Some("en".to_owned()),
        once: None,
    })
}

/// What somebody alone is told, as text.
pub(super) fn said(answer: &Answer) -> String {
    answer.reply.as_ref().map(plain::render).unwrap_or_default()
}

/// A button of a card or of one of its rows.
pub(super) fn button(card: &Card, action: Action) -> Button {
    let of_row = |block: &Block| {
        let Block::Row { buttons, .. } = block else { return Vec::new() };
        buttons.clone()
    };
    let mut all = card.buttons.iter().cloned().chain(card.blocks.iter().flat_map(of_row));
    all.find(|button| button.action == action).unwrap_or_else(|| panic!("no {action:?} on {}", plain::render(card)))
}

pub(super) fn person(name: &str, groups: &[&str]) -> Person {
    Person {
        id: name.into(),
        name: name.to_owned(),
        groups: groups.iter().map(|group| Group::new(*group)).collect(),
        unknown_groups: Vec::new(),
        accounts: Vec::new(),
    }
}

pub(super) fn rule(groups: &[&str], verbs: &[&str], vms: &[&str]) -> Rule {
    Rule {
        groups: groups.iter().map(|group| Group::new(*group)).collect(),
        verbs: verbs.iter().map(|verb| VerbPattern::parse(verb).unwrap()).collect(),
        vms: vms.iter().map(|pattern| VmPattern::parse(pattern).unwrap()).collect(),
        line: None,
    }
}

pub(super) fn rules() -> Rules {
    let Rule { groups, verbs, vms, .. } =
        rule(&["approvers"], &["revert", "delete", "delete-all", "delete-older"], &["*"]);
    let approval = ApprovalRule {
        verbs,
        vms,
        approvers: groups,
        needed: 1,
        expires: SignedDuration::from_mins(30),
        self_approval: false,
        ticket_pattern: None,
        break_glass: vec!["administrators".into()],
        safety: false,
        line: None,
    };
    let policy = Policy {
        people: vec![
            person("alice", &["team-web"]),
            person("bob", &["approvers"]),
            person("carol", &["administrators", "approvers"]),
            person("dave", &[]),
        ],
        grants: vec![rule(&["team-web"], &["*"], &["web-*"]), rule(&["administrators"], &["*"], &["*"])],
        approvals: vec![approval],
        administrators: vec!["administrators".into()],
        ..Policy::default()
    };
    Rules {
        policy,
        preflight: preflight::Rules::default(),
        channels: Vec::new(),
        timezone: TimeZone::UTC,
        alarms: None,
        reconcile: jiff::civil::time(3, 0, 0, 0),
        watch: WatchRules::default(),
    }
}
