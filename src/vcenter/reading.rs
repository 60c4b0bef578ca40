//! Reading objects and their properties through the property collector, page by page.

use crate::domain::fault::Fault;

use super::session::Session;
use super::transport::WireError;
use super::wire::objects::{Object, Page, page};
use super::wire::request;

/// Everything that a specification selects. `page_size` none leaves the size of pages to the server.
pub(crate) async fn read_all(
    session: &Session,
    spec: &str,
    page_size: Option<usize>,
) -> Result<Vec<Object>, WireError> {
    let collector = &session.content.property_collector;
    let mut objects = Vec::new();
    let mut next = request::retrieve(collector, spec, page_size);
    loop {
        let read: Page = session.ask(&next, page).await?;
        if let Some(fault) = read.unauthenticated {
            return Err(WireError::Fault(fault));
        }
        objects.extend(read.objects);
        let Some(token) = read.token else { return Ok(objects) };
        next = request::continue_retrieve(collector, &token);
    }
}

/// An object of which everything was given that was asked for. What decides by an object never sees one that lacks something: a VM whose
/// snapshots may not be read is no VM without snapshots.
pub(crate) fn whole(object: Object) -> Result<Object, WireError> {
    let Some(first) = object.props.withheld.first() else { return Ok(object) };
    let paths: Vec<&str> = object.props.withheld.iter().map(|missing| missing.path.as_str()).collect();
    let message = format!("{} of {} cannot be read. {}", paths.join(", "), object.moref, first.fault.message);
    Err(WireError::Fault(Fault { message: message.trim_end().to_owned(), ..first.fault.clone() }))
}
