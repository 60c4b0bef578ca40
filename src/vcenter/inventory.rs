//! The live inventory: a view of everything that a path is made of, one filter, one wait after another.
//!
//! A wait also keeps the session alive: each is a call, and none lasts longer than [`WAIT_SECONDS`].

use std::collections::HashSet;
use std::time::Duration;

use crate::domain::ids::{Moref, VmRef};
use crate::engine::ports::VCenterEvent;

use super::client::Shared;
use super::session::Session;
use super::transport::WireError;
use super::wire::objects::{UpdateSet, update_set};
use super::wire::request::{self, Wanted};
use super::wire::service::{nothing, returned_ref};
use super::world::{Change, World};

/// How long the server may wait for news, in seconds. Firewalls forget silent connections after some minutes, and a
/// session is idle after thirty.
pub(crate) const WAIT_SECONDS: u64 = 60;

/// How long a wait may take in all: the server's time, and time for a large answer.
pub(crate) const WAIT_TIMEOUT: Duration = Duration::from_secs(WAIT_SECONDS + 60);

/// What the live inventory keeps of a VM.
const VM: Wanted = Wanted {
    kind: "VirtualMachine",
    paths: &[
        "name",
        "parent",
        "parentVApp",
        "runtime.powerState",
        "runtime.consolidationNeeded",
        "guest.toolsRunningStatus",
        "config.template",
        "config.instanceUuid",
        "snapshot",
    ],
};

const FOLDER: Wanted = Wanted { kind: "Folder", paths: &["name", "parent"] };

const DATACENTER: Wanted = Wanted { kind: "Datacenter", paths: &["name", "parent"] };

const VAPP: Wanted = Wanted { kind: "VirtualApp", paths: &["name", "parentFolder", "parentVApp"] };

/// Keeps the inventory until something fails, and says what. Cancelling it leaves a collector behind in the session, which
/// [`Session::tidy`] throws away.
pub(crate) async fn keep(shared: &Shared, session: &Session) -> WireError {
    match keep_going(shared, session).await {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

async fn keep_going(shared: &Shared, session: &Session) -> Result<std::convert::Infallible, WireError> {
    // What earlier waits left behind. What this session leaves from now on is not among it.
    session.tidy().await;
    let wanted = [VM, FOLDER, DATACENTER, VAPP];
    let view = session.view(&wanted.map(|wanted| wanted.kind)).await?;
    session.leave(request::destroy_view(&view));
    let collector =
        session.ask(&request::create_property_collector(&session.content.property_collector), returned_ref).await?;
    session.leave(request::destroy_property_collector(&collector));
    let spec = request::filter_spec(&wanted, &request::all_in_view(&view));
    session.ask(&request::create_filter(&collector, &spec), returned_ref).await?;

    let mut world = World::new(shared.name.clone());
    let mut version = String::new();
    let mut complete = false;
    loop {
        match wait(session, &collector, &version).await? {
            Some(set) => {
                version = set.version;
                set.updates.into_iter().for_each(|update| world.apply(update));
                if set.truncated {
                    continue;
                }
            }
            None if complete => {
                shared.seen();
                continue;
            }
            // A first wait without news: the account sees nothing at all.
            None => {}
        }
        let changes = world.changes();
        let changed = if complete { publish(shared, changes) } else { replace(shared, changes) };
        shared.live();
        complete = true;
        if !changed.is_empty() {
            shared.tell(VCenterEvent::Inventory(changed));
        }
    }
}

/// One wait; none without news.
pub(crate) async fn wait(session: &Session, collector: &Moref, version: &str) -> Result<Option<UpdateSet>, WireError> {
    let wait = request::wait_for_updates(collector, version, WAIT_SECONDS);
    session.ask_within(WAIT_TIMEOUT, &wait, update_set).await
}

/// Takes changes into the published inventory; gives those that are visible.
fn publish(shared: &Shared, changes: Vec<Change>) -> Vec<VmRef> {
    let mut changed = Vec::new();
    shared.edit_inventory(|inventory| {
        for change in changes {
            match change {
                Change::Here(mut vm) => {
                    vm.tags = shared.tags.of(&vm.vm.moref);
                    if inventory.get(&vm.vm).is_none_or(|known| **known != vm) {
                        changed.push(vm.vm.clone());
                        inventory.upsert(vm);
                    }
                }
                Change::Gone(vm) if inventory.get(&vm).is_some() => {
                    inventory.remove(&vm);
                    changed.push(vm);
                }
                Change::Gone(_) => {}
            }
        }
    });
    changed
}

/// Puts a first complete read in the place of what was published before; gives the VMs that differ.
fn replace(shared: &Shared, changes: Vec<Change>) -> Vec<VmRef> {
    let here = |change: &Change| if let Change::Here(vm) = change { Some(vm.vm.clone()) } else { None };
    let read: HashSet<VmRef> = changes.iter().filter_map(here).collect();
    let before = shared.inventory();
    let gone = before.iter().map(|vm| &vm.vm).filter(|vm| !read.contains(vm)).cloned();
    let gone: Vec<Change> = gone.map(Change::Gone).collect();
    drop(before);
    publish(shared, changes.into_iter().chain(gone).collect())
}

/// Destroys a filter; what cannot be destroyed goes with the session.
pub(crate) async fn destroy_filter(session: &Session, filter: &Moref) -> Result<(), WireError> {
    match session.ask(&request::destroy_filter(filter), nothing).await {
        Err(error) if error.is_unauthenticated() => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests;
