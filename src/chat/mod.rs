//! The chat platforms. Each knows its own wire and the engine's ports, and nothing of the others.

mod called;
pub mod console;
pub mod discord;
mod pace;
pub mod slack;

use crate::domain::token::Token;
use crate::message::model::Action;

/// Whether a message that only one person sees is over when the button with this token was pressed on it, so that what came of it
/// may take its place. A list stays: its next row is pressed on it, too.
fn is_over_with(token: &str) -> bool {
    let action = Token::parse(token).and_then(|token| Action::of(&token.action));
    !action.is_some_and(|action| action.spec().on_row)
}
