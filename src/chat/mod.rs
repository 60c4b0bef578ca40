//! The chat platforms. Each knows its own wire and the engine's ports, and nothing of the others.

pub mod console;
pub mod discord;
mod pace;
pub mod slack;
