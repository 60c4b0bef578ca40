//! Who asked for a request, with which ticket, and who said yes.

use super::{View, at};
use crate::domain::ids::Group;
use crate::domain::request::{Approval, ApprovalNeed, Request};
use crate::message::format::name;
use crate::message::model::Addressee;

/// `@alice · R-7KQ2 · CHG0042117`: the id belongs here as long as people have to talk about the card.
pub(super) fn asked_by(request: &Request) -> String {
    let mut parts = vec![format!("@{}", at(&request.asker)), request.id.to_string()];
    parts.extend(request.ticket.as_deref().map(name));
    parts.join(" · ")
}

/// `@bob, 14:08 and @carol, 14:09`; none where nobody said yes.
pub(super) fn approvers(request: &Request, view: &View<'_>) -> Option<String> {
    let entry = |approval: &Approval| {
        let args = [("person", at(&approval.person).into()), ("at", view.format.clock(approval.at).into())];
        view.say("approval-entry", &args)
    };
    let entries: Vec<String> = request.approvals.iter().map(entry).collect();
    (!entries.is_empty()).then(|| view.format.all_of(&entries))
}

/// Whom a card calls that waits for an approval: everybody whose yes would count and who has not said it.
pub(super) fn called(need: &ApprovalNeed, request: &Request) -> Vec<Addressee> {
    let mut except = vec![request.asker.clone()];
    except.extend(request.approvals.iter().map(|approval| approval.person.clone()));
    let group = |group: &Group| Addressee::Group { group: group.clone(), except: except.clone() };
    need.approvers.iter().map(group).collect()
}
