//! One look at the fleet: sizes from the vCenters, and which of our marks the journal knows.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::{mpsc, oneshot};

use crate::domain::ids::{Moref, RequestId, VCenterName, VmRef};
use crate::domain::intent::BulkScope;
use crate::domain::inventory::{Inventory, VmSummary};
use crate::domain::marker::Marker;
use crate::domain::report::{Away, Known, Listing, Scope, known_by_marker, list};
use crate::domain::snapshot_tree::Snapshot;
use crate::domain::storage::{Datastore, LowDatastore, MinFree, Storage, low_datastores};
use crate::engine::Answer;
use crate::engine::ask::Asker;
use crate::engine::core::Incoming;
use crate::engine::effects;
use crate::engine::ports::Health;
use crate::engine::record;
use crate::engine::setup::Parts;
use crate::engine::watch::makers::Makers;

/// A datastore that ran low is taken to do so until it has a tenth more room than is wanted.
const SHORT_PART: u64 = 10;

/// What snapshots hold, by vCenter.
pub(in crate::engine) type Sizes = BTreeMap<VCenterName, Storage>;

/// Who wants to know.
pub(in crate::engine) enum Why {
    /// It is time.
    Time,
    /// Somebody asked for a report, by its name or without one.
    Asked(Box<Asked>),
    /// Somebody wants what is old deleted.
    Bulk(Box<BulkAsked>),
}

/// Somebody asked for a report.
pub(in crate::engine) struct Asked {
    pub(in crate::engine) asker: Asker,
    pub(in crate::engine) name: Option<String>,
    pub(in crate::engine) reply: oneshot::Sender<Answer>,
    /// The number of the command's row, where it has one.
    pub(in crate::engine) pending: Option<u64>,
}

/// Somebody wants what is old deleted.
pub(in crate::engine) struct BulkAsked {
    pub(in crate::engine) asker: Asker,
    pub(in crate::engine) scope: BulkScope,
    pub(in crate::engine) age: SignedDuration,
    pub(in crate::engine) ticket: Option<String>,
    pub(in crate::engine) text: String,
    pub(in crate::engine) reply: oneshot::Sender<Answer>,
    /// The number of the command's row, where it has one.
    pub(in crate::engine) pending: Option<u64>,
}

/// What was seen.
pub(in crate::engine) struct Look {
    /// Every VM.
    pub(in crate::engine) inventory: Arc<Inventory>,
    /// What each snapshot holds, as far as it was read.
    pub(in crate::engine) sizes: Arc<Sizes>,
    /// Requests that the journal knows, of those that descriptions name.
    pub(in crate::engine) known: HashSet<RequestId>,
    /// vCenters that can be read.
    pub(in crate::engine) live: BTreeSet<VCenterName>,
    /// Those that cannot.
    pub(in crate::engine) away: Vec<Away>,
    /// Who made what has no mark of ours, as far as it was told.
    pub(in crate::engine) makers: Arc<Makers>,
    /// How far each vCenter's clock is ahead of ours.
    pub(in crate::engine) ahead: BTreeMap<VCenterName, SignedDuration>,
    /// Whether one of them has not been read since the start, and may be in a moment.
    pub(in crate::engine) starting: bool,
}

/// Looks, and tells the engine. `sizes` are those of before, which count where a vCenter does not tell them now.
pub(in crate::engine) fn look(
    parts: &Arc<Parts>,
    inbox: &mpsc::UnboundedSender<Incoming>,
    sizes: Arc<Sizes>,
    why: Why,
) {
    let parts = parts.clone();
    effects::beside(inbox, async move { Incoming::Seen(Box::new(read(&parts, sizes).await), why) });
}

async fn read(parts: &Parts, before: Arc<Sizes>) -> Look {
    let (mut sizes, mut live, mut away, mut starting) = (Sizes::new(), BTreeSet::new(), Vec::new(), false);
    for vcenter in parts.fleet.iter() {
        let name = vcenter.name().clone();
        let since = match vcenter.health() {
            Health::Live => None,
            Health::Starting => {
                starting = true;
                Some(None)
            }
            Health::Lost { since, .. } => Some((!vcenter.inventory().is_empty()).then_some(since)),
        };
        let read = match since {
            Some(since) => {
                away.push(Away { vcenter: name.clone(), since });
                None
            }
            None => {
                live.insert(name.clone());
                let read = vcenter.storage().await;
                read.inspect_err(|error| tracing::warn!(vcenter = %name, %error, "sizes could not be read")).ok()
            }
        };
        let read = read.or_else(|| before.get(&name).cloned());
        sizes.extend(read.map(|read| (name, read)));
    }
    let inventory = parts.fleet.inventory();
    let ahead = parts.fleet.iter().map(|vcenter| (vcenter.name().clone(), parts.fleet.ahead(vcenter.name()))).collect();
    let marked: HashSet<RequestId> = inventory
        .iter()
        .flat_map(|vm| vm.tree.nodes())
        .filter_map(|node| Marker::find(&node.description))
        .map(|marker| marker.request)
        .collect();
    let mut known = HashSet::new();
    for request in marked {
        // What cannot be read counts as known: nothing is called nobody's because a disk was slow.
        if !matches!(parts.store.get(&record::id_key(&request)).await, Ok(None)) {
            known.insert(request);
        }
    }
    Look { inventory, sizes: Arc::new(sizes), known, live, away, makers: Arc::default(), ahead, starting }
}

impl Look {
    /// Lists the snapshots of a scope.
    pub(in crate::engine) fn list(&self, scope: Scope<'_>, may_see: impl Fn(&VmSummary) -> bool) -> Listing {
        let vms = self.inventory.iter().filter(|vm| !vm.tree.is_empty() || vm.consolidation_needed || !vm.readable);
        list(vms.filter(|vm| may_see(vm)), scope, |vm, node| self.known_of(&vm.vm, node))
    }

    /// The datastores that run low because of these snapshots, of the vCenters that can be read.
    pub(in crate::engine) fn low(&self, listing: &Listing, wanted: MinFree) -> Vec<LowDatastore> {
        let of_live = self.sizes.iter().filter(|(name, _)| self.live.contains(name));
        of_live.flat_map(|(name, of)| low_datastores(name, &of.datastores, &listing.rows, wanted)).collect()
    }

    /// The datastores that have hardly more room than is wanted, or less.
    pub(in crate::engine) fn short(&self, wanted: MinFree) -> Vec<(VCenterName, Moref)> {
        let short = |datastore: &&Datastore| {
            let wanted = wanted.of(datastore.capacity);
            datastore.free < wanted.saturating_add(wanted / SHORT_PART)
        };
        let of = |(name, of): (&VCenterName, &Storage)| {
            let ids = of.datastores.iter().filter(short).map(|datastore| datastore.moref.clone());
            ids.map(|moref| (name.clone(), moref)).collect::<Vec<_>>()
        };
        self.sizes.iter().flat_map(of).collect()
    }

    /// The vCenters that can be read and whose datastores were.
    pub(in crate::engine) fn with_stores(&self) -> BTreeSet<VCenterName> {
        self.live.iter().filter(|name| self.sizes.contains_key(*name)).cloned().collect()
    }

    fn known_of(&self, vm: &VmRef, node: &Snapshot) -> Known {
        let of_vm = self.sizes.get(&vm.vcenter).and_then(|of| of.snapshots.get(&vm.moref));
        let bytes = of_vm.and_then(|of| of.get(&node.moref)).copied();
        let known = known_by_marker(node, |request| self.known.contains(request));
        let ahead = self.ahead.get(&vm.vcenter).copied().unwrap_or_default();
        Known { bytes, ahead, ..self.makers.complete(known, vm, &node.moref) }
    }
}

/// How many bytes are told of, for the log.
pub(in crate::engine) fn told(sizes: &Sizes) -> usize {
    sizes.values().flat_map(|of| of.snapshots.values()).map(BTreeMap::len).sum()
}
