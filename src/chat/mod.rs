//! The chat platforms. Each knows its own wire and the engine's ports, and nothing of the others.

pub mod console;
pub mod discord;
#[cfg_attr(not(test), expect(dead_code, reason = "not every adapter uses all of it"))]
mod pace;
