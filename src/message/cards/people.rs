//! Who asked for it, with which ticket, and who said yes.

use fluent_bundle::FluentValue;

use super::{View, at};
use crate::domain::ids::{Group, PersonId};
use crate::domain::request::{Approval, ApprovalNeed, Facts, Request, Safety};
use crate::message::format::{name, sentence};
use crate::message::model::{Addressee, Block};

/// "Asked by @alice, approved by @carol, 14:08.", as small print. The request's id stands in the card's head.
pub(super) fn people(request: &Request, view: &View<'_>) -> Block {
    credits(request, Vec::new(), ["people-asked", "people-approved", "people-glass"], view)
}

/// The same for a run that took its time.
pub(super) fn people_took(request: &Request, facts: &Facts, view: &View<'_>) -> Block {
    let took = ("took", view.format.duration(facts.took).into());
    credits(request, vec![took], ["people-asked-took", "people-approved-took", "people-glass-took"], view)
}

/// `@alice · R-7KQ2 · CHG0042117`: the id belongs here as long as people have to talk about the card.
pub(super) fn asked_by(request: &Request) -> String {
    let mut parts = vec![format!("@{}", at(&request.asker)), request.id.to_string()];
    parts.extend(request.ticket.as_deref().map(name));
    parts.join(" · ")
}

/// `@bob, 14:08 and @carol, 14:09`
pub(super) fn approvers(request: &Request, view: &View<'_>) -> String {
    let entry = |approval: &Approval| {
        let args = [("person", at(&approval.person).into()), ("at", view.format.clock(approval.at).into())];
        view.say("approval-entry", &args)
    };
    view.format.all_of(&request.approvals.iter().map(entry).collect::<Vec<_>>())
}

/// Whom a card calls that waits for an approval: everybody whose yes would count and who has not said it.
pub(super) fn called(need: &ApprovalNeed, asker: &PersonId, approvals: &[Approval]) -> Vec<Addressee> {
    let mut except = vec![asker.clone()];
    except.extend(approvals.iter().map(|approval| approval.person.clone()));
    let group = |group: &Group| Addressee::Group { group: group.clone(), except: except.clone() };
    need.approvers.iter().map(group).collect()
}

fn credits(
    request: &Request,
    mut args: Vec<(&'static str, FluentValue<'_>)>,
    [alone, approved, broken]: [&str; 3],
    view: &View<'_>,
) -> Block {
    let asker = match &request.ticket {
        Some(ticket) => {
            let args = [("asker", at(&request.asker).into()), ("ticket", name(ticket).into())];
            view.say("asker-ticket", &args)
        }
        None => at(&request.asker),
    };
    args.push(("asker", asker.into()));
    if let Some(glass) = &request.break_glass {
        // Whoever said yes before is left out: it went without what it needed.
        args.push(("glass", at(&glass.person).into()));
        args.push(("glass-at", view.format.clock(glass.at).into()));
        args.push(("reason", sentence(&glass.reason).into()));
        return view.note(broken, &args);
    }
    if request.approvals.is_empty() {
        return view.note(alone, &args);
    }
    args.push(("approvers", approvers(request, view).into()));
    view.note(approved, &args)
}

/// "Nothing was done.", or what was: the snapshot that comes before a revert.
pub(super) fn nothing_done(request: &Request, view: &View<'_>) -> String {
    match &request.safety {
        Some(Safety::Taken { name: safety, .. }) => view.say("nothing-reverted", &[("snapshot", name(safety).into())]),
        Some(Safety::Wanted { .. }) | None => view.say("nothing-done", &[]),
    }
}

/// That the snapshot which comes before a revert is there, on a card that says that it was not reverted.
pub(super) fn safety_kept(request: &Request, view: &View<'_>) -> Option<Block> {
    let Some(Safety::Taken { name: safety, .. }) = &request.safety else { return None };
    Some(view.text("safety-kept", &[("snapshot", name(safety).into())]))
}
