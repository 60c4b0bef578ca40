//! A year of the watch by the fake clock: people take and keep and delete, the process dies at random moments, the clocks change twice.
//!
//! The engine is the real one; vCenter and chat are a list of VMs and a list of messages. What has to hold is counted by what the chat
//! was given and vCenter was asked for: one report for each slot, each crossing once, no deletion without its policy.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use snapwarden::domain::call::{Act, Call, CallError, Started};
use snapwarden::domain::evidence::Evidence;
use snapwarden::domain::ids::{ChannelId, MessageId, Moref, RequestId, Target, TaskRef, VCenterName, VmRef};
use snapwarden::domain::intent::Mode;
use snapwarden::domain::inventory::{Inventory, ToolsState, VmSummary};
use snapwarden::domain::marker::{Hold, Stay};
use snapwarden::domain::policy::VmPattern;
use snapwarden::domain::report::Thresholds;
use snapwarden::domain::request::{Facts, Request, State, Subject, Wish};
use snapwarden::domain::schedule::Schedule;
use snapwarden::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use snapwarden::domain::storage::MinFree;
use snapwarden::domain::survey::{Capability, Connection, Survey};
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{
    About, Chat, ChatError, Clock, Commit, Gate, Health, OwnTasks, ReadError, Store, VCenter, VCenterEvent,
};
use snapwarden::engine::record;
use snapwarden::engine::watch::{ReportRule, RetentionRule, WatchRules};
use snapwarden::engine::{self, Current, Fleet, Handle, Parts, Rules, UnreachedChannels, UnreadGroups};
use snapwarden::message::model::{Block, Card};
use snapwarden::store::MemoryStore;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const STEP: SignedDuration = SignedDuration::from_mins(60);
const DAYS: i64 = 365;
const RESTARTS: usize = 50;
const VMS: usize = 12;

/// Numbers that look drawn and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % end as u64).unwrap()
    }
}

/// Everything that outlives the process.
struct Hub {
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    trees: Mutex<BTreeMap<Moref, Vec<Snapshot>>>,
    posted: Mutex<Vec<(Timestamp, RequestId, Card)>>,
    /// What the bot deleted, as it was then.
    deleted: Mutex<Vec<(Moref, Snapshot, bool)>>,
    events: Mutex<Option<tokio::sync::mpsc::UnboundedSender<VCenterEvent>>>,
}

impl Hub {
    fn summary(&self, moref: &Moref) -> VmSummary {
        let nodes = self.trees.lock().unwrap()[moref].clone();
        let current = nodes.last().map(|node| node.moref.clone());
        VmSummary {
            vm: VmRef { vcenter: "lab".into(), moref: moref.clone() },
            instance_uuid: None,
            name: moref.as_str().to_owned(),
            path: format!("DC1/{moref}"),
            power: Some(PowerState::On),
            readable: true,
            tools: ToolsState::Running,
            template: false,
            consolidation_needed: false,
            tree: Arc::new(SnapshotTree::new(nodes, current)),
            tags: None,
        }
    }

    /// Somebody changes something beside the bot.
    fn change(&self, moref: &Moref, change: impl FnOnce(&mut Vec<Snapshot>)) {
        change(self.trees.lock().unwrap().get_mut(moref).unwrap());
        if let Some(events) = self.events.lock().unwrap().as_ref() {
            let vm = VmRef { vcenter: "lab".into(), moref: moref.clone() };
            // Between two lives nobody listens.
            let _gone = events.send(VCenterEvent::Inventory(vec![vm]));
        }
    }
}

struct Fake(Arc<Hub>, VCenterName);

#[async_trait]
impl VCenter for Fake {
    fn name(&self) -> &VCenterName {
        &self.1
    }

    fn inventory(&self) -> Arc<Inventory> {
        let morefs: Vec<Moref> = self.0.trees.lock().unwrap().keys().cloned().collect();
        Arc::new(Inventory::new(morefs.iter().map(|moref| Arc::new(self.0.summary(moref)))))
    }

    fn seen_at(&self) -> Option<Timestamp> {
        None
    }

    fn health(&self) -> Health {
        Health::Live
    }

    async fn survey(&self, vm: &Moref) -> Result<Survey, ReadError> {
        let summary = self.0.summary(vm);
        Ok(Survey {
            server_time: self.0.clock.now(),
            ahead: SignedDuration::ZERO,
            name: summary.name.clone(),
            instance_uuid: None,
            power: PowerState::On,
            connection: Connection::Connected,
            tools: summary.tools,
            tools_installed: true,
            fault_tolerant: false,
            template: false,
            guest_id: None,
            snapshot_locked: false,
            reverts_at_power_off: false,
            consolidation_needed: false,
            capability: Capability::default(),
            devices: Vec::new(),
            disabled_methods: Vec::new(),
            running_tasks: Vec::new(),
            tree: summary.tree.as_ref().clone(),
            snapshot_bytes: BTreeMap::new(),
            with_memory: Vec::new(),
            bytes_since_current: None,
            loose_bytes: None,
            memory_bytes: None,
            disks: Vec::new(),
            working_datastore: None,
            datastores: Vec::new(),
        })
    }

    async fn call(&self, call: &Call, gate: &dyn Gate) -> Result<Started, CallError> {
        let look = self.survey(&call.vm.moref).await.expect("it can always be read");
        if !gate.is_open(&look) {
            return Err(CallError::NotCalled(Box::new(look)));
        }
        let Act::Delete { snapshot, children: false } = &call.act else { panic!("asked for {:?}", call.act) };
        let mut trees = self.0.trees.lock().unwrap();
        let nodes = trees.get_mut(&call.vm.moref).unwrap();
        let below = nodes.iter().any(|node| node.parent.as_ref() == Some(snapshot));
        let at = nodes.iter().position(|node| node.moref == *snapshot).expect("it is there");
        let gone = nodes.remove(at);
        self.0.deleted.lock().unwrap().push((call.vm.moref.clone(), gone, below));
        Ok(Started::Immediate)
    }

    fn follow(&self, _task: &TaskRef) {}

    async fn cancel(&self, _task: &TaskRef) -> Result<(), ReadError> {
        Ok(())
    }

    async fn investigate(&self, vm: &Moref, _since: Timestamp) -> Result<Evidence, ReadError> {
        let tree = self.0.summary(vm).tree.as_ref().clone();
        Ok(Evidence { server_time: self.0.clock.now(), tree, tasks: Vec::new() })
    }

    async fn own_tasks(&self, _since: Option<Timestamp>) -> Result<OwnTasks, ReadError> {
        Ok(OwnTasks { server_time: self.0.clock.now(), tasks: Vec::new() })
    }

    async fn privileges(&self, _vm: &Moref, wanted: &[&str]) -> Result<Vec<bool>, ReadError> {
        Ok(vec![true; wanted.len()])
    }

    async fn about(&self) -> Result<About, ReadError> {
        Err(ReadError::Unreachable("nobody asks".to_owned()))
    }
}

struct Room(Arc<Hub>);

#[async_trait]
impl Chat for Room {
    fn platform(&self) -> &'static str {
        "console"
    }

    async fn post(
        &self,
        _channel: &ChannelId,
        nonce: &RequestId,
        _tried: bool,
        card: &Card,
    ) -> Result<MessageId, ChatError> {
        // A real platform refuses the twin of a message that was posted before a crash.
        let mut posted = self.0.posted.lock().unwrap();
        let id = MessageId::new(nonce.as_str());
        if !posted.iter().any(|(_, known, _)| known == nonce) {
            posted.push((self.0.clock.now(), nonce.clone(), card.clone()));
        }
        Ok(id)
    }

    fn keeps_messages(&self) -> bool {
        true
    }

    async fn edit(&self, _channel: &ChannelId, _message: &MessageId, _card: &Card) -> Result<(), ChatError> {
        Ok(())
    }
}

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap()
}

fn rules() -> Rules {
    let every = || vec![VmPattern::parse("*").unwrap()];
    let limits = Thresholds { warn_age: DAY * 3, max_age: DAY * 14, max_depth: 6, max_size: None };
    let warnings = ReportRule {
        name: "limits".to_owned(),
        channel: "console:ops".into(),
        schedule: Schedule::parse("0 0 29 2 *", paris()).unwrap(),
        zone: paris(),
        vms: every(),
        thresholds: limits.clone(),
        min_free: MinFree::Percent(10),
        exclude_names: Vec::new(),
        locale: None,
        silent: false,
        warnings: true,
        quiet_hours: None,
    };
    let report = ReportRule {
        name: "daily".to_owned(),
        // In the hour that the change of the clocks skips in spring and repeats in autumn.
        schedule: Schedule::parse("30 2 * * *", paris()).unwrap(),
        // Nothing is ever this old, so that no report has a picture: 365 of them take a minute.
        thresholds: Thresholds { warn_age: DAY * 3_650, max_age: DAY * 3_650, max_depth: 32, max_size: None },
        warnings: false,
        ..warnings.clone()
    };
    let retention = RetentionRule {
        default_keep: DAY * 3,
        max_keep: DAY * 30,
        remind: vec![DAY],
        deletes: vec![VmPattern::parse("auto-*").unwrap()],
    };
    Rules {
        policy: snapwarden::domain::policy::Policy::default(),
        preflight: snapwarden::domain::preflight::Rules::default(),
        channels: Vec::new(),
        timezone: TimeZone::UTC,
        alarms: None,
        reconcile: jiff::civil::time(3, 0, 0, 0),
        watch: WatchRules { reports: vec![report, warnings], retention: Some(retention) },
    }
}

static IDS: AtomicU32 = AtomicU32::new(1);

async fn live(hub: &Arc<Hub>) -> Handle {
    let (sink, events) = tokio::sync::mpsc::unbounded_channel();
    *hub.events.lock().unwrap() = Some(sink);
    let chat: Arc<dyn Chat> = Arc::new(Room(hub.clone()));
    let parts = Parts {
        fleet: Fleet::new(vec![Arc::new(Fake(hub.clone(), "lab".into()))]),
        chats: HashMap::from([("console", chat)]),
        store: hub.store.clone() as Arc<dyn Store>,
        clock: hub.clock.clone() as Arc<dyn Clock>,
        rules: Current::new(rules()),
        freeze: Current::new(None),
        unread_groups: Current::new(UnreadGroups::new()),
        unreached: Current::new(UnreachedChannels::new()),
        tokens: TokenKey::new([7; 32]),
        // Every id once: 8,191 has no common divisor with 30^4.
        random: || Ok(IDS.fetch_add(1, Ordering::Relaxed).wrapping_mul(8_191)),
    };
    engine::start(parts, events).await.unwrap()
}

/// Lets everything that is on its way come to rest: nothing here waits for anything but the clock.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_year_of_the_watch() {
    let start: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
    let trees = (0..VMS).map(|number| {
        let kind = if number % 2 == 0 { "auto" } else { "asked" };
        (Moref::new(format!("{kind}-{number:02}")), Vec::new())
    });
    let hub = Arc::new(Hub {
        clock: Arc::new(ManualClock::new(start)),
        store: Arc::new(MemoryStore::new()),
        trees: Mutex::new(trees.collect()),
        posted: Mutex::default(),
        deleted: Mutex::default(),
        events: Mutex::default(),
    });
    let mut rng = Dice(2_026);
    let steps = usize::try_from(DAYS * 24).unwrap();
    let mut deaths = BTreeSet::new();
    while deaths.len() < RESTARTS {
        deaths.insert(1 + rng.below(steps - 1));
    }
    let fresh = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut runtime = fresh();
    let mut handle = runtime.block_on(live(&hub));
    let (mut taken, mut restarts) = (Taken::default(), 0);
    // Everything that was ever there, with when it went: what has to have been told follows from it.
    let mut lives: BTreeMap<Moref, (Timestamp, Option<Timestamp>, bool)> = BTreeMap::new();
    for step in 0..steps {
        hub.clock.advance(STEP);
        let now = hub.clock.now();
        runtime.block_on(settle());
        if deaths.contains(&step) {
            drop(handle);
            drop(runtime);
            runtime = fresh();
            handle = runtime.block_on(live(&hub));
            restarts += 1;
        }
        if rng.below(12) == 0
            && let Some(known) = people(&hub, &mut rng, &mut taken, now)
        {
            runtime.block_on(hub.store.commit(known)).unwrap();
        }
        let there: BTreeMap<Moref, bool> = hub
            .trees
            .lock()
            .unwrap()
            .values()
            .flatten()
            .map(|node| (node.moref.clone(), Stay::find(&node.description).hold.is_some()))
            .collect();
        for (moref, held) in &there {
            let created =
                hub.trees.lock().unwrap().values().flatten().find(|node| node.moref == *moref).unwrap().created;
            lives.entry(moref.clone()).or_insert((created, None, false)).2 |= *held;
        }
        for (moref, life) in &mut lives {
            if life.1.is_none() && !there.contains_key(moref) {
                life.1 = Some(now);
            }
        }
    }
    runtime.block_on(settle());
    let end = hub.clock.now();
    drop(handle);
    let posted = hub.posted.lock().unwrap();
    let reports: Vec<jiff::civil::Date> = posted
        .iter()
        .filter(|(_, _, card)| card.title.starts_with("Snapshots"))
        .map(|(at, _, _)| at.to_zoned(paris()).date())
        .collect();
    let days: BTreeSet<&jiff::civil::Date> = reports.iter().collect();
    assert_eq!((reports.len(), days.len()), (365, 365), "one for each slot, also when the clocks change");

    let mut told: BTreeMap<(String, &str), u32> = BTreeMap::new();
    for (_, _, card) in posted.iter() {
        for block in &card.blocks {
            let Block::Row { title, detail, .. } = block else { continue };
            for limit in ["over the warning age", "over the age limit"] {
                if detail.ends_with(limit) {
                    let name = title.rsplit('"').nth(1).unwrap().to_owned();
                    *told.entry((name, limit)).or_default() += 1;
                }
            }
        }
    }
    let twice: Vec<_> = told.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "told twice: {twice:?}");
    let mut missing = Vec::new();
    for (moref, (created, gone, held)) in &lives {
        for (limit, age) in [("over the warning age", DAY * 3), ("over the age limit", DAY * 14)] {
            // A step later at the latest, and who is held is not told of.
            let crossed = gone.unwrap_or(end).duration_since(*created) > age + SignedDuration::from_hours(2);
            if crossed && !held && !told.contains_key(&(moref.as_str().to_owned(), limit)) {
                missing.push((moref, limit));
            }
        }
    }
    assert!(missing.is_empty(), "never told: {missing:?}");

    let deleted = hub.deleted.lock().unwrap();
    for (vm, snapshot, below) in deleted.iter() {
        let stay = Stay::find(&snapshot.description);
        assert!(vm.as_str().starts_with("auto-"), "{vm} is not in the policy's scope");
        assert!(stay.until.is_some_and(|until| until <= end), "{snapshot:?}");
        assert!(stay.hold.is_none() && !below, "{snapshot:?}");
        assert!(taken.ours.contains(&snapshot.moref), "the bot never took {snapshot:?}");
    }
    assert!(deleted.len() > 20 && told.len() > 50 && taken.forged > 20, "too little happened to prove anything");
    assert_eq!(restarts, RESTARTS);
    told!(
        "a year of the watch: {} reports for 365 slots, {} crossings each told once, {} snapshots taken, {} of them with a mark that the \
         journal does not bear out, {} deleted by their policy and 0 without, {restarts} deaths, {} messages",
        reports.len(),
        told.len(),
        lives.len(),
        taken.forged,
        deleted.len(),
        posted.len(),
    );
}

/// What people took.
#[derive(Default)]
struct Taken {
    count: u32,
    /// By the bot, as its journal knows.
    ours: BTreeSet<Moref>,
    /// The last request that the journal knows.
    request: Option<RequestId>,
    /// By somebody who wrote a mark of the bot's into the description: of a request that took another snapshot.
    forged: u32,
}

/// A request of alice's that took this snapshot, as the bot leaves it in its store.
fn done(id: &RequestId, vm: &Moref, snapshot: &Moref, now: Timestamp, until: Timestamp) -> Commit {
    let vm = VmRef { vcenter: "lab".into(), moref: vm.clone() };
    let facts = Facts {
        at: now,
        took: Some(SignedDuration::from_secs(2)),
        verified: Some(true),
        power: Some(PowerState::On),
        consolidation_needed: false,
        snapshot: Some(snapshot.clone()),
        quiesced: None,
        left: Some(1),
        twice: false,
        recovered: false,
        can_power_on: false,
    };
    let request = Request {
        id: id.clone(),
        // Apart from those of the engine itself.
        seq: u64::from(u32::MAX) + u64::from(IDS.load(Ordering::Relaxed)),
        asker: "alice".into(),
        account: "console/alice".into(),
        channel: "console:ops".into(),
        locale: "en".to_owned(),
        subject: Subject::Vm(Target {
            name: vm.moref.as_str().to_owned(),
            path: format!("DC1/{}", vm.moref),
            vm,
            instance_uuid: None,
            tags: None,
        }),
        wish: Wish::Take {
            name: snapshot.as_str().to_owned(),
            description: None,
            mode: Mode::Auto,
            until: Some(until),
        },
        ticket: None,
        asked_at: now,
        approval: None,
        approvals: Vec::new(),
        break_glass: None,
        struck: Vec::new(),
        safety: None,
        origin: None,
        plan: None,
        waiting_since: None,
        attempts: 1,
        state: State::Done { facts },
    };
    // What a request's id leads to is the row that it had while it was open.
    let puts = vec![
        (record::id_key(id), record::write(&record::open_key(request.seq)).unwrap()),
        (record::done_key(request.seq), record::write(&record::Row { request, posted: None, given_up: None }).unwrap()),
    ];
    Commit { puts, ..Commit::default() }
}

/// People take snapshots, delete them, hold them and let them go. What the bot took comes with what its store knows of it.
fn people(hub: &Hub, rng: &mut Dice, taken: &mut Taken, now: Timestamp) -> Option<Commit> {
    let morefs: Vec<Moref> = hub.trees.lock().unwrap().keys().cloned().collect();
    let vm = &morefs[rng.below(morefs.len())];
    let (what, days) = (rng.below(10), i32::try_from(1 + rng.below(19)).unwrap());
    let mut known = None;
    hub.change(vm, |nodes| match what {
        0..=5 if nodes.len() < 5 => {
            taken.count += 1;
            let moref = Moref::new(format!("s-{:04}", taken.count));
            let until = (now + DAY * days).round(jiff::Unit::Second).unwrap();
            let marked = |request: &RequestId| format!("[snapwarden {request}/1 by=alice until={until}]");
            let description = match (what, &taken.request) {
                (0..=2, _) | (3, None) => {
                    let id = RequestId::from_bits(IDS.fetch_add(1, Ordering::Relaxed).wrapping_mul(8_191));
                    known = Some(done(&id, vm, &moref, now, until));
                    taken.ours.insert(moref.clone());
                    let description = marked(&id);
                    taken.request = Some(id);
                    description
                }
                (3, Some(request)) => {
                    taken.forged += 1;
                    marked(request)
                }
                _ => String::new(),
            };
            let parent = nodes.last().map(|node| node.moref.clone());
            let name = moref.as_str().to_owned();
            nodes.push(Snapshot {
                moref,
                parent,
                name,
                description,
                created: now,
                power: PowerState::Off,
                quiesced: false,
            });
        }
        6 | 7 => {
            nodes.pop();
        }
        8 => {
            if let Some(last) = nodes.last_mut() {
                let hold = Hold { by: "carol".into(), reason: "audit".to_owned(), until: None };
                last.description =
                    Stay { hold: Some(hold), ..Stay::find(&last.description) }.write_into(&last.description);
            }
        }
        _ => {
            if let Some(last) = nodes.last_mut() {
                last.description = Stay { hold: None, ..Stay::find(&last.description) }.write_into(&last.description);
            }
        }
    });
    known
}
