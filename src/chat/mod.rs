//! The chat platforms. Each knows its own wire and the engine's ports, and nothing of the others.

pub mod console;
#[cfg_attr(not(test), expect(dead_code, reason = "the adapters that are limited use it"))]
mod pace;
