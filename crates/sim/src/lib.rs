//! A simulated vCenter that speaks SOAP (vim25) over HTTP, and REST for tags, for the demo, for tests and for trying things out.
//!
//! It is a peer, not a mirror: it shares no code with the bot's own vCenter client and refuses what a real vCenter refuses.
//! With the feature `schema-check`, which the tests have on, it also holds every request to the interface that vSphere
//! 8.0.3 declares (`schema.txt`). Other people's clients (govc, pyvmomi) are tested against it. Faults come on demand
//! ([`faults`]).
//!
//! How it is built, from the inside out:
//! - `world` is the inventory, its tasks and sessions: one value behind one lock, moved on by `clock`. `generate` and `past`
//!   fill it, `operations` has vCenter's rules; `vm`, `disks`, `names`, `oddity` and `task` are its parts.
//! - `properties` has the table of types and their properties, filled by `infra_props`, `vm_props`, `vm_config` and `layout`;
//!   `value` is a vim25 value.
//! - `select` and `collector` are the property collector; `changes` tells it which objects to read again.
//! - `dispatch` has the table of methods, answered in `begin`, `retrieve`, `find`, `rights`, `history`, `events` and `waits`.
//! - `check` and `schema` hold requests to vim25; without the feature, `unchecked` stands in for them.
//! - `tagging` has tags and their rules; `rest` and the table of operations in `rest_call` are how clients reach them.
//! - `persist` keeps the world in a file, so that it outlives the process.
//! - `http` is the wire, `tls` around it; `control` and `arming` are for tests and the demo.

#![warn(missing_docs, unreachable_pub)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::watch;

mod arming;
mod begin;
mod call;
mod changes;
#[cfg(any(test, feature = "schema-check"))]
mod check;
#[cfg(not(any(test, feature = "schema-check")))]
#[path = "unchecked.rs"]
mod check;
mod clock;
mod collector;
mod control;
mod disks;
mod dispatch;
mod events;
mod fault;
pub mod faults;
mod find;
mod generate;
mod history;
mod http;
mod id;
mod infra_props;
mod layout;
mod names;
mod oddity;
mod operations;
mod past;
mod persist;
mod properties;
mod rest;
mod rest_call;
mod retrieve;
mod rights;
mod rng;
#[cfg(any(test, feature = "schema-check"))]
mod schema;
mod select;
mod session;
mod tagging;
mod task;
#[cfg(test)]
mod tests;
mod tls;
mod value;
mod vm;
mod vm_config;
mod vm_props;
mod waits;
mod world;
mod xml;

pub use arming::Mishap;
pub use control::{SnapshotView, VmView};
pub use oddity::{OddDevice, Oddity};
pub use persist::SimFileError;
pub use tls::Secured;
pub use vm::Power;

use clock::Clock;
use faults::FaultPlan;
use persist::Keeper;
use world::World;

/// The API version that it reports: vSphere 8.0 Update 3.
const API_VERSION: &str = "8.0.3.0";

/// How VMs are made and how the simulated vCenter behaves.
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// How many VMs there are in all. The demo's own are there even if this is less.
    pub vms: usize,
    /// How many snapshots each generated VM has; none for a natural mix of 0 to 4.
    pub snapshots: Option<usize>,
    /// The same seed makes the same VMs.
    pub seed: u64,
    /// How long a task takes, in seconds; 0 ends it at the next look.
    pub task_seconds: f64,
    /// The one account's user name.
    pub username: String,
    /// Its password.
    pub password: String,
    /// What goes wrong.
    pub faults: FaultPlan,
    /// Whether the demo's named VMs come first.
    pub demo: bool,
    /// The date from which its clock runs and ages are reckoned.
    pub now: Timestamp,
    /// How much more than that vCenter's clock shows; negative for one that is behind.
    pub clock_offset: SignedDuration,
    /// How much more than vCenter's the clocks of the hosts show, from which snapshots have their dates.
    pub host_clock_offset: SignedDuration,
    /// Privileges that the account lacks, such as `VirtualMachine.State.RemoveSnapshot`; using one is refused with
    /// `NoPermission`. Lacking `System.Read` hides every property but name and parent.
    pub lacks: Vec<String>,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            vms: 40,
            snapshots: None,
            seed: 1,
            task_seconds: 4.0,
            username: "user".to_owned(),
            password: "pass".to_owned(),
            faults: FaultPlan::default(),
            demo: true,
            now: Timestamp::now(),
            clock_offset: SignedDuration::ZERO,
            host_clock_offset: SignedDuration::ZERO,
            lacks: Vec::new(),
        }
    }
}

/// A call that the simulator received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallSeen {
    /// The method, such as `RemoveSnapshot_Task`; of the REST interface such as `com.vmware.cis.tagging.tag.list`.
    pub method: String,
    /// The reference that it was made on.
    pub moref: String,
    /// The name of the VM that this is, or that the snapshot or task belongs to; else of the object itself.
    pub entity: String,
    /// Whose session it came on, if on any.
    pub user: Option<String>,
    /// When, by the simulator's clock.
    pub at: Timestamp,
    /// False where a fault plan kept the call from being looked at at all.
    pub done: bool,
}

/// A running simulated vCenter. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Sim {
    inner: Arc<Inner>,
}

impl Sim {
    /// Makes the inventory. Nothing listens yet.
    pub fn new(options: SimOptions) -> Self {
        let clock = Clock::real(options.now);
        Self::with_clock(options, clock)
    }

    /// The routes of a vCenter (`/sdk` and `/rest` and below), to be served alone or merged into another router.
    pub fn router(&self) -> axum::Router {
        http::router(Arc::clone(&self.inner))
    }

    /// `GET /calls`: every call so far as JSON, oldest first (the last 100,000), to see what a client did.
    pub fn calls_router(&self) -> axum::Router {
        http::calls(Arc::clone(&self.inner))
    }

    /// Serves until `shutdown` ends, then cuts waiting calls off and closes every connection. It may be served again
    /// afterwards, with everything that it had: that is a vCenter that was out of reach for a while. Must run inside a
    /// tokio runtime.
    ///
    /// # Errors
    /// If the listener breaks.
    pub async fn serve(
        &self,
        listener: tokio::net::TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        self.serve_app(self.router(), listener, shutdown).await
    }

    /// [`Sim::serve`] with other routes beside those of a vCenter.
    ///
    /// # Errors
    /// If the listener breaks.
    pub async fn serve_app<L: axum::serve::Listener<Addr: std::fmt::Debug>>(
        &self,
        app: axum::Router,
        listener: L,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        self.inner.closing.send_replace(false);
        let closing = self.clone();
        let (closed, over) = tokio::sync::oneshot::channel::<()>();
        let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
            shutdown.await;
            closing.close();
            let _ = closed.send(());
        });
        tokio::select! {
            ended = serving.into_future() => ended,
            // Answers that a fault plan makes late are not waited for.
            () = async {
                if over.await.is_err() {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(GRACE).await;
            } => Ok(()),
        }
    }

    /// Cuts off every call that waits for changes, and those that begin to wait later. To be called before a listener that
    /// this was merged into is to end gracefully; [`Sim::serve`] does it by itself.
    pub fn close(&self) {
        self.inner.closing.send_replace(true);
    }

    fn with_clock(options: SimOptions, clock: Clock) -> Self {
        Self::of(World::new(options, clock), None)
    }

    fn of(world: World, keeper: Option<Keeper>) -> Self {
        let (changed, _) = watch::channel(world.changes.counter());
        Self {
            inner: Arc::new(Inner {
                world: Mutex::new(world),
                keeper,
                changed,
                closing: watch::channel(false).0,
                lost: watch::channel(false).0,
                ticking: AtomicBool::new(false),
            }),
        }
    }
}

/// The world and what wakes those that wait for it.
#[derive(Debug)]
struct Inner {
    world: Mutex<World>,
    /// Writes the world down, if it is to outlive the process.
    keeper: Option<Keeper>,
    changed: watch::Sender<u64>,
    closing: watch::Sender<bool>,
    /// Whether nobody reaches it.
    lost: watch::Sender<bool>,
    ticking: AtomicBool,
}

impl Inner {
    /// Works on the world as it is now, writes down what changed, and wakes everybody who waits for it.
    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance();
        let done = work(&mut world);
        if let Some(keeper) = &self.keeper {
            keeper.keep(&world);
        }
        let counter = world.changes.counter();
        drop(world);
        self.changed.send_if_modified(|seen| std::mem::replace(seen, counter) != counter);
        done
    }

    fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Keeps tasks moving while nobody calls, so that those who wait see their progress. One loop at a time, and none
    /// while nothing runs. Must be called inside a tokio runtime.
    fn keep_ticking(self: &Arc<Self>) {
        if self.with(|world| world.active.is_empty()) || self.ticking.swap(true, Ordering::SeqCst) {
            return;
        }
        let this = Arc::downgrade(self);
        let mut changed = self.subscribe();
        tokio::spawn(async move {
            loop {
                let Some(inner) = this.upgrade() else { return };
                changed.borrow_and_update();
                let pause = inner.with(|world| {
                    let next = world.advance();
                    if next.is_none() {
                        // Cleared under the lock: a task that begins after it finds nobody ticking and begins anew.
                        inner.ticking.store(false, Ordering::SeqCst);
                    }
                    next.map(|next| next.saturating_sub(world.clock.passed()))
                });
                drop(inner);
                let Some(pause) = pause else { return };
                tokio::select! {
                    () = tokio::time::sleep(pause.max(LEAST_PAUSE)) => {}
                    // A shorter task has begun, or one was cancelled: its end may come before what is slept for.
                    _ = changed.changed() => tokio::time::sleep(LEAST_PAUSE).await,
                }
            }
        });
    }
}

/// How long answers that are under way get when serving ends.
const GRACE: std::time::Duration = std::time::Duration::from_secs(1);

/// The shortest pause between two looks at running tasks.
const LEAST_PAUSE: std::time::Duration = std::time::Duration::from_millis(1);
