//! Who is shown a button: those who may press it, as far as groups tell. The engine asks again when it is pressed.

use super::On;
use crate::domain::ids::{Group, PersonId, Target};
use crate::domain::intent::Verb;
use crate::domain::request::Request;
use crate::message::action::Readers;
use crate::message::cards::{View, rows};
use crate::message::model::{Action, ShownTo};

pub(super) fn of(action: Action, on: On<'_>, view: &View<'_>) -> ShownTo {
    match on {
        On::Request(request) => of_request(action, request, view),
        On::Row { row, .. } => of_row(action, &rows::target(&row.vm, &row.vm_name, &row.path), view),
        On::Disks { vm, .. } => of_row(action, &rows::target(&vm.vm, &vm.name, &vm.name), view),
        On::Choice { .. } | On::Ticket { .. } => ShownTo::Anyone,
    }
}

fn of_request(action: Action, request: &Request, view: &View<'_>) -> ShownTo {
    let need = request.approval.as_ref();
    let approvers = |approved| ShownTo::Groups {
        groups: need.map(|need| need.approvers.clone()).unwrap_or_default(),
        except: Some(request.asker.clone()),
        approved,
    };
    let requester = || ShownTo::Person(request.asker.clone());
    let of_verb = |verb: Verb| request.vm().map_or(ShownTo::Anyone, |vm| holders(verb, vm, view));
    match action.spec().readers {
        Readers::Anyone => ShownTo::Anyone,
        Readers::Requester => requester(),
        Readers::Approvers => approvers(Vec::new()),
        Readers::ApproversLeft => approvers(request.approvals.iter().map(|approval| approval.person.clone()).collect()),
        Readers::Breakers => groups(need.map(|need| need.break_glass.clone()).unwrap_or_default()),
        Readers::HoldersOf(verb) => of_verb(verb),
        Readers::RequesterOrHolders if !request.state.has_failed() => requester(),
        Readers::Holders | Readers::RequesterOrHolders => of_verb(request.wish.verb()),
    }
}

/// The groups that may do on this VM what the button starts; everybody, where it starts nothing.
fn of_row(action: Action, target: &Target, view: &View<'_>) -> ShownTo {
    if let Readers::HoldersOf(verb) = action.spec().readers { holders(verb, target, view) } else { ShownTo::Anyone }
}

fn holders(verb: Verb, target: &Target, view: &View<'_>) -> ShownTo {
    groups((view.holders)(verb, target))
}

fn groups(groups: Vec<Group>) -> ShownTo {
    ShownTo::Groups { groups, except: None::<PersonId>, approved: Vec::new() }
}
