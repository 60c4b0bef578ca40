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
    let first = session.ask(&request::retrieve(&session.content, spec, page_size), page).await?;
    let Page { mut objects, mut token, unauthenticated } = first;
    if let Some(fault) = unauthenticated {
        return Err(WireError::Fault(fault));
    }
    while let Some(next) = token {
        let more = session.ask(&request::continue_retrieve(&session.content, &next), page).await?;
        if let Some(fault) = more.unauthenticated {
            return Err(WireError::Fault(fault));
        }
        objects.extend(more.objects);
        token = more.token;
    }
    Ok(objects)
}
