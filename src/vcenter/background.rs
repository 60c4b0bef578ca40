//! What goes on by itself: be logged in, keep the inventory, follow the tasks, and beside it keep the tags; and when any of it fails, start again.
//!
//! vCenter is asked for its clock every [`BEAT`]: that keeps the session, measures the clock, and notices a line that swallows everything, which
//! no wait of a minute would. After a loss somebody knocks every [`LONGEST_PAUSE`] at the latest, and whatever gets through to vCenter meanwhile,
//! such as a command, wakes the next attempt.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::engine::ports::VCenterEvent;

use super::client::Shared;
use super::session::{SILENT, Session};
use super::transport::{Cookies, WireError};
use super::{inventory, tags, tasks};

/// The first and the longest pause between two attempts: vCenter is back within five seconds of answering again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// How long a knock may take. A connection from before vCenter came back may hang for ever, so it is not waited for.
const KNOCK: Duration = Duration::from_secs(2);

/// How often vCenter is asked for its clock, and how long nothing at all may be heard then: together less than 15 seconds.
const BEAT: Duration = Duration::from_secs(4);
const SILENCE: Duration = Duration::from_secs(10);

/// How long task following pauses after vCenter refused it; the inventory goes on meanwhile.
const REFUSED_PAUSE: Duration = Duration::from_secs(15);

/// How long the inventory must have been kept for a failure to count as the first one. A server that cuts every wait at
/// once must not be asked again at once.
const GOOD_TIME: Duration = Duration::from_secs(10);

/// Why a stretch of work ended.
enum Ended {
    /// Somebody else had to log in again, or vCenter does not know an older session any more: go on with a new one at once.
    Replaced,
    /// Nothing was heard for too long.
    Silent,
    /// Something failed.
    Failed(WireError),
}

/// Runs until `stop` says so.
pub(crate) async fn run(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = keep_going(&shared) => {}
        () = tell_clock(&shared) => {}
        never = tags::keep(&shared) => match never {},
    }
}

/// Tells the engine when vCenter's clock turned out to be another way from ours.
async fn tell_clock(shared: &Shared) {
    let mut ahead = shared.line().ahead();
    // The line lives as long as `shared`, so this ends with the client alone.
    while ahead.changed().await.is_ok() {
        shared.tell(VCenterEvent::Clock(shared.name.clone()));
    }
}

async fn keep_going(shared: &Shared) {
    // Failures in a row. The first one after a good time is repeated at once and not yet called a loss: a load balancer
    // that cuts a wait is none.
    let mut failures = 0_u32;
    // Whether the last attempt ended because vCenter did not know a session that had just been opened.
    let mut forgotten = false;
    loop {
        let (lived, since) = (shared.times_live(), shared.clock.elapsed());
        let ended = attempt(shared, failures > 0).await;
        if shared.times_live() != lived && shared.clock.elapsed().saturating_sub(since) > GOOD_TIME {
            (failures, forgotten) = (0, false);
        }
        let (why, is_certain) = match ended {
            Ended::Replaced => continue,
            Ended::Silent => (WireError::NoAnswer(SILENT.to_owned()), true),
            // Once is a login. Again and again would open sessions for ever.
            Ended::Failed(error) if error.is_unauthenticated() && !std::mem::replace(&mut forgotten, true) => continue,
            Ended::Failed(error) => (error, false),
        };
        failures += 1;
        if shared.is_live() && failures == 1 && !is_certain {
            tracing::debug!(vcenter = %shared.name, why = why.words(), "starting again at once");
            continue;
        }
        shared.lost(why.words());
        let spent = shared.clock.elapsed().saturating_sub(since).min(KNOCK);
        rest(shared, pause(failures, random()).saturating_sub(spent)).await;
    }
}

/// Pauses before the next attempt, until something gets through.
async fn rest(shared: &Shared, pause: Duration) {
    let mut heard = shared.line().heard();
    let least = pause.min(FIRST_PAUSE / 2);
    shared.sleep(least).await;
    tokio::select! {
        () = shared.sleep(pause.saturating_sub(least)) => {}
        // As above.
        _ = heard.changed() => {}
    }
}

/// Logs in where there is no session, and works with it until something fails. After a failure vCenter has to answer a knock first, over a
/// connection of its own.
async fn attempt(shared: &Shared, knocks: bool) -> Ended {
    if knocks && !shared.sessions.is_refused().await {
        shared.sessions.transport().reconnect();
        let (transport, cookies) = (shared.sessions.transport(), Cookies::default());
        tokio::select! {
            answer = transport.negotiate(&cookies) => if let Err(error) = answer { return Ended::Failed(error) },
            () = shared.sleep(KNOCK) => return Ended::Silent,
        }
    }
    let opened = shared.sessions.opened();
    let session = match shared.sessions.get().await {
        Ok(session) => session,
        Err(error) => return Ended::Failed(error),
    };
    let began = shared.clock.elapsed();
    match work(shared, &session).await {
        Ended::Failed(error) if error.is_unauthenticated() => {
            shared.sessions.forget(&session);
            // One that is refused as soon as it is opened would be opened for ever.
            let is_new = session.number > opened && shared.clock.elapsed().saturating_sub(began) < GOOD_TIME;
            if is_new { Ended::Failed(error) } else { Ended::Replaced }
        }
        ended @ (Ended::Replaced | Ended::Silent | Ended::Failed(_)) => ended,
    }
}

/// Doubles with every failure, less up to a half by chance, so that several clients do not come back in step.
fn pause(failures: u32, random: u8) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let full = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    full - full / 512 * u32::from(random)
}

fn random() -> u8 {
    let mut byte = [0];
    // Without randomness the pauses are merely regular.
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

/// Everything at once, until one part fails. vCenter's clock comes first: by it everything that vCenter dates is judged, and a session that
/// vCenter does not know any more ends here.
async fn work(shared: &Shared, session: &Session) -> Ended {
    if let Some(ended) = beat(shared, session).await {
        return ended;
    }
    tokio::select! {
        error = inventory::keep(shared, session) => Ended::Failed(error),
        error = follow(shared, session) => Ended::Failed(error),
        ended = keep_beating(shared, session) => ended,
        () = shared.sessions.replaced(session) => Ended::Replaced,
    }
}

async fn keep_beating(shared: &Shared, session: &Session) -> Ended {
    loop {
        shared.sleep(BEAT).await;
        if let Some(ended) = beat(shared, session).await {
            return ended;
        }
    }
}

/// Asks vCenter for its clock; none if all is well. One slow answer is no silence while others come, and a connection that was cut is tried again.
async fn beat(shared: &Shared, session: &Session) -> Option<Ended> {
    let mut heard = shared.line().heard();
    heard.mark_unchanged();
    let asked = async {
        match session.time().await {
            Err(WireError::NoAnswer(_)) => session.time().await,
            answered => answered,
        }
    };
    tokio::select! {
        answered = asked => answered.err().map(Ended::Failed),
        () = shared.sleep(SILENCE) => {
            if heard.has_changed().unwrap_or(false) {
                return None;
            }
            shared.line().fall_silent();
            Some(Ended::Silent)
        }
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

#[cfg(test)]
mod tests;
