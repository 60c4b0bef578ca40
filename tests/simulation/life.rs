//! The lives of a process: the real engine on a runtime of its own, whose paused clock goes on by itself when there is nothing to do.
//!
//! The runtime is dropped where it stands when the process dies, and the next one is started on what is left: the store, the
//! chat's messages, vCenter.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use snapwarden::domain::policy::Policy;
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::ports::{Chat, Clock};
use snapwarden::engine::{Ask, Current, Fleet, Handle, Parts, Press, Rules, UnreachedChannels, UnreadGroups, start};
use tokio::sync::mpsc;

use super::chat::{PLATFORM, SimChat};
use super::hub::{Hub, Ms, SimClock, World};
use super::ledger::SimStore;
use super::machines::VCENTER;
use super::people::{Order, channel};
use super::rng::Rng;
use super::vcenter::SimVCenter;
use super::verdict::KEY;

/// A process that dies more often than this is not let live long enough to get anything done.
const MOST_LIVES: u32 = 40;

/// A life that takes more rounds than this goes round in circles.
const MOST_ROUNDS: u32 = 400_000;

thread_local! {
    /// What ids are made of in this thread's seed: the engine takes a plain function for it.
    static IDS: RefCell<Rng> = RefCell::new(Rng::new(0));
}

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Died,
    Finished,
}

/// Runs a world to its end and judges it.
pub(super) fn run(seed: u64, world: World) -> World {
    IDS.with(|ids| *ids.borrow_mut() = Rng::new(seed ^ 0x5eed));
    let hub = Hub::new(world);
    for life in 1..=MOST_LIVES {
        hub.with(|world| (world.life, world.alive) = (life, true));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let ended = runtime.block_on(live(&hub));
        {
            let _inside = runtime.enter();
            hub.end();
        }
        drop(runtime);
        if ended == Ended::Finished {
            break;
        }
        hub.with(World::between_lives);
    }
    let mut world = Arc::into_inner(hub).expect("nobody holds the world any more").into_world();
    if !world.finished {
        world.truth.violated("it died too often".to_owned());
    }
    world.judge();
    world
}

async fn live(hub: &Arc<Hub>) -> Ended {
    hub.begin();
    let (sink, events) = mpsc::unbounded_channel();
    hub.with(|world| world.vcenter.sink = Some(sink));
    let handle = match start(parts(hub), events).await {
        Ok(handle) => handle,
        Err(_) => {
            // It cannot read its store: it says so and ends.
            hub.with(World::die);
            return Ended::Died;
        }
    };
    for _ in 0..MOST_ROUNDS {
        let (dead, finished, next, orders) = hub.with(|world| {
            world.run_due();
            let orders = if world.dead { Vec::new() } else { std::mem::take(&mut world.people.orders) };
            world.people.waiting += orders.len();
            (world.dead, world.finished, world.next_at(), orders)
        });
        if dead {
            return Ended::Died;
        }
        if finished {
            return Ended::Finished;
        }
        for order in orders {
            tokio::spawn(carry_out(hub.clone(), handle.clone(), order));
        }
        let next = async {
            match next {
                Some(at) => hub.until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = hub.news.notified() => {}
            () = next => {}
        }
    }
    panic!("a life goes round in circles");
}

/// Somebody does something, and waits for what comes of it.
async fn carry_out(hub: Arc<Hub>, handle: Handle, order: Order) {
    let answer = match &order {
        Order::Reload(policy) => {
            let taken = handle.take_rules(rules((**policy).clone()), "a configuration".to_owned()).await;
            return hub.with(|world| {
                if !world.dead {
                    world.ruled((**policy).clone(), taken);
                }
            });
        }
        Order::Home { person } => {
            let before = hub.with(|world| world.open());
            let open = handle.open_for(&(*person).into(), "en").await;
            return hub.with(|world| {
                if !world.dead {
                    world.at_home(&(*person).into(), &before, open);
                }
            });
        }
        Order::Ask { number, person, text } => {
            let ask = Ask {
                person: (*person).into(),
                account: format!("sim:{person}").into(),
                channel: channel(),
                text: text.clone(),
                locale: Some("en".to_owned()),
                // Every other platform hears that the command arrived, and does not send it again.
                once: (number % 2 == 0).then(|| format!("sim/{number}")),
            };
            handle.ask(ask).await
        }
        Order::Press { person, token } => {
            let press = Press {
                person: (*person).into(),
                account: format!("sim:{person}").into(),
                token: token.clone(),
                inputs: [("reason".to_owned(), "it cannot wait".to_owned())].into(),
                locale: None,
                once: None,
            };
            handle.press(press).await
        }
    };
    let answer = answer.expect("the engine lives as long as its runtime");
    hub.with(|world| {
        if !world.dead {
            world.answered(&order, answer);
        }
    });
}

fn rules(policy: Policy) -> Rules {
    Rules {
        policy,
        preflight: snapwarden::domain::preflight::Rules::default(),
        channels: Vec::new(),
        timezone: TimeZone::UTC,
        alarms: Some(channel()),
        // A minute and a half after everything begins, in the middle of it.
        reconcile: jiff::civil::time(14, 7, 0, 0),
        watch: snapwarden::engine::watch::WatchRules::default(),
    }
}

fn parts(hub: &Arc<Hub>) -> Parts {
    let clock: Arc<dyn Clock> = Arc::new(SimClock(hub.clone()));
    let chat: Arc<dyn Chat> = Arc::new(SimChat(hub.clone()));
    Parts {
        fleet: Fleet::new(vec![Arc::new(SimVCenter { hub: hub.clone(), name: VCENTER.into() })]),
        chats: HashMap::from([(PLATFORM, chat)]),
        store: Arc::new(SimStore(hub.clone())),
        clock,
        rules: Current::new(rules(hub.with(|world| world.policy.clone()))),
        freeze: Current::new(None),
        unread_groups: Current::new(UnreadGroups::new()),
        unreached: Current::new(UnreachedChannels::new()),
        tokens: TokenKey::new(KEY),
        random: || Ok(IDS.with(|ids| u32::try_from(ids.borrow_mut().next() >> 32).unwrap_or(0))),
    }
}

impl World {
    /// Between two processes time passes, and the next one may die as well.
    fn between_lives(&mut self) {
        self.people.orders.clear();
        (self.people.waiting, self.people.ruling) = (0, 0);
        let away: Ms = match self.rng.between(0, 9) {
            0..=6 => self.rng.between(500, 10_000),
            7..=8 => self.rng.between(10_000, 60_000),
            _ => self.rng.between(60_000, 900_000),
        };
        let until = self.now + away;
        self.pass(until);
        // What people did meanwhile reached nobody.
        self.people.orders.clear();
        self.people.ruling = 0;
        if self.now < self.calm_at && self.crash.point.is_none() && self.rng.percent(35) {
            self.crash.countdown = Some(u64::try_from(self.rng.between(1, 50)).unwrap());
        }
        // It reads the configuration as it is by now.
        self.policy = self.configured.clone();
        self.tell(|_| "a new process starts".to_owned());
    }
}
