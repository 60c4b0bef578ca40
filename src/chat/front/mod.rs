//! What the chat platforms share: who somebody is, whom a message calls, what stands in a message's thread, how often something
//! may be sent, and how the platforms are reached.

pub(in crate::chat) mod actor;
pub mod check;
pub(in crate::chat) mod details;
pub(in crate::chat) mod memory;
pub(in crate::chat) mod mentions;
pub(in crate::chat) mod rates;
pub(in crate::chat) mod tls;
pub(in crate::chat) mod web_socket;

use async_trait::async_trait;
use axum::Router;

use crate::domain::token::Token;
use crate::engine::Handle;
use crate::engine::ports::Chat;
use crate::message::model::Action;

/// A platform outside of this process.
#[async_trait]
pub trait Adapter: Chat {
    /// Begins to receive, now that there is an engine to hand things to. What cannot be reached yet is tried again in the background.
    fn begin(&self, handle: Handle);

    /// What the platform sends to `[http]`, where it sends anything there.
    fn routes(&self, handle: Handle) -> Option<Router>;

    /// Takes in nothing more; what was taken in is answered.
    async fn stop(&self);
}

/// Whether a message that only one person sees is over when the button with this token was pressed on it, so that what came of it
/// may take its place. A list stays: its next row is pressed on it, too.
pub(in crate::chat) fn is_over_with(token: &str) -> bool {
    let action = Token::parse(token).and_then(|token| Action::of(&token.action));
    !action.is_some_and(|action| action.spec().on_row)
}
