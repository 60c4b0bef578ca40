use super::*;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::snapshot_tree::PowerState;
use crate::vcenter::wire::objects::Missing;

fn here(kind: Kind, moref: &str, name: &str, parent: &str) -> Update {
    Update {
        motion: Motion::Here,
        object: Object {
            kind,
            moref: moref.into(),
            props: Props { name: Some(name.to_owned()), parent: Some(Some(parent.into())), ..Props::default() },
        },
    }
}

fn left(kind: Kind, moref: &str) -> Update {
    Update { motion: Motion::Left, object: Object { kind, moref: moref.into(), props: Props::default() } }
}

fn world() -> World {
    let mut world = World::new("a".into());
    for update in [
        here(Kind::VirtualMachine, "vm-1", "web-01", "f-2"),
        here(Kind::Folder, "f-2", "web", "f-1"),
        here(Kind::Folder, "f-1", "vm", "dc-1"),
        here(Kind::Datacenter, "dc-1", "DC1", "f-0"),
        here(Kind::Folder, "f-0", "France", "root"),
        here(Kind::VirtualMachine, "vm-2", "old", "f-1"),
    ] {
        world.apply(update);
    }
    world
}

fn paths(changes: &[Change]) -> Vec<&str> {
    changes
        .iter()
        .map(|change| match change {
            Change::Here(vm) => vm.path.as_str(),
            Change::Gone(_) => "gone",
        })
        .collect()
}

#[test]
fn paths_leave_out_the_root_and_the_hidden_folder() {
    let mut world = world();
    assert_eq!(paths(&world.changes()), ["France/DC1/web/web-01", "France/DC1/old"]);
    assert!(world.changes().is_empty());
}

#[test]
fn a_renamed_or_moved_folder_changes_the_paths_below_it() {
    let mut world = world();
    world.changes();
    world.apply(here(Kind::Folder, "f-2", "www", "f-1"));
    assert_eq!(paths(&world.changes()), ["France/DC1/www/web-01", "France/DC1/old"]);
    world.apply(left(Kind::VirtualMachine, "vm-2"));
    assert_eq!(paths(&world.changes()), ["gone"]);
}

#[test]
fn a_vm_in_a_vapp_hangs_below_the_vapp_and_the_folder_that_it_is_shown_in() {
    let mut world = world();
    let mut vapp = here(Kind::VirtualApp, "vapp-1", "shop", "pool-1");
    vapp.object.props.parent_folder = Some(Some("f-2".into()));
    let mut vm = here(Kind::VirtualMachine, "vm-3", "cart", "f-9");
    vm.object.props.parent = None;
    vm.object.props.parent_vapp = Some(Some("vapp-1".into()));
    world.changes();
    world.apply(vapp);
    world.apply(vm);
    assert!(paths(&world.changes()).contains(&"France/DC1/web/shop/cart"));
}

#[test]
fn a_circle_of_folders_ends() {
    let mut world = World::new("a".into());
    world.apply(here(Kind::Folder, "f-1", "a", "f-2"));
    world.apply(here(Kind::Folder, "f-2", "b", "f-1"));
    world.apply(here(Kind::VirtualMachine, "vm-1", "x", "f-1"));
    assert!(paths(&world.changes())[0].ends_with("/a/x"));
}

#[test]
fn what_an_update_does_not_speak_of_stays() {
    let mut world = world();
    world.changes();
    let mut update = here(Kind::VirtualMachine, "vm-1", "", "");
    update.object.props = Props { power: Some(PowerState::On), ..Props::default() };
    world.apply(update);
    let changes = world.changes();
    let [Change::Here(vm)] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((vm.name.as_str(), vm.power), ("web-01", Some(PowerState::On)));
}

#[test]
fn a_vm_that_may_not_be_read_is_not_one_without_snapshots_until_it_is_told_that_it_is() {
    let told = |props: Props| Update {
        motion: Motion::Here,
        object: Object { kind: Kind::VirtualMachine, moref: "vm-1".into(), props },
    };
    let fault = Fault { kind: FaultKind::NoPermission, name: "NoPermission".to_owned(), message: String::new() };
    let missing = |path: &str| Missing { path: path.to_owned(), fault: fault.clone() };
    let mut world = world();
    let look = |world: &mut World| match world.changes().remove(0) {
        Change::Here(vm) => (vm.readable, vm.power),
        Change::Gone(vm) => panic!("{vm:?}"),
    };
    world.apply(told(Props { withheld: vec![missing("snapshot"), missing("runtime.powerState")], ..Props::default() }));
    assert_eq!(look(&mut world), (false, None));
    world.apply(told(Props { power: Some(PowerState::Off), ..Props::default() }));
    assert_eq!(look(&mut world), (false, Some(PowerState::Off)));
    let mut unset = Props::default();
    unset.unset("snapshot");
    world.apply(told(unset));
    assert_eq!(look(&mut world), (true, Some(PowerState::Off)));
}
