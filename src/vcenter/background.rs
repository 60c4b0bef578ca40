//! What goes on by itself: be logged in, keep the inventory, follow the tasks, and beside it keep the tags; and when any of it fails, start again.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::watch;

use super::client::Shared;
use super::session::Session;
use super::transport::WireError;
use super::{inventory, tags, tasks};

/// The first and the longest pause between two attempts. A vCenter takes some ten minutes to restart; a minute more is no loss.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// How often the session is asked for by itself, should everything that keeps it alive be refused. vCenter ends a session
/// that was idle for 30 minutes.
const KEEP_ALIVE: SignedDuration = SignedDuration::from_mins(5);

/// How long task following pauses after vCenter refused it; the inventory goes on meanwhile.
const REFUSED_PAUSE: SignedDuration = SignedDuration::from_secs(15);

/// How long the inventory must have been kept for a failure to count as the first one. A server that cuts every wait at
/// once must not be asked again at once.
const GOOD_TIME: SignedDuration = SignedDuration::from_secs(10);

/// Why a stretch of work ended.
enum Ended {
    /// Somebody else had to log in again: go on with the new session at once.
    Replaced,
    /// Something failed.
    Failed(WireError),
}

/// Runs until `stop` says so.
pub(crate) async fn run(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = keep_going(&shared) => {}
        never = tags::keep(&shared) => match never {},
    }
}

async fn keep_going(shared: &Shared) {
    // Failures in a row. The first one after a good time is repeated at once and not yet called a loss: a load balancer
    // that cuts a wait is none.
    let mut failures = 0_u32;
    loop {
        let was_live = shared.is_live();
        let session = match shared.sessions.get().await {
            Ok(session) => session,
            Err(error) => {
                failures += 1;
                fail(shared, &error, failures, was_live).await;
                continue;
            }
        };
        let (lived, since) = (shared.times_live(), shared.clock.now());
        let ended = work(shared, &session).await;
        if shared.times_live() != lived && shared.clock.now().duration_since(since) > GOOD_TIME {
            failures = 0;
        }
        match ended {
            Ended::Replaced => {}
            Ended::Failed(error) => {
                if error.is_unauthenticated() {
                    shared.sessions.forget(&session);
                }
                failures += 1;
                fail(shared, &error, failures, shared.is_live()).await;
            }
        }
    }
}

/// Takes a failure in: says it, unless it is the first after a good time, and pauses.
async fn fail(shared: &Shared, error: &WireError, failures: u32, was_live: bool) {
    if was_live && failures == 1 {
        tracing::debug!(vcenter = %shared.name, why = error.words(), "starting again at once");
        return;
    }
    shared.lost(error.words());
    shared.sleep(pause(failures, random())).await;
}

/// Doubles with every failure, less up to a half by chance, so that several clients do not come back in step.
fn pause(failures: u32, random: u8) -> SignedDuration {
    let doublings = failures.saturating_sub(1).min(16);
    let full = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    full - full / 512 * i32::from(random)
}

fn random() -> u8 {
    let mut byte = [0];
    // Without randomness the pauses are merely regular.
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

/// Everything at once, until one part fails.
async fn work(shared: &Shared, session: &Session) -> Ended {
    session.tidy().await;
    tokio::select! {
        error = inventory::keep(shared, session) => Ended::Failed(error),
        error = follow(shared, session) => Ended::Failed(error),
        error = keep_alive(shared, session) => Ended::Failed(error),
        () = shared.sessions.replaced(session) => Ended::Replaced,
    }
}

/// Follows tasks. A fault here is no reason to give up the inventory, unless the session is gone.
async fn follow(shared: &Shared, session: &Session) -> WireError {
    let mut said = false;
    loop {
        let error = tasks::keep(shared, session).await;
        if !error.is_refusal() {
            return error;
        }
        if !said {
            said = true;
            tracing::warn!(vcenter = %shared.name, why = error.words(), "vCenter refuses to let tasks be followed; trying again");
        }
        shared.sleep(REFUSED_PAUSE).await;
    }
}

async fn keep_alive(shared: &Shared, session: &Session) -> WireError {
    loop {
        shared.sleep(KEEP_ALIVE).await;
        if let Err(error) = session.time().await {
            return error;
        }
    }
}

#[cfg(test)]
mod tests;
