//! Requests about many snapshots: approved as a whole, then one part after the other.
//!
//! ```text
//! AwaitingApproval -> InParts | Denied | Expired | Withdrawn | Refused (the rules have changed)
//! InParts -> Done | Cancelled (stopped) | Refused (the rules have changed)
//! ```
//!
//! Each part is a request of its own and passes every gate by itself. What was begun comes to its end, whatever has halted the rest, and what
//! people are asked about keeps the whole open until they have said: only then is it known how it ended.

use jiff::Timestamp;

use super::gates::{self, Against};
use super::{Context, result};
use crate::domain::bulk::{Bulk, Halt, ItemState};
use crate::domain::ids::PersonId;
use crate::domain::request::{Facts, Request, State, Subject};

/// Begins with the first part.
pub(super) fn begin(request: &mut Request, cx: Context<'_>) {
    request.state = State::InParts { since: cx.now };
    settle(request, cx.now);
}

/// What became of a part.
pub(super) fn part(request: &mut Request, place: usize, state: &ItemState, cx: Context<'_>) {
    if let Subject::Many(bulk) = &mut request.subject {
        bulk.set(place, state.clone());
    }
    settle(request, cx.now);
}

/// Somebody stops it.
pub(super) fn stop(request: &mut Request, person: &PersonId, cx: Context<'_>) {
    halt(request, Halt::Stopped { by: person.clone() });
    settle(request, cx.now);
}

/// The rules do not let it go on.
pub(super) fn refuse(request: &mut Request, against: Against, cx: Context<'_>) {
    let Against { refusal, vm } = against;
    halt(request, Halt::Refused { refusal, vm });
    if let State::InParts { .. } = request.state {
        settle(request, cx.now);
    } else {
        request.state = refused(request);
    }
}

/// The first that halts it counts.
fn halt(request: &mut Request, why: Halt) {
    if let Subject::Many(bulk) = &mut request.subject {
        bulk.halt.get_or_insert(why);
    }
}

/// A request whose parts run, ended where nothing can become of it any more.
pub fn settled(mut request: Request, now: Timestamp) -> Request {
    settle(&mut request, now);
    request
}

/// Ends it once nothing can become of it any more.
fn settle(request: &mut Request, now: Timestamp) {
    let (State::InParts { since }, Subject::Many(bulk)) = (&request.state, &request.subject) else { return };
    if !bulk.is_over() {
        return;
    }
    let facts = facts(bulk, *since, now);
    request.state = match bulk.halt {
        Some(Halt::Stopped { .. }) => State::Cancelled { facts },
        Some(Halt::Refused { .. }) => refused(request),
        None => State::Done { facts },
    };
}

fn refused(request: &Request) -> State {
    let halt = request.bulk().and_then(|bulk| bulk.halt.clone());
    let blockers = match halt {
        Some(Halt::Refused { refusal, .. }) => vec![gates::blocker(request, refusal)],
        Some(Halt::Stopped { .. }) | None => Vec::new(),
    };
    State::Refused { blockers }
}

fn facts(bulk: &Bulk, since: Timestamp, now: Timestamp) -> Facts {
    let (_, left) = bulk.counts();
    Facts {
        at: now,
        took: Some(result::whole_seconds(now, since)),
        verified: Some(left == 0),
        power: None,
        consolidation_needed: false,
        snapshot: None,
        quiesced: None,
        left: None,
        twice: false,
        recovered: false,
        can_power_on: false,
    }
}
