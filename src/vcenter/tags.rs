//! Keeping the VMs' tags: read at the start and then every minute, if some rule looks at them, and forgotten when they get old.
//!
//! vCenter tells nobody when a tag is attached, so they have to be asked for. What is not known is published as not known: rights
//! that depend on it are refused then.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::ids::{Moref, VmRef};
use crate::domain::inventory::VmSummary;
use crate::domain::tag::{KnownTags, Tag};
use crate::engine::ports::VCenterEvent;

use super::client::Shared;
use super::rest::{self, RestState};
use super::tagging::{self, Unread};
use super::transport::Cookies;

/// How often the tags are read. Nobody waits longer for a tag to count, and a read is a call for each tag that a VM has: some
/// hundred in a second or two.
const EVERY: Duration = Duration::from_secs(60);

/// How old tags may be, counted from the beginning of their read. Four reads may fail, as while vCenter's REST interface starts
/// again; then rather nothing is known than something that was true once.
const GOOD_FOR: Duration = Duration::from_secs(5 * 60);

/// How long one read may take in all. Whatever takes longer than two minutes will not keep up with a minute.
const READ_LIMIT: Duration = Duration::from_secs(2 * 60);

/// The tags of one client's VMs.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    wanted: watch::Sender<bool>,
    /// Whether the inventory was complete once. Before, it is not known which VMs there are, nor whether the password is right.
    complete: watch::Sender<bool>,
    state: watch::Sender<State>,
    /// Whether a read has ended, well or not, and the inventory shows it.
    settled: watch::Sender<bool>,
    pub(crate) rest: Mutex<RestState>,
    pub(crate) cookies: Cookies,
}

#[derive(Debug, Clone, Default)]
enum State {
    /// Nobody asked yet, or nobody wants to know.
    #[default]
    Unread,
    Read(Arc<Book>),
    /// They are not, for this reason.
    Unreadable(String),
}

/// What one read brought.
#[derive(Debug)]
struct Book {
    /// Until when it is believed, by the clock that nobody sets.
    until: Duration,
    /// The VMs that there were when the read began. Of one that came later, nobody looked whether it has tags.
    seen: HashSet<Moref>,
    /// Those that have tags.
    tags: HashMap<Moref, BTreeSet<Tag>>,
}

impl Tags {
    /// Whether they are to be read.
    pub(crate) fn want(&self, wanted: bool) {
        self.wanted.send_if_modified(|known| std::mem::replace(known, wanted) != wanted);
    }

    /// The inventory is complete.
    pub(crate) fn inventory_complete(&self) {
        self.complete.send_if_modified(|known| !std::mem::replace(known, true));
    }

    pub(crate) fn of(&self, vm: &Moref) -> KnownTags {
        match &*self.state.borrow() {
            State::Read(book) if book.seen.contains(vm) => Some(book.tags.get(vm).cloned().unwrap_or_default()),
            State::Read(_) | State::Unread | State::Unreadable(_) => None,
        }
    }

    /// Ends when they were read or could not be, and the inventory shows it, or when nobody wants them.
    pub(crate) async fn settled(&self) {
        let (mut settled, mut wanted) = (self.settled.subscribe(), self.wanted.subscribe());
        tokio::select! {
            _ = settled.wait_for(|settled| *settled) => {}
            _ = wanted.wait_for(|wanted| !*wanted) => {}
        }
    }

    /// Why they are not known, if anybody wanted to know.
    pub(crate) fn problem(&self) -> Option<String> {
        match &*self.state.borrow() {
            State::Unreadable(why) => Some(why.clone()),
            State::Read(_) | State::Unread => None,
        }
    }
}

/// Keeps them for as long as they are wanted. Cancelling it leaves the session to [`log_out`].
pub(crate) async fn keep(shared: &Shared) -> Infallible {
    let mut wanted = shared.tags.wanted.subscribe();
    loop {
        // The sender lives as long as `shared`, so waiting cannot fail.
        let _ = wanted.wait_for(|wanted| *wanted).await;
        tokio::select! {
            never = read_on(shared) => match never {},
            never = grow_old(shared) => match never {},
            _ = wanted.wait_for(|wanted| !*wanted) => {}
        }
        publish(shared, State::Unread);
        log_out(shared).await;
    }
}

/// Ends the session of the REST interface, if there is one.
pub(crate) async fn log_out(shared: &Shared) {
    rest::log_out(shared).await;
}

/// Reads, minute after minute.
async fn read_on(shared: &Shared) -> Infallible {
    let mut complete = shared.tags.complete.subscribe();
    // As above.
    let _ = complete.wait_for(|complete| *complete).await;
    let mut said: Option<Unread> = None;
    loop {
        let began = shared.clock.elapsed();
        let seen: HashSet<Moref> = shared.inventory().iter().map(|vm| vm.vm.moref.clone()).collect();
        let read = tokio::select! {
            read = tagging::read(shared) => read,
            () = shared.sleep(READ_LIMIT) => {
                Err(Unread::Failed(format!("the tags could not be read within {} s", READ_LIMIT.as_secs())))
            }
        };
        match read {
            Ok(tags) => {
                if said.take().is_some() {
                    tracing::info!(vcenter = %shared.name, "the VMs' tags can be read again");
                }
                publish(shared, State::Read(Arc::new(Book { until: began.saturating_add(GOOD_FOR), seen, tags })));
            }
            Err(why) => {
                // The same reason every minute is one reason.
                if said.as_ref() != Some(&why) {
                    tracing::warn!(vcenter = %shared.name, %why, "the VMs' tags cannot be read; what depends on them is refused");
                }
                let known = matches!(&*shared.tags.state.borrow(), State::Read(_));
                if !known {
                    publish(shared, State::Unreadable(why.to_string()));
                }
                said = Some(why);
            }
        }
        shared.sleep(left(shared, began.saturating_add(EVERY))).await;
    }
}

/// Forgets what has grown too old.
async fn grow_old(shared: &Shared) -> Infallible {
    let mut state = shared.tags.state.subscribe();
    loop {
        let until = match &*state.borrow_and_update() {
            State::Read(book) => book.until,
            State::Unread | State::Unreadable(_) => Duration::MAX,
        };
        tokio::select! {
            () = shared.sleep(left(shared, until)) => {
                let minutes = GOOD_FOR.as_secs() / 60;
                tracing::warn!(vcenter = %shared.name, "the VMs' tags were not read for {minutes} minutes and are not known any more");
                publish(shared, State::Unreadable(format!("they could not be read for {minutes} minutes")));
            }
            // As above.
            _ = state.changed() => {}
        }
    }
}

/// Takes in what is known now, and tells which VMs look different for it.
fn publish(shared: &Shared, state: State) {
    let settled = !matches!(state, State::Unread);
    shared.tags.state.send_replace(state);
    retag(shared);
    shared.tags.settled.send_replace(settled);
}

/// Shows in the inventory what is known now.
fn retag(shared: &Shared) {
    let inventory = shared.inventory();
    let differs = |vm: &&Arc<VmSummary>| vm.tags != shared.tags.of(&vm.vm.moref);
    let changed: Vec<VmRef> = inventory.iter().filter(differs).map(|vm| vm.vm.clone()).collect();
    drop(inventory);
    if changed.is_empty() {
        return;
    }
    shared.edit_inventory(|inventory| {
        for vm in &changed {
            if let Some(known) = inventory.get(vm) {
                let tags = shared.tags.of(&vm.moref);
                inventory.upsert(VmSummary { tags, ..VmSummary::clone(known) });
            }
        }
    });
    shared.tell(VCenterEvent::Inventory(changed));
}

/// How long it is until then.
fn left(shared: &Shared, until: Duration) -> Duration {
    until.saturating_sub(shared.clock.elapsed())
}

#[cfg(test)]
mod tests;
