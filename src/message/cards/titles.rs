//! What a request is about: the question that its card asks, and the names in it.

use super::View;
use super::message::Message;
use crate::domain::request::{Request, Wish};
use crate::message::format::name;

/// The request's question, as the card that asks for an approval has it, and as every card about that decision keeps it.
pub(in crate::message) fn question(request: &Request, view: &View<'_>) -> String {
    Message::new(request, view).say("ask")
}

/// The VM's name.
pub(in crate::message) fn vm(request: &Request, view: &View<'_>) -> String {
    view.vm(&request.title())
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
