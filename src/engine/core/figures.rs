//! Figures of requests, of the inbox and of arrivals. Only what was committed is counted, so that a turn that is undone and done again counts
//! once.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use super::{Core, Turn};
use crate::domain::request::{Request, State};
use crate::engine::Inbound;
use crate::telemetry::names;

/// An event that came in and is not written down yet.
pub(in crate::engine) struct Arrival {
    /// The platform that it came by (`slack`).
    platform: String,
    /// When, by the clock that never goes back.
    at: Duration,
    /// Hears that it is written down.
    written: oneshot::Sender<()>,
}

impl Arrival {
    pub(in crate::engine) fn of(inbound: &Inbound, at: Duration, written: oneshot::Sender<()>) -> Self {
        let account = match inbound {
            Inbound::Ask(ask) => &ask.account,
            Inbound::Press(press) => &press.account,
        };
        Self { platform: account.platform().to_owned(), at, written }
    }
}

/// One step of one request, as far as a figure tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Figure {
    Ended {
        verb: &'static str,
        state: &'static str,
    },
    /// A request waits for approval no longer.
    Decided {
        state: &'static str,
        waited: SignedDuration,
    },
    /// A task was followed to its end.
    Task {
        verb: &'static str,
        state: &'static str,
        took: SignedDuration,
    },
}

/// What a step from one state to another counts.
pub(super) fn of(before: &State, after: &Request, now: Timestamp) -> Vec<Figure> {
    let (verb, state) = (after.wish.verb().as_str(), after.state.name());
    let mut figures = Vec::new();
    if matches!(before, State::AwaitingApproval { .. }) && !matches!(after.state, State::AwaitingApproval { .. }) {
        figures.push(Figure::Decided { state, waited: now.duration_since(after.asked_at) });
    }
    if after.state.is_final() && !before.is_final() {
        figures.push(Figure::Ended { verb, state });
        if let State::Running { since, .. } = before {
            figures.push(Figure::Task { verb, state, took: now.duration_since(*since) });
        }
    }
    figures
}

/// The time that a clock says has passed. One that was set back says less than nothing.
fn seconds(took: SignedDuration) -> f64 {
    took.as_secs_f64().max(0.0)
}

impl Core {
    /// Counts what the turn did. It is committed.
    pub(super) fn count(&mut self, turn: &mut Turn) {
        for figure in turn.figures.drain(..) {
            match figure {
                Figure::Ended { verb, state } => {
                    metrics::counter!(names::REQUESTS, "verb" => verb, "state" => state).increment(1);
                }
                Figure::Decided { state, waited } => {
                    metrics::histogram!(names::APPROVAL_WAIT, "state" => state).record(seconds(waited));
                }
                Figure::Task { verb, state, took } => {
                    metrics::histogram!(names::TASK_TIME, "verb" => verb, "state" => state).record(seconds(took));
                }
            }
        }
        for arrival in turn.taken.drain(..) {
            self.count_arrival(&arrival);
            // A platform that does not wait for it may have gone.
            let _gone = arrival.written.send(());
        }
        self.count_open();
    }

    /// Says how many requests are open. A state that none is in any more says 0.
    fn count_open(&mut self) {
        self.open_by_state.values_mut().for_each(|requests| *requests = 0);
        let states = self.tables.requests.values().map(|row| &row.request.state);
        for state in states.filter(|state| !state.is_final()) {
            *self.open_by_state.entry(state.name()).or_default() += 1;
        }
        for (state, requests) in &self.open_by_state {
            metrics::gauge!(names::REQUESTS_OPEN, "state" => *state).set(*requests);
        }
    }

    /// Counts an event that was written down.
    fn count_arrival(&self, arrival: &Arrival) {
        let took = self.parts.clock.elapsed().saturating_sub(arrival.at);
        metrics::counter!(names::INBOUND, "platform" => arrival.platform.clone()).increment(1);
        metrics::histogram!(names::ARRIVAL_TIME, "platform" => arrival.platform.clone()).record(took);
    }
}
