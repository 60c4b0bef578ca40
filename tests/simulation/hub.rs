//! What outlives a process, and how a process reaches it: one queue of things to come, in the order of one virtual clock.
//!
//! Everything that a port does happens as an entry of that queue: a request is sent, arrives a little later, is answered a little
//! later still. Between any two of these the process may die. What it had sent is then on its way or lost, by chance; nobody
//! hears the answer. Nothing here runs by itself: the process's main loop takes from the queue what is due (`life`).

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use snapwarden::domain::policy::Policy;
use snapwarden::engine::ports::Clock;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::chat::ChatState;
use super::crash::Crash;
use super::ledger::LedgerState;
use super::people::PeopleState;
use super::rng::Rng;
use super::truth::Truth;
use super::vcenter::VCenterState;

/// A moment, in milliseconds since the seed began.
pub(super) type Ms = i64;

/// When every seed begins, by our clock.
const START: Timestamp = Timestamp::constant(1_795_356_330, 0);

/// Somebody who waits for an answer of the world. They may be gone when it comes.
pub(super) type Reply<T> = oneshot::Sender<T>;

/// Whose an entry of the queue is: what becomes of it when the process dies depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The world's own: it happens whatever becomes of the process.
    World,
    /// Something that the process sent and that has not arrived: it still may.
    Sent,
    /// A change of vCenter that the process sent: it may arrive much later.
    Call,
    /// Something that only the process wants: an answer on its way, a read.
    Process,
}

struct Entry {
    of: Of,
    run: Box<dyn FnOnce(&mut World) + Send>,
}

/// Everything that is not the process.
pub(super) struct World {
    pub(super) now: Ms,
    pub(super) rng: Rng,
    /// Which process lives, from 1.
    pub(super) life: u32,
    /// Whether there is one: between two processes the world goes on by itself.
    pub(super) alive: bool,
    /// Whether it has died: nothing that it still does has any effect.
    pub(super) dead: bool,
    queue: BTreeMap<(Ms, u64), Entry>,
    next: u64,
    /// The rules that hold: what the engine has said that it takes.
    pub(super) policy: Policy,
    /// The rules of the configuration, which a process begins with and which another one is made from.
    pub(super) configured: Policy,
    /// Those that the seed began with.
    pub(super) first: Policy,
    pub(super) vcenter: VCenterState,
    pub(super) chat: ChatState,
    pub(super) store: LedgerState,
    pub(super) people: PeopleState,
    pub(super) truth: Truth,
    pub(super) crash: Crash,
    /// From when on nothing goes wrong any more, and by when everything has to have come to rest.
    pub(super) calm_at: Ms,
    pub(super) deadline: Ms,
    /// It has, or it is too late.
    pub(super) finished: bool,
    /// What happened, told; none unless somebody wants to read it.
    pub(super) trace: Option<Vec<String>>,
}

impl World {
    pub(super) fn new(rng: Rng, policy: Policy, vcenter: VCenterState) -> Self {
        Self {
            now: 0,
            rng,
            life: 0,
            alive: false,
            dead: false,
            queue: BTreeMap::new(),
            next: 0,
            configured: policy.clone(),
            first: policy.clone(),
            policy,
            vcenter,
            chat: ChatState::default(),
            store: LedgerState::default(),
            people: PeopleState::default(),
            truth: Truth::default(),
            crash: Crash::default(),
            calm_at: 0,
            deadline: Ms::MAX,
            finished: false,
            trace: None,
        }
    }

    /// Has something happen in so many milliseconds.
    pub(super) fn after(&mut self, ms: Ms, of: Of, run: impl FnOnce(&mut World) + Send + 'static) {
        self.next += 1;
        self.queue.insert((self.now + ms.max(0), self.next), Entry { of, run: Box::new(run) });
    }

    /// Answers somebody in so many milliseconds.
    pub(super) fn answer<T: Send + 'static>(&mut self, ms: Ms, reply: Reply<T>, value: T) {
        self.after(ms, Of::Process, move |_| {
            // Who asked may have gone.
            let _gone = reply.send(value);
        });
    }

    /// When the next thing happens.
    pub(super) fn next_at(&self) -> Option<Ms> {
        self.queue.keys().next().map(|(at, _)| *at)
    }

    /// Lets everything happen that is due, one after the other, unless the process dies of it.
    pub(super) fn run_due(&mut self) {
        while !self.dead {
            let Some((&(at, n), _)) = self.queue.first_key_value().filter(|((at, _), _)| *at <= self.now) else {
                return;
            };
            let entry = self.queue.remove(&(at, n)).expect("it was there");
            (entry.run)(self);
        }
    }

    /// Lets the world go on while no process lives.
    pub(super) fn pass(&mut self, until: Ms) {
        (self.alive, self.dead) = (false, false);
        while let Some(at) = self.next_at().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.run_due();
        }
        self.now = until;
    }

    /// The process is no more. What it had sent arrives or does not.
    pub(super) fn die(&mut self) {
        if self.dead || !self.alive {
            return;
        }
        self.dead = true;
        self.tell(|_| "the process dies".to_owned());
        self.truth.counts.crashes += 1;
        let mine: Vec<(Ms, u64)> =
            self.queue.iter().filter(|(_, entry)| entry.of != Of::World).map(|(key, _)| *key).collect();
        for key in mine {
            let Some(entry) = self.queue.remove(&key) else { continue };
            match entry.of {
                Of::Sent if self.rng.percent(50) => (entry.run)(self),
                Of::Call if self.rng.percent(50) => {
                    // It is in somebody's buffer, and arrives.
                    let late = if self.rng.percent(80) { 0 } else { self.rng.between(0, 20_000) };
                    self.after(late, Of::World, entry.run);
                }
                Of::Sent | Of::Call | Of::Process | Of::World => {}
            }
        }
        self.vcenter.forget_process();
        self.truth.process_ended();
    }

    /// Writes into the trace, if there is one.
    pub(super) fn tell(&mut self, what: impl FnOnce(&Self) -> String) {
        if self.trace.is_none() {
            return;
        }
        let line = format!("{:>9.3} s  life {}  {}", self.now as f64 / 1000.0, self.life, what(self));
        if let Some(trace) = &mut self.trace {
            trace.push(line);
        }
    }

    /// The rules that may hold now: while the engine takes others, those too.
    pub(super) fn policies(&self) -> Vec<Policy> {
        if self.people.ruling == 0 {
            vec![self.policy.clone()]
        } else {
            vec![self.policy.clone(), self.configured.clone()]
        }
    }

    /// The moment by our clock.
    pub(super) fn time(&self) -> Timestamp {
        time(self.now)
    }
}

/// A moment by our clock.
pub(super) fn time(ms: Ms) -> Timestamp {
    START + SignedDuration::from_millis(ms)
}

/// The world as a process reaches it.
pub(super) struct Hub {
    world: Mutex<World>,
    /// Something was put into the queue.
    pub(super) news: Notify,
    clock: Mutex<Option<(Instant, Ms)>>,
}

impl Hub {
    pub(super) fn new(world: World) -> Arc<Self> {
        Arc::new(Self { world: Mutex::new(world), news: Notify::new(), clock: Mutex::new(None) })
    }

    /// A process begins: from here on its runtime's clock drives the world's. To be called inside the runtime.
    pub(super) fn begin(&self) {
        let now = self.lock().now;
        *self.clock.lock().unwrap() = Some((Instant::now(), now));
    }

    /// A process has ended.
    pub(super) fn end(&self) {
        let now = self.now();
        self.lock().now = now;
        *self.clock.lock().unwrap() = None;
    }

    /// Now, in milliseconds.
    pub(super) fn now(&self) -> Ms {
        match *self.clock.lock().unwrap() {
            Some((base, offset)) => offset + Ms::try_from((Instant::now() - base).as_millis()).unwrap(),
            None => self.lock().now,
        }
    }

    /// Looks at the world, or changes it.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let now = self.now();
        let mut world = self.lock();
        world.now = now;
        look(&mut world)
    }

    /// Asks the world for something and waits for its answer, which never comes to a process that has died.
    pub(super) async fn ask<T>(&self, ask: impl FnOnce(&mut World, Reply<T>)) -> T {
        let (reply, answer) = oneshot::channel();
        self.with(|world| {
            if !world.dead {
                ask(world, reply);
            }
        });
        self.news.notify_one();
        match answer.await {
            Ok(answer) => answer,
            Err(_) => std::future::pending().await,
        }
    }

    /// Ends when the virtual clock has come so far.
    pub(super) async fn until(&self, at: Ms) {
        let base = *self.clock.lock().unwrap();
        let (base, offset) = base.expect("a process lives");
        let wait = Duration::from_millis(u64::try_from((at - offset).max(0)).unwrap());
        tokio::time::sleep_until(base + wait).await;
    }

    /// The world, once no process lives any more.
    pub(super) fn into_world(self) -> World {
        self.world.into_inner().unwrap()
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

/// The engine's clock: the runtime's, which stands while anything is to be done and goes on by itself when nothing is.
pub(super) struct SimClock(pub(super) Arc<Hub>);

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        time(self.0.now())
    }

    fn sleep_until(&self, until: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let ms = until.duration_since(START).as_millis();
        // Whatever is to happen in years does not happen here.
        let ms = Ms::try_from(ms).unwrap_or(Ms::MAX).clamp(0, 1_000_000_000_000);
        // A moment between two milliseconds is over only after the second of them.
        let whole = time(ms) >= until;
        Box::pin(self.0.until(if whole { ms } else { ms + 1 }))
    }
}
