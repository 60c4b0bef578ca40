//! Changes: which request each becomes, and what its answer means.

use std::sync::Arc;

use tokio::time::Instant;

use crate::domain::call::{Act, Call, CallError, Started};
use crate::domain::fault::FaultKind;
use crate::domain::ids::{Moref, TaskRef};
use crate::engine::ports::{Gate, LOOK_MAX_AGE, LOOKS};

use super::descriptor;
use super::session::{Session, Sessions};
use super::survey::survey;
use super::transport::WireError;
use super::wire::request;
use super::wire::service::{nothing, returned_ref};

/// Sends one change, once.
///
/// The session is tried first, over the connections that the change will use, so that one that ran out is renewed and everything is
/// connected. Then the VM is read, the gate is asked, and the change is sent: nothing waits in between. If vCenter forgets the session in
/// that very moment, its answer to the change is `NotAuthenticated`: then nothing was done, and that is what is reported.
pub(crate) async fn call(sessions: &Sessions, call: &Call, gate: &dyn Gate) -> Result<Started, CallError> {
    // A server that knows only the older call says so; then nothing has been done, and the VM is looked at again.
    let mut older = false;
    for _ in 0..LOOKS {
        descriptor::available().await;
        let session = ready(sessions).await.map_err(|error| CallError::NotSent(error.words()))?;
        let began = Instant::now();
        let look = match survey(&session, &call.vm.moref).await {
            Ok(look) => look,
            Err(error) if error.is_unauthenticated() => {
                sessions.forget(&session);
                continue;
            }
            Err(WireError::Fault(fault)) => return Err(CallError::Fault(fault)),
            Err(WireError::NotSent(why) | WireError::NoAnswer(why)) => return Err(CallError::NotSent(why)),
        };
        if began.elapsed() > LOOK_MAX_AGE {
            continue;
        }
        if !gate.is_open(&look) {
            return Err(CallError::NotCalled(Box::new(look)));
        }
        match send(&session, call, older).await {
            Err(error) if error.is(FaultKind::UnknownMethod) && !older && matches!(call.act, Act::Take { .. }) => {
                older = true;
            }
            sent => return answered(sessions, &session, call, sent),
        }
    }
    Err(CallError::NotSent(format!(
        "vCenter takes longer than {} s to tell how the VM is, and nothing is changed on a look that is older",
        LOOK_MAX_AGE.as_secs()
    )))
}

/// The session, known to vCenter a moment ago, over connections of its own.
async fn ready(sessions: &Sessions) -> Result<Session, WireError> {
    let alone = |session: Arc<Session>| async move {
        let alone = session.alone().map_err(|error| WireError::NotSent(error.to_string()))?;
        alone.time().await?;
        Ok(alone)
    };
    sessions.with(alone).await
}

/// What the answer to a change means.
fn answered(
    sessions: &Sessions,
    session: &Session,
    call: &Call,
    sent: Result<Option<Moref>, WireError>,
) -> Result<Started, CallError> {
    match sent {
        Ok(Some(moref)) => Ok(Started::Task(TaskRef { vcenter: call.vm.vcenter.clone(), moref })),
        Ok(None) => Ok(Started::Immediate),
        Err(error) if error.is_unauthenticated() => {
            sessions.forget(session);
            Err(CallError::NotSent(
                "the session ended in the moment of the call, and vCenter refused it for that; nothing was started"
                    .to_owned(),
            ))
        }
        Err(WireError::Fault(fault)) => Err(CallError::Fault(fault)),
        Err(WireError::NotSent(why)) => Err(CallError::NotSent(why)),
        Err(WireError::NoAnswer(why)) => Err(CallError::Lost(why)),
    }
}

/// The task that it became, or none where it is done already.
async fn send(session: &Session, call: &Call, older: bool) -> Result<Option<Moref>, WireError> {
    let vm = &call.vm.moref;
    let request = match &call.act {
        Act::Take { name, description, mode } if older => request::create_snapshot(vm, name, description, *mode),
        Act::Take { name, description, mode } => request::create_snapshot_ex(vm, name, description, *mode),
        Act::Edit { snapshot, name, description } => {
            let rename = request::rename_snapshot(snapshot, name.as_deref(), description.as_deref());
            return session.ask(&rename, nothing).await.map(|()| None);
        }
        Act::Revert { snapshot, suppress_power_on } => request::revert_to_snapshot(snapshot, *suppress_power_on),
        Act::Delete { snapshot, children } => request::remove_snapshot(snapshot, *children),
        Act::DeleteAll => request::remove_all_snapshots(vm),
        Act::Consolidate => request::consolidate(vm),
        Act::PowerOn => request::power_on(vm),
    };
    session.ask(&request, returned_ref).await.map(Some)
}

#[cfg(test)]
mod tests;
