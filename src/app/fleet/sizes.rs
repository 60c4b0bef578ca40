//! What every snapshot holds, for the Snapshots page: read over the whole fleet in the background, and read anew when somebody looks
//! and it is some minutes old.
//!
//! vCenter does not tell when a size changes, and reading 30,000 of them takes a second of its time. So nobody waits for it: a page
//! shows what is known, and is told when there is more.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::chat::console::Console;
use crate::domain::ids::{VCenterName, VmRef};
use crate::domain::sizes::VmSizes;
use crate::domain::storage::Datastore;
use crate::engine::ports::VCenter;
use crate::vcenter::Client;

/// How old sizes may be before they are read again when somebody looks.
const STALE: SignedDuration = SignedDuration::from_mins(5);

/// How old they may be where a snapshot has none yet: a new one, mostly. Not shorter, or a snapshot without files would have the fleet
/// read all the time.
const STALE_WITH_GAPS: SignedDuration = SignedDuration::from_secs(15);

/// What is known of the files of each VM.
pub(in crate::app) type Held = HashMap<VmRef, VmSizes>;

/// Datastores by vCenter.
pub(in crate::app) type Stores = BTreeMap<VCenterName, Vec<Datastore>>;

/// What is known of sizes. Cheap to clone.
#[derive(Clone)]
pub(in crate::app) struct Sizes {
    clients: Vec<Client>,
    console: Arc<Console>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    held: Arc<Held>,
    /// The datastores of each vCenter.
    stores: Arc<Stores>,
    /// When the last read began; none before the first.
    read_at: Option<Timestamp>,
    reading: bool,
}

impl Sizes {
    /// Nothing is known yet. `console` is told when something is.
    pub(in crate::app) fn new(clients: Vec<Client>, console: Arc<Console>) -> Self {
        Self { clients, console, state: Arc::default() }
    }

    /// What is known now.
    pub(super) fn now(&self) -> Arc<Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).held.clone()
    }

    /// The datastores as they were then.
    pub(super) fn stores(&self) -> Arc<Stores> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stores.clone()
    }

    /// Has the sizes read again if they are old, once at a time. `gaps` says whether some snapshot has none.
    pub(super) fn refresh(&self, now: Timestamp, gaps: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = if gaps { STALE_WITH_GAPS } else { STALE };
        let fresh = state.read_at.is_some_and(|at| now.duration_since(at) < limit);
        if fresh || state.reading {
            return;
        }
        state.reading = true;
        state.read_at = Some(now);
        drop(state);
        tokio::spawn(self.clone().read());
    }

    /// Reads every vCenter. One that does not answer keeps what was known of it.
    async fn read(self) {
        let before = self.now();
        let (mut held, mut stores) = (Held::new(), Stores::clone(&self.stores()));
        for client in &self.clients {
            match client.fleet().await {
                Ok(fleet) => {
                    held.extend(fleet.vms.into_iter().map(|vm| (vm.vm, vm.sizes)));
                    stores.insert(client.name().clone(), fleet.datastores);
                }
                Err(error) => {
                    tracing::warn!(vcenter = %client.name(), %error, "the sizes of snapshots could not be read");
                    let of = |(vm, _): &(&VmRef, &VmSizes)| vm.vcenter == *client.name();
                    held.extend(before.iter().filter(of).map(|(vm, bytes)| (vm.clone(), bytes.clone())));
                }
            }
        }
        let changed = *before != held;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.held = Arc::new(held);
        state.stores = Arc::new(stores);
        state.reading = false;
        drop(state);
        if changed {
            self.console.inventory_changed();
        }
    }
}
