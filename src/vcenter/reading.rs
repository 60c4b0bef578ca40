//! Reading objects and their properties through the property collector, page by page.

use crate::domain::fault::Fault;

use super::session::Session;
use super::transport::WireError;
use super::wire::objects::{Object, Page, page};
use super::wire::request;

/// How many pages, and how many bytes, one answer may have. 40,000 VMs, as many as a vCenter has at most, are 400 pages of the 100 that a real one
/// sends, and some 100 MB with long snapshot chains and all their files.
const MOST_PAGES: usize = 4_000;
const MOST_BYTES: u64 = 512 << 20;

/// How many objects: those VMs with their folders, several times over. An object of a few letters takes much more room here than on the wire.
const MOST_OBJECTS: usize = 200_000;

/// What has come of one answer so far, so that one without an end is noticed.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pages: usize,
    bytes: u64,
    objects: usize,
}

impl Pages {
    /// Counts one.
    pub(crate) fn count(&mut self, objects: usize, bytes: u64) -> Result<(), WireError> {
        self.pages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.objects += objects;
        if self.pages <= MOST_PAGES && self.bytes <= MOST_BYTES && self.objects <= MOST_OBJECTS {
            return Ok(());
        }
        let (pages, objects, size) = (self.pages, self.objects, self.bytes >> 20);
        let so_far = format!("{pages} pages with {objects} objects in {size} MiB");
        Err(WireError::NoAnswer(format!("vCenter's answer does not end: {so_far}, and it says that there is more")))
    }
}

/// Everything that a specification selects. `page_size` none leaves the size of pages to the server.
pub(crate) async fn read_all(
    session: &Session,
    spec: &str,
    page_size: Option<usize>,
) -> Result<Vec<Object>, WireError> {
    let collector = &session.content.property_collector;
    let (mut objects, mut pages) = (Vec::new(), Pages::default());
    let mut next = request::retrieve(collector, spec, page_size);
    loop {
        let read: Page = session.ask(&next, page).await?;
        if let Some(fault) = read.unauthenticated {
            return Err(WireError::Fault(fault));
        }
        let count = read.objects.len();
        objects.extend(read.objects);
        let Some(token) = read.token else { return Ok(objects) };
        pages.count(count, read.bytes)?;
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

#[cfg(test)]
mod tests;
