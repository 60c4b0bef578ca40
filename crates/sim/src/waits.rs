//! Collectors and filters as calls manage them, and one look of a call that waits for changes.

use super::call::Call;
use super::collector::Collector;
use super::dispatch::{Answer, Caller, Wait, nothing, value};
use super::fault::Fault;
use super::id::{Id, Kind};
use super::select::FilterSpec;
use super::value::Value;
use super::world::World;

/// The longest that one call waits, in seconds, whatever it asks for: half an hour, so that a forgotten one ends.
const WAIT_MOST: u64 = 30 * 60;

impl World {
    /// Reads a call that waits.
    pub(super) fn wait(&self, method: &str, this: Id, call: &Call, caller: &Caller) -> Wait {
        let options = call.element.child("options");
        let option = |name: &str| {
            options.and_then(|options| options.child(name)).and_then(|value| value.text.trim().parse::<i32>().ok())
        };
        let seconds = match method {
            "CheckForUpdates" => Some(0),
            "WaitForUpdates" => None,
            _ => option("maxWaitSeconds").and_then(|seconds| u64::try_from(seconds).ok()),
        };
        let collector = self.session(caller).and_then(|session| session.collectors.get(&this));
        Wait {
            collector: this,
            version: call.word("version").to_owned(),
            most: option("maxObjectUpdates"),
            seconds: seconds.unwrap_or(WAIT_MOST).min(WAIT_MOST),
            cancelled: collector.map_or(0, |collector| collector.cancelled),
        }
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
            Err(Fault::new("RequestCanceled", "The request was canceled."))
        };
        if let Some(session) = self.session_mut(caller) {
            session.collectors.insert(wait.collector, collector);
        }
        outcome.map(|body| body.map(|body| format!("<returnval>{body}</returnval>")))
    }

    /// Makes and takes away collectors and filters.
    pub(super) fn manage_collectors(
        &mut self,
        method: &str,
        this: Id,
        call: &Call,
        caller: &Caller,
    ) -> Result<Answer, Fault> {
        let spec = match call.element.child("spec") {
            Some(spec) => Some(FilterSpec::read(spec, self, self.session(caller))?),
            None => None,
        };
        let new = self.next_number();
        let Some(session) = self.session_mut(caller) else {
            return Err(Fault::not_authenticated(this));
        };
        match (method, spec) {
            ("CreatePropertyCollector", _) => {
                let id = Id::new(Kind::Collector, new);
                session.collectors.insert(id, Collector::default());
                Ok(value(&Value::Ref(id)))
            }
            ("DestroyPropertyCollector", _) => {
                if this.kind == Kind::PropertyCollector {
                    // The collector that every session has from the start cannot go away.
                    return Err(Fault::not_supported("The operation is not supported on the object."));
                }
                session.collectors.remove(&this);
                self.changes.touch(this);
                Ok(nothing())
            }
            ("CreateFilter", Some(spec)) => {
                let id = Id::new(Kind::Filter, new);
                if let Some(collector) = session.collectors.get_mut(&this) {
                    collector.add(id, spec);
                }
                self.changes.touch(this);
                Ok(value(&Value::Ref(id)))
            }
            ("DestroyPropertyFilter", _) => {
                session.collectors.values_mut().for_each(|collector| {
                    collector.remove(this);
                });
                Ok(nothing())
            }
            ("CancelWaitForUpdates", _) => {
                if let Some(collector) = session.collectors.get_mut(&this) {
                    collector.cancelled += 1;
                }
                self.changes.touch(this);
                Ok(nothing())
            }
            _ => Err(Fault::not_supported("The operation is not supported on the object.")),
        }
    }
}
