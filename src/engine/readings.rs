//! When a platform is to be asked again who is in its groups: the same for every platform.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::Handle;

/// After a reading that failed in part the next one comes this soon, unless the regular one comes sooner.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(30);

/// The rounds in which a platform is asked.
pub struct Readings {
    handle: Handle,
    reloads: watch::Receiver<u64>,
}

impl Readings {
    pub(super) fn new(handle: Handle, reloads: watch::Receiver<u64>) -> Self {
        Self { handle, reloads }
    }

    /// Comes back when it is time for the next round: regularly, sooner where something could not be read, at once where the configuration was
    /// read anew since the last round. Either clock may bring it, so that one that is set delays nothing.
    pub async fn next(&mut self, failed: bool) {
        let parts = &self.handle.parts;
        let regular = parts.rules().policy.read_again_after();
        let wait = if failed { regular.min(AFTER_FAILURE) } else { regular };
        let until = parts.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX);
        tokio::select! {
            () = parts.clock.reach(until) => {}
            () = reloaded(&mut self.reloads) => {}
        }
    }
}

/// Comes back when the configuration was read anew; never once the engine is gone.
async fn reloaded(reloads: &mut watch::Receiver<u64>) {
    if reloads.changed().await.is_err() {
        std::future::pending().await
    }
}
