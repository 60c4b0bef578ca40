//! Reading objects and their properties through the property collector, page by page.

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
