//! Calls on their way to vCenter, and the freeze that shuts the gate before them.
//!
//! A call passes the last gate and is sent in one breath; whether everything is frozen is looked at under the same lock under which it is
//! noted that a call passed. So a call either passed before a freeze, and then the freeze knows of it and is answered only when
//! that call has its answer, or it does not pass.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::domain::freeze::Freeze;
use crate::domain::ids::{RequestId, VmTitle};

/// What is on its way, and whether anything may follow.
#[derive(Debug)]
pub(super) struct Outgoing {
    freeze: Mutex<Option<Freeze>>,
    /// Requests whose calls have passed the gate and have no answer yet, with their VMs.
    under_way: watch::Sender<UnderWay>,
}

/// Requests, with their VMs.
pub(super) type UnderWay = BTreeMap<RequestId, VmTitle>;

/// A call that may pass the gate. Once this is gone it has its answer, or was never sent.
pub(super) struct Leaving<'a> {
    outgoing: &'a Outgoing,
    request: RequestId,
}

impl Outgoing {
    pub(super) fn new() -> Self {
        Self { freeze: Mutex::default(), under_way: watch::Sender::new(BTreeMap::new()) }
    }

    /// From now on nothing passes in this freeze, or everything may again.
    pub(super) fn set_freeze(&self, freeze: Option<Freeze>) {
        *self.freeze() = freeze;
    }

    /// A call is about to come to the gate.
    pub(super) fn leaving(&self, request: &RequestId) -> Leaving<'_> {
        Leaving { outgoing: self, request: request.clone() }
    }

    /// What has passed and has no answer.
    pub(super) fn under_way(&self) -> UnderWay {
        self.under_way.borrow().clone()
    }

    /// Ends when nothing is under way.
    pub(super) async fn quiet(&self) {
        // The sender lives as long as this, so waiting cannot fail.
        let _ = self.under_way.subscribe().wait_for(BTreeMap::is_empty).await;
    }

    fn freeze(&self) -> MutexGuard<'_, Option<Freeze>> {
        self.freeze.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leaving<'_> {
    /// Passes the gate if it is open, which is decided by the freeze that holds in this moment.
    pub(super) fn pass(&self, vm: &VmTitle, is_open: impl FnOnce(Option<&Freeze>) -> bool) -> bool {
        let freeze = self.outgoing.freeze();
        let open = is_open(freeze.as_ref());
        if open {
            self.outgoing.under_way.send_modify(|calls| {
                calls.insert(self.request.clone(), vm.clone());
            });
        }
        open
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.outgoing.under_way.send_if_modified(|calls| calls.remove(&self.request).is_some());
    }
}

#[cfg(test)]
mod tests;
