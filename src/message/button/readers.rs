//! Who is shown a button: those who may press it, as far as groups tell. The engine asks again when it is pressed.

use super::On;
use crate::domain::ids::{PersonId, Target};
use crate::domain::intent::Verb;
use crate::domain::request::{Request, State};
use crate::message::cards::{View, rows};
use crate::message::model::{Action, ShownTo};

pub(super) fn of(action: Action, on: On<'_>, view: &View<'_>) -> ShownTo {
    match on {
        On::Request(request) => of_request(action, request, view),
        On::Row { row, .. } => holders(action, &rows::target(&row.vm, &row.vm_name, &row.path), view),
        On::Disks { vm, .. } => holders(action, &rows::target(&vm.vm, &vm.name, &vm.name), view),
        On::Choice { .. } | On::Ticket { .. } => ShownTo::Anyone,
    }
}

fn of_request(action: Action, request: &Request, view: &View<'_>) -> ShownTo {
    let need = request.approval.as_ref();
    match action {
        Action::Approve | Action::Deny => {
            let said_yes = request.approvals.iter().map(|approval| approval.person.clone());
            ShownTo::Groups {
                groups: need.map(|need| need.approvers.clone()).unwrap_or_default(),
                except: Some(request.asker.clone()),
                approved: if action == Action::Approve { said_yes.collect() } else { Vec::new() },
            }
        }
        Action::BreakGlass => groups(need.map(|need| need.break_glass.clone()).unwrap_or_default()),
        Action::Confirm | Action::Withdraw => ShownTo::Person(request.asker.clone()),
        // What was decided against is its requester's to ask for again; what failed is a matter of everybody who may do it.
        Action::AskAgain => match request.state {
            State::Failed { .. } | State::Cancelled { .. } => of_its_verb(request, view),
            State::Asked
            | State::Refused { .. }
            | State::Queued { .. }
            | State::AwaitingApproval { .. }
            | State::Denied { .. }
            | State::Expired { .. }
            | State::Withdrawn { .. }
            | State::Stale { .. }
            | State::Starting { .. }
            | State::Running { .. }
            | State::InParts { .. }
            | State::Done { .. }
            | State::Unsure { .. }
            | State::NeedsHuman { .. } => ShownTo::Person(request.asker.clone()),
        },
        Action::ItRan | Action::ItDidNotRun => of_its_verb(request, view),
        Action::Cancel
        | Action::Retry
        | Action::WithoutMemory
        | Action::WithoutQuiesce
        | Action::Delete
        | Action::Consolidate
        | Action::PowerOn
        | Action::Extend
        | Action::Hold
        | Action::Release
        | Action::Show => request.vm().map_or(ShownTo::Anyone, |vm| holders(action, vm, view)),
        Action::Pick | Action::Stop => ShownTo::Anyone,
    }
}

/// The groups that may do to this VM what the button starts; everybody, where it starts nothing.
fn holders(action: Action, target: &Target, view: &View<'_>) -> ShownTo {
    action.starts().map_or(ShownTo::Anyone, |verb| of_verb(verb, target, view))
}

/// The groups that may do what the request is for.
fn of_its_verb(request: &Request, view: &View<'_>) -> ShownTo {
    request.vm().map_or(ShownTo::Anyone, |vm| of_verb(request.wish.verb(), vm, view))
}

fn of_verb(verb: Verb, target: &Target, view: &View<'_>) -> ShownTo {
    groups((view.holders)(verb, target))
}

fn groups(groups: Vec<crate::domain::ids::Group>) -> ShownTo {
    ShownTo::Groups { groups, except: None::<PersonId>, approved: Vec::new() }
}
