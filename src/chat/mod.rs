//! The chat platforms. Each knows its own wire and the engine's ports, and nothing of the others; what they share is in `front`.

pub mod console;
pub mod discord;
pub mod front;
pub mod slack;
