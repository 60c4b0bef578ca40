//! Who made the snapshots that have no mark of ours: asked of each vCenter beside everything else, a snapshot once, and remembered, since
//! vCenter itself forgets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::domain::ids::{Moref, VCenterName, VmRef};
use crate::domain::inventory::Inventory;
use crate::domain::marker::Marker;
use crate::domain::report::{Known, Maker};
use crate::domain::retention::Place;
use crate::engine::core::Incoming;
use crate::engine::ports::{Store, StoreError, VCenter};
use crate::engine::record;
use crate::engine::setup::Parts;
use crate::engine::tables::scan_all;

/// What was told of a snapshot is a row with this prefix: `watch/maker/<vcenter>/<vm>/<snapshot>`.
pub const ROWS: &str = "watch/maker/";

/// Of so many VMs of one vCenter it is asked at once. What is left over is asked after the next look: 10,000 VMs take a night.
const VMS_ASKED: usize = 200;

/// What each snapshot was told of: the account, or that nothing is remembered of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Makers(BTreeMap<Place, Option<String>>);

/// What is to be asked of one VM: its snapshots with when they were taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    vm: VmRef,
    snapshots: Vec<(Moref, Timestamp)>,
}

/// What one snapshot was told of, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub(in crate::engine) place: Place,
    pub(in crate::engine) account: Option<String>,
}

impl<'a> FromIterator<&'a Row> for Makers {
    fn from_iter<T: IntoIterator<Item = &'a Row>>(rows: T) -> Self {
        Self(rows.into_iter().map(|row| (row.place.clone(), row.account.clone())).collect())
    }
}

impl Makers {
    /// Reads what was remembered.
    ///
    /// # Errors
    /// If the store cannot be read, or a row in it.
    pub async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let mut makers = Self::default();
        for (key, bytes) in scan_all(store, ROWS, None).await? {
            makers.add_row(&key, &bytes)?;
        }
        Ok(makers)
    }

    /// Takes in one row.
    ///
    /// # Errors
    /// If it is not what this version writes.
    pub fn add_row(&mut self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let Row { place, account } = record::read(key, bytes)?;
        self.0.insert(place, account);
        Ok(())
    }

    /// What there is to ask of the vCenters that can be read: the newest snapshots first, since of them most is remembered.
    pub fn questions(&self, inventory: &Inventory, live: &BTreeSet<VCenterName>) -> Vec<Question> {
        let unknown = |vm: &VmRef, node: &crate::domain::snapshot_tree::Snapshot| {
            Marker::find(&node.description).is_none() && !self.0.contains_key(&(vm.clone(), node.moref.clone()))
        };
        let mut questions: Vec<Question> = Vec::new();
        for vm in inventory.iter().filter(|vm| live.contains(&vm.vm.vcenter)) {
            let nodes = vm.tree.nodes().iter().filter(|node| unknown(&vm.vm, node));
            let snapshots: Vec<_> = nodes.map(|node| (node.moref.clone(), node.created)).collect();
            if !snapshots.is_empty() {
                questions.push(Question { vm: vm.vm.clone(), snapshots });
            }
        }
        let newest = |question: &Question| question.snapshots.iter().map(|(_, created)| *created).max();
        questions.sort_by_cached_key(|question| std::cmp::Reverse(newest(question)));
        let mut of_vcenter: BTreeMap<VCenterName, usize> = BTreeMap::new();
        questions.retain(|question| {
            let asked = of_vcenter.entry(question.vm.vcenter.clone()).or_default();
            *asked += 1;
            *asked <= VMS_ASKED
        });
        questions
    }

    /// The rows of what was told.
    pub(in crate::engine) fn into_rows(self) -> impl Iterator<Item = Row> {
        self.0.into_iter().map(|(place, account)| Row { place, account })
    }

    /// Adds what vCenter remembers to what the description tells, which comes first.
    pub fn complete(&self, known: Known, vm: &VmRef, snapshot: &Moref) -> Known {
        if known.maker != Maker::Unknown {
            return known;
        }
        let told = self.0.get(&(vm.clone(), snapshot.clone())).cloned().flatten();
        Known { maker: told.map_or(Maker::Unknown, Maker::Account), ..known }
    }

    /// Adds what somebody else was told.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Asks one vCenter; the questions are all about its VMs. It ends at the first that cannot be answered: the others could not be either.
pub async fn ask(vcenter: &dyn VCenter, questions: &[Question]) -> Makers {
    let mut told = Makers::default();
    for Question { vm, snapshots } in questions {
        match vcenter.makers(&vm.moref, snapshots).await {
            Ok(mut found) => {
                let of = snapshots.iter().map(|(snapshot, _)| (snapshot.clone(), found.remove(snapshot)));
                told.0.extend(of.map(|(snapshot, account)| ((vm.clone(), snapshot), account)));
            }
            Err(error) => {
                tracing::info!(vcenter = %vm.vcenter, vm = %vm.moref, %error, "who made its snapshots could not be read");
                break;
            }
        }
    }
    told
}

/// Asks in the background, and tells the engine.
pub(in crate::engine) fn ask_all(
    parts: &Arc<Parts>,
    inbox: &mpsc::UnboundedSender<Incoming>,
    questions: Vec<Question>,
) -> JoinHandle<()> {
    let (parts, inbox) = (parts.clone(), inbox.clone());
    tokio::spawn(async move {
        for vcenter in parts.fleet.iter() {
            let own = questions.iter().filter(|question| question.vm.vcenter == *vcenter.name());
            let own: Vec<Question> = own.cloned().collect();
            let told = ask(vcenter.as_ref(), &own).await;
            if !told.is_empty() {
                // The inbox outlives everything but the process's end.
                let _ended = inbox.send(Incoming::Makers(told));
            }
        }
    })
}

#[cfg(test)]
mod tests;
