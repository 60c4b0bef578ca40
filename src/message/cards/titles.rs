//! What a request is about, in one line: as a question, as something that goes on, and as something that nobody knows.

use super::View;
use crate::domain::request::{Request, Wish};
use crate::message::format::name;

/// The request's question, as the card that asks for an approval has it, and as every card about that decision keeps it.
pub(in crate::message) fn question(request: &Request, view: &View<'_>) -> String {
    line(
        request,
        [
            "ask-take",
            "ask-revert",
            "ask-delete",
            "ask-delete-children",
            "ask-delete-all",
            "ask-consolidate",
            "ask-edit",
            "ask-power-on",
            "ask-delete-older",
        ],
        ["ask-revert-unread", "ask-delete-unread", "ask-delete-children-unread", "ask-edit-unread"],
        view,
    )
}

/// What the request does, in the words of a progress line.
pub(super) fn doing(request: &Request, view: &View<'_>) -> String {
    line(
        request,
        [
            "run-take",
            "run-revert",
            "run-delete",
            "run-delete-children",
            "run-delete-all",
            "run-consolidate",
            "run-edit",
            "run-power-on",
            "bulk-running",
        ],
        ["run-revert-unread", "run-delete-unread", "run-delete-children-unread", "run-edit-unread"],
        view,
    )
}

/// That nobody knows whether it ran. A call is only ever lost after the VM was read, so everything has its name.
pub(super) fn unknown(request: &Request, view: &View<'_>) -> String {
    let key = match &request.wish {
        Wish::Take { .. } => "human-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } if request.wants_safety() => "human-take",
        Wish::Revert { .. } | Wish::RevertLatest { .. } => "human-revert",
        Wish::Delete { .. } => "human-delete",
        Wish::DeleteAll | Wish::DeleteOlder { .. } => "human-delete-all",
        Wish::Consolidate => "human-consolidate",
        Wish::Edit { .. } | Wish::Stay { .. } => "human-edit",
        Wish::PowerOn => "human-power-on",
    };
    let args = [("vm", vm(request).into()), ("snapshot", snapshot(request).unwrap_or_default().into())];
    view.say(key, &args)
}

/// The VM's name.
pub(in crate::message) fn vm(request: &Request) -> String {
    name(request.name())
}

/// The name of the snapshot that the request is about: the new one's, or the one in the tree. None as long as the VM was not
/// read, since a wish knows a snapshot by its id alone, and where it is about all or none of them.
pub(in crate::message) fn snapshot(request: &Request) -> Option<String> {
    if let Wish::Take { name: new, .. } = &request.wish {
        return Some(name(new));
    }
    let facts = request.plan.as_ref()?.price.snapshot.as_ref()?;
    Some(name(&facts.name))
}

/// How many snapshots go; none as long as the VM was not read.
pub(super) fn goes(request: &Request) -> usize {
    if let Some(bulk) = request.bulk() {
        return bulk.goes.len();
    }
    request.plan.as_ref().map_or(0, |plan| plan.price.goes)
}

fn line(request: &Request, named: [&str; 9], unread: [&str; 4], view: &View<'_>) -> String {
    let [take, revert, delete, children, all, consolidate, edit, power_on, older] = named;
    let [some_revert, some_delete, some_children, some_edit] = unread;
    let snapshot = snapshot(request);
    let either = |named, unread| if snapshot.is_some() { named } else { unread };
    let key = match &request.wish {
        Wish::Take { .. } => take,
        Wish::Revert { .. } | Wish::RevertLatest { .. } => either(revert, some_revert),
        Wish::Delete { children: true, .. } => either(children, some_children),
        Wish::Delete { children: false, .. } => either(delete, some_delete),
        Wish::DeleteAll => all,
        Wish::Consolidate => consolidate,
        Wish::Edit { .. } | Wish::Stay { .. } => either(edit, some_edit),
        Wish::PowerOn => power_on,
        Wish::DeleteOlder { .. } => older,
    };
    let args = [
        ("vm", vm(request).into()),
        ("snapshot", snapshot.clone().unwrap_or_default().into()),
        ("count", goes(request).into()),
        ("gone", request.bulk().map_or(0, |bulk| bulk.counts().0).into()),
        ("age", view.format.duration(super::bulk::age(request)).into()),
    ];
    view.say(key, &args)
}
