//! Collectors and filters as calls manage them, and one look of a call that waits for changes.

use super::collector::{Collector, UPDATES_MOST};
use super::dispatch::{Answer, Caller, Outcome, Request, Wait, nothing, value};
use super::fault::Fault;
use super::id::{Id, Kind};
use super::select::FilterSpec;
use super::session::Session;
use super::world::World;

/// The longest that one call waits, in seconds, whatever it asks for: half an hour, so that a forgotten one ends.
const WAIT_MOST: u64 = 30 * 60;

impl World {
    /// `WaitForUpdatesEx`
    pub(super) fn wait_for_seconds(&mut self, request: &Request<'_>) -> Outcome {
        let seconds = request.call.option("maxWaitSeconds").and_then(|seconds| u64::try_from(seconds).ok());
        self.wait(request, seconds)
    }

    /// Waits for a number of seconds, or as long as a call may wait.
    pub(super) fn wait(&mut self, request: &Request<'_>, seconds: Option<u64>) -> Outcome {
        let collector = self.session(request.caller).and_then(|session| session.collectors.get(&request.this));
        Ok(Answer::Wait(Wait {
            collector: request.this,
            version: request.call.word("version").to_owned(),
            most: request.call.most("maxObjectUpdates", UPDATES_MOST),
            seconds: seconds.unwrap_or(WAIT_MOST).min(WAIT_MOST),
            cancelled: collector.map_or(0, |collector| collector.cancelled),
        }))
    }

    /// Looks once whether there is anything new. None means: go on waiting.
    pub(super) fn look(&mut self, wait: &Wait, caller: &Caller) -> Result<Option<String>, Fault> {
        let now = self.clock.passed();
        let Some(session) = self.session_mut(caller) else {
            return Err(Fault::not_authenticated(wait.collector));
        };
        // A client that waits is not idle.
        session.active.1 = now;
        // Taken out while it works, because it reads the world that it hangs in.
        let Some(mut collector) = session.collectors.remove(&wait.collector) else {
            return Err(Fault::gone_id(wait.collector));
        };
        let outcome = if collector.cancelled == wait.cancelled {
            collector.updates(&wait.version, wait.most, self, self.session(caller))
        } else {
            Err(Fault::request_canceled())
        };
        if let Some(session) = self.session_mut(caller) {
            session.collectors.insert(wait.collector, collector);
        }
        outcome
    }

    pub(super) fn create_collector(&mut self, request: &Request<'_>) -> Outcome {
        let id = Id::new(Kind::Collector, self.next_number());
        self.own_session(request)?.collectors.insert(id, Collector::default());
        value(id)
    }

    pub(super) fn destroy_collector(&mut self, request: &Request<'_>) -> Outcome {
        if request.this.kind == Kind::PropertyCollector {
            // The collector that every session has from the start cannot go away.
            return Err(Fault::unsupported());
        }
        self.own_session(request)?.collectors.remove(&request.this);
        self.changes.touch(request.this);
        nothing()
    }

    pub(super) fn create_filter(&mut self, request: &Request<'_>) -> Outcome {
        let spec = request.call.element.child("spec").ok_or_else(|| Fault::invalid_argument("spec"))?;
        let spec = FilterSpec::read(spec, self, self.session(request.caller))?;
        let id = Id::new(Kind::Filter, self.next_number());
        if let Some(collector) = self.own_session(request)?.collectors.get_mut(&request.this) {
            collector.add(id, spec);
        }
        self.changes.touch(request.this);
        value(id)
    }

    pub(super) fn destroy_filter(&mut self, request: &Request<'_>) -> Outcome {
        self.own_session(request)?.collectors.values_mut().for_each(|collector| collector.remove(request.this));
        nothing()
    }

    pub(super) fn cancel_wait(&mut self, request: &Request<'_>) -> Outcome {
        if let Some(collector) = self.own_session(request)?.collectors.get_mut(&request.this) {
            collector.cancelled += 1;
        }
        self.changes.touch(request.this);
        nothing()
    }

    /// The session of a call that was let in with one.
    pub(super) fn own_session(&mut self, request: &Request<'_>) -> Result<&mut Session, Fault> {
        self.session_mut(request.caller).ok_or_else(|| Fault::not_authenticated(request.this))
    }
}
