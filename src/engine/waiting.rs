//! What waits for somebody's decision now, over all platforms: read from the store, so that it is what was committed.

use super::Handle;
use super::ports::StoreError;
use super::record::{self, OPEN, Row};
use super::tables::scan_all;
use crate::domain::request::{Request, State};
use crate::message::cards::request;
use crate::message::model::Card;

/// A request that waits, with its message.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub request: Request,
    /// Its message in the reader's language, with the same buttons as in its channel.
    pub card: Card,
}

impl Handle {
    /// Every request that waits for a decision, the oldest first. Whoever shows them decides who may see which.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub async fn waiting(&self, locale: &str) -> Result<Vec<Waiting>, StoreError> {
        let parts = self.parts();
        let mut found = Vec::new();
        for (key, bytes) in scan_all(parts.store.as_ref(), OPEN, None).await? {
            let Row { request, .. } = record::read(&key, &bytes)?;
            if matches!(request.state, State::AwaitingApproval { .. }) {
                let card = parts.view(&request.channel, locale, |view| request::card(&request, view));
                found.push(Waiting { request, card });
            }
        }
        Ok(found)
    }
}
