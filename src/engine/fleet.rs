//! All vCenters as one: which one has a VM, and one inventory over all of them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::ports::{Health, VCenter};
use crate::domain::bulk::Item;
use crate::domain::ids::{Target, VCenterName, VmRef};
use crate::domain::inventory::Inventory;
use crate::domain::report::Row;
use crate::domain::request::{Request, Subject};

/// The vCenters of this installation.
#[derive(Clone)]
pub struct Fleet {
    vcenters: Vec<Arc<dyn VCenter>>,
}

impl Fleet {
    /// A fleet of these.
    pub fn new(vcenters: Vec<Arc<dyn VCenter>>) -> Self {
        Self { vcenters }
    }

    /// The vCenter of this name.
    pub fn get(&self, name: &VCenterName) -> Option<&Arc<dyn VCenter>> {
        self.vcenters.iter().find(|vcenter| vcenter.name() == name)
    }

    /// Every vCenter.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn VCenter>> {
        self.vcenters.iter()
    }

    /// Every VM of every vCenter. With one vCenter, its own inventory; with several, their union made anew.
    pub fn inventory(&self) -> Arc<Inventory> {
        match self.vcenters.as_slice() {
            [only] => only.inventory(),
            all => {
                let each: Vec<Arc<Inventory>> = all.iter().map(|vcenter| vcenter.inventory()).collect();
                Arc::new(Inventory::new(each.iter().flat_map(|inventory| inventory.iter().cloned())))
            }
        }
    }

    /// Whether another VM of this one's vCenter has a name that looks the same.
    pub fn has_double(&self, vm: &VmRef) -> bool {
        self.get(&vm.vcenter).is_some_and(|vcenter| vcenter.inventory().has_double(vm))
    }

    /// A VM of an earlier request with the name, the folder and the tags that it has now, by which a right to that request is decided. One
    /// that is gone keeps those that it had.
    pub fn as_it_is(&self, target: &Target) -> Target {
        let inventory = self.get(&target.vm.vcenter).map(|vcenter| vcenter.inventory());
        let vm = inventory.and_then(|inventory| inventory.get(&target.vm).cloned());
        vm.map_or_else(|| target.clone(), |vm| Target { instance_uuid: target.instance_uuid.clone(), ..vm.target() })
    }

    /// The VMs that a request is about, as they are now: of one about many, those of what waits in it. A VM whose vCenter cannot be read counts
    /// as it was, and so do all where none of them is there any more.
    pub fn targets_of(&self, request: &Request) -> Vec<Target> {
        let bulk = match &request.subject {
            Subject::Vm(target) => return vec![self.as_it_is(target)],
            Subject::Many(bulk) => bulk,
        };
        let inventory = self.inventory();
        let away = |row: &Row| self.get(&row.vm.vcenter).is_some_and(|vcenter| vcenter.health() != Health::Live);
        let there = |item: &Item| {
            let vm = inventory.get(&item.row.vm).map(|vm| vm.target());
            vm.or_else(|| away(&item.row).then(|| item.row.target()))
        };
        let there: Vec<Target> = bulk.waiting().filter_map(there).collect();
        if there.is_empty() { bulk.waiting().map(|item| item.row.target()).collect() } else { there }
    }

    /// Since when the connection to a vCenter is lost, if it is.
    pub fn lost(&self, vcenter: &VCenterName) -> Option<Timestamp> {
        let health = self.get(vcenter)?.health();
        if let Health::Lost { since, .. } = health { Some(since) } else { None }
    }

    /// How far a vCenter's clock is ahead of ours; nothing where that is not known, because none has been read yet.
    pub fn ahead(&self, vcenter: &VCenterName) -> SignedDuration {
        self.get(vcenter).and_then(|vcenter| vcenter.ahead()).unwrap_or_default()
    }

    /// The first vCenter that is not being read, with its health.
    pub fn troubled(&self) -> Option<(VCenterName, Health)> {
        let of = |vcenter: &Arc<dyn VCenter>| (vcenter.name().clone(), vcenter.health());
        self.vcenters.iter().map(of).find(|(_, health)| *health != Health::Live)
    }
}
