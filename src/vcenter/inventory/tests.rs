//! Which changes are reported, and which VMs a first complete read removes.

use std::sync::Arc;

use super::super::client::tests::{events, idle};
use super::*;
use crate::domain::inventory::{ToolsState, VmSummary};
use crate::domain::snapshot_tree::PowerState;

pub(crate) fn vm(moref: &str, name: &str) -> VmSummary {
    VmSummary {
        vm: VmRef { vcenter: "a".into(), moref: moref.into() },
        instance_uuid: None,
        name: name.to_owned(),
        path: format!("DC1/{name}"),
        power: Some(PowerState::On),
        readable: true,
        tools: ToolsState::Running,
        template: false,
        consolidation_needed: false,
        tree: Arc::default(),
        tags: None,
    }
}

fn here(moref: &str, name: &str) -> Change {
    Change::Here(vm(moref, name))
}

fn morefs(changed: &[VmRef]) -> Vec<&str> {
    changed.iter().map(|vm| vm.moref.as_str()).collect()
}

#[test]
fn only_what_looks_different_is_a_change() {
    let (shared, _, mut told) = idle();
    let unknown = VmRef { vcenter: "a".into(), moref: "vm-9".into() };
    let first = publish(&shared, vec![here("vm-1", "web-01"), here("vm-2", "db-01"), Change::Gone(unknown)]);
    assert_eq!(morefs(&first), ["vm-1", "vm-2"]);
    let second = publish(&shared, vec![here("vm-1", "web-01"), here("vm-2", "db-02")]);
    assert_eq!(morefs(&second), ["vm-2"]);
    let third = publish(&shared, vec![Change::Gone(vm("vm-1", "").vm), Change::Gone(vm("vm-1", "").vm)]);
    assert_eq!(morefs(&third), ["vm-1"]);
    assert_eq!(shared.inventory().iter().map(|vm| vm.name.as_str()).collect::<Vec<_>>(), ["db-02"]);
    assert!(events(&mut told).is_empty(), "telling is left to the caller");
}

#[test]
fn what_a_first_read_does_not_find_is_gone() {
    let (shared, ..) = idle();
    publish(&shared, vec![here("vm-1", "web-01"), here("vm-2", "db-01")]);
    let changed = replace(&shared, vec![here("vm-2", "db-01"), here("vm-3", "new-01")]);
    assert_eq!(morefs(&changed), ["vm-3", "vm-1"]);
    assert_eq!(shared.inventory().len(), 2);
    assert!(replace(&shared, vec![here("vm-2", "db-01"), here("vm-3", "new-01")]).is_empty());
}
