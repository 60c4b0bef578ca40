//! Calls on their way to vCenter, and the freeze that shuts the gate before them.
//!
//! A call passes the last gate and is sent in one breath; whether everything is frozen is looked at under the same lock under which it is
//! noted that a call passed. So a call either passed before a freeze, and then the freeze knows of it and is answered only when
//! that call has its answer, or it does not pass.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::domain::freeze::Freeze;
use crate::domain::ids::RequestId;

/// What is on its way, and whether anything may follow.
#[derive(Debug)]
pub(super) struct Outgoing {
    freeze: Mutex<Option<Freeze>>,
    /// Requests whose calls have passed the gate and have no answer yet, with the names of their VMs.
    under_way: watch::Sender<UnderWay>,
}

/// Requests, with the names of their VMs.
pub(super) type UnderWay = BTreeMap<RequestId, String>;

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
    pub(super) fn pass(&self, vm: &str, is_open: impl FnOnce(Option<&Freeze>) -> bool) -> bool {
        let freeze = self.outgoing.freeze();
        let open = is_open(freeze.as_ref());
        if open {
            self.outgoing.under_way.send_modify(|calls| {
                calls.insert(self.request.clone(), vm.to_owned());
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
mod tests {
    use super::*;

    fn freeze() -> Freeze {
        let (by, account, reason) = ("carol".into(), "console:carol".to_owned(), "storage".to_owned());
        Freeze { by, account, reason, at: jiff::Timestamp::UNIX_EPOCH }
    }

    #[tokio::test]
    async fn a_freeze_knows_of_every_call_that_passed_before_it_and_none_passes_after_it() {
        let outgoing = Outgoing::new();
        let (first, second) = (RequestId::from_bits(1), RequestId::from_bits(2));
        let passed = outgoing.leaving(&first);
        assert!(passed.pass("db-01", |freeze| freeze.is_none()));
        let late = outgoing.leaving(&second);
        outgoing.set_freeze(Some(freeze()));
        assert!(!late.pass("web-01", |freeze| freeze.is_none()));
        assert_eq!(outgoing.under_way(), UnderWay::from([(first, "db-01".to_owned())]));
        let quiet = outgoing.quiet();
        tokio::pin!(quiet);
        assert!(futures_util::poll!(&mut quiet).is_pending(), "its answer is waited for");
        drop(passed);
        quiet.await;
        outgoing.set_freeze(None);
        assert!(late.pass("web-01", |freeze| freeze.is_none()));
        drop(late);
        assert!(outgoing.under_way().is_empty());
    }

    #[test]
    fn a_gate_that_is_closed_for_another_reason_lets_nothing_out() {
        let outgoing = Outgoing::new();
        assert!(!outgoing.leaving(&RequestId::from_bits(1)).pass("db-01", |_| false));
        assert!(outgoing.under_way().is_empty());
    }
}
