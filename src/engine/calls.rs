//! The rows by which every task of vCenter can be traced to a call: written with the step that makes the call, completed when its
//! task is known, let go once the tasks of that time have been compared with them.

use jiff::Timestamp;

use super::record;
use crate::domain::call::{CallError, Started};
use crate::domain::ids::Moref;
use crate::domain::machine::Event;
use crate::domain::reconcile::CallRow;
use crate::domain::request::{Request, StartPhase, State};

/// The key of a call: in the order of vCenter's clock.
fn key(row: &CallRow) -> String {
    let micros = row.t0.as_microsecond().max(0);
    format!("{}/{micros:020}/{}", record::safe(row.vm.vcenter.as_str()), row.request)
}

/// The row that a step writes, with its key; none for a step that neither makes a call nor learns what came of one. A step never does
/// both: what was not called is read once more before it is called again.
pub(super) fn row_of(before: &Request, after: &Request, event: &Event) -> Option<(String, CallRow)> {
    let row = match (calling(&before.state), calling(&after.state)) {
        (None, Some(t0)) => row(after, t0, None, false)?,
        (Some(t0), None) => {
            let Event::Called { reply } = event else { return None };
            match reply {
                Ok(Started::Task(task)) => row(before, t0, Some(task.moref.clone()), false)?,
                Ok(Started::Immediate) | Err(CallError::Fault(_) | CallError::NotSent(_) | CallError::NotCalled(_)) => {
                    row(before, t0, None, true)?
                }
                Err(CallError::Lost(_)) => return None,
            }
        }
        (None, None) => {
            // An answer was lost, and the task was found by its traces.
            let (State::Unsure { t0, .. }, State::Running { task: Some(task), .. }) = (&before.state, &after.state)
            else {
                return None;
            };
            row(before, *t0, Some(task.moref.clone()), false)?
        }
        (Some(_), Some(_)) => return None,
    };
    Some((key(&row), row))
}

/// vCenter's clock before the call that is on its way.
fn calling(state: &State) -> Option<Timestamp> {
    if let State::Starting { phase: StartPhase::Calling { t0, .. } } = state { Some(*t0) } else { None }
}

fn row(request: &Request, t0: Timestamp, task: Option<Moref>, without_task: bool) -> Option<CallRow> {
    let vm = request.vm()?.vm.clone();
    let (act, attempt) = (request.act()?, request.attempts);
    Some(CallRow { request: request.id.clone(), attempt, vm, act, t0, task, without_task })
}
