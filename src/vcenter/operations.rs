//! Changes: which request each becomes, and what its answer means.

use crate::domain::call::{Act, Call, CallError, Started};
use crate::domain::fault::FaultKind;
use crate::domain::ids::{Moref, TaskRef};

use super::session::{Session, Sessions};
use super::transport::WireError;
use super::wire::request;
use super::wire::service::{nothing, returned_ref};

/// Sends one change, once.
///
/// The session is tried first, so that one that ran out is renewed before anything is sent. If vCenter forgets it in that
/// very moment, its answer to the change is `NotAuthenticated`: then nothing was done, and that is what is reported.
pub(crate) async fn call(sessions: &Sessions, call: &Call) -> Result<Started, CallError> {
    let ready = sessions.with(|session| async move { session.time().await }).await;
    ready.map_err(|error| CallError::NotSent(error.words()))?;
    let session = sessions.get().await.map_err(|error| CallError::NotSent(error.words()))?;
    match send(&session, call).await {
        Ok(task) => {
            Ok(task
                .map_or(Started::Immediate, |moref| Started::Task(TaskRef { vcenter: call.vm.vcenter.clone(), moref })))
        }
        Err(error) if error.is_unauthenticated() => {
            sessions.forget(&session);
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
async fn send(session: &Session, call: &Call) -> Result<Option<Moref>, WireError> {
    let vm = &call.vm.moref;
    let request = match &call.act {
        Act::Take { name, description, mode } => {
            let newer = request::create_snapshot_ex(vm, name, description, *mode);
            return match session.change(&newer, returned_ref).await {
                // The server knows only the older call; it said so, so nothing has been done.
                Err(error) if error.is(FaultKind::UnknownMethod) => {
                    let older = request::create_snapshot(vm, name, description, *mode);
                    session.change(&older, returned_ref).await.map(Some)
                }
                sent @ (Ok(_) | Err(_)) => sent.map(Some),
            };
        }
        Act::Edit { snapshot, name, description } => {
            let rename = request::rename_snapshot(snapshot, name.as_deref(), description.as_deref());
            return session.change(&rename, nothing).await.map(|()| None);
        }
        Act::Revert { snapshot, suppress_power_on } => request::revert_to_snapshot(snapshot, *suppress_power_on),
        Act::Delete { snapshot, children } => request::remove_snapshot(snapshot, *children),
        Act::DeleteAll => request::remove_all_snapshots(vm),
        Act::Consolidate => request::consolidate(vm),
        Act::PowerOn => request::power_on(vm),
    };
    session.change(&request, returned_ref).await.map(Some)
}
